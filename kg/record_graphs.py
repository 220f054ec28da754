"""Record graphs: what each published record says and what was linked, in the store for questions and as texts for dumps and indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.model import Iri
from kg.namespaces import BASE, FOAF, link_graph_iri
from kg.state import GraphText, GraphTexts
from kg.store import GraphChange, WorkingStore

_RECORD_GRAPHS = BASE + "record/"


@dataclass(frozen=True, slots=True)
class RecordGraphs:
    """Writes to both places; when a method returns, both are on disk.

    Between the two a kill may come: whoever calls marks the records as pending first, and writes them again in the next run.
    """

    store: WorkingStore
    texts: GraphTexts

    def add(self, made: list[GraphText]) -> None:
        """Write records that are new."""
        self.keep(made)
        self.load(made)

    def keep(self, made: list[GraphText]) -> None:
        """The first half of `add`: the texts."""
        self.texts.put(made)

    def load(self, made: list[GraphText]) -> None:
        """The second half of `add`: the store. Any thread may do this, while no other changes the store."""
        self.store.bulk_add(_changes(made))
        self.store.flush()

    def replace(self, made: list[GraphText]) -> None:
        """Write records that may be there."""
        self.texts.put(made)
        self.store.apply(_changes(made))
        self.store.flush()

    def linked(self, record: Iri) -> bytes:
        """What was linked of a record, as linking wrote it: the store writes numbers in its own way."""
        text = self.texts.get(record)
        return self.store.graph(Iri(link_graph_iri(record))) if text is None else text.linked

    def relink(self, links: Mapping[Iri, bytes]) -> None:
        """Write what was linked of records that are there."""
        self.texts.relink(links.items())
        self.store.apply(GraphChange(Iri(link_graph_iri(record)), linked) for record, linked in links.items())
        self.store.flush()

    def remove(self, records: list[Iri]) -> None:
        """Take records out."""
        self.texts.remove(records)
        self.store.apply(_changes(GraphText(record, Iri(""), b"", b"") for record in records))
        self.store.flush()

    def complete(self) -> None:
        """Make the texts anew where some are missing: a folder of an earlier version, or one that lost them."""
        if sum(1 for _ in self.store.graphs(_RECORD_GRAPHS)) != len(self.texts):
            self.restore()

    def restore(self) -> None:
        """Make the texts anew from the store."""
        records = sorted(self.store.graphs(_RECORD_GRAPHS))
        self.texts.clear()
        for start in range(0, len(records), 500):
            self.texts.put(self._held(record) for record in records[start : start + 500])

    def _held(self, record: Iri) -> GraphText:
        topics = (quad.object for quad in self.store.quads(NamedNode(record), FOAF.primaryTopic, graph=NamedNode(record)))
        dataset = next((topic.value for topic in topics if isinstance(topic, NamedNode)), "")
        return GraphText(record, Iri(dataset), self.store.graph(record), self.store.graph(Iri(link_graph_iri(record))))


def _changes(texts: Iterable[GraphText]) -> Iterator[GraphChange]:
    for text in texts:
        yield GraphChange(text.record, text.said)
        yield GraphChange(Iri(link_graph_iri(text.record)), text.linked)
