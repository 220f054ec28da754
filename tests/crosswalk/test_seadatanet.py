"""SeaDataNet's profiles of ISO 19115: Common Data Index (CDI) and Cruise Summary Report (CSR), with codes in elements of their own."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.fidelity.report import Fidelity
from kg.model import Native
from kg.namespaces import DCT, DT, FOAF, PROV, RDF, RDFS

OPENS = (
    '<gmi:MI_Metadata xmlns:gmi="http://www.isotc211.org/2005/gmi" xmlns:gmd="http://www.isotc211.org/2005/gmd"'
    ' xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gmx="http://www.isotc211.org/2005/gmx"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:sdn="http://www.seadatanet.org">'
)


def text(value: str) -> str:
    return f"<gco:CharacterString>{value}</gco:CharacterString>"


def keywords(element: str, code: str, label: str, kind: str, listed: str) -> str:
    name = f"<gmd:code>{text(f'http://www.seadatanet.org/urnurl/SDN:{listed}')}</gmd:code>"
    return (
        f'<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword><sdn:{element} codeSpace="SeaDataNet" codeListValue="{code}">{label}'
        f'</sdn:{element}></gmd:keyword><gmd:type><gmd:MD_KeywordTypeCode codeListValue="{kind}"/></gmd:type><gmd:thesaurusName>'
        f"<gmd:CI_Citation><gmd:title>{text(f'A list, {listed}')}</gmd:title><gmd:identifier><gmd:MD_Identifier>{name}"
        "</gmd:MD_Identifier></gmd:identifier></gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>"
    )


def party(who: str) -> str:
    role = '<gmd:role><gmd:CI_RoleCode codeListValue="principalInvestigator"/></gmd:role>'
    return f"<gmd:CI_ResponsibleParty>{who}{role}</gmd:CI_ResponsibleParty>"


def institute(name: str, number: str) -> str:
    return f'<gmd:organisationName><sdn:SDN_EDMOCode codeListValue="{number}">{name}</sdn:SDN_EDMOCode></gmd:organisationName>'


def code(value: str) -> str:
    return f"<gmi:identifier><gmd:MD_Identifier><gmd:code>{value}</gmd:code></gmd:MD_Identifier></gmi:identifier>"


def acquired(inside: str) -> str:
    return (
        f"<gmi:acquisitionInformation><gmi:MI_AcquisitionInformation>{inside}</gmi:MI_AcquisitionInformation></gmi:acquisitionInformation>"
    )


def objective(element: str) -> str:
    scientist = f"<gmd:individualName>{text('Marie Tharp')}</gmd:individualName>{institute('Ifremer', '486')}"
    return acquired(
        f"<gmi:objective><{element}><gmi:sensingInstrument><gmi:MI_Instrument>{code(text('instrument-1-H10-486'))}<gmi:type>"
        '<sdn:SDN_DataCategoryCode codeListValue="H10">CTD stations</sdn:SDN_DataCategoryCode></gmi:type><gmi:mountedOn><gmi:MI_Platform>'
        f"{code(text('H10/486'))}<gmi:sponsor>{party(scientist)}</gmi:sponsor></gmi:MI_Platform></gmi:mountedOn></gmi:MI_Instrument>"
        f"</gmi:sensingInstrument></{element}></gmi:objective>"
    )


def native(inside: str = "", after: str = "") -> Native:
    body = (
        f"{OPENS}<gmd:fileIdentifier>{text('one')}</gmd:fileIdentifier><gmd:identificationInfo><sdn:SDN_DataIdentification><gmd:citation>"
        f"<gmd:CI_Citation><gmd:title>{text('A cruise')}</gmd:title></gmd:CI_Citation></gmd:citation>{inside}"
        f"</sdn:SDN_DataIdentification></gmd:identificationInfo>{after}</gmi:MI_Metadata>"
    )
    return Native("here", "x", "application/xml", body.encode(), "x")


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def said(mapper: Mapper, inside: str = "", after: str = "") -> list[Triple]:
    record = mapper.map(native(inside, after)).record
    assert record is not None
    return [quad.triple for quad in parse(record.triples, format=RdfFormat.N_TRIPLES)]


def values(triples: list[Triple], predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples if each.predicate == predicate}


@pytest.mark.parametrize(
    ("element", "number", "kind", "listed", "term"),
    [
        ("SDN_ParameterDiscoveryCode", "TEMP", "parameter", "P02", "variable"),
        ("SDN_DeviceCategoryCode", "130", "instrument", "L05", "instrument"),
        ("SDN_PlatformCategoryCode", "31", "platform_class", "L06", "platform"),
        ("SDN_WaterBodyCode", "4", "place", "C19", "keyword"),
    ],
)
def test_a_code_and_its_list_are_the_address_of_a_concept(
    element: str, number: str, kind: str, listed: str, term: str, mapper: Mapper
) -> None:
    triples = said(mapper, keywords(element, number, "A label", kind, listed))
    assert values(triples, DT.givenIri) == {f"http://www.seadatanet.org/urnurl/SDN:{listed}::{number}/"}
    assert values(triples, DT.termKind) == {term} and values(triples, RDF.value) == {"A label"}


def test_a_code_of_an_unknown_list_is_no_address(mapper: Mapper) -> None:
    triples = said(mapper, keywords("SDN_DeviceCategoryCode", "a b/../", "Samplers", "instrument", "L05"))
    assert not values(triples, DT.givenIri) and values(triples, RDF.value) == {"Samplers"}


def test_the_ship_of_a_cruise_is_a_thing_that_other_records_name_too(mapper: Mapper) -> None:
    ship = said(mapper, keywords("SDN_PlatformCode", "35AV", "L'Atalante", "platform", "C17"))
    anchor = '<gmx:Anchor xlink:href="http://vocab.nerc.ac.uk/collection/C17/current/35AV/">L\'Atalante</gmx:Anchor>'
    other = said(mapper, after=acquired(f"<gmi:platform><gmi:MI_Platform>{code(anchor)}</gmi:MI_Platform></gmi:platform>"))
    assert values(ship, DT.facility) == values(other, DT.facility) != set()
    assert "/facility/register/" in values(ship, DT.facility).pop()


def test_the_project_of_a_cruise_has_its_name_without_the_braces(mapper: Mapper) -> None:
    triples = said(mapper, keywords("SDN_EDMERPCode", "9582", 'WOCE - FRANCE {acronym="WOCE" country="France"}', "project", "EDMERP"))
    project = values(triples, PROV.wasGeneratedBy).pop()
    assert {each.object.value for each in triples if each.subject.value == project and each.predicate == RDFS.label} == {"WOCE - FRANCE"}


def test_an_institute_has_its_number_in_edmo(mapper: Mapper) -> None:
    triples = said(mapper, f"<gmd:pointOfContact>{party(institute('Ifremer, SISMER', '486'))}</gmd:pointOfContact>")
    assert "https://edmo.seadatanet.org/report/486" in values(triples, DCT.identifier) and "Ifremer, SISMER" in values(triples, FOAF.name)


def test_a_number_of_an_institute_is_not_that_of_the_person_who_works_there(mapper: Mapper) -> None:
    who = f"<gmd:individualName>{text('Marie Tharp')}</gmd:individualName>{institute('Ifremer', '486')}"
    triples = said(mapper, f"<gmd:pointOfContact>{party(who)}</gmd:pointOfContact>")
    numbered = {each.subject.value for each in triples if each.object.value == "https://edmo.seadatanet.org/report/486"}
    assert all("/agent/organisation/" in each for each in numbered)


def test_what_a_cruise_summary_calls_an_instrument_is_a_kind_of_measurement_and_who_made_it(mapper: Mapper) -> None:
    triples = said(mapper, after=objective("sdn:SDN_Objective"))
    assert not values(triples, DT.equipment) and not values(triples, DT.facility)
    assert values(triples, DT.givenIri) == {"http://vocab.nerc.ac.uk/collection/C77/current/H10/"}
    assert "Marie Tharp" in values(triples, FOAF.name)
    counted = Fidelity()
    counted.add(native(after=objective("sdn:SDN_Objective")), mapper.map(native(after=objective("sdn:SDN_Objective"))))
    assert counted.missing == []


def test_the_instrument_of_an_objective_of_iso_is_an_instrument_on_its_platform(mapper: Mapper) -> None:
    triples = said(mapper, after=objective("gmi:MI_Objective"))
    assert {"H10/486", "instrument-1-H10-486"} <= values(triples, RDFS.label)
    assert values(triples, DT.equipment) and values(triples, DT.facility)
