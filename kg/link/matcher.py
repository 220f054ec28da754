"""Beside the strict rules (`kg.link.decide`): links by the wordings of a term, to the hub and straight to every imported vocabulary.

What is sure enough by measured confidence is a link; the best of the rest waits for a person. Where the hub has no link and an imported
vocabulary has one, an exact alignment leads back to the hub.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from kg.link.candidates import Candidates
from kg.link.confidence import Confidence
from kg.link.context import Context
from kg.link.decide import CHAINING, KINDS, LEXICAL, accepted, is_placeholder, thesaurus_of
from kg.link.judge import Verdict, group_of, judged
from kg.link.lexicons import HUB, SURE
from kg.link.normalise import unwrap
from kg.link.version import AUTHOR
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Iri, Mapping, MappingStatus, Term, TermKind

SIMILARITY: Final = "semapv:LexicalSimilarityThresholdMatching"
#: From this confidence on a person is asked; what is less sure would only be noise.
ASKED: Final = 0.45
#: Candidates that a person is shown of one vocabulary.
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Matcher:
    """Finds what the strict rules do not. It depends on nothing but the term, the lexicons and the models."""

    index: VocabularyIndex
    candidates: Candidates
    confidence: Confidence

    def extended(self, term: Term, strict: list[Mapping], context: Context | None = None) -> list[Mapping]:
        """What the strict rules say of a term, with what its wordings say where they accept nothing, and the straight links."""
        if not may_be_named(term):
            return strict
        coded = self._coded(term)
        if any(accepted(strict)):  # alignments lead on from the hub; to compare words again would cost and tell nothing
            return strict + coded
        context = context or Context()
        straight = list({mapping.object: mapping for mapping in (*self._straight(term, context), *coded)}.values())
        worded = self._worded(term, HUB, context)
        known = {mapping.object for mapping in strict}
        if not any(accepted(worded)):
            worded = self._back(term, straight) or worded
        linked = {mapping.object for mapping in accepted(worded)}
        kept = [mapping for mapping in strict if mapping.object not in linked]
        return kept + [mapping for mapping in worded if mapping.object not in known or mapping.object in linked] + straight

    def _coded(self, term: Term) -> list[Mapping]:
        """Links to imported vocabularies by the IRI or code given."""
        rule = "the IRI or code given is the concept's own"
        return [Mapping(term.iri, "skos:exactMatch", Iri(iri), 1.0, LEXICAL, AUTHOR, rule) for iri in self.candidates.by_code(term)]

    def _straight(self, term: Term, context: Context) -> list[Mapping]:
        """Links to imported vocabularies by wording, where measured; only links, for what is proposed is proposed of the hub."""
        found: list[Mapping] = []
        for vocabulary in self.candidates.vocabularies:
            judges = term.kind in JUDGED.get(vocabulary, ()) and self.confidence.of(group_of(term.kind, vocabulary)).threshold <= 1
            if judges:
                found += accepted(self._worded(term, vocabulary, context))
        return found

    def _worded(self, term: Term, vocabulary: str, context: Context) -> list[Mapping]:
        found = self.candidates.find(term, vocabulary, context, _SHOWN)
        verdicts = judged(found, self.confidence.of(group_of(term.kind, vocabulary)))
        return [_mapping(term, verdict) for verdict in verdicts if verdict.accepted or verdict.confidence >= ASKED]

    def _back(self, term: Term, straight: Sequence[Mapping]) -> list[Mapping]:
        """From a concept of an imported vocabulary to the hub concept that is exactly the same, where there is one only."""
        found: dict[str, Mapping] = {}
        for mapping in straight:
            ties = self.index.by_iri(mapping.object)
            for tie in ties:
                if tie.predicate == "skos:exactMatch" and tie.confidence >= SURE and tie.kind in KINDS.get(term.kind, ()):
                    rule = f"by way of {mapping.object}, which {tie.source} ties to it; {mapping.rule}"
                    confidence = round(mapping.confidence * tie.confidence, 3)
                    found[tie.concept] = Mapping(term.iri, "skos:exactMatch", tie.concept, confidence, CHAINING, AUTHOR, rule)
        return list(found.values()) if len(found) == 1 else []


#: Vocabularies for which accepted links have been measured, with the kinds of term; CF names variables of files, and no keywords.
JUDGED: Final[dict[str, Collection[TermKind]]] = {"gcmd": KINDS, "cf": (TermKind.VARIABLE,)}


def may_be_named(term: Term) -> bool:
    """Whether a term's words are looked at at all: no placeholder, and no keyword of a thesaurus of places, projects or organisations."""
    if term.kind not in KINDS or is_placeholder(term.text) or not unwrap(term.text[:2000]):
        return False
    thesaurus = thesaurus_of(term.thesaurus)
    return not (thesaurus and not thesaurus.kinds and term.kind is TermKind.KEYWORD)


def _mapping(term: Term, verdict: Verdict) -> Mapping:
    found = verdict.found
    status = MappingStatus.ACCEPTED if verdict.accepted else MappingStatus.PROPOSED
    rule = found.rule + (f"; as near as {found.ties} others" if found.ties else "")
    confidence = round(verdict.confidence, 3)
    return Mapping(term.iri, found.predicate, Iri(found.iri), confidence, SIMILARITY, AUTHOR, rule, status=status)
