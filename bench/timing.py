"""CPU time, and tables of it. The machine may be shared, so what is compared is CPU time; the least of several runs has the least noise."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

_Result = TypeVar("_Result")


def cpu_seconds() -> float:
    """CPU seconds of this process, its threads, and its children that have ended."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


@dataclass(slots=True)
class Spent:
    """CPU and wall seconds of one run of a step."""

    cpu: float = 0.0
    wall: float = 0.0


@contextmanager
def measured() -> Iterator[Spent]:
    """What the body of a `with` takes."""
    spent, cpu, wall = Spent(), cpu_seconds(), time.perf_counter()
    try:
        yield spent
    finally:
        spent.cpu, spent.wall = cpu_seconds() - cpu, time.perf_counter() - wall


@dataclass(slots=True)
class Step:
    """The runs of one step over a number of records."""

    name: str
    records: int
    runs: list[Spent] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """CPU seconds of the fastest run."""
        return min(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """Wall seconds of the fastest run."""
        return min(run.wall for run in self.runs)

    @property
    def each(self) -> float:
        """CPU milliseconds a record."""
        return 1000 * self.cpu / self.records

    @property
    def noise(self) -> float:
        """How much longer the slowest run took than the fastest, in percent."""
        return 100 * (max(run.cpu for run in self.runs) / max(self.cpu, 1e-9) - 1)


class Steps:
    """Steps in the order in which they were first measured."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}

    def __getitem__(self, name: str) -> Step:
        return self.steps[name]

    def __contains__(self, name: str) -> bool:
        return name in self.steps

    @contextmanager
    def step(self, name: str, records: int) -> Iterator[None]:
        """Measure one run of a step."""
        with measured() as spent:
            yield
        self.steps.setdefault(name, Step(name, records)).runs.append(spent)

    def run(self, name: str, records: int, work: Callable[[], _Result]) -> _Result:
        """Measure one run of a function."""
        with self.step(name, records):
            return work()


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, its columns aligned; all but the first to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) if not at else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
        + " |"
        for row in (head, *rows)
    ]
    rule = "|" + "|".join("-" * (width + 2) if not at else "-" * (width + 1) + ":" for at, width in enumerate(widths)) + "|"
    return "\n".join((lines[0], rule, *lines[1:]))
