"""The merged view of a data set: what all its records say, most trusted first, each statement with the records that state it.

A record *describes* a data set; several records of several sources may describe the same one (`docs/graph.md`). Pages, the search
index and exports use this view and nothing else; `kg.dataset_reader` reads it from a store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from kg.model import Iri
from kg.namespaces import BASE, DOI

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Statement(Generic[Value]):
    """A value and the records that state it, most trusted first."""

    value: Value
    records: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text in a language; the language is empty where none is known."""

    text: str
    language: str = ""


class Box(NamedTuple):
    """Degrees, in the order of RFC 7946 section 5; `west` > `east` crosses the antimeridian (section 5.2)."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a name, an exact geometry (CRS84 WKT), its box, and heights or depths."""

    label: Text | None
    wkt: str
    box: Box | None
    lowest: float | None
    highest: float | None
    vertical_unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """When, as given (`2001`, `2001-05`, `2001-05-31` or with a time). No end: it goes on. `label` is verbatim where it is no date."""

    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A person or an organisation. `email` is a functional mailbox, never a person's."""

    iri: Iri
    name: str
    person: bool
    identifiers: tuple[str, ...]
    member_of: tuple[Iri, ...]
    homepage: str
    email: str


@dataclass(frozen=True, slots=True)
class AgentRole:
    """An agent and its part: `creator`, `publisher`, `contributor`, `contactPoint`, `rightsHolder`, or the IRI of a role."""

    role: str
    agent: Agent


@dataclass(frozen=True, slots=True)
class MappingView:
    """An accepted entry of the mapping ledger (<https://w3id.org/sssom/Mapping>)."""

    iri: Iri
    subject: Iri
    predicate: Iri
    target: Iri
    justification: str
    confidence: float | None
    author: str
    date: str
    scope: str


