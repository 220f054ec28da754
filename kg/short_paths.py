"""`inferred/things`: what follows for a data set from things that other records describe (`docs/ontology.md`, Short paths).

A record that names an instrument by its identifier says nothing of its kind; the record that describes the instrument does. What a record
says itself of the things it names is in its link graph already.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pyoxigraph import QueryTriples, RdfFormat, serialize

from kg.model import Iri
from kg.namespaces import INFERRED_THINGS
from kg.store import GraphChange, WorkingStore

GRAPH: Final = Iri(INFERRED_THINGS.value)
_QUERY: Final = Path(__file__).parent / "query" / "inferred-short-paths.rq"


def write_short_paths(store: WorkingStore) -> frozenset[Iri]:
    """Write what follows as the store is now; returns the data sets of which something else follows than before."""
    found = store.query(_QUERY.read_text("utf-8"))
    assert isinstance(found, QueryTriples)
    before = {*store.graph(GRAPH).splitlines(keepends=True)}
    now = {*(serialize(found, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)}
    if before != now:
        store.apply([GraphChange(GRAPH, b"".join(sorted(now)))])
    return frozenset(Iri(line[1 : line.index(b"> ")].decode()) for line in before ^ now)
