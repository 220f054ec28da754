"""Index files that are kept by version: those that nobody has opened for a day and that no version of now needs are removed."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

#: A process that was told a file's name a moment ago, and one that measures with other vocabularies, find it still there.
GRACE: Final = 24 * 3600.0


def keep_used(folder: Path, pattern: str, used: Collection[Path]) -> None:
    """Note that files are used now, and remove others of the pattern that were last used more than a day ago.

    Who has mapped a file keeps what it holds, though its name is gone (POSIX `unlink`). A folder that may not be written stays as it is.
    """
    for path in used:
        with suppress(OSError):
            os.utime(path)
    latest = time.time() - GRACE
    for path in folder.glob(pattern):
        with suppress(OSError):
            if path not in used and path.stat().st_mtime < latest:
                path.unlink()
