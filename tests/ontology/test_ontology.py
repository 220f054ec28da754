"""The ontology defines every term of ours that is used, in both languages, and ties each to a standard."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.namespaces import DT, ODRL, OWL, PREFIXES, RDF, RDFS, SH, SKOS
from kg.vocabulary.turtle import recanonical

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "ontology").rglob("*.ttl"))
TERM = re.compile(r"\bdt:([A-Za-z]\w*)|\bDT\.([A-Za-z]\w*)")
#: Where terms of ours are written: the contract, the code, the shapes and the crosswalks.
USERS = ("docs/*.md", "kg/**/*.py", "kg/**/*.rq", "api/**/*.py", "shapes/*.ttl", "mappings/crosswalks/*.yaml", "ontology/**/*.ttl")
TIES = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.equivalentClass, OWL.equivalentProperty)


def load(name: str) -> list[Quad]:
    return list(parse(path=ROOT / "ontology" / name, format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def ontology() -> dict[str, dict[NamedNode, list[Quad]]]:
    """Term to predicate to its statements."""
    found: dict[str, dict[NamedNode, list[Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in load("dataterra.ttl"):
        if quad.subject.value.startswith(str(DT)):
            found[quad.subject.value.removeprefix(str(DT))][quad.predicate].append(quad)
    return found


@pytest.mark.parametrize("pattern", USERS)
def test_every_term_in_use_is_defined(ontology: dict[str, object], pattern: str) -> None:
    missing = defaultdict(set)
    for path in ROOT.glob(pattern):
        for match in TERM.finditer(path.read_text(encoding="utf-8")):
            name = match[1] or match[2]
            if name not in ontology:
                missing[name].add(path.relative_to(ROOT).as_posix())
    assert dict(missing) == {}


def test_labels_and_definitions_are_in_both_languages(ontology: dict[str, dict[NamedNode, list[Quad]]]) -> None:
    for name, said in ontology.items():
        for predicate in (RDFS.label, SKOS.definition):
            assert sorted(quad.object.language for quad in said[predicate]) == ["en", "fr"], f"dt:{name} {predicate}"


def test_every_term_is_tied_to_a_standard_term(ontology: dict[str, dict[NamedNode, list[Quad]]]) -> None:
    for name, said in ontology.items():
        kinds = [quad.object.value for quad in said[RDF.type] if not quad.object.value.startswith(OWL.Class.value.partition("#")[0])]
        targets = [quad.object.value for predicate in TIES for quad in said[predicate]] + kinds
        assert any(not target.startswith(str(DT)) for target in targets), f"dt:{name} needs an axiom that names a standard term"
        assert all(target.removeprefix(str(DT)) in ontology for target in targets if target.startswith(str(DT)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_in_canonical_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert recanonical(text) == text


def test_the_prefixes_are_those_of_the_code_and_of_every_file() -> None:
    quads = load("prefixes.ttl")
    names = {quad.subject: quad.object.value for quad in quads if quad.predicate == SH.prefix}
    declared = {names[quad.subject]: quad.object.value for quad in quads if quad.predicate == SH.namespace}
    assert PREFIXES.items() <= declared.items()
    for path in FILES:
        if path.name != "prefixes.ttl":
            assert parse_prefixes(path).items() <= declared.items(), path.name


def parse_prefixes(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^@prefix (\w+): <([^>]*)> \.$", path.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def organisations() -> list[Quad]:
    return load("organisations.ttl")


def test_each_pole_has_its_letter_and_its_name(organisations: list[Quad]) -> None:
    poles = {quad.subject for quad in organisations if quad.predicate == RDF.type and quad.object == DT.Pole}
    letters = {quad.subject: quad.object.value for quad in organisations if quad.predicate == DT.letter}
    slugs = {quad.subject: quad.object.value for quad in organisations if quad.predicate == SKOS.notation}
    assert {slugs[pole]: letters[pole] for pole in poles} == {
        "aeris": "A", "dinamis": "I", "formater": "F", "odatis": "O", "pndb": "B", "theia": "T",
    }  # fmt: skip
    assert all(pole.value.endswith("/pole/" + slugs[pole]) for pole in poles)


def test_organisations_are_named_in_both_languages_and_known_where_they_are_named(organisations: list[Quad]) -> None:
    subjects = {quad.subject for quad in organisations}
    for predicate in (SKOS.prefLabel, SKOS.definition):
        said = {(quad.subject, quad.object.language) for quad in organisations if quad.predicate == predicate}
        assert said == {(subject, language) for subject in subjects for language in ("en", "fr")}
    ours = ("/organisation/", "/pole/", "/centre/", "/project/")
    named = {quad.object for quad in organisations if isinstance(quad.object, NamedNode)}
    assert {node for node in named if "w3id.org/dataterra" in node.value and any(part in node.value for part in ours)} <= subjects


def test_themes_of_poles_and_publishers_of_schemes_exist(organisations: list[Quad]) -> None:
    themes = {quad.subject for quad in load("vocabularies/theme.ttl")}
    assert {quad.object for quad in organisations if quad.predicate.value.endswith("dcat#theme")} <= themes
    subjects = {quad.subject for quad in organisations}
    for path in (ROOT / "ontology" / "vocabularies").glob("*.ttl"):
        publishers = {quad.object for quad in load(f"vocabularies/{path.name}") if quad.predicate.value.endswith("terms/publisher")}
        assert publishers and publishers <= subjects


def test_no_personal_mailbox_is_published() -> None:
    assert [path.name for path in FILES if "mailto:" in path.read_text(encoding="utf-8")] == []


def test_versions_of_licences_form_a_chain_without_a_loop() -> None:
    quads = load("vocabularies/licence.ttl")
    following = {quad.subject: quad.object for quad in quads if quad.predicate.value.endswith("isReplacedBy")}
    for licence in following:
        seen = [licence]
        while (step := following.get(seen[-1])) is not None:
            assert step not in seen
            seen.append(step)
    newest = {quad.subject.value.rpartition("/")[2] for quad in quads if quad.predicate.value.endswith("terms/replaces")}
    assert {"cc-by-4-0", "etalab-2-0", "ogl-uk-3-0"} <= newest


def test_what_forbids_commercial_use_is_not_called_open() -> None:
    quads = load("vocabularies/licence.ttl")
    forbidding = {quad.subject.value for quad in quads if quad.predicate == ODRL.prohibition}
    policies = {quad.object.value: quad.subject for quad in quads if quad.predicate == DT.rules}
    openness = {quad.subject: quad.object for quad in quads if quad.predicate == DT.openness}
    assert forbidding
    assert {openness[policies[policy]] for policy in forbidding} == {Literal("restricted")}
