"""Reads the merged view of a data set from the named graphs of a store, so that nothing is said without the record that says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.dataset import (
    Agent,
    AgentRole,
    Box,
    ConceptLink,
    DatasetView,
    Distribution,
    Facility,
    MappingView,
    Observation,
    Period,
    Place,
    Reason,
    RecordView,
    Relation,
    Rights,
    Sensor,
    Service,
    SourceView,
    Statement,
    TermUse,
    Text,
)
from kg.model import Iri
from kg.namespaces import BASE, DCAT, DCT, DT, FOAF, OWL, PROV, expand, link_graph_iri

Object: TypeAlias = NamedNode | BlankNode | Literal | Triple
Node: TypeAlias = dict[str, list[Object]]
Graph: TypeAlias = dict[str, Node]


class QuadSource(Protocol):
    """What is needed of a store (`kg.store.Reader` has it): named graphs by `quads`, the merged graph by `triples`; `None` for any."""

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | None = None,
        graph: NamedNode | None = None,
    ) -> Iterable[Quad]: ...
    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: NamedNode | None = None
    ) -> Iterable[Triple]: ...


#: Kinds of concepts by the property that links a data set to them; the order is the order of display.
LINK_PROPERTIES: dict[str, str] = {
    "variable": DT.observedVariable.value,
    "instrument": DT.instrument.value,
    "platform": DT.platform.value,
    "theme": DCAT.theme.value,
    "licence": DT.licence.value,
    "access": DT.accessCondition.value,
}

_ROLE_PROPERTIES: dict[str, str] = {
    "creator": DCT.creator.value,
    "publisher": DCT.publisher.value,
    "contributor": DCT.contributor.value,
    "contactPoint": DCAT.contactPoint.value,
    "rightsHolder": DCT.rightsHolder.value,
}

_RELATION_PROPERTIES: tuple[str, ...] = (
    DCT.relation.value,
    DCT.references.value,
    DCT.isReferencedBy.value,
    DCT.isPartOf.value,
    DCT.hasPart.value,
    DCAT.inSeries.value,
    DCT.isVersionOf.value,
    DCT.hasVersion.value,
    DCT.replaces.value,
    DCT.isReplacedBy.value,
    PROV.wasDerivedFrom.value,
)

#: The more special type first: what is a series is one, whatever else it is.
_KINDS: tuple[tuple[str, str], ...] = (
    (DCAT.DatasetSeries.value, "series"),
    (DCAT.DataService.value, "service"),
    (DCAT.Dataset.value, "dataset"),
)

_iri = cache(expand)

_NOTHING: Node = {}


def _lexical(term: Object) -> str:
    """An IRI or the text of a literal."""
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _first(node: Node, name: str) -> str:
    terms = node.get(_iri(name))
    return _lexical(terms[0]) if terms else ""


def _all(node: Node, name: str) -> tuple[str, ...]:
    return tuple(map(_lexical, node.get(_iri(name), ())))


def _iris(node: Node, name: str) -> tuple[Iri, ...]:
    return tuple(Iri(text) for text in _all(node, name))


def _number(text: str) -> float | None:
    """A finite number, or none: one bad number of one record must not hide the data set."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _to_text(term: Object) -> Text:
    return Text(term.value, term.language or "") if isinstance(term, Literal) else Text(_lexical(term))


