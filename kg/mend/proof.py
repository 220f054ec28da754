"""Proof: the mended file is read again, and says all that it said before, the repairs, and nothing else that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from kg.mend.reading import Reading
from kg.mend.repair import Repair
from kg.namespaces import BASE, DT, RDF

#: What a term says of itself beside its words: an address that is new makes a new term of the same words.
_OF_TERMS: Final = frozenset(each.value for each in (DT.givenIri, DT.thesaurus, DT.thesaurusIri))
_TERM: Final = f"{BASE}term/"
#: Repairs after which texts may have another language than before.
_OF_LANGUAGE: Final = frozenset({"language.detected", "language.undeclared"})

_Said = tuple[str, str, str]


def is_proven(before: Reading, after: Reading, repairs: Iterable[Repair]) -> bool:
    """Whether nothing is lost, nothing new is wrong, and each repair has come to what it is for."""
    made = list(repairs)
    return (
        (before.record.identifier, before.record.dataset, before.record.format)
        == (after.record.identifier, after.record.dataset, after.record.format)
        and before.links <= after.links
        and not _lost(before, after, made)
        and not _new_problems(before, after)
        and all(_is_written(after, iri, concept) for repair in made for iri, concept in repair.writes)
    )


def _lost(before: Reading, after: Reading, repairs: list[Repair]) -> set[_Said]:
    """What the record said and does not say any more, but for what repairs put something else for."""
    languages = not any(repair.code in _OF_LANGUAGE for repair in repairs)
    replaced = {each for repair in repairs for each in repair.replaces}
    lost = _said(before, languages=languages) - _said(after, languages=languages)
    return {each for each in lost if not replaced.intersection((each[0], each[2], each[2].partition("\0")[2]))}


def _said(reading: Reading, *, languages: bool) -> set[_Said]:
    """The statements of a record in a form in which those before and after can be compared: a term is its kind and its words."""
    native = f"{reading.record.iri}#native"
    names = {iri: f"{term.kind}\0{term.text}" for iri, term in reading.graph.terms.items()}
    said: set[_Said] = set()
    for triple in ox.parse(reading.record.triples, ox.RdfFormat.N_TRIPLES):
        subject, value = str(getattr(triple.subject, "value", "")), triple.object
        if subject == native or (subject.startswith(_TERM) and triple.predicate.value in _OF_TERMS | {RDF.value.value}):
            continue
        said.add((names.get(subject, subject), triple.predicate.value, _written(value, names, languages=languages)))
    return said


def _written(value: object, names: dict[str, str], *, languages: bool) -> str:
    if isinstance(value, NamedNode):
        return names.get(value.value, value.value)
    if isinstance(value, Literal) and languages and value.language:
        return f"{value.value}@{value.language}"
    return str(getattr(value, "value", value))


def _problems(reading: Reading) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    return Counter((problem.code, problem.values) for problem in reading.outcome.problems)


def _new_problems(before: Reading, after: Reading) -> bool:
    return bool(_problems(after) - _problems(before))


def _is_written(after: Reading, iri: str, concept: str) -> bool:
    """Whether the record now gives an IRI and is linked to its concept because of it."""
    terms = [term.iri for term in after.record.terms if term.given_iri == iri]
    return any(mapping.object == concept for term in terms for mapping in after.accepted[term])
