"""The working folder, open for writing, and the order in which records are written into it.

1. natives, ledger entries and records are on disk in `state.sqlite`, the records marked *pending*, before the store is touched;
2. the store is changed, graph by graph, in transactions that can be repeated;
3. the marks are taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.errors import ConfigError
from kg.harvest.media_type import media_type_of
from kg.model import Iri, Mapping, Native, Problem
from kg.processing import Processed, Workers, linking_index
from kg.record_graphs import RecordGraphs
from kg.state import GraphText, GraphTexts, Natives, RecordEntry, RecordRow, RecordStatus, State
from kg.store import PORTION_BYTES, WorkingStore

_Item = TypeVar("_Item")


@dataclass(slots=True)
class Workshop:
    """The working folder, open for writing: state, natives and store, and the workers."""

    settings: Settings
    state: State = field(init=False)
    natives: Natives = field(init=False)
    store: WorkingStore = field(init=False)
    graphs: RecordGraphs = field(init=False)
    workers: Workers = field(init=False)
    #: loads new records into the store, beside everything else
    loader: ThreadPoolExecutor = field(init=False)
    mapper: Mapper = field(init=False)
    index: Path = field(init=False)
    _open: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            _make_folder(self.settings.var)
            self.state = opened.enter_context(State(self.settings.state))
            self.natives = opened.enter_context(Natives(self.settings.natives))
            self.store = WorkingStore(self.settings.store)
            opened.callback(self.store.close)
            self.graphs = RecordGraphs(self.store, opened.enter_context(GraphTexts(self.settings.graph_texts)))
            self.loader = opened.enter_context(ThreadPoolExecutor(1, "loader"))
            self.mapper = Mapper.from_resources(self.settings.config, self.settings.indexes)
            self.index = linking_index(self.settings)
            self.workers = opened.enter_context(Workers(self.settings, self.index, self.mapper))
            self._open = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.__exit__(kind, error, trace)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "set DATATERRA_VAR to a folder that you may write to"
        raise ConfigError(f"the working folder cannot be made ({error.strerror})", where=str(folder), hint=hint) from error


@dataclass(slots=True)
class Fresh:
    """New records on their way into the store, in large portions: each portion costs sorting again what is there already.

    The store takes a portion while the next one is gathered.
    """

    shop: Workshop
    texts: dict[Iri, GraphText] = field(default_factory=dict)
    size: int = 0
    #: the portion that the store is taking
    _under_way: dict[Iri, GraphText] = field(default_factory=dict)
    _loading: Future[None] | None = None

    def __contains__(self, record: Iri) -> bool:
        return record in self.texts or record in self._under_way

    def take(self, texts: Iterable[GraphText]) -> None:
        """Take records that are in neither place, marked as pending in the state."""
        for text in texts:
            self.texts[text.record] = text
            self.size += len(text.said) + len(text.linked)
        if self.size > PORTION_BYTES:
            self._load()

    def write(self) -> None:
        """Write what was taken, and take its marks away; nothing is under way when this returns."""
        self._load()
        self._finish()

    def _load(self) -> None:
        self._finish()
        if self.texts:
            made = list(self.texts.values())
            self.shop.graphs.keep(made)
            self._loading = self.shop.loader.submit(self.shop.graphs.load, made)
        self._under_way, self.texts, self.size = self.texts, {}, 0

    def _finish(self) -> None:
        if self._loading is not None:
            self._loading.result()
            self.shop.state.clear_pending(self._under_way)
        self._under_way, self._loading = {}, None


def write_natives(shop: Workshop, fresh: Fresh, kept: list[tuple[Native, Processed]]) -> dict[Iri, RecordRow]:
    """Write natives: state first, marked pending; then the store; then the marks. Returns what was known of the records before."""
    kept.sort(key=lambda pair: pair[1].record is None)  # a record first takes its new place from one that fails there now
    before = rows_before(shop, kept)
    shop.natives.put_all([native.body for native, _ in kept])
    shop.state.append_mappings(mappings_of([result for _, result in kept]))
    shop.state.save_records(entry_of(native, result) for native, result in kept)
    texts = [text for _, result in kept if (text := text_of(result))]
    fresh.take([text for text in texts if text.record not in before])
    if changed := [text for text in texts if text.record in before]:
        fresh.write()  # a record may come twice
        shop.graphs.replace(changed)
    records = [result.record.iri for _, result in kept if result.record is not None]
    shop.state.clear_pending(iri for iri in records if iri not in fresh)
    return before


def rows_before(shop: Workshop, kept: list[tuple[Native, Processed]]) -> dict[Iri, RecordRow]:
    """What is known of records that are about to be written, by their IRIs."""
    records = [result.record for _, result in kept if result.record is not None]
    found: dict[Iri, RecordRow] = {}
    for source in {record.source for record in records}:
        rows = shop.state.find_records(source, [record.identifier for record in records if record.source == source])
        found |= {row.iri: row for row in rows if row.iri is not None}
    return found


def flagged(row: RecordRow, status: RecordStatus, problem: Problem) -> RecordEntry:
    """The fingerprint is of no native: whatever is there next is looked at."""
    return noted(row, status, (problem,), problem.location, "")


def noted(row: RecordRow, status: RecordStatus, found: tuple[Problem, ...], location: str, fingerprint: str) -> RecordEntry:
    """What is known of a record, with another status and other problems."""
    return RecordEntry(
        source=row.source,
        identifier=row.identifier,
        native_identifier=row.native_identifier,
        native_sha256=row.native_sha256,
        media_type=row.media_type,
        location=location,
        fingerprint=fingerprint,
        status=status,
        datestamp=row.datestamp,
        iri=row.iri,
        dataset=row.dataset,
        format=row.format,
        problems=found,
    )


def text_of(result: Processed) -> GraphText | None:
    """What enters the store of a native: nothing where there is no record, or one that must not be published."""
    record = result.record if result.status is RecordStatus.PUBLISHED else None
    return None if record is None else GraphText(record.iri, record.dataset, record.triples, result.links)


def remove_graphs(shop: Workshop, rows: Iterable[RecordRow]) -> None:
    """Take records out of the store, and their marks away."""
    iris = [row.iri for row in rows if row.iri is not None]
    shop.graphs.remove(iris)
    shop.state.clear_pending(iris)


def native_of(shop: Workshop, row: RecordRow) -> Native:
    """The native that a record's good state was made of."""
    sha256 = row.good_native_sha256 or row.native_sha256
    body = shop.natives.get(sha256)
    # the media type that is noted is that of the native that came last
    media_type = row.media_type if sha256 == row.native_sha256 else media_type_of(body, row.location)[0] or row.media_type
    return Native(row.source, row.native_identifier, media_type, body, row.location, row.datestamp)


def entry_of(native: Native, result: Processed) -> RecordEntry:
    """What the state keeps of a native and what was made of it."""
    return RecordEntry.from_outcome(
        native, result.outcome, result.status, result.fingerprint, result.record.format if result.record else None
    )


def mappings_of(results: Iterable[Processed]) -> list[Mapping]:
    """The ledger entries that are new, each once."""
    return list(dict.fromkeys(mapping for result in results for mapping in result.new_mappings))


def iri_of(row: RecordRow) -> Iri:
    """The IRI of a record; empty where it has none."""
    return row.iri or Iri("")


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Lists of at most `size` items, in order."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
