"""HTML pages: the templates, and the few functions that they may call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from api.messages import Words
from api.negotiation import LANGUAGES
from kg.dataset import SourceView, Text
from kg.formats import HTML
from kg.namespaces import BASE, DOI, compact
from kg.search.hit import Marked

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "curie": short_iri,
        "href": safe_link,
        "crs": crs_name,
        "host": host_of,
        "foreign": foreign_language,
        "marked": marked,
        "source_of": source_of,
        "paragraphs": paragraphs,
    }
    return environment


def render(
    request: Request, template: str, words: Words, status: int = 200, headers: Mapping[str, str] | None = None, **context: object
) -> Response:
    """A page as an answer."""
    page = page_text(request, template, words, **context)
    return Response(page, status, {**(headers or {}), "Content-Language": words.language}, HTML.media_type)


def page_text(request: Request, template: str, words: Words, **context: object) -> str:
    """A page as text. Templates know `t` (words), `link` (address of a thing here) and `elsewhere` (this page in the other language)."""
    root = request.scope.get("root_path", "")
    return (
        _environment()
        .get_template(template)
        .render(
            t=words,
            language=words.language,
            root=root,
            link=lambda iri: local_link(iri, root),
            languages=[(language, _in_language(request, language)) for language in LANGUAGES],
            **context,
        )
    )


def _in_language(request: Request, language: str) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", language)])


def local_link(iri: str, root: str = "") -> str:
    """Where a link to a thing leads: ours on this host, others to themselves, what is no web address nowhere (empty).

    >>> local_link("https://w3id.org/dataterra/pole/odatis")
    '/pole/odatis'
    >>> local_link("javascript:alert(1)")
    ''
    """
    if iri.startswith(BASE):
        return f"{root}/{iri.removeprefix(BASE)}"
    return safe_link(iri)


def safe_link(iri: str) -> str:
    """An address that may become a link: `http`, `https`, or a DOI, which is linked through its resolver; else empty.

    >>> safe_link("doi:10.17882/42182")
    'https://doi.org/10.17882/42182'
    """
    text = iri.strip()
    if text.lower().startswith("doi:10."):
        return DOI + text[4:]
    if _CONTROL.search(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.netloc else ""


_CONTROL = re.compile(r"[\x00-\x20<>\"\\]")


def short_iri(iri: str) -> str:
    """An IRI as people write it: with a prefix, or without our base.

    >>> short_iri("https://w3id.org/dataterra/dataset/sextant/a")
    'dataset/sextant/a'
    """
    curie = compact(iri)
    return curie if curie != iri else iri.removeprefix(BASE)


def crs_name(iri: str) -> str:
    """The short name of a coordinate reference system of the OGC's register (<http://www.opengis.net/def/crs>).

    >>> crs_name("http://www.opengis.net/def/crs/EPSG/0/5831")
    'EPSG:5831'
    """
    authority, _, code = iri.partition("/def/crs/")[2].partition("/")
    return f"{authority}:{code.rpartition('/')[2]}" if code else iri


def host_of(iri: str) -> str:
    """The host of an address, which a reader wants to know before following it."""
    return urlsplit(iri).netloc.removeprefix("www.")


def source_of(record: str, sources: Mapping[str, SourceView]) -> SourceView:
    """The source of a record."""
    return sources[record]


def foreign_language(text: Text, page: str) -> str:
    """The language of a text where it is not the page's, for a `lang` attribute; empty where it is, or is not known."""
    tag = text.language
    return tag if _TAG.fullmatch(tag) and tag.partition("-")[0] != page else ""


_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def paragraphs(text: str) -> list[str]:
    """A long text in its paragraphs."""
    return [part.strip() for part in re.split(r"\n\s*\n|\r\n\s*\r\n", text) if part.strip()]


def marked(text: Marked) -> Markup:
    """A text with the words that were found marked; the text itself is escaped."""
    pieces, place = [], 0
    for start, end in text.marks:
        pieces += [escape(text.text[place:start]), Markup("<mark>{}</mark>").format(text.text[start:end])]
        place = end
    return Markup("").join([*pieces, escape(text.text[place:])])
