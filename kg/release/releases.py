"""The releases of a working folder: which there are, which is served, and the hold that a roll-back sets."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kg.errors import ReleaseError
from kg.model import Iri
from kg.release.difference import RecordDifference, ReleaseDifference, difference, record_difference
from kg.release.durable import replace_link, replace_text, sync
from kg.release.manifest import Manifest, read_manifest
from kg.release.records import RECORDS_FILE, read_records
from kg.release.staged import StagedRelease
from kg.state import GraphTexts
from kg.store import ReadStore, WorkingStore, removable

_NAME: Final = re.compile(r"\d{8}T\d{6}Z-(\d+)")
_TAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_STAGING, _PRUNED = ".staging-", ".pruned-"


@dataclass(frozen=True, slots=True)
class Hold:
    """Publishing stands still since a roll-back to release `number`."""

    number: int
    time: str


class Release:
    """One release, as it lies in its folder."""

    def __init__(self, path: Path) -> None:
        """Read its manifest.

        :raises ReleaseError: when the folder is no release, or a damaged one.
        """
        self.path = path
        self.manifest: Manifest = read_manifest(path / "release.json")

    def __repr__(self) -> str:
        return f"Release({self.path.name})"

    @property
    def number(self) -> int:
        """Its number; numbers only ever rise."""
        return self.manifest.number

    @property
    def time(self) -> str:
        """When it was made, in UTC."""
        return self.manifest.time

    @property
    def index_path(self) -> Path:
        """The folder of its search index."""
        return self.path / "index"

    @property
    def dumps_path(self) -> Path:
        """The folder of its dumps."""
        return self.path / "dumps"

    def reader(self) -> ReadStore:
        """Open its store, in about 40 ms. As long as it is open the release is not pruned.

        :raises StoreError: when it cannot be opened.
        """
        return ReadStore(self.path / "store")


class Releases:
    """A folder of releases, and the link `current` to the one that is served.

    Everything that writes is for the one writer of the working folder. A kill at any moment leaves the release that was served before,
    or the new one, whole; `recover` clears up after it.
    """

    def __init__(self, folder: Path) -> None:
        """:param folder: usually `var/releases`; it need not be there yet."""
        self.folder = folder

    def list(self) -> list[Release]:
        """All releases, by number.

        :raises ReleaseError: when one is damaged.
        """
        return sorted((Release(path) for path in self._paths()), key=lambda release: release.number)

    def get(self, number: int) -> Release:
        """The release with a number.

        :raises ReleaseError: when there is none.
        """
        for path in self._paths():
            if path.name.endswith(f"-{number}"):
                return Release(path)
        raise ReleaseError(
            f"there is no release {number}", where=str(self.folder), hint="`dataterra release list` shows those that are kept"
        )

    def current(self) -> Release | None:
        """The release that is served, if there is one."""
        path = self.current_path()
        return None if path is None else Release(path)

    def current_path(self) -> Path | None:
        """Where the link leads: one system call, for those who ask at every request whether there is a new release."""
        try:
            return self.folder / (self.folder / "current").readlink()
        except FileNotFoundError:
            return None

    def newest(self) -> Release | None:
        """The release with the highest number. After a roll-back it is not the one that is served."""
        return max(self.list(), key=lambda release: release.number, default=None)

    def held(self) -> Hold | None:
        """The hold that a roll-back set, if there is one."""
        path = self.folder / "held.json"
        return Hold(**json.loads(path.read_text("utf-8"))) if path.exists() else None

    def tags(self) -> dict[str, int]:
        """Tags and the numbers of their releases."""
        path = self.folder / "tags.json"
        return {str(tag): int(number) for tag, number in json.loads(path.read_text("utf-8")).items()} if path.exists() else {}

    def stage(self, store: WorkingStore, texts: GraphTexts, *, resume: bool = False) -> StagedRelease:
        """Begin a release with what the store holds now. Nobody sees it before `StagedRelease.activate`.

        :param texts: the graphs of the store's records; they must not change before the release is activated.
        :param resume: publish although a roll-back set a hold; the hold ends when the release is activated.
        :raises ReleaseError: when publishing is held.
        """
        if (hold := self.held()) and not resume:
            hint = "publish with --resume when the reason for the roll-back is gone"
            raise ReleaseError(f"publishing is held since the roll-back to release {hold.number} ({hold.time})", hint=hint)
        self.recover()
        before = self.newest()
        number, time = (before.number if before else 0) + 1, datetime.now(UTC)
        self.folder.mkdir(parents=True, exist_ok=True)
        return StagedRelease(
            store,
            texts,
            self.folder / f"{_STAGING}{number}",
            self.folder / f"{time:%Y%m%dT%H%M%SZ}-{number}",
            number=number,
            time=f"{time:%Y-%m-%dT%H:%M:%SZ}",
            previous=before.path if before else None,
            activated=self._serve_new,
        )

    def unfinished(self) -> bool:
        """Whether a release was being made when the process was killed; `recover` removes it."""
        return any(path.name.startswith(_STAGING) for path in self.folder.glob(".*-*"))

    def recover(self) -> None:
        """Clear up after a kill: remove what was not finished, and serve a finished release that was not linked yet."""
        for path in self.folder.glob(".*-*"):
            if path.name.startswith((_STAGING, _PRUNED)):
                shutil.rmtree(path)
        newest = self.newest()
        if newest and not self.held() and self.current_path() != newest.path:
            self._serve_new(newest.path)

    def rollback(self, number: int) -> Release:
        """Serve an earlier release again, and hold publishing until someone resumes it.

        :raises ReleaseError: when there is no such release.
        """
        release = self.get(number)
        hold = Hold(number, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        replace_text(self.folder / "held.json", json.dumps(asdict(hold)) + "\n")  # first, so that no kill lets the next run undo it
        replace_link(self.folder / "current", release.path.name)
        return release

    def tag(self, number: int, tag: str) -> None:
        """Give a release a name, which keeps it from being pruned; a tag that was given before moves.

        :raises ReleaseError: when there is no such release, or the tag is not letters, digits, dots, dashes and underscores.
        """
        if not _TAG.fullmatch(tag):
            raise ReleaseError(f"{tag!r} cannot be a tag", hint="use up to 64 letters, digits, dots, dashes and underscores")
        tags = {**self.tags(), tag: self.get(number).number}
        replace_text(self.folder / "tags.json", json.dumps(tags, indent=2, sort_keys=True) + "\n")

    def prune(self, keep: int) -> tuple[int, ...]:
        """Remove all but the newest `keep`, and return their numbers.

        The newest, the one that is served, those with a tag, the one of a hold, and those that someone reads always stay.
        """
        hold, current, tagged = self.held(), self.current_path(), set(self.tags().values())
        releases = self.list()
        kept = {release.number for release in releases[-max(keep, 1) :]} | tagged | ({hold.number} if hold else set())
        gone = [release for release in releases if release.number not in kept and release.path != current]
        return tuple(release.number for release in gone if self._remove(release))

    def remove_holding(self, records: Collection[Iri]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Remove every release that holds one of some records, tagged ones too, but for the newest.

        Returns the numbers of those that were removed, and of those that stay because somebody reads them.
        """
        newest, wanted = self.newest(), frozenset(records)
        holding = [
            release
            for release in self.list()
            if newest
            and release.number != newest.number
            and any(line.record in wanted for line in read_records(release.path / RECORDS_FILE))
        ]
        removed = tuple(release.number for release in holding if self._remove(release))
        tags = {tag: number for tag, number in self.tags().items() if number not in removed}
        if tags != self.tags():
            replace_text(self.folder / "tags.json", json.dumps(tags, indent=2, sort_keys=True) + "\n")
        return removed, tuple(release.number for release in holding if release.number not in removed)

    def difference(self, before: Release, after: Release) -> ReleaseDifference:
        """The records and data sets that differ between two releases."""
        return difference(read_records(before.path / RECORDS_FILE), read_records(after.path / RECORDS_FILE))

    def record_difference(self, before: Release, after: Release, record: Iri) -> RecordDifference:
        """The triples that differ in one record between two releases; opens both stores."""
        return record_difference(before.reader(), after.reader(), record)

    def _remove(self, release: Release) -> bool:
        with removable(release.path / "store") as unread:
            if unread:
                aside = self.folder / f"{_PRUNED}{release.number}"
                release.path.rename(aside)  # first, so that no half-removed release is ever listed
                sync(self.folder)
                shutil.rmtree(aside)
        return unread

    def _serve_new(self, path: Path) -> Release:
        replace_link(self.folder / "current", path.name)
        (self.folder / "held.json").unlink(missing_ok=True)
        return Release(path)

    def _paths(self) -> tuple[Path, ...]:
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return tuple(path for path in found if _NAME.fullmatch(path.name))
