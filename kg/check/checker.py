"""What the graph would make of a record: identity, description in plain words, problems with advice, verdict and quality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.check.facts import Fact, facts_of
from kg.check.missing import missing_from
from kg.config import Settings
from kg.dataset import DatasetView
from kg.dataset_reader import DatasetReader
from kg.harvest.containers import Containers
from kg.harvest.files import Harvested, harvest_body, harvest_files
from kg.link.linker import mapping_triples
from kg.mend.mender import Mender
from kg.model import Mapping as LedgerEntry
from kg.model import Native, Problem, Severity, Source
from kg.namespaces import BASE, expand, link_graph_iri
from kg.origins import PlacedMapper
from kg.problems import Example, Sentences
from kg.processing import Processed, Processor, linker_of
from kg.resources import resource, resources
from kg.search.concepts import Concepts, concepts_of_store
from kg.search.discovery import quality
from kg.state import RecordStatus
from kg.validate import Validator

#: Which examples suit records of a format, by the beginning of the format's name.
_EXAMPLES_OF: Final = {
    "iso19139": "iso19139",
    "iso19115-2": "iso19139",
    "eml": "eml",
    "datacite": "datacite",
    "stac": "stac",
    "eodag": "stac",
    "dcat": "dcat",
    "epos-dcat": "dcat",
}
#: What shapes without a property path of their own look for.
_LOOKED_FOR: Final = {
    "dataset-description": ("dct:description",),
    "dataset-responsible": ("dct:publisher", "dct:creator"),
    "dataset-contact": ("dcat:contactPoint",),
    "dataset-subject": ("dcat:keyword", "dt:sourceTerm"),
    "dataset-way": ("dcat:distribution", "dcat:landingPage", "foaf:page"),
    "dataset-licence": ("dct:license",),
    "dataset-access": ("dct:accessRights",),
    "dataset-spatial": ("dct:spatial",),
    "dataset-temporal": ("dct:temporal",),
    "place-box": ("dt:west",),
    "place-point": ("geo:asWKT",),
    "place-world": ("dt:west",),
    "place-zero": ("dt:west",),
    "place-vertical-unit": ("dt:verticalUnit", "dt:lowest"),
}
_ORDER: Final = (Severity.VIOLATION, Severity.WARNING, Severity.INFORMATION)
#: The source of records that are pasted or uploaded.
YOURS: Final = Source("your-source", title=(("en", "Your source"), ("fr", "Votre source")))


class Verdict(StrEnum):
    """What would become of the record."""

    PUBLISHED = "published"
    WARNINGS = "published with warnings"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Advice:
    """One problem, or one thing that a better description would have. Texts are by language.

    :param places: where in the native it stands: element and line, path, or property.
    :param read_from: where the crosswalk of the format would read what is missing.
    :param no_field: nothing of the format is read as what is missing.
    :param is_told: of what is missing: one of the problems says so already.
    """

    code: str
    severity: Severity
    what: Mapping[str, str]
    do: Mapping[str, str]
    rule: Mapping[str, str]
    see: tuple[str, ...]
    places: tuple[str, ...] = ()
    read_from: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    more: int = 0
    example: Example | None = None
    is_told: bool = False
    no_field: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What one native of a file would become.

    :param dataset: what it describes, and `kind` what that is; `quality` is that of data, and none of instruments, platforms and projects.
    """

    location: str
    verdict: Verdict
    problems: tuple[Advice, ...]
    format: str = ""
    format_title: Mapping[str, str] = field(default_factory=dict)
    identifier: str = ""
    record: str = ""
    dataset: str = ""
    kind: str = ""
    quality: float | None = None
    facts: tuple[Fact, ...] = ()
    missing: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scratch:
    """One record's graphs beside the vocabularies, as a data-set reader wants them (`kg.dataset_reader.QuadSource`)."""

    record: Store
    vocabularies: Store

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: NamedNode | None = None,
        graph: NamedNode | None = None,
    ) -> Iterable[Quad]:
        return self.record.quads_for_pattern(subject, predicate, object, graph)

    def triples(
        self, subject: NamedNode | None = None, predicate: NamedNode | None = None, object: NamedNode | Literal | None = None
    ) -> Iterable[Triple]:
        stores = (self.record, self.vocabularies)
        return (quad.triple for quad in chain.from_iterable(store.quads_for_pattern(subject, predicate, object) for store in stores))


