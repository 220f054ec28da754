"""`statement: dct:provenance` — a text that is a thing of its own, such as a lineage."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.namespaces import DCT, RDF, RDFS, expand

#: property -> (name of the part, class of the statement)
_STATEMENTS = {DCT.provenance: ("lineage", DCT.ProvenanceStatement)}


class StatementBlock:
    """Slots: `from` the text, `language` where it stands apart from the text."""

    SLOTS = frozenset({"from", "language"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        texts = slots.texts("from", context, node)
        if not texts:
            return None
        predicate = NamedNode(expand(target))
        name, kind = _STATEMENTS[predicate]
        statement = context.graph.part(name)
        context.graph.add(context.subject, predicate, statement)
        context.graph.add(statement, RDF.type, kind)
        given = slots.string("language", context, node) or None
        for text, language in texts:
            context.graph.text(statement, RDFS.label, text, language or given, lines=True)
        return statement
