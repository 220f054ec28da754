"""SHACL with two engines: the judge (`pyshacl`) and the fast one (`shacl`, in Rust). <https://www.w3.org/TR/shacl/>"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import pyoxigraph
import pyshacl
import rdflib
import shacl
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib.namespace import SH

from kg.errors import ShapeError
from kg.model import Severity
from kg.namespaces import BASE, RDFS, XSD, compact
from kg.namespaces import SH as SHACL

#: A shape's IRI is this and its name; the name is the code of the problem that it finds.
SHAPE: Final = BASE + "shape/"

_SEVERITIES: Final = {
    "Violation": Severity.VIOLATION,
    "Warning": Severity.WARNING,
    "Info": Severity.INFORMATION,
}


# A literal that does not fit its datatype is found and reported by a shape; rdflib's traceback of it says nothing more.
logging.getLogger("rdflib.term").addFilter(lambda record: not record.getMessage().startswith("Failed to convert Literal"))


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


class Shapes:
    """A set of shapes files, compiled once for each engine when first used."""

    def __init__(self, files: dict[str, bytes]) -> None:
        """Shapes from the bytes of Turtle files by their name.

        :raises ShapeError: when a file is not Turtle.
        """
        self._triples = {name: _parsed(name, body) for name, body in files.items()}

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
    def graph(self) -> rdflib.Graph:
        """All shapes as pyshacl wants them."""
        return _rdflib_graph(triple for triples in self._triples.values() for triple in triples)

    @cached_property
    def fast(self) -> shacl.Shapes:
        """All shapes as the fast engine wants them.

        :raises ShapeError: when the engine does not understand a shape.
        """
        everything = [triple for triples in self._triples.values() for triple in triples]
        text = (pyoxigraph.serialize(everything, format=pyoxigraph.RdfFormat.N_TRIPLES) or b"").decode()
        try:
            return shacl.Shapes.from_text(text, format="ntriples")
        except ValueError as error:
            raise ShapeError(f"the shapes cannot be compiled: {error}", hint="compare with the files in shapes/") from error

    @cached_property
    def texts(self) -> dict[str, ShapeText]:
        """What each shape that has a message says, by its name, in the order of files and names."""
        found = (self._text(subject, node) for subject in sorted(self._triples) for node in self._named(subject))
        return {text.name: text for text in found}

    def _named(self, subject: str) -> list[str]:
        subjects = {triple.subject for triple in self._triples[subject] if triple.predicate == SHACL.message}
        return sorted(node.value for node in subjects if isinstance(node, pyoxigraph.NamedNode))

    def _text(self, subject: str, node: str) -> ShapeText:
        shape = rdflib.URIRef(node)
        severity = str(self.graph.value(shape, SH.severity, default=SH.Violation))
        see_also = tuple(sorted(str(o) for o in self.graph.objects(shape, rdflib.URIRef(RDFS.seeAlso.value))))
        return ShapeText(
            name=_name(node),
            subject=subject,
            severity=_SEVERITIES[severity.removeprefix(str(SHACL))],
            label=self._by_language(shape, SH.name),
            message=self._by_language(shape, SH.message),
            path=self.path(node),
            see_also=see_also,
        )

    def _by_language(self, shape: rdflib.URIRef, predicate: rdflib.URIRef) -> dict[str, str]:
        literals = (o for o in self.graph.objects(shape, predicate) if isinstance(o, rdflib.Literal))
        return dict(sorted((literal.language or "", str(literal)) for literal in literals))

    def path(self, shape: str) -> str:
        """The property path of a shape, in SPARQL's words with CURIEs; empty where it has none."""
        node = self.graph.value(rdflib.URIRef(shape), SH.path)
        return "" if node is None else _path(self.graph, node)


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


