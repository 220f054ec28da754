"""`python -m bench`: measure, print, and with `--keep` write the results into `bench/README.md`."""

from __future__ import annotations

import argparse
import io
import os
import platform
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench import formats, memory, search, steps, vocabularies

README: Final = Path(__file__).parent / "README.md"
PACKAGES: Final = ("pyoxigraph", "lxml", "orjson", "rdflib", "pyshacl", "shacl", "tantivy")


def machine() -> str:
    """Date, machine, load and versions, in one paragraph."""
    memory_size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {memory_size:.0f} GiB, {platform.machine()};"
        f" load of the last 1, 5 and 15 minutes {load};\nPython {platform.python_version()}, {versions}."
    )


class Kept(io.StringIO):
    """Standard output that is remembered."""

    def __init__(self) -> None:
        super().__init__()
        self._output = sys.stdout

    def write(self, text: str) -> int:
        """Print and remember."""
        self._output.write(text)
        self._output.flush()
        return super().write(text)

    def keep(self, part: str) -> None:
        """Put what was said between the marks of a part in the README."""
        start, end = f"<!-- {part} -->", f"<!-- /{part} -->"
        said = "\n".join((start, "", self.getvalue(), end))
        text = README.read_text("utf-8")
        README.write_text(re.sub(f"{re.escape(start)}.*{re.escape(end)}", lambda _: said, text, flags=re.DOTALL), "utf-8")


def main() -> None:
    """Measure the parts that are asked for."""
    parser = argparse.ArgumentParser("python -m bench", description="Measures what it costs to build and search the graph.")
    parser.add_argument("parts", nargs="*", choices=[*PARTS], help="what to measure; all where none is named")
    parser.add_argument("--full", action="store_true", help="1,000 records a step, and runs of up to 40,000 records (most of an hour)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each step, of which the fastest counts (default: 3)")
    parser.add_argument("--keep", action="store_true", help="write the results into bench/README.md")
    given = parser.parse_args()
    for part in given.parts or PARTS:
        said = Kept()
        with redirect_stdout(said):
            print(f"`python -m bench {part}{' --full' if given.full else ''}`, {machine()}")
            PARTS[part](given.full, given.repeat)
        if given.keep:
            said.keep(part)


def _steps(full: bool, repeat: int) -> None:
    steps.main(1_000 if full else 200, repeat)


def _formats(full: bool, repeat: int) -> None:
    formats.main(60 if full else 15, repeat)


def _memory(full: bool, repeat: int) -> None:
    memory.main(memory.FULL if full else memory.SMALL)


def _search(full: bool, repeat: int) -> None:
    print("\n```")
    search.main(20_000 if full else 2_000)
    print("```")


def _vocabularies(full: bool, repeat: int) -> None:
    vocabularies.main(60_000 if full else 6_000, repeat)


PARTS: Final[dict[str, Callable[[bool, int], None]]] = {
    "steps": _steps,
    "formats": _formats,
    "memory": _memory,
    "search": _search,
    "vocabularies": _vocabularies,
}


if __name__ == "__main__":
    main()
