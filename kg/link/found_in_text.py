"""Variables, instruments and platforms that titles and descriptions name, for data sets that declare none.

They are found in text, and never mixed with what is declared. The longest label of the hub's thesauri that stands in the text
is taken, in the language of the text. What the text says is not there is left out, and so are labels that several concepts
bear, and single words that mean too much (`mappings/tables/text-words.csv`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg.link.decide import is_placeholder
from kg.link.normalise import fold, inflect, is_acronym
from kg.link.tables import read_table
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Iri, TermKind

#: Kinds that are looked for; each only where the data set has no link of that kind.
KINDS: Final = (TermKind.VARIABLE, TermKind.INSTRUMENT, TermKind.PLATFORM)
#: Longer texts are read up to here.
LONGEST: Final = 6_000
_LONGEST_LABEL: Final = 6
#: Words of each language whose keys are kept.
_KNOWN_WORDS: Final = 50_000
#: Words between a negation and what it turns round.
_REACH: Final = 4
#: Characters of the passage that is kept on either side.
_AROUND: Final = 60
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[.;:!?()\n]|\bbut\b|\bmais\b", re.IGNORECASE)
#: How sure a mention is: of several words, of one word, of an acronym. Measured by judging samples (docs/linking.md).
_CONFIDENCE: Final = {"phrase": 0.8, "word": 0.6, "acronym": 0.6}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a data set with its language, where known."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that a text names: the words, the passage in which they stand, and how sure that is."""

    concept: Iri
    kind: TermKind
    words: str
    passage: str
    language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Label:
    concept: Iri
    kind: TermKind
    text: str
    how: str


class TextReader:
    """Reads texts with the labels of the hub; one serves one process."""

    def __init__(self, index: VocabularyIndex) -> None:
        self._labels: dict[str, dict[tuple[str, ...], _Label]] = {"en": {}, "fr": {}}
        bearers: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
        for concept, kind, language, role, text in index.names():
            for of in (language,) if language in self._labels else ("en", "fr") if not language and is_acronym(text) else ():
                if kind in KINDS and role in ("pref", "alt") and (label := _usable(concept, kind, text, of)):
                    words = _words(text, of)
                    bearers[of, words].add(concept)
                    self._labels[of].setdefault(words, label)
        for (language, words), concepts in bearers.items():
            if len(concepts) > 1:
                del self._labels[language][words]
        #: how many words the longest label has that begins with a word: few words of a text begin any
        self._reach: dict[str, dict[str, int]] = {language: _longest_by_first_word(labels) for language, labels in self._labels.items()}
        self._keys = {language: _Keys(language) for language in self._labels}

    def mentions(
        self, texts: Iterable[Text], kinds: Iterable[TermKind] = KINDS, refused: Callable[[Mention], bool] = lambda _: False
    ) -> list[Mention]:
        """The concepts that texts name, each once, in the order in which they stand.

        :param refused: whether a person said that these words do not mean the concept; other words may still name it.
        """
        wanted = frozenset(kinds)
        found: dict[Iri, Mention] = {}
        for text in texts:
            language = text.language[:2] or "en"
            for label, start, end in self._read(text.text[:LONGEST], language):
                known = found.get(label.concept)
                if label.kind not in wanted or (known and known.confidence >= _CONFIDENCE[label.how]):
                    continue
                mention = _mention(label, text.text[:LONGEST], start, end, language)
                if not refused(mention):
                    found[label.concept] = mention
        return list(found.values())

    def _read(self, text: str, language: str) -> Iterator[tuple[_Label, int, int]]:
        """The labels that a text names, with where they begin and end."""
        labels = self._labels.get(language)
        if labels is None:
            return
        reach = self._reach[language]
        keys = self._keys[language]
        words = [keys[word] for word in _WORD.findall(text)]
        starts = [place for place, word in enumerate(words) if word in reach]
        matches: list[re.Match[str]] = []
        after = 0
        for place in starts:
            for length in range(min(reach[words[place]], len(words) - place), 0, -1) if place >= after else ():
                label = labels.get(tuple(words[place : place + length]))
                if label is None:
                    continue
                matches = matches or list(_WORD.finditer(text))
                start, end = matches[place].start(), matches[place + length - 1].end()
                if _is_meant(label, text[start:end]) and not _CLAUSE.search(text[start:end]):
                    if not _is_denied(text, start, words, matches, place, language):
                        yield label, start, end
                    after = place + length
                    break


def _longest_by_first_word(labels: Iterable[tuple[str, ...]]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for words in labels:
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return longest


def _mention(label: _Label, text: str, start: int, end: int, language: str) -> Mention:
    return Mention(label.concept, label.kind, text[start:end], _passage(text, start, end), language, _CONFIDENCE[label.how])


def key_of_words(text: str, language: str) -> str:
    """Words as texts are read: without accents, case and inflection.

    >>> key_of_words("Ocean Currents", "en"), key_of_words("Courants océaniques", "fr")
    ('ocean current', 'courant oceanique')
    """
    return " ".join(_words(text, language))


def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(_key(word, language) for word in _WORD.findall(text))


def _key(word: str, language: str) -> str:
    return inflect(fold(word), language)


class _Keys(dict[str, str]):
    """The keys of the words of one language: the words of all texts are looked up, which costs more than to find what they name."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, word: str) -> str:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        key = self[word] = _key(word, self._language)
        return key


@cache
def _too_wide(language: str) -> frozenset[str]:
    rows = (row for row in read_table("text-words.csv") if row["language"] == language)
    return frozenset(inflect(word, language) for row in rows for word in row["words"].split())


@cache
def _negations(language: str) -> frozenset[str]:
    return frozenset(inflect(fold(row["words"]), language) for row in read_table("negations.csv") if row["language"] == language)


def _usable(concept: str, kind: TermKind, text: str, language: str) -> _Label | None:
    """A label that may be read in running text."""
    words = _words(text, language)
    if not words or len(words) > _LONGEST_LABEL or is_placeholder(text) or "_" in text or ">" in text:
        return None
    if len(words) > 1:
        telling = sum(len(word) > 2 for word in words) > 1 or any(word.isdigit() or len(word) > 4 for word in words)
        return _Label(Iri(concept), kind, text, "phrase") if telling else None
    if is_acronym(text):
        return _Label(Iri(concept), kind, text, "acronym") if len(text) > 2 and text.isalnum() and kind is not TermKind.PLATFORM else None
    if len(words[0]) < 5 or words[0] in _too_wide(language):
        return None
    return _Label(Iri(concept), kind, text, "word")


def _is_meant(label: _Label, written: str) -> bool:
    """An acronym must be written in capitals; a platform's name as a name."""
    if label.how == "acronym":
        return written == label.text
    return label.kind is not TermKind.PLATFORM or not written.islower() or label.how == "phrase"


def _is_denied(text: str, start: int, words: list[str], matches: list[re.Match[str]], place: int, language: str) -> bool:
    for before in range(place - 1, max(-1, place - 1 - _REACH), -1):
        if _CLAUSE.search(text[matches[before].end() : start]):
            return False
        if words[before] in _negations(language):
            return True
    return False


def _passage(text: str, start: int, end: int) -> str:
    """The words with what stands around them, cut at spaces."""
    left, right = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before, after = text[left:start], text[end:right]
    if left:
        before = "…" + before.partition(" ")[2]
    if right < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join((before + text[start:end] + after).split())
