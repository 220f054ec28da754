"""What no rule reads is told, with its place; what is left out on purpose, with its reason; and nothing read is told as dropped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.coverage.measure import Content, CoverageMapper
from kg.coverage.trace import Fate
from kg.crosswalk.engine import Mapper
from kg.errors import CrosswalkError
from kg.fidelity.report import Fidelity
from kg.fidelity.values import Kind
from kg.model import Native

XML = """
format: logbook
title: {en: Logbook, fr: Journal}
syntax: xml
namespaces: {l: urn:example:log}
recognise: {root: [l:log]}
record: {identifier: l:id}
ignored:
  - paths: ["**/@style"]
    reason: how it looks
  - from: ["l:entry[@kind='draft']"]
    reason: not meant for readers
rules:
  - text: dct:title
    from: l:title
  - text: dct:description
    each: l:entry
    when: {from: "@kind", equals: final}
    from: l:text
  - value: dct:issued
    from: "substring-before(l:when, ' ')"
    as: date
"""
LOG = """<log xmlns="urn:example:log"><id>a</id><title style="bold">Gulf <b>of Lions</b></title><when>2020-01-02 morning</when>
<entry kind="final"><text>read</text><aside>planted</aside></entry>
<entry kind="draft"><text>a draft</text></entry></log>"""

JSON = """
format: casts
title: {en: Casts, fr: Profils}
syntax: json
recognise: {when: casts}
record: {identifier: id}
rules:
  - text: dct:title
    from: name
  - place:
    each: "casts.*"
    geojson: where
"""
CASTS = {
    "id": "c",
    "name": {"en": "Casts", "fr": "Profils", "de": {"odd": "planted"}},
    "casts": {"c1": {"where": {"type": "Point", "coordinates": [3.5, 43]}, "depth": 20}, "c2": {"depth": 30}},
}

RDF = """
format: stations
title: {en: Stations, fr: Stations}
syntax: rdf
recognise: {types: [sosa:Platform]}
record: {identifier: .}
ignored: [{paths: ["** / rdf:type"], reason: classes are told by where things stand}]
rules:
  - text: dct:title
    from: rdfs:label
"""
STATION = b"""@prefix sosa: <http://www.w3.org/ns/sosa/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/s1> a sosa:Platform ; rdfs:label "Banyuls" ; rdfs:comment "planted" ."""


@pytest.fixture
def contents(tmp_path: Path, root: Path):  # type: ignore[no-untyped-def]
    """Maps a native by a crosswalk of the test's own and returns what became of its content."""

    def run(crosswalk: str, body: bytes, media_type: str) -> list[Content]:
        folder = tmp_path / "mappings" / "crosswalks"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{crosswalk.split()[1]}.yaml").write_text(crosswalk, encoding="utf-8")
        outcome, found = CoverageMapper.from_resources(tmp_path).content(Native("test", "t", media_type, body, "t"))
        assert outcome.record is not None
        return found

    return run


def paths(found: list[Content], fate: Fate) -> list[str]:
    return [each.leaf.path for each in found if each.fate is fate]


def test_xml_that_no_rule_reads_is_told_with_its_path(contents) -> None:  # type: ignore[no-untyped-def]
    found = contents(XML, LOG.encode(), "application/xml")
    assert paths(found, Fate.DROPPED) == ["l:log/l:entry/l:aside"]
    assert next(each.leaf.text for each in found if each.fate is Fate.DROPPED) == "planted"


def test_the_text_in_an_element_that_is_read_is_read(contents) -> None:  # type: ignore[no-untyped-def]
    read = paths(contents(XML, LOG.encode(), "application/xml"), Fate.READ)
    assert read == ["l:log/l:id", "l:log/l:title", "l:log/l:title/l:b", "l:log/l:when", "l:log/l:entry/l:text"]


def test_what_is_left_out_on_purpose_has_its_reason(contents) -> None:  # type: ignore[no-untyped-def]
    found = contents(XML, LOG.encode(), "application/xml")
    assert {(each.leaf.path, each.reason) for each in found if each.fate is Fate.IGNORED} == {
        ("l:log/l:title/@style", "how it looks"),
        ("l:log/l:entry/@kind", "not meant for readers"),
        ("l:log/l:entry/l:text", "not meant for readers"),
    }


