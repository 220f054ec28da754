"""Words of two languages made comparable: every label and every string becomes English stems, French by way of a glossary.

What the glossary does not know is left to the ending: *évaporation* and *evaporation*, *océanographie* and *oceanography* have one stem.
Both sides of a comparison go through the same rules, so a stem need not be a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product
from typing import Final

from kg.link.normalise import STOP_WORDS, fold, inflect
from kg.link.tables import read_table

#: Readings that one French text may have at most.
_MOST_READINGS: Final = 6
_LONGEST_PHRASE: Final = 6

#: Endings that differ between the two languages, or between words of one family; the first that fits is replaced, down to three letters.
_ENDINGS: Final = (
    ("ization", "isation"),
    ("metre", "meter"),
    ("iques", "ic"),
    ("ique", "ic"),
    ("ical", "ic"),
    ("ics", "ic"),
    ("ities", "it"),
    ("ite", "it"),
    ("ity", "it"),
    ("aire", "ar"),
    ("ary", "ar"),
    ("oire", "or"),
    ("ory", "or"),
    ("eux", "ou"),
    ("euse", "ou"),
    ("ous", "ou"),
    ("eur", "or"),
    ("elle", "al"),
    ("ielle", "ial"),
    ("el", "al"),
    ("ize", "ise"),
    ("ive", "iv"),
    ("if", "iv"),
    ("ie", "i"),
    ("y", "i"),
    ("e", ""),
)
#: Endings of French adjectives in the feminine singular, and in the masculine as `_content` leaves them: without the x of -eux.
_FEMININE: Final = (("iere", "ier"), ("elle", "el"), ("euse", "eu"), ("ive", "if"), ("enne", "en"), ("e", ""))
_SOUNDS: Final = (("ph", "f"), ("th", "t"), ("ck", "k"), ("ae", "e"), ("oe", "e"), ("y", "i"))
_DOUBLE = re.compile(r"([a-z])\1")
_LETTER_DIGIT = re.compile(r"(?<=[a-z])(?=\d)")
_WORDS_OF_NOTHING: Final = frozenset({"and", "or", "with", "et", "ou", "avec", "their", "its", "other", "autre", "d", "l", "s"})


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one folded word in the singular.

    >>> stem("oceanographie") == stem("oceanography"), stem("hydrogene") == stem("hydrogen"), stem("salinite") == stem("salinity")
    (True, True, True)
    """
    if len(word) < 6 or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            break
    for sound, plain in _SOUNDS:
        word = word.replace(sound, plain)
    return _DOUBLE.sub(r"\1", word)


@cache
def _synonyms() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """English words, and pairs of words, with the word that stands for them."""
    words: dict[str, str] = {}
    pairs: dict[tuple[str, str], str] = {}
    for row in read_table("synonyms-en.csv"):
        for other in row["others"].split("|"):
            parts = inflect(fold(other), "en").split()
            if len(parts) == 2:
                pairs[parts[0], parts[1]] = fold(row["canonical"])
            else:
                words[parts[0]] = fold(row["canonical"])
    return words, pairs


@cache
def _glossary() -> dict[tuple[str, ...], tuple[str, ...]]:
    """English phrases by the content words of a French one."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in read_table("glossary-fr.csv"):
        found.setdefault(tuple(_content(row["fr"], "fr")), tuple(row["en"].split("|")))
    return found


def _content(text: str, language: str) -> list[str]:
    """Folded words in the singular without articles and prepositions; all of them where nothing else is left."""
    words = inflect(fold(text), language).split()
    stop = STOP_WORDS.get(language, frozenset())
    return [word for word in words if word not in stop and word not in _WORDS_OF_NOTHING] or words


@lru_cache(maxsize=50_000)
def english_stems(text: str) -> tuple[str, ...]:
    """The stems of an English text in its order.

    >>> english_stems("Water vapour fluxes"), english_stems("Ground water depths")
    (('water', 'vapor', 'flux'), ('groundwater', 'depth'))
    """
    words, pairs = _synonyms()
    content = _content(text, "en")
    stems: list[str] = []
    place = 0
    while place < len(content):
        pair = pairs.get((content[place], content[place + 1])) if place + 1 < len(content) else None
        word = pair or words.get(content[place], content[place])
        stems += [stem(each) for each in word.split()]
        place += 2 if pair else 1
    return tuple(stems)


@lru_cache(maxsize=50_000)
def french_readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a French text can be put into English stems, the usual one first.

    >>> french_readings("Température de l'air")[0], french_readings("glissements de terrain")[0]
    (('air', 'temperatur'), ('landslid',))
    """
    glossary, content = _glossary(), _content(text, "fr")
    parts: list[tuple[tuple[str, ...], ...]] = []
    place = 0
    while place < len(content):
        for length in range(min(_LONGEST_PHRASE, len(content) - place), 0, -1):
            if phrases := glossary.get(tuple(content[place : place + length])):
                break
        else:
            length = 1
            phrases = next((found for word in _masculine(content[place]) if (found := glossary.get((word,)))), ())
        parts.append(tuple(map(english_stems, phrases)) or ((stem(content[place]),),))
        place += length
    readings = (tuple(each for part in chosen for each in part) for chosen in product(*parts))
    return tuple(dict.fromkeys(islice(readings, _MOST_READINGS)))


def _masculine(word: str) -> Iterator[str]:
    """What a folded French adjective in the feminine may be in the masculine, under which the glossary has it.

    >>> list(_masculine("cotiere")), list(_masculine("industrielle")), list(_masculine("dangereuse"))
    (['cotier', 'cotier'], ['industriel', 'industriell'], ['dangereu', 'dangereus'])
    """
    for feminine, masculine in _FEMININE:
        if word.endswith(feminine) and len(word) - len(feminine) >= 2:
            yield word.removesuffix(feminine) + masculine


def readings(text: str, language: str | None) -> tuple[tuple[str, ...], ...]:
    """The stems of a text in a language; what is no French is read as English."""
    return french_readings(text) if language == "fr" else (english_stems(text),)


def with_digits_apart(text: str) -> str:
    """A folded text whose words part where digits follow letters, so that SPOT5 is SPOT-5.

    >>> with_digits_apart("spot5"), with_digits_apart("sentinel 2b")
    ('spot 5', 'sentinel 2b')
    """
    return _LETTER_DIGIT.sub(" ", text)
