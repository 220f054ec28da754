"""The mapping ledger: what tools and people decided about terms and concepts. Nothing in it is ever changed or deleted."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are always bound

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kg.model import Iri, Mapping, MappingStatus
from kg.state.database import Database, Row, listed, now

_COLUMNS: Final = "subject, predicate, object, confidence, justification, author, rule, scope, status, time"
_INSERT: Final = f"INSERT INTO mappings ({_COLUMNS}, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def by_person(mapping: Mapping) -> bool:
    """A person decided it, and not a tool."""
    return mapping.author.startswith("person:")


class Ledger(Database):
    """The part of the state that is about mappings.

    The *current* entry on a subject, an object and a scope is the last one; the predicate is part of what is decided, so that a person's
    `broadMatch` replaces a tool's `exactMatch`. What holds for a term in a record, among scopes and authors, is for `kg.link` to say.
    """

    def append_mappings(self, mappings: Iterable[Mapping]) -> int:
        """Append what differs from the current entries; returns how many were appended.

        A tool's entry is not appended over a person's. Of several entries on the same subject, object and scope only the last counts.
        An entry without a time gets the present one; time and the version of a tool alone make no difference.
        """
        latest = {_about(mapping): mapping for mapping in mappings}
        if not latest:
            return 0
        with self._transaction() as change:
            current = {_about(entry): entry for entry in self.current_mappings({mapping.subject for mapping in latest.values()})}
            fresh = [mapping for about, mapping in latest.items() if _is_news(mapping, current.get(about))]
            for mapping in fresh:
                self._append(mapping, change)
            if fresh:
                self._note_change(change)
        return len(fresh)

    def current_mappings(self, subjects: Iterable[Iri] | None = None, *, since: int = 0) -> Iterator[Mapping]:
        """Current entries of any status, all of them or those of some subjects, oldest first.

        :param since: a change sequence number; only entries that were made after it.
        """
        of = "" if subjects is None else " WHERE subject IN (SELECT value FROM json_each(?))"
        sql = f"SELECT id, {_COLUMNS} FROM mappings WHERE id IN (SELECT mapping FROM ledger_heads{of}) AND change > ?"
        values = (since,) if subjects is None else (listed(subjects), since)
        return map(_mapping, self._paged(sql + " AND id > ? ORDER BY id LIMIT ?", values))

    def mapping_history(self, subject: Iri) -> list[Mapping]:
        """Every entry there ever was on a subject, oldest first."""
        return [_mapping(row) for row in self._rows(f"SELECT {_COLUMNS} FROM mappings WHERE subject = ? ORDER BY id", (subject,))]

    def _append(self, mapping: Mapping, change: int) -> None:
        cursor = self._execute(_INSERT, (*_values(mapping), change))
        head = (mapping.subject, mapping.object, mapping.scope, cursor.lastrowid)
        self._execute("INSERT OR REPLACE INTO ledger_heads VALUES (?, ?, ?, ?)", head)


def _about(mapping: Mapping) -> tuple[str, str, str]:
    return mapping.subject, mapping.object, mapping.scope


def _is_news(mapping: Mapping, current: Mapping | None) -> bool:
    if current is None:
        return True
    if by_person(current) and not by_person(mapping):
        return False
    return _decided(current) != _decided(mapping)


def _decided(mapping: Mapping) -> tuple[str | float, ...]:
    who = mapping.author if by_person(mapping) else "tool"
    return mapping.predicate, mapping.confidence, mapping.justification, mapping.rule, mapping.status, who


def _values(mapping: Mapping) -> tuple[str | float, ...]:
    return (
        mapping.subject,
        mapping.predicate,
        mapping.object,
        mapping.confidence,
        mapping.justification,
        mapping.author,
        mapping.rule,
        mapping.scope,
        mapping.status,
        mapping.time or now(),
    )


def _mapping(row: Row) -> Mapping:
    subject, predicate, target, confidence, justification, author, rule, scope, status, time = row
    return Mapping(
        subject=Iri(str(subject)),
        predicate=str(predicate),
        object=Iri(str(target)),
        confidence=float(confidence or 0),
        justification=str(justification),
        author=str(author),
        rule=str(rule),
        scope=str(scope),
        status=MappingStatus(str(status)),
        time=str(time),
    )
