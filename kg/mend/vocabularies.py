"""What a mended file says of concepts: their names, the vocabulary that they are in, their twins in the vocabularies of others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.link.concepts import read_alignments
from kg.link.iris import iri_key, thesaurus_prefixes
from kg.link.tables import read_table
from kg.namespaces import BASE, DCT, SKOS
from kg.resources import resources


@dataclass(frozen=True, slots=True)
class Scheme:
    """A vocabulary: its IRI, its title by language, the day of its last change."""

    iri: str
    title: dict[str, str]
    date: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A concept of another vocabulary that is the same as one of ours."""

    iri: str
    label: str
    thesaurus: str


class Vocabularies:
    """The vocabularies and alignments of the installation."""

    def __init__(self, overlay: Path | None = None) -> None:
        """:raises VocabularyError: when an alignment is wrong."""
        self._store = Store()
        for path in resources("ontology/vocabularies", "*.ttl", overlay):
            self._store.load(path.read_bytes(), RdfFormat.TURTLE)
        self._twins = _twins(resources("mappings/alignments", "*.sssom.tsv", overlay))
        rows = [row for row in read_table("licences.csv", overlay) if row["spdx"]]
        self._spdx = {f"{BASE}licence/{row['concept']}": row["spdx"] for row in rows if row["concept"]}
        self._spdx |= {row["official"]: row["spdx"] for row in rows}
        self.spdx_ids = frozenset(self._spdx.values())

    def label(self, concept: str) -> dict[str, str]:
        """The preferred names of a concept, by language."""
        found = self._store.quads_for_pattern(NamedNode(concept), SKOS.prefLabel, None)
        return {quad.object.language or "": quad.object.value for quad in found if isinstance(quad.object, Literal)}

    def scheme(self, concept: str) -> Scheme | None:
        """The vocabulary in which a concept is."""
        quad = next(iter(self._store.quads_for_pattern(NamedNode(concept), SKOS.inScheme, None)), None)
        if quad is None or not isinstance(quad.object, NamedNode):
            return None
        about = list(self._store.quads_for_pattern(quad.object, None, None))
        texts = [(each.predicate, each.object) for each in about if isinstance(each.object, Literal)]
        title = {value.language or "": value.value for predicate, value in texts if predicate == DCT.title}
        date = next((value.value for predicate, value in texts if predicate == DCT.modified), "")
        return Scheme(quad.object.value, title, date)

    def twins(self, concept: str, thesaurus: str) -> list[Twin]:
        """The concepts of a vocabulary (an id of `mappings/tables/thesauri.csv`) that are the same as one of ours."""
        return [each for each in self._twins.get(concept, ()) if each.thesaurus == thesaurus]

    def spdx(self, licence: str) -> str:
        """The SPDX identifier of a licence, or nothing."""
        return self._spdx.get(licence, "")


def _twins(alignments: list[Path]) -> dict[str, list[Twin]]:
    prefixes = sorted(thesaurus_prefixes().items(), key=lambda each: -len(each[0]))
    twins: dict[str, list[Twin]] = defaultdict(list)
    for concept, matches in read_alignments(alignments).items():
        for match, label in matches:
            thesaurus = next((of for prefix, of in prefixes if iri_key(match.iri).startswith(prefix)), "")
            if match.predicate == "skos:exactMatch" and thesaurus:
                twins[concept].append(Twin(match.iri, label, thesaurus))
    return twins
