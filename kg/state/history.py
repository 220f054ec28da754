"""What happened to the working folder: runs, releases, and the vocabularies that were loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kg.model import Iri
from kg.state.database import Database, Row, now


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command that writes. Without an end and not interrupted: it is going on."""

    id: int
    command: str
    started: str
    ended: str | None
    interrupted: bool
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Harvest:
    """The last run of `ingest` that changed something of a source, and how many of the source's records are published."""

    source: str
    started: str
    ended: str
    published: int


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release that was published, with the sequence number of the last change in it.

    Tags and the hold are kept with the releases, where those who serve them see them.
    """

    number: int
    time: str
    change: int


@dataclass(frozen=True, slots=True)
class VocabularyRow:
    """The state of a vocabulary that is in the store: hash of its canonical N-Triples, and the version it gives itself."""

    scheme: Iri
    sha256: str
    version: str
    loaded: str


class History(Database):
    """The part of the state that is about runs, releases and vocabularies."""

    def start_run(self, command: str) -> int:
        """Note that a run begins; returns its id. Runs that never ended were interrupted, as only one can write at a time."""
        with self._transaction():
            self._execute("UPDATE runs SET interrupted = 1 WHERE ended IS NULL")
            return self._execute("INSERT INTO runs (command, started) VALUES (?, ?)", (command, now())).lastrowid or 0

    def end_run(self, run: int, counts: Mapping[str, int], *, interrupted: bool = False) -> None:
        """Note that a run ended, and its counts."""
        with self._transaction():
            values = (now(), interrupted, json.dumps(dict(counts)), run)
            self._execute("UPDATE runs SET ended = ?, interrupted = ?, counts = ? WHERE id = ?", values)

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, newest first."""
        sql = "SELECT id, command, started, ended, interrupted, counts FROM runs ORDER BY id DESC LIMIT ?"
        return [_run(row) for row in self._rows(sql, (limit,))]

    def harvests(self) -> list[Harvest]:
        """The last harvest of each source that anything came from, by source."""
        rows = self._rows(
            "SELECT source, started, ifnull(ended, started), published FROM"
            " (SELECT source, max(changed) AS last, count(good_fingerprint) AS published FROM records GROUP BY source)"
            " JOIN runs ON runs.id = (SELECT max(id) FROM runs WHERE command = 'ingest' AND started <= last) ORDER BY source"
        )
        return [Harvest(str(source), str(started), str(ended), int(count or 0)) for source, started, ended, count in rows]

    def save_release(self, number: int, time: str, change: int) -> None:
        """Note a release; noting it again does no harm."""
        with self._transaction():
            self._execute("INSERT OR REPLACE INTO releases VALUES (?, ?, ?)", (number, time, change))

    def releases(self) -> list[ReleaseRow]:
        """All releases there ever were, also those that were pruned since, by number."""
        rows = self._rows("SELECT number, time, change FROM releases ORDER BY number")
        return [ReleaseRow(int(number or 0), str(time), int(change or 0)) for number, time, change in rows]

    def save_vocabulary(self, scheme: Iri, sha256: str, version: str) -> bool:
        """Note that a vocabulary is in the store; returns whether it differs from the one before."""
        with self._transaction() as change:
            if self._one("SELECT sha256 FROM vocabularies WHERE scheme = ?", (scheme,))[0] == sha256:
                return False
            self._execute("INSERT OR REPLACE INTO vocabularies VALUES (?, ?, ?, ?, ?)", (scheme, sha256, version, now(), change))
            self._note_change(change)
            return True

    def forget_vocabulary(self, scheme: Iri) -> None:
        """Note that a vocabulary is no longer in the store."""
        with self._transaction() as change:
            if self._execute("DELETE FROM vocabularies WHERE scheme = ?", (scheme,)).rowcount:
                self._note_change(change)

    def vocabularies(self) -> list[VocabularyRow]:
        """The vocabularies that are in the store, by scheme."""
        rows = self._rows("SELECT scheme, sha256, version, loaded FROM vocabularies ORDER BY scheme")
        return [VocabularyRow(Iri(str(scheme)), str(sha256), str(version), str(loaded)) for scheme, sha256, version, loaded in rows]


def _run(row: Row) -> Run:
    key, command, started, ended, interrupted, counts = row
    pairs = tuple((str(name), int(value)) for name, value in json.loads(str(counts)).items())
    return Run(int(key or 0), str(command), str(started), None if ended is None else str(ended), bool(interrupted), pairs)