def pyshacl_report(data: bytes, shapes: Shapes) -> tuple[Finding, ...]:
    """What pyshacl finds in a graph of N-Triples. It is the judge.

    :raises ValueError: when the data are not N-Triples in UTF-8.
    :raises ShapeError: when pyshacl gives up (it compares values that have no order).
    """
    try:
        triples = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    graph = _rdflib_graph(quad.triple for quad in triples)
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes.graph, inplace=True)
    except (TypeError, ReportableRuntimeError, ValidationFailure) as error:
        raise ShapeError(f"pyshacl gives no verdict: {error}", hint="look for literals that do not fit their datatype") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"pyshacl gives no verdict: {report}")
    results = report.subjects(rdflib.RDF.type, SH.ValidationResult)
    return tuple(sorted({_judged_finding(report, result, shapes) for result in results}))


def _fast_finding(result: shacl.Result, shapes: Shapes) -> Finding:
    source = next((s for s in (result.source_shape, result.root_shape) if s and s.startswith("<")), "")[1:-1]
    return Finding(
        shape=_name(source),
        severity=_SEVERITIES[result.severity],
        focus=result.focus_node.removeprefix("<").removesuffix(">"),
        path=_shape_path(shapes, source),
        value=result.value_plain or "",
        component=result.component,
    )


def _judged_finding(report: rdflib.Graph, result: rdflib.term.Node, shapes: Shapes) -> Finding:
    source = str(_named_shape(shapes.graph, report.value(result, SH.sourceShape)))
    value = report.value(result, SH.value)
    return Finding(
        shape=_name(source),
        severity=_SEVERITIES[str(report.value(result, SH.resultSeverity)).removeprefix(str(SHACL))],
        focus=str(report.value(result, SH.focusNode)),
        path=_shape_path(shapes, source),
        value="" if value is None else str(value),
        component=str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SHACL)),
    )


def _named_shape(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> rdflib.term.Node | None:
    """The shape, or the nearest around it that has an IRI (a property shape may be written inside another)."""
    while isinstance(shape, rdflib.BNode):
        shape = next(shapes.subjects(SH.property, shape), None)
    return shape


def _shape_path(shapes: Shapes, shape: str) -> str:
    text = shapes.texts.get(_name(shape))
    return text.path if text else shapes.path(shape)


def _name(shape: str) -> str:
    return shape.removeprefix(SHAPE)


_PATH_OPERATORS: Final = (
    (SH.inversePath, "^{}"),
    (SH.zeroOrMorePath, "{}*"),
    (SH.oneOrMorePath, "{}+"),
    (SH.zeroOrOnePath, "{}?"),
)


def _path(graph: rdflib.Graph, node: rdflib.term.Node) -> str:
    """A path in SPARQL syntax. <https://www.w3.org/TR/shacl/#property-paths>"""
    if isinstance(node, rdflib.URIRef):
        return compact(str(node))
    if (alternatives := graph.value(node, SH.alternativePath)) is not None:
        return " | ".join(_path(graph, item) for item in graph.items(alternatives))
    for predicate, form in _PATH_OPERATORS:
        if (inner := graph.value(node, predicate)) is not None:
            return form.format(_path(graph, inner))
    return "/".join(_path(graph, item) for item in graph.items(node))


def _parsed(name: str, body: bytes) -> list[pyoxigraph.Triple]:
    try:
        return [quad.triple for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True)]
    except SyntaxError as error:
        raise ShapeError(f"the shapes file is not Turtle: {error}", where=f"{name}.ttl", hint="correct the line") from error


def _rdflib_graph(triples: Iterable[pyoxigraph.Triple] | Iterator[pyoxigraph.Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for triple in triples:
        graph.add((_rdflib_term(triple.subject), rdflib.URIRef(triple.predicate.value), _rdflib_term(triple.object)))
    return graph


def _rdflib_term(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple) -> rdflib.term.Node:
    """The same term in rdflib. Literals keep their lexical form; a plain string has no datatype there."""
    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, pyoxigraph.Triple):
        raise ValueError("triples about triples (RDF 1.2) are not validated")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == XSD.string else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)
