"""Concepts of thesauri as linking needs them, read from SKOS (<https://www.w3.org/TR/skos-reference/>) and from alignments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.link.iris import iri_key
from kg.link.sssom import read_sssom
from kg.model import Iri, TermKind
from kg.namespaces import BASE, DT, OWL, RDF, SKOS

#: How a concept of another vocabulary stands to ours, seen from ours.
_INVERSE: Final = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
_MATCHES: Final = {SKOS[name].value: f"skos:{name}" for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch")} | {
    OWL.sameAs.value: "skos:exactMatch"
}
_LABELS: Final = {SKOS.prefLabel.value: "pref", SKOS.altLabel.value: "alt", SKOS.hiddenLabel.value: "hidden"}
#: Language under which the name of a matching concept is kept: `@gcmd` for the same concept; `~gcmd` for a near one, which only tells
#: places in paths.
_NAMES: Final = {"skos:exactMatch": "@", "skos:closeMatch": "~"}
_SUFFIXES: Final = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES}


@dataclass(frozen=True, slots=True)
class Label:
    """A name of a concept. `role` is `pref`, `alt`, `hidden`, `notation`, or `aligned` for the name of an exactly matching concept."""

    text: str
    language: str | None
    role: str


@dataclass(frozen=True, slots=True)
class Match:
    """A concept of another vocabulary: ours stands to it by `predicate`, says `source` (an alignment or scheme) this surely."""

    predicate: str
    iri: str
    source: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept to which terms may be linked, with all names by which it may be found.

    `official` is the IRI by which the world knows a licence or an access right.
    """

    iri: Iri
    kind: TermKind
    labels: tuple[Label, ...]
    matches: tuple[Match, ...] = ()
    official: str = ""
    broader: tuple[str, ...] = ()


def kind_of(iri: str) -> TermKind | None:
    """The kind of a hub concept, which its IRI tells; nothing for any other IRI.

    >>> kind_of("https://w3id.org/dataterra/variable/air-temperature")
    <TermKind.VARIABLE: 'variable'>
    """
    if not iri.startswith(BASE):
        return None
    kind, slash, slug = iri[len(BASE) :].partition("/")
    return TermKind(kind) if slash and slug and kind in _HUB_KINDS else None


_HUB_KINDS: Final = frozenset(kind.value for kind in TermKind) - {TermKind.KEYWORD}


def parse_concepts(data: bytes, media: ox.RdfFormat, scheme: str, kinds: dict[str, TermKind] | None = None) -> Iterator[Concept]:
    """The concepts of one RDF document that are of a kind we link to; deprecated ones are left out.

    :param scheme: a name for the document, kept with its matches and shown in errors.
    :param kinds: kind by concept scheme IRI, for vocabularies that are not ours; hub concepts tell theirs by their IRI.
    :raises VocabularyError: when the document does not parse.
    """
    labels: dict[str, list[Label]] = defaultdict(list)
    matches: dict[str, list[Match]] = defaultdict(list)
    schemes: dict[str, str] = {}
    concepts: dict[str, None] = {}
    officials: dict[str, str] = {}
    broader: dict[str, list[str]] = defaultdict(list)
    deprecated = set()
    try:
        for quad in ox.parse(data, format=media, base_iri=BASE):
            if not isinstance(quad.subject, ox.NamedNode):
                continue
            subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
            if isinstance(value, ox.Literal):
                if role := _LABELS.get(predicate):
                    labels[subject].append(Label(value.value, value.language, role))
                elif predicate == SKOS.notation.value:
                    labels[subject].append(Label(value.value, None, "notation"))
                elif predicate == OWL.deprecated.value and value.value == "true":
                    deprecated.add(subject)
            elif isinstance(value, ox.NamedNode):
                if match := _MATCHES.get(predicate):
                    matches[subject].append(Match(match, value.value, scheme))
                elif predicate == SKOS.broader.value:
                    broader[subject].append(value.value)
                elif predicate == DT.officialIri.value:
                    officials[subject] = value.value
                elif predicate in (SKOS.inScheme.value, SKOS.topConceptOf.value):
                    schemes[subject] = value.value
                elif predicate == RDF.type.value and value == SKOS.Concept:
                    concepts[subject] = None
    except (SyntaxError, ValueError) as error:
        raise VocabularyError(f"the vocabulary does not parse ({error})", where=scheme, hint="correct the file") from error
    for iri in concepts:
        kind = kind_of(iri) or (kinds or {}).get(schemes.get(iri, ""))
        if kind and iri not in deprecated:
            yield Concept(Iri(iri), kind, tuple(labels[iri]), tuple(matches[iri]), officials.get(iri, ""), tuple(broader[iri]))


def read_concepts(path: Path, kinds: dict[str, TermKind] | None = None) -> Iterator[Concept]:
    """The concepts of a Turtle or N-Triples file.

    :raises VocabularyError: when the file is neither, or does not parse.
    """
    media = _SUFFIXES.get(path.suffix)
    if media is None:
        raise VocabularyError("a vocabulary is read from .ttl or .nt", where=path.name, hint="convert the file")
    return parse_concepts(path.read_bytes(), media, path.name, kinds)


def read_alignments(paths: Iterable[Path]) -> dict[str, list[tuple[Match, str]]]:
    """What SSSOM files say of hub concepts: by concept, the matches, each with the name of the concept that is matched.

    Either side of an alignment may be ours; rejected and negative rows are left out.
    """
    found: dict[str, list[tuple[Match, str]]] = defaultdict(list)
    for path in paths:
        for row in read_sssom(path.read_text(encoding="utf-8"), path.name).rows:
            subject, target, predicate = row.get("subject_id", ""), row.get("object_id", ""), row.get("predicate_id", "")
            label = row.get("object_label", "")
            if not kind_of(subject) and kind_of(target):
                subject, target, predicate, label = target, subject, _INVERSE.get(predicate, predicate), row.get("subject_label", "")
            negative = row.get("predicate_modifier") or row.get("ext_status") in ("proposed", "rejected")
            if negative or not kind_of(subject) or predicate not in _MATCHES.values():
                continue
            found[subject].append((Match(predicate, target, path.name, _confidence(row, path.name)), label))
    return dict(found)


def _confidence(row: dict[str, str], name: str) -> float:
    try:
        return float(row.get("confidence") or 1.0)
    except ValueError as error:
        raise VocabularyError(f"'{row['confidence']}' is no confidence", where=name, hint="give a number between 0 and 1") from error


def with_alignments(concepts: Iterable[Concept], paths: Iterable[Path], thesaurus_of: dict[str, str]) -> Iterator[Concept]:
    """Concepts with the matches and names that alignments add.

    :param thesaurus_of: thesaurus id by IRI prefix; a name of another vocabulary is only valid for terms of that vocabulary.
    """
    alignments = read_alignments(paths)
    for concept in concepts:
        found = alignments.get(concept.iri, [])
        labels = [
            Label(text, _NAMES[match.predicate] + thesaurus, "aligned")
            for match, text in found
            if text and match.predicate in _NAMES
            for prefix, thesaurus in thesaurus_of.items()
            if iri_key(match.iri).startswith(prefix)
        ]
        yield replace(concept, labels=(*concept.labels, *labels), matches=(*concept.matches, *(match for match, _ in found)))
