"""What is done to one native, in whatever process: map, link, validate."""

from __future__ import annotations

import gc
import hashlib
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from kg.child_process import tie_to_parent
from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.errors import DataTerraError, VocabularyError
from kg.link.candidates import Candidates
from kg.link.confidence import read_confidence
from kg.link.found_in_text import TextReader
from kg.link.ledger import Decisions
from kg.link.lexicons import open_lexicons
from kg.link.linker import Linker, TermState
from kg.link.matcher import Matcher
from kg.link.rights import Rights
from kg.link.vocabulary_index import open_index, read_index
from kg.model import Mapping, Native, Outcome, Problem, Record, Term
from kg.resources import resources
from kg.state import RecordStatus, State
from kg.validate import Validator, problems
from kg.vocabulary.shelves import Library

#: Objects that are made before a worker looks for garbage.
_GARBAGE = 50_000
#: Natives that one task of a worker takes: enough that handing over costs little, few enough that results flow.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Processed:
    """What became of one native, and all that has to be written because of it."""

    status: RecordStatus
    fingerprint: str
    record: Record | None
    problems: tuple[Problem, ...]
    links: bytes = b""
    new_mappings: tuple[Mapping, ...] = ()
    terms: tuple[tuple[Term, TermState], ...] = ()

    @property
    def outcome(self) -> Outcome:
        """As the state keeps it."""
        return Outcome(self.record, self.problems)


class Processor:
    """Map, link and validate, with what they need loaded once."""

    def __init__(self, mapper: Mapper, linker: Linker, validator: Validator) -> None:
        self.mapper, self.linker, self.validator = mapper, linker, validator

    @classmethod
    def from_settings(cls, settings: Settings, index: Path, mapper: Mapper | None = None) -> Processor:
        """:param index: the file of the linking index, see `linking_index`.
        :param mapper: the crosswalks, where they are read already.
        """
        with State(settings.state, writing=False) as state:
            decisions = Decisions(state.current_mappings())
        linker = open_linker(settings, index, decisions)
        return cls(mapper or Mapper.from_resources(settings.config, settings.indexes), linker, Validator.from_overlay(settings.config))

    def process(self, native: Native) -> Processed:
        """Everything that happens between a native and the store."""
        outcome = self.mapper.map(native)
        record = outcome.record
        if record is None:
            unknown = outcome.problems[0].code == "format.unknown"
            status = RecordStatus.UNRECOGNISED if unknown else RecordStatus.FAILED
            return Processed(status, self.mapper.fingerprint(native.sha256, None), None, outcome.problems)
        linked = self.linker.link(record)
        report = self.validator.validate([(record.iri, record.triples + linked.triples)])[record.iri]
        found = outcome.problems + problems(report, record.triples, native.source, record.identifier, native.location)
        status = RecordStatus.QUARANTINED if report.blocks else RecordStatus.PUBLISHED
        return Processed(status, record.fingerprint, record, found, linked.triples, linked.new_mappings, linked.states)


def open_linker(settings: Settings, index: Path, decisions: Decisions) -> Linker:
    """The linker of this process, over the index and the lexicons that are there."""
    read = read_index(index)
    matcher = Matcher(read, Candidates.from_files(linking_lexicons(settings)), read_confidence(settings.config))
    return Linker(read, Rights(settings.config), decisions, matcher, TextReader(read))


def linking_index(settings: Settings) -> Path:
    """The file of the linking index over the vocabularies and alignments that are there; built where it is not there yet."""
    vocabularies = resources("ontology/vocabularies", "*.ttl", settings.config)
    return open_index(settings.indexes, vocabularies, resources("mappings/alignments", "*.sssom.tsv", settings.config), settings.config)


def linker_of(settings: Settings) -> Linker:
    """A linker with the vocabularies of the installation, for what stores nothing. The index of the working folder is used where it is
    there already.
    """
    if settings.indexes.is_dir():
        try:
            return open_linker(settings, linking_index(settings), Decisions())
        except (OSError, DataTerraError):
            pass  # a folder that may not be written, or an index of another version: made anew, elsewhere
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = Settings(var=Path(folder), config=settings.config)
        return open_linker(elsewhere, linking_index(elsewhere), Decisions())  # what is mapped stays, though the folder goes


def vocabulary_file(settings: Settings, name: str) -> Path:
    """The SKOS file of a vocabulary: a thesaurus of ours, an imported one by its name, or a file.

    :raises VocabularyError: when there is none.
    """
    ours = {path.stem: path for path in resources("ontology/vocabularies", "*.ttl", settings.config)}
    if found := ours.get(name) or {_vocabulary_name(path): path for path in imported_vocabularies(settings)}.get(name):
        return found
    if not Path(name).is_file():
        known = ", ".join([*sorted(ours), *(_vocabulary_name(path) for path in imported_vocabularies(settings))])
        raise VocabularyError("there is no such vocabulary", where=name[:200], hint=f"give a SKOS file, or one of {known}")
    return Path(name)


