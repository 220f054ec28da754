"""A release holds what may be published, all of it, and nothing that has gone."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

import kg.publish
import kg.workshop
from kg.errors import ReleaseError
from kg.model import Iri
from kg.namespaces import BASE, DCAT, DCT, DISCOVERY, FOAF, ONTOLOGY, ORGANISATIONS, PROV, VOID, link_graph_iri, source_iri
from kg.search.document import LAYOUT
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.state import State
from kg.workshop import Workshop

WorkingFolder = Any  # of tests/conftest.py


@pytest.fixture
def aviso(tmp_path: Path, examples: Path) -> Path:
    shutil.copytree(examples / "aviso", tmp_path / "given" / "aviso")
    return tmp_path / "given" / "aviso"


def test_a_release_holds_records_links_sources_vocabularies_and_what_people_ask(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    reader = folder.current.reader()
    graphs = set(reader.graphs())
    assert {Iri(source_iri("aviso")), Iri(DISCOVERY.value), Iri(ONTOLOGY.value), Iri(ORGANISATIONS.value)} <= graphs
    assert {f"{BASE}scheme/{name}" for name in ("access", "instrument", "licence", "platform", "theme", "variable")} <= graphs
    records = {graph for graph in graphs if graph.startswith(BASE + "record/")}
    assert len(records) == folder.current.manifest.counts.records == 3
    assert {link_graph_iri(record) for record in records} & graphs
    listed = {quad.object.value for quad in reader.quads(NamedNode(source_iri("aviso")), DCAT.record)}
    assert listed == records


def test_from_a_published_record_one_finds_the_file_and_the_time(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    reader = folder.current.reader()
    found = set()
    for record in reader.graphs(BASE + "record/"):
        (derived,) = reader.triples(NamedNode(record), PROV.wasDerivedFrom)
        (file,) = reader.triples(derived.object, PROV.atLocation)
        (sha256,) = reader.triples(derived.object, DCT.identifier)
        assert len(list(reader.triples(NamedNode(record), PROV.generatedAtTime))) == 1
        found.add((file.object.value, sha256.object.value))
    assert found == {(path.name, "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()) for path in aviso.glob("*.xml")}


def test_a_source_tells_its_last_harvest_and_how_many_records_of_it_are_published(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    source = NamedNode(source_iri("aviso"))

    def told() -> tuple[str, str, str]:
        reader = folder.current.reader()
        (activity,) = (quad.object for quad in reader.quads(source, PROV.wasGeneratedBy))
        (count,) = (quad.object.value for quad in reader.quads(source, VOID.documents))
        (start,) = (quad.object.value for quad in reader.quads(activity, PROV.startedAtTime))
        (end,) = (quad.object.value for quad in reader.quads(activity, PROV.endedAtTime))
        return count, start, end

    count, start, end = told()
    assert (count, start <= end) == ("3", True)
    folder.ingest(aviso)
    assert told() == (count, start, end)  # nothing has changed
    path = sorted(aviso.glob("*.xml"))[0]
    path.write_text(path.read_text("utf-8") + "<!-- touched -->", "utf-8")
    folder.ingest(aviso)
    assert told()[1] >= start
    assert folder.current.number == 2


def test_the_dumps_load_to_the_same_store(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    store, reader = Store(), folder.current.reader()
    store.load(gzip.decompress((folder.current.dumps_path / "graph.nq.gz").read_bytes()), RdfFormat.N_QUADS)
    assert set(store) == set(reader.quads())
    store.load(gzip.decompress((folder.current.dumps_path / "merged.ttl.gz").read_bytes()), RdfFormat.TURTLE)
    assert len(store) == reader.count()


def test_index_and_discovery_hold_the_data_sets_that_are_described(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    reader = folder.current.reader()
    described = {triple.object.value for triple in reader.triples(predicate=FOAF.primaryTopic)}
    assert {quad.subject.value for quad in reader.quads(graph=DISCOVERY)} == described
    assert open_index(folder.current.index_path).num_datasets == len(described) == folder.current.manifest.counts.datasets


def test_a_release_made_step_by_step_is_what_one_made_at_once_is(
    folder: WorkingFolder, aviso: Path, examples: Path, tmp_path: Path, new_folder: Callable[[Path], WorkingFolder]
) -> None:
    sources = [examples / name for name in ("sextant", "seanoe", "seanoe-doi", "theia-ozcar", "osug-doi")]
    for path in sources:
        folder.ingest(path)
    other = new_folder(tmp_path / "at-once")
    other.ingest(*sources)
    assert folder.quads() == other.quads()
    for name in ("datasets", "records", "triples"):
        assert getattr(folder.current.manifest.counts, name) == getattr(other.current.manifest.counts, name)
    ours, theirs = (shown(each) for each in (folder, other))
    assert ours == theirs


def shown(folder: WorkingFolder) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What the index says of each data set and thing: its kind, its title and its sources."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    while page := search(open_index(folder.current.index_path), SearchRequest(kind=("any",), limit=200, offset=len(found))).hits:
        found |= {hit.iri: (f"{hit.kind} {hit.title.text}", tuple(sorted(source.label for source in hit.sources))) for hit in page}
    return found


def test_what_data_sets_name_is_found_as_long_as_one_of_them_names_it(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    """No record describes it; its name and its sources are those of the records that name it now."""
    file = tmp_path / "given" / "sextant" / "dyfamed.xml"
    shutil.copytree(examples / "sextant", file.parent, ignore=lambda _, names: [name for name in names if name.endswith(".xml")])

    def instruments(text: str) -> set[str]:
        file.write_text(text, "utf-8")
        folder.ingest(file.parent)
        return {name for name, _ in shown(folder).values() if name.startswith("instrument")}

    given = (examples / "sextant" / "dyfamed-iso19115-3.xml").read_text("utf-8")
    assert "SBE 911plus" in given
    assert instruments(given) == {"instrument SBE 911plus"}
    assert instruments(given.replace("SBE 911plus", "SBE 19plus")) == {"instrument SBE 19plus"}
    with Workshop(folder.settings) as shop:
        row = next(shop.state.records())
        shop.state.withdraw_records(row.source, [row.identifier])
        kg.workshop.remove_graphs(shop, [row])
    folder.publish()
    assert shown(folder) == {}


class KilledError(BaseException):
    """As a signal would: nothing of the software's own cleans up after it."""


