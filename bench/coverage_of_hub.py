"""What share of the *uses* of real strings the hub thesauri cover, by kind and language. `python -m bench.coverage_of_hub LISTS`

LISTS is a folder with `variables.csv`, `keywords.csv`, `instruments.csv`, `platforms.csv` (string, thesaurus or unit, count) and
`licences.txt` (count, field, string). A string counts as often as it is used. *Linked* is what the rules accept, *proposed* what they show
to a person, *nothing to map* what is a placeholder. With `--missing KIND` it lists the most used strings of a kind that found nothing.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from kg.link.decide import KINDS, decide, is_placeholder, thesaurus_of
from kg.link.linker import TermState
from kg.link.rights import Rights
from kg.link.tables import read_table
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Mapping, MappingStatus, Term, TermKind
from kg.text.language import Detector

ROOT: Final = Path(__file__).parents[1]
LISTS: Final = {
    TermKind.VARIABLE: ("variables.csv", "variable", "vocabulary_or_unit"),
    TermKind.KEYWORD: ("keywords.csv", "keyword", "thesaurus"),
    TermKind.INSTRUMENT: ("instruments.csv", "instrument", "vocabulary_or_field"),
    TermKind.PLATFORM: ("platforms.csv", "platform", "vocabulary_or_field"),
}
#: What the lists write where they name the field of a format, and no thesaurus or unit.
FIELDS: Final = ("(none", "EML/", "MD_Band/", "MI_", "STAC ", "dcat:", "theia pivot")
#: Letters that French has and English has not: enough to tell a keyword of one word, for which a detector has no evidence.
FRENCH_LETTERS: Final = frozenset("àâçèéêëîïôùûœÀÂÇÈÉÊËÎÏÔÙÛŒ")

Use = tuple[Term, int]


def uses(folder: Path) -> Iterator[Use]:
    """Each string of the lists as a term, with how often it is used."""
    for kind, (name, string, column) in LISTS.items():
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield _term(kind, row[string], row[column]), int(row["count"])
    for line in (folder / "licences.txt").read_text("utf-8").splitlines():
        count, _, text = line.split("\t", 2)
        yield Term(TermKind.LICENCE, text), int(count)


def _term(kind: TermKind, text: str, given: str) -> Term:
    language = language_of(text)
    if not given or given.startswith(FIELDS):
        return Term(kind, text, language)
    if kind is TermKind.VARIABLE and thesaurus_of(given) is None:
        return Term(kind, text, language, unit=given)
    return Term(kind, text, language, thesaurus=given)


@cache
def _detector() -> Detector:
    rows = read_table("function-words.csv")
    return Detector({row["language"]: frozenset(row["words"].split()) for row in rows})


def language_of(text: str) -> str | None:
    """French where the text shows it, else nothing: codes, names and single words belong to no language.

    >>> language_of("Température de l'air"), language_of("humidité"), language_of("Air temperature"), language_of("NDVI")
    ('fr', 'fr', None, None)
    """
    return "fr" if FRENCH_LETTERS.intersection(text) or _detector().detect(text) == "fr" else None


def state_of(term: Term, index: VocabularyIndex, rights: Rights) -> TermState:
    """What becomes of a term."""
    found = decide(term, index) if term.kind in KINDS else rights.decide(term)
    if any(_is_accepted(mapping) for mapping in found):
        return TermState.LINKED
    if found:
        return TermState.PROPOSED
    nothing = rights.says_nothing(term) if term.kind is TermKind.LICENCE else is_placeholder(term.text)
    return TermState.PLACEHOLDER if nothing else TermState.UNMAPPED


def _is_accepted(mapping: Mapping) -> bool:
    return mapping.status is MappingStatus.ACCEPTED


def table(counted: Counter[tuple[TermKind, str, TermState]]) -> Iterator[str]:
    """Lines of a Markdown table: a kind and language a line."""
    yield "| kind | language | uses | linked | proposed | nothing to map | unmapped | share linked | linked or proposed |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for kind, language in sorted({key[:2] for key in counted}):
        linked, proposed, unmapped, nothing = (counted[kind, language, state] for state in TermState)
        of = (linked + proposed + unmapped) or 1
        cells = (linked + proposed + unmapped + nothing, linked, proposed, nothing, unmapped)
        shares = (f"{100 * linked / of:.1f} %", f"{100 * (linked + proposed) / of:.1f} %")
        yield f"| {kind} | {language} | " + " | ".join([*(f"{cell:,}" for cell in cells), *shares]) + " |"


def main() -> None:
    """Print the table, or the most used strings that found nothing."""
    parser = argparse.ArgumentParser("python -m bench.coverage_of_hub", description="What share of real uses the hub covers.")
    parser.add_argument("lists", type=Path, help="folder with the lists of strings and counts")
    parser.add_argument("--missing", type=TermKind, help="list the most used strings of this kind that found nothing")
    given = parser.parse_args()
    index = VocabularyIndex.from_files(
        sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl")), sorted((ROOT / "mappings" / "alignments").glob("*.sssom.tsv"))
    )
    counted: Counter[tuple[TermKind, str, TermState]] = Counter()
    missing: Counter[Term] = Counter()
    rights = Rights()
    for term, count in uses(given.lists):
        state = state_of(term, index, rights)
        counted[term.kind, "French" if term.language == "fr" else "other", state] += count
        if state is TermState.UNMAPPED and term.kind is given.missing:
            missing[term] += count
    if given.missing is None:
        print(*table(counted), sep="\n")
    for term, count in missing.most_common():
        print(count, term.text, term.thesaurus or term.unit or "", sep="\t")


if __name__ == "__main__":
    main()
