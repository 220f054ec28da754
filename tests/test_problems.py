"""The table of problems: complete, in both languages, with examples that do what they promise, and `docs/problems.md` written from it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
import yaml
from lxml import etree

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.link.ledger import Decisions
from kg.link.linker import Linker
from kg.link.rights import Rights
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Native
from kg.namespaces import PREFIXES, expand
from kg.problems import Sentences
from kg.problems_page import FORMATS, problems_page
from kg.resources import resources
from kg.search.discovery import RECOMMENDED
from kg.validate import Validator

ROOT = Path(__file__).parent.parent
EXAMPLES = yaml.safe_load((ROOT / "mappings/tables/examples.yaml").read_text("utf-8"))
_NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "gml": "http://www.opengis.net/gml/3.2",
    "srv": "http://www.isotc211.org/2005/srv",
    "xlink": "http://www.w3.org/1999/xlink",
}


@pytest.fixture(scope="module")
def sentences() -> Sentences:
    texts = Validator.from_overlay().shapes.texts
    return Sentences.from_resources(shapes={name: text.message for name, text in texts.items()})


def test_the_page_of_problems_is_current() -> None:
    written = (ROOT / "docs/problems.md").read_text("utf-8")
    assert written == problems_page(Validator.from_overlay()), "run: python -m kg.problems_page > docs/problems.md"


def emitted_codes() -> set[str]:
    """Every string of the code that has the form of a problem's code, where a problem is made or noted."""
    families = {
        code.partition(".")[0] for code in yaml.safe_load((ROOT / "mappings/tables/problems.yaml").read_text("utf-8")) if "." in code
    }
    form = re.compile(rf"(?:{'|'.join(sorted(families))})\.[a-z0-9]+(?:-[a-z0-9]+)*")
    found: set[str] = set()
    for path in (ROOT / "kg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("problem", "Problem", "MalformedError", "_failed", "_refused"):
                found |= {
                    arg.value
                    for arg in node.args
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and form.fullmatch(arg.value)
                }
            if path.stem == "geometry" and isinstance(node, ast.Constant) and isinstance(node.value, str) and form.fullmatch(node.value):
                found.add(node.value)
    return found


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def test_every_code_that_the_software_tells_is_in_the_table(sentences: Sentences) -> None:
    codes = emitted_codes()
    assert {"date.invalid", "place.no-area", "xml.entities", "native.too-large", "identifier.duplicate"} <= codes
    assert codes <= set(sentences.by_code)


def test_each_problem_has_its_sentences_and_its_rule_in_both_languages(sentences: Sentences) -> None:
    for code, sentence in sentences.by_code.items():
        for said in (sentence.what, sentence.rule) if not sentence.of else (sentence.what, sentence.do):
            assert {"en", "fr"} <= set(said), code


def test_no_row_is_of_a_shape_that_is_gone(sentences: Sentences) -> None:
    assert [code for code, sentence in sentences.by_code.items() if not sentence.what] == []


def test_each_measure_of_quality_has_its_advice(sentences: Sentences) -> None:
    assert {sentence.of for sentence in sentences.by_code.values() if sentence.of} == set(RECOMMENDED)


CASES = [(topic, name) for topic, row in EXAMPLES.items() for name in FORMATS if name in row]


@pytest.mark.parametrize(("topic", "name"), CASES)
def test_an_example_of_how_it_should_be_arrives_in_the_graph(topic: str, name: str, mapper: Mapper, linker: Linker) -> None:
    row = EXAMPLES[topic]
    body, media_type = _document(name, row[name].get("in", ""), row[name]["text"])
    outcome = mapper.map(Native("examples", "example", media_type, body, f"{topic}.{name}"))
    assert outcome.record is not None, outcome.problems
    assert [problem for problem in outcome.problems if problem.code not in ("identifier.missing", "language.undeclared")] == []
    wanted = row[name].get("arrives", row["arrives"])
    if wanted != "dt:none":
        triples = outcome.record.triples + linker.link(outcome.record).triples
        assert f"<{expand(wanted)}>".encode() in triples
    if topic in ("orcid", "responsible") and (pid := re.search(r"https://(?:orcid|ror)\.org/0[^<\"> ]+", row[name]["text"])):
        assert f"<{pid[0]}>".encode() in outcome.record.triples
    report = Validator.from_overlay().validate([(outcome.record.iri, outcome.record.triples)])[outcome.record.iri]
    assert not report.blocks, report.findings


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


@pytest.fixture(scope="module")
def linker() -> Linker:
    vocabularies, alignments = resources("ontology/vocabularies", "*.ttl"), resources("mappings/alignments", "*.sssom.tsv")
    return Linker(VocabularyIndex.from_files(vocabularies, alignments), Rights(Settings().config), Decisions())


def _document(name: str, within: str, text: str) -> tuple[bytes, str]:
    """A small record of the format that holds the example."""
    match name:
        case "iso19139":
            return _iso(within, text), "application/xml"
        case "eml":
            return _eml(within, text), "application/xml"
        case "datacite":
            return _datacite(within, text), "application/xml"
        case "stac":
            return _stac(json.loads(text)), "application/json"
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    base = f"@base <https://example.org/dataset/1> .\n{prefixes}"
    return f'{base}<> a dcat:Dataset ; dct:title "A title that the example does not give"@en .\n{text}'.encode(), "text/turtle"


def _iso(within: str, text: str) -> bytes:
    declared = " ".join(f'xmlns:{prefix}="{iri}"' for prefix, iri in _NAMESPACES.items())
    steps = [step for step in within.split("/") if step and step != "gmd:MD_Metadata"]
    inside = "".join(f"<{step}>" for step in steps) + text + "".join(f"</{step}>" for step in reversed(steps))
    title = (
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>A title"
        "</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo>"
    )
    return (
        f"<gmd:MD_Metadata {declared}>{inside}{'' if 'gmd:title' in text and 'CI_Citation' in within else title}</gmd:MD_Metadata>".encode()
    )


def _eml(within: str, text: str) -> bytes:
    start = '<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0" packageId="a.1.1" system="example">'
    if text.startswith("<eml:eml"):
        start, text, within = text.replace("<eml:eml", '<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0"', 1), "", "dataset"
        start = start if "packageId" in start else start.replace(">", ' packageId="a.1.1" system="example">', 1)
    steps = [step for step in within.split("/") if step != "dataset"]
    inside = "".join(f"<{step}>" for step in steps) + text + "".join(f"</{step}>" for step in reversed(steps))
    title = "" if "<title" in text else "<title>A title</title>"
    inside, beside = (inside, "") if within.startswith("dataset") else ("", inside)
    return f"{start}<dataset>{title}{inside}</dataset>{beside}</eml:eml>".encode()


def _datacite(within: str, text: str) -> bytes:
    inside = f"<{within}>{text}</{within}>" if within else text
    title = "" if within == "titles" else "<titles><title>A title</title></titles>"
    identifier = "" if "<identifier " in text else '<identifier identifierType="DOI">10.17882/42182</identifier>'
    document = f'<resource xmlns="http://datacite.org/schema/kernel-4">{identifier}{title}{inside}</resource>'
    etree.fromstring(document)
    return document.encode()


def _stac(example: dict[str, object]) -> bytes:
    extent = {"spatial": {"bbox": [[-5, 45, -1, 48]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}}
    record = {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": "a",
        "title": "A title",
        "description": "?",
        "license": "CC-BY-4.0",
        "links": [],
    }
    return json.dumps(record | {"extent": extent | dict(example.pop("extent", {}))} | example).encode()  # type: ignore[call-overload]
