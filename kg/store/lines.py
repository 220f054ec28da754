"""What goes into a store and comes out of it: lines of N-Triples and N-Quads, piece by piece where they are many."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, serialize

from kg.errors import StoreError
from kg.model import Iri

#: Bytes of N-Triples that are handed over at a time: some thousand lines.
_LINES_BYTES: Final = 500_000
#: Bytes that are read at a time by `bulk_load`.
READ_BYTES: Final = 1_000_000
_BLANK: Final = re.compile(rb"^_:| _:[^ ]+ \.$", re.MULTILINE)

Node = NamedNode | Literal
#: Subject, predicate and object of triples; `None` for any.
Pattern = tuple[NamedNode | None, NamedNode | None, Node | None]


class Lines(io.RawIOBase):
    """Gathers what is written, and hands it over in whole lines."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take, self._held = take, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        if len(self._held) >= _LINES_BYTES:
            end = self._held.rfind(b"\n") + 1
            self._take(bytes(self._held[:end]))
            del self._held[:end]
        return len(data)

    def end(self) -> None:
        """The last line must have ended."""
        if self._held and not self._held.endswith(b"\n"):
            raise StoreError("a dump ended within a line", where=self._held[-200:].decode("utf-8", "replace"))
        if self._held:
            self._take(bytes(self._held))


class Chunks(io.RawIOBase):
    """Bytes that are made while they are read, so that they are not held as a whole."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._held:
            if (chunk := next(self._chunks, None)) is None:
                return 0
            self._held = memoryview(chunk)
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


def quads_of(changes: Mapping[Iri, bytes]) -> Iterator[bytes]:
    """N-Quads of the merged graph and of each graph. Within a literal, N-Triples write the end of a line with a backslash."""
    for graph, triples in changes.items():
        yield triples
        yield triples.replace(b" .\n", b" <" + graph.encode() + b"> .\n")


def lines_of(store: Store, graph: Iri) -> set[bytes]:
    """The N-Triples lines of one named graph."""
    dumped = store.dump(format=RdfFormat.N_TRIPLES, from_graph=named(graph)) or b""
    return set(dumped.splitlines(keepends=True))


def lines_that_fit(store: Store, pattern: Pattern, graph: Iri) -> set[bytes]:
    """The N-Triples lines of one named graph that fit a pattern."""
    found = store.quads_for_pattern(*pattern, named(graph))
    return set((serialize((quad.triple for quad in found), format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))


def as_held(changes: Mapping[Iri, bytes]) -> dict[Iri, set[bytes]]:
    """The changes as a store gives them back: Oxigraph normalises literals ("01"^^xsd:integer becomes 1), so text must not be compared."""
    memory = Store()
    for graph, triples in changes.items():
        refuse_blank_nodes(graph, triples)
        try:
            memory.load(triples, RdfFormat.N_TRIPLES, to_graph=named(graph))
        except SyntaxError as error:
            raise StoreError(f"the triples are not N-Triples ({error})", where=graph) from error
    return {graph: lines_of(memory, graph) for graph in changes}


def refuse_blank_nodes(graph: Iri, triples: bytes) -> None:
    """:raises StoreError: when a line has a blank node."""
    if b"_:" in triples and _BLANK.search(triples):  # looking for two bytes takes a twentieth of the time
        raise StoreError("blank nodes are not stored", where=graph, hint="give the part a fragment IRI of its record")


def named(graph: Iri) -> NamedNode:
    """The node of a graph.

    :raises StoreError: when its name is no IRI.
    """
    try:
        return NamedNode(graph)
    except ValueError as error:
        raise StoreError("a graph's name is not an IRI", where=graph) from error
