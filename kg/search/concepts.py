"""The concepts of the thesauri as search needs them: labels, ancestors, and the way up from one concept to another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kg.dataset import Text
from kg.dataset_reader import LINK_PROPERTIES
from kg.graph_node import QuadSource
from kg.model import Iri
from kg.namespaces import BASE, DCT, DT, FOAF, RDFS, SKOS
from kg.search.words import PHRASES, analysers_for

_PREFERRED = (SKOS.prefLabel.value, RDFS.label.value, FOAF.name.value, DCT.title.value)
_OTHER = (SKOS.altLabel.value, SKOS.hiddenLabel.value)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept, or any named thing: its preferred labels, its other labels, and its broader concepts."""

    iri: Iri
    labels: tuple[Text, ...] = ()
    others: tuple[Text, ...] = ()
    broader: tuple[Iri, ...] = ()
    openness: str = ""

    def label(self, language: str) -> str:
        """The label for a reader: their language, else English, else French, else any, else the end of the IRI."""
        by_language = {text.language.partition("-")[0]: text.text for text in reversed(self.labels)}
        for wanted in (language, "en", "fr", *by_language):
            if wanted in by_language:
                return by_language[wanted]
        return self.iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


@dataclass(slots=True)
class Concepts:
    """Concepts by IRI, each looked up once; an IRI that the look-up does not know is a concept without labels."""

    lookup: Callable[[str], Concept | None]
    _known: dict[str, Concept] = field(default_factory=dict)
    _closures: dict[str, tuple[Iri, ...]] = field(default_factory=dict)
    _labels: dict[tuple[str, str], str] = field(default_factory=dict)
    _words: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __getitem__(self, iri: str) -> Concept:
        if iri not in self._known:
            self._known[iri] = self.lookup(iri) or Concept(Iri(iri))
        return self._known[iri]

    def label(self, iri: str, language: str) -> str:
        """The label of a concept for a reader (`Concept.label`)."""
        label = self._labels.get((iri, language))
        if label is None:
            label = self._labels[iri, language] = self[iri].label(language)
        return label

    def words(self, iri: str) -> tuple[tuple[str, str], ...]:
        """All labels of a concept, by the analysers that read them.

        Those of one analyser are one text, which is faster to index; but not where phrases are looked for, which must not go on from one
        label into the next.
        """
        found = self._words.get(iri)
        if found is None:
            found = self._words[iri] = tuple(_by_analyser(dict.fromkeys((*self[iri].labels, *self[iri].others))))
        return found

    def closure(self, iri: str) -> tuple[Iri, ...]:
        """The concept and its ancestors by `skos:broader`, nearest first; a circle in a thesaurus ends it."""
        if iri not in self._closures:
            self._closures[iri] = tuple(self._ways_up(iri))
        return self._closures[iri]

    def path(self, start: str, ancestor: str) -> tuple[Iri, ...]:
        """The shortest way up from a concept to an ancestor, both included; empty where there is none."""
        came_from = self._ways_up(start)
        if ancestor not in came_from:
            return ()
        way = [Iri(ancestor)]
        while (below := came_from[way[-1]]) is not None:
            way.append(below)
        return tuple(reversed(way))

    def _ways_up(self, start: str) -> dict[Iri, Iri | None]:
        """Every ancestor, breadth first, with the concept it was reached from."""
        came_from: dict[Iri, Iri | None] = {Iri(start): None}
        for concept in (queue := [Iri(start)]):
            for parent in self[concept].broader:
                if parent not in came_from:
                    came_from[parent] = concept
                    queue.append(parent)
        return came_from


def _by_analyser(labels: Iterable[Text]) -> Iterator[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        for analyser in analysers_for(label.text, label.language) if label.text else ():
            found.setdefault(analyser, []).append(label.text)
    for analyser, texts in found.items():
        yield from ((analyser, text) for text in ([" | ".join(texts)] if analyser != PHRASES else texts))


def concepts_of_store(store: QuadSource) -> Concepts:
    """The concepts of a store, read from its merged graph when they are asked for."""
    return Concepts(lambda iri: _read_concept(store, iri))


def hub_concepts(store: QuadSource) -> Iterator[Iri]:
    """Every concept of our own thesauri."""
    for kind in LINK_PROPERTIES:
        for triple in store.triples(None, SKOS.inScheme, NamedNode(f"{BASE}scheme/{kind}")):
            if isinstance(triple.subject, NamedNode):
                yield Iri(triple.subject.value)


def _read_concept(store: QuadSource, iri: str) -> Concept | None:
    try:
        subject = NamedNode(iri)
    except ValueError:
        return None
    said: dict[str, list[object]] = {}
    for triple in store.triples(subject):
        said.setdefault(triple.predicate.value, []).append(triple.object)
    broader = {node.value for node in said.get(SKOS.broader.value, ()) if isinstance(node, NamedNode)}
    openness = next((text.text for text in _texts(said, (DT.openness.value,))), "")
    return Concept(Iri(iri), _texts(said, _PREFERRED), _texts(said, _OTHER), tuple(Iri(parent) for parent in sorted(broader)), openness)


def _texts(said: dict[str, list[object]], predicates: Iterable[str]) -> tuple[Text, ...]:
    literals = [term for predicate in predicates for term in said.get(predicate, ()) if isinstance(term, Literal)]
    return tuple(dict.fromkeys(Text(literal.value, literal.language or "") for literal in sorted(literals, key=str)))
