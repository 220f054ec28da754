"""Boxes on a round Earth and dates as numbers: what the index compares."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.dataset import Box, Period

#: Before every date and after every date: open ends. Both fit a signed 64-bit integer of the index.
EVER, NEVER_ENDING = -(10**15), 10**15

_DATE = re.compile(r"(-?\d{4,9})(?:-(\d\d)(?:-(\d\d))?)?(?![\d-])")


def date_key(text: str, *, last: bool = False) -> int | None:
    """A date as a number that sorts as the date does (`year * 10000 + month * 100 + day`), or none where the text is no date.

    A year or month stands for its first day, or with `last` for its last. Years before 1 CE sort right too (ISO 8601, 4.3.2).

    >>> date_key("2001-05"), date_key("2001-05", last=True), date_key("-11700") < date_key("-0001")
    (20010501, 20010531, True)
    """
    found = _DATE.match(text.strip())
    if not found:
        return None
    month, day = (int(part) if part else (12, 31)[place] if last else 1 for place, part in enumerate(found.groups()[1:]))
    return int(found[1]) * 10_000 + month * 100 + day


def period_keys(period: Period) -> tuple[int, int] | None:
    """First and last day of a period; an open end is `EVER` or `NEVER_ENDING`. None where neither end is a date."""
    start, end = date_key(period.start), date_key(period.end, last=True)
    if start is None and end is None:
        return None
    return (EVER if start is None else start, NEVER_ENDING if end is None else end)


def year(key: int) -> int:
    """The year of a date key.

    >>> year(20010531), year(date_key("-11700"))
    (2001, -11700)
    """
    return key // 10_000


def unwrapped(box: Box) -> tuple[float, float]:
    """West and east with east >= west: 360 is added to the east of a box that crosses the antimeridian."""
    return box.west, box.east if box.east >= box.west else box.east + 360


def intersects(one: Box, other: Box) -> bool:
    """Whether two boxes share a point; edges that touch do.

    >>> intersects(Box(170, -20, -170, -10), Box(-175, -15, -174, -14))
    True
    """
    if one.south > other.north or other.south > one.north:
        return False
    (west, east), (left, right) = unwrapped(one), unwrapped(other)
    return any(west <= right + turn and east >= left + turn for turn in (-360, 0, 360))


def envelope(boxes: Sequence[Box]) -> Box | None:
    """The smallest box around boxes, which may cross the antimeridian; none of none.

    The widest part of the circle that no box covers stays outside.

    >>> envelope([Box(1.6, 9.7, 1.6, 9.7)])
    Box(west=1.6, south=9.7, east=1.6, north=9.7)
    >>> envelope([Box(177, -20, 180, -16), Box(-180, -20, -178, -16)])
    Box(west=177, south=-20, east=-178, north=-16)
    """
    if not boxes:
        return None
    arcs = sorted((*unwrapped(box), box.west, box.east) for box in boxes)
    first = arcs[0][0]
    reach, edge = max((first, first), *((end - 360, east) for _, end, _, east in arcs))
    gap, left, right = 0.0, -180.0, 180.0
    # Round the circle to the first box again. Edges are kept as they were given: sums of fractions are not exact.
    for start, end, west, east in [*arcs, (first + 360, first, first, first)]:
        if start - reach > gap:
            gap, left, right = start - reach, west, edge
        reach, edge = max((reach, edge), (end, east))
    return Box(left, min(box.south for box in boxes), right, max(box.north for box in boxes))
