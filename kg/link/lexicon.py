"""One vocabulary ready for comparison: its labels as stems and trigrams in flat arrays, so that worker processes share one mapped file.

The file is a line of JSON (what stands where) and the arrays; nothing in it is executed. It is kept under the hash of what it was made of.
"""

from __future__ import annotations

import gzip
import hashlib
import mmap
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import orjson
import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.link.concepts import Label, kind_of
from kg.link.iris import iri_key
from kg.link.normalise import fold, is_acronym, path_segments, unwrap
from kg.link.pivot import english_stems, readings, with_digits_apart
from kg.link.tables import read_table
from kg.model import TermKind
from kg.namespaces import OWL, QUDT, RDF, SKOS

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
_MOST_TOKENS: Final = 24
#: Trigrams that more than this share of the labels have tell nothing, where there are many labels.
_COMMON, _MANY = 0.12, 2000
#: Postings that one process keeps found: records bring new words without end.
_MOST_KNOWN: Final = 100_000
_MOST_BELOW: Final = 2_000

ROLES: Final = ("pref", "alt", "hidden", "notation", "bridge", "near bridge", "bridge alt")
_LABELS: Final = {
    SKOS.prefLabel.value: "pref",
    SKOS.altLabel.value: "alt",
    SKOS.hiddenLabel.value: "hidden",
    SKOS.notation.value: "notation",
}
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


@dataclass(slots=True)
class Entry:
    """A concept as it is put into a lexicon."""

    iri: str
    kind: TermKind
    labels: list[Label]
    broader: list[str]
    unit: str = ""
    vocabulary: str = ""
    ranked: bool = True
    scheme: str = ""


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


def read_entries(path: Path) -> Iterator[Entry]:
    """The concepts of a SKOS file that are of a linked vocabulary (`mappings/tables/linked-vocabularies.csv`), but for deprecated ones.

    :raises VocabularyError: when the file does not parse.
    """
    for entry in read_all(path):
        if found := vocabulary_of(entry.iri, entry.scheme):
            entry.vocabulary, entry.kind, entry.ranked = found
            yield entry


def read_all(path: Path) -> Iterator[Entry]:
    """Every concept of a SKOS file, but for deprecated ones; what is of no linked vocabulary is taken for a variable.

    :raises VocabularyError: when the file does not parse.
    """
    form = ox.RdfFormat.TURTLE if path.name.endswith((".ttl", ".ttl.gz")) else ox.RdfFormat.N_TRIPLES
    found: dict[str, Entry] = defaultdict(lambda: Entry("", TermKind.VARIABLE, [], []))
    concepts: dict[str, None] = {}
    gone = set()
    try:
        with _opened(path) as file:
            for quad in ox.parse(file, format=form):
                if isinstance(quad.subject, ox.NamedNode):
                    subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
                    if predicate == RDF.type.value and value == SKOS.Concept:
                        concepts[subject] = None
                    elif predicate == OWL.deprecated.value:
                        gone.add(subject)
                    elif predicate in _READ and not isinstance(value, ox.BlankNode | ox.Triple):
                        _READ[predicate](found[subject], value)
    except (SyntaxError, ValueError, EOFError, OSError) as error:
        raise VocabularyError(f"the vocabulary does not parse ({error})", where=path.name, hint="import it again") from error
    for iri in concepts:
        if iri not in gone:
            entry = found[iri]
            entry.iri = iri
            entry.kind = kind_of(iri) or (kind[1] if (kind := vocabulary_of(iri, entry.scheme)) else TermKind.VARIABLE)
            yield entry


