"""Instruments and platforms of several sources: merged where an identifier says so, each source kept visible, doubt kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from kg.dataset import DatasetView
from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.namespaces import BASE, PREFIXES
from kg.store import GraphChange, WorkingStore
from kg.thing_names import datasets_with

HEAD = f"@base <{BASE}> . " + " ".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items())
PID, SERIAL = BASE + "equipment/pid/a", BASE + "equipment/serial/s"


def record(source: str, name: str, said: str) -> GraphChange:
    """A record of a source in the store."""
    triples = parse(f"{HEAD} {said}".encode(), RdfFormat.TURTLE)
    body = serialize((quad.triple for quad in triples), format=RdfFormat.N_TRIPLES) or b""
    return GraphChange(Iri(f"{BASE}record/{source}/{name}"), b"".join(sorted(set(body.splitlines(keepends=True)))))


def described(source: str, name: str, said: str) -> GraphChange:
    about = said.split()[0]
    head = f"<record/{source}/{name}> a dcat:CatalogRecord ; dct:isPartOf <source/{source}> ; foaf:primaryTopic {about} . "
    return record(source, name, head + said)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorkingStore]:
    opened = WorkingStore(tmp_path / "store")
    opened.apply(
        [
            record("aeris", "x", "<source/aeris> dt:trust 80 ."),
            described(
                "aeris",
                "lidar",
                '<equipment/pid/a> a sosa:Sensor ; dct:title "Lidar"@en ; schema:serialNumber "7" . '
                "<equipment/serial/s> owl:sameAs <equipment/pid/a> .",
            ),
            described("wmo", "instr1", '<equipment/serial/s> a sosa:Sensor ; dct:title "Ceilometer"@en ; schema:manufacturer "Lufft" .'),
            described(
                "theia",
                "set",
                "<dataset/theia/set> a dcat:Dataset ; dt:equipment <equipment/serial/s> . "
                '<equipment/serial/s> a sosa:Sensor ; rdfs:label "CHM" .',
            ),
        ]
    )
    yield opened
    opened.close()


def thing(store: WorkingStore, iri: str) -> DatasetView:
    view = DatasetReader(store).read_thing(iri)
    assert view is not None
    return view


def test_two_sources_that_share_an_identifier_describe_one_instrument(store: WorkingStore) -> None:
    assert [iri for iri in DatasetReader(store).datasets() if "equipment" in iri] == [PID]
    view = thing(store, SERIAL)
    assert (view.iri, view.aliases, view.kind) == (PID, (SERIAL,), "instrument")
    assert {one.value for one in view.makers} == {"Lufft"}
    assert {one.value for one in view.serial_numbers} == {"7"}


def test_each_source_stays_visible_and_those_that_describe_it_come_first(store: WorkingStore) -> None:
    view = thing(store, PID)
    assert [each.source.id for each in view.records] == ["aeris", "wmo", "theia"]
    said = {one.value.text: [iri.rpartition("record/")[2] for iri in one.records] for one in view.titles}
    assert said == {"Lidar": ["aeris/lidar"], "Ceilometer": ["wmo/instr1"], "CHM": ["theia/set"]}
    assert view.same_as == ()


def test_the_index_does_not_depend_on_records_that_only_name_it(store: WorkingStore) -> None:
    view = DatasetReader(store).read(PID)
    assert view is not None
    assert {each.source.id for each in view.records} == {"aeris", "wmo"}


def test_a_thing_that_only_data_sets_name_can_be_read_too(store: WorkingStore) -> None:
    store.apply(
        [
            described(
                "odatis",
                "b",
                "<dataset/odatis/b> a dcat:Dataset ; dt:facility <facility/wmo/6904191> . "
                '<facility/wmo/6904191> a sosa:Platform ; rdfs:label "Float" .',
            )
        ]
    )
    view = thing(store, BASE + "facility/wmo/6904191")
    assert (view.kind, view.title("en").text) == ("platform", "Float")
    assert DatasetReader(store).read(BASE + "facility/wmo/6904191") is None


def test_a_serial_number_that_two_instruments_claim_merges_nothing(store: WorkingStore) -> None:
    store.apply(
        [
            described(
                "other", "z", '<equipment/pid/b> a sosa:Sensor ; dct:title "Other"@en . <equipment/serial/s> owl:sameAs <equipment/pid/b> .'
            )
        ]
    )
    assert sorted(iri for iri in DatasetReader(store).datasets() if "equipment" in iri) == [PID, BASE + "equipment/pid/b", SERIAL]
    assert {each.source.id for each in thing(store, PID).records} == {"aeris"}
    assert {each.source.id for each in thing(store, SERIAL).records} == {"wmo", "theia"}


def test_names_lead_on_to_the_surest_one(store: WorkingStore) -> None:
    store.apply([record("more", "n", "<equipment/model-serial/m> owl:sameAs <equipment/serial/s> .")])
    assert thing(store, BASE + "equipment/model-serial/m").iri == PID


def test_a_circle_of_names_ends(store: WorkingStore) -> None:
    store.apply([record("bad", "circle", "<equipment/pid/a> owl:sameAs <equipment/serial/s> .")])
    assert thing(store, PID).iri == PID


def test_what_an_observation_calls_its_sensor_is_the_platform_that_a_record_describes(store: WorkingStore) -> None:
    observation = "<dataset/odatis/optode> a dcat:Dataset ; dt:equipment <equipment/uuid/u> . <equipment/uuid/u> a sosa:Sensor ."
    node = described("odatis", "node", '<facility/uuid/u> a sosa:Platform ; dct:title "Seamon east"@en .')
    store.apply([node, described("odatis", "optode", observation)])
    view = thing(store, BASE + "equipment/uuid/u")
    assert (view.iri, view.aliases) == (BASE + "facility/uuid/u", (BASE + "equipment/uuid/u",))
    assert (view.kind, datasets_with(store, view.iri)) == ("platform", (BASE + "dataset/odatis/optode",))


def test_two_records_that_describe_an_instrument_and_a_platform_with_one_identifier_are_two_things(store: WorkingStore) -> None:
    platform = described("odatis", "node", '<facility/uuid/u> a sosa:Platform ; dct:title "Node"@en .')
    store.apply([platform, described("aeris", "u", '<equipment/uuid/u> a sosa:Sensor ; dct:title "Sensor"@en .')])
    assert thing(store, BASE + "equipment/uuid/u").kind == "instrument"
