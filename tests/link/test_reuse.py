"""Several data sets together: what all allow, what any demands, and never more openness than is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.link.reuse import Policy, Terms, combined, read_policies, told
from kg.namespaces import BASE


@pytest.fixture(scope="module")
def policies(root: Path) -> dict[str, Policy]:
    return read_policies(root / "ontology" / "vocabularies" / "licence.ttl")


def terms(name: str, licence: str, access: str = "public") -> Terms:
    return Terms(name, f"{BASE}licence/{licence}" if licence else "", f"{BASE}access/{access}" if access else "")


def test_attribution_of_one_is_demanded_for_all(policies: dict[str, Policy]) -> None:
    found = combined([terms("a", "cc0-1-0"), terms("b", "cc-by-4-0")], policies)
    assert "attribute" in found.duties and found.is_open


def test_what_one_prohibits_is_prohibited(policies: dict[str, Policy]) -> None:
    found = combined([terms("a", "cc-by-4-0"), terms("b", "cc-by-nc-4-0")], policies)
    assert found.prohibitions == ("CommercialUse",) and not found.is_open


def test_without_a_licence_nothing_is_permitted_and_it_is_said_whom_to_ask_about(policies: dict[str, Policy]) -> None:
    found = combined([terms("a", "cc-by-4-0"), terms("b", "")], policies)
    assert found.permissions == () and found.unknown == ("b",) and not found.is_open
    assert any("b" in line and "fournisseur" in line for line in told(found, "fr"))


def test_two_share_alike_licences_cannot_both_be_satisfied(policies: dict[str, Policy]) -> None:
    found = combined([terms("a", "cc-by-sa-4-0"), terms("b", "odbl-1-0")], policies)
    assert len(found.conflicts) == 2 and "derive" not in found.permissions and not found.is_open


def test_no_derivatives_forbids_deriving_from_all(policies: dict[str, Policy]) -> None:
    assert "derive" not in combined([terms("a", "cc-by-4-0"), terms("b", "cc-by-nd-4-0")], policies).permissions


def test_access_is_the_most_restrictive_and_unknown_is_never_public(policies: dict[str, Policy]) -> None:
    assert combined([terms("a", "cc-by-4-0"), terms("b", "cc-by-4-0", "restricted")], policies).access == "restricted"
    unknown = combined([terms("a", "cc-by-4-0"), terms("b", "cc-by-4-0", "")], policies)
    assert unknown.access == "unknown" and not unknown.is_open
