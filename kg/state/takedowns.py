"""Takedowns: records that are erased on request, and never taken in again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kg.model import Iri
from kg.state.database import Database, listed, now


@dataclass(frozen=True, slots=True)
class Takedown:
    """A record that was taken down: its IRI, its source and what the protocol called it, when, and why."""

    record: Iri
    source: str
    native_identifier: str
    time: str
    reason: str


class Takedowns(Database):
    """The part of the state that is about takedowns."""

    def take_down(self, records: Iterable[Iri], reason: str) -> int:
        """Forget what records say, but for their names, and note that they are never to come back; returns how many that are.

        Their graphs are pending to be removed, as those of withdrawn records. What is deleted is overwritten.
        """
        self._execute("PRAGMA secure_delete = ON")
        with self._transaction() as change:
            rows = self._rows(
                "SELECT id, iri, source, native_identifier FROM records"
                " WHERE iri IN (SELECT value FROM json_each(?)) AND iri NOT IN (SELECT iri FROM taken_down)",
                (listed(records),),
            )
            for key, iri, source, native_identifier in rows:
                used = [str(term) for (term,) in self._rows("SELECT term FROM record_terms WHERE record = ?", (key,))]
                self._execute("DELETE FROM problems WHERE record = ?", (key,))
                self._execute("DELETE FROM record_terms WHERE record = ?", (key,))
                self._execute(_FORGET_TERMS, (listed(used),))
                self._execute(_ERASE, (now(), change, key))
                self._execute("INSERT INTO taken_down VALUES (?, ?, ?, ?, ?)", (iri, source, native_identifier, now(), reason))
            if rows:
                self._note_change(change)
        self._execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return len(rows)

    def takedowns(self) -> list[Takedown]:
        """All of them, oldest first."""
        rows = self._rows("SELECT iri, source, native_identifier, time, reason FROM taken_down ORDER BY time, iri")
        return [Takedown(Iri(str(iri)), str(source), str(name), str(time), str(why)) for iri, source, name, time, why in rows]

    def is_native_in_use(self, sha256: str, but: Iterable[Iri]) -> bool:
        """Whether a record, other than some, was made of a native."""
        sql = (
            "SELECT 1 FROM records WHERE ? IN (native_sha256, ifnull(good_native_sha256, ''))"
            " AND ifnull(iri, '') NOT IN (SELECT value FROM json_each(?))"
        )
        return bool(self._rows(sql, (sha256, listed(but))))


_ERASE: Final = (
    "UPDATE records SET status = 'withdrawn', pending = (pending OR good_fingerprint IS NOT NULL), good_fingerprint = NULL,"
    " good_native_sha256 = NULL, native_sha256 = '', fingerprint = '', location = '', changed = ?, change = ? WHERE id = ?"
)
_FORGET_TERMS: Final = (
    "DELETE FROM terms WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?)) AND id NOT IN (SELECT term FROM record_terms)"
)
