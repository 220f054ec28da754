"""From triples to axioms. Whatever is no axiom is accounted for: nothing disappears in silence.

Mapping from RDF graphs <https://www.w3.org/TR/owl2-mapping-to-rdf/#Mapping_from_RDF_Graphs_to_the_Structural_Specification>.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.ontology.expression import Axiom, Expression, Kind, Node, named

_PAIRS: Final = {
    RDFS.subClassOf: Kind.SUBCLASS,
    OWL.equivalentClass: Kind.EQUIVALENT_CLASSES,
    OWL.disjointWith: Kind.DISJOINT_CLASSES,
    OWL.complementOf: Kind.EQUIVALENT_CLASSES,
    RDFS.subPropertyOf: Kind.SUBPROPERTY,
    OWL.equivalentProperty: Kind.EQUIVALENT_PROPERTIES,
    OWL.propertyDisjointWith: Kind.DISJOINT_PROPERTIES,
    OWL.inverseOf: Kind.INVERSE,
    RDFS.domain: Kind.DOMAIN,
    RDFS.range: Kind.RANGE,
    OWL.sameAs: Kind.SAME,
    OWL.differentFrom: Kind.DIFFERENT,
}
#: Predicates whose object is a list, and what the list makes of its subject.
_LISTS: Final = {
    OWL.unionOf: (Kind.EQUIVALENT_CLASSES, "or"),
    OWL.intersectionOf: (Kind.EQUIVALENT_CLASSES, "and"),
    OWL.oneOf: (Kind.EQUIVALENT_CLASSES, "one of"),
    OWL.disjointUnionOf: (Kind.EQUIVALENT_CLASSES, "or"),
    OWL.propertyChainAxiom: (Kind.CHAIN, "chain"),
    OWL.hasKey: (Kind.KEY, "key"),
}
_CHARACTERISTICS: Final = {
    OWL.FunctionalProperty: Kind.FUNCTIONAL,
    OWL.InverseFunctionalProperty: Kind.INVERSE_FUNCTIONAL,
    OWL.TransitiveProperty: Kind.TRANSITIVE,
    OWL.SymmetricProperty: Kind.SYMMETRIC,
    OWL.AsymmetricProperty: Kind.ASYMMETRIC,
    OWL.ReflexiveProperty: Kind.REFLEXIVE,
    OWL.IrreflexiveProperty: Kind.IRREFLEXIVE,
}
_GROUPS: Final = {
    OWL.AllDisjointClasses: (Kind.DISJOINT_CLASSES, OWL.members),
    OWL.AllDisjointProperties: (Kind.DISJOINT_PROPERTIES, OWL.members),
    OWL.AllDifferent: (Kind.DIFFERENT, OWL.distinctMembers),
}
_QUANTIFIERS: Final = {OWL.someValuesFrom: "some", OWL.allValuesFrom: "only", OWL.hasValue: "value"}
_CARDINALITIES: Final = {
    OWL.minCardinality: "min",
    OWL.maxCardinality: "max",
    OWL.cardinality: "exactly",
    OWL.minQualifiedCardinality: "min",
    OWL.maxQualifiedCardinality: "max",
    OWL.qualifiedCardinality: "exactly",
}
#: What only declares its subject.
DECLARING: Final = {
    OWL.Class, RDFS.Class, OWL.DeprecatedClass, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property,
    OWL.DeprecatedProperty, OWL.NamedIndividual, RDFS.Datatype, OWL.DataRange, OWL.OntologyProperty,
}  # fmt: skip
#: What belongs to the notation of another axiom, which takes it along.
_STRUCTURE: Final = {
    OWL.Restriction,
    RDF.List,
    OWL.Axiom,
    OWL.Annotation,
    OWL.AllDisjointClasses,
    OWL.AllDisjointProperties,
    OWL.AllDifferent,
}
_PROPERTIES: Final = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property, OWL.DeprecatedProperty} | set(
    _CHARACTERISTICS
)
_RESERVED: Final = (str(OWL), str(RDF), str(RDFS))
#: Predicates of the reserved vocabularies that say nothing to a reasoner.
_ANNOTATING: Final = {
    RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI, OWL.priorVersion, OWL.imports,
    OWL.deprecated, OWL.backwardCompatibleWith, OWL.incompatibleWith, OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget,
}  # fmt: skip
#: Longest list and deepest nesting that is followed: what is longer is no ontology.
_LONGEST: Final = 10_000
_DEEPEST: Final = 50


class Unreadable(Exception):  # noqa: N818 - never leaves this module
    """A blank node or list is no expression of OWL 2."""


@dataclass
class Reading:
    """The axioms of some ontologies, and what else their triples were.

    :param declared: entity to what it is declared as, by which ontology.
    :param annotations: triples that only describe (labels, comments, versions), by ontology.
    :param not_understood: triples in the vocabulary of OWL from which no axiom could be read.
    """

    axioms: list[Axiom] = field(default_factory=list)
    declared: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    annotations: Counter[str] = field(default_factory=Counter)
    triples: Counter[str] = field(default_factory=Counter)
    not_understood: list[tuple[str, Triple]] = field(default_factory=list)


def read_axioms(ontologies: Mapping[str, Iterable[Triple]]) -> Reading:
    """The axioms of several ontologies; what each declares is known to all before any is read."""
    reading = Reading()
    graphs = {name: _Graph(name, triples) for name, triples in ontologies.items()}
    for graph in graphs.values():
        for subject, said in graph.said.items():
            for predicate, value in said:
                if predicate == RDF.type and isinstance(value, NamedNode) and isinstance(subject, NamedNode):
                    if value in DECLARING:
                        reading.declared[subject.value].add((value.value, graph.name))
                    elif value in _CHARACTERISTICS:
                        reading.declared[subject.value].add((RDF.Property.value, graph.name))
    for graph in graphs.values():
        graph.read(reading)
    return reading


class _Graph:
    """The triples of one ontology, by subject."""

    def __init__(self, name: str, triples: Iterable[Triple]) -> None:
        self.name = name
        self.said: dict[NamedNode | BlankNode, list[tuple[NamedNode, Node]]] = defaultdict(list)
        for triple in dict.fromkeys(triples):
            if not isinstance(triple.subject, Triple) and not isinstance(triple.object, Triple):
                self.said[triple.subject].append((triple.predicate, triple.object))
        self.part_of_axiom = self._inner()

    def _inner(self) -> set[NamedNode | BlankNode]:
        """Blank nodes that another axiom takes along: lists, restrictions, nested classes."""
        pointed = {value for said in self.said.values() for predicate, value in said if isinstance(value, BlankNode)}
        notation = {OWL.onProperty, RDF.first, OWL.onDatatype, OWL.unionOf, OWL.intersectionOf, OWL.oneOf, OWL.complementOf, OWL.inverseOf}
        facets = {subject for subject, said in self.said.items() if all(predicate.value.startswith(str(XSD)) for predicate, _ in said)}
        shaped = {subject for subject, said in self.said.items() if any(predicate in notation for predicate, _ in said)}
        return {node for node in pointed if node in shaped or node in facets}

    def one(self, subject: Node, predicate: NamedNode) -> Node | None:
        """The value of a property; none where there is none or no subject that could have one."""
        if isinstance(subject, Literal):
            return None
        return next((value for name, value in self.said.get(subject, ()) if name == predicate), None)

    def read(self, reading: Reading) -> None:
        """Sort every triple: an axiom, a declaration, a part of an axiom, an annotation, or not understood."""
        for subject, said in self.said.items():
            reading.triples[self.name] += len(said)
            for predicate, value in said:
                try:
                    found = self._axioms(reading, subject, predicate, value)
                except Unreadable:
                    reading.not_understood.append((self.name, Triple(subject, predicate, value)))
                    continue
                if found is None:
                    reading.annotations[self.name] += 1
                else:
                    reading.axioms += [Axiom(kind, parts, self.name) for kind, parts in found]

    def _axioms(
        self, reading: Reading, subject: NamedNode | BlankNode, predicate: NamedNode, value: Node
    ) -> list[tuple[Kind, tuple[Expression, ...]]] | None:
        """What one triple says; nothing where it belongs to another axiom or declares, `None` where it annotates."""
        if predicate == RDF.type:
            return self._typed(reading, subject, value)
        if subject in self.part_of_axiom or self._is_notation(subject):
            return []
        if predicate in _LISTS:
            return self._listed(subject, predicate, value)
        if predicate == OWL.onDatatype:  # a named datatype that is defined by its restriction at once
            return [(Kind.DATATYPE, (named(subject), self.data_range(subject)))]
        if predicate == OWL.withRestrictions:
            return []
        if predicate in _PAIRS:
            return self._pair(reading, subject, predicate, value)
        if predicate in _ANNOTATING:
            return None
        if predicate.value.startswith(_RESERVED) and predicate.value not in reading.declared:
            raise Unreadable
        return self._statement(reading, subject, predicate, value)

    def _is_notation(self, subject: Node) -> bool:
        types = {value for name, value in self.said.get(subject, ()) if name == RDF.type} if isinstance(subject, BlankNode) else set()
        return bool(types & _STRUCTURE)

    def _typed(self, reading: Reading, subject: NamedNode | BlankNode, value: Node) -> list[tuple[Kind, tuple[Expression, ...]]] | None:
        if isinstance(value, NamedNode) and value in _CHARACTERISTICS:
            return [(_CHARACTERISTICS[value], (self.property(subject),))]
        if isinstance(value, NamedNode) and value in _GROUPS:
            kind, predicate = _GROUPS[value]
            members = self.one(subject, predicate) or self.one(subject, OWL.members)
            if members is None:
                raise Unreadable
            read = named if kind is Kind.DIFFERENT else self.property if kind is Kind.DISJOINT_PROPERTIES else self.klass
            return [(kind, tuple(read(member) for member in self.list(members)))]
        if value in DECLARING or value in _STRUCTURE:
            return []
        if value == OWL.Ontology or self._is_schema(reading, subject):
            return None
        return [(Kind.TYPE, (named(subject), self.klass(value)))]

    def _is_schema(self, reading: Reading, subject: Node) -> bool:
        """Whether the subject is an ontology, a class, a property or a datatype: what is said of it describes, and is no statement."""
        if not isinstance(subject, NamedNode):
            return isinstance(subject, BlankNode) and self._is_notation(subject)
        declared = {kind for kind, _ in reading.declared.get(subject.value, ())} - {OWL.NamedIndividual.value}
        return bool(declared) or (RDF.type, OWL.Ontology) in self.said[subject]

    def _listed(self, subject: NamedNode | BlankNode, predicate: NamedNode, value: Node) -> list[tuple[Kind, tuple[Expression, ...]]]:
        kind, operator = _LISTS[predicate]
        items = self.list(value)
        if kind is Kind.CHAIN:
            return [(kind, (Expression("chain", tuple(map(self.property, items))), self.property(subject)))]
        if kind is Kind.KEY:
            return [(kind, (self.klass(subject), *map(self.property, items)))]
        if isinstance(subject, BlankNode):
            return []
        read = named if operator == "one of" else self.klass
        parts = tuple(read(item) for item in items)
        found: list[tuple[Kind, tuple[Expression, ...]]] = [(kind, (self.klass(subject), Expression(operator, parts)))]
        if predicate == OWL.disjointUnionOf:
            found.append((Kind.DISJOINT_CLASSES, parts))
        return found

    def _pair(
        self, reading: Reading, subject: NamedNode | BlankNode, predicate: NamedNode, value: Node
    ) -> list[tuple[Kind, tuple[Expression, ...]]]:
        kind = _PAIRS[predicate]
        if kind in (Kind.SAME, Kind.DIFFERENT):
            return [(kind, (named(subject), named(value)))]
        if isinstance(value, Literal):
            raise Unreadable
        if kind in (Kind.SUBCLASS, Kind.EQUIVALENT_CLASSES, Kind.DISJOINT_CLASSES):
            if self._is_datatype(reading, subject) or self._is_datatype(reading, value):
                if kind is not Kind.EQUIVALENT_CLASSES:
                    raise Unreadable
                return [(Kind.DATATYPE, (named(subject), self.data_range(value)))]
            other = self.klass(value)
            return [(kind, (self.klass(subject), Expression("not", (other,)) if predicate == OWL.complementOf else other))]
        if kind in (Kind.DOMAIN, Kind.RANGE):
            return [(kind, (self.property(subject), self.filler(value)))]
        return [(kind, (self.property(subject), self.property(value)))]

    def _is_datatype(self, reading: Reading, node: Node) -> bool:
        if isinstance(node, NamedNode):
            return any(kind == RDFS.Datatype.value for kind, _ in reading.declared.get(node.value, ()))
        return self.one(node, OWL.onDatatype) is not None or self.one(node, RDF.type) in (RDFS.Datatype, OWL.DataRange)

    def _statement(
        self, reading: Reading, subject: NamedNode | BlankNode, predicate: NamedNode, value: Node
    ) -> list[tuple[Kind, tuple[Expression, ...]]] | None:
        if self._is_schema(reading, subject):
            return None
        return [(Kind.STATEMENT, (named(subject), named(predicate), named(value)))]

    def list(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        items: list[Node] = []
        while head != RDF.nil:
            first, rest = self.one(head, RDF.first), self.one(head, RDF.rest)
            if first is None or rest is None or len(items) >= _LONGEST:
                raise Unreadable
            items.append(first)
            head = rest
        return items

    def property(self, node: Node) -> Expression:
        """A property or the inverse of one."""
        if isinstance(node, NamedNode):
            return named(node)
        inverse = self.one(node, OWL.inverseOf)
        if not isinstance(inverse, NamedNode):
            raise Unreadable
        return Expression("inverse", (named(inverse),))

    def filler(self, node: Node, depth: int = 0) -> Expression:
        """A class or a data range, whichever it is."""
        if isinstance(node, BlankNode) and (
            self.one(node, OWL.onDatatype) is not None or self.one(node, RDF.type) in (RDFS.Datatype, OWL.DataRange)
        ):
            return self.data_range(node, depth)
        return self.klass(node, depth)

    def klass(self, node: Node, depth: int = 0) -> Expression:
        """A class expression (section 8)."""
        if isinstance(node, NamedNode):
            return named(node)
        if isinstance(node, Literal) or depth > _DEEPEST:
            raise Unreadable
        for predicate, operator in ((OWL.unionOf, "or"), (OWL.intersectionOf, "and"), (OWL.oneOf, "one of")):
            if (items := self.one(node, predicate)) is not None:
                read = (lambda item, _: named(item)) if operator == "one of" else self.filler
                return Expression(operator, tuple(read(item, depth + 1) for item in self.list(items)))
        if (other := self.one(node, OWL.complementOf)) is not None:
            return Expression("not", (self.klass(other, depth + 1),))
        return self._restriction(node, depth)

    def _restriction(self, node: BlankNode, depth: int) -> Expression:
        on = self.one(node, OWL.onProperty)
        if on is None:
            raise Unreadable
        prop = self.property(on)
        for predicate, operator in _QUANTIFIERS.items():
            if (value := self.one(node, predicate)) is not None:
                filler = named(value) if operator == "value" else self.filler(value, depth + 1)
                return Expression(operator, (prop, filler))
        if self.one(node, OWL.hasSelf) is not None:
            return Expression("self", (prop,))
        for predicate, operator in _CARDINALITIES.items():
            if (number := self.one(node, predicate)) is not None:
                qualifier = self.one(node, OWL.onClass) or self.one(node, OWL.onDataRange)
                parts = (prop,) if qualifier is None else (prop, self.filler(qualifier, depth + 1))
                return Expression(operator, parts, number=_count(number))
        raise Unreadable

    def data_range(self, node: Node, depth: int = 0) -> Expression:
        """A data range (section 7)."""
        base, facets = self.one(node, OWL.onDatatype), self.one(node, OWL.withRestrictions)
        if base is not None and facets is not None and isinstance(base, NamedNode):
            pairs = [
                self.said[facet][0] for facet in self.list(facets) if isinstance(facet, NamedNode | BlankNode) and self.said.get(facet)
            ]
            return Expression("restricted", (named(base), *(Expression("facet", (named(name), named(value))) for name, value in pairs)))
        if isinstance(node, NamedNode):
            return named(node)
        return self.klass(node, depth)


def _count(node: Node) -> int:
    if not isinstance(node, Literal) or not node.value.isdecimal() or len(node.value) > 6:
        raise Unreadable
    return int(node.value)


def names(expressions: Iterable[Expression]) -> Iterator[Expression]:
    """All named entities and literals within expressions."""
    for expression in expressions:
        if expression.node is not None:
            yield expression
        yield from names(expression.parts)
