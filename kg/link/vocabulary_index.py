"""The index of all concepts to which terms may be linked: by IRI, by label in each language, and by path.

One dictionary a kind and language. The language `""` holds what has none (notations, codes); `@gcmd` and the like hold the names that
a vocabulary gives to concepts aligned with ours, valid for terms that say they come from it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from kg.errors import VocabularyError
from kg.link.concepts import Concept, Label, Match, kind_of, read_concepts, with_alignments
from kg.link.index_files import keep_used
from kg.link.iris import iri_key, thesaurus_prefixes
from kg.link.normalise import label_keys, path_segments
from kg.link.version import VERSION
from kg.model import Iri, TermKind
from kg.resources import resource

#: Raise it when keys are made differently: an index of another layout is not opened but built anew.
LAYOUT: Final = 3

#: The tables whose change makes terms be linked anew.
TABLES: Final = (
    "abbreviations.csv",
    "access-patterns.csv",
    "column-parts.csv",
    "context-hints.csv",
    "disciplines.csv",
    "equipment-models.csv",
    "glossary-fr.csv",
    "lead-words.csv",
    "licence-elements.csv",
    "licence-patterns.csv",
    "licence-ports.csv",
    "licences.csv",
    "linked-vocabularies.csv",
    "negations.csv",
    "placeholders.csv",
    "quantity-units.csv",
    "rights-nothing.csv",
    "satellites.csv",
    "sensors.csv",
    "spelling.csv",
    "synonyms-en.csv",
    "text-words.csv",
    "thesauri.csv",
    "thesaurus-names.csv",
    "unit-meanings.csv",
    "units.csv",
)

_Postings = dict[str, dict[str, list[int]]]
_NO_KIND: Final[dict[str, _Postings]] = {}
_NO_LANGUAGE: Final[_Postings] = {}
_NO_KEYS: Final[dict[str, list[int]]] = {}
_NO_NUMBERS: Final[list[int]] = []


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found under a label."""

    concept: Iri
    kind: TermKind
    label: str
    role: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A concept found under an IRI: its own (no source), or one that an alignment or a scheme ties to it."""

    concept: Iri
    kind: TermKind
    predicate: str
    source: str
    confidence: float


class VocabularyIndex:
    """Look-up of concepts; build it with `from_concepts` or `from_files`, keep it with `write_index`."""

    def __init__(
        self,
        concepts: Sequence[tuple[str, str, str]],
        labels: Sequence[tuple[int, str, str, str]],
        postings: dict[str, dict[str, _Postings]],
        ties: dict[str, list[tuple[int, str, str, float]]],
        broader: dict[str, list[str]],
        matches: dict[str, list[tuple[str, str, float]]],
        version: str = "",
    ) -> None:
        self._concepts, self._labels, self._postings, self._ties, self._matches = concepts, labels, postings, ties, matches
        self._kind_of = {iri: TermKind(kind) for iri, kind, _ in concepts}
        self._officials = {iri: official for iri, _, official in concepts if official}
        self._broader = broader
        self._ancestors: dict[str, frozenset[str]] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self.version = version

    @classmethod
    def from_concepts(cls, concepts: Iterable[Concept], version: str = "") -> VocabularyIndex:
        """An index of concepts; of several with one IRI all names hold."""
        rows: list[tuple[str, str, str]] = []
        names: list[tuple[int, str, str, str]] = []
        postings: dict[str, dict[str, _Postings]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
        ties: dict[str, list[tuple[int, str, str, float]]] = defaultdict(list)
        broader: dict[str, list[str]] = {}
        matches: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
        numbers: dict[str, int] = {}
        for concept in concepts:
            number = numbers.setdefault(concept.iri, len(rows))
            if number == len(rows):
                rows.append((concept.iri, concept.kind.value, concept.official))
                ties[iri_key(concept.iri)].append((number, "skos:exactMatch", "", 1.0))
            broader.setdefault(concept.iri, []).extend(concept.broader)
            for match in concept.matches:
                ties[iri_key(match.iri)].append((number, match.predicate, match.source, match.confidence))
                matches[concept.iri].append((match.predicate, match.iri, match.confidence))
            for label in concept.labels:
                _post(postings[concept.kind.value], label, len(names))
                names.append((number, label.text, label.role, (label.language or "").lower().partition("-")[0]))
        plain = {kind: {language: dict(families) for language, families in of.items()} for kind, of in postings.items()}
        return cls(rows, names, plain, dict(ties), {iri: of for iri, of in broader.items() if of}, dict(matches), version)

    @classmethod
    def from_files(cls, vocabularies: Sequence[Path], alignments: Sequence[Path], overlay: Path | None = None) -> VocabularyIndex:
        """An index of vocabulary files and SSSOM alignments.

        :raises VocabularyError: when one of them is wrong.
        """
        concepts = (concept for path in vocabularies for concept in read_concepts(path))
        version = version_of([*vocabularies, *alignments], overlay)
        return cls.from_concepts(with_alignments(concepts, alignments, thesaurus_prefixes()), version)

    def __len__(self) -> int:
        return len(self._concepts)

    def kind(self, concept: str) -> TermKind | None:
        """The kind of a concept of the index, or of a hub concept that is not in it."""
        return self._kind_of.get(concept) or kind_of(concept)

    def official(self, concept: str) -> str:
        """The IRI by which the world knows a licence or an access right, or nothing."""
        return self._officials.get(concept, "")

    def ancestors(self, concept: str) -> frozenset[str]:
        """All broader concepts, however far; a cycle of `skos:broader` does no harm."""
        if (known := self._ancestors.get(concept)) is None:
            seen: set[str] = set()
            waiting = list(self._broader.get(concept, ()))
            while waiting:
                if (above := waiting.pop()) not in seen:
                    seen.add(above)
                    waiting.extend(self._broader.get(above, ()))
            known = self._ancestors[concept] = frozenset(seen)
        return known

    def is_top(self, concept: str) -> bool:
        """Whether nothing is broader than a concept."""
        return concept not in self._broader

    def by_iri(self, iri: str) -> list[Tie]:
        """The concepts that have this IRI or are tied to it, in any of its spellings."""
        ties = self._ties.get(iri_key(iri), ())
        return [self._tie(*tie) for tie in ties]

    def _tie(self, number: int, predicate: str, source: str, confidence: float) -> Tie:
        iri, kind, _ = self._concepts[number]
        return Tie(Iri(iri), TermKind(kind), predicate, source, confidence)

    def matches(self, concept: str) -> list[Match]:
        """The concepts of other vocabularies to which a concept stands, by alignments and its own scheme."""
        return [Match(predicate, iri, "", confidence) for predicate, iri, confidence in self._matches.get(concept, ())]

    def names(self) -> Iterator[tuple[str, TermKind, str, str, str]]:
        """Every label of every concept: concept, kind, language (empty where it has none), role, text."""
        kinds = [TermKind(kind) for _, kind, _ in self._concepts]
        for number, text, role, language in self._labels:
            yield self._concepts[number][0], kinds[number], language, role, text

    def knows(self, language: str, key: str) -> bool:
        """Whether a label of any kind of concept has a key in a language: most words of records are no label at all."""
        if (keys := self._keys.get(language)) is None:
            families = (of for postings in self._postings.values() for of in postings.get(language, _NO_LANGUAGE).values())
            keys = self._keys[language] = frozenset(key for of in families for key in of)
        return key in keys

    def by_key(self, kind: TermKind, language: str, family: str, key: str) -> list[Hit]:
        """The concepts of a kind that have a label of this key in this language; each concept once."""
        families = self._postings.get(kind.value, _NO_KIND).get(language)
        if not families or not key:
            return []
        numbers = families.get(family, _NO_KEYS).get(key, _NO_NUMBERS)
        if family != "folded" and (more := families.get("folded", _NO_KEYS).get(key)):
            numbers = [*numbers, *more]
        found: dict[int, Hit] = {}
        for number in numbers:
            concept, text, role, _ = self._labels[number]
            found.setdefault(concept, Hit(Iri(self._concepts[concept][0]), kind, text, role))
        return list(found.values())

    def to_bytes(self) -> bytes:
        """The index as JSON: read in many processes, and safe to read whoever wrote it."""
        return orjson.dumps(
            {
                "layout": LAYOUT,
                "version": self.version,
                "concepts": self._concepts,
                "labels": self._labels,
                "postings": self._postings,
                "ties": self._ties,
                "broader": self._broader,
                "matches": self._matches,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes, where: str = "") -> VocabularyIndex:
        """The index that `to_bytes` wrote.

        :raises VocabularyError: when it is damaged or of another layout.
        """
        try:
            kept = orjson.loads(data)
            if kept["layout"] != LAYOUT:
                raise VocabularyError("the index is of another layout", where=where, hint="delete it; it is built anew")
            return cls(kept["concepts"], kept["labels"], kept["postings"], kept["ties"], kept["broader"], kept["matches"], kept["version"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise VocabularyError("the index is damaged", where=where, hint="delete it; it is built anew") from error


def _post(postings: dict[str, _Postings], label: Label, number: int) -> None:
    """Store one label under all its keys; a label that is a path also under each of its ends of two steps or more, and its leaf."""
    families = postings[label.language.lower().partition("-")[0] if label.language else ""]
    language = "en" if (label.language or "")[:1] in ("@", "~") else (label.language or "")
    steps = path_segments(label.text) if ">" in label.text else ()
    if len(steps) > 1:
        for start in range(len(steps) - 1):
            families["path" if start == 0 else "path end"].setdefault(" > ".join(steps[start:]), []).append(number)
    text = steps[-1] if steps else label.text
    for family, key in label_keys(text, language).items():
        families[family].setdefault(key, []).append(number)


def version_of(paths: Iterable[Path], overlay: Path | None = None) -> str:
    """A hash of the content of files, whatever their place, and of the tables of linking: what it names holds as long as none changes."""
    whole = hashlib.sha256(f"{LAYOUT} {VERSION}".encode())
    for path in sorted((*paths, *(resource(f"mappings/tables/{name}", overlay) for name in TABLES)), key=lambda path: path.name):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:20]


def open_index(folder: Path, vocabularies: Sequence[Path], alignments: Sequence[Path], overlay: Path | None = None) -> Path:
    """The file of the index of these vocabularies below a folder; it is built where it is missing or damaged.

    Worker processes read it with `read_index`.
    """
    path = folder / f"vocabularies-{version_of([*vocabularies, *alignments], overlay)}.json"
    if not path.exists():
        write_index(path, VocabularyIndex.from_files(vocabularies, alignments, overlay))
    keep_used(folder, "vocabularies-*.json", [path])
    return path


def write_index(path: Path, index: VocabularyIndex) -> None:
    """Keep an index; readers see the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_bytes(index.to_bytes())
    partial.replace(path)


def read_index(path: Path) -> VocabularyIndex:
    """The index in a file.

    :raises VocabularyError: when it is damaged or of another layout.
    """
    return VocabularyIndex.from_bytes(path.read_bytes(), path.name)


__all__ = ["LAYOUT", "Hit", "Match", "Tie", "VocabularyIndex", "open_index", "read_index", "version_of", "write_index"]
