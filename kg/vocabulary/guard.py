"""The guard: whether what a source says today may replace what it said before.

An outage looks like a small vocabulary: concepts without their labels, one of several services that does not answer, an empty list.
What shrinks by more than its source's threshold is held, and the last good version stays. What shrinks a little more than that, and stays
so for weeks, is how the source is now; a collapse is never taken in without a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kg.vocabulary.difference import words_of_vocabularies
from kg.vocabulary.shelves import Counts

#: A language with fewer labels is no language of the vocabulary: its labels may go.
_FEW_LABELS: Final = 20
#: So many labelled concepts may go from any vocabulary, however small.
_FEW_CONCEPTS: Final = 2


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much a source may lose from one pull to the next; `ontology/sources.toml` has the defaults and those of each source.

    :param most_lost: share of statements, labelled concepts, or labels of a language.
    :param collapse: share from which on it is an outage, and only a person may accept it.
    :param patience: days after which a smaller loss is believed, if every pull has said so; 0: never.
    """

    most_lost: float = 0.1
    collapse: float = 0.33
    patience: int = 14


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is held, or what it is: a key of `mappings/vocabulary-words.yaml` with its values."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()

    def words(self, language: str) -> str:
        """The reason in a person's language.

        >>> Reason("same", (("date", "2025-02-03"),)).words("fr")
        'les mêmes déclarations que dans la version du 2025-02-03'
        """
        words: dict[str, Any] = words_of_vocabularies()[language]
        values = {key: value.words(language) if isinstance(value, Reason) else value for key, value in self.values}
        if "measure" in values:
            values["measure"] = words["measures"][values["measure"]]
        return str(words[self.code]).format(**values)


def reason(code: str, **values: Any) -> Reason:
    """A reason with its values."""
    return Reason(code, tuple(values.items()))


def losses(before: Counts, after: Counts, thresholds: Thresholds, date: str) -> list[Reason]:
    """What speaks against a new version, the worst first; nothing where it may be taken in.

    :param date: of the version before.
    """
    if after.concepts == 0:
        return [reason("empty")]
    found = sorted(_lost(before, after), key=lambda each: -each[0])
    return [
        _said(lost, measure, language, was, now, thresholds, date)
        for lost, measure, language, was, now in found
        if lost > thresholds.most_lost
    ]


def is_collapse(reasons: list[Reason], thresholds: Thresholds) -> bool:
    """Whether a person has to decide."""
    return any(each.code == "empty" or dict(each.values)["lost"] >= 100 * thresholds.collapse for each in reasons)


def _lost(before: Counts, after: Counts) -> Iterator[tuple[float, str, str, int, int]]:
    for measure in ("statements", "labelled"):
        was, now = getattr(before, measure), getattr(after, measure)
        if was and (measure == "statements" or was - now > _FEW_CONCEPTS):
            yield 1 - now / was, measure, "", was, now
    for language, was in before.labels.items():
        if was >= _FEW_LABELS:
            now = after.labels.get(language, 0)
            yield 1 - now / was, "labels", language, was, now


def _said(lost: float, measure: str, language: str, was: int, now: int, thresholds: Thresholds, date: str) -> Reason:
    shared = {"lost": round(100 * lost), "before": was, "after": now, "date": date}
    most = round(100 * thresholds.most_lost)
    if measure == "labels":
        return reason("language", language=language or "-", most=most, **shared)
    if lost >= thresholds.collapse:
        return reason("collapse", measure=measure, **shared)
    return reason("fewer", measure=measure, most=most, **shared)
