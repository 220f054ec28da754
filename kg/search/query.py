"""Answers a search from the index: hits, exact counts, what was understood, and what to relax when nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import orjson
from tantivy import FieldType, Occur, Order, Query
from tantivy import SearchResult as TantivyResult

from kg.dataset import DATASET_KINDS, Box
from kg.model import Iri
from kg.search.document import FACETS, GROUPS, MISSING, UNMAPPED, identifier_keys, schema
from kg.search.extent import intersects, unwrapped
from kg.search.hit import Hit, Sought, hit
from kg.search.index import SearchIndex, facet_counts
from kg.search.question import Span, Unit, spans, units, with_compounds
from kg.search.request import ANY_KIND, SearchRequest, Sort
from kg.search.words import ANALYSERS, forms

#: What it is worth to be linked to a concept that was asked for, and to bear an identifier that was asked for.
_CONCEPT_SCORE, _IDENTIFIER_SCORE = 12.0, 100.0
#: What it is worth that the text names a concept, where no record declares it.
_MENTION_SCORE = 4.0
#: Facets whose concepts texts are read for.
_READ_IN_TEXTS: Final = ("variable", "instrument", "platform")
#: The word itself is worth a little more than its stem.
_EXACT = 1.2
#: How much the weaker fields add to the strongest one.
_TIE = 0.1
#: What a word that contains the wanted one counts beside it.
_IN_COMPOUND = 0.3

_ORDERS: Final = {Sort.RELEVANCE: Order.Desc, Sort.NEWEST: Order.Desc, Sort.OLDEST: Order.Asc}
_SCHEMA: Final = schema()


@dataclass(frozen=True, slots=True)
class Understood:
    """Words of the question that are a label of a concept, and how many data sets are linked to it or to a narrower one."""

    words: str
    concept: Iri
    label: str
    total: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many hits have it. `key` is what a request gives; a concept comes with its broader concepts."""

    key: str
    iri: str
    label: str
    count: int
    broader: tuple[Iri, ...] = ()


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How many data sets there would be without one of the conditions."""

    parameter: str
    value: str
    total: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a search.

    `any_word`: no data set has all the words, so these have at least one. `unknown`: words that no data set has.
    `relax` is there only where there is no hit. `more_mentioned`: how many data sets more only name in their text what was asked for.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    understood: tuple[Understood, ...]
    any_word: bool = False
    unknown: tuple[str, ...] = ()
    relax: tuple[Relaxation, ...] = ()
    more_mentioned: int = 0


def search(index: SearchIndex, request: SearchRequest) -> SearchResult:
    """Search the index. Facets count all hits exactly."""
    asked, named = _question(index, request)
    filters = _filters(index, request)
    sought, found, any_word = _found(index, request, asked, named, filters)
    total: int = found.count  # type: ignore[attr-defined]
    return SearchResult(
        total=total,
        hits=_hits(index, request, found, Sought(asked, tuple(_concepts_sought(request, named)), request.language)),
        facets=_facets(index, request, sought, filters) if request.facets else {},
        understood=tuple(_understood(index, named, request.language)),
        any_word=any_word,
        unknown=tuple(unit.text for unit in asked if not unit.unwanted and _is_unknown(index, unit)),
        relax=() if total else tuple(_relaxations(index, request)),
        more_mentioned=_more_mentioned(index, request, total, any_word),
    )


def _more_mentioned(index: SearchIndex, request: SearchRequest, total: int, any_word: bool) -> int:
    if request.mentioned or any_word or not any(getattr(request, name) for name in _READ_IN_TEXTS):
        return 0
    return max(0, count(index, replace(request, mentioned=True)) - total)


def count(index: SearchIndex, request: SearchRequest) -> int:
    """How many data sets a search finds, with any of the words where none has all."""
    asked, named = _question(index, request)
    found = _found(index, replace(request, limit=0, offset=0), asked, named, _filters(index, request))[1]
    total: int = found.count  # type: ignore[attr-defined]
    return total


def _question(index: SearchIndex, request: SearchRequest) -> tuple[tuple[Unit, ...], tuple[Span, ...]]:
    asked = units(request.q)
    if not request.expand:
        return asked, ()
    asked = with_compounds(asked)
    return asked, spans(asked, index, request.language)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the words of a request ask for, without its filters."""

    musts: tuple[Query, ...]
    nots: tuple[Query, ...]

    def within(self, filters: Iterable[Query]) -> Query:
        return _all_of([*self.musts, *filters], self.nots)


