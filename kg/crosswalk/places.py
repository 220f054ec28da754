"""Where in a native something stands that a rule read: asked only where there is a problem, so that reading pays nothing for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.crosswalk.document import Document, Node
from kg.crosswalk.slot import Slot

#: So many texts are compared by what they contain; of more only those that are the same.
_MOST_COMPARED = 200


class Here(NamedTuple):
    """The rule that is being carried out: its slots, and the node for which it is. A tuple, since every rule of every record makes one."""

    document: Document
    node: Node
    slots: Mapping[str, Slot]


class Places:
    """Finds places in one native. What a rule found is remembered while that rule is asked about."""

    def __init__(self) -> None:
        self._here: Here | None = None
        self._found: dict[str, Node] = {}

    def of(self, here: Here, texts: Iterable[str]) -> str:
        """The place of the first node of the rule that holds one of these texts; else of any that it found; else of its own node."""
        if here is not self._here:
            self._here, self._found = here, _found(here)
        for text in texts:
            if place := self._place_of_text(here.document, text.strip()):
                return place
        place = next((place for node in list(self._found.values())[:10] if (place := here.document.place(node))), "")
        return place or here.document.place(here.node)

    def _place_of_text(self, document: Document, text: str) -> str:
        if (node := self._found.get(text)) is not None:
            return document.place(node)
        if len(text) < 2 or len(self._found) > _MOST_COMPARED:
            return ""
        near = (node for string, node in self._found.items() if text in string or (len(string) > 1 and string in text))
        return next((place for node in near if (place := document.place(node))), "")


def _found(here: Here) -> dict[str, Node]:
    """What the slots of a rule find, by its text."""
    nodes = (node for slot in here.slots.values() for select in slot.alternatives for node in select(here.document, here.node))
    found: dict[str, Node] = {}
    for node in nodes:
        if text := here.document.string(node):
            found.setdefault(text, node)
        elif isinstance(node, dict | list):  # a box of numbers, a geometry
            found.setdefault(f"\0{len(found)}", node)
    return found