def _read_label(role: str) -> Callable[[Entry, ox.NamedNode | ox.Literal], None]:
    def read(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
        if isinstance(value, ox.Literal):
            entry.labels.append(Label(value.value, value.language, role))

    return read


def _read_broader(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.broader.append(value.value)


def _read_scheme(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.scheme = entry.scheme or value.value


def _read_unit(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.unit = value.value


#: What is done with a statement on a concept, by its predicate.
_READ: Final = {
    **{predicate: _read_label(role) for predicate, role in _LABELS.items()},
    SKOS.broader.value: _read_broader,
    SKOS.inScheme.value: _read_scheme,
    SKOS.topConceptOf.value: _read_scheme,
    QUDT.udunitsCode.value: _read_unit,
    QUDT.ucumCode.value: _read_unit,
}


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    else:
        with path.open("rb") as plain:
            yield plain


def vocabulary_of(iri: str, scheme: str | None = None) -> tuple[str, TermKind, bool] | None:
    """The name of a concept's vocabulary, the kind of its concepts, and whether strings are compared with its labels.

    >>> vocabulary_of("http://vocab.nerc.ac.uk/standard_name/air_temperature/")
    ('cf', <TermKind.VARIABLE: 'variable'>, True)
    """
    key = iri_key(iri)
    for namespace, part, vocabulary, kind, ranked in _linked():
        if key.startswith(namespace) and (scheme is None or part in scheme):
            return vocabulary, kind, ranked
    return None


@lru_cache(maxsize=100)
def aside_stems(vocabulary: str, kind: TermKind) -> tuple[str, ...]:
    """Stems that name the branches of a vocabulary which are no subjects of data."""
    rows = (row for row in read_table("linked-vocabularies.csv") if row["vocabulary"] == vocabulary and row["kind"] == kind)
    return tuple(dict.fromkeys(stem for row in rows for stem in english_stems(row["aside"])))


@lru_cache(maxsize=1)
def _linked() -> tuple[tuple[str, str, str, TermKind, bool], ...]:
    rows = read_table("linked-vocabularies.csv")
    return tuple(
        (iri_key(row["namespace"] + "x")[:-1], row["scheme"], row["vocabulary"], TermKind(row["kind"]), row["ranked"] == "yes")
        for row in rows
    )


@dataclass(slots=True)
class _Postings:
    """Lists of numbers by key while they are gathered."""

    by_key: dict[int, array[int]]

    def add(self, key: int, number: int) -> None:
        of = self.by_key.get(key)
        if of is None:
            of = self.by_key[key] = array("i")
        if not of or of[-1] != number:
            of.append(number)

    def flat(self, keys: Array) -> tuple[Array, Array]:
        lists = [self.by_key.get(int(key), ()) for key in keys]
        at = np.zeros(len(lists) + 1, np.int64)
        np.cumsum([len(each) for each in lists], out=at[1:])
        whole = np.fromiter((number for each in lists for number in each), np.int32, int(at[-1]))
        return whole, at


@dataclass(slots=True)
class _Labels:
    """The labels of a lexicon while they are gathered: one row a reading of a label."""

    rows: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tokens: list[tuple[str, ...]] = field(default_factory=list)
    tris: list[list[str]] = field(default_factory=list)
    by_token: _Postings = field(default_factory=lambda: _Postings({}))
    by_tri: _Postings = field(default_factory=lambda: _Postings({}))
    equipment: bool = False

    def add(self, concept: int, label: Label) -> Iterator[str]:
        """Note a label in all its readings; yields its tokens."""
        text = label_text(label.text)
        folded = fold(text)
        # a code such as TEMP is no word of its language
        language = None if is_acronym(text) else label.language
        for order, reading in enumerate(readings(with_digits_apart(folded) if self.equipment else text, language)):
            if not reading:
                continue
            place = len(self.texts)
            hashes = token_hash(folded), token_hash(folded.replace(" ", ""))
            self.rows.append((concept, ROLES.index(label.role), _language(label), *hashes, order))
            self.texts.append(label.text)
            self.tokens.append(tuple(dict.fromkeys(reading)))
            self.tris.append(trigrams(" ".join(reading)))
            for token in reading:
                self.by_token.add(token_hash(token), place)
            for tri in self.tris[-1]:
                self.by_tri.add(token_hash(tri), place)
            yield from reading

    def arrays(self, places: _Postings) -> dict[str, Array]:
        """The arrays of the labels, and of the tokens of labels and places."""
        keys = np.sort(np.fromiter(self.by_token.by_key.keys() | places.by_key.keys(), np.uint64))
        tri_keys = np.sort(np.fromiter(self.by_tri.by_key, np.uint64))
        columns = np.array(self.rows, dtype=object).reshape(-1, 6)
        arrays = dict(zip(("token_label", "token_label_at"), self.by_token.flat(keys), strict=True))
        arrays |= dict(zip(("token_place", "token_place_at"), places.flat(keys), strict=True))
        arrays |= dict(zip(("tri_label", "tri_label_at"), self.by_tri.flat(tri_keys), strict=True))
        idf, tri_idf = (_idf(np.diff(arrays[name]), len(self.texts)) for name in ("token_label_at", "tri_label_at"))
        weights = dict(zip(keys.tolist(), idf.tolist(), strict=True))
        letters = dict(zip(tri_keys.tolist(), tri_idf.tolist(), strict=True))
        norms = np.array([sum(letters[token_hash(tri)] ** 2 for tri in of) ** 0.5 for of in self.tris], np.float32)
        of_tri = np.repeat(tri_idf.astype(np.float64) ** 2, np.diff(arrays["tri_label_at"]))
        arrays["tri_share"] = (of_tri / np.maximum(norms[arrays["tri_label"]], 1e-6)).astype(np.float32)
        return arrays | {
            **_strings("text", self.texts),
            "label_concept": columns[:, 0].astype(np.int32),
            "label_role": columns[:, 1].astype(np.uint8),
            "label_language": columns[:, 2].astype(np.uint8),
            "label_folded": columns[:, 3].astype(np.uint64),
            "label_joined": columns[:, 4].astype(np.uint64),
            "label_reading": columns[:, 5].astype(np.uint8),
            "label_weight": np.array([sum(weights[token_hash(token)] for token in of) for of in self.tokens], np.float32),
            "label_length": np.array([len(of) for of in self.tokens], np.uint8),
            "label_numbered": np.array([any(each.isdigit() for each in text) for text in self.texts], np.uint8),
            "label_norm": norms,
            "token": keys,
            "token_idf": idf,
            "label_token": self._token_rows(keys),
            "tri": tri_keys,
            "tri_idf": tri_idf,
        }

    def _token_rows(self, keys: Array) -> Array:
        """The numbers of each label's words, in rows of one length that -1 fills."""
        number = {key: place for place, key in enumerate(keys.tolist())}
        width = min(_MOST_TOKENS, max(map(len, self.tokens), default=0))
        rows = np.full((len(self.tokens), width), -1, np.int32)
        for row, of in zip(rows, self.tokens, strict=True):
            row[: len(of)] = [number[token_hash(token)] for token in of[:width]]
        return rows.reshape(-1)


def build_lexicon(entries: Sequence[Entry], only: str = "") -> Lexicon:
    """A lexicon of concepts.

    :param only: the language to which labels are limited; empty for all.
    """
    first = entries[0] if entries else Entry("", TermKind.VARIABLE, [], [])
    labels = _Labels(equipment=first.kind in (TermKind.INSTRUMENT, TermKind.PLATFORM))
    numbers = {entry.iri: number for number, entry in enumerate(entries)}
    own: list[set[str]] = []
    for number, entry in enumerate(entries):
        own.append({token for label in _usable(entry, only) for token in labels.add(number, label)})
    parents = [[numbers[iri] for iri in entry.broader if iri in numbers and iri != entry.iri] for entry in entries]
    places = _Postings({})
    depths = _note_places(parents, own, places)
    arrays = labels.arrays(places) | {
        **_strings("iri", [entry.iri for entry in entries]),
        **_strings("unit", [entry.unit for entry in entries]),
        "depth": np.array(depths, np.uint8),
        "parent": np.array([each for of in parents for each in of], np.int32),
        "parent_at": np.cumsum([0, *map(len, parents)]).astype(np.int64),
    }
    return Lexicon(arrays, first.vocabulary, first.kind, first.ranked)


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


def _note_places(parents: list[list[int]], own: list[set[str]], places: _Postings) -> list[int]:
    """For each token the concepts that stand below one that has it; returns each concept's depth."""
    depths = []
    for number in range(len(parents)):
        seen: dict[int, int] = {}
        waiting = [(each, 1) for each in parents[number]]
        while waiting:
            above, depth = waiting.pop()
            if above not in seen:
                seen[above] = depth
                waiting += [(each, depth + 1) for each in parents[above]]
        for above in seen:
            for token in own[above]:
                places.add(token_hash(token), number)
        depths.append(min(255, max(seen.values(), default=0)))
    return depths


def _place(keys: Array, key: int) -> int:
    """Where a key stands in an ascending list; -1 where it does not."""
    found = int(keys.searchsorted(np.uint64(key)))
    return found if found < len(keys) and int(keys[found]) == key else -1


def _idf(counts: Array, labels: int) -> Array:
    return np.log1p(labels / np.maximum(counts, 1)).astype(np.float32)


def _strings(name: str, texts: Sequence[str]) -> dict[str, Array]:
    encoded = [text.encode() for text in texts]
    at = np.cumsum([0, *map(len, encoded)]).astype(np.int64)
    return {name: np.frombuffer(b"".join(encoded), np.uint8), f"{name}_at": at}
