"""An index is built once, updated beside the old one, and counts right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest

from kg.dataset import DatasetView
from kg.dataset_reader import DatasetReader
from kg.errors import ReleaseError
from kg.model import Iri
from kg.namespaces import BASE
from kg.search.concepts import concepts_of_store
from kg.search.document import Entry, entries
from kg.search.index import build, open_index, outdated, update
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.store import GraphChange, WorkingStore

RAW, TOWER = BASE + "dataset/files/raw", BASE + "dataset/theia-ozcar/tower"


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def replaced(store: WorkingStore, graph: str, old: bytes, new: bytes) -> None:
    triples = store.graph(Iri(graph)).replace(old, new)
    store.apply([GraphChange(Iri(graph), b"".join(sorted(triples.splitlines(keepends=True))))])


def indexed(store: WorkingStore, views: Iterable[DatasetView | None]) -> list[Entry]:
    """The entries of data sets that are there."""
    return list(entries((view for view in views if view is not None), concepts_of_store(store)))


def built(store: WorkingStore, folder: Path) -> Path:
    build(folder, indexed(store, DatasetReader(store).views()), store)
    return folder


def test_an_update_changes_adds_and_removes_and_leaves_the_old_index_alone(store: WorkingStore, tmp_path: Path) -> None:
    old = built(store, tmp_path / "1" / "index")
    before = files(old)
    replaced(store, BASE + "record/theia-ozcar/tower", b"Donga", b"Ouvrage")
    view = DatasetReader(store).read(TOWER)

    count = update(old, tmp_path / "2" / "index", indexed(store, [view]), [RAW, BASE + "dataset/never/was"], store)

    new = open_index(tmp_path / "2" / "index")
    assert (count, new.num_docs) == (5, 5)
    assert [hit.iri for hit in search(new, SearchRequest(q="Ouvrage")).hits] == [TOWER]
    assert search(new, SearchRequest(q="Donga bassin")).any_word
    assert not search(new, SearchRequest(q="raw sensor dump")).total
    assert files(old) == before
    assert search(open_index(old), SearchRequest(q="bassin de la Donga")).hits[0].iri == TOWER
    assert open_index(old).num_docs == 6


def test_counts_stay_exact_over_many_updates(store: WorkingStore, tmp_path: Path) -> None:
    folder = built(store, tmp_path / "0")
    for number in range(1, 6):
        views = [view for view in DatasetReader(store).views() if view.iri != RAW]
        update(folder, tmp_path / str(number), indexed(store, views[:number]), [RAW], store)
        folder = tmp_path / str(number)
    fresh = build(tmp_path / "fresh", indexed(store, (view for view in DatasetReader(store).views() if view.iri != RAW)), store)
    one, other = search(open_index(folder), SearchRequest()), search(open_index(tmp_path / "fresh"), SearchRequest())
    assert one.total == other.total == fresh == 5
    assert {name: {(v.key, v.count) for v in values} for name, values in one.facets.items()} == {
        name: {(v.key, v.count) for v in values} for name, values in other.facets.items()
    }


def test_a_data_set_that_comes_back_is_counted_once(store: WorkingStore, tmp_path: Path) -> None:
    view = indexed(store, [DatasetReader(store).read(RAW)])
    first = built(store, tmp_path / "1")
    update(first, tmp_path / "2", [], [RAW], store)
    assert update(tmp_path / "2", tmp_path / "3", view, [], store) == 6
    assert update(tmp_path / "3", tmp_path / "4", view, [], store) == 6


def test_a_new_label_tells_which_data_sets_to_write_again(store: WorkingStore, tmp_path: Path) -> None:
    index = open_index(built(store, tmp_path / "1"))
    assert not list(outdated(index, store))
    replaced(store, BASE + "scheme/variable", b'"Temperature"@en', b'"Warmth"@en')
    assert list(outdated(index, store)) == [TOWER]
    views = map(DatasetReader(store).read, outdated(index, store))
    update(tmp_path / "1", tmp_path / "2", indexed(store, views), [], store)
    assert search(open_index(tmp_path / "2"), SearchRequest(q="warmth", expand=False)).total == 1


def test_an_index_is_never_overwritten(store: WorkingStore, tmp_path: Path) -> None:
    built(store, tmp_path / "1")
    with pytest.raises(ReleaseError, match="already"):
        built(store, tmp_path / "1")


def test_an_index_of_another_layout_is_refused(store: WorkingStore, tmp_path: Path) -> None:
    folder = built(store, tmp_path / "1")
    tables = orjson.loads((folder / "index.json").read_bytes())
    (folder / "index.json").write_bytes(orjson.dumps(tables | {"layout": 0}))
    with pytest.raises(ReleaseError, match="layout 0"):
        open_index(folder)


def test_no_index_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no search index"):
        open_index(tmp_path)


def test_an_empty_catalogue_can_be_searched(tmp_path: Path) -> None:
    store = WorkingStore(tmp_path / "store")
    assert build(tmp_path / "index", [], store) == 0
    result = search(open_index(tmp_path / "index"), SearchRequest(q="temperature", bbox="0,0,1,1"))
    assert (result.total, result.hits) == (0, ())
