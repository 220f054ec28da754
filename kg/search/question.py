"""What a question says: words, phrases, identifiers, words to leave out, and the concepts that its words name.

Anything may be typed, so nothing here is a syntax error: what is no word is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kg.dataset import Text
from kg.model import Iri
from kg.namespaces import BASE
from kg.search.compounds import COMPOUNDS
from kg.search.index import LabelIndex, SearchIndex
from kg.search.words import ANALYSERS, STOP_WORDS, forms, words

#: More words than anybody types; the rest of a longer question is passed over.
MOST_WORDS: Final = 40
#: Words of the longest label that is looked for, stop words not counted.
LONGEST_LABEL: Final = 8

_CHUNK: Final = re.compile(r'(?P<minus>-?)"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)')
_APOSTROPHES: Final = re.compile("['’ʼ`´]")
_NOT_CONCEPTS: Final = tuple(f"{BASE}{kind}/" for kind in ("pole", "centre", "source", "crosswalk"))


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to look for: a word, or several words that stand together. `text` is what was typed; `compounds` are found as well."""

    words: tuple[str, ...]
    text: str
    unwanted: bool = False
    quoted: bool = False
    compounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Units that together are the label of concepts, in English or French."""

    units: tuple[Unit, ...]
    concepts: tuple[Iri, ...]

    @property
    def text(self) -> str:
        """What was typed, without the stop words."""
        return " ".join(unit.text for unit in self.units)


def units(question: str) -> tuple[Unit, ...]:
    """The parts of a question: `"quoted phrase"`, `-unwanted`, and words. Stop words fall away unless there is nothing else.

    >>> [(unit.words, unit.unwanted) for unit in units('température de l\\'air -"sea ice"')]
    [(('température',), False), (('air',), False), (('sea', 'ice'), True)]
    """
    found: list[Unit] = []
    for unit in _all_units(question):
        if sum(len(one.words) for one in found) + len(unit.words) <= MOST_WORDS:
            found.append(unit)
    kept = tuple(unit for unit in found if unit.quoted or unit.unwanted or not STOP_WORDS.issuperset(unit.words))
    return kept if any(not unit.unwanted for unit in kept) else tuple(found)


def with_compounds(asked: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units, each wanted word with the compounds that it is part of."""
    return tuple(
        replace(unit, compounds=COMPOUNDS.get(unit.words[0], ())) if len(unit.words) == 1 and not (unit.quoted or unit.unwanted) else unit
        for unit in asked
    )


def _all_units(question: str) -> Iterator[Unit]:
    for chunk in _CHUNK.finditer(question):
        if chunk["word"] is None:
            if inside := words(chunk["phrase"]):
                yield Unit(inside, chunk["phrase"].strip(), unwanted=bool(chunk["minus"]), quoted=True)
            continue
        text = chunk["word"]
        unwanted = text.startswith("-") and text[1:2].isalnum()
        for piece in _APOSTROPHES.split(text):
            if inside := words(piece):
                yield Unit(inside, piece.lstrip("-") if unwanted else piece, unwanted=unwanted)


def spans(asked: tuple[Unit, ...], index: SearchIndex, language: str) -> tuple[Span, ...]:
    """The longest runs of units that are a label of concepts, from left to right. Quoted and unwanted units are taken literally."""
    labels = _labels(index)
    order = _order(language)
    found: list[Span] = []
    place = 0
    while place < len(asked):
        span = _longest(asked[place : place + LONGEST_LABEL], labels, order)
        if span:
            found.append(span)
        place += len(span.units) if span else 1
    return tuple(found)


def _longest(ahead: tuple[Unit, ...], labels: LabelIndex, order: tuple[tuple[str, str], ...]) -> Span | None:
    literal = next((place for place, unit in enumerate(ahead) if unit.quoted or unit.unwanted), len(ahead))
    for length in range(literal, 0, -1):
        run = ahead[:length]
        typed = tuple(word for unit in run for word in unit.words)
        for key in order:
            concepts = labels.get(key, {}).get(_content(typed, key[1]))
            if concepts:
                return Span(run, tuple(concepts))
    return None


def _order(language: str) -> tuple[tuple[str, str], ...]:
    """The same words before the same stems, and the reader's language before the other: a French word may be an English one (*vent*)."""
    languages = dict.fromkeys((language if language in ("en", "fr") else "", "en", "fr", ""))
    return tuple((one, analyser) for analysers in (("plain",), ("en", "fr", "folded")) for one in languages for analyser in analysers)


def _labels(index: SearchIndex) -> LabelIndex:
    """Every concept by its labels; made when the first question is asked, and put in place when it is complete (threads share it)."""
    if not index.labels:
        made: LabelIndex = {}
        for iri in index.named:
            if not iri.startswith(_NOT_CONCEPTS):
                concept = index.concepts[iri]
                for label in (*concept.labels, *concept.others):
                    _note(made, label, iri)
        index.labels = made
    return index.labels


_LABEL_ANALYSERS: Final = {"en": ("plain", "en"), "fr": ("plain", "fr", "folded"), "": ("plain",)}


def _note(labels: LabelIndex, label: Text, iri: Iri) -> None:
    language = label.language.partition("-")[0]
    language = language if language in _LABEL_ANALYSERS else ""
    for analyser in _LABEL_ANALYSERS[language]:
        key = _content(words(label.text), analyser)
        if key and len("".join(key)) > 1:
            concepts = labels.setdefault((language, analyser), {}).setdefault(key, [])
            if iri not in concepts:
                concepts.append(iri)


def _content(typed: tuple[str, ...], analyser: str) -> tuple[str, ...]:
    """The words that count, as an analyser has them; nothing where one of them is no word."""
    kept = [forms(word) for word in typed if word not in STOP_WORDS]
    place = ANALYSERS.index(analyser)
    return tuple(form[place] for form in kept) if all(kept) else ()
