"""Build a lexicon: the labels of concepts, in all their readings, become numbered words and trigrams, and these the arrays of
`kg.link.lexicon`. Words are counted in Python, all else by numpy on whole columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kg.link.concepts import Label
from kg.link.entries import Entry
from kg.link.lexicon import MOST_TOKENS, ROLES, Array, Lexicon, token_hash, trigrams
from kg.link.normalise import fold, is_acronym, path_segments, unwrap
from kg.link.pivot import readings, with_digits_apart
from kg.model import TermKind

_LANGUAGES: Final = ("en", "fr", "")
_EQUIPMENT: Final = (TermKind.INSTRUMENT, TermKind.PLATFORM)


def build_lexicon(entries: Sequence[Entry], only: str = "") -> Lexicon:
    """A lexicon of concepts.

    :param only: the language to which labels are limited; empty for all.
    """
    first = entries[0] if entries else Entry("", TermKind.VARIABLE, [], [])
    labels = _Labels(equipment=first.kind in _EQUIPMENT)
    numbers = {entry.iri: number for number, entry in enumerate(entries)}
    own = [{token for label in _usable(entry, only) for token in labels.add(number, label)} for number, entry in enumerate(entries)]
    parents = [[numbers[iri] for iri in entry.broader if iri in numbers and iri != entry.iri] for entry in entries]
    depths, places = _places(parents, own)
    arrays = labels.arrays(places) | {
        **_strings("iri", [entry.iri for entry in entries]),
        **_strings("unit", [entry.unit for entry in entries]),
        "depth": np.array(depths, np.uint8),
        "parent": np.array([each for of in parents for each in of], np.int32),
        "parent_at": np.cumsum([0, *map(len, parents)]).astype(np.int64),
    }
    return Lexicon(arrays, first.vocabulary, first.kind, first.ranked)


@dataclass(slots=True)
class _Numbered:
    """Words in the order in which they were met, and who has which, row by row; a row has a word once."""

    number: dict[str, int] = field(default_factory=dict)
    rows: list[list[int]] = field(default_factory=list)

    def add(self, words: Iterable[str]) -> list[int]:
        """Note a row; returns the numbers of its words."""
        number = self.number
        row = [number.setdefault(word, len(number)) for word in words]
        self.rows.append(row)
        return row

    def sorted(self) -> _Words:
        """All of it, the words by their hashes."""
        hashes = np.fromiter(map(token_hash, self.number), np.uint64, len(self.number))
        order = hashes.argsort()
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        return _Words(hashes[order], rank, *_flat(self.rows, rank))


@dataclass(frozen=True, slots=True)
class _Words:
    """Words by their hashes: `rank` is where a word that was met as number n stands; `word` and `row` are the pairs, row by row."""

    keys: Array
    rank: Array
    word: Array
    row: Array

    def summed(self, weights: Array, rows: int) -> Array:
        """For each row the sum of the weights of its words."""
        return np.bincount(self.row, weights[self.word], rows)


def _flat(rows: Sequence[Sequence[int]], rank: Array) -> tuple[Array, Array]:
    """The pairs of word and row of lists of words."""
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    words = np.fromiter((word for row in rows for word in row), np.int64, int(lengths.sum()))
    return rank[words], np.repeat(np.arange(len(rows)), lengths)


def _postings(word: Array, row: Array, words: int) -> tuple[Array, Array]:
    """For each word the rows that have it, ascending, and where they begin."""
    at = np.zeros(words + 1, np.int64)
    np.cumsum(np.bincount(word, minlength=words), out=at[1:])
    return row[np.lexsort((row, word))].astype(np.int32), at


@dataclass(slots=True)
class _Labels:
    """The labels of a lexicon while they are gathered: one row a reading of a label."""

    columns: list[tuple[int, int, int, int]] = field(default_factory=list)
    hashes: list[tuple[int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tokens: _Numbered = field(default_factory=_Numbered)
    tris: _Numbered = field(default_factory=_Numbered)
    equipment: bool = False

    def add(self, concept: int, label: Label) -> Iterator[int]:
        """Note a label in all its readings; yields the numbers of its words."""
        text = label_text(label.text)
        folded = fold(text)
        # a code such as TEMP is no word of its language
        language = None if is_acronym(text) else label.language
        for order, reading in enumerate(readings(with_digits_apart(folded) if self.equipment else text, language)):
            if reading:
                self.columns.append((concept, ROLES.index(label.role), _language(label), order))
                self.hashes.append((token_hash(folded), token_hash(folded.replace(" ", ""))))
                self.texts.append(label.text)
                self.tris.add(trigrams(" ".join(reading)))
                yield from self.tokens.add(dict.fromkeys(reading))

    def arrays(self, places: Sequence[Iterable[int]]) -> dict[str, Array]:
        """The arrays of the labels, and of the tokens of labels and places.

        :param places: for each concept the words that concepts above it have.
        """
        tokens, tris, count = self.tokens.sorted(), self.tris.sorted(), len(self.texts)
        token_label, token_label_at = _postings(tokens.word, tokens.row, len(tokens.keys))
        token_place, token_place_at = _postings(*_flat([list(of) for of in places], tokens.rank), len(tokens.keys))
        tri_label, tri_label_at = _postings(tris.word, tris.row, len(tris.keys))
        idf, tri_idf = _idf(np.diff(token_label_at), count), _idf(np.diff(tri_label_at), count)
        squared = tri_idf.astype(np.float64) ** 2
        norms = np.sqrt(tris.summed(squared, count)).astype(np.float32)
        columns = np.array(self.columns, np.int64).reshape(-1, 4)
        hashes = np.array(self.hashes, np.uint64).reshape(-1, 2)
        return {
            **_strings("text", self.texts),
            "label_concept": columns[:, 0].astype(np.int32),
            "label_role": columns[:, 1].astype(np.uint8),
            "label_language": columns[:, 2].astype(np.uint8),
            "label_reading": columns[:, 3].astype(np.uint8),
            "label_folded": np.ascontiguousarray(hashes[:, 0]),
            "label_joined": np.ascontiguousarray(hashes[:, 1]),
            "label_weight": tokens.summed(idf.astype(np.float64), count).astype(np.float32),
            "label_length": np.bincount(tokens.row, minlength=count).astype(np.uint8),
            "label_numbered": np.array([any(map(str.isdigit, text)) for text in self.texts], np.uint8),
            "label_norm": norms,
            "label_token": self._token_rows(tokens.rank),
            "token": tokens.keys,
            "token_idf": idf,
            "token_label": token_label,
            "token_label_at": token_label_at,
            "token_place": token_place,
            "token_place_at": token_place_at,
            "tri": tris.keys,
            "tri_idf": tri_idf,
            "tri_label": tri_label,
            "tri_label_at": tri_label_at,
            "tri_share": (np.repeat(squared, np.diff(tri_label_at)) / np.maximum(norms[tri_label], 1e-6)).astype(np.float32),
        }

    def _token_rows(self, rank: Array) -> Array:
        """The numbers of each label's words, in rows of one length that -1 fills."""
        width = min(MOST_TOKENS, max(map(len, self.tokens.rows), default=0))
        rows = np.full((len(self.tokens.rows), width), -1, np.int32)
        for row, of in zip(rows, self.tokens.rows, strict=True):
            row[: len(of)] = rank[of[:width]]
        return rows.reshape(-1)


