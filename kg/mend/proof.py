"""Proof: the mended file is read again, and says all that it said before, the repairs, and nothing else that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from kg.mend.reading import Reading
from kg.mend.repair import Repair
from kg.namespaces import BASE, DT, RDF

#: What a term says of itself beside its words: an address that is new makes a new term of the same words.
_OF_TERMS: Final = frozenset(each.value for each in (DT.givenIri, DT.thesaurus, DT.thesaurusIri, RDF.value))
_TERM: Final = f"{BASE}term/"
#: Repairs after which texts may have another language than before.
_OF_LANGUAGE: Final = frozenset({"language.detected", "language.undeclared"})

_Said = tuple[str, str, str]


def faults(before: Reading, after: Reading, repairs: Iterable[Repair]) -> Iterator[str]:
    """What speaks against the repairs: something lost, something new that is wrong, a repair that has not come to what it is for."""
    made = list(repairs)
    for name in ("identifier", "dataset", "format"):
        if getattr(before.record, name) != getattr(after.record, name):
            yield f"the {name} changes"
    yield from (f"not linked any more: {line}" for line in sorted(before.links - after.links))
    yield from (f"not said any more: {' '.join(each)}" for each in sorted(_lost(before, after, made)))
    yield from (f"new problem: {code} {values}" for code, values in _problems(after) - _problems(before))
    yield from (f"not read: {iri}" for repair in made for iri, concept in repair.writes if not _is_written(after, iri, concept))


def _lost(before: Reading, after: Reading, repairs: list[Repair]) -> set[_Said]:
    """What the record said and does not say any more, but for what repairs put something else for."""
    languages = not any(repair.code in _OF_LANGUAGE for repair in repairs)
    replaced = {each for repair in repairs for each in repair.replaces}
    were, are = (_Statements(reading, languages=languages) for reading in (before, after))
    lost = {each for each in were.whole - are.whole if not _is_replaced(each, replaced)}
    left = [(name, set(said)) for name, said in are.parts]
    for name, said in were.parts:
        kept = {each for each in said if not _is_replaced(("", *each), replaced)}
        same = next((each for each in left if each[0] == name and kept <= each[1]), None)
        if same is not None:
            left.remove(same)
        elif name not in replaced:
            lost |= {(name, *each) for each in kept}
    return lost


def _is_replaced(said: _Said, replaced: set[str]) -> bool:
    told = {said[0], said[2], *(each.partition("\0")[2] for each in (said[0], said[2])), said[2].rpartition("@")[0]}
    return not replaced.isdisjoint(told)


class _Statements:
    """The statements of a record in a form in which those before and after can be compared.

    A term is its kind and its words. The parts of a record are numbered in their order, which a repair may change: each is what it says.
    """

    def __init__(self, reading: Reading, *, languages: bool) -> None:
        self._start, self._languages = f"{reading.record.iri}#", languages
        self._names = {iri: f"{term.kind}\0{term.text}" for iri, term in reading.graph.terms.items()}
        self.whole: set[_Said] = set()
        parts: dict[str, set[tuple[str, str]]] = {}
        for triple in ox.parse(reading.record.triples, ox.RdfFormat.N_TRIPLES):
            subject, predicate = str(getattr(triple.subject, "value", "")), triple.predicate.value
            if subject == f"{self._start}native" or (subject.startswith(_TERM) and predicate in _OF_TERMS):
                continue
            if subject.startswith(self._start):
                parts.setdefault(subject, set()).add((predicate, self._written(triple.object)))
            else:
                self.whole.add((self._names.get(subject, subject), predicate, self._written(triple.object)))
        self.parts = [(_kind(subject), said) for subject, said in parts.items()]

    def _written(self, value: object) -> str:
        if isinstance(value, NamedNode):
            return _kind(value.value) if value.value.startswith(self._start) else self._names.get(value.value, value.value)
        if isinstance(value, Literal) and self._languages and value.language:
            return f"{value.value}@{value.language}"
        return str(getattr(value, "value", value))


def _kind(part: str) -> str:
    """A part without its number: `...#place-4` is a place."""
    return part.rstrip("0123456789")


def _problems(reading: Reading) -> Counter[tuple[str, tuple[tuple[str, str], ...]]]:
    return Counter((problem.code, problem.values) for problem in reading.outcome.problems)


def _is_written(after: Reading, iri: str, concept: str) -> bool:
    """Whether the record now gives an IRI and is linked to its concept because of it."""
    terms = [term.iri for term in after.record.terms if term.given_iri == iri]
    return any(mapping.object == concept for term in terms for mapping in after.accepted[term])
