"""Repairs as data: what is changed, where, from what to what, and on whose word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kg.mend.edit import Edit


@dataclass(frozen=True, slots=True)
class Why:
    """The accepted mapping on which a repair stands (SSSOM: <https://w3id.org/sssom/Mapping>), with the concept's names by language."""

    words: str
    concept: str
    label: Mapping[str, str]
    predicate: str
    confidence: float
    justification: str
    author: str
    rule: str


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair.

    :param code: what it repairs: the code of a problem, or the kind of link that is written (`keyword.iri`, `licence.iri`...).
    :param place: where in the native, for people.
    :param said: in words, by language.
    :param why: the mappings that it writes down; none where it repairs a value.
    :param writes: IRIs that the record must then give, each with the concept that it must then be linked to.
    :param replaces: texts and things of the graph that may be gone afterwards, since the repair puts others in their place.
    """

    code: str
    place: str
    before: str
    after: str
    said: Mapping[str, str]
    why: tuple[Why, ...] = ()
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    writes: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    replaces: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """Something that could have been repaired and was not, with the reason in words by language."""

    code: str
    place: str
    before: str
    said: Mapping[str, str]


class Result(StrEnum):
    """What became of a file."""

    MENDED = "mended"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Mended:
    """A file as it is given back.

    :param body: its bytes; those that came in where nothing is mended.
    :param difference: between both as a unified diff of their lines.
    :param why_not: of a file that is refused, by language.
    """

    location: str
    result: Result
    body: bytes = field(repr=False)
    format: str = ""
    repairs: tuple[Repair, ...] = ()
    left: tuple[Left, ...] = ()
    difference: str = field(default="", repr=False)
    why_not: Mapping[str, str] = field(default_factory=dict)
