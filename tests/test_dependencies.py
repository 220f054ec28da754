"""What records depend on beside their natives: decisions on terms, vocabularies, shapes, what is said of their source."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

import kg.pipeline
import kg.processing
from kg.errors import ConfigError
from kg.model import Iri, Mapping
from kg.namespaces import BASE, link_graph_iri, source_iri
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.state import State
from tests.runs import change, difference, fates, record

WorkingFolder = Any  # of tests/conftest.py


def test_a_decision_of_a_person_changes_exactly_the_records_that_use_the_term(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    with State(folder.settings.state) as state:
        terms = {use.term.iri: use.term for use in state.terms_of(record("marel-carnot"))}
        others = {use.term.iri for name in ("rephy-metropole", "argo-gdac") for use in state.terms_of(record(name))}
        term = next(term for iri, term in terms.items() if iri not in others and term.kind == "keyword")
        concept = Iri(BASE + "variable/absolute-humidity")
        state.append_mappings([Mapping(term.iri, "skos:closeMatch", concept, 1.0, "semapv:ManualMappingCuration", "person:curator")])
    assert folder.run("link").returncode == 0
    assert folder.run("publish").returncode == 0
    assert difference(folder, 1, 2) == {"records_changed": (record("marel-carnot"),)}
    reader = folder.current.reader()
    assert concept.encode() in reader.graph(Iri(link_graph_iri(record("marel-carnot"))))
    why = next(iter(reader.quads(None, NamedNode("http://www.w3.org/2002/07/owl#annotatedSource"), NamedNode(term.iri))))
    assert "curator" in [quad.object.value for quad in reader.subject(why.subject.value)]


def test_another_predicate_replaces_the_first_in_what_is_published(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    with State(folder.settings.state) as state:
        term = next(iter(state.terms_of(record("rephy-metropole")))).term
        concept = Iri(BASE + "variable/absolute-humidity")
        mapping = Mapping(term.iri, "skos:exactMatch", concept, 1.0, "semapv:ManualMappingCuration", "person:curator")
    for predicate in ("skos:exactMatch", "skos:broadMatch"):
        with State(folder.settings.state) as state:
            state.append_mappings([replace(mapping, predicate=predicate)])
        folder.publish()
    graph = folder.current.reader().graph(Iri(BASE + "alignment/terms")).decode()
    assert replace(mapping, predicate="skos:broadMatch").iri in graph
    assert mapping.iri not in graph


def test_linking_again_without_a_reason_changes_nothing(folder: WorkingFolder, sextant: Path) -> None:
    folder.ingest(sextant)
    assert folder.run("link").returncode == 0
    assert "nothing has changed" in folder.run("publish").stdout


def test_a_changed_vocabulary_links_all_records_again(folder: WorkingFolder, sextant: Path, root: Path, tmp_path: Path) -> None:
    folder.ingest(sextant)
    with State(folder.settings.state, writing=False) as state:
        linked = {mapping.subject for mapping in state.current_mappings()}
        uses = [use.term for use in state.terms_of(record("marel-carnot"))]
    term = next(term for term in uses if term.iri not in linked and term.kind == "keyword" and not term.given_iri and term.language)
    overlay = tmp_path / "config" / "ontology" / "vocabularies"
    shutil.copytree(folder.settings.config, tmp_path / "config")
    text = (root / "ontology" / "vocabularies" / "theme.ttl").read_text("utf-8")
    name = json.dumps(term.text, ensure_ascii=False)
    added = (
        f"\n<{BASE}theme/of-a-test> a skos:Concept ; skos:inScheme <{BASE}scheme/theme> ;\n    skos:prefLabel {name}@{term.language} ;\n"
        f'    skos:definition "Of a test."@en .\n'
    )
    (overlay / "theme.ttl").write_text(text + added, "utf-8")
    folder.settings = replace(folder.settings, config=tmp_path / "config")
    report = folder.ingest(sextant)
    assert fates(report) == {"unchanged": 3}
    assert report.release == "2"
    assert record("marel-carnot") in difference(folder, 1, 2)["records_changed"]
    assert b"theme/of-a-test" in folder.current.reader().graph(Iri(link_graph_iri(record("marel-carnot"))))


LONG, SHORT = 'sh:pattern "[^\\\\s]" ; sh:maxLength 1000', 'sh:pattern "[^\\\\s]" ; sh:maxLength 3'


@pytest.fixture
def strict(folder: WorkingFolder, root: Path, tmp_path: Path) -> Path:
    """An overlay whose rule for titles none of the records keeps."""
    config = tmp_path / "strict"
    shutil.copytree(folder.settings.config, config)
    shutil.copytree(root / "shapes", config / "shapes", ignore=shutil.ignore_patterns("examples"))
    change(config / "shapes/dataset.ttl", LONG, SHORT)
    change(config / "shapes/dataset.ttl", "sh:path dct:title ; sh:uniqueLang true", "sh:path dct:title ; sh:minCount 99")
    return config


def test_changed_shapes_are_applied_to_what_is_there_without_mapping_it_again(
    folder: WorkingFolder, sextant: Path, strict: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, usual = folder.ingest(sextant), folder.settings
    folder.settings = replace(usual, config=strict)
    with monkeypatch.context() as patched:
        patched.setattr(kg.processing.Processor, "process", lambda *_: pytest.fail("a record was mapped again"))
        report = folder.ingest(sextant)
    assert fates(report) == {"quarantined": 3}
    assert {code for code, _ in report.problems} - {code for code, _ in first.problems} == {"dataset-title-text", "dataset-title-unique"}
    with State(folder.settings.state, writing=False) as state:
        assert all(row.outdated for row in state.records())  # the last good state stays, and is flagged
    assert folder.current.reader().graph(record("marel-carnot"))
    folder.settings = usual
    report = folder.ingest(sextant)
    assert fates(report) == {"unchanged": 3}
    assert report.problems == first.problems


def test_shapes_that_let_more_in_bring_in_what_was_kept_out(folder: WorkingFolder, sextant: Path, strict: Path) -> None:
    usual = folder.settings
    folder.settings = replace(usual, config=strict)
    assert fates(folder.ingest(sextant)) == {"quarantined": 3}
    assert not folder.current.reader().graph(record("marel-carnot"))
    folder.settings = usual
    assert folder.publish() is not None
    assert folder.current.reader().graph(record("marel-carnot"))
    assert fates(folder.ingest(sextant)) == {"unchanged": 3}


def test_a_source_that_is_described_anew_is_published_anew(folder: WorkingFolder, sextant: Path) -> None:
    assert folder.run("ingest", sextant).returncode == 0
    change(sextant / "source.toml", 'pole = "odatis"', 'pole = "theia"')
    assert folder.run("ingest", sextant).returncode == 0
    graph = folder.current.reader().graph(Iri(source_iri("sextant")))
    assert b"pole/theia" in graph
    assert b"pole/odatis" not in graph
    assert open_index(folder.current.index_path).searcher.num_docs == 3
    assert search(open_index(folder.current.index_path), SearchRequest(pole=("theia",))).total == 3


def test_one_source_described_in_two_ways_is_refused(folder: WorkingFolder, sextant: Path) -> None:
    (sextant / "other").mkdir()
    (sextant / "other" / "source.toml").write_text('id = "sextant"\npole = "theia"\n')
    shutil.move(sextant / "rephy.xml", sextant / "other" / "rephy.xml")
    with pytest.raises(ConfigError, match="describe the source 'sextant' differently"):
        folder.ingest(sextant)
