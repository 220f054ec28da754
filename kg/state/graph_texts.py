"""Graph texts: what each published record says and what was linked, as the text that it goes into dumps with.

The store is what questions are asked of; reading a record back from it costs 2 ms of CPU for 200 triples, its text 0.5 ms (2026-11). Dumps,
differences between releases and the search index read each record that is new or changed, so its text is kept as it was made.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kg.errors import StoreError
from kg.model import Iri
from kg.namespaces import link_graph_iri
from kg.state.packed_file import PackedFile

#: Level 2 makes a dump 6 % larger than 4 and takes two thirds of the time.
_LEVEL: Final = 2
#: 16 + 15: in the gzip format (<https://zlib.net/manual.html>).
_GZIP: Final = 31


class GraphText(NamedTuple):
    """A record's graphs as sorted N-Triples lines: what it says, and what was linked."""

    record: Iri
    dataset: Iri
    said: bytes
    linked: bytes


class Listed(NamedTuple):
    """A record, the data set that it describes, and the hash of both its graphs in hexadecimal."""

    record: Iri
    dataset: Iri
    sha256: str


class GraphTexts(PackedFile):
    """A file of graph texts, one for each record in the working store.

    Each graph is N-Quads in a gzip member of its own: members one after the other are a gzip file (RFC 1952, section 2.2), so that a dump
    of all records is made by copying.
    """

    HOLDS = "graph texts"
    SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
    record TEXT PRIMARY KEY, dataset TEXT NOT NULL, sha256 BLOB NOT NULL, said BLOB NOT NULL, linked BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS texts_listed ON texts (record, dataset, sha256);
"""

    def put(self, texts: Iterable[GraphText]) -> None:
        """Keep what records say from now on; all is on disk when this returns."""
        self._write("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?)", [_row(text) for text in texts])

    def relink(self, links: Iterable[tuple[Iri, bytes]]) -> None:
        """Keep new links of records that are kept."""
        known = ((text, linked) for record, linked in links if (text := self.get(record)) is not None)
        self.put(text._replace(linked=linked) for text, linked in known)

    def remove(self, records: Iterable[Iri]) -> None:
        """Forget records; their bytes are overwritten."""
        self._write("DELETE FROM texts WHERE record = ?", [(record,) for record in records])

    def clear(self) -> None:
        """Forget all."""
        self._write("DELETE FROM texts", [()])

    def get(self, record: str) -> GraphText | None:
        """One record's graphs, or nothing where it is not kept.

        :raises StoreError: when it is damaged.
        """
        row = self._connection.execute("SELECT record, dataset, said, linked FROM texts WHERE record = ?", (record,)).fetchone()
        return None if row is None else self._text(row)

    def all(self) -> Iterator[GraphText]:
        """The graphs of all records, by IRI.

        :raises StoreError: when one is damaged.
        """
        return map(self._text, self._connection.execute("SELECT record, dataset, said, linked FROM texts ORDER BY record"))

    def listed(self) -> Iterator[Listed]:
        """All records, by IRI."""
        for record, dataset, sha256 in self._connection.execute("SELECT record, dataset, sha256 FROM texts ORDER BY record"):
            yield Listed(Iri(record), Iri(dataset), sha256.hex())

    def members(self) -> Iterator[bytes]:
        """The gzip members of all records, by IRI: N-Quads of the record graph and the link graph."""
        for said, linked in self._connection.execute("SELECT said, linked FROM texts ORDER BY record"):
            yield said + linked

    def __len__(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM texts").fetchone()[0])

    def _text(self, row: tuple[str, str, bytes, bytes]) -> GraphText:
        record, dataset, said, linked = row
        return GraphText(
            Iri(record), Iri(dataset), self._triples(record, record, said), self._triples(record, link_graph_iri(record), linked)
        )

    def _triples(self, record: str, graph: str, packed: bytes) -> bytes:
        try:
            quads = zlib.decompress(packed, _GZIP)
        except zlib.error as error:
            hint = "delete this file; it is made anew from the store"
            raise StoreError(f"the text of {record} is damaged ({error})", where=str(self._path), hint=hint) from error
        return quads.replace(f" <{graph}> .\n".encode(), b" .\n")


def _row(text: GraphText) -> tuple[object, ...]:
    sha256 = hashlib.sha256(text.said + b"\x00" + text.linked).digest()
    said, linked = _member(text.record, text.said), _member(link_graph_iri(text.record), text.linked)
    return text.record, text.dataset, sha256, said, linked


def _member(graph: str, triples: bytes) -> bytes:
    """N-Quads of one graph. Lines of N-Triples end in ` .`, and no literal holds a line's end (<https://www.w3.org/TR/n-quads/>)."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return packer.compress(triples.replace(b" .\n", f" <{graph}> .\n".encode())) + packer.flush()
