"""Names of columns read by their grammar: quantity, then height or depth, replicate, statistic, method, in any order after it.

The quantities stand in `mappings/tables/abbreviations.csv`. What a column says of the logger or of quality is no quantity at all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Final

from kg.link.normalise import fold
from kg.link.tables import read_table

_PARTS = re.compile(r"[_.\-/ ]+|(?<=[a-z])(?=[A-Z])")
_COLUMN = re.compile(r"[A-Za-zα-ωΑ-Ω0-9*+()δΔ]{1,24}(?:[_.\-][A-Za-z0-9*+]{1,16}){0,6}")
_URN = re.compile(r"(?:urn:)?sdn:(?:r03|p0[129]|p04):[^:]*:(\w+)", re.IGNORECASE)
_PLAIN: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789+-0123456789")


@cache
def _parts_of_names() -> dict[str, frozenset[str]]:
    """Parts of columns' names by what they do (`mappings/tables/column-parts.csv`)."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in read_table("column-parts.csv"):
        found[row["role"]].update(row["parts"].split())
    return {role: frozenset(parts) for role, parts in found.items()}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for: phrases, the best first. `where` is `any` for an abbreviation that is also a word by itself."""

    phrases: tuple[str, ...]
    where: str


@cache
def _table() -> tuple[dict[str, Meaning], dict[str, Meaning]]:
    """Meanings by the code as written, and by the code in lower case where capitals do not count."""
    exact: dict[str, Meaning] = {}
    lower: dict[str, Meaning] = defaultdict()
    for row in read_table("abbreviations.csv"):
        meaning = Meaning(tuple(row["means"].split("|")), row["where"])
        exact.setdefault(_key(row["code"]), meaning)
        if row["case"] == "any":
            lower.setdefault(_key(row["code"]).casefold(), meaning)
    return exact, lower


def _key(code: str) -> str:
    return re.sub(r"[_\- ]+", "_", code.translate(_PLAIN).strip())


def meaning_of(code: str, *, column: bool) -> Meaning | None:
    """What a code as a whole stands for.

    :param column: the code is the name of a variable, so that codes count which are words elsewhere.

    >>> meaning_of("CO₂", column=False).phrases, meaning_of("ta", column=False)
    (('carbon dioxide',), None)
    """
    exact, lower = _table()
    key = _key(code)
    found = exact.get(key) or lower.get(key.casefold())
    return found if found and (column or found.where == "any") else None


def looks_like_column(text: str) -> bool:
    """Whether a string is written as the name of a column.

    >>> looks_like_column("TA_EC"), looks_like_column("soil moisture"), looks_like_column("Hs")
    (True, False, True)
    """
    if not _COLUMN.fullmatch(text):
        return False
    return "_" in text or any(each.isdigit() for each in text) or text.isupper() or len(text) <= 4 or bool(re.search("[a-z][A-Z]", text))


def is_not_measured(text: str) -> bool:
    """Whether a column's name says that it holds quality, errors, or what the logger notes of itself.

    >>> is_not_measured("SDN:R03::FIT_ERROR_NITRATE"), is_not_measured("Batt"), is_not_measured("TA_EC")
    (True, True, False)
    """
    code = _code(text)
    if not _COLUMN.fullmatch(code):
        return False
    parts = [part.casefold().rstrip("0123456789") for part in _PARTS.split(code) if part]
    roles = _parts_of_names()
    return any(part in roles["note"] or (len(parts) > 1 and part in roles["note in company"]) for part in parts)


def _code(text: str) -> str:
    found = _URN.fullmatch(text.strip())
    return found.group(1) if found else text.translate(_PLAIN).strip()


def column_meaning(text: str) -> tuple[Meaning, str] | None:
    """What the name of a column stands for, with the part of it that says so.

    >>> column_meaning("TA_EC")[0].phrases[0], column_meaning("Ts_C_5_Avg")[0].phrases[0], column_meaning("LE_filled_OP")[1]
    ('air temperature', 'soil temperature', 'LE')
    """
    code = _code(text)
    if not looks_like_column(code) or is_not_measured(text):
        return None
    if whole := meaning_of(code, column=True):
        return whole, code
    parts = [part for part in _PARTS.split(code) if part]
    for length in range(len(parts), 0, -1):
        head = "_".join(parts[:length])
        if not all(_is_added(part) for part in parts[length:]):
            continue
        if meaning := meaning_of(head, column=True):
            return meaning, head
        # a number at the end counts sensors; but not of a formula: CO3 is no third CO
        meaning = meaning_of(head.rstrip("0123456789"), column=True)
        if meaning and meaning.where == "column":
            return meaning, head.rstrip("0123456789")
    return None


def _is_added(part: str) -> bool:
    """A height, a depth, a replicate, a statistic, a method, or the model of the sensor (which has a number)."""
    folded = fold(part)
    return folded in _parts_of_names()["added"] or len(folded) <= 1 or any(each.isdigit() for each in folded)
