"""One line of the list of hits: what it is, the words that were found, and why it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from kg.dataset import Box
from kg.model import Iri
from kg.search.concepts import Concepts
from kg.search.document import identifier_keys
from kg.search.question import Unit
from kg.search.words import fold, forms

#: Stands between texts that are looked through together; no word has it.
_BETWEEN: Final = "\x1f"
#: Characters of a snippet, and how many stand before the first word that was found.
_SNIPPET, _BEFORE = 240, 60


@dataclass(frozen=True, slots=True)
class Marked:
    """Text with the places (from, to) of the words that were found. The text is the record's: pages must escape it."""

    text: str
    language: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A thing with its label for the reader."""

    iri: Iri
    label: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a data set is among the hits: words in a field (`title`, `word`, `name`, `identifier`, `text`), or by way of a concept.

    For `mention`, the text names it and no record declares it; `text` is the passage.

    For `concept`, `path` leads from the concept that the data set is linked to up to the one that was asked for, and `term` is the verbatim
    string of the record that was mapped to it, where that is known.
    """

    field: str
    text: str
    path: tuple[Labelled, ...] = ()
    term: str = ""
    predicate: str = ""
    confidence: float | None = None
    justification: str = ""


@dataclass(frozen=True, slots=True)
class HitConcept:
    """A concept that a data set is linked to."""

    kind: str
    iri: Iri
    label: str


@dataclass(frozen=True, slots=True)
class HitMention:
    """A concept that is named in title or description and that no record declares, with the passage."""

    kind: str
    iri: Iri
    label: str
    passage: Marked


