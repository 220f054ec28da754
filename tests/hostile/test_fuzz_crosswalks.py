"""Every crosswalk against natives that were changed at random: each ends as a sound record or as a problem.

A few examples a crosswalk in `make test`, always the same; `make fuzz SECONDS=60` looks for new ones, so long for each crosswalk.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, note, seed, settings
from hypothesis import strategies as st
from lxml import etree

from kg.crosswalk.json_document import parse_json
from kg.crosswalk.yaml_document import parse_yaml
from kg.model import Native
from kg.processing import Processed

ROOT = Path(__file__).parents[2]
FORMATS = sorted(path.stem for path in (ROOT / "mappings/crosswalks").glob("*.yaml"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
SLOWEST = 5.0

#: What has broken readers of metadata, or is meant to.
NASTY = (
    "",
    " ",
    "0",
    "-1",
    "NaN",
    "Infinity",
    "1e400",
    "1e-400",
    "-1e39",
    "999",
    "1,5",
    "0000",
    "9999-99-99",
    "2020-13",
    "2024-02-30T25:61:61Z",
    "2020-01-01T00:00:00+99:99",
    "20240101/",
    "P",
    "P1Y2M3DT4H5M6S",
    "PT" + "9" * 60 + "S",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "]]><x/><![CDATA[",
    "javascript:alert(1)",
    "JaVaScRiPt\t:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "http://a b/c d",
    "http://[::1",
    "http://[v1.x]:99999999/",
    "http://x/%zz%",
    "http://x/%0d%0aSet-Cookie:a=b",
    "http://x/\r\nLink: <javascript:alert(1)>",
    'http://x\\y|z^`{}<>"',
    "http://éxample.org/\u202e",
    "https://user:pass@h/",
    "//host/only",
    "www.",
    "http:",
    "urn:",
    "urn:x",
    "doi:",
    "doi:10.1234/",
    "https://doi.org/10.17882/<b>&\"'",
    "10.1234/..",
    "10.1234/" + "a" * 3000,
    "10.1234/%2e%2e%2f",
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "a/../../b",
    "%2e%2e%2f",
    "a#b?c",
    "x" * 10_000,
    "\u202eabc",
    "e\u0301" * 50,
    "\ufffe\uffff",
    "\ud800",
    "\U0001f600" * 30,
    "a\u0000b",
    "a\r\nb",
    "\x1b[31m",
    "\x85\u2028",
    "jane.doe@secret.example",
    "mailto:jane.doe@secret.example",
    "Jane Doe <jane.doe@secret.example>, jane.doe@secret.example",
    "https://orcid.org/0000-0002-1825-0097",
    "https://ror.org/044jxhp58",
    "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",
    "POINT (NaN NaN)",
    "POINT (1e400 0)",
    "POINT EMPTY",
    "POLYGON ((190 0, -190 95, 0 0, 190 0))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
    "SRID=4326;POINT(1 2)",
    "<gml:Point><gml:pos>1</gml:pos></gml:Point>",
    '{"type": "Polygon", "coordinates": [[[0, 0], [1]]]}',
    "180 -90 -180 90",
    "1 2 3",
    "http://vocab.nerc.ac.uk/collection/P07/current/%ZZ/",
    "12 parsec",
    "en-",
    "x-klingon",
    "zz",
    "fre; utf8",
    "true",
    "[]",
    "{",
    "<LOD < < <",
    "(" * 300,
    "kmÂ²Ã©",
)
_VALUES: tuple[Any, ...] = (
    *NASTY,
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1e308,
    0.1,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"@id": 1},
    [[1, 2], ["a"]],
)

#: What is done, where (a number that is taken for a place in whatever there is), and with what.
Step = tuple[str, int, int, Any]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("text", "text", "text", "attribute", "drop", "double", "swap", "wrap", "name")),
        st.integers(0, 100_000),
        st.integers(0, 100_000),
        st.sampled_from(_VALUES),
    ),
    min_size=1,
    max_size=8,
)
_BYTES = st.one_of(
    st.none(),
    st.none(),
    st.none(),
    st.tuples(st.sampled_from(("cut", "put", "latin-1", "utf-16", "nul")), st.integers(0, 100_000), st.binary(max_size=6)),
)


def _samples(form: str) -> list[Path]:
    folder = ROOT / "tests/golden" / form
    return sorted(folder.glob("*/in.*"))


def _media_type(path: Path) -> str:
    kinds = {".json": "application/json", ".xml": "application/xml", ".yaml": "application/yaml", ".yml": "application/yaml"}
    rdf = ox.RdfFormat.from_extension(path.suffix[1:])
    return kinds.get(path.suffix) or (rdf.media_type.partition(";")[0] if rdf else "")


def changed(path: Path, steps: list[Step]) -> tuple[bytes, str]:
    """A native with its parts changed, and its media type."""
    body, media_type = path.read_bytes(), _media_type(path)
    if media_type == "application/xml":
        return _changed_xml(body, steps), media_type
    if media_type in ("application/json", "application/ld+json"):
        return _written(_changed_json(parse_json(body), steps)), media_type
    if media_type == "application/yaml":
        return _written(_changed_json(parse_yaml(body), steps)), media_type
    return _changed_rdf(body, media_type, steps), "application/n-triples"


def _written(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except (orjson.JSONEncodeError, TypeError):
        return json.dumps(value).encode()


def _plain(value: Any) -> str:
    """A text that XML can hold."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return "".join(each for each in text if each in "\t\n\r" or " " <= each <= "\ud7ff" or "\ue000" <= each <= "\ufffd" or each > "\uffff")


