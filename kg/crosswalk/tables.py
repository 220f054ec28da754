"""Look-up tables of the crosswalks: `mappings/tables/*.csv`, a first column of keys and named columns of values."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kg.errors import CrosswalkError
from kg.resources import resource

Row = dict[str, str]

#: Texts of which it is remembered what they matched.
_REMEMBERED: Final = 10_000

#: Tables that actions read without being told by a crosswalk.
_OF_ACTIONS = (
    "function-words",
    "functional-mailboxes",
    "gcmd-projects",
    "individual-platforms",
    "languages",
    "link-roles",
    "makers",
    "media-types",
    "no-identifiers",
    "relations",
    "roles",
)


@dataclass(slots=True)
class Tables:
    """The tables of one crosswalk run, read when first asked for."""

    overlay: Path | None = None
    _named: set[str] = field(default_factory=set)
    _read: dict[str, dict[str, Row]] = field(default_factory=dict)
    _compiled: dict[str, list[tuple[Callable[[str], object], Row]]] = field(default_factory=dict)
    _found: dict[tuple[str, str], int] = field(default_factory=dict)

    def row(self, table: str, key: str) -> Row | None:
        """The row of a key, without regard to case and spaces around it."""
        return self._table(table).get(key.strip().casefold())

    def rows(self, table: str) -> dict[str, Row]:
        """All rows by their keys, in lower case."""
        return self._table(table)

    def first_match(self, table: str, *texts: str) -> Row | None:
        """The first row whose key, as a regular expression, is found in one of the texts."""
        patterns = self._patterns(table)
        first = min((self._first(table, text) for text in texts if text), default=len(patterns))
        return patterns[first][1] if first < len(patterns) else None

    def _first(self, table: str, text: str) -> int:
        """The place of the first row that is found in a text, or the number of rows. Protocols and the like recur, and are remembered."""
        known = self._found.get((table, text))
        if known is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            patterns = self._patterns(table)
            known = next((place for place, (search, _) in enumerate(patterns) if search(text)), len(patterns))
            self._found[(table, text)] = known
        return known

    @property
    def version(self) -> str:
        """Hash of the tables that the crosswalks read so far name, and of those that actions read by themselves."""
        files = sorted({self.path(name) for name in (*_OF_ACTIONS, *self._named)})
        return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:12]

    @property
    def named(self) -> frozenset[str]:
        """The tables that the crosswalks read so far name."""
        return frozenset(self._named)

    def name(self, tables: Iterable[str]) -> None:
        """Note tables that crosswalks name which are not compiled yet."""
        self._named.update(tables)

    def path(self, table: str) -> Path:
        """The file of a table.

        :raises CrosswalkError: when there is none of this name.
        """
        if not re.fullmatch(r"[a-z0-9-]+", table):
            raise CrosswalkError(f"'{table}' is no name of a table", hint="use a file name of mappings/tables without .csv")
        self._named.add(table)
        return resource(f"mappings/tables/{table}.csv", self.overlay)

    def _patterns(self, name: str) -> list[tuple[Callable[[str], object], Row]]:
        if name not in self._compiled:
            self._compiled[name] = [(re.compile(pattern, re.IGNORECASE).search, row) for pattern, row in self._table(name).items()]
        return self._compiled[name]

    def _table(self, name: str) -> dict[str, Row]:
        if name not in self._read:
            with self.path(name).open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(line for line in file if not line.startswith("#"))
                key = (rows.fieldnames or [""])[0]
                self._read[name] = {row[key].strip().casefold(): row for row in rows}
        return self._read[name]