def _found(
    index: SearchIndex, request: SearchRequest, asked: tuple[Unit, ...], named: tuple[Span, ...], filters: dict[str, Query]
) -> tuple[_Wanted, TantivyResult, bool]:
    """What is asked for, what it finds within the filters, and whether it had to ask for any word instead of all."""
    conditions, unwanted = tuple(_conditions(index, asked, named, request.mentioned)), tuple(_unwanted(index, asked))
    strict = _Wanted(conditions, unwanted)
    found = _run(index, request, strict.within(filters.values()), scored=bool(conditions))
    wanted = [unit for unit in asked if not unit.unwanted]
    if found.count or len(wanted) < 2:  # type: ignore[attr-defined]
        return strict, found, False
    loose = _Wanted((_any_of([*_each(index, wanted), *conditions]),), unwanted)
    return loose, _run(index, request, loose.within(filters.values()), scored=True), True


def _run(index: SearchIndex, request: SearchRequest, query: Query, *, scored: bool) -> TantivyResult:
    """Count and addresses of the hits of one page; best first, or by date where nothing makes one better than another."""
    order = {} if scored and request.sort == Sort.RELEVANCE else {"order_by_field": "date", "order": _ORDERS[Sort(request.sort)]}
    return index.searcher.search(query, max(1, request.limit), offset=request.offset, **order)  # type: ignore[arg-type]


def _total(index: SearchIndex, query: Query) -> int:
    found: int = index.searcher.search(query, limit=1).count  # type: ignore[attr-defined]
    return found


def _all_of(musts: Iterable[Query], nots: Iterable[Query] = ()) -> Query:
    clauses = [(Occur.Must, query) for query in musts] or [(Occur.Must, Query.all_query())]
    return Query.boolean_query([*clauses, *((Occur.MustNot, query) for query in nots)])


def _any_of(queries: Iterable[Query]) -> Query:
    clauses = [(Occur.Should, query) for query in queries]
    return Query.boolean_query(clauses) if clauses else Query.empty_query()


def _conditions(index: SearchIndex, asked: tuple[Unit, ...], named: tuple[Span, ...], mentioned: bool) -> Iterator[Query]:
    """What a hit must have: each wanted unit, or for a span the concept in place of its words."""
    in_spans = {id(unit) for span in named for unit in span.units}
    yield from _each(index, (unit for unit in asked if not unit.unwanted and id(unit) not in in_spans))
    for span in named:
        linked = [_scored(Query.term_query(_SCHEMA, "concept", concept), _CONCEPT_SCORE * len(span.units)) for concept in span.concepts]
        if mentioned:
            linked += [_scored(Query.term_query(_SCHEMA, "mentioned", concept), _MENTION_SCORE) for concept in span.concepts]
        yield _any_of([_all_of(_each(index, span.units)), *linked])


def _each(index: SearchIndex, asked: Iterable[Unit]) -> Iterator[Query]:
    return (_unit(index, unit) for unit in asked)


def _unwanted(index: SearchIndex, asked: tuple[Unit, ...]) -> Iterator[Query]:
    return _each(index, (unit for unit in asked if unit.unwanted))


def _scored(query: Query, score: float) -> Query:
    return Query.const_score_query(query, score)


def _unit(index: SearchIndex, unit: Unit) -> Query:
    """A word in any field and any form, words that stand together, or an identifier."""
    keys = [key for key in identifier_keys(unit.text) if index.searcher.doc_freq("identifier", key)]
    identified = [_scored(Query.term_query(_SCHEMA, "identifier", key), _IDENTIFIER_SCORE) for key in keys]
    found = [*identified, *(_phrase(index, unit) if unit.quoted or len(unit.words) > 1 else _word(index, unit.words[0]))]
    found += [Query.boost_query(query, _IN_COMPOUND) for compound in unit.compounds for query in _word(index, compound)]
    return Query.disjunction_max_query(found, _TIE) if found else Query.empty_query()


