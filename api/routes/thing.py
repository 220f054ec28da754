"""What the page of any other thing shows: an agent, a pole, a source, a term, a part of a record."""

from __future__ import annotations

from itertools import islice
from typing import Final

from pyoxigraph import Literal, NamedNode

from api.labels import Labels, as_text
from api.serving import Served
from api.things import Thing
from kg.dataset import Text
from kg.namespaces import DCAT, DISCOVERY, DT, RDF

#: Things that point here which one page lists.
LISTED: Final = 100
#: Families whose data sets the search can show, and the property that links a data set to one of them in the discovery graph.
_COUNTED: Final = {"pole": DT.pole, "centre": DT.centre}
Value = Text | str


def thing_context(served: Served, thing: Thing, labels: Labels) -> dict[str, object]:
    """Properties with their values, and what points here."""
    node = NamedNode(thing.iri)
    said: dict[str, list[Value]] = {}
    for triple in islice(served.reader.triples(node), 5_000):
        if triple.predicate not in (RDF.type, DCAT.record):
            said.setdefault(triple.predicate.value, []).append(_value(triple.object))
    pointing: dict[str, list[str]] = {}
    found = served.reader.triples(None, None, node)
    for triple in islice(found, LISTED):
        if isinstance(triple.subject, NamedNode):
            pointing.setdefault(triple.predicate.value, []).append(triple.subject.value)
    return {
        "types": [triple.object.value for triple in served.reader.triples(node, RDF.type) if isinstance(triple.object, NamedNode)],
        "said": sorted(said.items(), key=lambda item: labels(item[0]).text),
        "pointing": sorted(pointing.items()),
        "more_pointing": next(found, None) is not None,
        "datasets": _count(served, thing, node),
        "listed": LISTED,
    }


def _value(term: object) -> Value:
    if isinstance(term, Literal):
        return as_text(term)
    return term.value if isinstance(term, NamedNode) else str(term)


def _count(served: Served, thing: Thing, node: NamedNode) -> int | None:
    """How many data sets a pole, a centre or a source has; none where that is no question."""
    if wanted := _COUNTED.get(thing.family):
        return sum(1 for _ in served.reader.quads(None, wanted, node, DISCOVERY))
    if thing.family == "source":
        return sum(1 for _ in served.reader.triples(node, DCAT.record))
    return None