@dataclass(frozen=True, slots=True)
class Hit:
    """A data set that was found. `period` is start and end as given; an empty end goes on."""

    iri: Iri
    kind: str
    title: Marked
    snippet: Marked
    poles: tuple[Labelled, ...]
    centres: tuple[Labelled, ...]
    sources: tuple[Labelled, ...]
    licences: tuple[Labelled, ...]
    openness: str
    boxes: tuple[Box, ...]
    period: tuple[str, str] | None
    concepts: tuple[HitConcept, ...]
    mentions: tuple[HitMention, ...]
    why: tuple[Why, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Sought:
    """What the search looked for: to mark it and to explain it."""

    units: tuple[Unit, ...]
    concepts: tuple[Iri, ...]
    language: str

    @property
    def wanted(self) -> tuple[str, ...]:
        """The words that are marked."""
        return tuple(dict.fromkeys(word for unit in self.units if not unit.unwanted for word in (*unit.words, *unit.compounds)))


def hit(iri: Iri, stored: Mapping[str, Any], score: float, sought: Sought, concepts: Concepts) -> Hit:
    """A hit from what the index stores of a data set."""
    language = sought.language
    return Hit(
        iri=iri,
        kind=stored["kind"],
        title=_marked(*_in_language(stored["title"], language, iri), sought.wanted),
        snippet=_snippet(stored["text"], sought),
        poles=_labelled(stored["poles"], concepts, language),
        centres=_labelled(stored["centres"], concepts, language),
        sources=_labelled(stored["sources"], concepts, language),
        licences=_labelled(stored["licences"], concepts, language),
        openness=stored["openness"],
        boxes=tuple(Box(*box) for box in stored["boxes"]),
        period=tuple(stored["period"]) if stored["period"] else None,
        concepts=tuple(HitConcept(row["kind"], Iri(row["iri"]), concepts.label(row["iri"], language)) for row in stored["concepts"]),
        mentions=tuple(
            HitMention(row["kind"], Iri(row["iri"]), concepts.label(row["iri"], language), Marked(row["passage"], row["language"]))
            for row in stored["mentions"]
        ),
        why=_why(stored, sought, concepts),
        score=score,
    )


def _labelled(iris: Iterable[str], concepts: Concepts, language: str) -> tuple[Labelled, ...]:
    return tuple(Labelled(Iri(iri), concepts.label(iri, language)) for iri in iris)


def _in_language(texts: Mapping[str, str], language: str, otherwise: str) -> tuple[str, str]:
    """Text and its language: the reader's, else English, else French, else what there is."""
    for wanted in (language, "en", "fr", *texts):
        if wanted in texts:
            return texts[wanted], wanted
    return otherwise, ""


def _snippet(texts: Mapping[str, str], sought: Sought) -> Marked:
    """The part of the description around the first word that was found, in the reader's language if it is there, else where it is."""
    text, language = _in_language(texts, sought.language, "")
    marks = find(text, sought.wanted)
    for other in texts:
        if not marks and other != language and (found := find(texts[other], sought.wanted)):
            text, language, marks = texts[other], other, found
    start = max(0, marks[0][0] - _BEFORE) if marks else 0
    if start:
        start = text.find(" ", start) + 1
    end = len(text) if len(text) <= start + _SNIPPET else max(text.rfind(" ", start, start + _SNIPPET), start + _SNIPPET // 2)
    inside = tuple((left - start, right - start) for left, right in marks if left >= start and right <= end)
    return Marked(text[start:end], language, inside)


def _marked(text: str, language: str, wanted: tuple[str, ...]) -> Marked:
    return Marked(text, language, find(text, wanted))


def find(text: str, wanted: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Places of the words of a text that share a form with a wanted word: the same word, stem or spelling without accents.

    >>> find("Salinités de surface", ("salinite",))
    ((0, 9),)
    """
    if not wanted or not text:
        return ()
    pattern, sought = _pattern(wanted)
    candidates = ((found.start(), found.end()) for found in pattern.finditer(fold(text)))
    return tuple((start, end) for start, end in candidates if sought.intersection(forms(text[start:end])))


@lru_cache(maxsize=256)
def _pattern(wanted: tuple[str, ...]) -> tuple[re.Pattern[str], frozenset[str]]:
    """A quick first look for words that begin alike; whether they are the same is asked of the analysers then."""
    forms_of = [forms(word) for word in wanted]
    starts = {re.escape(_common_start(found)) for found in forms_of if found}
    sought = frozenset(form for found in forms_of for form in found)
    return re.compile(rf"\b(?:{'|'.join(sorted(starts))})\w*" if starts else r"(?!)"), sought


def _common_start(found: tuple[str, ...]) -> str:
    first, last = min(found), max(found)
    return first[: next((place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))]


def _why(stored: Mapping[str, Any], sought: Sought, concepts: Concepts) -> tuple[Why, ...]:
    """All reasons; where nothing else shows one, the label of a concept or of one of its ancestors must have had the words."""
    if not sought.wanted and not sought.concepts:
        return ()
    found = (*_in_fields(stored, sought), *_by_concepts(sought.concepts, stored, sought, concepts))
    return found or tuple(_by_concepts(_labelled_so(stored, sought.wanted, concepts), stored, sought, concepts))


def _in_fields(stored: Mapping[str, Any], sought: Sought) -> Iterator[Why]:
    wanted = sought.wanted
    asked = {key for unit in sought.units for key in identifier_keys(unit.text)}
    for identifier in stored["identifiers"]:
        if asked.intersection(identifier_keys(identifier)):
            yield Why("identifier", identifier)
    for field, texts in (("title", stored["title"].values()), ("word", stored["words"]), ("name", stored["names"])):
        if found := _first_with(texts, wanted):
            yield Why(field, found)
    if any(find(text, wanted) for text in stored["text"].values()):
        yield Why("text", "")


def _first_with(texts: Iterable[str], wanted: tuple[str, ...]) -> str:
    """The first text that has a wanted word. They are looked through as one, which is much quicker than one by one."""
    joined = _BETWEEN.join(texts)
    places = find(joined, wanted)
    return joined.split(_BETWEEN)[joined.count(_BETWEEN, 0, places[0][0])] if places else ""


def _by_concepts(asked: Iterable[Iri], stored: Mapping[str, Any], sought: Sought, concepts: Concepts) -> Iterator[Why]:
    for concept in asked:
        chain = _chain(concept, stored["concepts"], sought.language, concepts)
        if chain or (chain := _named_in_text(concept, stored["mentions"], sought.language, concepts)):
            yield chain


def _named_in_text(asked: Iri, named: Iterable[Mapping[str, Any]], language: str, concepts: Concepts) -> Why | None:
    """The passage that names a concept, or one that stands below it."""
    for row in named:
        if path := concepts.path(row["iri"], asked):
            return Why("mention", row["passage"], _labelled(path, concepts, language), confidence=row["confidence"])
    return None


def _labelled_so(stored: Mapping[str, Any], wanted: tuple[str, ...], concepts: Concepts) -> list[Iri]:
    closure = dict.fromkeys(concept for row in stored["concepts"] for concept in concepts.closure(row["iri"]))
    return [iri for iri in closure if any(find(label.text, wanted) for label in (*concepts[iri].labels, *concepts[iri].others))]


def _chain(asked: Iri, linked: Iterable[Mapping[str, Any]], language: str, concepts: Concepts) -> Why | None:
    """The shortest way from a concept that the data set is linked to, up to the one that was asked for."""
    ways = [(concepts.path(row["iri"], asked), row) for row in linked]
    path, row = min(((path, row) for path, row in ways if path), key=lambda way: len(way[0]), default=((), {}))
    if not path:
        return None
    reason: Mapping[str, Any] = next(iter(row["why"]), {})
    return Why(
        field="concept",
        text=concepts.label(asked, language),
        path=_labelled(path, concepts, language),
        term=reason.get("term", ""),
        predicate=reason.get("predicate", ""),
        confidence=reason.get("confidence"),
        justification=reason.get("justification", ""),
    )
