"""From axioms to the triples that a reasoner reads: every entity declared, every list and restriction spelt out.

Mapping to RDF graphs <https://www.w3.org/TR/owl2-mapping-to-rdf/#Mapping_from_the_Structural_Specification_to_RDF_Graphs>.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.ontology.expression import Axiom, Expression, Kind, Node
from kg.ontology.profile import Use, is_data_range, is_datatype

_PAIRS: Final = {
    Kind.SUBCLASS: RDFS.subClassOf,
    Kind.EQUIVALENT_CLASSES: OWL.equivalentClass,
    Kind.SUBPROPERTY: RDFS.subPropertyOf,
    Kind.EQUIVALENT_PROPERTIES: OWL.equivalentProperty,
    Kind.INVERSE: OWL.inverseOf,
    Kind.DOMAIN: RDFS.domain,
    Kind.RANGE: RDFS.range,
    Kind.TYPE: RDF.type,
    Kind.SAME: OWL.sameAs,
    Kind.DATATYPE: OWL.equivalentClass,
}
_MARKS: Final = {
    Kind.FUNCTIONAL: OWL.FunctionalProperty,
    Kind.INVERSE_FUNCTIONAL: OWL.InverseFunctionalProperty,
    Kind.TRANSITIVE: OWL.TransitiveProperty,
    Kind.SYMMETRIC: OWL.SymmetricProperty,
    Kind.ASYMMETRIC: OWL.AsymmetricProperty,
    Kind.REFLEXIVE: OWL.ReflexiveProperty,
    Kind.IRREFLEXIVE: OWL.IrreflexiveProperty,
}
_GROUPS: Final = {
    Kind.DISJOINT_CLASSES: (OWL.disjointWith, OWL.AllDisjointClasses, OWL.members),
    Kind.DISJOINT_PROPERTIES: (OWL.propertyDisjointWith, OWL.AllDisjointProperties, OWL.members),
    Kind.DIFFERENT: (OWL.differentFrom, OWL.AllDifferent, OWL.distinctMembers),
}
_DECLARATIONS: Final = {Use.OBJECT: OWL.ObjectProperty, Use.DATA: OWL.DatatypeProperty}
_QUANTIFIERS: Final = {"some": OWL.someValuesFrom, "only": OWL.allValuesFrom, "value": OWL.hasValue}
_COUNTS: Final = {
    "min": (OWL.minCardinality, OWL.minQualifiedCardinality),
    "max": (OWL.maxCardinality, OWL.maxQualifiedCardinality),
    "exactly": (OWL.cardinality, OWL.qualifiedCardinality),
}
_SETS: Final = {"or": OWL.unionOf, "and": OWL.intersectionOf, "one of": OWL.oneOf}


class Writer:
    """Writes axioms as triples.

    :param uses: property to its use.
    :param datatypes: IRIs of datatypes that the ontologies declare.
    """

    def __init__(self, uses: Mapping[str, Use], datatypes: set[str]) -> None:
        self._uses, self._datatypes = uses, datatypes

    def triples(self, axioms: Iterable[Axiom]) -> Iterator[Triple]:
        """Triples of all axioms, after the declarations of what they name."""
        found = list(axioms)
        yield from self._declarations(found)
        for axiom in found:
            yield from self._axiom(axiom)

    def _declarations(self, axioms: list[Axiom]) -> Iterator[Triple]:
        declared: dict[tuple[str, str], Triple] = {}
        for axiom in axioms:
            for iri, kind in self._roles(axiom):
                if not (kind == RDFS.Datatype and iri.startswith((str(XSD), str(RDF), str(RDFS)))) and not iri.startswith(str(OWL)):
                    declared[iri, kind.value] = Triple(NamedNode(iri), RDF.type, kind)
        yield from declared.values()

    def _roles(self, axiom: Axiom) -> Iterator[tuple[str, NamedNode]]:
        """What each entity of an axiom is declared as."""
        if axiom.kind in (Kind.TYPE, Kind.STATEMENT, Kind.SAME, Kind.DIFFERENT):
            individuals = (
                axiom.parts[:1]
                if axiom.kind is Kind.TYPE
                else (axiom.parts[0], *axiom.parts[2:])
                if axiom.kind is Kind.STATEMENT
                else axiom.parts
            )
            yield from ((each.iri, OWL.NamedIndividual) for each in individuals if each.iri)
        for iri in _all_iris(axiom.parts):
            if self._uses.get(iri) in _DECLARATIONS:
                yield iri, _DECLARATIONS[self._uses[iri]]
            elif axiom.kind not in (Kind.STATEMENT, Kind.SAME, Kind.DIFFERENT) and (
                axiom.kind is not Kind.TYPE or iri != axiom.parts[0].iri
            ):
                yield iri, RDFS.Datatype if is_datatype(iri, self._datatypes) else OWL.Class

    def _axiom(self, axiom: Axiom) -> Iterator[Triple]:
        if axiom.kind in _GROUPS:
            yield from self._group(axiom)
        elif axiom.kind in _MARKS:
            yield from self._said(axiom.parts[0], RDF.type, _MARKS[axiom.kind])
        elif axiom.kind is Kind.STATEMENT:
            subject, predicate, value = (part.node for part in axiom.parts)
            if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode) and value is not None:
                yield Triple(subject, predicate, value)
        elif axiom.kind is Kind.CHAIN:
            yield from self._said(axiom.parts[1], OWL.propertyChainAxiom, axiom.parts[0])
        elif axiom.kind is Kind.KEY:
            yield from self._said(axiom.parts[0], OWL.hasKey, Expression("list", axiom.parts[1:]))
        else:
            yield from self._said(axiom.parts[0], _PAIRS[axiom.kind], axiom.parts[1])

    def _group(self, axiom: Axiom) -> Iterator[Triple]:
        pair, kind, members = _GROUPS[axiom.kind]
        if len(axiom.parts) == 2:
            yield from self._said(axiom.parts[0], pair, axiom.parts[1])
            return
        node = BlankNode()
        yield Triple(node, RDF.type, kind)
        yield from self._said(node, members, Expression("list", axiom.parts))

    def _said(self, subject: Expression | BlankNode, predicate: NamedNode, value: Expression | NamedNode) -> Iterator[Triple]:
        about, before = self._node(subject) if isinstance(subject, Expression) else (subject, [])
        given, after = self._node(value) if isinstance(value, Expression) else (value, [])
        yield from before
        yield from after
        if not isinstance(about, Literal):
            yield Triple(about, predicate, given)

    def _node(self, expression: Expression) -> tuple[Node, list[Triple]]:
        """The node of an expression, and the triples that spell it out."""
        if expression.node is not None:
            return expression.node, []
        if expression.operator in ("chain", "list"):
            return self._list(expression.parts)
        node, triples = BlankNode(), []

        def say(predicate: NamedNode, value: Expression | Node) -> None:
            given, more = self._node(value) if isinstance(value, Expression) else (value, [])
            triples.extend([*more, Triple(node, predicate, given)])

        self._spell(expression, say)
        return node, triples

    def _spell(self, expression: Expression, say: Say) -> None:
        operator, parts = expression.operator, expression.parts
        if operator == "inverse":
            say(OWL.inverseOf, parts[0])
        elif operator in _SETS:
            say(RDF.type, RDFS.Datatype if self._is_data(expression) else OWL.Class)
            say(_SETS[operator], Expression("list", parts))
        elif operator == "not":
            say(RDF.type, RDFS.Datatype if self._is_data(parts[0]) else OWL.Class)
            say(OWL.datatypeComplementOf if self._is_data(parts[0]) else OWL.complementOf, parts[0])
        elif operator == "restricted":
            say(RDF.type, RDFS.Datatype)
            say(OWL.onDatatype, parts[0])
            say(OWL.withRestrictions, Expression("list", parts[1:]))
        elif operator == "facet":
            facet, value = parts[0].node, parts[1]
            if isinstance(facet, NamedNode):
                say(facet, value)
        else:
            self._restriction(expression, say)

    def _restriction(self, expression: Expression, say: Say) -> None:
        operator, parts = expression.operator, expression.parts
        say(RDF.type, OWL.Restriction)
        say(OWL.onProperty, parts[0])
        if operator == "self":
            say(OWL.hasSelf, Literal("true", datatype=XSD.boolean))
        elif operator in _QUANTIFIERS:
            say(_QUANTIFIERS[operator], parts[1])
        else:
            plain, qualified = _COUNTS[operator]
            say(plain if len(parts) == 1 else qualified, Literal(str(expression.number), datatype=XSD.nonNegativeInteger))
            if len(parts) == 2:
                say(OWL.onDataRange if self._is_data(parts[1]) else OWL.onClass, parts[1])

    def _is_data(self, filler: Expression) -> bool:
        return is_data_range(filler, self._datatypes)

    def _list(self, items: tuple[Expression, ...]) -> tuple[Node, list[Triple]]:
        head: Node = RDF.nil
        triples: list[Triple] = []
        for item in reversed(items):
            node, (value, more) = BlankNode(), self._node(item)
            triples += [*more, Triple(node, RDF.first, value), Triple(node, RDF.rest, head)]
            head = node
        return head, triples


class Say(Protocol):
    """How `_spell` states something about the node that it spells out."""

    def __call__(self, predicate: NamedNode, value: Expression | Node) -> None:
        """State it."""


def _all_iris(parts: Iterable[Expression]) -> Iterator[str]:
    for part in parts:
        if part.operator == "value":  # its value is an individual, which needs no declaration
            yield from _all_iris(part.parts[:1])
        elif part.operator == "facet" or part.operator == "one of":
            continue
        elif part.iri:
            yield part.iri
        else:
            yield from _all_iris(part.parts)
