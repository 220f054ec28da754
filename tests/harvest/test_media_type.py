"""The syntax of a file is told by its content, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.harvest.media_type import media_type_of

XML, RDF_XML, JSON, JSON_LD, TURTLE = "application/xml", "application/rdf+xml", "application/json", "application/ld+json", "text/turtle"
RDF = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<?xml version='1.0'?>\n<gmd:MD_Metadata/>", XML),
        ("\n\n  <eml:eml/>", XML),
        ("<!-- exported -->\n<resource/>", XML),
        (f"<?xml version='1.0'?>\n{RDF}", RDF_XML),
        ('{"type": "Feature", "id": "a"}', JSON),
        ('  [{"id": "a"}]', JSON),
        ('{"@context": {"dct": "http://purl.org/dc/terms/"}, "@id": "e:a"}', JSON_LD),
        ('{"@graph": []}', JSON_LD),
        ("# a comment\n@prefix dcat: <http://www.w3.org/ns/dcat#> .", TURTLE),
        ("PREFIX dcat: <http://www.w3.org/ns/dcat#>", TURTLE),
        ("<https://example.org/a> <https://example.org/b> <https://example.org/c> .", "application/n-triples"),
    ],
)
@pytest.mark.parametrize("name", ["record", "record.txt", "record.dat"])
def test_text_is_told_by_its_beginning_and_not_by_its_name(text: str, expected: str, name: str) -> None:
    assert media_type_of(text.encode(), name) == (expected, "")


@pytest.mark.parametrize("text", ["<?xml version='1.0'?><a/>", '{"type": "Feature"}', RDF])
def test_a_mark_of_byte_order_changes_nothing(text: str) -> None:
    assert media_type_of(b"\xef\xbb\xbf" + text.encode(), "a") == media_type_of(text.encode(), "a")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_xml_is_xml(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert media_type_of(mark + f"<?xml version='1.0'?>{RDF}".encode(encoding), "a.xml")[0] == RDF_XML
    assert media_type_of(mark + "<?xml version='1.0'?><gmd:MD_Metadata/>".encode(encoding), "a.xml")[0] == XML


@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        (b"\x89PNG\r\n", "a PNG image"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04", "a zip archive (unpack it first)"),
        (b"\x1f\x8b\x08", "a gzip archive inside another (unpack it first)"),
        (b"\x89HDF\r\n", "HDF5 or NetCDF-4 data"),
        (b"CDF\x01", "NetCDF data"),
        (b"", "an empty file"),
        (b" \n ", "an empty file"),
        (b"a.xml".ljust(257, b"\0") + b"ustar\x0000", "a tar archive (unpack it first)"),
        (b"a,b\n1,2\n", "plain text"),
        (b"\x00\x01\x02", "binary data"),
        (b"<!DOCTYPE html><title>Log in</title>", "an HTML page"),
        (b"<html lang='fr'><p>unclosed", "an HTML page"),
        (b"<?xml version='1.0'?>\n<!-- x --><html xmlns='http://www.w3.org/1999/xhtml'/>", "an HTML page"),
    ],
)
def test_what_is_no_metadata_is_called_what_it_looks_like(body: bytes, looks_like: str) -> None:
    assert media_type_of(body, "record.xml") == (None, looks_like)


def test_every_sample_is_recognised_without_its_name(examples: Path) -> None:
    wanted = {".xml": {XML}, ".rdf": {RDF_XML}, ".json": {JSON}, ".jsonl": {JSON}, ".jsonld": {JSON_LD}, ".ttl": {TURTLE}}
    files = [path for path in examples.rglob("*.*") if path.suffix in wanted and "faults" not in path.parent.name]
    assert len(files) > 60
    assert {
        path.name: media_type_of(path.read_bytes(), "x")[0]
        for path in files
        if media_type_of(path.read_bytes(), "x")[0] not in wanted[path.suffix]
    } == {}
