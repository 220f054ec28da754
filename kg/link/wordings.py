"""The ways to put what a term says: whole, without unit, as a path, a list, a code, an abbreviation, a model, in English for French."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final

from kg.link.columns import column_meaning, is_not_measured, meaning_of
from kg.link.context import Context
from kg.link.decide import is_placeholder
from kg.link.equipment import full_names, model_of, number_variants
from kg.link.normalise import LONGEST_LABEL, fold, is_path, path_segments, split_identifier, unwrap, without_bracket
from kg.link.pivot import english_stems, readings, with_digits_apart
from kg.link.ranking import Wording
from kg.link.tables import read_patterns, read_table
from kg.model import Term, TermKind

#: Most wordings of one term: what comes after has little weight.
_MOST: Final = 12
_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]{2,80})[)\]}]")
_KEYED = re.compile(r"^[A-Za-z][A-Za-z ]{2,30}:\s+(?=\S)")
_TEMPLATE = re.compile(r"\[(?:free text|[A-Z0-9_]+)\]|https?://|urn:", re.IGNORECASE)
_PARTS = re.compile(r"\s*[,;|=]\s*|\s+/\s+")
_FRENCH = re.compile(r"[éèêàùçôîâû]|\b(?:de|du|des|la|le|les|d'|l'|et)\b", re.IGNORECASE)
_TITLE_ENDS = re.compile(
    r"\b(?:19|20)\d\d\b.*$|\b(?:mesur\w+|measured|sur le site|at the|à|en|during|pendant|from|between|entre)\s+[A-Z0-9].*$"
)
#: How the rules begin that find something broader and may still stand alone: the class of a known model.
_SAFE: Final = "class of the model"
_EQUIPMENT: Final = frozenset({TermKind.INSTRUMENT, TermKind.PLATFORM})


def wordings(term: Term, context: Context, kind: TermKind) -> tuple[Wording, ...]:
    """The wordings of a term, the surest first; nothing for what is no name of a thing.

    :param kind: of the concepts that are looked for.
    """
    if term.kind is TermKind.VARIABLE and is_not_measured(unwrap(term.text)):
        return ()
    return _wordings(term, context, kind in _EQUIPMENT)


@lru_cache(maxsize=64)
def _wordings(term: Term, context: Context, equipment: bool) -> tuple[Wording, ...]:
    text = unwrap(term.text) if len(term.text) <= 4 * LONGEST_LABEL else ""
    if not text or len(text) > LONGEST_LABEL or is_placeholder(text) or _TEMPLATE.search(text):
        return ()
    hints = hints_of(context, text[:12] if text.startswith("SDN:") else term.thesaurus)
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], Wording] = {}
    made = (_equipment if equipment else _quantity)(text, term, context)
    for words, language, weight, rule, above, broader in made:
        if not words or is_placeholder(words):
            continue
        folded = fold(words)
        spread = with_digits_apart(folded) if equipment else words
        for place, reading in enumerate(readings(spread, language)):
            key = (reading, above)
            alone = not broader or rule.startswith(_SAFE)
            wording = Wording(reading, folded, rule, weight - 0.02 * place, above, hints, broader, alone, language or "en")
            if key not in found or found[key].weight < wording.weight:
                found[key] = wording
    return tuple(sorted(found.values(), key=lambda wording: -wording.weight)[:_MOST])


#: Words, their language, weight, rule, steps above, and whether a concept so found is a broader one.
_Made = tuple[str, str | None, float, str, tuple[str, ...], bool]


def _quantity(text: str, term: Term, context: Context) -> Iterator[_Made]:
    languages = _languages(text, term.language)
    coded = column_meaning(text)
    if told := _told_by_unit(text, languages[-1], term):
        yield told, "en", 1.0, f"'{text}' in {term.unit} is", (), False
        return
    if coded:
        yield from _meant(coded[0].phrases, 0.97, f"'{coded[1]}' stands for")
    if keyed := _KEYED.match(text):
        text = text[keyed.end() :]
    steps = path_segments(text) if is_path(text) else ()
    if len(steps) > 1:
        yield from _path(steps, text, languages)
        return
    text = steps[0] if steps else text
    for language in languages:
        yield text, language, 1.0, "by its words", (), False
    if meaning := meaning_of(text, column=term.kind is TermKind.VARIABLE):
        yield from _meant(meaning.phrases, 0.97, f"'{text}' stands for")
    if (bare := without_bracket(text, term.unit)) != text:
        for language in languages:
            yield bare, language, 0.98, "without what stands in brackets", (), False
    for inside in _BRACKETS.findall(text):
        if meaning := meaning_of(inside, column=False):
            yield from _meant(meaning.phrases, 0.9, f"'{inside}' in brackets stands for")
        elif "_" in inside or " " in inside:
            yield inside.replace("_", " "), languages[0], 0.85, "in brackets", (), False
    if (outside := _BRACKETS.sub(" ", text).strip()) != text and outside:
        yield outside, languages[0], 0.9, "without what stands in brackets", (), False
    if (parted := split_identifier(text).replace("_", " ")) != text:
        yield parted, languages[0], 0.97, "words of the identifier", (), False
    for language in languages:
        yield from _topics(text, language)
    yield from _parts(text, languages)
    yield from _shorter(text, languages, context)


@cache
def _unit_meanings() -> dict[tuple[str, tuple[str, ...]], str]:
    return {(row["unit"], english_stems(row["quantity"])): row["means"] for row in read_table("unit-meanings.csv")}


def _told_by_unit(text: str, language: str | None, term: Term) -> str:
    """What a quantity is by its unit, where the unit tells the medium (`mappings/tables/unit-meanings.csv`); nothing where it does not."""
    unit = (term.unit or "").casefold()
    if not any(unit == known for known, _ in _unit_meanings()):
        return ""
    meaning = meaning_of(text, column=term.kind is TermKind.VARIABLE)
    named = (*readings(text, language), *(english_stems(phrase) for phrase in (meaning.phrases[:1] if meaning else ())))
    return next((told for reading in named if (told := _unit_meanings().get((unit, reading)))), "")


@cache
def _disciplines() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {tuple(sorted(english_stems(row["word"]))): tuple(row["topic"].split("|")) for row in read_table("disciplines.csv")}


def _topics(text: str, language: str | None) -> Iterator[_Made]:
    """The topics under which vocabularies of keywords file a discipline or another wide word."""
    for reading in readings(text, language)[:3]:
        for place, topic in enumerate(_disciplines().get(tuple(sorted(reading)), ())):
            yield topic, "en", 0.8 - 0.05 * place, f"'{text}' is filed under", (), True


def _path(steps: tuple[str, ...], text: str, languages: tuple[str | None, ...]) -> Iterator[_Made]:
    """The last step with the steps above as context; then the step above, which is broader."""
    above = tuple(dict.fromkeys(each for step in steps[:-1] for each in english_stems(step)))
    yield steps[-1], languages[0], 1.0, "last step of the path", above, False
    if meaning := meaning_of(steps[-1], column=False):
        for phrase in meaning.phrases:
            yield phrase, "en", 0.96, f"'{steps[-1]}' stands for", above, False
    if len(steps) > 1:
        yield steps[-2], languages[0], 0.72, "a step above the unknown end of the path", above, True


def _meant(phrases: Iterable[str], weight: float, rule: str) -> Iterator[_Made]:
    for place, phrase in enumerate(phrases):
        yield phrase, "en", weight - 0.06 * place, f"{rule} '{phrase}'", (), False


def _parts(text: str, languages: tuple[str | None, ...]) -> Iterator[_Made]:
    """The parts of a list; brackets are never cut."""
    parts = [part for part in _PARTS.split(_BRACKETS.sub(" ", text)) if part.strip()]
    if 1 < len(parts) <= 12:
        for place, part in enumerate(parts):
            yield part, languages[0], 0.86 - 0.01 * place, "part of a list", (), True


def _shorter(text: str, languages: tuple[str | None, ...], context: Context) -> Iterator[_Made]:
    """A phrase without site, date and words of level; a title is cut where it begins to tell where and when."""
    cut = _TITLE_ENDS.sub("", text).strip(" ,;-")
    if cut and cut != text and len(text.split()) > 4:
        yield cut, languages[0], 0.85, "without place and date", (), True
    words = [word for word in cut.split() if fold(word) not in _lead()]
    if words and len(words) < len(cut.split()):
        yield " ".join(words), languages[0], 0.88, "without words of level and statistic", (), False
    if context.is_title or len(text.split()) > 6:
        yield from _windows(cut or text, languages[0])


def _windows(text: str, language: str | None) -> Iterator[_Made]:
    """Two to four neighbouring words of a long text."""
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text)[:14]
    for length in (4, 3, 2):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            yield part, language, 0.62 + 0.04 * length, f"'{part}' in the text", (), True


def _equipment(text: str, term: Term, context: Context) -> Iterator[_Made]:
    languages = _languages(text, term.language)
    if keyed := _KEYED.match(text):
        text = text[keyed.end() :]
    steps = [step.strip() for step in re.split(r"\s*>\s*", text) if step.strip()]
    if len(steps) > 1:
        above = tuple(dict.fromkeys(each for step in steps[:-1] for each in english_stems(step)))
        yield steps[-1], languages[0], 1.0, "last step of the path", (), False
        yield steps[-2], languages[0], 0.97, "step of the path", above if len(steps) > 2 else (), False
        text = steps[-1]
    yield from _named(text, languages, term.kind)
    parts = [part for part in _PARTS.split(_BRACKETS.sub(" ", text)) if part.strip()]
    if 1 < len(parts) <= 12:
        for part in parts:
            yield from ((words, of, weight * 0.97, rule, up, True) for words, of, weight, rule, up, _ in _named(part, languages, term.kind))
    for inside in _BRACKETS.findall(text):
        yield inside, languages[0], 0.9, "in brackets", (), False
    if (outside := _BRACKETS.sub(" ", text).strip()) and outside != text:
        yield outside, languages[0], 0.93, "without what stands in brackets", (), False
    if model := model_of(text):
        exact = any(each.isdigit() for each in model.words)  # without a number it may be the name of a family
        yield model.words, "en", 0.965, f"model '{model.words}'", (), not exact
        if model.name:
            yield model.name, "en", 0.95, f"model '{model.words}'", (), False
        for place, name in enumerate(model.classes):
            # the codes of maker, model and type in one string may name things of several classes
            lead = "one class of the codes, by" if "SDN:" in text else _SAFE
            yield name, "en", 0.93 - 0.05 * place, f"{lead} '{model.words}'", (), True
    bare = " ".join(word for word in text.split() if not any(each.isdigit() for each in word) and fold(word) not in _lead())
    if bare and bare != text and len(bare) > 3:
        yield bare, languages[0], 0.84, "without the model", (), True


def _named(text: str, languages: tuple[str | None, ...], kind: TermKind) -> Iterator[_Made]:
    """A name as it stands, in full where it is abbreviated, and in other figures."""
    for name in full_names(text, kind):
        yield name, "en", 0.99, f"'{text.strip()}' stands for {name}", (), False
    for language in languages:
        yield text, language, 0.985, "by its words", (), False
    for name in number_variants(text):
        yield name, "en", 0.93, "number written another way", (), False


def _languages(text: str, given: str | None) -> tuple[str | None, ...]:
    """The languages in which a text is read: that which is said, and French where the text looks so."""
    if given == "fr":
        return ("fr",)
    return ("en", "fr") if _FRENCH.search(text) else ("en",)


@cache
def _lead() -> frozenset[str]:
    """Words of level, statistic and origin that stand before what is measured (`mappings/tables/lead-words.csv`)."""
    return frozenset(row["word"] for row in read_table("lead-words.csv"))


@cache
def _hints() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    return tuple((pattern, english_stems(row["hints"])) for row, pattern in read_patterns("context-hints.csv"))


@lru_cache(maxsize=10_000)
def hints_of(context: Context, thesaurus: str | None) -> tuple[str, ...]:
    """What pole, thesaurus and the record's other terms say of the medium, as stems."""
    said = fold(f"{context.pole.replace('@', ' ')} {thesaurus or ''} {' '.join(context.others[:20])}")
    found = (stems for pattern, stems in _hints() if pattern.search(said))
    return tuple(dict.fromkeys(each for stems in found for each in stems))
