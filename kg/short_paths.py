"""`inferred/things`: what follows for a data set from things that other records describe (`docs/ontology.md`, Short paths).

A record that names an instrument by its identifier says nothing of its kind; the record that describes the instrument does. What a record
says itself of the things it names is in its link graph already.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pyoxigraph import QueryTriples, RdfFormat, serialize

from kg.model import Iri
from kg.namespaces import BASE
from kg.store import GraphChange, WorkingStore

GRAPH: Final = Iri(BASE + "inferred/things")
_QUERY: Final = Path(__file__).parent / "query" / "inferred-short-paths.rq"


def write_short_paths(store: WorkingStore) -> bool:
    """Write what follows as the store is now; whether that differs from what followed before."""
    found = store.query(_QUERY.read_text("utf-8"))
    assert isinstance(found, QueryTriples)
    lines = sorted({*(serialize(found, format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)})
    return store.apply([GraphChange(GRAPH, b"".join(lines))]) > 0
