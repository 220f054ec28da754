"""One document of the index for one data set: its words, its facets, its extent, and what a list of hits shows.

The tables below are the whole schema; raise `LAYOUT` whenever one of them changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

import orjson
from tantivy import Document, Schema, SchemaBuilder

from kg.dataset import Box, ConceptLink, DatasetView, Mention, Reason, Statement, Text
from kg.model import Iri
from kg.namespaces import BASE, DOI
from kg.search.concepts import Concepts
from kg.search.extent import EVER, NEVER_ENDING, date_key, envelope, period_keys, unwrapped
from kg.search.openness import openness
from kg.search.words import ANALYSERS, PHRASES, analysers_for

#: Version of the schema; an index of another version is built anew.
LAYOUT: Final = 5

#: Groups of text and what a word is worth in each. Every group is a field for each analyser.
GROUPS: Final[dict[str, float]] = {"title": 4.0, "word": 2.0, "label": 1.5, "name": 1.5, "text": 1.0}


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: where its values' IRIs begin, and which kinds of term count as *unmapped* when no concept was found for them.

    A keyword is a term whose kind the record does not say, so it counts for variables and themes, which are what most keywords are.
    """

    base: str = ""
    terms: tuple[str, ...] = ()


FACETS: Final[dict[str, Facet]] = {
    "pole": Facet(BASE + "pole/"),
    "centre": Facet(BASE + "centre/"),
    "source": Facet(BASE + "source/"),
    "format": Facet(BASE + "crosswalk/"),
    "kind": Facet(),
    "variable": Facet(BASE + "variable/", ("variable", "keyword")),
    "instrument": Facet(BASE + "instrument/", ("instrument",)),
    "platform": Facet(BASE + "platform/", ("platform",)),
    "theme": Facet(BASE + "theme/", ("theme", "keyword")),
    "licence": Facet(BASE + "licence/", ("licence",)),
    "access": Facet(BASE + "access/", ("access",)),
    "openness": Facet(),
}

#: Values of a facet that are no IRI: the record uses words of this kind that no concept was found for, or says nothing.
UNMAPPED: Final = "unmapped"
MISSING: Final = "missing"

_EDGES: Final = ("west", "south", "east", "north")

#: What the list of hits keeps of long or many things, for each data set.
_KEPT_TEXT, _KEPT_STRINGS, _KEPT_BOXES = 1_500, 60, 20


def schema() -> Schema:
    """The schema of the index."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("hit", stored=True)
    for name in ("identifier", "concept", "mentioned"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for group in GROUPS:
        for analyser in ANALYSERS:
            builder.add_text_field(
                f"{group}_{analyser}", tokenizer_name=analyser, index_option="position" if analyser == PHRASES else "freq"
            )
    for name in _EDGES:
        builder.add_float_field(name, fast=True)
    for name in ("start", "end", "date"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


@dataclass(slots=True)
class Entry:
    """What the index holds of one data set, as plain values: any process can make it, and the one that writes the index takes it.

    :param texts: fields and their words, facets and keys.
    :param numbers: fields and numbers: degrees, days.
    :param hit: what a list of hits shows, as JSON.
    """

    iri: Iri
    texts: list[tuple[str, str]]
    numbers: list[tuple[str, float | int]]
    hit: bytes
    boxes: tuple[Box, ...]
    periods: tuple[tuple[int, int], ...]


def entries(views: Iterable[DatasetView], concepts: Concepts) -> Iterator[Entry]:
    """The entries of data sets."""
    return (entry(view, concepts) for view in views)


def entry(view: DatasetView, concepts: Concepts) -> Entry:
    """The entry of one data set."""
    values = facet_values(view, concepts)
    periods = period_ranges(view)
    return Entry(
        iri=view.iri,
        texts=[*_words(view, concepts), *_keys(view, concepts), *((name, value) for name, found in values.items() for value in found)],
        numbers=[*_extent(view, periods), ("date", sorting_date(view))],
        hit=orjson.dumps(_hit(view, values), default=list),
        boxes=view.boxes,
        periods=periods,
    )


def document(made: Entry) -> Document:
    """The document that tantivy takes."""
    document = Document()
    document.add_text("id", made.iri)
    for name, text in made.texts:
        document.add_text(name, text)
    for name, number in made.numbers:
        if isinstance(number, float):
            document.add_float(name, number)
        else:
            document.add_integer(name, number)
    document.add_bytes("hit", made.hit)
    return document


def _words(view: DatasetView, concepts: Concepts) -> Iterator[tuple[str, str]]:
    for group, texts in _groups(view).items():
        for text in texts:
            for analyser in analysers_for(text.text, text.language):
                yield f"{group}_{analyser}", text.text
    for analyser, labels in dict.fromkeys(words for concept in _concepts(view, concepts) for words in concepts.words(concept)):
        yield f"label_{analyser}", labels


def _keys(view: DatasetView, concepts: Concepts) -> Iterator[tuple[str, str]]:
    for key in dict.fromkeys(key for identifier in _identifiers(view) for key in identifier_keys(identifier)):
        yield "identifier", key
    for concept in _concepts(view, concepts):
        yield "concept", concept
    for concept in dict.fromkeys(concept for said in view.mentions for concept in concepts.closure(said.value.iri)):
        yield "mentioned", concept


def _concepts(view: DatasetView, concepts: Concepts) -> dict[Iri, None]:
    """What the data set is linked to, with all ancestors, each once."""
    return dict.fromkeys(concept for link in view.concepts for concept in concepts.closure(link.value.iri))


def _groups(view: DatasetView) -> dict[str, list[Text]]:
    """The view's own texts, in each of `GROUPS` but that of labels, each once."""
    texts: dict[str, Iterable[Text]] = {
        "title": _values((*view.titles, *view.alternatives)),
        "word": (*_values(view.keywords), *(term.value.text for term in view.terms if term.value.kind not in ("licence", "access"))),
        "name": map(Text, names(view)),
        "text": _values((*view.descriptions, *view.lineage, *view.purposes, *view.notes, *view.credits)),
    }
    return {group: [text for text in dict.fromkeys(found) if text.text] for group, found in texts.items()}


