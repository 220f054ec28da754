"""The pool of worker processes, and the answers that come out of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from kg.config import Settings
from kg.endpoint.text import refuse_forbidden
from kg.endpoint.worker import FRAME, Query
from kg.errors import QueryError, QueryTimeoutError, ResultTooLargeError

#: Up to here an answer is held back, so that an error in it is answered as an error.
BUFFERED: Final = 1_000_000
#: How long a query waits for a free worker, in seconds, before the client is asked to come again.
PATIENCE: Final = 5.0

#: Where this package was imported from, so that a worker imports the same one whatever the current folder is.
_ROOT: Final = Path(__file__).parent.parent.parent
_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from kg.endpoint.worker import main; main()"


class QuerySyntaxError(QueryError):
    """The query is not SPARQL; `line` and `column` (from 1) say where, 0 where that is not known."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        self.line, self.column = line, column
        where = f"line {line}, column {column}" if line else ""
        super().__init__(what, where=where, hint="Check the query's syntax at that place.")


class QueryNotAcceptableError(QueryError):
    """The client accepts no media type that fits the query's form."""


class QueryBusyError(QueryError):
    """All workers are busy with other queries."""


class QueryMemoryError(QueryError):
    """The query took more memory than it may, and its process ended."""


class Answer:
    """The answer to one query, on its way. Whoever holds it calls `close()`, whether it was read or not.

    `media_type` is known, and an answer of up to 1 MB is whole in `content`; a longer one comes from `chunks()`.
    """

    def __init__(self, pool: QueryPool, worker: _Worker, deadline: float) -> None:
        self.media_type = ""
        self.content = b""
        self.complete = False
        self._pool, self._worker, self._deadline = pool, worker, deadline

    async def begin(self, query: Query) -> None:
        """Ask, and wait for the whole answer or its first megabyte.

        :raises QueryError: when the query is wrong or fails within that.
        """
        self._worker.ask(query)
        while not self.complete and len(self.content) < BUFFERED:
            self.content += await self._next()

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of the answer, as it comes.

        :raises QueryError: when it fails on the way; what came before is then not to be trusted as whole.
        """
        yield self.content
        while not self.complete:
            yield await self._next()

    async def close(self) -> None:
        """Give the worker back; one that is still at work is killed."""
        await self._pool.give_back(self._worker, idle=self.complete)

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout_at(self._deadline):
                kind, payload = await self._worker.frame()
        except TimeoutError:
            raise self._pool.timeout_error() from None
        if kind == b"H":
            self.media_type = json.loads(payload)["media_type"]
        elif kind in b"EF":
            self.complete = True
        if kind == b"E":
            raise _error(json.loads(payload))
        return payload if kind == b"D" else b""


class QueryPool:
    """Processes that answer queries, started before they are needed and replaced when they are killed.

    Belongs to the event loop in which it was started.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        self._all: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._started = False

    async def start(self) -> None:
        """Start the processes; does nothing the second time."""
        if not self._started:
            self._started = True
            await asyncio.gather(*(self._add_worker() for _ in range(self._settings.sparql_processes)))

    async def close(self) -> None:
        """Kill all processes."""
        self._started = False
        for task in self._starting:
            task.cancel()
        for worker in list(self._all):
            await worker.kill()
        self._all.clear()

    async def run(self, query: Query) -> Answer:
        """Run a query; the answer is whole, or its first megabyte is there.

        :raises QueryRefusedError: for `SERVICE` and updates.
        :raises QuerySyntaxError: when the query is not SPARQL.
        :raises QueryTimeoutError, QueryMemoryError, ResultTooLargeError: when it is past a limit.
        :raises QueryBusyError: when no worker became free in time.
        """
        refuse_forbidden(query.text)
        await self.start()
        worker = await self._take()
        answer = Answer(self, worker, asyncio.get_running_loop().time() + self._settings.sparql_seconds)
        try:
            await answer.begin(query)
        except BaseException:
            await answer.close()
            raise
        return answer

    async def give_back(self, worker: _Worker, idle: bool) -> None:
        """Take a worker back; one that is not idle is killed and replaced."""
        if worker.given_back:
            return
        worker.given_back = True
        if idle and worker.alive:
            self._idle.put_nowait(worker)
        else:
            self._all.discard(worker)
            self._replace()
            await worker.kill()

    def timeout_error(self) -> QueryTimeoutError:
        """What is said to whoever asked for too much."""
        return QueryTimeoutError(
            f"The query was stopped after {self._settings.sparql_seconds:g} seconds.",
            hint="Bind more of its variables, add a LIMIT, or download the release's dump and ask it at home.",
        )

    async def _take(self) -> _Worker:
        while True:
            try:
                worker = await asyncio.wait_for(self._idle.get(), PATIENCE)
            except TimeoutError:
                raise QueryBusyError("All query processes are busy.", hint="Try again in some seconds.") from None
            if worker.alive:
                worker.given_back = False
                return worker
            self._all.discard(worker)
            self._replace()

    def _replace(self) -> None:
        if self._started:
            task = asyncio.create_task(self._add_worker())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _add_worker(self) -> None:
        worker = await _Worker.start(self._settings)
        self._all.add(worker)
        self._idle.put_nowait(worker)


class _Worker:
    """One process and its two pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin and process.stdout
        self._process, self._input, self._output = process, process.stdin, process.stdout
        self.given_back = True

    @classmethod
    async def start(cls, settings: Settings) -> _Worker:
        limits = (settings.sparql_memory, settings.sparql_seconds, settings.sparql_bytes)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", _START, str(_ROOT)),
            *map(str, limits),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return cls(process)

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def ask(self, query: Query) -> None:
        self._input.write(query.to_json())

    async def frame(self) -> tuple[bytes, bytes]:
        try:
            kind, length = FRAME.unpack(await self._output.readexactly(FRAME.size))
            return kind, await self._output.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise QueryMemoryError(
                "The query's process ended before its answer was complete; most often it needed more memory than it may take.",
                hint="Ask for less at once: fewer rows to sort, group or hold together.",
            ) from None

    async def kill(self) -> None:
        if self.alive:
            self._process.kill()
        self._input.close()
        await self._process.wait()


def _error(failure: dict[str, str | int]) -> QueryError:
    message = str(failure["message"])
    match failure["code"]:
        case "syntax":
            return QuerySyntaxError(message, int(failure["line"]), int(failure["column"]))
        case "too-large":
            return ResultTooLargeError(message[0].upper() + message[1:] + ".", hint="Add a LIMIT, or download the release's dump.")
        case "not-acceptable":
            return QueryNotAcceptableError(message[0].upper() + message[1:] + ".", hint="Name another type in Accept, or use format=.")
        case _:
            return QueryError(f"The query could not be answered: {message}")
