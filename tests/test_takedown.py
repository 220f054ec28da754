"""A takedown: nothing of the record is left in the working folder, it answers that it is gone, and it does not come back."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode

from kg.cli import main
from kg.errors import DataTerraError
from kg.model import Iri
from kg.namespaces import DCT, DT, RDF, record_iri
from kg.report import Fate
from kg.state import State
from kg.takedown import take_down
from kg.workshop import Workshop

WorkingFolder = Any  # of tests/conftest.py
#: A word that stands in the record that is taken down, and nowhere else.
SECRET = "Zyqwertonium"


@pytest.fixture
def given(tmp_path: Path, examples: Path) -> Path:
    shutil.copytree(examples / "aviso", tmp_path / "given" / "aviso")
    folder = tmp_path / "given" / "aviso"
    path = sorted(folder.glob("*.xml"))[0]
    body = path.read_text("utf-8")
    start = body.index("<gmd:keyword>")
    keyword = f"<gmd:keyword><gco:CharacterString>{SECRET}</gco:CharacterString></gmd:keyword>"
    path.write_text(body[:start] + keyword + body[start:], "utf-8")
    return folder


def erase(folder: WorkingFolder, record: str) -> Any:
    with Workshop(folder.settings) as shop:
        return take_down(shop, [Iri(record)], "asked for by the data centre")


def with_secret(folder: WorkingFolder) -> Iri:
    reader = folder.current.reader()
    return next(graph for graph in reader.graphs() if "/record/" in graph and SECRET.encode() in reader.graph(graph))


def unpacked(path: Path) -> Iterator[bytes]:
    """What a file holds, as it is and unpacked."""
    body = path.read_bytes()
    yield body
    if path.suffix == ".gz":
        yield gzip.decompress(body)
    if path.name in ("natives.sqlite", "graphs.sqlite"):
        with sqlite3.connect(path) as connection:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for row in connection.execute(f"SELECT * FROM {table}"):
                    yield from (zlib.decompress(cell, 47) for cell in row if isinstance(cell, bytes) and len(cell) > 32)


def holding(var: Path) -> list[str]:
    files = (path for path in var.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path.relative_to(var)) for path in files if any(SECRET.encode() in text for text in unpacked(path))]


def test_nothing_of_the_record_is_left_on_the_disk(folder: WorkingFolder, given: Path) -> None:
    folder.ingest(given)
    record = with_secret(folder)
    assert {"natives/natives.sqlite", "graphs.sqlite", "state.sqlite"} <= set(holding(folder.settings.var))
    done = erase(folder, record)
    assert (done.records, done.release, done.removed, done.still_read) == (1, 2, (1,), ())
    assert holding(folder.settings.var) == []
    reader = folder.current.reader()
    assert [triple.object for triple in reader.triples(NamedNode(record), RDF.type)] == [DT.WithdrawnRecord]
    assert folder.current.manifest.counts.records == 2
    assert len(set(reader.triples(None, DCT.title))) > 2  # of the others


def test_it_does_not_come_back_and_the_others_stay(folder: WorkingFolder, given: Path) -> None:
    folder.ingest(given)
    record = with_secret(folder)
    erase(folder, record)
    report = folder.ingest(given)
    assert (report.total[Fate.DELETED], report.total[Fate.UNCHANGED]) == (1, 2)
    assert ("record.taken-down", "warning") in {(code, severity.value) for code, severity in report.problems}
    assert holding(folder.settings.var) == []
    with State(folder.settings.state, writing=False) as state:
        (takedown,) = state.takedowns()
    assert (takedown.record, takedown.reason) == (record, "asked for by the data centre")


def test_doing_it_again_changes_nothing_but_finishes_what_was_left(folder: WorkingFolder, given: Path) -> None:
    folder.ingest(given)
    record = with_secret(folder)
    reader = folder.current.reader()  # somebody reads the first release
    assert erase(folder, record).still_read == (1,)
    reader.close()
    done = erase(folder, record)
    assert (done.records, done.still_read) == (0, ())
    assert 1 in done.removed
    assert holding(folder.settings.var) == []


def test_a_record_that_is_not_known_stops_it_before_anything_is_erased(folder: WorkingFolder, given: Path) -> None:
    folder.ingest(given)
    with Workshop(folder.settings) as shop, pytest.raises(DataTerraError, match="there is no record"):
        take_down(shop, [with_secret(folder), Iri(record_iri("aviso", "nothing"))], "x")
    assert folder.current.number == 1
    assert with_secret(folder)


def test_the_command_asks_first(folder: WorkingFolder, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.ingest(given)
    record = with_secret(folder)
    monkeypatch.setenv("DATATERRA_VAR", str(folder.settings.var))
    asked = CliRunner().invoke(main, ["takedown", record, "--reason", "test"], input="n\n")
    assert (asked.exit_code, folder.current.number) == (1, 1)
    done = CliRunner().invoke(main, ["takedown", record, "--reason", "test", "--yes"])
    assert done.exit_code == 0, done.output
    assert "1 record(s) taken down; release 2 is served without them." in done.output
