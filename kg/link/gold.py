"""Strings whose concepts people judged, and alignments made by hand: what linking is measured on.

Read are tables of these columns, recognised by their head, and SSSOM sets whose subjects bear labels. The gold tables are tab-separated
without quoting.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import VocabularyError
from kg.link.context import Context
from kg.link.sssom import read_sssom
from kg.model import Term, TermKind
from kg.namespaces import CF_STANDARD_NAME, GCMD_CONCEPT

_GCMD: Final = "gcmd"
_POLE = re.compile(r"\b(?:THEIA|FORM@TER|AERIS|ODATIS|PNDB|DINAMIS)\b")
_PINNED = re.compile(r"[a-z0-9]+")
_NO_CONTEXT: Final = Context()
_LANGUAGES: Final = {"other": None, "und": None, "": None}
_KINDS: Final = {"instrument": TermKind.INSTRUMENT, "platform": TermKind.PLATFORM, "variable": TermKind.VARIABLE}


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One judged string and one vocabulary asked.

    :ivar target: the vocabulary asked (`gcmd`, `cf`, `nvs`, or the beginning of its IRIs).
    :ivar expected: every IRI that is right, best first; empty where the vocabulary has no concept for the string.
    :ivar nil: the string denotes no concept at all, so that any accepted link is wrong.
    :ivar only: the language whose labels the task allows, where the set is about two languages.
    """

    set: str
    id: str
    term: Term
    kind: str
    target: str
    expected: tuple[str, ...]
    nil: bool = False
    context: Context = _NO_CONTEXT
    optional: bool = False
    only: str = ""

    @property
    def half(self) -> str:
        """`calibration` or `test`, by the hash of the text alone: what is fitted never saw the strings on which it is measured.

        >>> GoldRow("", "", Term(TermKind.VARIABLE, "SST"), "variable", "gcmd", ()).half
        'calibration'
        """
        return half_of(self.term.text)


@dataclass(frozen=True, slots=True)
class LicenceRow:
    """One judged rights string (`note` may hold accepted alternatives)."""

    id: str
    text: str
    field: str
    language: str
    iri: str
    family: str
    access: str
    state: str
    alternatives: dict[str, tuple[str, ...]]


def half_of(text: str) -> str:
    """The half of a string, by its ASCII letters and digits alone: no rule of linking has a part in it, so that none moves a string.

    >>> half_of("Sea Ice") == half_of("SEA  ICE"), half_of("sea-ice") == half_of("Sea Ice")
    (True, True)
    """
    pinned = " ".join(_PINNED.findall(text.lower())) or text
    return "calibration" if hashlib.sha256(pinned.encode()).digest()[0] % 2 else "test"


def read_gold(path: Path) -> list[GoldRow] | list[LicenceRow]:
    """The rows of a gold table or an alignment.

    :raises VocabularyError: when the columns are none of those that are known.
    """
    text = path.read_text(encoding="utf-8")
    head, rows = _table(text)
    if "subject_id" in head:
        return list(_alignment_rows(path, text))
    if "licence_iri" in head:
        return [_licence_row(row) for row in rows]
    for column, read in _READERS.items():
        if column in head:
            return list(read(path.stem, rows))
    raise VocabularyError("these columns are no gold set", where=path.name, hint="see docs/linking.md, Measuring")


def _table(text: str) -> tuple[list[str], list[dict[str, str]]]:
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    head = lines[0].rstrip("\r").split("\t") if lines else []
    cells = (line.rstrip("\r").split("\t") for line in lines[1:])
    return head, [dict(zip(head, [*row, *[""] * (len(head) - len(row))], strict=False)) for row in cells]


def _variable_rows(name: str, rows: list[dict[str, str]]) -> Iterator[GoldRow]:
    for row in rows:
        term = _term(row, _KINDS.get(row["kind"], TermKind.KEYWORD))
        context = _context(row["thesaurus"])
        nil = row["nil"] == "true"
        language = row["lang"]
        if not row["note"].startswith("gcmd not judged"):
            yield GoldRow(name, row["id"], term, f"variable {language}", _GCMD, _gcmd(row["gcmd_uuids"]), nil, context)
        names = tuple(f"{CF_STANDARD_NAME}{cf}/" for cf in row["cf_names"].split("|") if cf)
        optional = row["note"].startswith("cf optional")
        yield GoldRow(name, row["id"], term, f"CF name {language}", "cf", names, nil, context, optional)


