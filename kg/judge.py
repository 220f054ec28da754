"""The judge of SHACL: pyshacl, which decides what blocks. Apart, since loading it takes as long as checking hundreds of records."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph
import pyshacl
import rdflib
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from rdflib.namespace import SH

from kg.errors import ShapeError
from kg.namespaces import SH as SHACL
from kg.namespaces import XSD
from kg.shacl import SEVERITIES, Finding, Shapes, shape_name

# A literal that does not fit its datatype is found and reported by a shape; rdflib's traceback of it says nothing more.
logging.getLogger("rdflib.term").addFilter(lambda record: not record.getMessage().startswith("Failed to convert Literal"))


@lru_cache(maxsize=64)
def shapes_graph(shapes: Shapes, names: frozenset[str] = frozenset()) -> rdflib.Graph:
    """All shapes, or some of them, as pyshacl wants them; made once."""
    return _rdflib_graph(shapes.part(names) if names else shapes.triples)


def pyshacl_report(data: bytes, shapes: Shapes, names: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """What pyshacl finds in a graph of N-Triples. It is the judge.

    :param names: of the shapes that it is to look at, all of them where there is none: it takes time for each shape.
    :raises ValueError: when the data are not N-Triples in UTF-8.
    :raises ShapeError: when pyshacl gives up (it compares values that have no order).
    """
    try:
        triples = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    graph = _rdflib_graph(quad.triple for quad in triples)
    try:
        _, report, _ = pyshacl.validate(graph, shacl_graph=shapes_graph(shapes, names), inplace=True)
    except (TypeError, ReportableRuntimeError, ValidationFailure) as error:
        raise ShapeError(f"pyshacl gives no verdict: {error}", hint="look for literals that do not fit their datatype") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"pyshacl gives no verdict: {report}")
    results = report.subjects(rdflib.RDF.type, SH.ValidationResult)
    return tuple(sorted({_judged_finding(report, result, shapes) for result in results}))


def _judged_finding(report: rdflib.Graph, result: rdflib.term.Node, shapes: Shapes) -> Finding:
    source = str(_named_shape(shapes_graph(shapes), report.value(result, SH.sourceShape)))
    value = report.value(result, SH.value)
    return Finding(
        shape=shape_name(source),
        severity=SEVERITIES[str(report.value(result, SH.resultSeverity)).removeprefix(str(SHACL))],
        focus=str(report.value(result, SH.focusNode)),
        path=shapes.path_of(source),
        value="" if value is None else str(value),
        component=str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SHACL)),
    )


def _named_shape(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> rdflib.term.Node | None:
    """The shape, or the nearest around it that has an IRI (a property shape may be written inside another)."""
    while isinstance(shape, rdflib.BNode):
        shape = next(shapes.subjects(SH.property, shape), None)
    return shape


def _rdflib_graph(triples: Iterable[pyoxigraph.Triple]) -> rdflib.Graph:
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
