"""Graphs in which many records hang together through what they share: each gets its own part, and no record the whole graph."""

from __future__ import annotations

from kg.harvest.containers import Containers

HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix : <https://example.org/> .
"""


def parts(turtle: str) -> list[str]:
    return [item.body.decode() for item in Containers.from_resources().open((HEAD + turtle).encode(), "text/turtle")]


def test_a_shared_thesaurus_is_not_copied_into_every_record() -> None:
    concepts = "".join(f":c{n} a skos:Concept ; skos:prefLabel 'concept {n}' ; skos:broader :c{n + 1} .\n" for n in range(300))
    records = "".join(f":d{n} a dcat:Dataset ; dct:title 'data set {n}' ; dcat:theme :c{n} .\n" for n in range(3))
    found = parts(records + concepts)
    assert len(found) == 3
    assert "concept 0" in found[0]
    assert "concept 1" not in found[0]


def test_what_is_near_a_record_is_kept_where_everything_hangs_together() -> None:
    ring = "".join(f":p{n} a foaf:Agent ; foaf:name 'person {n}' ; foaf:knows :p{(n + 1) % 9_000} .\n" for n in range(9_000))
    records = "".join(f":d{n} a dcat:Dataset ; dct:title 'data set {n}' ; dct:creator :p{n} .\n" for n in range(2))
    first, second = parts(records + ring)
    assert "person 0" in first
    assert "person 1" in second
    assert first.count("\n") < 6_000
