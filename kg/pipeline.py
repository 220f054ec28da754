"""The six steps in their order: harvest, map, link, validate, publish, serve.

`ingest` goes the whole way. Whatever kills it, at whatever moment, the next run finishes what was begun:

1. natives, ledger entries and records are on disk in `state.sqlite`, the records marked *pending*, before the store is touched;
2. the store is changed, graph by graph, in transactions that can be repeated;
3. the marks are taken away.

A run begins with the records that are still marked. Releases are made of a store without marks only, and readers open releases only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.errors import ConfigError
from kg.harvest.containers import Containers
from kg.harvest.files import Harvested, harvest_files
from kg.harvest.media_type import media_type_of
from kg.model import Iri, Mapping, Native, Problem, Record, Severity, Source
from kg.namespaces import BASE, link_graph_iri
from kg.problems import Sentences
from kg.processing import BATCH, Processed, Workers, linking_index, linking_version
from kg.record_graphs import RecordGraphs
from kg.report import Fate, RunReport
from kg.state import GraphText, GraphTexts, Natives, RecordEntry, RecordRow, RecordStatus, Seen, State
from kg.store import WorkingStore
from kg.validate import Validator, is_finding, problems

_Item = TypeVar("_Item")

#: Called with the number of natives that are done.
Progress = Callable[[int], None]

#: Where the state notes which shapes its records were checked with.
SHAPES = Iri(BASE + "shapes")

#: Where the state notes which vocabularies and rules the links were made with.
LINKING = Iri(BASE + "linking")

#: Bytes of N-Triples of new records that are written to the store together. Every portion is merged with what is there: 3,000 records
#: of 36 kB took 12 s of CPU for merging in portions of 2 MB, 8 s of 7 MB, 4 s of 21 MB, at 80, 180 and 450 MB of memory (2026-11).
FRESH_BYTES = 12_000_000

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
    graphs: RecordGraphs = field(init=False)
    workers: Workers = field(init=False)
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
    revalidate_where_shapes_changed(shop)
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
    count = 0
    for rows in batched((row for row in shop.state.records(pending=True) if not row.published), 500):
        _remove_graphs(shop, rows)
        count += len(rows)
    under_way: deque[list[RecordRow]] = deque()

    def natives() -> Iterator[list[Native]]:
        for rows in batched((row for row in shop.state.records(pending=True) if row.published), BATCH):
            under_way.append(rows)
            yield [_native_of(shop, row) for row in rows]

    for results in shop.workers.process(natives()):
        rows = under_way.popleft()
        _write_again(shop, rows, results)
        count += len(rows)
    return count


def _write_again(shop: Workshop, rows: list[RecordRow], results: list[Processed]) -> None:
    """Write what a killed run did not. What blocks by the rules of now does not enter the store; the state says so."""
    pairs = list(zip(rows, results, strict=True))
    shop.state.append_mappings(_mappings(results))
    shop.state.save_records(_entry(_native_of(shop, row), result) for row, result in pairs if not row.outdated)
    shop.graphs.replace([text for _, result in pairs if (text := _text(result))])
    shop.state.clear_pending(_iri(row) for row, _ in pairs)


def relink_where_vocabularies_changed(shop: Workshop) -> int:
    """Link all records again when a vocabulary, an alignment or a rule is not what it was; returns how many records that were."""
    version = linking_version(shop.settings, shop.index)
    if any(row.scheme == LINKING and row.sha256 == version for row in shop.state.vocabularies()):
        return 0
    count = relink(shop, (row for row in shop.state.records() if row.published))
    shop.state.save_vocabulary(LINKING, version, version)
    return count


def relink(shop: Workshop, rows: Iterable[RecordRow]) -> int:
    """Make the link graphs of records anew, from their terms and the ledger as they are now; returns how many."""
    count = 0
    for batch in batched(rows, 500):
        mappings: list[Mapping] = []
        changes: dict[Iri, bytes] = {}
        for row in batch:
            record = _terms_only(shop, row)
            linked = shop.workers.own.linker.link(record, triples=partial(shop.store.graph, record.iri))
            mappings += linked.new_mappings
            if shop.graphs.linked(record.iri) != linked.triples:
                changes[_iri(row)] = linked.triples
        shop.state.append_mappings(dict.fromkeys(mappings))
        shop.state.mark_pending(changes)
        shop.graphs.relink(changes)
        shop.state.clear_pending(changes)
        count += len(batch)
    return count


def revalidate_where_shapes_changed(shop: Workshop) -> int:
    """Check all records again when a shape is not what it was; returns how many have another verdict or other problems now.

    What is published is checked as it stands in the store. What was kept out is mapped again, since nothing but its native is kept.
    """
    validator = shop.workers.own.validator if any(True for _ in shop.state.records()) else Validator.from_overlay(shop.settings.config)
    version = validator.version
    if any(row.scheme == SHAPES and row.sha256 == version for row in shop.state.vocabularies()):
        return 0
    count, fresh = 0, _Fresh(shop)
    for rows in batched(shop.state.records(status=RecordStatus.QUARANTINED), BATCH):
        kept = [(native, shop.workers.own.process(native)) for native in (_last_native_of(shop, row) for row in rows)]
        count += sum(result.status is not RecordStatus.QUARANTINED for _, result in kept)
        _write(shop, fresh, kept)
    fresh.write()
    for rows in batched(shop.state.records(status=RecordStatus.PUBLISHED), 500):
        count += shop.state.save_records(entry for row in rows if (entry := _checked_again(shop, row)) is not None)
    shop.state.save_vocabulary(SHAPES, version, version)
    return count


def _checked_again(shop: Workshop, row: RecordRow) -> RecordEntry | None:
    """What is to be noted of a published record that is checked again; nothing where all is as it was."""
    iri = _iri(row)
    triples = shop.store.graph(iri)
    report = shop.workers.own.validator.validate([(iri, triples + shop.store.graph(Iri(link_graph_iri(iri))))])[iri]
    before = tuple(shop.state.problems_of(row.source, row.identifier))
    found = problems(report, triples, row.source, row.identifier, row.location)
    now = (*(each for each in before if not is_finding(each)), *found)
    if now == before and not report.blocks:
        return None
    return _noted(row, RecordStatus.QUARANTINED if report.blocks else RecordStatus.PUBLISHED, now, row.location, row.fingerprint)


def _last_native_of(shop: Workshop, row: RecordRow) -> Native:
    """The native that came last, good or not."""
    body = shop.natives.get(row.native_sha256)
    return Native(row.source, row.native_identifier, row.media_type, body, row.location, row.datestamp)


def _terms_only(shop: Workshop, row: RecordRow) -> Record:
    """A record as far as linking looks at it."""
    terms = tuple(use.term for use in shop.state.terms_of(_iri(row)))
    return Record(_iri(row), row.source, row.identifier, Iri(row.dataset or ""), "", row.format or "", "", b"", terms)


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that was harvested; `row` where it is known, so that there is nothing to do for it."""

    harvested: Harvested
    row: RecordRow | None = None

    @property
    def work(self) -> Native | None:
        """The native, where it has to be worked on."""
        native = self.harvested.native
        return native if native is not None and not native.deleted and self.row is None else None


