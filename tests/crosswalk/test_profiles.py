"""Structures of ISO profiles (INSPIRE, HNAP, SeaDataNet) that schemas allow and few samples have."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.model import Native
from kg.namespaces import DCAT, DCT, DT, FOAF, RDF, RDFS

OPENS = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    ' xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:srv="http://www.isotc211.org/2005/srv">'
)


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def text(value: str) -> str:
    return f"<gco:CharacterString>{value}</gco:CharacterString>"


def record(inside: str = "", *, before: str = "", cited: str = "", kind: str = "gmd:MD_DataIdentification") -> str:
    return (
        f"{OPENS}<gmd:fileIdentifier>{text('one')}</gmd:fileIdentifier>{before}<gmd:identificationInfo><{kind}><gmd:citation>"
        f"<gmd:CI_Citation><gmd:title>{text('Soils')}</gmd:title>{cited}</gmd:CI_Citation></gmd:citation>"
        f"<gmd:abstract>{text('Depth and texture')}</gmd:abstract>{inside}</{kind}></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def said(mapper: Mapper, body: str) -> list[Triple]:
    outcome = mapper.map(Native("here", "x", "application/xml", body.encode(), "x"))
    assert outcome.record is not None
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(triples: list[Triple], predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples if each.predicate == predicate}


def extent(inside: str) -> str:
    return f"<gmd:extent><gmd:EX_Extent>{inside}</gmd:EX_Extent></gmd:extent>"


def when(period: str) -> str:
    return extent(
        f"<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>{period}</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
    )


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (
            "<gml:TimePeriod><gml:begin><gml:TimeInstant><gml:timePosition>2001-01-01</gml:timePosition></gml:TimeInstant></gml:begin>"
            '<gml:end><gml:TimeInstant><gml:timePosition indeterminatePosition="now"/></gml:TimeInstant></gml:end></gml:TimePeriod>',
            {"2001-01-01"},
            set(),
        ),
        (
            '<gml:TimePeriod><gml:beginPosition>2001-01</gml:beginPosition><gml:endPosition indeterminatePosition="unknown"/>'
            "</gml:TimePeriod>",
            {"2001-01"},
            set(),
        ),
        ("<gml:TimeInstant><gml:timePosition>2001-05</gml:timePosition></gml:TimeInstant>", {"2001-05"}, {"2001-05"}),
    ],
)
def test_periods_are_read_however_their_ends_are_written(period: str, start: set[str], end: set[str], mapper: Mapper) -> None:
    triples = said(mapper, record(when(period)))
    assert values(triples, DCAT.startDate) == start and values(triples, DCAT.endDate) == end


def test_a_surface_of_surfaces_is_an_area_in_the_order_of_its_reference_system(mapper: Mapper) -> None:
    ring = "<gml:exterior><gml:LinearRing><gml:posList>48 2 48 3 49 3 48 2</gml:posList></gml:LinearRing></gml:exterior>"
    surface = f"<gml:surfaceMember><gml:Polygon>{ring}</gml:Polygon></gml:surfaceMember>"
    whole = f'<gml:MultiSurface srsName="http://www.opengis.net/def/crs/EPSG/0/4326">{surface}</gml:MultiSurface>'
    polygon = f"<gmd:EX_BoundingPolygon><gmd:polygon>{whole}</gmd:polygon></gmd:EX_BoundingPolygon>"
    triples = said(mapper, record(extent(f"<gmd:geographicElement>{polygon}</gmd:geographicElement>")))
    assert values(triples, DT.west) == {"2"} and values(triples, DT.north) == {"49"}


def test_a_place_is_known_by_its_anchor(mapper: Mapper) -> None:
    sea = "http://vocab.nerc.ac.uk/collection/C19/current/3_1_2/"
    code = f'<gmd:MD_Identifier><gmd:code><gmx:Anchor xlink:href="{sea}">Mediterranean Sea</gmx:Anchor></gmd:code></gmd:MD_Identifier>'
    place = f"<gmd:EX_GeographicDescription><gmd:geographicIdentifier>{code}</gmd:geographicIdentifier></gmd:EX_GeographicDescription>"
    triples = said(mapper, record(extent(f"<gmd:geographicElement>{place}</gmd:geographicElement>")))
    assert "Mediterranean Sea" in values(triples, RDFS.label) and sea in values(triples, RDFS.seeAlso)


def party(role: str) -> str:
    return (
        f"<gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName>{text('Natural Resources')}</gmd:organisationName>"
        f'<gmd:role><gmd:CI_RoleCode codeListValue="{role}"/></gmd:role></gmd:CI_ResponsibleParty></gmd:pointOfContact>'
    )


@pytest.mark.parametrize(("role", "property"), [("RI_414", DCAT.contactPoint), ("RI_408", DCT.publisher), ("RI_410", DCT.rightsHolder)])
def test_roles_of_the_canadian_register_are_roles(role: str, property: NamedNode, mapper: Mapper) -> None:
    triples = said(mapper, record(party(role)))
    assert values(triples, property) and values(triples, FOAF.name) == {"Natural Resources"}


def level(code: str) -> str:
    return f'<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="{code}"/></gmd:hierarchyLevel>'


@pytest.mark.parametrize(
    ("before", "kind", "class_"),
    [
        (level("RI_622"), "gmd:MD_DataIdentification", DCAT.Dataset),
        (level("RI_623"), "gmd:MD_DataIdentification", DCAT.DatasetSeries),
        (level("RI_631"), "srv:SV_ServiceIdentification", DCAT.DataService),
        ("", "srv:SV_ServiceIdentification", DCAT.DataService),
        ("", "gmd:MD_DataIdentification", DCAT.Dataset),
    ],
)
def test_a_record_is_of_what_its_scope_says_or_else_of_what_it_identifies(
    before: str, kind: str, class_: NamedNode, mapper: Mapper
) -> None:
    triples = said(mapper, record(before=before, kind=kind))
    assert {each.object for each in triples if each.predicate == RDF.type and "/dataset/" in each.subject.value} == {class_}


@pytest.mark.parametrize(("code", "property"), [("RI_366", DCT.created), ("RI_367", DCT.issued)])
def test_dates_of_the_canadian_register_are_dates(code: str, property: NamedNode, mapper: Mapper) -> None:
    type_ = f'<gmd:dateType><gmd:CI_DateTypeCode codeListValue="{code}"/></gmd:dateType>'
    date = f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>2001-02-03</gco:Date></gmd:date>{type_}</gmd:CI_Date></gmd:date>"
    assert values(said(mapper, record(cited=date)), property) == {"2001-02-03"}


@pytest.mark.parametrize(("passed", "found"), [("true", True), ("1", True), ("false", False), ("", False)])
def test_a_specification_that_was_conformed_to_is_named_by_its_address(passed: str, found: bool, mapper: Mapper) -> None:
    law = "http://data.europa.eu/eli/reg/2010/1089"
    title = f'<gmd:title><gmx:Anchor xlink:href="{law}">Regulation (EU) 1089/2010</gmx:Anchor></gmd:title>'
    result = (
        f"<gmd:DQ_ConformanceResult><gmd:specification><gmd:CI_Citation>{title}</gmd:CI_Citation></gmd:specification>"
        f"<gmd:pass><gco:Boolean>{passed}</gco:Boolean></gmd:pass></gmd:DQ_ConformanceResult>"
    )
    report = f"<gmd:report><gmd:DQ_DomainConsistency><gmd:result>{result}</gmd:result></gmd:DQ_DomainConsistency></gmd:report>"
    quality = f"<gmd:dataQualityInfo><gmd:DQ_DataQuality>{report}</gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    assert (law in values(said(mapper, record(before=quality)), DCT.conformsTo)) is found


SINP = 'xmlns:sinp="http://inventaire.naturefrance.fr/schemas/2.0" gco:isoType'


def test_what_a_profile_puts_in_place_of_a_class_of_iso_is_read_as_that_class(mapper: Mapper) -> None:
    """The SINP has parties of its own, with a database where data are kept, the Australian marine profile extents of its own."""
    party = (
        f'<gmd:pointOfContact><sinp:CI_ResponsibleParty {SINP}="gmd:CI_ResponsibleParty"><gmd:organisationName>{text("Guyane survey")}'
        '</gmd:organisationName><gmd:role><gmd:CI_RoleCode codeListValue="pointOfContact"/></gmd:role>'
        "</sinp:CI_ResponsibleParty></gmd:pointOfContact>"
    )
    sides = zip(("west", "east", "south", "north"), ("Longitude", "Longitude", "Latitude", "Latitude"), (-54, -51, 2, 6), strict=True)
    box = "".join(f"<gmd:{side}Bound{name}><gco:Decimal>{value}</gco:Decimal></gmd:{side}Bound{name}>" for side, name, value in sides)
    where = (
        '<gmd:extent><mcp:EX_Extent xmlns:mcp="http://bluenet3.antcrc.utas.edu.au/mcp" gco:isoType="gmd:EX_Extent"><gmd:geographicElement>'
        f"<gmd:EX_GeographicBoundingBox>{box}</gmd:EX_GeographicBoundingBox></gmd:geographicElement></mcp:EX_Extent></gmd:extent>"
    )
    database = (
        f"<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
        f'<sinp:MD_DigitalTransferOptions {SINP}="gmd:MD_DigitalTransferOptions">'
        f"<sinp:database><sinp:Database><sinp:name>{text('CardObs')}</sinp:name><sinp:url>{text('https://example.org/cardobs')}</sinp:url>"
        "</sinp:Database></sinp:database></sinp:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )
    status = '<gmd:status><gmd:MD_ProgressCode codeListValue="completed"/></gmd:status>'
    triples = said(mapper, record(status + party + where).replace("</gmd:MD_Metadata>", database + "</gmd:MD_Metadata>"))
    assert "Guyane survey" in values(triples, FOAF.name)
    assert values(triples, DT.west) == {"-54"}
    assert "https://example.org/cardobs" in values(triples, DCAT.accessURL) | values(triples, DCAT.downloadURL)
    assert values(triples, NamedNode("http://www.w3.org/ns/adms#status")) == {"http://purl.org/adms/status/Completed"}
