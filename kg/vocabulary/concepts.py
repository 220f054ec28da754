"""The concepts of one version, as comparing and counting need them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from kg.namespaces import DCT, OWL, RDF, SKOS
from kg.vocabulary.shelves import Counts

MATCHES: Final = tuple(SKOS[name] for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))
_LABELS: Final = {SKOS.prefLabel: "preferred", SKOS.altLabel: "other", SKOS.hiddenLabel: "other"}


@dataclass(slots=True)
class Said:
    """What a version says of one concept. `preferred` by language; the others as they are."""

    preferred: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    other: set[tuple[str, str]] = field(default_factory=set)
    definitions: set[tuple[str, str]] = field(default_factory=set)
    notations: set[str] = field(default_factory=set)
    broader: set[str] = field(default_factory=set)
    schemes: set[str] = field(default_factory=set)
    matches: set[tuple[str, str]] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    deprecated: bool = False

    @property
    def names(self) -> frozenset[tuple[str, str]]:
        """The preferred labels with their languages."""
        return frozenset((language, text) for language, texts in self.preferred.items() for text in texts)


def is_opaque(iri: str) -> bool:
    """Whether an IRI ends in a UUID, and so does not tell in which of a publisher's vocabularies its concept is.

    >>> is_opaque("https://gcmd.earthdata.nasa.gov/kms/concept/e9f67a66-e9fc-435c-b720-ae32a2c3d8f5")
    True
    """
    return _UUID_AT_END.search(iri) is not None


_UUID_AT_END: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/?$", re.IGNORECASE)


def concepts_of(triples: Iterable[Triple]) -> dict[str, Said]:
    """What is said of each `skos:Concept`, by its IRI."""
    found: dict[str, Said] = defaultdict(Said)
    concepts = set()
    for triple in triples:
        if not isinstance(triple.subject, NamedNode):
            continue
        if triple.predicate == RDF.type and triple.object == SKOS.Concept:
            concepts.add(triple.subject.value)
        _note(found[triple.subject.value], triple.predicate, triple.object)
    return {iri: found[iri] for iri in concepts}


def _note(said: Said, predicate: NamedNode, value: object) -> None:
    if isinstance(value, Literal):
        _note_text(said, predicate, value)
    elif isinstance(value, NamedNode):
        if predicate == SKOS.broader:
            said.broader.add(value.value)
        elif predicate == SKOS.inScheme:
            said.schemes.add(value.value)
        elif predicate == DCT.isReplacedBy:
            said.replaced.add(value.value)
        elif predicate in MATCHES:
            said.matches.add((predicate.value, value.value))


def _note_text(said: Said, predicate: NamedNode, value: Literal) -> None:
    language = value.language or ""
    if (role := _LABELS.get(predicate)) == "preferred":
        said.preferred[language].add(value.value)
    elif role == "other":
        said.other.add((language, value.value))
    elif predicate == SKOS.definition:
        said.definitions.add((language, value.value))
    elif predicate == SKOS.notation:
        said.notations.add(value.value)
    elif predicate == OWL.deprecated and value.value in ("true", "1"):
        said.deprecated = True


def counts_of(concepts: dict[str, Said], triples: int, statements: int) -> Counts:
    """How much a version holds.

    :param statements: triples of the source as it wrote them.
    """
    labels: dict[str, int] = defaultdict(int)
    for said in concepts.values():
        for language in said.preferred:
            labels[language] += 1
    return Counts(
        triples=triples,
        statements=statements,
        concepts=len(concepts),
        deprecated=sum(said.deprecated for said in concepts.values()),
        labelled=sum(bool(said.preferred) for said in concepts.values()),
        labels=dict(sorted(labels.items())),
    )