def _values(statements: Iterable[Statement[Text]]) -> Iterator[Text]:
    return (statement.value for statement in statements)


def names(view: DatasetView) -> tuple[str, ...]:
    """Names of agents, sensors, stations and places, each once."""
    agents = (said.value.agent.name for said in view.agents)
    sensors = (text for said in view.equipment for text in (said.value.label.text if said.value.label else "", said.value.model))
    stations = (said.value.label.text for said in view.facilities if said.value.label)
    places = (said.value.label.text for said in view.places if said.value.label)
    models = (said.value for said in (*view.models, *view.makers))
    return tuple(name for name in dict.fromkeys((*agents, *sensors, *stations, *places, *models)) if name)


def _identifiers(view: DatasetView) -> Iterator[str]:
    yield from (view.iri, *view.aliases)
    for record in view.records:
        yield from (record.iri, record.identifier)
    for said in (*view.identifiers, *view.same_as, *view.wigos_identifiers, *view.wmo_numbers, *view.call_signs, *view.serial_numbers):
        yield said.value


def identifier_keys(identifier: str) -> tuple[str, ...]:
    """What an identifier is looked up by: itself in lower case, and for a DOI the DOI alone.

    >>> identifier_keys("https://doi.org/10.17882/42182")
    ('https://doi.org/10.17882/42182', '10.17882/42182')
    """
    key = identifier.strip().lower()
    for prefix in (DOI, "http://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/", "doi:"):
        if key.startswith(prefix):
            return (key, key.removeprefix(prefix).strip())
    return (key,) if key else ()


def facet_values(view: DatasetView, concepts: Concepts) -> dict[str, tuple[str, ...]]:
    """The values of each of `FACETS`; concepts come with their ancestors, and a facet without a value is `unmapped` or `missing`."""
    found: dict[str, list[str]] = {
        "pole": [record.source.pole for record in view.records],
        "centre": [record.source.centre for record in view.records],
        "source": [record.source.iri for record in view.records],
        "format": [record.format for record in view.records],
        "kind": [view.kind],
        "openness": [openness(view, concepts)],
    }
    for link in view.concepts:
        found.setdefault(link.value.kind, []).extend(concepts.closure(link.value.iri))
    kinds = {term.value.kind for term in view.terms}
    return {name: tuple(filter(None, dict.fromkeys(found.get(name, ())))) or _gap(facet, kinds) for name, facet in FACETS.items()}


