"""From a record's terms to the triples of its link graph."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.link.ledger import Decisions
from kg.link.linker import Linker, TermState, distinct_mappings, mapping_triples, unmapped_terms
from kg.link.rights import Rights
from kg.link.version import AUTHOR
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Iri, Mapping, MappingStatus, Record, Term, TermKind

BASE = "https://w3id.org/dataterra/"
DATASET = BASE + "dataset/test/1"
SST = Term(TermKind.VARIABLE, "SST", "en")
UNKNOWN = Term(TermKind.KEYWORD, "Soultz-sous-Forêts", "fr")
LICENCE = Term(TermKind.LICENCE, "Open access, CC BY 4.0")


def record(*terms: Term, identifier: str = "1") -> Record:
    return Record(Iri(f"{BASE}record/test/{identifier}"), "test", identifier, Iri(DATASET), "", "iso19139", "", b"", terms)


@pytest.fixture
def linker(index: VocabularyIndex) -> Linker:
    return Linker(index, Rights(), Decisions())


def person(term: Term, concept: str, status: MappingStatus = MappingStatus.ACCEPTED, scope: str = "") -> Mapping:
    return Mapping(
        term.iri, "skos:exactMatch", Iri(BASE + concept), 1.0, "semapv:ManualMappingCuration", "person:curator", "", scope, status
    )


def test_the_link_graph_is_sorted_n_triples_on_the_data_set(linker: Linker) -> None:
    triples = linker.link(record(SST, LICENCE, Term(TermKind.PLATFORM, "S2A")), DATASET).triples
    assert triples.decode().splitlines() == [
        f"<{DATASET}> <http://purl.org/dc/terms/accessRights> <http://publications.europa.eu/resource/authority/access-right/PUBLIC> .",
        f"<{DATASET}> <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/4.0/> .",
        f"<{DATASET}> <{BASE}ontology#accessCondition> <{BASE}access/public> .",
        f"<{DATASET}> <{BASE}ontology#licence> <{BASE}licence/cc-by-4-0> .",
        f"<{DATASET}> <{BASE}ontology#observedVariable> <{BASE}variable/sea-surface-temperature> .",
        f"<{DATASET}> <{BASE}ontology#platform> <{BASE}platform/sentinel-2a> .",
    ]
    assert len(list(ox.parse(triples, format=ox.RdfFormat.N_TRIPLES))) == 6


def test_a_thing_says_what_it_is_and_observes_and_is_not_counted_as_a_data_set(linker: Linker) -> None:
    terms = (SST, Term(TermKind.INSTRUMENT, "MSI"), Term(TermKind.PLATFORM, "S2A"))
    short = [f"{BASE}ontology#{name}" for name in ("observedVariable", "instrument", "platform", "concept")]
    said = {
        family: linker.link(record(*terms), f"{BASE}{family}/test/1").triples.decode().splitlines()
        for family in ("equipment", "facility", "project")
    }
    assert not [line for lines in said.values() for line in lines if any(f"<{each}>" in line for each in short)]
    sensor, station, project = (f"<{BASE}{family}/test/1>" for family in said)
    assert f"{sensor} <http://purl.org/dc/terms/type> <{BASE}instrument/msi> ." in said["equipment"]
    assert f"{sensor} <http://www.w3.org/ns/sosa/observes> <{BASE}variable/sea-surface-temperature> ." in said["equipment"]
    assert f"{station} <http://purl.org/dc/terms/type> <{BASE}platform/sentinel-2a> ." in said["facility"]
    assert f"{station} <http://www.w3.org/ns/ssn/forProperty> <{BASE}variable/sea-surface-temperature> ." in said["facility"]
    assert f"{project} <http://purl.org/dc/terms/subject> <{BASE}instrument/msi> ." in said["project"]


def test_things_and_observations_that_bear_a_term_say_it_too(linker: Linker) -> None:
    """So the full patterns of SOSA hold in the published graph, and the short paths follow from them (`docs/ontology.md`)."""
    sensor, observation = Term(TermKind.INSTRUMENT, "MSI"), f"{BASE}record/test/1#observation-1"
    said = "".join(
        f"<{bearer}> <{BASE}ontology#sourceTerm> <{term.iri}> .\n"
        for bearer, term in ((DATASET, SST), (f"{BASE}equipment/test/s", sensor), (observation, SST))
    )
    lines = linker.link(record(SST, sensor), DATASET, said.encode).triples.decode().splitlines()
    assert f"<{BASE}equipment/test/s> <http://purl.org/dc/terms/type> <{BASE}instrument/msi> ." in lines
    assert f"<{observation}> <http://www.w3.org/ns/sosa/observedProperty> <{BASE}variable/sea-surface-temperature> ." in lines
    assert f"<{DATASET}> <{BASE}ontology#instrument> <{BASE}instrument/msi> ." in lines
    assert len(lines) == 4


def test_linking_again_gives_the_same(linker: Linker) -> None:
    assert linker.link(record(SST, LICENCE)) == linker.link(record(SST, LICENCE))


def test_what_is_in_the_ledger_is_not_new(index: VocabularyIndex, linker: Linker) -> None:
    first = linker.link(record(SST, LICENCE))
    assert len(first.new_mappings) == 3
    again = Linker(index, Rights(), Decisions(first.new_mappings)).link(record(SST, LICENCE))
    assert again.new_mappings == () and again.triples == first.triples


def test_a_person_who_rejects_a_link_is_not_overruled_by_the_tool(index: VocabularyIndex) -> None:
    ledger = Decisions([person(SST, "variable/sea-surface-temperature", MappingStatus.REJECTED)])
    result = Linker(index, Rights(), ledger).link(record(SST))
    assert result.triples == b"" and dict(result.states)[SST] is TermState.UNMAPPED


def test_a_person_who_names_another_concept_replaces_the_tools(index: VocabularyIndex) -> None:
    result = Linker(index, Rights(), Decisions([person(SST, "variable/wind")])).link(record(SST))
    assert b"variable/wind" in result.triples and b"sea-surface" not in result.triples


def test_a_decision_scoped_to_one_record_holds_there_only(index: VocabularyIndex) -> None:
    linker = Linker(index, Rights(), Decisions([person(SST, "variable/wind", scope=f"{BASE}record/test/2")]))
    assert b"sea-surface" in linker.link(record(SST)).triples
    assert b"variable/wind" in linker.link(record(SST, identifier="2")).triples
    assert b"sea-surface" in linker.link(record(SST)).triples


def test_a_finding_of_the_tool_that_is_gone_is_withdrawn_not_kept(index: VocabularyIndex) -> None:
    old = Mapping(SST.iri, "skos:exactMatch", Iri(BASE + "variable/wind"), 0.9, "semapv:LexicalMatching", "tool:dataterra-link/0.0")
    result = Linker(index, Rights(), Decisions([old])).link(record(SST))
    assert b"variable/wind" not in result.triples
    assert {(m.object.rpartition("/")[2], m.status.value) for m in result.new_mappings} == {
        ("sea-surface-temperature", "accepted"),
        ("wind", "rejected"),
    }


def test_unmapped_terms_are_counted_with_their_uses(linker: Linker) -> None:
    results = [linker.link(record(UNKNOWN, SST)), linker.link(record(UNKNOWN, Term(TermKind.VARIABLE, "TBD")), DATASET)]
    assert unmapped_terms(results) == [(UNKNOWN, 2)]
    assert results[0].counts == {(TermKind.KEYWORD, TermState.UNMAPPED): 1, (TermKind.VARIABLE, TermState.LINKED): 1}
    assert results[1].counts[TermKind.VARIABLE, TermState.PLACEHOLDER] == 1
    assert len(distinct_mappings([results[0], results[0]])) == 1


@pytest.mark.parametrize(
    ("text", "state"), [("otherRestrictions", "placeholder"), ("TBD", "placeholder"), ("Ask the data centre first", "unmapped")]
)
def test_rights_that_say_nothing_are_told_from_rights_that_are_not_understood(linker: Linker, text: str, state: str) -> None:
    assert [found.value for _, found in linker.link(record(Term(TermKind.LICENCE, text))).states] == [state]


def test_a_licence_without_version_gives_its_family_and_no_official_iri(linker: Linker) -> None:
    triples = linker.link(record(Term(TermKind.LICENCE, "CC BY"))).triples
    assert triples.decode() == f"<{DATASET}> <{BASE}ontology#licence> <{BASE}licence/cc-by> .\n"


def test_a_licence_that_the_hub_lacks_is_linked_by_its_official_iri(linker: Linker) -> None:
    triples = linker.link(record(Term(TermKind.ACCESS, "https://creativecommons.org/licenses/by/3.0/nz/"))).triples
    assert triples.decode() == f"<{DATASET}> <http://purl.org/dc/terms/license> <https://creativecommons.org/licenses/by/3.0/nz/> .\n"


def test_an_accepted_mapping_is_published_with_its_reason(linker: Linker) -> None:
    mapping = linker.link(record(SST)).new_mappings[0]
    lines = mapping_triples(mapping).decode().splitlines()
    subject = f"<{mapping.iri}>"
    assert f"{subject} <http://www.w3.org/2002/07/owl#annotatedSource> <{SST.iri}> ." in lines
    assert f"{subject} <http://www.w3.org/2002/07/owl#annotatedProperty> <http://www.w3.org/2004/02/skos/core#exactMatch> ." in lines
    assert f'{subject} <https://w3id.org/sssom/mapping_tool> "{AUTHOR.removeprefix("tool:")}" .' in lines
    assert lines == sorted(lines)


def test_proposals_and_rejections_are_not_published() -> None:
    assert mapping_triples(person(SST, "variable/wind", MappingStatus.PROPOSED)) == b""
    assert mapping_triples(person(SST, "variable/wind", MappingStatus.REJECTED)) == b""


def test_a_hostile_given_iri_cannot_write_triples(index: VocabularyIndex, linker: Linker) -> None:
    evil = Term(TermKind.LICENCE, "CC BY 4.0", given_iri="https://creativecommons.org/licenses/by/4.0/> . <urn:x> <urn:y> <urn:z")
    assert b"urn:z" not in linker.link(record(evil)).triples
