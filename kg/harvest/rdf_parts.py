"""Takes a graph in which several records stand apart: each part is what one record reaches."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from kg.namespaces import DCT, RDF, RDFS, SKOS

Resource = ox.NamedNode | ox.BlankNode
#: A triple with its place in the file.
_Placed = tuple[int, ox.Triple]

#: Triples of a part; the nearest count. A record has some hundreds, but through what everything shares it may reach a whole graph.
_MOST: Final = 5_000
#: What is kept of a thing at which following stops.
_NAMES = frozenset({DCT.identifier, DCT.title, RDFS.label, SKOS.prefLabel})


@dataclass(frozen=True, slots=True)
class RdfTable:
    """The part `rdf` of `mappings/containers.yaml`, which says what each is for."""

    records: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    through: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    backwards: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()

    @classmethod
    def from_yaml(cls, table: Mapping[str, Any]) -> RdfTable:
        """The table as it stands in the file."""
        services = table["services"]
        given = (table["records"], services["classes"], services["through"], table["lists"], table["backwards"], table["apart"])
        return cls(*map(frozenset, given))


class RecordsOfGraph:
    """A graph, and the part of it that belongs to each of its records, in the order of the file.

    A part is what is reached from the record without passing through another record or a list of many things.
    """

    def __init__(self, triples: Iterable[ox.Triple], table: RdfTable) -> None:
        self._by_subject: dict[Resource, list[_Placed]] = defaultdict(list)
        self._by_object: dict[Resource, list[_Placed]] = defaultdict(list)
        self._behind: dict[Resource, list[Resource]] = defaultdict(list)
        self._apart = table.apart | {RDF.type.value}
        kinds: dict[Resource, set[str]] = defaultdict(set)
        used: set[Resource] = set()
        for place, triple in enumerate(triples):
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                continue
            self._by_subject[subject].append((place, triple))
            if isinstance(value, ox.Literal):
                continue
            if triple.predicate == RDF.type:
                kinds[subject].add(str(value.value))
                continue
            self._by_object[value].append((place, triple))
            if triple.predicate.value in table.backwards:
                self._behind[value].append(subject)
            if triple.predicate.value in table.through:
                used.add(value)
        belonging = {node for node in used if kinds[node] & table.services and not kinds[node] - table.services & table.records}
        found = [subject for subject in self._by_subject if kinds[subject] & table.records]
        self.records = [subject for subject in found if subject not in belonging] or found
        self._among = frozenset(self.records)
        self._edge = self._among | {subject for subject in self._by_subject if kinds[subject] & table.lists}

    def __len__(self) -> int:
        return len(self.records)

    def parts(self) -> Iterator[tuple[Resource, list[ox.Triple]]]:
        """Each record with its part, in which blank nodes are numbered in the order of the file."""
        return ((record, _numbered(self._reached(record))) for record in self.records)

    def _reached(self, start: Resource) -> list[ox.Triple]:
        """What belongs to a record, in the order of the file."""
        seen, waiting = {start}, deque([start])
        # what other records say of it: the series that lists it, the service that serves it
        found = {place: triple for place, triple in self._by_object.get(start, ()) if triple.subject in self._among}
        while waiting and len(found) < _MOST:
            node = waiting.popleft()
            inside = node == start or node not in self._edge
            found.update((place, triple) for place, triple in self._by_subject.get(node, ()) if inside or triple.predicate in _NAMES)
            neighbours = [each for each in self._neighbours(node) if each not in seen] if inside else []
            seen.update(neighbours)
            waiting += neighbours
        return [found[place] for place in sorted(found)]

    def _neighbours(self, node: Resource) -> dict[Resource, None]:
        """What is one step away, each once."""
        ahead = {
            triple.object: None
            for _, triple in self._by_subject.get(node, ())
            if isinstance(triple.object, ox.NamedNode | ox.BlankNode) and triple.predicate.value not in self._apart
        }
        behind = {subject: None for subject in self._behind.get(node, ()) if subject not in self._edge}
        return ahead | behind


def _numbered(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank nodes named by their order, since parsers name them anew each time."""
    names: dict[object, ox.BlankNode] = {}

    def named(node: Any) -> Any:
        return names.setdefault(node, ox.BlankNode(f"b{len(names)}")) if isinstance(node, ox.BlankNode) else node

    return [ox.Triple(named(each.subject), each.predicate, named(each.object)) for each in triples]
