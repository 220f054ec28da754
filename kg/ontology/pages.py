"""The documentation as HTML: a fragment for the served page, and whole files without scripts and without network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kg.namespaces import compact
from kg.ontology.documentation import LANGUAGES, Documentation, words

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["curie"] = compact
    return environment


def fragment(doc: Documentation, language: str, link: Callable[[str], str], formats: Sequence[tuple[str, str]] = ()) -> Markup:
    """What stands within a page.

    :param link: the address of an IRI on the host that shows the page.
    :param formats: names and addresses of the ontology as data.
    """
    text = _environment().get_template("ontology.html").render(doc=doc, w=_in(language), language=language, link=link, formats=formats)
    return Markup(text)  # noqa: S704 - the template escapes


def write_pages(doc: Documentation, folder: Path, style: str, formats: Sequence[tuple[str, str]] = ()) -> list[Path]:
    """Write one page a language.

    :param style: the style sheet, which the pages carry.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        other = next(each for each in LANGUAGES if each != language)
        page = _environment().get_template("page.html")
        text = page.render(
            doc=doc, w=_in(language), language=language, link=_within(doc), formats=formats, style=Markup(style), other_code=other,  # noqa: S704
            other=_name(other),
        )  # fmt: skip
        path = folder / _name(language)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _in(language: str) -> dict[str, str]:
    return {key: texts[language] for key, texts in words().items()}


def _name(language: str) -> str:
    return f"ontology.{language}.html"


def _within(doc: Documentation) -> Callable[[str], str]:
    """Terms of ours are on the same page; what is no web address leads nowhere."""

    def link(iri: str) -> str:
        if iri.startswith(doc.iri + "#"):
            return iri.removeprefix(doc.iri)
        return iri if urlsplit(iri).scheme in ("http", "https") else ""

    return link
