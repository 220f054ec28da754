"""The working store, which `publish` takes releases from."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from kg.errors import StoreError
from kg.model import Iri
from kg.store.lines import READ_BYTES, Chunks, Pattern, as_held, lines_of, lines_that_fit, named, quads_of, refuse_blank_nodes
from kg.store.reading import Reading

#: Bytes of N-Triples that one transaction of `apply` takes. 1 MB are about 8,000 triples; more takes memory and is not faster.
TRANSACTION_BYTES: Final = 1_000_000
#: Characters of updates after which `apply` flushes: RocksDB keeps what was written in memory, five times as large, up to more than 1 GB.
FLUSH_CHARACTERS: Final = 8_000_000
#: Bytes of N-Quads that one `bulk_load` takes. Each needs memory, and each is merged by RocksDB with what is there: 10,000 records of 24 kB
#: of N-Triples took some 37 s of CPU for merging when loaded in portions of 48 MB, 11 s of 96 MB, at 330 and 680 MB of memory (2026-11).
BULK_BYTES: Final = 80_000_000
#: Bytes of N-Triples that whoever has much to write gathers before: each stands in its graph and in the merged graph.
PORTION_BYTES: Final = BULK_BYTES // 2


@dataclass(frozen=True, slots=True)
class GraphChange:
    """What a graph is from now on: N-Triples lines, sorted, without blank nodes. No bytes: the graph is removed."""

    graph: Iri
    triples: bytes


class WorkingStore(Reading):
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
        wanted = as_held({graph: triples})[graph]
        held = set().union(*(lines_that_fit(self._store, pattern, graph) for pattern in patterns))
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
        wanted = as_held(changes)
        added: dict[Iri, set[bytes]] = {}
        removed: dict[Iri, set[bytes]] = {}
        for graph, lines in wanted.items():
            held = lines_of(self._store, graph)
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
        wanted = as_held(said)
        held = {subject: lines_that_fit(self._store, (NamedNode(subject), None, None), graph) for subject in wanted}
        differing = [subject for subject in wanted if wanted[subject] != held[subject]]
        added = set().union(*(wanted[subject] - held[subject] for subject in differing))
        removed = set().union(*(held[subject] - wanted[subject] for subject in differing))
        self._amend(graph, added, removed)
        return len(differing)

    def has_graph(self, graph: Iri) -> bool:
        """Whether a named graph says anything."""
        return self._store.contains_named_graph(named(graph))

    def _speaks_of(self, subject: Iri, graph: Iri) -> bool:
        return next(self._store.quads_for_pattern(NamedNode(subject), None, None, named(graph)), None) is not None

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
        there = {graph: triples for graph, triples in changes.items() if not triples or self._store.contains_named_graph(named(graph))}
        new = {graph: triples for graph, triples in changes.items() if graph not in there}
        if new:
            self._bulk_load(new)
        return len(new) + self.apply(GraphChange(graph, triples) for graph, triples in there.items())

    def _bulk_load(self, changes: Mapping[Iri, bytes]) -> None:
        for graph, triples in changes.items():
            refuse_blank_nodes(graph, triples)
            if triples.count(b" .\n") != triples.count(b"\n") or not triples.endswith(b"\n"):
                raise StoreError("the triples are not N-Triples lines that end in ' .'", where=graph)
        try:
            self._store.bulk_load(io.BufferedReader(Chunks(quads_of(changes)), READ_BYTES), RdfFormat.N_QUADS)
        except SyntaxError as error:
            where = f"one of {len(changes)} graphs from {next(iter(changes))}"
            raise StoreError(f"the triples are not N-Triples ({error})", where=where) from error


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
