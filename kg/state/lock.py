"""The lock of the one writer of a working folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import weakref
from datetime import UTC, datetime
from pathlib import Path

from kg.errors import StoreError


class WriterLock:
    """Held by the process that may write below a working folder, from construction until `release` or the end of the process.

    The kernel gives the lock back when the process ends, however it ends. Processes that the writer forks let go of it at once,
    so that workers which outlive a killed writer keep nobody out.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock.

        :param path: the lock file, usually `var/lock`; it says who holds the lock and is never deleted.
        :raises StoreError: when another process, or this one, holds it already.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 200, 0).decode("utf-8", "replace").strip() or "another process"
            os.close(self._file)
            hint = "wait until it ends, or end it; readers are not kept out"
            raise StoreError(f"{holder} is writing to this working folder", where=str(path), hint=hint) from error
        self._say_who()
        os.register_at_fork(after_in_child=_let_go_in_child(self))

    def release(self) -> None:
        """Give the lock back; doing so twice does no harm."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _say_who(self) -> None:
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} (since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)\n".encode(), 0)


class _let_go_in_child:  # noqa: N801 - used like a function; a class, because a lambda over a weak reference hides what it does
    """Close a forked copy of the lock file. A weak reference, because fork hooks are never forgotten."""

    def __init__(self, lock: WriterLock) -> None:
        self._lock = weakref.ref(lock)

    def __call__(self) -> None:
        if (lock := self._lock()) is not None:
            with contextlib.suppress(OSError):
                lock.release()
