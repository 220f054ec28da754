"""Fit the confidence of candidates on judged strings, and say what that proves on strings that were not fitted on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.link.candidates import Candidates
from kg.link.confidence import Confidence, Model, fit
from kg.link.gold import GoldRow
from kg.link.interval import Share
from kg.link.iris import iri_key
from kg.link.judge import group_of, judged

#: Features of the first candidate of a row, and whether it is right.
Judgement = tuple[tuple[float, ...], bool]


def judgements(rows: Iterable[GoldRow], candidates: Candidates) -> dict[str, list[tuple[GoldRow, tuple[float, ...], bool]]]:
    """The first candidates of rows, by group. A string that denotes nothing makes every candidate wrong."""
    found: dict[str, list[tuple[GoldRow, tuple[float, ...], bool]]] = defaultdict(list)
    for row in rows:
        expected = {iri_key(iri) for iri in row.expected}
        if row.optional and not expected:
            continue
        first = candidates.find(row.term, row.target, row.context)[:1]
        for each in first:
            found[group_of(row.term.kind, row.target)].append((row, each.features, iri_key(each.iri) in expected))
    return dict(found)


def calibrate(rows: Iterable[GoldRow], candidates: Candidates, about: Mapping[str, object]) -> Confidence:
    """Models fitted on the calibration half of judged rows.

    :param about: what is noted beside them: date, vocabularies, sets.
    """
    half = [row for row in rows if row.half == "calibration"]
    groups = judgements(half, candidates)
    models = {group: fit([(features, right) for _, features, right in of]) for group, of in groups.items()}
    return Confidence(models, about)


def accepted_on(rows: Iterable[GoldRow], candidates: Candidates, models: Mapping[str, Model]) -> dict[str, tuple[Share, int]]:
    """By group, the links that would be accepted on rows and are right, and the number of rows."""
    right: dict[str, list[bool]] = defaultdict(list)
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        group = group_of(row.term.kind, row.target)
        if group not in models or (row.optional and not row.expected):
            continue
        counts[group] += 1
        expected = {iri_key(iri) for iri in row.expected}
        for verdict in judged(candidates.find(row.term, row.target, row.context)[:1], models[group]):
            if verdict.accepted:
                right[group].append(iri_key(verdict.found.iri) in expected)
    return {group: (Share(sum(right[group]), len(right[group])), count) for group, count in counts.items()}
