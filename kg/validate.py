"""Validate: check record graphs against the shapes. Nothing is changed; what blocks is kept out of the store.

The fast engine checks every record. Where it finds a violation, pyshacl checks the record again, and its verdict counts.
Each record is checked on its own, since records of several sources may speak of one data set, one agent or one sensor,
and what one says must neither hide nor cause a finding in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from kg.errors import ShapeError
from kg.model import Problem, Severity
from kg.namespaces import DCAT, DCT, DT, RDF, XSD, compact
from kg.resources import resources
from kg.shacl import Finding, Shapes, ShapeText, compiled, fast_report

#: Raise it when records are looked at differently: all are checked again then, as when a shape changes.
VERSION: Final = "1"

#: Longest piece of an offending value that is shown.
LONGEST_VALUE: Final = 200

#: Problems told of one shape in one record; of more it is said how many there are.
MOST_OF_A_KIND: Final = 10

#: What these shapes find is personal: the report says where it is, and does not repeat it.
PERSONAL: Final = frozenset({"agent-email", "agent-name-email", "agent-personal", "dataset-text-email"})

#: Code of a record whose graph no engine can read.
UNREADABLE: Final = "record-readable"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one record. <https://www.w3.org/TR/shacl/#validation-report>"""

    record: str
    findings: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether the record must not be published."""
        return any(finding.severity is Severity.VIOLATION for finding in self.findings)


class Validator:
    """Checks records against one set of shapes, as of one day.

    :param today: dates after it are in the future; the current day (UTC) where it is not given.
    """

    def __init__(self, shapes: Shapes, today: date | None = None) -> None:
        self.shapes = shapes
        self._now = _last_second((today or datetime.now(UTC).date()) + timedelta(days=1))

    @classmethod
    def from_overlay(cls, overlay: Path | None = None, today: date | None = None) -> Validator:
        """A validator with the project's shapes; a file of the overlay's `shapes/` replaces ours of the same name.

        :raises ShapeError: when a shapes file cannot be read or compiled.
        """
        return cls(compiled(shape_files(overlay)), today)

    @property
    def version(self) -> str:
        """What verdicts depend on beside the records."""
        return f"{VERSION}.{self.shapes.version}"

    def validate(self, batch: Iterable[tuple[str, bytes]]) -> dict[str, Report]:
        """Report by record, for pairs of a record's IRI and its N-Triples. The size of the batch does not matter."""
        return {record: Report(record, self._findings(record, triples)) for record, triples in batch}

    def _findings(self, record: str, triples: bytes) -> tuple[Finding, ...]:
        try:
            data = self.view(triples) + _stated(record)
            found = fast_report(data, self.shapes)
        except ValueError as error:
            return (Finding(UNREADABLE, Severity.VIOLATION, record, "", str(error), ""),)
        blocking = frozenset(finding.shape for finding in found if finding.severity is Severity.VIOLATION)
        return self._judged(data, found, blocking) if blocking else found

    def _judged(self, data: bytes, found: tuple[Finding, ...], blocking: frozenset[str]) -> tuple[Finding, ...]:
        """What was found, with the judge's word on the shapes that block."""
        from kg.judge import pyshacl_report  # loaded by those processes only that have something to judge

        try:
            judged = pyshacl_report(data, self.shapes, blocking)
        except (ShapeError, ValueError):  # no verdict: what the fast engine found keeps the record out
            return found
        return tuple(sorted({*judged, *(finding for finding in found if finding.shape not in blocking)}))

    def view(self, triples: bytes) -> bytes:
        """The triples as the engines see them, with what core SHACL cannot work out; see `docs/validation.md`."""
        return b"".join((triples, b"" if triples.endswith(b"\n") else b"\n", *_seconds(triples, self._now)))


def shape_files(overlay: Path | None = None) -> tuple[Path, ...]:
    """The shapes files that hold, with those of an overlay in place of ours of the same name."""
    return tuple(resources("shapes", "*.ttl", overlay))


def problems(report: Report, triples: bytes, source: str, identifier: str, location: str) -> tuple[Problem, ...]:
    """The findings of a record as problems for people: code is the shape's name, `where` the node and property.

    Findings that differ in the constraint only are one problem: an address that is a text is said once. Of one shape, ten places are told,
    and `more` in the values of the last says how many there are besides.
    """
    return tuple(
        Problem(finding.shape, finding.severity, source, identifier, location, where=f"{finding.focus} {path}".rstrip(), values=values)
        for finding, more in _told(report.findings)
        for path, values in [_place(finding, more, triples)]
    )


