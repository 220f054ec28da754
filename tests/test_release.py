"""Releases: immutable, numbered, switched in one step, compared, rolled back, dumped whole."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.errors import ReleaseError
from kg.model import Iri
from kg.namespaces import BASE, VOID, dataset_iri, link_graph_iri, record_iri
from kg.record_graphs import RecordGraphs
from kg.release import Release, Releases, StagedRelease, dumps
from kg.state import GraphTexts
from kg.store import GraphChange, ReadStore, WorkingStore

ROOT = Path(__file__).parent.parent
ARGO, SEANOE = Iri(record_iri("argo", "1")), Iri(record_iri("seanoe", "42182"))
DOI = Iri(dataset_iri("seanoe", "42182", "10.17882/42182"))


def record(iri: Iri, title: str = "Argo float data", dataset: str = DOI) -> GraphChange:
    lines = [
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#CatalogRecord> .\n",
        f"<{iri}> <http://xmlns.com/foaf/0.1/primaryTopic> <{dataset}> .\n",
        f"<{dataset}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n",
        f'<{dataset}> <http://purl.org/dc/terms/title> "{title}"@en .\n',
    ]
    return GraphChange(iri, "".join(sorted(lines)).encode())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorkingStore]:
    opened = WorkingStore(tmp_path / "store")
    opened.apply([record(ARGO), record(SEANOE)])
    yield opened
    opened.close()


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "releases")


def stage(releases: Releases, store: WorkingStore, *, resume: bool = False) -> StagedRelease:
    texts = GraphTexts(store.path.parent / "graphs.sqlite")
    RecordGraphs(store, texts).restore()
    return releases.stage(store, texts, resume=resume)


def publish(releases: Releases, store: WorkingStore, *, resume: bool = False, workers: int = 1) -> Release:
    staged = stage(releases, store, resume=resume)
    staged.list_records()
    staged.dump(workers)
    staged.write_manifest(change=7, validation={"violation": 1}, index_version=3)
    return staged.activate()


def test_a_release_is_served_once_it_is_activated_and_not_before(releases: Releases, store: WorkingStore) -> None:
    assert releases.current() is None
    assert releases.list() == []
    staged = stage(releases, store)
    staged.list_records()
    staged.dump()
    staged.write_manifest()
    assert releases.list() == []
    release = staged.activate()
    current = releases.current()
    assert current is not None
    assert (current.number, current.path) == (1, release.path)
    assert current.reader().graph(ARGO) == store.graph(ARGO)


def test_an_incomplete_release_is_never_served(releases: Releases, store: WorkingStore) -> None:
    staged = stage(releases, store)
    staged.list_records()
    with pytest.raises(ReleaseError, match=r"void\.ttl"):
        staged.activate()
    staged.discard()
    assert publish(releases, store).number == 1


def test_a_release_does_not_change_with_the_working_store(releases: Releases, store: WorkingStore) -> None:
    first = publish(releases, store)
    store.apply([record(ARGO, "Argo float data, new"), GraphChange(SEANOE, b"")])
    second = publish(releases, store)
    assert first.reader().graph(SEANOE)
    assert not second.reader().graph(SEANOE)
    assert b"new" in second.reader().graph(ARGO)
    assert b"new" not in first.reader().graph(ARGO)


def test_the_manifest_says_what_is_in_the_release(releases: Releases, store: WorkingStore) -> None:
    store.apply([GraphChange(Iri(link_graph_iri(ARGO)), b"<urn:x:a> <urn:x:b> <urn:x:c> .\n")])
    publish(releases, store)
    manifest = publish(releases, store).manifest
    assert (manifest.number, manifest.previous, manifest.change, manifest.index) == (2, 1, 7, 3)
    assert manifest.counts.graphs == {"link": 1, "record": 2}
    assert (manifest.counts.records, manifest.counts.datasets) == (2, 1)
    assert (manifest.counts.triples, manifest.counts.quads) == (7, 7 + 9)
    assert manifest.validation == {"violation": 1}


@pytest.mark.parametrize("workers", [1, 2])
def test_the_dump_loaded_into_an_empty_store_is_the_release(
    releases: Releases, store: WorkingStore, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "_MANY", 1)
    store.apply([GraphChange(Iri(BASE + "discovery"), b'<urn:x:a> <urn:x:b> "a dot .\\n<urn:x:c> .\\n" .\n')])
    release = publish(releases, store, workers=workers)
    loaded = Store()
    loaded.load(gzip.decompress((release.dumps_path / "graph.nq.gz").read_bytes()), RdfFormat.N_QUADS)
    reader = release.reader()
    assert set(loaded) == set(reader.quads())
    turtle = gzip.decompress((release.dumps_path / "merged.ttl.gz").read_bytes())
    assert {quad.triple for quad in parse(turtle, RdfFormat.TURTLE)} == set(reader.triples())
    loaded.load(turtle, RdfFormat.TURTLE)
    assert len(loaded) == reader.count() == release.manifest.counts.quads


def test_the_description_is_generated_from_what_is_in_the_release(releases: Releases, store: WorkingStore) -> None:
    release = publish(releases, store)
    described = Store()
    described.load((release.path / "void.ttl").read_bytes(), RdfFormat.TURTLE)
    (triples,) = described.quads_for_pattern(NamedNode(BASE), VOID.triples, None)
    assert triples.object.value == "6"  # type: ignore[union-attr]
    sizes = {
        row["class"].value: int(row["n"].value)
        for row in described.query(
            "PREFIX void: <http://rdfs.org/ns/void#> SELECT ?class ?n { ?g void:classPartition [ void:class ?class ; void:entities ?n ] }"
        )  # type: ignore[union-attr]
    }
    assert sizes == {"http://www.w3.org/ns/dcat#CatalogRecord": 2, "http://www.w3.org/ns/dcat#Dataset": 1}
    vocabularies = {quad.object.value for quad in described.quads_for_pattern(None, VOID.vocabulary, None)}  # type: ignore[union-attr]
    assert vocabularies == {
        "http://purl.org/dc/terms/",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.w3.org/ns/dcat#",
        "http://xmlns.com/foaf/0.1/",
    }
    dumps = {quad.object.value.rpartition("/")[2] for quad in described.quads_for_pattern(None, VOID.dataDump, None)}  # type: ignore[union-attr]
    assert dumps == {path.name for path in release.dumps_path.iterdir()}


def test_the_difference_names_records_and_data_sets(releases: Releases, store: WorkingStore) -> None:
    other, gone = Iri(record_iri("ozcar", "a")), Iri(record_iri("ozcar", "b"))
    store.apply([record(gone, dataset="urn:x:gone")])
    first = publish(releases, store)
    store.apply([record(SEANOE, "Argo"), record(other, dataset="urn:x:new"), GraphChange(gone, b"")])
    second = publish(releases, store)
    found = releases.difference(first, second)
    assert (found.records_added, found.records_changed, found.records_removed) == ((other,), (SEANOE,), (gone,))
    assert (found.datasets_added, found.datasets_changed, found.datasets_removed) == (("urn:x:new",), (DOI,), ("urn:x:gone",))
    kept = json.loads((second.path / "diff.json").read_text())
    assert (kept["previous"], kept["records_added"], kept["counts"]["records_changed"]) == (1, [other], 1)
    lines = releases.record_difference(first, second, SEANOE)
    assert lines.added.endswith(b'"Argo"@en .\n')
    assert lines.removed.endswith(b'"Argo float data"@en .\n')


def test_nothing_differs_when_nothing_changed_and_a_new_link_is_a_change(releases: Releases, store: WorkingStore) -> None:
    first, second = publish(releases, store), publish(releases, store)
    assert releases.difference(first, second).empty
    assert (first.path / "records.tsv.gz").read_bytes() == (second.path / "records.tsv.gz").read_bytes()
    store.apply([GraphChange(Iri(link_graph_iri(ARGO)), b"<urn:x:a> <urn:x:b> <urn:x:c> .\n")])
    assert releases.difference(second, publish(releases, store)).records_changed == (ARGO,)


def test_a_roll_back_serves_the_earlier_release_and_holds_publishing(releases: Releases, store: WorkingStore) -> None:
    publish(releases, store)
    publish(releases, store)
    releases.rollback(1)
    assert releases.current().number == 1  # type: ignore[union-attr]
    assert releases.held().number == 1  # type: ignore[union-attr]
    with pytest.raises(ReleaseError, match="held"):
        stage(releases, store)
    releases.recover()
    assert releases.current().number == 1  # type: ignore[union-attr]
    assert publish(releases, store, resume=True).number == 3
    assert releases.held() is None
    assert publish(releases, store).number == 4


def test_pruning_keeps_the_newest_the_tagged_and_the_one_that_is_served(releases: Releases, store: WorkingStore) -> None:
    for _ in range(5):
        publish(releases, store)
    releases.tag(2, "paper-2026")
    releases.rollback(3)
    assert releases.prune(1) == (1, 4)
    assert [release.number for release in releases.list()] == [2, 3, 5]
    assert releases.tags() == {"paper-2026": 2}
    assert releases.prune(0) == ()
    assert publish(releases, store, resume=True).number == 6


@pytest.mark.parametrize("tag", ["", "../x", "a b", "x" * 65, "-x"])
def test_a_tag_is_a_plain_word(releases: Releases, store: WorkingStore, tag: str) -> None:
    publish(releases, store)
    with pytest.raises(ReleaseError, match="cannot be a tag"):
        releases.tag(1, tag)


READER = """
import sys
from pathlib import Path
from kg.store import ReadStore
store = ReadStore(Path(sys.argv[1]))
print(store.count(), flush=True)
sys.stdin.read()
"""


def test_a_release_that_someone_reads_is_not_pruned_until_they_let_go(releases: Releases, store: WorkingStore) -> None:
    store.bulk_add(record(Iri(record_iri("many", str(n))), f"Title {n}", f"urn:x:d{n}") for n in range(500))
    store.flush()
    store.apply(record(Iri(record_iri("few", str(n))), f"Title {n}", f"urn:x:e{n}") for n in range(50))
    reader = publish(releases, store).reader()
    publish(releases, store)
    assert releases.prune(1) == ()
    assert sum(1 for _ in reader.graphs()) == 552
    assert all(reader.graph(Iri(record_iri("many", str(n)))) for n in range(500))
    reader.close()
    assert releases.prune(1) == (1,)


def test_a_reader_in_another_process_keeps_its_release_until_it_ends(releases: Releases, store: WorkingStore) -> None:
    first = publish(releases, store)
    publish(releases, store)
    arguments = [sys.executable, "-c", READER, str(first.path / "store")]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        assert releases.prune(1) == ()
        reader.kill()
    assert releases.prune(1) == (1,)


def test_missing_and_damaged_releases_are_said_to_be_so(releases: Releases, store: WorkingStore) -> None:
    with pytest.raises(ReleaseError, match="no release 9"):
        releases.get(9)
    with pytest.raises(ReleaseError, match="no release 9"):
        releases.rollback(9)
    release = publish(releases, store)
    with pytest.raises(ReleaseError, match="no release 9"):
        releases.tag(9, "x")
    (release.path / "release.json").write_text("{")
    with pytest.raises(ReleaseError, match=r"release\.json"):
        releases.current()


def test_leftovers_of_a_killed_run_are_removed_and_a_finished_release_is_served(releases: Releases, store: WorkingStore) -> None:
    first, second = publish(releases, store), publish(releases, store)
    stage(releases, store)
    (releases.folder / ".pruned-0" / "store").mkdir(parents=True)
    (releases.folder / "current").unlink()
    (releases.folder / "current").symlink_to(first.path.name)  # killed after the new release got its name, before it was linked
    releases.recover()
    assert sorted(path.name for path in releases.folder.iterdir()) == sorted([first.path.name, second.path.name, "current"])
    assert releases.current_path() == second.path


PUBLISHER = """
import sys
from pathlib import Path
from kg.record_graphs import RecordGraphs
from kg.release import Releases
from kg.state import GraphTexts
from kg.store import GraphChange, WorkingStore
store, releases = WorkingStore(Path(sys.argv[1], "store")), Releases(Path(sys.argv[1], "releases"))
print("open", flush=True)
while True:
    number = (releases.newest().number if releases.newest() else 0) + 1
    store.apply([GraphChange("https://w3id.org/dataterra/record/x/1", b'<urn:x:s> <urn:x:p> "%d" .\\n' % number)])
    texts = GraphTexts(Path(sys.argv[1], "graphs.sqlite"))
    RecordGraphs(store, texts).restore()
    staged = releases.stage(store, texts)
    staged.list_records(); staged.dump(); staged.write_manifest(); staged.activate()
    releases.prune(2)
