"""Map: one native, one crosswalk, one record graph. A pure function; nothing is looked up in a vocabulary."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context
from kg.crosswalk.blocks.equipment import describe_topic
from kg.crosswalk.blocks.identifier import doi_iri, identifier_literal
from kg.crosswalk.blocks.link import LinkBlock
from kg.crosswalk.document import Document, MalformedError
from kg.crosswalk.identity import Identity, Known, identify, known_of
from kg.crosswalk.json_document import JsonDocument, parse_json
from kg.crosswalk.language import SELECTORS, Crosswalk, Languages, Rule
from kg.crosswalk.places import Here
from kg.crosswalk.rdf_document import RdfDocument, parse_rdf
from kg.crosswalk.reading import read_crosswalks
from kg.crosswalk.record_graph import RecordGraph
from kg.crosswalk.tables import Tables
from kg.crosswalk.values import clean_line, parse_date, parse_doi, parse_iri
from kg.crosswalk.xml_document import XmlDocument, parse_xml
from kg.crosswalk.xml_in_json import xml_of_json
from kg.crosswalk.yaml_document import parse_yaml
from kg.model import Iri, Native, Outcome, Problem, Record, Severity
from kg.namespaces import (
    BASE,
    DCAT,
    DCT,
    DT,
    EU_LANGUAGE,
    FOAF,
    IANA_MEDIA_TYPES,
    OWL,
    PROV,
    RDF,
    THING_FAMILIES,
    compact,
    dataset_iri,
    expand,
    record_iri,
    segment,
)
from kg.text.language import Detector

#: Part of every fingerprint: to be raised when this engine or a block changes what it writes.
ENGINE_VERSION = "9"

#: What a record may describe, as crosswalks write it.
_CLASSES = frozenset({"dcat:Dataset", "dcat:DatasetSeries", "dcat:DataService", *map(compact, THING_FAMILIES)})

#: Longest native identifier, in characters; longer ones are no identifiers.
LONGEST_IDENTIFIER = 2_000

_RDF = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type").value


@dataclass(slots=True)
class Mapper:
    """All crosswalks. `map` turns a native into a record."""

    crosswalks: dict[str, Crosswalk]
    tables: Tables
    _functional: re.Pattern[str] = field(init=False)
    _base_version: str = field(init=False)
    #: the crosswalks in the order in which they are asked
    _by_priority: list[Crosswalk] = field(init=False)
    detector: Detector = field(init=False)
    #: hash of all crosswalks, tables and the engine: what records depend on beside their natives
    version: str = field(init=False)

    def __post_init__(self) -> None:
        self._base_version = ENGINE_VERSION + "." + self.tables.version
        self._by_priority = sorted(self.crosswalks.values(), key=lambda each: -each.recognition.priority)
        parts = [self._base_version, *(f"{name}:{each.version}" for name, each in sorted(self.crosswalks.items()))]
        self.version = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        words = self.tables.rows("function-words")
        self.detector = Detector({language: frozenset(row["words"].split()) for language, row in words.items()})
        names = self.tables.path("functional-mailboxes").read_text(encoding="utf-8").split("\n")[1:]
        self._functional = re.compile("|".join(name for name in names if name.strip()), re.IGNORECASE)

    @classmethod
    def from_resources(cls, overlay: Path | None = None, kept: Path | None = None) -> Mapper:
        """All crosswalks of the installation and of the overlay.

        :param kept: the folder in which is kept what was read, for the next process.
        :raises CrosswalkError: when one is wrong.
        """
        tables = Tables(overlay)
        return cls(read_crosswalks(tables, SELECTORS, kept), tables)

    def fingerprint(self, native_sha256: str, format: str | None) -> str:
        """What a record's graph depends on, as one hash: native, crosswalk, tables and engine.

        Where no crosswalk knows the native (`format` is `None`), it depends on all of them.
        """
        crosswalk = self.crosswalks.get(format or "")
        version = f"{crosswalk.version}:{self._base_version}" if crosswalk else self.version
        return hashlib.sha256(f"{native_sha256}:{version}".encode()).hexdigest()[:32]

    def map(self, native: Native) -> Outcome:
        """The record of a native, or the reason why there is none (`format.unknown` where no crosswalk knows it)."""
        try:
            document, crosswalk = self.recognise(native)
        except MalformedError as error:
            return _failed(native, error.code, error.where, detail=error.detail)
        if crosswalk is None:
            return _failed(native, "format.unknown", "", looks_like=describe(document))
        return self._map(native, document, crosswalk)

    def recognise(self, native: Native) -> tuple[Document, Crosswalk | None]:
        """The parsed native and the crosswalk that knows it.

        :raises MalformedError: when it cannot be parsed.
        """
        document = parse(native)
        for crosswalk in self._by_priority:
            if (fits := _fitting(crosswalk, document)) is not None:
                return fits, crosswalk
        return document, None

    def _map(self, native: Native, document: Document, crosswalk: Crosswalk) -> Outcome:
        document.root = next(iter(crosswalk.within.nodes(document, document.root)), document.root)
        _set_languages(document, crosswalk.languages)
        identifier = clean_line(crosswalk.identifier.string(document, document.root))[:LONGEST_IDENTIFIER]
        identifier = identifier or (PurePosixPath(native.location).stem if crosswalk.named_by_file else "")
        graph = self._written(native, document, crosswalk, identifier)
        if found := graph.language_found(self.detector):
            graph = self._written(native, document, crosswalk, identifier, found)
        graph.settle_languages(self.detector)
        record = Record(
            Iri(graph.record.value),
            native.source,
            graph.identifier,
            Iri(graph.dataset.value),
            native.sha256,
            crosswalk.format,
            self.fingerprint(native.sha256, crosswalk.format),
            graph.triples(),
            tuple(graph.terms.values()),
        )
        return Outcome(record, tuple(graph.problems))

    def _written(
        self, native: Native, document: Document, crosswalk: Crosswalk, identifier: str, found_language: str | None = None
    ) -> RecordGraph:
        """The graph that the rules write, without titles and descriptions, whose languages are not settled yet.

        :param found_language: in which language the record is, where it declares another.
        """
        graph = self._graph(native, document, crosswalk, identifier or native.identifier)
        graph.found_language = found_language
        if not identifier:
            graph.problem("identifier.missing", Severity.WARNING, used=native.identifier)
        _state_record(graph, native, document, crosswalk)
        about = Context(document, graph, self.tables, graph.dataset)
        if topic := _thing_described(native, document, crosswalk, graph.identifier):
            describe_topic(about, topic.identity, topic.known, crosswalk.thing, document.root)
        _run(crosswalk.rules, about, document.root)
        return graph

    def _graph(self, native: Native, document: Document, crosswalk: Crosswalk, identifier: str) -> RecordGraph:
        topic = _thing_described(native, document, crosswalk, identifier)
        doi = parse_doi(crosswalk.doi.string(document, document.root)) if topic is None else None
        record = NamedNode(record_iri(native.source, identifier))
        dataset = topic.identity.iri if topic else NamedNode(dataset_iri(native.source, identifier, doi))
        graph = RecordGraph(native.source, identifier, native.location, record, dataset, self.tag_of, self._is_functional)
        graph.language = self.tag_of(crosswalk.language.string(document, document.root))
        graph.base = parse_iri(crosswalk.base.string(document, document.root)) or ""
        if doi:
            graph.add(dataset, DCT.identifier, identifier_literal(doi))
            graph.add(dataset, OWL.sameAs, doi_iri(doi))
            # other records of the source know it by its identifier there
            graph.add(NamedNode(dataset_iri(native.source, identifier)), OWL.sameAs, dataset)
        return graph

    def tag_of(self, language: str) -> str | None:
        """BCP 47 tag of a language as a native writes it: code, name or code-list IRI; `None` where it is none.

        >>> Mapper.from_resources().tag_of("fre")
        'fr'
        """
        row = self.tables.row("languages", language.replace("_", "-").rsplit("/", 1)[-1].split("-")[0].split(";")[0])
        return row["tag"] if row else None

    def _is_functional(self, mailbox: str) -> bool:
        return self._functional.fullmatch(mailbox) is not None


def parse(native: Native) -> Document:
    """The native as a document of its syntax, told by its media type.

    :raises MalformedError: when it is none.
    """
    if not native.body.strip():
        raise MalformedError("empty", "", "")
    if native.media_type.endswith("/xml"):
        return XmlDocument(parse_xml(native.body))
    if native.media_type == "application/json":
        return JsonDocument(parse_json(native.body))
    if native.media_type == "application/yaml":
        return JsonDocument(parse_yaml(native.body))
    return parse_rdf(native.body, native.media_type)


def describe(document: Document) -> str:
    """What an unknown document looks like, for a person."""
    root = document.root
    if isinstance(document, XmlDocument):
        return f"XML with the root {document.root.tag}"
    if isinstance(document, RdfDocument):
        types = Counter({compact(document.string(node)): len(document.backward[node].get(_RDF, ())) for node in document.backward})
        return "RDF about " + (", ".join(name for name, count in types.most_common(5) if count) or "nothing that has a type")
    return "JSON with the keys " + ", ".join(sorted(map(str, root))[:12]) if isinstance(root, dict) else "JSON that is no object"


def _fitting(crosswalk: Crosswalk, document: Document) -> Document | None:
    """The document as the crosswalk reads it, or `None` where it is of another format."""
    recognition = crosswalk.recognition
    if crosswalk.syntax == "rdf" and isinstance(document, RdfDocument):
        subject = primary_subject(document, recognition.types)
        if subject is None:
            return None
        document.read_as(crosswalk.versions)
        document = document.about(subject)
    elif crosswalk.syntax == "xml" and isinstance(document, XmlDocument):
        if crosswalk.versions.name(document.root.tag) not in recognition.roots or recognition.json_keys:
            return None
        document.read_as(crosswalk.versions)
    elif crosswalk.syntax == "xml" and isinstance(document, JsonDocument):
        if not (isinstance(document.root, dict) and recognition.json_keys & document.root.keys()):
            return None
        document = XmlDocument(xml_of_json(document.root, min(recognition.roots), crosswalk.namespaces))
    elif not (crosswalk.syntax == "json" and isinstance(document, JsonDocument) and isinstance(document.root, dict)):
        return None
    return document if all(condition.holds(document, document.root) for condition in recognition.conditions) else None


def primary_subject(document: RdfDocument, types: Iterable[str]) -> ox.NamedNode | ox.BlankNode | None:
    """The resource of one of the types that a document is about: the first that no other such resource refers to.

    A data set or series comes before the services that give access to it.
    """
    wanted = set(types)
    candidates = [
        node for node, properties in document.forward.items() if any(str(kind.value) in wanted for kind in properties.get(_RDF, ()))
    ]
    inside = set(candidates)

    def rank(node: ox.NamedNode | ox.BlankNode) -> tuple[bool, bool, bool]:
        kinds = document.forward[node].get(_RDF, ())
        referred = any(subject in inside for subjects in document.backward.get(node, {}).values() for subject in subjects)
        return DCAT.Dataset not in kinds and DCAT.DatasetSeries not in kinds, referred, DCAT.Dataset not in kinds

    return min(candidates, key=rank, default=None)


def _set_languages(document: Document, languages: Languages) -> None:
    if not isinstance(document, XmlDocument) or languages.localised is None:
        return
    document.localised = languages.localised
    if languages.locales and languages.locale_id and languages.locale_language:
        document.locales = {
            languages.locale_id.string(document, each): languages.locale_language.string(document, each)
            for each in languages.locales(document, document.root)
        }


@dataclass(frozen=True, slots=True)
class _Topic:
    """The instrument, platform or project that a record describes."""

    identity: Identity
    known: Known


def _kind(document: Document, crosswalk: Crosswalk) -> str:
    """The class of what a record describes; a data set where the native says something else."""
    found = crosswalk.type.string(document, document.root)
    return expand(found) if found in _CLASSES else DCAT.Dataset.value


def _thing_described(native: Native, document: Document, crosswalk: Crosswalk, identifier: str) -> _Topic | None:
    """The thing that a record describes; none where it describes a data set, a series or a service."""
    family = THING_FAMILIES.get(_kind(document, crosswalk))
    if family is None:
        return None
    slots = crosswalk.thing.by_name
    known = known_of(lambda name: clean_line(slots[name].string(document, document.root)) if name in slots else "")
    return _Topic(identify(family, known, crosswalk.tables, f"{segment(native.source)}/{segment(identifier)}", named=True), known)


def _state_record(graph: RecordGraph, native: Native, document: Document, crosswalk: Crosswalk) -> None:
    """What every record says of itself (`docs/graph.md`, Record graph)."""
    record, dataset, source = graph.record, graph.dataset, NamedNode(f"{BASE}source/{native.source}")
    native_node = NamedNode(f"{record.value}#native")
    graph.add(record, RDF.type, DCAT.CatalogRecord)
    graph.add(record, FOAF.primaryTopic, dataset)
    graph.add(record, DCT.identifier, Literal(graph.redacted(graph.identifier)))
    graph.add(record, DCT.isPartOf, source)
    graph.add(record, DCT.conformsTo, NamedNode(f"{BASE}crosswalk/{crosswalk.format}"))
    graph.add(record, DT.crosswalkVersion, Literal(crosswalk.version))
    graph.add(record, PROV.wasDerivedFrom, native_node)
    graph.add(native_node, RDF.type, PROV.Entity)
    graph.add(native_node, DCT.identifier, Literal("sha256:" + native.sha256))
    graph.add(native_node, DCAT.mediaType, NamedNode(IANA_MEDIA_TYPES + native.media_type))
    graph.add(dataset, RDF.type, NamedNode(_kind(document, crosswalk)))
    graph.add(dataset, DCT.identifier, identifier_literal(graph.redacted(graph.identifier)))
    if text := crosswalk.modified.string(document, document.root):
        if modified := parse_date(text):
            graph.add(record, DCT.modified, modified)
        else:
            graph.here = Here(document, document.root, {"modified": crosswalk.modified})
            graph.problem("date.invalid", Severity.WARNING, value=text)
    language = graph.found_language or graph.language
    if language and (row := graph_language(crosswalk.tables, language)):
        graph.add(record, DCT.language, NamedNode(EU_LANGUAGE + row))


def graph_language(tables: Tables, tag: str) -> str | None:
    """The EU authority code of a language tag."""
    row = tables.row("languages", tag)
    return row["eu"] if row else None


def _run(rules: Sequence[Rule], context: Context, node: object) -> None:
    document = context.document
    for rule in rules:
        for each in rule.each(document, node) if rule.each else (node,):
            if not rule.conditions or all(condition.holds(document, each) for condition in rule.conditions):
                context.graph.here = Here(document, each, rule.slots.by_name)
                made = rule.block.run(rule.target, rule.slots, context, each)
                if rule.rules and not (made is None and isinstance(rule.block, LinkBlock)):
                    _run(rule.rules, context.at(made) if made is not None else context, each)


def _failed(native: Native, code: str, where: str, **values: str) -> Outcome:
    cut = tuple((name, value[:200]) for name, value in values.items())
    return Outcome(None, (Problem(code, Severity.VIOLATION, native.source, native.identifier, native.location, where, cut),))
