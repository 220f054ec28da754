"""Child processes of ours: they end with the process that started them, and leave Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process

from kg.errors import DataTerraError


def tie_to_parent() -> None:
    """To be called first in a process that was spawned: it leaves Ctrl-C to its parent, and ends when the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def beside(work: Callable[..., object], *arguments: object) -> Iterator[None]:
    """Do some work in a process of its own, while the block does other work; both are done at the end.

    :raises DataTerraError: when the process died before its work was done.
    """
    # spawned, not forked: a forked process would have half of the store's threads
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=tie_to_parent) as pool:
        running = pool.submit(work, *arguments)
        yield
        try:
            running.result()
        except BrokenProcessPool as error:
            raise died("a process") from error


def died(what: str) -> DataTerraError:
    """The error of a process that ended before its work was done, most often for want of memory."""
    hint = "run the command again; if memory was short, set DATATERRA_WORKERS=1"
    return DataTerraError(f"{what} died before its work was done", hint=hint)
