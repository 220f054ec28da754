"""`rights: licence` — licences, access conditions and limitations of use: verbatim for people, as source terms for linking."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.blocks.term import add_term
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_text
from kg.model import TermKind
from kg.namespaces import DCT, RDF, RDFS


class RightsBlock:
    """Slots: `from`, `iri`. The target is `licence` or `access`: which field of the native it stood in."""

    SLOTS = frozenset({"from", "iri"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        graph = context.graph
        url = slots.string("iri", context, node) or None
        texts = [(clean_text(text), language) for text, language in slots.texts("from", context, node)]
        texts = [(text, language) for text, language in texts if text]
        if not texts and not url:
            return None
        rights = graph.part("rights")
        graph.add(graph.dataset, DCT.rights, rights)
        graph.add(rights, RDF.type, DCT.RightsStatement)
        for text, language in texts:
            graph.add(rights, RDFS.label, graph.literal(text, language))
        if not texts:
            graph.add(rights, RDFS.label, Literal(graph.redacted(str(url))))
        if url and (iri := graph.iri(url)):
            graph.add(rights, RDFS.seeAlso, iri)
        for text, language in texts or [(str(url), None)]:
            add_term(context.at(graph.dataset), TermKind(target), text, language, iri=url)
        return rights
