"""Candidates for a term in any of the linked vocabularies: by IRI and code, by every wording, refused by unit, told apart by context."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from kg.link.context import Context
from kg.link.decide import KINDS
from kg.link.iris import iri_key, looks_like_iri, without_sensor_number
from kg.link.lexicon import Lexicon
from kg.link.linked_vocabularies import aside_stems
from kg.link.normalise import fold, inflect, is_code
from kg.link.pivot import with_digits_apart
from kg.link.ranking import Candidate, Ranked, Wording, rank
from kg.link.units import can_belong, dimension_of
from kg.link.wordings import wordings
from kg.model import Term, TermKind

#: Two concepts nearer than this are namesakes, unless they are told apart otherwise.
TIE: Final = 0.06
#: Dimensions in which one amount of a substance is told: by volume and by mass.
_CONCENTRATIONS: Final = frozenset(map(dimension_of, ("kg m-3", "mol m-3", "mol kg-1")))
#: A concept whose place agrees so much less with the path stands elsewhere.
_ELSEWHERE: Final = 0.1
#: A score from which on later wordings cannot win any more by much.
_CERTAIN: Final = 0.97


@dataclass(frozen=True, slots=True)
class Found:
    """A concept of a vocabulary that a term may mean, with all that a judgement on it needs."""

    iri: str
    label: str
    role: str
    score: float
    margin: float
    ties: int
    candidate: Candidate | None
    rule: str
    predicate: str = "skos:exactMatch"
    features: tuple[float, ...] = field(default=(), repr=False)


class Candidates:
    """All lexicons, by vocabulary and kind; one serves one process."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        self._by: dict[tuple[str, TermKind], list[Lexicon]] = {}
        self._iris: dict[str, str] = {}
        for lexicon in lexicons:
            self._by.setdefault((lexicon.vocabulary, lexicon.kind), []).append(lexicon)
            if not lexicon.ranked or lexicon.vocabulary == "nvs":
                self._iris |= {iri_key(iri): iri for iri in map(lexicon.iri_of, range(lexicon.concepts))}

    @classmethod
    def from_files(cls, paths: Iterable[Path]) -> Candidates:
        """:raises VocabularyError: when a file is damaged."""
        return cls(map(Lexicon.read, paths))

    def of(self, vocabulary: str, kinds: Sequence[TermKind]) -> list[tuple[TermKind, Lexicon]]:
        """The lexicons of a vocabulary for kinds of concept."""
        return [(kind, lexicon) for kind in kinds for lexicon in self._by.get((vocabulary, kind), ())]

    @property
    def vocabularies(self) -> list[str]:
        """The names of all vocabularies that are there."""
        return sorted({vocabulary for vocabulary, _ in self._by})

    def name_of(self, start: str) -> str:
        """The name of the vocabulary whose IRIs begin so (as `iri_key` writes them), or nothing."""
        for (vocabulary, _), lexicons in self._by.items():
            if any(lexicon.concepts and iri_key(lexicon.iri_of(0)).startswith(start) for lexicon in lexicons):
                return vocabulary
        return ""

    def held(self) -> frozenset[str]:
        """The concepts of all vocabularies that are there, as `iri_key` writes them."""
        lexicons = [lexicon for of in self._by.values() for lexicon in of]
        return frozenset(iri_key(lexicon.iri_of(number)) for lexicon in lexicons for number in range(lexicon.concepts))

    def by_code(self, term: Term) -> list[str]:
        """The concepts whose IRIs or codes a term gives, in its order; those of another kind are left out."""
        text = term.text[:400]
        given = [term.given_iri] if term.given_iri else [part for part in map(str.strip, text.split(" | ")) if looks_like_iri(part)]
        found = [self._iris.get(iri_key(iri)) or self._iris.get(without_sensor_number(iri)) for iri in given]
        return [iri for iri in dict.fromkeys(found) if iri]

    def find(self, term: Term, vocabulary: str, context: Context, depth: int = 5) -> list[Found]:
        """The concepts of a vocabulary that a term may mean, best first."""
        lexicons = self.of(vocabulary, KINDS.get(term.kind, ()))
        first = lexicons[0][0] if lexicons else None
        best: dict[str, tuple[Candidate, Lexicon]] = {}
        for kind, lexicon in lexicons:
            if term.kind is TermKind.KEYWORD and kind not in (TermKind.VARIABLE, TermKind.THEME) and first is not kind:
                continue
            for candidate in _ranked(lexicon, wordings(term, context, kind), term, depth + 3):
                iri = lexicon.iri_of(candidate.ranked.concept)
                if iri not in best or best[iri][0].score < candidate.score:
                    best[iri] = candidate, lexicon
        ordered = sorted(best.items(), key=lambda item: -item[1][0].score)[: depth + 3]
        return _judged(ordered, term, depth)


