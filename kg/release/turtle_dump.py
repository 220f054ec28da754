"""The merged graph as Turtle, put together from texts: read from them, records take a quarter of the time that the store takes.

What several graphs say stands several times, which means the same (RDF 1.1 Turtle, section 1: a document *is* a set of triples).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import IO, Final

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from kg.state import GraphText

#: Records that are written at a time.
_PORTION: Final = 50


class TurtleDump:
    """Writes triples one portion after the other as one Turtle document, with its prefixes once.

    :param goes_on: whether the document was begun elsewhere, so that its prefixes stand there.
    """

    def __init__(self, output: IO[bytes], prefixes: Mapping[str, str], *, goes_on: bool = False) -> None:
        self._output, self._prefixes = output, dict(prefixes)
        self._head = _head(self._prefixes)
        if not goes_on:
            output.write(self._head)

    def records(self, texts: Iterable[GraphText]) -> None:
        """What records say and what was linked; each record once, what it says of one thing together."""
        texts = iter(texts)
        while portion := list(islice(texts, _PORTION)):
            self.lines(b"".join(line for text in portion for line in _merged(text)))

    def lines(self, triples: bytes) -> None:
        """Lines of N-Triples, all of which are held in memory."""
        made = serialize(parse(triples, RdfFormat.N_TRIPLES), format=RdfFormat.TURTLE, prefixes=self._prefixes) or b""
        self._output.write(made.removeprefix(self._head))


def _merged(text: GraphText) -> dict[bytes, None]:
    """Lines of two graphs of a record, sorted, each once: sorting two sorted lists is only merging them."""
    return dict.fromkeys(sorted([*text.said.splitlines(keepends=True), *text.linked.splitlines(keepends=True)]))


def _head(prefixes: dict[str, str]) -> bytes:
    """The lines of prefixes, as every document begins with them."""
    anything = NamedNode("urn:x")
    document = serialize([Triple(anything, anything, anything)], format=RdfFormat.TURTLE, prefixes=prefixes) or b""
    return document[: document.index(b"<urn:x>")]
