"""Linked data: every IRI of ours as a page, Turtle, JSON-LD, N-Triples and RDF/XML, by suffix, `format=` or `Accept`."""

from __future__ import annotations

from urllib.parse import quote

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.answers import respond
from api.errors import NotAcceptableError
from api.labels import Labels, objects
from api.messages import Words
from api.negotiation import choose_language, wanted_format
from api.pages import page_text, safe_link
from api.rdf import write_rdf
from api.routes.concept import concept_context, is_concept, is_scheme, scheme_context
from api.routes.dataset import dataset_context
from api.routes.equipment import equipment_context
from api.routes.ontology import is_ontology, ontology_context, version_of
from api.routes.thing import thing_context
from api.serving import Served, serving
from api.things import THING_FORMATS, Thing, description, find_thing
from kg.formats import HTML, Format
from kg.namespaces import BASE, DCT, DOI, FOAF, OWL, SCHEMA, is_thing
from kg.thing_names import surest_name
from kg.vocabulary.graphs import with_blank_nodes


def resource(request: Request) -> Response:
    """Whatever the path names."""
    served = serving(request).current()
    thing = find_thing(served, _raw_path(request))
    form = thing.suffix or wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), THING_FORMATS)
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in THING_FORMATS))
    if (same := _goes_by(served, thing)) is not None:
        address = _path(request, same, form) if thing.suffix else f"{request.scope.get('root_path', '')}/{same.path}"
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(address + query, status_code=303)
    headers = {"Link": _links(request, served, thing), "Content-Location": _path(request, thing, form)}
    if form is HTML:
        words = Words(choose_language(request.query_params.get("lang", ""), request.headers.get("accept-language", "")))
        return respond(request, served, form, words.language, lambda: _page(request, served, thing, words), headers)
    return respond(request, served, form, "", lambda: _rdf(served, thing, form), headers)


def _goes_by(served: Served, thing: Thing) -> Thing | None:
    """The data set itself, where it goes by its DOI and was asked for by an identifier of a source; the ontology, by its version; a thing
    by the surest of its names."""
    if version := version_of(served, thing):
        return version
    if is_thing(thing.iri):
        surest = surest_name(served.reader, thing.iri)
        return Thing(surest) if surest != thing.iri else None
    if thing.family != "dataset" or next(served.reader.triples(None, FOAF.primaryTopic, NamedNode(thing.iri)), None):
        return None
    same = (node.value for node in objects(served.reader, NamedNode(thing.iri), OWL.sameAs))
    return next((Thing(iri) for iri in same if iri.startswith(f"{BASE}dataset/")), None)


def _raw_path(request: Request) -> str:
    """The path as the client encoded it: a slash within an identifier is not a slash between segments."""
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    path = raw.partition(b"?")[0].decode("ascii", "replace")
    return path.removeprefix(request.scope.get("root_path", ""))


def _rdf(served: Served, thing: Thing, form: Format) -> bytes:
    found = description(served.reader, thing)
    return write_rdf(with_blank_nodes(found) if is_ontology(thing) else found, form)


def _page(request: Request, served: Served, thing: Thing, words: Words) -> str:
    labels = Labels(served.reader, words.language)
    root = request.scope.get("root_path", "")
    if is_ontology(thing):
        template, context = "ontology.html", ontology_context(with_blank_nodes(description(served.reader, thing)), words, root)
    else:
        template, context = _context(served, thing, words, labels)
    formats = [(entry, _path(request, thing, entry)) for entry in THING_FORMATS if entry is not HTML]
    return page_text(request, template, words, thing=thing, label=labels, formats=formats, release=served.release.number, **context)


def _context(served: Served, thing: Thing, words: Words, labels: Labels) -> tuple[str, dict[str, object]]:
    if (is_thing(thing.iri) or thing.family == "record") and (context := equipment_context(served, thing, words, labels)):
        return "equipment.html", context
    if thing.family in ("dataset", "record") and (context := dataset_context(served, thing, words, labels)):
        return "dataset.html", context
    if is_concept(served.reader, thing.iri):
        return "concept.html", concept_context(served, thing, labels)
    if is_scheme(served.reader, thing.iri):
        return "scheme.html", scheme_context(served, thing, labels)
    return "thing.html", thing_context(served, thing, labels)


def _path(request: Request, thing: Thing, form: Format) -> str:
    return f"{request.scope.get('root_path', '')}/{thing.path}.{form.extension}"


def _links(request: Request, served: Served, thing: Thing) -> str:
    """Typed links (RFC 8288), among them those of signposting <https://signposting.org/FAIR/>."""
    links = []
    for entry in THING_FORMATS:
        target = _path(request, thing, entry)
        links.append(f'<{target}>; rel="alternate"; type="{entry.media_type}"')
        if entry is not HTML:
            links.append(f'<{target}>; rel="describedby"; type="{entry.media_type}"')
    node = NamedNode(thing.iri)
    dois = (same.value for same in objects(served.reader, node, OWL.sameAs) if same.value.startswith(DOI))
    links.append(f'<{_ascii(next(dois, thing.iri))}>; rel="cite-as"')
    licences = sorted(licence.value for licence in objects(served.reader, node, DCT.license))
    links += [f'<{_ascii(licence)}>; rel="license"' for licence in licences[:5] if safe_link(licence)]
    if thing.family == "dataset":
        links.append(f'<{SCHEMA.Dataset.value}>; rel="type"')
    return ", ".join(links)


def _ascii(iri: str) -> str:
    """An IRI as a URI (RFC 3987, section 3.1): headers are ASCII, and nothing in it may end the link."""
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%~")
