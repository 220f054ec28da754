"""A small release in a working folder, and the application that serves it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from pyoxigraph import RdfFormat, Triple, parse, serialize

from api.app import create_app
from kg.config import Settings
from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.record_graphs import RecordGraphs
from kg.release import Release, Releases
from kg.search.concepts import concepts_of_store
from kg.search.document import entries
from kg.search.index import build
from kg.state import GraphTexts
from kg.store import GraphChange, WorkingStore

CATALOGUE = Path(__file__).parent / "catalogue.trig"
Publish = Callable[[Path, bytes], Release]
Serve = Callable[..., AbstractContextManager[str]]


def graph_changes(trig: bytes) -> list[GraphChange]:
    """The named graphs of a TriG file as a store takes them."""
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(trig, RdfFormat.TRIG):
        graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return [
        GraphChange(Iri(name), b"".join(sorted(serialize(triples, format=RdfFormat.N_TRIPLES).splitlines(keepends=True))))
        for name, triples in graphs.items()
    ]


def publish(var: Path, trig: bytes) -> Release:
    """Publish these graphs on top of what the working store of a folder holds."""
    store = WorkingStore(var / "store")
    store.apply(graph_changes(trig))
    texts = GraphTexts(var / "graphs.sqlite")
    RecordGraphs(store, texts).restore()
    staged = Releases(var / "releases").stage(store, texts)
    staged.list_records()
    staged.dump()
    build(staged.index_path, entries(DatasetReader(staged.reader).views(), concepts_of_store(staged.reader)), staged.reader)
    staged.write_manifest()
    release = staged.activate()
    store.close()
    return release


def settings_for(var: Path) -> Settings:
    """Settings with short limits."""
    return Settings(var=var, sparql_seconds=2.0, sparql_processes=2, sparql_bytes=5_000_000)


@pytest.fixture(scope="session")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with one release of the catalogue."""
    folder = tmp_path_factory.mktemp("served")
    publish(folder, CATALOGUE.read_bytes())
    return folder


@contextmanager
def serve(var: Path, sparql_seconds: float = 2.0) -> Iterator[str]:
    """A real server on a free port of the loopback; gives its address."""
    settings = replace(settings_for(var), sparql_seconds=sparql_seconds)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def address(var: Path) -> Iterator[str]:
    """Where the release of the catalogue is served."""
    with serve(var) as found:
        yield found


@pytest.fixture(scope="session")
def client(address: str) -> Iterator[httpx.Client]:
    """A client of that server."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def publishing() -> Publish:
    """Publishes the graphs of a TriG file in a working folder."""
    return publish


@pytest.fixture(scope="session")
def serving() -> Serve:
    """Serves a working folder."""
    return serve


@pytest.fixture(scope="module")
def visitor(var: Path) -> Iterator[httpx.Client]:
    """Somebody who visits what a module has published in its own `var`, and follows where they are led."""
    with serve(var) as address, httpx.Client(base_url=address, timeout=30, trust_env=False, follow_redirects=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def catalogue() -> bytes:
    """The graphs of the catalogue."""
    return CATALOGUE.read_bytes()
