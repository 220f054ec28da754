"""Concepts of other vocabularies that the release holds: a page and RDF of their own, as their IRIs lead elsewhere."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.answers import respond
from api.errors import NotAcceptableError, NotFoundError
from api.labels import Labels, node_of
from api.messages import Words
from api.negotiation import choose_language, wanted_format
from api.pages import page_text
from api.rdf import write_rdf
from api.routes.concept import concept_context, is_concept
from api.serving import Served, serving
from api.things import THING_FORMATS, Thing, description
from kg.formats import HTML, Format
from kg.namespaces import BASE


def foreign_concept(request: Request) -> Response:
    """The concept that the parameter `iri` names; one of ours is found at its own address."""
    served = serving(request).current()
    thing = Thing(request.query_params.get("iri", "").strip())
    if thing.iri.startswith(BASE):
        return RedirectResponse(f"{request.scope.get('root_path', '')}/{thing.path}", status_code=303)
    if node_of(thing.iri) is None or not is_concept(served.reader, thing.iri):
        raise NotFoundError(iri=thing.iri[:500])
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), THING_FORMATS)
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in THING_FORMATS))
    if form is HTML:
        words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
        return respond(request, served, form, words.language, lambda: _page(request, served, thing, words), {})
    return respond(request, served, form, "", lambda: write_rdf(description(served.reader, thing), form), {})


def _page(request: Request, served: Served, thing: Thing, words: Words) -> str:
    labels = Labels(served.reader, words.language)
    formats = [(entry, _address(request, thing, entry)) for entry in THING_FORMATS if entry is not HTML]
    context = concept_context(served, thing, labels)
    return page_text(request, "concept.html", words, thing=thing, label=labels, formats=formats, release=served.release.number, **context)


def _address(request: Request, thing: Thing, form: Format) -> str:
    return f"{request.scope.get('root_path', '')}/concept?{urlencode({'iri': thing.iri, 'format': form.name})}"
