"""Skosify as a second opinion: what it would change is told, and nothing is changed."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator

import rdflib
import skosify

from kg.vocabulary.checks.found import Found, found


def skosify_checks(lines: Iterable[bytes]) -> Iterator[Found]:
    """The statements that Skosify would add or remove, and what it says. It takes about 1.5 s a thousand concepts."""
    text = b"".join(lines).decode()
    before, after = rdflib.Graph(), rdflib.Graph()
    before.parse(data=text, format="nt")
    after.parse(data=text, format="nt")
    with _overheard() as said:
        skosify.skosify(after, mark_top_concepts=False, narrower=False, transitive=False, enrich_mappings=False)
    for message in sorted(set(said)):
        yield found("skosify", "", message)
    for mark, graph in (("-", set(before) - set(after)), ("+", set(after) - set(before))):
        for subject, predicate, value in sorted(graph, key=str):
            yield found("skosify", str(subject), f"{mark} {predicate} {value}")


class _overheard:  # noqa: N801 - used like a function
    """What is logged meanwhile, which is not shown otherwise."""

    def __enter__(self) -> list[str]:
        self._said: list[str] = []
        self._stream = io.StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setLevel(logging.WARNING)
        self._root = logging.getLogger()
        self._before = self._root.handlers[:]
        self._root.handlers[:] = [self._handler]
        return self._said

    def __exit__(self, *_: object) -> None:
        self._root.handlers[:] = self._before
        self._said.extend(line for line in self._stream.getvalue().splitlines() if line)
