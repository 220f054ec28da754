"""The SKOS view: what is no SKOS (OWL classes, RDFS trees, units, labelled things) seen as concepts; SKOS with what it leaves unsaid.

A document that has SKOS concepts keeps all that it says; what is added is what other readers rely on: type, scheme, label, definition,
`skos:broader` where only `skos:narrower` is said. Of any other document the view is all that is kept (`mappings/skos-view.yaml`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import yaml
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.namespaces import DCT, OWL, RDF, RDFS, SKOS, XSD
from kg.resources import resource
from kg.vocabulary.reading import Reading

_Said: TypeAlias = dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]]

_TRUE: Final = Literal("true", datatype=XSD.boolean)
_MEMBERSHIP: Final = (SKOS.inScheme, SKOS.topConceptOf)
#: Left by builders that forgot to fill it in; no IRI of anything.
_PLACEHOLDER: Final = "$$"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which properties play which part, from `mappings/skos-view.yaml`."""

    of: dict[str, tuple[NamedNode, ...]]

    def __getitem__(self, part: str) -> tuple[NamedNode, ...]:
        return self.of[part]


@cache
def parts(overlay: Path | None = None) -> Parts:
    """The table of parts."""
    table = yaml.safe_load(resource("mappings/skos-view.yaml", overlay).read_text("utf-8"))
    prefixes = table.pop("prefixes")
    return Parts({part: tuple(_expanded(curie, prefixes) for curie in curies) for part, curies in table.items()})


def _expanded(curie: str, prefixes: dict[str, str]) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(prefixes[prefix] + local)


def skos_view(triples: Iterable[Triple], reading: Reading) -> Iterator[Triple]:
    """The statements of one vocabulary as SKOS, some of them perhaps twice. Blank nodes do not matter in what is no SKOS."""
    everything = list(triples)
    said = _said(everything)
    concepts = _skos_concepts(said)
    if concepts:
        yield from everything
        yield from _completed(concepts, said, reading)
    else:
        yield from _seen(said, reading)


def _said(triples: Iterable[Triple]) -> _Said:
    said: _Said = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, (NamedNode, Literal)):
            said[triple.subject][triple.predicate].append(triple.object)
    return said


def _skos_concepts(said: _Said) -> list[NamedNode]:
    """Whatever is called a concept, or is said to be in a scheme and is called nothing else of SKOS."""
    others = {SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection}
    return [
        subject
        for subject, of in said.items()
        if SKOS.Concept in of.get(RDF.type, ()) or (any(each in of for each in _MEMBERSHIP) and others.isdisjoint(of.get(RDF.type, ())))
    ]


# --- SKOS, completed ---


def _completed(concepts: list[NamedNode], said: _Said, reading: Reading) -> Iterator[Triple]:
    known, properties = set(concepts), parts()
    narrower = _inverse(said, SKOS.narrower, known)
    scheme = _scheme(said, reading)
    if any(not any(each in said[concept] for each in _MEMBERSHIP) for concept in concepts):
        yield from _scheme_itself(scheme, said, reading)
    for concept in concepts:
        of = said[concept]
        yield Triple(concept, RDF.type, SKOS.Concept)
        if not any(each in of for each in _MEMBERSHIP):
            yield Triple(concept, SKOS.inScheme, scheme)
        for top in of.get(SKOS.topConceptOf, ()):
            yield Triple(concept, SKOS.inScheme, top)
        if SKOS.prefLabel not in of:
            yield from _labels(concept, of, properties, reading.language)
        if SKOS.definition not in of:
            yield from _first(concept, SKOS.definition, of, properties["definition"], reading.language)
        yield from (Triple(concept, SKOS.broader, above) for above in narrower.get(concept, ()))


def _inverse(said: _Said, predicate: NamedNode, known: set[NamedNode]) -> dict[NamedNode, list[NamedNode]]:
    found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for subject in known:
        for value in said[subject].get(predicate, ()):
            if isinstance(value, NamedNode) and value in known:
                found[value].append(subject)
    return found


def _scheme(said: _Said, reading: Reading) -> NamedNode:
    """The one scheme or ontology that a document declares; ours where it declares none, or several."""
    for kind in (SKOS.ConceptScheme, OWL.Ontology):
        found = [subject for subject, of in said.items() if kind in of.get(RDF.type, ()) and _PLACEHOLDER not in subject.value]
        if len(found) == 1:
            return found[0]
    return NamedNode(reading.scheme)