def _ranked(lexicon: Lexicon, said: Sequence[Wording], term: Term, depth: int) -> list[Candidate]:
    """The candidates of all wordings; those of light wordings only where heavier ones found nothing sure."""
    found: dict[int, Candidate] = {}
    top = 0.0
    for wording in said:
        if (wording.weight < 0.8 and top > 0.8 * _CERTAIN) or top >= _CERTAIN * wording.weight + 0.06:
            break
        for candidate in rank(lexicon, wording, depth):
            concept = candidate.ranked.concept
            if concept in found and found[concept].score >= candidate.score:
                continue
            if term.unit and not can_belong(term.unit, lexicon.unit_of(concept), lexicon.text_of(candidate.ranked.label)):
                continue
            found[concept] = candidate
            top = max(top, candidate.score)
    return sorted(found.values(), key=lambda candidate: -candidate.score)[:depth]


def _judged(ordered: Sequence[tuple[str, tuple[Candidate, Lexicon]]], term: Term, depth: int) -> list[Found]:
    """The first candidates with what their neighbours tell: how far the next one is, and how many are as near."""
    found = []
    for place, (iri, (candidate, lexicon)) in enumerate(ordered[:depth]):
        rivals = [
            other.score
            for at, (_, (other, of)) in enumerate(ordered)
            if at != place and not (abs(other.score - candidate.score) < TIE and _told_apart(candidate, lexicon, other, of))
        ]
        margin = candidate.score - max(rivals, default=0.0)
        ties = sum(abs(score - candidate.score) < TIE for score in rivals)
        label = candidate.ranked.label
        text, role = lexicon.text_of(label), lexicon.role_of(label)
        exactly = "skos:closeMatch" if role == "near bridge" else "skos:exactMatch"
        predicate = "skos:broadMatch" if candidate.wording.broader else exactly
        rule = f"{candidate.wording.rule}: '{text}'"
        safe = _is_safe(candidate, role, lexicon) and not _wants_unit(lexicon, candidate, term)
        features = features_of(candidate, margin, ties, role, safe=safe)
        found.append(Found(iri, text, role, candidate.score, margin, ties, candidate, rule, predicate, features))
    return found


def _told_apart(candidate: Candidate, lexicon: Lexicon, other: Candidate, of: Lexicon) -> bool:
    """Whether something says that a candidate is meant and not a namesake as near: the steps of the path, the choice that the hub's
    curators made among namesakes, or its own preferred name where the other only borrows one.
    """
    one, two = candidate.ranked, other.ranked
    if (one.chosen and not two.chosen) or (candidate.wording.above and one.placed - two.placed >= _ELSEWHERE):
        return True
    return of.role_of(two.label) in ("bridge alt", "near bridge") and _is_own_name(candidate, lexicon, two)


def _is_own_name(candidate: Candidate, lexicon: Lexicon, other: Ranked) -> bool:
    """Whether a candidate bears the name by right. An English synonym does not count where another concept has the very word; a
    translation does."""
    ranked, wording = candidate.ranked, candidate.wording
    if lexicon.role_of(ranked.label) != "pref" or ranked.said * ranked.heard < 0.999:
        return False
    return not other.same or wording.language == "fr" or inflect(fold(lexicon.text_of(ranked.label)), "en") == inflect(wording.folded, "en")


#: What a judgement looks at, in the order of `features_of`.
FEATURES: Final = (
    "score",
    "said",
    "heard",
    "letters",
    "placed",
    "same label",
    "same words",
    "margin",
    "alone",
    "weight of the wording",
    "path",
    "bridge",
    "near bridge",
    "bridge alt",
    "alternative label",
    "words",
    "not alone",
)


