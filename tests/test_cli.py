"""The command as people call it: what it prints, where it writes, and with which code it ends."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson
import pytest

from kg.cli import main
from kg.crosswalk.engine import Mapper
from kg.model import Iri
from kg.namespaces import record_iri
from kg.processing import Processor
from kg.state import State

WorkingFolder = Any  # of tests/conftest.py


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands())


def examples_of(command: click.Command) -> list[list[str]]:
    lines = (command.help or "").partition("Example:\n")[2].splitlines()
    return [shlex.split(part) for line in lines for part in line.split("&&") if part.strip().startswith("dataterra ")]


def assert_said(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """It ended as it should, and said why without a traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    for text in said:
        assert text in (done.stderr + done.stdout).replace("\n", " "), (text, done.stderr)


# --- help ---


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_of_itself(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    # a command keeps its help option from the first context on: without the names it would have no -h for the tests after this one
    shown = command.get_help(click.Context(command, info_name=" ".join(("dataterra", *path)), help_option_names=["-h", "--help"]))
    assert "Example:" in shown
    calls = examples_of(command)
    assert calls
    assert any(tuple(call[1 : 1 + len(path)]) == path for call in calls)


def test_help_needs_no_working_folder_and_is_quick_to_ask_for(folder: WorkingFolder) -> None:
    shutil.rmtree(folder.settings.var)
    done = folder.run("--help")
    assert_said(done, 0, "harvest -> map -> link -> validate -> publish -> serve")
    assert not folder.settings.var.exists()


#: Examples that need the network or Java: `tests/ontology` runs these.
_ELSEWHERE = {("ontology", "check"), ("ontology", "fetch")}


def test_the_examples_of_the_help_run(folder: WorkingFolder, tmp_path: Path, root: Path) -> None:
    there = tmp_path / "work"
    for named in ("tests/examples", "tests/link/judged", "tests/vocabulary/files"):
        shutil.copytree(root / named, there / named)
    environment = folder.environment() | {"PYTHONPATH": str(root)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kg.cli", *arguments], env=environment, cwd=there, capture_output=True, text=True, timeout=120
        )

    ice = (there / "tests/vocabulary/files/sea-ice.ttl").read_text("utf-8")
    (there / "newer.ttl").write_text(ice.replace("land-fast", "shore-fast"), "utf-8")
    (there / "outage.ttl").write_text(ice.partition("ice:drift")[0], "utf-8")
    first = [
        "ingest tests/examples/sextant tests/examples/aeris --json report.json",
        "ingest tests/examples/seanoe",
        "vocab import tests/vocabulary/files/sea-ice.ttl --as sea-ice --date 2025-04-23",
        "vocab pull sea-ice --from newer.ttl --date 2025-05-02",
        "vocab pull sea-ice --from outage.ttl --date 2025-05-03",
    ]
    for line in first:
        assert_said(run(*line.split()), 0)
    calls = {
        tuple(call[1 : call.index(">") if ">" in call else None]): command
        for command in COMMANDS.values()
        for call in examples_of(command)
        if call[1] not in ("serve", "takedown")  # `tests/test_takedown.py` runs the one that erases what the others need
    }
    calls = {call: command for call, command in calls.items() if call[:2] not in _ELSEWHERE}
    # what is held is compared before the next import lets it go, and doctor comes after; a roll-back comes last
    ranks = {("vocab", "diff"): 0, ("doctor",): 2, ("release", "rollback"): 3}
    last = sorted(calls, key=lambda call: ranks.get(call[:2], 1))
    for call in last:
        arguments = ["1" if each == "3" else each for each in call]  # to a release that is there
        assert_said(run(*arguments), 3 if call[0] in ("check", "validate") else 0)
    assert orjson.loads((there / "report.json").read_bytes())["total"]["read"] > 0
    assert_said(run("ingest", "tests/examples/aviso"), 1, "publishing is held", "aviso")


# --- ingest ---


def test_ingest_ends_with_a_table_that_adds_up_and_the_place_of_the_report(folder: WorkingFolder, examples: Path) -> None:
    done = folder.run("ingest", examples / "aviso", examples / "faults")
    assert_said(done, 0, "release 1:", "each with file, place, reason and what to do in")
    rows = [line.split() for line in done.stdout.splitlines() if line.strip().startswith(("aviso", "faults", "total"))]
    total = [int(cell) for cell in rows[-1][1:]]
    assert total[0] == sum(total[1:])
    assert total[0] == sum(int(next(cell for cell in row if cell.isdigit())) for row in rows[:-1])
    report = Path(re.findall(r"in (\S+\.txt)", done.stdout)[0])
    assert report.is_relative_to(folder.settings.var)
    assert "reason:" in report.read_text("utf-8")


def test_a_second_ingest_says_that_nothing_has_changed(folder: WorkingFolder, examples: Path) -> None:
    folder.run("ingest", examples / "aviso")
    done = folder.run("ingest", examples / "aviso")
    assert_said(done, 0, "unchanged", "nothing has changed: no new release")


def test_the_report_for_machines_has_one_shape(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    folder.run("ingest", examples / "aviso", examples / "faults", "--json", tmp_path / "report.json")
    document = orjson.loads((tmp_path / "report.json").read_bytes())
    assert list(document) == ["release", "total", "table", "terms", "codes", "problems"]
    fates = {"read", "published", "unchanged", "quarantined", "failed", "not recognised", "duplicate", "deleted"}
    assert set(document["total"]) == fates
    assert all(set(row) == fates | {"source", "pole", "format"} for row in document["table"])
    assert all(set(row) == {"kind", "state", "count"} for row in document["terms"])
    keys = {"code", "severity", "source", "record", "file", "where", "values", "reason", "do"}
    assert all(set(problem) == keys for problem in document["problems"])
    assert all(set(problem["reason"]) == {"en", "fr"} for problem in document["problems"])
    assert sum(row["count"] for row in document["codes"]) == len(document["problems"])
    assert document["release"] == "1"


def test_a_report_without_problems_is_json_too(folder: WorkingFolder, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert_said(folder.run("ingest", tmp_path / "empty", "--json", tmp_path / "report.json"), 0)
    assert orjson.loads((tmp_path / "report.json").read_bytes())["problems"] == []


def test_a_source_that_is_given_keeps_what_is_known_of_it(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    folder.run("ingest", examples / "aviso")
    shutil.copy(examples / "aviso" / "fes2022.xml", tmp_path / "fes2022.xml")
    done = folder.run("ingest", tmp_path / "fes2022.xml", "--source", "aviso")
    assert_said(done, 0, "odatis", "unchanged", "nothing has changed")


def test_no_publish_stops_before_publishing(folder: WorkingFolder, examples: Path) -> None:
    assert_said(folder.run("ingest", examples / "aviso", "--no-publish"), 0)
    assert folder.releases.current() is None
    assert_said(folder.run("publish", "--tag", "first"), 0, "release 1")
    assert folder.releases.tags() == {"first": 1}


# --- what is wrong is said ---


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("id = ", "no TOML"),
        ("pole = 'aeris'", "is no identifier of a source"),
        ("id = 'A B'", "is no identifier of a source"),
        ("id = 'a'\npole = 'mars'", "pole is 'mars'"),
        ("id = 'a'\npoles = 'aeris'", "unknown: poles"),
        ("id = 'a'\ntrust = 200", "trust is not a whole number"),
        ("id = 'a'\ntrust = true", "trust is not a whole number"),
        ("id = 'a'\ntitle = 'A'", "title is not a table of texts by language"),
        ("id = 'a'\ntitle = {'not a tag' = 'A'}", "title is not a table of texts by language"),
        ("id = 'a'\nhomepage = 'www.example.org'", "homepage is 'www.example.org'"),
        ("id = 'a'\nmetadata_licence = 'CC BY 4.0'", "metadata_licence is 'CC BY 4.0'"),
        ("id = 'a'\ncentre = 'Ifremer, Brest'", "centre is 'Ifremer, Brest'"),
    ],
)
def test_a_wrong_source_description_is_said_with_its_file(
    folder: WorkingFolder, examples: Path, tmp_path: Path, toml: str, said: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "source.toml").write_text(toml)
    shutil.copy(examples / "aviso" / "fes2022.xml", tmp_path / "in")
    assert_said(folder.run("map", tmp_path / "in"), 1, said, "source.toml")


def test_errors_are_said_and_not_thrown(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    aviso = examples / "aviso"
    assert_said(folder.run("ingest", tmp_path / "none"), 1, "there is no such file or folder", "none")
    assert_said(folder.run("ingest", aviso, "--source", "A B"), 1, "'A B' is no identifier of a source", "--source")
    assert_said(folder.run("ingest", aviso, "--json", tmp_path / "none" / "report.json"), 1, "there is no such folder")
    assert_said(folder.run("ingest", aviso, "--json", tmp_path), 2, "is a directory")
    assert_said(folder.run("ingest", aviso, DATATERRA_WORKERS="abc"), 1, "'abc' is not a number", "DATATERRA_WORKERS")
    assert_said(folder.run("release", "diff", "98", "99"), 1, "there is no release 98", "release list")
    assert_said(folder.run("release", "rollback", "99"), 1, "there is no release 99")
    assert_said(folder.run("doctor", DATATERRA_VAR="/dev/null/var"), 3, "/dev/null")
    assert_said(folder.run("ingest", aviso, DATATERRA_VAR="/dev/null/var"), 1, "DATATERRA_VAR", "/dev/null/var")
    assert_said(folder.run("map", aviso, "--format", "word"), 2, "Invalid value for '--format'")
    assert_said(folder.run("ingest"), 2, "Missing argument")
    assert_said(folder.run("digest"), 2, "No such command")


def test_nothing_is_served_where_there_is_no_release(folder: WorkingFolder) -> None:
    assert_said(folder.run("serve"), 1, "there is no release to serve", "dataterra ingest PATH")


def test_a_folder_that_another_process_writes_to_is_left_alone(folder: WorkingFolder, examples: Path) -> None:
    with State(folder.settings.state):
        for arguments in (("ingest", examples / "aviso"), ("link",), ("publish",), ("release", "rollback", "1")):
            assert_said(folder.run(*arguments), 1, f"process {os.getpid()}", "is writing to this working folder")
        assert_said(folder.run("doctor"), 3, f"process {os.getpid()}")


# --- map, validate ---


def test_map_shows_the_graph_and_stores_nothing(folder: WorkingFolder, examples: Path) -> None:
    before = sorted(path for path in folder.settings.var.rglob("*"))
    turtle = folder.run("map", examples / "aviso" / "fes2022.xml")
    assert_said(turtle, 0)
    assert "@prefix dcat:" in turtle.stdout
    lines = folder.run("map", examples / "aviso" / "fes2022.xml", "--format", "ntriples").stdout.splitlines()
    assert lines == sorted(lines)
    assert all(line.endswith(" .") for line in lines)
    assert sorted(path for path in folder.settings.var.rglob("*")) == before


def test_validate_ends_with_3_where_a_record_would_be_refused_and_says_what_to_do(folder: WorkingFolder, examples: Path) -> None:
    sound = folder.run("validate", examples / "aviso" / "fes2022.xml")
    assert_said(sound, 0, ": accepted")
    refused = folder.run("validate", examples / "faults" / "missing-title.xml")
    assert_said(refused, 3, ": refused", "violation: missing-title.xml")
    assert_said(folder.run("validate", examples / "faults" / "truncated.xml"), 3, "not well-formed XML", "line")


def test_validate_says_of_every_sample_what_ingest_would(folder: WorkingFolder, examples: Path) -> None:
    folder.ingest(examples, publish=False)
    done = folder.run("validate", examples)
    said = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines() if line.endswith((": accepted", ": refused")))
    with State(folder.settings.state, writing=False) as state:
        wanted = {row.iri: "accepted" if row.status == "published" else "refused" for row in state.records() if row.iri}
    assert said == wanted


def test_control_characters_of_a_record_do_not_reach_the_terminal(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    text = (examples / "geodes" / "item-snow-rockies.json").read_text("utf-8")
    item = orjson.loads(text)
    item["properties"]["datetime"] = "\x1b[31mred\x07"
    (tmp_path / "item.json").write_bytes(orjson.dumps(item))
    done = folder.run("validate", tmp_path / "item.json")
    assert "red" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert "\x07" not in done.stderr + done.stdout


# --- releases ---


def test_releases_are_listed_compared_rolled_back_and_resumed(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    shutil.copytree(examples / "aviso", tmp_path / "aviso")
    assert_said(folder.run("ingest", tmp_path / "aviso"), 0)
    file = tmp_path / "aviso" / "fes2022.xml"
    file.write_text(file.read_text("utf-8").replace("FES2022", "FES2023"), "utf-8")
    with State(folder.settings.state, writing=False) as state:
        changed = next(row.iri for row in state.records() if row.location == "fes2022.xml")
    assert_said(folder.run("ingest", tmp_path / "aviso"), 0)
    listed = folder.run("release", "list").stdout
    assert re.search(r"2 .*served", listed)
    compared = folder.run("release", "diff", 1, 2).stdout
    assert "records changed: 1" in compared
    assert f"~ {changed}" in compared
    lines = folder.run("release", "diff", 1, 2, "--record", changed).stdout.splitlines()
    assert any(line.startswith("- <") and "FES2022" in line for line in lines)
    assert any(line.startswith("+ <") and "FES2023" in line for line in lines)
    assert_said(folder.run("release", "rollback", 1), 0, "Release 1 of", "Publishing is held")
    assert folder.current.number == 1
    assert_said(folder.run("release", "list"), 0, "Publishing is held since the roll-back to release 1")
    file.write_text(file.read_text("utf-8").replace("FES2023", "FES2024"), "utf-8")
    held = folder.run("ingest", tmp_path / "aviso", "--json", tmp_path / "report.json")
    assert_said(held, 1, "publishing is held", "--resume", "published")
    assert orjson.loads((tmp_path / "report.json").read_bytes())["total"]["published"] == 1
    assert folder.current.number == 1
    assert_said(folder.run("publish", "--resume"), 0, "release 3")
    assert folder.current.number == 3
    assert_said(folder.run("doctor"), 0)


# --- doctor ---


def test_doctor_says_that_all_is_sound(folder: WorkingFolder, examples: Path) -> None:
    folder.ingest(examples / "aviso", examples / "sensornanny")  # data sets, and things, which are no data sets
    done = folder.run("doctor")
    assert_said(done, 0, "release 1", "0 records wait to be written", "the merged graph is the union")
    assert "BAD" not in done.stdout


def test_doctor_tells_what_waits(folder: WorkingFolder, examples: Path) -> None:
    folder.ingest(examples / "aviso")
    with State(folder.settings.state) as state:
        state.mark_pending([Iri(record_iri("aviso", row.identifier)) for row in state.records()])
    assert_said(folder.run("doctor"), 3, "3 records wait to be written", "the last run was killed")
    assert_said(folder.run("publish"), 0)
    assert_said(folder.run("doctor"), 0)


@pytest.mark.parametrize(
    "damaged",
    [
        "state.sqlite",
        "store/CURRENT",
        "releases/current/store/CURRENT",
        "releases/current/index/index.json",
        "releases/current/release.json",
    ],
)
def test_doctor_tells_what_is_damaged(folder: WorkingFolder, examples: Path, damaged: str) -> None:
    folder.ingest(examples / "aviso")
    file = folder.settings.var / damaged
    content = b"damaged " * 2000
    file.unlink()
    file.write_bytes(content)
    done = folder.run("doctor")
    assert_said(done, 3, "BAD")


def test_doctor_tells_a_missing_index(folder: WorkingFolder, examples: Path) -> None:
    folder.ingest(examples / "aviso")
    shutil.rmtree(folder.current.index_path)
    assert_said(folder.run("doctor"), 3, "BAD", "index")


# --- one bug in one record is not caught by the way, but leaves what was written ---


def test_a_fault_of_the_software_leaves_a_folder_that_the_next_run_goes_on_with(
    folder: WorkingFolder, examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Processor.process

    def breaks(self: Processor, native: Any) -> Any:
        if native.location == "meta3.2-dt-allsat.xml":
            raise ZeroDivisionError
        return process(self, native)

    monkeypatch.setattr(Processor, "process", breaks)
    with pytest.raises(ZeroDivisionError):
        folder.ingest(examples / "aviso")
    monkeypatch.undo()
    assert folder.ingest(examples / "aviso").release == "1"
    assert Mapper.from_resources().version
