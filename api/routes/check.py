"""`/check`: what the graph would make of a record that somebody pastes, uploads or sends. Nothing of it is stored."""

from __future__ import annotations

import base64
import re
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.errors import BadParameterError, TooLongError
from api.messages import Words
from api.negotiation import JSON, choose_format, choose_language, wanted_format
from api.pages import render
from api.serving import serving
from api.streaming import unless_gone
from kg.check.pool import LONGEST
from kg.check.words import place, said
from kg.formats import HTML
from kg.mend.repair import Result
from kg.mend.task import words as mending_words

_FORM, _UPLOAD = "application/x-www-form-urlencoded", "multipart/form-data"
#: A form writes most characters of a record as three.
_LONGEST_FORM: Final = 3 * LONGEST + 1_000
#: Longest text that is written back into the box, so that it can be corrected and checked again.
_SHOWN_AGAIN: Final = 200_000
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}


def check_form(request: Request) -> Response:
    """The form."""
    return _page(request, _words(request), None, "")


async def check_record(request: Request) -> Response:
    """A record as a form, an upload, or the body itself."""
    body, name, pasted = await _record(request)
    if not body.strip():
        raise BadParameterError(name="record", value="")
    if len(body) > LONGEST:
        raise TooLongError(limit=f"{LONGEST:,}")
    found = await unless_gone(request.receive, serving(request).checks.check(body, name))
    words = _words(request)
    by_browser = pasted is not None
    if _wanted_json(request, by_browser):
        return Response(orjson.dumps(found), headers=_NEVER_KEPT, media_type=JSON.media_type)
    return _page(request, words, found, pasted or "")


async def mend_record(request: Request) -> Response:
    """The same record with its repairs: a page with the difference for people, JSON, or the file itself."""
    body, name, pasted = await _record(request)
    if not body.strip():
        raise BadParameterError(name="record", value="")
    if len(body) > LONGEST:
        raise TooLongError(limit=f"{LONGEST:,}")
    found = await unless_gone(request.receive, serving(request).checks.mend(body, name))
    if pasted is not None and not _wanted_json(request, True):
        return _page(request, _words(request), None, pasted, mended=found)
    accept = request.headers.get("accept", "")
    if "json" in accept or request.query_params.get("format") == JSON.name or found["result"] == Result.REFUSED:
        status = 422 if found["result"] == Result.REFUSED else 200
        return Response(orjson.dumps(found), status, headers=_NEVER_KEPT, media_type=JSON.media_type)
    headers = _NEVER_KEPT | {"Content-Disposition": "attachment", "X-Repairs": str(len(found["repairs"]))}
    return Response(base64.b64decode(found["file"]), headers=headers, media_type="application/octet-stream")


def _wanted_json(request: Request, by_browser: bool) -> bool:
    accept, named = request.headers.get("accept", ""), request.query_params.get("format", "")
    formats = (HTML, JSON) if by_browser else (JSON, HTML)
    return (wanted_format(accept, named, formats) or choose_format(accept, formats) or formats[0]) is JSON


async def _record(request: Request) -> tuple[bytes, str, str | None]:
    """The record, its name, and what was pasted (empty where it was uploaded, none where it is the body)."""
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    body = await _body(request, _LONGEST_FORM if media_type == _FORM else LONGEST + 10_000)
    if media_type == _UPLOAD:
        return _uploaded(body, content_type)
    if media_type == _FORM and re.match(rb"[a-z]*&?record=", body):  # curl sends a record itself under this type as well
        text = dict(_fields(body)).get("record", "")
        return text.encode(), "record", text[:_SHOWN_AGAIN]
    return body, _file_name(request.query_params.get("name", "")), None


async def _body(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLongError(limit=f"{LONGEST:,}")
    return bytes(body)


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        raise BadParameterError(name="form", value="more than 10 fields") from None


_BOUNDARY: Final = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?')
_MOST_PARTS: Final = 10


def _uploaded(body: bytes, content_type: str) -> tuple[bytes, str, str]:
    """The file of an upload, or what was pasted beside it (RFC 7578)."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise BadParameterError(name="boundary", value="")
    pasted = ""
    for part in (b"\r\n" + body).split(b"\r\n--" + found[1].strip().encode(), _MOST_PARTS)[1:_MOST_PARTS]:
        head, blank, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"\r\n]*)"', head)
        if blank and name and content.strip():
            return content, _file_name(name[1].decode("utf-8", "replace")), ""
        if blank and not name and re.search(rb'name="record"', head):
            pasted = content.decode("utf-8", "replace")
    return pasted.encode(), "record", pasted[:_SHOWN_AGAIN]


def _file_name(given: str) -> str:
    """The last part of a name: a word for the report, and never a path."""
    name = re.split(r"[/\\]", given)[-1]
    return "".join(each for each in name if each.isprintable())[:100].strip(". ") or "record"


def _words(request: Request) -> Words:
    return Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))


def _page(request: Request, words: Words, found: dict[str, Any] | None, pasted: str, mended: dict[str, Any] | None = None) -> Response:
    return render(
        request,
        "check.html",
        words,
        headers=_NEVER_KEPT,
        found=found,
        mended=mended,
        mending={key: text[words.language] for key, text in mending_words().items()},
        pasted=pasted,
        largest=LONGEST,
        address=str(request.url.replace(query="")).removesuffix("/mend"),
        say=lambda key, **values: said(key, words.language, **values),
        place_of=lambda text: place(text, words.language),
    )
