"""Harvest from files: folders are walked in order, containers opened, and what is no metadata said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigError
from kg.harvest.containers import Containers
from kg.harvest.media_type import media_type_of
from kg.harvest.sources import FILES, source_of
from kg.model import Native, Problem, Severity, Source

#: Files that say something about natives and are none.
_ABOUT = frozenset({"source.toml"})

#: Largest file that is opened, in bytes; containers may hold many natives, each of which has its own limit.
LARGEST_FILE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Harvested:
    """One native with its source, or the problem that stands in its place."""

    source: Source
    native: Native | None
    problem: Problem | None = None


def count_files(paths: Iterable[Path]) -> int:
    """How many files `harvest_files` will read, for a progress bar.

    :raises ConfigError: when a path does not exist.
    """
    return sum(1 for path in paths for _ in _walk(path))


def harvest_files(paths: Iterable[Path], source: Source | None = None, *, containers: Containers, largest: int) -> Iterator[Harvested]:
    """Natives of files and folders, in the order of their names, so that two runs over the same input do the same.

    :param source: the source of all of them; otherwise each file's `source.toml` says it.
    :param largest: bytes of a native; larger ones are reported and not read on.
    :raises ConfigError: when a path does not exist or a `source.toml` is wrong.
    """
    for path in paths:
        root = path if path.is_dir() else path.parent
        for file in _walk(path):
            owner = source or source_of(file.resolve())
            yield from _harvest_file(file, file.relative_to(root).as_posix(), owner, containers, largest)


def _walk(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise ConfigError("there is no such file or folder", where=str(path))
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name not in _ABOUT:
                yield Path(folder) / name


def _harvest_file(file: Path, location: str, source: Source, containers: Containers, largest: int) -> Iterator[Harvested]:
    if not file.is_file():
        yield _refused(source, location, "file.unreadable", reason="no regular file")
        return
    if file.stat().st_size > LARGEST_FILE:
        yield _refused(source, location, "native.too-large", bytes=str(file.stat().st_size))
        return
    try:
        body = file.read_bytes()
    except OSError as error:
        yield _refused(source, location, "file.unreadable", reason=str(error.strerror))
        return
    media_type, looks_like = media_type_of(body, file.name)
    if media_type is None:
        yield _refused(source, location, "empty" if not body.strip() else "format.unknown", looks_like=looks_like)
        return
    yield from _items(body, media_type, location, source, containers, largest)


def _items(body: bytes, media_type: str, location: str, source: Source, containers: Containers, largest: int) -> Iterator[Harvested]:
    numbered = 0
    for item in containers.open(body, media_type):
        numbered += 1
        place = location if item.body is body else f"{location}#{numbered}"
        if len(item.body) > largest:
            yield _refused(source, place, "native.too-large", bytes=str(len(item.body)))
            continue
        name = item.identifier or place
        yield Harvested(source, Native(source.id, name, item.media_type, item.body, place, item.datestamp, item.deleted))
    if numbered == 0:
        yield _refused(source, location, "container.empty")


def _refused(source: Source, location: str, code: str, **values: str) -> Harvested:
    return Harvested(source, None, Problem(code, Severity.VIOLATION, source.id, location, location, "", tuple(values.items())))


__all__ = ["FILES", "Harvested", "count_files", "harvest_files"]
