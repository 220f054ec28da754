"""`docs/problems.md`, written from the tables: `python -m kg.problems_page > docs/problems.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Final

from kg.problems import Example, Sentence, Sentences
from kg.validate import Validator

_HEAD: Final = """# Problems, and how it should be

*Les problèmes, et comment ce devrait être : chaque phrase en anglais et en français.*

Every problem that the software tells has a code. `dataterra check FILE` and the page `/check` show those of a record, each with its
place in the native, this advice, and the example in the record's own format. This page is written by `python -m kg.problems_page`
from `mappings/tables/problems.yaml`, `mappings/tables/examples.yaml` and `shapes/*.ttl`; what makes a finding a violation stands in
[validation.md](validation.md).
"""

#: Headings, and which codes stand below them. Codes of shapes have a hyphen first, others a point.
_READING: Final = ("Reading the native", "Lire le document d'origine")
_SHAPES: Final = ("Checking the graph", "Contrôler le graphe")
_MISSING: Final = ("What a good description has besides", "Ce qu'une bonne description a de plus")

#: Formats as people know them, in the order of the page.
FORMATS: Final[Mapping[str, str]] = {"iso19139": "ISO 19139", "eml": "EML", "datacite": "DataCite", "stac": "STAC", "dcat": "DCAT (Turtle)"}
_SYNTAX: Final = {"stac": "json", "dcat": "turtle"}


def problems_page(validator: Validator) -> str:
    """The whole page, as Markdown."""
    texts = validator.shapes.texts
    sentences = Sentences.from_resources(shapes={name: text.message for name, text in texts.items()})
    kinds: dict[tuple[str, str], list[str]] = {_READING: [], _SHAPES: [], _MISSING: []}
    for code, sentence in sentences.by_code.items():
        heading = _MISSING if sentence.of else _SHAPES if code in texts else _READING
        severity = f" ({texts[code].severity})" if code in texts else ""
        see = texts[code].see_also if code in texts else (sentence.see,) if sentence.see else ()
        kinds[heading].append("\n".join(_problem(code, severity, sentence, see)))
    parts = [part for (en, fr), problems in kinds.items() for part in (f"## {en}\n\n*{fr}*", *problems)]
    return "\n\n".join([_HEAD.rstrip(), *parts, *_examples(sentences)]) + "\n"


def _problem(code: str, severity: str, sentence: Sentence, see: tuple[str, ...]) -> Iterator[str]:
    yield f"### `{code}`{severity}\n"
    for language in ("en", "fr"):
        said = " ".join(filter(None, (sentence.what.get(language), sentence.do.get(language))))
        rule = sentence.rule.get(language)
        yield f"- **{language}** {_plain(said)}" + (f" *{_plain(rule)}*" if rule else "")
    links = [f"<{address}>" for address in see]
    if sentence.topic:
        links.append(f"[example](#example-{sentence.topic})")
    if links:
        yield "- " + " · ".join(links)


def _examples(sentences: Sentences) -> Iterator[str]:
    by_topic = {sentence.topic: sentence.examples for sentence in sentences.by_code.values() if sentence.topic}
    yield "## Examples\n\n*Exemples*"
    for topic in sorted(by_topic):
        yield f'### <a id="example-{topic}"></a>{topic.replace("-", " ")}'
        for name, title in FORMATS.items():
            if example := by_topic[topic].get(name):
                yield _example(title, _SYNTAX.get(name, "xml"), example)


def _example(title: str, syntax: str, example: Example) -> str:
    within = f", in `{example.within}`" if example.within else ""
    return f"{title}{within}:\n\n```{syntax}\n{example.text}\n```"


def _plain(text: str) -> str:
    return text.replace("<", "\\<").replace("*", "\\*")


if __name__ == "__main__":
    sys.stdout.write(problems_page(Validator.from_overlay()))
