"""Merges what several records say of one thing: most trusted first, each statement with the records that state it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from kg.dataset import AgentRole, ConceptLink, DatasetView, Mention, Reason, RecordView, Relation, Statement, TermUse
from kg.dataset_parts import (
    labelled_value,
    literal_value,
    plain_value,
    read_agent,
    read_distribution,
    read_facility,
    read_observation,
    read_period,
    read_place,
    read_rights,
    read_sensor,
)
from kg.graph_node import NOTHING, Graph, Node, Object, every, lexical
from kg.model import Iri
from kg.namespaces import DCAT, DCT, DT, FOAF, OWL, PROV, RDFS, SCHEMA, SOSA, SSN, is_thing

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
    (SOSA.Platform.value, "platform"),
    (SOSA.Sensor.value, "instrument"),
    (FOAF.Project.value, "project"),
)

Convert: TypeAlias = Callable[[Graph, Object], object]

#: Fields of the view that are read straight from properties of the data set.
_FIELDS: dict[str, tuple[tuple[str, ...], Convert]] = {
    "titles": ((DCT.title.value,), literal_value),
    "descriptions": ((DCT.description.value,), literal_value),
    "alternatives": ((DCT.alternative.value,), literal_value),
    "identifiers": ((DCT.identifier.value,), plain_value),
    "same_as": ((OWL.sameAs.value,), plain_value),
    "keywords": ((DCAT.keyword.value,), literal_value),
    "rights": ((DCT.rights.value,), read_rights),
    "places": ((DCT.spatial.value,), read_place),
    "periods": ((DCT.temporal.value,), read_period),
    "distributions": ((DCAT.distribution.value,), read_distribution),
    "landing_pages": ((DCAT.landingPage.value, FOAF.page.value, FOAF.homepage.value), plain_value),
    "equipment": ((DT.equipment.value,), read_sensor),
    "facilities": ((DT.facility.value,), read_facility),
    "observations": ((DT.observation.value,), read_observation),
    "lineage": ((DCT.provenance.value,), labelled_value),
    "purposes": ((DT.purpose.value,), literal_value),
    "credits": ((SCHEMA.creditText.value,), literal_value),
    "citations": ((DCT.bibliographicCitation.value,), literal_value),
    "notes": ((RDFS.comment.value,), literal_value),
    "issued": ((DCT.issued.value,), plain_value),
    "modified": ((DCT.modified.value,), plain_value),
    "created": ((DCT.created.value,), plain_value),
    "languages": ((DCT.language.value,), plain_value),
    "versions": ((DCAT.version.value,), plain_value),
    "frequencies": ((DCT.accrualPeriodicity.value,), plain_value),
    "conforms_to": ((DCT.conformsTo.value,), plain_value),
    "spatial_resolutions": ((DCAT.spatialResolutionInMeters.value,), plain_value),
    "temporal_resolutions": ((DCAT.temporalResolution.value,), plain_value),
    "scales": ((DT.equivalentScale.value,), plain_value),
    "models": ((SCHEMA.model.value,), plain_value),
    "makers": ((SCHEMA.manufacturer.value,), plain_value),
    "serial_numbers": ((SCHEMA.serialNumber.value,), plain_value),
    "wigos_identifiers": ((DT.wigosIdentifier.value,), plain_value),
    "wmo_numbers": ((DT.wmoNumber.value,), plain_value),
    "call_signs": ((DT.callSign.value,), plain_value),
    "hosts": ((SOSA.isHostedBy.value,), plain_value),
    "components": ((SSN.hasSubSystem.value,), plain_value),
    "endpoints": ((DCAT.endpointURL.value,), plain_value),
    "serves": ((DCAT.servesDataset.value,), plain_value),
    "projects": ((PROV.wasGeneratedBy.value,), plain_value),
}
_FIELD_OF: dict[str, tuple[str, Convert]] = {
    predicate: (field, convert) for field, (predicates, convert) in _FIELDS.items() for predicate in predicates
}
#: A thing that a record only names has a label where one that it describes has a title.
_FIELD_OF_THING: dict[str, tuple[str, Convert]] = _FIELD_OF | {RDFS.label.value: ("titles", literal_value)}
_LINK_FIELDS: dict[str, str] = {"licences": DCT.license.value, "access_rights": DCT.accessRights.value}


Leads: TypeAlias = dict[str, list[Reason]]


@dataclass(slots=True)
class Part:
    """What one record says: its own graph and its link graph."""

    record: RecordView
    said: Graph
    linked: Graph
    terms: tuple[TermUse, ...]
    leads: Leads


def trust_order(part: Part) -> tuple[float, str, str]:
    """What sorts the most trusted source first, and equals always the same way."""
    source = part.record.source
    return (-source.trust, source.iri, part.record.iri)


#: Values of a field by their key, each with the records that state it.
Said: TypeAlias = dict[object, tuple[object, list[Iri]]]


def merge(
    names: tuple[Iri, ...],
    parts: list[Part],
    concepts: tuple[Statement[ConceptLink], ...],
    mentions: tuple[Statement[Mention], ...] = (),
) -> DatasetView:
    """The view of a thing from the parts in which records speak of it, in the order of `trust_order`.

    :param names: all IRIs of the thing, the one that it goes by first.
    """
    said: dict[str, Said] = {name: {} for name in (*_FIELDS, *_LINK_FIELDS, "terms", "agents", "relations")}
    types: set[str] = set()
    for part, about in product(parts, names):
        node = part.said.get(about, NOTHING)
        types.update(every(node, "rdf:type"))
        for name, value in _said_by(part, node, part.linked.get(about, NOTHING), _FIELD_OF_THING if is_thing(about) else _FIELD_OF):
            _, by = said[name].setdefault(_key(value), (value, []))
            if part.record.iri not in by:
                by.append(part.record.iri)
    kind = next((kind for type_, kind in _KINDS if type_ in types), "dataset")
    fields = {
        name: tuple([Statement(value, tuple(by)) for value, by in values.values()]) if values else () for name, values in said.items()
    }
    records = tuple(part.record for part in parts)
    return DatasetView(
        iri=names[0],
        kind=kind,
        records=records,
        concepts=concepts,
        mentions=mentions,
        aliases=names[1:],
        **fields,  # type: ignore[arg-type]
    )


def _key(value: object) -> object:
    """What makes two statements the same. Terms are known by their IRI: to compare all that hangs on them takes long."""
    return (value.iri, len(value.mappings)) if isinstance(value, TermUse) else value


def _said_by(part: Part, node: Node, linked: Node, field_of: dict[str, tuple[str, Convert]]) -> Iterator[tuple[str, object]]:
    """Field and value of each statement of one record."""
    graph = part.said
    for predicate, objects in node.items():
        if field := field_of.get(predicate):
            name, convert = field
            for term in objects:
                if not (name == "same_as" and is_thing(lexical(term))):  # a further name of ours
                    yield name, convert(graph, term)
    for name, predicate in _LINK_FIELDS.items():
        for term in linked.get(predicate, ()):
            yield name, lexical(term)
    for used in part.terms:
        yield "terms", used
    yield from _agents_said(graph, node)
    for predicate in _RELATION_PROPERTIES:
        for target in _lexicals(node, predicate):
            yield "relations", Relation(Iri(predicate), Iri(target))


def _lexicals(node: Node, predicate: str) -> Iterator[str]:
    return map(lexical, node.get(predicate, ()))


def _agents_said(graph: Graph, node: Node) -> Iterator[tuple[str, AgentRole]]:
    for role, predicate in _ROLE_PROPERTIES.items():
        for agent in _lexicals(node, predicate):
            yield "agents", AgentRole(role, read_agent(graph, agent))
    for attribution in every(node, "prov:qualifiedAttribution"):
        part = graph.get(attribution, NOTHING)
        for role in every(part, "dcat:hadRole"):
            for agent in every(part, "prov:agent"):
                yield "agents", AgentRole(role, read_agent(graph, agent))
