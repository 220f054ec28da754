"""Checks texts in a process of its own, which can be killed: a hostile text holds up nobody for long."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from pathlib import Path
from typing import Any, Final

import orjson

from kg.config import Settings
from kg.errors import DataTerraError

#: Length of an answer of the process, before the answer.
LENGTH: Final = struct.Struct(">I")
#: Longest text, in bytes.
LONGEST: Final = 1_000_000
#: Seconds that one text may take; those in which a process starts are counted apart.
SECONDS: Final = 20
_STARTING: Final = 60
#: How long a text waits for its turn, in seconds.
PATIENCE: Final = 15
_MEMORY: Final = 1_500_000_000

_ROOT: Final = Path(__file__).parent.parent.parent
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from kg.check.worker import main; main()"


class CheckTimeoutError(DataTerraError):
    """The text took longer than it may, and its process was killed."""


class CheckBusyError(DataTerraError):
    """Others are being checked, and the turn did not come in time."""


class CheckFailedError(DataTerraError):
    """The process ended before its answer was there, most often since the text took more memory than it may."""


class CheckPool:
    """One process, started when it is first needed, and again after it was killed. Belongs to the event loop in which it is used."""

    def __init__(self, settings: Settings, seconds: float = SECONDS) -> None:
        self._settings, self._seconds = settings, seconds
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    async def check(self, body: bytes, name: str) -> dict[str, Any]:
        """What `kg.check.worker` answers: `records` as `Checked`, and whether there are `more`.

        :raises CheckBusyError, CheckTimeoutError, CheckFailedError: when there is no answer.
        """
        return await self._in_turn(body, {"name": name, "mend": False})

    async def mend(self, body: bytes, name: str) -> dict[str, Any]:
        """What it answers when it mends: `kg.mend.text.as_data`, and the `file` in base 64.

        :raises CheckBusyError, CheckTimeoutError, CheckFailedError: when there is no answer.
        """
        return await self._in_turn(body, {"name": name, "mend": True})

    async def _in_turn(self, body: bytes, asked: dict[str, object]) -> dict[str, Any]:
        try:
            await asyncio.wait_for(self._turn.acquire(), PATIENCE)
        except TimeoutError:
            raise CheckBusyError("other records are being checked", hint="try again in some seconds") from None
        try:
            return await self._answer(body, asked)
        except BaseException:  # also when the client is gone: what the process is at must not become the next one's answer
            await self.close()
            raise
        finally:
            self._turn.release()

    async def close(self) -> None:
        """Kill the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    async def _answer(self, body: bytes, asked: dict[str, object]) -> dict[str, Any]:
        try:
            if self._process is None or self._process.returncode is not None:
                self._process = await self._started()
                async with asyncio.timeout(_STARTING):
                    await self._frame(self._process)
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(asked | {"length": len(body)}).encode() + b"\n" + body)
            async with asyncio.timeout(self._seconds):
                await self._process.stdin.drain()
                answer: dict[str, Any] = orjson.loads(await self._frame(self._process))
                return answer
        except TimeoutError:
            raise CheckTimeoutError(f"the record took longer than {self._seconds:g} seconds") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise CheckFailedError("the process that checked the record ended") from None

    async def _started(self) -> asyncio.subprocess.Process:
        settings = self._settings
        arguments = (str(_MEMORY), str(int(self._seconds) + 1), str(settings.var), str(settings.config or ""))
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(sys.executable, "-c", _START, str(_ROOT), *arguments, stdin=pipe, stdout=pipe)

    async def _frame(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout is not None
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        return await process.stdout.readexactly(length)
