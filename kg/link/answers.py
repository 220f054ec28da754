"""The linker as it is measured: what it says of a term, told in the concepts of one vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kg.link.candidates import Candidates
from kg.link.confidence import Confidence
from kg.link.decide import decide
from kg.link.evaluate import DEPTH, Answer
from kg.link.gold import GoldRow
from kg.link.iris import iri_key
from kg.link.judge import group_of, judged
from kg.link.lexicons import SURE
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Mapping, MappingStatus
from kg.namespaces import CF_STANDARD_NAME, GCMD_CONCEPT, NVS_COLLECTION

#: How IRIs of the vocabularies that gold tables name begin.
TARGETS: Final = {"gcmd": GCMD_CONCEPT, "cf": CF_STANDARD_NAME, "nvs": NVS_COLLECTION}
#: What is left of the confidence of a link to the hub, once an alignment leads on from it; and whether the end may be a link too.
_ONWARD: Final = {"skos:exactMatch": (1.0, True), "skos:closeMatch": (0.9, False), "skos:broadMatch": (0.5, False)}


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by IRI and code, by the wordings of the term, and by way of the hub."""

    index: VocabularyIndex
    candidates: Candidates
    confidence: Confidence

    def answers(self, row: GoldRow) -> Sequence[Answer]:
        """See `kg.link.evaluate.Answerer`."""
        found: dict[str, Answer] = {}
        for answer in (*self._coded(row), *self._worded(row), *self._by_the_hub(row)):
            if answer.concept not in found or found[answer.concept].confidence < answer.confidence:
                found[answer.concept] = answer
        return sorted(found.values(), key=lambda answer: (not answer.accepted, -answer.confidence))[:DEPTH]

    def _coded(self, row: GoldRow) -> list[Answer]:
        start = _start(row)
        found = [iri for iri in self.candidates.by_code(row.term) if iri_key(iri).startswith(start)]
        return [Answer(iri, 0.99 - 0.001 * place, "the code is the concept's own", accepted=True) for place, iri in enumerate(found)]

    def _worded(self, row: GoldRow) -> list[Answer]:
        found = self.candidates.find(row.term, self.candidates.name_of(_start(row)) or row.target, row.context, DEPTH)
        verdicts = judged(found, self.confidence.of(group_of(row.term.kind, row.target)))
        return [Answer(each.found.iri, each.confidence, each.found.rule, each.found.predicate, each.accepted) for each in verdicts]

    def _by_the_hub(self, row: GoldRow) -> list[Answer]:
        """Where the record gives an IRI or code: on from the hub concept that it is tied to."""
        answers = []
        for mapping in decide(row.term, self.index):
            if mapping.rule.startswith("IRI given"):
                answers += self._onward(mapping, _start(row))
        return answers

    def _onward(self, mapping: Mapping, start: str) -> list[Answer]:
        accepted = mapping.status is MappingStatus.ACCEPTED
        answers = []
        for match in self.index.matches(mapping.object):
            if match.predicate in _ONWARD and iri_key(match.iri).startswith(start):
                share, safe = _ONWARD[match.predicate]
                confidence = mapping.confidence * match.confidence * share
                answers.append(
                    Answer(match.iri, confidence, f"hub: {mapping.rule}", match.predicate, accepted and safe and match.confidence >= SURE)
                )
        return answers


def _start(row: GoldRow) -> str:
    return iri_key(TARGETS.get(row.target, row.target) + "x")[:-1]
