"""What a set of data sets together allows and demands: the policies of their licences (ODRL, <https://www.w3.org/TR/odrl-model/>) combined.

A duty of one is a duty of all; what one prohibits is prohibited; what only some permit is not permitted. A data set without a known licence
permits nothing that we could tell: openness is never claimed for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.link.tables import read_table
from kg.namespaces import BASE, DT, ODRL

#: Most restrictive first (`mappings/tables/access-patterns.csv` gives the finer conditions).
_ACCESS: Final = ("non-public", "restricted", "public")
_SHARE_ALIKE: Final = "ShareAlike"
_DERIVE: Final = "derive"


@dataclass(frozen=True, slots=True)
class Policy:
    """What one licence allows, demands and prohibits, as the names of actions."""

    permissions: frozenset[str] = frozenset()
    duties: frozenset[str] = frozenset()
    prohibitions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of one data set: licence concept (or nothing), access condition concept (or nothing)."""

    dataset: str
    licence: str = ""
    access: str = ""


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of reusing several data sets together.

    :ivar unknown: data sets whose licence is not known: their conditions have to be asked for.
    :ivar conflicts: licences of which each wants what is derived under itself.
    :ivar access: the most restrictive access condition; `unknown` where any is not known.
    """

    permissions: tuple[str, ...]
    duties: tuple[str, ...]
    prohibitions: tuple[str, ...]
    access: str
    unknown: tuple[str, ...]
    conflicts: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether all may be reused by anyone: every licence is known, nothing is prohibited, access is public."""
        return (
            not self.unknown and not self.prohibitions and not self.conflicts and self.access == "public" and "derive" in self.permissions
        )


def read_policies(path: Path) -> dict[str, Policy]:
    """Policies by licence concept, from our licence thesaurus.

    :raises VocabularyError: when the file is no Turtle.
    """
    actions: dict[str, set[str]] = defaultdict(set)
    links: dict[tuple[str, str], list[str]] = defaultdict(list)
    rules: dict[str, str] = {}
    try:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                subject, value = quad.subject.value, quad.object.value
                if quad.predicate == ODRL.action:
                    actions[subject].add(value.rpartition("/")[2].rpartition("#")[2])
                elif quad.predicate == DT.rules:
                    rules[subject] = value
                else:
                    links[subject, quad.predicate.value].append(value)
    except SyntaxError as error:
        raise VocabularyError(f"no Turtle: {error}", where=str(path)) from error

    def of(policy: str, predicate: ox.NamedNode) -> list[str]:
        return links[policy, predicate.value]

    found = {}
    for licence, policy in rules.items():
        permissions = of(policy, ODRL.permission)
        duties = [duty for each in (*permissions, policy) for duty in of(each, ODRL.duty)]
        parts = (permissions, duties, of(policy, ODRL.prohibition))
        found[licence] = Policy(*(frozenset(action for node in nodes for action in actions[node]) for nodes in parts))
    return found


def combined(terms: Sequence[Terms], policies: Mapping[str, Policy]) -> Conditions:
    """The conditions of all data sets together.

    >>> policies = {"by": Policy(frozenset({"derive"}), frozenset({"attribute"}))}
    >>> combined([Terms("a", "by", "public"), Terms("b")], policies).permissions
    ()
    """
    known = [policies[each.licence] for each in terms if each.licence in policies]
    unknown = tuple(each.dataset for each in terms if each.licence not in policies)
    permissions = frozenset.intersection(*(policy.permissions for policy in known)) if known and not unknown else frozenset()
    prohibitions = frozenset(action for policy in known for action in policy.prohibitions)
    alike = sorted({each.licence for each in terms if _SHARE_ALIKE in policies.get(each.licence, Policy()).duties})
    conflicts = tuple(alike) if len(alike) > 1 else ()
    if conflicts:
        permissions -= {_DERIVE}
    return Conditions(
        permissions=tuple(sorted(permissions - prohibitions)),
        duties=tuple(sorted({action for policy in known for action in policy.duties})),
        prohibitions=tuple(sorted(prohibitions)),
        access=_access([each.access for each in terms]),
        unknown=unknown,
        conflicts=conflicts,
    )


def _access(conditions: Iterable[str]) -> str:
    """The most restrictive condition; one that is not known leaves it open what holds, unless another restricts already."""
    levels = [_level(condition) for condition in conditions]
    if "non-public" in levels or "restricted" in levels:
        return next(level for level in _ACCESS if level in levels)
    return "public" if levels and all(level == "public" for level in levels) else "unknown"


def strictest(conditions: Iterable[str]) -> str:
    """Of several access conditions of one data set the most restrictive, or nothing."""
    ranked = sorted(conditions, key=lambda condition: (_ACCESS.index(level) if (level := _level(condition)) in _ACCESS else 1, condition))
    return ranked[0] if ranked else ""


@cache
def _levels() -> dict[str, str]:
    return {row["concept"]: row["access"].lower().replace("_", "-") for row in read_table("access-patterns.csv")}


def _level(condition: str) -> str:
    slug = condition.removeprefix(f"{BASE}access/")
    return _levels().get(slug, slug if slug in _ACCESS else "unknown")


def told(conditions: Conditions, language: str) -> list[str]:
    """The conditions in lines for people.

    :param language: `en` or `fr`.
    """
    words = {row["action"]: row[language] for row in read_table("reuse-actions.csv")}
    heads = _HEADS[language]
    lines = []
    for name in ("permissions", "duties", "prohibitions"):
        actions = getattr(conditions, name)
        lines.append(f"{heads[name]}: {', '.join(words.get(action, action) for action in actions) or heads['none']}")
    lines.append(f"{heads['access']}: {heads[conditions.access]}")
    if conditions.unknown:
        lines.append(f"{heads['unknown licence']}: {', '.join(conditions.unknown)}")
    if conditions.conflicts:
        lines.append(f"{heads['conflicts']}: {', '.join(conditions.conflicts)}")
    return lines


_HEADS: Final = {
    "en": {
        "permissions": "allowed",
        "duties": "demanded",
        "prohibitions": "prohibited",
        "none": "nothing that is known",
        "access": "access",
        "public": "public",
        "restricted": "restricted",
        "non-public": "not public",
        "unknown": "not known for all",
        "unknown licence": "no licence is known of, ask the provider",
        "conflicts": "derived works cannot satisfy at once",
    },
    "fr": {
        "permissions": "permis",
        "duties": "exigé",
        "prohibitions": "interdit",
        "none": "rien de connu",
        "access": "accès",
        "public": "public",
        "restricted": "restreint",
        "non-public": "non public",
        "unknown": "inconnu pour certains",
        "unknown licence": "aucune licence connue, demander au fournisseur, pour",
        "conflicts": "une œuvre dérivée ne peut satisfaire à la fois",
    },
}