@dataclass(slots=True)
class _Fresh:
    """New records on their way into the store, in large portions: each portion costs sorting again what is there already."""

    shop: Workshop
    texts: dict[Iri, GraphText] = field(default_factory=dict)
    size: int = 0

    def __contains__(self, record: Iri) -> bool:
        return record in self.texts

    def take(self, texts: Iterable[GraphText]) -> None:
        """Take records that are in neither place, marked as pending in the state."""
        for text in texts:
            self.texts[text.record] = text
            self.size += len(text.said) + len(text.linked)
        if self.size > FRESH_BYTES:
            self.write()

    def write(self) -> None:
        """Write what was taken, and take its marks away."""
        if self.texts:
            self.shop.graphs.add(list(self.texts.values()))
            self.shop.state.clear_pending(self.texts)
        self.texts, self.size = {}, 0


@dataclass(slots=True)
class _Ingestion:
    """One run of `ingest`. What is harvested is settled in its order, whatever was done to it beside: the last word on a record holds."""

    shop: Workshop
    report: RunReport
    progress: Progress
    again: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    fresh: _Fresh = field(init=False)
    #: records (source, identifier) that this run has withdrawn
    withdrawn: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.fresh = _Fresh(self.shop)

    def run(self, harvested: Iterable[Harvested]) -> None:
        under_way: deque[list[_Step]] = deque()

        def work() -> Iterator[list[Native]]:
            for group in _groups(harvested):
                under_way.append(steps := self._steps(group))
                yield [native for step in steps if (native := step.work) is not None]

        for results in self.shop.workers.process(work()):
            steps = under_way.popleft()
            self._settle(steps, results)
            self.progress(len(steps))
        self.fresh.write()

    def _steps(self, group: list[Harvested]) -> list[_Step]:
        for each in group:
            self._note_source(each.source)
        known = {} if self.again else self._known([each.native for each in group if each.native is not None and not each.native.deleted])
        return [_Step(each, known.get(_key(each.native)) if each.native else None) for each in group]

    def _known(self, natives: list[Native]) -> dict[tuple[str, str, str], RecordRow]:
        """Rows of natives whose content and crosswalk are what they were.

        What was withdrawn and is there again is not known: unless it is, by its date, the very state that was withdrawn.
        """
        found = {}
        for source in {native.source for native in natives}:
            names = {native.identifier: native for native in natives if native.source == source}
            for row in self.shop.state.find_natives(source, names):
                native = names[row.native_identifier]
                back = row.status is RecordStatus.WITHDRAWN and (native.datestamp is None or native.datestamp != row.datestamp)
                if not back and row.fingerprint == self.shop.mapper.fingerprint(row.native_sha256, row.format):
                    found[(source, row.native_identifier, row.native_sha256)] = row
        return found

    def _settle(self, steps: list[_Step], results: list[Processed]) -> None:
        made = iter(results)
        pairs = [(step, next(made) if step.work is not None else None) for step in steps]
        for deleted, part in groupby(pairs, key=lambda pair: pair[0].harvested.native is not None and pair[0].harvested.native.deleted):
            if deleted:
                self._delete([step.harvested for step, _ in part])
            else:
                self._keep(list(part))

    def _keep(self, pairs: list[tuple[_Step, Processed | None]]) -> None:
        """Count what is known or refused, and write the rest."""
        kept: list[tuple[Native, Processed]] = []
        for step, result in pairs:
            native, row = step.harvested.native, step.row
            if native is None:
                self._refuse(step.harvested)
            elif result is not None:
                if not self._repeats(native, result):
                    kept.append((native, result))
            elif row is not None and not self._is_duplicate(native, row.identifier, row.format):
                if (row.source, row.identifier) in self.withdrawn:  # and here it is again
                    kept.append((native, self.shop.workers.own.process(native)))
                else:
                    self._count_known(step.harvested.source, row)
        if kept:
            before = _write(self.shop, self.fresh, kept)
            for native, result in kept:
                self._count(native, result, before)

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

    def _refuse(self, harvested: Harvested) -> None:
        """Count what is no native; a record that came from the same place before is flagged, and keeps its last good state."""
        problem, source = harvested.problem, harvested.source
        if problem is None:
            return
        unknown = problem.code == "format.unknown"
        self.report.count(source, None, Fate.UNRECOGNISED if unknown else Fate.FAILED)
        self.report.add([problem])
        status = RecordStatus.UNRECOGNISED if unknown else RecordStatus.FAILED
        rows = self.shop.state.find_natives(source.id, [problem.identifier])
        self.shop.state.save_records(_flagged(row, status, problem) for row in rows if row.status is not RecordStatus.WITHDRAWN)

    def _delete(self, harvested: list[Harvested]) -> None:
        """Withdraw what the source says that it has deleted."""
        for source in {each.source.id: each.source for each in harvested}.values():
            names = [each.native.identifier for each in harvested if each.source.id == source.id and each.native is not None]
            rows = self._rows_named(source.id, names)
            for name in names:
                row = rows.get(name)
                self.report.count(source, row.format if row else None, Fate.DELETED)
            self.fresh.write()
            self.shop.state.withdraw_records(source.id, [row.identifier for row in rows.values()])
            _remove_graphs(self.shop, [row for row in rows.values() if row.pending or row.status is not RecordStatus.WITHDRAWN])
            for row in rows.values():
                self.withdrawn.add((row.source, row.identifier))
                self.seen.forget(row.source, row.identifier)

    def _rows_named(self, source: str, names: list[str]) -> dict[str, RecordRow]:
        """Rows by what the protocol calls their natives, or else by their own identifiers."""
        found = {row.native_identifier: row for row in self.shop.state.find_natives(source, names)}
        missing = [name for name in names if name not in found]
        return {row.identifier: row for row in self.shop.state.find_records(source, missing)} | found if missing else found

    def _note_source(self, source: Source) -> None:
        noted = self.sources.get(source.id)
        if noted is None:
            self.sources[source.id] = source
            self.shop.state.save_source(source)
        elif noted != source:
            hint = "give each source.toml an id of its own, or the same content"
            raise ConfigError(f"two source.toml describe the source '{source.id}' differently", hint=hint)


