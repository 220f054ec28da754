"""`/sparql`: the SPARQL 1.1 Protocol, query operation <https://www.w3.org/TR/sparql11-protocol/#query-operation>."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson
from pyoxigraph import RdfFormat, parse, serialize
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.answers import cache_headers, entity_tag, is_current, respond
from api.errors import BadParameterError, NotAcceptableError, TooLongError, UnsupportedTypeError
from api.messages import Words
from api.negotiation import choose_format, choose_language, wanted_format
from api.pages import page_text, render
from api.serving import Served, serving
from kg.endpoint import Answer, Query, QueryRefusedError
from kg.errors import QueryError
from kg.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, RESULT_FORMATS, RESULTS_JSON, TURTLE, Format
from kg.namespaces import PREFIXES

#: What a graph is answered in; a single graph needs no quads.
GRAPH_FORMATS: Final = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
#: Longest body of a POST, in bytes.
LONGEST_BODY: Final = 1_000_000
#: Rows that the page shows; all of them can be downloaded.
ROWS_SHOWN: Final = 1_000

_LOG = logging.getLogger("dataterra.sparql")
_HERE = Path(__file__).parent.parent
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_CHANGING = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)
#: `format=json` and `format=xml` mean the usual JSON and XML of the form's answer.
_GRAPH_NAMES: Final = {"json": "json-ld", "xml": "rdf-xml", "rdf": "rdf-xml"}
Parameters = list[tuple[str, str]]
Result = TypeVar("Result")


async def query_by_get(request: Request) -> Response:
    """A query in the address; without one the form for people, the service description for programs."""
    parameters = request.query_params.multi_items()
    if any(name in ("query", "update") for name, _ in parameters):
        return await _answer(request, parameters)
    return _describe(request)


async def query_by_post(request: Request) -> Response:
    """A query as a form or as the body itself (sections 2.1.2 and 2.1.3)."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (_FORM, _QUERY, _UPDATE):
        raise UnsupportedTypeError(given=media_type or "-")
    body = await _body(request)
    if media_type == _FORM:
        return await _answer(request, [*request.query_params.multi_items(), *_form(body)])
    return await _answer(request, [*request.query_params.multi_items(), ("query" if media_type == _QUERY else "update", body)])


async def _body(request: Request) -> str:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise TooLongError(limit=f"{LONGEST_BODY:,}")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadParameterError(name="query", value="bytes that are not UTF-8") from None


