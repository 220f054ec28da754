"""Boxes on a round Earth, and dates that sort."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.dataset import Box, Period
from kg.search.extent import EVER, NEVER_ENDING, date_key, envelope, intersects, period_keys

LONGITUDES = st.integers(-180, 180)
BOXES = st.builds(
    lambda west, east, south, height: Box(west, south, east, min(90, south + height)),
    LONGITUDES,
    LONGITUDES,
    st.integers(-90, 90),
    st.integers(0, 60),
)


@given(st.lists(BOXES, min_size=1, max_size=6), BOXES)
def test_what_meets_a_box_meets_the_envelope(boxes: list[Box], other: Box) -> None:
    around = envelope(boxes)
    assert around is not None
    if any(intersects(box, other) for box in boxes):
        assert intersects(around, other)


@given(BOXES, BOXES)
def test_meeting_is_mutual(one: Box, other: Box) -> None:
    assert intersects(one, other) == intersects(other, one)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([Box(-180, -90, 180, 90)], Box(-180, -90, 180, 90)),
        ([Box(177, -20, 180, -16), Box(-180, -20, -178, -16)], Box(177, -20, -178, -16)),
        ([Box(-61.9, 15.8, -61.0, 16.6), Box(55.2, -21.4, 55.9, -20.8)], Box(-61.9, -21.4, 55.9, 16.6)),
        ([Box(140, -45, -70, 35)], Box(140, -45, -70, 35)),
    ],
)
def test_the_envelope_is_the_smallest(boxes: list[Box], expected: Box) -> None:
    assert envelope(boxes) == expected


def test_open_ends() -> None:
    assert period_keys(Period("1997", "", "")) == (19970101, NEVER_ENDING)
    assert period_keys(Period("", "2001-05", "")) == (EVER, 20010531)
    assert period_keys(Period("", "", "campagne d'été")) is None


def test_years_before_our_era_sort() -> None:
    keys = [date_key(text) for text in ("-11700", "-0044-03-15", "0001", "1999-12-31", "2000-01-01T00:00:00Z")]
    assert keys == sorted(key for key in keys if key is not None)
