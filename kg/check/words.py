"""Words of the report, in English and French, from one file that command and page share."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import yaml


@cache
def words() -> dict[str, dict[str, str]]:
    """The table `kg/check/words.yaml`: key, language, text."""
    table: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return table


def said(key: str, language: str, **values: object) -> str:
    """A text of the table; a key that it does not have stands for itself.

    >>> said("quality", "fr", score=80)
    'qualité 80 sur 100'
    """
    text = words().get(key, {}).get(language)
    return key.partition(".")[2] or key if text is None else text.format(**values) if values else text


_LINE: Final = re.compile(r" \(line (\d+)\)$")


def place(text: str, language: str) -> str:
    """A place in a native as a reader is told it.

    >>> place("portal/name (line 4)", "fr")
    'portal/name (ligne 4)'
    """
    return _LINE.sub(r" (ligne \1)", text) if language == "fr" else text
