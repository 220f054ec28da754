"""One vocabulary ready for comparison: its labels as stems and trigrams in flat arrays, so that worker processes share one mapped file.

The file is a line of JSON (what stands where) and the arrays; nothing in it is executed. It is kept under the hash of what it was made of.
"""

from __future__ import annotations

import hashlib
import mmap
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import orjson

from kg.errors import VocabularyError
from kg.model import TermKind

#: Raise it when stems, trigrams or arrays are made differently.
LAYOUT: Final = 12

Array: TypeAlias = npt.NDArray[Any]
#: The weight of a word, and the numbers of those that have it.
Posting: TypeAlias = tuple[float, Array]
#: The weight of a trigram, the labels that have it, and its share in the cosine with each.
Letters: TypeAlias = tuple[float, Array, Array]
_NOTHING: Final[Array] = np.zeros(0, np.int32)

#: Arrays by family: the words or trigrams, and who has them.
_FAMILIES: Final = {"label": "token_label", "place": "token_place"}
#: Words of a label that are compared; what comes after them is not telling.
MOST_TOKENS: Final = 24
#: Trigrams that more than this share of the labels have tell nothing, where there are many labels.
_COMMON, _MANY = 0.12, 2000
#: Postings that one process keeps found: records bring new words without end.
_MOST_KNOWN: Final = 100_000
_MOST_BELOW: Final = 2_000

ROLES: Final = ("pref", "alt", "hidden", "notation", "bridge", "near bridge", "bridge alt")
_LANGUAGES: Final = ("en", "fr", "")
_ARRAYS: Final = (
    "text",
    "text_at",
    "iri",
    "iri_at",
    "unit",
    "unit_at",
    "depth",
    "parent",
    "parent_at",
    "label_concept",
    "label_role",
    "label_language",
    "label_folded",
    "label_joined",
    "label_reading",
    "label_weight",
    "label_length",
    "label_numbered",
    "label_norm",
    "label_token",
    "token",
    "token_idf",
    "token_label",
    "token_label_at",
    "token_place",
    "token_place_at",
    "tri",
    "tri_idf",
    "tri_label",
    "tri_label_at",
    "tri_share",
)


@lru_cache(maxsize=200_000)
def token_hash(token: str) -> int:
    """A token as a number that is the same in every process."""
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8).digest(), "little")


def trigrams(text: str) -> list[str]:
    """The trigrams of a text, each once, in their order: sums of their weights are then the same in every process.

    >>> trigrams("ice")
    [' ic', 'ice', 'ce ']
    """
    padded = f" {text} "
    return list(dict.fromkeys([padded[place : place + 3] for place in range(len(padded) - 2)]))


