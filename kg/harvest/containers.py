"""Opens files in which several records stand: protocol answers, feature collections, lists, lines, graphs."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson
import pyoxigraph as ox
import yaml
from lxml import etree

from kg.harvest.json_stream import json_elements, json_lines, json_member, json_outline
from kg.harvest.rdf_parts import RdfTable, RecordsOfGraph
from kg.harvest.streams import Stream
from kg.harvest.xml_stream import record_depth, xml_records
from kg.jsonld_context import with_known_contexts
from kg.namespaces import PREFIXES
from kg.nesting import nested_too_deep
from kg.resources import resource

#: Base of relative IRIs of RDF files; the crosswalks know it as such (`kg.crosswalk.rdf_document.BASE_IRI`).
_RELATIVE = "https://w3id.org/dataterra/.well-known/relative/"


@dataclass(frozen=True, slots=True)
class Item:
    """One record of a container, or the whole of a file that is none. `identifier` is what the container calls it.

    :param left_out: how many bytes it has, where these are so many that they were not kept.
    """

    body: bytes
    media_type: str
    identifier: str = ""
    datestamp: str | None = None
    deleted: bool = False
    left_out: int = 0


#: Root of RDF/XML, with which catalogues that speak DCAT answer under CSW and OAI-PMH.
_RDF_ROOT = f"{{{PREFIXES['rdf']}}}RDF"

#: An XPath of the table, as a function.
_Select = Callable[[etree._Element], Any]


@dataclass(frozen=True, slots=True)
class _XmlContainer:
    records: _Select
    payload: _Select | None
    identifier: _Select | None
    datestamp: _Select | None
    deleted: _Select | None
    #: what a record refers to by identifiers, and which therefore goes with it
    beside: _Select | None = None
    #: how deep below the root its records stand, where they can be read one after the other
    depth: int | None = None

    @classmethod
    def from_row(cls, row: dict[str, str]) -> _XmlContainer:
        parts = (_xpath(row[part]) if part in row else None for part in ("payload", "identifier", "datestamp", "deleted", "beside"))
        payload, identifier, datestamp, deleted, beside = parts
        depth = record_depth(row["records"]) if beside is None else None
        return cls(_xpath(row["records"]), payload, identifier, datestamp, deleted, beside, depth)


@dataclass(frozen=True, slots=True)
class _JsonList:
    """Where in a JSON document the list of its records stands.

    :param identifier: the key of a record that identifies it where the record itself may not.
    :param beside: what stands beside the list and holds for each of its records, which then stands there under the key `dataset`.
    """

    path: tuple[str, ...] = ()
    identifier: str = ""
    beside: dict[str, Any] | None = None

    def record(self, value: Any) -> tuple[str, Any]:
        """What a record is called, and the record."""
        name = str(value.get(self.identifier, "")) if isinstance(value, dict) and self.identifier else ""
        return name, value if self.beside is None else {"producer": self.beside["producer"], "dataset": value} | self.beside


@dataclass(slots=True)
class Containers:
    """The containers of `mappings/containers.yaml`."""

    xml: dict[str, _XmlContainer] = field(default_factory=dict)
    json: list[dict[str, Any]] = field(default_factory=list)
    rdf: RdfTable = field(default_factory=RdfTable)

    @classmethod
    def from_resources(cls, overlay: Path | None = None) -> Containers:
        """The table of the installation or of the overlay."""
        table = yaml.safe_load(resource("mappings/containers.yaml", overlay).read_text(encoding="utf-8"))
        xml = {row["root"]: _XmlContainer.from_row(row) for row in table["xml"]}
        return cls(xml, table["json"], RdfTable.from_yaml(table["rdf"]))

    def open(self, body: bytes, media_type: str, name: str = "") -> Iterator[Item]:
        """The records of a file; the file itself where it is no container, or cannot be parsed (which mapping then says).

        :param name: the file's name, which tells the language of some formats.
        """
        if media_type == "application/xml":
            yield from self._xml(body)
        elif media_type == "application/json":
            yield from self._json(body, name)
        else:
            yield from self._rdf(body, media_type)

    def open_stream(self, stream: Stream, media_type: str, largest: int) -> Iterator[Item] | None:
        """The records of a file that is larger than memory; `None` where it is none of those that are read record by record.

        :param largest: bytes of a record; larger ones are passed and told (`Item.left_out`).
        :raises UnreadableError: now or while it is read, where the file is broken.
        """
        if media_type == "application/xml":
            container = self.xml.get(_root_name(stream.beginning(_BEGINNING)[0]))
            return self._xml_stream(stream, container, largest) if container and container.depth else None
        return self._json_stream(stream, largest) if media_type == "application/json" else None

    def payloads(self, root: etree._Element) -> list[etree._Element]:
        """The records of an XML document, as elements in it; none where it is no container, where others go with each of them, or
        where they are graphs."""
        container = self.xml.get(str(root.tag))
        if container is None or container.beside is not None:
            return []
        living = (each for each in container.records(root) if not (container.deleted and container.deleted(each)))
        found = [payload for each in living for payload in (container.payload(each) if container.payload else None) or [each]]
        return found if not any(each.tag == _RDF_ROOT for each in found) else []

    def elements(self, value: Any, name: str) -> list[Any]:
        """The records of a JSON document, as values in it; none where it is no list, or where others go with each of them."""
        found = self._json_list(value, name)
        return _inside(value, found.path) if found is not None and found.beside is None else []

    def _xml_stream(self, stream: Stream, container: _XmlContainer, largest: int) -> Iterator[Item]:
        with stream.open() as file:
            for record in xml_records(file, container.records, container.depth or 1, largest):
                for item in _xml_items(container, record):
                    yield from self._rdf_items(item) if item.media_type == "application/rdf+xml" else [item]

    def _json_stream(self, stream: Stream, largest: int) -> Iterator[Item] | None:
        if _json_lines(stream.beginning(_BEGINNING)[0], whole=False):
            return _line_items(stream, largest)
        with stream.open() as file:
            outline, error = json_outline(file, largest)
        found = self._json_list(outline, stream.name)
        if found is None and error is not None:
            raise error
        if found is not None and found.beside is not None:
            with stream.open() as file:
                found = replace(found, beside=found.beside | {"producer": json_member(file, "producer", largest)})
        return None if found is None else _element_items(stream, found, largest)

    def _xml(self, body: bytes) -> Iterator[Item]:
        container = self.xml.get(_root_name(body[:_BEGINNING]))
        root = _parsed(body) if container else None
        if container is None or root is None:
            yield Item(body, "application/xml")
            return
        for record in container.records(root):
            for item in _xml_items(container, record):
                yield from self._rdf_items(item) if item.media_type == "application/rdf+xml" else [item]

    def _rdf_items(self, item: Item) -> Iterator[Item]:
        parts = list(self._rdf(item.body, item.media_type))
        yield from parts if len(parts) > 1 else [item]

    def _json(self, body: bytes, name: str) -> Iterator[Item]:
        try:
            value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            lines = _json_lines(body)
            yield from (Item(line, "application/json") for line in lines) if lines else [Item(body, "application/json")]
            return
        found = self._json_list(value, name)
        if found is not None:
            records = [found.record(each) for each in _inside(value, found.path)]
        elif isinstance(value, dict) and _is_dictionary(value):
            records = [(key, each | {"id": each.get("id") or key}) for key, each in value.items()]
        else:
            yield Item(body, "application/json")
            return
        yield from (Item(_dumped(record), "application/json", key) for key, record in records)

    def _json_list(self, value: Any, name: str) -> _JsonList | None:
        """Where the records of a document stand, told by all of it or by its outline (`kg.harvest.json_stream`)."""
        if isinstance(value, list):
            return _JsonList() if _are_records(value) else None
        if not isinstance(value, dict):
            return None
        if isinstance(value.get("datasets"), list) and isinstance(value.get("producer"), dict):
            beside = {"producer": value["producer"], "version": value.get("version")} | _language_of(name)
            return _JsonList(("datasets",), "datasetId", beside)
        for row in self.json:
            path = tuple(row["list"].split("."))
            items = _inside(value, path)
            told = all(value.get(key) == wanted for key, wanted in row.get("where", {}).items()) and value.keys() >= set(row.get("has", ()))
            if isinstance(items, list) and told:
                return _JsonList(path, row.get("identifier", "")) if _are_records(items) else None
        return None

    def _rdf(self, body: bytes, media_type: str) -> Iterator[Item]:
        rdf_format = ox.RdfFormat.from_media_type(media_type)
        try:
            known = with_known_contexts(body) if rdf_format == ox.RdfFormat.JSON_LD else body
            sound = rdf_format is not None and not nested_too_deep(known)
            parsed = ox.parse(known, rdf_format, base_iri=_RELATIVE, lenient=True) if sound else ()
            triples = list(dict.fromkeys(quad.triple for quad in parsed))  # lists of records repeat what they share
        except (SyntaxError, ValueError, RecursionError):
            triples = []
        graph = RecordsOfGraph(triples, self.rdf)
        if len(graph) < 2:
            yield Item(body, media_type)
            return
        for subject, part in graph.parts():
            name = subject.value.removeprefix(_RELATIVE) if isinstance(subject, ox.NamedNode) else ""
            yield Item(ox.serialize(part, format=ox.RdfFormat.N_TRIPLES) or b"", "application/n-triples", name)


def _xpath(expression: str) -> _Select:
    return etree.XPath(expression, smart_strings=False)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parsed(body: bytes) -> etree._Element | None:
    try:
        root = etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    # what declares entities is refused as a whole, by mapping: its parts would stand without their declarations
    dtd: etree.DTD | None = root.getroottree().docinfo.internalDTD
    return root if dtd is None or next(iter(dtd.iterentities()), None) is None else None  # type: ignore[attr-defined]


#: Bytes of a document in which the start of its root element stands, nearly always.
_HEAD: Final = 2_000


def _root_name(beginning: bytes) -> str:
    """Name of the root element, read without parsing the rest: a root may have a hundred megabytes of attributes."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for part in (beginning[:_HEAD], beginning[_HEAD:]):
            parser.feed(part)
            for _, element in parser.read_events():
                return str(element.tag)  # type: ignore[union-attr]  # of the start of an element
    except (etree.XMLSyntaxError, ValueError):
        pass
    return ""


