"""Values of which one reading only is possible: dates, boxes and languages as they are meant. What has two readings is for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kg.crosswalk.values import decimal_text, parse_date

_ORDERED: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$", re.ASCII)
_REVERSED: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$", re.ASCII)
_IN_WORDS: Final = re.compile(r"(?:(\d{1,2})(?:er|st|nd|rd|th)?\s+)?([^\W\d_]{3,9})\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?,)?\s+(\d{4})$")
_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            *("january janvier jan", "february février fevrier feb", "march mars mar", "april avril apr", "may mai", "june juin jun"),
            *("july juillet jul", "august août aout aug", "september septembre sep", "october octobre oct"),
            *("november novembre nov", "december décembre decembre dec"),
        ),
        1,
    )
    for name in names.split()
}


def certain_date(text: str) -> str | None:
    """A date that is written in another way than ISO 8601 has it; `None` where it may be read in two ways, or is none that exists.

    >>> certain_date("2010/02/24"), certain_date("24/02/2010"), certain_date("3 mars 2010"), certain_date("March 2010")
    ('2010-02-24', '2010-02-24', '2010-03-03', '2010-03')
    >>> certain_date("03/04/2010") is certain_date("2010-13-45") is certain_date("Yesterday") is None
    True
    """
    text = text.strip()
    if found := _ORDERED.match(text):
        return _existing(int(found[1]), int(found[2]), int(found[3]))
    if found := _REVERSED.match(text):
        return _only_order(int(found[1]), int(found[2]), int(found[3]))
    if found := _IN_WORDS.match(text):
        month = _MONTHS.get(found[2].casefold())
        day = found[1] or found[3]
        return _existing(int(found[4]), month, int(day) if day else None) if month and not (found[1] and found[3]) else None
    return None


def _only_order(first: int, second: int, year: int) -> str | None:
    """Day and month in the only order in which they are a date; the same number for both has one order."""
    dates = {each for each in (_existing(year, second, first), _existing(year, first, second)) if each}
    return dates.pop() if len(dates) == 1 else None


def _existing(year: int, month: int, day: int | None) -> str | None:
    written = f"{year:04}-{month:02}" + (f"-{day:02}" if day else "")
    return written if parse_date(written) else None


@dataclass(frozen=True, slots=True)
class Box:
    """Its four numbers as they are written, and as they should be, in the order west, south, east, north; `code` is what was wrong."""

    code: str
    edges: tuple[str, str, str, str]


def certain_box(edges: tuple[str, str, str, str], numbers: tuple[Decimal, Decimal, Decimal, Decimal]) -> Box | None:
    """A box as it is meant, where the one that is written cannot be; `None` where it can, or where several are possible.

    >>> box = lambda *edges: certain_box(edges, tuple(map(Decimal, edges)))
    >>> box("230.0", "-30", "250", "-20").edges
    ('-130', '-30', '-110', '-20')
    >>> box("-12.5", "141", "-10", "145").code, box("2", "48", "3", "41").edges, box("3", "48", "2", "41") is None
    ('place-latitude', ('2', '41', '3', '48'), True)
    """
    west, south, east, north = numbers
    latitudes = all(abs(each) <= 90 for each in (south, north))
    if latitudes and min(west, east) >= 0 and 180 < max(west, east) <= 360 and south <= north:
        if abs(east - west) >= 360:
            return Box("place.longitude-360", ("-180", edges[1], "180", edges[3]))
        return Box("place.longitude-360", (_half_turn(edges[0], west), edges[1], _half_turn(edges[2], east), edges[3]))
    if latitudes and north < south and west <= east and west >= -180 and east <= 180:
        return Box("place-south-north", (edges[0], edges[3], edges[2], edges[1]))
    # one number out of range may be a slip of the pen; two that fit the other axis are not
    exchanged = 90 < abs(south) <= 180 and 90 < abs(north) <= 180 and south <= north and min(west, east) >= -90 and west <= east <= 90
    if exchanged:
        return Box("place-latitude", (edges[1], edges[0], edges[3], edges[2]))
    return None


def _half_turn(written: str, number: Decimal) -> str:
    return decimal_text(number - 360) if number > 180 else written
