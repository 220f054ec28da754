"""Where the objects, keys and values of a JSON file stand in it (RFC 8259)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from kg.mend.edit import Edit

_BLANK: Final = re.compile(r"[ \t\r\n]*")
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}\[\]:,]', re.DOTALL)
#: Deeper than this no record is nested.
DEEPEST: Final = 200


class UnplacedError(ValueError):
    """The file has something that no repair may pass over: a key twice in one object, or values nested without end."""


@dataclass(slots=True)
class Place:
    """One value: where it stands, and what is in it. An object knows where the values of its keys stand."""

    start: int
    end: int = 0
    keys: dict[str, Place] | None = None
    entries: list[Place] | None = None
    #: where each key of an object stands, by key
    named: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> list[Place]:
        """The values in it, in their order."""
        return list(self.keys.values()) if self.keys is not None else self.entries or []


class JsonText:
    """A file's text and its values, by the objects that a parser made of the same text."""

    def __init__(self, text: str, value: Any) -> None:
        """:raises UnplacedError: when an object has a key twice, or values are nested too deep."""
        self.text = text
        self.root = _Reader(text).place()
        self._places: dict[int, Place] = {}
        #: so that no other value gets the identity of one of these
        self._kept: list[Any] = [value]
        self._note(value, self.root)

    def _note(self, value: Any, place: Place) -> None:
        waiting = [(value, place)]
        while waiting:
            each, at = waiting.pop()
            if isinstance(each, dict | list) or (isinstance(each, str) and len(each) > 1):
                self._places[id(each)] = at
            if isinstance(each, dict) and at.keys is not None:
                waiting += [(each[key], part) for key, part in at.keys.items()]
            elif isinstance(each, list):
                waiting += zip(each, at.parts, strict=True)

    def place(self, value: Any) -> Place | None:
        """Where a value of the parser stands; nothing where it has no place of its own (`true`, a number, a letter)."""
        return self._places.get(id(value))

    def written(self, place: Place) -> str:
        """A value as it is written."""
        return self.text[place.start : place.end]

    def value(self, place: Place) -> Any:
        """A value as it is meant."""
        return json.loads(self.written(place))

    def new_value(self, place: Place, value: object) -> Edit:
        """The edit that writes another value."""
        return Edit(place.start, place.end, self.spelled(value))

    def spelled(self, value: object) -> str:
        """A value on one line, with the letters of the file: as they are, unless the file writes them as escapes."""
        escapes = self.text.isascii() and "\\u" in self.text
        return json.dumps(value, ensure_ascii=escapes, separators=(", ", ": ") if self._spaced else (",", ":"))

    @property
    def _spaced(self) -> bool:
        """Whether the file writes a space after its colons."""
        return '": ' in self.text[:10_000] or '":' not in self.text[:10_000]

    def add(self, place: Place, values: dict[str, object]) -> Edit:
        """The edit that writes keys behind the last one of an object, as that one is written."""
        keys = list(place.named.values())
        lines = [
            f"{self.spelled(key)}:{' ' if self._spaced else ''}{self._set_out(value, self._indent(keys))}" for key, value in values.items()
        ]
        return self._behind(place, keys, lines)

    def append(self, place: Place, values: list[object]) -> Edit:
        """The edit that writes entries behind the last one of a list, as that one is written."""
        starts = [each.start for each in place.parts]
        return self._behind(place, starts, [self._set_out(value, self._indent(starts)) for value in values])

    def _behind(self, place: Place, starts: list[int], lines: list[str]) -> Edit:
        if not starts:
            return Edit(place.start + 1, place.end - 1, ", ".join(lines))
        last = place.parts[-1].end
        indent = self._indent(starts)
        gap = (" " if self._spaced else "") if indent is None else indent
        return Edit(last, last, "".join(f",{gap}{line}" for line in lines))

    def _indent(self, starts: list[int]) -> str | None:
        """Line end and white space before the last part where it stands on a line of its own."""
        if not starts:
            return None
        found = re.search(r"(?:\r\n?|\n)[ \t]*$", self.text[max(0, starts[-1] - 500) : starts[-1]])
        return found[0] if found else None

    def _set_out(self, value: object, indent: str | None) -> str:
        """A value as it is written behind such an indent: in lines where the file is, and it is an object or a list of objects."""
        step = self._step
        if indent is None or not step or not isinstance(value, dict | list) or not value:
            return self.spelled(value)
        deeper = indent + step
        if isinstance(value, dict):
            parts = [f"{self.spelled(key)}: {self._set_out(each, deeper)}" for key, each in value.items()]
            return "{" + ",".join(deeper + part for part in parts) + indent + "}"
        return "[" + ",".join(deeper + self._set_out(each, deeper) for each in value) + indent + "]"

    @property
    def _step(self) -> str:
        """How far the file goes in with each level."""
        found = re.match(r"\s*[{\[](?:\r\n?|\n)([ \t]+)", self.text)
        return found[1] if found else ""


class _Reader:
    """Reads values one after another; the text has been found to be JSON before."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def place(self, depth: int = 0) -> Place:
        if depth > DEEPEST:
            raise UnplacedError("values are nested too deep")
        start, mark = self._next()
        place = Place(start)
        if mark == "{":
            self._object(place, depth)
        elif mark == "[":
            self._list(place, depth)
        place.end = self.at
        return place

    def _next(self) -> tuple[int, str]:
        blank = _BLANK.match(self.text, self.at)
        found = _TOKEN.match(self.text, blank.end() if blank else self.at)
        if found is None:
            raise UnplacedError("a value that is not followed here")
        self.at = found.end()
        return found.start(), found[0]

    def _peek(self) -> str:
        at = self.at
        mark = self._next()[1]
        self.at = at
        return mark

    def _object(self, place: Place, depth: int) -> None:
        place.keys = {}
        if self._peek() == "}":
            self._next()
            return
        mark = ","
        while mark == ",":
            start, key = self._next()
            name = json.loads(key)
            if name in place.keys:
                raise UnplacedError(f"the key {key[:100]} stands twice in one object")
            self._next()
            place.keys[name] = self.place(depth + 1)
            place.named[name] = start
            mark = self._next()[1]

    def _list(self, place: Place, depth: int) -> None:
        place.entries = []
        if self._peek() == "]":
            self._next()
            return
        mark = ","
        while mark == ",":
            place.entries.append(self.place(depth + 1))
            mark = self._next()[1]
