"""Writes the graphs of vocabularies into the store in large portions, and tells the state of them when they are on disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from kg.model import Iri
from kg.state import State
from kg.store import PORTION_BYTES, GraphChange, WorkingStore


@dataclass(slots=True)
class VocabularyGraphs:
    """Takes graphs; all that it took is on disk, and known to the state, after `write` and at the end of the context."""

    state: State
    store: WorkingStore
    _taken: list[tuple[GraphChange, str, str]] = field(default_factory=list)
    _size: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.write()

    def take(self, graph: Iri, triples: bytes, cause: str, version: str) -> None:
        """Take what a graph says from now on.

        :param cause: hash of all that it is made of; while it is the same there is nothing to write.
        :raises StoreError: when triples are not N-Triples or have blank nodes.
        """
        self._taken.append((GraphChange(graph, triples), cause, version))
        self._size += len(triples)
        if self._size > PORTION_BYTES:
            self.write()

    def write(self) -> None:
        """Write what was taken."""
        if not self._taken:
            return
        self.store.bulk_add(change for change, _, _ in self._taken)
        self.store.flush()  # before the state says that it is there
        for change, cause, version in self._taken:
            self.state.save_vocabulary(change.graph, cause, version)
        self._taken, self._size = [], 0