def _changed_xml(body: bytes, steps: list[Step]) -> bytes:
    root = etree.fromstring(body, etree.XMLParser(remove_comments=True, remove_pis=True))
    for what, at, other, value in steps:
        elements = list(root.iter("*"))
        texts = [each for each in elements if (each.text or "").strip()] or elements
        element, second = elements[at % len(elements)], elements[other % len(elements)]
        parent = element.getparent()
        if what == "text":
            texts[at % len(texts)].text = _plain(value)
        elif what == "attribute":
            having = [each for each in elements if each.attrib] or elements
            element = having[at % len(having)]
            names = sorted(element.attrib)
            if names and value is None:
                del element.attrib[names[other % len(names)]]
            else:
                element.set(names[other % len(names)] if names else "codeListValue", _plain(value))
        elif what == "name":
            element.tag = second.tag
        elif what == "wrap":
            element.append(copy.deepcopy(second))
        elif parent is not None and what == "drop":
            parent.remove(element)
        elif parent is not None and what == "double":
            for _ in range(1 + other % 3):
                parent.append(copy.deepcopy(element))
        elif parent is not None and what == "swap" and second.getparent() is not None:
            copied = copy.deepcopy(second)
            parent.replace(element, copied)
    return etree.tostring(root)


def _places(root: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [root]
    while waiting:
        each = waiting.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each))
        found += [(each, key) for key in keys]
        waiting += [each[key] for key in keys if isinstance(each[key], dict | list)]
    return found


def _changed_json(root: Any, steps: list[Step]) -> Any:
    for what, at, other, value in steps:
        places = _places(root) if isinstance(root, dict | list) else []
        if not places:
            return root
        leaves = [place for place in places if not isinstance(place[0][place[1]], dict | list)] or places
        (holder, key), (from_holder, from_key) = places[at % len(places)], places[other % len(places)]
        if what == "text":
            holder, key = leaves[at % len(leaves)]
            holder[key] = value
        elif what == "attribute":
            holder[key] = value
        elif what == "drop":
            del holder[key]
        elif what == "double" and isinstance(holder, list):
            holder += [copy.deepcopy(holder[key]) for _ in range(1 + other % 3)]
        elif what == "swap":
            holder[key] = copy.deepcopy(from_holder[from_key])
        elif what == "wrap":
            holder[key] = [holder[key]] if other % 2 else {"value": holder[key], "name": value}
        elif what == "name" and isinstance(holder, dict):
            holder[str(value)[:50]] = holder.pop(key)
    return root


def _changed_rdf(body: bytes, media_type: str, steps: list[Step]) -> bytes:
    rdf = ox.RdfFormat.from_media_type(media_type)
    assert rdf is not None
    triples = [quad.triple for quad in ox.parse(body, rdf, base_iri="https://example.org/", lenient=True)]
    lines = [[str(each.subject), str(each.predicate), str(each.object)] for each in triples]
    for what, at, other, value in steps:
        line, second = lines[at % len(lines)], lines[other % len(lines)]
        text = value if isinstance(value, str) else repr(value)
        escaped = "".join(f"\\U{ord(each):08X}" if not (" " <= each <= "~") or each in '"\\<>{}|^`' else each for each in text)
        if what == "text":
            line[2] = f'"{escaped}"' + ("", "@fr", "@x-none", "^^<http://www.w3.org/2001/XMLSchema#date>")[other % 4]
        elif what == "attribute":
            line[other % 2 * 2] = f"<{escaped}>"
        elif what == "drop" and len(lines) > 1:
            lines.remove(line)
        elif what == "double":
            lines.append([line[0], second[1], line[2]])
        elif what == "swap":
            line[2] = second[2]
        elif what == "wrap":
            line[2] = second[0]
        elif what == "name":
            line[1] = second[1]
    return "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in lines).encode("utf-8", "surrogatepass")


def _broken(body: bytes, damage: tuple[str, int, bytes] | None) -> bytes:
    if damage is None:
        return body
    what, at, put = damage
    at %= len(body) + 1
    if what == "cut":
        return body[:at]
    if what == "put":
        return body[:at] + put + body[at:]
    if what == "nul":
        return body[:at] + b"\x00" + body[at:]
    return body.decode("utf-8", "replace").encode(what, "replace")


def _fuzzed(form: str, check: Callable[[Native], Processed]) -> Callable[[], None]:
    @settings(max_examples=EXAMPLES, derandomize=not SECONDS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(_samples(form)), _STEPS, _BYTES)
    def survive(path: Path, steps: list[Step], damage: tuple[str, int, bytes] | None) -> None:
        body, media_type = changed(path, steps)
        native = Native("hostile", "file.xml", media_type, _broken(body, damage), "file.xml")
        note(native.body[:3000].decode("utf-8", "replace"))
        started = time.process_time()
        done = check(native)
        assert time.process_time() - started < SLOWEST
        again = check(native)
        assert (again.record and again.record.triples) == (done.record and done.record.triples)
        # parsers of RDF stop at whatever mistake they meet first, which is not always the same
        assert done.record is None or again.problems == done.problems

    return survive


@pytest.mark.parametrize("form", FORMATS)
def test_no_change_of_a_native_does_harm(form: str, check: Callable[[Native], Processed], no_network: None) -> None:
    assert _samples(form), f"there is no sample of {form} in tests/golden"
    survive = _fuzzed(form, check)
    ends = time.monotonic() + SECONDS
    survive()
    while time.monotonic() < ends:
        seed(time.time_ns())(survive)()
