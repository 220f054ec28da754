"""What all actions have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pyoxigraph import NamedNode

from kg.crosswalk.document import Document, Node, Text
from kg.crosswalk.record_graph import RecordGraph
from kg.crosswalk.slot import Slot
from kg.crosswalk.tables import Tables


@dataclass(frozen=True, slots=True)
class Context:
    """Where a block runs: the document, the graph it writes, and what the triples are about (the data set, or a part of it)."""

    document: Document
    graph: RecordGraph
    tables: Tables
    subject: NamedNode

    def at(self, subject: NamedNode) -> Context:
        """The same, about another subject."""
        return Context(self.document, self.graph, self.tables, subject)


@dataclass(frozen=True, slots=True)
class Slots:
    """The slots of one rule by name; a slot that the rule does not have finds nothing."""

    by_name: dict[str, Slot]
    options: dict[str, str] = field(default_factory=dict)

    def string(self, name: str, context: Context, node: Node) -> str:
        slot = self.by_name.get(name)
        return slot.string(context.document, node) if slot else ""

    def strings(self, name: str, context: Context, node: Node) -> list[str]:
        slot = self.by_name.get(name)
        return slot.strings(context.document, node) if slot else []

    def texts(self, name: str, context: Context, node: Node) -> list[Text]:
        slot = self.by_name.get(name)
        return slot.texts(context.document, node) if slot else []

    def nodes(self, name: str, context: Context, node: Node) -> list[Node]:
        slot = self.by_name.get(name)
        return slot.nodes(context.document, node) if slot else []


class Block(Protocol):
    """An action. `SLOTS` are the names that a rule may give; `run` writes what one node says and returns the thing it made, if any."""

    SLOTS: frozenset[str]

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        """:param target: what stands behind the action's name in the rule: a property, a kind, a role."""
