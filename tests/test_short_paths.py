"""The short paths of the ontology are true in what is published: wherever the full pattern stands, the short path stands too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.namespaces import BASE, FOAF, PREFIXES
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.short_paths import GRAPH, write_short_paths
from kg.store import Reader
from kg.workshop import Workshop
from tests.conftest import WorkingFolder

HEAD = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("dcat", "dct", "dt", "owl", "sosa"))
CHAINS = {
    "?dataset dt:equipment/owl:sameAs?/dct:type ?concept": "dt:instrument",
    "?dataset dt:facility/owl:sameAs?/dct:type ?concept": "dt:platform",
    "?dataset dt:observation/sosa:observedProperty ?concept": "dt:observedVariable",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> WorkingFolder:
    """Records of data sets and of the things that they name, linked with the whole hub."""
    folder = WorkingFolder(tmp_path_factory.mktemp("things") / "var")
    folder.ingest(*(examples / name for name in ("argo-sensors", "cloudnet", "idn", "sirta", "theia-ozcar")))
    return folder


def rows(reader: Reader, text: str) -> set[tuple[str, ...]]:
    solutions = reader.query(HEAD + text)
    assert isinstance(solutions, QuerySolutions)
    return {tuple(str(getattr(value, "value", "")) for value in solution) for solution in solutions}


@pytest.mark.parametrize("pattern", CHAINS)
def test_the_short_path_stands_wherever_the_full_pattern_does(published: WorkingFolder, pattern: str) -> None:
    reader = published.current.reader()
    full = rows(reader, f"SELECT ?dataset ?concept {{ {pattern} . ?dataset a dcat:Dataset }}")
    short = rows(reader, f"SELECT ?dataset ?concept {{ ?dataset {CHAINS[pattern]} ?concept }}")
    assert full and full <= short


def test_what_only_the_record_of_the_instrument_says_follows_for_the_data_set(published: WorkingFolder) -> None:
    reader = published.current.reader()
    ((dataset, kind),) = rows(reader, f"SELECT ?dataset ?kind {{ GRAPH <{GRAPH}> {{ ?dataset dt:instrument ?kind }} }}")
    assert (dataset.startswith(f"{BASE}dataset/cloudnet/"), kind) == (True, f"{BASE}instrument/mira-35")


def test_search_and_pages_know_what_follows_too(published: WorkingFolder) -> None:
    reader = published.current.reader()
    ((dataset, kind),) = rows(reader, f"SELECT ?dataset ?kind {{ GRAPH <{GRAPH}> {{ ?dataset dt:instrument ?kind }} }}")
    view = DatasetReader(reader).read(dataset)
    assert view is not None and kind in {link.value.iri for link in view.linked("instrument")}
    found = search(open_index(published.current.index_path), SearchRequest(instrument=(kind,)))
    assert dataset in {hit.iri for hit in found.hits}


def test_what_follows_no_more_is_taken_back_with_the_record_of_the_instrument(examples: Path, tmp_path: Path) -> None:
    given = shutil.copytree(examples / "cloudnet", tmp_path / "given" / "cloudnet")
    folder = WorkingFolder(tmp_path / "var")
    folder.ingest(given)
    asked = f"SELECT ?record {{ ?record <{FOAF.primaryTopic.value}> ?sensor . ?sensor dct:type <{BASE}instrument/mira-35> }}"
    (record,) = rows(folder.current.reader(), asked)
    with Workshop(folder.settings) as shop:
        shop.graphs.remove([Iri(record[0])])
        assert len(write_short_paths(shop.store)) == 1
        assert write_short_paths(shop.store) == frozenset()


def test_whoever_counts_data_sets_by_the_short_paths_counts_no_things(published: WorkingFolder) -> None:
    reader = published.current.reader()
    counted = rows(reader, "SELECT DISTINCT ?subject { ?subject dt:observedVariable|dt:instrument|dt:platform|dt:concept ?concept }")
    assert counted and all(subject.startswith(f"{BASE}dataset/") for (subject,) in counted)
    assert rows(reader, "SELECT ?sensor ?variable { ?sensor a sosa:Sensor ; sosa:observes ?variable }")


def test_publishing_again_writes_nothing(published: WorkingFolder) -> None:
    assert published.publish() is None
