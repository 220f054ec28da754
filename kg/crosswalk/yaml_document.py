"""YAML natives: read as the JSON that they stand for, with limits. Nothing in them is carried out, and no other file is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml import AliasEvent, DocumentStartEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent
from yaml.events import Event, NodeEvent

from kg.crosswalk.document import MalformedError, Node

#: The parser of libyaml where it is installed, which is ten times faster.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Deepest nesting; a record of MCF has 9 levels.
DEEPEST = 60
#: Most values, those that aliases repeat counted each time; a long record has some thousand.
MOST_VALUES = 200_000

#: Plain scalars that are no text (YAML 1.2.2, 10.2.1.1 and 10.2.1.2). Numbers and dates stay as they are written: 1.10 is a version.
_PLAIN: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    spelling: truth for word, truth in (("true", True), ("false", False)) for spelling in (word, word.title(), word.upper())
}
_MERGE = "<<"


def parse_yaml(body: bytes) -> Node:
    """The value of a YAML document (YAML 1.2.2), as JSON has it; tags are not looked at.

    :raises MalformedError: when it is no YAML, or past the limits of depth and size, which aliases are used to attack.
    """
    try:
        return _Builder().document(yaml.parse(body, Loader=_LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "line 1"
        raise MalformedError("yaml.malformed", where, str(getattr(error, "problem", None) or error).split("\n")[0]) from error


@dataclass(slots=True)
class _Builder:
    """Builds one document from its events."""

    size: int = 0
    #: anchor -> its value and how many values that is
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)

    def document(self, events: Iterator[Event]) -> Node:
        started = (event for event in events if isinstance(event, DocumentStartEvent))
        if next(started, None) is None:
            return None
        value = self._value(next(events), events, 1)
        if second := next(started, None):
            raise _refused(second, "a second document begins; write each into a file of its own")
        return value

    def _value(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._repeated(event)
        if depth > DEEPEST:
            raise _refused(event, f"nested deeper than {DEEPEST} levels")
        before = self.size
        self._count(event, 1)
        value = self._fresh(event, events, depth)
        if isinstance(event, NodeEvent) and event.anchor:
            self.anchors[event.anchor] = (value, self.size - before)
        return value

    def _fresh(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        if isinstance(event, SequenceStartEvent):
            return self._list(events, depth)
        if isinstance(event, MappingStartEvent):
            return self._object(events, depth)
        assert isinstance(event, ScalarEvent)
        return _PLAIN.get(event.value, event.value) if _is_plain(event) else event.value

    def _list(self, events: Iterator[Event], depth: int) -> list[Node]:
        found: list[Node] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            found.append(self._value(event, events, depth + 1))
        return found

    def _object(self, events: Iterator[Event], depth: int) -> dict[str, Node]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                raise _refused(event, "a key that is no text")
            value = self._value(next(events), events, depth + 1)
            if event.value == _MERGE and _is_plain(event):
                for each in value if isinstance(value, list) else [value]:
                    merged = (each if isinstance(each, dict) else {}) | merged
            else:
                own[event.value] = value
        return merged | own

    def _repeated(self, event: AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise _refused(event, f"the alias *{event.anchor} stands before or within what it repeats")
        value, size = self.anchors[event.anchor]
        self._count(event, size)
        return value

    def _count(self, event: Event, size: int) -> None:
        self.size += size
        if self.size > MOST_VALUES:
            raise _refused(event, f"more than {MOST_VALUES} values, those repeated by aliases among them")


def _is_plain(event: ScalarEvent) -> bool:
    return bool(event.implicit[0]) and not event.style


def _refused(event: Event, why: str) -> MalformedError:
    mark = event.start_mark
    return MalformedError("yaml.malformed", f"line {mark.line + 1 if mark else 1}", why)
