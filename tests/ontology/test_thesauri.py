"""What curators and the linker may rely on in the hub thesauri."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store

from kg.namespaces import BASE, DCT, IOP, OWL, QUDT, RDF, SKOS, XSD
from kg.vocabulary.turtle import recanonical

FOLDER = Path(__file__).parents[2] / "ontology" / "vocabularies"
#: The least number of concepts of each kind; a thesaurus that shrinks below has lost something.
LEAST = {"variable": 400, "instrument": 210, "platform": 150, "theme": 50, "licence": 80, "access": 13}
#: Chemical symbols that differ in case only: Co is cobalt, CO carbon monoxide.
CASE_MATTERS = {"co"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.fixture(scope="module", params=sorted(LEAST))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def graph(kind: str) -> Store:
    store = Store()
    store.load(path=FOLDER / f"{kind}.ttl", format=RdfFormat.TURTLE, to_graph=DefaultGraph())
    return store


def pairs(graph: Store, predicate: NamedNode) -> list[tuple[str, str]]:
    return [(quad.subject.value, quad.object.value) for quad in graph.quads_for_pattern(None, predicate, None)]


def labels(graph: Store, predicate: NamedNode) -> dict[tuple[str, str], list[str]]:
    """(concept, language) to its labels."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for quad in graph.quads_for_pattern(None, predicate, None):
        assert isinstance(quad.object, Literal) and quad.object.language, quad
        found[quad.subject.value, quad.object.language].append(quad.object.value)
    return found


def concepts(graph: Store) -> set[str]:
    return {quad.subject.value for quad in graph.quads_for_pattern(None, RDF.type, SKOS.Concept)}


def test_there_are_enough_concepts(kind: str, graph: Store) -> None:
    assert len(concepts(graph)) >= LEAST[kind]


def test_the_file_is_in_canonical_form(kind: str) -> None:
    text = (FOLDER / f"{kind}.ttl").read_text(encoding="utf-8")
    assert recanonical(text) == text


def test_the_scheme_says_what_it_is_in_both_languages(kind: str, graph: Store) -> None:
    scheme = NamedNode(f"{BASE}scheme/{kind}")
    said = {quad.predicate: quad.object for quad in graph.quads_for_pattern(scheme, None, None)}
    assert {DCT.license, DCT.publisher, DCT.issued, OWL.versionInfo} <= said.keys()
    assert said[DCT.issued].datatype == XSD.date
    for predicate in (DCT.title, DCT.description, SKOS.prefLabel):
        assert {key[1] for key in labels(graph, predicate) if key[0] == scheme.value} == {"en", "fr"}


def test_every_concept_has_its_place_and_a_lasting_name(kind: str, graph: Store) -> None:
    start = f"{BASE}{kind}/"
    assert all(iri.startswith(start) and SLUG.fullmatch(iri[len(start) :]) for iri in concepts(graph))
    assert {subject for subject, scheme in pairs(graph, SKOS.inScheme) if scheme == f"{BASE}scheme/{kind}"} == concepts(graph)


@pytest.mark.parametrize("predicate", ["prefLabel", "definition"])
def test_one_label_and_one_definition_in_each_language(graph: Store, predicate: str) -> None:
    found = labels(graph, SKOS[predicate])
    for concept in concepts(graph):
        for language in ("en", "fr"):
            assert len(found[concept, language]) == 1, f"{concept} needs one {predicate} in {language}"


def test_no_two_concepts_share_a_preferred_label(graph: Store) -> None:
    counted = Counter((key[1], text.casefold()) for key, texts in labels(graph, SKOS.prefLabel).items() for text in texts)
    assert [label for label, number in counted.items() if number > 1] == []


def test_an_alternative_label_leads_to_one_concept_only(graph: Store) -> None:
    names = labels(graph, SKOS.prefLabel)
    preferred = {(key[1], text.casefold()): key[0] for key, texts in names.items() for text in texts}
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (concept, language), texts in labels(graph, SKOS.altLabel).items():
        for text in texts:
            owners[language, text if text.casefold() in CASE_MATTERS else text.casefold()].add(concept)
            assert preferred.get((language, text.casefold()), concept) == concept, f"{text!r} is the name of another concept"
            assert text not in names[concept, language], f"{text!r} is the concept's own name (SKOS S13)"
    assert {label: found for label, found in owners.items() if len(found) > 1} == {}


def test_labels_are_clean(graph: Store) -> None:
    for predicate in (SKOS.prefLabel, SKOS.altLabel, SKOS.definition):
        for texts in labels(graph, predicate).values():
            assert all(text == " ".join(text.split()) and text for text in texts)


def test_broader_and_narrower_mirror_each_other(graph: Store) -> None:
    broader = set(pairs(graph, SKOS.broader))
    assert broader == {(child, parent) for parent, child in pairs(graph, SKOS.narrower)}
    assert {iri for pair in broader for iri in pair} <= concepts(graph)


def test_every_concept_hangs_from_a_top_concept_without_a_cycle(kind: str, graph: Store) -> None:
    parents: dict[str, set[str]] = defaultdict(set)
    for child, parent in pairs(graph, SKOS.broader):
        parents[child].add(parent)
    tops = {subject for subject, _ in pairs(graph, SKOS.topConceptOf)}
    assert tops == {target for _, target in pairs(graph, SKOS.hasTopConcept)} == concepts(graph) - parents.keys()
    for concept in concepts(graph):
        above, seen = {concept}, set[str]()
        while above:
            seen |= above
            above = {parent for iri in above for parent in parents.get(iri, ())}
            assert concept not in above, f"{concept} is above itself"
            assert len(seen) < 50


def test_units_are_qudt_units(graph: Store, shared_data: Path) -> None:
    text = (shared_data / "data/vocabularies/qudt/VOCAB_QUDT-UNITS-ALL.ttl").read_text(encoding="utf-8")
    known = {f"http://qudt.org/vocab/unit/{name}" for name in re.findall(r"^unit:(\S+)", text, re.MULTILINE)}
    assert {unit for _, unit in pairs(graph, QUDT.unit)} <= known


def test_parts_of_variables_exist_where_they_come_from(graph: Store, shared_data: Path) -> None:
    """I-ADOPT: the property is a QUDT quantity kind, object and matrix are ENVO classes that are not obsolete."""
    kinds = (shared_data / "data/vocabularies/qudt/VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl").read_text(encoding="utf-8")
    terms = (shared_data / "data/vocabularies/envo/envo.obo").read_text(encoding="utf-8").split("\n[Term]\n")[1:]
    alive = {term.partition("id: ")[2].partition("\n")[0] for term in terms if "is_obsolete: true" not in term}
    properties = dict(pairs(graph, IOP.hasProperty))
    known = {f"http://qudt.org/vocab/quantitykind/{name}" for name in re.findall(r"^quantitykind:(\S+)", kinds, re.MULTILINE)}
    assert set(properties.values()) <= known
    objects = dict(pairs(graph, IOP.hasObjectOfInterest))
    matrices = dict(pairs(graph, IOP.hasMatrix))
    used = {*objects.values(), *matrices.values()}
    assert {iri.removeprefix("http://purl.obolibrary.org/obo/").replace("_", ":") for iri in used} <= alive
    assert properties.keys() == objects.keys() >= matrices.keys()
