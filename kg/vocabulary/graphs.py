"""Files of the ontology as graphs that can be stored: without blank nodes, so that differences and "unchanged" work."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import BASE

#: Where blank nodes get IRIs (RDF 1.1 Concepts, section 3.5: skolemisation, `.well-known/genid`).
GENID = BASE + ".well-known/genid/"

_BLANK = re.compile(r"_:c14n(\d+)")


def read_graph(path: Path) -> bytes:
    """The triples of a Turtle file as sorted N-Triples lines; blank nodes named canonically (RDFC-1.0) and by the file.

    :raises VocabularyError: when the file is no Turtle.
    """
    try:
        dataset = ox.Dataset(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise VocabularyError(f"no Turtle: {error}", where=str(path)) from error
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = (ox.serialize((quad.triple for quad in dataset), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    lines = (_BLANK.sub(rf"<{GENID}{path.stem}-\1>", line) if "_:c14n" in line else line for line in text.splitlines(keepends=True))
    return "".join(sorted(lines)).encode()