class Checker:
    """Checks natives one by one, with what that needs loaded once: crosswalks, vocabularies, shapes and sentences of the installation."""

    def __init__(self, settings: Settings) -> None:
        """:raises DataTerraError: when a crosswalk, a vocabulary or a shapes file of the installation cannot be used."""
        overlay = settings.config
        self._largest = settings.largest_native
        self.mapper = PlacedMapper.from_resources(overlay)
        validator = Validator.from_overlay(overlay)
        self._texts = validator.shapes.texts
        self.processor = Processor(self.mapper, linker_of(settings), validator)
        self.containers = Containers.from_resources(overlay)
        self.sentences = Sentences.from_resources(overlay, {name: text.message for name, text in self._texts.items()})
        self._vocabularies = _vocabularies(overlay)

    def mender(self, settings: Settings) -> Mender:
        """What mends records with the same crosswalks, vocabularies and shapes."""
        return Mender(settings, self.processor, self.containers, self.sentences)

    def files(self, paths: Iterable[Path], source: Source | None = None) -> Iterator[tuple[Checked, bytes]]:
        """Each record of files and folders with the triples that it would have; containers are opened.

        :raises ConfigError: when a path does not exist.
        """
        yield from self._each(harvest_files(paths, source, containers=self.containers, largest=self._largest))

    def body(self, body: bytes, name: str) -> Iterator[tuple[Checked, bytes]]:
        """The same for a text that was pasted or uploaded under a name."""
        yield from self._each(harvest_body(body, name, YOURS, containers=self.containers, largest=self._largest))

    def _each(self, harvested: Iterable[Harvested]) -> Iterator[tuple[Checked, bytes]]:
        for each in harvested:
            if each.native is not None and not each.native.deleted:
                yield self._native(each.native)
            elif each.problem is not None:
                yield Checked(each.problem.location, Verdict.REFUSED, (self._advice(each.problem, ""),)), b""

    def _native(self, native: Native) -> tuple[Checked, bytes]:
        self.mapper.last = None
        done = self.processor.process(native)
        if done.record is None:
            return Checked(native.location, Verdict.REFUSED, tuple(self._advice(each, "") for each in done.problems)), b""
        record = done.record
        told = _merged(self._advice(each, record.format) for each in done.problems)
        view, concepts = self._view(done, record.iri, record.dataset)
        checked = Checked(
            location=native.location,
            verdict=_verdict(done.status, told),
            problems=tuple(told),
            format=record.format,
            format_title=self.mapper.crosswalks[record.format].title,
            identifier=record.identifier,
            record=record.iri,
            dataset=record.dataset,
            kind=view.kind,
            quality=None if view.is_thing else float(quality(view)),
            facts=tuple(facts_of(view, concepts, {mapping.iri: mapping.rule for mapping in self._decisions(done)})),
            missing=tuple(self._missing(view, record.format, {each.code for each in told})),
        )
        return checked, record.triples + done.links

    def _decisions(self, done: Processed) -> Iterator[LedgerEntry]:
        yield from done.new_mappings
        for term, _ in done.terms:
            yield from self.processor.linker.decisions.of(term.iri)

    def _view(self, done: Processed, record: str, dataset: str) -> tuple[DatasetView, Concepts]:
        assert done.record is not None
        store = Store()
        mappings = b"".join(mapping_triples(mapping) for mapping in set(self._decisions(done)))
        for graph, triples in ((record, done.record.triples), (link_graph_iri(record), done.links), (f"{BASE}alignment/terms", mappings)):
            said = list(parse(triples, RdfFormat.N_TRIPLES))
            store.extend(
                Quad(each.subject, each.predicate, each.object, name) for each in said for name in (NamedNode(graph), DefaultGraph())
            )
        scratch = _Scratch(store, self._vocabularies)
        view = DatasetReader(scratch).read(dataset)
        assert view is not None
        return view, concepts_of_store(scratch)

    def _missing(self, view: DatasetView, format: str, told: set[str]) -> Iterator[Advice]:
        """What a better description would have, of data."""
        if view.is_thing:
            return
        shown = {self.sentences.by_code[code].topic for code in told & self.sentences.by_code.keys()}
        for code, sentence in missing_from(view, self.sentences):
            example = sentence.examples.get(_family(format))
            yield Advice(code, Severity.INFORMATION, sentence.what, sentence.do, {}, (), example=example, is_told=sentence.topic in shown)

    def _advice(self, problem: Problem, format: str) -> Advice:
        """A problem with everything that helps; findings of shapes get their place in the native."""
        sentence, values = self.sentences.by_code.get(problem.code), dict(problem.values)
        shape = self._texts.get(problem.code)
        places: tuple[str, ...] = (problem.where,) if problem.where else ()
        read_from: tuple[str, ...] = ()
        is_missing = problem.code == "identifier.missing"
        if shape is not None:
            places, is_missing, names = self._in_native(problem, values.get("value", ""))
            read_from = self.mapper.expected(problem.where.partition(" ")[0], names) if is_missing else ()
        elif is_missing and self.mapper.last:
            read_from = self.mapper.expected(self.mapper.last[0].record.value, ["dct:identifier"])
        see = shape.see_also if shape else (sentence.see,) if sentence and sentence.see else ()
        return Advice(
            problem.code,
            problem.severity,
            {language: self.sentences.what(problem, language) for language in ("en", "fr")},
            {language: self.sentences.do(problem, language) for language in ("en", "fr")},
            sentence.rule if sentence else {},
            see,
            places,
            read_from,
            (values["value"],) if shape and "value" in values else (),
            int(values.get("more", "0")),
            sentence.examples.get(_family(format)) if sentence else None,
            no_field=is_missing and not places and not read_from and bool(format),
        )

    def _in_native(self, problem: Problem, value: str) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
        """Where a finding stands, whether it is that something is missing, and the properties that it is about."""
        focus, _, path = problem.where.partition(" ")
        names = _LOOKED_FOR.get(problem.code) or tuple(name for name in path.replace("^", "").split(" | ") if name)
        properties = [_first_step(name) for name in names]
        place = self.mapper.place(focus, properties, value)
        is_missing = bool(names) and not value and not self.mapper.states(focus, properties)
        return ((place,) if place else ()), is_missing, names


