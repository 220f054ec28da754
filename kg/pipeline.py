"""The six steps in their order: harvest, map, link, validate, publish, serve.

`ingest` goes the whole way. Whatever kills it, at whatever moment, the next run finishes what was begun:

1. natives, ledger entries and records are on disk in `state.sqlite`, the records marked *pending*, before the store is touched;
2. the store is changed, graph by graph, in transactions that can be repeated;
3. the marks are taken away.

A run begins with the records that are still marked. Releases are made of a store without marks only, and readers open releases only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import Harvested, harvest_files
from kg.model import Iri, Mapping, Native, Problem, Record, Severity, Source
from kg.namespaces import BASE, link_graph_iri
from kg.problems import Sentences
from kg.processing import BATCH, Processed, Workers, linking_index
from kg.report import Fate, RunReport
from kg.state import Natives, RecordEntry, RecordRow, RecordStatus, Seen, State
from kg.store import GraphChange, WorkingStore
from kg.validate import Validator

_Item = TypeVar("_Item")

#: Called with the number of natives that are done.
Progress = Callable[[int], None]

#: Where the state notes which vocabularies and rules the links were made with.
LINKING = Iri(BASE + "linking")

_FATES = {
    RecordStatus.PUBLISHED: Fate.PUBLISHED,
    RecordStatus.QUARANTINED: Fate.QUARANTINED,
    RecordStatus.FAILED: Fate.FAILED,
    RecordStatus.UNRECOGNISED: Fate.UNRECOGNISED,
}


@dataclass(slots=True)
class Workshop:
    """The working folder, open for writing: state, natives and store, and the workers."""

    settings: Settings
    state: State = field(init=False)
    natives: Natives = field(init=False)
    store: WorkingStore = field(init=False)
    workers: Workers = field(init=False)
    mapper: Mapper = field(init=False)
    index: Path = field(init=False)

    def __enter__(self) -> Self:
        self.settings.var.mkdir(parents=True, exist_ok=True)
        self.state = State(self.settings.state)
        try:
            self.natives = Natives(self.settings.natives)
            self.store = WorkingStore(self.settings.store)
            self.mapper = Mapper.from_resources(self.settings.config)
            self.index = linking_index(self.settings)
            self.workers = Workers(self.settings, self.index)
        except BaseException:
            self.state.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.workers.__exit__(kind, error, trace)
        self.store.close()
        self.natives.close()
        self.state.close()


def ingest(
    shop: Workshop, paths: Sequence[Path], source: Source | None = None, progress: Progress = lambda done: None, *, again: bool = False
) -> RunReport:
    """Harvest, map, link and validate files and folders, and write what is good into the working store.

    :param source: of all natives; otherwise each file's `source.toml` says it.
    :param again: map natives again whose graphs are known.
    :raises ConfigError: when a path or a `source.toml` is wrong.
    """
    report = new_report(shop.settings, "ingest")
    run = shop.state.start_run("ingest")
    recover(shop)
    relink_where_vocabularies_changed(shop)
    containers = Containers.from_resources(shop.settings.config)
    harvested = harvest_files(paths, source, containers=containers, largest=shop.settings.largest_native)
    ingestion = _Ingestion(shop, report, progress, again=again)
    ingestion.run(harvested)
    ingestion.seen.close()
    report.close()
    shop.state.end_run(run, {fate.value: count for fate, count in report.total.items()})
    return report


def new_report(settings: Settings, command: str) -> RunReport:
    """An empty report of a run that begins now."""
    shapes = {name: text.message for name, text in Validator.from_overlay(settings.config).shapes.texts.items()}
    name = f"{command}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    return RunReport(settings.var / "reports", name, Sentences.from_resources(settings.config, shapes))


def recover(shop: Workshop) -> int:
    """Finish what a killed run began: write the graphs of records that are marked pending; returns how many there were."""
    rows = list(shop.state.records(pending=True))
    withdrawn = [row for row in rows if not row.published]
    _remove_graphs(shop, withdrawn)
    natives = [_native_of(shop, row) for row in rows if row.published]
    for batch, results in _processed(shop, natives):
        changes: list[GraphChange] = []
        iris: list[Iri] = []
        for native, result in zip(batch, results, strict=True):
            if result.record is not None:
                changes += _graphs(result.record, result.links)
                iris.append(result.record.iri)
            else:
                iris += [row.iri for row in shop.state.find_natives(native.source, [native.identifier]) if row.iri]
        shop.state.append_mappings(_mappings(results))
        shop.store.apply(changes)
        shop.store.flush()
        shop.state.clear_pending(iris)
    return len(rows)


def relink_where_vocabularies_changed(shop: Workshop) -> int:
    """Link all records again when a vocabulary, an alignment or a rule is not what it was; returns how many records that were."""
    version = shop.index.stem
    if any(row.scheme == LINKING and row.sha256 == version for row in shop.state.vocabularies()):
        return 0
    count = relink(shop, (row for row in shop.state.records() if row.published))
    shop.state.save_vocabulary(LINKING, version, version)
    return count


def relink(shop: Workshop, rows: Iterable[RecordRow]) -> int:
    """Make the link graphs of records anew, from their terms and the ledger as they are now; returns how many."""
    count = 0
    for batch in batched(rows, 500):
        changes: list[GraphChange] = []
        mappings: list[Mapping] = []
        for row in batch:
            terms = tuple(use.term for use in shop.state.terms_of(_iri(row)))
            record = Record(_iri(row), row.source, row.identifier, Iri(row.dataset or ""), "", row.format or "", "", b"", terms)
            linked = shop.workers.own.linker.link(record)
            changes.append(GraphChange(Iri(link_graph_iri(record.iri)), linked.triples))
            mappings += linked.new_mappings
        shop.state.append_mappings(dict.fromkeys(mappings))
        shop.state.mark_pending(_iri(row) for row in batch)
        shop.store.apply(changes)
        shop.store.flush()
        shop.state.clear_pending(_iri(row) for row in batch)
        count += len(changes)
    return count


@dataclass(slots=True)
class _Ingestion:
    """One run of `ingest`: what was seen, and what is on its way to the store."""

    shop: Workshop
    report: RunReport
    progress: Progress
    again: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    def run(self, harvested: Iterable[Harvested]) -> None:
        for batch, results in _processed(self.shop, self._new(harvested)):
            self._settle(batch, results)
            self.progress(len(batch))

    def _new(self, harvested: Iterable[Harvested]) -> Iterator[Native]:
        """The natives that have to be worked on; the others are counted at once."""
        for group in batched(harvested, 4 * BATCH):
            for each in group:
                self._note_source(each.source)
            known = self._known([each.native for each in group if each.native is not None])
            for each in group:
                if each.native is None:
                    self._refuse(each.source, each.problem)
                elif each.native.deleted:
                    self._delete(each.source, each.native)
                elif self.again or (row := known.get((each.native.source, each.native.identifier, each.native.sha256))) is None:
                    yield each.native
                elif not self._is_duplicate(each.native, row.identifier):
                    self._count_known(each.source, row)

    def _known(self, natives: list[Native]) -> dict[tuple[str, str, str], RecordRow]:
        """Rows of natives whose content and crosswalk are what they were."""
        found = {}
        for source in {native.source for native in natives}:
            names = [native.identifier for native in natives if native.source == source]
            for row in self.shop.state.find_natives(source, names):
                if row.fingerprint == self.shop.mapper.fingerprint(row.native_sha256, row.format):
                    found[(source, row.native_identifier, row.native_sha256)] = row
        return found

    def _settle(self, natives: Sequence[Native], results: list[Processed]) -> None:
        """Write one batch: state first, marked pending; then the store; then the marks."""
        kept = [(native, result) for native, result in zip(natives, results, strict=True) if not self._repeats(native, result)]
        before = self._rows_before(kept)
        self.shop.natives.put_all([native.body for native, _ in kept])
        self.shop.state.append_mappings(_mappings([result for _, result in kept]))
        self.shop.state.save_records(_entry(native, result) for native, result in kept)
        fresh: list[GraphChange] = []
        changed: list[GraphChange] = []
        for _, result in kept:
            if result.record is not None and result.status is RecordStatus.PUBLISHED:
                row = before.get(result.record.iri)
                (fresh if row is None else changed).extend(_graphs(result.record, result.links))
        self.shop.store.bulk_add(fresh)
        self.shop.store.apply(changed)
        self.shop.store.flush()
        self.shop.state.clear_pending([result.record.iri for _, result in kept if result.record is not None])
        for native, result in kept:
            self._count(native, result, before)

    def _rows_before(self, kept: list[tuple[Native, Processed]]) -> dict[Iri, RecordRow]:
        records = [result.record for _, result in kept if result.record is not None]
        found: dict[Iri, RecordRow] = {}
        for source in {record.source for record in records}:
            rows = self.shop.state.find_records(source, [record.identifier for record in records if record.source == source])
            found |= {row.iri: row for row in rows if row.iri is not None}
        return found

    def _repeats(self, native: Native, result: Processed) -> bool:
        return result.record is not None and self._is_duplicate(native, result.record.identifier, result.record.format)

    def _is_duplicate(self, native: Native, identifier: str, format: str | None = None) -> bool:
        """Whether this run has met the record already; the first one holds, and another content is said."""
        met = self.seen.first(native.source, identifier, native.location, native.sha256)
        if met is None:
            return False
        first, sha256 = met
        self.report.count(self.sources[native.source], format, Fate.DUPLICATE)
        if sha256 != native.sha256:
            values = (("first", first), ("identifier", identifier[:200]))
            problem = Problem("identifier.duplicate", Severity.WARNING, native.source, identifier, native.location, "", values)
            self.report.add([problem])
        return True

    def _count(self, native: Native, result: Processed, before: dict[Iri, RecordRow]) -> None:
        row = before.get(result.record.iri) if result.record else None
        unchanged = row is not None and row.status is result.status is RecordStatus.PUBLISHED and row.fingerprint == result.fingerprint
        fate = Fate.UNCHANGED if unchanged else _FATES[result.status]
        self.report.count(self.sources[native.source], result.record.format if result.record else None, fate)
        self.report.add(result.problems)
        self.report.linked.update((term.kind.value, state.value) for term, state in result.terms)

    def _count_known(self, source: Source, row: RecordRow) -> None:
        fate = Fate.UNCHANGED if row.status is RecordStatus.PUBLISHED else _FATES.get(row.status, Fate.DELETED)
        self.report.count(source, row.format, fate)
        self.report.add(self.shop.state.problems_of(row.source, row.identifier))
        self.progress(1)

    def _refuse(self, source: Source, problem: Problem | None) -> None:
        if problem is not None:
            fate = Fate.UNRECOGNISED if problem.code == "format.unknown" else Fate.FAILED
            self.report.count(source, None, fate)
            self.report.add([problem])
        self.progress(1)

    def _delete(self, source: Source, native: Native) -> None:
        rows = self.shop.state.find_natives(source.id, [native.identifier]) or self.shop.state.find_records(source.id, [native.identifier])
        self.shop.state.withdraw_records(source.id, [row.identifier for row in rows])
        _remove_graphs(self.shop, rows)
        self.report.count(source, rows[0].format if rows else None, Fate.DELETED)
        self.progress(1)

    def _note_source(self, source: Source) -> None:
        if self.sources.get(source.id) != source:
            self.sources[source.id] = source
            self.shop.state.save_source(source)


def _processed(shop: Workshop, natives: Iterable[Native]) -> Iterator[tuple[list[Native], list[Processed]]]:
    """Batches of natives with what became of them, in order."""
    under_way: list[list[Native]] = []

    def batches() -> Iterator[list[Native]]:
        for batch in batched(natives, BATCH):
            under_way.append(batch)
            yield batch

    for results in shop.workers.process(batches()):
        yield under_way.pop(0), results


def _graphs(record: Record, links: bytes) -> list[GraphChange]:
    return [GraphChange(record.graph, record.triples), GraphChange(Iri(link_graph_iri(record.iri)), links)]


def _remove_graphs(shop: Workshop, rows: Iterable[RecordRow]) -> None:
    iris = [row.iri for row in rows if row.iri is not None]
    shop.store.apply([GraphChange(graph, b"") for iri in iris for graph in (iri, Iri(link_graph_iri(iri)))])
    shop.store.flush()
    shop.state.clear_pending(iris)


def _native_of(shop: Workshop, row: RecordRow) -> Native:
    """The native that a record's good state was made of."""
    body = shop.natives.get(row.good_native_sha256 or row.native_sha256)
    return Native(row.source, row.native_identifier, row.media_type, body, row.location, row.datestamp)


def _entry(native: Native, result: Processed) -> RecordEntry:
    return RecordEntry.from_outcome(
        native, result.outcome, result.status, result.fingerprint, result.record.format if result.record else None
    )


def _mappings(results: Iterable[Processed]) -> list[Mapping]:
    return list(dict.fromkeys(mapping for result in results for mapping in result.new_mappings))


def _iri(row: RecordRow) -> Iri:
    return row.iri or Iri("")


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Lists of at most `size` items, in order."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


__all__ = ["Workshop", "batched", "ingest", "new_report", "recover", "relink"]
