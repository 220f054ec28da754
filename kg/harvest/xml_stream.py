"""XML containers that are larger than memory: their records, one after the other, in a tree from which what was read is taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from lxml import etree

from kg.harvest.streams import UnreadableError

_PREDICATE = re.compile(r"\[[^\]]*\]")


def record_depth(path: str) -> int:
    """How deep below the root the elements of an XPath of child steps stand.

    >>> record_depth("*[local-name()='SearchResults']/*")
    2
    """
    return _PREDICATE.sub("", path).count("/") + 1


def xml_records(file: IO[bytes], select: Callable[[etree._Element], Any], depth: int, largest: int) -> Iterator[etree._Element]:
    """The elements that `select` finds from the root, all of them at one depth, each for as long as the next is not asked for.

    :raises UnreadableError: where it is not well-formed (what stands before has been given), declares entities, or holds something so large
        that it cannot be passed.
    """
    counted = _Counted(file)
    try:
        yield from _records(counted, select, depth, largest)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("xml.malformed", detail=(error.msg or "not well-formed")[:200]) from error
    except ValueError as error:
        raise UnreadableError("xml.malformed", detail=str(error)[:200]) from error


def _records(file: _Counted, select: Callable[[etree._Element], Any], depth: int, largest: int) -> Iterator[etree._Element]:
    root: etree._Element | None = None
    level, passed = -1, 0
    for event, element in etree.iterparse(file, ("start", "end"), resolve_entities=False, no_network=True, load_dtd=False):
        if event == "start":
            level += 1
            if root is None:
                root = element
                _refuse_entities(root)
            continue
        level -= 1
        if level >= depth:
            if file.count - passed > largest + _CHUNK:
                raise UnreadableError("native.too-large", bytes=str(file.count - passed))
            continue
        if level == depth - 1 and root is not None and any(each is element for each in select(root)):
            yield element
        if level >= 0:
            passed = file.count
            _take_away(element)


def _take_away(element: etree._Element) -> None:
    """The element's content, and all that stands before it; itself it may not be removed while the parser is at its end."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml 4.4 and later have it
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _refuse_entities(root: etree._Element) -> None:
    dtd: etree.DTD | None = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:  # type: ignore[attr-defined]
        raise UnreadableError("xml.entities")


_CHUNK = 1 << 17


class _Counted:
    """A reader that knows how far it has read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.count = file, 0

    def read(self, size: int = _CHUNK) -> bytes:
        part = self._file.read(size)
        self.count += len(part)
        return part
