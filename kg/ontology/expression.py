"""Classes, properties and axioms of OWL 2 as plain values.

Structural specification <https://www.w3.org/TR/owl2-syntax/>; read from RDF by `reading`, written by `writing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

Node: TypeAlias = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Expression:
    """A named entity, or what an operator makes of its parts (`and`, `some`, `exactly`, `inverse`, `chain`...).

    :param operator: `name` for an entity or a literal, which then stands in `node`; a cardinality has its `number`.
    """

    operator: str
    parts: tuple[Expression, ...] = ()
    node: Node | None = None
    number: int = 0

    @property
    def iri(self) -> str:
        """The IRI of a named entity; empty for anything else."""
        return self.node.value if isinstance(self.node, NamedNode) else ""


def named(node: Node) -> Expression:
    """An entity, an individual or a literal."""
    return Expression("name", node=node)


class Kind(StrEnum):
    """What an axiom says (section 9 of the structural specification)."""

    SUBCLASS = "subclass"
    EQUIVALENT_CLASSES = "equivalent classes"
    DISJOINT_CLASSES = "disjoint classes"
    KEY = "key"
    DATATYPE = "datatype definition"
    SUBPROPERTY = "subproperty"
    CHAIN = "property chain"
    EQUIVALENT_PROPERTIES = "equivalent properties"
    DISJOINT_PROPERTIES = "disjoint properties"
    INVERSE = "inverse properties"
    DOMAIN = "domain"
    RANGE = "range"
    FUNCTIONAL = "functional"
    INVERSE_FUNCTIONAL = "inverse functional"
    TRANSITIVE = "transitive"
    SYMMETRIC = "symmetric"
    ASYMMETRIC = "asymmetric"
    REFLEXIVE = "reflexive"
    IRREFLEXIVE = "irreflexive"
    TYPE = "type of an individual"
    STATEMENT = "statement about an individual"
    SAME = "same individual"
    DIFFERENT = "different individuals"


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom, and the ontology that states it."""

    kind: Kind
    parts: tuple[Expression, ...]
    origin: str = ""
