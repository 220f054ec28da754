"""What strings say of licence and access, and what they do not say."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ConfigError
from kg.link.rights import Rights, read_rights
from kg.link.tables import read_table
from kg.model import Term, TermKind

SPDX = "http://spdx.org/licenses/"


@pytest.mark.parametrize(
    "text",
    [
        "CC-BY-4.0",
        "cc by 4.0",
        "CC_BY_4.0",
        "CC-BY 4.0 International",
        "Creative Commons Attribution 4.0 International",
        "Creative Commons Attribution 4.0 International (CC BY 4.0)",
        "Creative Commons BY 4.0",
        "Attribution 4.0 International",
        "http://creativecommons.org/licenses/by/4.0",
        "https://creativecommons.org/licenses/by/4.0/legalcode",
        "https://creativecommons.org/licenses/by/4.0/deed.fr",
        "[CC BY](https://creativecommons.org/licenses/by/4.0/)",
        "CC BY | http://creativecommons.org/licenses/by/4.0/",
        "| https://creativecommons.org/licenses/by/4.0/",
        "licence: {'title': 'CC BY 4.0', 'url': 'https://creativecommons.org/licenses/by/4.0/'}",
        '{"Description": "CC BY 4.0"}',
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        "<p>Ces données sont sous licence <b>CC&nbsp;BY&nbsp;4.0</b></p>",
        "https://spdx.org/licenses/CC-BY-4.0.html",
        "https://i.creativecommons.org/l/by/4.0/88x31.png",
    ],
)
def test_one_licence_in_many_spellings(text: str) -> None:
    assert read_rights(text).official == SPDX + "CC-BY-4.0"


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("CC BY-SA-NC 4.0", "CC-BY-NC-SA-4.0"),
        ("https://creativecommons.org/licenses/by-nc_sa/3.0/", "CC-BY-NC-SA-3.0"),
        ("Creative Commons Attribution 3.0 Australia License", "CC-BY-3.0-AU"),
        ("Creative Commons Attribution 4.0 United States License", "CC-BY-4.0"),
        ("Public Domain (CC0)", "CC0-1.0"),
        ("Licence Ouverte / Open Licence Version 2.0", "etalab-2.0"),
        ("Licence Ouverte v2 (Etalab)", "etalab-2.0"),
        ("Open Data Commons Open Database License (ODbL) 1.0", "ODbL-1.0"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
    ],
)
def test_other_licences(text: str, licence: str) -> None:
    assert read_rights(text).official == SPDX + licence


def test_the_name_that_catalogues_give_to_the_licence_of_copernicus_marine() -> None:
    assert read_rights("Copernicus_Marine_Service_Product_License").family == "copernicus-marine"
    assert read_rights("not under the Copernicus Marine Service Product License").family == ""


@pytest.mark.parametrize("text", ["CC BY", "Licence Ouverte (Etalab)", "Creative Commons Attribution-NonCommercial"])
def test_a_licence_without_version_is_its_family_only(text: str) -> None:
    reading = read_rights(text)
    assert reading.official == "" and reading.family and reading.state == "identified"


@pytest.mark.parametrize(
    "text",
    [
        "None",
        "TBD",
        "To be defined!",
        "other",
        "various",
        "proprietary",
        "otherRestrictions",
        "RI_606",
        "license",
        "no conditions apply",
        "0",
        "|",
        "",
    ],
)
def test_what_says_nothing_is_never_a_licence(text: str) -> None:
    reading = read_rights(text)
    assert (reading.official, reading.family, reading.access, reading.state) == ("", "", "", "not-a-licence")


@pytest.mark.parametrize(
    "text",
    [
        "CC BY-SA 4.0 | https://creativecommons.org/licenses/by/4.0/",
        "CC BY 3.0 https://creativecommons.org/licenses/by/4.0/",
        "CC BY NC 4.0, Creative Commons Attribution 4.0 International",
        "Available under CC0 or MIT License",
        "Licences vary by station, CC BY 4.0 as fallback",
        "A bespoke licence similar to CC-BY-4.0",
        "This is not CC BY 4.0",
        "CC BY 4.0, for non-commercial use only",
        "Metadata are licensed under CC BY 4.0.",
        "Free to use, share and adapt with attribution",
        "Open data, all rights reserved",
    ],
)
def test_no_licence_is_claimed_where_the_string_does_not_name_exactly_one(text: str) -> None:
    assert read_rights(text).official == ""


def test_a_link_beside_the_text_that_disagrees_is_no_licence() -> None:
    assert read_rights("CC BY-NC 4.0", "https://creativecommons.org/licenses/by/4.0/").official == ""
    assert read_rights("CC BY", "https://creativecommons.org/licenses/by/4.0/").official == SPDX + "CC-BY-4.0"


@pytest.mark.parametrize(
    ("text", "access"),
    [
        ("Open access", "PUBLIC"),
        ("No limitations on public access", "PUBLIC"),
        ("Pas de restriction d’accès public selon INSPIRE", "PUBLIC"),
        ("http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations", "PUBLIC"),
        ("No constraints but users need to be registered", "RESTRICTED"),
        ("Data under embargo until 2030", "RESTRICTED"),
        ("Available on request, open access after publication", "RESTRICTED"),
        ("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC", "NON_PUBLIC"),
        ("CC BY 4.0", ""),
        ("Open Data Commons Attribution License", ""),
        ("Free of charge", ""),
        ("no conditions apply", ""),
        ("This metadata record is publicly available.", ""),
    ],
)
def test_access_is_what_the_string_says_of_access(text: str, access: str) -> None:
    assert read_rights(text).access == access


def test_one_string_may_give_licence_and_access_whatever_the_field() -> None:
    for kind in (TermKind.LICENCE, TermKind.ACCESS):
        found = Rights().decide(Term(kind, "Open access under CC BY 4.0"))
        assert [mapping.object.rpartition("dataterra/")[2] for mapping in found] == ["licence/cc-by-4-0", "access/public"]


def test_an_installation_adds_rules_of_its_own(root: Path, tmp_path: Path) -> None:
    tables = tmp_path / "mappings" / "tables"
    tables.mkdir(parents=True)
    text = (root / "mappings" / "tables" / "licence-patterns.csv").read_text(encoding="utf-8")
    (tables / "licence-patterns.csv").write_text(text + 'text,odbl,,"\\bour house licence\\b"\n', encoding="utf-8")
    term = Term(TermKind.LICENCE, "Our house licence")
    assert Rights().decide(term) == []
    assert [mapping.object.rpartition("/")[2] for mapping in Rights(tmp_path).decide(term)] == ["odbl-1-0"]


def test_a_wrong_pattern_is_named(tmp_path: Path) -> None:
    tables = tmp_path / "mappings" / "tables"
    tables.mkdir(parents=True)
    (tables / "access-patterns.csv").write_text("access,concept,where,pattern\nPUBLIC,public,text,(open\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"access-patterns\.csv.*\(open"):
        Rights(tmp_path).decide(Term(TermKind.ACCESS, "open"))


def test_an_embargo_is_said_to_be_one() -> None:
    found = Rights().decide(Term(TermKind.ACCESS, "Restricted: data under embargo until 2030"))
    assert [mapping.object.rpartition("dataterra/")[2] for mapping in found] == ["access/embargo"]
    assert Rights().official(found[0].object) == "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"


@pytest.mark.parametrize(("scheme", "table"), [("licence", "licences.csv"), ("access", "access-patterns.csv")])
def test_every_concept_of_the_tables_is_in_the_thesaurus(root: Path, scheme: str, table: str) -> None:
    text = (root / "ontology" / "vocabularies" / f"{scheme}.ttl").read_text(encoding="utf-8")
    named = {row["concept"] for row in read_table(table) if row["concept"]}
    assert {slug for slug in named if f"\n{scheme}:{slug}\n" not in text} == set()


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert read_rights(text).state in {"identified", "unmapped", "not-a-licence"}


def test_hostile_texts_take_no_time() -> None:
    start = time.process_time()
    for text in (
        "cc by " * 1300,
        "(" * 7900,
        "<" * 7900,
        "a" * 7900,
        "creative commons attribution " * 270,
        "[" * 3000 + "](" * 2000,
        "\t" * 7000,
    ):
        read_rights(text)
    assert time.process_time() - start < 5


def test_the_judged_strings_are_read_without_claims_of_openness(shared_data: Path) -> None:
    with (shared_data / "data/gold/dev/licence.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    claimed = [row for row in rows if read_rights(row["text"]).official]
    wrong = [
        row["text"]
        for row in claimed
        if read_rights(row["text"]).official != row["licence_iri"] and "alt_iri=" + read_rights(row["text"]).official not in row["note"]
    ]
    public = [
        row["text"]
        for row in rows
        if read_rights(row["text"]).access == "PUBLIC" and row["access"] != "PUBLIC" and "alt_access=PUBLIC" not in row["note"]
    ]
    assert len(claimed) >= 55 and wrong == [] and public == []
