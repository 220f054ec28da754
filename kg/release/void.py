"""`void.ttl`: the graph described for machines that look for data, with VoID and DCAT (<https://www.w3.org/TR/void/>)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Triple, serialize

from kg.formats import N_QUADS, TURTLE, Format
from kg.namespaces import BASE, DCAT, DCT, FOAF, IANA_MEDIA_TYPES, PREFIXES, RDF, VOID, XSD
from kg.release.dumps import N_QUADS_FILE, TURTLE_FILE
from kg.release.manifest import Manifest
from kg.store import Reader

#: Partitions that are described, the biggest first; the long tail says nothing about a graph.
PARTITIONS: Final = 100
#: The dumps of a release and the formats they are in.
DUMPS: Final[dict[str, Format]] = {N_QUADS_FILE: N_QUADS, TURTLE_FILE: TURTLE}

_QUERIES: Final = Path(__file__).parent.parent / "query"
_GRAPH: Final = NamedNode(BASE)
_TITLES: Final = {"en": "Data Terra knowledge graph", "fr": "Graphe de connaissances de Data Terra"}
_DESCRIPTIONS: Final = {
    "en": "The metadata of the data and service poles of Data Terra, linked to shared vocabularies.",
    "fr": "Les métadonnées des pôles de données et de services de Data Terra, liées à des vocabulaires partagés.",
}
Statements = Iterator[tuple[NamedNode, NamedNode, NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Partitions:
    """The classes and properties of a graph with their counts, the biggest first."""

    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]


def count_partitions(reader: Reader) -> Partitions:
    """Count classes and properties of the merged graph. Reads all of it: about 1 s a million triples."""
    return Partitions(_counted(reader, "release-classes.rq"), _counted(reader, "release-properties.rq"))


def describe(manifest: Manifest, partitions: Partitions, dump_sizes: Mapping[str, int]) -> bytes:
    """The description as Turtle.

    :param dump_sizes: names of the dumps and their sizes in bytes.
    """
    statements = [
        *_about(manifest),
        *_partitions("class", partitions.classes, VOID["class"], VOID.entities),
        *_partitions("property", partitions.properties, VOID.property, VOID.triples),
        *((_GRAPH, VOID.vocabulary, NamedNode(iri)) for iri in _vocabularies(partitions)),
        *(statement for name, size in dump_sizes.items() for statement in _dump(manifest.number, name, size)),
    ]
    return serialize((Triple(*statement) for statement in statements), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _about(manifest: Manifest) -> Statements:
    counts = manifest.counts
    yield _GRAPH, RDF.type, VOID.Dataset
    yield _GRAPH, RDF.type, DCAT.Dataset
    for language in _TITLES:
        yield _GRAPH, DCT.title, Literal(_TITLES[language], language=language)
        yield _GRAPH, DCT.description, Literal(_DESCRIPTIONS[language], language=language)
    yield _GRAPH, DCT.modified, Literal(manifest.time, datatype=XSD.dateTime)
    yield _GRAPH, DCAT.version, Literal(str(manifest.number))
    yield _GRAPH, FOAF.homepage, NamedNode(BASE)
    yield _GRAPH, VOID.sparqlEndpoint, NamedNode(BASE + "sparql")
    yield _GRAPH, VOID.uriSpace, Literal(BASE)
    for name, value in (("triples", counts.triples), ("entities", counts.datasets), ("documents", counts.records)):
        yield _GRAPH, VOID[name], Literal(value)


def _partitions(name: str, counted: tuple[tuple[str, int], ...], of: NamedNode, measure: NamedNode) -> Statements:
    yield _GRAPH, VOID["classes" if name == "class" else "properties"], Literal(len(counted))
    for place, (iri, count) in enumerate(counted[:PARTITIONS], start=1):
        part = NamedNode(f"{BASE}#{name}-{place}")
        yield _GRAPH, VOID[f"{name}Partition"], part
        yield part, of, NamedNode(iri)
        yield part, measure, Literal(count)


def _dump(number: int, name: str, size: int) -> Statements:
    dump = NamedNode(f"{BASE}release/{number}/dumps/{name}")
    distribution = NamedNode(f"{BASE}#dump-{name.partition('.')[0]}")
    yield _GRAPH, VOID.dataDump, dump
    yield _GRAPH, DCAT.distribution, distribution
    yield distribution, RDF.type, DCAT.Distribution
    yield distribution, DCAT.downloadURL, dump
    yield distribution, DCAT.mediaType, NamedNode(IANA_MEDIA_TYPES + DUMPS[name].media_type)
    yield distribution, DCAT.compressFormat, NamedNode(IANA_MEDIA_TYPES + "application/gzip")
    yield distribution, DCAT.byteSize, Literal(str(size), datatype=XSD.nonNegativeInteger)


def _vocabularies(partitions: Partitions) -> list[str]:
    """Namespaces of the classes and properties in use."""
    return sorted({match.group() for iri, _ in partitions.classes + partitions.properties if (match := re.match(r".*[#/]", iri))})


def _counted(reader: Reader, query: str) -> tuple[tuple[str, int], ...]:
    solutions = reader.query((_QUERIES / query).read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)
    rows = ((row[0], row[1]) for row in solutions)
    return tuple((iri.value, int(count.value)) for iri, count in rows if isinstance(iri, NamedNode) and isinstance(count, Literal))
