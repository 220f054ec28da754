"""The state of a working folder: `state.sqlite`, written by one process at a time and read by any number."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from kg.state.database import Database
from kg.state.history import History
from kg.state.ledger import Ledger
from kg.state.linked import Linked
from kg.state.lock import WriterLock
from kg.state.records import Records
from kg.state.takedowns import Takedowns
from kg.state.terms import Terms


class State(Records, Terms, Linked, Ledger, History, Takedowns):
    """All that is kept and not for publication. What a method wrote is on disk when it returns, all of it or nothing."""

    def __init__(self, path: Path, *, writing: bool = True) -> None:
        """Open; when writing, take the folder's lock and create or migrate the state.

        :param path: usually `var/state.sqlite`; the lock is `lock` beside it.
        :param writing: without, the state is opened for reading only, beside whoever writes.
        :raises StoreError: when another process is writing, when there is no state to read, or when newer software made it.
        """
        self._lock = WriterLock(path.parent / "lock") if writing else None
        try:
            Database.__init__(self, path, writing=writing)
        except BaseException:
            self._release_lock()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close, and give the lock back."""
        super().close()
        self._release_lock()

    def _release_lock(self) -> None:
        if self._lock is not None:
            self._lock.release()
