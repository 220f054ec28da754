"""Files in which several records stand are opened, and nothing that stands in them is left out in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from kg.harvest.containers import Containers, Item

OAI = "http://www.openarchives.org/OAI/2.0/"
CSW = "http://www.opengis.net/cat/csw/2.0.2"
GMD = "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd'><gmd:x>{}</gmd:x></gmd:MD_Metadata>"


@pytest.fixture(scope="module")
def containers() -> Containers:
    return Containers.from_resources()


def xml(containers: Containers, text: str) -> list[Item]:
    return list(containers.open(text.encode(), "application/xml"))


def items(containers: Containers, value: Any, name: str = "file.json") -> list[Item]:
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return list(containers.open(body, "application/json", name))


def values(found: list[Item]) -> list[Any]:
    return [orjson.loads(item.body) for item in found]


# --- XML ---


def test_a_record_that_is_no_container_stays_as_received(containers: Containers) -> None:
    text = GMD.format("a") + "\n"
    (item,) = xml(containers, text)
    assert item == Item(text.encode(), "application/xml")


@pytest.mark.parametrize("namespace", [CSW, "http://www.opengis.net/cat/csw/3.0"])
def test_answers_of_csw_are_opened(containers: Containers, namespace: str) -> None:
    records = "".join(GMD.format(each) for each in "ab")
    found = xml(
        containers,
        f"<r:GetRecordsResponse xmlns:r='{namespace}'><r:SearchStatus/><r:SearchResults>{records}</r:SearchResults></r:GetRecordsResponse>",
    )
    assert [b"<gmd:x>a<" in found[0].body, b"<gmd:x>b<" in found[1].body, len(found)] == [True, True, 2]
    assert len(xml(containers, f"<r:GetRecordByIdResponse xmlns:r='{namespace}'>{records}</r:GetRecordByIdResponse>")) == 2


def test_a_record_out_of_a_container_can_be_parsed_by_itself(containers: Containers) -> None:
    from lxml import etree

    text = f"<r:GetRecordByIdResponse xmlns:r='{CSW}' xmlns:gmd='http://www.isotc211.org/2005/gmd'><gmd:MD_Metadata>é</gmd:MD_Metadata>tail</r:GetRecordByIdResponse>"
    (item,) = xml(containers, text)
    assert etree.fromstring(item.body).tag == "{http://www.isotc211.org/2005/gmd}MD_Metadata"
    assert b"tail" not in item.body


def oai(*records: str) -> str:
    return f"<OAI-PMH xmlns='{OAI}'><ListRecords>{''.join(records)}<resumptionToken/></ListRecords></OAI-PMH>"


def test_records_of_oai_pmh_have_the_identifier_and_the_date_of_their_header(containers: Containers) -> None:
    header = "<header><identifier> oai:a </identifier><datestamp>2024-01-01</datestamp></header>"
    (item,) = xml(containers, oai(f"<record>{header}<metadata>{GMD.format('a')}</metadata></record>"))
    assert (item.identifier, item.datestamp, item.deleted) == ("oai:a", "2024-01-01", False)
    assert item.body.startswith(b"<gmd:MD_Metadata")


def test_a_deleted_header_is_a_deletion(containers: Containers) -> None:
    header = "<header status='deleted'><identifier>oai:a</identifier><datestamp>2024-01-01</datestamp></header>"
    (item,) = xml(containers, oai(f"<record>{header}</record>"))
    assert item == Item(b"", "application/xml", "oai:a", "2024-01-01", deleted=True)


def test_dcat_under_oai_pmh_keeps_the_identifier_by_which_it_will_be_deleted(containers: Containers) -> None:
    rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
    header = "<header><identifier>oai:a</identifier><datestamp>2024-01-01</datestamp></header>"
    (item,) = xml(containers, oai(f"<record>{header}<metadata>{rdf}</metadata></record>"))
    assert (item.media_type, item.identifier, item.datestamp) == ("application/rdf+xml", "oai:a", "2024-01-01")


def test_a_record_of_oai_pmh_without_metadata_is_not_left_out(containers: Containers) -> None:
    (item,) = xml(containers, oai("<record><header><identifier>oai:a</identifier></header></record>"))
    assert item.identifier == "oai:a"
    assert b"<record" in item.body


@pytest.mark.parametrize("text", [oai(), f"<r:GetRecordsResponse xmlns:r='{CSW}'><r:SearchResults/></r:GetRecordsResponse>"])
def test_an_answer_without_records_has_none(containers: Containers, text: str) -> None:
    assert xml(containers, text) == []


def test_a_container_cut_short_is_one_file_that_cannot_be_parsed(containers: Containers) -> None:
    text = oai("<record/>")[:-10]
    assert xml(containers, text) == [Item(text.encode(), "application/xml")]


def test_entities_of_a_container_are_not_expanded(containers: Containers) -> None:
    entities = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"
    text = entities + oai(f"<record><metadata>{GMD.format('&b;')}</metadata></record>")
    assert xml(containers, text) == [Item(text.encode(), "application/xml")], "refused as a whole, by mapping"


def test_utf_16_containers_are_opened(containers: Containers) -> None:
    text = f"<?xml version='1.0' encoding='UTF-16'?>{oai('<record><metadata>' + GMD.format('é') + '</metadata></record>')}"
    (item,) = containers.open(text.encode("utf-16"), "application/xml")
    assert "é".encode() in item.body or b"&#233;" in item.body


# --- JSON ---


def test_lists_and_collections_are_opened(containers: Containers) -> None:
    two = [{"id": "a"}, {"id": "b"}]
    for value in (two, {"type": "FeatureCollection", "features": two}, {"collections": two, "links": []}, {"data": two, "meta": {}}):
        assert values(items(containers, value)) == two


def test_a_record_stays_as_received(containers: Containers) -> None:
    body = b'{ "type": "Feature", "id": "a", "properties": {"title": "A"} }'
    assert items(containers, body) == [Item(body, "application/json")]
    body = b'{"data": {"id": "10.1234/a", "attributes": {}}}'
    assert items(containers, body) == [Item(body, "application/json")]


def test_what_is_no_object_in_a_list_of_records_is_reported_and_not_left_out(containers: Containers) -> None:
    assert values(items(containers, {"type": "FeatureCollection", "features": [{"id": "a"}, None, "b"]})) == [{"id": "a"}, None, "b"]


def test_a_list_of_numbers_is_one_file(containers: Containers) -> None:
    assert len(items(containers, list(range(1000)))) == 1
    assert len(items(containers, {"data": [1, 2, 3]})) == 1


def test_empty_lists_hold_no_record(containers: Containers) -> None:
    assert items(containers, []) == items(containers, {"type": "FeatureCollection", "features": []}) == []


def test_a_broken_line_does_not_cost_the_others(containers: Containers) -> None:
    lines = [b'{"id": "a"}', b'{"id": }', b"", b'{"id": "c"}']
    found = items(containers, b"\n".join(lines))
    assert [item.body for item in found] == [lines[0], lines[1], lines[3]]
    assert len(items(containers, b'\xef\xbb\xbf{"id": "a"}\r\n{"id": "b"}\r\n')) == 2


def test_one_object_over_several_lines_is_one_record(containers: Containers) -> None:
    body = orjson.dumps({"id": "a", "links": [{"href": "x"}] * 20}, option=orjson.OPT_INDENT_2)
    assert [item.body for item in items(containers, body)] == [body]
    assert [item.body for item in items(containers, body[:-10])] == [body[:-10]], "cut short: one broken record, not twenty"


def test_collections_by_name_take_their_name_as_identifier(containers: Containers) -> None:
    found = items(containers, {"S2_MSI_L1C": {"abstract": "a", "keywords": "x"}, "S3": {"title": "b", "id": "own"}})
    assert [item.identifier for item in found] == ["S2_MSI_L1C", "S3"]
    assert [value["id"] for value in values(found)] == ["S2_MSI_L1C", "own"]
    assert len(items(containers, {"only": {"description": "one is enough"}})) == 1
    assert values(items(containers, {"only": {"description": "one is enough"}}))[0]["id"] == "only"


@pytest.mark.parametrize(
    "value",
    [
        {"id": {"title": "a"}},
        {"type": {"title": "a"}},
        {"stac_version": {"title": "a"}},
        {"data": {"title": "a"}},
        {"producer": {"title": "a"}},
        {"a": {"title": "a"}, "b": "text"},
        {"scripts": {"build": "x"}, "dependencies": {"y": "1"}},
        {"thumbnail": {"title": "a", "href": "https://example.org/a.png"}},
        {},
    ],
)
def test_other_objects_are_no_collections_by_name(containers: Containers, value: dict[str, Any]) -> None:
    assert [orjson.loads(item.body) for item in items(containers, value)] == [value]


def test_a_pivot_file_gives_each_data_set_its_producer_and_its_language(containers: Containers) -> None:
    pivot = {"version": "1.0", "producer": {"name": "CATC"}, "datasets": [{"datasetId": "a"}, {"datasetId": "b"}]}
    found = items(containers, pivot, "CATC_en.json")
    assert [item.identifier for item in found] == ["a", "b"]
    assert values(found)[1] == {"producer": {"name": "CATC"}, "dataset": {"datasetId": "b"}, "version": "1.0", "language": "en"}
    assert "language" not in values(items(containers, pivot, "catalogue.json"))[0]
    assert values(items(containers, pivot, "KARS_FR.JSON"))[0]["language"] == "fr"


@pytest.mark.parametrize("depth", [300, 900, 1020])
def test_a_record_that_is_nested_deep_does_not_cost_the_others(containers: Containers, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    found = items(containers, b'[{"id": "a"}, {"id": "b", "x": ' + deep + b'}, {"id": "c"}]')
    assert len(found) in (1, 3)
    if len(found) == 3:
        assert [orjson.loads(found[place].body)["id"] for place in (0, 2)] == ["a", "c"]


def test_the_samples_are_opened_into_as_many_records_as_they_hold(containers: Containers, examples: Path) -> None:
    counts = {
        "geodes/eodag-collections.json": 6,
        "geodes/collections-answer.json": 3,
        "dinamis/items-super-sentinel-2.json": 3,
        "theia-mtd/collections.jsonl": 4,
        "theia-ozcar/KARS_fr.json": 2,
        "cnes-doi/theia-snow.json": 1,
        "cnes-doi/list-page-1.json": 2,
        "esdd-aeris/aeris.jsonl": 5,
    }
    for name, count in counts.items():
        assert len(items(containers, (examples / name).read_bytes(), name)) == count, name
    assert len(list(containers.open((examples / "sextant/csw-getrecords.xml").read_bytes(), "application/xml"))) == 3