def _is_safe(candidate: Candidate, role: str, lexicon: Lexicon) -> bool:
    """Whether a candidate may be accepted alone. The long name of one instrument is not the class of a model (GCMD names both alike)."""
    ranked, wording = candidate.ranked, candidate.wording
    is_long_name = role == "alt" and lexicon.vocabulary == "gcmd" and wording.broader
    # another name of the hub's concept may be narrower than what the hub ties it to; a code, or one that the own name bears out, is not
    borrowed = role == "near bridge" or (role == "bridge alt" and not is_code(lexicon.text_of(ranked.label)))
    if lexicon.vocabulary == "cf":  # its names are long and English: one word of French, or a name that is not theirs, tells too little
        is_narrower = role == "bridge alt" or borrowed or (wording.language == "fr" and len(wording.reading) == 1)
    else:
        is_narrower = borrowed and not ranked.backed
    guessed = not wording.alone or ranked.crossed or is_long_name or is_narrower
    return not (guessed or _is_aside(candidate, lexicon) or _is_part(candidate, lexicon))


def _wants_unit(lexicon: Lexicon, candidate: Candidate, term: Term) -> bool:
    """Whether only a unit can tell which of several concepts is meant, and none is given that is understood: CF names a substance by
    volume, by mass and by the mole. A unit that is understood has refused what it cannot belong to."""
    canonical = lexicon.unit_of(candidate.ranked.concept)
    if not canonical or (term.unit and dimension_of(term.unit) is not None):
        return False
    return bool(term.unit) or dimension_of(canonical) in _CONCENTRATIONS


def _is_part(candidate: Candidate, lexicon: Lexicon) -> bool:
    """Whether the name of one thing is only a part of the name of another: VENUS is no PIONEER VENUS, and INS-NOBS no INS. A number in it
    tells enough, but not a number alone (STSAT-2A is no S2A), nor another one (P-3A is no P-3B).
    """
    ranked, wording = candidate.ranked, candidate.wording
    if not lexicon.equipment or (ranked.said > 0.999 and ranked.heard > 0.999):
        return False
    label = lexicon.text_of(ranked.label)
    longer = ranked.heard < 0.999 or (ranked.said < 0.999 and " " not in label.strip())
    own, other = _numbers(wording.folded), _numbers(fold(label))
    is_sibling = bool(own - other and other - own)
    return is_sibling or (longer and not own) or _only_numbers(candidate, lexicon)


def _numbers(folded: str) -> set[str]:
    """The words of a folded name that have a digit: 3a and 3b of P-3A and P-3B."""
    return {word for word in with_digits_apart(folded).split() if any(map(str.isdigit, word))}


def _only_numbers(candidate: Candidate, lexicon: Lexicon) -> bool:
    """Whether a wording and a label share no word but numbers."""
    of_label = set(lexicon.tokens_of(np.array([candidate.ranked.label]))[0].tolist())
    shared = [word for word in candidate.wording.reading if lexicon.number_of(word) in of_label]
    return all(any(map(str.isdigit, word)) for word in shared)


def _is_aside(candidate: Candidate, lexicon: Lexicon) -> bool:
    """Whether a concept stands in a branch that is no subject of data, and the path does not name it."""
    aside = aside_stems(lexicon.vocabulary, lexicon.kind)
    return any(lexicon.below(stem)[candidate.ranked.concept] and stem not in candidate.wording.above for stem in aside)


def features_of(candidate: Candidate, margin: float, ties: int, role: str, *, safe: bool) -> tuple[float, ...]:
    """Numbers between 0 and 1 that say how good a candidate is."""
    score, ranked, wording = candidate
    return (
        score,
        ranked.said,
        ranked.heard,
        ranked.letters,
        ranked.placed,
        float(ranked.same),
        float(ranked.said > 0.999 and ranked.heard > 0.999),
        max(-0.2, min(margin, 0.4)) / 0.4,
        float(ties == 0),
        wording.weight,
        float(bool(wording.above)),
        float(role == "bridge"),
        float(role == "near bridge"),
        float(role == "bridge alt"),
        float(role in ("alt", "hidden")),
        min(len(wording.reading), 5) / 5,
        float(not safe),
    )
