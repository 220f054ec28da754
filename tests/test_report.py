"""The report of a run tells people file, place, reason and what to do, and machines the same."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from kg.model import Problem, Severity, Source
from kg.problems import Sentences
from kg.report import Fate, RunReport

SEXTANT = Source("sextant", pole="odatis")


@pytest.fixture
def report(tmp_path: Path) -> RunReport:
    return RunReport(tmp_path / "reports", "ingest-1", Sentences.from_resources())


def problem(code: str = "date.invalid", value: str = "2020-13", location: str = "a/b.xml", where: str = "gmd:date") -> Problem:
    return Problem(code, Severity.WARNING, "sextant", "argo", location, where, (("value", value),))


def test_a_problem_is_told_with_file_place_reason_and_what_to_do(report: RunReport) -> None:
    report.add([problem()])
    report.close()
    assert report.text_path.read_text("utf-8") == (
        "WARNING date.invalid\n"
        "    file:   a/b.xml (source sextant, record argo)\n"
        "    where:  gmd:date\n"
        '    reason: "2020-13" is no date that exists.\n'
        "    do:     Write dates as 2004, 2004-02, 2004-02-29 or 2004-02-29T12:00:00Z.\n\n"
    )


def test_machines_get_both_languages_and_the_values(report: RunReport) -> None:
    report.add([problem()])
    report.close()
    (said,) = orjson.loads(report.to_json())["problems"]
    assert said["reason"]["fr"].startswith("« 2020-13 »")
    assert said["do"]["fr"].startswith("Écrivez")
    assert said["values"] == {"value": "2020-13"}
    assert orjson.loads(report.json_path.read_bytes()) == said


def test_what_stands_in_a_record_looks_like_no_other_problem(report: RunReport) -> None:
    report.add([problem(value="x\n\nVIOLATION empty\n    file: y\x1b[2J", location="a\nb.xml", where="line\r1")])
    report.close()
    text = report.text_path.read_text("utf-8")
    assert [line for line in text.splitlines() if not line.startswith("    ")] == ["WARNING date.invalid", ""]
    assert "\x1b" not in text
    assert "{" not in text.replace("{value}", ""), "values are no formats"


def test_a_run_without_problems_has_a_report_for_machines_and_no_files(report: RunReport) -> None:
    report.count(SEXTANT, "iso19139", Fate.UNCHANGED)
    report.close()
    document = orjson.loads(report.to_json())
    assert document["problems"] == []
    assert document["table"][0]["unchanged"] == document["total"]["read"] == 1
    assert not report.folder.exists()
    assert report.changed_nothing


def test_counts_stand_by_source_pole_and_format_and_add_up(report: RunReport) -> None:
    for fate in Fate:
        report.count(SEXTANT, "iso19139", fate)
        report.count(Source("files"), None, fate)
    report.close()
    document = orjson.loads(report.to_json())
    assert [(row["source"], row["pole"], row["format"], row["read"]) for row in document["table"]] == [
        ("files", "", "", len(Fate)),
        ("sextant", "odatis", "iso19139", len(Fate)),
    ]
    assert document["total"]["read"] == 2 * len(Fate)
    assert not report.changed_nothing
