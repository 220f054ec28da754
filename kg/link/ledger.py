"""The decisions on terms: what holds, of all that tools and people ever decided.

The ledger is append-only. Of several decisions on one term and concept, a person's holds over a tool's, then the one scoped to the record
over the one scoped to its source over the general one, then the last. Where a person, or a narrower scope, accepted a concept for a term,
it replaces what tools or wider scopes accepted for that term. A rejection is remembered: a tool's later finding does not undo a person's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kg.model import Iri, Mapping, MappingStatus
from kg.namespaces import BASE, EU_ACCESS_RIGHT

#: The object of a decision that a term means no concept at all (<https://mapping-commons.github.io/sssom/spec-model/#no-term-found>).
NO_CONCEPT: Final = Iri("https://w3id.org/sssom/NoTermFound")

_NO_MAPPINGS: Final[tuple[Mapping, ...]] = ()


def is_person(mapping: Mapping) -> bool:
    """Whether a person decided."""
    return mapping.author.startswith("person:")


@dataclass(frozen=True, slots=True)
class _Rank:
    """What makes one decision hold over another, most important first."""

    person: bool
    scope: int
    place: int

    @property
    def authority(self) -> tuple[bool, int]:
        return self.person, self.scope

    @property
    def order(self) -> tuple[bool, int, int]:
        return self.person, self.scope, self.place


class Decisions:
    """All decisions of a ledger in memory, by subject. It is not changed: new rows make a new view with `extended`."""

    def __init__(self, rows: Iterable[Mapping] = ()) -> None:
        """:param rows: ledger entries in the order in which they were appended."""
        by_subject: dict[Iri, list[Mapping]] = defaultdict(list)
        for row in rows:
            by_subject[row.subject].append(row)
        self._by_subject = {subject: tuple(of) for subject, of in by_subject.items()}
        self._scoped = frozenset(subject for subject, of in self._by_subject.items() if any(row.scope for row in of))

    def __len__(self) -> int:
        return sum(map(len, self._by_subject.values()))

    def of(self, subject: str) -> Sequence[Mapping]:
        """Every entry on a subject, oldest first: its history."""
        return self._by_subject.get(Iri(subject), _NO_MAPPINGS)

    def is_scoped(self, subject: str) -> bool:
        """Whether what holds for a subject differs between records."""
        return Iri(subject) in self._scoped

    def extended(self, rows: Iterable[Mapping]) -> Decisions:
        """These decisions and later ones."""
        return Decisions([*(row for of in self._by_subject.values() for row in of), *rows])

    def effective(self, subject: str, source: str = "", record: str = "", fresh: Iterable[Mapping] = ()) -> list[Mapping]:
        """The accepted mappings that hold for a subject in a record of a source, best first.

        :param fresh: what a tool finds now; it counts as appended last.
        """
        return [mapping for mapping in self.current(subject, source, record, fresh) if mapping.status is MappingStatus.ACCEPTED]

    def current(self, subject: str, source: str = "", record: str = "", fresh: Iterable[Mapping] = ()) -> list[Mapping]:
        """The last word on each concept ever named for a subject, whatever its status; what a higher authority replaced is left out."""
        return _without_replaced(list(self._ranked(subject, source, record, fresh).values()))

    def refuses(self, subject: str, concept: str, source: str = "", record: str = "") -> bool:
        """Whether it was decided that a subject does not mean a concept, or, later or by a higher authority, that it means none at all."""
        ranked = self._ranked(subject, source, record, ())
        said, nothing = ranked.get(Iri(concept)), ranked.get(NO_CONCEPT)
        if nothing and nothing[1].status is MappingStatus.ACCEPTED and (said is None or nothing[0].order > said[0].order):
            return True
        return said is not None and said[1].status is MappingStatus.REJECTED

    def _ranked(self, subject: str, source: str, record: str, fresh: Iterable[Mapping]) -> dict[Iri, tuple[_Rank, Mapping]]:
        """The last word on each concept, with what makes it hold over others."""
        ranks: dict[Iri, tuple[_Rank, Mapping]] = {}
        for place, mapping in enumerate((*self.of(subject), *fresh)):
            scope = _specificity(mapping.scope, source, record)
            if scope is None:
                continue
            rank = _Rank(is_person(mapping), scope, place)
            if mapping.object not in ranks or rank.order >= ranks[mapping.object][0].order:
                ranks[mapping.object] = rank, mapping
        return ranks


def _specificity(scope: str, source: str, record: str) -> int | None:
    """How narrow a scope is: record 2, source 1, everywhere 0; nothing where it does not hold here."""
    if not scope:
        return 0
    if record and scope == record:
        return 2
    return 1 if source and scope == source else None


def _without_replaced(ranked: list[tuple[_Rank, Mapping]]) -> list[Mapping]:
    """All but what a higher authority replaced; licence and access condition of one string do not replace each other."""
    highest: dict[bool, tuple[bool, int]] = {}
    for rank, mapping in ranked:
        if mapping.status is MappingStatus.ACCEPTED:
            aspect = _is_access(mapping.object)
            highest[aspect] = max(rank.authority, highest.get(aspect, (False, 0)))
    kept = [m for rank, m in ranked if m.status is not MappingStatus.ACCEPTED or rank.authority == highest[_is_access(m.object)]]
    if any(mapping.object == NO_CONCEPT and mapping.status is MappingStatus.ACCEPTED for mapping in kept):
        kept = [mapping for mapping in kept if mapping.status is not MappingStatus.ACCEPTED]
    return sorted(kept, key=lambda mapping: (-mapping.confidence, mapping.object))


def _is_access(concept: str) -> bool:
    return concept.startswith((BASE + "access/", EU_ACCESS_RIGHT))


def changes(known: Iterable[Mapping], fresh: Sequence[Mapping], author_prefix: str) -> list[Mapping]:
    """What a tool has to append so that the ledger holds its present findings: new ones, changed ones, and withdrawals of those gone.

    Nothing is appended where a tool finds what it found before, or what a person decided on; entries of people and of other tools
    are not touched.

    :param author_prefix: the beginning of the tool's author, whatever its version.
    """
    last: dict[tuple[Iri, str], Mapping] = {}
    decided = set()
    for mapping in known:
        if is_person(mapping):
            decided.add((mapping.object, mapping.scope))
        if mapping.author.startswith(author_prefix):
            last[mapping.object, mapping.scope] = mapping
    now = {(mapping.object, mapping.scope): mapping for mapping in fresh if (mapping.object, mapping.scope) not in decided}
    appended = [mapping for key, mapping in now.items() if key not in last or _meaning(last[key]) != _meaning(mapping)]
    gone = [
        mapping for key, mapping in last.items() if key not in now and key not in decided and mapping.status is not MappingStatus.REJECTED
    ]
    return appended + [_withdrawn(mapping, fresh) for mapping in gone]


def _meaning(mapping: Mapping) -> tuple[object, ...]:
    return mapping.predicate, mapping.confidence, mapping.justification, mapping.rule, mapping.status


def _withdrawn(mapping: Mapping, fresh: Sequence[Mapping]) -> Mapping:
    author = fresh[0].author if fresh else mapping.author
    return Mapping(
        subject=mapping.subject,
        predicate=mapping.predicate,
        object=mapping.object,
        confidence=mapping.confidence,
        justification=mapping.justification,
        author=author,
        rule="withdrawn: the vocabularies or rules of now do not find it any more",
        scope=mapping.scope,
        status=MappingStatus.REJECTED,
    )
