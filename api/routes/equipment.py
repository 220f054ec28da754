"""What the page of an instrument, a platform or a project shows, or that of one record of it."""

from __future__ import annotations

from pyoxigraph import NamedNode

from api.labels import Labels, objects
from api.messages import Words
from api.routes.dataset import LISTED, MEASURED, people, role_name, said_by, unmapped_terms
from api.serving import Served
from api.things import Thing
from api.world_map import world_map
from kg.dataset import DatasetView
from kg.namespaces import DCT, FOAF, is_thing
from kg.thing_names import carried_by, datasets_with


def equipment_context(served: Served, thing: Thing, words: Words, labels: Labels) -> dict[str, object] | None:
    """All that the template shows; none where the thing is no instrument, platform or project, and no record of one."""
    view = _view(served, thing)
    if view is None:
        return None
    of_record = thing.family == "record"
    return {
        "view": view,
        "record": view.records[0] if of_record else None,
        "sources": {record.iri: record.source for record in view.records},
        "map": world_map(view.boxes, words("dataset.map", n=len(view.boxes))) if view.boxes else "",
        "measured": [(kind, view.linked(kind), unmapped_terms(view, kind)) for kind in MEASURED],
        "people": people(view.agents, lambda role: role_name(role, words, labels)),
        "members": [one.value.target for one in view.relations if one.value.property == DCT.hasPart.value],
        "others": [one for one in view.relations if one.value.property != DCT.hasPart.value],
        "carried": [] if of_record else carried_by(served.reader, view.iri),
        "datasets": [] if of_record else datasets_with(served.reader, view.iri),
        "listed": LISTED,
    }


def _view(served: Served, thing: Thing) -> DatasetView | None:
    if is_thing(thing.iri):
        return served.datasets.read_thing(thing.iri)
    topics = objects(served.reader, NamedNode(thing.iri), FOAF.primaryTopic) if thing.family == "record" else []
    if not topics or not is_thing(topics[0].value):
        return None
    view = served.datasets.read(topics[0].value)
    return said_by(view, thing.iri) if view else None
