"""What the page of a data set, or of one record of it, shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import islice
from typing import Final

from pyoxigraph import NamedNode

from api.labels import Labels, objects
from api.messages import Words
from api.schema_org import dataset_json, script_of
from api.serving import Served
from api.things import Thing
from api.world_map import world_map
from kg.check.missing import missing_from
from kg.dataset import Agent, AgentRole, DatasetView, Statement, TermUse
from kg.namespaces import BASE, DCT, DT, FOAF, RDFS, SKOS
from kg.problems import Sentences
from kg.search.discovery import quality
from kg.service_links import datasets_served, services_of

#: Kinds of concepts that say what was measured with what, in the order of the page.
MEASURED: Final = ("variable", "instrument", "platform")
_NEIGHBOURS: Final = 100
#: Data sets of a service, or services and projects of a data set, that a page lists.
LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another data set that this one is near to, and the property that says so."""

    property: str
    iri: str


def dataset_context(served: Served, thing: Thing, words: Words, labels: Labels) -> dict[str, object] | None:
    """All that the template shows; none where the thing is no data set and no record of one."""
    view = _view(served, thing)
    if view is None:
        return None
    of_record = thing.family == "record"
    return {
        "view": view,
        "record": view.records[0] if of_record else None,
        "openness": _openness(served, view),
        "licence_note": lambda iri: labels.text(iri, SKOS.scopeNote, SKOS.definition, DCT.description, RDFS.comment),
        "map": world_map(view.boxes, words("dataset.map", n=len(view.boxes))) if view.boxes else "",
        "measured": [(kind, view.linked(kind), unmapped_terms(view, kind)) for kind in MEASURED],
        "other_terms": [(kind, unmapped_terms(view, kind)) for kind in ("keyword", "theme")],
        "people": people(view.agents, lambda role: role_name(role, words, labels)),
        "creators": cited(view.agents, "creator"),
        "publishers": cited(view.agents, "publisher"),
        "year": next((one.value[:4] for one in (*view.issued, *view.created, *view.modified) if one.value[:4].isdigit()), ""),
        "pointing_here": _pointing_here(served, view),
        "serves": datasets_served(served.reader, view.iri) if view.serves else (),
        "services": () if of_record else services_of(served.reader, view.iri),
        "listed": LISTED,
        "absent": {one.value.target for one in view.relations if _is_absent(served, one.value.target)},
        "decided": [one for one in view.concepts if one.value.reasons],
        "schema_org": None if of_record else script_of(dataset_json(view, words.language, labels)),
        "sources": {record.iri: record.source for record in view.records},
        "quality": quality(view),
        "missing": [sentence for _, sentence in missing_from(view, _sentences())],
    }


@cache
def _sentences() -> Sentences:
    return Sentences.from_resources()


def _is_absent(served: Served, iri: str) -> bool:
    """One of our names for something that no record describes."""
    return iri.startswith(BASE) and not any(True for _ in served.reader.triples(NamedNode(iri)))


def _view(served: Served, thing: Thing) -> DatasetView | None:
    if thing.family == "dataset":
        return served.datasets.read(thing.iri)
    topics = objects(served.reader, NamedNode(thing.iri), FOAF.primaryTopic)
    view = served.datasets.read(topics[0].value) if topics else None
    return said_by(view, thing.iri) if view else None


def said_by(view: DatasetView, record: str) -> DatasetView:
    """The view with what one record says, and nothing else."""
    kept: dict[str, object] = {"records": tuple(one for one in view.records if one.iri == record)}
    for field in fields(view):
        value = getattr(view, field.name)
        if isinstance(value, tuple) and field.name not in ("records", "aliases"):
            kept[field.name] = tuple(replace(one, records=(record,)) for one in value if record in one.records)
    return replace(view, **kept)  # type: ignore[arg-type]


def _openness(served: Served, view: DatasetView) -> str:
    found = objects(served.reader, NamedNode(view.iri), DT.openness)
    return found[0].value if found else "unknown"


def unmapped_terms(view: DatasetView, kind: str) -> list[Statement[TermUse]]:
    """The verbatim words of a kind that no concept was found for."""
    return [one for one in view.terms if one.value.kind == kind and not one.value.mappings]


def cited(agents: tuple[Statement[AgentRole], ...], role: str) -> list[Agent]:
    """The agents of a role as the most trusted record names them: a citation does not mix what several records say."""
    having = [one for one in agents if one.value.role == role]
    return [one.value.agent for one in having if having[0].records[0] in one.records]


def role_name(role: str, words: Words, labels: Labels) -> str:
    """What a role is called: by our own words for it, else as its code list does."""
    return words.either("role." + role.rstrip("/").replace("#", "/").rpartition("/")[2], "") or labels(role).text


def people(agents: tuple[Statement[AgentRole], ...], name: Callable[[str], str]) -> list[tuple[Statement[AgentRole], list[str]]]:
    """Each agent once, with the names of all its roles."""
    roles: dict[str, list[str]] = {}
    first: dict[str, Statement[AgentRole]] = {}
    for one in agents:
        iri = one.value.agent.iri
        first.setdefault(iri, one)
        if (role := name(one.value.role)) not in roles.setdefault(iri, []):
            roles[iri].append(role)
    return [(first[iri], found) for iri, found in roles.items()]


def _pointing_here(served: Served, view: DatasetView) -> list[Neighbour]:
    """Other data sets whose records name this one."""
    targets = [view.iri, *([view.doi] if view.doi else [])]
    properties = (DCT.relation, DCT.references, DCT.isPartOf, DCT.hasPart, DCT.isVersionOf, DCT.replaces)
    found = (
        Neighbour(wanted.value, triple.subject.value)
        for target in targets
        for wanted in properties
        for triple in served.reader.triples(None, wanted, NamedNode(target))
        if isinstance(triple.subject, NamedNode) and triple.subject.value != view.iri
    )
    return list(islice(found, _NEIGHBOURS))
