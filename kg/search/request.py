"""What may be asked of the index, and the sentences for what may not."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final

from kg.dataset import Box
from kg.errors import QueryError
from kg.search.extent import EVER, NEVER_ENDING, date_key
from kg.search.words import clean

#: How far a list can be paged through; beyond it a query, not a longer list, helps.
FURTHEST: Final = 10_000
LONGEST_PAGE: Final = 200
#: The value of `kind` that asks for data sets, services, instruments, platforms and projects alike; without one, things are left out.
ANY_KIND: Final = "any"
#: Longer questions are cut: nobody types them.
LONGEST_QUESTION: Final = 1_000

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "bbox": (
        "'{value}' is not a box: give west,south,east,north in degrees, as in -5.2,47.2,-1.0,48.9 (west may be greater than east across "
        "the antimeridian).",
        "« {value} » n'est pas une emprise : donnez ouest,sud,est,nord en degrés, comme -5.2,47.2,-1.0,48.9 (ouest peut dépasser est à "
        "l'antiméridien).",
    ),
    "date": (
        "'{value}' is not a date: give a year, a month or a day, as in 2001, 2001-05 or 2001-05-31.",
        "« {value} » n'est pas une date : donnez une année, un mois ou un jour, comme 2001, 2001-05 ou 2001-05-31.",
    ),
    "order": ("The period ends ({value}) before it starts.", "La période se termine ({value}) avant de commencer."),
    "limit": (
        "'{value}' is not a length of page: give a number from 0 to {most}.",
        "« {value} » n'est pas une longueur de page : donnez un nombre de 0 à {most}.",
    ),
    "offset": (
        "'{value}' is not a place in the list: give a number from 0 to {most}; narrow the search to see what is beyond.",
        "« {value} » n'est pas un rang dans la liste : donnez un nombre de 0 à {most} ; précisez la recherche pour voir au-delà.",
    ),
    "sort": ("'{value}' is not an order: give one of {choices}.", "« {value} » n'est pas un ordre de tri : donnez l'un de {choices}."),
}


class RequestError(QueryError):
    """A parameter of a search has a value that cannot be used; `english` and `french` say so to people."""

    def __init__(self, parameter: str, problem: str, value: object, **values: object) -> None:
        self.parameter = parameter
        shown = str(value)[:100]
        self.english, self.french = (sentence.format(value=shown, **values) for sentence in _SENTENCES[problem])
        super().__init__(self.english, where=parameter)

    def sentence(self, language: str) -> str:
        """The sentence for a reader."""
        return self.french if language == "fr" else self.english


class Sort(StrEnum):
    """Order of the hits. Without words to search for, *relevance* is newest first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search, with values as people give them; `bounds` and `window` read box and dates.

    Without a `kind`, data sets are looked for (with series and services); `any` looks for instruments, platforms and projects too.
    With `mentioned`, data sets are found too that only name a variable, instrument or platform in title or description.
    Values of facets are short names (`odatis`, `air-temperature`), IRIs, `unmapped` or `missing`. Several values of one facet: any of them.

    :raises RequestError: at once, when a value cannot be used.
    """

    q: str = ""
    pole: tuple[str, ...] = ()
    centre: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    variable: tuple[str, ...] = ()
    instrument: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    openness: tuple[str, ...] = ()
    bbox: str = ""
    start: str = ""
    end: str = ""
    language: str = "en"
    limit: int = 20
    offset: int = 0
    sort: str = Sort.RELEVANCE
    expand: bool = True
    mentioned: bool = False
    facets: bool = True
    bounds: Box | None = field(init=False, default=None)
    window: tuple[int, int] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        for given in fields(self):
            value = getattr(self, given.name)
            if isinstance(value, str):
                object.__setattr__(self, given.name, clean(value).strip())
            elif isinstance(value, tuple):
                object.__setattr__(self, given.name, tuple(clean(one).strip() for one in value if one.strip()))
        object.__setattr__(self, "q", self.q[:LONGEST_QUESTION])
        _check_number("limit", self.limit, LONGEST_PAGE)
        _check_number("offset", self.offset, FURTHEST)
        if self.sort not in set(Sort):
            raise RequestError("sort", "sort", self.sort, choices=", ".join(Sort))
        object.__setattr__(self, "bounds", parse_bbox(self.bbox) if self.bbox else None)
        object.__setattr__(self, "window", _window(self.start, self.end))


def _check_number(parameter: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        raise RequestError(parameter, parameter, value, most=most)


_NUMBER: Final = re.compile(r"[+-]?(\d{1,3})(\.\d{0,20})?", re.ASCII)


def parse_bbox(text: str) -> Box:
    """A box in the order west, south, east, north, in degrees; west > east crosses the antimeridian (RFC 7946, section 5.2).

    >>> parse_bbox("170, -20, -170, -10")
    Box(west=170.0, south=-20.0, east=-170.0, north=-10.0)

    :raises RequestError: when it is not four such numbers.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise RequestError("bbox", "bbox", text)
    box = Box(*map(float, parts))
    if abs(box.west) > 180 or abs(box.east) > 180 or not -90 <= box.south <= box.north <= 90:
        raise RequestError("bbox", "bbox", text)
    return box


_REQUEST_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def parse_date(parameter: str, text: str, *, last: bool = False) -> int:
    """A date of a request as the index compares it (`kg.search.extent.date_key`).

    >>> parse_date("to", "2024-02", last=True)
    20240231

    :raises RequestError: when it is none of YYYY, YYYY-MM, YYYY-MM-DD, or not in the calendar.
    """
    found = _REQUEST_DATE.fullmatch(text)
    key = date_key(text, last=last) if found else None
    if found is None or key is None:
        raise RequestError(parameter, "date", text)
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    if not year or not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise RequestError(parameter, "date", text)
    return key


def _window(start: str, end: str) -> tuple[int, int] | None:
    if not start and not end:
        return None
    first = parse_date("from", start) if start else EVER
    last = parse_date("to", end, last=True) if end else NEVER_ENDING
    if first > last:
        raise RequestError("to", "order", end)
    return first, last


_LISTS: Final = tuple(given.name for given in fields(SearchRequest) if str(given.type).startswith("tuple[str"))
_TEXTS: Final = {"q": "q", "bbox": "bbox", "from": "start", "to": "end", "sort": "sort"}
#: A short page of digits is a number; anything longer is none that we could use.
_DIGITS: Final = re.compile(r"-?\d{1,9}", re.ASCII)


def request_from_parameters(parameters: Mapping[str, Sequence[str]], language: str = "en") -> SearchRequest:
    """A search from the parameters of an address: `q`, the facets (repeated for several values), `bbox`, `from`, `to`, `sort`, `limit`,
    `offset`, `expand=0` to look for the words alone, and `mentioned=1` for what is only named in texts. Other parameters are not looked at.

    :raises RequestError: when a value cannot be used.
    """
    values: dict[str, object] = {name: tuple(parameters[name]) for name in _LISTS if name in parameters}
    values |= {name: parameters[parameter][-1] for parameter, name in _TEXTS.items() if (parameters.get(parameter) or [""])[-1]}
    for name in ("limit", "offset"):
        if text := (parameters.get(name) or [""])[-1]:
            if not _DIGITS.fullmatch(text):
                raise RequestError(name, name, text, most=LONGEST_PAGE if name == "limit" else FURTHEST)
            values[name] = int(text)
    values["expand"] = (parameters.get("expand") or ["1"])[-1] != "0"
    values["mentioned"] = (parameters.get("mentioned") or ["0"])[-1] == "1"
    return SearchRequest(language=language, **values)  # type: ignore[arg-type]