def _form(body: str) -> Parameters:
    try:
        return parse_qsl(body, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise BadParameterError(name="form", value="more than 100 fields") from None


@dataclass(frozen=True, slots=True)
class _Wish:
    """A request for an answer, read from its parameters."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    solutions: Format | None
    triples: Format | None
    as_page: bool

    def query(self, store: Path) -> Query:
        media_types = (self.solutions.media_type if self.solutions else "", self.triples.media_type if self.triples else "")
        return Query(self.text, str(store), *media_types, self.default_graphs, self.named_graphs)


def _wish(request: Request, parameters: Parameters) -> _Wish:
    if any(name == "update" for name, _ in parameters):
        raise QueryRefusedError("This address answers queries only; it takes no update.")
    texts = _all(parameters, "query")
    if len(texts) != 1:
        raise BadParameterError(name="query", value=f"{len(texts)} times")
    named = _named_format(parameters)
    accept = request.headers.get("accept", "")
    as_page = named == "html" or (not named and choose_format(accept, (*RESULT_FORMATS, *GRAPH_FORMATS, HTML)) is HTML)
    return _Wish(
        text=texts[0],
        default_graphs=_graph_names(parameters, "default-graph-uri"),
        named_graphs=_graph_names(parameters, "named-graph-uri"),
        solutions=RESULTS_JSON if as_page else _format(accept, named, RESULT_FORMATS),
        triples=TURTLE if as_page else _format(accept, _GRAPH_NAMES.get(named, named), GRAPH_FORMATS),
        as_page=as_page,
    )


def _all(parameters: Parameters, name: str) -> tuple[str, ...]:
    return tuple(value for given, value in parameters if given == name)


def _named_format(parameters: Parameters) -> str:
    """The first that says something of `format`, `output` and `results`: clients send any of them, and SPARQLWrapper all three."""
    given = (value for name in ("format", "output", "results") for value in _all(parameters, name))
    return next((value.strip() for value in given if value.strip()), "")


def _format(accept: str, named: str, formats: tuple[Format, ...]) -> Format | None:
    return wanted_format(accept, named, formats) or (choose_format(accept, formats) if named else None)


def _graph_names(parameters: Parameters, name: str) -> tuple[str, ...]:
    names = _all(parameters, name)
    for value in names:
        if not _ABSOLUTE.fullmatch(value):
            raise BadParameterError(name=name, value=value[:200])
    return names


_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


async def _answer(request: Request, parameters: Parameters) -> Response:
    wish = _wish(request, parameters)
    served = serving(request).current()
    query = wish.query(served.store_path)
    words = _words(request)
    tag = entity_tag(served, query.to_json().decode(), str(wish.as_page), words.language if wish.as_page else "")
    headers = {"Cache-Control": "no-store"} if _CHANGING.search(wish.text) else cache_headers(served, tag)
    if "ETag" in headers and request.method == "GET" and is_current(request, tag):
        return Response(status_code=304, headers=headers)
    answer = await _unless_gone(request.receive, serving(request).pool.run(query))
    if wish.as_page:
        return await _as_page(request, words, wish, answer, headers)
    return _AnswerResponse(answer, headers)


def _words(request: Request) -> Words:
    return Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))


class _ClientGoneError(Exception):
    """The client closed the connection."""


async def _unless_gone(receive: Receive, job: Coroutine[Any, Any, Result]) -> Result:
    """The job's result; the job is cancelled as soon as the client closes the connection."""
    task, watcher = asyncio.ensure_future(job), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise _ClientGoneError
    finally:
        task.cancel()
        watcher.cancel()
        await asyncio.gather(task, watcher, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


class _AnswerResponse(Response):
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
                await _unless_gone(receive, self._stream(send))
        except QueryError as error:
            _LOG.warning("broke off an answer: %s", error)
        except _ClientGoneError:
            _LOG.info("the client closed the connection")
        finally:
            await self._answer.close()

    async def _stream(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self._answer.chunks():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _as_page(request: Request, words: Words, wish: _Wish, answer: Answer, headers: dict[str, str]) -> Response:
    """A result for people: a table, or the graph as Turtle, with the ways to download it."""
    await answer.close()
    context: dict[str, object] = {"too_long": not answer.complete, "columns": [], "rows": [], "total": 0, "turtle": "", "boolean": None}
    if answer.complete and answer.media_type == RESULTS_JSON.media_type:
        result = orjson.loads(answer.content)
        rows = result.get("results", {}).get("bindings", [])
        context |= {"columns": result["head"].get("vars", []), "rows": rows[:ROWS_SHOWN], "total": len(rows), "boolean": result.get("boolean")}
    elif answer.complete:
        context["turtle"] = answer.content.decode()
    formats = RESULT_FORMATS if answer.media_type == RESULTS_JSON.media_type else GRAPH_FORMATS
    downloads = [(entry.label, "?" + urlencode({"query": wish.text, "format": entry.name})) for entry in formats]
    return render(request, "sparql-result.html", words, headers=headers, query=wish.text, downloads=downloads, shown=ROWS_SHOWN, **context)


def _describe(request: Request) -> Response:
    served = serving(request).current()
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), (*GRAPH_FORMATS, HTML))
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in (*GRAPH_FORMATS, HTML)))
    if form is HTML:
        words = _words(request)
        return respond(request, served, HTML, words.language, lambda: _form_page(request, words, served))
    return respond(request, served, form, "", lambda: service_description(str(request.url.replace(query="")), form))


def service_description(endpoint: str, form: Format) -> bytes:
    """What the endpoint can do (<https://www.w3.org/TR/sparql11-service-description/>)."""
    quads = parse(path=_HERE / "service-description.ttl", format=RdfFormat.TURTLE, base_iri=endpoint)
    assert form.rdf is not None
    prefixes = PREFIXES | {"sd": "http://www.w3.org/ns/sparql-service-description#"}
    return serialize((quad.triple for quad in quads), format=form.rdf, prefixes=prefixes)


def _form_page(request: Request, words: Words, served: Served) -> str:
    settings = serving(request).settings
    return page_text(
        request,
        "sparql.html",
        words,
        query=request.query_params.get("example", ""),
        examples=[(question[words.language], text) for question, text in examples()],
        prefixes=sorted(PREFIXES.items()),
        seconds=settings.sparql_seconds,
        bytes=settings.sparql_bytes,
        release=served.release.number,
    )


def examples() -> list[tuple[dict[str, str], str]]:
    """The example queries: the question in each language, and the query without its header."""
    found = []
    for path in sorted((_HERE / "examples").glob("*.rq")):
        lines = path.read_text("utf-8").splitlines()
        header = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
        found.append((header, "\n".join(line for line in lines if not line.startswith("#"))))
    return found
