"""The parts of a record as the merged view has them: places, periods, agents, distributions, sensors..., each read from its node."""

from __future__ import annotations

from pyoxigraph import Literal

from kg.dataset import Agent, Box, Distribution, Facility, Observation, Period, Place, Rights, Sensor, Service, Text
from kg.graph_node import NOTHING, Graph, Object, every, finite, first, first_text, iri_of, iris, lexical, texts, to_text
from kg.model import Iri
from kg.namespaces import FOAF


def read_place(graph: Graph, term: Object) -> Place:
    """A `dct:Location`."""
    node = graph.get(lexical(term), NOTHING)
    numbers = [finite(first(node, name)) for name in ("dt:west", "dt:south", "dt:east", "dt:north", "dt:lowest", "dt:highest")]
    west, south, east, north, lowest, highest = numbers
    complete = west is not None and south is not None and east is not None and north is not None
    box = Box(west, south, east, north) if complete else None  # type: ignore[arg-type]
    wkt = first(node, "geo:asWKT") or first(node, "dcat:bbox")
    return Place(first_text(node, "rdfs:label"), wkt, box, lowest, highest, first(node, "dt:verticalUnit"))


def read_period(graph: Graph, term: Object) -> Period:
    """A `dct:PeriodOfTime`."""
    node = graph.get(lexical(term), NOTHING)
    return Period(first(node, "dcat:startDate"), first(node, "dcat:endDate"), first(node, "rdfs:label"))


def read_agent(graph: Graph, iri: str) -> Agent:
    """A person or organisation."""
    node = graph.get(iri, NOTHING)
    return Agent(
        iri=Iri(iri),
        name=first(node, "foaf:name") or first(node, "vcard:fn"),
        person=FOAF.Person.value in every(node, "rdf:type"),
        identifiers=tuple(dict.fromkeys(every(node, "owl:sameAs") + every(node, "dct:identifier"))),
        member_of=iris(node, "org:memberOf"),
        homepage=first(node, "foaf:homepage"),
        email=first(node, "vcard:hasEmail").removeprefix("mailto:"),
    )


def read_service(graph: Graph, iri: str) -> Service:
    node = graph.get(iri, NOTHING)
    return Service(Iri(iri), first_text(node, "dct:title"), first(node, "dcat:endpointURL"), every(node, "dct:conformsTo"))


def read_distribution(graph: Graph, term: Object) -> Distribution:
    """A `dcat:Distribution`."""
    iri = lexical(term)
    node = graph.get(iri, NOTHING)
    size = finite(first(node, "dcat:byteSize"))
    return Distribution(
        iri=Iri(iri),
        titles=texts(node, "dct:title"),
        descriptions=texts(node, "dct:description"),
        access_url=first(node, "dcat:accessURL"),
        download_url=first(node, "dcat:downloadURL"),
        media_type=first(node, "dcat:mediaType"),
        format_text=first(node, "dt:formatText"),
        protocol_text=first(node, "dt:protocolText"),
        byte_size=None if size is None else int(size),
        conforms_to=every(node, "dct:conformsTo"),
        services=tuple(read_service(graph, service) for service in every(node, "dcat:accessService")),
    )


def read_sensor(graph: Graph, term: Object) -> Sensor:
    """A `sosa:Sensor`."""
    iri = lexical(term)
    node = graph.get(iri, NOTHING)
    return Sensor(
        iri=Iri(iri),
        label=first_text(node, "rdfs:label"),
        model=first(node, "schema:model"),
        manufacturer=first(node, "schema:manufacturer"),
        serial_number=first(node, "schema:serialNumber"),
        identifiers=every(node, "dct:identifier"),
        same_as=every(node, "owl:sameAs"),
        hosts=iris(node, "sosa:isHostedBy"),
        terms=iris(node, "dt:sourceTerm"),
    )


def read_facility(graph: Graph, term: Object) -> Facility:
    """A `sosa:Platform`."""
    iri = lexical(term)
    node = graph.get(iri, NOTHING)
    places = tuple(read_place(graph, place) for place in node.get(iri_of("dct:spatial"), ()))
    return Facility(
        Iri(iri),
        first_text(node, "rdfs:label"),
        every(node, "dct:identifier"),
        every(node, "owl:sameAs"),
        places,
        iris(node, "dt:sourceTerm"),
    )


def read_observation(graph: Graph, term: Object) -> Observation:
    """A `sosa:ObservationCollection`."""
    iri = lexical(term)
    node = graph.get(iri, NOTHING)
    return Observation(
        iri=Iri(iri),
        terms=iris(node, "dt:sourceTerm"),
        sensors=iris(node, "sosa:madeBySensor"),
        facilities=iris(node, "dt:facility"),
        periods=tuple(read_period(graph, period) for period in node.get(iri_of("dct:temporal"), ())),
        places=tuple(read_place(graph, place) for place in node.get(iri_of("dct:spatial"), ())),
    )


def read_rights(graph: Graph, term: Object) -> Rights:
    """A `dct:RightsStatement`."""
    node = graph.get(lexical(term), NOTHING)
    return Rights(first_text(node, "rdfs:label") or Text(""), first(node, "rdfs:seeAlso"))


def labelled_value(graph: Graph, term: Object) -> Text:
    """The label of a part such as a lineage statement; a literal stands for itself."""
    if isinstance(term, Literal):
        return to_text(term)
    return first_text(graph.get(lexical(term), NOTHING), "rdfs:label") or Text("")


def plain_value(_graph: Graph, term: Object) -> str:
    """An IRI or the text of a literal."""
    return lexical(term)


def literal_value(_graph: Graph, term: Object) -> Text:
    """A literal with its language."""
    return to_text(term)
