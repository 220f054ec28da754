"""The IRIs of the ontology's terms lead to its document: a page for people, the axioms for machines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from kg.namespaces import DT, ONTOLOGY, OWL, RDF
from kg.ontology.expression import Kind
from kg.ontology.reading import read_axioms
from kg.vocabulary.graphs import read_graph
from tests.api.conftest import Publish, Serve

FILE = Path(__file__).parents[2] / "ontology" / "dataterra.ttl"


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory, publishing: Publish, serving: Serve, catalogue: bytes) -> Iterator[httpx.Client]:
    """A release that holds the ontology as publishing stores it, served."""
    var = tmp_path_factory.mktemp("ontology")
    graph = f"<{ONTOLOGY.value}> {{\n{read_graph(FILE).decode()}}}\n".encode()
    publishing(var, catalogue + b"\n" + graph)
    with serving(var) as address, httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client


WORDS = {"en": ("Whatever has “observation”", "follows from"), "fr": ("Tout ce qui a «\u00a0observation\u00a0»", "découle de")}


@pytest.mark.parametrize("language", WORDS)
def test_each_term_has_its_place_on_the_page_in_both_languages(ontology: httpx.Client, language: str) -> None:
    page = ontology.get(f"/ontology?lang={language}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and all(word in page.text for word in WORDS[language])
    subjects = {quad.subject.value for quad in parse(path=FILE, format=RdfFormat.TURTLE)}
    terms = {iri.removeprefix(str(DT)) for iri in subjects if iri.startswith(str(DT))}
    anchors = set(re.findall(r'<section id="(\w+)"', page.text))
    assert terms <= anchors
    inside = re.findall(r'href="#([^"]+)"', page.text)
    assert set(inside) <= set(re.findall(r'id="([^"]+)"', page.text))
    assert "<script" not in page.text and 'href=""' not in page.text


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_machines_get_the_axioms_with_lists_as_owl_has_them(ontology: httpx.Client, media_type: str) -> None:
    answer = ontology.get("/ontology", headers={"Accept": media_type})
    triples = [quad.triple for quad in parse(answer.content, format=RdfFormat.from_media_type(media_type))]
    cells = [triple.subject for triple in triples if triple.predicate == RDF.first]
    assert cells and all(isinstance(cell, BlankNode) for cell in cells)
    served, written = (read_axioms({"": given}) for given in (triples, [quad.triple for quad in parse(path=FILE, format=RdfFormat.TURTLE)]))
    chains = [{str(axiom.parts) for axiom in reading.axioms if axiom.kind is Kind.CHAIN} for reading in (served, written)]
    assert chains[0] == chains[1] and len(chains[0]) == 7
    assert not served.not_understood


def test_the_version_leads_to_the_ontology(ontology: httpx.Client) -> None:
    version = next(quad.object for quad in parse(path=FILE, format=RdfFormat.TURTLE) if quad.predicate == OWL.versionIRI)
    assert isinstance(version, NamedNode)
    answer = ontology.get("/ontology/" + version.value.rpartition("/")[2], headers={"Accept": "text/turtle"})
    assert answer.status_code == 303 and answer.headers["location"] == "/ontology"
