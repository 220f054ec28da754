"""Where the ontologies are that ours stands on, and the reasoner."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from kg.ontology.imports import OURS, Imports, find_imports
from kg.ontology.reasoner import missing_part
from tests.vocabulary.conftest import service

__all__ = ["service"]
ROOT = Path(__file__).parents[2]
#: Where the sample ontologies are within DATATERRA_SHARED.
FOLDERS = ("data/vocabularies/w3c", "data/vocabularies/iadopt")


@pytest.fixture(scope="session")
def imports(shared_data: Path) -> Imports:
    """DCAT, SOSA/SSN, PROV and the others, as published."""
    return find_imports([shared_data / folder for folder in FOLDERS])


@pytest.fixture(scope="session")
def reasoner() -> None:
    """Skips where HermiT cannot run."""
    if why := missing_part():
        pytest.skip(why)


def turtle(text: str) -> tuple[Triple, ...]:
    """Turtle with the usual prefixes."""
    heads = "".join(f"@prefix {prefix}: <{start}> .\n" for prefix, start in PREFIXED.items())
    return tuple(quad.triple for quad in parse(heads + text, format=RdfFormat.TURTLE))


PREFIXED = {
    "": "http://example.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dt": "https://w3id.org/dataterra/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "iop": "https://w3id.org/iadopt/ont/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "time": "http://www.w3.org/2006/time#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@pytest.fixture(scope="session")
def ours() -> dict[str, tuple[Triple, ...]]:
    """Our ontology."""
    path = ROOT / "ontology" / "dataterra.ttl"
    return {OURS: tuple(quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))}
