"""`/`: the whole of the release on one page."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.answers import respond
from api.errors import NotAcceptableError
from api.messages import Words
from api.negotiation import JSON, choose_language, wanted_format
from api.pages import page_text
from api.routes.release import VOID_FORMATS, void_as
from api.routes.search import as_json
from api.serving import Served, serving
from kg import __version__
from kg.formats import HTML
from kg.search.document import MISSING, UNMAPPED
from kg.search.query import FacetValue, search
from kg.search.request import SearchRequest

#: Facets of the overview, and how many values of each it shows.
SHOWN: Final = {"pole": 10, "variable": 20, "instrument": 12, "platform": 12, "theme": 12, "openness": 5, "centre": 12, "format": 12}
#: The base IRI names the graph itself, so it is answered in RDF too.
OVERVIEW_FORMATS: Final = (JSON, HTML, *VOID_FORMATS)


def overview(request: Request) -> Response:
    """Counts by pole, variable, instrument and more; to RDF clients the description of the graph."""
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), OVERVIEW_FORMATS)
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in OVERVIEW_FORMATS))
    words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
    served = serving(request).current()
    if form in VOID_FORMATS:
        return respond(request, served, form, "", lambda: void_as(served, form))
    body = _page if form is HTML else _document
    return respond(request, served, form, words.language, lambda: body(request, served, words))


def _document(request: Request, served: Served, words: Words) -> bytes:
    result = search(served.index, SearchRequest(limit=0, language=words.language))
    release = {"number": served.release.number, "time": served.release.time}
    return as_json({"release": release, "software": __version__, "datasets": result.total, "facets": result.facets})


def _page(request: Request, served: Served, words: Words) -> str:
    result = search(served.index, SearchRequest(limit=0, language=words.language))
    return page_text(
        request,
        "overview.html",
        words,
        total=result.total,
        facets=[(name, values) for name, most in SHOWN.items() if (values := _shown(result.facets.get(name, ()), most))],
        release=served.release.number,
        time=served.release.time,
    )


def _shown(values: tuple[FacetValue, ...], most: int) -> list[FacetValue]:
    """The most frequent values, then what is lacking; nothing where all is."""
    known = [value for value in values if value.key not in (UNMAPPED, MISSING)]
    lacking = [value for value in values if value.key in (UNMAPPED, MISSING)]
    return [*known[:most], *lacking] if known else []