"""


def test_a_kill_at_any_moment_of_publishing_leaves_a_whole_release_served(tmp_path: Path) -> None:
    chance, releases, served = random.Random(5), Releases(tmp_path / "releases"), 0
    for _ in range(6):
        publisher = subprocess.Popen([sys.executable, "-c", PUBLISHER, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
        assert publisher.stdout is not None
        publisher.stdout.readline()
        time.sleep(chance.uniform(0.02, 0.5))
        publisher.send_signal(signal.SIGKILL)
        publisher.communicate()
        current = releases.current()
        if current is None:
            continue
        assert current.number >= served
        served = current.number
        assert f'"{served}"'.encode() in current.reader().graph(Iri(record_iri("x", "1")))
        assert current.manifest.counts.records == 1
        releases.recover()
        assert not [path for path in releases.folder.iterdir() if path.name.startswith(".")]
    assert served > 1


def test_several_processes_read_a_release_at_once(releases: Releases, store: WorkingStore) -> None:
    release = publish(releases, store)
    path = str(release.path / "store")
    readers = [
        subprocess.Popen([sys.executable, "-c", READER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ})
        for _ in range(2)
    ]
    counts = [int(reader.stdout.readline()) for reader in readers if reader.stdout]
    assert counts == [ReadStore(release.path / "store").count()] * 2
    for reader in readers:
        reader.communicate()
