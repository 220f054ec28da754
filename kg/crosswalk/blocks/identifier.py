"""`identifier: dataset` — an identifier of the data set; persistent ones become resolvable IRIs."""

from __future__ import annotations

from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, parse_doi, parse_iri
from kg.namespaces import DCT, DOI, XSD


class IdentifierBlock:
    """Slots: `from`."""

    SLOTS = frozenset({"from"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        for text in slots.strings("from", context, node):
            if text := context.graph.redacted(clean_line(text)):
                context.graph.add(context.subject, DCT.identifier, identifier_literal(text))


def identifier_literal(text: str) -> Literal:
    """An identifier: as `xsd:anyURI` where it can be resolved, else as it is.

    >>> identifier_literal("doi:10.17882/42182").value
    'https://doi.org/10.17882/42182'
    """
    if doi := parse_doi(text):
        return Literal(doi_iri(doi).value, datatype=XSD.anyURI)
    if text.startswith(("http://", "https://", "urn:")) and (iri := parse_iri(text)):
        return Literal(iri, datatype=XSD.anyURI)
    return Literal(text)


def doi_iri(doi: str) -> NamedNode:
    """The resolvable IRI of a DOI."""
    return NamedNode(DOI + quote(doi, safe="/:;()._-"))
