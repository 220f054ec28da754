"""Where the elements, attributes and texts of an XML file stand in it, beside the elements that a parser made of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from lxml import etree

from kg.mend.edit import Edit

_NAME: Final = r"[^\s<>/=\"'!?&]+"
#: One piece of mark-up. An internal DTD is none of these: a file that has one is refused.
_MARKUP: Final = re.compile(
    rf"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^\[\]<>]*>"""
    rf"""|</(?P<closes>{_NAME})\s*>"""
    rf"""|<(?P<opens>{_NAME})(?P<attributes>(?:\s+{_NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?P<empty>/?)>""",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rf"""({_NAME})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
#: What a text of XML is made of: a reference, a section of characters, mark-up that says nothing, a character.
_CHARACTERS: Final = re.compile(r"&(?:#x?[0-9A-Fa-f]+|\w+);|<!\[CDATA\[(?P<raw>.*?)\]\]>|<!--.*?-->|<\?.*?\?>|\r\n?|.", re.DOTALL)
_LINE: Final = re.compile(r"(?:^|\r\n?|\n)([ \t]*)$")


class UnplacedError(ValueError):
    """The places of the elements are not certain: the file is written in a way that is not followed here."""


@dataclass(frozen=True, slots=True)
class Span:
    """One element: its tags from `start` to `opened` and from `closes` to `end`. An empty element has but one tag."""

    name: str
    start: int
    opened: int
    closes: int
    end: int
    parent: int | None
    #: attribute -> where its value stands, without its quotation marks
    attributes: Mapping[str, tuple[int, int]]

    @property
    def prefix(self) -> str:
        """The prefix of the name with its colon, or nothing."""
        return self.name[: self.name.find(":") + 1]

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def is_empty(self) -> bool:
        """Whether it is written as one tag, `<a/>`."""
        return self.closes == self.end


class XmlText:
    """A file's text and its elements, in the order of the file."""

    def __init__(self, text: str, root: etree._Element) -> None:
        """:param root: what a parser made of the same text.

        :raises UnplacedError: when what is found here is not what the parser found.
        """
        self.text = text
        self.spans = _spans(text)
        self.elements = list(root.iter("*"))
        if [span.local for span in self.spans] != [etree.QName(each).localname for each in self.elements]:
            raise UnplacedError("the elements of the file are not where they seem to be")
        self._numbers = {element: number for number, element in enumerate(self.elements)}
        self._at = {span.start: number for number, span in enumerate(self.spans)}

    @cached_property
    def line_end(self) -> str:
        """How the lines of the file end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def span(self, element: etree._Element) -> Span:
        """Where an element stands."""
        return self.spans[self._numbers[element]]

    def element(self, span: Span) -> etree._Element:
        """What the parser made of it."""
        return self.elements[self._at[span.start]]

    def namespace(self, span: Span, prefix: str) -> str | None:
        """What a prefix (with its colon; nothing for the default namespace) means inside an element."""
        name = f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        each: Span | None = span
        while each is not None:
            if name in each.attributes:
                return self.value(each, name)
            each = self.spans[each.parent] if each.parent is not None else None
        return None

    def prefixes(self, span: Span) -> dict[str, str]:
        """Every prefix (with its colon) that holds inside an element, with its namespace."""
        chain = [span]
        while (parent := chain[-1].parent) is not None:
            chain.append(self.spans[parent])
        declared = {name: self.value(each, name) for each in reversed(chain) for name in each.attributes if name.startswith("xmlns")}
        return {name[6:] + ":" if len(name) > 5 else "": namespace for name, namespace in declared.items()}

    def value(self, span: Span, attribute: str) -> str:
        """The value of an attribute as it is meant; empty where there is none."""
        at = span.attributes.get(attribute)
        return html.unescape(self.text[at[0] : at[1]]) if at else ""

    def written(self, span: Span) -> str:
        """An element as it is written."""
        return self.text[span.start : span.end]

    def inside(self, span: Span) -> str:
        """What stands between the tags of an element, as it is written."""
        return self.text[span.opened : span.closes]

    def characters(self, span: Span) -> list[tuple[str, int, int]]:
        """The characters of an element that has no other in it, each with the place where it is written."""
        found: list[tuple[str, int, int]] = []
        for piece in _CHARACTERS.finditer(self.text, span.opened, span.closes):
            if (raw := piece["raw"]) is not None:
                start = piece.start() + len("<![CDATA[")
                found += [(each, start + number, start + number + 1) for number, each in enumerate(raw)]
            elif piece[0].startswith("&"):
                found.append((html.unescape(piece[0]), *piece.span()))
            elif not piece[0].startswith("<"):
                found.append((piece[0].replace("\r\n", "\n").replace("\r", "\n"), *piece.span()))
        return found

    def children(self, span: Span) -> Iterator[Span]:
        """The elements directly in an element."""
        return (self.span(each) for each in self.element(span).iterchildren("*"))

    def new_text(self, span: Span, before: str, after: str) -> list[Edit]:
        """Edits that make of the text in an element (or of its first part that reads so) another; none where it does not read so."""
        characters = self.characters(span)
        at = "".join(each for each, _, _ in characters).find(before)
        if at < 0 or not before or any(len(each) != 1 for each, _, _ in characters):
            return []
        return [Edit(characters[at][1], characters[at + len(before) - 1][2], text(after))]

    def new_value(self, span: Span, attribute: str, after: str) -> Edit:
        """The edit that gives an attribute another value."""
        start, end = span.attributes[attribute]
        return Edit(start, end, quoted(after))

    def with_attributes(self, span: Span, attributes: Mapping[str, str]) -> Edit:
        """The edit that writes attributes behind those that an element has."""
        last = max((end + 1 for _, end in span.attributes.values()), default=span.start + 1 + len(span.name))
        return Edit(last, last, "".join(f' {name}="{quoted(value)}"' for name, value in attributes.items()))

    def indent(self, span: Span) -> str | None:
        """The white space before an element where it begins its line; nothing where something else stands before it."""
        found = _LINE.search(self.text, 0, span.start)
        return found[1] if found else None

    def after(self, span: Span, lines: list[str]) -> Edit:
        """The edit that writes lines behind an element: each on a line of its own where the element is on one."""
        indent = self.indent(span)
        break_ = "" if indent is None else self.line_end + indent
        return Edit(span.end, span.end, "".join(break_ + (line if break_ else line.strip()) for line in lines))


def _spans(whole: str) -> list[Span]:
    found: list[Span | None] = []
    heads: list[tuple[int, re.Match[str]]] = []
    at = 0
    for piece in _MARKUP.finditer(whole):
        if "<" in whole[at : piece.start()]:
            break
        at = piece.end()
        if piece["opens"]:
            heads.append((len(found), piece))
            found.append(None)
        if piece["closes"] or piece["empty"]:
            if not heads:
                raise UnplacedError("an end without a beginning")
            number, head = heads.pop()
            closes = piece.end() if piece["empty"] else piece.start()
            found[number] = _span(head, closes, piece.end(), heads[-1][0] if heads else None)
    if "<" in whole[at:] or heads:
        raise UnplacedError("mark-up that is not followed here, such as a DTD within the file")
    return [span for span in found if span is not None]


def _span(head: re.Match[str], closes: int, end: int, parent: int | None) -> Span:
    attributes = {
        each[1]: each.span(2 if each[2] is not None else 3) for each in _ATTRIBUTE.finditer(head.string, *head.span("attributes"))
    }
    return Span(head["opens"], head.start(), head.end(), closes, end, parent, attributes)


def text(value: str) -> str:
    """A text as it is written in an element."""
    return html.escape(value, quote=False)


def quoted(value: str) -> str:
    """A text as it is written between quotation marks of either kind."""
    return html.escape(value, quote=True)
