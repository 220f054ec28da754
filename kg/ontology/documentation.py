"""The ontology as people read it: terms with their meaning, what they are tied to, axioms in words, examples of use.

One view of it, from the triples; the served page and the files that `dataterra ontology doc` writes show the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from kg.namespaces import DCT, DT, ONTOLOGY, OWL, RDF, RDFS, SKOS, compact
from kg.ontology.expression import Axiom, Expression, Kind
from kg.ontology.reading import names, read_axioms
from kg.resources import resource

LANGUAGES: Final = ("en", "fr")
#: The sections of the page, and the types of the terms in each.
_SECTIONS: Final = {
    "classes": OWL.Class,
    "object": OWL.ObjectProperty,
    "data": OWL.DatatypeProperty,
    "annotation": OWL.AnnotationProperty,
    "values": OWL.NamedIndividual,
}
_FACTS: Final = {
    Kind.TYPE: "member",
    Kind.SUBCLASS: "subclass",
    Kind.SUBPROPERTY: "subproperty",
    Kind.DOMAIN: "domain",
    Kind.RANGE: "range",
}
#: What is said of the other side of an axiom.
_BACK: Final = {Kind.SUBCLASS: "kinds", Kind.SUBPROPERTY: "cases", Kind.DOMAIN: "said_of_it", Kind.RANGE: "leads_to_it"}
_TERM: Final = re.compile(r"\bdt:(\w+)")
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """A piece of Turtle that uses terms of ours."""

    anchor: str
    title: Texts
    turtle: str
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Fact:
    """What a term is tied to: a word of `words.yaml`, and IRIs; several IRIs are a path."""

    word: str
    paths: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term. `name` is also its anchor on the page, so that its IRI leads there."""

    name: str
    iri: str
    label: Texts
    definition: Texts
    facts: tuple[Fact, ...]
    sentences: Mapping[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Documentation:
    """The whole page."""

    iri: str
    title: Texts
    description: Texts
    version: str
    version_iri: str
    prior: str
    modified: str
    licence: str
    sections: tuple[tuple[str, tuple[Entry, ...]], ...]
    examples: tuple[Example, ...]


@cache
def words() -> dict[str, dict[str, str]]:
    """What the page says, by key and language."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return loaded


def read_examples(overlay: Path | None = None) -> tuple[Example, ...]:
    """The examples of `ontology/examples.yaml`."""
    found = yaml.safe_load(resource("ontology/examples.yaml", overlay).read_text(encoding="utf-8"))
    return tuple(_example(place, each) for place, each in enumerate(found, 1))


def _example(place: int, each: Mapping[str, Any]) -> Example:
    return Example(f"example-{place}", each["title"], each["turtle"], frozenset(_TERM.findall(each["turtle"])))


def document(triples: Iterable[Triple], examples: Sequence[Example]) -> Documentation:
    """The view of an ontology."""
    ontology = _Ontology(triples, examples)
    head = NamedNode(ONTOLOGY.value)
    sections = ((name, tuple(ontology.entries(kind))) for name, kind in _SECTIONS.items())
    return Documentation(
        head.value,
        ontology.texts(head, DCT.title),
        ontology.texts(head, DCT.description),
        ontology.first(head, OWL.versionInfo),
        ontology.first(head, OWL.versionIRI),
        ontology.first(head, OWL.priorVersion),
        ontology.first(head, DCT.modified) or ontology.first(head, DCT.issued),
        ontology.first(head, DCT.license),
        tuple((name, entries) for name, entries in sections if entries),
        tuple(examples),
    )


class _Ontology:
    """The triples by subject and predicate, and the axioms by the terms that they are about."""

    def __init__(self, triples: Iterable[Triple], examples: Sequence[Example]) -> None:
        given = list(triples)
        self._said: dict[tuple[object, NamedNode], list[object]] = {}
        for triple in given:
            self._said.setdefault((triple.subject, triple.predicate), []).append(triple.object)
        self._axioms = read_axioms({"": given}).axioms
        self._examples = examples

    def first(self, node: NamedNode, predicate: NamedNode) -> str:
        """A value, as text; empty where there is none."""
        return next((str(value.value) for value in self._said.get((node, predicate), ()) if isinstance(value, Literal | NamedNode)), "")

    def texts(self, node: NamedNode, predicate: NamedNode) -> Texts:
        """Texts by language; the English one, or the name, where a language has none."""
        found = {value.language or "": value.value for value in self._said.get((node, predicate), ()) if isinstance(value, Literal)}
        other = found.get("en") or next(iter(found.values()), compact(node.value))
        return {language: found.get(language, other) for language in LANGUAGES}

    def entries(self, kind: NamedNode) -> Iterator[Entry]:
        """Terms of ours of one type, by name."""
        ours = {s.value: s for (s, p), values in self._said.items() if isinstance(s, NamedNode) and p == RDF.type and kind in values}
        for iri in sorted(ours, key=str.lower):
            if iri.startswith(str(DT)):
                yield self._entry(ours[iri])

    def _entry(self, node: NamedNode) -> Entry:
        name = node.value.removeprefix(str(DT))
        axioms = [axiom for axiom in self._axioms if _subject(axiom) == node.value and axiom.kind is not Kind.STATEMENT]
        return Entry(
            name,
            node.value,
            self.texts(node, RDFS.label),
            self.texts(node, SKOS.definition),
            tuple(self._facts(node, axioms)),
            {language: tuple(self._sentence(axiom, language) for axiom in axioms) for language in LANGUAGES},
            tuple(example for example in self._examples if name in example.terms),
            bool(self.first(node, OWL.deprecated)),
        )

    def _facts(self, node: NamedNode, axioms: list[Axiom]) -> Iterator[Fact]:
        for kind, word in _FACTS.items():
            if paths := tuple((axiom.parts[1].iri,) for axiom in axioms if axiom.kind is kind and axiom.parts[1].iri):
                yield Fact(word, paths)
        if chains := tuple(tuple(part.iri for part in axiom.parts[0].parts) for axiom in axioms if axiom.kind is Kind.CHAIN):
            yield Fact("chain", chains)
        see = self._said.get((node, RDFS.seeAlso), ())
        if found := tuple((value.value,) for value in see if isinstance(value, NamedNode)):
            yield Fact("see", found)
        for kind, word in _BACK.items():
            back = sorted(a.parts[0].iri for a in self._axioms if a.kind is kind and a.parts[1].iri == node.value and a.parts[0].iri)
            if back:
                yield Fact(word, tuple((iri,) for iri in back))

    def _sentence(self, axiom: Axiom, language: str) -> str:
        if axiom.kind is Kind.CHAIN:
            path = f", {words()['then'][language]} ".join(self._called(part, language) for part in axiom.parts[0].parts)
            return words()["say.chain"][language].format(self._called(axiom.parts[1], language), path)
        if axiom.kind not in _FACTS:
            return f"{axiom.kind.value}: {', '.join(self._called(part, language) for part in names(axiom.parts))}"
        return words()[f"say.{_FACTS[axiom.kind]}"][language].format(*(self._called(part, language) for part in axiom.parts))

    def _called(self, expression: Expression, language: str) -> str:
        """The label of a term of ours, the short name of any other."""
        if expression.iri.startswith(str(DT)):
            return self.texts(NamedNode(expression.iri), RDFS.label)[language]
        return compact(expression.iri) if expression.iri else expression.operator


def _subject(axiom: Axiom) -> str:
    return axiom.parts[1].iri if axiom.kind is Kind.CHAIN else axiom.parts[0].iri
