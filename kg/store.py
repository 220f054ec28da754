"""The working store and the stores of releases: embedded Oxigraph, named graphs, and the merged default graph."""

from __future__ import annotations

import fcntl
import io
import os
import re
import shutil
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
    serialize,
)

from kg.errors import StoreError
from kg.model import Iri

#: Bytes of N-Triples that one transaction of `apply` takes. 1 MB are about 8,000 triples; more takes memory and is not faster.
TRANSACTION_BYTES: Final = 1_000_000
#: Characters of updates after which `apply` flushes: RocksDB keeps what was written in memory, five times as large, up to more than 1 GB.
FLUSH_CHARACTERS: Final = 8_000_000
#: Bytes of N-Quads that one `bulk_load` takes. Each needs memory, and each is merged by RocksDB with what is there: 10,000 records of 24 kB
#: of N-Triples took some 37 s of CPU for merging when loaded in portions of 48 MB, 11 s of 96 MB, at 330 and 680 MB of memory (2026-11).
BULK_BYTES: Final = 80_000_000
#: Bytes of N-Triples that whoever has much to write gathers before: each stands in its graph and in the merged graph.
PORTION_BYTES: Final = BULK_BYTES // 2
#: Bytes of N-Triples that are handed over at a time: some thousand lines.
_LINES_BYTES: Final = 500_000
#: Bytes that are read at a time by `bulk_load`.
_READ_BYTES: Final = 1_000_000

_QUERIES: Final = Path(__file__).parent / "query"
_BLANK: Final = re.compile(rb"^_:| _:[^ ]+ \.$", re.MULTILINE)
_MERGED: Final = DefaultGraph()

Node = NamedNode | Literal
#: Subject, predicate and object of triples; `None` for any.
Pattern = tuple[NamedNode | None, NamedNode | None, Node | None]


@dataclass(frozen=True, slots=True)
class GraphChange:
    """What a graph is from now on: N-Triples lines, sorted, without blank nodes. No bytes: the graph is removed."""

    graph: Iri
    triples: bytes


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What `check` found; at most 20 of each, as N-Quads or N-Triples without their dot."""

    not_merged: tuple[str, ...]
    not_held: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """The default graph is the union of the named graphs."""
        return not self.not_merged and not self.not_held


class Reader(Protocol):
    """What may be asked of the working store and of a release alike.

    `triples` reads the merged graph, in which every triple stands once; `quads` reads the named graphs and so tells who says it.
    """

    def graph(self, iri: Iri) -> bytes: ...
    def graphs(self, prefix: str = "") -> Iterator[Iri]: ...
    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: Node | None = None
    ) -> Iterator[Triple]: ...
    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Node | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]: ...
    def subject(self, iri: Iri) -> list[Quad]: ...
    def each_line(self, graph: Iri, take: Callable[[bytes], object]) -> None: ...
    def query(self, text: str, values: Mapping[str, Node] | None = None) -> QuerySolutions | QueryTriples | QueryBoolean: ...
    def count(self) -> int: ...


class _Reading:
    """The reading half, the same for both kinds of store."""

    def __init__(self, store: Store, path: Path) -> None:
        self._opened: Store | None = store
        self.path = path

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise StoreError("the store was closed", where=str(self.path))
        return self._opened

    def close(self) -> None:
        """Let go of the store. Iterators that are still in use keep it open until they end."""
        self._opened = None

    def graph(self, iri: Iri) -> bytes:
        """One named graph as sorted N-Triples lines, as the store holds it; no bytes where there is none."""
        return b"".join(sorted(_lines(self._store, iri)))

    def graphs(self, prefix: str = "") -> Iterator[Iri]:
        """Names of the graphs that begin with a prefix, in no order."""
        for name in self._store.named_graphs():
            if name.value.startswith(prefix):
                yield Iri(name.value)

    def triples(self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: Node | None = None) -> Iterator[Triple]:
        """Triples of the merged graph that fit."""
        return (quad.triple for quad in self._store.quads_for_pattern(subject, predicate, object, _MERGED))

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Node | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Quads that fit, of all named graphs or of one; the merged graph is left out."""
        found = self._store.quads_for_pattern(subject, predicate, object, graph)
        if graph is not None:
            return found
        return (quad for quad in found if quad.graph_name != _MERGED)

    def subject(self, iri: Iri) -> list[Quad]:
        """All that the named graphs say of one thing."""
        return list(self.quads(NamedNode(iri)))

    def query(self, text: str, values: Mapping[str, Node] | None = None) -> QuerySolutions | QueryTriples | QueryBoolean:
        """Run one of our own queries (`.rq`), with values for variables (of a SELECT: those that it returns).

        Public queries run in a process of their own instead, where they can be stopped.

        :raises StoreError: when the query is not SPARQL, or does not return a variable that a value is given for.
        """
        bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {Variable(name): value for name, value in (values or {}).items()}
        try:
            return self._store.query(text, substitutions=bound)
        except SyntaxError as error:
            raise StoreError(f"the query is not SPARQL ({error})", where=str(self.path)) from error
        except RuntimeError as error:
            raise StoreError(f"the query cannot be run ({error})", where=str(self.path)) from error

    def count(self) -> int:
        """Quads in the store, the merged graph included."""
        return len(self._store)

    def count_merged(self) -> int:
        """Triples in the merged graph."""
        ((triples,),) = self._select("store-count-merged.rq")
        return int(triples.value) if isinstance(triples, Literal) else 0

    def check(self) -> StoreCheck:
        """Whether the default graph is the union of the named graphs. Reads everything: about 10 s a million triples."""
        return StoreCheck(_rows(self._select("store-not-merged.rq")), _rows(self._select("store-not-held.rq")))

    def _select(self, name: str) -> QuerySolutions:
        solutions = self.query((_QUERIES / name).read_text("utf-8"))
        assert isinstance(solutions, QuerySolutions)
        return solutions

    def each_line(self, graph: Iri, take: Callable[[bytes], object]) -> None:
        """Hand over one named graph as N-Triples, as many whole lines at a time as fit into `_LINES_BYTES`."""
        lines = _Lines(take)
        self._store.dump(cast(IO[bytes], lines), RdfFormat.N_TRIPLES, from_graph=_named(graph))
        lines.end()


