"""`/search`: data sets by words, concepts, place and time, as JSON and as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.answers import cache_headers, entity_tag, is_current
from api.errors import BadParameterError, NotAcceptableError
from api.messages import Words
from api.negotiation import JSON, choose_language, wanted_format
from api.pages import page_text
from api.serving import Served, serving
from api.world_map import world_map
from kg.dataset import THING_KINDS, Box
from kg.formats import HTML
from kg.search.document import FACETS
from kg.search.query import SearchResult, search
from kg.search.request import FURTHEST, SearchRequest
from kg.thing_names import datasets_with

_TEXTS: Final = {"q": "q", "bbox": "bbox", "from": "start", "to": "end", "sort": "sort"}
_NUMBERS: Final = ("limit", "offset")
#: Facets of the page, in its order; JSON has all of them.
SHOWN: Final = ("pole", "variable", "instrument", "platform", "theme", "openness", "licence", "centre", "kind", "format", "source")
#: Values of a facet that the page lists before one asks for more.
SHORT_LIST: Final = 8


def search_datasets(request: Request) -> Response:
    """What the index finds."""
    form = wanted_format(
        request.headers.get("accept", ""), request.query_params.get("format", "") if _asks_form(request) else "", (JSON, HTML)
    )
    if form is None:
        raise NotAcceptableError(types=f"{JSON.media_type}, {HTML.media_type}")
    words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
    wanted = read_request(request, words.language)
    served = serving(request).current()
    tag = entity_tag(served, form.media_type, words.language, str(request.url.query), request.scope.get("root_path", ""))
    headers = cache_headers(served, tag) | {"Content-Language": words.language}
    if is_current(request, tag):
        return Response(status_code=304, headers=headers)
    result = search(served.index, wanted)
    address = Address(request)
    if form is HTML:
        content: str | bytes = _page(request, words, wanted, result, address, served)
    else:
        content = as_json(_document(wanted, result, address, _used_by(served, result)))
    return Response(content, headers=headers, media_type=form.media_type)


def as_json(content: dict[str, Any]) -> bytes:
    """Results of the index as JSON; a box is an array in the order of RFC 7946, section 5."""
    return orjson.dumps(content, default=_box)


def _box(value: object) -> list[float]:
    if isinstance(value, Box):
        return list(value)
    raise TypeError(type(value).__name__)


def _asks_form(request: Request) -> bool:
    """`format=` is also a facet (the native format of the records): it names a form only where it is one of ours."""
    return request.query_params.get("format", "") in ("json", "html")


def read_request(request: Request, language: str) -> SearchRequest:
    """The parameters as a request of the index.

    :raises kg.search.request.RequestError: when one has a value that cannot be used.
    """
    given = request.query_params
    values: dict[str, Any] = {field: given[name] for name, field in _TEXTS.items() if given.get(name)}
    values |= {name: _number(name, given[name]) for name in _NUMBERS if given.get(name)}
    values |= {name: tuple(given.getlist(name)) for name in FACETS if given.get(name)}
    if _asks_form(request):
        values["format"] = tuple(value for value in given.getlist("format") if value not in ("json", "html"))
    return SearchRequest(
        **values,
        language=language,
        expand=given.get("expand", "true").lower() not in ("false", "0", "no"),
        mentioned=given.get("mentioned", "").lower() in ("true", "1", "yes"),
    )


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadParameterError(name=name, value=text[:100])
    return int(text)


@dataclass(frozen=True, slots=True)
class Address:
    """The address of this search, and of searches that differ from it by one thing."""

    request: Request

    def _items(self, *without: str) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self.request.query_params.multi_items() if value and name not in without]

    def having(self, name: str, value: str) -> str:
        """With one value more."""
        return "?" + urlencode([*self._items("offset"), (name, value)])

    def setting(self, name: str, value: str) -> str:
        """With a parameter set, in place of what it was."""
        return "?" + urlencode([*self._items("offset", name), (name, value)])

    def lacking(self, *names: str) -> str:
        """Without some parameters."""
        return "?" + urlencode(self._items("offset", *names))

    def without(self, name: str, value: str) -> str:
        """Without one value of a parameter."""
        return "?" + urlencode([item for item in self._items("offset") if item != (name, value)])

    def at(self, offset: int) -> str:
        """At another place of the list."""
        return "?" + urlencode([*self._items("offset"), *([("offset", str(offset))] if offset else [])])

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """What a form must carry along."""
        return self._items("offset", *without)


def _paging(wanted: SearchRequest, result: SearchResult, address: Address) -> tuple[str, str]:
    """Addresses of the page before and the page after; empty where there is none."""
    before = address.at(max(0, wanted.offset - wanted.limit)) if wanted.offset else ""
    next_offset = wanted.offset + wanted.limit
    after = address.at(next_offset) if wanted.limit and next_offset < min(result.total, FURTHEST) else ""
    return before, after


def _used_by(served: Served, result: SearchResult) -> dict[str, int]:
    """How many data sets use each of the instruments and platforms that were found."""
    return {hit.iri: len(datasets_with(served.reader, hit.iri)) for hit in result.hits if hit.kind in THING_KINDS}


def _document(wanted: SearchRequest, result: SearchResult, address: Address, used_by: dict[str, int]) -> dict[str, Any]:
    before, after = _paging(wanted, result, address)
    return {
        "total": result.total,
        "offset": wanted.offset,
        "limit": wanted.limit,
        "previous": before or None,
        "next": after or None,
        "understood": result.understood,
        "any_word": result.any_word,
        "unknown": result.unknown,
        "hits": result.hits,
        "used_by": used_by,
        "facets": result.facets,
        "relax": result.relax,
        "mentioned": wanted.mentioned,
        "more_mentioned": result.more_mentioned,
    }


def _page(request: Request, words: Words, wanted: SearchRequest, result: SearchResult, address: Address, served: Served) -> str:
    before, after = _paging(wanted, result, address)
    boxes = [box for hit in result.hits for box in hit.boxes[:1]]
    return page_text(
        request,
        "search.html",
        words,
        wanted=wanted,
        result=result,
        address=address,
        before=before,
        after=after,
        facets=[(name, result.facets[name], getattr(wanted, name)) for name in SHOWN if result.facets.get(name)],
        chosen=[(name, value) for name in FACETS for value in getattr(wanted, name)],
        names=_names(result),
        short=SHORT_LIST,
        map=world_map(boxes, words("search.map", n=len(boxes))) if boxes else "",
        release=served.release.number,
        used_by=_used_by(served, result),
    )


def _names(result: SearchResult) -> dict[tuple[str, str], str]:
    """What the chosen values are called, by facet and value."""
    return {(name, value.key): value.label for name, values in result.facets.items() for value in values}
