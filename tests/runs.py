"""What tests of runs ask: which records differ between two releases, what became of natives; and how a file is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.model import Iri
from kg.namespaces import record_iri
from kg.report import RunReport

WorkingFolder = Any  # of tests/conftest.py


def difference(folder: WorkingFolder, before: int, after: int) -> dict[str, tuple[Iri, ...]]:
    found = folder.releases.difference(folder.releases.get(before), folder.releases.get(after))
    return {name: iris for name in ("records_added", "records_changed", "records_removed") if (iris := getattr(found, name))}


def record(name: str, source: str = "sextant") -> Iri:
    return Iri(record_iri(source, name))


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def fates(report: RunReport) -> dict[str, int]:
    return {fate.value: count for fate, count in report.total.items() if count}
