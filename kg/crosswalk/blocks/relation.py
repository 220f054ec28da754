"""`relation: dct:relation` — another resource: series, source, citation, other version."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.blocks.identifier import doi_iri
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, parse_doi, parse_iri
from kg.namespaces import RDFS, dataset_iri, expand

#: An address that holds a DOI and more, at another host than the DOI's own: a page about it, which is not what it names.
_ELSEWHERE = re.compile(r"(?:https?|ftp)://(?!(?:dx\.|www\.)?doi\.org/)", re.IGNORECASE)


class RelationBlock:
    """Slots: `to` (an IRI, a DOI, or an identifier of the same source), `type` (looked up in `mappings/tables/relations.csv`), `title`.

    Option `identifiers: yes` where an identifier that is no IRI names a record of the same source.
    """

    SLOTS = frozenset({"to", "type", "title"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        kind = slots.string("type", context, node)
        row = context.tables.row("relations", kind) if kind else None
        predicate = NamedNode(expand(row["property"] if row else target))
        for text in slots.strings("to", context, node):
            other = _other(context, clean_line(text), bool(slots.options.get("identifiers")))
            if other is None or other == context.graph.dataset or _is_own_doi(context, text):
                continue
            context.graph.add(context.subject, predicate, other)
            for title, language in slots.texts("title", context, node):
                context.graph.text(other, RDFS.label, title, language)


def _is_own_doi(context: Context, text: str) -> bool:
    """Whether a text is the DOI of the data set itself, as a citation of it is."""
    doi = parse_doi(clean_line(text))
    return doi is not None and dataset_iri(context.graph.source, "", doi) == context.graph.dataset.value


def _other(context: Context, text: str, identifiers: bool) -> NamedNode | None:
    if (doi := parse_doi(text)) and not _ELSEWHERE.match(text):
        return doi_iri(doi)
    if parse_iri(text):
        return context.graph.iri(text)
    if identifiers and text:
        return NamedNode(dataset_iri(context.graph.source, text))
    return context.graph.iri(text) if text and context.graph.base else None
