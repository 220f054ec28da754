"""Child processes of ours: they end with the process that started them, and leave Ctrl-C to it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process


def tie_to_parent() -> None:
    """To be called first in a process that was spawned: it leaves Ctrl-C to its parent, and ends when the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
