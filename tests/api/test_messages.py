"""Every word of the pages is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from api.errors import _BY_STATUS, _INTERNAL, _RULES
from api.messages import Words, messages
from kg.search.document import FACETS
from kg.search.openness import Openness

API = Path(__file__).parent.parent.parent / "api"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_each_text_is_in_english_and_french_with_the_same_placeholders() -> None:
    for key, texts in messages().items():
        assert set(texts) == {"en", "fr"}, key
        assert all(text.strip() for text in texts.values()), key
        assert placeholders(texts["en"]) == placeholders(texts["fr"]), key


def test_each_text_that_a_template_or_a_route_asks_for_is_there() -> None:
    known = set(messages())
    asked = set()
    for path in [*API.rglob("*.html"), *API.rglob("*.py")]:
        asked |= {
            (found[1], found[2])
            for found in re.finditer(r"\b(?:t|words)\(\s*'?\"?([a-z_]+\.[A-Za-z_.\-]+)['\"]\s*(, n=)?", path.read_text("utf-8"))
        }
    assert len(asked) > 100
    for key, counted in asked:
        keys = {key + ".one", key + ".other"} if counted else {key}
        assert keys <= known or any(name.startswith(key) for name in known), key


def test_each_text_that_is_chosen_by_a_value_is_there() -> None:
    rules = [*_RULES.values(), *_BY_STATUS.values(), _INTERNAL]
    wanted = {f"error.{rule.code}.{part}" for rule in rules for part in ("title", "advice")}
    wanted |= {f"facet.{name}" for name in FACETS} | {f"openness.{value}{end}" for value in Openness for end in ("", ".means")}
    wanted |= {f"kind.{kind}" for kind in ("dataset", "series", "service")}
    assert wanted <= set(messages())


def test_numbers_dates_and_plurals_follow_the_language() -> None:
    english, french = Words("en"), Words("fr")
    assert (english.number(12345.5), french.number(12345.5)) == ("12,345.5", "12\u202f345,5")
    assert (english.date("2001-05-31T10:00:00Z"), french.date("2001-05"), french.date("1997")) == ("31 May 2001", "mai 2001", "1997")
    assert (english.date("1500 BC"), english.date("2001-13-01")) == ("1500 BC", "2001-13-01")
    assert (english("search.found", n=0), french("search.found", n=0)) == ("0 data sets", "0 jeu de données")
    assert (english.size(52_300_000), french.size(999)) == ("52.3 MB", "999 octets")
    assert (english.longitude(-70.0), french.longitude(-70.5), english.latitude(0.0)) == ("70° W", "70,5° O", "0°")
