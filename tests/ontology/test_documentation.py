"""The documentation shows every term in both languages, with examples that are sound themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from kg.namespaces import DT, PREFIXES
from kg.ontology.documentation import LANGUAGES, document, read_examples, words
from kg.ontology.imports import OURS, Imports
from kg.ontology.reasoner import Verdict, is_consistent
from kg.ontology.theory import theory
from tests.conftest import WorkingFolder

ROOT = Path(__file__).parents[2]
Ours = dict[str, tuple[Triple, ...]]


def prefixes() -> dict[str, str]:
    text = (ROOT / "ontology" / "prefixes.ttl").read_text("utf-8")
    return {
        prefix: start for start, prefix in re.findall(r'sh:namespace "([^"]+)"\^\^xsd:anyURI ;\n    sh:prefix "([^"]+)"', text)
    } | PREFIXES  # fmt: skip


def triples(turtle: str) -> list[Triple]:
    heads = "".join(f"@prefix {prefix}: <{start}> .\n" for prefix, start in prefixes().items())
    return [quad.triple for quad in parse(heads + turtle, format=RdfFormat.TURTLE)]


def test_every_term_is_used_in_an_example_and_no_other(ours: Ours) -> None:
    defined = {triple.subject.value.removeprefix(str(DT)) for triple in ours[OURS] if str(triple.subject).startswith(f"<{DT}")}
    assert {term for example in read_examples() for term in example.terms} == defined
    assert all(triples(example.turtle) for example in read_examples())


def test_concepts_and_organisations_of_the_examples_exist() -> None:
    known = {
        quad.subject.value for path in (ROOT / "ontology").rglob("*.ttl") for quad in parse(path=path, format=RdfFormat.TURTLE)
    }  # fmt: skip
    ours = ("variable", "instrument", "platform", "licence", "access", "pole", "centre", "organisation")
    used = {
        node.value
        for example in read_examples()
        for triple in triples(example.turtle)
        for node in (triple.subject, triple.object)
        if str(node).startswith(tuple(f"<https://w3id.org/dataterra/{kind}/" for kind in ours)) and "#" not in node.value
    }
    assert used and used <= known


def test_the_examples_together_contradict_nothing(imports: Imports, ours: Ours, reasoner: None) -> None:
    given = [triple for example in read_examples() for triple in triples(example.turtle)]
    few = {name: imports.found[name].triples for name in ("dcat", "dcterms", "foaf", "org", "prov", "skos", "sosa", "ssn")}
    answer = is_consistent(theory({**few, **ours, "examples": given}, individuals="examples").triples())
    assert answer.verdict is Verdict.CONSISTENT, answer.why


def test_both_languages_say_all_of_it(ours: Ours) -> None:
    assert all(texts.keys() == set(LANGUAGES) and all(texts.values()) for texts in words().values())
    doc = document(ours[OURS], read_examples())
    for _, entries in doc.sections:
        for entry in entries:
            assert entry.examples, entry.name
            for language in LANGUAGES:
                assert entry.label[language] and entry.definition[language] and len(entry.sentences[language]) == len(entry.sentences["en"])


def test_a_chain_is_said_in_words(ours: Ours) -> None:
    doc = document(ours[OURS], ())
    platform = next(entry for _, entries in doc.sections for entry in entries if entry.name == "platform")
    assert "If one thing leads by platform" not in " ".join(platform.sentences["en"])
    assert (
        "If one thing leads by facility, then dct:type to another, then “platform” leads from the first to the last."
        in platform.sentences["en"]
    )
    assert any("par site ou porteur, puis dct:type" in sentence for sentence in platform.sentences["fr"])
    assert ("chain", ((f"{DT}facility", "http://purl.org/dc/terms/type"),)) in [(fact.word, fact.paths) for fact in platform.facts]


def test_the_command_writes_pages_that_need_nothing_else(folder: WorkingFolder, tmp_path: Path) -> None:
    result = folder.run("ontology", "doc", "--out", tmp_path / "doc")
    assert result.returncode == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / "doc").iterdir()) == [
        "ontology.en.html",
        "ontology.fr.html",
        "ontology.jsonld",
        "ontology.ttl",
    ]
    for language in LANGUAGES:
        page = (tmp_path / "doc" / f"ontology.{language}.html").read_text("utf-8")
        assert f'<html lang="{language}">' in page and "<script" not in page and "prefers-color-scheme" in page
        assert not re.findall(r'(?:src|<link[^>]*href)="?http', page)
        local = {name for name in re.findall(r'href="([^"#]+)"', page) if not name.startswith("http")}
        assert all((tmp_path / "doc" / name).exists() for name in local)


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "javascript:alert(1)"])
def test_what_an_overlay_says_is_text_and_no_markup(hostile: str, ours: Ours, tmp_path: Path) -> None:
    from kg.ontology.pages import write_pages

    text = hostile.replace('"', '\\"')
    more = triples(f'dt:odd a owl:Class ; rdfs:label "{text}"@en ; skos:definition "{text}"@fr ; rdfs:seeAlso <urn:x> .')
    for path in write_pages(document([*ours[OURS], *more], ()), tmp_path, ""):
        page = path.read_text("utf-8")
        assert "<script" not in page and 'href="javascript' not in page
