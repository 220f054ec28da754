"""Source terms: which records use them, how often, and how many of the uses are mapped."""

# ruff: noqa: S608 - statements are put together from constants of this file; values are always bound

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kg.model import Iri, Term, TermKind
from kg.state.database import Database, Row, listed


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term, how many records use it, and how often in all."""

    term: Term
    records: int
    uses: int


@dataclass(frozen=True, slots=True)
class TermCount:
    """The terms of one kind and how many of them are mapped: once counted as terms, and once weighted by the records that use them."""

    kind: TermKind
    terms: int
    mapped_terms: int
    uses: int
    mapped_uses: int


#: The columns of a term, for `term_of`.
TERM: Final = "terms.kind, terms.text, terms.language, terms.thesaurus, terms.given_iri, terms.unit"
#: An accepted entry for the term that is in force for the record. `sssom:NoTermFound` is the decision that there is no concept.
MAPPED: Final = """EXISTS (
    SELECT 1 FROM ledger_heads JOIN mappings ON mappings.id = ledger_heads.mapping
    WHERE ledger_heads.subject = terms.iri AND ledger_heads.scope IN ('', records.source, records.iri)
    AND mappings.status = 'accepted' AND mappings.object NOT LIKE '%/sssom/NoTermFound')"""
#: Terms with the published records that use them.
USES: Final = "terms JOIN record_terms ON record_terms.term = terms.id JOIN records ON records.id = record_terms.record"


class Terms(Database):
    """The part of the state that is about source terms. They are saved with the records that use them."""

    def terms(self, kind: TermKind | None = None) -> Iterator[Term]:
        """Every term ever used, also those that no record uses any more."""
        sql = f"SELECT id, {TERM} FROM terms WHERE kind = ifnull(?, kind) AND id > ? ORDER BY id LIMIT ?"
        return map(term_of, self._paged(sql, (kind,)))

    def find_terms(self, iris: Iterable[Iri]) -> dict[Iri, Term]:
        """Terms by their IRIs."""
        rows = self._rows(f"SELECT {TERM} FROM terms WHERE iri IN (SELECT value FROM json_each(?))", (listed(iris),))
        return {term.iri: term for term in map(term_of, rows)}

    def terms_with_text(self, text: str, kind: TermKind | None = None) -> list[Term]:
        """Terms whose text is as given, of any kind or of one."""
        sql = f"SELECT {TERM} FROM terms WHERE text = ? AND kind = ifnull(?, kind) ORDER BY id"
        return [term_of(row) for row in self._rows(sql, (text, kind))]

    def proposed_terms(self, kind: TermKind | None = None, limit: int = 50) -> list[TermUse]:
        """Terms that wait for a decision (something is proposed, nothing accepted), by how many records it would unlock, most first."""
        sql = (
            f"SELECT {TERM}, count(*), sum(record_terms.count) FROM {USES} WHERE terms.kind = ifnull(?, terms.kind) AND NOT {MAPPED}"
            " AND EXISTS (SELECT 1 FROM ledger_heads JOIN mappings ON mappings.id = ledger_heads.mapping"
            " WHERE ledger_heads.subject = terms.iri AND mappings.status = 'proposed')"
            " GROUP BY terms.id ORDER BY count(*) DESC, terms.iri LIMIT ?"
        )
        return [_use(row) for row in self._rows(sql, (kind, limit))]

    def terms_of(self, record: Iri) -> list[TermUse]:
        """The terms that the published state of a record uses."""
        sql = f"SELECT {TERM}, 1, count FROM {USES} WHERE records.iri = ? ORDER BY terms.id"
        return [_use(row) for row in self._rows(sql, (record,))]

    def records_using(self, terms: Iterable[Iri]) -> list[Iri]:
        """Records whose published state uses one of some terms: those that a decision on these terms touches."""
        sql = f"SELECT DISTINCT records.iri FROM {USES} WHERE terms.iri IN (SELECT value FROM json_each(?))"
        return [Iri(str(iri)) for (iri,) in self._rows(sql + " ORDER BY records.id", (listed(terms),))]

    def unmapped_terms(self, kind: TermKind | None = None, limit: int = 1000) -> list[TermUse]:
        """Terms with uses that no accepted mapping covers, the most used first; only these uses are counted.

        :param limit: the most that are given; all of them where it is negative.
        """
        sql = (
            f"SELECT {TERM}, count(*), sum(record_terms.count) FROM {USES} WHERE terms.kind = ifnull(?, terms.kind) AND NOT {MAPPED}"
            " GROUP BY terms.id ORDER BY count(*) DESC, terms.iri LIMIT ?"
        )
        return [_use(row) for row in self._rows(sql, (kind, limit))]

    def term_counts(self, source: str | None = None) -> list[TermCount]:
        """By kind, how many terms and uses (a term in a record) there are and how many are mapped, of all records or those of a source."""
        uses = f"SELECT terms.kind AS kind, terms.id AS term, {MAPPED} AS mapped FROM {USES} WHERE source = ifnull(?, source)"
        counts = "count(DISTINCT term), count(DISTINCT iif(mapped, term, NULL)), count(*), sum(mapped)"
        rows = self._rows(f"SELECT kind, {counts} FROM ({uses}) GROUP BY kind ORDER BY kind", (source,))
        return [TermCount(TermKind(str(row[0])), *(int(value or 0) for value in row[1:])) for row in rows]


def term_of(row: Row) -> Term:
    """The term of a row that was selected by `TERM`."""
    kind, text, *rest = row
    return Term(TermKind(str(kind)), str(text), *(None if value is None else str(value) for value in rest))


def _use(row: Row) -> TermUse:
    return TermUse(term_of(row[:6]), int(row[6] or 0), int(row[7] or 0))
