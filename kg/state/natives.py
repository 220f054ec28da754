"""Natives: the bodies as they were received, found by the hash of their content."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.state.packed_file import PackedFile

# Kept in one SQLite file, compressed. Measured with 4,000 ISO records of 15 kB (2026): a file each, written in a crash-safe way, 1,550 a
# second (180 where a sync takes 5 ms, as on common disks); SQLite with 500 a transaction 4,900; pack files with an index 7,000, but with
# recovery and erasure to write ourselves. Most of the time is zlib: level 3 takes
# half the time of level 6 (0.2 and 0.4 ms for 25 kB) and makes natives 10 % larger.
_LEVEL: Final = 3
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Natives(PackedFile):
    """A folder that holds natives. Only hashes are ever used to find them, never identifiers."""

    HOLDS = "natives"
    SCHEMA = "CREATE TABLE IF NOT EXISTS natives (sha256 BLOB PRIMARY KEY, body BLOB NOT NULL);"

    def __init__(self, folder: Path, *, writing: bool = True) -> None:
        """Open, or create when writing.

        :raises StoreError: when it cannot be opened.
        """
        super().__init__(folder / "natives.sqlite", writing=writing)

    def put(self, body: bytes) -> str:
        """Keep one body; returns its hash. For many, `put_all` is fifty times as fast."""
        return self.put_all([body])[0]

    def put_all(self, bodies: Iterable[bytes]) -> list[str]:
        """Keep bodies and return their hashes, in order; all are on disk when this returns."""
        rows = [(hashlib.sha256(body).digest(), body) for body in bodies]
        missing = {key: body for key, body in rows if not self._has(key)}
        packed = [(key, zlib.compress(body, _LEVEL)) for key, body in missing.items()]
        if packed:
            self._write("INSERT OR IGNORE INTO natives VALUES (?, ?)", packed)
        return [key.hex() for key, _ in rows]

    def get(self, sha256: str) -> bytes:
        """The body with this hash.

        :raises StoreError: when it is not kept (never received, or taken down), or damaged.
        """
        row = self._connection.execute("SELECT body FROM natives WHERE sha256 = ?", (_key(sha256),)).fetchone()
        if row is None:
            raise StoreError(f"the native {sha256} is not kept", where=str(self._path), hint="ingest its source again")
        body = _unpacked(row[0])
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise StoreError(f"the native {sha256} is damaged", where=str(self._path), hint="forget it and ingest its source again")
        return body

    def __contains__(self, sha256: str) -> bool:
        return self._has(_key(sha256))

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM natives").fetchone()[0])

    def unused(self, used: Iterable[str]) -> Iterator[str]:
        """Hashes that are kept although nothing uses them any more; see `State.natives_in_use`."""
        self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS used (sha256 BLOB PRIMARY KEY)")
        self._connection.execute("DELETE FROM temp.used")
        self._connection.executemany("INSERT OR IGNORE INTO temp.used VALUES (?)", ((_key(sha256),) for sha256 in used))
        rows = self._connection.execute("SELECT sha256 FROM natives WHERE sha256 NOT IN (SELECT sha256 FROM temp.used)").fetchall()
        return (row[0].hex() for row in rows)

    def forget(self, hashes: Iterable[str]) -> None:
        """Erase bodies: their bytes are overwritten with zeros (`secure_delete`), and the write-ahead log is emptied."""
        self._write("DELETE FROM natives WHERE sha256 = ?", [(_key(sha256),) for sha256 in hashes])
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _has(self, key: bytes) -> bool:
        return self._connection.execute("SELECT 1 FROM natives WHERE sha256 = ?", (key,)).fetchone() is not None


def _key(sha256: str) -> bytes:
    if not _SHA256.fullmatch(sha256):
        raise StoreError(f"{sha256[:80]!r} is not a SHA-256 in hexadecimal")
    return bytes.fromhex(sha256)


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return None
