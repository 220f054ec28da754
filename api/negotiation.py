"""What the client wants: media type by `format=`, suffix or `Accept`; language by `lang=` or `Accept-Language`.

RFC 9110, section 12.5 <https://www.rfc-editor.org/rfc/rfc9110#section-12.5>.
"""

from __future__ import annotations

from typing import Final

from kg.formats import Format, format_of_name

LANGUAGES: Final = ("en", "fr")
#: Plain JSON, where an answer is no RDF and no SPARQL result.
JSON: Final = Format("json", "JSON", ("application/json",), ("json",))

_LONGEST_HEADER: Final = 4000
Ranges = list[tuple[str, float]]


def parse_ranges(header: str) -> Ranges:
    """Media ranges or language ranges with their q-values; what is malformed is left out.

    >>> parse_ranges("text/turtle, application/rdf+xml;q=0.8, */*;q=0.1")
    [('text/turtle', 1.0), ('application/rdf+xml', 0.8), ('*/*', 0.1)]
    """
    ranges = []
    for part in header[:_LONGEST_HEADER].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = _quality(parameters)
        if name and quality is not None:
            ranges.append((name, quality))
    return ranges


def _quality(parameters: list[str]) -> float | None:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return None
    return 1.0


def choose_format(accept: str, formats: tuple[Format, ...]) -> Format | None:
    """The format the client likes best, the first of them where it has no wish, none where it accepts none of them.

    >>> from kg.formats import RESULT_FORMATS
    >>> choose_format("application/rdf+xml, application/sparql-results+xml", RESULT_FORMATS).name
    'xml'
    """
    ranges = parse_ranges(accept) or [("*/*", 1.0)]
    liked = [(_liking(entry, ranges), -place, entry) for place, entry in enumerate(formats)]
    quality, _, best = max(liked, key=lambda item: item[:2])
    return best if quality > 0 else None


def _liking(entry: Format, ranges: Ranges) -> float:
    """Quality by the most specific range that fits: a type by name, whichever of its names, else by group, else any."""
    group = entry.media_type.partition("/")[0] + "/*"
    for names in (entry.media_types, (group,), ("*/*",)):
        if fitting := [quality for name, quality in ranges if name in names]:
            return max(fitting)
    return 0.0


def wanted_format(accept: str, named: str, formats: tuple[Format, ...]) -> Format | None:
    """The format that `format=` names, else the best by `Accept`; a name that is none of these formats gives none."""
    return format_of_name(named, formats) if named else choose_format(accept, formats)


def choose_language(named: str, accept_language: str) -> str:
    """The language of the page: English or French.

    >>> choose_language("", "de, fr-CA;q=0.8, en;q=0.5")
    'fr'
    """
    if named in LANGUAGES:
        return named
    ranges = [(name.partition("-")[0], quality) for name, quality in parse_ranges(accept_language)]
    qualities = {language: max((quality for name, quality in ranges if name == language), default=0.0) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: qualities[language])
