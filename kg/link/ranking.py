"""Candidates of one vocabulary for one wording, ranked by the words and letters that they share, weighted by how telling these are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from kg.link.lexicon import ROLES, Array, Lexicon, Posting, token_hash, trigrams

_NUMBER = re.compile(r"\d+")
#: Labels that are looked at closely.
_CLOSE: Final = 64

#: What each likeness counts. Set by hand on the calibration half of development strings; `link calibrate` makes probabilities of the sum.
_BOTH, _LETTERS, _PLACE, _OWN_WORDS, _SAME, _SAME_WORDS = 0.42, 0.16, 0.16, 0.10, 0.04, 0.12
#: A hint (pole, the record's other terms) only decides between namesakes.
_HINT: Final = 0.08
#: A second or third translation of a label is less usual than the first.
_READING: Final = 0.015
#: Among namesakes the one that the hub's curators chose comes first.
_CHOSEN: Final = 0.01
_PREFERRED, _BRIDGE, _NEAR_BRIDGE = map(ROLES.index, ("pref", "bridge", "near bridge"))
_ROLE_WORTH: Final = np.array([0.03, 0.02, 0.01, 0.02, -0.02, -0.14, -0.04], np.float32)


class Wording(NamedTuple):
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


class Ranked(NamedTuple):
    """A concept with its best label and what speaks for it.

    :ivar likeness: the weighted sum of all likenesses.
    :ivar said: share of the wording's words that the label has; `heard` the share of the label's words that the wording has.
    :ivar crossed: an English string met a French label: two translations are between them.
    :ivar chosen: the hub's curators tied their concept of this name to this one, among its namesakes.
    :ivar backed: the concept's own preferred name has every word: a name that it borrows is then no narrower one.
    :ivar placed: share of the words, and of the steps above, that the concept's place in the hierarchy has.
    """

    concept: int
    label: int
    likeness: float
    said: float
    heard: float
    letters: float
    placed: float
    same: bool
    crossed: bool
    chosen: bool
    backed: bool


class Candidate(NamedTuple):
    """A concept that a wording found; its score is the likeness, times the weight of the wording."""

    score: float
    ranked: Ranked
    wording: Wording


def rank(lexicon: Lexicon, wording: Wording, depth: int = 8) -> list[Candidate]:
    """The best labels of the best concepts, best first."""
    if not wording.reading or not lexicon.labels:
        return []
    found = _ranking(lexicon, wording.reading, wording.folded, wording.above, wording.hints, wording.language == "en", depth)
    return [Candidate(ranked.likeness * wording.weight, ranked, wording) for ranked in found]


@lru_cache(maxsize=10_000)
def _ranking(
    lexicon: Lexicon, reading: tuple[str, ...], folded: str, above: tuple[str, ...], hints: tuple[str, ...], is_english: bool, depth: int
) -> list[Ranked]:
    """The concepts for a reading: terms that differ in case, thesaurus or path share most of their wordings."""
    words = list(dict.fromkeys(reading))
    postings = [lexicon.postings("label", word) for word in words]
    weights = np.array([of[0] if of and len(of[1]) else lexicon.unknown for of in postings])
    shares = weights / (weights.sum() or 1.0)
    close, rough = _closest(lexicon, postings, shares, " ".join(reading))
    if not len(close):
        return []
    concepts = lexicon.arrays["label_concept"][close]
    has = _having(lexicon, words, close)
    said = shares @ has
    letters = rough - said
    heard = np.minimum(weights @ has / lexicon.weights[close], 1.0)
    lacking = np.array([lexicon.below(word)[concepts] for word in words]) & ~has
    placed = np.minimum(said + shares @ lacking, 1.0)
    if above:
        placed = 0.3 * placed + 0.7 * _share(lexicon, above, concepts)
    same = _same(lexicon, folded, close)
    likeness = 2 * _BOTH * said * heard / np.maximum(said + heard, 1e-6)
    likeness += _LETTERS * letters + _PLACE * placed + _OWN_WORDS * heard + _SAME * same + _worth(lexicon)[close]
    chosen, backed = _named(lexicon, close, concepts, said, heard, likeness)
    if hints:
        likeness += _HINT * _share(lexicon, hints, concepts)
    if lexicon.equipment:
        likeness -= 0.25 * _other_model(lexicon, folded, close)
    crossed = lexicon.arrays["label_language"][close] == 1 if is_english else np.zeros(len(close), bool)
    # of two translations with the same stems the one in the language of the text speaks; sums that differ by their rounding are equal
    order = (1e-6 * crossed - likeness.round(7)).argsort(kind="stable")
    first = order[_first_of_each(concepts[order].tolist(), depth)]
    columns = (concepts, close, likeness, said, heard, letters, placed, same, crossed, chosen, backed)
    return list(map(Ranked._make, zip(*(column[first].tolist() for column in columns), strict=True)))


def _worth(lexicon: Lexicon) -> Array:
    """For each label what its role and its order among translations count, whatever is looked for."""
    if lexicon.worth is None:
        arrays = lexicon.arrays
        lexicon.worth = _ROLE_WORTH[arrays["label_role"]] - _READING * arrays["label_reading"]
    return lexicon.worth


def _named(lexicon: Lexicon, close: Array, concepts: Array, said: Array, heard: Array, likeness: Array) -> tuple[Array, Array]:
    """Which labels are of concepts that the hub's curators chose for this name, and of such whose own name has every word; labels of the
    very words become more like, and the chosen a little more. Mostly there are none."""
    all_said = said > 0.999
    if not all_said.any():
        none = np.zeros(len(close), bool)
        return none, none
    role, whole = lexicon.arrays["label_role"][close], all_said & (heard > 0.999)
    chosen = np.isin(concepts, concepts[whole & ((role == _BRIDGE) | (role == _NEAR_BRIDGE))])
    likeness += _SAME_WORDS * whole + _CHOSEN * chosen
    return chosen, np.isin(concepts, concepts[all_said & (role == _PREFERRED)])


def _first_of_each(concepts: Sequence[int], depth: int) -> list[int]:
    """The places at which concepts are met first, of as many concepts as are wanted."""
    first: dict[int, int] = {}
    for place, concept in enumerate(concepts):
        if concept not in first:
            first[concept] = place
            if len(first) == depth:
                break
    return list(first.values())


def _closest(lexicon: Lexicon, postings: Sequence[Posting | None], shares: Array, text: str) -> tuple[Array, Array]:
    """The labels that are looked at closely, with the share of words and the cosine of trigrams that they have of a text, summed."""
    letters = [lexicon.letters(tri) for tri in trigrams(text)]
    norm = max(sum([weight for weight, _, _ in letters]) ** 0.5, 1e-6)
    who = [labels for _, labels, _ in letters]
    worth = [share for _, _, share in letters]
    for of, share in zip(postings, shares.tolist(), strict=True):
        if of is not None:
            who.append(of[1])
            worth.append(np.full(len(of[1]), share * norm))
    rough = np.bincount(np.concatenate(who), np.concatenate(worth), lexicon.labels)
    best = float(rough.max())
    close = (rough > max(best * 0.5, 1e-6)).nonzero()[0]
    if len(close) < _CLOSE:
        close = (rough > max(best * 0.25, 1e-6)).nonzero()[0]
    if len(close) > _CLOSE:
        close = np.sort(close[rough[close].argpartition(-_CLOSE)[-_CLOSE:]])
    return close, rough[close] / norm


def _having(lexicon: Lexicon, words: Sequence[str], labels: Array) -> Array:
    """For each word, which labels have it."""
    numbers = np.array([lexicon.number_of(word) for word in words])
    return np.asarray((lexicon.tokens_of(labels)[None] == numbers[:, None, None]).any(axis=2))


def _same(lexicon: Lexicon, folded: str, close: Array) -> Array:
    """Which labels are the very same text, but for the spaces."""
    whole, joined = np.uint64(token_hash(folded)), np.uint64(token_hash(folded.replace(" ", "")))
    return np.asarray((lexicon.arrays["label_folded"][close] == whole) | (lexicon.arrays["label_joined"][close] == joined))


def _share(lexicon: Lexicon, words: Sequence[str], concepts: Array) -> Array:
    """For each concept the share of words that its ancestors have."""
    postings = [lexicon.postings("place", word) for word in words]
    weights = np.array([of[0] if of is not None else 1.0 for of in postings])
    return np.asarray(weights / weights.sum() @ np.array([lexicon.below(word)[concepts] for word in words]))


def _other_model(lexicon: Lexicon, folded: str, close: Array) -> Array:
    """Whether a label bears a number that the wording lacks: the nearest name of a model is often its sibling."""
    own = set(_NUMBER.findall(folded))
    found = np.zeros(len(close))
    for place in np.flatnonzero(lexicon.arrays["label_numbered"][close]):
        found[place] = bool(set(_NUMBER.findall(lexicon.text_of(int(close[place])))) - own)
    return found
