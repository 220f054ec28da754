"""Concept to concept: which concepts of one vocabulary may stand for those of another, as proposals that people judge.

The engine is that of terms: each label of the one is a string, the other is what is looked in. Proposals that break integrity are left out:
SKOS S46 (`exactMatch` is disjoint with `broadMatch`, `narrowMatch` and `relatedMatch`), and matches within one scheme.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.link.candidates import Candidates
from kg.link.confidence import Confidence
from kg.link.context import Context
from kg.link.entries import Entry, read_all
from kg.link.judge import group_of, judged
from kg.link.lexicon_building import build_lexicon
from kg.link.sssom import read_sssom
from kg.link.version import AUTHOR
from kg.model import Iri, Mapping, MappingStatus, Term, TermKind

SIMILARITY: Final = "semapv:LexicalSimilarityThresholdMatching"
#: From this confidence on something is proposed.
_LEAST: Final = 0.3
_HIERARCHICAL: Final = frozenset({"skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"})
_TARGET: Final = "target"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed mapping, with the label under which its subject was looked for."""

    mapping: Mapping
    label: str


def suggest(subject: Path, target: Path, confidence: Confidence, limit: int = 3) -> list[Proposal]:
    """Proposals for the concepts of a SKOS file in those of another, the surest first.

    :raises VocabularyError: when a file does not parse.
    """
    kinds: dict[TermKind, list[Entry]] = defaultdict(list)
    for entry in read_all(target):
        entry.vocabulary = _TARGET
        kinds[entry.kind].append(entry)
    candidates = Candidates(build_lexicon(entries) for entries in kinds.values())
    found = [proposal for entry in read_all(subject) for proposal in _of(entry, candidates, confidence, limit)]
    return sorted(found, key=lambda proposal: (-proposal.mapping.confidence, proposal.mapping.subject, proposal.mapping.object))


def _of(entry: Entry, candidates: Candidates, confidence: Confidence, limit: int) -> Iterator[Proposal]:
    """The best proposals of one concept, over its preferred labels in each language."""
    best: dict[str, Proposal] = {}
    for label in entry.labels:
        if label.role != "pref":
            continue
        term = Term(
            entry.kind if entry.kind is not TermKind.THEME else TermKind.KEYWORD, label.text, label.language, unit=entry.unit or None
        )
        found = candidates.find(term, _TARGET, Context(), limit)
        for verdict in judged(found, confidence.of(group_of(term.kind, _TARGET))):
            if verdict.confidence < _LEAST or verdict.found.iri == entry.iri:
                continue
            exact = verdict.found.predicate == "skos:exactMatch" and verdict.confidence >= 0.8
            mapping = Mapping(
                Iri(entry.iri),
                "skos:exactMatch" if exact else "skos:closeMatch" if verdict.found.predicate == "skos:exactMatch" else "skos:broadMatch",
                Iri(verdict.found.iri),
                round(verdict.confidence, 3),
                SIMILARITY,
                AUTHOR,
                verdict.found.rule,
                status=MappingStatus.PROPOSED,
            )
            if verdict.found.iri not in best or best[verdict.found.iri].mapping.confidence < mapping.confidence:
                best[verdict.found.iri] = Proposal(mapping, label.text)
    yield from sorted(best.values(), key=lambda proposal: -proposal.mapping.confidence)[:limit]


def checked(
    proposals: Sequence[Proposal], subject: Path, target: Path, against: Iterable[Path] = ()
) -> tuple[list[Proposal], dict[str, int]]:
    """The proposals that break nothing, and how many were left out for which reason.

    :param against: SSSOM files of what is decided already.
    """
    schemes = {entry.iri: entry.scheme for path in (subject, target) for entry in read_all(path)}
    decided: dict[tuple[str, str], set[str]] = defaultdict(set)
    rejected = set()
    for path in against:
        for row in read_sssom(path.read_text(encoding="utf-8"), path.name).rows:
            pair = row["subject_id"], row["object_id"]
            decided[pair].add(row["predicate_id"])
            if row.get("predicate_modifier") or row.get("ext_status") == "rejected":
                rejected.add(pair)
    refused: Counter[str] = Counter()
    kept = []
    for proposal in proposals:
        mapping = proposal.mapping
        pair = mapping.subject, mapping.object
        held = decided[pair] | decided[pair[1], pair[0]]
        scheme = schemes.get(mapping.subject)
        if pair in rejected:
            refused["rejected by a person before"] += 1
        elif scheme and scheme == schemes.get(mapping.object):
            refused["within one scheme"] += 1
        elif (mapping.predicate == "skos:exactMatch" and held & _HIERARCHICAL) or (
            mapping.predicate in _HIERARCHICAL and "skos:exactMatch" in held
        ):
            refused["against an alignment that is there (SKOS S46)"] += 1
        elif mapping.predicate in held:
            refused["known already"] += 1
        else:
            kept.append(proposal)
    return kept, dict(refused)
