"""What of the real records arrives, by format, for records of one realness. `python -m bench.fidelity DATA [A|B|C]...`

DATA is the folder that holds `manifest.csv`. Prints the tables of `bench/fidelity.md`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from kg.coverage.measure import CoverageMapper
from kg.coverage.report import Coverage
from kg.coverage.trace import Fate
from kg.fidelity.report import Fidelity
from kg.fidelity.values import Kind
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.model import Native

LARGEST = 20_000_000


def natives(data: Path, realness: str) -> Iterator[Native]:
    """The records of the files of one realness."""
    containers = Containers.from_resources()
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        files = [data / row["path"] for row in csv.DictReader(manifest) if row["realness"].startswith(realness)]
    for file in files:
        for each in harvest_files([file], containers=containers, largest=LARGEST):
            if each.native is not None and not each.native.deleted:
                yield each.native


def measure(data: Path, realness: str) -> tuple[Fidelity, dict[str, Coverage]]:
    """Fidelity and coverage of the records of one realness."""
    mapper, fidelity, coverage = CoverageMapper.from_resources(), Fidelity(), dict[str, Coverage]()
    for native in natives(data, realness):
        outcome, contents = mapper.content(native)
        fidelity.add(native, outcome)
        if outcome.record is not None:
            coverage.setdefault(outcome.record.format, Coverage()).add(contents, native.location)
    return fidelity, coverage


def table(fidelity: Fidelity, coverage: dict[str, Coverage]) -> Iterator[str]:
    """Lines of a Markdown table: a format a line."""
    kinds = list(Kind)[1:]
    yield "| format | records | named | " + " | ".join(kinds) + " | read | looked at | left out | dropped |"
    yield "|---|" + "--:|" * (len(kinds) + 6)
    for name, each in [*sorted(fidelity.formats.items()), ("all", fidelity.total())]:
        cells = ["" if (share := each.share(kind)) is None else f"{100 * share:.1f} ({each.native[kind]})" for kind in kinds]
        shares = [f"{100 * coverage[name].share(fate):.0f}" if name in coverage else "" for fate in Fate]
        yield f"| {name} | {each.records} | {each.named} | " + " | ".join(cells + shares) + " |"


def main() -> None:
    data, *realness = sys.argv[1:]
    for each in realness or ["A"]:
        fidelity, coverage = measure(Path(data), each)
        print(f"\n### Realness {each}\n", *table(fidelity, coverage), sep="\n")
        print(f"\nNo record: {dict(fidelity.refused)}; no walker: {dict(fidelity.uncounted)}\n")
        for (form, kind), lost in sorted(by_kind(fidelity).items()):
            print(f"- {form} {kind}: {lost[0]} missing, for example `{lost[1]}` ({lost[2]})")


def by_kind(fidelity: Fidelity) -> dict[tuple[str, Kind], tuple[int, str, str]]:
    """How many values are missing of each format and kind, with an example and its file, where under 98 % arrived."""
    found: dict[tuple[str, Kind], tuple[int, str, str]] = {}
    for each in fidelity.missing:
        if (fidelity.formats[each.format].share(each.kind) or 0) < 0.98:
            count, value, file = found.get((each.format, each.kind), (0, each.value[:80], each.file[-60:]))
            found[each.format, each.kind] = (count + 1, value, file)
    return found


if __name__ == "__main__":
    main()
