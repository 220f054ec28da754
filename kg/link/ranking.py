"""Candidates of one vocabulary for one wording, ranked by the words and letters that they share, weighted by how telling these are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kg.link.lexicon import Array, Lexicon, token_hash, trigrams

_NUMBER = re.compile(r"\d+")
#: Labels that are looked at closely.
_CLOSE: Final = 64
#: Trigrams that more than this share of the labels have tell nothing.
_COMMON: Final = 0.12

#: What each likeness counts. Set by hand on the calibration half of development strings; `link calibrate` makes probabilities of the sum.
_BOTH, _LETTERS, _PLACE, _OWN_WORDS, _SAME, _SAME_WORDS = 0.42, 0.16, 0.16, 0.10, 0.04, 0.12
#: A hint (pole, the record's other terms) only decides between namesakes.
_HINT: Final = 0.08
#: A second or third translation of a label is less usual than the first.
_READING: Final = 0.015
_ROLE_WORTH: Final = np.array([0.03, 0.02, 0.01, 0.02, -0.02, -0.14, -0.04], np.float32)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to put what a term says.

    :ivar reading: stems in their order.
    :ivar folded: the folded text, to see whether a label is the very same.
    :ivar above: stems of the steps above, where the term is a path.
    :ivar hints: stems of what stands around the term.
    :ivar weight: how sure it is that the term means this.
    :ivar rule: how the wording came about, in words.
    :ivar broader: what is found so is broader than the term.
    :ivar language: in which the text was read.
    :ivar alone: what is found so may be a link without a person, if it is sure enough.
    """

    reading: tuple[str, ...]
    folded: str
    rule: str = ""
    weight: float = 1.0
    above: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    broader: bool = False
    alone: bool = True
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept with what speaks for it.

    :ivar score: the weighted sum of all likenesses, times the weight of the wording.
    :ivar said: share of the wording's words that the label has; `heard` the share of the label's words that the wording has.
    :ivar crossed: an English string met a French label: two translations are between them.
    :ivar placed: share of the words, and of the steps above, that the concept's place in the hierarchy has.
    """

    concept: int
    label: int
    score: float
    said: float
    heard: float
    letters: float
    placed: float
    same: bool
    crossed: bool
    wording: Wording


def rank(lexicon: Lexicon, wording: Wording, depth: int = 8) -> list[Candidate]:
    """The best labels of the best concepts, best first."""
    if not wording.reading or not lexicon.labels:
        return []
    words = list(dict.fromkeys(wording.reading))
    weights, shared = _shared_words(lexicon, words)
    letters = _shared_letters(lexicon, " ".join(wording.reading))
    whole = float(sum(weights)) or 1.0
    rough = shared / whole + letters
    close = np.flatnonzero(rough > max(float(rough.max()) * 0.25, 1e-6))
    if len(close) > _CLOSE:
        close = close[np.argpartition(rough[close], -_CLOSE)[-_CLOSE:]]
    if not len(close):
        return []
    arrays = lexicon.arrays
    concepts = arrays["label_concept"][close]
    said = shared[close] / whole
    heard = np.minimum(shared[close] / np.maximum(arrays["label_weight"][close], 1e-6), 1.0)
    both = 2 * said * heard / np.maximum(said + heard, 1e-6)
    placed, hinted = _places(lexicon, words, weights, wording, close, concepts, said)
    same = (arrays["label_folded"][close] == np.uint64(token_hash(wording.folded))) | (
        arrays["label_joined"][close] == np.uint64(token_hash(wording.folded.replace(" ", "")))
    )
    same_words = (said > 0.999) & (heard > 0.999)
    score = (
        _BOTH * both
        + _LETTERS * letters[close]
        + _PLACE * placed
        + _OWN_WORDS * heard
        + _SAME * same
        + _SAME_WORDS * same_words
        + _HINT * hinted
        + _ROLE_WORTH[arrays["label_role"][close]]
        - _READING * arrays["label_reading"][close]
    )
    if lexicon.equipment:
        score -= 0.25 * _other_model(lexicon, wording, close)
    order = np.argsort(-score, kind="stable")
    found: dict[int, Candidate] = {}
    for place in order:
        concept = int(concepts[place])
        if concept not in found:
            found[concept] = Candidate(
                concept,
                int(close[place]),
                float(score[place]) * wording.weight,
                float(said[place]),
                float(heard[place]),
                float(letters[close[place]]),
                float(placed[place]),
                bool(same[place]),
                wording.language == "en" and int(arrays["label_language"][close[place]]) == 1,
                wording,
            )
            if len(found) == depth:
                break
    return list(found.values())


def _shared_words(lexicon: Lexicon, words: Sequence[str]) -> tuple[list[float], Array]:
    """The weight of each word, and for each label the weight of the words that it shares."""
    unknown = float(np.log1p(lexicon.labels))
    weights, lists, each = [], [], []
    for word in words:
        found = lexicon.postings("label", token_hash(word))
        weight = unknown if found is None or not len(found[1]) else found[0]
        weights.append(weight)
        if found is not None and len(found[1]):
            lists.append(found[1])
            each.append(weight)
    if not lists:
        return weights, np.zeros(lexicon.labels, np.float64)
    return weights, _gathered(lists, each, lexicon.labels)


def _gathered(lists: Sequence[Array], weights: Sequence[float], labels: int) -> Array:
    """For each label the weights of the lists in which it stands."""
    each = np.repeat(np.array(weights), [len(of) for of in lists])
    return np.bincount(np.concatenate(lists), each, labels)


def _shared_letters(lexicon: Lexicon, text: str) -> Array:
    """The cosine of trigrams with each label."""
    lists, each, norm = [], [], 0.0
    most = lexicon.labels * _COMMON
    for tri in trigrams(text):
        found = lexicon.postings("tri", token_hash(tri))
        if found is None:
            norm += float(np.log1p(lexicon.labels)) ** 2
            continue
        norm += found[0] ** 2
        if len(found[1]) <= most or lexicon.labels < 2000:
            lists.append(found[1])
            each.append(found[0] ** 2)
    if not lists:
        return np.zeros(lexicon.labels, np.float64)
    cosine = _gathered(lists, each, lexicon.labels)
    return np.asarray(cosine / np.maximum(lexicon.arrays["label_norm"] * norm**0.5, 1e-6))


def _places(
    lexicon: Lexicon, words: Sequence[str], weights: Sequence[float], wording: Wording, close: Array, concepts: Array, said: Array
) -> tuple[Array, Array]:
    """How the words that the label lacks, and the steps above, agree with the concept's place; and how the hints do."""
    above = np.zeros(len(close))
    whole = float(sum(weights)) or 1.0
    for word, weight in zip(words, weights, strict=True):
        found = lexicon.postings("place", token_hash(word))
        if found is not None and len(found[1]):
            in_label = lexicon.postings("label", token_hash(word))
            lacks = ~_among(close, in_label[1]) if in_label is not None else np.ones(len(close), bool)
            above += weight / whole * (lacks & _among(concepts, found[1]))
    covered = np.minimum(said + above, 1.0)
    if not wording.above:
        return covered, _share(lexicon, wording.hints, concepts)
    return 0.3 * covered + 0.7 * _share(lexicon, wording.above, concepts), _share(lexicon, wording.hints, concepts)


def _share(lexicon: Lexicon, words: Sequence[str], concepts: Array) -> Array:
    """For each concept the share of words that its ancestors have."""
    found = np.zeros(len(concepts))
    whole = 0.0
    for word in words:
        posting = lexicon.postings("place", token_hash(word))
        weight = posting[0] if posting is not None else 1.0
        whole += weight
        if posting is not None and len(posting[1]):
            found += weight * _among(concepts, posting[1])
    return found / whole if whole else found


def _among(values: Array, ordered: Array) -> Array:
    """Which values are in an ascending list."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    place = np.searchsorted(ordered, values)
    place[place == len(ordered)] = 0
    return np.asarray(ordered[place] == values)


def _other_model(lexicon: Lexicon, wording: Wording, close: Array) -> Array:
    """Whether a label bears a number that the wording lacks: the nearest name of a model is often its sibling."""
    own = set(_NUMBER.findall(wording.folded))
    found = np.zeros(len(close))
    for place in np.flatnonzero(lexicon.arrays["label_numbered"][close]):
        found[place] = bool(set(_NUMBER.findall(lexicon.text_of(int(close[place])))) - own)
    return found
