"""The release that is being served, opened once, and let go when another takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from fastapi import Request

from kg.check.pool import CheckPool
from kg.config import Settings
from kg.dataset_reader import DatasetReader
from kg.endpoint import QueryPool
from kg.errors import ReleaseError
from kg.release import Release, Releases
from kg.search.index import SearchIndex, open_index
from kg.store import ReadStore


@dataclass(frozen=True)
class Served:
    """One release, open for reading. Whoever answers a request keeps the same one until the answer is done."""

    release: Release
    reader: ReadStore
    datasets: DatasetReader

    @property
    def store_path(self) -> Path:
        """The folder of the release's store, for processes of their own."""
        return self.reader.path

    @cached_property
    def index(self) -> SearchIndex:
        """The release's search index.

        :raises ReleaseError: when it has none that this version reads.
        """
        return open_index(self.release.index_path)


class Serving:
    """Knows the current release, and the processes that answer SPARQL and check records."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pool = QueryPool(settings)
        self.checks = CheckPool(settings)
        self._releases = Releases(settings.releases)
        self._served: Served | None = None
        self._lock = Lock()

    def current(self) -> Served:
        """The current release, opened when it is new.

        :raises ReleaseError: when there is none.
        """
        path = self._releases.current_path()
        if path is None:
            raise ReleaseError("there is no release", where=str(self.settings.releases), hint="publish one with `dataterra publish`")
        with self._lock:
            if self._served is None or self._served.release.path != path:
                self._served = _open(Release(path))
            return self._served

    def release(self, number: int) -> Release:
        """A release that is kept.

        :raises ReleaseError: when there is none with that number.
        """
        return self._releases.get(number)


def _open(release: Release) -> Served:
    reader = release.reader()
    return Served(release, reader, DatasetReader(reader))


def serving(request: Request) -> Serving:
    """What the application that got this request serves."""
    found: Serving = request.app.state.serving
    return found
