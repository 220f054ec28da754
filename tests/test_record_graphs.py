"""What a record says stands in the store and in the texts, and both say the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

from kg.describe import PublishedQuads
from kg.errors import StoreError
from kg.model import Iri
from kg.namespaces import dataset_iri, link_graph_iri, record_iri
from kg.record_graphs import RecordGraphs
from kg.state import GraphText, GraphTexts
from kg.store import WorkingStore

ARGO, SEANOE = Iri(record_iri("argo", "1")), Iri(record_iri("seanoe", "42182"))
DATASET = Iri(dataset_iri("seanoe", "42182", "10.17882/42182"))
LINK = b"<urn:x:d> <urn:x:observed> <urn:x:salinity> .\n"


def text(record: Iri, title: str = "Argo float data . of 2020", linked: bytes = LINK) -> GraphText:
    lines = (
        f"<{record}> <http://xmlns.com/foaf/0.1/primaryTopic> <{DATASET}> .\n",
        f'<{DATASET}> <http://purl.org/dc/terms/title> "{title}"@en .\n',
    )
    return GraphText(record, DATASET, "".join(sorted(lines)).encode(), linked)


@pytest.fixture
def graphs(tmp_path: Path) -> Iterator[RecordGraphs]:
    store = WorkingStore(tmp_path / "store")
    with GraphTexts(tmp_path / "graphs.sqlite") as texts:
        yield RecordGraphs(store, texts)
    store.close()


def dumped(graphs: RecordGraphs) -> Store:
    loaded = Store()
    loaded.load(gzip.decompress(b"".join(graphs.texts.members())), RdfFormat.N_QUADS)
    return loaded


def assert_same(graphs: RecordGraphs) -> None:
    assert set(dumped(graphs)) == set(graphs.store.quads())


def test_members_one_after_the_other_are_a_dump_of_what_the_store_holds(graphs: RecordGraphs) -> None:
    graphs.add([text(ARGO), text(SEANOE, linked=b"")])
    assert_same(graphs)
    assert len(list(graphs.store.quads())) == 5


def test_both_places_follow_each_change(graphs: RecordGraphs) -> None:
    graphs.add([text(ARGO), text(SEANOE)])
    before = {line.record: line.sha256 for line in graphs.texts.listed()}
    graphs.replace([text(ARGO, "Argo, new")])
    assert_same(graphs)
    graphs.relink({SEANOE: b""})
    assert_same(graphs)
    after = {line.record: line.sha256 for line in graphs.texts.listed()}
    assert after.keys() == before.keys() and not set(after.items()) & set(before.items())
    graphs.remove([ARGO])
    assert_same(graphs)
    assert [line.record for line in graphs.texts.listed()] == [SEANOE]


def test_the_same_text_has_the_same_hash_whenever_it_was_written(graphs: RecordGraphs, tmp_path: Path) -> None:
    graphs.add([text(ARGO)])
    with GraphTexts(tmp_path / "other.sqlite") as other:
        other.put([text(SEANOE), text(ARGO)])
        assert next(other.listed()) == next(graphs.texts.listed())


def test_reading_a_record_from_its_text_gives_what_the_store_gives(graphs: RecordGraphs) -> None:
    graphs.add([text(ARGO)])
    quads = PublishedQuads(graphs.store, graphs.texts)
    for name in (ARGO, link_graph_iri(ARGO), ARGO):
        graph = next(quad.graph_name for quad in graphs.store.quads() if quad.graph_name.value == name)
        read = {(quad.subject, quad.predicate, quad.object) for quad in quads.quads(graph=graph)}
        assert read == {(quad.subject, quad.predicate, quad.object) for quad in graphs.store.quads(graph=graph)} != set()


def test_texts_that_are_missing_are_made_anew_from_the_store(graphs: RecordGraphs) -> None:
    graphs.add([text(ARGO), text(SEANOE)])
    before = list(graphs.texts.listed())
    graphs.texts.remove([ARGO])
    graphs.complete()
    assert list(graphs.texts.listed()) == before
    assert_same(graphs)


def test_a_damaged_text_is_said_with_what_to_do(graphs: RecordGraphs) -> None:
    graphs.add([text(ARGO)])
    graphs.texts._connection.execute("UPDATE texts SET said = x'1f8b00'")
    with pytest.raises(StoreError, match="damaged") as caught:
        graphs.texts.get(ARGO)
    assert "delete this file" in caught.value.hint
