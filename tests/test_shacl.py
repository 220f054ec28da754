"""Both engines on the examples of `shapes/examples/<shape>/NN-valid-*.ttl` and `NN-invalid-*.ttl`: the name says the expected verdict."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from pyshacl.entrypoints import meta_validate

from kg.errors import ShapeError
from kg.judge import pyshacl_report, shapes_graph
from kg.model import Severity
from kg.shacl import SHAPE, Finding, Shapes, compiled, fast_report
from kg.validate import Validator, shape_files

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "shapes" / "examples").glob("*/*.ttl"))
TODAY = date(2025, 1, 1)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return compiled(shape_files())


def triples_of(path: Path) -> bytes:
    """The N-Triples of an example."""
    quads = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)
    return pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def named(findings: tuple[Finding, ...], severity: Severity | None = None) -> set[str]:
    return {finding.shape for finding in findings if severity in (None, finding.severity)}


def comparable(findings: tuple[Finding, ...]) -> set[tuple[str, ...]]:
    """All but the component: engines may name one of several that fail for the same value."""
    return {(f.shape, f.severity, f.focus, f.path, f.value) for f in findings}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_gets_the_verdict_of_its_name_from_both_engines(path: Path, shapes: Shapes) -> None:
    shape = path.parent.name
    data = Validator(shapes, TODAY).view(triples_of(path))
    judged = pyshacl_report(data, shapes)
    assert comparable(fast_report(data, shapes)) == comparable(judged)
    violations = named(judged, Severity.VIOLATION)
    if "-invalid-" not in path.name:
        assert shape not in named(judged)
        assert not violations
    elif shapes.texts[shape].severity is Severity.VIOLATION:
        assert violations == {shape}
    else:
        assert shape in named(judged)
        assert not violations


def test_every_shape_has_a_valid_and_an_invalid_example(shapes: Shapes) -> None:
    wanted = set(shapes.texts) - {"record-readable"}  # no graph, no example
    for verdict in ("valid", "invalid"):
        assert {path.parent.name for path in EXAMPLES if path.name[2:].startswith(f"-{verdict}-")} == wanted
    assert all(re.fullmatch(r"\d\d-(in)?valid-[a-z0-9-]+\.ttl", path.name) for path in EXAMPLES)


#: These take texts too long for a file: `test_texts_have_a_longest_length`.
LONG_TEXTS = {("dataset-description-text", "MaxLength"), ("term-text", "MaxLength")}

#: What stands in a shape beside its constraints.
NO_CONSTRAINTS = {"deactivated", "flags", "message", "name", "path", "severity", "targetClass", "targetObjectsOf"}


def test_every_constraint_of_a_shape_is_broken_by_an_example(shapes: Shapes) -> None:
    validator = Validator(shapes, TODAY)
    broken = {
        (path.parent.name, finding.component.removesuffix("ConstraintComponent"))
        for path in EXAMPLES
        if "-invalid-" in path.name
        for finding in fast_report(validator.view(triples_of(path)), shapes)
        if finding.shape == path.parent.name
    }
    parameters = {
        (name, str(predicate).removeprefix(str(rdflib.SH)))
        for name in shapes.texts
        for predicate in shapes_graph(shapes).predicates(rdflib.URIRef(SHAPE + name))
        if predicate in rdflib.SH
    }
    constraints = {(name, local[0].upper() + local[1:]) for name, local in parameters if local not in NO_CONSTRAINTS}
    assert constraints - broken == LONG_TEXTS


def test_texts_have_a_longest_length(shapes: Shapes) -> None:
    record, dataset, term = (f"<https://w3id.org/dataterra/{path}>" for path in ("record/x/y", "dataset/x/y", "term/keyword/y"))
    topic = f"{record} <http://xmlns.com/foaf/0.1/primaryTopic> {dataset} .\n"
    kind = f"{term} <{rdflib.RDF.type}> <https://w3id.org/dataterra/ontology#SourceTerm> .\n"
    for length, expected in ((0, set()), (1, {"dataset-description-text", "term-text"})):
        description = f'{dataset} <http://purl.org/dc/terms/description> "{"é" * (100_000 + length)}"@fr .\n'
        text = f'{term} <{rdflib.RDF.value}> "{"é" * (20_000 + length)}"@fr .\n'
        data = (topic + description + kind + text).encode()
        for report in (fast_report, pyshacl_report):
            assert named(report(data, shapes)) & {"dataset-description-text", "term-text"} == expected


def test_every_shape_says_in_english_and_french_what_is_wrong_and_what_to_do(shapes: Shapes) -> None:
    for text in shapes.texts.values():
        assert set(text.label) == set(text.message) == {"en", "fr"}, text.name
        assert text.message["en"] != text.message["fr"], text.name
        for message in text.message.values():
            assert message.count(". ") + message.count(": ") >= 1, f"{text.name}: {message}"
            assert message.endswith("."), text.name


def test_every_result_names_a_shape_that_has_a_message(shapes: Shapes) -> None:
    data = b"".join(triples_of(path) for path in EXAMPLES if "-invalid-" in path.name)
    assert named(fast_report(data, shapes)) <= set(shapes.texts)


def test_shapes_are_well_formed(shapes: Shapes) -> None:
    conforms, _, text = meta_validate(shapes_graph(shapes), inference="none", max_validation_depth=60)
    assert conforms, text


def test_shapes_are_core_shacl(shapes: Shapes) -> None:
    sparql = {rdflib.SH.sparql, rdflib.SH.select, rdflib.SH.ask, rdflib.SH.js}
    assert not sparql & set(shapes_graph(shapes).predicates()), (
        "one SPARQL constraint makes pyshacl five times slower, and the engines differ on dates"
    )


def test_functional_mailboxes_are_those_of_the_crosswalks(shapes: Shapes, root: Path) -> None:
    rows = (root / "mappings" / "tables" / "functional-mailboxes.csv").read_text(encoding="utf-8").split("\n")[1:]
    mailboxes = "|".join(row for row in rows if row.strip())
    patterns = {str(pattern) for pattern in shapes_graph(shapes).objects(None, rdflib.SH.pattern)}
    hint = "write the rows of functional-mailboxes.csv, joined by |, into"
    assert f"^mailto:({mailboxes})@[a-z0-9.-]+$" in patterns, f"{hint} agent-email"
    bounded = mailboxes.replace(".*", "[a-z0-9._-]{0,60}")
    assert f"(^|[^a-z0-9._-])({bounded})@" in patterns, f"{hint} dataset-text-email (.* as [a-z0-9._-]{{0,60}})"


@pytest.mark.parametrize("piece", ["a.", "a@", "<a ", ";x", "contact.", "(", ") ", " ", "POINT(", "a-", "x@a-", "(at)"])
def test_long_hostile_texts_take_no_time(piece: str, shapes: Shapes) -> None:
    text = (piece * 60_000)[:60_000]
    dataset = "<https://w3id.org/dataterra/dataset/x/y>"
    terms = "http://purl.org/dc/terms/"
    data = "".join(
        (
            f"<https://w3id.org/dataterra/record/x/y> <http://xmlns.com/foaf/0.1/primaryTopic> {dataset} .\n",
            *(f'{dataset} <{terms}{name}> "{text}" .\n' for name in ("title", "description", "identifier")),
            f'{dataset} <http://www.w3.org/ns/dcat#keyword> "{text}" .\n',
            f"{dataset} <{terms}spatial> {dataset} .\n{dataset} <{rdflib.RDF.type}> <{terms}Location> .\n",
            f'{dataset} <http://www.opengis.net/ont/geosparql#asWKT> "{text}"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .\n',
            f"<https://w3id.org/a> <{rdflib.RDF.type}> <http://xmlns.com/foaf/0.1/Person> .\n",
            f'<https://w3id.org/a> <http://xmlns.com/foaf/0.1/name> "{text}" .\n',
            f'<https://w3id.org/a> <http://xmlns.com/foaf/0.1/mbox> "mailto:{text}" .\n',
        )
    ).encode()
    start = time.process_time()
    fast_report(data, shapes)
    pyshacl_report(data, shapes)
    assert time.process_time() - start < 3


def test_a_path_is_told_in_curies(shapes: Shapes) -> None:
    assert shapes.texts["dataset-title"].path == "dct:title"
    assert shapes.texts["agent-name"].path == "foaf:name | vcard:fn"
    assert shapes.texts["record-origin"].path == "prov:wasDerivedFrom/dct:identifier"


def test_data_that_are_no_ntriples_are_refused_by_both_engines(shapes: Shapes) -> None:
    for report in (fast_report, pyshacl_report):
        with pytest.raises(ValueError):
            report(b"<http://example.org/a b> <c> .", shapes)


def test_pyshacl_gives_no_verdict_on_values_without_order() -> None:
    shape = b"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
    ex:s a sh:PropertyShape ; sh:targetSubjectsOf ex:from ; sh:path ex:from ; sh:lessThanOrEquals ex:to ; sh:message "order"@en ."""
    year = "<http://www.w3.org/2001/XMLSchema#gYear>"
    start = "<http://example.org/a> <http://example.org/"
    data = f'{start}from> "2009"^^{year} .\n{start}to> "2003"^^{year} .\n'
    shapes = Shapes({"order": shape})
    with pytest.raises(ShapeError, match="no verdict"):
        pyshacl_report(data.encode(), shapes)
    assert named(fast_report(data.encode(), shapes)) == {"http://example.org/s"}


def test_a_broken_shapes_file_is_named() -> None:
    with pytest.raises(ShapeError, match=r"overlay\.ttl"):
        Shapes({"overlay": b"this is no Turtle"})
