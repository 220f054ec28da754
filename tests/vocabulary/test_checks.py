"""Checks: what is wrong with a vocabulary is found, what is right is not, and a profile's own examples get the verdict of their names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.model import Severity
from kg.namespaces import RDF, SH
from kg.resources import resource
from kg.shacl import compiled
from kg.vocabulary.checks import Report, as_document, as_shacl, check
from kg.vocabulary.checks.found import checks
from kg.vocabulary.checks.queries import names
from kg.vocabulary.concepts import concepts_of
from kg.vocabulary.importers import read_bodies, read_paths
from kg.vocabulary.lines import lines_of, triples_of
from kg.vocabulary.reading import Reading

HEAD = """@prefix : <http://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
:s a skos:ConceptScheme ; skos:hasTopConcept :top .
:top a skos:Concept ; skos:inScheme :s ; skos:prefLabel "top"@en ; skos:topConceptOf :s .
:a a skos:Concept ; skos:inScheme :s ; skos:prefLabel "a"@en ; skos:broader :top .
:b a skos:Concept ; skos:inScheme :s ; skos:prefLabel "b"@en ; skos:broader :a .
"""
#: What each check finds: statements that are wrong, and the concept that it names.
WRONG = {
    "classes-apart": (":a a skos:Collection .", "a"),
    "labels-apart": (':a skos:altLabel "a"@en .', "a"),
    "one-label": (':a skos:prefLabel "other"@en .', "a"),
    "related-apart": (":b skos:related :top .", "b"),
    "matches-apart": (":a skos:exactMatch <http://o.org/1> . <http://o.org/1> skos:narrowMatch :a .", "a"),
    "cycle": (":a skos:broader :b .", "a"),
    "orphan": (':c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "c"@en .', "c"),
    "same-label": (':c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "A"@en ; skos:broader :top .', "a"),
    "redundant": (":b skos:broader :top .", "b"),
    "one-way": (':c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "c"@en ; skos:broader :top ; skos:related :b .', "c"),
    "siblings-related": (
        ':c a skos:Concept ; skos:inScheme :s ; skos:prefLabel "c"@en ; skos:broader :top ; skos:related :a . :a skos:related :c .',
        "a",
    ),
    "only-transitive": (":b skos:narrowerTransitive :a .", "b"),
    "broken": (":a skos:related <http://e.org/nothing> .", "a"),
    "successor": (":b owl:deprecated true .", "b"),
    "top-below": (":a skos:topConceptOf :s .", "a"),
    "no-top": (":t a skos:ConceptScheme . :a skos:inScheme :t .", "t"),
    "same-notation": (':a skos:notation "1" . :b skos:notation "1" .', "a"),
    "unknown-term": (":a skos:inscheme :s .", "a"),
    "language-missing": (':a skos:prefLabel "a"@fr . :b skos:prefLabel "b"@fr .', "top"),
}


def report(turtle: str, **more: object) -> Report:
    triples = read_bodies([((HEAD + turtle).encode(), "v.ttl")], Reading("test")).triples
    return check("test", lines_of(triples), **more)  # type: ignore[arg-type]


def test_every_query_is_a_check_that_is_tested_and_says_what_to_do_in_both_languages() -> None:
    assert set(names()) == set(WRONG)
    assert set(names()) | {"target-missing", "target-deprecated", "skosify"} == set(checks())
    for texts in checks().values():
        assert texts["label"].keys() == texts["message"].keys() == {"en", "fr"}
        assert Severity(texts["severity"])


def test_a_sound_vocabulary_has_no_finding_of_a_query() -> None:
    assert not {each.check for each in report("").found} & set(names())


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_where_it_is(name: str) -> None:
    turtle, concept = WRONG[name]
    found = [each for each in report(turtle).found if each.check == name]
    assert f"http://e.org/{concept}" in {each.concept for each in found}


def test_circles_do_not_make_everything_redundant_and_of_themselves_are_found_once_each() -> None:
    found = report(":a skos:broader :b .").found
    assert {each.concept for each in found if each.check == "cycle"} == {"http://e.org/a", "http://e.org/b"}


def test_matches_with_what_another_vocabulary_does_not_have_any_more_are_found() -> None:
    other = concepts_of(
        read_bodies(
            [(b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <http://o.org/1> a skos:Concept . <http://o.org/2> a skos:Concept ;"
              b" <http://www.w3.org/2002/07/owl#deprecated> true .", "o.ttl")],
            Reading("other"),
        ).triples
    )  # fmt: skip
    matches = ":a skos:exactMatch <http://o.org/1> , <http://o.org/2> , <http://o.org/3> , <http://elsewhere.org/1> ."
    found = {(each.check, each.value) for each in report(matches, others=[other]).found if each.check.startswith("target")}
    assert found == {("target-deprecated", "http://o.org/2"), ("target-missing", "http://o.org/3")}


def test_skosify_says_what_it_would_change_and_changes_nothing() -> None:
    found = [each for each in report(":b skos:related :top .", second_opinion=True).found if each.check == "skosify"]
    assert any("related" in each.value for each in found)


def test_a_report_is_shacl_that_names_each_finding() -> None:
    shapes = compiled((resource("shapes/vocabulary.ttl"),))
    made = report(":b skos:related :top .")
    triples = {quad.triple for quad in parse(as_shacl(made, shapes), format=RdfFormat.TURTLE)}
    results = {triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == SH.ValidationResult}
    assert len(results) == len(made.found)
    assert any(triple.predicate == SH.focusNode and triple.object == NamedNode("http://e.org/b") for triple in triples)
    assert any(
        triple.predicate == SH.resultMessage and isinstance(triple.object, Literal) and triple.object.language == "fr" for triple in triples
    )
    document = as_document(made, shapes)
    assert document["conforms"] is False
    assert {each["check"] for each in document["checks"]} >= {"related-apart", "concept-definition"}


# --- VocPub's own examples, with its own shapes ---

#: Examples that are about one of the other validators, and those that only warn.
VALIDATORS = {"03-invalid-GA": "validator.ga.ttl", "03-valid-GA": "validator.ga.ttl", "04-valid-multilang": "validator.multilang.ttl"}
STRICT = {"09-invalid-warnings-issue-15-status"}
EXAMPLES = [
    *("01-invalid", "01-valid", "02-valid-build", "03-invalid-GA", "03-valid-GA", "03-valid", "04-valid-multilang", "05-valid-qualdev"),
    *("06-invalid-qualdev", "07-invalid-issue-16", "08-valid-issue-15-status", "09-invalid-warnings-issue-15-status"),
    *("10-valid-multi-lang-agents", "11-invalid-multi-lang-agents", "12-invalid-multi-lang-agents", "13-invalid-multi-lang-agents"),
    *("14-valid-suni-all-props", "15-invalid-suni-temporalEntity", "16-invalid-concept-historyNote"),
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_of_vocpub_get_the_verdict_of_their_names(name: str, shared_data: Path) -> None:
    folder = shared_data / "suites/shapes/vocpub"
    validator = folder / "validators" / VALIDATORS.get(name, "validator.ttl")
    plain = parse(path=folder / f"examples/{name}.ttl", format=RdfFormat.TURTLE)
    lines = lines_of(quad.triple for quad in plain)
    made = check(name, lines, profile=validator)
    wrong = made.has(Severity.VIOLATION) or (name in STRICT and made.has(Severity.WARNING))
    assert wrong == ("-invalid" in name), made.counts


def test_the_command_gives_the_verdict_as_its_exit_code(root: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text(HEAD + ":b skos:related :top .")
    environment = {**os.environ, "DATATERRA_VAR": str(tmp_path / "var")}
    command = [sys.executable, "-m", "kg.cli", "vocab", "check"]

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*command, *arguments], cwd=root, env=environment, capture_output=True, timeout=60)

    sound = run("tests/vocabulary/files/sea-ice.ttl", "--lang", "fr")
    assert (sound.returncode, sound.stderr) == (0, b"")
    assert "concept" in sound.stdout.decode()
    assert run(str(bad)).returncode == 3
    assert json.loads(run(str(bad), "--json").stdout)["conforms"] is False
    assert list(parse(run(str(bad), "--shacl").stdout, format=RdfFormat.TURTLE))


def test_real_vocabularies_are_checked_whole(shared_data: Path) -> None:
    path = shared_data / "data/vocabularies/eu-inspire-iso/protocol.rdf"
    lines = lines_of(read_paths([path], Reading("protocol")).triples)
    found = check("protocol", lines).found
    assert ("unknown-term", "http://www.w3.org/2004/02/skos/core#inscheme") in {(each.check, each.value) for each in found}
    assert concepts_of(triples_of(lines))
