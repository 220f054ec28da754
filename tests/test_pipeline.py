"""The whole way: what comes in is counted, published once, withdrawn when its source says so, and never lost to a bad neighbour."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from pyoxigraph import NamedNode

import kg.ingestion
import kg.pipeline
import kg.processing
import kg.workshop
from kg.dataset_reader import DatasetReader
from kg.model import Iri, Source
from kg.namespaces import BASE, DISCOVERY, dataset_iri, link_graph_iri, source_iri
from kg.pipeline import recover, relink
from kg.publish import publish
from kg.report import Fate
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.state import Natives, RecordStatus, State
from kg.store import GraphChange, WorkingStore
from kg.workshop import Workshop
from tests.runs import change, difference, fates, record

WorkingFolder = Any  # of tests/conftest.py

ISO = "sextant/marel-carnot.xml"
TITLE = "MAREL Carnot"


def status(folder: WorkingFolder, iri: Iri) -> tuple[RecordStatus, bool]:
    with State(folder.settings.state, writing=False) as state:
        row = state.record(iri)
        assert row is not None
        return row.status, row.outdated


def removal(graph: Iri) -> GraphChange:
    return GraphChange(graph, b"")


def oai(examples: Path, *records: tuple[int, str], deleted: tuple[tuple[int, str], ...] = ()) -> str:
    payload = (examples / "seanoe" / "39754-marel-carnot.xml").read_text("utf-8").partition("?>")[2]

    def header(number: int, date: str, attribute: str = "") -> str:
        return f"<header{attribute}><identifier>oai:seanoe.org:{number}</identifier><datestamp>{date}</datestamp></header>"

    lines = [
        f"<record>{header(number, date)}<metadata>{payload.replace('10.17882/39754', f'10.17882/{number}')}</metadata></record>"
        for number, date in records
    ]
    lines += [f"<record>{header(number, date, GONE)}</record>" for number, date in deleted]
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{"".join(lines)}</ListRecords></OAI-PMH>'


GONE = ' status="deleted"'
SEANOE = Source("seanoe", pole="odatis", title=(("en", "SEANOE"),), trust=70)


# --- what is done again changes nothing ---


def test_a_second_ingest_changes_nothing_and_makes_no_release(folder: WorkingFolder, examples: Path) -> None:
    inputs = [path for path in sorted(examples.iterdir()) if path.is_dir() and not path.name.startswith("faults")]
    first = folder.ingest(*inputs)
    with State(folder.settings.state, writing=False) as state:
        before = state.last_change()
    second = folder.ingest(*inputs)
    with State(folder.settings.state, writing=False) as state:
        assert state.last_change() == before
    assert second.release == ""
    assert second.total[Fate.PUBLISHED] == 0
    assert second.total[Fate.UNCHANGED] == first.total[Fate.PUBLISHED]
    assert second.changed_nothing
    assert [release.number for release in folder.releases.list()] == [1]


def test_mapping_all_again_changes_nothing_either(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    report = folder.ingest(sextant, again=True)
    assert fates(report) == {"unchanged": 3}
    assert report.release == ""


def test_the_same_files_are_the_same_records_from_whatever_folder_they_are_given(
    folder: WorkingFolder, tmp_path: Path, sextant: Path
) -> None:
    change(sextant / "rephy.xml", "</gmd:MD_Metadata>", "")
    assert fates(folder.ingest(sextant)) == {"published": 2, "failed": 1}
    for given in (sextant.parent, sextant / "rephy.xml"):
        assert folder.ingest(given, publish=False).total[Fate.FAILED] == 1
    assert folder.publish() is None


def test_a_changed_file_changes_exactly_its_record(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    change(sextant / "marel-carnot.xml", TITLE, "MAREL Carnot renamed")
    report = folder.ingest(sextant)
    assert fates(report) == {"published": 1, "unchanged": 2}
    assert report.release == "2"
    assert difference(folder, 1, 2) == {"records_changed": (record("marel-carnot"),)}
    index = open_index(folder.current.index_path)
    assert [hit.iri for hit in search(index, SearchRequest(q="renamed")).hits] == [dataset_of(folder, record("marel-carnot"))]


def dataset_of(folder: WorkingFolder, iri: Iri) -> Iri:
    with State(folder.settings.state, writing=False) as state:
        row = state.record(iri)
        assert row is not None and row.dataset is not None
        return row.dataset


# --- what its source deletes ---


def test_a_deleted_header_withdraws_the_record_and_leaves_a_tombstone(folder: WorkingFolder, tmp_path: Path, examples: Path) -> None:
    file = tmp_path / "oai.xml"
    file.write_text(oai(examples, (1, "2024-01-01"), (2, "2024-01-01")), "utf-8")
    assert fates(folder.ingest(file, source=SEANOE)) == {"published": 2}
    gone = Iri(dataset_iri("seanoe", "1", "10.17882/1"))
    before = folder.current.reader()
    assert list(before.triples(subject=NamedNode(gone)))
    file.write_text(oai(examples, (2, "2024-01-01"), deleted=((1, "2024-02-01"), (3, "2024-02-01"))), "utf-8")
    assert fates(folder.ingest(file, source=SEANOE)) == {"unchanged": 1, "deleted": 2}
    withdrawn = record("10.17882/1", "seanoe")
    assert difference(folder, 1, 2) == {"records_removed": (withdrawn,)}
    reader = folder.current.reader()
    assert list(reader.triples(subject=NamedNode(gone))) == []
    assert reader.graph(withdrawn) == reader.graph(Iri(link_graph_iri(withdrawn))) == b""
    assert f"<{withdrawn}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology#WithdrawnRecord>".encode() in reader.graph(
        Iri(source_iri("seanoe"))
    )
    assert str(gone) not in reader.graph(Iri(DISCOVERY.value)).decode()
    assert gone not in [hit.iri for hit in search(open_index(folder.current.index_path), SearchRequest()).hits]
    assert folder.ingest(file, source=SEANOE).release == ""


def test_a_deletion_does_not_overtake_the_record_that_came_before_it(folder: WorkingFolder, tmp_path: Path, examples: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.xml").write_text(oai(examples, *((number, "2024-01-01") for number in range(120))), "utf-8")
    (pages / "2.xml").write_text(oai(examples, deleted=((7, "2024-02-01"),)), "utf-8")
    folder.settings = replace(folder.settings, workers=2)
    for _ in range(2):
        report = folder.ingest(pages, source=SEANOE)
        assert report.total[Fate.DELETED] >= 1
        assert status(folder, record("10.17882/7", "seanoe")) == (RecordStatus.WITHDRAWN, False)
        assert folder.current.manifest.counts.records == 119
    assert report.release == "", "the second run over the same pages changes nothing"


def test_a_record_that_was_withdrawn_and_is_there_again_is_published_again(folder: WorkingFolder, tmp_path: Path, examples: Path) -> None:
    file = tmp_path / "oai.xml"
    for content in (oai(examples, (1, "2024-01-01")), oai(examples, deleted=((1, "2024-02-01"),)), oai(examples, (1, "2024-03-01"))):
        file.write_text(content, "utf-8")
        report = folder.ingest(file, source=SEANOE)
    assert fates(report) == {"published": 1}
    assert status(folder, record("10.17882/1", "seanoe")) == (RecordStatus.PUBLISHED, False)
    assert folder.current.manifest.counts.records == 1


def test_a_page_that_deletes_and_brings_back_ends_with_the_record(folder: WorkingFolder, tmp_path: Path, examples: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.xml").write_text(oai(examples, (1, "2024-01-01")), "utf-8")
    folder.ingest(pages, source=SEANOE)
    (pages / "0.xml").write_text(oai(examples, deleted=((1, "2023-12-01"),)), "utf-8")
    assert folder.ingest(pages, source=SEANOE).total[Fate.PUBLISHED] == 1
    assert folder.current.manifest.counts.records == 1


def test_of_a_record_its_deletion_and_the_record_again_in_one_run_the_last_holds(
    folder: WorkingFolder, tmp_path: Path, examples: Path
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    contents = (
        oai(examples, (1, "2024-01-01")),
        oai(examples, deleted=((1, "2024-02-01"),)),
        oai(examples, (1, "2024-03-01")).replace("MAREL", "Marel"),
    )
    for number, content in enumerate(contents):
        (pages / f"{number}.xml").write_text(content, "utf-8")
    assert fates(folder.ingest(pages, source=SEANOE)) == {"published": 2, "deleted": 1}
    assert any("Marel Carnot" in quad for quad in folder.quads())
    assert folder.current.manifest.counts.records == 1


# --- what was good and now fails ---


@pytest.mark.parametrize(
    "now", ["<gmd:MD_Metadata", "", "\x89PNG", "<html><body>Please log in</body></html>"], ids=["cut", "empty", "image", "page"]
)
def test_a_record_that_was_good_and_now_fails_keeps_its_last_good_state_flagged(folder: WorkingFolder, sextant: Path, now: str) -> None:
    folder.ingest(sextant)
    good, before = (sextant / "rephy.xml").read_bytes(), folder.quads()
    (sextant / "rephy.xml").write_text(now, "latin-1")
    for _ in range(2):
        report = folder.ingest(sextant)
        assert report.total[Fate.UNCHANGED] == 2
        assert report.total[Fate.FAILED] + report.total[Fate.UNRECOGNISED] == 1
        assert status(folder, record("rephy-metropole"))[1], "it is flagged"
        assert folder.quads() == before
    assert report.release == "", "the second time nothing is new"
    (sextant / "rephy.xml").write_bytes(good)
    assert folder.ingest(sextant).total[Fate.FAILED] == 0
    assert status(folder, record("rephy-metropole")) == (RecordStatus.PUBLISHED, False)
    assert folder.quads() == before


def test_a_record_that_now_blocks_keeps_its_last_good_state(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    before = folder.quads()
    change(sextant / "marel-carnot.xml", "<gco:Decimal>50.7", "<gco:Decimal>150.7")
    assert fates(folder.ingest(sextant)) == {"unchanged": 2, "quarantined": 1}
    assert status(folder, record("marel-carnot")) == (RecordStatus.QUARANTINED, True)
    assert folder.quads() == before


def test_a_broken_file_of_the_same_name_elsewhere_does_not_flag_a_good_record(folder: WorkingFolder, tmp_path: Path, sextant: Path) -> None:
    source = (sextant / "source.toml").read_text("utf-8")
    for name, content in (("2023", (sextant / "rephy.xml").read_text("utf-8")), ("2024", "<gmd:MD_Metadata")):
        (sextant / name).mkdir()
        (sextant / name / "record.xml").write_text(content, "utf-8")
    (sextant / "rephy.xml").unlink()
    assert source
    folder.ingest(sextant / "2023")
    folder.ingest(sextant / "2024")
    assert status(folder, record("rephy-metropole")) == (RecordStatus.PUBLISHED, False)


def test_a_line_put_before_others_moves_them_and_flags_none(folder: WorkingFolder, tmp_path: Path, examples: Path) -> None:
    item = orjson.loads((examples / "geodes" / "item-snow-rockies.json").read_bytes())
    lines = [orjson.dumps(item | {"id": f"item-{number}"}).decode() for number in range(12)]
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    folder.ingest(file, source=Source("geodes"))
    file.write_text("\n".join([lines[0], '{"broken": }', *lines[1:]]), "utf-8")
    for _ in range(2):
        report = folder.ingest(file, source=Source("geodes"))
        assert fates(report) == {"unchanged": 12, "failed": 1}
    assert report.release == ""
    assert all(status(folder, record(f"item-{number}", "geodes")) == (RecordStatus.PUBLISHED, False) for number in range(12))


# --- duplicates ---


def test_the_same_record_twice_is_published_once_without_a_word(folder: WorkingFolder, sextant: Path) -> None:
    (sextant / "copy").mkdir()
    shutil.copy(sextant / "rephy.xml", sextant / "copy" / "rephy.xml")
    report = folder.ingest(sextant)
    assert fates(report) == {"published": 3, "duplicate": 1}
    assert not any(code == "identifier.duplicate" for code, _ in report.problems)


def test_another_record_under_the_same_identifier_is_said_with_both_places(folder: WorkingFolder, sextant: Path) -> None:
    (sextant / "copy").mkdir()
    shutil.copy(sextant / "rephy.xml", sextant / "copy" / "other.xml")
    change(sextant / "copy" / "other.xml", "REPHY", "Another")
    for expected in ({"published": 3, "duplicate": 1}, {"unchanged": 3, "duplicate": 1}):
        report = folder.ingest(sextant)
        assert fates(report) == expected
        (said,) = [each for each in orjson.loads(report.to_json())["problems"] if each["code"] == "identifier.duplicate"]
        assert {said["file"], said["values"]["first"]} == {"copy/other.xml", "rephy.xml"}, "files before folders"
    assert report.release == ""


def test_of_two_the_first_holds_whichever_was_there_before(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    shutil.copy(sextant / "rephy.xml", sextant / "a.xml")
    change(sextant / "a.xml", "REPHY", "Another")
    report = folder.ingest(sextant)
    assert fates(report) == {"published": 1, "unchanged": 2, "duplicate": 1}
    assert fates(folder.ingest(sextant)) == {"unchanged": 3, "duplicate": 1}


def test_two_files_with_bad_bytes_or_without_records_do_not_stop_the_others(folder: WorkingFolder, sextant: Path) -> None:
    (sextant / "a.xml").write_bytes(b"\x00\xff\xfe")
    (sextant / "b.csv").write_text("a,b\n1,2\n")
    (sextant / "c.json").write_text("[]")
    report = folder.ingest(sextant)
    assert report.total[Fate.PUBLISHED] == 3
    assert sum(report.total.values()) == 6


# --- the counts ---


def test_the_counts_add_up_for_every_sample(folder: WorkingFolder, examples: Path) -> None:
    report = folder.ingest(examples)
    document = orjson.loads(report.to_json())
    names = [fate.value for fate in Fate]
    for row in [*document["table"], document["total"]]:
        assert row["read"] == sum(row[name] for name in names)
    assert {row["source"] for row in document["table"]} >= {path.parent.name for path in examples.glob("*/source.toml")}
    assert document["total"]["read"] == sum(row["read"] for row in document["table"])
    with State(folder.settings.state, writing=False) as state:
        counts = state.status_counts()
    assert sum(each.records for each in counts if each.status is RecordStatus.PUBLISHED) == document["total"]["published"]
    assert folder.current.manifest.counts.records == document["total"]["published"]
    assert sum(each.records for each in counts if each.status is RecordStatus.QUARANTINED) == document["total"]["quarantined"]


def test_records_that_the_store_takes_while_others_come_are_all_there(
    folder: WorkingFolder,
    new_folder: Callable[[Path], WorkingFolder],
    tmp_path: Path,
    sextant: Path,
    examples: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (sextant / "a.xml").write_text(oai(examples, (1, "2024-01-01"), (2, "2024-01-01"), (3, "2024-01-01")), "utf-8")
    (sextant / "b.xml").write_text(oai(examples, (4, "2024-02-01"), deleted=((1, "2024-02-01"),)), "utf-8")
    other = new_folder(tmp_path / "all at once")
    other.ingest(sextant)
    monkeypatch.setattr(kg.workshop, "PORTION_BYTES", 1)
    monkeypatch.setattr(kg.ingestion, "BATCH", 1)
    folder.ingest(sextant)
    assert folder.quads() == other.quads()
    assert folder.current.reader().check().sound
    with State(folder.settings.state, writing=False) as state:
        assert list(state.records(pending=True)) == []


# --- several records of one data set ---


def test_two_sources_that_describe_one_data_set_are_merged_and_come_apart_again(
    folder: WorkingFolder, tmp_path: Path, examples: Path
) -> None:
    low, high = tmp_path / "low.xml", tmp_path / "high.xml"
    low.write_text(oai(examples, (39754, "2024-01-01")), "utf-8")
    high.write_text(oai(examples, (39754, "2024-01-01")).replace("<title>MAREL Carnot", "<title>Trusted: MAREL Carnot", 1), "utf-8")
    seanoe, mirror = replace(SEANOE, trust=90), Source("mirror", title=(("en", "Mirror"),), trust=10)
    folder.ingest(low, source=mirror)
    folder.ingest(high, source=seanoe)
    iri = Iri(dataset_iri("seanoe", "39754", "10.17882/39754"))
    view = DatasetReader(folder.current.reader()).read(iri)
    assert view is not None
    assert folder.current.manifest.counts.datasets == 1
    assert [each.source.id for each in view.records] == ["seanoe", "mirror"]
    assert view.titles[0].value.text.startswith("Trusted: ")
    high.write_text(oai(examples, deleted=((39754, "2024-02-01"),)), "utf-8")
    folder.ingest(high, source=seanoe)
    view = DatasetReader(folder.current.reader()).read(iri)
    assert view is not None
    assert [each.source.id for each in view.records] == ["mirror"]
    assert not any(title.value.text.startswith("Trusted") for title in view.titles)
    assert not any("Trusted: MAREL" in quad for quad in folder.quads())
    assert folder.current.manifest.counts.datasets == 1


def test_two_records_of_one_batch_may_describe_one_data_set(folder: WorkingFolder, examples: Path) -> None:
    folder.ingest(examples / "seanoe", examples / "seanoe-doi", examples / "sextant")
    iri = Iri(dataset_iri("seanoe", "42182", "10.17882/42182"))
    view = DatasetReader(folder.current.reader()).read(iri)
    assert view is not None
    assert {each.source.id for each in view.records} == {"seanoe", "seanoe-doi", "sextant"}
    assert len(search(open_index(folder.current.index_path), SearchRequest(q="10.17882/42182")).hits) == 1


# --- going on after a kill ---


class KilledError(BaseException):
    """As a signal would: nothing of the software's own cleans up after it."""


