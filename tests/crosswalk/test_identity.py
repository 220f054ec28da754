"""By what instruments and platforms are known: what is surely the same gets one IRI, and what may be two things never does."""

from __future__ import annotations

import pytest

from kg.crosswalk.identity import Known, identify
from kg.crosswalk.tables import Tables
from kg.namespaces import BASE

TABLES = Tables()


def names(family: str, **known: str) -> tuple[str, ...]:
    found = identify(family, Known(**known), TABLES, "argo/here")
    return tuple(iri.value.removeprefix(BASE + family + "/") for iri in (found.iri, *found.others))


def shared(family: str, one: dict[str, str], other: dict[str, str]) -> set[str]:
    """The names that two descriptions have in common, but for that of their source."""
    return (set(names(family, **one)) & set(names(family, **other))) - {"argo/here"}


SBE = {"maker": "SDN:R26::SBE", "model": "SDN:R27::SBE41CP", "serial": "11643"}


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        ("equipment", {"pid": "hdl:21.12132/3.19f1"}, {"pid": "https://hdl.handle.net/21.12132/3.19f1", "name": "Lidar"}),
        ("equipment", {"pid": "10.5291/ILL-DATA.1"}, {"pid": "https://doi.org/10.5291/ill-data.1"}),
        ("equipment", SBE, {"maker": "Sea-Bird Scientific", "model": "SBE 41-CP", "serial": "S/N 11643"}),
        ("equipment", SBE, {"model": "SBE41CP", "serial": "11643"}),
        ("equipment", {"maker": "Sea-Bird", "model": "SeaFET", "serial": "17682"}, {"maker": "SBE", "model": "SEAFET", "serial": "17682"}),
        ("equipment", {"uuid": "9E0F4B27-D5F3-40AD-8B73-2AE5DABBF81F"}, {"uuid": "9e0f4b27-d5f3-40ad-8b73-2ae5dabbf81f"}),
        ("facility", {"wigos": "0-20008-0-JFJ"}, {"wigos": "http://data.wmo.int/wigos/0-20008-0-JFJ"}),
        ("facility", {"wmo": "6904191"}, {"wigos": "0-22000-0-6904191"}),
        ("facility", {"call_sign": "FNCM"}, {"wigos": "0-20003-0-FNCM"}),
        ("facility", {"kind_iri": "SDN:C17::35A3"}, {"kind_iri": "http://vocab.nerc.ac.uk/collection/C17/current/35A3/"}),
        (
            "facility",
            {"kind_iri": "6f1c359b-b1a6-47c1-979e-0689e637fbdc"},
            {"kind_iri": "https://gcmd.earthdata.nasa.gov/kms/concept/6f1c359b-b1a6-47c1-979e-0689e637fbdc"},
        ),
    ],
)
def test_the_same_identifier_is_the_same_thing(family: str, one: dict[str, str], other: dict[str, str]) -> None:
    assert shared(family, one, other)


@pytest.mark.parametrize(
    ("family", "one", "other"),
    [
        # a serial number alone, and one with a maker but no model
        ("equipment", {"serial": "11643"}, {"serial": "11643"}),
        ("equipment", {"serial": "11643", "maker": "SBE"}, {"serial": "11643", "maker": "SBE"}),
        # the same serial number of another model, or of another maker's model
        ("equipment", SBE, SBE | {"model": "SBE63_OPTODE"}),
        ("equipment", {"maker": "Sea-Bird", "model": "CTD", "serial": "1234"}, {"maker": "RBR", "model": "CTD", "serial": "1234"}),
        # a model that is a word, without a maker
        ("equipment", {"model": "CTD", "serial": "987"}, {"model": "CTD", "serial": "987"}),
        # placeholders
        ("equipment", {"maker": "NKE", "model": "n/a", "serial": "17"}, {"maker": "NKE", "model": "n/a", "serial": "17"}),
        ("equipment", SBE | {"serial": "unknown"}, SBE | {"serial": "unknown"}),
        ("equipment", SBE | {"serial": "0000"}, SBE | {"serial": "0000"}),
        ("equipment", SBE | {"serial": "serialNumber"}, SBE | {"serial": "serialNumber"}),
        ("equipment", {"uuid": "00000000-0000-0000-0000-000000000000"}, {"uuid": "00000000-0000-0000-0000-000000000000"}),
        # addresses of resolvers
        ("equipment", {"pid": "https://hdl.handle.net/"}, {"pid": "https://hdl.handle.net/"}),
        ("equipment", {"pid": "https://doi.org/"}, {"pid": "https://doi.org/"}),
        # names
        ("facility", {"name": "S2A"}, {"name": "S2A"}),
        ("facility", {"name": "Sentinel-2A", "type": "satellite"}, {"name": "Sentinel-2A", "type": "satellite"}),
        # five digits are a land station and a buoy
        ("facility", {"wmo": "06610"}, {"wmo": "06610"}),
        ("facility", {"wmo": "41001"}, {"wigos": "0-20000-0-41001"}),
        # the same local identifier of another issuer
        ("facility", {"wigos": "0-20000-0-06610"}, {"wigos": "0-20008-0-06610"}),
        # call signs that many ships report
        ("facility", {"call_sign": "SHIP"}, {"call_sign": "SHIP"}),
        ("facility", {"call_sign": "MASKSTID"}, {"call_sign": "MASKSTID"}),
        # codes of kinds: NVS L06 research vessel, GCMD BUOYS and the two satellites of Sentinel-2
        ("facility", {"kind_iri": "SDN:L06::31"}, {"kind_iri": "SDN:L06::31"}),
        ("facility", {"kind_iri": "2ce20983-98b2-40b9-bb0e-a08074fb93b3"}, {"kind_iri": "2ce20983-98b2-40b9-bb0e-a08074fb93b3"}),
        # the identifiers of platforms are none of instruments
        ("equipment", {"wigos": "0-20008-0-JFJ"}, {"wigos": "0-20008-0-JFJ"}),
    ],
)
def test_what_may_be_two_things_is_not_one(family: str, one: dict[str, str], other: dict[str, str]) -> None:
    assert not shared(family, one, other)


def test_a_thing_goes_by_the_surest_of_its_identifiers() -> None:
    found = names("equipment", pid="hdl:21.12132/3.19f1", **SBE)
    assert [name.partition("/")[0] for name in found] == ["pid", "serial", "model-serial"]
    found = names("facility", wigos="0-22000-0-6904191", call_sign="FNCM", model="APEX", maker="TWR", serial="7660")
    assert [name.partition("/")[0] for name in found] == ["wigos", "wmo", "call-sign", "serial"]


def test_what_only_its_source_knows_is_named_after_the_source() -> None:
    assert names("equipment", name="Thermosalinograph") == ("argo/here",)
