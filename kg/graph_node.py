"""A named graph read into memory, and the few ways to ask a node of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import isfinite
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.dataset import Text
from kg.model import Iri
from kg.namespaces import expand

Object: TypeAlias = NamedNode | BlankNode | Literal | Triple
Node: TypeAlias = dict[str, list[Object]]
Graph: TypeAlias = dict[str, Node]


class QuadSource(Protocol):
    """What is needed of a store (`kg.store.Reader` has it): named graphs by `quads`, the merged graph by `triples`; `None` for any."""

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | None = None,
        graph: NamedNode | None = None,
    ) -> Iterable[Quad]: ...
    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: NamedNode | Literal | None = None
    ) -> Iterable[Triple]: ...


#: The IRI of a CURIE, remembered: it is asked for millions of times.
iri_of = cache(expand)

#: A node of which nothing is said.
NOTHING: Node = {}


def lexical(term: Object) -> str:
    """An IRI or the text of a literal."""
    return term.value if isinstance(term, Literal | NamedNode) else ""


def first(node: Node, name: str) -> str:
    """The first value of a property (a CURIE), or an empty text."""
    terms = node.get(iri_of(name))
    return lexical(terms[0]) if terms else ""


def every(node: Node, name: str) -> tuple[str, ...]:
    """All values of a property."""
    return tuple(map(lexical, node.get(iri_of(name), ())))


def iris(node: Node, name: str) -> tuple[Iri, ...]:
    """All values of a property, as IRIs."""
    return tuple(Iri(text) for text in every(node, name))


def finite(text: str) -> float | None:
    """A finite number, or none: one bad number of one record must not hide the data set."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def to_text(term: Object) -> Text:
    """A literal as text with its language."""
    return Text(term.value, term.language or "") if isinstance(term, Literal) else Text(lexical(term))


def texts(node: Node, name: str) -> tuple[Text, ...]:
    """All values of a property, as texts."""
    return tuple(map(to_text, node.get(iri_of(name), ())))


def first_text(node: Node, name: str) -> Text | None:
    """The first value of a property, as a text."""
    return next(iter(texts(node, name)), None)
