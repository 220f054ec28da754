"""Map, link and validate by format: the project's own samples and, where they are there, real records of at most 40 kB."""

from __future__ import annotations

import gc
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from bench.timing import cpu_seconds, table
from kg.config import Settings
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.model import Native, Record
from kg.processing import Processor, linking_index
from kg.state import State

ROOT: Final = Path(__file__).parent.parent
#: Largest record that the wanted rate is of, in bytes.
LARGEST: Final = 40_000


def main(count: int, repeat: int) -> None:
    """Print a line for each format: how long the steps take for at most `count` records, real ones before samples."""
    with tempfile.TemporaryDirectory(prefix="dataterra-bench-") as folder:
        settings = Settings(var=Path(folder))
        processor = Processor.from_settings(settings, _index(settings))
        found = _chosen(processor, count)
        rows = [_row(name, natives, processor, repeat) for name, natives in sorted(found.items())]
    rows.sort(key=lambda row: int(row[-1].replace(",", "")))
    print("\n" + table(("format", "records", "kB", "triples", "map, ms", "link, ms", "validate, ms", "records a CPU second"), rows))
    print(f"\nRecords of at most {LARGEST // 1000} kB, fastest of {repeat} runs; one process; the slowest format first.")


def _index(settings: Settings) -> Path:
    with State(settings.state):
        return linking_index(settings)


def _natives() -> Iterator[Native]:
    shared = Path(os.environ.get("DATATERRA_SHARED", ROOT.parent / "shared")) / "data" / "records"
    folders = [folder for folder in (shared, ROOT / "tests/examples", ROOT / "tests/golden") if folder.is_dir()]
    for each in harvest_files(folders, containers=Containers.from_resources(), largest=LARGEST):
        if each.native is not None and not each.native.deleted and not each.native.location.endswith("out.ttl"):
            yield each.native


def _chosen(processor: Processor, count: int) -> dict[str, list[Native]]:
    """At most as many natives of each format, from all over the folders, one of each content."""
    by_format: dict[str, list[Native]] = defaultdict(list)
    for native in {native.sha256: native for native in _natives()}.values():
        record = processor.mapper.map(native).record
        if record is not None:
            by_format[record.format].append(native)
    return {name: list(islice(natives, 0, None, -(-len(natives) // count))) for name, natives in by_format.items()}


def _row(name: str, natives: list[Native], processor: Processor, repeat: int) -> tuple[str, ...]:
    """One line. The linker remembers terms, as it does in a run, so that the fastest run links what it has met."""
    records = [record for native in natives if (record := processor.mapper.map(native).record)]
    linked = [processor.linker.link(record) for record in records]
    pairs = [(record.iri, record.triples + links.triples) for record, links in zip(records, linked, strict=True)]
    spent = (
        _fastest(lambda: [processor.mapper.map(native) for native in natives], repeat),
        _fastest(lambda: [processor.linker.link(record) for record in records], repeat),
        _fastest(lambda: [processor.validator.validate([pair]) for pair in pairs], repeat),
    )
    each = [1000 * seconds / len(natives) for seconds in spent]
    size = sum(len(native.body) for native in natives) / len(natives) / 1000
    return (name, str(len(natives)), f"{size:.1f}", f"{_triples(records):.0f}", *(f"{ms:.2f}" for ms in each), f"{1000 / sum(each):,.0f}")


def _triples(records: list[Record]) -> float:
    return sum(record.triples.count(b"\n") for record in records) / len(records)


def _fastest(work: Callable[[], object], repeat: int) -> float:
    runs = []
    for _ in range(repeat):
        gc.collect()
        before = cpu_seconds()
        work()
        runs.append(cpu_seconds() - before)
    return min(runs)