@dataclass(frozen=True, slots=True)
class TermUse:
    """A verbatim string, the kind of thing the record uses it for, and what it was mapped to."""

    iri: Iri
    kind: str
    text: Text
    thesaurus: str
    thesaurus_iri: str
    given_iri: str
    unit: str
    mappings: tuple[MappingView, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a concept is there: the term, its mapping, and the alignment that led on from the mapping's target, if one did."""

    term: TermUse
    mapping: MappingView
    via: MappingView | None = None


@dataclass(frozen=True, slots=True)
class ConceptLink:
    """A concept that linking found, as variable, instrument, platform, theme, licence or access condition."""

    kind: str
    iri: Iri
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept that title or description names and no record declares: its kind, and the passage in which the words stand."""

    kind: str
    iri: Iri
    passage: Text
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Rights:
    """What the record says of licence and access, verbatim."""

    text: Text
    link: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service that gives access."""

    iri: Iri
    title: Text | None
    endpoint: str
    conforms_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One way to get the data. `format_text` and `protocol_text` are verbatim."""

    iri: Iri
    titles: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    access_url: str
    download_url: str
    media_type: str
    format_text: str
    protocol_text: str
    byte_size: int | None
    conforms_to: tuple[str, ...]
    services: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A link to another thing; `property` is the IRI of the property."""

    property: Iri
    target: Iri


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor as a thing (<http://www.w3.org/ns/sosa/Sensor>)."""

    iri: Iri
    label: Text | None
    model: str
    manufacturer: str
    serial_number: str
    identifiers: tuple[str, ...]
    same_as: tuple[str, ...]
    hosts: tuple[Iri, ...]
    terms: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Facility:
    """A platform or station as a thing (<http://www.w3.org/ns/sosa/Platform>)."""

    iri: Iri
    label: Text | None
    identifiers: tuple[str, ...]
    same_as: tuple[str, ...]
    places: tuple[Place, ...]
    terms: tuple[Iri, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """Which terms (variables with unit) were measured by which sensors, at which facilities and times."""

    iri: Iri
    terms: tuple[Iri, ...]
    sensors: tuple[Iri, ...]
    facilities: tuple[Iri, ...]
    periods: tuple[Period, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of records. `trust` (0-100) orders what several sources say; pole and centre are IRIs, or empty."""

    iri: Iri
    title: tuple[Text, ...]
    pole: str
    centre: str
    homepage: str
    licence: str
    trust: float

    @property
    def id(self) -> str:
        """The source's short name, as in its IRI."""
        return self.iri.removeprefix(BASE + "source/")


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record of the data set and where it comes from: source, file, crosswalk and time."""

    iri: Iri
    source: SourceView
    identifier: str
    modified: str
    language: str
    format: str
    native_sha256: str
    native_media_type: str
    location: str
    generated: str
    withdrawn: str


#: What is counted and looked for as data sets, and the things that records describe beside them.
DATASET_KINDS: tuple[str, ...] = ("dataset", "series", "service")
THING_KINDS: tuple[str, ...] = ("instrument", "platform", "project")


@dataclass(frozen=True, slots=True)
class DatasetView:
    """One data set (or series, service, instrument, platform, project): every statement of all its records, those of the most trusted
    source first."""

    iri: Iri
    kind: str
    records: tuple[RecordView, ...]
    titles: tuple[Statement[Text], ...]
    descriptions: tuple[Statement[Text], ...]
    alternatives: tuple[Statement[Text], ...]
    identifiers: tuple[Statement[str], ...]
    same_as: tuple[Statement[str], ...]
    keywords: tuple[Statement[Text], ...]
    terms: tuple[Statement[TermUse], ...]
    concepts: tuple[Statement[ConceptLink], ...]
    licences: tuple[Statement[str], ...]
    access_rights: tuple[Statement[str], ...]
    rights: tuple[Statement[Rights], ...]
    places: tuple[Statement[Place], ...]
    periods: tuple[Statement[Period], ...]
    agents: tuple[Statement[AgentRole], ...]
    distributions: tuple[Statement[Distribution], ...]
    landing_pages: tuple[Statement[str], ...]
    relations: tuple[Statement[Relation], ...]
    equipment: tuple[Statement[Sensor], ...]
    facilities: tuple[Statement[Facility], ...]
    observations: tuple[Statement[Observation], ...]
    lineage: tuple[Statement[Text], ...]
    issued: tuple[Statement[str], ...]
    modified: tuple[Statement[str], ...]
    created: tuple[Statement[str], ...]
    languages: tuple[Statement[str], ...]
    versions: tuple[Statement[str], ...]
    frequencies: tuple[Statement[str], ...]
    conforms_to: tuple[Statement[str], ...]
    spatial_resolutions: tuple[Statement[str], ...]
    temporal_resolutions: tuple[Statement[str], ...]
    scales: tuple[Statement[str], ...]
    models: tuple[Statement[str], ...] = ()
    makers: tuple[Statement[str], ...] = ()
    serial_numbers: tuple[Statement[str], ...] = ()
    wigos_identifiers: tuple[Statement[str], ...] = ()
    wmo_numbers: tuple[Statement[str], ...] = ()
    call_signs: tuple[Statement[str], ...] = ()
    #: what carries an instrument, and what it consists of
    hosts: tuple[Statement[str], ...] = ()
    components: tuple[Statement[str], ...] = ()
    #: concepts that are named in title or description, and declared by no record
    mentions: tuple[Statement[Mention], ...] = ()
    #: where a service answers, and which data sets it gives access to
    endpoints: tuple[Statement[str], ...] = ()
    serves: tuple[Statement[str], ...] = ()
    #: projects and awards in which a data set was made
    projects: tuple[Statement[str], ...] = ()
    #: what it was made for, whom it thanks, how its source cites it, and what else is said of it
    purposes: tuple[Statement[Text], ...] = ()
    credits: tuple[Statement[Text], ...] = ()
    citations: tuple[Statement[Text], ...] = ()
    notes: tuple[Statement[Text], ...] = ()
    #: further IRIs of the same thing, by which some records know it
    aliases: tuple[Iri, ...] = ()

    @property
    def is_thing(self) -> bool:
        """Whether it is an instrument, a platform or a project, and no data set, series or service."""
        return self.kind in THING_KINDS

    @property
    def doi(self) -> str | None:
        """The data set's own DOI as `https://doi.org/...`, or none."""
        return next((same.value for same in self.same_as if same.value.startswith(DOI)), None)

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All boxes, each once."""
        return tuple(dict.fromkeys(place.value.box for place in self.places if place.value.box is not None))

    def title(self, language: str) -> Text:
        """The title for a reader: see `best_text`; the data set's IRI where no record gives one."""
        return best_text(self.titles, language) or Text(self.iri)

    def description(self, language: str) -> Text | None:
        """The description for a reader: see `best_text`."""
        return best_text(self.descriptions, language)

    def linked(self, kind: str) -> tuple[Statement[ConceptLink], ...]:
        """The concepts of one kind: `variable`, `instrument`, `platform`, `theme`, `licence` or `access`."""
        return tuple(link for link in self.concepts if link.value.kind == kind)


def best_text(texts: Iterable[Statement[Text]], language: str) -> Text | None:
    """The reader's language from the most trusted source that has it, else English, else French, else what there is.

    >>> french, english = (Statement(Text(*pair), ()) for pair in (("Pluie", "fr"), ("Rain", "en")))
    >>> best_text([french, english], "de").text
    'Rain'
    """
    ranks = {wanted: rank for rank, wanted in enumerate(dict.fromkeys((language, "en", "fr")))}
    return min((text.value for text in texts), key=lambda text: ranks.get(text.language.partition("-")[0], 3), default=None)