def test_what_only_a_condition_looks_at_is_told_apart(contents) -> None:  # type: ignore[no-untyped-def]
    assert paths(contents(XML, LOG.encode(), "application/xml"), Fate.TESTED) == ["l:log/l:entry/@kind"]


def test_json_geometries_are_read_whole_and_names_of_things_are_no_paths(contents) -> None:  # type: ignore[no-untyped-def]
    found = contents(JSON, json.dumps(CASTS).encode(), "application/json")
    assert paths(found, Fate.DROPPED) == ["name.de.odd", "casts.*.depth", "casts.*.depth"]
    assert "casts.*.where.coordinates[]" in paths(found, Fate.READ)


def test_rdf_is_told_by_class_and_property(contents) -> None:  # type: ignore[no-untyped-def]
    found = contents(RDF, STATION, "text/turtle")
    assert paths(found, Fate.DROPPED) == ["sosa:Platform / rdfs:comment"]
    assert paths(found, Fate.IGNORED) == ["sosa:Platform / rdf:type"]


def test_marking_changes_nothing_in_the_graph(root: Path) -> None:
    usual, marking = Mapper.from_resources(), CoverageMapper.from_resources()
    media_types = {"xml": "application/xml", "json": "application/json", "ttl": "text/turtle"}
    files = [path for path in sorted((root / "tests/golden").glob("*/*/in.*")) if path.suffix[1:] in media_types]
    assert files
    for path in files:
        native = Native("test", path.parent.name, media_types[path.suffix[1:]], path.read_bytes(), path.name)
        record, marked = usual.map(native).record, marking.content(native)[0].record
        assert (record.triples if record else None) == (marked.triples if marked else None), path


def test_what_is_left_out_without_a_reason_is_refused(contents) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CrosswalkError, match="ignored 1"):
        contents(XML.replace("    reason: how it looks\n", ""), LOG.encode(), "application/xml")


def test_the_command_prints_shares_and_examples(root: Path) -> None:
    result = CliRunner().invoke(main, ["coverage", "--json", str(root / "tests/examples/sextant")])
    assert result.exit_code == 0, result.output
    counts = json.loads(result.output)["formats"]["iso19139"]
    assert counts["leaves"]["read"] > counts["leaves"]["dropped"]
    assert all(line["example"] and line["file"] for line in counts["dropped"])
    assert [line["count"] for line in counts["dropped"]] == sorted((line["count"] for line in counts["dropped"]), reverse=True)


def test_nesting_without_end_stops_nothing() -> None:
    deep = b'{"pole": "THEIA", "id": "x", "title": [{"v": "Deep"}], "more": ' + b"[" * 900 + b"]" * 900 + b"}"
    native = Native("test", "deep", "application/json", deep, "deep.json")
    outcome, found = CoverageMapper.from_resources().content(native)
    assert outcome.record is not None and "title[].v" in paths(found, Fate.READ)
    fidelity = Fidelity()
    fidelity.add(native, outcome)
    assert fidelity.formats["esdd"].share(Kind.TITLE) == 1


def test_what_only_a_predicate_looks_at_is_told_apart(contents) -> None:  # type: ignore[no-untyped-def]
    crosswalk = XML.replace("from: l:title", "from: \"l:title[@style='bold' or @lang] | l:id[contains(@of, 'x')]\"")
    crosswalk = crosswalk.replace('  - paths: ["**/@style"]\n    reason: how it looks\n', "")
    log = LOG.replace("<id>", "<id of='y' made='z'>")
    found = contents(crosswalk, log.encode(), "application/xml")
    assert {"l:log/l:title/@style", "l:log/l:id/@of"} <= set(paths(found, Fate.TESTED))
    assert "l:log/l:id/@made" in paths(found, Fate.DROPPED)


def test_lists_of_texts_by_language_are_read(contents) -> None:  # type: ignore[no-untyped-def]
    casts = CASTS | {"name": {"en": ["Casts", "Profiles"], "fr": "Profils"}}
    found = contents(JSON, json.dumps(casts).encode(), "application/json")
    assert paths(found, Fate.READ).count("name.en[]") == 2
