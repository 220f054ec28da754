"""`equipment:` and `facility:` — the sensors that measured and the platforms that carried them, as things of their own."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.blocks.identifier import identifier_literal
from kg.crosswalk.blocks.term import add_term
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, parse_iri
from kg.model import TermKind
from kg.namespaces import BASE, DCT, DT, OWL, RDF, RDFS, SCHEMA, SOSA, digest


class EquipmentBlock:
    """Slots: `name`, `type` (what kind of instrument it is), `iri` (of that kind), `thesaurus`, `model`, `maker`, `serial`, `pid`, and
    `code` (its identifier where it is none that can be resolved).

    Inside a facility it is hosted by that facility.
    """

    SLOTS = frozenset({"name", "type", "iri", "thesaurus", "model", "maker", "serial", "pid", "code"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        thing = _thing("equipment", slots, context, node)
        if thing is None:
            return None
        graph = context.graph
        graph.add(thing, RDF.type, SOSA.Sensor)
        graph.add(graph.dataset, DT.equipment, thing)
        for name, predicate in (("model", SCHEMA.model), ("maker", SCHEMA.manufacturer), ("serial", SCHEMA.serialNumber)):
            if text := graph.redacted(clean_line(slots.string(name, context, node))):
                graph.add(thing, predicate, Literal(text))
        if context.subject.value.startswith(BASE + "facility/"):
            graph.add(thing, SOSA.isHostedBy, context.subject)
        elif context.subject != graph.dataset:
            graph.add(context.subject, SOSA.madeBySensor, thing)
        _term(TermKind.INSTRUMENT, slots, context.at(thing), node)
        return thing


class FacilityBlock:
    """Slots as of equipment: a satellite, ship, float, station or observatory."""

    SLOTS = EquipmentBlock.SLOTS

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        thing = _thing("facility", slots, context, node)
        if thing is None:
            return None
        graph = context.graph
        graph.add(thing, RDF.type, SOSA.Platform)
        graph.add(context.subject, DT.facility, thing)
        graph.add(graph.dataset, DT.facility, thing)
        _term(TermKind.PLATFORM, slots, context.at(thing), node)
        return thing


class ObservationBlock:
    """No slots: what stands in its rules is said of one `sosa:ObservationCollection`: which sensor measured which variable."""

    SLOTS: frozenset[str] = frozenset()

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        graph = context.graph
        observation = graph.part("observation")
        graph.add(graph.dataset, DT.observation, observation)
        graph.add(observation, RDF.type, SOSA.ObservationCollection)
        return observation


def _thing(path: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
    graph = context.graph
    values = {name: clean_line(slots.string(name, context, node)) for name in ("name", "type", "model", "maker", "serial", "code")}
    pid = slots.string("pid", context, node)
    iri = parse_iri(pid) if pid else None
    if not any(values.values()) and not iri:
        return None
    thing = NamedNode(f"{BASE}{path}/pid/{digest(iri)}") if iri else graph.resource(f"{path}/{graph.source}", *values.values())
    maker_and_model = " ".join(part for part in (values["maker"], values["model"]) if part)
    graph.add(thing, RDFS.label, Literal(graph.redacted(values["name"] or maker_and_model or values["type"] or values["code"] or str(iri))))
    if values["code"]:
        graph.add(thing, DCT.identifier, identifier_literal(graph.redacted(values["code"])))
    if iri:
        graph.add(thing, DCT.identifier, identifier_literal(iri))
        graph.add(thing, OWL.sameAs, NamedNode(iri))
    return thing


def _term(kind: TermKind, slots: Slots, context: Context, node: Node) -> None:
    """What kind of thing it is, as a source term: by its type, else by maker and model, else by its name."""
    maker_and_model = " ".join(filter(None, (slots.string("maker", context, node), slots.string("model", context, node))))
    texts = slots.texts("type", context, node) or [(maker_and_model, None)]
    if not texts[0][0]:
        texts = slots.texts("name", context, node)
    thesaurus = clean_line(slots.string("thesaurus", context, node)) or None
    iri = slots.string("iri", context, node) or None
    for text, language in texts or ([(iri, None)] if iri else []):
        add_term(context, kind, text, language, thesaurus, iri)
