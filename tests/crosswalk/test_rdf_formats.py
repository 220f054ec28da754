"""Rules of the RDF crosswalks that the golden files do not show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.model import Native, Outcome
from kg.namespaces import DCAT, DCT, DT, FOAF, GEO, OWL, RDF, RDFS, VCARD

PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> . @prefix epos: <https://www.epos-eu.org/epos-dcat-ap#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix locn: <http://www.w3.org/ns/locn#> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix schema: <http://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix time: <http://www.w3.org/2006/time#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATASET = "<https://example.org/d/1> a dcat:Dataset ; dct:identifier 'd1' ; "


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def mapped(mapper: Mapper, turtle: str) -> Outcome:
    return mapper.map(Native("s", "name", "text/turtle", (PREFIXES + turtle).encode(), "name.ttl"))


def triples(outcome: Outcome) -> list[Triple]:
    assert outcome.record is not None, outcome.problems
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(outcome: Outcome, predicate: NamedNode) -> list[str]:
    return sorted(triple.object.value for triple in triples(outcome) if triple.predicate == predicate)  # type: ignore[union-attr]


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


@pytest.mark.parametrize(
    "native",
    [
        "<https://doi.org/10.5072/ABC> a dcat:Dataset ; dct:title 't' .",
        "<https://example.org/d> a dcat:Dataset ; dct:identifier '10.5072/abc' .",
        "<https://example.org/d> a dcat:Dataset ; adms:identifier [ skos:notation 'doi:10.5072/abc' ] .",
        "<https://example.org/d> a dcat:Dataset ; schema:identifier [ schema:propertyID 'doi' ; schema:value '10.5072/abc' ] .",
    ],
)
def test_the_doi_of_a_data_set_is_found_wherever_it_stands(mapper: Mapper, native: str) -> None:
    outcome = mapped(mapper, native)
    assert outcome.record is not None
    assert outcome.record.dataset == "https://w3id.org/dataterra/dataset/doi/10.5072/abc"
    assert "https://doi.org/10.5072/abc" in values(outcome, OWL.sameAs)


def test_a_doi_of_a_paper_is_not_the_data_set_s_own(mapper: Mapper) -> None:
    outcome = mapped(mapper, DATASET + "dct:isReferencedBy <https://doi.org/10.5072/paper> .")
    assert outcome.record is not None
    assert outcome.record.dataset == "https://w3id.org/dataterra/dataset/s/d1"
    assert values(outcome, DCT.isReferencedBy) == ["https://doi.org/10.5072/paper"]


def test_a_blank_resource_is_named_by_its_identifier_or_its_location(mapper: Mapper) -> None:
    named, nameless = (mapped(mapper, f"[] a dcat:Dataset ; {say} dct:title 't' .") for say in ("dct:identifier 'x' ;", ""))
    assert named.record is not None and named.record.identifier == "x" and codes(named) == []
    assert nameless.record is not None and nameless.record.identifier == "name" and codes(nameless) == ["identifier.missing"]


def test_iris_without_a_scheme_to_follow_are_no_links(mapper: Mapper) -> None:
    outcome = mapped(mapper, "<d1> a dcat:Dataset ; dct:title 't' ; dcat:theme <epos:Waveform>, <rel/theme> ; dcat:landingPage <page> .")
    assert outcome.record is not None and outcome.record.identifier == "d1"
    assert "well-known" not in outcome.record.triples.decode() and "<epos:" not in outcome.record.triples.decode()
    assert values(outcome, RDF.value) == ["Waveform", "rel/theme"]
    assert codes(outcome) == ["iri.invalid"]


GML = "http://www.opengis.net/def/crs/EPSG/0/4326"
BRITTANY = ["-5", "-1", "47", "49"]


@pytest.mark.parametrize(
    "place",
    [
        "dcat:bbox 'POLYGON((-5 47,-1 47,-1 49,-5 49,-5 47))'^^geo:wktLiteral",
        f"dcat:bbox '<{GML}> POLYGON((47 -5,47 -1,49 -1,49 -5,47 -5))'^^geo:wktLiteral",
        "locn:geometry '<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((-5 47,-1 47,-1 49,-5 49,-5 47))'^^geo:wktLiteral",
        f"""locn:geometry '<Envelope srsName="{GML}"><lowerCorner>47 -5</lowerCorner><upperCorner>49 -1</upperCorner></Envelope>'""",
        """locn:geometry '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing>
           <gml:posList>47 -5 47 -1 49 -1 49 -5 47 -5</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>'""".replace("\n", " "),
        """locn:geometry '{"type": "Polygon", "coordinates": [[[-5, 47], [-1, 47], [-1, 49], [-5, 49], [-5, 47]]]}'""",
        "schema:box '47 -5 49 -1'",
        "geo:hasGeometry [ geo:asWKT 'POLYGON((-5 47,-1 47,-1 49,-5 49,-5 47))'^^geo:wktLiteral ]",
        "dcat:centroid 'POINT(-3 48)' ; dcat:bbox 'POLYGON((-5 47,-1 47,-1 49,-5 49,-5 47))' ; schema:box '47 -5 49 -1'",
    ],
)
def test_one_extent_in_any_notation_and_axis_order_is_one_place(mapper: Mapper, place: str) -> None:
    outcome = mapped(mapper, DATASET + f"dct:spatial [ a dct:Location ; {place} ] .")
    assert [values(outcome, DT[edge]) for edge in ("west", "east", "south", "north")] == [[edge] for edge in BRITTANY]
    assert codes(outcome) == []


