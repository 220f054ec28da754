"""Walkers count by the standard and not by the crosswalk: what a crosswalk stops reading is missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kg.cli import main
from kg.crosswalk.engine import Mapper
from kg.fidelity.report import Fidelity
from kg.fidelity.tree import walk
from kg.fidelity.values import Kind, box_form, link_form, text_form
from kg.fidelity.walkers import WALKERS
from kg.model import Native

EXAMPLE = "tests/examples/sextant/argo-gdac.xml"


def native(root: Path, path: str = EXAMPLE) -> Native:
    return Native("test", path, "application/xml", (root / path).read_bytes(), path)


def counted(mapper: Mapper, *natives: Native) -> Fidelity:
    fidelity = Fidelity()
    for each in natives:
        fidelity.add(each, mapper.map(each))
    return fidelity


def test_all_of_a_record_that_is_mapped_arrives(root: Path) -> None:
    fidelity = counted(Mapper.from_resources(), native(root))
    assert fidelity.missing == []
    assert {Kind.TITLE, Kind.BOX, Kind.DATE, Kind.KEYWORD, Kind.LINK} <= set(fidelity.formats["iso19139"].native)


def without(root: Path, overlay: Path, action: str) -> Mapper:
    """A mapper whose crosswalk for ISO 19139 has lost its rules of one action."""

    def kept(rules: list[dict]) -> list[dict]:  # type: ignore[type-arg]
        return [rule | ({"rules": kept(rule["rules"])} if "rules" in rule else {}) for rule in rules if action not in rule]

    spec = yaml.safe_load((root / "mappings/crosswalks/iso19139.yaml").read_text(encoding="utf-8"))
    spec["rules"] = kept(spec["rules"])
    (overlay / "mappings/crosswalks").mkdir(parents=True)
    (overlay / "mappings/crosswalks/iso19139.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    return Mapper.from_resources(overlay)


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("term", Kind.KEYWORD),
        ("place", Kind.BOX),
        ("period", Kind.DATE),
        ("link", Kind.LINK),
        ("agent", Kind.CONTACT),
        ("text", Kind.TITLE),
    ],
)
def test_a_crosswalk_that_lost_a_rule_loses_the_kind(root: Path, tmp_path: Path, action: str, kind: Kind) -> None:
    fidelity = counted(without(root, tmp_path, action), native(root))
    share = fidelity.formats["iso19139"].share(kind)
    assert share is not None and share < 1
    assert kind in {each.kind for each in fidelity.missing}
    assert all(each.file == EXAMPLE and each.value and each.path.startswith("MD_Metadata/") for each in fidelity.missing)


def test_values_are_compared_and_not_only_their_number(root: Path) -> None:
    given = native(root)
    other = Native("test", "t", given.media_type, given.body.replace(b"Argo", b"Ogra"), "t")
    fidelity = Fidelity()
    fidelity.add(given, Mapper.from_resources().map(other))
    assert Kind.TITLE in {each.kind for each in fidelity.missing}


def test_titles_of_thesauri_are_no_titles(root: Path) -> None:
    found = walk(native(root), WALKERS["iso19139"])
    titles = {each.written for each in found if each.kind is Kind.TITLE}
    thesauri = {each.written for each in found if each.kind is Kind.THESAURUS}
    assert titles and thesauri and titles.isdisjoint(thesauri)


def test_every_crosswalk_has_a_walker_or_is_said_to_have_none() -> None:
    fidelity, mapper = Fidelity(), Mapper.from_resources()
    given = Native("test", "t", "application/json", b'{"pole": "THEIA", "id": "x", "title": [{"v": "t"}]}', "t")
    outcome = mapper.map(given)
    fidelity.add(given, outcome)
    assert fidelity.formats["esdd"].records == 1 and not fidelity.uncounted


@pytest.mark.parametrize("form", ["epos-xml", "iso19139-json", "iso19115-3-json"])
def test_formats_that_are_written_in_another_syntax_are_counted_like_their_standard(root: Path, form: str) -> None:
    types = {".json": "application/json", ".xml": "application/xml"}
    paths = sorted((root / "tests/golden" / form).glob("*/in.*"))
    fidelity = counted(
        Mapper.from_resources(), *(Native("test", each.name, types[each.suffix], each.read_bytes(), str(each)) for each in paths)
    )
    assert fidelity.missing == [] and not fidelity.uncounted
    assert {Kind.IDENTIFIER, Kind.TITLE, Kind.DATE, Kind.KEYWORD, Kind.LINK} <= set(fidelity.formats[form].native)
    assert fidelity.formats[form].named == len(paths)


def test_a_publisher_of_epos_that_does_not_arrive_is_missed(root: Path) -> None:
    """Parties stand beside the service and are found by their identifiers."""
    body = (root / "tests/golden/epos-xml/fdsn-dataselect-ipgp/in.xml").read_bytes()
    found = walk(Native("test", "t", "application/xml", body, "t"), WALKERS["epos-xml"])
    assert {each.written for each in found if each.kind is Kind.CONTACT} == {"Institut de physique du globe de Paris", "Exemple, Jeanne"}


def test_forms() -> None:
    assert text_form("Mer d&#39;Iroise, <em>2004</em>") == text_form("mer d'iroise 2004")
    assert box_form("350 40 10 50") == box_form("-10.0 40.00001 10 50") != box_form("-10 40 10 51")
    assert box_form("1 2 3") is box_form("1 95 3 96") is None
    assert link_form("HTTP://Example.org/a%20b/") == link_form("http://example.org/a b")
    assert link_form("doi:10.17882/ABC") == link_form("https://dx.doi.org/10.17882/abc")
    assert link_form("see above") is None


def test_the_command_lists_what_did_not_arrive(root: Path) -> None:
    result = CliRunner().invoke(main, ["fidelity", "--json", str(root / "tests/examples/sextant")])
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    assert report["total"]["kinds"]["title"]["native"] == report["total"]["kinds"]["title"]["arrived"] > 0
    assert all(set(each) == {"format", "kind", "value", "path", "file"} for each in report["missing"])


def test_a_page_whose_address_holds_a_doi_stays_that_page() -> None:
    page = "https://example.org/resource/doi:10.5061/dryad.s2v81/v2/collection.json"
    body = {
        "stac_version": "1.0.0",
        "id": "v1",
        "description": "d",
        "extent": {},
        "links": [{"rel": "latest-version", "href": page}],
    }
    given = Native("test", "t", "application/json", json.dumps(body).encode(), "t")
    outcome = Mapper.from_resources().map(given)
    assert outcome.record is not None and f"<{page}>".encode() in outcome.record.triples
    assert counted(Mapper.from_resources(), given).missing == []
