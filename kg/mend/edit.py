"""Edits: what is written where in a text, so that all else of it stays as it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """From `start` to `end` (characters of the text as it was) stands `text` now; nothing is taken out where both are the same."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits; an edit that is given twice is made once, and several at one place stand in the order given.

    :raises ValueError: when two edits change the same characters.

    >>> applied("date: 2004/02/29", [Edit(10, 11, "-"), Edit(13, 14, "-")])
    'date: 2004-02-29'
    """
    parts, at = [], 0
    for edit in sorted(dict.fromkeys(edits), key=lambda each: (each.start, each.end)):
        if edit.start < at:
            raise ValueError(f"two edits of the characters {edit.start} to {at}")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])