def test_metres_are_never_taken_for_degrees(mapper: Mapper) -> None:
    metres = "'<http://www.opengis.net/def/crs/EPSG/0/2154> POINT(652000 6862000)'^^geo:wktLiteral"
    outcome = mapped(mapper, DATASET + f"dct:spatial [ locn:geometry {metres} ] .")
    assert values(outcome, GEO.asWKT) == [] and codes(outcome) == ["place.unknown-crs"]


def test_gml_entities_are_not_expanded(mapper: Mapper) -> None:
    gml = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "1 2">]><gml:Point xmlns:gml="http://www.opengis.net/gml"><gml:pos>&a;</gml:pos></gml:Point>"""
    outcome = mapped(mapper, DATASET + f"dct:spatial [ locn:geometry '''{gml}''' ] .")
    assert values(outcome, GEO.asWKT) == [] and codes(outcome) == ["place.invalid"]


def test_a_country_is_kept_without_geometry(mapper: Mapper) -> None:
    country = "http://publications.europa.eu/resource/authority/country/FRA"
    assert values(mapped(mapper, DATASET + f"dct:spatial <{country}> ."), RDFS.seeAlso) == [country]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("[ dcat:startDate '1994'^^xsd:gYear ; dcat:endDate '2004-05-01'^^xsd:date ]", ["1994"], ["2004-05-01"]),
        ("[ schema:startDate '1994-01-01T00:00:00Z'^^xsd:dateTime ]", ["1994-01-01T00:00:00Z"], []),
        (
            "[ time:hasBeginning [ time:inXSDDate '1994-01-01'^^xsd:date ] ; time:hasEnd [ time:inXSDgYear '2004'^^xsd:gYear ] ]",
            ["1994-01-01"],
            ["2004"],
        ),
        ("'1994-01-01/2004-05-01'", ["1994-01-01"], ["2004-05-01"]),
        ("'1994-01-01/..'", ["1994-01-01"], []),
        ("'1994'", ["1994"], ["1994"]),
    ],
)
def test_periods_in_each_vocabulary(mapper: Mapper, period: str, start: list[str], end: list[str]) -> None:
    outcome = mapped(mapper, DATASET + f"dct:temporal {period} .")
    assert (values(outcome, DCAT.startDate), values(outcome, DCAT.endDate)) == (start, end)


def test_licences_of_distributions_count_and_are_stated_once(mapper: Mapper) -> None:
    licence = "dct:license <https://creativecommons.org/licenses/by/4.0/>"
    files = " , ".join(f"[ dcat:accessURL <https://example.org/{n}> ; {licence} ]" for n in range(3))
    outcome = mapped(mapper, DATASET + f"{licence} ; dcat:distribution {files} .")
    assert values(outcome, DT.givenIri) == ["https://creativecommons.org/licenses/by/4.0/"]
    assert len(values(outcome, DCT.rights)) == 1


def test_a_licence_document_keeps_its_name_and_its_iri(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        DATASET + "dct:license [ a dct:LicenseDocument ; dct:type <http://purl.org/adms/licencetype/Attribution> ; rdfs:label 'By' ] .",
    )
    assert values(outcome, RDF.value) == ["By"] and values(outcome, DT.givenIri) == ["http://purl.org/adms/licencetype/Attribution"]


def test_a_literal_of_any_uri_is_an_iri_and_a_text_is_a_text(mapper: Mapper) -> None:
    outcome = mapped(mapper, DATASET + "dct:license 'https://creativecommons.org/licenses/by/4.0/'^^xsd:anyURI , 'TBD'^^xsd:anyURI .")
    assert values(outcome, RDF.value) == ["TBD", "https://creativecommons.org/licenses/by/4.0/"]
    assert values(outcome, DT.givenIri) == ["https://creativecommons.org/licenses/by/4.0/"]


def test_addresses_of_persons_stay_out_and_those_of_services_stay(mapper: Mapper) -> None:
    person = "[ a vcard:Individual ; vcard:fn 'Jeanne Exemple' ; vcard:hasEmail <mailto:jeanne.exemple@example.org> ]"
    service = "[ a vcard:Organization ; vcard:fn 'Exemple' ; vcard:hasEmail <mailto:contact@example.org> ]"
    outcome = mapped(mapper, DATASET + f"dcat:contactPoint {person} , {service} .")
    assert values(outcome, VCARD.hasEmail) == ["mailto:contact@example.org"]
    assert values(outcome, FOAF.name) == ["Exemple", "Jeanne Exemple"]
    assert b"jeanne.exemple@" not in outcome.record.triples  # type: ignore[union-attr]


def test_a_contact_point_leads_to_the_person_who_has_it(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        DATASET
        + """dcat:contactPoint <https://example.org/c> . <https://example.org/c> a schema:ContactPoint ; schema:email 'x@example.org' .
        <https://example.org/p> a schema:Person ; schema:givenName 'Jeanne' ; schema:familyName 'Exemple' ;
            schema:contactPoint <https://example.org/c> ; schema:affiliation <https://example.org/o> .
        <https://example.org/o> a schema:Organization ; schema:legalName 'Exemple' ; schema:contactPoint <https://example.org/c> .""",
    )
    assert [outcome.record.format] == ["epos-dcat-ap"]  # type: ignore[union-attr]
    assert values(outcome, VCARD.fn) == ["Jeanne Exemple"]
    assert values(outcome, FOAF.name) == ["Exemple", "Jeanne Exemple"]


