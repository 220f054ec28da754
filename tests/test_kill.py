"""Whatever kills a run, at whatever moment: what is served stays served, and the next run finishes what was begun."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataTerraError
from kg.report import Fate
from kg.search.index import open_index
from kg.state import State
from kg.store import WorkingStore

WorkingFolder = Any  # of tests/conftest.py

#: Kills in each of two harvests. DATATERRA_SLOW=1 kills ten times as often.
KILLS = 100 if os.environ.get("DATATERRA_SLOW") else 10

#: How many records are made of each sample, and what in it is the identifier.
VARIED = {
    "sextant/marel-carnot.xml": (50, "<gco:CharacterString>marel-carnot</gco:CharacterString>"),
    "pndb/spipoll.xml": (50, 'packageId="spipoll.2020"'),
    "geodes/item-snow-rockies.json": (50, '"id": "LIS_S2-SNOW-FSC_T11UNT_20170704T185934_1-10_01"'),
}
BROKEN = {"broken.xml": "<gmd:MD_Metadata", "picture.png": "\x89PNG", "empty.json": ""}


def harvest(input: Path, examples: Path, generation: int) -> Path:
    """A few hundred records. From one generation to the next a third of them changes, some break, some are deleted, some are new."""
    for sample, (count, identifier) in VARIED.items():
        text = (examples / sample).read_text("utf-8")
        folder = input / Path(sample).parent
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.toml").write_bytes((examples / sample).with_name("source.toml").read_bytes())
        for number in range(count + 5 * generation):
            version = generation if number % 3 == 0 else 0
            name = identifier.replace("<gco:CharacterString>", f"<gco:CharacterString>{number}-").replace('="', f'="{number}-')
            own = text.replace(identifier, name.replace('": "', f'": "{number}-')).replace("2020", f"20{20 + version}")
            (folder / f"{number:03}{Path(sample).suffix}").write_text(own[: 500 if number % 20 == generation else None], "utf-8")
        (folder / "twice.xml").write_bytes((folder / f"007{Path(sample).suffix}").read_bytes())
        for file, content in BROKEN.items():
            (folder / file).write_text(content, "latin-1")
    (input / "seanoe").mkdir(exist_ok=True)
    (input / "seanoe" / "source.toml").write_bytes((examples / "seanoe" / "source.toml").read_bytes())
    (input / "seanoe" / "oai.xml").write_text(oai((examples / "seanoe" / "39754-marel-carnot.xml").read_text("utf-8"), generation), "utf-8")
    return input


def oai(resource: str, generation: int) -> str:
    """An answer of OAI-PMH: from generation to generation ten more records are deleted."""
    payload = resource.partition("?>")[2]
    records = []
    for number in range(40):
        deleted = number < 10 * generation
        header = f"<identifier>oai:seanoe.org:{number}</identifier><datestamp>2024-01-0{1 + generation * deleted}</datestamp>"
        metadata = "" if deleted else f"<metadata>{payload.replace('10.17882/39754', f'10.17882/{number}')}</metadata>"
        status = ' status="deleted"' if deleted else ""
        records.append(f"<record><header{status}>{header}</header>{metadata}</record>")
    return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{"".join(records)}</ListRecords></OAI-PMH>'


def processes_of(var: Path) -> list[int]:
    """Processes that have this working folder in their environment."""
    mark = f"DATATERRA_VAR={var}\0".encode()
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit() and mark in environment_of(each)]


def environment_of(process: Path) -> bytes:
    try:
        state = (process / "stat").read_text("latin-1").rpartition(")")[2].split()[0]
        return b"" if state == "Z" else (process / "environ").read_bytes() + b"\0"
    except OSError:
        return b""


def kill_after(folder: WorkingFolder, seconds: float, *arguments: object) -> bool:
    """Start the command and kill it, and nothing but it; whether it was still at work."""
    child = subprocess.Popen(
        folder.command(*arguments),
        env=folder.environment(),
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
        return True
    return False


def assert_no_orphans(var: Path) -> None:
    end = time.monotonic() + 90  # of a busy machine
    while orphans := processes_of(var):
        assert time.monotonic() < end, f"{orphans} outlive their parent"
        time.sleep(0.02)


def assert_served(folder: WorkingFolder) -> int:
    """What is served opens, answers, and is what its manifest says."""
    release = folder.releases.current()
    if release is None:
        return 0
    reader = release.reader()
    counts = release.manifest.counts
    assert reader.count() == counts.quads
    assert open_index(release.index_path).num_datasets == counts.datasets
    ((records,),) = reader.query("SELECT (COUNT(?r) AS ?n) { ?r a <http://www.w3.org/ns/dcat#CatalogRecord> }")
    assert int(records.value) == counts.records
    reader.close()
    return int(release.number)


def assert_sound(folder: WorkingFolder) -> None:
    """At any moment the merged graph is the union of the named graphs, also while records wait to be written."""
    if not folder.settings.store.exists():
        return
    store = WorkingStore(folder.settings.store)
    try:
        assert store.check().sound
    finally:
        store.close()


@pytest.fixture
def moments() -> Iterator[Callable[[float], float]]:
    """Random moments of a run, the same in every test run; not while it imports."""
    chosen = random.Random(20260722)
    yield lambda longest: chosen.uniform(0.25, 1) * longest


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc, which this system does not have")
def test_a_run_killed_again_and_again_ends_where_an_undisturbed_one_ends(
    tmp_path: Path, examples: Path, new_folder: Callable[[Path], WorkingFolder], moments: Callable[[float], float]
) -> None:
    killed, undisturbed = new_folder(tmp_path / "killed"), new_folder(tmp_path / "undisturbed")
    for generation in range(2):
        input = harvest(tmp_path / "input", examples, generation)
        began = time.monotonic()
        assert undisturbed.run("ingest", input).returncode == 0
        kill_often(killed, input, moments, time.monotonic() - began)
        killed.ingest(input)
        assert killed.quads() == undisturbed.quads()
    assert_sound(killed)
    with State(killed.settings.state) as state:
        assert list(state.records(pending=True)) == []
    again = killed.ingest(input)
    assert again.release == ""
    assert again.total[Fate.PUBLISHED] == 0


def kill_often(folder: WorkingFolder, input: Path, moments: Callable[[float], float], lasts: float) -> None:
    """Kill runs that are at work, some of them with workers. When much is done already, all records are mapped again."""
    kills, served = 0, assert_served(folder)
    while kills < KILLS:
        folder.settings = replace(folder.settings, workers=2 if kills % 5 == 2 else 1)
        command = ("ingest", input, "--again") if kills >= 3 else ("ingest", input)
        if kill_after(folder, moments(lasts), *command):
            kills += 1
        else:
            lasts *= 0.8  # it ended before: runs are faster than the first one was
        assert_no_orphans(folder.settings.var)
        before, served = served, assert_served(folder)
        assert served >= before
        if kills % 5 == 0:
            assert_sound(folder)


def test_a_publish_killed_at_any_moment_serves_the_release_before_or_the_new_one(
    tmp_path: Path, examples: Path, folder: WorkingFolder, new_folder: Callable[[Path], WorkingFolder], moments: Callable[[float], float]
) -> None:
    other = new_folder(tmp_path / "undisturbed")
    folder.ingest(examples / "aviso", publish=False)
    for kill in range(KILLS):  # of the first release, and of one with more records than it
        if kill == KILLS // 2:
            folder.publish()
            folder.ingest(examples / "sextant", publish=False)
        before = assert_served(folder)
        kill_after(folder, moments(2.0), "publish")
        assert assert_served(folder) in (before, before + 1)
    folder.publish()
    other.ingest(examples / "aviso", examples / "sextant")
    assert folder.quads() == other.quads()
    assert [path.name for path in folder.settings.releases.iterdir() if path.name.startswith(".")] == []
    assert not (folder.settings.var / "index-next").exists()


def test_a_worker_that_dies_ends_the_run_with_a_clear_error_and_the_next_run_completes(
    tmp_path: Path, examples: Path, folder: WorkingFolder, new_folder: Callable[[Path], WorkingFolder]
) -> None:
    input = harvest(tmp_path / "input", examples, 0)
    folder.settings = replace(folder.settings, workers=2)
    child = subprocess.Popen(
        folder.command("ingest", input), env=folder.environment(), cwd=Path(__file__).parent.parent, stderr=subprocess.PIPE, text=True
    )
    while not (workers := [pid for pid in processes_of(folder.settings.var) if b"spawn_main" in command_line(pid)]):
        assert child.poll() is None, "no worker was started"
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "worker process died" in said
    assert "run the command again" in said
    assert "Traceback" not in said
    assert_no_orphans(folder.settings.var)
    assert folder.run("ingest", input).returncode == 0
    other = new_folder(tmp_path / "undisturbed")
    other.ingest(input)
    assert folder.quads() == other.quads()


def command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_killed_run_lets_go_of_the_folder_and_a_living_one_does_not(examples: Path, folder: WorkingFolder) -> None:
    with State(folder.settings.state), pytest.raises(DataTerraError, match="is writing to this working folder"):
        folder.ingest(examples / "aviso")
    assert folder.ingest(examples / "aviso").release == "1"
