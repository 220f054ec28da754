"""SHACL shapes, and the fast engine (`shacl`, in Rust); the judge stands in `kg.judge`. <https://www.w3.org/TR/shacl/>"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph
import shacl

from kg.errors import ShapeError
from kg.model import Severity
from kg.namespaces import BASE, RDF, RDFS, SH, compact

#: A shape's IRI is this and its name; the name is the code of the problem that it finds.
SHAPE: Final = BASE + "shape/"

#: Severities by their local names. <https://www.w3.org/TR/shacl/#severity>
SEVERITIES: Final = {
    "Violation": Severity.VIOLATION,
    "Warning": Severity.WARNING,
    "Info": Severity.INFORMATION,
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One validation result, in the same words from both engines. <https://www.w3.org/TR/shacl/#results-validation-result>

    :param shape: name of the shape (`dataset-title`), or its IRI where it is not one of ours.
    :param focus: IRI of the node that was checked.
    :param path: the shape's property path, as CURIEs; empty for a shape of the node itself.
    :param value: what is wrong: IRI or lexical form; empty where something is missing.
    :param component: local name of the constraint component.
    """

    shape: str
    severity: Severity
    focus: str
    path: str
    value: str
    component: str


@dataclass(frozen=True, slots=True)
class ShapeText:
    """What a shape says to people. `label` and `message` are by language; `subject` is the name of its file."""

    name: str
    subject: str
    severity: Severity
    label: dict[str, str]
    message: dict[str, str]
    path: str
    see_also: tuple[str, ...]


_Node = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal

_PATH_OPERATORS: Final = (
    (SH.inversePath, "^{}"),
    (SH.zeroOrMorePath, "{}*"),
    (SH.oneOrMorePath, "{}+"),
    (SH.zeroOrOnePath, "{}?"),
)


