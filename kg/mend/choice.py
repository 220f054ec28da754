"""Which IRI a mended file gives for words: that of the concept in the vocabulary that the file itself names, else that of the hub."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kg.link.decide import KINDS, thesaurus_of
from kg.link.linker import Linker
from kg.mend.reading import Reading, TermField
from kg.mend.repair import Why
from kg.mend.vocabularies import Scheme, Vocabularies
from kg.model import Iri, Mapping, TermKind
from kg.namespaces import EU_ACCESS_RIGHT


@dataclass(frozen=True, slots=True)
class Chosen:
    """An IRI to be written, the concept that it leads to, and the word on which that stands.

    :param scheme: the vocabulary of the IRI where that is one of the hub's.
    :param spdx: of a licence, its SPDX identifier.
    """

    iri: str
    concept: str
    label: dict[str, str]
    why: Why
    scheme: Scheme | None = None
    spdx: str = ""
    kind: TermKind | None = None


@dataclass(slots=True)
class Choice:
    """Chooses for the fields of natives."""

    linker: Linker
    vocabularies: Vocabularies

    def of(self, field: TermField, reading: Reading) -> list[Chosen]:
        """What may be written for a field: one for what is measured or used; for rights at most one licence and one access condition.

        Nothing where no link is accepted or it is no exact one; several where the words name several concepts, which no field can say.
        """
        exact = [mapping for mapping in reading.mappings(field) if mapping.predicate == "skos:exactMatch"]
        by_concept: dict[Iri, Mapping] = {}
        for mapping in exact:
            by_concept.setdefault(mapping.object, mapping)
        found = by_concept.values()
        if field.kind in KINDS:
            return [self._concept(field, mapping) for mapping in found]
        return [chosen for mapping in found if (chosen := self._right(field, mapping))]

    def _concept(self, field: TermField, mapping: Mapping) -> Chosen:
        concept, thesaurus = mapping.object, thesaurus_of(field.terms[0].thesaurus)
        twins = self.vocabularies.twins(concept, thesaurus.id) if thesaurus and thesaurus.id else []
        same = [each for each in twins if each.label.casefold() == field.words.casefold()] or twins
        label = self.vocabularies.label(concept)
        why = self._why(field, mapping)
        if len(same) == 1 and self._leads_to(field, same[0].iri, concept):
            return Chosen(same[0].iri, concept, {"en": same[0].label}, why, kind=self.linker.index.kind(concept))
        return Chosen(concept, concept, label, why, self.vocabularies.scheme(concept), kind=self.linker.index.kind(concept))

    def _leads_to(self, field: TermField, iri: str, concept: str) -> bool:
        """Whether a record that gives this IRI is linked to the concept, and to no other."""
        term = replace(field.terms[0], given_iri=iri)
        accepted = self.linker.decisions.effective(term.iri, fresh=self.linker.mappings(term))
        return {mapping.object for mapping in accepted} == {concept}

    def _right(self, field: TermField, mapping: Mapping) -> Chosen | None:
        """A licence or an access condition, by the IRI by which the world knows it; none where that is not known to the version."""
        concept, index, rights = mapping.object, self.linker.index, self.linker.rights
        kind = index.kind(concept) or rights.kind_of_official(concept)
        official = index.official(concept) or rights.official(concept)
        if not official or kind is None:
            return None
        if official.startswith(EU_ACCESS_RIGHT) and concept.rpartition("/")[2].replace("-", "_").upper() != official.rpartition("/")[2]:
            official = concept  # finer than the table of the EU: an embargo, a registration
        label = self.vocabularies.label(concept)
        return Chosen(official, concept, label, self._why(field, mapping), spdx=self.vocabularies.spdx(concept), kind=kind)

    def _why(self, field: TermField, mapping: Mapping) -> Why:
        label = self.vocabularies.label(mapping.object)
        return Why(
            field.words,
            mapping.object,
            label,
            mapping.predicate,
            mapping.confidence,
            mapping.justification,
            mapping.author,
            mapping.rule,
        )


def only(chosen: Iterable[Chosen], kind: TermKind | None = None) -> Chosen | None:
    """The one that was chosen, of a kind; nothing where there is none or there are several."""
    found = [each for each in chosen if kind is None or each.kind is kind]
    return found[0] if len(found) == 1 else None