def _texts(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(map(_to_text, node.get(_iri(name), ())))


def _first_text(node: Node, name: str) -> Text | None:
    return next(iter(_texts(node, name)), None)


def _place(graph: Graph, term: Object) -> Place:
    node = graph.get(_lexical(term), _NOTHING)
    numbers = [_number(_first(node, name)) for name in ("dt:west", "dt:south", "dt:east", "dt:north", "dt:lowest", "dt:highest")]
    west, south, east, north, lowest, highest = numbers
    complete = west is not None and south is not None and east is not None and north is not None
    box = Box(west, south, east, north) if complete else None  # type: ignore[arg-type]
    wkt = _first(node, "geo:asWKT") or _first(node, "dcat:bbox")
    return Place(_first_text(node, "rdfs:label"), wkt, box, lowest, highest, _first(node, "dt:verticalUnit"))


def _period(graph: Graph, term: Object) -> Period:
    node = graph.get(_lexical(term), _NOTHING)
    return Period(_first(node, "dcat:startDate"), _first(node, "dcat:endDate"), _first(node, "rdfs:label"))


def _agent(graph: Graph, iri: str) -> Agent:
    node = graph.get(iri, _NOTHING)
    return Agent(
        iri=Iri(iri),
        name=_first(node, "foaf:name") or _first(node, "vcard:fn"),
        person=FOAF.Person.value in _all(node, "rdf:type"),
        identifiers=tuple(dict.fromkeys(_all(node, "owl:sameAs") + _all(node, "dct:identifier"))),
        member_of=_iris(node, "org:memberOf"),
        homepage=_first(node, "foaf:homepage"),
        email=_first(node, "vcard:hasEmail").removeprefix("mailto:"),
    )


def _service(graph: Graph, iri: str) -> Service:
    node = graph.get(iri, _NOTHING)
    return Service(Iri(iri), _first_text(node, "dct:title"), _first(node, "dcat:endpointURL"), _all(node, "dct:conformsTo"))


def _distribution(graph: Graph, term: Object) -> Distribution:
    iri = _lexical(term)
    node = graph.get(iri, _NOTHING)
    size = _number(_first(node, "dcat:byteSize"))
    return Distribution(
        iri=Iri(iri),
        titles=_texts(node, "dct:title"),
        descriptions=_texts(node, "dct:description"),
        access_url=_first(node, "dcat:accessURL"),
        download_url=_first(node, "dcat:downloadURL"),
        media_type=_first(node, "dcat:mediaType"),
        format_text=_first(node, "dt:formatText"),
        protocol_text=_first(node, "dt:protocolText"),
        byte_size=None if size is None else int(size),
        conforms_to=_all(node, "dct:conformsTo"),
        services=tuple(_service(graph, service) for service in _all(node, "dcat:accessService")),
    )


def _sensor(graph: Graph, term: Object) -> Sensor:
    iri = _lexical(term)
    node = graph.get(iri, _NOTHING)
    return Sensor(
        iri=Iri(iri),
        label=_first_text(node, "rdfs:label"),
        model=_first(node, "schema:model"),
        manufacturer=_first(node, "schema:manufacturer"),
        serial_number=_first(node, "schema:serialNumber"),
        identifiers=_all(node, "dct:identifier"),
        same_as=_all(node, "owl:sameAs"),
        hosts=_iris(node, "sosa:isHostedBy"),
        terms=_iris(node, "dt:sourceTerm"),
    )


def _facility(graph: Graph, term: Object) -> Facility:
    iri = _lexical(term)
    node = graph.get(iri, _NOTHING)
    places = tuple(_place(graph, place) for place in node.get(_iri("dct:spatial"), ()))
    return Facility(
        Iri(iri),
        _first_text(node, "rdfs:label"),
        _all(node, "dct:identifier"),
        _all(node, "owl:sameAs"),
        places,
        _iris(node, "dt:sourceTerm"),
    )


def _observation(graph: Graph, term: Object) -> Observation:
    iri = _lexical(term)
    node = graph.get(iri, _NOTHING)
    return Observation(
        iri=Iri(iri),
        terms=_iris(node, "dt:sourceTerm"),
        sensors=_iris(node, "sosa:madeBySensor"),
        facilities=_iris(node, "dt:facility"),
        periods=tuple(_period(graph, period) for period in node.get(_iri("dct:temporal"), ())),
        places=tuple(_place(graph, place) for place in node.get(_iri("dct:spatial"), ())),
    )


def _rights(graph: Graph, term: Object) -> Rights:
    node = graph.get(_lexical(term), _NOTHING)
    return Rights(_first_text(node, "rdfs:label") or Text(""), _first(node, "rdfs:seeAlso"))


def _labelled(graph: Graph, term: Object) -> Text:
    """The label of a part such as a lineage statement; a literal stands for itself."""
    if isinstance(term, Literal):
        return _to_text(term)
    return _first_text(graph.get(_lexical(term), _NOTHING), "rdfs:label") or Text("")


def _plain(_graph: Graph, term: Object) -> str:
    return _lexical(term)


def _literal(_graph: Graph, term: Object) -> Text:
    return _to_text(term)


Convert: TypeAlias = Callable[[Graph, Object], object]

#: Fields of the view that are read straight from properties of the data set.
_FIELDS: dict[str, tuple[tuple[str, ...], Convert]] = {
    "titles": ((DCT.title.value,), _literal),
    "descriptions": ((DCT.description.value,), _literal),
    "alternatives": ((DCT.alternative.value,), _literal),
    "identifiers": ((DCT.identifier.value,), _plain),
    "same_as": ((OWL.sameAs.value,), _plain),
    "keywords": ((DCAT.keyword.value,), _literal),
    "rights": ((DCT.rights.value,), _rights),
    "places": ((DCT.spatial.value,), _place),
    "periods": ((DCT.temporal.value,), _period),
    "distributions": ((DCAT.distribution.value,), _distribution),
    "landing_pages": ((DCAT.landingPage.value, FOAF.page.value), _plain),
    "equipment": ((DT.equipment.value,), _sensor),
    "facilities": ((DT.facility.value,), _facility),
    "observations": ((DT.observation.value,), _observation),
    "lineage": ((DCT.provenance.value,), _labelled),
    "issued": ((DCT.issued.value,), _plain),
    "modified": ((DCT.modified.value,), _plain),
    "created": ((DCT.created.value,), _plain),
    "languages": ((DCT.language.value,), _plain),
    "versions": ((DCAT.version.value,), _plain),
    "frequencies": ((DCT.accrualPeriodicity.value,), _plain),
    "conforms_to": ((DCT.conformsTo.value,), _plain),
    "spatial_resolutions": ((DCAT.spatialResolutionInMeters.value,), _plain),
    "temporal_resolutions": ((DCAT.temporalResolution.value,), _plain),
    "scales": ((DT.equivalentScale.value,), _plain),
}
_FIELD_OF: dict[str, tuple[str, Convert]] = {
    predicate: (field, convert) for field, (predicates, convert) in _FIELDS.items() for predicate in predicates
}
_LINK_FIELDS: dict[str, str] = {"licences": DCT.license.value, "access_rights": DCT.accessRights.value}

#: Mappings kept in memory while many data sets are read: terms recur, and each look-up costs several reads of the store.
_CACHED_MAPPINGS = 50_000


Leads: TypeAlias = dict[str, list[Reason]]


@dataclass(slots=True)
class _Part:
    """What one record says: its own graph and its link graph."""

    record: RecordView
    said: Graph
    linked: Graph
    terms: tuple[TermUse, ...]
    leads: Leads


class DatasetReader:
    """Reads data sets from a store. Keep one for many reads: sources and mappings are remembered.

    A reader belongs to one state of the store (one release, or one publication): it does not notice changes of what it remembers.
    """

    def __init__(self, store: QuadSource) -> None:
        self._store = store
        self._sources: dict[str, SourceView] = {}
        self._mappings: dict[str, tuple[MappingView, ...]] = {}

    def datasets(self) -> Iterator[Iri]:
        """Every data set that a record describes, each once."""
        seen: set[str] = set()
        for triple in self._store.triples(None, FOAF.primaryTopic):
            iri = _lexical(triple.object)
            if iri not in seen:
                seen.add(iri)
                yield Iri(iri)

    def views(self) -> Iterator[DatasetView]:
        """The view of every data set, one at a time."""
        for iri in self.datasets():
            view = self.read(iri)
            if view is not None:
                yield view

    def read(self, iri: str) -> DatasetView | None:
        """The merged view of a data set, or none where no record describes it."""
        dataset = NamedNode(iri)
        quads = self._store.quads(None, FOAF.primaryTopic, dataset)
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
        parts = sorted((self._part(graph) for graph in graphs), key=_trust_order)
        return _merge(Iri(iri), parts, self._links(iri, parts)) if parts else None

    def _part(self, record: str) -> _Part:
        said = self._graph(record)
        view = self._record(record, said)
        scopes = (record, view.source.iri, "")
        terms = tuple(self._term(iri, node, scopes) for iri, node in said.items() if _iri("dt:termKind") in node)
        return _Part(view, said, self._graph(link_graph_iri(record)), terms, self._leads(terms))

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
        node = said.get(iri, _NOTHING)
        native = _first(node, "prov:wasDerivedFrom") or f"{iri}#native"
        derived = said.get(native, _NOTHING)
        source = _first(node, "dct:isPartOf") or iri.replace(BASE + "record/", BASE + "source/", 1).rpartition("/")[0]
        history = self._node(iri, NamedNode(source))
        return RecordView(
            iri=Iri(iri),
            source=self._source(source),
            identifier=_first(node, "dct:identifier"),
            modified=_first(node, "dct:modified"),
            language=_first(node, "dct:language"),
            format=_first(node, "dct:conformsTo"),
            native_sha256=_first(derived, "dct:identifier").removeprefix("sha256:"),
            native_media_type=_first(derived, "dcat:mediaType"),
            location=_first(self._node(native, NamedNode(source)), "prov:atLocation"),
            generated=_first(history, "prov:generatedAtTime"),
            withdrawn=_first(history, "prov:invalidatedAtTime"),
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
            _iri(name): [quad.object for quad in self._store.quads(subject, NamedNode(_iri(name)), None, graph)] for name in names
        }
        trust = _number(_first(node, "dt:trust"))
        return SourceView(
            iri=Iri(iri),
            title=_texts(node, "dct:title"),
            pole=_first(node, "dt:pole"),
            centre=_first(node, "dt:centre"),
            homepage=_first(node, "foaf:homepage"),
            licence=_first(node, "dct:license"),
            trust=50.0 if trust is None else trust,
        )

    def _term(self, iri: str, node: Node, scopes: tuple[str, ...]) -> TermUse:
        return TermUse(
            iri=Iri(iri),
            kind=_first(node, "dt:termKind"),
            text=_first_text(node, "rdf:value") or Text(""),
            thesaurus=_first(node, "dt:thesaurus"),
            thesaurus_iri=_first(node, "dt:thesaurusIri"),
            given_iri=_first(node, "dt:givenIri"),
            unit=_first(node, "dt:unit"),
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

    def _links(self, dataset: str, parts: list[_Part]) -> tuple[Statement[ConceptLink], ...]:
        stated: dict[tuple[str, str], list[_Part]] = {}
        for part in parts:
            node = part.linked.get(dataset, _NOTHING)
            for kind, predicate in LINK_PROPERTIES.items():
                for term in node.get(predicate, ()):
                    stated.setdefault((kind, _lexical(term)), []).append(part)
        return tuple(self._link(kind, concept, by) for (kind, concept), by in stated.items())

    def _link(self, kind: str, concept: str, parts: list[_Part]) -> Statement[ConceptLink]:
        found = (reason for part in parts for reason in self._reasons(concept, part.leads))
        reasons = {(reason.term.iri, reason.mapping.iri): reason for reason in found}
        return Statement(ConceptLink(kind, Iri(concept), tuple(reasons.values())), tuple(part.record.iri for part in parts))


def _trust_order(part: _Part) -> tuple[float, str, str]:
    source = part.record.source
    return (-source.trust, source.iri, part.record.iri)


def _in_scope(mappings: tuple[MappingView, ...], scopes: tuple[str, ...]) -> tuple[MappingView, ...]:
    """The mappings that hold for a record: those scoped to it, else those scoped to its source, else the general ones."""
    groups = (tuple(mapping for mapping in mappings if mapping.scope == scope) for scope in scopes)
    return next(filter(None, groups), ())


def _mapping(iri: str, subject: str, node: Node) -> MappingView:
    return MappingView(
        iri=Iri(iri),
        subject=Iri(subject),
        predicate=Iri(_first(node, "owl:annotatedProperty")),
        target=Iri(_first(node, "owl:annotatedTarget")),
        justification=_first(node, "sssom:mapping_justification"),
        confidence=_number(_first(node, "sssom:confidence")),
        author=_first(node, "sssom:author_label") or _first(node, "sssom:mapping_tool"),
        date=_first(node, "sssom:mapping_date"),
        scope=_first(node, "dt:scope"),
    )


#: Values of a field by their key, each with the records that state it.
Said: TypeAlias = dict[object, tuple[object, list[Iri]]]


def _merge(iri: Iri, parts: list[_Part], concepts: tuple[Statement[ConceptLink], ...]) -> DatasetView:
    said: dict[str, Said] = {name: {} for name in (*_FIELDS, *_LINK_FIELDS, "terms", "agents", "relations")}
    types: set[str] = set()
    for part in parts:
        node = part.said.get(iri, _NOTHING)
        types.update(_all(node, "rdf:type"))
        for name, value in _said_by(part, node, part.linked.get(iri, _NOTHING)):
            _, by = said[name].setdefault(_key(value), (value, []))
            if part.record.iri not in by:
                by.append(part.record.iri)
    kind = next((kind for type_, kind in _KINDS if type_ in types), "dataset")
    fields = {
        name: tuple([Statement(value, tuple(by)) for value, by in values.values()]) if values else () for name, values in said.items()
    }
    records = tuple(part.record for part in parts)
    return DatasetView(iri=iri, kind=kind, records=records, concepts=concepts, **fields)  # type: ignore[arg-type]


def _key(value: object) -> object:
    """What makes two statements the same. Terms are known by their IRI: to compare all that hangs on them takes long."""
    return (value.iri, len(value.mappings)) if isinstance(value, TermUse) else value


def _said_by(part: _Part, node: Node, linked: Node) -> Iterator[tuple[str, object]]:
    """Field and value of each statement of one record."""
    graph = part.said
    for predicate, objects in node.items():
        if field := _FIELD_OF.get(predicate):
            name, convert = field
            for term in objects:
                yield name, convert(graph, term)
    for name, predicate in _LINK_FIELDS.items():
        for term in linked.get(predicate, ()):
            yield name, _lexical(term)
    for used in part.terms:
        yield "terms", used
    yield from _agents_said(graph, node)
    for predicate in _RELATION_PROPERTIES:
        for target in _lexicals(node, predicate):
            yield "relations", Relation(Iri(predicate), Iri(target))


def _lexicals(node: Node, predicate: str) -> Iterator[str]:
    return map(_lexical, node.get(predicate, ()))


def _agents_said(graph: Graph, node: Node) -> Iterator[tuple[str, AgentRole]]:
    for role, predicate in _ROLE_PROPERTIES.items():
        for agent in _lexicals(node, predicate):
            yield "agents", AgentRole(role, _agent(graph, agent))
    for attribution in _all(node, "prov:qualifiedAttribution"):
        part = graph.get(attribution, _NOTHING)
        for role in _all(part, "dcat:hadRole"):
            for agent in _all(part, "prov:agent"):
                yield "agents", AgentRole(role, _agent(graph, agent))