def _word(index: SearchIndex, word: str) -> Iterator[Query]:
    found = dict.fromkeys(zip(ANALYSERS, forms(word), strict=False))
    # A text without accents is not indexed a second time as *folded*; a query with accents must find it all the same.
    found |= {("fr", form): None for form in forms(word)[-1:]}
    for group, boost in GROUPS.items():
        for analyser, form in found:
            field = f"{group}_{analyser}"
            if index.searcher.doc_freq(field, form):
                worth = boost * _EXACT if analyser == "plain" else boost
                yield Query.boost_query(Query.term_query(_SCHEMA, field, form, "freq"), worth)


def _phrase(index: SearchIndex, unit: Unit) -> Iterator[Query]:
    """Words as they are typed (but for accents), one after the other."""
    plain = [form[0] for word in unit.words if (form := forms(word))]
    for group, boost in GROUPS.items():
        field = f"{group}_plain"
        if plain and all(index.searcher.doc_freq(field, word) for word in plain):
            # A phrase of one word is a panic in tantivy 0.27.
            query = (
                Query.phrase_query(_SCHEMA, field, list(plain)) if len(plain) > 1 else Query.term_query(_SCHEMA, field, plain[0], "freq")
            )
            yield Query.boost_query(query, boost)


def _is_unknown(index: SearchIndex, unit: Unit) -> bool:
    if any(index.searcher.doc_freq("identifier", key) for key in identifier_keys(unit.text)):
        return False
    return all(next(_word(index, word), None) is None for word in unit.words)


def _filters(index: SearchIndex, request: SearchRequest) -> dict[str, Query]:
    """The conditions of a request beside its words, by parameter."""
    found = {name: _facet_filter(name, getattr(request, name)) for name in FACETS if getattr(request, name) and name != "kind"}
    for name in _READ_IN_TEXTS if request.mentioned else ():
        if name in found:
            found[name] = _any_of([found[name], _facet_filter(name, getattr(request, name), field="mentioned")])
    if ANY_KIND not in request.kind:
        found["kind"] = _facet_filter("kind", request.kind or DATASET_KINDS)
    if request.bounds:
        found["bbox"] = _in_box(index, request.bounds)
    if request.window:
        found["period"] = _in_window(index, *request.window)
    return found


def facet_iri(name: str, value: str) -> str:
    """A value of a facet as the index has it.

    >>> facet_iri("variable", "air-temperature"), facet_iri("openness", "open"), facet_iri("variable", "unmapped")
    ('https://w3id.org/dataterra/variable/air-temperature', 'open', 'unmapped')
    """
    return value if "://" in value or value in (UNMAPPED, MISSING) else FACETS[name].base + value


def _facet_filter(name: str, values: tuple[str, ...], *, field: str = "") -> Query:
    return _scored(Query.term_set_query(_SCHEMA, field or name, [facet_iri(name, value) for value in values]), 0.0)


def _from_to(name: str, kind: FieldType, lower: float | None, upper: float | None) -> Query:
    return Query.range_query(_SCHEMA, name, kind, lower, upper)


def _in_box(index: SearchIndex, box: Box) -> Query:
    """Data sets with a box that meets the given one: as it is, one turn on (boxes that cross the antimeridian), or one turn back."""
    west, east = unwrapped(box)
    number = FieldType.Float
    rows = [_from_to("south", number, None, box.north), _from_to("north", number, box.south, None)]
    turns = [
        _all_of([_from_to("west", number, None, east), _from_to("east", number, west, None)]),
        _from_to("east", number, west + 360, None),
    ]
    if east > 180:
        turns.append(_from_to("west", number, None, east - 360))
    around = (iri for iri, extent in index.extents.items() if _only_around(extent.around, extent.boxes, lambda one: intersects(one, box)))
    return _scored(_all_of([*rows, _any_of(turns)], _without(around)), 0.0)


def _only_around(around: Box | None, boxes: tuple[Box, ...], meets: Callable[[Box], bool]) -> bool:
    """The envelope meets, but none of the boxes does."""
    return around is not None and len(boxes) > 1 and meets(around) and not any(map(meets, boxes))


def _in_window(index: SearchIndex, first: int, last: int) -> Query:
    """Data sets with a period that meets the given one."""
    between = (
        iri
        for iri, extent in index.extents.items()
        if len(extent.periods) > 1 and not any(start <= last and end >= first for start, end in extent.periods)
    )
    meets = [_from_to("start", FieldType.Integer, None, last), _from_to("end", FieldType.Integer, first, None)]
    return _scored(_all_of(meets, _without(between)), 0.0)


