"""Media types: one table, in step with what pyoxigraph reads and writes."""

import pytest

from kg.formats import (
    ALL_FORMATS,
    HTML,
    N_QUADS,
    RDF_FORMATS,
    RDF_XML,
    RESULT_FORMATS,
    RESULTS_JSON,
    TURTLE,
    Format,
    format_of_extension,
    format_of_media_type,
    format_of_name,
)


@pytest.mark.parametrize("entry", RDF_FORMATS, ids=lambda entry: entry.name)
def test_rdf_formats_have_the_media_type_and_extension_that_pyoxigraph_gives_them(entry: Format) -> None:
    assert entry.rdf is not None
    assert entry.media_type == entry.rdf.media_type
    assert entry.extension == entry.rdf.file_extension


@pytest.mark.parametrize("entry", RESULT_FORMATS, ids=lambda entry: entry.name)
def test_result_formats_are_the_ones_pyoxigraph_writes(entry: Format) -> None:
    assert entry.results is not None
    assert entry.media_type == entry.results.media_type.partition(";")[0]


def test_no_media_type_or_extension_or_name_means_two_formats() -> None:
    for values in (
        [media_type for entry in ALL_FORMATS for media_type in entry.media_types],
        [extension for entry in ALL_FORMATS for extension in entry.extensions],
        [entry.name for entry in ALL_FORMATS],
    ):
        assert len(values) == len(set(values))


def test_formats_are_found_by_what_clients_send() -> None:
    assert format_of_media_type("application/rdf+xml;q=0.9") is RDF_XML
    assert format_of_media_type("application/json", RESULT_FORMATS) is RESULTS_JSON
    assert format_of_extension("NQ") is N_QUADS
    assert format_of_name("turtle") is TURTLE
    assert format_of_name("html") is HTML
    assert format_of_name("html", RDF_FORMATS) is None
    assert format_of_media_type("image/png") is None
