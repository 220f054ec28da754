"""The discovery graph says in flat triples what the view says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from pyoxigraph import RdfFormat, parse

from kg.dataset import ConceptLink, DatasetView, Statement
from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.namespaces import BASE, DT, EU_ACCESS_RIGHT
from kg.search.concepts import Concept, Concepts, concepts_of_store
from kg.search.discovery import discovery_triples
from kg.search.openness import Openness, openness
from kg.store import WorkingStore


def said(store: WorkingStore, name: str) -> dict[str, set[str]]:
    view = DatasetReader(store).read(BASE + "dataset/" + name)
    assert view is not None
    found: dict[str, set[str]] = {}
    for quad in parse(discovery_triples(view, concepts_of_store(store)), RdfFormat.N_TRIPLES):
        assert quad.subject.value == view.iri
        found.setdefault(quad.predicate.value.removeprefix(str(DT)), set()).add(quad.object.value)
    return found


def test_concepts_come_with_their_ancestors(catalogue: WorkingStore) -> None:
    assert said(catalogue, "theia-ozcar/tower")["concept"] == {BASE + "variable/air-temperature", BASE + "variable/temperature"}


def test_poles_centres_years_and_box(catalogue: WorkingStore) -> None:
    argo = said(catalogue, "doi/10.17882/42182")
    assert argo["pole"] == {BASE + "pole/odatis"}
    assert argo["startYear"] == {"1997"}
    assert "endYear" not in argo
    pacific = said(catalogue, "sextant/sss-vos")
    assert [pacific[edge] for edge in ("west", "south", "east", "north")] == [{"140"}, {"-45"}, {"-70"}, {"35"}]
    assert (pacific["startYear"], pacific["endYear"]) == ({"1993"}, {"2023"})
    assert said(catalogue, "volcano/islands")["west"] == {"-61.9"}


def test_openness_and_quality(catalogue: WorkingStore) -> None:
    argo, raw = said(catalogue, "doi/10.17882/42182"), said(catalogue, "files/raw")
    assert (argo["openness"], raw["openness"]) == ({"open"}, {"unknown"})
    assert Decimal(next(iter(argo["quality"]))) > Decimal(next(iter(raw["quality"])))
    assert 0 <= Decimal(next(iter(raw["quality"]))) <= 1


def test_lines_are_sorted_and_the_same_every_time(catalogue: WorkingStore) -> None:
    view = DatasetReader(catalogue).read(BASE + "dataset/volcano/islands")
    assert view is not None
    lines = discovery_triples(view, concepts_of_store(catalogue)).splitlines()
    assert lines == sorted(lines)
    assert discovery_triples(view, concepts_of_store(catalogue)).splitlines() == lines


def with_links(store: WorkingStore, *links: tuple[str, str], access_right: str = "") -> DatasetView:
    view = DatasetReader(store).read(BASE + "dataset/files/raw")
    assert view is not None
    concepts = tuple(Statement(ConceptLink(kind, Iri(BASE + concept), ()), ()) for kind, concept in links)
    rights = (Statement(EU_ACCESS_RIGHT + access_right, ()),) if access_right else ()
    return replace(view, concepts=concepts, access_rights=rights)


@pytest.mark.parametrize(
    ("links", "access_right", "expected"),
    [
        ([("licence", "licence/cc-by-4.0")], "", Openness.OPEN),
        ([("licence", "licence/cc-by-4.0"), ("licence", "licence/cc-by-nc-4.0")], "", Openness.RESTRICTED),
        ([("licence", "licence/cc-by-4.0")], "RESTRICTED", Openness.RESTRICTED),
        ([("licence", "licence/cc-by-4.0")], "NON_PUBLIC", Openness.CLOSED),
        ([], "PUBLIC", Openness.UNKNOWN),
        ([("licence", "licence/never-heard-of")], "PUBLIC", Openness.UNKNOWN),
    ],
)
def test_the_strictest_counts_and_nothing_is_open_without_a_licence(
    catalogue: WorkingStore, links: list[tuple[str, str]], access_right: str, expected: Openness
) -> None:
    assert openness(with_links(catalogue, *links, access_right=access_right), concepts_of_store(catalogue)) == expected


def test_a_circle_in_a_thesaurus_ends() -> None:
    circle = {name: Concept(name, broader=(other,)) for name, other in (("a", "b"), ("b", "a"))}  # type: ignore[arg-type]
    assert Concepts(circle.get).closure("a") == ("a", "b")
    assert Concepts(circle.get).path("a", "b") == ("a", "b")
