"""The working store: whole graphs are replaced, the merged graph is always right, also after a kill."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.errors import StoreError
from kg.model import Iri
from kg.namespaces import DCT, RDF, record_iri
from kg.store import GraphChange, Reader, ReadStore, WorkingStore

ARGO, SEANOE, OZCAR = (Iri(record_iri(source, "1")) for source in ("argo", "seanoe", "ozcar"))
SHARED = b'<https://doi.org/10.17882/42182> <http://purl.org/dc/terms/title> "Argo float data"@en .\n'
ONLY_ARGO = b'<https://doi.org/10.17882/42182> <http://purl.org/dc/terms/issued> "2000" .\n'
ONLY_SEANOE = b"<https://doi.org/10.17882/42182> <http://purl.org/dc/terms/publisher> <https://ror.org/044jxhp58> .\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorkingStore]:
    opened = WorkingStore(tmp_path / "store")
    yield opened
    opened.close()


def merged(reader: Reader) -> set[bytes]:
    return set((serialize(reader.triples(), format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))


def test_a_graph_is_replaced_as_a_whole(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO)])
    store.apply([GraphChange(ARGO, ONLY_SEANOE)])
    assert store.graph(ARGO) == ONLY_SEANOE
    assert merged(store) == {ONLY_SEANOE}


def test_a_triple_that_two_records_say_stands_once_in_the_merged_graph(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO), GraphChange(SEANOE, SHARED + ONLY_SEANOE)])
    assert len(list(store.triples(predicate=DCT.title))) == 1
    assert len(list(store.quads(predicate=DCT.title))) == 2
    assert store.check().sound


def test_a_triple_stays_in_the_merged_graph_while_another_graph_holds_it(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO), GraphChange(SEANOE, SHARED)])
    store.apply([GraphChange(ARGO, b"")])
    assert merged(store) == {SHARED}
    store.apply([GraphChange(SEANOE, b"")])
    assert merged(store) == set()
    assert list(store.graphs()) == []


def test_a_triple_that_all_its_graphs_lose_in_one_batch_leaves_the_merged_graph(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO), GraphChange(SEANOE, SHARED + ONLY_SEANOE)])
    store.apply([GraphChange(ARGO, ONLY_ARGO), GraphChange(SEANOE, ONLY_SEANOE)])
    assert merged(store) == {ONLY_ARGO, ONLY_SEANOE}


def test_a_triple_that_moves_to_another_graph_in_one_batch_stays_in_the_merged_graph(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED)])
    store.apply([GraphChange(ARGO, b""), GraphChange(SEANOE, SHARED)])
    assert merged(store) == {SHARED}
    assert list(store.graphs()) == [SEANOE]


def test_of_two_changes_to_one_graph_the_last_holds(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED), GraphChange(ARGO, ONLY_ARGO)])
    assert store.graph(ARGO) == ONLY_ARGO


def test_nothing_changes_when_the_store_holds_it_already_even_if_written_otherwise(store: WorkingStore) -> None:
    year = b'<urn:x-argo:a> <urn:x-argo:count> "%s"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    assert store.apply([GraphChange(ARGO, year % b"007")]) == 1
    assert store.apply([GraphChange(ARGO, year % b"007")]) == 0
    assert store.apply([GraphChange(ARGO, year % b"7")]) == 0


def test_bulk_adding_gives_what_applying_gives_and_can_be_repeated(store: WorkingStore, tmp_path: Path) -> None:
    changes = [GraphChange(ARGO, SHARED + ONLY_ARGO), GraphChange(SEANOE, SHARED + ONLY_SEANOE)]
    assert store.bulk_add(changes) == 2
    assert store.bulk_add(changes) == 0
    other = WorkingStore(tmp_path / "other")
    other.apply(changes)
    assert sorted(map(str, store.quads())) == sorted(map(str, other.quads()))
    assert merged(store) == merged(other) == {SHARED, ONLY_ARGO, ONLY_SEANOE}


def test_bulk_adding_a_graph_that_is_there_replaces_it(store: WorkingStore) -> None:
    store.bulk_add([GraphChange(ARGO, SHARED + ONLY_ARGO)])
    store.bulk_add([GraphChange(ARGO, SHARED), GraphChange(SEANOE, ONLY_SEANOE)])
    assert store.graph(ARGO) == SHARED
    assert merged(store) == {SHARED, ONLY_SEANOE}


@pytest.mark.parametrize("way", ["apply", "bulk_add"])
@pytest.mark.parametrize(
    "triples", [b"_:b0 <urn:x:p> <urn:x:o> .\n", b"<urn:x:s> <urn:x:p> _:b0 .\n", b"<urn:x:s> <urn:x:p> .\n", b"not RDF\n", b"\xff .\n"]
)
def test_what_is_not_n_triples_without_blank_nodes_is_refused_and_nothing_is_written(store: WorkingStore, way: str, triples: bytes) -> None:
    with pytest.raises(StoreError, match=r"N-Triples|blank nodes"):
        getattr(store, way)([GraphChange(SEANOE, SHARED), GraphChange(ARGO, triples)])
    assert store.count() == 0


@pytest.mark.parametrize("way", ["apply", "bulk_add"])
def test_a_line_cannot_write_into_another_graph(store: WorkingStore, way: str) -> None:
    with pytest.raises(StoreError):
        getattr(store, way)([GraphChange(ARGO, b"<urn:x:s> <urn:x:p> <urn:x:o> <urn:x:other> .\n")])
    with pytest.raises(StoreError):
        getattr(store, way)([GraphChange(Iri("urn:x:g> { } . <urn:x:h"), SHARED)])
    assert store.count() == 0


def test_a_line_written_in_another_way_is_never_lost(store: WorkingStore) -> None:
    with pytest.raises(StoreError, match="N-Triples lines"):
        store.bulk_add([GraphChange(ARGO, b"<urn:x:s> <urn:x:p> <urn:x:o>.\n")])
    store.apply([GraphChange(ARGO, b"<urn:x:s> <urn:x:p> <urn:x:o>.\n")])
    assert store.graph(ARGO) == b"<urn:x:s> <urn:x:p> <urn:x:o> .\n"


literals = st.one_of(
    st.builds(Literal, st.text(max_size=20)),
    st.builds(lambda text: Literal(text, language="fr"), st.text(max_size=20)),
    st.builds(Literal, st.integers()),
    st.sampled_from([Literal("\\u0022 } ; DROP ALL"), Literal('"\\\n\r\t\x00\x08\x0c\\U00000022'), Literal("\\u00")]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(literals, min_size=1, max_size=8), st.booleans())
def test_every_text_comes_back_as_it_went_in(store: WorkingStore, texts: list[Literal], bulk: bool) -> None:
    triples = serialize((Triple(NamedNode("urn:x:s"), RDF.value, text) for text in texts), format=RdfFormat.N_TRIPLES)
    (store.bulk_add if bulk else store.apply)([GraphChange(ARGO, triples or b"")])
    assert {quad.object for quad in store.quads(graph=NamedNode(ARGO))} == set(texts)
    store.apply([GraphChange(ARGO, b"")])
    assert store.count() == 0


pool = [b'<urn:x:s%d> <urn:x:p> "%d" .\n' % (n, n) for n in range(5)]
batches = st.lists(
    st.lists(st.tuples(st.sampled_from([ARGO, SEANOE, OZCAR]), st.frozensets(st.sampled_from(pool))), max_size=4), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches, st.randoms(use_true_random=False))
def test_the_merged_graph_is_the_union_after_any_sequence_of_changes(
    store: WorkingStore, sequence: list[list[tuple[Iri, frozenset[bytes]]]], chance: random.Random
) -> None:
    expected: dict[Iri, frozenset[bytes]] = {}
    store.apply([GraphChange(graph, b"") for graph in (ARGO, SEANOE, OZCAR)])
    for batch in sequence:
        way = chance.choice([store.apply, store.bulk_add])
        way([GraphChange(graph, b"".join(sorted(lines))) for graph, lines in batch])
        expected.update(dict(batch))
        assert merged(store) == set().union(*expected.values())
        for graph, lines in expected.items():
            assert set(store.graph(graph).splitlines(keepends=True)) == lines


def test_check_names_what_is_wrong_with_the_merged_graph(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED)])
    store._store.update("DELETE WHERE { ?s ?p ?o } ; INSERT DATA { <urn:x:stray> <urn:x:p> 1 }")
    found = store.check()
    assert not found.sound
    assert "Argo float data" in found.not_merged[0]
    assert "urn:x:stray" in found.not_held[0]


def test_a_second_process_is_told_that_the_store_is_open(store: WorkingStore) -> None:
    code = "import sys; from pathlib import Path; from kg.store import WorkingStore; WorkingStore(Path(sys.argv[1]))"
    ran = subprocess.run([sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    assert ran.returncode != 0
    assert "another process has the working store open" in ran.stderr


def test_a_copy_is_read_by_the_same_interface_and_stays_as_it_was(store: WorkingStore, tmp_path: Path) -> None:
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO)])
    store.backup(tmp_path / "copy")
    store.apply([GraphChange(ARGO, b"")])
    copy = ReadStore(tmp_path / "copy")
    readers: list[Reader] = [store, copy]
    assert [reader.graph(ARGO) for reader in readers] == [b"", b"".join(sorted([SHARED, ONLY_ARGO]))]
    assert list(copy.graphs("https://w3id.org/dataterra/record/argo/")) == [ARGO]
    assert len(copy.subject(Iri("https://doi.org/10.17882/42182"))) == 2
    with pytest.raises(StoreError):
        store.backup(tmp_path / "copy")


def test_queries_take_values(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, SHARED)])
    query = "SELECT ?s ?title WHERE { ?s <http://purl.org/dc/terms/title> ?title }"
    found = store.query(query, {"title": Literal("Argo float data", language="en")})
    assert [row["s"].value for row in found] == ["https://doi.org/10.17882/42182"]  # type: ignore[union-attr]
    assert list(store.query(query, {"title": Literal("Argo float data")})) == []  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="not SPARQL"):
        store.query("SELECT nothing")


def test_a_store_that_is_not_there_is_an_error_that_says_where(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        ReadStore(tmp_path / "missing")


WRITER = """
import random, sys
from pathlib import Path
from kg.store import GraphChange, WorkingStore
store, chance = WorkingStore(Path(sys.argv[1])), random.Random(sys.argv[2])
print("open", flush=True)
while True:
    changes = []
    for n in range(200):
        lines = sorted({f'<urn:x:s{k}> <urn:x:p> "{k % 7}" .\\n' for k in chance.sample(range(400), 60)})
        changes.append(GraphChange(f"urn:x:g{chance.randrange(600)}", "".join(lines).encode()))
    (store.apply if chance.random() < 0.6 else store.bulk_add)(changes)
    if chance.random() < 0.2:
        store.flush()
