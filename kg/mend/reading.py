"""What the graph makes of a native, with the places in the native that it read: what repairs start from, and what proves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kg.crosswalk.document import Document, Node
from kg.crosswalk.language import Crosswalk
from kg.crosswalk.places import Here
from kg.link.linker import Linker
from kg.model import Mapping, Native, Outcome, Record, Term, TermKind
from kg.namespaces import DT
from kg.origins import PlacedGraph, PlacedMapper


@dataclass(frozen=True, slots=True)
class TermField:
    """One place of the native of which the graph made terms: one, or one for each language in which it is written there."""

    here: Here
    kind: TermKind
    terms: tuple[Term, ...]

    @property
    def node(self) -> Node:
        """The node for which the rule was carried out."""
        return self.here.node

    @property
    def words(self) -> str:
        """What is written there."""
        return self.terms[0].text

    @property
    def gives_iri(self) -> bool:
        """Whether the native gives an IRI there already."""
        return any(term.given_iri for term in self.terms)


@dataclass(frozen=True, slots=True)
class Reading:
    """A native that was read. `links` are the lines of its link graph."""

    native: Native
    outcome: Outcome
    record: Record
    graph: PlacedGraph
    crosswalk: Crosswalk
    links: frozenset[str]
    #: by the term's IRI: the mappings that are links
    accepted: dict[str, list[Mapping]]

    @property
    def document(self) -> Document:
        """The parsed native, which its fields point into."""
        return self.graph.document

    def term_fields(self) -> Iterator[TermField]:
        """Every place of which terms were made, in the order of the native."""
        found: dict[tuple[int, int], tuple[Here, dict[Term, None]]] = {}
        for (_, predicate), said in self.graph.origins.items():
            if predicate == DT.sourceTerm.value:
                for iri, here in said:
                    _, terms = found.setdefault((id(here.node), id(here.slots)), (here, {}))
                    terms[self.graph.terms[iri]] = None
        for here, terms in found.values():
            yield TermField(here, next(iter(terms)).kind, tuple(terms))

    def mappings(self, field: TermField) -> list[Mapping]:
        """The accepted mappings of a place."""
        return [mapping for term in field.terms for mapping in self.accepted[term.iri]]


def read(native: Native, mapper: PlacedMapper, linker: Linker) -> Reading | Outcome:
    """What the graph makes of a native; the outcome alone where it makes nothing of it."""
    mapper.last = None
    outcome = mapper.map(native)
    record = outcome.record
    if record is None or mapper.last is None:
        return outcome
    graph, crosswalk = mapper.last
    links = frozenset(linker.link(record).triples.decode().splitlines())
    accepted = {term.iri: linker.decisions.effective(term.iri, record.source, record.iri, linker.mappings(term)) for term in record.terms}
    return Reading(native, outcome, record, graph, crosswalk, links, accepted)
