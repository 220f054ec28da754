"""What the pages of a concept and of a vocabulary show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.labels import Labels, as_text, objects
from api.serving import Served
from api.things import Thing
from kg.dataset import MappingView, Text
from kg.namespaces import BASE, DCT, DT, IOP, OWL, RDF, RDFS, SKOS
from kg.store import Reader

_MATCHES: Final = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_PARTS: Final = (
    *(IOP.hasProperty, IOP.hasObjectOfInterest, IOP.hasContextObject, IOP.hasMatrix, IOP.hasConstraint, IOP.hasStatisticalModifier),
    *(DT.unit, DT.openness),
)
#: Children, words and members that one page lists.
LISTED: Final = 500
_DEEPEST: Final = 20
#: A vocabulary with more members than this shows its top concepts only: sorting all by name takes longer than a reader waits.
MOST_LISTED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Match:
    """A concept elsewhere that this one equals or is near to, and the ledger's entry where there is one."""

    property: str
    target: str
    mapping: MappingView | None


@dataclass(frozen=True, slots=True)
class RecordsWord:
    """A word of the records that leads to the concept."""

    text: Text
    mapping: MappingView


def is_concept(reader: Reader, iri: str) -> bool:
    """Whether the thing is a concept of a vocabulary."""
    return any(True for _ in reader.triples(NamedNode(iri), RDF.type, SKOS.Concept))


def is_scheme(reader: Reader, iri: str) -> bool:
    """Whether the thing is a vocabulary."""
    return any(True for _ in reader.triples(NamedNode(iri), RDF.type, SKOS.ConceptScheme))


def concept_context(served: Served, thing: Thing, labels: Labels) -> dict[str, object]:
    """All that the concept's page shows."""
    reader, node = served.reader, NamedNode(thing.iri)
    words = list(islice(_records_words(served, thing.iri), LISTED))
    return {
        "names": _texts(reader, node, SKOS.prefLabel),
        "other_names": _texts(reader, node, SKOS.altLabel),
        "definitions": _texts(reader, node, SKOS.definition),
        "notes": _texts(reader, node, SKOS.scopeNote),
        "ways_up": _ways_up(reader, node),
        "children": _by_label({*_subjects(reader, SKOS.broader, node), *_iris(reader, node, SKOS.narrower)}, labels),
        "related": _by_label(_iris(reader, node, SKOS.related), labels),
        "parts_of_it": [(part.value, values) for part in _PARTS if (values := objects(reader, node, part))],
        "matches": (matches := _matches(served, node)),
        "here": {match.target for match in matches if not match.target.startswith(BASE) and is_concept(reader, match.target)},
        "schemes": [*_iris(reader, node, SKOS.inScheme)],
        "notation": [term.value for term in objects(reader, node, SKOS.notation)],
        "datasets": sum(1 for _ in reader.triples(None, DT.concept, node)),
        "records_words": words,
        "deprecated": any(term.value == "true" for term in objects(reader, node, OWL.deprecated)),
        "replaced_by": _iris(reader, node, DCT.isReplacedBy),
        "facet": thing.family if thing.iri.startswith(BASE) else "",
    }


def scheme_context(served: Served, thing: Thing, labels: Labels) -> dict[str, object]:
    """All that the vocabulary's page shows."""
    reader, node = served.reader, NamedNode(thing.iri)
    members = _subjects(reader, SKOS.inScheme, node)
    tops = {*_iris(reader, node, SKOS.hasTopConcept), *_subjects(reader, SKOS.topConceptOf, node)}
    concepts = [iri for iri in members if is_concept(reader, iri)] if len(members) <= MOST_LISTED else []
    return {
        "descriptions": _texts(reader, node, DCT.description, SKOS.definition, RDFS.comment),
        "licences": [term.value for term in objects(reader, node, DCT.license)],
        "versions": [term.value for term in objects(reader, node, OWL.versionInfo)],
        "dates": [term.value for term in objects(reader, node, DCT.modified)],
        "count": len(concepts) or len(members),
        "tops": _by_label(tops, labels)[:LISTED],
        "concepts": _by_label(concepts, labels)[:LISTED],
    }


def _texts(reader: Reader, node: NamedNode, *properties: NamedNode) -> list[Text]:
    found = (as_text(term) for wanted in properties for term in objects(reader, node, wanted) if isinstance(term, Literal))
    return sorted(found, key=lambda text: (text.language, text.text))


def _iris(reader: Reader, node: NamedNode, wanted: NamedNode) -> list[str]:
    return [term.value for term in objects(reader, node, wanted) if isinstance(term, NamedNode)]


def _subjects(reader: Reader, wanted: NamedNode, node: NamedNode) -> list[str]:
    return [triple.subject.value for triple in reader.triples(None, wanted, node) if isinstance(triple.subject, NamedNode)]


def _by_label(iris: Iterable[str], labels: Labels) -> list[str]:
    return sorted(iris, key=lambda iri: (labels(iri).text.casefold(), iri))


def _ways_up(reader: Reader, node: NamedNode) -> list[list[str]]:
    """One way to a top concept for each broader concept, topmost first; stops where a vocabulary runs in a circle."""
    return [_way_up(reader, parent, {node.value}) for parent in sorted(_iris(reader, node, SKOS.broader))[:5]]


def _way_up(reader: Reader, iri: str, seen: set[str]) -> list[str]:
    way = [iri]
    while len(way) < _DEEPEST:
        parents = sorted(set(_iris(reader, NamedNode(way[0]), SKOS.broader)) - seen - set(way))
        if not parents:
            break
        way.insert(0, parents[0])
    return way


def _matches(served: Served, node: NamedNode) -> list[Match]:
    known = {(str(mapping.predicate), str(mapping.target)): mapping for mapping in served.datasets.mappings(node.value)}
    found = {(wanted.value, target): None for wanted in _MATCHES for target in _iris(served.reader, node, wanted)}
    pairs = dict.fromkeys((*known, *found))
    return [Match(predicate, target, known.get((predicate, target))) for predicate, target in pairs]


def _records_words(served: Served, concept: str) -> Iterable[RecordsWord]:
    """Source terms that were mapped to the concept itself."""
    for triple in served.reader.triples(None, OWL.annotatedTarget, NamedNode(concept)):
        for term in objects(served.reader, triple.subject, OWL.annotatedSource):  # type: ignore[arg-type]
            if not term.value.startswith(BASE + "term/"):
                continue
            texts = objects(served.reader, NamedNode(term.value), RDF.value)
            for mapping in served.datasets.mappings(term.value):
                if mapping.target == concept and texts and isinstance(texts[0], Literal):
                    yield RecordsWord(as_text(texts[0]), mapping)
