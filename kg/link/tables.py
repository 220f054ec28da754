"""Reading of the look-up tables under `mappings/tables/`."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from kg.errors import ConfigError
from kg.resources import resource


def read_table(name: str, overlay: Path | None = None) -> list[dict[str, str]]:
    """The rows of a CSV table; lines that begin with `#` are comments.

    :raises ConfigError: when the table is missing, is not UTF-8, or has a row longer or shorter than its head.
    """
    path = resource(f"mappings/tables/{name}", overlay)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ConfigError("the table is not UTF-8", where=name, hint="save it as UTF-8") from error
    rows: list[dict[str, str]] = []
    for row in csv.DictReader(line for line in lines if line and not line.startswith("#")):
        if None in row or None in row.values():
            raise ConfigError(f"row {len(rows) + 1} has not as many cells as the head", where=name, hint="check its commas and quotes")
        rows.append({column: (cell or "").strip() for column, cell in row.items()})
    return rows


def read_patterns(name: str, overlay: Path | None = None) -> list[tuple[dict[str, str], re.Pattern[str]]]:
    """The rows of a table with its column `pattern` made a regular expression (<https://docs.python.org/3/library/re.html>).

    :raises ConfigError: when the table cannot be read or a pattern is wrong.
    """
    rows = []
    for row in read_table(name, overlay):
        try:
            rows.append((row, re.compile(row["pattern"])))
        except re.error as error:
            raise ConfigError(
                f"the pattern {row['pattern']!r} is wrong ({error})", where=name, hint="correct it; patterns are those of Python"
            ) from error
    return rows