#: A group ends when its natives have so many bytes, so that a few large ones do not fill the memory of all workers.
_GROUP_BYTES = 8_000_000


def _groups(harvested: Iterable[Harvested]) -> Iterator[list[Harvested]]:
    """What is worked on together: at most `BATCH`, and fewer where they are large."""
    group: list[Harvested] = []
    size = 0
    for each in harvested:
        group.append(each)
        size += len(each.native.body) if each.native is not None else 0
        if len(group) == BATCH or size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _write(shop: Workshop, fresh: _Fresh, kept: list[tuple[Native, Processed]]) -> dict[Iri, RecordRow]:
    """Write natives: state first, marked pending; then the store; then the marks. Returns what was known of the records before."""
    kept.sort(key=lambda pair: pair[1].record is None)  # a record first takes its new place from one that fails there now
    before = _rows_before(shop, kept)
    shop.natives.put_all([native.body for native, _ in kept])
    shop.state.append_mappings(_mappings([result for _, result in kept]))
    shop.state.save_records(_entry(native, result) for native, result in kept)
    texts = [text for _, result in kept if (text := _text(result))]
    fresh.take([text for text in texts if text.record not in before])
    if changed := [text for text in texts if text.record in before]:
        fresh.write()  # a record may come twice
        shop.graphs.replace(changed)
    records = [result.record.iri for _, result in kept if result.record is not None]
    shop.state.clear_pending(iri for iri in records if iri not in fresh)
    return before


