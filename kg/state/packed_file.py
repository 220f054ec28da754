"""Packed files: large things kept compressed in one SQLite file, in a table of its own, on disk when acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final, Self

from kg.errors import StoreError

_SETTINGS: Final = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA secure_delete = ON;
"""


class PackedFile:
    """One SQLite file. What is deleted is overwritten (`secure_delete`)."""

    #: what it holds, as errors say it
    HOLDS: ClassVar[str]
    #: the statements that make its table
    SCHEMA: ClassVar[str]

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        """Open, or create when writing.

        :raises StoreError: when it cannot be opened.
        """
        self._path = path
        try:
            self._connection = self._connect(writing)
        except sqlite3.DatabaseError as error:
            raise StoreError(f"the {self.HOLDS} cannot be opened ({error})", where=str(path)) from error

    @property
    def path(self) -> Path:
        """Where it lies, for another process to open."""
        return self._path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close; doing so twice does no harm."""
        self._connection.close()

    def _connect(self, writing: bool) -> sqlite3.Connection:
        if writing:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        address = f"{self._path.absolute().as_uri()}?mode={'rwc' if writing else 'ro'}"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
        if writing:
            connection.executescript(_SETTINGS + self.SCHEMA)
        return connection

    def _write(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        """One transaction.

        :raises StoreError: when it cannot be written; nothing of it is.
        """
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(sql, rows)
            self._connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise StoreError(f"the {self.HOLDS} cannot be written ({error})", where=str(self._path), hint="is the disk full?") from error
