"""How text becomes index terms, in English and French, with and without accents.

Stemming before folding loses unaccented queries, folding before stemming breaks French endings; so French text is indexed both ways.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import Final

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

#: Longer words are no words; the index drops them.
LONGEST_WORD: Final = 60

#: The analysers: plain words for phrases, names and codes; English; French stemmed then folded; French folded then stemmed.
ANALYSERS: Final = ("plain", "en", "fr", "folded")
#: The one whose fields keep the places of words, so that phrases can be looked for.
PHRASES: Final = "plain"

_FOLD, _ENGLISH, _FRENCH = Filter.ascii_fold(), Filter.stemmer("english"), Filter.stemmer("french")
_CHAINS: Final = {"plain": (_FOLD,), "en": (_FOLD, _ENGLISH), "fr": (_FRENCH, _FOLD), "folded": (_FOLD, _FRENCH)}

#: Which analysers a text of a language goes through; a text of another or no known language goes through all.
_BY_LANGUAGE: Final[dict[str, tuple[str, ...]]] = {"en": ("plain", "en"), "fr": ("plain", "fr", "folded")}

#: Words that need not be found. Kept short: a word that is left out of a query cannot be asked for.
STOP_WORDS: Final = frozenset(
    (
        *("a", "an", "and", "are", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with"),
        *("au", "aux", "avec", "c", "ce", "ces", "d", "dans", "de", "des", "du", "en", "est", "et", "il", "j", "l", "la", "le", "les"),
        *("m", "n", "ou", "par", "pour", "qu", "que", "qui", "s", "se", "sur", "t", "un", "une", "y"),
    )
)


@cache
def analyser(name: str) -> TextAnalyzer:
    """One of `ANALYSERS`."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.lowercase())
    for step in _CHAINS[name]:
        builder = builder.filter(step)
    return builder.build()


def analysers_for(text: str, language: str) -> tuple[str, ...]:
    """The analysers for a text; folding first makes no difference to a text without accents, so that one is left out.

    >>> analysers_for("salinité", "fr"), analysers_for("salinity", "en")
    (('plain', 'fr', 'folded'), ('plain', 'en'))
    """
    return _analysers(language, text.isascii())


@lru_cache(maxsize=256)
def _analysers(language: str, ascii: bool) -> tuple[str, ...]:
    names = _BY_LANGUAGE.get(language.partition("-")[0], ANALYSERS)
    return tuple(name for name in names if name != "folded") if ascii else names


@lru_cache(maxsize=65_536)
def forms(word: str) -> tuple[str, ...]:
    """What one word is in each of `ANALYSERS`; empty where it is no word.

    >>> forms("Données")
    ('donnees', 'donne', 'don', 'donne')
    """
    found = [analyser(name).analyze(word) for name in ANALYSERS]
    return tuple(tokens[0] for tokens in found) if all(len(tokens) == 1 for tokens in found) else ()


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, with their accents.

    >>> words("Température de l'air")
    ('température', 'de', 'l', 'air')
    """
    return tuple(_SPLIT.analyze(text))


_SPLIT: Final = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD)).filter(Filter.lowercase()).build()


def fold(text: str) -> str:
    """Lower case without accents, character by character, so that places in the text stay the same.

    >>> fold("Été à Brest")
    'ete a brest'
    """
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDING)


class _Folding(dict[int, str]):
    """Folds a character when it is met first."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        folded = self[code] = base if len(base) == 1 else chr(code)
        return folded


_FOLDING: Final = _Folding()


def clean(text: str) -> str:
    """Text that UTF-8 can hold: half characters (lone surrogates) in hostile input become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
