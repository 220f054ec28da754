"""The one table of media types: what RDF, SPARQL results and pages are called on the wire and in file names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write something down.

    :param name: short and stable; the value of a `format=` parameter.
    :param media_types: the registered one first, then others that clients send for it.
    :param extensions: without the dot, the usual one first.
    :param rdf: how pyoxigraph calls it, where it is RDF.
    :param results: how pyoxigraph calls it, where it holds SPARQL solutions or a truth value.
    """

    name: str
    label: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]
    rdf: RdfFormat | None = None
    results: QueryResultsFormat | None = None

    @property
    def media_type(self) -> str:
        """The registered media type."""
        return self.media_types[0]

    @property
    def extension(self) -> str:
        """The usual file extension, without the dot."""
        return self.extensions[0]


# The first of each is registered: <https://www.iana.org/assignments/media-types/>; the others are older names that clients still send.
TURTLE: Final = Format("turtle", "Turtle", ("text/turtle", "application/x-turtle", "application/turtle"), ("ttl",), rdf=RdfFormat.TURTLE)
JSON_LD: Final = Format("json-ld", "JSON-LD", ("application/ld+json",), ("jsonld",), rdf=RdfFormat.JSON_LD)
RDF_XML: Final = Format("rdf-xml", "RDF/XML", ("application/rdf+xml",), ("rdf", "owl"), rdf=RdfFormat.RDF_XML)
N_TRIPLES: Final = Format("n-triples", "N-Triples", ("application/n-triples",), ("nt",), rdf=RdfFormat.N_TRIPLES)
N_QUADS: Final = Format("n-quads", "N-Quads", ("application/n-quads", "text/x-nquads"), ("nq",), rdf=RdfFormat.N_QUADS)
TRIG: Final = Format("trig", "TriG", ("application/trig", "application/x-trig"), ("trig",), rdf=RdfFormat.TRIG)

RESULTS_JSON: Final = Format(
    "json",
    "SPARQL results, JSON",
    ("application/sparql-results+json", "application/json"),
    ("srj", "json"),
    results=QueryResultsFormat.JSON,
)
RESULTS_XML: Final = Format(
    "xml",
    "SPARQL results, XML",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    ("srx", "xml"),
    results=QueryResultsFormat.XML,
)
RESULTS_CSV: Final = Format("csv", "SPARQL results, CSV", ("text/csv",), ("csv",), results=QueryResultsFormat.CSV)
RESULTS_TSV: Final = Format("tsv", "SPARQL results, TSV", ("text/tab-separated-values",), ("tsv",), results=QueryResultsFormat.TSV)

HTML: Final = Format("html", "HTML", ("text/html", "application/xhtml+xml"), ("html",))

#: What a graph is answered in; the first is the one a client gets that has no wish.
RDF_FORMATS: Final = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, N_QUADS, TRIG)
#: What solutions and truth values are answered in; the first is the one a client gets that has no wish.
RESULT_FORMATS: Final = (RESULTS_JSON, RESULTS_XML, RESULTS_CSV, RESULTS_TSV)
ALL_FORMATS: Final = (*RDF_FORMATS, *RESULT_FORMATS, HTML)


def format_of_media_type(media_type: str, among: tuple[Format, ...] = ALL_FORMATS) -> Format | None:
    """The format a media type names; parameters and case do not matter.

    >>> format_of_media_type("Text/Turtle; charset=utf-8").name
    'turtle'
    """
    bare = media_type.partition(";")[0].strip().lower()
    return next((entry for entry in among if bare in entry.media_types), None)


def format_of_extension(extension: str, among: tuple[Format, ...] = ALL_FORMATS) -> Format | None:
    """The format a file extension names, with or without its dot.

    >>> format_of_extension(".jsonld").media_type
    'application/ld+json'
    """
    bare = extension.removeprefix(".").lower()
    return next((entry for entry in among if bare in entry.extensions), None)


def format_of_name(name: str, among: tuple[Format, ...] = ALL_FORMATS) -> Format | None:
    """The format of a `format=` parameter: its name, its extension or its media type.

    >>> format_of_name("ttl") is format_of_name("turtle") is format_of_name("text/turtle")
    True
    """
    by_name = next((entry for entry in among if entry.name == name.lower()), None)
    return by_name or format_of_extension(name, among) or format_of_media_type(name, among)
