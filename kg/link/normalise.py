"""Keys under which a label and a verbatim string meet, from strict to loose.

A label of a thesaurus is stored under its folded form and under each looser form that differs from it; a record's string is looked up
under the forms of `LEVELS`, in this order, and the first level that finds anything decides.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from kg.link.tables import read_table

#: Longer strings are sentences or abstracts; they are no labels, and reading them as labels would cost time for nothing.
LONGEST_LABEL: Final = 400


@dataclass(frozen=True, slots=True)
class Level:
    """A way of making a key: its rule in words for people, how sure a hit is, and whether it is safe to accept without a person."""

    name: str
    family: str
    rule: str
    confidence: float
    safe: bool = True


#: Strict to loose. `family` names the dictionary of the index in which the key is looked up.
LEVELS: Final[dict[str, Level]] = {
    level.name: level
    for level in (
        Level("label", "folded", "same label but for case, accents and punctuation", 0.98),
        Level("inflected", "inflected", "same label but for singular and plural or British and American spelling", 0.95),
        Level("bracket", "inflected", "same label once the unit or abbreviation in brackets is left out", 0.93),
        Level("code", "folded", "the name in brackets at the end is the label", 0.93),
        Level("identifier", "inflected", "same label once the words of the identifier are parted", 0.92),
        Level("words", "words", "same words but for articles and prepositions", 0.9),
        Level("compact", "compact", "same letters and digits but for spaces and hyphens", 0.9),
    )
}

_TAG = re.compile(r"<[^<>]{0,2000}>")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_BRACKET = re.compile(r"\s*[\(\[]([^()\[\]]{1,40})[\)\]]\s*$")
_PATH_SEPARATOR = re.compile(r"\s*(?:>|\||\\)+\s*")
_SLASH_PATH = re.compile(r"^/[^/]+(?:/[^/]+)+/?$")
_LIST_SEPARATOR = re.compile(r"\s*[,;]\s*")
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_UNIT = re.compile(
    r"[°%µμ‰/]|\d|^[a-zA-Z]{1,3}$|\b(?:deg|degrees?|met(?:re|er)s?|kelvin|celsius|psu|dbar|ppm|ppb|mol|joules?|watts?|hpa|dimensionless|unitless)\b"
)
#: Words as short as a unit that qualify what stands before the bracket.
_SHORT_WORDS: Final = frozenset(
    ("air", "day", "dry", "eau", "ice", "in", "low", "max", "mer", "mid", "min", "out", "sea", "sol", "top", "up", "wet")
)
#: What is neither letter nor digit.
_APART = re.compile(r"[\W_]+")
_ASCII_APART: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})

STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "en": frozenset({"a", "an", "at", "by", "for", "from", "in", "of", "on", "the", "to"}),
    "fr": frozenset({"a", "au", "aux", "d", "dans", "de", "des", "du", "en", "l", "la", "le", "les", "par", "sur", "un", "une"}),
}


def unwrap(text: str) -> str:
    """A string without HTML tags and entities, whitespace made single.

    >>> unwrap("<DIV><P>Soumis &agrave; la\\u00a0licence</P></DIV>")
    'Soumis à la licence'
    """
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case letters and digits without accents, words parted by single spaces; compatibility forms are made plain.

    >>> fold("Température  de l'air"), fold("CO₂"), fold("sea_surface_temperature")
    ('temperature de l air', 'co2', 'sea surface temperature')
    """
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII_APART).split())
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_LIGATURES))
    text = "".join([character for character in text if not unicodedata.combining(character)])
    return " ".join(_APART.sub(" ", text).split())


@cache
def _spelling() -> dict[str, str]:
    return {row["variant"]: row["canonical"] for row in read_table("spelling.csv")}


