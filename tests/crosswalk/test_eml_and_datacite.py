"""Rules of EML and DataCite that the golden files do not show."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import Literal, NamedNode

from kg.crosswalk.engine import Mapper
from kg.model import Native, TermKind
from kg.namespaces import DCAT, DCT, DT, FOAF, GEO, OWL, RDF, RDFS, SCHEMA
from tests.crosswalk.said import mapped, tagged, terms, triples, values

EML = (
    '<eml:eml xmlns:eml="{}" packageId="p.1.1" xml:lang="en"><dataset><title>T</title>'
    "<creator><organizationName>O</organizationName></creator>{}</dataset></eml:eml>"
)
EML_22 = "https://eml.ecoinformatics.org/eml-2.2.0"
DATACITE = (
    '<resource xmlns="http://datacite.org/schema/kernel-{}"><identifier identifierType="DOI">10.17882/42182</identifier>'
    "<titles><title>T</title></titles>{}</resource>"
)


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


@pytest.mark.parametrize("namespace", ["eml://ecoinformatics.org/eml-2.0.1", "eml://ecoinformatics.org/eml-2.1.1", EML_22])
def test_every_version_of_eml_is_read(mapper: Mapper, namespace: str) -> None:
    outcome = mapped(
        mapper, EML.format(namespace, "<abstract><section><title>Aim</title><para>One.</para><para>Two.</para></section></abstract>")
    )
    assert values(outcome, DCT.description) == {"Aim\n\nOne.\n\nTwo."}


def test_translations_of_eml_stand_within_the_text(mapper: Mapper) -> None:
    title = '<dataset><title xml:lang="fr">Chauves-souris<value xml:lang="en">Bats</value></title>'
    outcome = mapped(mapper, EML.format(EML_22, "").replace("<dataset><title>T</title>", title))
    assert tagged(outcome, DCT.title) == {("Chauves-souris", "fr"), ("Bats", "en")}


def test_a_party_of_eml_may_be_a_reference_to_another(mapper: Mapper) -> None:
    creator = '<creator id="c1"><individualName><givenName>A.</givenName><surName>Person</surName></individualName></creator>'
    outcome = mapped(mapper, EML.format(EML_22, creator + "<contact><references>c1</references></contact>"))
    people = {each.subject for each in triples(outcome) if each.object == FOAF.Person}
    assert {each.object for each in triples(outcome) if each.predicate == DCAT.contactPoint} == people
    assert values(outcome, FOAF.name) == {"A. Person", "O"}


def test_a_doi_of_cited_literature_is_not_the_data_set_s_own(mapper: Mapper) -> None:
    literature = "<literatureCited><citation><DOI>10.1000/paper</DOI></citation></literatureCited>"
    cited = mapped(mapper, EML.format(EML_22, literature))
    own = mapped(mapper, EML.format(EML_22, "<alternateIdentifier>https://doi.org/10.15468/vqueam</alternateIdentifier>"))
    assert values(cited, OWL.sameAs) == set()
    assert "https://doi.org/10.15468/vqueam" in values(own, OWL.sameAs)


def test_columns_of_eml_are_variables_where_they_measure(mapper: Mapper) -> None:
    column = "<attribute><attributeName>{}</attributeName><measurementScale>{}</measurementScale></attribute>"
    number = "<ratio><unit><customUnit>gramPerMeterSquared</customUnit></unit></ratio>"
    free = "<nominal><nonNumericDomain><textDomain><definition>any</definition></textDomain></nonNumericDomain></nominal>"
    columns = column.format("biomass", number) + column.format("remark", free) + column.format("day", "<dateTime/>")
    outcome = mapped(mapper, EML.format(EML_22, f"<dataTable><attributeList>{columns}</attributeList></dataTable>"))
    assert terms(outcome, TermKind.VARIABLE) == {"biomass"}
    assert values(outcome, DT.unit) == {"gramPerMeterSquared"}


@pytest.mark.parametrize("kernel", ["2.2", "3", "4"])
def test_every_kernel_of_datacite_is_read(mapper: Mapper, kernel: str) -> None:
    assert "https://doi.org/10.17882/42182" in values(mapped(mapper, DATACITE.format(kernel, "")), OWL.sameAs)


def test_kernel_3_writes_places_latitude_first(mapper: Mapper) -> None:
    places = (
        "<geoLocations><geoLocation><geoLocationPoint>31.233 -67.302</geoLocationPoint></geoLocation>"
        "<geoLocation><geoLocationBox>41.09 -71.032 41.893 -68.211</geoLocationBox></geoLocation></geoLocations>"
    )
    outcome = mapped(mapper, DATACITE.format("3", places))
    assert "POINT (-67.302 31.233)" in values(outcome, GEO.asWKT)
    assert values(outcome, DT.north) == {"31.233", "41.893"}


@pytest.mark.parametrize(
    ("date", "start", "end"), [("2010/2014", "2010", "2014"), ("1997/..", "1997", None), ("2010-05-01", "2010-05-01", "2010-05-01")]
)
def test_ranges_of_datacite(mapper: Mapper, date: str, start: str, end: str | None) -> None:
    outcome = mapped(mapper, DATACITE.format("4", f'<dates><date dateType="Collected">{date}</date></dates>'))
    assert values(outcome, DCAT.startDate) == {start}
    assert values(outcome, DCAT.endDate) == ({end} if end else set())


def test_names_of_datacite_are_persons_or_organisations(mapper: Mapper) -> None:
    names = (
        '<creators><creator><creatorName nameType="Organizational">Laboratoire, Nice</creatorName></creator>'
        "<creator><creatorName>Person, A.</creatorName></creator><creator><creatorName>Ifremer</creatorName></creator></creators>"
    )
    found = triples(mapped(mapper, DATACITE.format("4", names)))
    kinds = {each.subject: each.object for each in found if each.predicate == RDF.type}
    people = {
        each.object.value
        for each in found
        if each.predicate == FOAF.name and kinds[each.subject] == FOAF.Person and isinstance(each.object, Literal)
    }
    assert people == {"Person, A."}


def test_line_breaks_within_descriptions_part_the_words(mapper: Mapper) -> None:
    description = '<descriptions><description descriptionType="Abstract">One.<br/>Two.</description></descriptions>'
    assert values(mapped(mapper, DATACITE.format("4", description)), DCT.description) == {"One.\nTwo."}


def test_what_is_described_beside_the_abstract_is_further_information(mapper: Mapper) -> None:
    given = {"Abstract": "One.", "Other": "Two.", "TableOfContents": "Three.", "Methods": "Four."}
    described = "".join(f'<description descriptionType="{kind}">{text}</description>' for kind, text in given.items())
    outcome = mapped(mapper, DATACITE.format("4", f"<descriptions>{described}</descriptions>"))
    assert (values(outcome, DCT.description), values(outcome, RDFS.comment)) == ({"One."}, {"Two.", "Three."})


@pytest.mark.parametrize(
    ("kind", "given", "address"),
    [
        ("IGSN", "IEBMM0001", "https://hdl.handle.net/10273/IEBMM0001"),
        ("IGSN", "10273/IEBMM0001", "https://hdl.handle.net/10273/IEBMM0001"),
        ("IGSN", "10.58052/IEBMM0001", "https://doi.org/10.58052/iebmm0001"),
        ("PMID", "19478877", "https://pubmed.ncbi.nlm.nih.gov/19478877"),
        ("ARK", "ark:/13030/tqb3kh97gh8w", "https://n2t.net/ark:/13030/tqb3kh97gh8w"),
        ("bibcode", "2018AGUFM.A24K..07S", "https://ui.adsabs.harvard.edu/abs/2018AGUFM.A24K..07S"),
    ],
)
@pytest.mark.parametrize("syntax", ["xml", "json"])
def test_related_identifiers_of_the_field_are_addresses(syntax: str, kind: str, given: str, address: str, mapper: Mapper) -> None:
    related = {"relatedIdentifier": given, "relatedIdentifierType": kind, "relationType": "References"}
    if syntax == "xml":
        types = f'relatedIdentifierType="{kind}" relationType="References"'
        inside = f"<relatedIdentifiers><relatedIdentifier {types}>{given}</relatedIdentifier></relatedIdentifiers>"
        outcome = mapped(mapper, DATACITE.format("4", inside))
    else:
        body = {"doi": "10.17882/42182", "titles": [{"title": "T"}], "relatedIdentifiers": [related], "creators": []}
        body |= {"schemaVersion": "http://datacite.org/schema/kernel-4", "types": {"resourceTypeGeneral": "Dataset"}}
        outcome = mapper.map(Native("s", "x", "application/json", json.dumps(body).encode(), "x.json"))
    assert values(outcome, DCT.references) == {address}


def test_polygons_in_a_list_of_their_own_are_read(mapper: Mapper) -> None:
    corners = ((0, 40), (0, 41), (2, 41), (0, 40))
    points = "".join(
        f"<polygonPoint><pointLongitude>{lon}</pointLongitude><pointLatitude>{lat}</pointLatitude></polygonPoint>" for lon, lat in corners
    )
    polygon = f"<geoLocationPolygons><geoLocationPolygon>{points}</geoLocationPolygon></geoLocationPolygons>"
    place = f"<geoLocations><geoLocation>{polygon}<geoLocationPlace>A bay</geoLocationPlace></geoLocation></geoLocations>"
    outcome = mapped(mapper, DATACITE.format("4", place))
    assert values(outcome, DT.east) == {"2"} and "A bay" in values(outcome, RDFS.label)


@pytest.mark.parametrize(
    ("element", "property"),
    [("purpose", DT.purpose), ("additionalInfo", RDFS.comment), ("introduction", RDFS.comment), ("acknowledgements", SCHEMA.creditText)],
)
def test_texts_beside_the_abstract_of_eml_are_read(element: str, property: NamedNode, mapper: Mapper) -> None:
    outcome = mapped(mapper, EML.format(EML_22, f"<{element}><para>One.</para><para>Two.</para></{element}>"))
    assert {text.split() == ["One.", "Two."] for text in values(outcome, property)} == {True}
