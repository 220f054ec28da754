"""`/`: the whole of the release on one page."""

from __future__ import annotations

from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.answers import respond
from api.errors import NotAcceptableError
from api.messages import Words
from api.negotiation import JSON, choose_language, wanted_format
from api.pages import page_text
from api.serving import Served, serving
from kg import __version__
from kg.formats import HTML
from kg.search.query import search
from kg.search.request import SearchRequest

#: Facets of the overview, and how many values of each it shows.
SHOWN: Final = {"pole": 10, "variable": 20, "instrument": 12, "platform": 12, "theme": 12, "openness": 5, "centre": 12, "format": 12}


def overview(request: Request) -> Response:
    """Counts by pole, variable, instrument and more."""
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), (JSON, HTML))
    if form is None:
        raise NotAcceptableError(types=f"{JSON.media_type}, {HTML.media_type}")
    words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
    served = serving(request).current()
    body = _page if form is HTML else _document
    return respond(request, served, form, words.language, lambda: body(request, served, words))


def _document(request: Request, served: Served, words: Words) -> bytes:
    result = search(served.index, SearchRequest(limit=0, language=words.language))
    release = {"number": served.release.number, "time": served.release.time}
    return orjson.dumps({"release": release, "software": __version__, "datasets": result.total, "facets": result.facets}, default=list)


def _page(request: Request, served: Served, words: Words) -> str:
    result = search(served.index, SearchRequest(limit=0, language=words.language))
    return page_text(
        request,
        "overview.html",
        words,
        total=result.total,
        facets=[(name, result.facets[name][:most]) for name, most in SHOWN.items() if result.facets.get(name)],
        release=served.release.number,
        time=served.release.time,
    )
