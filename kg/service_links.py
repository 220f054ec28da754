"""Which service gives access to which data set, by whatever name the record of the service knows the data set.

A service of a catalogue names data sets by the identifiers of their records there, by DOI, or by the address that they have in the
catalogue; a data set goes by one of these (`docs/graph.md`, IRIs).
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg.graph_node import QuadSource
from kg.model import Iri
from kg.namespaces import DCAT, DCT, FOAF, OWL, XSD


def datasets_served(store: QuadSource, service: str) -> tuple[Iri, ...]:
    """The data sets to which a service gives access, each by the name that it goes by; what no record describes, as it is named."""
    named = (triple.object for triple in store.triples(NamedNode(service), DCAT.servesDataset))
    return tuple(dict.fromkeys(_described(store, each) for each in named if isinstance(each, NamedNode)))


def services_of(store: QuadSource, dataset: str) -> tuple[Iri, ...]:
    """The services that records describe and that give access to a data set."""
    found = (triple.subject for name in _names(store, NamedNode(dataset)) for triple in store.triples(None, DCAT.servesDataset, name))
    return tuple(dict.fromkeys(Iri(each.value) for each in found if isinstance(each, NamedNode) and _is_topic(store, each)))


def _names(store: QuadSource, dataset: NamedNode) -> Iterator[NamedNode]:
    """The data set itself, its DOI and its addresses in catalogues, and its names in the sources of its records."""
    yield dataset
    for triple in store.triples(None, OWL.sameAs, dataset):
        if isinstance(triple.subject, NamedNode):
            yield triple.subject
    for said in (OWL.sameAs, DCT.identifier):
        for triple in store.triples(dataset, said):
            if isinstance(triple.object, NamedNode):
                yield triple.object
            elif isinstance(triple.object, Literal) and triple.object.datatype == XSD.anyURI:
                yield NamedNode(triple.object.value)


def _described(store: QuadSource, name: NamedNode) -> Iri:
    """The data set that a name means: that which a record describes, where exactly one is meant."""
    if _is_topic(store, name):
        return Iri(name.value)
    same = {triple.object for triple in store.triples(name, OWL.sameAs)}
    same |= {triple.subject for triple in store.triples(None, OWL.sameAs, name)}
    same |= {triple.subject for triple in store.triples(None, DCT.identifier, Literal(name.value, datatype=XSD.anyURI))}
    topics = {each.value for each in same if isinstance(each, NamedNode) and _is_topic(store, each)}
    return Iri(topics.pop() if len(topics) == 1 else name.value)


def _is_topic(store: QuadSource, node: NamedNode) -> bool:
    return next(iter(store.triples(None, FOAF.primaryTopic, node)), None) is not None