def _without(iris: Iterable[str]) -> list[Query]:
    excluded = list(iris)
    return [Query.term_set_query(_SCHEMA, "id", excluded)] if excluded else []


def _hits(index: SearchIndex, request: SearchRequest, found: TantivyResult, sought: Sought) -> tuple[Hit, ...]:
    made = []
    for score, address in found.hits[: request.limit]:
        stored = index.searcher.doc(address)
        content = orjson.loads(bytes(stored["hit"][0]))
        made.append(hit(Iri(stored["id"][0]), content, float(score) if request.sort == Sort.RELEVANCE else 0.0, sought, index.concepts))
    return tuple(made)


def _concepts_sought(request: SearchRequest, named: tuple[Span, ...]) -> Iterator[Iri]:
    yield from dict.fromkeys(concept for span in named for concept in span.concepts)
    for name in ("variable", "instrument", "platform", "theme"):
        for value in getattr(request, name):
            yield Iri(facet_iri(name, value))


def _facets(index: SearchIndex, request: SearchRequest, sought: _Wanted, filters: dict[str, Query]) -> dict[str, tuple[FacetValue, ...]]:
    """Counts of the hits; those of kinds also count what the kinds that are looked for leave out."""
    if not sought.musts and not sought.nots and filters.keys() <= {"kind"} and not request.kind:
        if not index.totals:
            index.totals = _counts(index, sought, filters)
        counts = index.totals
    else:
        counts = _counts(index, sought, filters)
    return {name: tuple(_facet_value(index, name, *pair, request.language) for pair in found.items()) for name, found in counts.items()}


def _counts(index: SearchIndex, sought: _Wanted, filters: dict[str, Query]) -> dict[str, dict[str, int]]:
    counts = facet_counts(index.searcher, sought.within(filters.values()))
    of_all_kinds = sought.within(query for name, query in filters.items() if name != "kind")
    return counts | facet_counts(index.searcher, of_all_kinds, ("kind",))


#: Labels of the values that are no IRI, in English and French.
_VALUE_LABELS: Final[dict[str, tuple[str, str]]] = {
    UNMAPPED: ("not linked to a concept yet", "pas encore relié à un concept"),
    MISSING: ("not stated", "non renseigné"),
    "open": ("open", "ouvert"),
    "restricted": ("restricted", "restreint"),
    "closed": ("closed", "fermé"),
    "unknown": ("unknown", "inconnu"),
    "dataset": ("data set", "jeu de données"),
    "series": ("series", "série"),
    "service": ("service", "service"),
    "instrument": ("instrument", "instrument"),
    "platform": ("platform or station", "plateforme ou station"),
    "project": ("project", "projet"),
}


def _facet_value(index: SearchIndex, name: str, value: str, total: int, language: str) -> FacetValue:
    if "://" not in value:
        return FacetValue(value, "", _VALUE_LABELS.get(value, (value, value))[language == "fr"], total)
    concepts = index.concepts
    return FacetValue(value.removeprefix(FACETS[name].base), value, concepts.label(value, language), total, concepts[value].broader)


def _understood(index: SearchIndex, named: tuple[Span, ...], language: str) -> Iterator[Understood]:
    for span in named:
        for concept in span.concepts:
            linked = [Query.term_query(_SCHEMA, "concept", concept), _facet_filter("kind", DATASET_KINDS)]
            total = _total(index, _all_of(linked))
            yield Understood(span.text, concept, index.concepts.label(concept, language), total)


def _relaxations(index: SearchIndex, request: SearchRequest) -> Iterator[Relaxation]:
    """Each condition left out in turn, where that finds something."""
    given: dict[str, tuple[str, SearchRequest]] = {}
    for name in FACETS:
        if values := getattr(request, name):
            given[name] = (", ".join(values), replace(request, **{name: ()}))  # type: ignore[arg-type]
    if request.q:
        given["q"] = (request.q, replace(request, q=""))
    if request.bbox:
        given["bbox"] = (request.bbox, replace(request, bbox=""))
    if request.window:
        given["period"] = (f"{request.start}/{request.end}", replace(request, start="", end=""))
    for parameter, (value, relaxed) in given.items():
        if total := count(index, relaxed):
            yield Relaxation(parameter, value, total)
