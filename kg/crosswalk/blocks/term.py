"""`term: variable` — a source term: the verbatim string, with its thesaurus, IRI and unit, that linking will look for."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, clean_text
from kg.model import Term, TermKind
from kg.namespaces import DCAT, DT

#: Longer strings are no terms but texts; licence clauses are the longest that are used as such.
LONGEST_TERM = 4_000

#: Kinds that readers look for as keywords too.
_KEYWORDS = frozenset({TermKind.KEYWORD, TermKind.VARIABLE, TermKind.THEME})


class TermBlock:
    """Slots: `label`, `language`, `iri`, `thesaurus`, `thesaurus_iri`, `unit`.

    The target is a `TermKind`, or the slot `kind` gives it (by a table).
    """

    SLOTS = frozenset({"label", "language", "iri", "thesaurus", "thesaurus_iri", "unit", "kind"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        kind = TermKind(slots.string("kind", context, node) or target)
        iri = slots.string("iri", context, node) or None
        thesaurus = clean_line(slots.string("thesaurus", context, node)) or None
        unit = clean_line(slots.string("unit", context, node)) or None
        given = slots.string("language", context, node) or None
        texts = slots.texts("label", context, node) or ([(iri, None)] if iri else [])
        scheme = slots.string("thesaurus_iri", context, node)
        for text, language in texts:
            term = add_term(context, kind, text, language or given, thesaurus, iri, unit)
            if scheme and term and (known := context.graph.iri(scheme)):
                context.graph.add(term, DT.thesaurusIri, known)


def add_term(
    context: Context,
    kind: TermKind,
    text: str,
    language: str | None,
    thesaurus: str | None = None,
    iri: str | None = None,
    unit: str | None = None,
) -> NamedNode | None:
    """State a source term of the subject; a keyword also as `dcat:keyword`."""
    graph = context.graph
    text = graph.redacted(clean_line(clean_text(text)))[:LONGEST_TERM]
    if not text:
        return None
    tag = None if text == iri else (graph.tag_of(language) if language else None) or graph.inherited_language
    term = Term(kind, text, tag, thesaurus, iri, unit)
    node = graph.term(context.subject, term)
    if kind in _KEYWORDS and text != iri:
        graph.add(graph.dataset, DCAT.keyword, graph.literal(text, tag))
    return node
