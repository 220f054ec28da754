"""For every axiom a class that cannot have members if, and only if, the reasoner heard the axiom.

A reasoner that was told nothing finds everything consistent. So each axiom is asked for: its negation must be impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.namespaces import OWL, PROBE, RDFS
from kg.ontology.expression import Axiom, Expression, Kind, named
from kg.ontology.profile import Use

#: A class of which nothing is known, so that a member of it can be told from any other thing.
_ANY: Final = named(NamedNode(PROBE + "any"))
_NOT_ANY: Final = Expression("not", (_ANY,))


def some(prop: Expression, filler: Expression) -> Expression:
    """Things with a value of the property in the class."""
    return Expression("some", (prop, filler))


def only(prop: Expression, filler: Expression) -> Expression:
    """Things all of whose values of the property are in the class."""
    return Expression("only", (prop, filler))


def negated(expression: Expression) -> Expression:
    """Things that are not in the class."""
    return Expression("not", (expression,))


def both(*parts: Expression) -> Expression:
    """Things in all of the classes."""
    return Expression("and", parts)


def inverse(prop: Expression) -> Expression:
    """The property read backwards."""
    return prop.parts[0] if prop.operator == "inverse" else Expression("inverse", (prop,))


@dataclass(frozen=True, slots=True)
class Probes:
    """Questions to the reasoner.

    :param axioms: what defines the probes.
    :param behind: IRI of a probe to the axiom that makes it impossible.
    :param without: axioms of kinds that cannot be asked for in this way: datatype definitions, disjoint properties, keys.
    """

    axioms: tuple[Axiom, ...]
    behind: dict[str, Axiom]
    without: tuple[Axiom, ...]


def probes(axioms: Iterable[Axiom], uses: Mapping[str, Use]) -> Probes:
    """A probe or two for each axiom that can have one."""
    defining: list[Axiom] = []
    behind: dict[str, Axiom] = {}
    without: list[Axiom] = []
    for axiom in dict.fromkeys(axioms):
        impossible = list(_impossible(axiom, uses))
        for expression in impossible:
            iri = f"{PROBE}{len(behind)}"
            behind[iri] = axiom
            defining.append(Axiom(Kind.SUBCLASS, (named(NamedNode(iri)), expression), PROBE))
        if not impossible:
            without.append(axiom)
    return Probes(tuple(defining), behind, tuple(without))


def _impossible(axiom: Axiom, uses: Mapping[str, Use]) -> Iterator[Expression]:
    """What no thing can be where the axiom holds."""
    first = axiom.parts[0]
    data = uses.get(first.iri) is Use.DATA
    if axiom.kind in _CLASSES:
        yield from _CLASSES[axiom.kind](axiom.parts)
    elif data and axiom.kind in _DATA:
        yield from _DATA[axiom.kind](axiom.parts)
    elif not data and axiom.kind in _OBJECT:
        yield from _OBJECT[axiom.kind](axiom.parts)


Parts = tuple[Expression, ...]


def _subclass(parts: Parts) -> Iterator[Expression]:
    yield both(parts[0], negated(parts[1]))


def _equivalent(parts: Parts) -> Iterator[Expression]:
    yield both(parts[0], negated(parts[1]))
    yield both(parts[1], negated(parts[0]))


def _disjoint(parts: Parts) -> Iterator[Expression]:
    for pair in combinations(parts, 2):
        yield both(*pair)


_CLASSES: Final[dict[Kind, Callable[[Parts], Iterator[Expression]]]] = {
    Kind.SUBCLASS: _subclass,
    Kind.EQUIVALENT_CLASSES: _equivalent,
    Kind.DISJOINT_CLASSES: _disjoint,
}


def _domain(parts: Parts) -> Iterator[Expression]:
    yield both(Expression("some", (parts[0], named(OWL.Thing))), negated(parts[1]))


def _range(parts: Parts) -> Iterator[Expression]:
    yield some(parts[0], negated(parts[1]))


def _below(parts: Parts) -> Iterator[Expression]:
    yield both(some(parts[0], _ANY), only(parts[1], _NOT_ANY))


def _equal(parts: Parts) -> Iterator[Expression]:
    yield from _below(parts)
    yield from _below(parts[::-1])


def _chain(parts: Parts) -> Iterator[Expression]:
    reached = _ANY
    for prop in reversed(parts[0].parts):
        reached = some(prop, reached)
    yield both(reached, only(parts[1], _NOT_ANY))


def _inverse(parts: Parts) -> Iterator[Expression]:
    yield both(_ANY, some(parts[0], only(parts[1], _NOT_ANY)))
    yield both(_ANY, some(parts[1], only(parts[0], _NOT_ANY)))


def _functional(parts: Parts) -> Iterator[Expression]:
    yield both(some(parts[0], _ANY), some(parts[0], _NOT_ANY))


def _inverse_functional(parts: Parts) -> Iterator[Expression]:
    yield both(some(inverse(parts[0]), _ANY), some(inverse(parts[0]), _NOT_ANY))


def _transitive(parts: Parts) -> Iterator[Expression]:
    yield both(some(parts[0], some(parts[0], _ANY)), only(parts[0], _NOT_ANY))


def _symmetric(parts: Parts) -> Iterator[Expression]:
    yield both(_ANY, some(parts[0], only(parts[0], _NOT_ANY)))


def _irreflexive(parts: Parts) -> Iterator[Expression]:
    yield Expression("self", parts)


_OBJECT: Final[dict[Kind, Callable[[Parts], Iterator[Expression]]]] = {
    Kind.DOMAIN: _domain,
    Kind.RANGE: _range,
    Kind.SUBPROPERTY: _below,
    Kind.EQUIVALENT_PROPERTIES: _equal,
    Kind.CHAIN: _chain,
    Kind.INVERSE: _inverse,
    Kind.FUNCTIONAL: _functional,
    Kind.INVERSE_FUNCTIONAL: _inverse_functional,
    Kind.TRANSITIVE: _transitive,
    Kind.SYMMETRIC: _symmetric,
    Kind.IRREFLEXIVE: _irreflexive,
}
#: Two literals that are told apart.
_ONE, _OTHER = (Expression("one of", (named(Literal(PROBE + text)),)) for text in ("a", "b"))


def _data_below(parts: Parts) -> Iterator[Expression]:
    yield both(some(parts[0], _ONE), only(parts[1], negated(_ONE)))


def _data_equal(parts: Parts) -> Iterator[Expression]:
    yield from _data_below(parts)
    yield from _data_below(parts[::-1])


def _at_most_one(parts: Parts) -> Iterator[Expression]:
    yield Expression("min", parts, number=2)


def _data_domain(parts: Parts) -> Iterator[Expression]:
    yield both(some(parts[0], named(RDFS.Literal)), negated(parts[1]))


_DATA: Final[dict[Kind, Callable[[Parts], Iterator[Expression]]]] = {
    Kind.DOMAIN: _data_domain,
    Kind.RANGE: _range,
    Kind.SUBPROPERTY: _data_below,
    Kind.EQUIVALENT_PROPERTIES: _data_equal,
    Kind.FUNCTIONAL: _at_most_one,
}