STEPS = [
    (Natives, "put_all"),
    (State, "append_mappings"),
    (State, "save_records"),
    (WorkingStore, "bulk_add"),
    (WorkingStore, "apply"),
    (WorkingStore, "flush"),
    (State, "clear_pending"),
    (State, "withdraw_records"),
    (State, "mark_pending"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("kind", "step"), STEPS, ids=[step for _, step in STEPS])
def test_a_run_killed_before_or_after_any_of_its_writes_is_finished_by_the_next(
    folder: WorkingFolder,
    new_folder: Callable[[Path], WorkingFolder],
    tmp_path: Path,
    sextant: Path,
    examples: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type,
    step: str,
    after: bool,
) -> None:
    other = new_folder(tmp_path / "undisturbed")
    (sextant / "oai.xml").write_text(oai(examples, (1, "2024-01-01")), "utf-8")
    for each in (folder, other):
        each.ingest(sextant, publish=False)
    (sextant / "oai.xml").write_text(oai(examples, (2, "2024-02-01"), deleted=((1, "2024-02-01"),)), "utf-8")
    change(sextant / "marel-carnot.xml", TITLE, "MAREL Carnot renamed")
    done = getattr(kind, step)

    def killed(*values: Any, **named: Any) -> None:
        if after:
            done(*values, **named)
        raise KilledError

    monkeypatch.setattr(kind, step, killed)
    with contextlib.suppress(KilledError):
        folder.ingest(sextant, publish=False)
    monkeypatch.undo()
    for each in (folder, other):
        each.ingest(sextant)
    assert folder.quads() == other.quads()
    assert folder.current.reader().check().sound


def test_what_waits_is_written_by_the_next_run(
    folder: WorkingFolder, sextant: Path, new_folder: Callable[..., WorkingFolder], tmp_path: Path
) -> None:
    folder.ingest(sextant, publish=False)
    with Workshop(folder.settings) as shop:
        iris = [row.iri for row in shop.state.records() if row.iri]
        shop.state.mark_pending(iris)
        for iri in iris:  # as if the store had lost what came after the marks
            shop.store.apply([removal(iri), removal(Iri(link_graph_iri(iri)))])
        assert recover(shop) == 3
        assert not list(shop.state.records(pending=True))
        publish(folder.settings, shop.state, shop.graphs)
    other = new_folder(tmp_path / "other")
    other.ingest(sextant)
    assert folder.quads() == other.quads()


def test_what_waits_and_blocks_by_the_rules_of_now_is_not_published(
    folder: WorkingFolder, sextant: Path, tmp_path: Path, root: Path
) -> None:
    folder.ingest(sextant, publish=False)
    with Workshop(folder.settings) as shop:
        shop.state.mark_pending([record("rephy-metropole")])
        shop.store.apply([removal(record("rephy-metropole")), removal(Iri(link_graph_iri(record("rephy-metropole"))))])
    shutil.copytree(folder.settings.config, tmp_path / "config")
    (tmp_path / "config" / "shapes").mkdir()
    shapes = (root / "shapes" / "dataset.ttl").read_text("utf-8")
    stricter = shapes.replace("sh:severity sh:Warning", "sh:severity sh:Violation")
    (tmp_path / "config" / "shapes" / "dataset.ttl").write_text(stricter, "utf-8")
    folder.settings = replace(folder.settings, config=tmp_path / "config")
    with Workshop(folder.settings) as shop:
        assert recover(shop) == 1
        assert shop.store.graph(record("rephy-metropole")) == b""
    assert status(folder, record("rephy-metropole"))[0] is RecordStatus.QUARANTINED


def test_many_records_that_wait_do_not_fill_the_memory(folder: WorkingFolder, sextant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Natives are read as they are written, never all at once."""
    done: list[str] = []
    monkeypatch.setattr(kg.pipeline, "BATCH", 1)
    folder.ingest(sextant, publish=False)
    with Workshop(folder.settings) as shop:
        shop.state.mark_pending([row.iri for row in shop.state.records() if row.iri])
        get, clear = Natives.get, State.clear_pending
        monkeypatch.setattr(Natives, "get", lambda self, sha256: (done.append("read"), get(self, sha256))[1])
        monkeypatch.setattr(State, "clear_pending", lambda self, iris: (done.append("written"), clear(self, iris))[1])
        assert recover(shop) == 3
    assert done.index("written") < len(done) - 1 - done[::-1].index("read")


def test_relinking_marks_only_what_it_changes(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant, publish=False)
    with Workshop(folder.settings) as shop:
        before = shop.state.last_change()
        assert relink(shop, shop.state.records()) == 3
        assert shop.state.last_change() == before
