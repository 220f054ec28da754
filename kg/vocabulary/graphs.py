"""Files of the ontology as graphs that can be stored: without blank nodes, so that differences and "unchanged" work."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import BASE
from kg.vocabulary.lines import lines_of

#: Where blank nodes get IRIs (RDF 1.1 Concepts, section 3.5: skolemisation, `.well-known/genid`).
GENID = BASE + ".well-known/genid/"

_BLANK = re.compile(rb"_:c14n(\d+)")


def read_graph(path: Path) -> bytes:
    """The triples of a Turtle file as sorted N-Triples lines; blank nodes named canonically (RDFC-1.0) and by the file.

    :raises VocabularyError: when the file is no Turtle.
    """
    try:
        dataset = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise VocabularyError(f"no Turtle: {error}", where=str(path)) from error
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    named = rf"<{GENID}{path.stem}-\1>".encode()
    lines = (_BLANK.sub(named, line) if b"_:c14n" in line else line for line in lines_of(quad.triple for quad in dataset))
    return b"".join(sorted(lines))


def with_blank_nodes(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples as the file has them: what `read_graph` named is nameless again, as OWL asks of lists and class expressions."""
    for triple in triples:
        yield ox.Triple(_nameless(triple.subject), triple.predicate, _nameless(triple.object))


def _nameless(node: Any) -> Any:
    if isinstance(node, ox.NamedNode) and node.value.startswith(GENID):
        return ox.BlankNode("b" + hashlib.sha256(node.value.encode()).hexdigest()[:16])
    return node
