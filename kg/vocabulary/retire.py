"""Concepts that their source no longer has: they stay, deprecated, so that what points at them still finds a name and a successor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.namespaces import DCT, OWL, SKOS, XSD
from kg.vocabulary.concepts import Said
from kg.vocabulary.lines import lines_of

_RELATIONS = (SKOS.narrower, SKOS.related, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.member)


def retired_lines(before: Iterable[Triple], gone: set[str], concepts: dict[str, Said], now: dict[str, Said]) -> list[bytes]:
    """What a version says of the concepts that it keeps although their source has them no more.

    :param before: the statements of the version before.
    :param gone: the concepts that are kept.
    :param concepts: the concepts of the version before.
    :param now: the concepts of the source as it is now, in which successors are looked for.
    """
    kept = (
        triple
        for triple in before
        if isinstance(triple.subject, NamedNode) and triple.subject.value in gone and triple.predicate not in _RELATIONS
    )
    return lines_of([*(triple for triple in kept if triple.predicate != OWL.deprecated), *_notes(gone, concepts, now)])


def _notes(gone: set[str], concepts: dict[str, Said], now: dict[str, Said]) -> Iterator[Triple]:
    successors = _by_names(now, concepts)
    for iri in sorted(gone):
        yield Triple(NamedNode(iri), OWL.deprecated, Literal("true", datatype=XSD.boolean))
        said = concepts[iri]
        found = successors.get(said.names, []) if said.names and not said.replaced else []
        if len(found) == 1:  # the same concept under another IRI
            yield Triple(NamedNode(iri), DCT.isReplacedBy, NamedNode(found[0]))


def _by_names(now: dict[str, Said], before: dict[str, Said]) -> dict[frozenset[tuple[str, str]], list[str]]:
    """New concepts by all their preferred labels."""
    found: dict[frozenset[tuple[str, str]], list[str]] = defaultdict(list)
    for iri in now.keys() - before.keys():
        found[now[iri].names].append(iri)
    return found
