"""Where in a native the triples of its graph come from, and where a property that is missing would have been read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.registry import BLOCKS
from kg.crosswalk.document import Document, Node
from kg.crosswalk.engine import Mapper
from kg.crosswalk.language import SELECTORS, Crosswalk, Rule
from kg.crosswalk.places import Here, Places
from kg.crosswalk.reading import read_crosswalks
from kg.crosswalk.record_graph import RecordGraph
from kg.crosswalk.slot import CompileSelector, Slot
from kg.crosswalk.tables import Tables
from kg.model import Native, Severity

#: Paths that are told for one missing property.
MOST_PATHS: Final = 3
#: Longer paths help nobody: the example does.
LONGEST_PATH: Final = 120


@dataclass(frozen=True, slots=True)
class NamedSelector:
    """A selector that still knows what is written in the crosswalk."""

    expression: str
    select: Any

    def __call__(self, document: Document, node: Node) -> list[Node]:
        found: list[Node] = self.select(document, node)
        return found


def _named(compile_selector: CompileSelector) -> CompileSelector:
    return lambda expression, namespaces: NamedSelector(expression, compile_selector(expression, namespaces))


class PlacedGraph(RecordGraph):
    """A record graph that remembers by which rule each of its triples came in, and each of its problems."""

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        RecordGraph.add(self, subject, predicate, value)
        if self.here is not None:
            self.origins.setdefault((subject.value, predicate.value), []).append((value.value, self.here))

    def problem(self, code: str, severity: Severity, where: str = "", **values: str) -> None:
        RecordGraph.problem(self, code, severity, where, **values)
        if self.here is not None:
            self.troubles.append((code, values, self.here))

    @property
    def document(self) -> Document:
        """The parsed native, into which the rules point."""
        document: Document = self.__dict__["_document"]
        return document

    @property
    def origins(self) -> dict[tuple[str, str], list[tuple[str, Here]]]:
        """Values with the rule that stated them, by subject and predicate."""
        found: dict[tuple[str, str], list[tuple[str, Here]]] = self.__dict__.setdefault("_origins", {})
        return found

    @property
    def troubles(self) -> list[tuple[str, dict[str, str], Here]]:
        """The problems in their order, whole, with the rule that was being carried out."""
        found: list[tuple[str, dict[str, str], Here]] = self.__dict__.setdefault("_troubles", [])
        return found


@dataclass(slots=True)
class PlacedMapper(Mapper):
    """A mapper that can say of its last record where things stand in the native. For one record at a time, not for bulk."""

    last: tuple[PlacedGraph, Crosswalk] | None = field(default=None, init=False)

    @classmethod
    def from_resources(cls, overlay: Path | None = None, kept: Path | None = None) -> PlacedMapper:
        """All crosswalks of the installation and of the overlay.

        :raises CrosswalkError: when one is wrong.
        """
        tables = Tables(overlay)
        selectors = {syntax: _named(each) for syntax, each in SELECTORS.items()}
        return cls(read_crosswalks(tables, selectors, kept), tables)

    def _graph(self, native: Native, document: Document, crosswalk: Crosswalk, identifier: str) -> RecordGraph:
        graph = Mapper._graph(self, native, document, crosswalk, identifier)
        graph.__class__ = PlacedGraph
        assert isinstance(graph, PlacedGraph)
        graph.__dict__["_document"] = document
        self.last = graph, crosswalk
        return graph

    def place(self, focus: str, predicates: Iterable[str], value: str) -> str:
        """Where a statement stands in the last native, or the thing that it is about; empty where that is not known."""
        if self.last is None:
            return ""
        origins = self.last[0].origins
        said = [each for predicate in predicates for each in origins.get((focus, predicate), ())]
        same = [each for each in said if value and each[0] == value] or said
        if not same and focus not in (self.last[0].dataset.value, self.last[0].record.value):
            same = [each for (subject, _), found in origins.items() if subject == focus for each in found]
        return Places().of(same[0][1], [same[0][0]]) if same else ""

    def states(self, focus: str, predicates: Iterable[str]) -> bool:
        """Whether the last native says something of that kind."""
        origins = self.last[0].origins if self.last else {}
        return any((focus, predicate) in origins for predicate in predicates)

    def expected(self, focus: str, predicates: Iterable[str]) -> tuple[str, ...]:
        """The paths of the last native's format from which a property is read."""
        if self.last is None:
            return ()
        graph, crosswalk = self.last
        wanted = set(predicates)
        own = {"dct:identifier": crosswalk.identifier, "dct:modified": crosswalk.modified, "dct:language": crosswalk.language}
        slots = [slot for name, slot in own.items() if name in wanted] if focus == graph.record.value else []
        found = [path for slot in slots for path in _paths(slot)] or list(_expected(crosswalk.rules, wanted, "", crosswalk.syntax))
        return tuple(dict.fromkeys(path for each in found if 0 < len(path := _shortened(each)) <= LONGEST_PATH))[:MOST_PATHS]


