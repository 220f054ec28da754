"""All checks of a vocabulary, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.model import Severity
from kg.vocabulary.checks.found import Found
from kg.vocabulary.checks.queries import query_checks
from kg.vocabulary.checks.second_opinion import skosify_checks
from kg.vocabulary.checks.shapes import profile_checks, shape_checks
from kg.vocabulary.checks.targets import target_checks
from kg.vocabulary.concepts import Said, concepts_of
from kg.vocabulary.lines import triples_of


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a vocabulary."""

    name: str
    concepts: int
    found: tuple[Found, ...]

    @property
    def counts(self) -> dict[tuple[Severity, str], int]:
        """How often each check found something, the gravest first."""
        order = list(Severity)
        counted = Counter((each.severity, each.check) for each in self.found)
        return dict(sorted(counted.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1])))

    def has(self, severity: Severity) -> bool:
        """Whether anything of a severity was found."""
        return any(each.severity is severity for each in self.found)


def check(
    name: str,
    lines: list[bytes],
    *,
    profile: Path | None = None,
    second_opinion: bool = False,
    others: Iterable[dict[str, Said]] = (),
    overlay: Path | None = None,
) -> Report:
    """Check a vocabulary.

    :param lines: its statements as N-Triples lines.
    :param profile: shapes that are to be checked instead of ours: only whether the vocabulary follows them is asked then.
    :param second_opinion: whether Skosify is asked too.
    :param others: concepts of vocabularies that it may match.
    """
    triples = triples_of(lines)
    concepts = concepts_of(triples)
    if profile is not None:
        return Report(name, len(concepts), tuple(sorted(set(profile_checks(lines, profile)))))
    found = {*shape_checks(lines, overlay), *query_checks(triples), *target_checks(concepts, others)}
    if second_opinion:
        found |= set(skosify_checks(lines))
    return Report(name, len(concepts), tuple(sorted(found)))
