"""Reading of the look-up tables under `mappings/tables/`."""

from __future__ import annotations

import csv
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