def _first_step(path: str) -> str:
    return expand(path.split("/")[0]) if path else ""


def _merged(advice: Iterable[Advice]) -> list[Advice]:
    """The most severe first; what is said of several values of one place is said once."""
    found: dict[tuple[object, ...], Advice] = {}
    for each in advice:
        key = (each.code, each.places, each.read_from, each.what["en"])
        same = found.get(key)
        found[key] = replace(same, values=same.values + each.values, more=same.more + each.more) if same else each
    return sorted(found.values(), key=lambda each: _ORDER.index(each.severity))


def _verdict(status: RecordStatus, told: list[Advice]) -> Verdict:
    if status is not RecordStatus.PUBLISHED:
        return Verdict.REFUSED
    return Verdict.WARNINGS if any(each.severity is Severity.WARNING for each in told) else Verdict.PUBLISHED


def _family(format: str) -> str:
    """The examples that suit a format; none suit where its standard is another."""
    if format.endswith("-json"):
        return ""  # examples are XML
    return next((family for start, family in _EXAMPLES_OF.items() if format.startswith(start)), "")


def _vocabularies(overlay: Path | None) -> Store:
    store = Store()
    for path in (*resources("ontology/vocabularies", "*.ttl", overlay), resource("ontology/organisations.ttl", overlay)):
        store.load(path.read_bytes(), RdfFormat.TURTLE)
    return store
