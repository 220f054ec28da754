"""The graphs of the sample records, with the organisations and all ontologies, contradict nothing; what would contradict is found."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.ontology.expression import Kind
from kg.ontology.imports import Imports
from kg.ontology.reasoner import Verdict, is_consistent, unsatisfiable_classes
from kg.ontology.theory import Theory, theory
from tests.ontology.conftest import turtle

ROOT = Path(__file__).parents[2]
Ours = dict[str, tuple[Triple, ...]]
#: Those whose terms stand in record graphs.
USED = ("dcat", "dcterms", "dqv", "foaf", "geo", "iadopt", "org", "prov", "skos", "sosa", "ssn", "vcard")
RECORDS = sorted((ROOT / "tests" / "golden").rglob("out.ttl"))


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def with_data(imports: Imports, ours: Ours, data: list[Triple]) -> Theory:
    disjoint = {"disjoint": read(ROOT / "ontology" / "disjoint.ttl")}
    found = {name: imports.found[name].triples for name in USED}
    return theory({**found, **ours, **disjoint, "data": data}, individuals="data")


def test_the_graphs_of_all_sample_records_are_consistent(imports: Imports, ours: Ours, reasoner: None) -> None:
    data = [triple for path in RECORDS for triple in read(path)] + read(ROOT / "ontology" / "organisations.ttl")
    found = with_data(imports, ours, data)
    stated = [axiom for axiom in found.axioms if axiom.origin == "data"]
    assert len(RECORDS) > 90 and len(stated) > 0.8 * len(set(data))  # the rest are annotations
    answer = is_consistent(found.triples())
    assert answer.verdict is Verdict.CONSISTENT, answer.why


WRONG = """
:DataSetThatIsAnAgent rdfs:subClassOf dcat:Dataset , foaf:Organization .
:DataSetThatIsASensor rdfs:subClassOf dcat:Dataset , sosa:Sensor .
:PlaceThatPublishes rdfs:subClassOf [ owl:onProperty dct:publisher ; owl:someValuesFrom dct:Location ] .
:YearInWords rdfs:subClassOf [ owl:onProperty dt:startYear ; owl:hasValue "eighties" ] .
:RecordAsDistribution rdfs:subClassOf [ owl:onProperty dcat:distribution ; owl:someValuesFrom dcat:CatalogRecord ] .
:SchemeAsPlatform rdfs:subClassOf [ owl:onProperty dt:platform ; owl:someValuesFrom skos:ConceptScheme ] .
"""
RIGHT = """
:DataSetPublished rdfs:subClassOf dcat:Dataset , [ owl:onProperty dct:publisher ; owl:someValuesFrom foaf:Organization ] .
:PlatformThatIsASensor rdfs:subClassOf sosa:Platform , sosa:Sensor .
"""


def test_what_a_record_graph_must_not_say_is_found(imports: Imports, ours: Ours, reasoner: None) -> None:
    wanted = {triple.subject.value for triple in turtle(WRONG) if isinstance(triple.subject, NamedNode)}
    answer = unsatisfiable_classes(with_data(imports, ours, list(turtle(WRONG + RIGHT))).triples())
    assert {iri for iri in answer.unsatisfiable if iri.startswith("http://example.org/")} == wanted


def test_what_disjointness_is_said_is_about_terms_that_exist(imports: Imports, ours: Ours) -> None:
    known = {triple.subject for found in imports.found.values() for triple in found.triples}
    known |= {triple.subject for triples in ours.values() for triple in triples}
    found = with_data(imports, ours, [])
    pairs = [axiom for axiom in found.axioms if axiom.origin == "disjoint" and axiom.kind is Kind.DISJOINT_CLASSES]
    assert len(pairs) == 48 and all(part.node in known for axiom in pairs for part in axiom.parts)
