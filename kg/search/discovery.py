"""The discovery graph: a few flat triples for each data set, for people who write SPARQL (`docs/graph.md`, last section)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.dataset import DatasetView
from kg.namespaces import DT, ORCID, ROR, XSD
from kg.search.concepts import Concepts
from kg.search.document import period_ranges
from kg.search.extent import EVER, NEVER_ENDING, envelope, year
from kg.search.openness import openness

#: What a good description has beside a title and an identifier; the quality of a data set is the share of these that is there.
#: They are the properties that DCAT-AP 3 recommends, and those that finding and using Earth-system data takes.
RECOMMENDED: Final[dict[str, Callable[[DatasetView], bool]]] = {
    "description": lambda view: any(said.value.text.strip() for said in view.descriptions),
    "keywords or themes": lambda view: bool(view.keywords or view.linked("theme")),
    "variables that are linked to a concept": lambda view: bool(view.linked("variable")),
    "instruments or platforms that are linked to a concept": lambda view: bool(view.linked("instrument") or view.linked("platform")),
    "licence that is known": lambda view: bool(view.licences or view.linked("licence")),
    "conditions of access that are known": lambda view: bool(view.access_rights or view.linked("access")),
    "box": lambda view: bool(view.boxes),
    "period": lambda view: bool(period_ranges(view)),
    "creator or publisher": lambda view: any(said.value.role in ("creator", "publisher") for said in view.agents),
    "contact point": lambda view: any(said.value.role == "contactPoint" for said in view.agents),
    "agent with ORCID or ROR": lambda view: any(
        identifier.startswith((ORCID, ROR)) for said in view.agents for identifier in said.value.agent.identifiers
    ),
    "distribution or landing page": lambda view: bool(view.distributions or view.landing_pages),
    "date": lambda view: bool(view.issued or view.modified or view.created),
    "lineage": lambda view: any(said.value.text.strip() for said in view.lineage),
    "DOI": lambda view: view.doi is not None,
}

Statement: TypeAlias = tuple[NamedNode, NamedNode | Literal]


def discovery_triples(view: DatasetView, concepts: Concepts) -> bytes:
    """The discovery triples of a data set: sorted N-Triples lines (<https://www.w3.org/TR/n-triples/>); none of other things.

    Whoever counts in that graph counts data sets.
    """
    if view.is_thing:
        return b""
    subject = NamedNode(view.iri)
    lines = {f"{subject} {predicate} {value} .\n" for predicate, value in _statements(view, concepts)}
    return "".join(sorted(lines)).encode()


def quality(view: DatasetView) -> Decimal:
    """Share of `RECOMMENDED` that is there, from 0 to 1 with two digits."""
    return round(Decimal(sum(has(view) for has in RECOMMENDED.values())) / len(RECOMMENDED), 2)


def _statements(view: DatasetView, concepts: Concepts) -> Iterator[Statement]:
    for link in view.concepts:
        for concept in concepts.closure(link.value.iri):
            yield DT.concept, NamedNode(concept)
    for record in view.records:
        if record.source.pole:
            yield DT.pole, NamedNode(record.source.pole)
        if record.source.centre:
            yield DT.centre, NamedNode(record.source.centre)
    yield from _years(view)
    if box := envelope(view.boxes):
        for predicate, degrees in zip((DT.west, DT.south, DT.east, DT.north), box, strict=True):
            yield predicate, _decimal(Decimal(repr(float(degrees))))
    yield DT.openness, Literal(openness(view, concepts))
    yield DT.quality, _decimal(quality(view))


def _years(view: DatasetView) -> Iterator[Statement]:
    """First and last year; none where the time goes on, or where its beginning is not known."""
    ranges = period_ranges(view)
    start = min((start for start, _ in ranges), default=EVER)
    end = max((end for _, end in ranges), default=NEVER_ENDING)
    if start != EVER:
        yield DT.startYear, Literal(str(year(start)), datatype=XSD.integer)
    if end != NEVER_ENDING:
        yield DT.endYear, Literal(str(year(end)), datatype=XSD.integer)


def _decimal(value: Decimal) -> Literal:
    """The shortest form, which is also how the store writes it."""
    text = format(value, "f")
    return Literal(text.rstrip("0").rstrip(".") if "." in text else text, datatype=XSD.decimal)
