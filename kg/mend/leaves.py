"""The single values of a native that hold a text or a number, and the edits that write others, in XML and in JSON alike."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

from lxml import etree

from kg.crosswalk.document import Node
from kg.crosswalk.json_document import compile_path
from kg.crosswalk.places import Here
from kg.crosswalk.slot import Slot
from kg.mend.edit import Edit
from kg.mend.json_text import JsonText, Place
from kg.mend.task import JsonTask, Task, XmlTask
from kg.mend.xml_text import Span, XmlText
from kg.mend.xml_text import text as written
from kg.origins import NamedSelector

#: One letter of a JSON text, as it is written.
_LETTER: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
_KEYS: Final = re.compile(r"[A-Za-z_:-]+(?:\.[A-Za-z_:-]+)*")


class Leaf(Protocol):
    """A value that is written at one place."""

    @property
    def text(self) -> str:
        """What is written there, as it is meant."""

    @property
    def place(self) -> str:
        """Where it stands, for people."""

    @property
    def name(self) -> str:
        """The name of its element or key."""

    def changed(self, start: int, end: int, after: str) -> Edit:
        """The edit that puts something else for the characters from `start` to `end` of the text."""


@dataclass(frozen=True, slots=True)
class XmlLeaf:
    """An element without others in it."""

    source: XmlText
    span: Span
    place: str
    #: each character with where it is written
    characters: list[tuple[str, int, int]] = field(repr=False)

    @property
    def text(self) -> str:
        return "".join(each for each, _, _ in self.characters)

    @property
    def name(self) -> str:
        return self.span.local

    def changed(self, start: int, end: int, after: str) -> Edit:
        return Edit(self.characters[start][1], self.characters[end - 1][2], written(after))


@dataclass(frozen=True, slots=True)
class JsonLeaf:
    """A text or a number."""

    source: JsonText
    at: Place
    place: str
    name: str = ""

    @property
    def text(self) -> str:
        value = self.source.value(self.at)
        return value if isinstance(value, str) else self.source.written(self.at)

    def changed(self, start: int, end: int, after: str) -> Edit:
        if not self.source.written(self.at).startswith('"'):
            return Edit(self.at.start + start, self.at.start + end, after)
        letters = [each.span() for each in _LETTER.finditer(self.source.text, self.at.start + 1, self.at.end - 1)]
        return Edit(letters[start][0], letters[end - 1][1], json.dumps(after, ensure_ascii=False)[1:-1])


def leaves_read(task: Task, here: Here) -> Iterator[Leaf]:
    """The leaves that a rule has read."""
    for slot in here.slots.values():
        yield from leaves_of_slot(task, here, slot)


def leaves_of_slot(task: Task, here: Here, slot: Slot) -> Iterator[Leaf]:
    """The leaves that a slot finds: those of the first alternative that finds anything."""
    for select in slot.alternatives:
        found = list(_leaves(task, here.node, select(here.document, here.node)))
        if not found and isinstance(task, JsonTask) and isinstance(select, NamedSelector):
            found = list(_by_keys(task, here.node, select.expression))
        if found:
            yield from found
            return


def lists_of_slot(task: JsonTask, here: Here, slot: Slot) -> Iterator[list[Leaf]]:
    """The numbers of each list that a slot finds, or of the list whose entries it finds."""
    for select in slot.alternatives:
        if not isinstance(select, NamedSelector):
            continue
        paths = (select.expression, select.expression.removesuffix("[]"))
        found = [node for path in paths for node in compile_path(path, {})(here.document, here.node) if isinstance(node, list)]
        lists = [place for node in found if (place := task.text.place(node)) and all(part.entries is None for part in place.parts)]
        for place in lists:
            yield [JsonLeaf(task.text, part, task.place(here.node)) for part in place.parts]
        if lists:
            return


def _leaves(task: Task, start: Node, nodes: Iterable[Node]) -> Iterator[Leaf]:
    if isinstance(task, XmlTask):
        for node in nodes:
            for each in node.iter("*") if isinstance(node, etree._Element) else ():
                if len(each) == 0 and (each.text or "").strip():
                    span = task.text.span(each)
                    yield XmlLeaf(task.text, span, task.place(each), task.text.characters(span))
    elif isinstance(task, JsonTask):
        for node in nodes:
            if (place := task.text.place(node)) is not None:
                yield from _json_leaves(task, place, task.place(node))


def _json_leaves(task: JsonTask, place: Place, said: str) -> Iterator[Leaf]:
    if place.keys is None and place.entries is None:
        yield JsonLeaf(task.text, place, said)
    for part in place.parts:
        yield from _json_leaves(task, part, said)


def _by_keys(task: JsonTask, node: Node, expression: str) -> Iterator[Leaf]:
    """A number by the keys that lead to it: numbers cannot be told apart by what they are."""
    place = task.text.place(node)
    if not _KEYS.fullmatch(expression):
        return
    for key in expression.split("."):
        place = place.keys.get(key) if place is not None and place.keys else None
    if place is not None and place.keys is None and place.entries is None and task.text.written(place) != "null":
        yield JsonLeaf(task.text, place, f"{task.place(node)}.{expression}".removeprefix("$."), expression.rpartition(".")[2])
