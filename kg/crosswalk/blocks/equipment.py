"""`equipment:` and `facility:` — the sensors that measured and the platforms that carried them, as things of their own."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.blocks.identifier import identifier_literal
from kg.crosswalk.blocks.term import add_term
from kg.crosswalk.document import Node
from kg.crosswalk.identity import Identity, Known, identify, known_of, parse_pid
from kg.crosswalk.values import clean_line, parse_iri
from kg.model import TermKind
from kg.namespaces import BASE, DCT, DT, OWL, RDF, RDFS, SCHEMA, SOSA, SSN, digest, segment

#: What is written of a thing where the native gives it, by slot.
_PROPERTIES = {
    "model": SCHEMA.model,
    "maker": SCHEMA.manufacturer,
    "serial": SCHEMA.serialNumber,
    "wigos": DT.wigosIdentifier,
    "wmo": DT.wmoNumber,
    "call_sign": DT.callSign,
}

#: The slots of a thing; see `docs/crosswalks.md`.
THING_SLOTS = frozenset({"name", "type", "iri", "thesaurus", "pid", "uuid", "code", "ref", *_PROPERTIES})


class EquipmentBlock:
    """Slots: `name`, `type` (what kind of instrument it is), `iri` (of that kind), `thesaurus`, `model`, `maker`, `serial`, `pid`, `uuid`,
    `code` (its identifier where it is none that can be resolved), `ref` (the identifier of a record of the same source that describes it).

    Inside a facility it is hosted by that facility, inside equipment it is a part of that.
    """

    SLOTS = THING_SLOTS

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        thing = _thing("equipment", slots, context, node)
        if thing is None or thing == context.subject:
            return None
        graph, subject = context.graph, context.subject
        graph.add(thing, RDF.type, SOSA.Sensor)
        if _is_of_dataset(context):
            graph.add(graph.dataset, DT.equipment, thing)
        if _is_in(subject, "facility"):
            graph.add(thing, SOSA.isHostedBy, subject)
        elif _is_in(subject, "equipment"):
            graph.add(subject, SSN.hasSubSystem, thing)
        elif subject != graph.dataset:
            graph.add(subject, SOSA.madeBySensor, thing)
        _term(TermKind.INSTRUMENT, slots, context.at(thing), node)
        return thing


class FacilityBlock:
    """Slots as of equipment, and `wigos`, `wmo`, `call_sign`: a satellite, ship, float, station or observatory.

    Inside equipment it is what carries that.
    """

    SLOTS = THING_SLOTS

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        thing = _thing("facility", slots, context, node)
        if thing is None or thing == context.subject:
            return None
        graph, subject = context.graph, context.subject
        graph.add(thing, RDF.type, SOSA.Platform)
        if _is_in(subject, "equipment"):
            graph.add(subject, SOSA.isHostedBy, thing)
        elif _is_in(subject, "facility"):
            graph.add(subject, DCT.hasPart, thing)
        else:
            graph.add(subject, DT.facility, thing)
        if _is_of_dataset(context):
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


def _is_in(subject: NamedNode, family: str) -> bool:
    return subject.value.startswith(f"{BASE}{family}/")


def _is_of_dataset(context: Context) -> bool:
    """Whether the record describes a data set, and not a thing."""
    return _is_in(context.graph.dataset, "dataset")


def _thing(family: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
    """The thing of a rule, with what the native says of it."""
    known = known_of(lambda name: clean_line(slots.string(name, context, node)))
    if not known.any:
        return None
    identity = identify(family, known, context.tables, _otherwise(known, context.graph.source), named=bool(known.ref))
    maker_and_model = " ".join(part for part in (known.maker, known.model) if part)
    identifiers = (known.code, parse_pid(known.pid), known.wigos, known.call_sign, known.wmo, known.uuid, known.ref)
    label = next(filter(None, (known.name, maker_and_model, known.type, *identifiers)))
    context.graph.add(identity.iri, RDFS.label, Literal(context.graph.redacted(label)))
    describe_thing(context, identity, known)
    return identity.iri


def _otherwise(known: Known, source: str) -> str:
    """The end of the IRI of a thing without an identifier that holds everywhere: its source, and what is said of it there."""
    if known.ref:
        return f"{segment(source)}/{segment(known.ref)}"
    return f"{segment(source)}/{digest(known.name, known.type, known.model, known.maker, known.serial, known.code)}"


def describe_thing(context: Context, identity: Identity, known: Known) -> None:
    """Model, maker, serial number and identifiers, as they are given; and the IRIs by which other records may know the thing."""
    graph, thing = context.graph, identity.iri
    for name, predicate in _PROPERTIES.items():
        if text := graph.redacted(getattr(known, name)):
            graph.add(thing, predicate, Literal(text))
    if known.code:
        graph.add(thing, DCT.identifier, identifier_literal(graph.redacted(known.code)))
    if (pid := parse_pid(known.pid)) and parse_iri(pid):
        graph.add(thing, DCT.identifier, identifier_literal(pid))
        graph.add(thing, OWL.sameAs, NamedNode(pid))
    if known.uuid:
        graph.add(thing, DCT.identifier, Literal(graph.redacted(known.uuid)))
    for other in identity.others:
        graph.add(other, OWL.sameAs, thing)


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


def describe_topic(context: Context, identity: Identity, known: Known, slots: Slots, node: Node) -> None:
    """What a record says of the thing that it describes itself: as of others, and its kind as a source term."""
    describe_thing(context, identity, known)
    kind = TermKind.INSTRUMENT if _is_in(identity.iri, "equipment") else TermKind.PLATFORM
    if any(slots.string(name, context, node) for name in ("type", "model", "iri")):
        _term(kind, slots, context, node)
