"""Reads the merged view of a data set from the named graphs of a store, so that nothing is said without the record that says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from pyoxigraph import NamedNode

from kg.dataset import ConceptLink, DatasetView, MappingView, Mention, Reason, RecordView, SourceView, Statement, TermUse, Text
from kg.dataset_merge import Leads, Part, merge, trust_order
from kg.graph_node import NOTHING, Graph, Node, QuadSource, finite, first, first_text, iri_of, lexical, texts
from kg.model import Iri
from kg.namespaces import BASE, DCAT, DCT, DT, FOAF, INFERRED_THINGS, OWL, RDF, SOSA, SSN, is_thing, link_graph_iri
from kg.thing_names import all_names, surest_name, things_named

#: Kinds of concepts by the property that links a data set to them; the order is the order of display.
LINK_PROPERTIES: dict[str, str] = {
    "variable": DT.observedVariable.value,
    "instrument": DT.instrument.value,
    "platform": DT.platform.value,
    "theme": DCAT.theme.value,
    "licence": DT.licence.value,
    "access": DT.accessCondition.value,
}

#: What links a thing to concepts, whose kind their IRI tells.
_OF_THINGS = (DCT.type.value, SOSA.observes.value, SSN.forProperty.value, DCT.subject.value)
_KIND_OF_IRI = {f"{BASE}{kind}/": kind for kind in LINK_PROPERTIES}

#: Mappings kept in memory while many data sets are read: terms recur, and each look-up costs several reads of the store.
_CACHED_MAPPINGS = 50_000
#: Records that only name a thing, of which more say nothing new: a satellite is named by thousands.
MENTIONS = 20


class DatasetReader:
    """Reads data sets from a store. Keep one for many reads: sources and mappings are remembered.

    A reader belongs to one state of the store (one release, or one publication): it does not notice changes of what it remembers.
    """

    def __init__(self, store: QuadSource) -> None:
        self._store = store
        self._sources: dict[str, SourceView] = {}
        self._mappings: dict[str, tuple[MappingView, ...]] = {}

    def datasets(self) -> Iterator[Iri]:
        """Every data set, instrument, platform... that a record describes, each once, by its surest name."""
        seen: set[str] = set()
        for triple in self._store.triples(None, FOAF.primaryTopic):
            iri = surest_name(self._store, lexical(triple.object))
            if iri not in seen:
                seen.add(iri)
                yield Iri(iri)

    def named_only(self) -> Iterator[Iri]:
        """Every instrument, platform and project that data sets name and no record describes, each once, by its surest name."""
        seen: set[str] = set()
        for name in things_named(self._store):
            iri = surest_name(self._store, name)
            if iri not in seen:
                seen.add(iri)
                if not self._described_in(all_names(self._store, iri)):
                    yield iri

    def views(self) -> Iterator[DatasetView]:
        """The view of every data set, one at a time."""
        for iri in self.datasets():
            view = self.read(iri)
            if view is not None:
                yield view

    def read(self, iri: str) -> DatasetView | None:
        """The merged view of a data set or thing, or none where no record describes it."""
        names = all_names(self._store, iri)
        parts = sorted((self._part(graph) for graph in self._described_in(names)), key=trust_order)
        return self._merged(names, parts) if parts else None

    def read_thing(self, iri: str) -> DatasetView | None:
        """The merged view of a thing, with what records of data sets say of it; none where nothing is said of it.

        What records describe it says more than those that only name it, so these come last; not more than `MENTIONS` of them are read.
        """
        names = all_names(self._store, iri)
        described = self._described_in(names)
        parts = sorted((self._part(graph) for graph in described), key=trust_order)
        mentioned = sorted((self._mention(graph, names) for graph in self._mentioned_in(names, described)), key=trust_order)
        parts += mentioned
        return self._merged(names, parts) if parts else None

    def read_any(self, iri: str) -> DatasetView | None:
        """As `read` where a record describes it, else as `read_thing`: the description of what it is in the discovery graph."""
        names = all_names(self._store, iri)
        parts = [self._part(graph) for graph in self._described_in(names)]
        if not parts and is_thing(iri):
            parts = [self._mention(graph, names) for graph in self._mentioned_in(names, set())]
        return self._merged(names, sorted(parts, key=trust_order)) if parts else None

    def _merged(self, names: tuple[Iri, ...], parts: list[Part]) -> DatasetView:
        links = self._links(names, parts)
        return merge(names, parts, links, tuple(_mentions(names, parts, {link.value.iri for link in links})))

    def _described_in(self, names: tuple[Iri, ...]) -> set[str]:
        """The records whose topic has one of the names."""
        quads = (quad for name in names for quad in self._store.quads(None, FOAF.primaryTopic, NamedNode(name)))
        return {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}

    def _mentioned_in(self, names: tuple[Iri, ...], described: set[str]) -> set[str]:
        """Records that say something of a thing and describe something else."""
        quads = (quad for name in names for quad in self._store.quads(NamedNode(name), RDF.type))
        graphs = (quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode))
        records = (graph for graph in graphs if graph.startswith(BASE + "record/") and graph not in described)
        return set(islice(dict.fromkeys(records), MENTIONS))

    def _mention(self, record: str, names: tuple[Iri, ...]) -> Part:
        """What a record says of a thing that it only names."""
        graph = NamedNode(record)
        about = {name: node for name in names if (node := self._node(name, graph))}
        places = {lexical(place) for node in about.values() for place in node.get(DCT.spatial.value, ())}
        said = {iri: self._node(iri, graph) for iri in (record, f"{record}#native", *places)} | about
        return Part(self._record(record, said), said, {}, (), {})

    def _part(self, record: str) -> Part:
        said = self._graph(record)
        view = self._record(record, said)
        scopes = (record, view.source.iri, "")
        terms = tuple(self._term(iri, node, scopes) for iri, node in said.items() if iri_of("dt:termKind") in node)
        return Part(view, said, self._graph(link_graph_iri(record)), terms, self._leads(terms))

    def _graph(self, name: str) -> Graph:
        graph: Graph = {}
        for quad in self._store.quads(None, None, None, NamedNode(name)):
            subject, predicate, value, _ = quad
            node = graph.get(subject.value)
            if node is None:
                node = graph[subject.value] = {}
            if (held := node.get(predicate.value)) is None:
                node[predicate.value] = [value]
            else:
                held.append(value)
        return graph

    def _node(self, subject: str, graph: NamedNode | None) -> Node:
        """One thing in one named graph, or with None in the merged graph."""
        about = NamedNode(subject)
        found = self._store.triples(about) if graph is None else self._store.quads(about, None, None, graph)
        node: Node = {}
        for statement in found:
            node.setdefault(statement.predicate.value, []).append(statement.object)
        return node

    def _record(self, iri: str, said: Graph) -> RecordView:
        node = said.get(iri, NOTHING)
        native = first(node, "prov:wasDerivedFrom") or f"{iri}#native"
        derived = said.get(native, NOTHING)
        source = first(node, "dct:isPartOf") or iri.replace(BASE + "record/", BASE + "source/", 1).rpartition("/")[0]
        history = self._node(iri, NamedNode(source))
        return RecordView(
            iri=Iri(iri),
            source=self._source(source),
            identifier=first(node, "dct:identifier"),
            modified=first(node, "dct:modified"),
            language=first(node, "dct:language"),
            format=first(node, "dct:conformsTo"),
            native_sha256=first(derived, "dct:identifier").removeprefix("sha256:"),
            native_media_type=first(derived, "dcat:mediaType"),
            location=first(self._node(native, NamedNode(source)), "prov:atLocation"),
            generated=first(history, "prov:generatedAtTime"),
            withdrawn=first(history, "prov:invalidatedAtTime"),
        )

    def _source(self, iri: str) -> SourceView:
        if iri not in self._sources:
            self._sources[iri] = self._read_source(iri)
        return self._sources[iri]

    def _read_source(self, iri: str) -> SourceView:
        """A source's own properties one by one: its graph also lists all its records, which may be many thousands."""
        graph, subject = NamedNode(iri), NamedNode(iri)
        names = ("dct:title", "dt:pole", "dt:centre", "foaf:homepage", "dct:license", "dt:trust")
        node: Node = {
            iri_of(name): [quad.object for quad in self._store.quads(subject, NamedNode(iri_of(name)), None, graph)] for name in names
        }
        trust = finite(first(node, "dt:trust"))
        return SourceView(
            iri=Iri(iri),
            title=texts(node, "dct:title"),
            pole=first(node, "dt:pole"),
            centre=first(node, "dt:centre"),
            homepage=first(node, "foaf:homepage"),
            licence=first(node, "dct:license"),
            trust=50.0 if trust is None else trust,
        )

    def _term(self, iri: str, node: Node, scopes: tuple[str, ...]) -> TermUse:
        return TermUse(
            iri=Iri(iri),
            kind=first(node, "dt:termKind"),
            text=first_text(node, "rdf:value") or Text(""),
            thesaurus=first(node, "dt:thesaurus"),
            thesaurus_iri=first(node, "dt:thesaurusIri"),
            given_iri=first(node, "dt:givenIri"),
            unit=first(node, "dt:unit"),
            mappings=_in_scope(self.mappings(iri), scopes),
        )

    def mappings(self, subject: str) -> tuple[MappingView, ...]:
        """The accepted mappings of a term or a concept, in any alignment, surest first."""
        found = self._mappings.get(subject)
        if found is None:
            if len(self._mappings) >= _CACHED_MAPPINGS:
                self._mappings.clear()
            found = self._mappings[subject] = self._read_mappings(subject)
        return found

    def _read_mappings(self, subject: str) -> tuple[MappingView, ...]:
        found = self._store.triples(None, OWL.annotatedSource, NamedNode(subject))
        iris = [triple.subject.value for triple in found if isinstance(triple.subject, NamedNode)]
        mappings = [_mapping(iri, subject, self._node(iri, None)) for iri in iris]
        return tuple(sorted(mappings, key=lambda mapping: (-(mapping.confidence or 0.0), mapping.iri)))

    def _leads(self, terms: Iterable[TermUse]) -> Leads:
        """Where terms lead: to the concept they are mapped to, and on to what that is aligned with."""
        leads: Leads = {}
        for term in terms:
            for mapping in term.mappings:
                leads.setdefault(mapping.target, []).append(Reason(term, mapping))
                for step in self.mappings(mapping.target):
                    leads.setdefault(step.target, []).append(Reason(term, mapping, step))
        return leads

    def _reasons(self, concept: str, leads: Leads) -> Iterator[Reason]:
        """Terms that lead to a concept, or to one that it is aligned with: alignments are read in both directions."""
        yield from leads.get(concept, ())
        for step in self.mappings(concept):
            for reason in leads.get(step.target, ()):
                if reason.via is None:
                    yield Reason(reason.term, reason.mapping, step)

    def _links(self, names: tuple[Iri, ...], parts: list[Part]) -> tuple[Statement[ConceptLink], ...]:
        stated: dict[tuple[str, str], list[Part]] = {}
        for part, name in product(parts, names):
            for kind, concept in _linked_concepts(name, part.linked.get(name, NOTHING)):
                stated.setdefault((kind, concept), []).append(part)
        for name in names:
            for kind, concept in self._following(name):
                stated.setdefault((kind, concept), list(parts))
        return tuple(self._link(kind, concept, by) for (kind, concept), by in stated.items())

    def _following(self, name: str) -> Iterator[tuple[str, str]]:
        """Kinds of the instruments and platforms that a data set names, which only the records of these tell (`kg/short_paths.py`)."""
        for kind in ("instrument", "platform") if not is_thing(name) else ():
            for quad in self._store.quads(NamedNode(name), NamedNode(LINK_PROPERTIES[kind]), None, INFERRED_THINGS):
                yield kind, lexical(quad.object)

    def _link(self, kind: str, concept: str, parts: list[Part]) -> Statement[ConceptLink]:
        found = (reason for part in parts for reason in self._reasons(concept, part.leads))
        reasons = {(reason.term.iri, reason.mapping.iri): reason for reason in found}
        return Statement(ConceptLink(kind, Iri(concept), tuple(reasons.values())), tuple(part.record.iri for part in parts))