class Shapes:
    """A set of shapes files, compiled once for each engine when first used."""

    def __init__(self, files: dict[str, bytes]) -> None:
        """Shapes from the bytes of Turtle files by their name.

        :raises ShapeError: when a file is not Turtle.
        """
        self._triples = {name: _parsed(name, body) for name, body in files.items()}
        #: hash of the files
        self.version = hashlib.sha256(b"".join(f"{name}\n".encode() + files[name] for name in sorted(files))).hexdigest()[:16]
        self._objects: dict[tuple[object, str], list[_Node]] = {}
        for triple in self.triples:
            if not isinstance(triple.object, pyoxigraph.Triple):
                self._objects.setdefault((triple.subject, triple.predicate.value), []).append(triple.object)

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Shapes:
        """Shapes from files.

        :raises ShapeError: when a file cannot be read, or is not Turtle.
        """
        try:
            return cls({path.stem: path.read_bytes() for path in paths})
        except OSError as error:
            raise ShapeError("the shapes file cannot be read", where=str(error.filename), hint="check that it is there") from error

    @cached_property
    def fast(self) -> shacl.Shapes:
        """All shapes as the fast engine wants them.

        :raises ShapeError: when the engine does not understand a shape.
        """
        text = (pyoxigraph.serialize(self.triples, format=pyoxigraph.RdfFormat.N_TRIPLES) or b"").decode()
        try:
            return shacl.Shapes.from_text(text, format="ntriples")
        except ValueError as error:
            raise ShapeError(f"the shapes cannot be compiled: {error}", hint="compare with the files in shapes/") from error

    @cached_property
    def texts(self) -> dict[str, ShapeText]:
        """What each shape that has a message says, by its name, in the order of files and names."""
        found = (self._text(subject, node) for subject in sorted(self._triples) for node in self._named(subject))
        return {text.name: text for text in found}

    @property
    def triples(self) -> list[pyoxigraph.Triple]:
        """All triples of the files."""
        return [triple for triples in self._triples.values() for triple in triples]

    def part(self, names: frozenset[str]) -> list[pyoxigraph.Triple]:
        """The triples of some named shapes: of each, of what it is made of, and of the shape of a node whose property it is."""
        wanted = {pyoxigraph.NamedNode(SHAPE + name) for name in names}
        holders = {triple.subject for triple in self.triples if triple.predicate == SH.property and triple.object in wanted}
        kept: dict[pyoxigraph.Triple, None] = {}
        waiting: list[object] = [*wanted, *holders]
        seen: set[object] = set(waiting)
        by_subject: dict[object, list[pyoxigraph.Triple]] = {}
        for triple in self.triples:
            by_subject.setdefault(triple.subject, []).append(triple)
        while waiting:
            for triple in by_subject.get(waiting.pop(), ()):
                if triple.predicate == SH.property and triple.object not in wanted:
                    continue
                kept[triple] = None
                if triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)
        return list(kept)

    def _named(self, subject: str) -> list[str]:
        subjects = {triple.subject for triple in self._triples[subject] if triple.predicate == SH.message}
        return sorted(node.value for node in subjects if isinstance(node, pyoxigraph.NamedNode))

    def _text(self, subject: str, node: str) -> ShapeText:
        shape = pyoxigraph.NamedNode(node)
        severity = next(iter(self._values(shape, SH.severity)), SH.Violation)
        return ShapeText(
            name=shape_name(node),
            subject=subject,
            severity=SEVERITIES[str(severity.value).removeprefix(str(SH))],
            label=self._by_language(shape, SH.name),
            message=self._by_language(shape, SH.message),
            path=self.path(node),
            see_also=tuple(sorted(str(each.value) for each in self._values(shape, RDFS.seeAlso))),
        )

    def _values(self, node: _Node, predicate: pyoxigraph.NamedNode) -> list[_Node]:
        return self._objects.get((node, predicate.value), [])

    def _by_language(self, shape: _Node, predicate: pyoxigraph.NamedNode) -> dict[str, str]:
        literals = (each for each in self._values(shape, predicate) if isinstance(each, pyoxigraph.Literal))
        return dict(sorted((each.language or "", each.value) for each in literals))

    def path(self, shape: str) -> str:
        """The property path of a shape, in SPARQL's words with CURIEs; empty where it has none."""
        paths = self._values(pyoxigraph.NamedNode(shape), SH.path) if shape else []
        return self._path(paths[0]) if paths else ""

    def path_of(self, shape: str) -> str:
        """The same, known already for shapes that have a message."""
        text = self.texts.get(shape_name(shape))
        return text.path if text else self.path(shape)

    def _path(self, node: _Node) -> str:
        """A path in SPARQL syntax. <https://www.w3.org/TR/shacl/#property-paths>"""
        if isinstance(node, pyoxigraph.NamedNode):
            return compact(node.value)
        for alternatives in self._values(node, SH.alternativePath):
            return " | ".join(map(self._path, self._listed(alternatives)))
        for predicate, form in _PATH_OPERATORS:
            for inner in self._values(node, predicate):
                return form.format(self._path(inner))
        return "/".join(map(self._path, self._listed(node)))

    def _listed(self, node: _Node) -> Iterator[_Node]:
        """The items of a list. <https://www.w3.org/TR/rdf-schema/#ch_collectionvocab>"""
        while node != RDF.nil:
            yield from self._values(node, RDF.first)[:1]
            node = next(iter(self._values(node, RDF.rest)), RDF.nil)


@lru_cache(maxsize=4)
def compiled(paths: tuple[Path, ...]) -> Shapes:
    """The shapes of these files, read once a process.

    :raises ShapeError: when a file cannot be read, or is not Turtle.
    """
    return Shapes.read(paths)


def fast_report(data: bytes, shapes: Shapes) -> tuple[Finding, ...]:
    """What the fast engine finds in a graph of N-Triples.

    :raises ValueError: when the data are not N-Triples in UTF-8.
    """
    results = shapes.fast.validate_text(data.decode(), format="ntriples").results
    return tuple(sorted({_fast_finding(result, shapes) for result in results}))


def _fast_finding(result: shacl.Result, shapes: Shapes) -> Finding:
    source = next((s for s in (result.source_shape, result.root_shape) if s and s.startswith("<")), "")[1:-1]
    return Finding(
        shape=shape_name(source),
        severity=SEVERITIES[result.severity],
        focus=result.focus_node.removeprefix("<").removesuffix(">"),
        path=shapes.path_of(source),
        value=result.value_plain or "",
        component=result.component,
    )


def shape_name(shape: str) -> str:
    """The name of a shape of ours."""
    return shape.removeprefix(SHAPE)


def _parsed(name: str, body: bytes) -> list[pyoxigraph.Triple]:
    try:
        return [quad.triple for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True)]
    except SyntaxError as error:
        raise ShapeError(f"the shapes file is not Turtle: {error}", where=f"{name}.ttl", hint="correct the line") from error
