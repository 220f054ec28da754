"""The process that checks one text after another for the page `/check`: requests come in on stdin, answers go out on stdout.

A request is a line of JSON (`name`, `length`, `mend`) and the text; an answer is its length (4 bytes, big-endian) and JSON.
The first answer comes unasked and is empty: ready.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import signal
import sys
from itertools import islice
from pathlib import Path
from typing import IO, Final

import orjson

from kg.check.checker import YOURS, Checker
from kg.check.pool import LENGTH
from kg.config import Settings
from kg.mend.mender import Mender
from kg.mend.text import as_data

#: Records of one text that are checked; it is said where there are more.
MOST_RECORDS: Final = 20


def main() -> None:
    """Check and mend until stdin ends. Arguments: bytes of memory, seconds for one text, working folder, configuration (may be empty)."""
    memory, seconds, var, config = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    settings = Settings(var=var, config=Path(config) if config else None)
    checker = Checker(settings)
    mender = checker.mender(settings)
    _send(pipe, b"")
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        signal.alarm(seconds + 2)  # only felt where the server that should have killed it is gone
        body = sys.stdin.buffer.read(asked["length"])
        _send(pipe, _mended(mender, body, asked["name"]) if asked["mend"] else _answer(checker, body, asked["name"]))
        signal.alarm(0)


def _answer(checker: Checker, body: bytes, name: str) -> bytes:
    found = checker.body(body, name)
    records = [checked for checked, _ in islice(found, MOST_RECORDS)]
    return orjson.dumps({"records": records, "more": next(found, None) is not None})


def _mended(mender: Mender, body: bytes, name: str) -> bytes:
    mended = mender.mend(body, name, YOURS)
    return orjson.dumps(as_data(mended) | {"file": base64.b64encode(mended.body).decode("ascii")})


def _send(pipe: IO[bytes], payload: bytes) -> None:
    pipe.write(LENGTH.pack(len(payload)) + payload)
    pipe.flush()


if __name__ == "__main__":
    main()
