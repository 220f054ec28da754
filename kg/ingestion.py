"""One run of `ingest`: what is harvested is known, refused, deleted or worked on, and counted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kg.errors import ConfigError
from kg.harvest.files import Harvested
from kg.model import Iri, Native, Problem, Severity, Source
from kg.processing import BATCH, Processed
from kg.report import Fate, RunReport
from kg.state import RecordRow, RecordStatus, Seen
from kg.workshop import Fresh, Workshop, flagged, remove_graphs, write_natives

#: Called with the number of natives that are done.
Progress = Callable[[int], None]

_FATES = {
    RecordStatus.PUBLISHED: Fate.PUBLISHED,
    RecordStatus.QUARANTINED: Fate.QUARANTINED,
    RecordStatus.FAILED: Fate.FAILED,
    RecordStatus.UNRECOGNISED: Fate.UNRECOGNISED,
}


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
class Ingestion:
    """One run of `ingest`. What is harvested is settled in its order, whatever was done to it beside: the last word on a record holds."""

    shop: Workshop
    report: RunReport
    progress: Progress
    again: bool = False
    sources: dict[str, Source] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    fresh: Fresh = field(init=False)
    #: what was taken down: IRIs of records, and what natives are called (source, identifier)
    erased_records: frozenset[str] = field(init=False)
    erased_natives: frozenset[tuple[str, str]] = field(init=False)
    #: records (source, identifier) that this run has withdrawn
    withdrawn: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.fresh = Fresh(self.shop)
        takedowns = self.shop.state.takedowns()
        self.erased_records = frozenset(each.record for each in takedowns)
        self.erased_natives = frozenset((each.source, each.native_identifier) for each in takedowns)

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
                if not self._is_taken_down(native, result) and not self._repeats(native, result):
                    kept.append((native, result))
            elif row is not None and not self._is_duplicate(native, row.identifier, row.format):
                if (row.source, row.identifier) in self.withdrawn:  # and here it is again
                    kept.append((native, self.shop.workers.own.process(native)))
                else:
                    self._count_known(step.harvested.source, row)
        if kept:
            before = write_natives(self.shop, self.fresh, kept)
            for native, result in kept:
                self._count(native, result, before)

    def _is_taken_down(self, native: Native, result: Processed) -> bool:
        """Whether the record must not come back. Where there is no record, what its native is called tells: nothing of it is kept."""
        record = result.record
        if not (record.iri in self.erased_records if record else (native.source, native.identifier) in self.erased_natives):
            return False
        self.report.count(self.sources[native.source], record.format if record else None, Fate.DELETED)
        identifier = record.identifier if record else native.identifier
        self.report.add([Problem("record.taken-down", Severity.WARNING, native.source, identifier, native.location)])
        return True

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
        self.shop.state.save_records(flagged(row, status, problem) for row in rows if row.status is not RecordStatus.WITHDRAWN)

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
            remove_graphs(self.shop, [row for row in rows.values() if row.pending or row.status is not RecordStatus.WITHDRAWN])
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


def _key(native: Native) -> tuple[str, str, str]:
    return native.source, native.identifier, native.sha256
