"""What candidates are worth: the confidence of each, and whether the first is a link without a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.link.candidates import Found
from kg.link.confidence import Model, may_stand_alone
from kg.model import TermKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """A candidate with its confidence."""

    found: Found
    confidence: float
    accepted: bool


def group_of(kind: TermKind, vocabulary: str) -> str:
    """The group whose model judges: names of CF are made otherwise than keywords, and equipment is named otherwise than quantities.

    >>> group_of(TermKind.PLATFORM, "gcmd"), group_of(TermKind.KEYWORD, "gcmd"), group_of(TermKind.VARIABLE, "cf")
    ('equipment', 'variable', 'cf')
    """
    if kind in (TermKind.INSTRUMENT, TermKind.PLATFORM):
        return "equipment"
    return "cf" if vocabulary == "cf" else "variable"


def judged(found: Sequence[Found], model: Model) -> list[Verdict]:
    """Candidates with their confidence, in their order. Only the first may be accepted.

    A concept that is broader than the string, or has a namesake as near, waits for a person.
    """
    verdicts: list[Verdict] = []
    for place, each in enumerate(found):
        confidence = model.probability(each.features)
        if verdicts:  # the order is that of the ranking: what is second is less sure than what is first
            confidence = min(confidence, verdicts[-1].confidence - 0.001)
        safe = place == 0 and may_stand_alone(each.features)
        verdicts.append(Verdict(each, confidence, safe and confidence >= model.threshold))
    return verdicts
