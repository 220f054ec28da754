"""The process that runs one query after another: requests come in on stdin, framed answers go out on stdout.

A frame is one letter, the length of its payload (4 bytes, big-endian) and the payload: `H` head (JSON), `D` data, `E` error (JSON),
`F` end.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import re
import resource
import signal
import struct
import sys
from dataclasses import asdict, dataclass
from typing import IO, Final, cast

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from kg.namespaces import BASE, PREFIXES

CHUNK: Final = 1 << 16
FRAME: Final = struct.Struct(">cI")
#: How much later than the pool's own limit a worker ends itself: only felt where the server that should have killed it is gone.
_ORPHAN_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Query:
    """A query, the store of the release it is asked of, and the media types that fit its two kinds of answer.

    :param store: folder of the release's store.
    :param solutions: media type for SELECT and ASK; empty: the client takes none of ours.
    :param triples: media type for CONSTRUCT and DESCRIBE; empty: the client takes none of ours.
    :param default_graphs: `default-graph-uri` of the protocol; none: the merged graph.
    :param named_graphs: `named-graph-uri` of the protocol; none: all graphs.
    """

    text: str
    store: str
    solutions: str
    triples: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """As one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


class _Failure(Exception):  # noqa: N818 - never leaves this process
    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        self.payload = json.dumps({"code": code, "message": message, "line": line, "column": column}).encode()
        super().__init__(message)


class _Output:
    """What the engine writes into: cuts the answer into frames and stops it at its limit."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        self._pipe, self._left, self._buffer, self._limit = pipe, limit, bytearray(), limit

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise _Failure("too-large", f"the result is larger than {self._limit:,} bytes")
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._buffer:
            _send(self._pipe, b"D", bytes(self._buffer))
            self._buffer.clear()


def main() -> None:
    """Answer queries until stdin ends. Arguments: memory in bytes, seconds for a query, bytes of a result."""
    memory, seconds, size = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    opened = _OpenedStore()
    for line in sys.stdin.buffer:
        fields = json.loads(line)
        query = Query(**{**fields, "default_graphs": tuple(fields["default_graphs"]), "named_graphs": tuple(fields["named_graphs"])})
        signal.alarm(math.ceil(seconds) + _ORPHAN_SECONDS)
        _answer(query, opened, pipe, size)
        signal.alarm(0)


class _OpenedStore:
    """The store of one release, kept open until a query asks for another."""

    def __init__(self) -> None:
        self._folder, self._lock = "", -1
        self._store: Store | None = None

    def of(self, folder: str) -> Store:
        """The store in a folder. Like every reader of a release it holds a shared lock on the folder, so that nobody removes it."""
        if self._store is None or folder != self._folder:
            self._close()
            self._lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            self._store, self._folder = Store.read_only(folder), folder
        return self._store

    def _close(self) -> None:
        self._store = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _answer(query: Query, opened: _OpenedStore, pipe: IO[bytes], limit: int) -> None:
    try:
        _run(query, opened.of(query.store), pipe, limit)
        _send(pipe, b"F", b"")
    except _Failure as failure:
        _send(pipe, b"E", failure.payload)
    except (SyntaxError, ValueError) as error:
        _send(pipe, b"E", _syntax_failure(error).payload)
    except (OSError, RuntimeError) as error:
        _send(pipe, b"E", _Failure("failed", str(error)).payload)


def _run(query: Query, store: Store, pipe: IO[bytes], limit: int) -> None:
    output = _Output(pipe, limit)
    result = store.query(
        query.text,
        base_iri=BASE,
        prefixes=PREFIXES,
        default_graph=[NamedNode(iri) for iri in query.default_graphs] or None,
        # A dataset that is described only by its default graph has no named graphs: SPARQL 1.1 Protocol, section 2.1.4.
        named_graphs=[NamedNode(iri) for iri in query.named_graphs] if query.default_graphs or query.named_graphs else None,
    )
    media_type = query.triples if isinstance(result, QueryTriples) else query.solutions
    _write(result, media_type, output, pipe)
    output.flush()


def _write(result: QuerySolutions | QueryBoolean | QueryTriples, media_type: str, output: _Output, pipe: IO[bytes]) -> None:
    kind = "triples" if isinstance(result, QueryTriples) else "solutions"
    if not media_type:
        raise _Failure("not-acceptable", f"none of the media types that the client accepts fits an answer of {kind}")
    _send(pipe, b"H", json.dumps({"media_type": media_type}).encode())
    file = cast(IO[bytes], output)  # the engine only writes
    if isinstance(result, QueryTriples):
        serialize(result, file, format=RdfFormat.from_media_type(media_type), prefixes=PREFIXES)
    else:
        result.serialize(file, format=QueryResultsFormat.from_media_type(media_type))


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def _syntax_failure(error: SyntaxError | ValueError) -> _Failure:
    if found := _PLACE.search(str(error)):
        return _Failure("syntax", found[3].strip(), int(found[1]), int(found[2]))
    return _Failure("syntax", str(error))


def _send(pipe: IO[bytes], kind: bytes, payload: bytes) -> None:
    pipe.write(FRAME.pack(kind, len(payload)) + payload)
    pipe.flush()


if __name__ == "__main__":
    main()
