"""Decide: which concepts a term means. The IRI given by the record speaks first, then its thesaurus and label, then the label alone.

Nothing is accepted but what is safe: one concept, found by a strict rule, in the right language. All else that is found is *proposed*
for a person to judge, and what finds nothing stays unmapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from typing import Final

from kg.link.iris import looks_like_iri, without_sensor_number
from kg.link.normalise import LONGEST_LABEL, fold, inflect, is_path, list_parts, path_segments, term_keys, unwrap
from kg.link.tables import read_patterns, read_table
from kg.link.version import AUTHOR
from kg.link.vocabulary_index import Hit, VocabularyIndex
from kg.model import Iri, Mapping, MappingStatus, Term, TermKind

LEXICAL: Final = "semapv:LexicalMatching"
CHAINING: Final = "semapv:MappingChaining"

#: Kinds of concept that a term of a kind may be linked to, in the order in which they are tried.
KINDS: Final[dict[TermKind, tuple[TermKind, ...]]] = {
    TermKind.VARIABLE: (TermKind.VARIABLE, TermKind.THEME),
    TermKind.KEYWORD: (TermKind.VARIABLE, TermKind.THEME, TermKind.INSTRUMENT, TermKind.PLATFORM),
    TermKind.THEME: (TermKind.THEME, TermKind.VARIABLE),
    TermKind.INSTRUMENT: (TermKind.INSTRUMENT,),
    TermKind.PLATFORM: (TermKind.PLATFORM,),
}
#: Kinds that overlap by nature: precipitation is a theme and a variable. Between any others one string for both is ambiguous.
_OVERLAPPING: Final = frozenset({TermKind.VARIABLE, TermKind.THEME})

#: Codes of ISO 639-2 that records use for languages of our labels, and those that mean that no language is known.
_LANGUAGES: Final = {"eng": "en", "fre": "fr", "fra": "fr", "mul": "", "und": "", "zxx": ""}

#: What an alignment seen from our concept makes of a term that bears the aligned IRI: the predicate, and how sure the alignment must be.
_FROM_TIE: Final = {
    "skos:exactMatch": ("skos:exactMatch", 0.0),
    "skos:narrowMatch": ("skos:broadMatch", 0.0),
    "skos:closeMatch": ("skos:closeMatch", 0.85),
}


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """What the name of a thesaurus tells: which it is, the language of its labels, the kinds of its terms (none: no concept of ours)."""

    id: str
    language: str
    kinds: tuple[TermKind, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One hit with the rule that made it."""

    hit: Hit
    rule: str
    confidence: float
    safe: bool


class Agreement(Enum):
    """How the steps above the last one of a path agree with the place of a concept in its hierarchy."""

    NEAR = "a step is a broader concept"
    TOPIC = "only the topic is the same"
    UNKNOWN = "no step is known"
    ELSEWHERE = "the topic is another"

    @property
    def confidence(self) -> float:
        """How sure a leaf is that is safe with this agreement."""
        return {Agreement.NEAR: 0.95, Agreement.TOPIC: 0.93}.get(self, 0.9)


@cache
def _placeholders() -> tuple[frozenset[str], tuple[str, ...]]:
    rows = read_table("placeholders.csv")
    whole = frozenset(row["text"] for row in rows if row["match"] == "whole")
    return whole, tuple(row["text"] + " " for row in rows if row["match"] == "start")


@cache
def _thesaurus_names() -> tuple[tuple[re.Pattern[str], Thesaurus], ...]:
    return tuple(
        (
            pattern,
            Thesaurus(row["thesaurus"], row["language"], tuple(TermKind(kind) for kind in row["kinds"].split() if kind != "none")),
        )
        for row, pattern in read_patterns("thesaurus-names.csv")
    )


