"""Rules of the ISO crosswalks, and what holds of all XML, that the golden files do not show."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.model import Native, Outcome, TermKind
from kg.namespaces import DCAT, DCT, DT, FOAF, GEO, OWL, RDFS, SOSA
from tests.crosswalk.said import codes, mapped, tagged, terms, triples, values

ISO = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    ' xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:gmi="http://www.isotc211.org/2005/gmi" xmlns:gml="http://www.opengis.net/gml/3.2"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink">'
    "<gmd:fileIdentifier><gco:CharacterString>r1</gco:CharacterString></gmd:fileIdentifier>"
    "<gmd:language><gmd:LanguageCode codeList='' codeListValue='fre'/></gmd:language>{head}"
    "<gmd:identificationInfo><gmd:MD_DataIdentification>{body}</gmd:MD_DataIdentification></gmd:identificationInfo>{tail}</gmd:MD_Metadata>"
)
EXTENT = "<gmd:extent><gmd:EX_Extent>{}</gmd:EX_Extent></gmd:extent>"
BOX = (
    "<gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
    "<gmd:westBoundLongitude><gco:Decimal>{}</gco:Decimal></gmd:westBoundLongitude>"
    "<gmd:eastBoundLongitude><gco:Decimal>{}</gco:Decimal></gmd:eastBoundLongitude>"
    "<gmd:southBoundLatitude><gco:Decimal>{}</gco:Decimal></gmd:southBoundLatitude>"
    "<gmd:northBoundLatitude><gco:Decimal>{}</gco:Decimal></gmd:northBoundLatitude>"
    "</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
)
POLYGON = (
    "<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon><gml:Polygon {}><gml:exterior><gml:LinearRing>"
    "<gml:posList>{}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement>"
)
PERIOD = "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>{}</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
LEGAL = "<gmd:resourceConstraints><gmd:MD_LegalConstraints>{}</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
RESTRICTION = "<gmd:{0}><gmd:MD_RestrictionCode codeList='' codeListValue='{1}'>{1}</gmd:MD_RestrictionCode></gmd:{0}>"


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def iso(mapper: Mapper, body: str, head: str = "", tail: str = "") -> Outcome:
    return mapped(mapper, ISO.format(body=body, head=head, tail=tail))


def text(name: str, value: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"


def test_a_translation_has_the_language_of_its_locale_not_the_locale_s_name(mapper: Mapper) -> None:
    locale = (
        '<gmd:locale><gmd:PT_Locale id="locale-7"><gmd:languageCode><gmd:LanguageCode codeList="" codeListValue="eng"/></gmd:languageCode>'
        "</gmd:PT_Locale></gmd:locale>"
    )
    abstract = (
        "<gmd:abstract><gco:CharacterString>La mer</gco:CharacterString><gmd:PT_FreeText><gmd:textGroup>"
        '<gmd:LocalisedCharacterString locale="#locale-7">The sea</gmd:LocalisedCharacterString></gmd:textGroup>'
        "</gmd:PT_FreeText></gmd:abstract>"
    )
    assert tagged(iso(mapper, abstract, head=locale), DCT.description) == {("La mer", "fr"), ("The sea", "en")}


def test_an_anchor_gives_text_and_iri(mapper: Mapper) -> None:
    keyword = (
        "<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword>"
        '<gmx:Anchor xlink:href="http://vocab.nerc.ac.uk/collection/P02/current/TEMP/">Temperature of the water column</gmx:Anchor>'
        "</gmd:keyword></gmd:MD_Keywords></gmd:descriptiveKeywords>"
    )
    outcome = iso(mapper, keyword)
    assert values(outcome, DCAT.keyword) == {"Temperature of the water column"}
    assert values(outcome, DT.givenIri) == {"http://vocab.nerc.ac.uk/collection/P02/current/TEMP/"}


@pytest.mark.parametrize(
    ("srs", "positions"),
    [
        ("", "7 43 9 43 9 44 7 43"),
        ('srsName="urn:ogc:def:crs:EPSG::4326"', "43 7 43 9 44 9 43 7"),
        ('srsName="http://www.opengis.net/def/crs/OGC/1.3/CRS84"', "7 43 9 43 9 44 7 43"),
        ('srsName="urn:ogc:def:crs:EPSG::4979" srsDimension="3"', "43 7 0 43 9 0 44 9 0 43 7 0"),
    ],
)
def test_axes_follow_the_reference_system(mapper: Mapper, srs: str, positions: str) -> None:
    outcome = iso(mapper, EXTENT.format(POLYGON.format(srs, positions)))
    assert values(outcome, GEO.asWKT) == {"POLYGON ((7 43, 9 43, 9 44, 7 43))"}
    assert not outcome.problems


def test_a_polygon_that_contradicts_the_record_s_box_is_taken_the_other_way_and_reported(mapper: Mapper) -> None:
    wrong = POLYGON.format("", "43 7 43 9 44 9 43 7")
    outcome = iso(mapper, EXTENT.format(wrong) + EXTENT.format(BOX.format(7, 9, 43, 44)))
    assert "POLYGON ((7 43, 9 43, 9 44, 7 43))" in values(outcome, GEO.asWKT)
    assert codes(outcome) == {"place.axes-swapped"}


def test_a_polygon_outside_every_box_in_both_orders_is_left_as_it_is(mapper: Mapper) -> None:
    outcome = iso(mapper, EXTENT.format(BOX.format(100, 110, -20, -10) + POLYGON.format("", "7 43 9 43 9 44 7 43")))
    assert "POLYGON ((7 43, 9 43, 9 44, 7 43))" in values(outcome, GEO.asWKT)
    assert not outcome.problems


def test_positions_in_a_reference_system_that_is_not_read_are_reported_and_not_drawn(mapper: Mapper) -> None:
    outcome = iso(
        mapper, EXTENT.format(POLYGON.format('srsName="EPSG:2154"', "600000 6800000 700000 6800000 700000 6900000 600000 6800000"))
    )
    assert values(outcome, GEO.asWKT) == set()
    assert codes(outcome) == {"place.unknown-crs"}


OUTER = "0 40 10 40 10 50 0 50 0 40"
WHOLE = "(0 40, 10 40, 10 50, 0 50, 0 40)"
HOLES = {
    "one": (["2 42 3 42 3 43 2 43 2 42"], ", (2 42, 3 42, 3 43, 2 43, 2 42)"),
    "two": (["2 42 3 42 3 43 2 42", "5 45 6 45 6 46 5 45"], ", (2 42, 3 42, 3 43, 2 42), (5 45, 6 45, 6 46, 5 45)"),
    "none that it is": (["2 42"], ""),
    "as large as all": ([OUTER], ""),
}


@pytest.mark.parametrize("name", HOLES)
def test_a_polygon_has_its_holes(mapper: Mapper, name: str) -> None:
    holes, expected = HOLES[name]
    ring = "<gml:interior><gml:LinearRing><gml:posList>{}</gml:posList></gml:LinearRing></gml:interior>"
    polygon = POLYGON.format("", OUTER).replace("</gml:exterior>", "</gml:exterior>" + "".join(map(ring.format, holes)))
    outcome = iso(mapper, EXTENT.format(polygon))
    assert values(outcome, GEO.asWKT) == {f"POLYGON ({WHOLE}{expected})"}
    assert values(outcome, DT.west) == {"0"} and values(outcome, DT.north) == {"50"}


def test_a_box_over_the_antimeridian_is_two_polygons_with_west_greater_than_east(mapper: Mapper) -> None:
    outcome = iso(mapper, EXTENT.format(BOX.format(170, -160, -30, 10)))
    assert values(outcome, DT.west) == {"170"}
    assert values(outcome, DT.east) == {"-160"}
    assert next(iter(values(outcome, GEO.asWKT))).startswith("MULTIPOLYGON")


def test_a_box_without_extent_is_a_point(mapper: Mapper) -> None:
    assert values(iso(mapper, EXTENT.format(BOX.format(7.87, 7.87, 43.42, 43.42))), GEO.asWKT) == {"POINT (7.87 43.42)"}


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [
        (
            "<gml:TimePeriod><gml:beginPosition>2001</gml:beginPosition><gml:endPosition indeterminatePosition='now'/></gml:TimePeriod>",
            "2001",
            None,
        ),
        (
            "<gml:TimePeriod><gml:beginPosition>2001-05</gml:beginPosition><gml:endPosition>unknown</gml:endPosition></gml:TimePeriod>",
            "2001-05",
            None,
        ),
        ("<gml:TimeInstant><gml:timePosition>2001-05-02</gml:timePosition></gml:TimeInstant>", "2001-05-02", "2001-05-02"),
        (
            "<gml:TimePeriod><gml:begin><gml:TimeInstant><gml:timePosition>2001</gml:timePosition></gml:TimeInstant></gml:begin>"
            "<gml:end><gml:TimeInstant><gml:timePosition>2002</gml:timePosition></gml:TimeInstant></gml:end></gml:TimePeriod>",
            "2001",
            "2002",
        ),
    ],
)
def test_periods_open_ends_and_instants(mapper: Mapper, time: str, start: str, end: str | None) -> None:
    outcome = iso(mapper, EXTENT.format(PERIOD.format(time)))
    assert values(outcome, DCAT.startDate) == {start}
    assert values(outcome, DCAT.endDate) == ({end} if end else set())
    assert not outcome.problems


def test_gml_3_1_is_read_as_gml_3_2(mapper: Mapper) -> None:
    period = PERIOD.format("<gml:TimePeriod><gml:beginPosition>2001</gml:beginPosition></gml:TimePeriod>")
    xml = ISO.replace("http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml").format(body=EXTENT.format(period), head="", tail="")
    assert values(mapped(mapper, xml), DCAT.startDate) == {"2001"}


def test_a_page_keeps_what_it_is_called_unless_it_is_one_of_ours(mapper: Mapper) -> None:
    online = (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>"
        "<gmd:linkage><gmd:URL>{}</gmd:URL></gmd:linkage><gmd:protocol><gco:CharacterString>WWW:LINK-1.0-http--link</gco:CharacterString>"
        "</gmd:protocol>" + text("name", "Manuel") + text("description", "Comment lire les fichiers") + "<gmd:function>"
        "<gmd:CI_OnLineFunctionCode codeList='' codeListValue='information'/></gmd:function></gmd:CI_OnlineResource></gmd:onLine>"
        "</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )
    page, ours = NamedNode("https://example.org/manual"), NamedNode("https://w3id.org/dataterra/dataset/doi/10.17882/42182")
    for url in (page, ours):
        said = [each for each in triples(iso(mapper, "", tail=online.format(url.value))) if each.subject == url]
        assert {each.predicate for each in said} == ({DCT.title, DCT.description} if url == page else set())


def test_code_list_values_of_constraints_are_no_licences(mapper: Mapper) -> None:
    constraints = RESTRICTION.format("accessConstraints", "otherRestrictions") + RESTRICTION.format("useConstraints", "license")
    outcome = iso(mapper, LEGAL.format(constraints + RESTRICTION.format("useConstraints", "copyright")))
    assert values(outcome, DCT.rights) == set()


def test_restricted_access_is_kept(mapper: Mapper) -> None:
    assert terms(iso(mapper, LEGAL.format(RESTRICTION.format("accessConstraints", "restricted"))), TermKind.ACCESS) == {"restricted"}


def test_text_beside_limited_access_is_about_access_and_text_beside_use_about_use(mapper: Mapper) -> None:
    access = LEGAL.format(RESTRICTION.format("accessConstraints", "otherRestrictions") + text("otherConstraints", "on request"))
    use = LEGAL.format(RESTRICTION.format("useConstraints", "otherRestrictions") + text("otherConstraints", "CC BY 4.0"))
    outcome = iso(mapper, access + use)
    assert terms(outcome, TermKind.ACCESS) == {"on request"}
    assert terms(outcome, TermKind.LICENCE) == {"CC BY 4.0"}


def test_a_platform_that_an_instrument_names_carries_it(mapper: Mapper) -> None:
    platform = (
        "<gmi:mountedOn><gmi:MI_Platform><gmi:identifier><gmd:MD_Identifier><gmd:code><gco:CharacterString>SARAL</gco:CharacterString>"
        "</gmd:code></gmd:MD_Identifier></gmi:identifier></gmi:MI_Platform></gmi:mountedOn>"
    )
    instrument = f"<gmi:type><gco:CharacterString>AltiKa</gco:CharacterString></gmi:type>{platform}"
    tail = (
        "<gmi:acquisitionInformation><gmi:MI_AcquisitionInformation><gmi:instrument><gmi:MI_Instrument>"
        f"{instrument}</gmi:MI_Instrument></gmi:instrument></gmi:MI_AcquisitionInformation></gmi:acquisitionInformation>"
    )
    found = triples(iso(mapper, "", tail=tail))
    [hosted] = [each for each in found if each.predicate == SOSA.isHostedBy]
    labels = {each.subject: each.object.value for each in found if each.predicate == RDFS.label and isinstance(each.object, Literal)}
    assert (labels[hosted.subject], labels[hosted.object]) == ("AltiKa", "SARAL")  # type: ignore[index]


ANCHOR = '<{{gmx}}:Anchor xlink:href="{}">{}</{{gmx}}:Anchor>'
PLAIN = "<gco:CharacterString>{}</gco:CharacterString>"
ISO3 = "http://standards.iso.org/iso/19115/-3"
DEVICE = (
    "<{top} {spaces} xmlns:xlink='http://www.w3.org/1999/xlink'><{md}:acquisitionInformation><{gmi}:MI_AcquisitionInformation>"
    "<{gmi}:instrument><{gmi}:MI_Instrument><{gmi}:identifier><{gmd}:MD_Identifier><{gmd}:code>{code}</{gmd}:code></{gmd}:MD_Identifier>"
    "</{gmi}:identifier><{gmi}:description><gco:CharacterString>{description}</gco:CharacterString></{gmi}:description>"
    "</{gmi}:MI_Instrument></{gmi}:instrument></{gmi}:MI_AcquisitionInformation></{md}:acquisitionInformation></{top}>"
)
DEVICES = {
    "iso19115-2": (
        {"top": "gmi:MI_Metadata", "md": "gmi", "gmi": "gmi", "gmd": "gmd", "gmx": "gmx"},
        {name: f"http://www.isotc211.org/2005/{name}" for name in ("gmi", "gmd", "gco", "gmx")},
    ),
    "iso19115-3": (
        {"top": "mdb:MD_Metadata", "md": "mdb", "gmi": "mac", "gmd": "mcc", "gmx": "gcx"},
        {"mdb": f"{ISO3}/mdb/2.0", "mac": f"{ISO3}/mac/2.0"} | {name: f"{ISO3}/{name}/1.0" for name in ("mcc", "gco", "gcx")},
    ),
}


@pytest.mark.parametrize(
    ("code", "description", "name"),
    [
        (ANCHOR.format("https://w3id.org/dataterra/instrument/karin", "KaRIn"), "Two swaths of 50 km beside the track", "KaRIn"),
        (ANCHOR.format("http://vocab.nerc.ac.uk/collection/L05/current/130/", "CTD"), "SBE 911plus", "SBE 911plus"),
        (PLAIN.format("Trillium-240"), "Nanometrics", "Trillium-240"),
        (PLAIN.format("radome"), "Five-hole radome for the wind", "Five-hole radome for the wind"),
        (PLAIN.format("urn:x:130"), "Tide gauge", "Tide gauge"),
    ],
)
@pytest.mark.parametrize("form", DEVICES)
def test_an_instrument_is_called_by_its_own_name(form: str, code: str, description: str, name: str, mapper: Mapper) -> None:
    names, spaces = DEVICES[form]
    declared = " ".join(f"xmlns:{prefix}='{iri}'" for prefix, iri in spaces.items())
    outcome = mapped(mapper, DEVICE.format(**names, spaces=declared, code=code.format(**names), description=description))
    assert outcome.record is not None and outcome.record.format == form
    assert values(outcome, RDFS.label) == {name}


def test_the_homepage_of_a_distributor_is_no_distribution(mapper: Mapper) -> None:
    online = "<gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://example.org/{}</gmd:URL></gmd:linkage></gmd:CI_OnlineResource>"
    distributor = (
        "<gmd:distributor><gmd:MD_Distributor><gmd:distributorContact><gmd:CI_ResponsibleParty>"
        f"{text('organisationName', 'Centre')}"
        f"<gmd:contactInfo><gmd:CI_Contact><gmd:onlineResource>{online.format('home')}</gmd:onlineResource>"
        "</gmd:CI_Contact></gmd:contactInfo></gmd:CI_ResponsibleParty></gmd:distributorContact></gmd:MD_Distributor></gmd:distributor>"
    )
    transfer = (
        "<gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:transferSize><gco:Real>12.5</gco:Real></gmd:transferSize>"
        f"<gmd:onLine>{online.format('file.nc')}</gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    )
    tail = f"<gmd:distributionInfo><gmd:MD_Distribution>{distributor}{transfer}</gmd:MD_Distribution></gmd:distributionInfo>"
    outcome = iso(mapper, "", tail=tail)
    assert values(outcome, DCAT.accessURL) == {"https://example.org/file.nc"}
    assert values(outcome, DCAT.byteSize) == {"12500000"}, "transferSize is in megabytes (ISO 19115, MD_DigitalTransferOptions)"
    assert values(outcome, FOAF.homepage) == {"https://example.org/home"}


@pytest.mark.parametrize(
    ("uom", "metres"), [("m", "5"), ("km", "5000"), ("http://standards.iso.org/ittf/uom/ML_gmxUom.xml#m", "5"), ("degree", "")]
)
def test_resolution_is_in_metres_or_left_out(mapper: Mapper, uom: str, metres: str) -> None:
    distance = f'<gmd:distance><gco:Distance uom="{uom}">5</gco:Distance></gmd:distance>'
    resolution = f"<gmd:spatialResolution><gmd:MD_Resolution>{distance}</gmd:MD_Resolution></gmd:spatialResolution>"
    outcome = iso(mapper, resolution)
    assert values(outcome, DCAT.spatialResolutionInMeters) == ({metres} if metres else set())
    assert codes(outcome) == (set() if metres else {"length.unknown-unit"})


def test_without_an_identifier_the_place_of_the_native_is_used_and_reported(mapper: Mapper) -> None:
    xml = ISO.replace("r1", "").format(body="", head="", tail="")
    outcome = mapped(mapper, xml)
    assert outcome.record is not None
    assert outcome.record.identifier == "folder/file.xml"
    assert codes(outcome) == {"identifier.missing"}


def test_the_newer_namespace_of_iso_19115_2_is_read(mapper: Mapper) -> None:
    xml = (
        '<gmi:MI_Metadata xmlns:gmi="http://standards.iso.org/iso/19115/-2/gmi/1.0" xmlns:gmd="http://www.isotc211.org/2005/gmd"'
        ' xmlns:gco="http://www.isotc211.org/2005/gco"><gmd:fileIdentifier><gco:CharacterString>x</gco:CharacterString></gmd:fileIdentifier>'
        "<gmi:acquisitionInformation><gmi:MI_AcquisitionInformation><gmi:platform><gmi:MI_Platform>"
        "<gmi:description><gco:CharacterString>Metop-B</gco:CharacterString></gmi:description>"
        "</gmi:MI_Platform></gmi:platform></gmi:MI_AcquisitionInformation></gmi:acquisitionInformation></gmi:MI_Metadata>"
    )
    outcome = mapped(mapper, xml)
    assert outcome.record is not None
    assert outcome.record.format == "iso19115-2"
    assert terms(outcome, TermKind.PLATFORM) == {"Metop-B"}


@pytest.mark.parametrize(
    "version",
    [
        "http://standards.iso.org/iso/19115/-3/{}/1.0",
        "http://standards.iso.org/iso/19115/-3/{}/2.0",
        "https://schemas.isotc211.org/19115/-1/{}/1.3",
    ],
)
def test_every_version_of_iso_19115_3_is_read(mapper: Mapper, version: str) -> None:
    prefixes = " ".join(f'xmlns:{name}="{version.format(name)}"' for name in ("mdb", "mcc", "mri", "cit", "mco"))
    gco = "https://schemas.isotc211.org/19103/-/gco/1.2" if "-1/" in version else "http://standards.iso.org/iso/19115/-3/gco/1.0"
    string = "<gco:CharacterString>{}</gco:CharacterString>"
    party = (
        f"<cit:party><cit:CI_Organisation><cit:name>{string.format('Ifremer')}</cit:name><cit:partyIdentifier><mcc:MD_Identifier><mcc:code>"
        f"{string.format('https://ror.org/044jxhp58')}</mcc:code></mcc:MD_Identifier></cit:partyIdentifier><cit:individual><cit:CI_Individual>"
        f"<cit:name>{string.format('A. Person')}</cit:name><cit:partyIdentifier><mcc:MD_Identifier><mcc:code>"
        f"{string.format('https://orcid.org/0000-0002-1825-0097')}</mcc:code></mcc:MD_Identifier></cit:partyIdentifier></cit:CI_Individual>"
        "</cit:individual></cit:CI_Organisation></cit:party>"
    )
    reference = (
        f"<mco:reference><cit:CI_Citation><cit:title>{string.format('CC BY 4.0')}</cit:title>"
        "<cit:onlineResource><cit:CI_OnlineResource><cit:linkage>"
        f"{string.format('https://creativecommons.org/licenses/by/4.0/')}</cit:linkage></cit:CI_OnlineResource></cit:onlineResource>"
        "</cit:CI_Citation></mco:reference>"
    )
    xml = (
        f'<mdb:MD_Metadata {prefixes} xmlns:gco="{gco}">'
        f"<mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code>{string.format('id')}</mcc:code>"
        "</mcc:MD_Identifier></mdb:metadataIdentifier><mdb:identificationInfo><mri:MD_DataIdentification>"
        f"<mri:citation><cit:CI_Citation><cit:title>{string.format('Title')}</cit:title></cit:CI_Citation></mri:citation>"
        "<mri:pointOfContact><cit:CI_Responsibility><cit:role><cit:CI_RoleCode codeList='' codeListValue='author'/></cit:role>"
        f"{party}</cit:CI_Responsibility></mri:pointOfContact>"
        f"<mri:resourceConstraints><mco:MD_LegalConstraints>{reference}</mco:MD_LegalConstraints></mri:resourceConstraints>"
        "</mri:MD_DataIdentification></mdb:identificationInfo></mdb:MD_Metadata>"
    )
    outcome = mapped(mapper, xml)
    assert outcome.record is not None
    assert (outcome.record.format, outcome.record.identifier) == ("iso19115-3", "id")
    assert values(outcome, DCT.title) == {"Title"}
    assert {"https://orcid.org/0000-0002-1825-0097", "https://ror.org/044jxhp58"} <= values(outcome, OWL.sameAs)
    assert terms(outcome, TermKind.LICENCE) == {"CC BY 4.0"}
    assert values(outcome, RDFS.seeAlso) == {"https://creativecommons.org/licenses/by/4.0/"}


def test_a_link_in_two_languages_is_two_pages(mapper: Mapper) -> None:
    """As Sextant writes them; the page that is repeated in its own language is one."""
    prefixes = " ".join(
        f'xmlns:{name}="http://standards.iso.org/iso/19115/-3/{name}/1.0"' for name in ("mdb", "mcc", "mri", "cit", "mrd", "lan")
    )
    string = "<gco:CharacterString>{}</gco:CharacterString>"
    localised = (
        "<lan:textGroup><lan:LocalisedCharacterString locale='#{}'>https://example.org/{}</lan:LocalisedCharacterString></lan:textGroup>"
    )
    xml = (
        f'<mdb:MD_Metadata {prefixes} xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0"><mdb:metadataIdentifier><mcc:MD_Identifier>'
        f"<mcc:code>{string.format('id')}</mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier><mdb:distributionInfo>"
        "<mrd:MD_Distribution><mrd:transferOptions><mrd:MD_DigitalTransferOptions><mrd:onLine><cit:CI_OnlineResource>"
        f"<cit:linkage>{string.format('https://example.org/fr')}<lan:PT_FreeText>"
        f"{localised.format('FR', 'fr')}{localised.format('EN', 'en')}"
        "</lan:PT_FreeText></cit:linkage><cit:function><cit:CI_OnLineFunctionCode codeListValue='information'/></cit:function>"
        "</cit:CI_OnlineResource></mrd:onLine></mrd:MD_DigitalTransferOptions></mrd:transferOptions></mrd:MD_Distribution>"
        "</mdb:distributionInfo></mdb:MD_Metadata>"
    )
    assert values(mapped(mapper, xml), FOAF.page) == {"https://example.org/fr", "https://example.org/en"}


def test_a_variable_that_names_its_instrument_becomes_an_observation(mapper: Mapper) -> None:
    base = "http://standards.iso.org/iso/19115/-3"
    prefixes = " ".join(f'xmlns:{name}="{base}/{name}/{version}"' for name, version in (("mdb", "2.0"), ("mrc", "2.0"), ("mac", "2.0")))
    more = f'xmlns:mcc="{base}/mcc/1.0" xmlns:gco="{base}/gco/1.0" xmlns:gcx="{base}/gcx/1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'

    def code(prefix: str, concept: str, label: str) -> str:
        anchor = f'<gcx:Anchor xlink:href="http://vocab.nerc.ac.uk/collection/{concept}">{label}</gcx:Anchor>'
        return f"<{prefix}><mcc:MD_Identifier><mcc:code>{anchor}</mcc:code></mcc:MD_Identifier></{prefix}>"

    instrument = (
        f"<mac:instrument><mac:MI_Instrument>{code('mac:identifier', 'L05/current/130', 'CTD')}</mac:MI_Instrument></mac:instrument>"
    )
    vessel = code("mac:identifier", "L06/current/31", "research vessel")
    platform = f"<mac:platform><mac:MI_Platform>{vessel}{instrument}</mac:MI_Platform></mac:platform>"
    acquisition = f"<gco:Record><mac:MI_AcquisitionInformation>{platform}</mac:MI_AcquisitionInformation></gco:Record>"
    variable = code("mrc:name", "P01/current/TEMPPR01", "Temperature of the water body")
    xml = (
        f"<mdb:MD_Metadata {prefixes} {more}><mdb:contentInfo><mrc:MD_CoverageDescription><mrc:attributeGroup><mrc:MD_AttributeGroup>"
        f"<mrc:attribute><mrc:MD_SampleDimension>{variable}<mrc:otherProperty>{acquisition}</mrc:otherProperty></mrc:MD_SampleDimension>"
        "</mrc:attribute></mrc:MD_AttributeGroup></mrc:attributeGroup></mrc:MD_CoverageDescription></mdb:contentInfo></mdb:MD_Metadata>"
    )
    found = triples(mapped(mapper, xml))
    [observation] = [each.object for each in found if each.predicate == DT.observation]
    labels = {each.subject: each.object.value for each in found if each.predicate == RDFS.label and isinstance(each.object, Literal)}
    sensors = [each.object for each in found if each.subject == observation and each.predicate == SOSA.madeBySensor]
    assert [labels[sensor] for sensor in sensors] == ["CTD"]  # type: ignore[index]
    assert any(each.subject == observation and each.predicate == DT.sourceTerm for each in found)


def test_records_of_csw_and_oai_pmh_answers_are_read_one_by_one(mapper: Mapper, examples: Path) -> None:
    containers = Containers.from_resources()
    for name, form in (
        ("sextant/csw-getrecords.xml", "iso19139"),
        ("hydroweb/csw-getrecordbyid.xml", "iso19139"),
        ("seanoe/oai-listrecords.xml", "datacite-xml"),
    ):
        items = [item for item in containers.open((examples / name).read_bytes(), "application/xml") if not item.deleted]
        outcomes = [mapper.map(Native("s", item.identifier, item.media_type, item.body, name)) for item in items]
        assert {outcome.record.format for outcome in outcomes if outcome.record} == {form}
        assert all(values(outcome, DCT.title) for outcome in outcomes)


def test_dcat_in_a_csw_answer_is_opened_as_rdf() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#">'
        '<dcat:Dataset rdf:about="https://example.org/a"/><dcat:Dataset rdf:about="https://example.org/b"/></rdf:RDF>'
    )
    answer = (
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults>'
        f"{rdf}</csw:SearchResults></csw:GetRecordsResponse>"
    )
    items = list(Containers.from_resources().open(answer.encode(), "application/xml"))
    assert [item.identifier for item in items] == ["https://example.org/a", "https://example.org/b"]
    assert {item.media_type for item in items} == {"application/n-triples"}


def test_a_service_says_where_it_answers_and_in_which_standard(mapper: Mapper, examples: Path) -> None:
    outcome = mapped(mapper, (examples / "sextant/emodnet-wms-service.xml").read_text(encoding="utf-8").partition("?>")[2])
    assert outcome.record is not None
    said = {each.predicate: each.object.value for each in triples(outcome) if each.subject.value == outcome.record.dataset}  # type: ignore[union-attr]
    assert said[DCT.conformsTo] == "http://www.opengis.net/def/serviceType/ogc/wms"
    assert said[DCAT.endpointURL].startswith("https://ows.emodnet-bathymetry.eu/wms")


def test_a_thousand_times_more_of_a_thing_takes_no_more_than_a_thousand_times_longer(mapper: Mapper) -> None:
    keywords = "".join(text("keyword", f"k{number}") for number in range(8_000))
    date = "<gmd:date><gmd:CI_Date>{}<gmd:dateType><a codeListValue='creation'/></gmd:dateType></gmd:CI_Date></gmd:date>"
    dates = "".join(date.format(text("date", f"x{number}")) for number in range(8_000))
    body = (
        f"<gmd:citation><gmd:CI_Citation>{dates}</gmd:CI_Citation></gmd:citation>"
        f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{keywords}<gmd:thesaurusName/></gmd:MD_Keywords></gmd:descriptiveKeywords>"
    )
    started = time.process_time()
    assert len(iso(mapper, body).problems) == 8_000
    assert time.process_time() - started < 4, "quadratic work in a native takes minutes where the native is hostile"


FORMATS = ("iso19139", "iso19115-2", "iso19115-3", "eml", "datacite-xml")


def test_operational_records_keep_identifier_and_title(mapper: Mapper, shared_data: Path) -> None:
    folder = shared_data / "data" / "records"
    rows = [
        row
        for row in csv.DictReader((folder / "manifest.csv").open(encoding="utf-8"))
        if row["format"] in FORMATS and row["realness"][0] == "A"
    ]
    outcomes = [
        (row, mapper.map(Native("files", row["path"], "application/xml", (folder / row["path"]).read_bytes(), row["path"]))) for row in rows
    ]
    read = [(row, outcome) for row, outcome in outcomes if codes(outcome) & {"xml.malformed", "format.unknown"} == set()]
    assert len(read) >= 0.97 * len(rows)
    assert [row["path"] for row, outcome in read if not values(outcome, DCT.title) or "identifier.missing" in codes(outcome)] == []
