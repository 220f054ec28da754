"""Blank nodes become IRIs (RDF 1.1 Concepts, section 3.5: skolemisation), so that versions can be compared line by line.

A blank node is named by what it says and by what points at it, not by its label or its number in the file: a change elsewhere leaves its
name as it is. Only blank nodes that point at each other in a circle are numbered canonically (<https://www.w3.org/TR/rdf-canon/>).
That can be made to take for ever, so there may be few of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from kg.errors import VocabularyError
from kg.namespaces import BASE, digest

_GENID: Final = BASE + ".well-known/genid/"
#: Real vocabularies have none at all.
_MOST_IN_CIRCLES: Final = 50

_Names: TypeAlias = dict[BlankNode, str]
_Triples: TypeAlias = dict[BlankNode, list[Triple]]


def without_blank_nodes(triples: Iterable[Triple], vocabulary: str) -> Iterator[Triple]:
    """The triples with IRIs in place of blank nodes; two blank nodes at one place that say the same become one.

    :param vocabulary: becomes part of the IRIs.
    :raises VocabularyError: when many blank nodes point at each other in circles.
    """
    everything = list(triples)
    outgoing: _Triples = defaultdict(list)
    incoming: _Triples = defaultdict(list)
    for triple in everything:
        if isinstance(triple.subject, BlankNode):
            outgoing[triple.subject].append(triple)
        if isinstance(triple.object, BlankNode):
            incoming[triple.object].append(triple)
    order = _leaves_first(outgoing, incoming)
    names = _names(order, outgoing, incoming)
    iris = {node: NamedNode(f"{_GENID}{vocabulary}-{name}") for node, name in names.items()}
    named = (_renamed(triple, iris) for triple in everything)
    if len(iris) == len({*outgoing, *incoming}):
        yield from named
    else:
        yield from _numbered(named, len({*outgoing, *incoming}) - len(iris), vocabulary)


def _leaves_first(outgoing: _Triples, incoming: _Triples) -> list[BlankNode]:
    """Blank nodes in an order in which each follows those that it points at; those of circles, and above them, are left out."""
    waiting = {node: len(_blank(each.object for each in outgoing.get(node, ()))) for node in {*outgoing, *incoming}}
    order = [node for node, count in waiting.items() if count == 0]
    for node in order:
        for parent in _blank(each.subject for each in incoming.get(node, ())):
            waiting[parent] -= 1
            if waiting[parent] == 0:
                order.append(parent)
    return order


def _blank(terms: Iterable[object]) -> set[BlankNode]:
    return {term for term in terms if isinstance(term, BlankNode)}


def _names(order: list[BlankNode], outgoing: _Triples, incoming: _Triples) -> _Names:
    """First what each says, from the leaves up; then where each stands, from the top down."""
    contents: _Names = {}
    for node in order:
        contents[node] = digest(*sorted(f"{each.predicate} {_name(each.object, contents)}" for each in outgoing.get(node, ())))
    names: _Names = {}
    for node in reversed(order):
        names[node] = digest(contents[node], *sorted(f"{_name(each.subject, names)} {each.predicate}" for each in incoming.get(node, ())))
    return names


def _name(term: object, names: _Names) -> str:
    return names.get(term, "in a circle") if isinstance(term, BlankNode) else str(term)


def _renamed(triple: Triple, iris: dict[BlankNode, NamedNode]) -> Triple:
    subject = iris.get(triple.subject, triple.subject) if isinstance(triple.subject, BlankNode) else triple.subject
    value = iris.get(triple.object, triple.object) if isinstance(triple.object, BlankNode) else triple.object
    return Triple(subject, triple.predicate, value)


def _numbered(triples: Iterable[Triple], count: int, vocabulary: str) -> Iterator[Triple]:
    if count > _MOST_IN_CIRCLES:
        raise VocabularyError(f"{count} blank nodes point at each other in circles", hint="give them IRIs: such a file cannot be compared")
    dataset = Dataset()
    for triple in triples:
        if _blank((triple.subject, triple.object)):
            dataset.add(Quad(triple.subject, triple.predicate, triple.object))
        else:
            yield triple
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    nodes = {node for quad in dataset for node in _blank((quad.subject, quad.object))}
    iris = {node: NamedNode(f"{_GENID}{vocabulary}-{node.value}") for node in nodes}
    yield from (_renamed(quad.triple, iris) for quad in dataset)