def _gap(facet: Facet, kinds: set[str]) -> tuple[str, ...]:
    return (UNMAPPED if kinds.intersection(facet.terms) else MISSING,)


def _extent(view: DatasetView, periods: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, float | int]]:
    """The envelope of all boxes and of all periods; the index keeps the parts beside it where there are several."""
    if box := envelope(view.boxes):
        west, east = unwrapped(box)
        for name, edge in zip(_EDGES, (west, box.south, east, box.north), strict=True):
            yield name, float(edge)
    if periods:
        yield "start", min(start for start, _ in periods)
        yield "end", max(end for _, end in periods)


def period_ranges(view: DatasetView) -> tuple[tuple[int, int], ...]:
    """First and last day of each period that has a date, each once."""
    keys = (period_keys(period.value) for period in view.periods)
    return tuple(dict.fromkeys(key for key in keys if key is not None and key != (EVER, NEVER_ENDING)))


def sorting_date(view: DatasetView) -> int:
    """When the data set was last changed or issued, else when its record was; 0 where nobody says."""
    given = [said.value for said in (*view.modified, *view.issued, *view.created)] or [record.modified for record in view.records]
    return max((date_key(text) or 0 for text in given), default=0)


def _hit(view: DatasetView, values: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """What a list of hits needs, read back by `kg.search.hit`."""
    boxes: tuple[Box, ...] = view.boxes
    around = envelope(boxes)
    return {
        "kind": view.kind,
        "title": _by_language(view.titles),
        "text": {language: plain_text(text) for language, text in _by_language(view.descriptions).items()},
        "words": [text.text for text in dict.fromkeys((*_values(view.keywords), *(term.value.text for term in view.terms)))][
            :_KEPT_STRINGS
        ],
        "names": names(view)[:_KEPT_STRINGS],
        "identifiers": list(dict.fromkeys(said.value for said in (*view.same_as, *view.identifiers)))[:_KEPT_STRINGS],
        "poles": _given(values["pole"]),
        "centres": _given(values["centre"]),
        "sources": _given(values["source"]),
        "openness": values["openness"][0],
        "licences": [link.value.iri for link in view.linked("licence")],
        "boxes": boxes if len(boxes) <= _KEPT_BOXES or around is None else (around,),
        "period": _span(view),
        "date": sorting_date(view),
        "mentions": [_mention(said.value) for said in view.mentions[:_KEPT_STRINGS]],
        "concepts": [_concept(link.value) for link in view.concepts if link.value.kind not in ("licence", "access")],
    }


def _given(values: tuple[str, ...]) -> list[str]:
    return [value for value in values if value != MISSING]


def _by_language(texts: tuple[Statement[Text], ...]) -> dict[str, str]:
    """The text of the most trusted source for each language."""
    return {said.value.language: said.value.text[:_KEPT_TEXT] for said in reversed(texts)}


_TAG: Final = re.compile(r"<[^<>]{0,300}>")


def plain_text(text: str) -> str:
    """Text for one line of a list: without tags, character references and runs of space. It may still hold `<`: pages must escape it.

    >>> plain_text("Rain<br />\\r and&nbsp;snow")
    'Rain and snow'
    """
    return " ".join(unescape(_TAG.sub(" ", text)).split())


def _span(view: DatasetView) -> tuple[str, str] | None:
    """Start of the first period and end of the last, as given."""
    dated = [(keys, said.value) for said in view.periods if (keys := period_keys(said.value))]
    if not dated:
        return None
    return min(dated, key=lambda pair: pair[0][0])[1].start, max(dated, key=lambda pair: pair[0][1])[1].end


def _concept(link: ConceptLink) -> dict[str, Any]:
    return {"kind": link.kind, "iri": link.iri, "why": [_reason(reason) for reason in link.reasons[:3]]}


def _mention(said: Mention) -> dict[str, Any]:
    passage = said.passage
    return {"kind": said.kind, "iri": said.iri, "passage": passage.text, "language": passage.language, "confidence": said.confidence}


def _reason(reason: Reason) -> dict[str, Any]:
    mapping = reason.mapping
    return {
        "term": reason.term.text.text,
        "predicate": mapping.predicate,
        "confidence": mapping.confidence,
        "justification": mapping.justification,
        "via": Iri(mapping.target) if reason.via else "",
    }
