"""The command `dataterra mend`, as a process of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.mend.task import codes

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests/examples/sextant/rephy.xml"


def run(*arguments: object, cwd: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATATERRA_")}
    environment |= {"DATATERRA_VAR": str(cwd / "nothing"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "kg.cli", "mend", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, input=answer, capture_output=True, text=True)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy that may be written over."""
    return Path(shutil.copy(SAMPLE, tmp_path / "rephy.xml"))


def test_nothing_is_written_where_nobody_asks(sample: Path) -> None:
    told = run(sample.name, "--lang", "fr", cwd=sample.parent)
    assert (told.returncode, sample.read_bytes()) == (0, SAMPLE.read_bytes())
    assert "licence.iri" in told.stdout and "désormais" in told.stdout and "semapv:LexicalMatching" in told.stdout
    assert list(sample.parent.iterdir()) == [sample]


def test_the_difference_makes_the_mended_file(sample: Path) -> None:
    if not shutil.which("patch"):
        pytest.skip("patch is not installed")
    difference = run(sample.name, "--diff", cwd=sample.parent).stdout
    written = run(sample.name, "-o", "mended.xml", cwd=sample.parent)
    assert written.returncode == 0 and (sample.parent / "mended.xml").stat().st_mode & 0o777 == 0o644
    subprocess.run(["patch", "-p1"], input=difference, text=True, cwd=sample.parent, check=True, capture_output=True)
    assert sample.read_bytes() == (sample.parent / "mended.xml").read_bytes() != SAMPLE.read_bytes()
    printed = run(SAMPLE, "-o", "-", cwd=sample.parent)
    assert printed.stdout == sample.read_text("utf-8") and "licence.iri" in printed.stderr


def test_files_are_written_over_after_a_question_only(sample: Path) -> None:
    run(sample, "--in-place", cwd=sample.parent, answer="n\n")
    assert sample.read_bytes() == SAMPLE.read_bytes()
    sample.chmod(0o600)
    run(sample.parent, "--in-place", "--only", "licence.iri", cwd=sample.parent, answer="y\n")
    assert b'gmx:Anchor xlink:href="https://creativecommons.org/licenses/by/4.0/"' in sample.read_bytes()
    assert b"w3id.org/dataterra/theme" not in sample.read_bytes() and sample.stat().st_mode & 0o777 == 0o600
    run(sample, "--in-place", "--yes", cwd=sample.parent)
    assert b"w3id.org/dataterra/theme" in sample.read_bytes()


def test_json_says_each_repair_with_its_mapping(sample: Path) -> None:
    (line,) = run(sample, "--json", cwd=sample.parent).stdout.splitlines()
    told = json.loads(line)
    assert (told["result"], told["format"]) == ("mended", "iso19139")
    licence = next(each for each in told["repairs"] if each["code"] == "licence.iri")
    assert set(licence["said"]) == {"en", "fr"} and licence["why"][0]["concept"].endswith("/licence/cc-by-4-0")
    assert "<gmx:Anchor" in licence["after"] and "<gco:CharacterString>" in licence["before"]


def test_exit_codes_and_errors_are_for_people(tmp_path: Path) -> None:
    bomb = run(ROOT / "tests/examples/faults/entity-bomb.xml", cwd=tmp_path)
    assert bomb.returncode == 3 and "not mended" in bomb.stdout and "entities" in bomb.stdout
    for arguments in (["nowhere.xml"], [SAMPLE, "--only", "everything"], [SAMPLE, SAMPLE, "-o", "x"], [SAMPLE, "-o", "x", "--in-place"]):
        wrong = run(*arguments, cwd=tmp_path)
        assert wrong.returncode == 2 and "Traceback" not in wrong.stderr and "Error" in wrong.stderr
    assert run(SAMPLE, "-o", "no/such/folder.xml", cwd=tmp_path).returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_the_command_in_the_document_prints_what_the_document_shows(tmp_path: Path) -> None:
    text = (ROOT / "docs/mend.md").read_text("utf-8")
    (command,), (shown,) = (re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for kind in ("sh", "diff"))
    _, _, *arguments = shlex.split(command)
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    assert run(*arguments, cwd=tmp_path).stdout == shown


def test_the_document_names_every_repair_and_no_other() -> None:
    text = (ROOT / "docs/mend.md").read_text("utf-8")
    section = text[text.index("## What is repaired") : text.index("## Why you can trust it")]
    named = {code for line in section.splitlines() if line.startswith("| `") for code in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert named == set(codes())


def test_a_file_is_named_as_it_was_asked_for_and_its_difference_from_the_root(sample: Path) -> None:
    assert run(sample, cwd=sample.parent).stdout.startswith(f"{sample}:")
    head = run(sample, "--diff", cwd=sample.parent).stdout.splitlines()[:2]
    assert head == [f"--- a{sample}", f"+++ b{sample}"]
