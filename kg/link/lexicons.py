"""All lexicons of an installation: the hub's thesauri and every imported vocabulary that terms are linked to, kept by version.

The hub's names are lent to the concepts that alignments tie to them, so that a French label of the hub finds a concept of GCMD.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from kg.link.concepts import Label, read_concepts, with_alignments
from kg.link.entries import Entry, read_entries
from kg.link.index_files import keep_used
from kg.link.iris import iri_key
from kg.link.lexicon import LAYOUT
from kg.link.lexicon_building import build_lexicon
from kg.model import TermKind
from kg.resources import resource

#: The name under which our own thesauri are asked.
HUB: Final = "hub"
#: Tables on which stems depend.
_TABLES: Final = ("glossary-fr.csv", "synonyms-en.csv", "spelling.csv", "linked-vocabularies.csv", "function-words.csv")
_LENT: Final = {"skos:exactMatch": "bridge", "skos:closeMatch": "near bridge"}
#: Kinds whose concepts may be series with a name for each of their members.
_SERIES: Final = (TermKind.INSTRUMENT, TermKind.PLATFORM)
_NUMBER = re.compile(r"\d+")
#: How sure an exact alignment must be to count as one.
SURE: Final = 0.85
#: Kinds with a lexicon of the hub. Variables and themes overlap by nature and share one.
_LINKED: Final = (TermKind.VARIABLE, TermKind.INSTRUMENT, TermKind.PLATFORM)


def open_lexicons(
    folder: Path, hub: Sequence[Path], alignments: Sequence[Path], vocabularies: Iterable[Path], only: str = ""
) -> list[Path]:
    """The lexicons below a folder; those that are missing are built. Worker processes map them with `Lexicon.read`.

    :param hub: our thesauri, in Turtle.
    :param vocabularies: SKOS files, `.nt`, `.nt.gz` or `.ttl`.
    :param only: the language to which labels are limited, without the names that the hub lends: for measuring across languages.
    :raises VocabularyError: when a file does not parse.
    """
    rules = hashlib.sha256(f"{LAYOUT} {only}".encode())
    for table in _TABLES:
        rules.update(resource(f"mappings/tables/{table}").read_bytes())
    ours = rules.copy()
    for path in (*hub, *alignments):
        ours.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    found = [folder / f"lexicon-hub-{kind}-{ours.hexdigest()[:20]}.bin" for kind in _LINKED]
    wanted = [(path, folder / f"lexicon-{_name(path)}-{_digest(ours, path)}.bin") for path in vocabularies]
    files = [*found, *(kept for _, kept in wanted)]
    if not all(path.exists() for path in files):
        lent = _build_hub(found, hub, alignments)
        for path, kept in wanted:
            if not kept.exists():
                entries = list(read_entries(path))
                for entry in entries:
                    entry.labels += [] if only else lent.get(iri_key(entry.iri), [])
                build_lexicon(entries, only).write(kept)
    keep_used(folder, "lexicon-*.bin", files)
    return files


def _is_of_one(label: Label, labels: Sequence[Label]) -> bool:
    """Whether a name tells one of a series by a number that the preferred names lack: it is the series' name, but none of its match."""
    numbers = set(_NUMBER.findall(label.text))
    return not numbers <= {number for of in labels if of.role == "pref" for number in _NUMBER.findall(of.text)}


def _lent_role(role: str, own: str, confidence: float) -> str:
    """A name is lent with less trust where the alignment is not sure, or where it is another name: that may be narrower."""
    if role == "bridge" and confidence < SURE:
        return "near bridge"
    return "bridge alt" if role == "bridge" and own == "alt" else role


def _name(path: Path) -> str:
    """A vocabulary's name: the library keeps its versions in a folder of that name."""
    stem = path.name.partition(".")[0]
    return path.parent.name if stem[:4].isdigit() else stem


def _digest(rules: hashlib._Hash, path: Path) -> str:
    whole = rules.copy()
    whole.update(path.read_bytes())
    return whole.hexdigest()[:20]


def _build_hub(paths: list[Path], hub: Sequence[Path], alignments: Sequence[Path]) -> dict[str, list[Label]]:
    """The lexicons of our thesauri; returns the names that they lend, by the key of the IRI that borrows."""
    entries: dict[TermKind, list[Entry]] = defaultdict(list)
    lent: dict[str, list[Label]] = defaultdict(list)
    for concept in with_alignments((concept for path in hub for concept in read_concepts(path)), alignments, {}):
        labels = [label for label in concept.labels if label.role in ("pref", "alt", "hidden")]
        kind: TermKind = TermKind.VARIABLE if concept.kind is TermKind.THEME else concept.kind
        entries[kind].append(Entry(concept.iri, kind, labels, list(concept.broader), vocabulary=HUB))
        for match in concept.matches:
            if role := _LENT.get(match.predicate):
                named = [label for label in labels if label.role != "hidden" and not (kind in _SERIES and _is_of_one(label, labels))]
                lent[iri_key(match.iri)] += [
                    Label(label.text, label.language, _lent_role(role, label.role, match.confidence)) for label in named
                ]
    for kind, path in zip(_LINKED, paths, strict=True):
        if not path.exists():
            build_lexicon(entries[kind] or [Entry("", kind, [], [], vocabulary=HUB)]).write(path)
    return lent
