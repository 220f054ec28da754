"""`project:` — the project, campaign or award in which a data set was made, where an identifier tells which one it is."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.blocks.equipment import describe_thing
from kg.crosswalk.document import Node
from kg.crosswalk.identity import identify, known_of
from kg.crosswalk.values import clean_line
from kg.namespaces import DCT, FOAF, PROV, RDF, RDFS, SKOS


class ProjectBlock:
    """Slots: `name`, `long_name`, `pid` (a persistent identifier or its own address), `uuid`, `iri` and `code` (concept and short name in
    the list of projects that `thesaurus` names), `award` (the number of a grant) with `funder` (ROR, Crossref funder DOI) or `maker` (the
    funder's name).

    A name alone is no identity: where no identifier is known, nothing is written.
    """

    SLOTS = frozenset({"name", "long_name", "pid", "uuid", "iri", "code", "thesaurus", "award", "funder", "maker"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        known = known_of(lambda name: clean_line(slots.string(name, context, node)))
        found = identify("project", known, context.tables, "")
        if found.iri.value.endswith("/project/") or not (name := known.name or known.code or known.award or known.pid):
            return None
        graph = context.graph
        graph.add(graph.dataset, PROV.wasGeneratedBy, found.iri)
        graph.add(found.iri, RDF.type, FOAF.Project)
        for text in (RDFS.label, DCT.title):
            graph.add(found.iri, text, Literal(graph.redacted(name)))
        if (long_name := clean_line(slots.string("long_name", context, node))) and long_name != name:
            graph.add(found.iri, SKOS.altLabel, Literal(graph.redacted(long_name)))
        describe_thing(context, found, known)
        return found.iri