@pytest.mark.parametrize("step", ["_write_source_graphs", "_write_term_alignment", "_affected", "Releases.stage", "_validation"])
def test_what_a_killed_publish_wrote_of_a_record_that_is_then_withdrawn_is_gone(
    folder: WorkingFolder, aviso: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder.ingest(aviso, publish=False)

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    monkeypatch.setattr(f"kg.publish.{step}", killed)
    with pytest.raises(KilledError):
        folder.publish()
    monkeypatch.undo()
    with Workshop(folder.settings) as shop:
        row = next(shop.state.records())
        shop.state.withdraw_records(row.source, [row.identifier])
        kg.workshop.remove_graphs(shop, [row])
    folder.publish()
    assert folder.current.manifest.counts.records == 2
    assert not any(f"<{row.dataset}>" in quad for quad in folder.quads())
    assert open_index(folder.current.index_path).num_datasets == 2
    assert folder.publish() is None


def test_an_index_of_another_layout_is_built_anew(folder: WorkingFolder, aviso: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.publish, "LAYOUT", LAYOUT - 1)
    folder.ingest(aviso)
    monkeypatch.undo()
    file = aviso / "fes2022.xml"
    file.write_text(file.read_text("utf-8").replace("FES2022", "FES2023"), "utf-8")
    folder.ingest(aviso)
    assert folder.current.manifest.index == LAYOUT
    assert open_index(folder.current.index_path).num_datasets == 3


def test_publishing_is_held_after_a_roll_back_until_it_is_resumed(folder: WorkingFolder, aviso: Path) -> None:
    folder.ingest(aviso)
    folder.releases.rollback(1)
    assert folder.publish() is None, "nothing has changed"
    file = aviso / "fes2022.xml"
    file.write_text(file.read_text("utf-8").replace("FES2022", "FES2023"), "utf-8")
    with pytest.raises(ReleaseError, match="publishing is held"):
        folder.ingest(aviso)
    release = folder.publish(resume=True)
    assert release is not None
    assert folder.releases.held() is None
    assert any("FES2023" in quad for quad in folder.quads())


def test_only_so_many_releases_are_kept_and_those_with_a_tag(folder: WorkingFolder, aviso: Path) -> None:
    folder.settings = replace(folder.settings, keep_releases=2)
    file = aviso / "fes2022.xml"
    text = file.read_text("utf-8")
    for number in range(4):
        file.write_text(text.replace("FES2022", f"FES{number}"), "utf-8")
        folder.ingest(aviso)
        if number == 0:
            folder.releases.tag(1, "first")
    assert [release.number for release in folder.releases.list()] == [1, 3, 4]
    with State(folder.settings.state, writing=False) as state:
        assert [row.number for row in state.releases()] == [1, 2, 3, 4]


def test_one_bad_vocabulary_is_said_and_nothing_is_published(folder: WorkingFolder, aviso: Path, tmp_path: Path) -> None:
    shutil.copytree(folder.settings.config, tmp_path / "config")
    (tmp_path / "config" / "ontology" / "dataterra.ttl").write_text("<a> <b>")
    done = folder.run("ingest", aviso, DATATERRA_CONFIG=tmp_path / "config")
    assert done.returncode == 1
    assert "dataterra.ttl" in done.stderr
    assert "Traceback" not in done.stderr
    assert folder.releases.current() is None