class Lexicon:
    """The labels of one vocabulary, as arrays. Concepts and labels are numbers; a label in two readings stands twice."""

    def __init__(self, arrays: dict[str, Array], vocabulary: str = "", kind: TermKind = TermKind.VARIABLE, ranked: bool = True) -> None:
        self.arrays = arrays
        self.vocabulary, self.kind, self.ranked = vocabulary, kind, ranked
        #: names of models, whose digits tell one from its sibling
        self.equipment = kind in (TermKind.INSTRUMENT, TermKind.PLATFORM)
        self._known: dict[str, dict[str, Posting | None]] = {family: {} for family in _FAMILIES}
        self._letters: dict[str, Letters] = {}
        self._below: dict[str, Array] = {}
        self._numbers: dict[str, int] = {}
        #: the weight of all words of each label; what ranking makes of role and reading
        self.weights = np.maximum(arrays["label_weight"], 1e-6)
        self.worth: Array | None = None
        self._views = {name: (arrays[f"{name}_at"].data, arrays[name].data) for name in ("iri", "text", "unit")}
        self.concepts = len(arrays["depth"])
        self.labels = len(arrays["label_concept"])
        self._tokens = arrays["label_token"].reshape(self.labels, -1) if self.labels else arrays["label_token"]
        #: the weight of a word that no label has
        self.unknown = float(np.log1p(self.labels))

    def iri_of(self, concept: int) -> str:
        """The IRI of a concept."""
        return self._string("iri", concept)

    def text_of(self, label: int) -> str:
        """A label as the vocabulary writes it."""
        return self._string("text", label)

    def unit_of(self, concept: int) -> str:
        """The canonical unit of a concept, or nothing."""
        return self._string("unit", concept)

    def role_of(self, label: int) -> str:
        """Where a label comes from."""
        return ROLES[int(self.arrays["label_role"][label])]

    def parents_of(self, concept: int) -> list[int]:
        """The numbers of the next broader concepts."""
        at = self.arrays["parent_at"]
        return [int(each) for each in self.arrays["parent"][at[concept] : at[concept + 1]]]

    def ancestors_of(self, concept: int) -> list[int]:
        """All broader concepts, nearest first."""
        seen: dict[int, None] = {}
        waiting = self.parents_of(concept)
        while waiting:
            above = waiting.pop(0)
            if above not in seen:
                seen[above] = None
                waiting += self.parents_of(above)
        return list(seen)

    def _string(self, name: str, number: int) -> str:
        at, text = self._views[name]
        return str(text[at[number] : at[number + 1]], "utf-8")

    def postings(self, family: str, word: str) -> Posting | None:
        """The weight of a word, and the labels (or, for the family `place`, the concepts) that have it: ascending."""
        known = self._known[family]
        if word not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[word] = self._postings(family, word)
        return known[word]

    def _postings(self, family: str, word: str) -> Posting | None:
        if (found := self.number_of(word)) < 0:
            return None
        name = _FAMILIES[family]
        at = self.arrays[f"{name}_at"]
        return float(self.arrays["token_idf"][found]), self.arrays[name][at[found] : at[found + 1]]

    def number_of(self, word: str) -> int:
        """The number of a word, as `tokens_of` gives them; -2 for one that is nowhere (-1 fills the rows of labels)."""
        number = self._numbers.get(word)
        if number is None:
            if len(self._numbers) >= _MOST_KNOWN:
                self._numbers.clear()
            found = _place(self.arrays["token"], token_hash(word))
            number = self._numbers[word] = found if found >= 0 else -2
        return number

    def tokens_of(self, labels: Array) -> Array:
        """The numbers of the words of labels, a row for each, as long as the longest of them."""
        return np.asarray(self._tokens[labels, : int(self.arrays["label_length"][labels].max())])

    def letters(self, tri: str) -> Letters:
        """What a trigram counts, the labels that have it, and what it is there worth of the cosine; no labels where it tells nothing."""
        found = self._letters.get(tri)
        if found is None:
            if len(self._letters) >= _MOST_KNOWN:
                self._letters.clear()
            found = self._letters[tri] = self._read_letters(tri)
        return found

    def _read_letters(self, tri: str) -> Letters:
        found = _place(self.arrays["tri"], token_hash(tri))
        if found < 0:
            return self.unknown**2, _NOTHING, _NOTHING
        start, end = self.arrays["tri_label_at"][found : found + 2].tolist()
        told = self.labels < _MANY or end - start <= self.labels * _COMMON
        at = slice(start, end if told else start)
        return float(self.arrays["tri_idf"][found]) ** 2, self.arrays["tri_label"][at], self.arrays["tri_share"][at]

    def below(self, word: str) -> Array:
        """For each concept, whether it stands below one that has a word."""
        found = self._below.get(word)
        if found is None:
            if len(self._below) >= _MOST_BELOW:
                self._below.clear()
            found = self._below[word] = np.zeros(self.concepts, bool)
            if posting := self.postings("place", word):
                found[posting[1]] = True
        return found

    def write(self, path: Path) -> None:
        """Keep it; readers see the old file or the new one, never half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        head, place = {}, 0
        for name in _ARRAYS:
            of = self.arrays[name]
            head[name] = [str(of.dtype), place, len(of)]
            place += -(-of.nbytes // 16) * 16
        about = {"layout": LAYOUT, "vocabulary": self.vocabulary, "kind": self.kind.value, "ranked": self.ranked}
        line = orjson.dumps(about | {"arrays": head}) + b"\n"
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            file.write(line + b" " * (-len(line) % 16))
            for name in _ARRAYS:
                body = self.arrays[name].tobytes()
                file.write(body + b"\0" * (-len(body) % 16))
        partial.replace(path)

    @classmethod
    def read(cls, path: Path) -> Lexicon:
        """Map a file that `write` made; nothing is copied.

        :raises VocabularyError: when it is damaged or of another layout.
        """
        try:
            with path.open("rb") as file:
                line = file.readline(100_000)
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            head = orjson.loads(line)
            if head["layout"] != LAYOUT:
                raise VocabularyError("the lexicon is of another layout", where=path.name, hint="delete it; it is built anew")
            start = -(-len(line) // 16) * 16
            arrays = {
                name: np.frombuffer(mapped, np.dtype(kind), count, start + place) for name, (kind, place, count) in head["arrays"].items()
            }
            return cls(arrays, head["vocabulary"], TermKind(head["kind"]), head["ranked"])
        except (ValueError, KeyError, TypeError) as error:
            raise VocabularyError("the lexicon is damaged", where=path.name, hint="delete it; it is built anew") from error


def _place(keys: Array, key: int) -> int:
    """Where a key stands in an ascending list; -1 where it does not."""
    found = int(keys.searchsorted(np.uint64(key)))
    return found if found < len(keys) and int(keys[found]) == key else -1
