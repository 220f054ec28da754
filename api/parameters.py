"""What `/openapi.json` says of parameters and answers <https://spec.openapis.org/oas/v3.1.0>."""

from __future__ import annotations

from typing import Any, Final

from api.negotiation import JSON, LANGUAGES
from api.routes.sparql import GRAPH_FORMATS
from api.things import THING_FORMATS
from kg.formats import HTML, RESULT_FORMATS, Format
from kg.search.document import FACETS
from kg.search.request import LONGEST_PAGE, Sort


def _parameter(name: str, description: str, schema: dict[str, Any] | None = None, *, repeated: bool = False) -> dict[str, Any]:
    plain = schema or {"type": "string"}
    return {"name": name, "in": "query", "description": description, "schema": {"type": "array", "items": plain} if repeated else plain}


def _answers(formats: tuple[Format, ...]) -> dict[str, Any]:
    content = {entry.media_type: {"schema": {"type": "object" if entry is JSON else "string"}} for entry in formats}
    return {"200": {"description": "The answer.", "content": content}, "default": _PROBLEM}


_PROBLEM: Final = {
    "description": "What went wrong, as RFC 9457 problem details.",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
_LANGUAGE: Final = _parameter("lang", "Language of labels and pages.", {"type": "string", "enum": list(LANGUAGES)})
_NUMBER: Final = {"type": "integer", "minimum": 0}

SEARCH: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("q", 'Words, "phrases", -unwanted words or identifiers.'),
        *(
            _parameter(name, f"Only data sets with this {name}: short name, IRI, `unmapped` or `missing`.", repeated=True)
            for name in FACETS
        ),
        _parameter("bbox", "west,south,east,north in degrees; west may be greater than east across the antimeridian."),
        _parameter("from", "Start of the period: YYYY, YYYY-MM or YYYY-MM-DD."),
        _parameter("to", "End of the period: YYYY, YYYY-MM or YYYY-MM-DD."),
        _parameter("sort", "Order of the hits.", {"type": "string", "enum": list(Sort)}),
        _parameter("limit", "Hits on a page.", _NUMBER | {"maximum": LONGEST_PAGE, "default": 20}),
        _parameter("offset", "Hits before the page.", _NUMBER),
        _parameter("expand", "Whether words that name a concept also find what is linked to it.", {"type": "boolean", "default": True}),
        _LANGUAGE,
    ],
    "responses": _answers((JSON, HTML)),
}
SPARQL: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("query", "A SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE."),
        _parameter("default-graph-uri", "Graphs that make up the default graph.", repeated=True),
        _parameter("named-graph-uri", "Graphs that GRAPH may use.", repeated=True),
        _parameter("format", "Format of the answer; wins over Accept."),
    ],
    "responses": _answers((*RESULT_FORMATS, *GRAPH_FORMATS, HTML)),
}
RESOURCE: Final[dict[str, Any]] = {
    "parameters": [_parameter("format", "Format of the answer; wins over Accept."), _LANGUAGE],
    "responses": _answers(THING_FORMATS),
}
FOREIGN: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("iri", "IRI of the concept."),
        _parameter("format", "Format of the answer; wins over Accept."),
        _LANGUAGE,
    ],
    "responses": _answers(THING_FORMATS),
}
CHECK: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("name", "What a file of the record would be called."),
        _parameter("format", "Format of the answer; wins over Accept.", {"type": "string", "enum": ["json", "html"]}),
        _LANGUAGE,
    ],
    "requestBody": {
        "description": "A metadata record, or a container of some, in any format that the graph reads; at most 1 MB.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        "required": True,
    },
    "responses": _answers((JSON, HTML)),
}
