"""How deep the brackets of a text are nested, found without parsing it: parsers of Turtle hold every level."""

from __future__ import annotations

from typing import Final

import numpy as np

#: Nobody nests so deep who means no harm; a large file may have many brackets in its texts that nobody closed.
DEEPEST: Final = 200_000

_PIECE: Final = 1 << 20
_STEPS: Final = np.zeros(256, dtype=np.int32)
_STEPS[[ord("["), ord("(")]] = 1
_STEPS[[ord("]"), ord(")")]] = -1


def nested_too_deep(body: bytes) -> bool:
    """Whether square and round brackets, those in texts included, are nested deeper than `DEEPEST`.

    >>> nested_too_deep(b"( " * 300_000), nested_too_deep(b"[ a dcat:Dataset ] . " * 20_000)
    (True, False)
    """
    depth = 0
    for start in range(0, len(body), _PIECE):
        levels = np.cumsum(_STEPS[np.frombuffer(body[start : start + _PIECE], dtype=np.uint8)])
        if depth + int(levels.max()) > DEEPEST:
            return True
        depth += int(levels[-1])
    return False