class _Lines(io.RawIOBase):
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


class WorkingStore(_Reading):
    """The store that `publish` takes releases from. One process at a time has it open.

    **The merged graph.** At any moment, also after `kill -9`, the default graph holds every triple of all named graphs once.
    `apply` keeps this true because each of its transactions (one SPARQL update, which Oxigraph commits as one RocksDB write
    batch) takes the store from one such state to the next: it deletes and inserts in named graphs and default graph together.
    So it does not matter where a process is killed: whole transactions have happened, or have not. Applying the same changes
    again, or newer ones, finds what is left to do by comparing with what the store holds. `bulk_add` only ever adds, to graph
    and default graph in one ingestion, and takes the way of `apply` for a graph that is there already: doing it again adds
    nothing, and doing it with other content removes what was there before.

    What `apply` wrote survives the end of the process at once, and a loss of power after `flush`.
    """

    def __init__(self, path: Path) -> None:
        """Open or create.

        :raises StoreError: when another process has it open, or it cannot be read.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear_up(path)
        try:
            store = Store(path)
        except (OSError, RuntimeError) as error:  # RocksDB calls damage a RuntimeError
            raise _cannot_open(path, error) from error
        super().__init__(store, path)
        self._unflushed = 0

    def apply(self, changes: Iterable[GraphChange]) -> int:
        """Replace whole graphs and keep the merged graph; returns how many of them differ from before.

        A triple that leaves one graph leaves the merged graph only if no other graph holds it.
        Of several changes to one graph the last holds.

        :raises StoreError: when triples are not N-Triples or have blank nodes; nothing of their transaction is applied.
        """
        return sum(self._transaction(part) for part in _portions(changes, TRANSACTION_BYTES))

    def bulk_add(self, changes: Iterable[GraphChange]) -> int:
        """Add graphs that are new: twice as fast as `apply`. Graphs that are there already are replaced. Returns how many graphs changed.

        :raises StoreError: when triples are not N-Triples or have blank nodes.
        """
        return sum(self._bulk_portion(part) for part in _portions(changes, PORTION_BYTES))

    def replace_subjects(self, graph: Iri, said: Mapping[Iri, bytes], *, all_new: bool = False) -> int:
        """Replace what one graph says of some subjects (no bytes: it says nothing), and keep the merged graph; returns how many differ.

        For graphs that are too large to be written as a whole whenever a part of them changes. Subjects of which it said nothing are
        added in large portions, as by `bulk_add`.

        :param all_new: the graph says nothing of any of them, which is then not looked up: reading fills the caches of RocksDB.
        :raises StoreError: when triples are not N-Triples or have blank nodes.
        """
        new = {subject: triples for subject, triples in said.items() if all_new or not self._speaks_of(subject, graph)}
        changed = (GraphChange(subject, triples) for subject, triples in said.items() if subject not in new)
        differing = sum(self._subject_transaction(graph, part) for part in _portions(changed, TRANSACTION_BYTES))
        for part in _portions((GraphChange(subject, triples) for subject, triples in new.items() if triples), PORTION_BYTES):
            self._bulk_load({graph: b"".join(part.values())})
            differing += len(part)
        return differing

    def amend(self, graph: Iri, patterns: Iterable[Pattern], triples: bytes) -> bool:
        """Say from now on these triples of one graph, where it said what fits the patterns; whether that differs. One transaction.

        :raises StoreError: when triples are not N-Triples or have blank nodes.
        """
        wanted = _as_held({graph: triples})[graph]
        held = set().union(*(_pattern_lines(self._store, pattern, graph) for pattern in patterns))
        self._amend(graph, wanted - held, held - wanted)
        return wanted != held

    def flush(self) -> None:
        """Put everything on disk. Only after this may the state say that a record's graphs are in the store."""
        self._store.flush()
        self._unflushed = 0

    def rewrite(self) -> None:
        """Write the whole store anew, so that nothing of what was deleted is left: RocksDB keeps it until it merges files, and Oxigraph
        keeps every text that it ever held. About 10 s a million quads. A kill leaves the old store or the new one.
        """
        fresh, lines = _beside(self.path, "next"), _beside(self.path, "next.nq")
        with lines.open("wb") as file:
            self._store.dump(file, RdfFormat.N_QUADS)
        store = Store(fresh)
        with lines.open("rb") as file:
            while portion := file.readlines(BULK_BYTES):
                store.bulk_load(b"".join(portion), RdfFormat.N_QUADS)
        store.flush()
        lines.unlink()
        del store
        self._opened = None
        self.path.rename(_beside(self.path, "old"))
        fresh.rename(self.path)
        _clear_up(self.path)
        self._opened = Store(self.path)

    def backup(self, path: Path) -> None:
        """Write an independent copy: on one file system by hard links, in milliseconds.

        :raises StoreError: when the folder exists or cannot be written.
        """
        try:
            self._store.backup(path)
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the copy could not be written ({error})", where=str(path)) from error

    def _transaction(self, changes: Mapping[Iri, bytes]) -> int:
        wanted = _as_held(changes)
        added: dict[Iri, set[bytes]] = {}
        removed: dict[Iri, set[bytes]] = {}
        for graph, lines in wanted.items():
            held = _lines(self._store, graph)
            if held != lines:
                added[graph], removed[graph] = lines - held, held - lines
        if not added:
            return 0
        gone = self._unheld(removed)
        emptied = [graph for graph in added if not wanted[graph]]
        self._update(_update(added, removed, gone, emptied))
        return len(added)

    def _update(self, update: str) -> None:
        self._store.update(update)
        self._unflushed += len(update)
        if self._unflushed > FLUSH_CHARACTERS:
            self.flush()

    def _subject_transaction(self, graph: Iri, said: Mapping[Iri, bytes]) -> int:
        wanted = _as_held(said)
        held = {subject: _pattern_lines(self._store, (NamedNode(subject), None, None), graph) for subject in wanted}
        differing = [subject for subject in wanted if wanted[subject] != held[subject]]
        added = set().union(*(wanted[subject] - held[subject] for subject in differing))
        removed = set().union(*(held[subject] - wanted[subject] for subject in differing))
        self._amend(graph, added, removed)
        return len(differing)

    def has_graph(self, graph: Iri) -> bool:
        """Whether a named graph says anything."""
        return self._store.contains_named_graph(_named(graph))

    def _speaks_of(self, subject: Iri, graph: Iri) -> bool:
        return next(self._store.quads_for_pattern(NamedNode(subject), None, None, _named(graph)), None) is not None

    def _amend(self, graph: Iri, added: set[bytes], removed: set[bytes]) -> None:
        if removed:
            self._update(_update({graph: added}, {graph: removed}, self._unheld({graph: removed}) - added, []))
        elif added:
            self._bulk_load({graph: b"".join(added)})

    def _unheld(self, removed: Mapping[Iri, set[bytes]]) -> set[bytes]:
        """Of the triples that leave some graphs, those that no other graph holds."""
        leaving: dict[bytes, set[str]] = {}
        for graph, lines in removed.items():
            for line in lines:
                leaving.setdefault(line, set()).add(graph)
        triples = parse(b"".join(leaving), RdfFormat.N_TRIPLES)
        return {line for (line, graphs), triple in zip(leaving.items(), triples, strict=True) if not self._held_outside(triple, graphs)}

    def _held_outside(self, triple: Quad, graphs: set[str]) -> bool:
        holders = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object)
        return any(isinstance(name := quad.graph_name, NamedNode) and name.value not in graphs for quad in holders)

    def _bulk_portion(self, changes: Mapping[Iri, bytes]) -> int:
        there = {graph: triples for graph, triples in changes.items() if not triples or self._store.contains_named_graph(_named(graph))}
        new = {graph: triples for graph, triples in changes.items() if graph not in there}
        if new:
            self._bulk_load(new)
        return len(new) + self.apply(GraphChange(graph, triples) for graph, triples in there.items())

    def _bulk_load(self, changes: Mapping[Iri, bytes]) -> None:
        for graph, triples in changes.items():
            _refuse_blank_nodes(graph, triples)
            if triples.count(b" .\n") != triples.count(b"\n") or not triples.endswith(b"\n"):
                raise StoreError("the triples are not N-Triples lines that end in ' .'", where=graph)
        try:
            self._store.bulk_load(io.BufferedReader(_Chunks(_quads(changes)), _READ_BYTES), RdfFormat.N_QUADS)
        except SyntaxError as error:
            where = f"one of {len(changes)} graphs from {next(iter(changes))}"
            raise StoreError(f"the triples are not N-Triples ({error})", where=where) from error


