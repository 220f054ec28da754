"""The linker as it is measured: what it says of a term, told in the concepts of one vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.link.decide import decide
from kg.link.evaluate import Answer
from kg.link.gold import GoldRow
from kg.link.iris import iri_key
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Mapping, MappingStatus
from kg.namespaces import CF_STANDARD_NAME, GCMD_CONCEPT, NVS_COLLECTION

#: How IRIs of the vocabularies that gold tables name begin.
TARGETS: Final = {"gcmd": GCMD_CONCEPT, "cf": CF_STANDARD_NAME, "nvs": NVS_COLLECTION}
#: What is left of the confidence of a link to the hub, once an alignment leads on from it; and whether the end may be a link too.
_ONWARD: Final = {"skos:exactMatch": (1.0, True), "skos:closeMatch": (0.9, False), "skos:broadMatch": (0.5, False)}


@dataclass(frozen=True, slots=True)
class HubAnswers:
    """Answers by way of the hub: the concepts that rules find, and on along their alignments."""

    index: VocabularyIndex

    def answers(self, row: GoldRow) -> Sequence[Answer]:
        """See `kg.link.evaluate.Answerer`."""
        start = iri_key(TARGETS.get(row.target, row.target) + "x").removesuffix("x")
        found: dict[str, Answer] = {}
        for mapping in decide(row.term, self.index):
            for answer in self._onward(mapping, start):
                if answer.concept not in found or found[answer.concept].confidence < answer.confidence:
                    found[answer.concept] = answer
        return sorted(found.values(), key=lambda answer: -answer.confidence)

    def _onward(self, mapping: Mapping, start: str) -> list[Answer]:
        accepted = mapping.status is MappingStatus.ACCEPTED
        if iri_key(mapping.object).startswith(start):
            return [Answer(mapping.object, mapping.confidence, mapping.rule, mapping.predicate, accepted)]
        answers = []
        for match in self.index.matches(mapping.object):
            if match.predicate in _ONWARD and iri_key(match.iri).startswith(start):
                share, safe = _ONWARD[match.predicate]
                confidence = mapping.confidence * match.confidence * share
                answers.append(Answer(match.iri, confidence, f"hub: {mapping.rule}", match.predicate, accepted and safe))
        return answers
