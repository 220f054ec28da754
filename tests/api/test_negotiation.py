"""Media types and languages as real clients ask for them."""

from __future__ import annotations

import pytest

from api.negotiation import choose_format, choose_language, wanted_format
from api.routes.sparql import GRAPH_FORMATS
from api.things import THING_FORMATS
from kg.formats import RESULT_FORMATS, Format

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "formats", "name"),
    [
        ("application/rdf+xml, application/sparql-results+xml", RESULT_FORMATS, "xml"),  # rdflib's SPARQLStore, for a SELECT
        ("application/turtle,text/turtle", GRAPH_FORMATS, "turtle"),  # SPARQLWrapper, for a CONSTRUCT
        ("application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", RESULT_FORMATS, "json"),  # Comunica
        ("text/csv;q=0.9, text/tab-separated-values;q=0.95", RESULT_FORMATS, "tsv"),
        ("*/*", RESULT_FORMATS, "json"),
        ("", GRAPH_FORMATS, "turtle"),
        ("text/*", RESULT_FORMATS, "csv"),
        ("text/turtle;q=0, */*", GRAPH_FORMATS, "json-ld"),
        (BROWSER, THING_FORMATS, "html"),
        ("application/ld+json", THING_FORMATS, "json-ld"),
        ("image/png", THING_FORMATS, None),
        ("text/turtle;q=high, application/ld+json;q=0.1", THING_FORMATS, "json-ld"),
    ],
)
def test_the_client_gets_what_it_likes_best_of_what_fits(accept: str, formats: tuple[Format, ...], name: str | None) -> None:
    chosen = choose_format(accept, formats)
    assert (chosen.name if chosen else None) == name


def test_a_name_wins_over_accept() -> None:
    chosen = wanted_format(BROWSER, "ttl", THING_FORMATS)
    assert chosen is not None
    assert chosen.name == "turtle"


@pytest.mark.parametrize(
    ("named", "accepted", "language"),
    [
        ("", "", "en"),
        ("fr", "en", "fr"),
        ("de", "fr", "fr"),
        ("", "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("", "en-GB, fr;q=0.9", "en"),
        ("", "de", "en"),
    ],
)
def test_language_by_name_then_by_preference(named: str, accepted: str, language: str) -> None:
    assert choose_language(named, accepted) == language
