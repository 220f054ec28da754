"""`/sparql`: the SPARQL 1.1 Protocol, query operation <https://www.w3.org/TR/sparql11-protocol/#query-operation>."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from pyoxigraph import RdfFormat, parse
from starlette.requests import Request
from starlette.responses import Response

from api.answers import cache_headers, entity_tag, is_current, respond
from api.errors import BadParameterError, NotAcceptableError, TooLongError, UnsupportedTypeError
from api.messages import Words
from api.negotiation import choose_format, choose_language, wanted_format
from api.rdf import write_rdf
from api.serving import serving
from api.sparql_pages import form_page, result_page
from api.streaming import AnswerResponse, unless_gone
from kg.endpoint import Query, QueryRefusedError
from kg.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, RESULT_FORMATS, RESULTS_JSON, TURTLE, Format

#: What a graph is answered in; a single graph needs no quads.
GRAPH_FORMATS: Final = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
#: Longest body of a POST, in bytes.
LONGEST_BODY: Final = 1_000_000
_HERE = Path(__file__).parent.parent
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_CHANGING = re.compile(r"\b(now|rand|uuid|struuid|bnode)\s*\(", re.IGNORECASE)
#: `format=json` and `format=xml` mean the usual JSON and XML of the form's answer.
_GRAPH_NAMES: Final = {"json": "json-ld", "xml": "rdf-xml", "rdf": "rdf-xml"}
Parameters = list[tuple[str, str]]


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
    answer = await unless_gone(request.receive, serving(request).pool.run(query))
    if not wish.as_page:
        return AnswerResponse(answer, headers)
    await answer.close()
    formats = RESULT_FORMATS if answer.media_type == RESULTS_JSON.media_type else GRAPH_FORMATS
    content = answer.content if answer.complete else None
    page = result_page(request, words, wish.text, content, answer.media_type, formats)
    return Response(page, headers=headers | {"Content-Language": words.language}, media_type=HTML.media_type)


def _words(request: Request) -> Words:
    return Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))


def _describe(request: Request) -> Response:
    served = serving(request).current()
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), (*GRAPH_FORMATS, HTML))
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in (*GRAPH_FORMATS, HTML)))
    if form is HTML:
        words, settings = _words(request), serving(request).settings
        return respond(request, served, HTML, words.language, lambda: form_page(request, words, settings, served.release.number))
    return respond(request, served, form, "", lambda: service_description(str(request.url.replace(query="")), form))


def service_description(endpoint: str, form: Format) -> bytes:
    """What the endpoint can do (<https://www.w3.org/TR/sparql11-service-description/>)."""
    quads = parse(path=_HERE / "service-description.ttl", format=RdfFormat.TURTLE, base_iri=endpoint)
    return write_rdf((quad.triple for quad in quads), form)
