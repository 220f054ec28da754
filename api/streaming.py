"""Answers that come piece by piece, and clients that go away meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.errors import ClientGoneError
from kg.endpoint import Answer
from kg.errors import QueryError

_LOG = logging.getLogger("dataterra.sparql")
Result = TypeVar("Result")


async def unless_gone(receive: Receive, job: Coroutine[Any, Any, Result]) -> Result:
    """The job's result; the job is cancelled as soon as the client closes the connection.

    :raises ClientGoneError: when it does.
    """
    task, watcher = asyncio.ensure_future(job), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGoneError
    finally:
        task.cancel()
        watcher.cancel()
        await asyncio.gather(task, watcher, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


class AnswerResponse(Response):
    """An answer as it comes. One that fails on the way is never ended, so that the server breaks the connection off."""

    def __init__(self, answer: Answer, headers: dict[str, str]) -> None:
        super().__init__(answer.content if answer.complete else b"", headers=headers, media_type=answer.media_type)
        if not answer.complete:
            del self.headers["content-length"]
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._answer.complete:
                await super().__call__(scope, receive, send)
            else:
                await unless_gone(receive, self._stream(send))
        except QueryError as error:
            _LOG.warning("broke off an answer: %s", error)
        except ClientGoneError:
            _LOG.info("the client closed the connection")
        finally:
            await self._answer.close()

    async def _stream(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self._answer.chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
