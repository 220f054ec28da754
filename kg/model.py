"""The few structures that everything is built on (ARCHITECTURE.md, section 2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from kg.namespaces import BASE, digest

Iri = NewType("Iri", str)


class TermKind(StrEnum):
    """What a record uses a verbatim string for. A *keyword* is a term whose kind the record does not say."""

    VARIABLE = "variable"
    KEYWORD = "keyword"
    INSTRUMENT = "instrument"
    PLATFORM = "platform"
    THEME = "theme"
    LICENCE = "licence"
    ACCESS = "access"


class Severity(StrEnum):
    """A *violation* blocks a record, a *warning* does not, an *information* is only said."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from. Pole and centre come from here and are never guessed.

    `trust` (0-100) orders what several sources say of one data set: the highest speaks first.
    """

    id: str
    pole: str | None = None
    centre: str | None = None
    title: tuple[tuple[str, str], ...] = ()
    homepage: str | None = None
    metadata_licence: str | None = None
    trust: int = 50


@dataclass(frozen=True, slots=True)
class Native:
    """A metadata record as its source publishes it: the only thing before RDF. `body` is kept as received.

    `identifier` is what the protocol calls it (an OAI identifier, a file's name); the record's own identifier is found by the crosswalk.
    `location` says where it came from, for people: a path below the folder that was given, with `#n` for the n-th of a container.
    """

    source: str
    identifier: str
    media_type: str
    body: bytes
    location: str
    datestamp: str | None = None
    deleted: bool = False

    @property
    def sha256(self) -> str:
        """Hash of the body, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Term:
    """A verbatim string that records use; see `docs/graph.md`. Equal terms have one IRI, so one decision serves all their uses."""

    kind: TermKind
    text: str
    language: str | None = None
    thesaurus: str | None = None
    given_iri: str | None = None
    unit: str | None = None

    @property
    def iri(self) -> Iri:
        """IRI by hash of all that was given."""
        return _term_iri(self.kind, self.text, self.language, self.thesaurus, self.given_iri, self.unit)


@lru_cache(maxsize=10_000)  # the same few terms are asked for again and again: hashing them took a twentieth of ingesting
def _term_iri(kind: TermKind, *given: str | None) -> Iri:
    return Iri(f"{BASE}term/{kind}/{digest(kind, *given)}")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one record. The sentences for people are in `mappings/tables/problems.yaml`, by code.

    `where` is a place in the native (element path, line) or in the graph; `values` fill the sentences' placeholders.
    """

    code: str
    severity: Severity
    source: str
    identifier: str
    location: str
    where: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One metadata record of one source: one named graph, a pure function of native and crosswalk.

    `triples` are N-Triples lines, sorted, without blank nodes. `fingerprint` is the hash of native and crosswalk.
    """

    iri: Iri
    source: str
    identifier: str
    dataset: Iri
    native_sha256: str
    format: str
    fingerprint: str
    triples: bytes
    terms: tuple[Term, ...] = ()

    @property
    def graph(self) -> Iri:
        """The record's graph has the record's IRI."""
        return self.iri


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one native: a record, or none, and the problems found on the way."""

    record: Record | None
    problems: tuple[Problem, ...] = field(default=())


class MappingStatus(StrEnum):
    """State of a ledger entry."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Mapping:
    """One entry of the mapping ledger: a term or concept is linked to a concept (SSSOM: <https://w3id.org/sssom/Mapping>).

    `author` is a person (`person:...`) or a tool with version (`tool:...`). `scope` limits it to one source or record; empty: everywhere.
    `justification` is a CURIE of `semapv:`, `rule` says in words which rule of ours found it.
    """

    subject: Iri
    predicate: str
    object: Iri
    confidence: float
    justification: str
    author: str
    rule: str = ""
    scope: str = ""
    status: MappingStatus = MappingStatus.ACCEPTED
    time: str = ""

    @property
    def iri(self) -> Iri:
        """IRI by hash of subject, predicate, object and scope."""
        return Iri(f"{BASE}mapping/{digest(self.subject, self.predicate, self.object, self.scope)}")
