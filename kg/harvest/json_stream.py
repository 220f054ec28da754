"""JSON that is larger than memory: the records of a list or of lines, one after the other.

Values are cut out by their brackets and given as they stand; whether each is sound JSON is found by whoever parses it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

import orjson

from kg.harvest.streams import UnreadableError

_CHUNK = 1 << 18
#: A string, a bracket, or the beginning of a string whose end has not been read yet.
_TOKEN = re.compile(rb'"(?>[^"\\]+|\\.)*+"|[{}\[\]"]', re.DOTALL)
_STRING = re.compile(rb'"(?>[^"\\]+|\\.)*+"', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}]*")
_BLANK = re.compile(rb"[\s,:]*")

#: What a token does to the depth, by its first character.
_KINDS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1, ord('"'): 0}

#: Parsers read a thousand levels; what is nested deeper is made to do harm.
_DEEPEST = 10_000

#: How deep in objects a list of records is looked for (`hits.hits`, `result.results`).
DEEPEST_LIST = 2

#: A value, or how many bytes it has, where these are more than is accepted.
Value = bytes | int


def json_lines(file: IO[bytes], largest: int) -> Iterator[Value]:
    """The lines that are not blank."""
    while line := file.readline(largest + 3):
        if len(line) > largest and not line.endswith(b"\n"):
            yield len(line) + _rest_of_line(file)
        elif line.strip():
            yield line.rstrip(b"\r\n")


def _rest_of_line(file: IO[bytes]) -> int:
    count = 0
    while part := file.readline(_CHUNK):
        count += len(part)
        if part.endswith(b"\n"):
            break
    return count


def json_elements(file: IO[bytes], path: tuple[str, ...], largest: int) -> Iterator[Value]:
    """The elements of the list at a path of keys.

    :raises UnreadableError: where the document ends before its list does.
    """
    reader = _Reader(file, largest)
    for key in path:
        if not reader.enter(key):
            return
    if reader.next() == b"[":
        yield from reader.elements()


def json_member(file: IO[bytes], key: str, largest: int) -> Any:
    """What stands at a key of the document, whole; `None` where there is none, or too much."""
    reader = _Reader(file, largest)
    return reader.parsed() if reader.enter(key) else None


def json_outline(file: IO[bytes], largest: int) -> tuple[Any, UnreadableError | None]:
    """The document without most of its lists: of those at its top, or at most `DEEPEST_LIST` objects deep, only the first element is there.

    Where the document is broken, what stands before that is returned, with the error.
    """
    reader, top = _Reader(file, largest), dict[str, Any]()
    try:
        start = reader.next()
        if start == b"[":
            return reader.first_element(), None
        if start != b"{":
            return None, None
        reader.outline(top, DEEPEST_LIST)
    except UnreadableError as error:
        return top, error
    return top, None


class _Reader:
    """Goes through a document, with no more of it in memory than one value."""

    def __init__(self, file: IO[bytes], largest: int) -> None:
        self._file, self._largest = file, largest
        self._buffer, self._at = file.read(_CHUNK).removeprefix(b"\xef\xbb\xbf"), 0
        self._kept = 0

    def next(self) -> bytes:
        """The character with which the next value, or the end of a list or object, begins."""
        while True:
            self._at = _BLANK.match(self._buffer, self._at).end()  # type: ignore[union-attr]  # it matches nothing as well
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            self._buffer, self._at = b"", 0
            self._fill()

    def enter(self, key: str) -> bool:
        """Go to the value of a key of the object that comes next; whether there is one."""
        if self.next() != b"{":
            return False
        self._at += 1
        while self.next() != b"}":
            name = self.parsed()
            self.next()
            if name == key:
                return True
            self._value()
        return False

    def parsed(self) -> Any:
        """The next value, parsed."""
        return _parsed(self._value())

    def elements(self) -> Iterator[Value]:
        """The elements of the list that comes next, which is passed."""
        self._at += 1
        while (start := self.next()) != b"]":
            if start == b"}":
                raise UnreadableError("json.malformed", detail="a list ends with }")
            yield self._value()
        self._at += 1

    def first_element(self) -> list[Any]:
        """A list with the first element, if there is one, of the list that comes next."""
        return [self._small(each) for each in islice(self.elements(), 1)]

    def outline(self, members: dict[str, Any], depth: int) -> None:
        """Put an outline of the object that comes next, which is passed, into `members`."""
        self._at += 1
        while self.next() != b"}":
            name = str(self._small(self._value()))
            start = self.next()
            if start == b"[":
                elements = self.elements()
                members[name] = [self._small(each) for each in islice(elements, 1)]
                deque(elements, maxlen=0)
            elif start == b"{" and depth:
                members[name] = {}
                self.outline(members[name], depth - 1)
            else:
                members[name] = self._small(self._value())
        self._at += 1

    def _small(self, value: Value) -> Any:
        """A parsed value of an outline, as long as the outline fits into what a native may have."""
        self._kept += value if isinstance(value, int) else len(value)
        if self._kept > self._largest:
            raise UnreadableError("native.too-large", bytes=f"{self._kept}")
        return _parsed(value)

    def _value(self) -> Value:
        """The next value, which is passed."""
        start = self.next()
        if start in b"{[":
            return self._between_brackets()
        pattern = _STRING if start == b'"' else _SCALAR
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is not None and found.end() < len(self._buffer):
                value, self._at = found[0], found.end()
                if not value:
                    raise UnreadableError("json.malformed", detail=f"no value begins with {start.decode('latin-1')}")
                return value
            if not self._more(found is not None):  # the document ends with the value
                value, self._at = found[0] if found else b"", len(self._buffer)
                return value

    def _more(self, may_end: bool) -> bool:
        if len(self._buffer) - self._at > self._largest:
            raise UnreadableError("native.too-large", bytes=str(len(self._buffer) - self._at))
        self._buffer, self._at = self._buffer[self._at :], 0
        return self._fill(may_end)

    def _between_brackets(self) -> Value:
        depth, place, left_out = 0, self._at, 0
        while True:
            for token in _TOKEN.finditer(self._buffer, place):
                place, end = token.span()
                kind = _KINDS[self._buffer[place]]
                if kind == 0 and end == place + 1:  # it ends in what is not read yet
                    break
                depth += kind
                place = end
                if depth > _DEEPEST:
                    raise UnreadableError("json.malformed", detail=f"nested deeper than {_DEEPEST} levels")
                if kind < 0 and depth == 0:
                    value, self._at = self._buffer[self._at : place], place
                    return left_out + len(value) if left_out else value
            else:
                place = len(self._buffer)
            if place - self._at > self._largest or left_out:
                left_out += place - self._at
                self._at = place
            place -= self._at
            self._more(False)

    def _fill(self, may_end: bool = False) -> bool:
        """Read on; twice as much each time that it is not enough, so that a long value is not gone through again and again."""
        part = self._file.read(max(_CHUNK, len(self._buffer)))
        if not part and not may_end:
            raise UnreadableError("json.malformed", detail="the file ends in the middle of a value")
        self._buffer += part
        return bool(part)


def _parsed(value: Value) -> Any:
    try:
        return orjson.loads(value) if isinstance(value, bytes) else None
    except orjson.JSONDecodeError as error:
        raise UnreadableError("json.malformed", detail=str(error)[:200]) from error
