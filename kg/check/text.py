"""A checked record as text for a terminal, in English or French."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from kg.check.checker import Advice, Checked
from kg.check.facts import Fact, Value
from kg.check.words import place, said

_WIDTH: Final = 140
_COLON: Final = {"en": ":", "fr": "\u00a0:"}
#: Longest value that is shown whole.
_LONGEST: Final = 400


def as_text(checked: Checked, language: str) -> str:
    """All of it, in lines."""
    return "\n".join(_lines(checked, language)) + "\n"


def _lines(checked: Checked, language: str) -> Iterator[str]:
    score = f", {said('quality', language, score=round(checked.quality * 100))}" if checked.quality is not None else ""
    yield f"{checked.location}: {said(f'verdict.{checked.verdict}', language)}{score}"
    title = checked.format_title.get(language) or checked.format
    for name, value in (("format", title), ("record", checked.record), (f"topic.{checked.kind}", checked.dataset)):
        if value:
            yield f"  {said(name, language):<24}{value}"
    for fact in checked.facts:
        yield from _fact(fact, language)
    yield ""
    if not checked.problems:
        yield f"  {said('no_problems', language)}"
    for advice in checked.problems:
        yield from _advice(advice, language, said(f"severity.{advice.severity}", language).upper())
    missing = [advice for advice in checked.missing if not advice.is_told]
    if missing:
        yield f"  {_titled('missing', language)}"
        for advice in missing:
            yield from _wrapped("    - ", f"{advice.what[language]} {advice.do[language]}")


def _fact(fact: Fact, language: str) -> Iterator[str]:
    name = said(f"fact.{fact.name}", language)
    for value in fact.values:
        yield from _wrapped(f"  {name:<24}", " ".join(_value(value, language).split())[:_LONGEST])
        name = ""
    if fact.more:
        yield f"  {'':<24}{said('and_more', language, n=fact.more)}"


def _value(value: Value, language: str) -> str:
    text = value.text.get(language) or value.text.get("", "")
    because = (" ; " if language == "fr" else "; ").join(
        dict.fromkeys(said("because", language, words=each.words[:100]) for each in value.because)
    )
    note = said(f"kind.{value.note}", language) if value.note else ""
    return " ".join(part for part in (text, f"[{note}]" if note else "", f"({because})" if because else "") if part)


def _advice(advice: Advice, language: str, severity: str) -> Iterator[str]:
    yield f"  {severity} {advice.code}"
    for name, texts in (
        ("at", [place(each, language) for each in advice.places]),
        ("read_from", advice.read_from),
        ("value", advice.values),
    ):
        for text in texts:
            yield from _wrapped(f"    {_titled(name, language)}", text)
    yield from _wrapped("    ", f"{advice.what[language]} {advice.do[language]}".strip())
    if advice.no_field:
        yield f"    {said('no_field', language)}"
    if advice.more:
        yield f"    {said('more', language, n=advice.more)}"
    if rule := advice.rule.get(language):
        yield from _wrapped(f"    {_titled('rule', language)}", " ".join([rule, *(f"<{address}>" for address in advice.see[:1])]))
    if advice.example:
        within = advice.example.within
        title = said("example_in", language, within=within) if within else said("example", language)
        yield f"    {title}{_COLON[language]}"
        yield from (f"      {line}" for line in advice.example.text.splitlines())
    yield ""


def _titled(key: str, language: str) -> str:
    return f"{said(key, language)}{_COLON[language]} "


def _wrapped(start: str, text: str) -> list[str]:
    """A text whose further lines stand below its first word."""
    plain = "".join(each if each.isprintable() else " " for each in text)
    return textwrap.wrap(plain, _WIDTH, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False) or [start]
