"""Problems in words: what is wrong and what to do, in English and French."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kg.model import Problem
from kg.resources import resource

#: Language of reports where the reader's is not known.
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong, and what to do about it, by language."""

    what: Mapping[str, str]
    do: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of all problems by code: those of `mappings/tables/problems.yaml`, and those of the shapes."""

    by_code: Mapping[str, Sentence]

    @classmethod
    def from_resources(cls, overlay: Path | None = None, shapes: Mapping[str, Mapping[str, str]] | None = None) -> Sentences:
        """:param shapes: messages of shapes by code and language; they say what is wrong and what to do in one."""
        table = yaml.safe_load(resource("mappings/tables/problems.yaml", overlay).read_text(encoding="utf-8"))
        sentences = {
            code: Sentence({"en": row["en"], "fr": row["fr"]}, {"en": row["do_en"], "fr": row["do_fr"]}) for code, row in table.items()
        }
        for code, messages in (shapes or {}).items():
            sentences[code] = Sentence(messages, {})
        return cls(sentences)

    def what(self, problem: Problem, language: str = DEFAULT_LANGUAGE) -> str:
        """What is wrong.

        >>> from kg.model import Severity
        >>> problem = Problem("date.invalid", Severity.WARNING, "s", "i", "a.xml", "", (("value", "2020-13"),))
        >>> Sentences.from_resources().what(problem, "fr")
        "« 2020-13 » n'est pas une date qui existe."
        """
        sentence = self.by_code.get(problem.code)
        if sentence is None:
            return problem.code
        return _filled(sentence.what.get(language) or sentence.what.get(DEFAULT_LANGUAGE, problem.code), dict(problem.values))

    def do(self, problem: Problem, language: str = DEFAULT_LANGUAGE) -> str:
        """What to do about it."""
        sentence = self.by_code.get(problem.code)
        return sentence.do.get(language, "") if sentence else ""


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with `{names}` replaced; values are never read as formats themselves."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "?"), text)
