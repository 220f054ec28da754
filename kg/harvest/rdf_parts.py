"""Takes a graph in which several records stand apart: each part is what one record reaches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.namespaces import DCT, RDF, RDFS, SKOS

Resource = ox.NamedNode | ox.BlankNode
#: A triple with its place in the file.
_Placed = tuple[int, ox.Triple]

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

    @classmethod
    def from_yaml(cls, table: Mapping[str, Any]) -> RdfTable:
        """The table as it stands in the file."""
        services = table["services"]
        return cls(*map(frozenset, (table["records"], services["classes"], services["through"], table["lists"], table["backwards"])))


def split_graph(triples: Iterable[ox.Triple], table: RdfTable) -> list[tuple[Resource, list[ox.Triple]]]:
    """The part of a graph that belongs to each of its records, in the order of the file, with blank nodes numbered in that order.

    It is what is reached from the record without passing through another record or a list of many things.
    """
    graph = _Graph(triples, table)
    return [(record, _numbered(graph.reached(record))) for record in graph.records]


class _Graph:
    """A graph indexed for following its properties."""

    def __init__(self, triples: Iterable[ox.Triple], table: RdfTable) -> None:
        self._by_subject: dict[Resource, list[_Placed]] = defaultdict(list)
        self._by_object: dict[Resource, list[_Placed]] = defaultdict(list)
        self._backwards = table.backwards
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
            if triple.predicate.value in table.through:
                used.add(value)
        belonging = {node for node in used if kinds[node] & table.services and not kinds[node] - table.services & table.records}
        found = [subject for subject in self._by_subject if kinds[subject] & table.records]
        self.records = [subject for subject in found if subject not in belonging] or found
        self._among = frozenset(self.records)
        self._edge = self._among | {subject for subject in self._by_subject if kinds[subject] & table.lists}

    def reached(self, start: Resource) -> list[ox.Triple]:
        """What belongs to a record, in the order of the file."""
        seen, waiting, found = {start}, [start], dict[int, ox.Triple]()
        while waiting:
            node = waiting.pop()
            inside = node == start or node not in self._edge
            found.update((place, triple) for place, triple in self._by_subject.get(node, ()) if inside or triple.predicate in _NAMES)
            neighbours = self._neighbours(node) - seen if inside else set()
            seen |= neighbours
            waiting += neighbours
        # what other records say of it: the series that lists it, the service that serves it
        found.update((place, triple) for place, triple in self._by_object.get(start, ()) if triple.subject in self._among)
        return [found[place] for place in sorted(found)]

    def _neighbours(self, node: Resource) -> set[Resource]:
        ahead = {
            triple.object
            for _, triple in self._by_subject.get(node, ())
            if isinstance(triple.object, ox.NamedNode | ox.BlankNode) and triple.predicate != RDF.type
        }
        behind = {
            triple.subject
            for _, triple in self._by_object.get(node, ())
            if triple.predicate.value in self._backwards and triple.subject not in self._edge
        }
        return ahead | behind  # type: ignore[operator]


def _numbered(triples: list[ox.Triple]) -> list[ox.Triple]:
    """The triples with blank nodes named by their order, since parsers name them anew each time."""
    names: dict[object, ox.BlankNode] = {}

    def named(node: Any) -> Any:
        return names.setdefault(node, ox.BlankNode(f"b{len(names)}")) if isinstance(node, ox.BlankNode) else node

    return [ox.Triple(named(each.subject), each.predicate, named(each.object)) for each in triples]