def _linked_concepts(name: str, node: Node) -> Iterator[tuple[str, str]]:
    """The concepts that a data set or thing is linked to, with their kinds."""
    for kind, predicate in LINK_PROPERTIES.items():
        yield from ((kind, lexical(term)) for term in node.get(predicate, ()))
    for predicate in _OF_THINGS if is_thing(name) else ():
        for concept in map(lexical, node.get(predicate, ())):
            if of := _KIND_OF_IRI.get(concept[: concept.find("/", len(BASE)) + 1]):
                yield of, concept


def _mentions(names: tuple[Iri, ...], parts: list[Part], declared: set[Iri]) -> Iterator[Statement[Mention]]:
    """What texts name and no record declares, each concept once, in the words of the most trusted source."""
    found: dict[str, tuple[Mention, list[Iri]]] = {}
    for part in parts:
        for node in part.linked.values():
            concept = first(node, "owl:annotatedTarget")
            kind = _KIND_OF_IRI.get(concept[: concept.find("/", len(BASE)) + 1])
            if kind and concept not in declared and first(node, "owl:annotatedSource") in names:
                passage = first_text(node, "rdfs:comment") or Text("")
                mention = Mention(kind, Iri(concept), passage, finite(first(node, "sssom:confidence")))
                found.setdefault(concept, (mention, []))[1].append(part.record.iri)
    return (Statement(mention, tuple(records)) for mention, records in found.values())


def _in_scope(mappings: tuple[MappingView, ...], scopes: tuple[str, ...]) -> tuple[MappingView, ...]:
    """The mappings that hold for a record: those scoped to it, else those scoped to its source, else the general ones."""
    groups = (tuple(mapping for mapping in mappings if mapping.scope == scope) for scope in scopes)
    return next(filter(None, groups), ())


def _mapping(iri: str, subject: str, node: Node) -> MappingView:
    return MappingView(
        iri=Iri(iri),
        subject=Iri(subject),
        predicate=Iri(first(node, "owl:annotatedProperty")),
        target=Iri(first(node, "owl:annotatedTarget")),
        justification=first(node, "sssom:mapping_justification"),
        confidence=finite(first(node, "sssom:confidence")),
        author=first(node, "sssom:author_label") or first(node, "sssom:mapping_tool"),
        date=first(node, "sssom:mapping_date"),
        scope=first(node, "dt:scope"),
    )
