"""The stores of releases: open for reading, and not removed while they are read."""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from kg.errors import StoreError
from kg.store.reading import Reading


class ReadStore(Reading):
    """The store of a release, open for reading; many processes may have it open at once.

    Oxigraph opens files when it first needs them, so a store must not be removed while it is read: whoever reads holds a shared
    lock on the folder until `close` or the end of the object, and whoever removes asks `removable` first.
    """

    def __init__(self, path: Path) -> None:
        """Open.

        :raises StoreError: when there is no store, or it is being removed.
        """
        try:
            lock = _locked(path, fcntl.LOCK_SH)
            self._let_go = weakref.finalize(self, os.close, lock)
            store = Store.read_only(str(path))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"the store cannot be read ({error})", where=str(path)) from error
        super().__init__(store, path)

    def close(self) -> None:
        """Let go of the store, so that it can be removed."""
        super().close()
        self._let_go()


@contextmanager
def removable(path: Path) -> Iterator[bool]:
    """Whether nobody reads a store; if so, nobody can open it until the context ends."""
    try:
        lock = _locked(path, fcntl.LOCK_EX)
    except BlockingIOError:
        yield False
        return
    try:
        yield True
    finally:
        os.close(lock)


def _locked(path: Path, how: int) -> int:
    """A lock on a folder, given up when the descriptor is closed or the process ends (<https://man7.org/linux/man-pages/man2/flock.2.html>)."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, how | fcntl.LOCK_NB)
    except OSError:
        os.close(folder)
        raise
    return folder