def is_finding(problem: Problem) -> bool:
    """Whether a problem was found by a shape: the codes of what mapping finds have a dot (`iri.invalid`), or are one word."""
    return "-" in problem.code and "." not in problem.code


def _told(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """The findings that are told, each with the number of those that are left out after it."""
    by_shape: dict[str, dict[tuple[str, str], Finding]] = {}
    for finding in findings:
        by_shape.setdefault(finding.shape, {}).setdefault((finding.focus, finding.value), finding)
    for same in by_shape.values():
        told = list(same.values())[:MOST_OF_A_KIND]
        yield from ((finding, 0) for finding in told[:-1])
        yield told[-1], len(same) - len(told)


def _place(finding: Finding, more: int, triples: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Property and values of a problem."""
    path, value = _as_written(finding, triples)
    tell = value and value != finding.focus and finding.shape not in PERSONAL
    shown = (("value", value[:LONGEST_VALUE]),) if tell else ()
    return path, shown + ((("more", str(more)),) if more else ())


def _as_written(finding: Finding, triples: bytes) -> tuple[str, str]:
    """Property and value as the record has them, where the shape's path names several properties, or one of the view's."""
    if finding.value and ("|" in finding.path or finding.path in _VIEW_PROPERTIES):
        for predicate, term in _statements(finding.focus, triples):
            if (value := _same(predicate, term, finding.value)) is not None:
                return compact(predicate), value
    return finding.path, finding.value


def _statements(subject: str, triples: bytes) -> Iterator[tuple[str, str]]:
    """Predicate and object, in N-Triples, of each statement about a subject."""
    line = re.compile(rb"^<%s> <([^>]*)> (.*) \.$" % re.escape(subject.encode()), re.MULTILINE)
    return ((predicate.decode(), term.decode()) for predicate, term in line.findall(triples))


def _same(predicate: str, term: str, value: str) -> str | None:
    """The value as the record has it, if this term of N-Triples is what was found."""
    if term == f"<{value}>" or term.startswith(f'"{value}"'):
        return value
    text = term[1:].partition('"')[0]
    if predicate in _SECOND_OF and str(second_of(text, at_end=_SECOND_OF[predicate][1])) == value:
        return text
    return None


# What the engines see besides the record: core SHACL has no clock and no order between years, months, days and instants.

_TYPE: Final = RDF.type.value
_FIRST, _LAST, _DATED, _NOW = (DT[name].value for name in ("firstSecond", "lastSecond", "datedSecond", "nowSecond"))
_SECOND_OF: Final = {
    DCAT.startDate.value: (_FIRST, False),
    DCAT.endDate.value: (_LAST, True),
    DCT.issued.value: (_DATED, False),
    DCT.modified.value: (_DATED, False),
    DCT.created.value: (_DATED, False),
}
_VIEW_PROPERTIES: Final = {compact(name) for name, _ in _SECOND_OF.values()}

#: In N-Triples this cannot stand inside a literal, where a quotation mark is escaped.
_DATE_MARKS: Final = {b'> <%s> "' % predicate.encode(): second for predicate, second in _SECOND_OF.items()}

#: XML Schema 1.1, 3.3: `gYear`, `gYearMonth`, `date`, `dateTime`; ten digits are enough for the age of the Earth.
_LONGEST_DATE: Final = 40
_XSD_DATE: Final = re.compile(
    r"(-?[0-9]{4,10})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?)?)?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def _stated(record: str) -> bytes:
    """The record is one, whatever its graph says: a graph without it is a violation and not a pass."""
    return f"<{record}> <{_TYPE}> <{DCAT.CatalogRecord.value}> .\n".encode()


def _seconds(triples: bytes, now: int) -> Iterator[bytes]:
    """For each date of a thing, the second that it stands for, beside the present second."""
    for mark, (name, at_end) in _DATE_MARKS.items():
        for subject, text in _dates(triples, mark):
            second = second_of(text.decode("ascii", "replace"), at_end=at_end)
            if second is not None:
                yield b"%s> <%s> %s .\n" % (subject, name.encode(), _integer(second))
                yield b"%s> <%s> %s .\n" % (subject, _NOW.encode(), _integer(now))


def _dates(triples: bytes, mark: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Subject (without its closing bracket) and literal of each line that has the mark; a search for bytes is the fastest parser."""
    at = triples.find(mark)
    while at >= 0:
        start = at + len(mark)
        yield triples[triples.rfind(b"\n", 0, at) + 1 : at], triples[start : start + _LONGEST_DATE].partition(b'"')[0]
        at = triples.find(mark, start)


def _integer(number: int) -> bytes:
    return f'"{number}"^^<{XSD.integer.value}>'.encode()


def second_of(text: str, *, at_end: bool) -> int | None:
    """Seconds since 1970-01-01T00:00:00Z of the first or the last second of a year, month, day or instant; UTC where no zone is given.

    >>> second_of("1970", at_end=False), second_of("1970-01-01", at_end=True)
    (0, 86399)
    >>> second_of("2003-05", at_end=True) < second_of("2003-06-01T00:00:00+00:00", at_end=False)
    True
    >>> second_of("spring 2003", at_end=False) is None
    True
    """
    match = _XSD_DATE.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if month > 12 or day > 31:
        return None
    start = _days(year, month or 1, day or 1) * 86400 - _offset(match[7])
    if match[4]:
        return start + hour * 3600 + minute * 60 + second
    if not at_end:
        return start
    following = _days(year, month, day + 1) if day else _days(year, month + 1, 1) if month else _days(year + 1, 1, 1)
    return following * 86400 - _offset(match[7]) - 1


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, for any year (`datetime.date` knows 1 to 9999 only)."""
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    cycle, year_of_cycle = divmod(year, 400)
    year_in_range = year_of_cycle + 400  # the calendar repeats itself every 400 years, which are 146,097 days
    return date(year_in_range, month, 1).toordinal() + day - 1 + (cycle - 1) * 146_097 - date(1970, 1, 1).toordinal()


def _offset(zone: str | None) -> int:
    if zone in (None, "", "Z"):
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[4:6]) * 60)


def _last_second(day: date) -> int:
    return (day.toordinal() + 1 - date(1970, 1, 1).toordinal()) * 86400 - 1


# The table of docs/validation.md.

_MARKS: Final = ("<!-- shapes: written by shapes_table -->", "<!-- /shapes -->")


def shapes_table(shapes: Shapes) -> str:
    """All shapes as Markdown tables, one for each file, in English and French."""
    subjects = sorted({text.subject for text in shapes.texts.values()})
    return "\n\n".join(_subject_table(s, [t for t in shapes.texts.values() if t.subject == s]) for s in subjects)


def with_shapes_table(page: str, shapes: Shapes) -> str:
    """The page with its table of shapes brought up to date.

    :raises ShapeError: when the page has no place for the table.
    """
    start, end = _MARKS
    before, found, rest = page.partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ShapeError("the page has no place for the table of shapes", hint=f"write {start} and {end} into it")
    return f"{before}{start}\n\n{shapes_table(shapes)}\n\n{end}{after}"


def _subject_table(subject: str, texts: Sequence[ShapeText]) -> str:
    head = "| shape | severity | what is wrong, and what to do | ce qui ne va pas, et que faire | see |"
    return "\n".join((f"### {subject}.ttl\n", head, "|---|---|---|---|---|", *map(_row, texts)))


def _row(text: ShapeText) -> str:
    links = " ".join(f"[{_clause(iri)}]({iri})" for iri in text.see_also)
    cells = (f"`{text.name}`", str(text.severity), text.message.get("en", ""), text.message.get("fr", ""), links)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


_CLAUSES: Final = {
    "https://semiceu.github.io/DCAT-AP/": "DCAT-AP",
    "https://www.w3.org/TR/vocab-dcat-3/": "DCAT",
    "https://www.w3.org/TR/skos-reference/": "SKOS",
    "https://www.w3.org/TR/prov-o/": "PROV",
    "https://www.w3.org/TR/vocab-ssn/": "SSN",
    "https://docs.ogc.org/": "GeoSPARQL",
    "https://mapping-commons.github.io/sssom/": "SSSOM",
    "https://eur-lex.europa.eu/": "GDPR",
    "https://support.orcid.org/": "ORCID",
    "https://ror.readme.io/": "ROR",
}


def _clause(iri: str) -> str:
    return next((name for start, name in _CLAUSES.items() if iri.startswith(start)), iri)
