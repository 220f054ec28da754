"""`link:` — how to get it: distributions, services, landing pages and documentation, told apart by `mappings/tables/link-roles.csv`."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, parse_bytes
from kg.namespaces import BASE, DCAT, DCT, DT, FOAF, IANA_MEDIA_TYPES, RDF, XSD


class LinkBlock:
    """Slots: `url`, `name`, `description`, `protocol`, `function`, `format`, `media_type`, `bytes`; `role` where the native itself says it.

    A landing page for which formats are given is also the access address of a distribution (DCAT 3, usage note of `dcat:accessURL`).
    Roles: `download`, `distribution`, `service`, `landing`, `page`. The target is the role where neither slot nor table gives one.
    """

    SLOTS = frozenset({"url", "name", "description", "protocol", "function", "format", "media_type", "bytes", "role"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        text = slots.string("url", context, node)
        url = context.graph.iri(text) if text else None
        if url is None:
            return None
        protocol = context.graph.redacted(clean_line(slots.string("protocol", context, node)))
        function = slots.string("function", context, node)
        row = context.tables.first_match("link-roles", f"protocol={protocol}", f"function={function}", f"url={url.value}")
        role = slots.string("role", context, node) or (row["role"] if row else "") or target or "distribution"
        if role in _PAGES:
            context.graph.add(context.graph.dataset, _PAGES[role], url)
            if role == "page" or not (slots.string("format", context, node) or slots.string("media_type", context, node)):
                _page(slots, context, node, url)
                return None
        standard = row["conforms_to"] if row else ""
        return _distribution(slots, context, node, url, role, protocol, standard)


_PAGES = {"landing": DCAT.landingPage, "page": FOAF.page}


def _page(slots: Slots, context: Context, node: Node, url: NamedNode) -> None:
    """What a page is called, unless it is one of ours, of which others have nothing to say."""
    if not url.value.startswith(BASE):
        _names(slots, context, node, url)


def _names(slots: Slots, context: Context, node: Node, subject: NamedNode) -> None:
    for name, predicate in (("name", DCT.title), ("description", DCT.description)):
        for text, language in slots.texts(name, context, node):
            context.graph.text(subject, predicate, text, language)


def _distribution(slots: Slots, context: Context, node: Node, url: NamedNode, role: str, protocol: str, standard: str) -> NamedNode:
    graph = context.graph
    distribution = graph.part("distribution")
    graph.add(graph.dataset, DCAT.distribution, distribution)
    graph.add(distribution, RDF.type, DCAT.Distribution)
    graph.add(distribution, DCAT.accessURL, url)
    if role == "download":
        graph.add(distribution, DCAT.downloadURL, url)
    _names(slots, context, node, distribution)
    _format(slots, context, node, distribution)
    if protocol:
        graph.add(distribution, DT.protocolText, Literal(protocol))
    if standard and role != "service":
        graph.add(distribution, DCT.conformsTo, NamedNode(standard))
    if role == "service":
        _service(context, distribution, url, standard)
    return distribution


def _format(slots: Slots, context: Context, node: Node, distribution: NamedNode) -> None:
    graph = context.graph
    for name in ("media_type", "format"):
        for text in slots.strings(name, context, node):
            given = graph.redacted(clean_line(text))
            graph.add(distribution, DT.formatText, Literal(given))
            row = context.tables.row("media-types", given)
            if row:
                graph.add(distribution, DCAT.mediaType, NamedNode(IANA_MEDIA_TYPES + row["media_type"]))
    if size := parse_bytes(slots.string("bytes", context, node)):
        graph.add(distribution, DCAT.byteSize, Literal(str(size), datatype=XSD.nonNegativeInteger))


def _service(context: Context, distribution: NamedNode, url: NamedNode, standard: str) -> None:
    graph = context.graph
    service = graph.part("service")
    graph.add(distribution, DCAT.accessService, service)
    graph.add(service, RDF.type, DCAT.DataService)
    graph.add(service, DCAT.endpointURL, url)
    graph.add(service, DCAT.servesDataset, graph.dataset)
    if standard:
        graph.add(service, DCT.conformsTo, NamedNode(standard))
