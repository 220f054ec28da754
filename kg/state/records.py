"""Records: what is known of each, what is wrong with it, and whether the store has its graphs already."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are always bound

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final

import orjson

from kg.model import Iri, Native, Outcome, Problem, Severity, Source, Term
from kg.state.database import Database, Row, Value, listed, now


class RecordStatus(StrEnum):
    """What became of a record the last time it was looked at."""

    PUBLISHED = "published"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    UNRECOGNISED = "unrecognised"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RecordEntry:
    """What is to be noted of a record. `fingerprint` is the hash of native and crosswalk, also where mapping failed.

    `identifier` is the record's own. Where none was found it is `None`: the entry is then about the record that came from the same native
    before, or about one that is called as its protocol calls it.
    """

    source: str
    identifier: str | None
    native_identifier: str
    native_sha256: str
    media_type: str
    location: str
    fingerprint: str
    status: RecordStatus
    datestamp: str | None = None
    iri: Iri | None = None
    dataset: Iri | None = None
    format: str | None = None
    problems: tuple[Problem, ...] = ()
    terms: tuple[Term, ...] = ()

    @classmethod
    def from_outcome(cls, native: Native, outcome: Outcome, status: RecordStatus, fingerprint: str, format: str | None) -> RecordEntry:
        """The entry for a native and what mapping, linking and validating made of it."""
        record = outcome.record
        return cls(
            source=native.source,
            identifier=record.identifier if record else None,
            native_identifier=native.identifier,
            native_sha256=native.sha256,
            media_type=native.media_type,
            location=native.location,
            fingerprint=fingerprint,
            status=status,
            datestamp=native.datestamp,
            iri=record.iri if record else None,
            dataset=record.dataset if record else None,
            format=format,
            problems=outcome.problems,
            terms=record.terms if record else (),
        )


@dataclass(frozen=True, slots=True)
class RecordRow:
    """What is known of a record.

    :ivar good_fingerprint: of the state that is published, or is to be; nothing where the record never was good, or was withdrawn.
    :ivar good_native_sha256: the native of that state.
    :ivar pending: the store may not have the graphs of the good state yet (or may still have those of a withdrawn record).
    :ivar changed: when status, fingerprint or data set changed last; `change` is the sequence number of that change.
    """

    source: str
    identifier: str
    native_identifier: str
    iri: Iri | None
    dataset: Iri | None
    native_sha256: str
    media_type: str
    format: str | None
    fingerprint: str
    location: str
    datestamp: str | None
    status: RecordStatus
    good_fingerprint: str | None
    good_native_sha256: str | None
    pending: bool
    first_seen: str
    changed: str
    change: int

    @property
    def published(self) -> bool:
        """A state of it is published, or is to be with the next release."""
        return self.good_fingerprint is not None

    @property
    def outdated(self) -> bool:
        """It was good and now fails: what is published is its last good state."""
        return self.published and self.status is not RecordStatus.PUBLISHED


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many records of a source and format have a status; `outdated` of them are published in their last good state."""

    source: str
    format: str | None
    status: RecordStatus
    records: int
    outdated: int


_NAMES: Final = tuple(field.name for field in fields(RecordRow))
_COLUMNS: Final = ", ".join(_NAMES)
_MARKS: Final = ", ".join("?" for _ in _NAMES)
_SELECT: Final = f"SELECT {_COLUMNS} FROM records"


