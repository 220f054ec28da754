"""What of the axioms OWL 2 DL can take, and why the rest is left out: RDF vocabularies say more than a reasoner may hear.

Restrictions on the structure <https://www.w3.org/TR/owl2-syntax/#Ontologies>, section 5.8.1 (typing) and 11.2 (simple properties).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import OWL, RDF, RDFS, STAND_IN, XSD, digest
from kg.ontology.expression import Axiom, Expression, Kind, named
from kg.ontology.reading import Reading, names


class Use(StrEnum):
    """What a property relates individuals to; an annotation property says nothing to a reasoner."""

    OBJECT = "object"
    DATA = "data"
    ANNOTATION = "annotation"


class Reason(StrEnum):
    """Why an axiom is left out of the proof."""

    ANNOTATION = "about an annotation property, which has no meaning in logic"
    MIXED = "joins a property that has individuals as values with one that has literals"
    NOT_SIMPLE = "counts, or makes functional or disjoint, a property that follows from a chain or is transitive (OWL 2 DL, 11.2)"
    KEY_OF_LITERALS = "a property with literals as values cannot be inverse functional, symmetric, transitive or a chain in OWL 2 DL"
    TRIVIAL = "says only that something is a thing or a literal"
    LITERAL_PLACE = "gives a literal where an individual is asked for, or the reverse"


@dataclass
class Profile:
    """Axioms that a reasoner takes, and those that were left out.

    :param uses: property to its use.
    :param datatypes: IRIs of datatypes, with those that stand in for others.
    """

    axioms: list[Axiom] = field(default_factory=list)
    left_out: list[tuple[Reason, Axiom]] = field(default_factory=list)
    uses: dict[str, Use] = field(default_factory=dict)
    datatypes: set[str] = field(default_factory=set)


#: Datatypes that HermiT knows: the OWL 2 datatype map <https://www.w3.org/TR/owl2-syntax/#Datatype_Maps>.
_MAP: Final = """
decimal integer nonNegativeInteger nonPositiveInteger positiveInteger negativeInteger long int short byte unsignedLong unsignedInt
unsignedShort unsignedByte double float string normalizedString token language Name NCName NMTOKEN boolean hexBinary base64Binary anyURI
dateTime dateTimeStamp
"""
_KNOWN: Final = {XSD[name] for name in _MAP.split()} | {RDF.PlainLiteral, RDF.XMLLiteral, RDFS.Literal}
_RESTRICTIONS: Final = "length minLength maxLength pattern minInclusive minExclusive maxInclusive maxExclusive"
_FACETS: Final = {XSD[name] for name in _RESTRICTIONS.split()}
_DECLARED: Final = {
    OWL.ObjectProperty.value: Use.OBJECT,
    OWL.DatatypeProperty.value: Use.DATA,
    OWL.AnnotationProperty.value: Use.ANNOTATION,
}
_OBJECT_ONLY: Final = {
    Kind.INVERSE,
    Kind.INVERSE_FUNCTIONAL,
    Kind.TRANSITIVE,
    Kind.SYMMETRIC,
    Kind.ASYMMETRIC,
    Kind.REFLEXIVE,
    Kind.IRREFLEXIVE,
}
_OF_PROPERTIES: Final = {Kind.SUBPROPERTY, Kind.EQUIVALENT_PROPERTIES, Kind.DISJOINT_PROPERTIES}
_SIMPLE_ONLY: Final = {Kind.FUNCTIONAL, Kind.INVERSE_FUNCTIONAL, Kind.ASYMMETRIC, Kind.IRREFLEXIVE, Kind.DISJOINT_PROPERTIES}
_COUNTING: Final = {"min", "max", "exactly", "self"}
_QUALIFIED: Final = {"some", "only", "value", "min", "max", "exactly"}
_TRIVIAL_PROPERTIES: Final = {OWL.topObjectProperty, OWL.topDataProperty}
_TRIVIAL_CLASSES: Final = {OWL.Thing, RDFS.Resource}
#: Properties that every ontology has for annotation.
_BUILT_IN: Final = ("label", "comment", "seeAlso", "isDefinedBy")
#: Octets of the first datatype that stands in for another: enough that two literals are never taken for one.
_SHORTEST: Final = 16
#: Rounds in which uses spread from property to property; each ends when nothing new is learned.
_ROUNDS: Final = 20


def in_profile(reading: Reading, data: str = "") -> Profile:
    """The axioms that OWL 2 DL allows.

    :param data: the ontology whose statements show what properties are used for, where their vocabularies do not say.
    """
    uses = _Uses(reading, data).found
    profile = Profile(uses=uses)
    datatypes = _datatypes(reading)
    composite = _composite(reading.axioms)
    stand_ins = StandIns(datatypes - _defined(reading))
    for axiom in reading.axioms:
        reason = _reason(axiom, uses, datatypes, composite)
        if reason is not None:
            profile.left_out.append((reason, axiom))
        else:
            profile.axioms.append(stand_ins.axiom(axiom))
    profile.axioms += stand_ins.definitions.values()
    profile.datatypes = datatypes | set(stand_ins.definitions)
    return profile


def _datatypes(reading: Reading) -> set[str]:
    declared = {iri for iri, said in reading.declared.items() if any(kind == RDFS.Datatype.value for kind, _ in said)}
    return declared | {node.value for node in _KNOWN} | {RDF.langString.value, RDF.HTML.value}


def _defined(reading: Reading) -> set[str]:
    return {axiom.parts[0].iri for axiom in reading.axioms if axiom.kind is Kind.DATATYPE}


def is_facet(node: NamedNode) -> bool:
    """Whether an IRI of XML Schema names a facet, and no datatype."""
    return node in _FACETS


def is_datatype(iri: str, datatypes: set[str]) -> bool:
    """Whether an IRI names a datatype: declared, of the OWL 2 map, or of XML Schema."""
    return iri in datatypes or iri.startswith(str(XSD))


class _Uses:
    """Which use each property has: as its own vocabulary declares it, as others declare it, or as it is used."""

    def __init__(self, reading: Reading, data: str) -> None:
        self.data = data
        self.reading, self.datatypes = reading, _datatypes(reading)
        self.found = {RDFS[name].value: Use.ANNOTATION for name in _BUILT_IN}
        self._declared()
        self._shown()
        for _ in range(_ROUNDS):
            if not self._spread():
                break
        self._stated()
        for iri in self._properties():
            self.found.setdefault(iri, Use.ANNOTATION)

    def _properties(self) -> Iterator[str]:
        for axiom in self.reading.axioms:
            yield from _properties_of(axiom)
        for iri, said in self.reading.declared.items():
            if any(kind in (*_DECLARED, RDF.Property.value) for kind, _ in said):
                yield iri

    def _declared(self) -> None:
        """A property that is declared in two ways has the use that can be reasoned with, since only that one has a meaning."""
        for iri, said in self.reading.declared.items():
            uses = {_DECLARED[kind] for kind, _ in said if kind in _DECLARED}
            real = uses - {Use.ANNOTATION}
            if len(real) == 1:
                self.found[iri] = real.pop()
            elif uses == {Use.ANNOTATION} and any(kind == RDF.Property.value for kind, _ in said) and not iri.startswith(str(RDFS)):
                continue  # declared for annotation by a user of it, as a property by its own vocabulary: its axioms decide
            elif uses == {Use.ANNOTATION}:
                self.found[iri] = Use.ANNOTATION

    def _shown(self) -> None:
        """Uses that axioms show by themselves: a range, a characteristic, the filler of a restriction."""
        for axiom in self.reading.axioms:
            iri = next(_properties_of(axiom), "") if axiom.kind in (Kind.RANGE, *_OBJECT_ONLY, Kind.CHAIN) else ""
            if axiom.kind is Kind.RANGE and iri:
                filler = axiom.parts[1]
                if filler.node not in _TRIVIAL_CLASSES:
                    self.found.setdefault(iri, Use.DATA if self._is_data(filler) else Use.OBJECT)
            elif iri:
                for each in _properties_of(axiom):
                    self.found.setdefault(each, Use.OBJECT)

    def _stated(self) -> None:
        """Uses that statements about individuals show, of properties whose vocabulary says nothing of it, as many of DCMI."""
        values: dict[str, set[bool]] = defaultdict(set)
        for axiom in self.reading.axioms:
            if axiom.kind is Kind.STATEMENT and axiom.origin == self.data:
                values[axiom.parts[1].iri].add(isinstance(axiom.parts[2].node, Literal))
        for iri, literal in values.items():
            if len(literal) == 1:
                self.found.setdefault(iri, Use.DATA if True in literal else Use.OBJECT)

    def _is_data(self, filler: Expression) -> bool:
        inner = [each for each in names([filler]) if each.node is not None]
        return filler.operator == "restricted" or any(
            isinstance(each.node, Literal) or is_datatype(each.iri, self.datatypes) for each in inner
        )

    def _spread(self) -> bool:
        """From a property to those above, below and equal to it."""
        learned = False
        for axiom in self.reading.axioms:
            if axiom.kind in _OF_PROPERTIES:
                iris = [each.iri for each in names(axiom.parts)]
                known = {self.found[iri] for iri in iris if iri in self.found} - {Use.ANNOTATION}
                for iri in iris:
                    if iri not in self.found and len(known) == 1:
                        self.found[iri] = next(iter(known))
                        learned = True
        return learned


def _properties_of(axiom: Axiom) -> Iterator[str]:
    if axiom.kind in (*_OF_PROPERTIES, *_OBJECT_ONLY, Kind.CHAIN, Kind.FUNCTIONAL):
        yield from (each.iri for each in names(axiom.parts) if each.iri)
    elif axiom.kind in (Kind.DOMAIN, Kind.RANGE):
        yield from (each.iri for each in names(axiom.parts[:1]) if each.iri)
        yield from restricted_properties(axiom.parts[1])
    elif axiom.kind is Kind.STATEMENT:
        yield axiom.parts[1].iri
    elif axiom.kind is Kind.KEY:
        yield from (each.iri for each in names(axiom.parts[1:]))
    else:
        for part in axiom.parts:
            yield from restricted_properties(part)


def restricted_properties(expression: Expression) -> Iterator[str]:
    """Properties of the restrictions within a class expression."""
    if expression.operator in _QUALIFIED or expression.operator == "self":
        yield from (each.iri for each in names(expression.parts[:1]))
    for part in expression.parts:
        yield from restricted_properties(part)


def _composite(axioms: Iterable[Axiom]) -> set[str]:
    """Properties that are not simple: transitive ones, those that follow from a chain, and all above them (section 11.1)."""
    above: dict[str, set[str]] = defaultdict(set)
    found: set[str] = set()
    for axiom in axioms:
        iris = [each.iri for each in names(axiom.parts)]
        if axiom.kind is Kind.TRANSITIVE:
            found.update(iris)
        elif axiom.kind is Kind.CHAIN:
            found.add(axiom.parts[1].iri)
        elif axiom.kind is Kind.SUBPROPERTY:
            above[iris[0]].add(iris[1])
        elif axiom.kind in (Kind.INVERSE, Kind.EQUIVALENT_PROPERTIES):
            above[iris[0]].add(iris[1])
            above[iris[1]].add(iris[0])
    waiting = list(found)
    while waiting:
        new = above[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _reason(axiom: Axiom, uses: dict[str, Use], datatypes: set[str], composite: set[str]) -> Reason | None:
    """Why OWL 2 DL cannot take an axiom; nothing where it can."""
    properties = list(_properties_of(axiom))
    kinds = {uses[iri] for iri in properties}
    if axiom.kind is Kind.SUBPROPERTY and axiom.parts[1].node in _TRIVIAL_PROPERTIES:
        return Reason.TRIVIAL
    if Use.ANNOTATION in kinds:
        return Reason.ANNOTATION
    if axiom.kind in _OF_PROPERTIES and len(kinds) > 1:
        return Reason.MIXED
    if axiom.kind in (*_OBJECT_ONLY, Kind.CHAIN) and Use.DATA in kinds:
        return Reason.KEY_OF_LITERALS
    if axiom.kind in _SIMPLE_ONLY and composite.intersection(properties):
        return Reason.NOT_SIMPLE
    if any(_counts(part, composite) for part in axiom.parts):
        return Reason.NOT_SIMPLE
    if axiom.kind in (Kind.DOMAIN, Kind.RANGE, Kind.TYPE, Kind.SUBCLASS) and axiom.parts[1].node in {*_TRIVIAL_CLASSES, RDFS.Literal}:
        return Reason.TRIVIAL if axiom.parts[1].node != RDFS.Literal or Use.DATA in kinds else Reason.LITERAL_PLACE
    if axiom.kind in (Kind.STATEMENT, Kind.RANGE):
        value = axiom.parts[-1]
        literal = isinstance(value.node, Literal) if axiom.kind is Kind.STATEMENT else is_data_range(value, datatypes)
        return Reason.LITERAL_PLACE if literal != (Use.DATA in kinds) else None
    if any(_misplaced(part, uses, datatypes) for part in axiom.parts):
        return Reason.LITERAL_PLACE
    return None


def is_data_range(filler: Expression, datatypes: set[str]) -> bool:
    """Whether an expression is a set of literals."""
    if filler.operator in ("or", "and", "not", "one of"):
        return all(is_data_range(part, datatypes) for part in filler.parts)
    return filler.operator == "restricted" or isinstance(filler.node, Literal) or is_datatype(filler.iri, datatypes)


def _misplaced(expression: Expression, uses: dict[str, Use], datatypes: set[str]) -> bool:
    """Whether a restriction within asks for a literal of a property that has individuals as values, or the reverse."""
    if expression.operator in _QUALIFIED and len(expression.parts) == 2:
        wanted = Use.DATA in {uses[each.iri] for each in names(expression.parts[:1])}
        if is_data_range(expression.parts[1], datatypes) != wanted:
            return True
    return any(_misplaced(part, uses, datatypes) for part in expression.parts)


def _counts(expression: Expression, composite: set[str]) -> bool:
    if expression.operator in _COUNTING and any(each.iri in composite for each in names(expression.parts[:1])):
        return True
    return any(_counts(part, composite) for part in expression.parts)


class StandIns:
    """What the reasoner is given in the place of what it does not take; the axioms keep what they say.

    Vocabulary that OWL reserves is no class of its own; nameless individuals get names, by which they can be asked for; restricted
    datatypes are defined once, since the OWL API loses a restriction that it reads in a range. Datatypes that HermiT does not know, which
    it would pass over, become octets (`xsd:hexBinary`) of a length that no other has: like the value spaces of the primitive datatypes of
    XML Schema, they are disjoint from each other and from all others. Order and precision of dates are lost: no axiom here is about them.
    (HermiT takes minutes for patterns, and reads no `xsd:base64Binary` right.)
    """

    def __init__(self, datatypes: set[str]) -> None:
        """:param datatypes: those that are declared and not defined by others."""
        self.definitions: dict[str, Axiom] = {}
        self._lengths: dict[str, int] = {}
        self._unknown = datatypes - {node.value for node in _KNOWN}

    def axiom(self, axiom: Axiom) -> Axiom:
        """The axiom as the reasoner gets it."""
        if axiom.kind is Kind.DATATYPE and axiom.parts[1].operator == "restricted":
            return axiom
        return replace(axiom, parts=tuple(map(self._expression, axiom.parts)))

    def literal(self, literal: Literal) -> Literal:
        """A literal whose datatype HermiT knows."""
        if literal.language or not self._is_unknown(literal.datatype):
            return literal
        length = self._length(self._entity(literal.datatype))
        octets = hashlib.shake_256(literal.value.encode("utf-8", "surrogatepass")).digest(length)
        return Literal(octets.hex().upper(), datatype=XSD.hexBinary)

    def _expression(self, expression: Expression) -> Expression:
        node = expression.node
        if isinstance(node, Literal):
            return named(self.literal(node))
        if isinstance(node, BlankNode):
            return named(NamedNode(STAND_IN + node.value))
        if isinstance(node, NamedNode):
            return named(self._entity(node))
        if expression.operator == "restricted":
            return named(self._defined(f"range-{digest(repr(expression))}", expression))
        return replace(expression, parts=tuple(map(self._expression, expression.parts)))

    def _entity(self, node: NamedNode) -> NamedNode:
        if node == RDF.langString:
            return RDF.PlainLiteral
        if self._is_unknown(node):
            name = _local(node) if node.value.startswith(str(XSD)) else f"datatype-{digest(node.value)}"
            length = Literal(str(self._length(NamedNode(STAND_IN + name))), datatype=XSD.integer)
            facet = Expression("facet", (named(XSD.length), named(length)))
            return self._defined(name, Expression("restricted", (named(XSD.hexBinary), facet)))
        reserved = node.value.startswith((str(RDF), str(RDFS), str(OWL))) and node not in (OWL.Thing, OWL.Nothing, *_KNOWN)
        return NamedNode(STAND_IN + _local(node)) if reserved else node

    def _is_unknown(self, node: NamedNode) -> bool:
        return node.value in self._unknown or (node.value.startswith(str(XSD)) and node not in _KNOWN and not is_facet(node))

    def _length(self, stand_in: NamedNode) -> int:
        return self._lengths.setdefault(stand_in.value, _SHORTEST + len(self._lengths))

    def _defined(self, name: str, data_range: Expression) -> NamedNode:
        node = NamedNode(STAND_IN + name)
        self.definitions[node.value] = Axiom(Kind.DATATYPE, (named(node), data_range), STAND_IN)
        return node


def _local(node: NamedNode) -> str:
    return node.value.rpartition("#")[2]