def _instrument_rows(name: str, rows: list[dict[str, str]]) -> Iterator[GoldRow]:
    for row in rows:
        term = _term(row, _KINDS.get(row["kind"], TermKind.INSTRUMENT))
        nil, kind = row["nil"] == "true", f"{row['kind']} {row['lang']}"
        context = _context(row["thesaurus"])
        yield GoldRow(name, row["id"], term, kind, _GCMD, _gcmd(row["gcmd_uuids"]), nil, context)
        if row["nvs_uris"]:
            nvs = tuple(uri for uri in row["nvs_uris"].split("|") if uri)
            yield GoldRow(name, row["id"], term, "NVS code", "nvs", nvs, nil, context)


def _theia_rows(name: str, rows: list[dict[str, str]]) -> Iterator[GoldRow]:
    """A producer's variable and the category of the pole's thesaurus, or the GCMD keyword, that it stands in."""
    column = "theia_category" if rows and "theia_category" in rows[0] else "gcmd_concept"
    expected: dict[Term, list[str]] = defaultdict(list)
    for row in rows:
        text = row["variable_name"]
        expected[Term(TermKind.VARIABLE, text, "en", None, None, row["unit"] or None)].append(row[column])
    for number, (term, iris) in enumerate(expected.items()):
        target = _GCMD if column == "gcmd_concept" else iris[0].rpartition("/")[0] + "/"
        yield GoldRow(name, f"{name}-{number}", term, "producer variable", target, tuple(dict.fromkeys(iris)), context=Context("THEIA"))


_READERS: Final = {"cf_names": _variable_rows, "nvs_uris": _instrument_rows, "theia_category": _theia_rows, "gcmd_concept": _theia_rows}


def _alignment_rows(path: Path, text: str) -> Iterator[GoldRow]:
    """Subjects by their labels alone; a subject aligned to several concepts is right with any of them."""
    name = path.name.partition(".")[0]
    expected: dict[tuple[str, str], list[str]] = defaultdict(list)
    head = "".join(line for line in text.splitlines() if line.startswith("#"))
    # Sets made by hand have metadata that is no YAML: what is measured here needs it only where it declares prefixes.
    body = text if "curie_map" in head else "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for row in read_sssom(body, path.name).rows:
        if row.get("object_id") and row.get("subject_label"):
            expected[row["subject_id"], row["subject_label"]].append(row["object_id"])
    only = "fr" if "french label" in head.lower() else ""
    for (subject, label), objects in expected.items():
        yield GoldRow(
            name, subject, Term(_kind_of(subject, label), label, "en"), name, _target(objects[0]), tuple(dict.fromkeys(objects)), only=only
        )


def _kind_of(subject: str, label: str) -> TermKind:
    """The kind that the IRI of a subject tells (`.../mmd/Platform/SNPP`); names with underscores are of variables."""
    steps = [step.rstrip("s") for step in subject.lower().split("/")]
    told = next((kind for kind in (TermKind.INSTRUMENT, TermKind.PLATFORM) if kind in steps), None)
    return told or (TermKind.VARIABLE if "_" in label else TermKind.KEYWORD)


def _target(iri: str) -> str:
    if iri.startswith(GCMD_CONCEPT):
        return _GCMD
    if iri.startswith(CF_STANDARD_NAME):
        return "cf"
    return iri.rstrip("/").rpartition("/")[0] + "/"


def _term(row: dict[str, str], kind: TermKind) -> Term:
    thesaurus = row["thesaurus"]
    language = _LANGUAGES.get(row["lang"], row["lang"])
    return Term(kind, row["text"], language, None if thesaurus.startswith("(") else thesaurus or None, None, row.get("unit") or None)


def _context(thesaurus: str) -> Context:
    """A thesaurus in brackets is no thesaurus, but says of which record the string was taken, and whether it is its title."""
    if not thesaurus.startswith("("):
        return _NO_CONTEXT
    pole = _POLE.search(thesaurus)
    return Context(pole.group() if pole else "", is_title=thesaurus.startswith("(title"))


def _gcmd(uuids: str) -> tuple[str, ...]:
    return tuple(GCMD_CONCEPT + uuid for uuid in uuids.split("|") if uuid)


def _licence_row(row: dict[str, str]) -> LicenceRow:
    alternatives: dict[str, list[str]] = defaultdict(list)
    for part in row["note"].split(";"):
        for word in part.split():
            key, equals, value = word.partition("=")
            if equals and key.startswith("alt_"):
                alternatives[key.removeprefix("alt_")].append(value)
    kept = {key: tuple(values) for key, values in alternatives.items()}
    return LicenceRow(
        row["id"],
        row["text"],
        row["field"],
        row["language"],
        row["licence_iri"],
        row["licence_family"],
        row["access"],
        row["state"],
        kept,
    )
