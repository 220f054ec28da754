"""`dataterra check`: what the graph would make of a record, without a working folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.check.checker import Advice, Checked, Checker, Verdict
from kg.check.text import as_text
from kg.check.words import words
from kg.config import Settings
from kg.model import Severity
from kg.namespaces import BASE

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return Checker(Settings(var=tmp_path_factory.mktemp("none") / "var"))


def check(checker: Checker, path: str) -> Checked:
    found = [checked for checked, _ in checker.files([EXAMPLES / path])]
    assert len(found) == 1
    return found[0]


def problem(checked: Checked, code: str) -> Advice:
    return next(each for each in checked.problems if each.code == code)


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATATERRA_")}
    environment |= {"DATATERRA_VAR": str(cwd / "nothing"), "PYTHONPATH": str(EXAMPLES.parent.parent)}
    command = [sys.executable, "-m", "kg.cli", "check", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_a_good_record_is_described_as_people_will_see_it(checker: Checker) -> None:
    checked = check(checker, "seanoe/42182-argo.xml")
    assert (checked.verdict, checked.format, checked.dataset) == (Verdict.WARNINGS, "datacite-xml", f"{BASE}dataset/doi/10.17882/42182")
    facts = {fact.name: fact.values for fact in checked.facts}
    (licence,) = facts["licence"]
    assert licence.text["fr"] == "CC BY 4.0" and licence.because[0].words == "CC-BY: Creative Commons - Attribution"
    variables = {value.text["en"]: value.because[0].words for value in facts["variable"]}
    assert variables["Salinity"] == "Salinity of the water column"
    assert "physical" in {value.text[""] for value in facts["unmapped"]}
    assert checked.quality is not None and 0.5 < checked.quality < 1
    assert "missing.lineage" in {each.code for each in checked.missing} and "missing.licence" not in {each.code for each in checked.missing}


@pytest.mark.parametrize(
    ("path", "code", "severity", "place"),
    [
        ("faults/box-latitude-first.xml", "place-latitude", Severity.VIOLATION, "southBoundLatitude"),
        ("faults/end-before-start.xml", "period-order", Severity.VIOLATION, "beginPosition"),
        ("faults/script-in-title.xml", "dataset-access", Severity.WARNING, ""),
        ("faults/invalid-date.xml", "date.invalid", Severity.WARNING, "beginPosition"),
        ("faults/javascript-link.xml", "iri.invalid", Severity.WARNING, "linkage/URL"),
        ("faults-json/box-out-of-range.json", "place-latitude", Severity.VIOLATION, "extent.spatial.bbox[0]"),
        ("faults-json/bad-date.json", "date.invalid", Severity.WARNING, "dates[0].date"),
        ("faults-json/end-before-start.ttl", "period-order", Severity.VIOLATION, "dct:temporal/dcat:startDate"),
    ],
)
def test_a_problem_says_where_in_the_native_it_stands(checker: Checker, path: str, code: str, severity: Severity, place: str) -> None:
    found = problem(check(checker, path), code)
    assert found.severity is severity
    assert place in "".join(found.places)
    if path.endswith(".xml") and place:
        line = int(found.places[0].rpartition("(line ")[2].rstrip(")"))
        text = (EXAMPLES / path).read_text("utf-8").splitlines()[line - 1]
        assert place.rpartition("/")[2] in text


def test_what_is_missing_says_where_it_would_be_read_from_and_shows_how_it_should_be(checker: Checker) -> None:
    found = problem(check(checker, "faults/missing-title.xml"), "dataset-title")
    assert found.read_from == ("gmd:identificationInfo/*/gmd:citation/gmd:CI_Citation/gmd:title",)
    assert found.example is not None and found.example.text.startswith("<gmd:title>")
    assert set(found.what) == set(found.do) == set(found.rule) == {"en", "fr"}


def test_each_record_of_a_container_is_checked(checker: Checker) -> None:
    found = [checked.location for checked, _ in checker.files([EXAMPLES / "faults-json/duplicate-identifier.jsonl"])]
    assert found == ["duplicate-identifier.jsonl#1", "duplicate-identifier.jsonl#2"]


def test_what_is_no_record_is_refused_with_what_to_do(checker: Checker) -> None:
    for path, code in (
        ("faults/entity-bomb.xml", "xml.entities"),
        ("faults-json/package.json", "format.unknown"),
        ("faults/empty.xml", "empty"),
    ):
        checked = check(checker, path)
        assert (checked.verdict, [each.code for each in checked.problems]) == (Verdict.REFUSED, [code])
        assert checked.problems[0].do["fr"]


def test_the_text_is_in_either_language_and_commands_no_terminal(checker: Checker) -> None:
    checked, _ = next(
        checker.body(b'{"stac_version": "1.0.0", "id": "a", "type": "Collection", "extent": {}, "title": "x \\u001b[31m red"}', "a.json")
    )
    english, french = as_text(checked, "en"), as_text(checked, "fr")
    assert "would be" in english and "serait" in french
    assert "\x1b" not in english
    assert all(set(row) == {"en", "fr"} for row in words().values())


def test_the_command_needs_no_working_folder_and_makes_none(tmp_path: Path) -> None:
    refused = run(EXAMPLES / "faults/missing-title.xml", "--lang", "fr", cwd=tmp_path)
    assert refused.returncode == 3 and "serait refusée" in refused.stdout and "gmd:title" in refused.stdout
    lines = run(EXAMPLES / "seanoe/42182-argo.xml", "--json", cwd=tmp_path)
    assert lines.returncode == 0 and json.loads(lines.stdout)["verdict"] == "published with warnings"
    turtle = run(EXAMPLES / "seanoe/42182-argo.xml", "--turtle", cwd=tmp_path)
    assert "dct:license <http" in turtle.stdout
    assert list(tmp_path.iterdir()) == []


def test_it_is_said_where_an_identifier_would_be_read_from_and_where_a_format_has_no_field(checker: Checker) -> None:
    assert problem(check(checker, "faults/missing-identifier.xml"), "identifier.missing").read_from == ("gmd:fileIdentifier",)
    checked, _ = next(checker.files([EXAMPLES / "esdd-aeris/aeris.jsonl"]))
    licence = problem(checked, "dataset-licence")
    assert (licence.read_from, licence.no_field) == ((), True)
    assert "No field of this format is read for it." in as_text(checked, "en")


@pytest.mark.parametrize(("path", "kind"), [("argo-sensors", "instrument"), ("sedoo", "project"), ("wigos", "platform")])
def test_of_things_nobody_asks_what_is_asked_of_data(path: str, kind: str, checker: Checker, examples: Path) -> None:
    """No licence, no way to the data, no quality; and they are called what they are, in both languages."""
    found = [checked for checked, _ in checker.files([examples / path]) if checked.kind == kind]
    assert found
    of_data = {f"dataset-{name}" for name in ("licence", "access", "way", "responsible", "contact", "subject", "spatial", "temporal")}
    for checked in found:
        assert checked.quality is None and not checked.missing
        assert not of_data & {advice.code for advice in checked.problems}
        assert "Data set" not in as_text(checked, "en") and "Jeu de données" not in as_text(checked, "fr")
