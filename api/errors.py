"""Every HTTP status that an error has, and how it is told: problem details (RFC 9457) to programs, a page to people.

RFC 9457 <https://www.rfc-editor.org/rfc/rfc9457>.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.messages import Words
from api.negotiation import choose_format, choose_language
from api.pages import render
from kg.check.pool import CheckBusyError, CheckFailedError, CheckTimeoutError
from kg.endpoint import (
    QueryBusyError,
    QueryMemoryError,
    QueryNotAcceptableError,
    QueryRefusedError,
    QuerySyntaxError,
)
from kg.errors import DataTerraError, QueryError, QueryTimeoutError, ReleaseError, ResultTooLargeError, StoreError
from kg.formats import HTML, Format
from kg.namespaces import BASE
from kg.search.request import RequestError as SearchRequestError

PROBLEM: Final = Format("problem", "Problem details", ("application/problem+json", "application/json"), ("json",))


class RequestError(Exception):
    """A request that cannot be answered; `values` fill the sentence `error.<code>.detail`."""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(*values.values())


class BadParameterError(RequestError):
    """A parameter has a value that cannot be used: `name`, `value`."""


class NotAcceptableError(RequestError):
    """The client accepts none of the types there are: `types`."""


class NotFoundError(RequestError):
    """The release holds nothing of that IRI: `iri`."""


class WithdrawnError(RequestError):
    """The record was withdrawn by its source: `iri`, `date`."""


class TooLongError(RequestError):
    """The body of the request is too long: `limit`."""


class UnsupportedTypeError(RequestError):
    """The body of the request is of a type that is not taken here: `given`."""


class ClientGoneError(RequestError):
    """The client closed the connection before its answer was there; nobody reads this one."""


@dataclass(frozen=True, slots=True)
class _Rule:
    status: int
    code: str
    retry_after: int = 0


_RULES: Final[dict[type[BaseException], _Rule]] = {
    BadParameterError: _Rule(400, "bad-parameter"),
    SearchRequestError: _Rule(400, "bad-parameter"),
    NotAcceptableError: _Rule(406, "not-acceptable"),
    NotFoundError: _Rule(404, "not-found"),
    WithdrawnError: _Rule(410, "withdrawn"),
    TooLongError: _Rule(413, "too-long"),
    UnsupportedTypeError: _Rule(415, "unsupported-type"),
    ClientGoneError: _Rule(499, "client-gone"),
    QuerySyntaxError: _Rule(400, "query-syntax"),
    QueryRefusedError: _Rule(403, "query-refused"),
    QueryNotAcceptableError: _Rule(406, "query-not-acceptable"),
    ResultTooLargeError: _Rule(422, "query-too-large"),
    QueryBusyError: _Rule(503, "query-busy", retry_after=5),
    QueryMemoryError: _Rule(503, "query-memory"),
    QueryTimeoutError: _Rule(504, "query-timeout"),
    CheckBusyError: _Rule(503, "check-busy", retry_after=5),
    CheckTimeoutError: _Rule(504, "check-timeout"),
    CheckFailedError: _Rule(503, "check-failed"),
    QueryError: _Rule(500, "query-failed"),
    ReleaseError: _Rule(503, "no-release", retry_after=30),
    StoreError: _Rule(503, "no-release", retry_after=30),
}
_LOG: Final = logging.getLogger("dataterra.http")
_BY_STATUS: Final = {404: _Rule(404, "not-found"), 405: _Rule(405, "method")}
_INTERNAL: Final = _Rule(500, "internal")


def install_handlers(app: FastAPI) -> None:
    """Let the application answer every error from the table."""
    for kind in (RequestError, DataTerraError, HTTPException, Exception):
        app.add_exception_handler(kind, answer_error)


async def answer_error(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in an error."""
    rule = _rule(error)
    words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
    problem = _problem(request, error, rule, words)
    if rule.status >= 500:
        _LOG.warning("%s %s: %s", rule.status, request.url.path, error)
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    if rule.retry_after:
        headers["Retry-After"] = str(rule.retry_after)
    if isinstance(error, HTTPException) and error.headers:
        headers |= error.headers
    if choose_format(request.headers.get("accept", ""), (PROBLEM, HTML)) is HTML:
        return render(request, "error.html", words, rule.status, headers, problem=problem)
    return Response(orjson.dumps(problem), rule.status, headers | {"Content-Language": words.language}, PROBLEM.media_type)


def _rule(error: Exception) -> _Rule:
    if isinstance(error, HTTPException):
        return _BY_STATUS.get(error.status_code, _Rule(error.status_code, "bad-request"))
    return next((_RULES[kind] for kind in type(error).__mro__ if kind in _RULES), _INTERNAL)


def _problem(request: Request, error: Exception, rule: _Rule, words: Words) -> dict[str, Any]:
    """The members of RFC 9457, section 3.1, with `advice` and, for a query, `line` and `column` as extensions."""
    problem: dict[str, Any] = {
        "type": f"{BASE}problem/{rule.code}",
        "title": words(f"error.{rule.code}.title"),
        "status": rule.status,
        "detail": _detail(error, rule, words),
        "advice": words(f"error.{rule.code}.advice"),
        "instance": request.url.path,
    }
    if isinstance(error, QuerySyntaxError) and error.line:
        problem |= {"line": error.line, "column": error.column}
    return problem


def _detail(error: Exception, rule: _Rule, words: Words) -> str:
    """What happened: our own sentence where there is one, else what the engine said. Nothing of an internal error is shown."""
    if isinstance(error, RequestError):
        return words.filled(f"error.{rule.code}.detail", error.values)
    if isinstance(error, SearchRequestError):
        return f"{error.parameter}: {error.sentence(words.language)}"
    if isinstance(error, QueryError):
        return f"{error.where}: {error.what}" if error.where else error.what
    return words(f"error.{rule.code}.title")
