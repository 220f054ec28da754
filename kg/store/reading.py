"""What may be asked of every store: the named graphs, and the merged default graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from kg.errors import StoreError
from kg.model import Iri
from kg.store.lines import Lines, Node, lines_of, named

_QUERIES: Final = Path(__file__).parent.parent / "query"
_MERGED: Final = DefaultGraph()


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What `check` found; at most 20 of each, as N-Quads or N-Triples without their dot."""

    not_merged: tuple[str, ...]
    not_held: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """The default graph is the union of the named graphs."""
        return not self.not_merged and not self.not_held


class Reader(Protocol):
    """What may be asked of the working store and of a release alike.

    `triples` reads the merged graph, in which every triple stands once; `quads` reads the named graphs and so tells who says it.
    """

    def graph(self, iri: Iri) -> bytes: ...
    def graphs(self, prefix: str = "") -> Iterator[Iri]: ...
    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: Node | None = None
    ) -> Iterator[Triple]: ...
    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Node | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]: ...
    def subject(self, iri: Iri) -> list[Quad]: ...
    def each_line(self, graph: Iri, take: Callable[[bytes], object]) -> None: ...
    def query(self, text: str, values: Mapping[str, Node] | None = None) -> QuerySolutions | QueryTriples | QueryBoolean: ...
    def count(self) -> int: ...


class Reading:
    """The reading half, the same for both kinds of store."""

    def __init__(self, store: Store, path: Path) -> None:
        self._opened: Store | None = store
        self.path = path

    @property
    def _store(self) -> Store:
        if self._opened is None:
            raise StoreError("the store was closed", where=str(self.path))
        return self._opened

    def close(self) -> None:
        """Let go of the store. Iterators that are still in use keep it open until they end."""
        self._opened = None

    def graph(self, iri: Iri) -> bytes:
        """One named graph as sorted N-Triples lines, as the store holds it; no bytes where there is none."""
        return b"".join(sorted(lines_of(self._store, iri)))

    def graphs(self, prefix: str = "") -> Iterator[Iri]:
        """Names of the graphs that begin with a prefix, in no order."""
        for name in self._store.named_graphs():
            if name.value.startswith(prefix):
                yield Iri(name.value)

    def triples(self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: Node | None = None) -> Iterator[Triple]:
        """Triples of the merged graph that fit."""
        return (quad.triple for quad in self._store.quads_for_pattern(subject, predicate, object, _MERGED))

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Node | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Quads that fit, of all named graphs or of one; the merged graph is left out."""
        found = self._store.quads_for_pattern(subject, predicate, object, graph)
        if graph is not None:
            return found
        return (quad for quad in found if quad.graph_name != _MERGED)

    def subject(self, iri: Iri) -> list[Quad]:
        """All that the named graphs say of one thing."""
        return list(self.quads(NamedNode(iri)))

    def query(self, text: str, values: Mapping[str, Node] | None = None) -> QuerySolutions | QueryTriples | QueryBoolean:
        """Run one of our own queries (`.rq`), with values for variables (of a SELECT: those that it returns).

        Public queries run in a process of their own instead, where they can be stopped.

        :raises StoreError: when the query is not SPARQL, or does not return a variable that a value is given for.
        """
        bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {Variable(name): value for name, value in (values or {}).items()}
        try:
            return self._store.query(text, substitutions=bound)
        except SyntaxError as error:
            raise StoreError(f"the query is not SPARQL ({error})", where=str(self.path)) from error
        except RuntimeError as error:
            raise StoreError(f"the query cannot be run ({error})", where=str(self.path)) from error

    def count(self) -> int:
        """Quads in the store, the merged graph included."""
        return len(self._store)

    def count_merged(self) -> int:
        """Triples in the merged graph."""
        ((triples,),) = self._select("store-count-merged.rq")
        return int(triples.value) if isinstance(triples, Literal) else 0

    def check(self) -> StoreCheck:
        """Whether the default graph is the union of the named graphs. Reads everything: about 10 s a million triples."""
        return StoreCheck(_rows(self._select("store-not-merged.rq")), _rows(self._select("store-not-held.rq")))

    def _select(self, name: str) -> QuerySolutions:
        solutions = self.query((_QUERIES / name).read_text("utf-8"))
        assert isinstance(solutions, QuerySolutions)
        return solutions

    def each_line(self, graph: Iri, take: Callable[[bytes], object]) -> None:
        """Hand over one named graph as N-Triples, some thousand whole lines at a time."""
        lines = Lines(take)
        self._store.dump(cast(IO[bytes], lines), RdfFormat.N_TRIPLES, from_graph=named(graph))
        lines.end()


def _rows(solutions: QuerySolutions) -> tuple[str, ...]:
    return tuple(" ".join(str(value) for value in solution) for solution in solutions)