def test_the_address_of_an_operation_is_the_beginning_of_its_template(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        DATASET
        + """dcat:distribution [ dcat:accessURL <https://example.org/op> ; dct:conformsTo <https://example.org/ws> ] .
        <https://example.org/op> a hydra:Operation ; hydra:returns 'text/csv' ;
            hydra:property [ hydra:template 'https://example.org/query{?start,end}' ] .
        <https://example.org/ws> a epos:WebService ; schema:name 'S' ; hydra:supportedOperation <https://example.org/op> ;
            dct:license <https://creativecommons.org/licenses/by/4.0/> .""",
    )
    assert values(outcome, DCAT.accessURL) == values(outcome, DCAT.endpointURL) == ["https://example.org/query"]
    assert "https://www.iana.org/assignments/media-types/text/csv" in values(outcome, DCAT.mediaType)
    assert "https://creativecommons.org/licenses/by/4.0/" in values(outcome, DT.givenIri)


def test_comma_lists_are_split_in_epos_only(mapper: Mapper) -> None:
    plain = mapped(mapper, DATASET + "dcat:keyword 'Q, FLOW (Flow rate)'@en .")
    epos = mapped(mapper, DATASET + "dcat:keyword 'radon, gas'@en ; dcat:theme <epos:Radon> .")
    assert values(plain, DCAT.keyword) == ["Q, FLOW (Flow rate)"]
    assert [triple.object for triple in triples(epos) if triple.predicate == DCAT.keyword and isinstance(triple.object, Literal)][:2] == [
        Literal("Radon"),
        Literal("gas", language="en"),
    ]


