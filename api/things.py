"""From the path of a request to the thing that it names, and to all that the release says of it.

Cool URIs <https://www.w3.org/TR/cooluris/>; the IRIs are those of `docs/graph.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from pyoxigraph import NamedNode, Quad, Triple

from api.errors import NotFoundError, WithdrawnError
from api.labels import node_of, objects
from api.serving import Served
from kg.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format, format_of_extension
from kg.namespaces import BASE, DCAT, DT, FOAF, PROV, RDF, is_thing, link_graph_iri
from kg.store import Reader
from kg.thing_names import all_names

#: What a thing can be had in.
THING_FORMATS: Final = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
#: A named graph with more triples than this is not answered whole; it is in the release's dumps.
LARGEST_GRAPH: Final = 200_000
#: Triples that point to a thing of which nothing is said itself.
POINTING: Final = 1_000


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that the release knows, and the format that a suffix of the path asks for."""

    iri: str
    suffix: Format | None = None

    @property
    def path(self) -> str:
        """Its path on this host, without the slash at the start."""
        return self.iri.removeprefix(BASE)

    @property
    def family(self) -> str:
        """The first word of its path: `record`, `dataset`, `variable`..."""
        return self.path.partition("/")[0]


def find_thing(served: Served, raw_path: str) -> Thing:
    """The thing that a path names.

    :raises WithdrawnError: for a record that its source withdrew.
    :raises NotFoundError: when the release holds nothing of that name.
    """
    segments = [_encoded(segment) for segment in raw_path.strip("/").split("/")]
    for thing in _candidates(segments):
        if withdrawn := _withdrawn(served.reader, thing.iri):
            raise WithdrawnError(iri=thing.iri, date=withdrawn)
        if _is_known(served.reader, thing.iri):
            return thing
    raise NotFoundError(iri=(BASE + "/".join(segments))[:500])


def _encoded(segment: str) -> str:
    """One path segment encoded the way our IRIs are (RFC 3986, section 6.2.2.2), however the client encoded it."""
    return quote(unquote_to_bytes(segment), safe="")


def _candidates(segments: list[str]) -> Iterator[Thing]:
    """The name as it is first, since identifiers may end like a suffix does."""
    for parts in (segments, _doi_as_one(segments)):
        iri = BASE + "/".join(parts)
        yield Thing(iri)
        stem, dot, extension = iri.rpartition(".")
        if dot and (form := format_of_extension(extension, THING_FORMATS)):
            yield Thing(stem, form)


def _doi_as_one(segments: list[str]) -> list[str]:
    """A DOI whose suffix has slashes that somebody typed as they are."""
    if segments[:2] != ["dataset", "doi"] or len(segments) < 4:
        return segments
    return [*segments[:3], "%2F".join(segments[3:]).lower().replace("%2f", "%2F")]


def _is_known(reader: Reader, iri: str) -> bool:
    node = node_of(iri)
    if node is None:
        return False
    return any(True for _ in chain(reader.triples(node), reader.quads(graph=node), reader.triples(None, None, node)))


def _withdrawn(reader: Reader, iri: str) -> str:
    """When a record was withdrawn; empty where it was not."""
    node = node_of(iri)
    if node is None or not any(reader.triples(node, RDF.type, DT.WithdrawnRecord)):
        return ""
    return next((term.value for term in objects(reader, node, PROV.invalidatedAtTime)), "?")


def description(reader: Reader, thing: Thing) -> list[Triple]:
    """What is said of a thing, sorted: of a record and a data set all that their records say, of a vocabulary all of it.

    Of a thing that others only point to, what points to it.
    """
    said = list(_triples(reader, thing)) or islice(reader.triples(None, None, NamedNode(thing.iri)), POINTING)
    found = {str(triple): triple for triple in said}
    return [found[key] for key in sorted(found)]


def _triples(reader: Reader, thing: Thing) -> Iterator[Triple]:
    node = NamedNode(thing.iri)
    own = reader.triples(node)
    if thing.family == "record":
        return chain(own, _record(reader, thing.iri), reader.triples(NamedNode(thing.iri + "#native")))
    if thing.family == "dataset":
        topics = reader.triples(None, FOAF.primaryTopic, node)
        records = {triple.subject.value for triple in topics if isinstance(triple.subject, NamedNode)}
        return chain(own, *(_record(reader, record) for record in sorted(records)))
    if is_thing(thing.iri):
        return _of_all_names(reader, thing.iri)
    if thing.family == "source":
        return (triple for triple in own if triple.predicate != DCAT.record)
    graph = list(islice(reader.quads(graph=node), LARGEST_GRAPH + 1))
    if len(graph) > LARGEST_GRAPH:
        return own
    return chain(own, _as_triples(graph), _parts(reader, thing.iri))


def _of_all_names(reader: Reader, iri: str) -> Iterator[Triple]:
    """What is said of an instrument, a platform or a project under any of its names, and in the records that describe it."""
    for name in map(NamedNode, all_names(reader, iri)):
        yield from reader.triples(name)
        for triple in reader.triples(None, FOAF.primaryTopic, name):
            if isinstance(triple.subject, NamedNode):
                yield from _record(reader, triple.subject.value)


def _record(reader: Reader, record: str) -> Iterator[Triple]:
    graphs = (NamedNode(record), NamedNode(link_graph_iri(record)))
    return chain.from_iterable(_as_triples(reader.quads(graph=graph)) for graph in graphs)


def _as_triples(quads: Iterator[Quad] | list[Quad]) -> Iterator[Triple]:
    return (quad.triple for quad in quads)


def _parts(reader: Reader, iri: str) -> Iterator[Triple]:
    """What is said of the thing's parts, which have its IRI with a fragment."""
    for triple in reader.triples(NamedNode(iri)):
        if isinstance(triple.object, NamedNode) and triple.object.value.startswith(iri + "#"):
            yield from reader.triples(triple.object)
