"""How much of what records say is linked: the uses of terms by format, and the data sets with a variable by pole."""

# ruff: noqa: S608 - statements are put together from constants of this file and of `kg.state.terms`; values are always bound

from __future__ import annotations

from collections.abc import Iterator

from kg.model import Term
from kg.namespaces import BASE
from kg.state.database import Database
from kg.state.terms import MAPPED, TERM, USES, term_of


class Linked(Database):
    """The part of the state that counts links."""

    def linked_uses(self) -> Iterator[tuple[Term, str, int, int]]:
        """Each term with each format of the records that use it, in their number, and the number of those in which it is linked."""
        sql = f"SELECT {TERM}, ifnull(records.format, ''), count(*), sum({MAPPED}) FROM {USES} GROUP BY terms.id, records.format"
        for row in self._rows(sql):
            yield term_of(row[:6]), str(row[6]), int(row[7] or 0), int(row[8] or 0)

    def variable_shares(self) -> list[tuple[str, int, int]]:
        """By pole, the data sets that have a published record, and those of them with at least one term that is linked to a variable."""
        sql = (
            "SELECT ifnull(sources.pole, ''), count(DISTINCT records.dataset), count(DISTINCT iif(EXISTS (SELECT 1 FROM record_terms"
            " JOIN terms ON terms.id = record_terms.term JOIN ledger_heads ON ledger_heads.subject = terms.iri JOIN mappings"
            " ON mappings.id = ledger_heads.mapping WHERE record_terms.record = records.id AND mappings.status = 'accepted'"
            " AND ledger_heads.scope IN ('', records.source, records.iri) AND mappings.object LIKE ?2), records.dataset, NULL))"
            " FROM records JOIN sources ON sources.id = records.source"
            " WHERE good_fingerprint IS NOT NULL AND records.dataset LIKE ?1 GROUP BY 1 ORDER BY 1"
        )
        rows = self._rows(sql, (f"{BASE}dataset/%", f"{BASE}variable/%"))
        return [(str(pole), int(all_ or 0), int(some or 0)) for pole, all_, some in rows]