def _usable(entry: Entry, only: str) -> Iterator[Label]:
    """Labels in English, French or no language; where there are none of these, all (they are read as English)."""
    known = [label for label in entry.labels if (label.language or "")[:2] in _LANGUAGES] or entry.labels
    for label in known:
        if len(label.text) <= 300 and (not only or (label.language or "")[:2] == only):
            yield label


def _language(label: Label) -> int:
    code = (label.language or "")[:2]
    return _LANGUAGES.index(code) if code in _LANGUAGES else 0


def label_text(text: str) -> str:
    """A label without what only a machine needs: of a path its last step, of a URN its code."""
    text = unwrap(text)
    steps = path_segments(text) if ">" in text else ()
    return steps[-1] if steps else text.rpartition("::")[2]


def _places(parents: Sequence[Sequence[int]], own: Sequence[set[int]]) -> tuple[list[int], list[set[int]]]:
    """Each concept's depth, and the words that the concepts above it have."""
    depths, places = [], []
    for number in range(len(parents)):
        seen: dict[int, int] = {}
        waiting = [(each, 1) for each in parents[number]]
        while waiting:
            above, depth = waiting.pop()
            if above not in seen:
                seen[above] = depth
                waiting += [(each, depth + 1) for each in parents[above]]
        depths.append(min(255, max(seen.values(), default=0)))
        places.append(set().union(*(own[above] for above in seen)))
    return depths, places


def _idf(counts: Array, labels: int) -> Array:
    return np.log1p(labels / np.maximum(counts, 1)).astype(np.float32)


def _strings(name: str, texts: Sequence[str]) -> dict[str, Array]:
    encoded = [text.encode() for text in texts]
    at = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    return {name: np.frombuffer(b"".join(encoded), np.uint8), f"{name}_at": at}
