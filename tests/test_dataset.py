"""The merged view says what the records say, most trusted first, and who says it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.dataset import Box, DatasetView, best_text
from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.namespaces import BASE, PREFIXES
from kg.store import GraphChange, WorkingStore

ARGO = BASE + "dataset/doi/10.17882/42182"
SEANOE, SEXTANT = BASE + "record/seanoe/42182", BASE + "record/sextant/argo-gdac"


def graph_changes(trig: bytes) -> list[GraphChange]:
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(trig, RdfFormat.TRIG):
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    lines = {name: serialize(triples, format=RdfFormat.N_TRIPLES).splitlines(keepends=True) for name, triples in graphs.items()}
    return [GraphChange(Iri(name), b"".join(sorted(found))) for name, found in lines.items()]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[WorkingStore]:
    opened = WorkingStore(tmp_path_factory.mktemp("catalogue") / "store")
    opened.apply(graph_changes((root / "tests" / "search" / "catalogue.trig").read_bytes()))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def argo(store: WorkingStore) -> DatasetView:
    view = DatasetReader(store).read(ARGO)
    assert view is not None
    return view


def view_of(store: WorkingStore, name: str) -> DatasetView:
    view = DatasetReader(store).read(BASE + "dataset/" + name)
    assert view is not None
    return view


def test_two_records_of_one_doi_are_one_data_set(store: WorkingStore, argo: DatasetView) -> None:
    assert [iri for iri in DatasetReader(store).datasets() if "42182" in iri] == [ARGO]
    assert [record.iri for record in argo.records] == [SEANOE, SEXTANT]
    assert argo.doi == "https://doi.org/10.17882/42182"


def test_the_most_trusted_source_speaks_first_and_others_fill_the_gaps(argo: DatasetView) -> None:
    assert argo.title("en").text.startswith("Argo float data and metadata")
    assert argo.title("fr").text.startswith("Flotteurs Argo")
    assert argo.title("de") == argo.title("en")
    assert best_text((), "en") is None


def test_each_statement_knows_the_records_that_state_it(argo: DatasetView) -> None:
    said = {statement.value.text: statement.records for statement in argo.keywords}
    assert said == {"floats": (SEANOE, SEXTANT), "flotteurs": (SEXTANT,)}
    assert [(place.value.box, place.records) for place in argo.places] == [(Box(-180, -90, 180, 90), (SEANOE, SEXTANT))]


def test_a_series_in_one_record_is_a_series(argo: DatasetView) -> None:
    assert argo.kind == "series"


def test_a_record_tells_source_file_crosswalk_and_time(argo: DatasetView) -> None:
    record = argo.records[0]
    assert (record.source.id, record.source.pole, record.source.trust) == ("seanoe", BASE + "pole/odatis", 90)
    assert (record.location, record.native_sha256, record.format) == ("seanoe/42182.xml", "00ff", BASE + "crosswalk/datacite-xml")
    assert (record.generated, record.identifier) == ("2026-01-05T10:00:00Z", "oai:seanoe.org:42182")


def test_a_concept_tells_the_term_and_the_mapping_that_led_to_it(store: WorkingStore) -> None:
    (link,) = view_of(store, "theia-ozcar/tower").linked("variable")
    (reason,) = link.value.reasons
    assert (reason.term.text.text, reason.term.unit, reason.via) == ("TA_EC", "degC", None)
    assert (reason.mapping.confidence, reason.mapping.author) == (0.97, "dataterra 0.1")
    assert reason.mapping.justification == PREFIXES["semapv"] + "LexicalMatching"


def test_a_term_mapped_to_another_vocabulary_leads_to_our_concept_by_an_alignment(argo: DatasetView) -> None:
    (link,) = argo.linked("variable")
    (reason,) = link.value.reasons
    assert reason.term.text.text == "PSAL"
    assert reason.via is not None
    assert reason.via.iri == BASE + "mapping/5"


def test_a_mapping_scoped_to_another_source_does_not_count(store: WorkingStore) -> None:
    term = next(said.value for said in view_of(store, "aeris/lidar").terms if said.value.kind == "instrument")
    assert [mapping.target for mapping in term.mappings] == [BASE + "instrument/lidar"]


def test_a_mapping_scoped_to_the_source_wins_over_the_general_one(tmp_path: Path, root: Path) -> None:
    trig = (root / "tests" / "search" / "catalogue.trig").read_bytes().replace(b"<source/elsewhere>", b"<source/aeris>")
    store = WorkingStore(tmp_path / "store")
    store.apply(graph_changes(trig))
    term = next(said.value for said in view_of(store, "aeris/lidar").terms if said.value.kind == "instrument")
    assert [mapping.target for mapping in term.mappings] == [BASE + "instrument/other"]


def test_parts_are_read_whole(argo: DatasetView, store: WorkingStore) -> None:
    (way,) = (said.value for said in argo.distributions)
    assert (way.download_url, way.format_text, way.byte_size) == ("ftp://ftp.ifremer.fr/ifremer/argo", "NetCDF", 1000)
    assert [service.endpoint for service in way.services] == ["https://www.example.org/erddap"]
    assert [(said.value.model, said.value.manufacturer) for said in argo.equipment] == [("SBE 41", "Sea-Bird")]
    assert [(said.value.role.rpartition("/")[2], said.value.agent.name) for said in argo.agents] == [
        ("creator", "Argo"),
        ("custodian", "Argo"),
    ]
    assert [said.value.text for said in argo.lineage] == ["Quality controlled in delayed mode"]
    assert [(said.value.property, said.value.target) for said in argo.relations] == [
        (PREFIXES["dct"] + "isPartOf", BASE + "dataset/sextant/all")
    ]
    tower = view_of(store, "theia-ozcar/tower")
    assert [said.value.terms for said in tower.observations] == [(BASE + "term/variable/ta-ec",)]
    assert [said.value.text.text for said in tower.rights] == ["Usage libre sous condition de citation"]


def test_verbatim_licence_stands_beside_the_normalised_one(argo: DatasetView) -> None:
    assert [said.value.text.text for said in argo.terms if said.value.kind == "licence"] == ["CC-BY"]
    assert [said.value for said in argo.licences] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_a_data_set_that_no_record_describes_has_no_view(store: WorkingStore) -> None:
    assert DatasetReader(store).read(BASE + "dataset/none/1") is None


def test_numbers_that_are_none_hide_nothing(tmp_path: Path, root: Path) -> None:
    trig = (root / "tests" / "search" / "catalogue.trig").read_bytes().replace(b"dt:west 140.0", b'dt:west "NaN"^^xsd:double')
    store = WorkingStore(tmp_path / "store")
    store.apply(graph_changes(trig))
    view = view_of(store, "sextant/sss-vos")
    assert view.boxes == ()
    assert view.title("en").text.startswith("Sea Surface Salinity")
