"""What of each kind stands in a record's graph (`docs/graph.md`), in the forms in which a native's values are compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode

from kg.fidelity.values import FORMS, Kind
from kg.model import Record
from kg.namespaces import DCAT, DCT, DT, FOAF, OWL, RDF, RDFS, SCHEMA, SKOS, SOSA, VCARD, XSD

Forms = dict[Kind, set[str]]

#: Properties whose values are texts or dates of a kind, whatever they are said of.
_PROPERTIES: dict[NamedNode, tuple[Kind, ...]] = {
    DCT.language: (Kind.LANGUAGE,),
    DCT.identifier: (Kind.IDENTIFIER, Kind.LINK),
    DCT.issued: (Kind.DATE,),
    DCT.created: (Kind.DATE,),
    DCT.modified: (Kind.DATE,),
    DCT.available: (Kind.DATE,),
    DCT.dateAccepted: (Kind.DATE,),
    DCT.dateCopyrighted: (Kind.DATE,),
    DCT.dateSubmitted: (Kind.DATE,),
    DCAT.startDate: (Kind.DATE,),
    DCAT.endDate: (Kind.DATE,),
    DCAT.keyword: (Kind.KEYWORD,),
    DT.thesaurus: (Kind.THESAURUS,),
    DT.thesaurusIri: (Kind.THESAURUS,),
    FOAF.name: (Kind.CONTACT,),
    VCARD.fn: (Kind.CONTACT,),
    OWL.sameAs: (Kind.ORCID,),
}

#: Kinds of source terms, and what each arrived as.
_TERMS = {
    "keyword": (Kind.KEYWORD,),
    "theme": (Kind.KEYWORD,),
    "variable": (Kind.KEYWORD, Kind.VARIABLE),
    "instrument": (Kind.KEYWORD, Kind.INSTRUMENT),
    "platform": (Kind.KEYWORD, Kind.PLATFORM),
    "licence": (Kind.RIGHTS,),
    "access": (Kind.RIGHTS,),
}

#: Things with names of their own: the property that leads to them, and what they are.
_THINGS = {DT.equipment: Kind.INSTRUMENT, DT.facility: Kind.PLATFORM, DCT.rights: Kind.RIGHTS, DCT.spatial: Kind.KEYWORD}
_NAMES = frozenset(
    {RDFS.label, DCT.identifier, SCHEMA.model, SCHEMA.manufacturer, SCHEMA.serialNumber, SKOS.prefLabel, RDFS.seeAlso}
    | {DT.wigosIdentifier, DT.wmoNumber, DT.callSign}
)
#: The same, told by what they are: a record may describe one, and name others that belong to it.
_CLASSES = {SOSA.Sensor: Kind.INSTRUMENT, SOSA.Platform: Kind.PLATFORM}


def arrived(record: Record) -> Forms:
    """The forms of all values of a record's graph, by kind."""
    triples = [quad.triple for quad in ox.parse(record.triples, ox.RdfFormat.N_TRIPLES)]
    found: Forms = defaultdict(set)
    of_thing = {triple.object: kind for triple in triples if (kind := _THINGS.get(triple.predicate))}
    of_thing |= {triple.subject: kind for triple in triples if triple.predicate == RDF.type and (kind := _CLASSES.get(triple.object))}
    kinds = {triple.subject: _TERMS[_text(triple.object)] for triple in triples if triple.predicate == DT.termKind}
    for triple in triples:
        text = _text(triple.object)
        for kind in _kinds(triple, record, of_thing, kinds):
            if form := FORMS[kind](text):
                found[kind].add(form)
    for edges in _boxes(triples):
        if form := FORMS[Kind.BOX](edges):
            found[Kind.BOX].add(form)
    return found


def _kinds(triple: ox.Triple, record: Record, of_thing: dict[object, Kind], terms: dict[object, tuple[Kind, ...]]) -> Iterable[Kind]:
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    yield from _PROPERTIES.get(predicate, ())
    if predicate in (DCT.title, DCT.alternative) and _text(subject) == record.dataset:
        yield Kind.TITLE
    if predicate in (RDF.value, DT.givenIri):
        yield from terms.get(subject, ())
    if predicate in _NAMES and subject in of_thing:
        yield of_thing[subject]
    if isinstance(value, NamedNode) or (isinstance(value, Literal) and value.datatype == XSD.anyURI):
        yield Kind.LINK


_EDGES = (DT.west, DT.south, DT.east, DT.north)


def _boxes(triples: list[ox.Triple]) -> Iterable[str]:
    edges: dict[object, dict[NamedNode, str]] = defaultdict(dict)
    for triple in triples:
        if triple.predicate in _EDGES:
            edges[triple.subject][triple.predicate] = _text(triple.object)
    return (" ".join(box[edge] for edge in _EDGES) for box in edges.values() if len(box) == len(_EDGES))


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