def _xml_items(container: _XmlContainer, record: etree._Element) -> Iterator[Item]:
    identifier = _first(container.identifier, record)
    datestamp = _first(container.datestamp, record) or None
    if container.deleted is not None and container.deleted(record):
        yield Item(b"", "application/xml", identifier, datestamp, deleted=True)
        return
    for payload in (container.payload(record) if container.payload else None) or [record]:
        media_type = "application/rdf+xml" if payload.tag == _RDF_ROOT else "application/xml"
        yield Item(etree.tostring(_with_others(container, payload), with_tail=False), media_type, identifier, datestamp)


def _with_others(container: _XmlContainer, payload: etree._Element) -> etree._Element:
    """The record alone, or together with what it refers to in an element like the container's."""
    if container.beside is None:
        return payload
    root = payload.getroottree().getroot()
    together = etree.Element(root.tag, nsmap=root.nsmap)  # type: ignore[arg-type]  # the default namespace has no prefix
    together.extend(copy.deepcopy(each) for each in (payload, *container.beside(root)))
    return together


def _first(xpath: _Select | None, node: etree._Element) -> str:
    found = xpath(node) if xpath else []
    return str(found[0].text or "").strip() if found else ""


#: What tells JSON lines, or the root of XML, where a document is too large to be parsed for it, in bytes.
_BEGINNING = 1_000_000


