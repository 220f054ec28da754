"""Every word that a page says, in English and French, from one file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from api.negotiation import LANGUAGES

MESSAGES: Final = Path(__file__).parent / "messages.yaml"
_NARROW_BLANK: Final = "\u202f"


@cache
def messages() -> dict[str, dict[str, str]]:
    """The table: key, language, text."""
    table: dict[str, dict[str, str]] = yaml.safe_load(MESSAGES.read_text("utf-8"))
    return table


class Words:
    """The words of one language.

    >>> Words("fr").number(12345)
    '12\\u202f345'
    """

    def __init__(self, language: str) -> None:
        assert language in LANGUAGES
        self.language = language

    def __call__(self, key: str, n: int | None = None, **values: object) -> str:
        """A text by its key. With `n`, the key's form `.one` or `.other`, in which `{n}` is the number.

        :raises KeyError: when the table has no such key.
        """
        if n is not None:
            key += ".one" if n == 1 or (n == 0 and self.language == "fr") else ".other"
            values["n"] = self.number(n)
        return self.filled(key, values)

    def filled(self, key: str, values: Mapping[str, object]) -> str:
        """A text by its key, with these values in its braces."""
        text = messages()[key][self.language]
        return text.format(**values) if values else text

    def either(self, key: str, otherwise: str) -> str:
        """A text by its key, or another where the table has none."""
        return messages().get(key, {}).get(self.language, otherwise)

    def number(self, value: float) -> str:
        """A number as the language writes it, with up to four decimals."""
        text = f"{value:,.4f}".rstrip("0").rstrip(".")
        return text if self.language == "en" else text.replace(",", _NARROW_BLANK).replace(".", ",")

    def latitude(self, value: float) -> str:
        """A latitude with its hemisphere.

        >>> Words("fr").latitude(-45.5)
        '45,5° S'
        """
        return self._degrees(value, "south", "north")

    def longitude(self, value: float) -> str:
        """A longitude with its hemisphere."""
        return self._degrees(value, "west", "east")

    def _degrees(self, value: float, below: str, above: str) -> str:
        letter = self("place." + (below if value < 0 else above)) if value else ""
        return f"{self.number(abs(value))}° {letter}".strip()

    def date(self, text: str) -> str:
        """A date as given (`2001`, `2001-05`, `2001-05-31`, with or without time) as the language writes it.

        >>> Words("en").date("2001-05-31T00:00:00Z")
        '31 May 2001'
        """
        year, _, rest = text.partition("T")[0].partition("-")
        month, _, day = rest.partition("-")
        if not (year.isdigit() and (not rest or month in _MONTHS)):
            return text
        name = self("month." + month) if rest else ""
        first = "1er" if day[:2] == "01" and self.language == "fr" else day[:2].lstrip("0")
        return " ".join(part for part in (first, name, year) if part)

    def period(self, start: str, end: str) -> str:
        """A period as the language writes it; without an end it goes on, and start and end that are equal are one time.

        >>> Words("fr").period("1997-07-28", "")
        'depuis le 28 juillet 1997'
        """
        if not start or not end:
            key, given = ("period.since", start) if start else ("period.until", end)
            return self(f"{key}.day" if given.count("-") > 1 else f"{key}.year", date=self.date(given))
        return self.date(start) if start == end else f"{self.date(start)} – {self.date(end)}"

    def size(self, count: int) -> str:
        """A size in bytes, in the unit that suits it."""
        value, unit = float(count), 0
        while value >= 1000 and unit < len(_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        return f"{self.number(round(value, 1))} {self('unit.' + _UNITS[unit])}"


_MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
_UNITS = ("byte", "kb", "mb", "gb", "tb")
