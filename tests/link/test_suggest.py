"""Proposals between two vocabularies: found across languages, held against integrity and against what is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.link.confidence import read_confidence
from kg.link.suggest import Proposal, checked, suggest
from kg.resources import resource

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix pole: <https://example.org/pole/> .
@prefix other: <https://example.org/other/> .
"""
POLE = (
    PREFIXES
    + """
pole:tsm a skos:Concept ; skos:inScheme pole:scheme ; skos:prefLabel "Température de surface de la mer"@fr .
pole:neige a skos:Concept ; skos:inScheme pole:scheme ; skos:prefLabel "Hauteur de neige"@fr, "Snow depth"@en .
"""
)
OTHER = (
    PREFIXES
    + """
other:sst a skos:Concept ; skos:inScheme other:scheme ; skos:prefLabel "Sea surface temperature"@en .
other:snow a skos:Concept ; skos:inScheme other:scheme ; skos:prefLabel "Snow depth"@en .
other:wind a skos:Concept ; skos:inScheme other:scheme ; skos:prefLabel "Wind speed"@en .
"""
)
HEAD = """#mapping_set_id: https://example.org/decided
#license: https://creativecommons.org/publicdomain/zero/1.0/
#curie_map:
#  other: "https://example.org/other/"
#  pole: "https://example.org/pole/"
#  semapv: "https://w3id.org/semapv/vocab/"
#  skos: "http://www.w3.org/2004/02/skos/core#"
subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    pole, other = tmp_path / "pole.ttl", tmp_path / "other.ttl"
    pole.write_text(POLE, "utf-8")
    other.write_text(OTHER, "utf-8")
    return pole, other


def pairs(proposals: list[Proposal]) -> dict[str, str]:
    """The first proposal of each subject, by last steps of the IRIs."""
    found: dict[str, str] = {}
    for proposal in proposals:
        found.setdefault(proposal.mapping.subject.rpartition("/")[2], proposal.mapping.object.rpartition("/")[2])
    return found


def decided(folder: Path, predicate: str, modifier: str = "") -> Path:
    """An SSSOM file that says how pole:neige stands to other:snow."""
    path = folder / "decided.sssom.tsv"
    path.write_text(f"{HEAD}pole:neige\t{predicate}\t{modifier}\tother:snow\tsemapv:ManualMappingCuration\n", "utf-8")
    return path


def test_labels_of_either_language_find_their_concept(files: tuple[Path, Path]) -> None:
    proposals, refused = checked(suggest(*files, read_confidence()), *files)
    assert pairs(proposals) == {"tsm": "sst", "neige": "snow"}
    assert refused == {}


@pytest.mark.parametrize(
    ("predicate", "modifier", "reason"),
    [
        ("skos:exactMatch", "", "known already"),
        ("skos:exactMatch", "Not", "rejected by a person before"),
        ("skos:broadMatch", "", "against an alignment that is there (SKOS S46)"),
    ],
)
def test_what_is_decided_is_not_proposed_again(files: tuple[Path, Path], predicate: str, modifier: str, reason: str) -> None:
    against = decided(files[0].parent, predicate, modifier)
    proposals, refused = checked(suggest(*files, read_confidence()), *files, [against])
    assert ("neige", "snow") not in {(p.mapping.subject[-5:], p.mapping.object[-4:]) for p in proposals}
    assert refused == {reason: 1}
    assert pairs(proposals)["tsm"] == "sst", "what nobody decided is still proposed"


def test_within_one_scheme_nothing_is_proposed(files: tuple[Path, Path]) -> None:
    same = files[0].parent / "same.ttl"
    same.write_text(OTHER.replace("other:scheme", "pole:scheme"), "utf-8")
    proposals, refused = checked(suggest(files[0], same, read_confidence()), files[0], same)
    assert proposals == []
    assert set(refused) == {"within one scheme"}


def test_a_thesaurus_of_ours_finds_concepts_of_another_of_ours() -> None:
    theme, variable = (resource(f"ontology/vocabularies/{name}.ttl") for name in ("theme", "variable"))
    proposals, _ = checked(suggest(theme, variable, read_confidence(), limit=1), theme, variable)
    found = pairs(proposals)
    assert found["protected-sites"] == "protected-areas"
    assert len(found) > 20
