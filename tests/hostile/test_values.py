"""Values that are none, or that are made to do harm, in sound documents: each is left out or made harmless, and said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from kg.crosswalk import values
from kg.model import Native
from kg.processing import Processed
from tests.hostile.records import dcat, iso, stac

GOLDEN = Path(__file__).parents[1] / "golden"
Check = Callable[[Native], Processed]
Harvest = Callable[..., list[Native]]

pytestmark = pytest.mark.usefixtures("no_network")

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


@pytest.mark.parametrize("text", ["POLYGON ((0 0, 1 1", "POINT (a b)", "POINT", "MULTIPOLYGON EMPTY", "X" * 200_000])
def test_geometries_that_are_none_are_told_and_left_out(text: str, check: Check, natives: Harvest) -> None:
    done = check(natives(dcat(f'; dct:spatial [ <http://www.w3.org/ns/locn#geometry> "{text}" ]'), "a.ttl")[0])
    assert done.record is not None and b"asWKT" not in done.record.triples
    assert "place.invalid" in {each.code for each in done.problems}


BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
#: A polygon that crosses itself in each of the ways in which formats write one.
CROSSING: dict[str, tuple[bytes, str]] = {
    "WKT": (dcat('; dct:spatial [ <http://www.w3.org/ns/locn#geometry> "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))" ]'), "a.ttl"),
    "several": (dcat('; dct:spatial [ <http://www.w3.org/ns/locn#geometry> "MULTIPOLYGON (((0 0, 1 1, 1 0, 0 1, 0 0)))" ]'), "a.ttl"),
    "a hole outside": (
        dcat('; dct:spatial [ <http://www.w3.org/ns/locn#geometry> "POLYGON ((0 0, 1 0, 1 1, 0 0), (5 5, 6 5, 6 6, 5 5))" ]'),
        "a.ttl",
    ),
    "GeoJSON": (
        orjson.dumps(
            {"type": "Feature", "stac_version": "1.0.0", "id": "one", "properties": {"datetime": "2020-01-01T00:00:00Z"}}
            | {"links": [], "assets": {}, "geometry": {"type": "Polygon", "coordinates": [BOW_TIE]}}
        ),
        "a.json",
    ),
    "GML": (
        iso(
            extent="<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
            "0 0 1 1 1 0 0 1 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gmd:polygon></gmd:EX_BoundingPolygon>"
            "</gmd:geographicElement>"
        ),
        "a.xml",
    ),
}


@pytest.mark.parametrize("name", CROSSING)
def test_a_polygon_that_crosses_itself_is_told_and_its_box_stands(name: str, check: Check, natives: Harvest) -> None:
    done = check(natives(*CROSSING[name])[0])
    assert done.record is not None
    assert "place.invalid-geometry" in {each.code for each in done.problems}
    assert b'ontology#west> "0"' in done.record.triples, "what it lies in is certain, whatever the order of its positions"


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


#: Addresses that are none, with what becomes of them: nothing, or what they surely mean.
ADDRESSES: dict[str, str | None] = {
    "http://[::1": None,
    "http://": None,
    "https:///data": None,
    "https:/example.org/data": None,
    "http:\\\\example.org\\data": None,
    "http://exa mple.org/": None,
    "http://{host}/data": None,
    "//example.org/data": None,
    "http://example.org:http/": None,
    "http://example.org/%zz": "http://example.org/%25zz",
    "http://example.org/100%": "http://example.org/100%25",
    "http://example.org/a b{c}|^": "http://example.org/a%20b%7Bc%7D%7C%5E",
    "http://example.org/\u202egpj": "http://example.org/%E2%80%AEgpj",
    "http://example.org/a\r\nLink: <b>": "http://example.org/a%0D%0ALink:%20%3Cb%3E",
    "http://[2001:db8::1]:8080/a": "http://[2001:db8::1]:8080/a",
    "http://example.org/%C3%A9?a=[1]": "http://example.org/%C3%A9?a=%5B1%5D",
}


@pytest.mark.parametrize("url", ADDRESSES, ids=ascii)
def test_an_address_that_is_none_is_told_and_one_that_is_badly_written_is_encoded(url: str, check: Check, natives: Harvest) -> None:
    done = check(natives(stac(links=[{"rel": "about", "href": url, "type": "text/html"}]), "a.json")[0])
    assert done.record is not None
    kept = ADDRESSES[url]
    assert ("iri.invalid" in {each.code for each in done.problems}) == (kept is None)
    assert kept is None or f"<{kept}>" in done.record.triples.decode()


def test_a_kind_that_is_none_makes_a_data_set(check: Check, natives: Harvest) -> None:
    for kind in ("http://x/\r\nLink: <javascript:alert(1)>", "dcat:<b>", "rdf:List"):
        tool = {
            "Name": "A",
            "LongName": "A",
            "Type": kind,
            "ToolKeywords": [],
            "Organizations": [],
            "URL": {"URLValue": "https://example.org/a"},
        }
        done = check(natives(orjson.dumps(tool), "a.json")[0])
        assert done.record is not None and b"dcat#Data" in done.record.triples


def test_no_mailbox_stands_for_the_identifier_of_an_instrument(check: Check, natives: Harvest) -> None:
    given = {
        "uuid": "jane.doe@secret.example",
        "pid": "https://hdl.handle.net/123/a",
        "name": "A",
        "model": "CHM 15k",
        "type": "ceilometer",
    }
    given |= {"serialNumber": "jane.doe@secret.example", "owners": ["A"], "instrument": "chm15k"}
    assert check(natives(orjson.dumps(given), "a.json")[0]).record is not None


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