class ReadStore(_Reading):
    """The store of a release, open for reading; many processes may have it open at once.

    Oxigraph opens files when it first needs them, so a store must not be removed while it is read: whoever reads holds a shared
    lock on the folder until `close` or the end of the object, and whoever removes asks `removable` first.
    """

    def __init__(self, path: Path) -> None:
        """Open.

        :raises StoreError: when there is no store, or it is being removed.
        """
        try:
            lock = _locked(path, fcntl.LOCK_SH)
            self._let_go = weakref.finalize(self, os.close, lock)
            store = Store.read_only(str(path))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be read ({error})", where=str(path)) from error
        super().__init__(store, path)

    def close(self) -> None:
        """Let go of the store, so that it can be removed."""
        super().close()
        self._let_go()


@contextmanager
def removable(path: Path) -> Iterator[bool]:
    """Whether nobody reads a store; if so, nobody can open it until the context ends."""
    try:
        lock = _locked(path, fcntl.LOCK_EX)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        os.close(lock)


def _locked(path: Path, how: int) -> int:
    """A lock on a folder, given up when the descriptor is closed or the process ends (<https://man7.org/linux/man-pages/man2/flock.2.html>)."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, how | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        raise
    return folder


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f"{path.name}-{what}")


def _clear_up(path: Path) -> None:
    """Remove what a rewriting left, or take the old store back where it was killed before the new one had its place."""
    if not path.exists() and _beside(path, "old").exists():
        _beside(path, "old").rename(path)
    for name in ("next", "old"):
        shutil.rmtree(_beside(path, name), ignore_errors=True)
    _beside(path, "next.nq").unlink(missing_ok=True)


def _cannot_open(path: Path, error: OSError | RuntimeError) -> StoreError:
    if "lock" in str(error).lower():
        return StoreError("another process has the working store open", where=str(path), hint="wait until it ends, or end it")
    return StoreError(f"the working store cannot be opened ({error})", where=str(path), hint="check the folder's rights and the disk")


def _named(graph: Iri) -> NamedNode:
    try:
        return NamedNode(graph)
    except ValueError as error:
        raise StoreError("a graph's name is not an IRI", where=graph) from error


def _lines(store: Store, graph: Iri) -> set[bytes]:
    dumped = store.dump(format=RdfFormat.N_TRIPLES, from_graph=_named(graph)) or b""
    return set(dumped.splitlines(keepends=True))


def _pattern_lines(store: Store, pattern: Pattern, graph: Iri) -> set[bytes]:
    found = store.quads_for_pattern(*pattern, _named(graph))
    return set((serialize((quad.triple for quad in found), format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))


def _as_held(changes: Mapping[Iri, bytes]) -> dict[Iri, set[bytes]]:
    """The changes as a store gives them back: Oxigraph normalises literals ("01"^^xsd:integer becomes 1), so text must not be compared."""
    memory = Store()
    for graph, triples in changes.items():
        _refuse_blank_nodes(graph, triples)
        try:
            memory.load(triples, RdfFormat.N_TRIPLES, to_graph=_named(graph))
        except SyntaxError as error:
            raise StoreError(f"the triples are not N-Triples ({error})", where=graph) from error
    return {graph: _lines(memory, graph) for graph in changes}


def _refuse_blank_nodes(graph: Iri, triples: bytes) -> None:
    if b"_:" in triples and _BLANK.search(triples):  # looking for two bytes takes a twentieth of the time
        raise StoreError("blank nodes are not stored", where=graph, hint="give the part a fragment IRI of its record")


def _update(added: Mapping[Iri, set[bytes]], removed: Mapping[Iri, set[bytes]], gone: set[bytes], emptied: list[Iri]) -> str:
    """One SPARQL update, made of data that Oxigraph wrote itself: N-Triples lines are INSERT DATA's own grammar.

    Deleting comes first, so that a triple which moves from one graph to another is in the merged graph at the end.

    <https://www.w3.org/TR/sparql11-update/#insertData>
    """
    deleted = [b"DELETE DATA {\n", *gone, *_graph_blocks(removed), b"};\n"]
    dropped = [b"DROP SILENT GRAPH <" + graph.encode() + b">;\n" for graph in emptied]  # an empty graph would still be listed
    inserted = [b"INSERT DATA {\n", *set().union(*added.values()), *_graph_blocks(added), b"}"]
    return b"".join(deleted + dropped + inserted).decode()


def _graph_blocks(changes: Mapping[Iri, set[bytes]]) -> Iterator[bytes]:
    for graph, lines in changes.items():
        if lines:
            yield b"GRAPH <" + graph.encode() + b"> {\n" + b"".join(lines) + b"}\n"


class _Chunks(io.RawIOBase):
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


def _quads(changes: Mapping[Iri, bytes]) -> Iterator[bytes]:
    """N-Quads of the merged graph and of each graph. Within a literal, N-Triples write the end of a line with a backslash."""
    for graph, triples in changes.items():
        yield triples
        yield triples.replace(b" .\n", b" <" + graph.encode() + b"> .\n")


def _portions(changes: Iterable[GraphChange], limit: int) -> Iterator[dict[Iri, bytes]]:
    """Changes in portions of bounded size; a change to a graph that is in the portion already replaces it."""
    portion: dict[Iri, bytes] = {}
    size = 0
    for change in changes:
        portion[change.graph] = change.triples
        size += len(change.triples)
        if size >= limit:
            yield portion
            portion, size = {}, 0
    if portion:
        yield portion


def _rows(solutions: QuerySolutions) -> tuple[str, ...]:
    return tuple(" ".join(str(value) for value in solution) for solution in solutions)
