"""What is long or many takes time in proportion, whatever it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from kg.crosswalk import values
from kg.crosswalk.geometry import declared_crs, from_geojson, from_literal, from_wkt, latitude_first, positions
from kg.harvest.media_type import media_type_of
from kg.model import Native
from kg.processing import Processed
from kg.text.characters import repaired, tidy
from kg.text.plain import plain_text
from tests.hostile.records import dcat, iso, stac

Check = Callable[[Native], Processed]
Harvest = Callable[..., list[Native]]

pytestmark = pytest.mark.usefixtures("no_network")

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
