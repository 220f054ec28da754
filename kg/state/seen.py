"""What one run has met already: on disk and gone with the run, so that a run over millions of records takes no memory for it."""

from __future__ import annotations

import sqlite3


class Seen:
    """Keys with where and with which content each was met first."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")  # a temporary file that SQLite deletes (https://www.sqlite.org/inmemorydb.html#temp_db)
        self._database.execute(
            "CREATE TABLE seen (source TEXT, identifier TEXT, location TEXT, sha256 TEXT, PRIMARY KEY (source, identifier))"
        )

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def first(self, source: str, identifier: str, location: str, sha256: str) -> tuple[str, str] | None:
        """Location and hash with which a record was met first; `None` when this is the first time.

        >>> seen = Seen()
        >>> seen.first("sextant", "a", "a.xml", "01"), seen.first("sextant", "a", "b.xml", "02")
        (None, ('a.xml', '01'))
        """
        values = (source, identifier, location, sha256)
        if self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", values).rowcount:
            return None
        row = self._database.execute("SELECT location, sha256 FROM seen WHERE source = ? AND identifier = ?", values[:2]).fetchone()
        return str(row[0]), str(row[1])

    def forget(self, source: str, identifier: str) -> None:
        """Forget one record, so that the next time is the first."""
        self._database.execute("DELETE FROM seen WHERE source = ? AND identifier = ?", (source, identifier))