def _singular_en(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word[-2].isdigit():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _singular_fr(word: str) -> str:
    if len(word) < 4 or word[-1] not in "sx" or word.endswith(("ss", "us", "is")) or word[-2].isdigit():
        return word
    if word.endswith("aux") and not word.endswith("eaux"):
        return word[:-3] + "al"
    return word[:-1]


_SINGULAR = {"en": _singular_en, "fr": _singular_fr}


def inflect(folded: str, language: str) -> str:
    """The singular of each word, in one spelling. Simple on purpose: both sides of a comparison go through it.

    >>> inflect("water vapours", "en"), inflect("eaux cotieres", "fr")
    ('water vapor', 'eau cotiere')
    """
    singular = _SINGULAR.get(language)
    if singular is None:
        return folded
    spelling = _spelling()
    return " ".join([spelling.get(word, word) for word in map(singular, folded.split())])


def without_stop_words(folded: str, language: str) -> str:
    """Content words in their order, or nothing where fewer than two are left (one word alone has lost what qualified it).

    >>> without_stop_words("temperature de l air", "fr"), without_stop_words("la mer", "fr")
    ('temperature air', '')
    """
    words = [word for word in folded.split() if word not in STOP_WORDS.get(language, frozenset())]
    return " ".join(words) if len(words) > 1 else ""


def compact(folded: str) -> str:
    """Letters and digits in one piece, or nothing where that is too short to mean the same.

    >>> compact("sentinel 2b"), compact("no 2")
    ('sentinel2b', '')
    """
    joined = folded.replace(" ", "")
    return joined if len(joined) > 4 else ""


def without_bracket(text: str, unit: str | None = None) -> str:
    """A string without a unit or an abbreviation in brackets at its end; what qualifies the word stays.

    >>> without_bracket("Air temperature [°C]"), without_bracket("Net Ecosystem Exchange (NEE)"), without_bracket("Temperature (air)")
    ('Air temperature', 'Net Ecosystem Exchange', 'Temperature (air)')
    """
    found = _BRACKET.search(text)
    if not found or not text[: found.start()].strip():
        return text
    inside, rest = found.group(1).strip(), text[: found.start()]
    is_abbreviation = _ABBREVIATION.fullmatch(inside) is not None and not rest.isupper()
    is_unit = inside == unit or (_UNIT.search(inside) is not None and inside.casefold() not in _SHORT_WORDS)
    return rest if is_abbreviation or is_unit else text


def _code_in_brackets(text: str) -> str | None:
    """The name with underscores in brackets at the end, as tables of columns have it.

    >>> _code_in_brackets("Multichannel SST (sea_surface_temperature)"), _code_in_brackets("Wind (mean)")
    ('sea_surface_temperature', None)
    """
    found = _BRACKET.search(text)
    return found.group(1) if found and "_" in found.group(1) else None


def split_identifier(text: str) -> str:
    """The words of a camelCase identifier; anything with a space is returned as it is.

    >>> split_identifier("soilTemperature"), split_identifier("pH value"), split_identifier("NDVI")
    ('soil Temperature', 'pH value', 'NDVI')
    """
    return text if " " in text else _CAMEL.sub(" ", text)


def path_segments(text: str) -> tuple[str, ...]:
    """The folded steps of a path such as those of GCMD, without its root and without empty steps at the end; one step if it is no path.

    >>> path_segments("EARTH SCIENCE > Oceans > Salinity/Density > Salinity > None")
    ('oceans', 'salinity density', 'salinity')
    """
    steps = [fold(step) for step in (text.split("/") if _SLASH_PATH.match(text) else _PATH_SEPARATOR.split(text))]
    steps = [step for step in steps if step and step not in {"none", "null", "n a"}]
    if len(steps) > 1 and steps[0] in {"earth science", "earth science services", "instruments", "platforms"}:
        steps = steps[1:]
    return tuple(steps)


def is_path(text: str) -> bool:
    """Whether a string has the separators of a path.

    >>> is_path("/Ocean Circulation/Ocean Currents"), is_path("SNOW/ICE"), is_path("Oceans|Bathymetry")
    (True, False, True)
    """
    return ">" in text or "|" in text or "\\" in text or _SLASH_PATH.match(text) is not None


def list_parts(text: str) -> tuple[str, ...]:
    """The parts of a list in one string, or nothing; commas inside brackets belong to a name.

    >>> list_parts("Sentinel-2A,Sentinel-2B"), list_parts("TERRA (AM-1, EOS)")
    (('Sentinel-2A', 'Sentinel-2B'), ())
    """
    if "(" in text or "[" in text:
        return ()
    parts = tuple(part for part in _LIST_SEPARATOR.split(text) if part)
    return parts if 1 < len(parts) <= 20 else ()


def label_keys(text: str, language: str) -> dict[str, str]:
    """The keys under which a thesaurus label is stored, by family; a family is left out where it adds nothing to the folded form."""
    folded = fold(unwrap(text))
    inflected = folded if is_acronym(text) else inflect(folded, language)
    loose = {"inflected": inflected, "words": without_stop_words(inflected, language), "compact": compact(folded)}
    return {"folded": folded} | {family: key for family, key in loose.items() if key and key != folded}


def is_acronym(text: str) -> bool:
    """Whether a label is one short word in capitals, whose last letter is no plural ("ATMS" is not several "ATM").

    >>> is_acronym("ATMS"), is_acronym("WINDS OF THE SEA")
    (True, False)
    """
    return len(text) < 8 and text.isupper() and " " not in text


def is_code(text: str) -> bool:
    """Whether a label is written as a code: one piece with a digit or underscore, or in capitals.

    >>> is_code("PSAL"), is_code("TEMP_CNDC"), is_code("Tundra")
    (True, True, False)
    """
    return " " not in text and (is_acronym(text) or "_" in text or any(map(str.isdigit, text)))


def term_keys(text: str, language: str, unit: str | None = None) -> Iterator[tuple[Level, str]]:
    """The keys under which a record's string is looked up, strict to loose."""
    folded = fold(text)
    inflected = inflect(folded, language)
    yield LEVELS["label"], folded
    yield LEVELS["inflected"], inflected
    if (bare := without_bracket(text, unit)) != text:
        folded = fold(bare)
        inflected = inflect(folded, language)
        yield LEVELS["bracket"], inflected
    if (code := _code_in_brackets(text)) is not None:
        yield LEVELS["code"], fold(code)
    if (parted := split_identifier(text)) != text:
        yield LEVELS["identifier"], inflect(fold(parted), language)
    if words := without_stop_words(inflected, language):
        yield LEVELS["words"], words
    if joined := compact(folded):
        yield LEVELS["compact"], joined
