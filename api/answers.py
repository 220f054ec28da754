"""Answers that caches may keep: what they are valid for, and when the client's copy is still good.

RFC 9110, sections 8.8.3 and 13.1.2 <https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2>.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.serving import Served
from kg import __version__
from kg.formats import Format

#: A minute, so that a new release is seen soon and a withdrawn record is gone soon.
CACHED: Final = "public, max-age=60"


def entity_tag(served: Served, *parts: str) -> str:
    """The tag of an answer that is a function of release, software version and these parts (media type, language, query...)."""
    key = "\x1f".join((served.release.time, __version__, *parts))
    return f'"{served.release.number}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"'


def cache_headers(served: Served, tag: str) -> dict[str, str]:
    """Headers of an answer with that tag."""
    return {"ETag": tag, "Cache-Control": CACHED, "Vary": "Accept, Accept-Language", "X-Release": str(served.release.number)}


def is_current(request: Request, tag: str) -> bool:
    """Whether the client's copy is still good."""
    given = request.headers.get("if-none-match", "")
    return tag in {part.strip().removeprefix("W/") for part in given.split(",")}


def respond(
    request: Request, served: Served, form: Format, language: str, body: Callable[[], str | bytes], headers: dict[str, str] | None = None
) -> Response:
    """The answer in a format and language, or 304 where the client has it; the body is only made when it is needed."""
    tag = entity_tag(served, form.media_type, language, request.scope.get("root_path", ""))
    all_headers = cache_headers(served, tag) | (headers or {})
    if is_current(request, tag):
        return Response(status_code=304, headers=all_headers)
    if language:
        all_headers["Content-Language"] = language
    return Response(body(), headers=all_headers, media_type=form.media_type)
