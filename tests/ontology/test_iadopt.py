"""The I-ADOPT parts of variables follow the rules of I-ADOPT 1.1.0, and agree with the examples that its authors published."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from kg.namespaces import BASE, IOP, RDF, RDFS

ROOT = Path(__file__).parents[2]
ROLES = {role: IOP[f"has{role}"] for role in ("Property", "ObjectOfInterest", "Matrix", "StatisticalModifier")}
#: Published examples of what we have too: our concept, and what we call otherwise.
EXAMPLES = {
    "C2": ("maximum-air-temperature", {}),
    "C3": ("cloud-cover", {"area fraction": "amount of cloud cover"}),
    "C4": ("boundary-layer-height", {}),
    "C10": ("strong-ground-motion", {"acceleration": "linear acceleration", "ground": "land"}),
}


def said_of(quads: Iterable[Quad]) -> dict[str, dict[str, list[str]]]:
    """Subject to predicate to values, all as strings."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        found[quad.subject.value][quad.predicate.value].append(quad.object.value)
    return found


def variables(said: dict[str, dict[str, list[str]]]) -> list[str]:
    return [subject for subject, about in said.items() if IOP.Variable.value in about.get(RDF.type.value, ())]


def broken(said: dict[str, dict[str, list[str]]]) -> list[str]:
    """What breaks a rule: a variable has one property and one object, at most one matrix, and what is constrained is a part of it."""
    wrong = []
    for variable in variables(said):
        about = said[variable]
        parts = {role: about.get(predicate.value, []) for role, predicate in ROLES.items()}
        if (len(parts["Property"]), len(parts["ObjectOfInterest"])) != (1, 1) or len(parts["Matrix"]) > 1:
            wrong.append(variable)
        named = {part for role in parts.values() for part in role} | set(about.get(IOP.hasContextObject.value, ()))
        for constraint in about.get(IOP.hasConstraint.value, ()):
            constrained = said[constraint].get(IOP.constrains.value, [])
            if not constrained or not set(constrained) <= named or not said[constraint].get(RDFS.label.value):
                wrong.append(constraint)
    return wrong


@pytest.fixture(scope="module")
def ours() -> dict[str, dict[str, list[str]]]:
    return said_of(parse(path=ROOT / "ontology" / "vocabularies" / "variable.ttl", format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, dict[str, list[str]]]:
    folder = shared_data / "data/vocabularies/iadopt/examples/Challenge"
    return said_of(quad for path in sorted(folder.glob("*.ttl")) for quad in parse(path=path, format=RdfFormat.TURTLE))


def test_our_variables_keep_the_rules(ours: dict[str, dict[str, list[str]]]) -> None:
    assert len(variables(ours)) >= 240
    assert broken(ours) == []


def test_the_rules_are_those_that_the_published_examples_keep(examples: dict[str, dict[str, list[str]]]) -> None:
    """Else we would hold ourselves to something of our own."""
    assert len(variables(examples)) == 30
    assert len(broken(examples)) == 1, "one of the thirty constrains nothing that it names"


def test_constraints_and_modifiers_are_named_in_both_languages() -> None:
    quads = list(parse(path=ROOT / "ontology" / "vocabularies" / "variable.ttl", format=RdfFormat.TURTLE))
    named = {
        quad.subject.value for quad in quads if quad.predicate == RDF.type and quad.object in (IOP.Constraint, IOP.StatisticalModifier)
    }
    languages = defaultdict(set)
    for quad in quads:
        if quad.predicate == RDFS.label:
            languages[quad.subject.value].add(quad.object.language)
    assert named and all(languages[node] == {"en", "fr"} for node in named)


@pytest.mark.parametrize("name", EXAMPLES)
def test_we_decompose_what_the_examples_decompose_in_the_same_way(
    name: str, ours: dict[str, dict[str, list[str]]], examples: dict[str, dict[str, list[str]]], shared_data: Path
) -> None:
    concept, otherwise = EXAMPLES[name]
    names = {**quantity_kinds(shared_data), **obo_names(shared_data)}
    example = examples[f"http://example.org/iadopt/challenge/{name}"]
    mine = ours[f"{BASE}variable/{concept}"]
    for role, predicate in ROLES.items():
        wanted = [label for part in example.get(predicate.value, ()) for label in examples[part][RDFS.label.value]]
        given = [names.get(part) or ours[part][RDFS.label.value][0] for part in mine.get(predicate.value, ())]
        assert [otherwise.get(label.lower(), label.lower()) for label in wanted] == [label.lower() for label in given], f"{concept} {role}"


def quantity_kinds(folder: Path) -> dict[str, str]:
    path = folder / "data/vocabularies/qudt/VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl"
    quads = parse(path=path, format=RdfFormat.TURTLE)
    return {quad.subject.value: quad.object.value for quad in quads if quad.predicate == RDFS.label and quad.object.language == "en"}


def obo_names(folder: Path) -> dict[str, str]:
    text = (folder / "data/vocabularies/envo/envo.obo").read_text(encoding="utf-8")
    found = re.findall(r"^id: (\w+):(\w+)\nname: (.+)$", text, re.MULTILINE)
    return {f"http://purl.obolibrary.org/obo/{space}_{code}": name for space, code, name in found}
