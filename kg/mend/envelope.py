"""The records of an envelope (CSW, OAI-PMH, JSON lists and lines) as texts of their own, and the way of their edits back into it.

A record of XML takes with it the prefixes that are declared around it; all else of it is as it stands in the envelope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kg.crosswalk.document import MalformedError
from kg.crosswalk.json_document import parse_json
from kg.crosswalk.xml_document import parse_xml
from kg.harvest.containers import Containers
from kg.mend.edit import Edit
from kg.mend.encoded import Encoded, read_json, read_xml
from kg.mend.json_text import JsonText
from kg.mend.repair import Repair
from kg.mend.xml_text import Span, XmlText, quoted

_LINE: Final = re.compile(r"\(line (\d+)\)")
#: A line with something in it, without the white space around it.
_TEXT_OF_LINE: Final = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")


@dataclass(frozen=True, slots=True)
class Part:
    """One record of an envelope.

    :param number: its number there, from 1.
    :param start: where it begins in the text of the envelope, which has `lines` line ends before that.
    :param at: where in it, as it stands in the envelope, the declarations were added.
    """

    number: int
    start: int
    lines: int
    text: str
    at: int = 0
    added: int = 0

    def moved(self, repair: Repair) -> Repair:
        """A repair of the record as one of the envelope."""
        place = _LINE.sub(lambda found: f"(line {int(found[1]) + self.lines})", repair.place)
        return replace(repair, place=f"{self.number}: {place}", edits=tuple(map(self._moved, repair.edits)))

    def _moved(self, edit: Edit) -> Edit:
        return Edit(self._place(edit.start), self._place(edit.end), edit.text)

    def _place(self, at: int) -> int:
        return self.start + (at if at <= self.at else max(self.at, at - self.added))


def parts(body: bytes, media_type: str, name: str, containers: Containers) -> tuple[Encoded, list[Part]]:
    """The envelope as text, and its records; none where they are put together from several places of it.

    :raises UnreadableError: when the bytes are no text from which they could be made again.
    :raises MalformedError: when it is not well-formed.
    :raises UnplacedError: when the places of its records are not certain.
    """
    if media_type == "application/xml":
        encoded = read_xml(body)
        return encoded, list(_of_xml(body, encoded.text, containers))
    encoded = read_json(body)
    return encoded, list(_of_json(body, encoded.text, name, containers))


def _of_xml(body: bytes, text: str, containers: Containers) -> Iterator[Part]:
    root = parse_xml(body)
    found = containers.payloads(root)
    placed = XmlText(text, root) if found else None
    for number, element in enumerate(found, 1):
        assert placed is not None
        span = placed.span(element)
        declared = _declared_around(placed, span)
        at = 1 + len(span.name)
        written = placed.written(span)
        lines = text.count("\n", 0, span.start)
        yield Part(number, span.start, lines, written[:at] + declared + written[at:], at, len(declared))


def _declared_around(placed: XmlText, span: Span) -> str:
    """The declarations that hold for an element and stand outside it."""
    if span.parent is None:
        return ""
    around = placed.prefixes(placed.spans[span.parent])
    names = {prefix: f"xmlns:{prefix[:-1]}" if prefix else "xmlns" for prefix in around}
    return "".join(f' {names[prefix]}="{quoted(around[prefix])}"' for prefix in around if names[prefix] not in span.attributes)


def _of_json(body: bytes, text: str, name: str, containers: Containers) -> Iterator[Part]:
    try:
        value = parse_json(body)
    except MalformedError:  # what was opened as an envelope all the same are JSON lines
        yield from _of_lines(text)
        return
    found = containers.elements(value, name)
    placed = JsonText(text, value) if found else None
    for number, element in enumerate(found, 1):
        place = placed.place(element) if placed else None
        if placed is not None and place is not None:
            yield Part(number, place.start, text.count("\n", 0, place.start), placed.written(place))


def _of_lines(text: str) -> Iterator[Part]:
    for number, line in enumerate(_TEXT_OF_LINE.finditer(text), 1):
        yield Part(number, line.start(), text.count("\n", 0, line.start()), line[0])