@lru_cache(maxsize=20_000)
def is_placeholder(text: str) -> bool:
    """Whether a string says nothing, or only a word too general to be a link by itself (`mappings/tables/placeholders.csv`).

    >>> is_placeholder("TBD"), is_placeholder("Unknown ..."), is_placeholder("NOT APPLICABLE"), is_placeholder("wind")
    (True, True, True, False)
    """
    folded = fold(unwrap(text))
    whole, starts = _placeholders()
    return not folded or folded in whole or folded.isdigit() or f"{folded} ".startswith(starts)


@cache
def thesaurus_of(name: str | None) -> Thesaurus | None:
    """The thesaurus that a record's name for it means, or nothing (`mappings/tables/thesaurus-names.csv`).

    >>> thesaurus_of("NASA/GCMD Earth Science Keywords").id, thesaurus_of("GEMET - INSPIRE themes, version 1.0").id
    ('gcmd', 'inspire')
    """
    folded = fold(name[:LONGEST_LABEL]) if name else ""
    return next((thesaurus for pattern, thesaurus in _thesaurus_names() if pattern.search(folded)), None) if folded else None


def decide(term: Term, index: VocabularyIndex) -> list[Mapping]:
    """What the rules say of a term of one of the kinds of `KINDS`: accepted or proposed mappings, best first; empty where it is unmapped.

    :raises KeyError: for licence and access terms, which `kg.link.rights` reads.
    """
    kinds = KINDS[term.kind]
    by_iri = _by_iri(term, kinds, index)
    if any(accepted(by_iri)):
        return by_iri
    return _agreeing(_by_label(term, kinds, index), by_iri)


def _agreeing(by_label: list[Mapping], by_iri: list[Mapping]) -> list[Mapping]:
    """What the label says, but only proposed where the IRI given is known and stands nearer to other concepts."""
    if not by_iri:
        return by_label
    near = {mapping.object for mapping in by_iri}
    kept = [m if m.object in near else replace(m, status=MappingStatus.PROPOSED) for m in by_label]
    named = {mapping.object for mapping in kept}
    return kept + [mapping for mapping in by_iri if mapping.object not in named]


def _by_label(term: Term, kinds: Sequence[TermKind], index: VocabularyIndex) -> list[Mapping]:
    """Mappings by the term's text, with what its thesaurus tells."""
    text = unwrap(term.text) if len(term.text) <= 4 * LONGEST_LABEL else ""
    if not text or len(text) > LONGEST_LABEL or is_placeholder(text) or looks_like_iri(text):
        return []
    thesaurus = thesaurus_of(term.thesaurus)
    if thesaurus:
        if not thesaurus.kinds and term.kind is TermKind.KEYWORD:
            return []
        if term.kind is TermKind.KEYWORD:
            kinds = thesaurus.kinds
    search = _Search(index, kinds, _languages(term, thesaurus), thesaurus, term.unit)
    return _mappings(term, search.findings(text))


def _by_iri(term: Term, kinds: Sequence[TermKind], index: VocabularyIndex) -> list[Mapping]:
    """Mappings by the IRI given, or by a text that is itself an IRI; nothing where it is unknown or of a kind that cannot be meant."""
    ties = [tie for iri in _iris(term) for tie in index.by_iri(iri) or index.by_iri(without_sensor_number(iri)) if tie.kind in kinds]
    own = [tie for tie in ties if not tie.source]
    ties = own or [tie for tie in ties if tie.predicate == "skos:exactMatch"] or ties
    alone = len({tie.concept for tie in ties}) == 1
    found = []
    for tie in ties:
        if tie.predicate not in _FROM_TIE:
            continue
        predicate, needed = _FROM_TIE[tie.predicate]
        rule = "IRI given by the record" + (f", tied to the concept by {tie.source}" if tie.source else " is the concept's own")
        confidence = 1.0 if own else round(0.99 * tie.confidence, 3)
        justification = LEXICAL if own else CHAINING
        found.append(_mapping(term, predicate, tie.concept, confidence, justification, rule, alone and tie.confidence >= needed))
    return found


def _iris(term: Term) -> list[str]:
    """The IRI that the record gives, or those of which the text consists."""
    if term.given_iri:
        return [term.given_iri]
    return [part for part in map(str.strip, term.text[:LONGEST_LABEL].split(" | ")) if looks_like_iri(part)]


