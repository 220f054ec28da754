"""Requests made at random, as no client would send them: none ends in an error of the server, and every answer is closed to scripts.

A few in `make test`, always the same; `make fuzz SECONDS=60` looks for new ones.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from api.app import create_app
from kg.config import Settings

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
MARK = "<script>alert(7)</script>"
Answer = tuple[int, dict[str, str], bytes]

_NASTY = st.sampled_from(
    [
        MARK,
        f'"{MARK}',
        f"'>{MARK}",
        "javascript:alert(7)",
        "..",
        "../..",
        "%00",
        "\x00",
        "a\r\nSet-Cookie: a=b",
        "\u202e",
        "é",
        "x" * 9000,
        "*",
        "\\",
        "{{7*7}}",
        "1e400",
        "NaN",
        "-1",
        "99999999999999999999",
        "0001-01-01",
        "9999-99-99",
        "a:b:c",
        "(" * 500,
        "AND OR NOT",
        "~" * 90,
        '"',
        "[1 TO *]",
    ]
)
_TEXTS = st.one_of(_NASTY, st.text(max_size=20))
_WORDS = st.sampled_from(
    [
        "search",
        "sparql",
        "record",
        "dataset",
        "doi",
        "10.17882",
        "42182",
        "seanoe",
        "sextant",
        "source",
        "static",
        "style.css",
        "release",
        "1",
        "dumps",
        "graph.nq.gz",
        ".well-known",
        "void",
        "variable",
        "scheme",
        "theme",
        "term",
        "agent",
        "health",
        "ready",
        "openapi.json",
        "FR%2Fargo.ttl",
        "a.html",
    ]
)
_PATHS = st.lists(st.one_of(_WORDS, _WORDS, _TEXTS.map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe=""))), max_size=5)
_NAMES = [
    "q",
    "lang",
    "format",
    "bbox",
    "from",
    "to",
    "page",
    "size",
    "sort",
    "expand",
    "pole",
    "variable",
    "query",
    "example",
    "offset",
    "limit",
    "cursor",
]
_QUERY = st.lists(st.tuples(st.one_of(st.sampled_from(_NAMES), _TEXTS), _TEXTS), max_size=4)
_HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "accept-language", "if-none-match", "host", "origin", "range", "if-modified-since", "content-type", "cookie"]
        ),
        st.one_of(
            st.sampled_from(["text/html", "text/turtle", "application/json", "*/*;q=x", "fr;q=nan", "a/b;q=inf,*", '"', "bytes=0-,9-1"]),
            _TEXTS,
        ),
    ),
    max_size=3,
)
_METHODS = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X"])


class Server:
    """The application, asked without a server between, which would turn the worst requests away."""

    def __init__(self, var: Path) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = create_app(Settings(var=var, sparql_seconds=2.0, sparql_processes=1, sparql_bytes=5_000_000))
        self._open = AsyncExitStack()
        self.loop.run_until_complete(self._open.enter_async_context(self.app.router.lifespan_context(self.app)))

    def close(self) -> None:
        self.loop.run_until_complete(self._open.aclose())
        self.loop.close()

    def ask(self, method: str, path: str, query: str = "", headers: list[tuple[str, str]] | None = None, body: bytes = b"") -> Answer:
        """The status, headers and body of an answer."""
        given = [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers or [("accept", "text/html")]]
        scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http"} | {
            "path": unquote_to_bytes(path).decode("utf-8", "replace"),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": given,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "root_path": "",
        }
        messages: list[dict[str, object]] = []
        return self.loop.run_until_complete(self._answer(scope, body, messages))

    async def _answer(self, scope: dict[str, object], body: bytes, messages: list[dict[str, object]]) -> Answer:
        asked = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, object]:
            if (message := next(asked, None)) is not None:
                return message
            await asyncio.sleep(3600)
            return {"type": "http.disconnect"}

        async def send(message: dict[str, object]) -> None:
            messages.append(message)

        await asyncio.wait_for(self.app(scope, receive, send), 30)  # type: ignore[arg-type]
        start = messages[0]
        found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}  # type: ignore[attr-defined]
        return int(str(start["status"])), found, b"".join(bytes(each.get("body", b"")) for each in messages[1:])  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def server(var: Path) -> Iterator[Server]:
    """The application with the release of the catalogue."""
    opened = Server(var)
    yield opened
    opened.close()


def _closed(answer: Answer) -> None:
    status, headers, body = answer
    assert status < 500 or status in (503, 504), body[:300]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert all("\r" not in value and "\n" not in value for value in headers.values())
    assert "set-cookie" not in headers
    if headers.get("content-type", "").startswith("text/html"):
        assert b"<script>alert" not in body and b'href="javascript:' not in body.lower()
        assert b"49" not in body or b"{{7*7}}" not in body


def test_fuzz_requests_do_no_harm(server: Server) -> None:
    @settings(max_examples=EXAMPLES, derandomize=not SECONDS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(_METHODS, _PATHS, _QUERY, _HEADERS, _TEXTS)
    def survive(method: str, path: list[str], query: list[tuple[str, str]], headers: list[tuple[str, str]], body: str) -> None:
        def written(text: str) -> str:
            return quote(text.encode("utf-8", "surrogatepass"), safe="")

        asked = "&".join(f"{written(name)}={written(value)}" for name, value in query)
        _closed(server.ask(method, "/" + "/".join(path), asked, headers, body.encode("utf-8", "replace")))

    ends = time.monotonic() + SECONDS
    survive()
    while time.monotonic() < ends:
        seed(time.time_ns())(survive)()


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("path", ["/search", "/sparql", "/", "/dataset/doi/10.17882/42182"])
def test_what_is_asked_is_not_repeated_as_markup(server: Server, path: str, name: str) -> None:
    for text in (MARK, f'"{MARK}', f"'>{MARK}", "javascript:alert(7)", "\x00", "\ud800", "x" * 20_000):
        _closed(server.ask("GET", path, f"{name}={quote(text.encode('utf-8', 'surrogatepass'), safe='')}"))


@pytest.mark.parametrize(
    "query", ["%", "%zz=%zz", "q=%ff%fe", "q", "&&&", "q=a&q=b&lang=&lang=fr", "bbox=1,2,3", "bbox=nan,nan,nan,nan", "bbox=1e400,0,1,1"]
)
def test_queries_that_are_broken(server: Server, query: str) -> None:
    _closed(server.ask("GET", "/search", query))


@pytest.mark.parametrize(
    "path", ["/%00", "/%ff", "/..%2f..%2fetc%2fpasswd", "/static/..%2f..%2fapp.py", "/static/%00", "/release/1/dumps/..%2fmanifest.json"]
)
def test_paths_that_lead_elsewhere_lead_nowhere(server: Server, path: str) -> None:
    status, headers, body = server.ask("GET", path)
    assert status in (400, 404)
    _closed((status, headers, body))


@pytest.mark.parametrize("identifier", ["a%0D%0ALink:%20b", "%3Cscript%3Ealert(7)%3C%2Fscript%3E", "a%22%3E%3Cimg%20src%3Dx%3E"])
def test_identifiers_add_no_headers(server: Server, identifier: str) -> None:
    for accept in ("text/html", "text/turtle", "application/problem+json"):
        _closed(server.ask("GET", f"/record/seanoe/{identifier}", "", [("accept", accept)]))