def _json_lines(body: bytes, *, whole: bool = True) -> list[bytes]:
    """The lines of a file in which every line begins and ends an object; a broken line is kept, so that it is reported.

    :param whole: the text ends with its last line, and is not only the beginning of one.
    """
    lines = [line for line in body.splitlines() if line.strip()]
    sound = sum(line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}") for line in lines[: None if whole else -1])
    return lines if len(lines) > 1 and sound >= max(1, len(lines) - max(1, len(lines) // 10)) else []


def _line_items(stream: Stream, largest: int) -> Iterator[Item]:
    with stream.open() as file:
        for line in json_lines(file, largest):
            yield _large_item(line) if isinstance(line, int) else Item(line, "application/json")


def _element_items(stream: Stream, where: _JsonList, largest: int) -> Iterator[Item]:
    with stream.open() as file:
        for element in json_elements(file, where.path, largest):
            if isinstance(element, int):
                yield _large_item(element)
                continue
            try:
                name, record = where.record(orjson.loads(element))
            except orjson.JSONDecodeError:
                yield Item(element, "application/json")  # mapping says what is wrong with it
            else:
                yield Item(_dumped(record), "application/json", name)


def _large_item(size: int) -> Item:
    return Item(b"", "application/json", left_out=size)


#: Keys that tell a record from a dictionary of EODAG collections by name, and keys that such a collection has.
_RECORD_KEYS = frozenset({"id", "type", "stac_version", "data", "producer"})
_COLLECTION_KEYS = frozenset({"title", "description", "abstract", "keywords", "extent", "license", "platform", "instruments"})

#: As name of a language in a file's name: `XXXX_en.json`.
_LANGUAGE = re.compile(r"_([a-z]{2})\.json", re.IGNORECASE)


def _is_dictionary(value: dict[str, Any]) -> bool:
    """EODAG: collections by name (<https://eodag.readthedocs.io/en/stable/notebooks/api_user_guide/1_providers_products_available.html>)."""
    return (
        not _RECORD_KEYS & value.keys()
        and all(isinstance(each, dict) and "href" not in each for each in value.values())
        and any(_COLLECTION_KEYS & each.keys() for each in value.values())
    )


def _inside(value: Any, path: Iterable[str]) -> Any:
    """What stands at the keys of a path (`hits`, `hits`)."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _are_records(items: list[Any]) -> bool:
    """A list of numbers or texts is none of records; an empty one has none."""
    return not items or any(isinstance(each, dict) for each in items)


def _dumped(item: Any) -> bytes:
    """A part of a container as a document of its own."""
    try:
        return orjson.dumps(item)
    except orjson.JSONEncodeError:  # it writes 254 levels, and reads 1,024
        try:
            return json.dumps(item, ensure_ascii=False).encode()
        except RecursionError:
            return b"[" * 2000  # which no parser reads either, so that it is reported


def _language_of(name: str) -> dict[str, str]:
    found = _LANGUAGE.search(name)
    return {"language": found[1].lower()} if found else {}
