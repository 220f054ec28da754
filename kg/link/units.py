"""Dimensions of units (of the SI, in the notations of UDUNITS, UCUM and records): a unit that cannot belong to a concept refuses it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from kg.link.normalise import fold
from kg.link.tables import read_table

#: Exponents of metre, kilogram, second, kelvin, mole, ampere, candela.
Dimension = tuple[int, ...]
_NONE: Final[Dimension] = (0, 0, 0, 0, 0, 0, 0)
_FACTOR = re.compile(r"([A-Za-zµμ°%‰Ω'\"]+)\s*(?:\^|\*\*)?\s*([+-]?\d+)?")
_BRACKET = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_POWER_BEFORE = re.compile(r"\b(square|cubic)\s+([A-Za-z]+)", re.IGNORECASE)
_POWER_AFTER = re.compile(r"\b([A-Za-z]+)\s+(squared|cubed)\b", re.IGNORECASE)
_POWERS: Final = {"square": 2, "squared": 2, "cubic": 3, "cubed": 3}
_SUPER: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−·×", "0123456789-+-..")
_PREFIXES: Final = ("da", "micro", "milli", "kilo", "hecto", "centi", "nano", "pico", "mega", "giga", *"yzafpnuµμmcdhkMGTP")


@cache
def _table() -> dict[str, Dimension]:
    return {row["unit"]: tuple(int(each) for each in row["dimension"].split()) for row in read_table("units.csv")}


@cache
def _quantities() -> dict[str, tuple[Dimension, ...]]:
    """Dimensions that a quantity may have, by the word that names it."""
    found = {}
    for row in read_table("quantity-units.csv"):
        found[row["word"]] = tuple(dimension for unit in row["units"].split("|") if (dimension := dimension_of(unit)) is not None)
    return found


@lru_cache(maxsize=20_000)
def dimension_of(unit: str) -> Dimension | None:
    """The dimension of a unit, or nothing where it is not understood.

    >>> dimension_of("milligramsPerLiter") == dimension_of("kilograms per cubic metre") == dimension_of("kg m-3")
    True
    >>> dimension_of("µmol/kg") == dimension_of("mol kg-1"), dimension_of("degC (ITS-90)") == dimension_of("K"), dimension_of("furlong?")
    (True, True, None)
    """
    text = _in_figures(_BRACKET.sub(" ", unit.translate(_SUPER)).strip())
    if text in ("", "1", "-", "%", "‰") or _table().get(text.casefold()) == _NONE:
        return _NONE
    total = [0] * 7
    numerator, *denominators = re.split(r"/|\bper\b", text)
    for sign, part in ((1, numerator), *((-1, each) for each in denominators)):
        rest = _FACTOR.sub(" ", part)
        if re.sub(r"[\d.,*\s+-]", "", rest):
            return None
        for name, exponent in _FACTOR.findall(part):
            base = _base(name)
            if base is None:
                return None
            total = [have + sign * int(exponent or 1) * each for have, each in zip(total, base, strict=True)]
    return tuple(total)


def _in_figures(text: str) -> str:
    """A unit in words with its powers as figures, as data packages write them: `milligramsPerLiter`, `kilograms per cubic metre`."""
    if "Per" in text:
        text = _CAMEL.sub(" ", text).replace("Per ", "per ")
    text = _POWER_BEFORE.sub(lambda found: f"{found.group(2)}{_POWERS[found.group(1).lower()]}", text)
    return _POWER_AFTER.sub(lambda found: f"{found.group(1)}{_POWERS[found.group(2).lower()]}", text)


def _base(name: str) -> Dimension | None:
    table = _table()
    for spelled in (name, name.casefold()):
        if spelled in table:
            return table[spelled]
        if spelled.endswith("s") and spelled[:-1] in table and len(spelled) > 4:
            return table[spelled[:-1]]
    singular = name[:-1].casefold() if len(name) > 5 and name.endswith("s") else name
    for prefix in _PREFIXES:
        for spelled in (name, singular):
            if spelled.startswith(prefix) and (rest := spelled[len(prefix) :]) in table:
                return table[rest]
    return None


def can_belong(unit: str | None, canonical: str = "", label: str = "") -> bool:
    """Whether a term with a unit may mean a concept: by the concept's canonical unit, else by the quantity that its label names.

    What is not understood is no reason against.

    >>> can_belong("umol/kg", "mol kg-1"), can_belong("umol/kg", "mol m-3"), can_belong("volt", label="AIR TEMPERATURE")
    (True, False, False)
    """
    given = dimension_of(unit) if unit else None
    if given is None:
        return True
    if canonical:
        wanted = dimension_of(canonical)
        return wanted is None or wanted == given
    for word in reversed(fold(label).split()):
        if allowed := _quantities().get(word):
            return given in allowed
    return True
