"""Names of instruments and platforms: makers and models with their classes, satellites and their sensors as records abbreviate them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg.link.normalise import fold
from kg.link.tables import read_patterns
from kg.model import TermKind

_MODEL: Final = "equipment-models.csv"
_NUMBERED: Final = {TermKind.PLATFORM: "satellites.csv", TermKind.INSTRUMENT: "sensors.csv"}
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5"}


@dataclass(frozen=True, slots=True)
class Model:
    """A maker's model: the name to look for, where the table has one, and its classes, the narrowest first."""

    words: str
    name: str
    classes: tuple[str, ...]


@cache
def _models() -> tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]:
    return tuple((pattern, row["name"], tuple(row["class"].split("|"))) for row, pattern in read_patterns(_MODEL))


def model_of(text: str) -> Model | None:
    """The model that a string names.

    >>> model_of("Capteur de pression Vaisala PMT16A").classes[0], model_of("anémomètre sonic CSAT3").classes[0]
    ('barometers', 'sonic anemometer')
    """
    folded = fold(text)
    for pattern, name, classes in _models():
        if found := pattern.search(folded):
            return Model(found.group(), name, classes)
    return None


@cache
def _named(kind: TermKind) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((pattern, row["name"]) for row, pattern in read_patterns(_NUMBERED[kind]))


def full_names(text: str, kind: TermKind) -> Iterator[str]:
    """The full names for which an abbreviated one may stand.

    >>> list(full_names("S2B", TermKind.PLATFORM)), list(full_names("METEOSAT05", TermKind.PLATFORM))
    (['Sentinel-2B'], ['METEOSAT-5'])
    """
    if kind not in _NUMBERED:
        return
    folded = fold(text)
    for pattern, name in _named(kind):
        if found := pattern.fullmatch(folded):
            expanded = found.expand(name) if found.re.groups else name
            yield expanded.upper() if found.group().isupper() else _with_letter(expanded)


def _with_letter(name: str) -> str:
    """A letter that tells one satellite of a family from another is written large: Sentinel-2B."""
    return re.sub(r"(?<=\d)[a-z]$|(?<=-)[a-z]$", lambda found: found.group().upper(), name)


def number_variants(text: str) -> Iterator[str]:
    """A name with its number in other figures: ADEOS-1 and ADEOS-I; the first of a series is often written without one.

    >>> list(number_variants("GOSAT-1")), list(number_variants("HRV1"))
    (['gosat', 'gosat i'], ['hrv'])
    """
    words = re.sub(r"(?<=[a-z])(?=\d)", " ", fold(text)).split()
    if len(words) < 2:
        return
    if words[-1] in {"1", "01", "i"}:
        yield " ".join(words[:-1])
    if " " in fold(text):
        for roman, figure in _ROMAN.items():
            if words[-1] == figure:
                yield " ".join([*words[:-1], roman])
            elif words[-1] == roman and len(words[-1]) > 1:
                yield " ".join([*words[:-1], figure])
