"""Problems in words: what is wrong and what to do, in English and French."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kg.model import Problem
from kg.resources import resource

#: The loader of libyaml, which is seven times as fast, where PyYAML was built with it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Language of reports where the reader's is not known.
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Example:
    """How it should be in a native, and the element or object in which that stands (none: at the top)."""

    text: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong, what to do about it, and why, by language; how it should be, by the name of the format."""

    what: Mapping[str, str]
    do: Mapping[str, str]
    rule: Mapping[str, str] = field(default_factory=dict)
    see: str = ""
    #: what the examples are of: a key of `mappings/tables/examples.yaml`
    topic: str = ""
    examples: Mapping[str, Example] = field(default_factory=dict)
    #: the name in `kg.search.discovery.RECOMMENDED` whose absence this is
    of: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of all problems by code: those of `mappings/tables/problems.yaml`, and those of the shapes."""

    by_code: Mapping[str, Sentence]

    @classmethod
    def from_resources(cls, overlay: Path | None = None, shapes: Mapping[str, Mapping[str, str]] | None = None) -> Sentences:
        """:param shapes: messages of shapes by code and language; they say what is wrong and what to do in one."""
        table, examples = (
            yaml.load(resource(f"mappings/tables/{name}.yaml", overlay).read_bytes(), _Loader)  # noqa: S506 - a safe one
            for name in ("problems", "examples")
        )
        sentences = {code: _sentence(row, examples) for code, row in table.items()}
        for code, messages in (shapes or {}).items():
            sentences[code] = replace(sentences.get(code, Sentence({}, {})), what=messages)
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


def _sentence(row: Mapping[str, Any], examples: Mapping[str, Any]) -> Sentence:
    """A row of the table; those of shapes have no sentences of their own there."""
    topic = examples[row["example"]] if "example" in row else {}
    shown = {name: Example(each["text"].strip(), each.get("in", "")) for name, each in topic.items() if isinstance(each, dict)}
    what, do, rule = (_by_language(row, prefix) for prefix in ("", "do_", "rule_"))
    return Sentence(what, do, rule, row.get("see", ""), row.get("example", ""), shown, row.get("of", ""))


def _by_language(row: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {language: row[prefix + language] for language in ("en", "fr") if prefix + language in row}


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text with `{names}` replaced; values are never read as formats themselves."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "?"), text)
