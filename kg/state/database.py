"""One SQLite connection: durability, transactions, and the version of the schema."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kg.errors import StoreError

_SCHEMA: Final = Path(__file__).parent / "schema.sql"
#: Raised with every change of `schema.sql`; `_MIGRATIONS[n]` leads from version n to n + 1.
SCHEMA_VERSION: Final = 3
_MIGRATIONS: Final[dict[int, str]] = {
    1: "CREATE TABLE taken_down (iri TEXT PRIMARY KEY, source TEXT NOT NULL, native_identifier TEXT NOT NULL,"
    " time TEXT NOT NULL, reason TEXT NOT NULL) WITHOUT ROWID;",
    2: "DROP INDEX records_fingerprint;",
}
#: Rows that are fetched at a time where all rows of a table are gone through, so that memory does not grow with the table.
PAGE: Final = 1000

Value = str | int | float | bytes | None
Row = tuple[Value, ...]


def now() -> str:
    """The time in UTC, to the second: `2026-07-22T10:15:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(values: Iterable[str]) -> str:
    """Values as one parameter for `IN (SELECT value FROM json_each(?))`, of any number."""
    return json.dumps(list(values))


class Database:
    """A connection to the state. A method that writes is one transaction: all of it is on disk when it returns, or nothing is kept."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        self.path = path
        try:
            self._connection = _connect(path, writing)
            if writing:
                self._set_up()
            self._check_version()
        except sqlite3.DatabaseError as error:
            hint = "is it there? `dataterra ingest` makes it" if not path.exists() else "restore it from a backup"
            raise StoreError(f"the state cannot be opened ({error})", where=str(path), hint=hint) from error

    def close(self) -> None:
        """Close the connection; doing so twice does no harm."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[int]:
        """A transaction, with the sequence number for what changes in it."""
        self._execute("BEGIN IMMEDIATE")
        try:
            yield self.last_change() + 1
            self._execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def last_change(self) -> int:
        """The sequence number of the newest change to anything that a release is made of."""
        return int(self._one("SELECT value FROM counters WHERE name = 'change'")[0] or 0)

    def _note_change(self, change: int) -> None:
        self._execute("UPDATE counters SET value = ? WHERE name = 'change'", (change,))

    def _execute(self, sql: str, values: Iterable[Value] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, tuple(values))
        except sqlite3.OperationalError as error:
            hint = "another connection writes, the disk is full, or it was opened for reading only"
            raise StoreError(f"the state cannot be used ({error})", where=str(self.path), hint=hint) from error

    def _execute_many(self, sql: str, rows: Iterable[Iterable[Value]]) -> None:
        try:
            self._connection.executemany(sql, (tuple(row) for row in rows))
        except sqlite3.OperationalError as error:
            raise StoreError(f"the state cannot be used ({error})", where=str(self.path)) from error

    def _rows(self, sql: str, values: Iterable[Value] = ()) -> list[Row]:
        rows: list[Row] = self._execute(sql, values).fetchall()
        return rows

    def _one(self, sql: str, values: Iterable[Value] = ()) -> Row:
        """The first row, or `(None,)`."""
        row: Row | None = self._execute(sql, values).fetchone()
        return row if row is not None else (None,)

    def _paged(self, sql: str, values: Iterable[Value] = ()) -> Iterator[Row]:
        """All rows of a query that ends in `id > ? ORDER BY id LIMIT ?`; its first column is the id, which is left out.

        Each page is a query of its own, so that whoever goes through the rows may write meanwhile.
        """
        given, last = tuple(values), -1
        while page := self._rows(sql, (*given, last, PAGE)):
            for row in page:
                yield row[1:]
            last = int(page[-1][0] or 0)

    def _set_up(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Acknowledged means on disk: <https://www.sqlite.org/pragma.html#pragma_synchronous>
        self._connection.execute("PRAGMA synchronous = FULL")
        version = int(self._one("PRAGMA user_version")[0] or 0)
        if version == 0:
            self._connection.executescript(f"BEGIN; {_SCHEMA.read_text('utf-8')} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
            return
        for step in range(version, SCHEMA_VERSION):
            self._connection.executescript(f"BEGIN; {_MIGRATIONS[step]} PRAGMA user_version = {step + 1}; COMMIT;")

    def _check_version(self) -> None:
        version = int(self._one("PRAGMA user_version")[0] or 0)
        if version != SCHEMA_VERSION:
            hint = (
                "use the software that made it, or a newer one"
                if version > SCHEMA_VERSION
                else "run a command that writes, it brings the state up to date"
            )
            raise StoreError(f"the state has version {version}, this software needs {SCHEMA_VERSION}", where=str(self.path), hint=hint)


def _connect(path: Path, writing: bool) -> sqlite3.Connection:
    if writing:
        path.parent.mkdir(parents=True, exist_ok=True)
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if writing else 'ro'}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection
