"""Titles and descriptions until all are known: the language of each is settled from the text, its record and what is declared.

A declaration holds unless the text says clearly otherwise. The language of keywords is part of what they are, and never detected
(`docs/text.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.crosswalk.places import Here
from kg.text.language import Detector


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of sentences that a rule found.

    :param declared: the language of the text as declared, by itself or with the record.
    :param by_itself: whether it is declared at the text, and not only for the record.
    :param main: whether it is title or description of what the record describes, which tell in which language the record is.
    :param here: the rule that found it.
    """

    subject: NamedNode
    predicate: NamedNode
    text: str
    declared: str | None
    by_itself: bool
    main: bool
    here: Here | None


def settled(texts: Sequence[Prose], records: Mapping[str | None, str | None], detector: Detector) -> list[str | None]:
    """The language of each text; `None` where it is unknown.

    A property has one text in a language: no language is detected that another text of the same property has.

    :param records: the `languages_of_records` of these texts.
    """
    found = [_language_of(each, records.get(each.declared), detector) for each in texts]
    taken: dict[tuple[NamedNode, NamedNode, str | None], str] = {}
    for detected in (False, True):
        for index, each in enumerate(texts):
            if (found[index] != each.declared) is detected:
                first = taken.setdefault((each.subject, each.predicate, found[index]), each.text)
                if detected and first != each.text:
                    found[index] = each.declared
    return found


def languages_of_records(texts: Iterable[Prose], detector: Detector) -> dict[str | None, str | None]:
    """For each declared language, that in which title and description together are: most often the same."""
    joined: dict[str | None, list[str]] = {}
    for each in texts:
        if each.main:
            joined.setdefault(each.declared, []).append(each.text)
    return {declared: _language("\n".join(parts), declared, detector) for declared, parts in joined.items()}


def _language_of(each: Prose, record: str | None, detector: Detector) -> str | None:
    found = _language(each.text, each.declared, detector)
    if found == each.declared and record and record != found and detector.fits(each.text, record):
        return record
    return found


def _language(text: str, declared: str | None, detector: Detector) -> str | None:
    return (detector.overruled(text, declared) or declared) if declared else detector.detect(text)
