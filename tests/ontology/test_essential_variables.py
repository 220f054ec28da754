"""The hub has every variable of the lists that communities agreed on, and says of each concept why it is here."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.namespaces import ADMS, BASE, DCT, DT, SKOS

ROOT = Path(__file__).parents[2]
LISTS = Path(__file__).parent / "essential-variables.csv"
VARIABLE = f"{BASE}variable/"
POLES = {f"{BASE}pole/{slug}" for slug in ("aeris", "dinamis", "formater", "odatis", "pndb", "theia")}
#: How many variables each list has: GCOS-244 of 2022, the GOOS list, the EBV classes of GEO BON.
SIZES = {"gcos-ecv": 55, "goos-eov": 31, "geobon-ebv": 21}


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, NamedNode], set[str]]:
    """What the thesaurus says: (subject, predicate) to values."""
    found: dict[tuple[str, NamedNode], set[str]] = defaultdict(set)
    for quad in parse(path=ROOT / "ontology" / "vocabularies" / "variable.ttl", format=RdfFormat.TURTLE):
        assert isinstance(quad.object, Literal | NamedNode)
        found[quad.subject.value, quad.predicate].add(quad.object.value)
    return found


@pytest.fixture(scope="module")
def concepts(said: dict[tuple[str, NamedNode], set[str]]) -> set[str]:
    return {subject for subject, predicate in said if predicate == SKOS.inScheme}


def listed() -> dict[str, dict[str, str]]:
    """List to name of the variable to our concept."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with LISTS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["list"]][row["variable"]] = VARIABLE + row["concept"]
    return found


@pytest.mark.parametrize("name", sorted(SIZES))
def test_every_essential_variable_has_a_concept_and_the_concept_says_so(name: str, said: dict[tuple[str, NamedNode], set[str]]) -> None:
    wanted = listed()[name]
    assert len(wanted) == SIZES[name]
    collection = f"{BASE}scheme/variable#{name}"
    assert said[collection, SKOS.member] == set(wanted.values())
    assert all(collection in said[concept, DCT.source] for concept in wanted.values())
    assert all(said[concept, ADMS.status] == {DT.Accepted.value} for concept in wanted.values())


def test_every_concept_says_why_it_is_here_its_status_and_its_steward(
    said: dict[tuple[str, NamedNode], set[str]], concepts: set[str]
) -> None:
    for concept in concepts:
        assert said[concept, DCT.source], f"{concept} has no source"
        assert said[concept, ADMS.status] < {DT.Accepted.value, DT.Proposed.value}, f"{concept} needs one status"
        assert len(said[concept, DT.stewardPole] & POLES) == 1 == len(said[concept, DT.stewardPole]), f"{concept} needs one steward"


def test_what_only_records_use_is_proposed(said: dict[tuple[str, NamedNode], set[str]], concepts: set[str]) -> None:
    words = f"{BASE}scheme/variable#record-words"
    assert said[words, SKOS.member] == {concept for concept in concepts if words in said[concept, DCT.source]}
    tops = said[f"{BASE}scheme/variable", SKOS.hasTopConcept]
    assert {concept for concept in said[words, SKOS.member] if DT.Proposed.value not in said[concept, ADMS.status]} <= tops


def test_every_variable_of_odatis_and_every_category_of_theia_is_there(shared_data: Path) -> None:
    """OD1 is matched exactly; of Theia/OZCAR, what groups categories is no category."""
    vocabularies = shared_data / "data" / "vocabularies"
    quads = parse(path=vocabularies / "dataterra" / "ODATIS_Thesaurus.ttl", format=RdfFormat.TURTLE)
    codes = {quad.object.value for quad in quads if quad.predicate == SKOS.notation}
    od1 = {code.rpartition("::")[2] for code in codes if code.startswith("SDN:OD1::")}
    assert od1 == {code for code, predicate in targets("variable--nvs-od1") if predicate == "skos:exactMatch"}
    with (vocabularies / "theia-pivot" / "theia-categories.csv").open(encoding="utf-8") as file:
        categories = {row["category"].rpartition("/")[2] for row in csv.DictReader(file)}
    groups = {name for name in categories if "ariable" in name} | {"ozcarTheiaThesaurus", "simplifiedLabel"}
    assert categories - groups == {code for code, _ in targets("variable--theia-ozcar")}


def targets(alignment: str) -> set[tuple[str, str]]:
    """Local name and predicate of the targets of an alignment."""
    lines = (ROOT / "mappings" / "alignments" / f"{alignment}.sssom.tsv").read_text("utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
    return {(row["object_id"].partition(":")[2].rstrip("/"), row["predicate_id"]) for row in rows}
