"""A release that is being made, under a name that nobody reads, until it is whole."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import __version__
from kg.errors import ReleaseError
from kg.namespaces import BASE, is_thing
from kg.release.difference import ReleaseDifference, difference
from kg.release.dumps import write_dumps
from kg.release.durable import sync, sync_tree
from kg.release.manifest import LAYOUT_VERSION, Counts, Manifest, read_manifest
from kg.release.records import RECORDS_FILE, RecordLine, read_records, write_records
from kg.release.void import DUMPS, Partitions, count_partitions, describe
from kg.state import GraphTexts
from kg.store import ReadStore, WorkingStore

if TYPE_CHECKING:
    from kg.release.releases import Release

_PARTS: Final = ("store", "index", *(f"dumps/{name}" for name in DUMPS), "release.json", "void.ttl", "diff.json", RECORDS_FILE)


class StagedRelease:
    """Made by `Releases.stage`: `list_records`, `count`, `dump`, `write_manifest` in this order, an index in `index_path`; `activate`."""

    def __init__(
        self,
        store: WorkingStore,
        texts: GraphTexts,
        path: Path,
        final_path: Path,
        *,
        number: int,
        time: str,
        previous: Path | None,
        activated: Callable[[Path], Release],
    ) -> None:
        self.path, self.number, self.time = path, number, time
        self._texts, self._final_path, self._previous, self._activated = texts, final_path, previous, activated
        self.index_path.mkdir(parents=True)
        (path / "dumps").mkdir()
        store.flush()
        store.backup(self.store_path)

    @property
    def store_path(self) -> Path:
        """The copy of the store: open it read-only to build the index from."""
        return self.path / "store"

    @property
    def index_path(self) -> Path:
        """An empty folder for the search index."""
        return self.path / "index"

    @cached_property
    def reader(self) -> ReadStore:
        """The copy of the store, open for reading."""
        return ReadStore(self.store_path)

    def list_records(self) -> ReleaseDifference:
        """Write the list of records and the difference from the newest release before; returns the difference."""
        lines = (RecordLine(listed.record, listed.sha256, listed.dataset) for listed in self._texts.listed())
        write_records(self.path / RECORDS_FILE, lines)
        found = difference(self._before(), read_records(self.path / RECORDS_FILE))
        said = {"previous": self._previous_number, "number": self.number, "counts": found.counts()}
        if self._previous is not None:  # else it would list every record there is
            said |= asdict(found)
        (self.path / "diff.json").write_text(json.dumps(said, indent=1) + "\n", "utf-8")
        return found

    def dump(self, workers: int = 1) -> None:
        """Write the dumps, see `kg.release.dumps`."""
        write_dumps(self.path / "dumps", self.reader, self._texts, workers=workers)

    def count(self) -> None:
        """Count what is in the release, for `write_manifest`, which counts it otherwise. Needs the list of records."""
        _ = self._counts, self._partitions

    def write_manifest(self, *, change: int = 0, validation: Mapping[str, int] | None = None, index_version: int = 0) -> Manifest:
        """Write `release.json` and `void.ttl`.

        :param change: `State.last_change` when the store was staged.
        :param validation: counts from validating, by name.
        :param index_version: version of the search index, so that servers know whether they can read it.
        """
        manifest = Manifest(
            number=self.number,
            time=self.time,
            previous=self._previous_number,
            layout=LAYOUT_VERSION,
            index=index_version,
            software=__version__,
            change=change,
            counts=self._counts,
            validation=dict(validation or {}),
        )
        sizes = {path.name: path.stat().st_size for path in sorted((self.path / "dumps").iterdir())}
        (self.path / "void.ttl").write_bytes(describe(manifest, self._partitions, sizes))
        (self.path / "release.json").write_text(manifest.to_json(), "utf-8")
        return manifest

    def activate(self) -> Release:
        """Put everything on disk, give the release its name, and serve it.

        :raises ReleaseError: when a part is missing.
        """
        missing = [part for part in _PARTS if not (self.path / part).exists()]
        if missing:
            raise ReleaseError(f"the release is not complete, {', '.join(missing)} missing", where=str(self.path))
        self._close()
        sync_tree(self.path)
        self.path.rename(self._final_path)
        sync(self._final_path.parent)
        return self._activated(self._final_path)

    def discard(self) -> None:
        """Give the release up; its number is used again."""
        self._close()
        shutil.rmtree(self.path)

    @cached_property
    def _previous_number(self) -> int | None:
        return read_manifest(self._previous / "release.json").number if self._previous else None

    def _before(self) -> Iterator[RecordLine]:
        return read_records(self._previous / RECORDS_FILE) if self._previous else iter(())

    @cached_property
    def _partitions(self) -> Partitions:
        return count_partitions(self.reader)

    @cached_property
    def _counts(self) -> Counts:
        records, datasets = 0, set()
        for line in read_records(self.path / RECORDS_FILE):
            records += 1
            if not is_thing(line.dataset):
                datasets.add(line.dataset)
        quads = self.reader.count()
        return Counts(records, len(datasets), self.reader.count_merged(), quads, dict(sorted(self._graph_kinds().items())))

    def _graph_kinds(self) -> Counter[str]:
        """How many named graphs there are of each kind: the first segment of the name."""
        return Counter(graph.removeprefix(BASE).partition("/")[0] for graph in self.reader.graphs())

    def _close(self) -> None:
        if "reader" in self.__dict__:
            self.reader.close()
