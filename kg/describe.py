"""Describe: what the discovery graph and the search index say of each data set, made by several processes where there are many."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.child_process import died, tie_to_parent
from kg.dataset_reader import DatasetReader
from kg.errors import DataTerraError
from kg.model import Iri
from kg.namespaces import link_graph_iri
from kg.search.concepts import concepts_of_store
from kg.search.discovery import discovery_triples
from kg.search.document import Entry, entry
from kg.state import GraphTexts
from kg.store import Reader, ReadStore

#: Data sets that one process describes at a time.
_PORTION: Final = 50
#: Below this number starting processes takes longer than they save.
_MANY: Final = 500


@dataclass(frozen=True, slots=True)
class Description:
    """One data set's entry in the search index and its triples in the discovery graph."""

    entry: Entry
    triples: bytes


class PublishedQuads:
    """What a store holds, with the graphs of records read from their texts: four times as fast."""

    def __init__(self, store: Reader, texts: GraphTexts) -> None:
        self._store, self._texts = store, texts
        self._links: dict[str, bytes] = {}

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | None = None,
        graph: NamedNode | None = None,
    ) -> Iterable[Quad]:
        """Quads that fit, as `kg.store.Reader.quads`."""
        if graph is not None and subject is None and predicate is None and object is None:
            if graph.value in self._links:
                return parse(self._links.pop(graph.value), RdfFormat.N_TRIPLES)
            if text := self._texts.get(graph.value):
                self._links = {link_graph_iri(text.record): text.linked}
                return parse(text.said, RdfFormat.N_TRIPLES)
        return self._store.quads(subject, predicate, object, graph)

    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: NamedNode | Literal | None = None
    ) -> Iterable[Triple]:
        """Triples of the merged graph that fit."""
        return self._store.triples(subject, predicate, object)


class Describer:
    """Describes data sets of one state of the store."""

    def __init__(self, store: Reader, texts: GraphTexts) -> None:
        self._reader, self._concepts = DatasetReader(PublishedQuads(store, texts)), concepts_of_store(store)

    def describe(self, datasets: Iterable[Iri]) -> Iterator[Description]:
        """The descriptions of those that a record describes, and of the things that records of data sets call by a name."""
        for iri in datasets:
            if view := self._reader.read_any(iri):
                yield Description(entry(view, self._concepts), discovery_triples(view, self._concepts))


def are_many(datasets: list[Iri]) -> bool:
    """Whether it pays to start processes."""
    return len(datasets) >= _MANY


def describe_in_processes(datasets: list[Iri], copy: Path, texts: Path, workers: int) -> Iterator[Description]:
    """The descriptions of many data sets, in their order; a few portions are under way, so that memory stays bounded.

    :param copy: a copy of the store, which several processes may read.
    :param texts: the file of the texts.
    :param workers: how many processes.
    :raises DataTerraError: when a process died before its work was done.
    """
    portions = (datasets[start : start + _PORTION] for start in range(0, len(datasets), _PORTION))
    under_way: deque[Future[list[Description]]] = deque()
    # spawned, not forked: a forked process would have half of the store's threads
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(copy, texts)) as pool:
        try:
            for portion in portions:
                under_way.append(pool.submit(_describe, portion))
                if len(under_way) > 2 * workers:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenProcessPool as error:
            raise died("a process that describes data sets") from error
        finally:
            pool.shutdown(cancel_futures=True)


_own: Describer | None = None


def _start(copy: Path, texts: Path) -> None:
    global _own
    tie_to_parent()
    _own = Describer(ReadStore(copy), GraphTexts(texts, writing=False))


def _describe(datasets: list[Iri]) -> list[Description]:
    if _own is None:
        raise DataTerraError("the process was not started")
    return list(_own.describe(datasets))
