"""The description of a data set as people will see it, fact by fact: in plain words, beside the words of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kg.dataset import Box, ConceptLink, DatasetView, Period, Text
from kg.search.concepts import Concepts

#: Values of one fact that are told.
MOST: Final = 50
_LINKED: Final = ("variable", "instrument", "platform", "theme")


@dataclass(frozen=True, slots=True)
class Because:
    """Why a concept is there: the record's words, and the rule that read them so."""

    words: str
    rule: str
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Value:
    """One value: by language where it has a name in several (`""`: as it is), with its IRI, and why it is there."""

    text: Mapping[str, str]
    iri: str = ""
    note: str = ""
    because: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact by its name in `kg/check/words.yaml`; `more` values are not told."""

    name: str
    values: tuple[Value, ...]
    more: int = 0


def facts_of(view: DatasetView, concepts: Concepts, rules: Mapping[str, str]) -> Iterator[Fact]:
    """The facts in the order of the page.

    :param rules: of ledger entries, by their IRI, the rule that made them.
    """
    for name, told in _all(view, concepts, rules):
        if values := [value for value in told if any(text.strip() for text in value.text.values())]:
            yield Fact(name, tuple(values[:MOST]), max(0, len(values) - MOST))


def _all(view: DatasetView, concepts: Concepts, rules: Mapping[str, str]) -> Iterator[tuple[str, list[Value]]]:
    def linked(kind: str) -> list[Value]:
        return [_concept(one.value, concepts, rules) for one in view.linked(kind)]

    yield "title", [_said(one.value) for one in view.titles]
    yield "description", [_said(one.value) for one in view.descriptions]
    yield "purpose", [_said(one.value) for one in view.purposes]
    yield "notes", [_said(one.value) for one in view.notes]
    for kind in ("licence", "access"):
        yield kind, linked(kind) or [_plain(one.value, one.value) for one in (view.licences if kind == "licence" else view.access_rights)]
    yield "rights", [_plain(one.value.text.text, one.value.link) for one in view.rights]
    yield "where", [_plain(_place(one.value.label, one.value.box)) for one in view.places]
    yield "when", [_plain(_period(one.value)) for one in view.periods]
    for kind in _LINKED:
        yield kind, linked(kind)
    yield (
        "unmapped",
        [
            Value({"": one.value.text.text}, one.value.given_iri, one.value.kind)
            for one in view.terms
            if not one.value.mappings and one.value.kind not in ("licence", "access")
        ],
    )
    yield (
        "who",
        [Value({"": one.value.agent.name or one.value.agent.iri}, note=one.value.role) for one in view.agents if "/" not in one.value.role],
    )
    yield "credits", [_said(one.value) for one in view.credits]
    yield "landing", [_plain(one.value, one.value) for one in view.landing_pages]
    yield "distribution", [_distribution(one.value.titles, one.value) for one in view.distributions]
    yield "identifiers", [_plain(one.value) for one in view.identifiers]


def _concept(link: ConceptLink, concepts: Concepts, rules: Mapping[str, str]) -> Value:
    because = [Because(reason.term.text.text, rules.get(reason.mapping.iri, ""), reason.mapping.confidence) for reason in link.reasons]
    return Value({language: concepts.label(link.iri, language) for language in ("en", "fr")}, link.iri, because=tuple(because))


def _said(text: Text) -> Value:
    return Value({"": text.text}, note=text.language)


def _plain(text: str, iri: str = "") -> Value:
    return Value({"": text}, iri)


def _place(label: Text | None, box: Box | None) -> str:
    name = label.text if label else ""
    if box is None:
        return name
    degrees = f"{_span(box.west, box.east)}° lon, {_span(box.south, box.north)}° lat"
    return f"{name} ({degrees})" if name else degrees


def _span(low: float, high: float) -> str:
    return f"{low:.10g}" if low == high else f"{low:.10g} … {high:.10g}"


def _period(period: Period) -> str:
    if not period.start and not period.end:
        return period.label
    return period.start if period.start == period.end else f"{period.start or '…'} – {period.end or '…'}"


def _distribution(titles: tuple[Text, ...], way: object) -> Value:
    address = getattr(way, "download_url", "") or getattr(way, "access_url", "")
    form = (
        getattr(way, "format_text", "")
        or getattr(way, "media_type", "").rsplit("/media-types/", 1)[-1]
        or getattr(way, "protocol_text", "")
    )
    return Value({"": titles[0].text if titles else address}, address, form)