def _vocabulary_name(path: Path) -> str:
    return path.parent.name


def imported_vocabularies(settings: Settings) -> list[Path]:
    """The SKOS files of the current versions of all imported vocabularies."""
    return [version.path for version in Library(settings.vocabularies).current()]


def linking_version(settings: Settings, index: Path) -> str:
    """What links depend on: index, lexicons and thresholds. Where it changes, all records are linked again."""
    whole = hashlib.sha256(index.stem.encode())
    for path in linking_lexicons(settings):
        whole.update(path.name.encode())
    whole.update(read_confidence(settings.config).to_yaml().encode())
    return whole.hexdigest()[:20]


def linking_lexicons(settings: Settings, vocabularies: Sequence[Path] = (), only: str = "") -> list[Path]:
    """The files of the lexicons of the hub and of the imported vocabularies; built where they are not there yet.

    :param vocabularies: SKOS files instead of the imported ones.
    :param only: see `kg.link.lexicons.open_lexicons`.
    """
    hub = resources("ontology/vocabularies", "*.ttl", settings.config)
    alignments = resources("mappings/alignments", "*.sssom.tsv", settings.config)
    return open_lexicons(settings.indexes, hub, alignments, vocabularies or imported_vocabularies(settings), only)


@dataclass(slots=True)
class _Task:
    """A batch on its way: handed to a worker (`future`), or still to be done by this process."""

    batch: Sequence[Native]
    future: Future[list[Processed]] | None = None

    @property
    def done(self) -> bool:
        return not self.batch or (self.future is not None and self.future.done())


class Workers:
    """Processes that work through batches of natives, in order; the calling process itself where there is to be only one.

    Processes are started when a second batch comes, so that a few records do not wait for them.
    """

    def __init__(self, settings: Settings, index: Path, mapper: Mapper | None = None) -> None:
        self._settings, self._index, self._mapper = settings, index, mapper
        self._count = settings.processes
        self._own: Processor | None = None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def own(self) -> Processor:
        """The processor of this process."""
        if self._own is None:
            self._own = Processor.from_settings(self._settings, self._index, self._mapper)
        return self._own

    def process(self, batches: Iterable[Sequence[Native]]) -> Iterator[list[Processed]]:
        """The results of each batch, in the order of the batches; at most a few are under way, so that memory stays bounded.

        An empty batch has no results and costs nothing.

        :raises DataTerraError: when a worker died.
        """
        waiting: deque[_Task] = deque()
        for batch in batches:
            waiting.append(_Task(batch))
            self._hand_over(waiting)
            while len(waiting) > 2 * self._count or (waiting and waiting[0].done):
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _hand_over(self, waiting: Iterable[_Task]) -> None:
        """Give the workers what they do not have yet, unless it is the first batch that there is anything to do in."""
        mine = [task for task in waiting if task.batch and task.future is None]
        if self._count > 1 and mine and (self._pool is not None or len(mine) > 1):
            for task in mine:
                task.future = self._submit(task.batch)

    def _submit(self, batch: Sequence[Native]) -> Future[list[Processed]]:
        try:
            return self._start().submit(_process_in_worker, batch)
        except BrokenProcessPool as error:
            raise _worker_died() from error

    def _result(self, task: _Task) -> list[Processed]:
        if task.future is None:
            return [self.own.process(native) for native in task.batch]
        try:
            return task.future.result()
        except BrokenProcessPool as error:
            raise _worker_died() from error

    def _start(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # spawned, not forked: a forked process would have half of the store's threads
            context = get_context("spawn")
            self._pool = ProcessPoolExecutor(self._count, context, initializer=_start_worker, initargs=(self._settings, self._index))
        return self._pool


def _worker_died() -> DataTerraError:
    hint = "run the command again, it goes on where it stopped; if memory was short, set DATATERRA_WORKERS=1"
    return DataTerraError("a worker process died before its work was done", hint=hint)


_worker: Processor | None = None


def _start_worker(settings: Settings, index: Path) -> None:
    global _worker
    tie_to_parent()
    _worker = Processor.from_settings(settings, index)
    # what was loaded stays for good, and what a record leaves behind is rarely a circle: a tenth of the time went into looking for these
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def _process_in_worker(batch: Sequence[Native]) -> list[Processed]:
    if _worker is None:
        raise DataTerraError("the worker was not started")
    return [_worker.process(native) for native in batch]