def _scheme_itself(scheme: NamedNode, said: _Said, reading: Reading) -> Iterator[Triple]:
    of = said.get(scheme, {})
    yield Triple(scheme, RDF.type, SKOS.ConceptScheme)
    if SKOS.prefLabel not in of and DCT.title not in of:
        yield from _first(scheme, DCT.title, of, (RDFS.label, *parts()["label"]), reading.language)


# --- what is no SKOS ---


def _seen(said: _Said, reading: Reading) -> Iterator[Triple]:
    things = _things(said)
    if not things:
        return
    known, scheme = set(things), _scheme(said, reading)
    yield from _scheme_itself(scheme, said, reading)
    yield from (Triple(scheme, predicate, value) for predicate in _OF_SCHEMES for value in said.get(scheme, {}).get(predicate, ()))
    for thing in things:
        yield Triple(thing, RDF.type, SKOS.Concept)
        yield Triple(thing, SKOS.inScheme, scheme)
        yield from _concept(thing, said[thing], known, reading.language)


_OF_SCHEMES: Final = (OWL.versionInfo, OWL.versionIRI, DCT.license, DCT.modified, DCT.issued, DCT.created, DCT.publisher, DCT.creator)


def _things(said: _Said) -> list[NamedNode]:
    """Classes; else units; else whatever is below something; else properties; else whatever has a label."""
    properties = parts()
    heads = {OWL.Ontology, SKOS.ConceptScheme}
    for kinds in ("units", "classes"):
        if found := [thing for thing, of in said.items() if not set(properties[kinds]).isdisjoint(of.get(RDF.type, ()))]:
            return found
    labelled = [thing for thing, of in said.items() if any(each in of for each in properties["label"])]
    if any(RDFS.subClassOf in said[thing] for thing in labelled):
        return [thing for thing in labelled if heads.isdisjoint(said[thing].get(RDF.type, ()))]
    if found := [thing for thing, of in said.items() if not set(properties["properties"]).isdisjoint(of.get(RDF.type, ()))]:
        return found
    return [thing for thing in labelled if heads.isdisjoint(said[thing].get(RDF.type, ()))]


def _concept(
    thing: NamedNode, of: dict[NamedNode, list[NamedNode | Literal]], known: set[NamedNode], language: str | None
) -> Iterator[Triple]:
    properties = parts()
    yield from _labels(thing, of, properties, language)
    yield from _first(thing, SKOS.definition, of, properties["definition"], language)
    for part, predicate in (("notation", SKOS.notation), ("exact", SKOS.exactMatch), ("replaced", DCT.isReplacedBy)):
        values = (value for each in properties[part] for value in of.get(each, ()))
        yield from (Triple(thing, predicate, value) for value in values if isinstance(value, NamedNode) or part == "notation")
    for above in (value for each in (*properties["broader"], RDF.type) for value in of.get(each, ())):
        if above in known and above != thing:
            yield Triple(thing, SKOS.broader, above)
    if any(value.value in ("true", "1") for each in properties["deprecated"] for value in of.get(each, ())):
        yield Triple(thing, OWL.deprecated, _TRUE)
    yield from (Triple(thing, each, value) for each in properties["kept"] for value in of.get(each, ()))


def _labels(thing: NamedNode, of: dict[NamedNode, list[NamedNode | Literal]], properties: Parts, language: str | None) -> Iterator[Triple]:
    """One preferred label a language, and all others beside it."""
    preferred: dict[str, str] = {}
    for predicate in properties["label"]:
        for text in sorted(_texts(of.get(predicate, ()), language), key=lambda text: (text.language or "", text.value)):
            if (known := preferred.setdefault(text.language or "", text.value)) != text.value:
                yield Triple(thing, SKOS.altLabel, text)
            elif known:
                yield Triple(thing, SKOS.prefLabel, text)
    for predicate in properties["other"]:
        for text in _texts(of.get(predicate, ()), language):
            if preferred.get(text.language or "") != text.value:
                yield Triple(thing, SKOS.altLabel, text)


def _first(
    thing: NamedNode,
    predicate: NamedNode,
    of: dict[NamedNode, list[NamedNode | Literal]],
    candidates: Iterable[NamedNode],
    language: str | None,
) -> Iterator[Triple]:
    for candidate in candidates:
        if texts := list(_texts(of.get(candidate, ()), language)):
            yield from (Triple(thing, predicate, text) for text in texts)
            return


def _texts(values: Iterable[NamedNode | Literal | BlankNode], language: str | None) -> Iterator[Literal]:
    """Literals that are words, in the language given where they name none."""
    for value in values:
        if not isinstance(value, Literal) or not value.value.strip():
            continue
        if value.language or language is None:
            yield value if value.language or value.datatype == XSD.string else Literal(value.value)
        else:
            yield Literal(value.value, language=language)
