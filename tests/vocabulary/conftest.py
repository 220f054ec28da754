"""A server on loopback that answers as a test tells it to."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


@dataclass
class Reply:
    """An answer: what a service sends for one request."""

    body: bytes = b""
    media_type: str = "text/turtle"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    break_off: bool = False


@dataclass
class Asked:
    """A request as the service saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Service:
    """Answers by path, from replies or from functions of the request; every request is kept."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply | Callable[[Asked], Reply]] = {}
        self.asked: list[Asked] = []
        self.address = ""

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        reply = self.replies.get(asked.path, Reply(b"not here", "text/plain", 404))
        return reply(asked) if callable(reply) else reply


def packed(reply: Reply) -> Reply:
    """The same reply, compressed for the way."""
    return Reply(gzip.compress(reply.body), reply.media_type, reply.status, {**reply.headers, "Content-Encoding": "gzip"})


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = made.answer(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            time.sleep(reply.wait)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) + (10 if reply.break_off else 0)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _handle

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()
