"""Files that may be larger than memory, or packed: read from their beginning as often as wanted, with limits against bombs."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

#: Largest file that is opened, and most bytes that a packed file is unpacked to. A container of it may hold many natives.
LARGEST_FILE = 1_000_000_000

#: A packed file that grows more than this many times is made to fill memories and disks: records come to 5 to 60 times.
_LARGEST_RATIO = 200
#: ... which is not looked at before so many bytes, since a few blanks pack well.
_HARMLESS = 20_000_000

#: What is read at a time: little, since a packed file may end before it fills the memory that is asked for.
_PIECE = 1 << 16

_GZIP = b"\x1f\x8b"


class UnreadableError(Exception):
    """A file cannot be read (on), for a reason that has a code in `mappings/tables/problems.yaml` and values for its sentence."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Stream:
    """What can be opened and read from its beginning again. `name` is that of the content, without the ending of a packed file."""

    name: str
    opened: Callable[[], IO[bytes]]

    def open(self) -> IO[bytes]:
        """A reader at the beginning. Reading raises `UnreadableError` where what is packed is broken, or a bomb."""
        return self.opened()

    def beginning(self, size: int) -> tuple[bytes, bool]:
        """As many bytes, and whether there are no more. Where the file breaks off before, what can be read of it."""
        parts, left = [], size
        with self.open() as file:
            try:
                while left and (part := file.read(min(left, _PIECE))):
                    parts.append(part)
                    left -= len(part)
                return b"".join(parts), bool(left) or not file.read(1)
            except UnreadableError:
                return b"".join(parts), False


def file_stream(file: Path) -> Stream:
    """A file as a stream; one that is packed with gzip is unpacked as it is read.

    :raises OSError: when it cannot be opened.
    """
    with file.open("rb") as opened:
        packed = opened.read(2) == _GZIP
    if not packed:
        return Stream(file.name, lambda: file.open("rb"))
    name = file.name
    for ending in (".gz", ".gzip"):
        name = name.removesuffix(ending)
    return Stream(name, lambda: unpacked(file.open("rb")))


def unpacked(packed: IO[bytes]) -> IO[bytes]:
    """The content of a gzip file (RFC 1952), however many members it has."""
    return io.BufferedReader(_Bounded(gzip.open(packed), packed), 1 << 17)


class _Bounded(io.RawIOBase):
    """Unpacks no more than `LARGEST_FILE`, and nothing that grows beyond all measure."""

    def __init__(self, content: gzip.GzipFile, packed: IO[bytes]) -> None:
        super().__init__()
        self._content, self._packed = content, packed
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            part = self._content.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableError("file.unreadable", reason=f"broken gzip: {error}"[:200]) from error
        self._read += len(part)
        if self._read > LARGEST_FILE or self._read > max(_HARMLESS, _LARGEST_RATIO * self._packed.tell()):
            raise UnreadableError("file.bomb", bytes=str(self._read))
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._content.close()
        self._packed.close()
        super().close()
