"""What a run did: a table that adds up, and a list of all problems, for people and for machines."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

import orjson

from kg.model import Problem, Severity, Source
from kg.problems import Sentences


class Fate(StrEnum):
    """What became of one native. Every native that is read has exactly one."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    UNRECOGNISED = "not recognised"
    DUPLICATE = "duplicate"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What the table counts together."""

    source: str
    pole: str
    format: str


@dataclass(slots=True)
class RunReport:
    """Counts by source, pole and format; and the file to which problems are written while the run goes on, so that they take no memory."""

    folder: Path
    name: str
    sentences: Sentences
    fates: dict[Line, Counter[Fate]] = field(default_factory=dict)
    problems: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    linked: Counter[tuple[str, str]] = field(default_factory=Counter)
    release: str = ""
    _text: IO[str] | None = None
    _lines: IO[bytes] | None = None

    @property
    def text_path(self) -> Path:
        """The list of problems for people."""
        return self.folder / f"{self.name}.txt"

    @property
    def json_path(self) -> Path:
        """The list of problems for machines, one JSON object a line."""
        return self.folder / f"{self.name}.jsonl"

    def count(self, source: Source, format: str | None, fate: Fate) -> None:
        """Count one native."""
        line = Line(source.id, source.pole or "", format or "")
        self.fates.setdefault(line, Counter())[fate] += 1

    def add(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        """Write problems down."""
        for problem in problems:
            self.problems[(problem.code, problem.severity)] += 1
            self._write(problem)

    @property
    def total(self) -> Counter[Fate]:
        """Counts over all lines."""
        return sum(self.fates.values(), Counter())

    @property
    def changed_nothing(self) -> bool:
        """No record was published, withdrawn or newly refused by this run."""
        return self.total[Fate.PUBLISHED] == 0 and not self.release

    def close(self) -> None:
        """Close the files."""
        for file in (self._text, self._lines):
            if file is not None:
                file.close()

    def to_json(self) -> bytes:
        """What `write_json` writes."""
        output = io.BytesIO()
        self.write_json(output)
        return output.getvalue()

    def write_json(self, output: IO[bytes]) -> None:
        """Counts, totals and problems as one JSON document, once the run has ended (`close`); the problems are copied from the file."""
        rows = [
            {"source": line.source, "pole": line.pole, "format": line.format, "read": sum(counts.values())}
            | {fate.value: counts[fate] for fate in Fate}
            for line, counts in sorted(self.fates.items())
        ]
        codes = [{"code": code, "severity": severity.value, "count": count} for (code, severity), count in sorted(self.problems.items())]
        terms = [{"kind": kind, "state": state, "count": count} for (kind, state), count in sorted(self.linked.items())]
        total = {"read": sum(self.total.values())} | {fate.value: self.total[fate] for fate in Fate}
        document = {"release": self.release, "total": total, "table": rows, "terms": terms, "codes": codes}
        output.write(orjson.dumps(document, option=orjson.OPT_INDENT_2).removesuffix(b"\n}") + b',\n  "problems": [')
        for number, line in enumerate(self._read_lines()):
            output.write((b",\n    " if number else b"\n    ") + line)
        output.write(b"\n  ]\n}\n")

    def _read_lines(self) -> Iterator[bytes]:
        if self.json_path.exists():
            with self.json_path.open("rb") as file:
                yield from (line.rstrip(b"\n") for line in file)

    def _write(self, problem: Problem) -> None:
        if self._text is None or self._lines is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._text, self._lines = self.text_path.open("w", encoding="utf-8"), self.json_path.open("wb")
        place = f"\n    where:  {_line(problem.where)}" if problem.where else ""
        do = self.sentences.do(problem)
        self._text.write(
            f"{problem.severity.upper()} {problem.code}\n"
            f"    file:   {_line(problem.location)} (source {problem.source}, record {_line(problem.identifier)}){place}\n"
            f"    reason: {_line(self.sentences.what(problem))}\n" + (f"    do:     {do}\n" if do else "") + "\n"
        )
        self._lines.write(orjson.dumps(problem_json(problem, self.sentences)) + b"\n")


def _line(text: str) -> str:
    """One line: what stands in a record must not look like another problem."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " for each in text)


def problem_json(problem: Problem, sentences: Sentences) -> dict[str, object]:
    """A problem with its sentences in both languages."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "source": problem.source,
        "record": problem.identifier,
        "file": problem.location,
        "where": problem.where,
        "values": dict(problem.values),
        "reason": {language: sentences.what(problem, language) for language in ("en", "fr")},
        "do": {language: sentences.do(problem, language) for language in ("en", "fr")},
    }