"""


def test_a_kill_at_any_moment_leaves_a_store_whose_merged_graph_is_right(tmp_path: Path) -> None:
    chance = random.Random(4)
    wanted = [GraphChange(Iri(f"urn:x:g{n}"), f'<urn:x:s{n}> <urn:x:p> "{n}" .\n'.encode()) for n in range(0, 600, 3)]
    for turn in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "store"), str(turn)], stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.7))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        store = WorkingStore(tmp_path / "store")
        assert store.check().sound
        store.apply(wanted)
        assert store.check().sound
        assert all(store.graph(change.graph) == change.triples for change in wanted)
        store.close()


def test_what_is_written_about_many_subjects_does_not_pile_up_in_memory(store: WorkingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.store.working.FLUSH_CHARACTERS", 1_000)
    said = {
        Iri(f"https://example.org/{number}"): f'<https://example.org/{number}> <http://purl.org/dc/terms/title> "{number}" .\n'.encode()
        for number in range(100)
    }
    before = len(list(store.path.glob("*.sst")))
    store.replace_subjects(ARGO, said)
    assert len(list(store.path.glob("*.sst"))) > before


def test_a_part_of_a_graph_is_amended_and_the_merged_graph_follows(store: WorkingStore) -> None:
    data = NamedNode("https://doi.org/10.17882/42182")
    store.apply([GraphChange(ARGO, SHARED + ONLY_ARGO), GraphChange(SEANOE, SHARED)])
    assert store.amend(ARGO, [(data, DCT.issued, None)], ONLY_SEANOE)
    assert store.graph(ARGO) == b"".join(sorted((SHARED, ONLY_SEANOE)))
    assert merged(store) == {SHARED, ONLY_SEANOE}
    assert not store.amend(ARGO, [(data, DCT.publisher, None)], ONLY_SEANOE), "nothing differs"
    assert store.amend(ARGO, [(data, None, None)], b"")
    assert merged(store) == {SHARED}, "another graph still says it"
    assert store.check().sound


def test_a_rewritten_store_holds_the_same_and_no_word_of_what_was_deleted(store: WorkingStore) -> None:
    store.apply([GraphChange(ARGO, ONLY_ARGO.replace(b"2000", b"Zyqwertonium")), GraphChange(SEANOE, SHARED)])
    store.apply([GraphChange(ARGO, b"")])
    store.flush()
    before = set(store.quads()), set(store.triples())
    store.rewrite()
    assert (set(store.quads()), set(store.triples())) == before
    files = [path for path in store.path.parent.rglob("*") if path.is_file()]
    assert not any(b"Zyqwertonium" in path.read_bytes() for path in files)
    assert store.apply([GraphChange(ARGO, ONLY_ARGO)]) == 1


def test_a_rewriting_that_was_killed_leaves_the_old_store_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "store"
    store = WorkingStore(path)
    store.apply([GraphChange(ARGO, ONLY_ARGO)])
    store.close()
    path.rename(tmp_path / "store-old")
    (tmp_path / "store-next").mkdir()
    (tmp_path / "store-next.nq").write_bytes(b"half a li")
    opened = WorkingStore(path)
    assert merged(opened) == {ONLY_ARGO}
    assert [each.name for each in tmp_path.iterdir()] == ["store"]
