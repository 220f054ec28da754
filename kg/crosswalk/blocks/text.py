"""`text: dct:title` — a text in every language given."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.namespaces import expand


class TextBlock:
    """Slots: `from` the text, `language` where it stands apart from the text."""

    SLOTS = frozenset({"from", "language"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        predicate = NamedNode(expand(target))
        given = slots.string("language", context, node) or None
        for text, language in slots.texts("from", context, node):
            context.graph.text(context.subject, predicate, text, language or given)
