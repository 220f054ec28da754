"""Vocabularies of others in the working store: served in full where that is allowed, else as far as our graph points at them; what follows.

`scheme/{id}` holds a vocabulary with what makes its version citable, `inferred/{id}` what follows of it. Both are written again when their
causes change: the version, the mappings, and for what is served in part the concepts that are mapped to.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode, Quad, Triple

from kg.config import Settings
from kg.model import Iri, MappingStatus
from kg.namespaces import BASE, DCT, OWL, RDF, SKOS
from kg.state import State
from kg.store import WorkingStore
from kg.vocabulary.concepts import MATCHES
from kg.vocabulary.entailment import STRUCTURE, Matches, entailed
from kg.vocabulary.lines import lines_of, triples_of
from kg.vocabulary.shelves import CurrentVersion, Library
from kg.vocabulary.versions import citation
from kg.vocabulary_graphs import VocabularyGraphs

#: What is served of a concept that may not be served in full: what names it, and where it stands.
_NAMING: Final = (RDF.type, SKOS.prefLabel, SKOS.notation, SKOS.inScheme, SKOS.broader, OWL.deprecated, DCT.isReplacedBy)
_TYPED: Final = f"> {RDF.type} <".encode()
#: Raised when what is written of a vocabulary changes.
_LAYOUT: Final = 2


def load_imported(settings: Settings, state: State, store: WorkingStore) -> int:
    """Bring the current versions of the library into the store, and what follows of all vocabularies; returns how many graphs changed."""
    library, changed = Library(settings.vocabularies), 0
    known = {row.scheme: row.sha256 for row in state.vocabularies()}
    current = library.current()
    pointed = _pointed_at(state, store) if any(not version.republish for version in current) else frozenset()
    with VocabularyGraphs(state, store) as graphs:
        for version in current:
            cause = _hash(version.sha256, version.iri, version.republish, version.title, version.licence, version.attribution)
            if not version.republish:
                cause = _hash(cause, *sorted(_own(version, pointed)))
            if known.get(Iri(version.graph)) != cause:
                graphs.take(Iri(version.graph), b"".join(_served(library, version, pointed)), cause, version.version)
                changed += 1
    return changed + _load_inferred(state, store)


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, (_LAYOUT, *parts))).encode()).hexdigest()


def _served(library: Library, version: CurrentVersion, pointed: frozenset[str]) -> list[bytes]:
    lines = version.lines()
    if not version.republish:
        own = _own(version, pointed)
        lines = lines_of(each for each in triples_of(lines) if each.predicate in _NAMING and _value(each.subject) in own)
    return sorted({*lines, *lines_of(citation(library, version))})


def _own(version: CurrentVersion, pointed: frozenset[str]) -> set[str]:
    """The concepts of a vocabulary that our graph points at. Asked at every publication, so lines are looked at and not parsed."""
    if not pointed:
        return set()
    return {line[1 : line.index(b"> ")].decode() for line in version.lines() if _TYPED in line} & pointed


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _pointed_at(state: State, store: WorkingStore) -> frozenset[str]:
    """Everything that something else is mapped to."""
    found = {_value(quad.object) for predicate in MATCHES for quad in store.quads(predicate=predicate)}
    found |= {mapping.object for mapping in state.current_mappings() if mapping.status is MappingStatus.ACCEPTED}
    return frozenset(iri for iri in found if iri and not iri.startswith(BASE))


# --- what follows ---


def _load_inferred(state: State, store: WorkingStore) -> int:
    """`inferred/{id}` of each scheme in the store of which something else follows now."""
    matches = Matches(_stated(store))
    connected = _connected(store, matches)
    known = {row.scheme: row.sha256 for row in state.vocabularies()}
    changed = 0
    with VocabularyGraphs(state, store) as graphs:
        for graph in sorted(store.graphs(BASE + "scheme/")):
            inferred = Iri(f"{BASE}inferred/{graph.removeprefix(BASE + 'scheme/')}")
            touching = matches.touching(connected.get(graph, ()))
            cause = _hash(known.get(graph, ""), *lines_of(touching))
            if known.get(inferred) != cause:
                said = (quad.triple for predicate in STRUCTURE for quad in store.quads(predicate=predicate, graph=NamedNode(graph)))
                graphs.take(inferred, b"".join(entailed(said, touching).lines), cause, cause[:12])
                changed += 1
    return changed


def _connected(store: WorkingStore, matches: Matches) -> dict[str, set[str]]:
    """The concepts of each scheme that take part in matches, by the graph of the scheme."""
    found: dict[str, set[str]] = defaultdict(set)
    for concept in matches.concepts:
        for quad in store.quads(NamedNode(concept), SKOS.inScheme):
            found[_value(quad.graph_name)].add(concept)
    return found


def _stated(store: WorkingStore) -> Iterator[Triple]:
    """The exact matches that somebody states, without those that only follow."""
    for quad in store.quads(predicate=SKOS.exactMatch):
        if isinstance(quad, Quad) and not _value(quad.graph_name).startswith(BASE + "inferred/"):
            yield quad.triple
