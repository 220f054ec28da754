"""`part: dcat:accessService` — a thing inside the record that has properties of its own, which its `rules` fill."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.namespaces import RDF, expand


class PartBlock:
    """No slots. The target is the property that leads to it; option `class` its class; `back` a property from it to the data set."""

    SLOTS: frozenset[str] = frozenset()

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        graph, kind = context.graph, slots.options["class"]
        part = graph.part(re.findall("[A-Z][a-z]+", kind)[-1].lower())
        graph.add(context.subject, NamedNode(expand(target)), part)
        graph.add(part, RDF.type, NamedNode(expand(kind)))
        if "back" in slots.options:
            graph.add(part, NamedNode(expand(slots.options["back"])), graph.dataset)
        return part
