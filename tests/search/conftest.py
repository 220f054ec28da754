"""A small catalogue in a real store, its views and its index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.search.concepts import concepts_of_store
from kg.search.document import entries
from kg.search.index import SearchIndex, build, open_index
from kg.store import GraphChange, WorkingStore

HERE = Path(__file__).parent


def graph_changes(trig: bytes) -> list[GraphChange]:
    """The named graphs of a TriG file as a store takes them."""
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(trig, RdfFormat.TRIG):
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return [
        GraphChange(Iri(name), b"".join(sorted(serialize(triples, format=RdfFormat.N_TRIPLES).splitlines(keepends=True))))
        for name, triples in graphs.items()
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[WorkingStore]:
    """The catalogue in a store that a test may change."""
    opened = WorkingStore(tmp_path / "store")
    opened.apply(graph_changes((HERE / "catalogue.trig").read_bytes()))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingStore]:
    """The catalogue in a store that no test changes."""
    opened = WorkingStore(tmp_path_factory.mktemp("catalogue") / "store")
    opened.apply(graph_changes((HERE / "catalogue.trig").read_bytes()))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def index(catalogue: WorkingStore, tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The index of the catalogue."""
    folder = tmp_path_factory.mktemp("release") / "index"
    build(folder, entries(DatasetReader(catalogue).views(), concepts_of_store(catalogue)), catalogue)
    return open_index(folder)
