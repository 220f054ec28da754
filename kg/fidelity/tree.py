"""Natives of every syntax as one stream: each element, attribute, value or object with the names that lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

import orjson
import pyoxigraph as ox
import yaml
from lxml import etree

from kg.fidelity.values import FORMS, Kind, orcids
from kg.jsonld_context import with_known_contexts
from kg.model import Native

#: Deeper than this no record is nested; what is, is hostile, and is not counted.
DEEPEST = 200

Names = tuple[str, ...]
#: A value as it stands, or several names of one thing, of which one is enough.
Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """Something that stands in a native. `what` is an lxml element, an attribute's text, a JSON value, or an RDF term with its graph."""

    names: Names
    what: Any


@dataclass(frozen=True, slots=True)
class Row:
    """Where a standard has values of a kind.

    :param path: the names that lead there, as the schema has them, from any place; from the root with `/` before. `*` in a name: any.
    :param take: the values of a node found there.
    :param outside: names of elements within which it would be said of something else (a thesaurus's title).
    """

    kind: Kind
    path: str
    take: Callable[[Node], Iterable[Value]]
    outside: frozenset[str] = frozenset()

    def fits(self, names: Names) -> bool:
        return _fits(self.path, names) and self.outside.isdisjoint(names)


@lru_cache(maxsize=200_000)
def _fits(path: str, names: Names) -> bool:
    steps = path.removeprefix("/").split("/")
    if len(names) < len(steps) or (path.startswith("/") and len(names) != len(steps)):
        return False
    return all(fnmatchcase(name, step) for step, name in zip(steps, names[-len(steps) :], strict=True))


@dataclass(frozen=True, slots=True)
class Found:
    """One value of a native: its forms (of which one is enough in the graph), how it is written, and where."""

    kind: Kind
    forms: frozenset[str]
    written: str
    path: str


def walk(native: Native, rows: Iterable[Row]) -> list[Found]:
    """The distinct values of a native by a standard's table; where the table says nothing of ORCIDs, those that stand anywhere.

    :raises ValueError: when it is malformed.
    """
    found: dict[tuple[Kind, frozenset[str]], Found] = {}
    table = tuple(rows)
    anywhere = not any(row.kind is Kind.ORCID for row in table)
    for node in nodes(native):
        values = [(row.kind, value) for row in table if row.fits(node.names) for value in row.take(node)]
        if anywhere:
            values += [(Kind.ORCID, orcid) for orcid in orcids(_own_text(node.what))]
        for kind, value in values:
            forms = frozenset(form for each in ((value,) if isinstance(value, str) else value) if (form := FORMS[kind](each)))
            if forms:
                written = value if isinstance(value, str) else " | ".join(filter(None, value))
                found.setdefault((kind, forms), Found(kind, forms, written, "/".join(node.names)))
    return list(found.values())


def nodes(native: Native) -> Iterator[Node]:
    """Everything in a native.

    :raises ValueError: when it is malformed.
    """
    if native.media_type.endswith("/xml"):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True)
        yield from _xml(etree.fromstring(native.body, parser), ())
    elif native.media_type == "application/json":
        value = orjson.loads(native.body.removeprefix(b"\xef\xbb\xbf"))
        yield from _xml(_element_of("MD_Metadata", value), ()) if _is_iso(value) else _json(value, ())
    elif native.media_type.endswith("yaml"):
        yield from _json(yaml.safe_load(native.body), ())
    else:
        yield from _rdf(native)


def local(tag: object) -> str:
    """The name of an element, property or class without its namespace."""
    return str(tag).rsplit("}", 1)[-1].rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _xml(element: etree._Element, above: Names) -> Iterator[Node]:
    names = (*above, local(element.tag))
    yield Node(names, element)
    for name, value in element.attrib.items():
        yield Node((*names, "@" + local(name)), str(value))
    for child in element.iterchildren("*"):
        yield from _xml(child, names)


def _json(value: Any, names: Names, depth: int = 0) -> Iterator[Node]:
    if depth > DEEPEST:
        return
    yield Node(names, value.isoformat() if isinstance(value, date) else value)  # YAML has dates
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _json(each, (*names, str(key)), depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _json(each, names, depth + 1)


#: Prefixes under which GeoNetwork writes ISO 19139 and ISO 19115-3 as JSON.
_ISO_PREFIXES = ("gmd:", "mdb:")


def _is_iso(value: Any) -> bool:
    return isinstance(value, dict) and any(key.startswith(_ISO_PREFIXES) for key in value)


def _element_of(name: str, value: Any, depth: int = 0) -> etree._Element:
    """The element for which JSON stands: keys are names with a prefix, `@` begins an attribute, `#text` is the text."""
    if isinstance(value, dict) and len(value) == 1 and _without_prefix(next(iter(value))) == name:
        value = next(iter(value.values()))
    element = etree.Element(name)
    if not isinstance(value, dict):
        element.text = str(value)
        return element
    for key, each in value.items() if depth < DEEPEST else ():
        if key == "#text":
            element.text = str(each)
        elif key.startswith("@"):
            element.set(_without_prefix(key[1:]), str(each))
        else:
            element.extend(_element_of(_without_prefix(key), one, depth + 1) for one in (each if isinstance(each, list) else [each]))
    return element


def _without_prefix(name: str) -> str:
    """A name without its prefix."""
    return name.rsplit(":", 1)[-1]


@dataclass(frozen=True, slots=True)
class Term:
    """An object of an RDF graph, with the graph around it."""

    graph: ox.Dataset
    term: ox.NamedNode | ox.BlankNode | ox.Literal

    @property
    def is_node(self) -> bool:
        """Whether it is a thing of the file itself: described there, without a name of its own, or named by a relative address."""
        if isinstance(self.term, ox.Literal):
            return False
        relative = isinstance(self.term, ox.BlankNode) or "relative" in self.term.value.partition("://")[2][:70].split("/")
        return relative or next(iter(self.graph.quads_for_subject(self.term)), None) is not None

    def follow(self, *properties: str) -> list[Term]:
        """What properties of a resource lead to, by local name."""
        if isinstance(self.term, ox.Literal):
            return []
        quads = (quad for quad in self.graph.quads_for_subject(self.term) if local(quad.predicate.value) in properties)
        return [Term(self.graph, quad.object) for quad in quads if not isinstance(quad.object, ox.Triple)]

    def texts(self, *properties: str) -> list[str]:
        """Texts of the properties of a resource, by local name."""
        if isinstance(self.term, ox.Literal):
            return []
        return [_text(quad.object) for quad in self.graph.quads_for_subject(self.term) if local(quad.predicate.value) in properties]


def _rdf(native: Native) -> Iterator[Node]:
    form = ox.RdfFormat.from_media_type(native.media_type)
    body = with_known_contexts(native.body) if form == ox.RdfFormat.JSON_LD else native.body
    try:
        graph = ox.Dataset(ox.parse(body, form, base_iri="http://invalid/relative/", lenient=True))
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    for quad in graph:
        kinds = [local(_text(kind.object)) for kind in graph.quads_for_subject(quad.subject) if local(kind.predicate.value) == "type"]
        for kind in kinds or [""]:
            yield Node((kind, local(quad.predicate.value)), Term(graph, quad.object))


def _own_text(what: Any) -> str:
    if isinstance(what, etree._Element):
        return what.text or ""
    if isinstance(what, Term):
        return _text(what.term)
    return what if isinstance(what, str) else ""


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
