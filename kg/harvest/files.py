"""Harvest from files: folders are walked in order, containers opened, and what is no metadata said."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigError
from kg.harvest.containers import Containers, Item
from kg.harvest.media_type import media_type_of
from kg.harvest.sources import FILES, absolute, source_folder, source_of
from kg.harvest.streams import LARGEST_FILE, Stream, UnreadableError, file_stream
from kg.model import Native, Problem, Severity, Source

#: Files that say something about natives and are none.
_ABOUT = frozenset({"source.toml"})

#: Largest file that is held in memory where it need not be; lists, lines and answers that are larger are read one record at a time.
WHOLE = 8_000_000

#: Largest file that is held in memory where there is no other way: graphs, and files whose records refer to each other.
LARGEST_WHOLE = 200_000_000


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
            owner = source or source_of(file)
            place = _Place(owner, _said(file.relative_to(root)), _said(_below(file, root)))
            yield from _harvest_file(file, place, containers, largest)


def harvest_body(body: bytes, name: str, source: Source, *, containers: Containers, largest: int) -> Iterator[Harvested]:
    """The natives of a text that came by another way than a file; `name` is what a file of it would be called."""
    yield from _harvest_bytes(body, name, _Place(source, name, name), containers, largest)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where natives come from.

    :param location: the path below what was given, for people.
    :param name: the path below the `source.toml`, which is the same whatever was given.
    """

    source: Source
    location: str
    name: str


def _below(file: Path, root: Path) -> Path:
    folder = source_folder(file)
    return file.relative_to(root) if folder is None else absolute(file).relative_to(folder)


def _said(path: Path) -> str:
    """A path as text: bytes that are no UTF-8 and characters that are not printed are written as escapes."""
    text = os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def _walk(path: Path) -> Iterator[Path]:
    """Files of a folder in the order of their names; a folder that cannot be listed is yielded itself. Links are followed, once."""
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise ConfigError("there is no such file or folder", where=str(path))
    unread: list[Path] = []
    been = {os.path.realpath(path)}
    for folder, folders, names in os.walk(path, onerror=lambda error: unread.append(Path(error.filename)), followlinks=True):
        folders[:] = [name for name in sorted(folders) if not name.startswith(".") and _is_new(os.path.realpath(Path(folder, name)), been)]
        for name in sorted(names):
            if not name.startswith(".") and name not in _ABOUT:
                yield Path(folder) / name
    yield from unread


def _is_new(folder: str, been: set[str]) -> bool:
    new = folder not in been
    been.add(folder)
    return new


def _harvest_file(file: Path, place: _Place, containers: Containers, largest: int) -> Iterator[Harvested]:
    try:
        if not file.is_file():
            yield _refused(place, "file.unreadable", reason=_why_not_a_file(file))
            return
        if (size := file.stat().st_size) > LARGEST_FILE:
            yield _refused(place, "native.too-large", bytes=str(size))
            return
        yield from _harvest_stream(file_stream(file), place, containers, largest)
    except OSError as error:
        yield _refused(place, "file.unreadable", reason=str(error.strerror))
    except UnreadableError as error:
        yield _refused(place, error.code, **error.values)


def _harvest_stream(stream: Stream, place: _Place, containers: Containers, largest: int) -> Iterator[Harvested]:
    beginning, complete = stream.beginning(WHOLE)
    if complete:
        yield from _harvest_bytes(beginning, stream.name, place, containers, largest)
        return
    media_type, looks_like = media_type_of(beginning, stream.name)
    if media_type is None and beginning:
        yield _refused(place, "format.unknown", looks_like=looks_like)
        return
    items = containers.open_stream(stream, media_type, largest) if media_type else None
    if items is not None:
        yield from _harvested(items, None, place, largest)
    else:
        yield from _harvest_bytes(_whole(stream), stream.name, place, containers, largest)


def _whole(stream: Stream) -> bytes:
    """The content of a file that cannot be read record by record.

    :raises UnreadableError: where it is too large for that, or broken.
    """
    body, complete = stream.beginning(LARGEST_WHOLE)
    if complete:
        return body
    if len(body) == LARGEST_WHOLE:
        raise UnreadableError("native.too-large", bytes=str(len(body)))
    with stream.open() as file:  # which raises what is wrong
        while file.read(1_000_000):
            pass
    raise UnreadableError("file.unreadable", reason="it breaks off")


def _harvest_bytes(body: bytes, name: str, place: _Place, containers: Containers, largest: int) -> Iterator[Harvested]:
    media_type, looks_like = media_type_of(body, name)
    if media_type is None:
        yield _refused(place, "empty" if not body.strip() else "format.unknown", looks_like=looks_like)
        return
    yield from _harvested(containers.open(body, media_type, name), body, place, largest)


def _why_not_a_file(file: Path) -> str:
    if file.is_symlink():
        return "a link that leads nowhere"
    return "a folder that cannot be listed" if file.is_dir() else "no regular file"


def _harvested(items: Iterable[Item], whole: bytes | None, place: _Place, largest: int) -> Iterator[Harvested]:
    """The natives of a file's records. `whole`: the file's content, which is called by the file's name alone."""
    number = 0
    for item in items:
        number += 1
        at = place if item.body is whole else _Place(place.source, f"{place.location}#{number}", f"{place.name}#{number}")
        name = item.identifier or at.name
        if (size := item.left_out or len(item.body)) > largest:
            yield _refused(_Place(at.source, at.location, name), "native.too-large", bytes=str(size))
        else:
            native = Native(place.source.id, name, item.media_type, item.body, at.location, item.datestamp, item.deleted)
            yield Harvested(place.source, native)
    if number == 0:
        yield _refused(place, "container.empty")


def _refused(place: _Place, code: str, **values: str) -> Harvested:
    problem = Problem(code, Severity.VIOLATION, place.source.id, place.name, place.location, "", tuple(values.items()))
    return Harvested(place.source, None, problem)


__all__ = ["FILES", "Harvested", "count_files", "harvest_body", "harvest_files"]
