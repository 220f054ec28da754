"""What describes the release as a whole: `/.well-known/void`, and its dumps."""

from __future__ import annotations

from typing import Final

from pyoxigraph import RdfFormat, parse
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from api.answers import respond
from api.errors import NotAcceptableError, NotFoundError
from api.negotiation import wanted_format
from api.rdf import write_rdf
from api.serving import Served, serving
from kg.errors import ReleaseError
from kg.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from kg.namespaces import BASE
from kg.release.void import DUMPS

VOID_FORMATS: Final = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)


def void(request: Request) -> Response:
    """The graph described with VoID (<https://www.w3.org/TR/void/#well-known>)."""
    served = serving(request).current()
    form = wanted_format(request.headers.get("accept", ""), request.query_params.get("format", ""), VOID_FORMATS)
    if form is None:
        raise NotAcceptableError(types=", ".join(entry.media_type for entry in VOID_FORMATS))
    return respond(request, served, form, "", lambda: void_as(served, form))


def void_as(served: Served, form: Format) -> bytes:
    """The release's description in a format."""
    quads = parse(path=served.release.path / "void.ttl", format=RdfFormat.TURTLE, base_iri=BASE)
    return write_rdf((quad.triple for quad in quads), form)


def dump(request: Request) -> Response:
    """A dump of a release that is kept. Only names of the table are files; nothing of the path is."""
    number, name = request.path_params["number"], request.path_params["name"]
    try:
        release = serving(request).release(int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    except ReleaseError:
        release = None
    if release is None or name not in DUMPS:
        raise NotFoundError(iri=f"{BASE}release/{number}/dumps/{name}"[:500])
    headers = {"Cache-Control": "public, max-age=86400, immutable", "X-Release": number}
    return FileResponse(release.dumps_path / name, headers=headers, media_type="application/gzip", filename=f"dataterra-{number}-{name}")
