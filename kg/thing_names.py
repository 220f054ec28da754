"""The names of one thing: instruments and platforms have an IRI for each identifier that records know them by (`docs/graph.md`, Things).

A record states that the weaker names are the same as its surest one. Where a weaker name is stated to be several surer ones (two
instruments of one model with the same serial number), it is none of them: what is in doubt is not merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from pyoxigraph import NamedNode

from kg.graph_node import QuadSource
from kg.model import Iri
from kg.namespaces import BASE, DT, FOAF, OWL, PROV, SOSA, is_thing, thing_rank

#: A thing has a handful of names; more are the work of somebody who wants to make us search.
_MOST_NAMES = 50


def surest_name(store: QuadSource, iri: str) -> Iri:
    """The IRI that a thing goes by. What is no thing has one IRI only."""
    if not is_thing(iri):
        return Iri(iri)
    surest = {surest_name(store, other) for other in _surer(store, iri)}
    return surest.pop() if len(surest) == 1 else Iri(iri)


def all_names(store: QuadSource, iri: str) -> tuple[Iri, ...]:
    """All IRIs of a thing, the one that it goes by first."""
    if not is_thing(iri):
        return (Iri(iri),)
    name = surest_name(store, iri)
    found = {name: None}
    waiting = [name]
    while waiting and len(found) < _MOST_NAMES:
        for weaker in _weaker(store, waiting.pop()):
            if weaker not in found and surest_name(store, weaker) == name:
                found[weaker] = None
                waiting.append(weaker)
    return tuple(found)


#: By what a data set names the instruments, stations and projects with which it was made.
_NAMED_BY = (DT.equipment, DT.facility, PROV.wasGeneratedBy)


def things_named(store: QuadSource, dataset: str | None = None) -> Iterator[Iri]:
    """The things that a data set names, or all that are named by any, each name once."""
    seen: set[str] = set()
    for said in _NAMED_BY:
        for triple in store.triples(NamedNode(dataset) if dataset else None, said):
            if isinstance(triple.object, NamedNode) and is_thing(name := triple.object.value) and name not in seen:
                seen.add(name)
                yield Iri(name)


def is_told_of(store: QuadSource, iri: str) -> bool:
    """Whether a record describes it, or it is a thing that a data set names."""
    node = NamedNode(iri)
    return _is_described(store, iri) or (is_thing(iri) and any(next(iter(store.triples(None, said, node)), None) for said in _NAMED_BY))


def datasets_with(store: QuadSource, iri: str) -> tuple[Iri, ...]:
    """The data sets that were made with an instrument, at a station or in a project, by whatever name they know it."""
    found: dict[Iri, None] = {}
    for name, said in product(all_names(store, iri), _NAMED_BY):
        for triple in store.triples(None, said, NamedNode(name)):
            if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(f"{BASE}dataset/"):
                found[Iri(triple.subject.value)] = None
    return tuple(found)


def carried_by(store: QuadSource, iri: str) -> tuple[Iri, ...]:
    """The instruments that a platform carries, each by its surest name."""
    found = (triple.subject for name in all_names(store, iri) for triple in store.triples(None, SOSA.isHostedBy, NamedNode(name)))
    return tuple(dict.fromkeys(surest_name(store, each.value) for each in found if isinstance(each, NamedNode)))


def _surer(store: QuadSource, iri: str) -> Iterator[str]:
    if (twin := _twin(iri)) and _is_described(store, twin) and not _is_described(store, iri):
        yield twin
    for triple in store.triples(NamedNode(iri), OWL.sameAs):
        if isinstance(triple.object, NamedNode) and is_thing(other := triple.object.value) and thing_rank(other) < thing_rank(iri):
            yield other


def _weaker(store: QuadSource, iri: str) -> Iterator[Iri]:
    if (twin := _twin(iri)) and not _is_described(store, twin) and next(iter(store.triples(NamedNode(twin))), None):
        yield twin
    for triple in store.triples(None, OWL.sameAs, NamedNode(iri)):
        if isinstance(triple.subject, NamedNode) and is_thing(other := triple.subject.value) and thing_rank(other) > thing_rank(iri):
            yield Iri(other)


#: Identifiers that hold for things of any kind.
_OF_ALL = ("pid", "uuid")


def _twin(iri: str) -> Iri | None:
    """The same identifier as that of a thing of the other kind: an observation names what made it, instrument or platform alike (O&M)."""
    family, _, name = iri.removeprefix(BASE).partition("/")
    other = {"equipment": "facility", "facility": "equipment"}.get(family)
    return Iri(f"{BASE}{other}/{name}") if other and name.startswith(_OF_ALL) else None


def _is_described(store: QuadSource, iri: str) -> bool:
    return next(iter(store.triples(None, FOAF.primaryTopic, NamedNode(iri))), None) is not None
