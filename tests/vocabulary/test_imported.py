"""Vocabularies of others in a release: in full or in part, with what follows of them; alarms when what is pointed at changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.alarms import alarms
from kg.model import Iri, Mapping, TermKind
from kg.namespaces import BASE, DCT, OWL, RDF, SKOS
from kg.publish import publish
from kg.state import State
from kg.vocabulary.entailment import entailed
from kg.vocabulary.lines import triples_of
from kg.vocabulary.pull import take_files
from kg.vocabulary.shelves import Library
from kg.vocabulary.sources import VocabularySource
from kg.workshop import Workshop

WorkingFolder = Any  # of tests/conftest.py

ICE = "https://example.org/sea-ice/"
VARIABLE = f"{BASE}variable/sea-ice-thickness"


def turtle(text: str) -> list[Triple]:
    head = "@prefix : <http://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    return [quad.triple for quad in parse(head + text, RdfFormat.TURTLE)]


def following(text: str, matches: str = "") -> set[Triple]:
    return set(triples_of(entailed(turtle(text), turtle(matches) if matches else []).lines))


def iri(name: str) -> NamedNode:
    return NamedNode("http://e.org/" + name)


# --- what follows ---


def test_what_stands_above_and_below_follows_however_far() -> None:
    found = following(":a a skos:Concept ; skos:broader :b . :b a skos:Concept . :c a skos:Concept ; skos:narrower :b .")
    assert {triple.object for triple in found if triple.subject == iri("a") and triple.predicate == SKOS.broaderTransitive} == {
        iri("b"),
        iri("c"),
    }
    assert Triple(iri("c"), SKOS.narrowerTransitive, iri("a")) in found
    assert Triple(iri("b"), SKOS.narrower, iri("a")) in found
    assert Triple(iri("a"), SKOS.broader, iri("b")) not in found, "what is stated does not follow"


def test_inverses_follow() -> None:
    found = following(
        ":a a skos:Concept ; skos:inScheme :s ; skos:related :b ; skos:topConceptOf :s . :b a skos:Concept ; skos:inScheme :s ."
    )
    assert {Triple(iri("b"), SKOS.related, iri("a")), Triple(iri("s"), SKOS.hasTopConcept, iri("a"))} <= found


def test_exact_matches_follow_over_vocabularies() -> None:
    found = following(
        ":a a skos:Concept ; skos:inScheme :s ; skos:exactMatch <http://o.org/1> .", "<http://p.org/1> skos:exactMatch <http://o.org/1> ."
    )
    assert Triple(iri("a"), SKOS.exactMatch, NamedNode("http://p.org/1")) in found


def test_a_chain_that_would_make_two_concepts_of_a_scheme_one_is_told_and_followed_by_nothing() -> None:
    scheme = turtle(
        ":a a skos:Concept ; skos:inScheme :s ; skos:exactMatch <http://o.org/1> . :c a skos:Concept ; skos:inScheme :s ;"
        " skos:exactMatch <http://q.org/1> . :b a skos:Concept ; skos:inScheme :s ."
    )
    others = turtle("<http://o.org/1> skos:exactMatch <http://p.org/1> . :b skos:exactMatch <http://p.org/1> .")
    found = entailed(scheme, others)
    assert found.clashes == (("http://e.org/a", "http://e.org/b"),)
    assert not [triple for triple in triples_of(found.lines) if triple.predicate == SKOS.exactMatch]


# --- in a release ---


@pytest.fixture
def take_in(folder: WorkingFolder, root: Path) -> Callable[..., None]:
    """Takes in the sample vocabulary, changed where that is asked for."""

    def take(change: Callable[[str], str] = lambda text: text, *, date: str = "2025-01-01", **source: Any) -> None:
        path = folder.settings.var / "sea-ice.ttl"
        path.write_text(change((root / "tests/vocabulary/files/sea-ice.ttl").read_text("utf-8")), "utf-8")
        known = VocabularySource("sea-ice", **{"republish": True, "licence": "https://creativecommons.org/licenses/by/4.0/", **source})
        answer = take_files(Library(folder.settings.vocabularies), known, [path], date, accept=True)
        assert answer.state == "accepted"

    return take


def published(folder: WorkingFolder) -> Any:
    with Workshop(folder.settings) as shop:
        publish(folder.settings, shop.state, shop.graphs, mapper=shop.mapper)
    return folder.current.reader()


def test_a_vocabulary_is_served_with_what_makes_its_version_citable(folder: WorkingFolder, take_in: Callable[..., None]) -> None:
    take_in()
    take_in(lambda text: text.replace("fast ice", "landfast ice"), date="2025-02-01")
    reader = published(folder)
    graph = NamedNode(f"{BASE}scheme/sea-ice")
    said = {quad.triple for quad in reader.quads(graph=graph)}
    assert len([triple for triple in said if triple.object == SKOS.Concept]) == 5
    assert Triple(graph, OWL.versionIRI, NamedNode(f"{graph.value}/2025-02-01")) in said
    assert Triple(graph, OWL.priorVersion, NamedNode(f"{graph.value}/2025-01-01")) in said
    assert Triple(graph, DCT.license, NamedNode("https://creativecommons.org/licenses/by/4.0/")) in said
    inferred = {quad.triple for quad in reader.quads(graph=NamedNode(f"{BASE}inferred/sea-ice"))}
    assert Triple(NamedNode(ICE + "ice"), SKOS.narrowerTransitive, NamedNode(ICE + "fast")) in inferred


def test_publishing_again_writes_nothing_and_a_new_version_only_its_own_graphs(folder: WorkingFolder, take_in: Callable[..., None]) -> None:
    take_in()
    published(folder)
    with Workshop(folder.settings) as shop:
        assert publish(folder.settings, shop.state, shop.graphs, mapper=shop.mapper) is None
        before = {row.scheme: row.loaded + row.sha256 for row in shop.state.vocabularies()}
    take_in(
        lambda text: text.replace(
            'skos:broader ice:ice ;\n    skos:prefLabel "drift', 'skos:broader ice:fast ;\n    skos:prefLabel "drift'
        ),
        date="2025-02-01",
    )
    published(folder)
    with State(folder.settings.state) as state:
        after = {row.scheme: row.loaded + row.sha256 for row in state.vocabularies()}
    assert {scheme for scheme in after if after[scheme] != before[scheme]} == {f"{BASE}scheme/sea-ice", f"{BASE}inferred/sea-ice"}


def test_what_may_not_be_republished_is_served_as_far_as_something_points_at_it(
    folder: WorkingFolder, take_in: Callable[..., None]
) -> None:
    take_in(republish=False)
    mapping = Mapping(
        Iri(f"{BASE}term/{TermKind.VARIABLE}/00"), "skos:exactMatch", Iri(ICE + "fast"), 1.0, "semapv:LexicalMatching", "tool:test"
    )
    with State(folder.settings.state) as state:
        state.append_mappings([mapping])
    reader = published(folder)
    concepts = {triple.subject.value for triple in reader.triples(predicate=RDF.type, object=SKOS.Concept) if ICE in triple.subject.value}
    assert concepts == {ICE + "fast"}
    assert list(reader.triples(NamedNode(ICE + "fast"), SKOS.prefLabel))
    assert not list(reader.triples(NamedNode(ICE + "fast"), SKOS.altLabel))


# --- alarms ---


def test_a_target_that_is_renamed_deprecated_or_gone_is_an_alarm_with_what_it_touches(
    folder: WorkingFolder, take_in: Callable[..., None], small_vocabularies: Path, tmp_path: Path
) -> None:
    take_in()
    overlay = tmp_path / "overlay"
    (overlay / "mappings/alignments").mkdir(parents=True)
    rows = [
        f"{VARIABLE}\tskos:exactMatch\t{ICE}{name}\t{label}\tsemapv:ManualMappingCuration\t1.0"
        # of a UUID nobody can say in which vocabulary of its publisher it is
        for name, label in (
            ("e9f67a66-e9fc-435c-b720-ae32a2c3d8f5", "elsewhere"),
            ("thickness", "sea ice thickness"),
            ("fast", "fast ice"),
            ("drift", "drift ice"),
            ("never", "never there"),
        )
    ]
    head = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\n"
    (overlay / "mappings/alignments/variable--ice.sssom.tsv").write_text(head + "\n".join(rows) + "\n")
    settings = folder.settings.__class__(var=folder.settings.var, config=overlay)
    library = Library(settings.vocabularies)
    assert {alarm.concept for alarm in alarms(settings, library, None, ["sea-ice"])} == {ICE + "never"}

    def change(text: str) -> str:
        gone = text[: text.index("ice:drift a")] + text[text.index("ice:concentration a") :]
        return gone.replace('"fast ice"@en', '"ice that holds"@en').replace('"land-fast ice"', '"held ice"')

    take_in(change, date="2025-02-01")
    with State(settings.state) as state:
        found = {alarm.concept.removeprefix(ICE): alarm for alarm in alarms(settings, library, state, ["sea-ice"])}
    assert {name: alarm.kind for name, alarm in found.items()} == {"fast": "renamed", "drift": "deprecated", "never": "gone"}
    assert found["fast"].now == "banquise côtière / ice that holds"
    assert [pointer.subject for pointer in found["drift"].mappings] == [VARIABLE]


def overlay_with(tmp_path: Path, **files: str) -> Path:
    """An overlay with alignments: rows of subject, predicate, object and label for each file."""
    overlay = tmp_path / "overlay"
    (overlay / "mappings/alignments").mkdir(parents=True, exist_ok=True)
    head = "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence\n"
    for name, rows in files.items():
        lines = (f"{row}\tsemapv:ManualMappingCuration\t1.0" for row in rows.splitlines())
        (overlay / f"mappings/alignments/{name.replace('_', '-')}.sssom.tsv").write_text(head + "\n".join(lines) + "\n")
    return overlay


def test_what_a_vocabulary_says_itself_is_one_alarm_and_what_our_mappings_do_is_one_each(
    folder: WorkingFolder, take_in: Callable[..., None], tmp_path: Path
) -> None:
    take_in(lambda text: text.replace("ice:fast a skos:Concept ;", "ice:fast a skos:Concept ; skos:exactMatch ice:drift ;"))
    rows = "\n".join(f"{VARIABLE}\tskos:exactMatch\t{ICE}{name}\tany" for name in ("thickness", "concentration"))
    settings = folder.settings.__class__(var=folder.settings.var, config=overlay_with(tmp_path, variable__ice=rows))
    found = [alarm for alarm in alarms(settings, Library(settings.vocabularies), None) if alarm.vocabulary == "sea-ice"]
    pairs = {(alarm.kind, alarm.concept, alarm.now) for alarm in found if alarm.kind in ("clash", "synonyms")}
    assert pairs == {("synonyms", ICE + "drift", "1"), ("clash", ICE + "concentration", ICE + "thickness")}


def test_neither_properties_of_ontologies_nor_things_that_are_no_concepts_nor_spaces_are_alarms(
    folder: WorkingFolder, take_in: Callable[..., None], tmp_path: Path
) -> None:
    take_in(lambda text: text + '\nice:note skos:prefLabel "a thing that is said to be no concept"@en .\n')
    term = f"{BASE}ontology#unit\tskos:closeMatch\t{ICE}hasUnit\tunit"
    rows = f"{VARIABLE}\tskos:closeMatch\t{ICE}note\ta thing\n{VARIABLE}\tskos:closeMatch\t{ICE}fast\tfast   ice"
    overlay = overlay_with(tmp_path, ontology__ice=term, variable__ice=rows)
    settings = folder.settings.__class__(var=folder.settings.var, config=overlay)
    assert alarms(settings, Library(settings.vocabularies), None, ["sea-ice"]) == []


# --- the commands ---


def test_versions_are_compared_fetched_and_rolled_back_by_commands(folder: WorkingFolder, take_in: Callable[..., None]) -> None:
    take_in()
    take_in(lambda text: text.replace("fast ice", "landfast ice"), date="2025-02-01")
    told = folder.run("vocab", "diff", "sea-ice", "--lang", "fr").stdout
    assert "1 libellé changé" in told
    assert f"~ {ICE}fast: fast ice@en -> landfast ice@en" in told
    old = folder.run("vocab", "export", "sea-ice", "2025-01-01", "--format", "n-triples").stdout
    assert '"fast ice"@en' in old
    assert {quad.triple for quad in parse(old.encode(), RdfFormat.N_TRIPLES)}
    for form in ("turtle", "json-ld", "rdf-xml", "n-quads", "trig"):
        assert folder.run("vocab", "export", "sea-ice", "--format", form).returncode == 0
    assert folder.run("vocab", "rollback", "sea-ice", "2025-01-01").returncode == 0
    again = json.loads(folder.run("vocab", "pull", "sea-ice", "--from", folder.settings.var / "sea-ice.ttl", "--json").stdout)
    assert (again["state"], again["reasons"][0]["code"]) == ("held", "refused")
    assert json.loads(folder.run("vocab", "list", "--json").stdout)[0]["state"] == "held"
    doctor = folder.run("doctor")
    assert doctor.returncode == 3
    assert "BAD  vocabulary sea-ice: held since" in doctor.stdout
    diff = folder.run("vocab", "diff", "sea-ice", "2025-01-01", "held").stdout
    assert diff.startswith("1 label changed")


def test_a_site_adds_its_own_sources(folder: WorkingFolder) -> None:
    done = folder.run("vocab", "add", "our-terms", "https://example.org/t.ttl", "--title", 'Our "terms"', "--group", "ours")
    assert done.returncode == 0, done.stderr
    sources = json.loads(folder.run("vocab", "sources", "--json").stdout)
    (ours,) = [source for source in sources if source["group"] == "ours"]
    assert (ours["title"], ours["republish"]) == ('Our "terms"', False)
    assert folder.run("vocab", "add", "../x", "https://example.org/t.ttl").returncode == 1
    assert folder.run("vocab", "pull", "nobody-knows").returncode == 1
    shown = folder.run("vocab", "show", "nobody-knows")
    assert shown.returncode == 1
    assert "Traceback" not in shown.stderr


def test_what_is_imported_for_linking_only_stays_so(folder: WorkingFolder, root: Path) -> None:
    file = root / "tests/vocabulary/files/sea-ice.ttl"
    assert folder.run("vocab", "import", file, "--as", "their-ice", "--linking-only", "--date", "2025-01-01").returncode == 0
    assert folder.run("vocab", "import", file, "--as", "our-ice", "--date", "2025-01-01").returncode == 0
    assert folder.run("vocab", "pull", "their-ice", "--from", file, "--date", "2025-01-02").returncode == 0
    served = {row["id"]: row["republish"] for row in json.loads(folder.run("vocab", "list", "--json").stdout)}
    assert served == {"their-ice": False, "our-ice": True}