#: What a rule writes, by its action and slot; `*` stands for any slot. Others write the property that is their target.
_WRITES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "identifier": {"from": ("dct:identifier",)},
    "link": {
        "url": ("dcat:distribution", "dcat:landingPage", "foaf:page", "dcat:accessURL", "dcat:downloadURL", "dcat:endpointURL"),
        "format": ("dt:formatText", "dct:format", "dcat:mediaType"),
        "media_type": ("dcat:mediaType",),
        "bytes": ("dcat:byteSize",),
        "protocol": ("dt:protocolText", "dct:conformsTo"),
    },
    "place": {
        **{edge: ("dct:spatial", f"dt:{edge}") for edge in ("west", "south", "east", "north")},
        **dict.fromkeys(("edges", "boxes", "wkt", "geojson", "geometry", "positions"), ("dct:spatial", "geo:asWKT")),
        "name": ("dct:spatial", "rdfs:label"),
        "lowest": ("dt:lowest",),
        "highest": ("dt:highest",),
        "vertical_unit": ("dt:verticalUnit",),
    },
    "period": {
        "start": ("dct:temporal", "dcat:startDate"),
        "instant": ("dct:temporal", "dcat:startDate"),
        "end": ("dcat:endDate",),
        "intervals": ("dct:temporal",),
    },
    "equipment": {"*": ("dt:equipment", "dt:instrument")},
    "facility": {"*": ("dt:facility", "dt:platform")},
}
#: What a rule writes for linking, by the kind of its term.
_OF_KIND: Final = {
    "licence": ("dct:license", "dt:licence"),
    "access": ("dct:accessRights", "dt:accessCondition"),
    "variable": ("dt:observedVariable", "dcat:keyword", "dt:sourceTerm"),
    "keyword": ("dcat:keyword", "dt:sourceTerm"),
    "theme": ("dcat:theme", "dcat:keyword", "dt:sourceTerm"),
    "instrument": ("dt:instrument",),
    "platform": ("dt:platform",),
}
#: What an agent may be by the role that the native gives.
_ROLES: Final = ("dct:creator", "dct:publisher", "dct:contributor", "dcat:contactPoint", "dct:rightsHolder")
_NAME_OF: Final = {id(block): name for name, block in BLOCKS.items()}


def _expected(rules: Iterable[Rule], wanted: set[str], prefix: str, syntax: str) -> Iterator[str]:
    for rule in rules:
        starts = [_joined(prefix, each, syntax) for each in _each_paths(rule)] or [prefix]
        for name, slot in rule.slots.by_name.items():
            if wanted & set(_written(rule, name)):
                yield from (_joined(start, path, syntax) for start in starts[:MOST_PATHS] for path in _paths(slot))
        for start in starts[:MOST_PATHS]:
            yield from _expected(rule.rules, wanted, start, syntax)


def _written(rule: Rule, slot: str) -> tuple[str, ...]:
    action = _NAME_OF[id(rule.block)]
    if action in _WRITES:
        return _WRITES[action].get(slot, _WRITES[action].get("*", ()))
    if action in ("rights", "term"):
        return _OF_KIND.get(rule.target, ()) if slot in ("from", "label", "iri") else ()
    if action == "agent":
        if slot not in ("organisation", "person"):
            return ()
        return (rule.target, *_ROLES) if "role" in rule.slots.by_name else (rule.target,)
    return (rule.target,) if slot in ("from", "to") else ()


def _each_paths(rule: Rule) -> list[str]:
    if isinstance(rule.each, NamedSelector):
        return [rule.each.expression]
    slot = getattr(rule.each, "__self__", None)
    return _paths(slot) if isinstance(slot, Slot) else []


def _paths(slot: Slot) -> list[str]:
    return [select.expression for select in slot.alternatives if isinstance(select, NamedSelector)]


def _shortened(path: str) -> str:
    """A path without the conditions at its end that make it too long to be read."""
    while len(path) > LONGEST_PATH and (end := path.rfind("]")) >= 0:
        start, depth = end, 0
        while start >= 0 and (depth := depth + {"]": 1, "[": -1}.get(path[start], 0)):
            start -= 1
        path = path[: max(start, 0)] + path[end + 1 :]
    return path


def _joined(start: str, path: str, syntax: str) -> str:
    """One path after another; what goes up from its start, or is an alternative, is told by its start."""
    if path in (".", "") or path.startswith(("..", "self::", "^")):
        return start
    if not start:
        return path
    if "|" in start or path.startswith(("$", "/")):
        return start
    return f"{start}.{path}" if syntax == "json" else f"{start}/{path}"