def test_a_distribution_without_an_address_says_nothing_of_the_data_set(mapper: Mapper) -> None:
    outcome = mapped(mapper, DATASET + "dcat:distribution [ dct:conformsTo <https://example.org/schema> ] .")
    assert "https://example.org/schema" not in values(outcome, DCT.conformsTo)


def test_older_names_of_properties_are_understood(mapper: Mapper) -> None:
    outcome = mapped(mapper, "<https://example.org/d> a dcat:Dataset ; dc:title 'Old' ; dc:language 'fr' .")
    assert values(outcome, DCT.title) == ["Old"]


def test_a_catalogue_record_dates_the_record_and_gives_its_language(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        DATASET
        + """dct:title 'Titre' . [] a dcat:CatalogRecord ; foaf:primaryTopic <https://example.org/d/1> ;
        dct:modified '2024-03-01'^^xsd:date ;
        dct:language <http://publications.europa.eu/resource/authority/language/FRA> .""",
    )
    assert values(outcome, DCT.modified) == ["2024-03-01"]
    assert Literal("Titre", language="fr") in [triple.object for triple in triples(outcome)]


@pytest.mark.parametrize("kind", ["dcat:Catalog", "dcat:Distribution", "epos:Equipment", "schema:Person"])
def test_what_is_no_data_set_is_not_recognised_and_named(mapper: Mapper, kind: str) -> None:
    outcome = mapped(mapper, f"<https://example.org/x> a {kind} ; dct:title 't' .")
    assert outcome.record is None and codes(outcome) == ["format.unknown"]
    assert kind.partition(":")[2] in dict(outcome.problems[0].values)["looks_like"]


def said(native: Native) -> set[str]:
    """Every text and IRI of an RDF native, on one line each."""
    quads = parse(native.body, RdfFormat.from_media_type(native.media_type), base_iri="https://base.example/", lenient=True)
    nodes = (node for quad in quads for node in (quad.subject, quad.object) if not isinstance(node, BlankNode))
    return {" ".join(str(node.value).removeprefix("https://base.example/").split()) for node in nodes}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["epos-dcat-ap", "dcat-rdfxml", "dcat-ttl"])
def test_real_records_are_named_and_titled_as_they_are(mapper: Mapper, shared_data: Path, name: str) -> None:
    """Each record has an identifier and titles that stand in the native; all but examples of the standard have a title."""
    titled = total = 0
    for harvested in harvest_files([shared_data / "data" / "records" / name], containers=Containers.from_resources(), largest=1_000_000):
        native = harvested.native
        outcome = mapper.map(native) if native else None
        if native is None or outcome is None or outcome.record is None:
            continue
        texts, titles = said(native), [each.object for each in triples(outcome) if each.predicate == DCT.title]
        known = outcome.record.identifier in texts or outcome.record.identifier == native.identifier
        assert known, (native.location, outcome.record.identifier)
        lost = [title.value for title in titles if title.value not in texts]  # type: ignore[union-attr]
        assert not lost, (native.location, lost)
        total, titled = total + 1, titled + bool(titles)
    assert total >= 50 and titled >= 0.85 * total