def _languages(term: Term, thesaurus: Thesaurus | None) -> tuple[str, ...]:
    """Languages whose labels a term may hit: its own; where it has none, all. A French word must not hit an English label."""
    given = (term.language or "").lower().partition("-")[0]
    language = (thesaurus.language if thesaurus else "") or _LANGUAGES.get(given, given)
    return (language, "") if language else ("en", "fr", "")


class _Search:
    """The search for one term's text: what to look in, and the rules in their order."""

    def __init__(
        self, index: VocabularyIndex, kinds: Sequence[TermKind], languages: tuple[str, ...], thesaurus: Thesaurus | None, unit: str | None
    ) -> None:
        self.index, self.kinds, self.languages, self.unit = index, kinds, languages, unit
        self.aligned = f"@{thesaurus.id}" if thesaurus and thesaurus.id else ""

    def findings(self, text: str) -> list[Finding]:
        """The findings of the first rule that finds anything."""
        steps = path_segments(text) if is_path(text) else ()
        if len(steps) > 1:
            return self._path(steps)
        return self._labels(steps[0] if steps else text) or self._list(text) or self._other_language(text)

    def _labels(self, text: str) -> list[Finding]:
        """Hits of the strictest level; with names that the term's own thesaurus gives to aligned concepts first."""
        if self.aligned and (found := self._level_hits(text, (self.aligned,), "in the thesaurus that the record names: ")):
            return found
        return self._level_hits(text, self.languages, "")

    def _level_hits(self, text: str, languages: tuple[str, ...], lead: str) -> list[Finding]:
        keys = [(language, list(term_keys(text, "en" if language.startswith("@") else language, self.unit))) for language in languages]
        levels = dict.fromkeys(level for _, of in keys for level, _ in of)
        for level in levels:
            hits: list[Hit] = []
            for language, of in keys:
                # Codes have no language: they speak only where no label of the term's language does.
                if language or not hits:
                    own = [key for at, key in of if at is level and self.index.knows(language, key)]
                    hits += [hit for key in own for kind in self.kinds for hit in self.index.by_key(kind, language, level.family, key)]
            if chosen := _chosen(hits, self.kinds):
                return [Finding(hit, f"{lead}{level.rule} ('{hit.label}')", level.confidence, level.safe) for hit in chosen]
        return []

    def _other_language(self, text: str) -> list[Finding]:
        """Records often say the wrong language: a phrase found in another one is proposed; a word alone is too often something else."""
        others = tuple(language for language in ("en", "fr") if language not in self.languages)
        if not others or " " not in fold(text):
            return []
        found = self._level_hits(text, others, "in another language than the record says: ")
        return [replace(finding, confidence=0.6, safe=False) for finding in found]

    def _path(self, steps: tuple[str, ...]) -> list[Finding]:
        whole = " > ".join(steps)
        for family, rule, confidence in (("path", "same path", 0.99), ("path end", "end of the path", 0.95)):
            hits = [hit for kind in self.kinds for hit in self.index.by_key(kind, self.aligned or "@gcmd", family, whole)]
            if chosen := _chosen(hits, self.kinds):
                return [Finding(hit, f"{rule} ('{hit.label}')", confidence, True) for hit in chosen]
        return self._leaf(steps)

    def _leaf(self, steps: tuple[str, ...]) -> list[Finding]:
        """The last step by its label; of platforms and instruments that may be the long name of the step before. Then what is above it."""
        leaf = [self._as_leaf(finding, steps) for finding in self._labels(steps[-1])] if not is_placeholder(steps[-1]) else []
        if leaf:
            return leaf
        for step in reversed(steps[:-1]):
            if not is_placeholder(step) and (above := self._labels(step)):
                return [Finding(f.hit, f"a step above the unknown end of the path ('{f.hit.label}')", 0.5, False) for f in above]
        return []

    def _as_leaf(self, finding: Finding, steps: tuple[str, ...]) -> Finding:
        """A leaf is safe where the steps above it agree with the concept's place; where they tell little, if its own name tells enough."""
        agreement = self._agreement(finding.hit, steps[:-1])
        telling = finding.hit.kind in (TermKind.INSTRUMENT, TermKind.PLATFORM) or " " in steps[-1]
        telling = telling or (agreement is Agreement.TOPIC and finding.hit.role == "aligned")
        safe = finding.safe and (agreement is Agreement.NEAR or (telling and agreement is not Agreement.ELSEWHERE))
        return Finding(finding.hit, f"last step of the path: {finding.rule}", agreement.confidence if safe else 0.6, safe)

    def _agreement(self, hit: Hit, above: tuple[str, ...]) -> Agreement:
        place = self.index.ancestors(hit.concept) | {hit.concept}
        met = {other for step in above for other in self._place(hit.kind, step)}
        if shared := met & place:
            return Agreement.TOPIC if all(map(self.index.is_top, shared)) else Agreement.NEAR
        return Agreement.ELSEWHERE if any(map(self.index.is_top, met)) else Agreement.UNKNOWN

    def _place(self, kind: TermKind, step: str) -> set[str]:
        found: set[str] = set()
        thesaurus = self.aligned.lstrip("@") or "gcmd"
        for language in (f"@{thesaurus}", f"~{thesaurus}", "en", "fr"):
            key = inflect(step, "fr" if language == "fr" else "en")
            found.update(hit.concept for hit in self.index.by_key(kind, language, "inflected", key))
        return found

    def _list(self, text: str) -> list[Finding]:
        """Every part of a list, where each is found for sure; one unknown part and the string may be a sentence."""
        parts = list_parts(text)
        found = [self._labels(part) for part in parts if not is_placeholder(part)]
        if not parts or len(found) < len(parts) or not all(len(of) == 1 and of[0].safe for of in found):
            return []
        return [Finding(of[0].hit, f"part of a list: {of[0].rule}", 0.9, True) for of in found]