def _rows_before(shop: Workshop, kept: list[tuple[Native, Processed]]) -> dict[Iri, RecordRow]:
    records = [result.record for _, result in kept if result.record is not None]
    found: dict[Iri, RecordRow] = {}
    for source in {record.source for record in records}:
        rows = shop.state.find_records(source, [record.identifier for record in records if record.source == source])
        found |= {row.iri: row for row in rows if row.iri is not None}
    return found


def _key(native: Native) -> tuple[str, str, str]:
    return native.source, native.identifier, native.sha256


def _flagged(row: RecordRow, status: RecordStatus, problem: Problem) -> RecordEntry:
    """The fingerprint is of no native: whatever is there next is looked at."""
    return _noted(row, status, (problem,), problem.location, "")


def _noted(row: RecordRow, status: RecordStatus, found: tuple[Problem, ...], location: str, fingerprint: str) -> RecordEntry:
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


def _text(result: Processed) -> GraphText | None:
    """What enters the store of a native: nothing where there is no record, or one that must not be published."""
    record = result.record if result.status is RecordStatus.PUBLISHED else None
    return None if record is None else GraphText(record.iri, record.dataset, record.triples, result.links)


def _remove_graphs(shop: Workshop, rows: Iterable[RecordRow]) -> None:
    iris = [row.iri for row in rows if row.iri is not None]
    shop.graphs.remove(iris)
    shop.state.clear_pending(iris)


def _native_of(shop: Workshop, row: RecordRow) -> Native:
    """The native that a record's good state was made of."""
    sha256 = row.good_native_sha256 or row.native_sha256
    body = shop.natives.get(sha256)
    # the media type that is noted is that of the native that came last
    media_type = row.media_type if sha256 == row.native_sha256 else media_type_of(body, row.location)[0] or row.media_type
    return Native(row.source, row.native_identifier, media_type, body, row.location, row.datestamp)


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
