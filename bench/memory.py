"""The whole way at several sizes: memory, time, a second run, a run in which 1 % changed, and opening the release.

Each run is a process of its own, which measures itself; its workers are looked at from within. What counts is the high-water mark of
each process (`VmHWM`, <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>); `getrusage` of a new process begins with the
memory of the one that started it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench.records import ROOT, records, write
from bench.timing import measured, table
from kg.config import Settings
from kg.model import Source
from kg.pipeline import ingest
from kg.publish import publish
from kg.release import Releases
from kg.report import Fate
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.workshop import Workshop

SMALL: Final = (500, 1_000, 2_000)
FULL: Final = (1_000, 10_000, 40_000)
_CORPUS: Final = "iso19139"


@dataclass(slots=True)
class Measured:
    """What one process found of itself."""

    records: int
    ingest_cpu: float = 0.0
    ingest_wall: float = 0.0
    publish_cpu: float = 0.0
    publish_wall: float = 0.0
    ingest_peak: int = 0
    publish_peak: int = 0
    worker_peak: int = 0
    anonymous: int = 0
    fates: dict[str, int] = field(default_factory=dict)


class Watch:
    """Looks at the processes that this one started, ten times a second, and keeps the largest high-water mark in kB."""

    def __init__(self) -> None:
        self.largest = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            for child in _children(os.getpid()):
                self.largest = max(self.largest, kilobytes("VmHWM", child))


def _children(process: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{process}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def kilobytes(name: str, process: int | str = "self") -> int:
    """A value of a process' status, 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name + ":")), 0)


def run(var: Path, natives: Path, count: int) -> Measured:
    """Ingest and publish in this process; the high-water mark of publishing is of publishing and what remained of ingesting."""
    found = Measured(count)
    settings = Settings(var=var)
    with Watch() as watch:
        with measured() as spent, Workshop(settings) as shop:
            report = ingest(shop, [natives], Source("bench", pole="odatis"))
            found.ingest_peak = kilobytes("VmHWM")
        found.ingest_cpu, found.ingest_wall = spent.cpu, spent.wall
        Path("/proc/self/clear_refs").write_text("5")  # sets the high-water mark back
        with measured() as spent, Workshop(settings) as shop:
            publish(settings, shop.state, shop.graphs)
        found.publish_cpu, found.publish_wall = spent.cpu, spent.wall
        found.publish_peak, found.anonymous = kilobytes("VmHWM"), kilobytes("RssAnon")
    found.worker_peak = watch.largest
    found.fates = {fate.value: number for fate, number in report.total.items() if number and fate is not Fate.DELETED}
    return found


def opened(var: Path) -> dict[str, float]:
    """Milliseconds until a process that just started has the release and its index open, and has answered a first question."""
    with measured() as spent:
        release = Releases(Settings(var=var).releases).current()
        assert release is not None
        store = release.reader()
        index = open_index(release.index_path)
        store.count()
    with measured() as first:
        search(index, SearchRequest(q="temperature"))
    return {"open": 1000 * spent.wall, "first": 1000 * first.wall, "peak": kilobytes("VmHWM")}


def _child(work: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.memory", work, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, cwd=ROOT, check=True)
    return dict(json.loads(done.stdout))


def measure(count: int, folder: Path) -> dict[str, dict[str, Any]]:
    """First run, the same again, one with 1 % changed, and opening."""
    natives, var = folder / "natives", folder / "var"
    write(natives, records(_CORPUS, count))
    found = {"first run": _child("run", var, natives, count), "nothing changed": _child("run", var, natives, count)}
    changed = max(1, count // 100)
    write(natives, islice(records(_CORPUS, count, revision=1), 0, None, max(1, count // changed)))
    return found | {"1 % changed": _child("run", var, natives, count), "open": _child("opened", var)}


def main(sizes: Sequence[int]) -> None:
    """Measure and print."""
    print("\n### The whole way, ISO 19139, one worker a core\n")
    rows: list[tuple[str, ...]] = []
    opening: list[tuple[str, ...]] = []
    for count in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            found = measure(count, Path(folder))
            stored = sum(path.stat().st_size for path in (Path(folder) / "var" / "store").rglob("*")) / 1e6
        rows += [_row(name, Measured(**values)) for name, values in found.items() if name != "open"]
        times = found["open"]
        opening.append((f"{count:,}", f"{times['open']:.0f}", f"{times['first']:.0f}", f"{times['peak'] / 1000:.0f}", f"{stored:.0f}"))
    print(table(_HEAD, rows))
    print("\n### Opening the release in a new process\n")
    print(table(("records", "open, ms", "first search, ms", "memory, MB", "working store, MB"), opening))


_HEAD: Final = (
    *("records", "run", "ingest wall s", "CPU s", "records a second", "publish wall s", "CPU s", "whole way, records a second"),
    *("peak MB: ingest", "publish", "worker"),
)


def _row(name: str, found: Measured) -> tuple[str, ...]:
    whole = found.records / (found.ingest_wall + found.publish_wall)
    times = (f"{found.ingest_wall:.1f}", f"{found.ingest_cpu:.1f}", f"{found.records / found.ingest_wall:.0f}")
    publishing = (f"{found.publish_wall:.1f}", f"{found.publish_cpu:.1f}", f"{whole:.0f}")
    peaks = (f"{peak / 1000:.0f}" for peak in (found.ingest_peak, found.publish_peak, found.worker_peak))
    return (f"{found.records:,}", name, *times, *publishing, *peaks)


if __name__ == "__main__":
    work, place, *rest = sys.argv[1:]
    if work == "run":
        print(json.dumps(asdict(run(Path(place), Path(rest[0]), int(rest[1])))))
    else:
        print(json.dumps(opened(Path(place))))
