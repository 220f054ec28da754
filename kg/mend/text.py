"""What was mended, as text for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kg.mend.repair import Left, Mended, Repair, Result, Why
from kg.mend.task import words

_COLON: Final = {"en": ":", "fr": "\u00a0:"}
#: Longest piece of a file that is shown.
_LONGEST: Final = 300


def as_text(mended: Mended, language: str) -> str:
    """All of it, in lines."""
    return "\n".join(map(_printable, _lines(mended, language))) + "\n"


def _lines(mended: Mended, language: str) -> Iterator[str]:
    told = words()[f"result.{mended.result}"][language].replace("{n}", str(len(mended.repairs)))
    yield f"{mended.location}{_COLON[language]} {told}"
    if mended.result is Result.REFUSED:
        yield f"  {mended.why_not[language]}"
    for repair in mended.repairs:
        yield from _repair(repair, language)
    if mended.left:
        yield f"  {words()['left'][language]}{_COLON[language]}"
        yield from dict.fromkeys(f"    - {each.said[language]} [{each.code}]" for each in mended.left)


def _repair(repair: Repair, language: str) -> Iterator[str]:
    yield f"  {repair.code}{_COLON[language]} {repair.said[language]}"
    shown = (("at", repair.place), ("before", repair.before), ("after", repair.after))
    for key, text in (*shown, *(("why", _why(each, language)) for each in repair.why)):
        if text:
            yield f"    {words()[key][language]:<10}{_short(text)}"


def _why(why: Why, language: str) -> str:
    text = words()["why_how"][language]
    for name in ("predicate", "concept", "rule", "justification", "author", "confidence"):
        text = text.replace("{" + name + "}", str(getattr(why, name)))
    return text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def _printable(line: str) -> str:
    """A line that commands no terminal."""
    return "".join(each if each.isprintable() else " " for each in line)


def as_data(mended: Mended) -> dict[str, Any]:
    """What `dataterra mend --json` prints: all but the file itself and the places of the edits."""
    return {
        "location": mended.location,
        "result": mended.result,
        "format": mended.format,
        "why_not": mended.why_not,
        "repairs": [_repair_as_data(each) for each in mended.repairs],
        "left": [_left_as_data(each) for each in mended.left],
        "difference": mended.difference,
    }


def _repair_as_data(repair: Repair) -> dict[str, Any]:
    said = {"code": repair.code, "place": repair.place, "before": repair.before, "after": repair.after, "said": repair.said}
    return said | {"why": repair.why}


def _left_as_data(left: Left) -> dict[str, Any]:
    return {"code": left.code, "place": left.place, "before": left.before, "said": left.said}
