"""What things are called, for a reader of one language."""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.dataset import Text
from kg.namespaces import DCT, DOI, FOAF, RDFS, SCHEMA, SKOS, compact
from kg.store import Reader

#: The first of these that a thing has is its name.
_NAMES: Final = (SKOS.prefLabel, DCT.title, FOAF.name, RDFS.label, SCHEMA.name)


class Labels:
    """Looks names up, and remembers them for the length of one answer."""

    def __init__(self, store: Reader, language: str) -> None:
        self._store, self._language = store, language
        self._known: dict[str, Text] = {}

    def __call__(self, iri: str) -> Text:
        """The name of a thing: in the reader's language, else in English, else in any; without one, its IRI, shortened."""
        if iri not in self._known:
            self._known[iri] = self._look_up(iri)
        return self._known[iri]

    def text(self, iri: str, *properties: NamedNode) -> Text | None:
        """The first of these properties that says something, in the language that suits the reader best."""
        node = node_of(iri)
        for wanted in properties if node else ():
            if texts := [as_text(term) for term in objects(self._store, node, wanted) if isinstance(term, Literal)]:
                return min(texts, key=self._distance)
        return None

    def _look_up(self, iri: str) -> Text:
        return self.text(iri, *_NAMES) or Text(short_name(iri))

    def _distance(self, text: Text) -> tuple[int, str]:
        language = text.language.partition("-")[0]
        return ((self._language, "en", "", "fr").index(language) if language in (self._language, "en", "", "fr") else 9, text.text)


def node_of(iri: str) -> NamedNode | None:
    """The node of an IRI, or none where it is no IRI."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def as_text(literal: Literal) -> Text:
    """A literal as text with its language."""
    return Text(literal.value, literal.language or "")


def objects(store: Reader, subject: NamedNode | None, predicate: NamedNode) -> list[NamedNode | Literal]:
    """The objects of a subject's property in the merged graph."""
    found: list[NamedNode | Literal] = []
    for triple in store.triples(subject, predicate):
        if isinstance(triple.object, NamedNode | Literal):
            found.append(triple.object)
    return found


def short_name(iri: str) -> str:
    """A readable rest of an IRI where nothing better is known.

    >>> short_name("http://publications.europa.eu/resource/authority/frequency/DAILY")
    'DAILY'
    >>> short_name("https://doi.org/10.17882/42182")
    'doi:10.17882/42182'
    """
    if iri.startswith(DOI):
        return "doi:" + iri.removeprefix(DOI)
    if (curie := compact(iri)) != iri:
        return curie
    return iri.rstrip("/").replace("#", "/").rpartition("/")[2] or iri