class Records(Database):
    """The part of the state that is about sources and records."""

    def save_source(self, source: Source) -> None:
        """Note a source, or what is now said of it."""
        title = json.dumps(source.title, ensure_ascii=False)
        values = (source.id, source.pole, source.centre, title, source.homepage, source.metadata_licence, source.trust)
        with self._transaction() as change:
            if self._rows("SELECT * FROM sources WHERE id = ?", (source.id,)) != [values]:
                self._execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", values)
                self._note_change(change)

    def sources(self) -> list[Source]:
        """All sources, by id."""
        return [_source(row) for row in self._rows("SELECT * FROM sources ORDER BY id")]

    def save_records(self, entries: Iterable[RecordEntry]) -> int:
        """Note what became of records, with their problems and terms; returns how many differ from before.

        A published entry becomes the record's good state, and is pending until `clear_pending`. Any other leaves the last good state, and
        the terms that it uses, as they are.
        """
        changed = 0
        with self._transaction() as change:
            for entry in entries:
                changed += self._save_record(entry, change)
            if changed:
                self._note_change(change)
        return changed

    def withdraw_records(self, source: str, identifiers: Iterable[str]) -> int:
        """Note that records are no longer to be published (deleted by their source, or taken down); they remain as tombstones."""
        with self._transaction() as change:
            rows = self._rows(
                "SELECT id FROM records WHERE source = ? AND status <> 'withdrawn' AND identifier IN (SELECT value FROM json_each(?))",
                (source, listed(identifiers)),
            )
            for (key,) in rows:
                self._execute("DELETE FROM problems WHERE record = ?", (key,))
                self._execute("DELETE FROM record_terms WHERE record = ?", (key,))
                self._execute(_WITHDRAW, (now(), change, key))
            if rows:
                self._note_change(change)
        return len(rows)

    def mark_pending(self, records: Iterable[Iri]) -> None:
        """Note that the graphs of records have to be written again, after a decision on a term for example. That is a change of theirs."""
        with self._transaction() as change:
            sql = "UPDATE records SET pending = 1, change = ? WHERE iri IN (SELECT value FROM json_each(?))"
            if self._execute(sql, (change, listed(records))).rowcount:
                self._note_change(change)

    def clear_pending(self, records: Iterable[Iri]) -> None:
        """Note that the store has the graphs of records, on disk (`WorkingStore.flush`)."""
        with self._transaction():
            self._execute("UPDATE records SET pending = 0 WHERE iri IN (SELECT value FROM json_each(?))", (listed(records),))

    def record(self, iri: Iri) -> RecordRow | None:
        """The record with an IRI."""
        return next(iter(self._records("iri = ?", (iri,))), None)

    def records(self, source: str | None = None, status: RecordStatus | None = None, *, pending: bool = False) -> Iterator[RecordRow]:
        """All records, or those of a source, with a status, or pending, in the order in which they were first seen."""
        sql = f"SELECT id, {_COLUMNS} FROM records WHERE source = ifnull(?, source) AND status = ifnull(?, status)"
        sql += (" AND pending" if pending else "") + " AND id > ? ORDER BY id LIMIT ?"
        return map(_record, self._paged(sql, (source, status)))

    def find_records(self, source: str, identifiers: Iterable[str]) -> list[RecordRow]:
        """Records of a source by their own identifiers."""
        return self._records("source = ? AND identifier IN (SELECT value FROM json_each(?))", (source, listed(identifiers)))

    def find_natives(self, source: str, native_identifiers: Iterable[str]) -> list[RecordRow]:
        """Records of a source by what the protocol called their natives."""
        return self._records("source = ? AND native_identifier IN (SELECT value FROM json_each(?))", (source, listed(native_identifiers)))

    def records_of_dataset(self, dataset: Iri) -> list[RecordRow]:
        """All records that describe a data set, withdrawn ones too."""
        return self._records("dataset = ?", (dataset,))

    def changed_records(self, since: int) -> Iterator[RecordRow]:
        """Records that changed, or whose graphs had to be written again, after a change sequence number."""
        sql = f"SELECT id, {_COLUMNS} FROM records WHERE change > ? AND id > ? ORDER BY id LIMIT ?"
        return map(_record, self._paged(sql, (since,)))

    def problems(self, source: str | None = None) -> Iterator[Problem]:
        """The problems of all records, or of those of a source."""
        keys = self._paged("SELECT id, id FROM records WHERE source = ifnull(?, source) AND id > ? ORDER BY id LIMIT ?", (source,))
        for (key,) in keys:
            yield from self._problems("records.id = ?", (key,))

    def problems_of(self, source: str, identifier: str) -> list[Problem]:
        """The problems of one record, in the order in which they were found."""
        return self._problems("source = ? AND identifier = ?", (source, identifier))

    def status_counts(self) -> list[StatusCount]:
        """How many records there are, by source, format and status."""
        rows = self._rows(
            "SELECT source, format, status, count(*), sum(status <> 'published' AND good_fingerprint IS NOT NULL)"
            " FROM records GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        return [StatusCount(str(a), _text(b), RecordStatus(str(c)), int(d or 0), int(e or 0)) for a, b, c, d, e in rows]

    def natives_in_use(self) -> Iterator[str]:
        """Hashes of the natives that records were made of, the last good states included."""
        for row in self.records():
            yield row.native_sha256
            if row.good_native_sha256 not in (None, row.native_sha256):
                yield str(row.good_native_sha256)

    def _save_record(self, entry: RecordEntry, change: int) -> bool:
        old = self._known(entry)
        new = _next_row(entry, old, change)
        if old is None and entry.identifier is None:
            new = replace(new, identifier=self._free_name(entry))
        differs = old is None or _said(old) != _said(new)
        if not differs and old is not None:
            new = replace(new, pending=old.pending, changed=old.changed, change=old.change)
        key = self._insert(new) if old is None else self._update(new)
        if old is not None:
            self._execute("DELETE FROM problems WHERE record = ?", (key,))
        self._execute_many("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?)", _problem_rows(key, entry.problems))
        if entry.status is RecordStatus.PUBLISHED and differs:
            if old is not None:
                self._execute("DELETE FROM record_terms WHERE record = ?", (key,))
            self._save_terms(key, entry.terms)
        if entry.identifier is not None:
            self._execute(_FORGET_NAMELESS, (entry.source, entry.native_identifier, key))
        return differs

    def _known(self, entry: RecordEntry) -> RecordRow | None:
        if entry.identifier is not None:
            return next(iter(self.find_records(entry.source, [entry.identifier])), None)
        before = self.find_natives(entry.source, [entry.native_identifier])
        return next(iter(sorted(before, key=lambda row: (not row.published, row.identifier))), None)

    def _free_name(self, entry: RecordEntry) -> str:
        """What a native without identifier goes by: what its protocol calls it, unless a record of another native has that identifier."""
        names = (entry.native_identifier, entry.location, f"{entry.location} {entry.native_sha256}")
        taken = {row.identifier for row in self.find_records(entry.source, names)}
        return next(name for name in names if name not in taken)

    def _insert(self, row: RecordRow) -> int:
        return int(self._execute(_INSERT, _values(row)).lastrowid or 0)

    def _update(self, row: RecordRow) -> int:
        self._execute(_UPDATE, (*_values(row), row.source, row.identifier))
        return int(self._one("SELECT id FROM records WHERE source = ? AND identifier = ?", (row.source, row.identifier))[0] or 0)

    def _save_terms(self, key: int, terms: tuple[Term, ...]) -> None:
        counts = Counter(terms)
        self._execute_many(_INSERT_TERM, (_term_values(term) for term in counts))
        uses = ((key, count, term.iri) for term, count in counts.items())
        self._execute_many("INSERT INTO record_terms SELECT ?1, id, ?2 FROM terms WHERE iri = ?3", uses)

    def _records(self, condition: str, values: tuple[Value, ...]) -> list[RecordRow]:
        return [_record(row) for row in self._rows(f"{_SELECT} WHERE {condition}", values)]

    def _problems(self, condition: str, values: tuple[Value, ...]) -> list[Problem]:
        sql = (
            "SELECT code, severity, source, identifier, location, place, given FROM problems JOIN records ON records.id = problems.record"
            f" WHERE {condition} ORDER BY problems.record, number"
        )
        return [_problem(row) for row in self._rows(sql, values)]


_INSERT: Final = f"INSERT INTO records ({_COLUMNS}) VALUES ({_MARKS})"
_UPDATE: Final = f"UPDATE records SET ({_COLUMNS}) = ({_MARKS}) WHERE source = ? AND identifier = ?"
_WITHDRAW: Final = (
    "UPDATE records SET status = 'withdrawn', pending = (pending OR good_fingerprint IS NOT NULL), good_fingerprint = NULL,"
    " good_native_sha256 = NULL, changed = ?, change = ? WHERE id = ?"
)
#: A native that had no identifier, and now has one, is no longer known by what its protocol calls it.
_FORGET_NAMELESS: Final = (
    "DELETE FROM records WHERE source = ? AND native_identifier = ? AND id <> ?"
    " AND iri IS NULL AND good_fingerprint IS NULL AND NOT pending"
)
_INSERT_TERM: Final = "INSERT OR IGNORE INTO terms (iri, kind, text, language, thesaurus, given_iri, unit) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _next_row(entry: RecordEntry, old: RecordRow | None, change: int) -> RecordRow:
    """The row of a record after an entry: what the entry does not know stays, and the good state changes with a good entry only."""
    good = entry.status is RecordStatus.PUBLISHED
    kept = old if old is not None and not good and old.published else None
    time = now()
    return RecordRow(
        source=entry.source,
        identifier=entry.identifier or (old.identifier if old else entry.native_identifier),
        native_identifier=entry.native_identifier,
        iri=entry.iri or (old.iri if old else None),
        dataset=kept.dataset if kept else entry.dataset or (old.dataset if old else None),
        native_sha256=entry.native_sha256,
        media_type=entry.media_type,
        format=entry.format,
        fingerprint=entry.fingerprint,
        location=entry.location,
        datestamp=entry.datestamp,
        status=entry.status,
        good_fingerprint=entry.fingerprint if good else old.good_fingerprint if old else None,
        good_native_sha256=entry.native_sha256 if good else old.good_native_sha256 if old else None,
        pending=good or (old.pending if old else False),
        first_seen=old.first_seen if old else time,
        changed=time,
        change=change,
    )


def _said(row: RecordRow) -> tuple[Value, ...]:
    """What makes two rows of a record differ; where its file lies, and the file's date, do not."""
    return (row.status, row.fingerprint, row.native_sha256, row.dataset, row.format, row.good_fingerprint)


def _values(row: RecordRow) -> list[Value]:
    return [getattr(row, name) for name in _NAMES]


def _record(row: Row) -> RecordRow:
    values = dict(zip(_NAMES, row, strict=True))
    return RecordRow(**{**values, "status": RecordStatus(str(values["status"])), "pending": bool(values["pending"])})  # type: ignore[arg-type]


def _source(row: Row) -> Source:
    identifier, pole, centre, title, homepage, licence, trust = row
    titles = tuple((str(language), str(text)) for language, text in json.loads(str(title)))
    return Source(str(identifier), _text(pole), _text(centre), titles, _text(homepage), _text(licence), int(trust or 0))


def _problem_rows(key: int, problems: tuple[Problem, ...]) -> Iterator[tuple[Value, ...]]:
    for number, problem in enumerate(problems):
        given = orjson.dumps(problem.values).decode()
        yield key, number, problem.code, problem.severity, problem.where, given


def _problem(row: Row) -> Problem:
    code, severity, source, identifier, location, place, given = map(str, row)
    values = tuple((str(name), str(value)) for name, value in json.loads(given))
    return Problem(code, Severity(severity), source, identifier, location, place, values)


def _term_values(term: Term) -> tuple[Value, ...]:
    return term.iri, term.kind, term.text, term.language, term.thesaurus, term.given_iri, term.unit


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
