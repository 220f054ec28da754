"""Several records in one RDF file are taken apart, each with what belongs to it and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.harvest.containers import Containers, Item

HEAD = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix schema: <http://schema.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix e: <https://example.org/> .
@prefix epos: <https://www.epos-eu.org/epos-dcat-ap#> .
"""
TWO = """e:a a dcat:Dataset ; dct:identifier 'A' ; dct:title 'first' ; {a} .
e:b a dcat:Dataset ; dct:identifier 'B' ; dct:title 'second' ; {b} . {more}"""


def opened(turtle: str) -> list[Item]:
    return list(Containers.from_resources().open((HEAD + turtle).encode(), "text/turtle"))


def two(a: str = "dct:type e:t", b: str = "dct:type e:t", more: str = "") -> list[str]:
    return [item.body.decode() for item in opened(TWO.format(a=a, b=b, more=more))]


def test_each_data_set_is_a_record_in_the_order_of_the_file() -> None:
    items = opened(TWO.format(a="dct:type e:t", b="dct:type e:t", more=""))
    assert [item.identifier for item in items] == ["https://example.org/a", "https://example.org/b"]
    assert all(item.media_type == "application/n-triples" for item in items)
    assert '"second"' not in items[0].body.decode()


def test_taking_apart_twice_gives_the_same_bytes() -> None:
    blank = "dct:publisher [ a foaf:Agent ; foaf:name 'x' ] ; dct:spatial [ dcat:bbox 'POINT(1 2)' ]"
    assert two(blank, blank) == two(blank, blank)


def test_a_record_does_not_change_when_another_one_does() -> None:
    blank = "dct:publisher [ a foaf:Agent ; foaf:name 'x' ]"
    assert two("dct:type e:t", blank)[1] == two("dct:publisher [ foaf:name 'y' ] , [ foaf:name 'z' ]", blank)[1]


def test_a_file_with_one_data_set_and_its_service_stays_whole() -> None:
    text = "e:a a dcat:Dataset ; dcat:distribution [ dcat:accessService e:s ] . e:s a dcat:DataService ; dcat:servesDataset e:a ."
    (item,) = opened(text)
    assert item.body == (HEAD + text).encode()


@pytest.mark.parametrize("kind", ["dcat:DataService", "epos:WebService"])
def test_a_service_that_nobody_leads_to_is_a_record(kind: str) -> None:
    assert len(opened(f"e:a a dcat:Dataset . e:s a {kind} ; dcat:servesDataset e:a .")) == 2


def test_a_shared_service_goes_with_each_data_set() -> None:
    parts = two(
        "dcat:distribution [ dcat:accessService e:s ]",
        "dcat:distribution [ dcat:accessService e:s ]",
        "e:s a dcat:DataService ; dct:title 'S' .",
    )
    assert len(parts) == 2 and all('"S"' in part for part in parts)


def test_the_catalogue_record_goes_with_its_data_set() -> None:
    first, second = two(
        more="e:r a dcat:CatalogRecord ; foaf:primaryTopic e:a ; dct:modified '2024' . "
        "e:c a dcat:Catalog ; dcat:record e:r ; dcat:dataset e:a, e:b ."
    )
    assert '"2024"' in first and '"2024"' not in second
    assert "example.org/c>" not in first


def test_who_has_a_contact_point_goes_with_it() -> None:
    first, second = two(
        "dcat:contactPoint e:k",
        more="e:p a schema:Person ; schema:familyName 'Exemple' ; schema:contactPoint e:k . e:k a schema:ContactPoint .",
    )
    assert "Exemple" in first and "Exemple" not in second


def test_of_another_record_the_identifier_is_kept_and_nothing_is_followed() -> None:
    first, _ = two("dct:isPartOf e:b", "dct:description 'long'")
    assert '"B"' in first and '"long"' not in first and first.count("22-rdf-syntax-ns#type") == 1


def test_a_scheme_gives_its_name_and_not_its_concepts() -> None:
    first, _ = two(
        "dcat:theme e:t",
        more="e:t skos:inScheme e:s . e:s a skos:ConceptScheme ; dct:title 'Scheme' ; "
        "skos:hasTopConcept e:u . e:u skos:prefLabel 'Other' .",
    )
    assert '"Scheme"' in first and '"Other"' not in first


def test_data_sets_that_have_no_iri_are_records_as_well() -> None:
    assert [item.identifier for item in opened("[] a dcat:Dataset ; dct:title 'x' . [] a dcat:Dataset ; dct:title 'y' .")] == ["", ""]


def test_many_data_sets_are_taken_apart_in_time_that_grows_with_their_number() -> None:
    text = "".join(f"e:d{n} a dcat:Dataset ; dct:publisher [ foaf:name 'p' ] . e:c dcat:dataset e:d{n} ." for n in range(3_000))
    assert len(opened(text + " e:c a dcat:Catalog .")) == 3_000


def test_what_is_no_rdf_is_handed_on_as_it_is(examples: Path) -> None:
    body = (examples / "faults-json" / "syntax-error.ttl").read_bytes()
    assert [item.body for item in Containers.from_resources().open(body, "text/turtle")] == [body]


def test_services_of_epos_xml_stand_apart_with_the_organisations_that_they_name() -> None:
    text = """<e:Epos xmlns:e="http://www.epos-ip.org/terms.html"><e:Organisation>Org</e:Organisation>
    <e:WebService>one</e:WebService><e:WebService>two</e:WebService></e:Epos>"""
    first, second = Containers.from_resources().open(text.encode(), "application/xml")
    assert b"one" in first.body and b"Org" in first.body and b"two" not in first.body
    assert b"two" in second.body and b"Org" in second.body and b"one" not in second.body
