"""The kinds of values that are counted, and the forms in which a native's value and the graph's are the same."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from urllib.parse import unquote

from kg.crosswalk.tables import Tables


class Kind(StrEnum):
    """What is counted."""

    IDENTIFIER = "identifier"
    TITLE = "title"
    LANGUAGE = "language"
    BOX = "box"
    DATE = "date"
    KEYWORD = "keyword"
    THESAURUS = "thesaurus"
    RIGHTS = "rights"
    CONTACT = "contact"
    ORCID = "orcid"
    LINK = "link"
    INSTRUMENT = "instrument"
    PLATFORM = "platform"
    VARIABLE = "variable"


_MARKUP = re.compile(r"<[^<>]{0,300}>")
_EMAIL = re.compile(r"(?:mailto:)?[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+|\[e-mail\]")
#: A character in UTF-8 whose bytes were read as Latin-1 and encoded again; the graph has it as it was meant.
_TWICE_ENCODED = re.compile(r"[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}")
_NOT_WORD = re.compile(r"[\W_]+")


#: What is written where a schema asks for a value and there is none (among them the defaults of NASA's UMM).
NO_VALUES = frozenset({"not provided", "not applicable", "none", "n/a", "null", "unknown", "tbd", "tba", "(:tba)", "(:unav)", "missing"})


def text_form(text: str) -> str | None:
    """Letters and digits in one case: mark-up, entities, white space, punctuation and e-mail addresses make no difference.

    >>> text_form("Sea&#160;surface <b>temperature</b>") == text_form("sea surface TEMPERATURE")
    True
    """
    if text.strip().casefold() in NO_VALUES:
        return None
    text = _TWICE_ENCODED.sub(lambda found: found[0].encode("latin-1").decode("utf-8", "ignore"), text)
    plain = _EMAIL.sub(" ", _MARKUP.sub(" ", html.unescape(html.unescape(text))))
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", plain).casefold()) or None


_DAY = re.compile(r"\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?:$|[T\sZ+-])")


def date_form(text: str) -> str | None:
    """A year, month or day that exists, as far as it is given; the time of day makes no difference.

    >>> date_form("20040229"), date_form("2004-02-29T12:00:00Z"), date_form("2003-02-29"), date_form("soon")
    ('2004-02-29', '2004-02-29', None, None)
    """
    found = _DAY.match(text)
    if found is None:
        return None
    year, month, day = found.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return "-".join(part for part in (year, month, day) if part)


def box_form(text: str) -> str | None:
    """West, south, east and north to four places, longitudes within a half-turn; `None` where they are no box on the Earth."""
    try:
        west, south, east, north = (Decimal(edge.replace(",", ".")) for edge in text.split())
    except (InvalidOperation, ValueError):
        return None
    if (
        not all(edge.is_finite() for edge in (west, south, east, north))
        or max(abs(south), abs(north)) > 90
        or max(abs(west), abs(east)) > 360
    ):
        return None
    if max(west, east) > 180:
        west, east = (Decimal(-180), Decimal(180)) if east - west >= 360 else (_half_turn(west), _half_turn(east))
    return " ".join(f"{round(edge, 4) + 0:.4f}" for edge in (west, south, east, north))


def _half_turn(longitude: Decimal) -> Decimal:
    return longitude - 360 if longitude > 180 else longitude


_URL = re.compile(r"(?:https?|ftps?|sftp|s3|gs)://[^\s/]+", re.IGNORECASE)
#: Passwords are never published, and that is said (`docs/problems.md`).
_SECRET = re.compile(r"(?<=://)[^/@\s:]*:[^/@\s]*@")
_DOI = re.compile(r"^(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.IGNORECASE)


def link_form(text: str) -> str | None:
    """An address, decoded, without regard to case, to a slash at its end and to a password in it; a DOI in any of its spellings.

    >>> link_form("https://user:secret@Example.org/data/")
    'https://example.org/data'
    """
    text = " ".join(unquote(html.unescape(text)).split())
    if doi := _DOI.match(text):
        return "https://doi.org/" + doi[1].casefold().rstrip("/.")
    if text.casefold().startswith("www."):
        text = "http://" + text
    return _SECRET.sub("", unquote(text).casefold()).rstrip("/") if _URL.match(text) else None


_ORCID = re.compile(r"(?<![\w-])(\d{4}-\d{4}-\d{4}-\d{3}[\dX])(?![\w-])", re.IGNORECASE)


def orcids(text: str) -> list[str]:
    """The ORCIDs in a text, whose check digits are right (ISO 7064, MOD 11-2).

    >>> orcids("https://orcid.org/0000-0002-1825-0097 and 0000-0002-1825-0098")
    ['0000-0002-1825-0097']
    """
    return [found.upper() for found in _ORCID.findall(text) if "-" in text and _checks(found.upper().replace("-", ""))]


def _checks(digits: str) -> bool:
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1]


def orcid_form(text: str) -> str | None:
    """The ORCID in a text."""
    return next(iter(orcids(text)), None)


_TABLES = Tables()


def language_form(text: str) -> str | None:
    """BCP 47 tag of a language by code or name, as the table of languages has it; `None` for what is none.

    >>> language_form("fre"), language_form("http://publications.europa.eu/resource/authority/language/FRA"), language_form("zzz")
    ('fr', 'fr', None)
    """
    name = re.split(r"[/#]", text.strip().replace("LanguageCode_", ""))[-1]
    row = _TABLES.row("languages", name) or _TABLES.row("languages", re.split("[-_;]", name)[0])
    return row["tag"] if row else None


FORMS: dict[Kind, Callable[[str], str | None]] = {
    **dict.fromkeys(Kind, text_form),
    Kind.LANGUAGE: language_form,
    Kind.BOX: box_form,
    Kind.DATE: date_form,
    Kind.ORCID: orcid_form,
    Kind.LINK: link_form,
}
