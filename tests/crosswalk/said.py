"""What a crosswalk makes of XML, as tests ask for it."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.model import Native, Outcome, TermKind


def mapped(mapper: Mapper, xml: str) -> Outcome:
    return mapper.map(Native("s", "folder/file.xml", "application/xml", xml.encode(), "folder/file.xml"))


def triples(outcome: Outcome) -> list[Triple]:
    assert outcome.record is not None, outcome.problems
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(outcome: Outcome, predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples(outcome) if each.predicate == predicate and isinstance(each.object, NamedNode | Literal)}


def tagged(outcome: Outcome, predicate: NamedNode) -> set[tuple[str, str | None]]:
    return {
        (each.object.value, each.object.language)
        for each in triples(outcome)
        if each.predicate == predicate and isinstance(each.object, Literal)
    }


def terms(outcome: Outcome, kind: TermKind) -> set[str]:
    assert outcome.record is not None
    return {term.text for term in outcome.record.terms if term.kind is kind}


def codes(outcome: Outcome) -> set[str]:
    return {problem.code for problem in outcome.problems}
