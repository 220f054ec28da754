"""The canonical form: same triples, same bytes; nothing is lost; what cannot be compared is refused."""

import pytest
from pyoxigraph import RdfFormat, parse

from kg.errors import VocabularyError
from kg.vocabulary.turtle import recanonical

SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix v: <https://example.org/v/> .\n"
AWKWARD = (
    SKOS
    + r"""
v:b skos:definition "quote \" backslash \\ line\nend\ttab"@en, "é < & >"@fr ; skos:notation "1"^^v:code ; skos:broader v:a .
v:a a skos:Concept ; skos:altLabel "b"@en, "a"@en, "a"@fr ; skos:exactMatch <https://example.org/v/with/slash>, v:trailing- .
<https://example.org/zz> a skos:ConceptScheme .
"""
)


def triples(text: str) -> set[str]:
    return {str(quad.triple) for quad in parse(text, format=RdfFormat.TURTLE)}


def test_nothing_is_lost_or_changed() -> None:
    assert triples(recanonical(AWKWARD)) == triples(AWKWARD)


def test_writing_again_gives_the_same_bytes() -> None:
    once = recanonical(AWKWARD)
    assert recanonical(once) == once


def test_order_of_the_input_does_not_matter() -> None:
    head, *lines = AWKWARD.strip().split("\n")
    assert recanonical("\n".join([head, *reversed(lines)])) == recanonical(AWKWARD)


def test_the_scheme_stands_first_and_each_statement_on_a_line() -> None:
    blocks = recanonical(AWKWARD).split("\n\n")
    assert blocks[1].startswith("<https://example.org/zz>\n    a skos:ConceptScheme .")
    found = [line.strip(" ;") for line in blocks[2].splitlines()[1:5]]
    assert found == ["a skos:Concept", 'skos:altLabel "a"@en', 'skos:altLabel "b"@en', 'skos:altLabel "a"@fr']


def test_unused_prefixes_are_left_out() -> None:
    assert "@prefix" not in recanonical("@prefix x: <https://example.org/x/> . <urn:a> <urn:b> <urn:c> .")


def test_a_blank_node_is_refused_with_advice() -> None:
    with pytest.raises(VocabularyError, match="give the blank node an IRI"):
        recanonical("<urn:a> <urn:b> [] .")


def test_broken_turtle_is_refused_with_its_place() -> None:
    with pytest.raises(VocabularyError, match="line 1"):
        recanonical("<urn:a> <urn:b> .")