def _chosen(hits: Iterable[Hit], kinds: Sequence[TermKind]) -> list[Hit]:
    """Each concept once; where variables and themes bear one name, only those of the kind that is tried first."""
    by_concept: dict[str, Hit] = {}
    for hit in hits:
        by_concept.setdefault(hit.concept, hit)
    found = {hit.kind for hit in by_concept.values()}
    if found == _OVERLAPPING:
        first = next(kind for kind in kinds if kind in found)
        return [hit for hit in by_concept.values() if hit.kind is first]
    return list(by_concept.values())


def _mappings(term: Term, findings: Sequence[Finding]) -> list[Mapping]:
    """Findings as mappings; several concepts under one name are candidates, never links."""
    is_list = bool(findings) and all(finding.rule.startswith("part of a list") for finding in findings)
    alone = len(findings) == 1 or is_list
    return [_from_finding(term, finding, alone, len(findings)) for finding in findings]


def _from_finding(term: Term, finding: Finding, alone: bool, count: int) -> Mapping:
    predicate = "skos:broadMatch" if finding.rule.startswith("a step above") else "skos:exactMatch"
    confidence = finding.confidence if alone else finding.confidence / count
    rule = finding.rule if alone else f"{finding.rule}; ambiguous between {count} concepts"
    return _mapping(term, predicate, finding.hit.concept, round(confidence, 3), LEXICAL, rule, finding.safe and alone)


def _mapping(term: Term, predicate: str, concept: str, confidence: float, justification: str, rule: str, safe: bool) -> Mapping:
    status = MappingStatus.ACCEPTED if safe else MappingStatus.PROPOSED
    return Mapping(term.iri, predicate, Iri(concept), confidence, justification, AUTHOR, rule, status=status)


def accepted(mappings: Iterable[Mapping]) -> Iterator[Mapping]:
    """Those that are links."""
    return (mapping for mapping in mappings if mapping.status is MappingStatus.ACCEPTED)
