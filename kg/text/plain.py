"""Plain text from a text in which HTML stands: paragraphs and lists as lines, links with their address, entities as characters.

HTML is told by its tags: what looks like one and is none (`<LOD`, `a < b`, `<year>_<site>.nc`) stays as it is, and so does Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

#: How often a text is looked through again: entities may hide tags, and entities again (`&amp;lt;p&amp;gt;`).
_PASSES: Final = 4

#: Tags that say what they are by themselves. All others of HTML are words too (`<time>`, `<site>`, `<i>`): they need their end tag.
_SINGLE: Final = "br hr img p wbr"
_INLINE: Final = (
    "a abbr acronym b bdi bdo big center cite code del dfn em font i ins kbd label mark math q s samp small span strike strong sub sup "
    "td th title tt u var [ovw]:[a-z]+"
)
_BLOCKS: Final = (
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "html li main nav ol pre section summary table tbody tfoot thead tr ul"
)
#: Elements whose content is no text for people.
_DROPPED: Final = "applet embed head iframe noscript object script style svg template"
_NAMES: Final = "|".join(sorted(f"{_SINGLE} {_INLINE} {_BLOCKS} {_DROPPED}".split(), key=len, reverse=True))
_PARAGRAPHS: Final = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "table", "ul"])

#: A tag of HTML. No part of it can be read in two ways, so that the time is in proportion to the text.
_TAG: Final = re.compile(
    rf"""<(?P<end>/)?(?P<name>{_NAMES})(?P<rest>(?:\s|/(?=\s*>))(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*+(?=>)|[^<>]*+))?>""", re.IGNORECASE
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ADDRESS: Final = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_CAPTION: Final = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FOLLOWED: Final = re.compile(r"(?:https?|ftp)://\S+$", re.IGNORECASE)
_RAISED: Final = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_REST_OF_LINE: Final = re.compile(r"[ \t]*\n")
_AROUND_LINE_ENDS: Final = re.compile(r"[ \t]*\n[ \t]*")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")


def plain_text(text: str) -> str:
    """The text without tags and entities of HTML.

    >>> plain_text("<p>CO<sub>2</sub> in &micro;mol m<sup>-2</sup>, a &lt; b</p><ul><li>one</li><li><a href='https://x.org/y'>two</a></li></ul>")
    'CO2 in µmol m⁻², a < b\\n\\n- one\\n- two (https://x.org/y)'
    >>> plain_text("<LOD or p<0.05 in <year>_<site>.nc"), plain_text("a<script>alert(1)</script>b"), plain_text("&amp;lt;br&amp;gt;x")
    ('<LOD or p<0.05 in <year>_<site>.nc', 'ab', 'x')
    """
    for _ in range(_PASSES):
        before = text
        if "<" in text:
            text = _without_tags(_without_comments(text))
        if "&" in text:
            text = _ENTITY.sub(lambda found: unescape(found[0]), text)
        if text == before:
            break
    return text


def _without_comments(text: str) -> str:
    text = text.replace("<![CDATA[", "")
    parts, start = [], 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened)) >= 0:
        parts.append(text[start:opened])
        start = closed + 3
    return "".join((*parts, text[start:]))


def _without_tags(text: str) -> str:
    tags = list(_tags(text))
    if not tags:
        return text
    writer = _Writer()
    start = 0
    for tag in tags:
        writer.text(text[start : tag.start()])
        writer.tag(tag)
        start = tag.end()
        if tag["name"].lower() == "br" and (rest := _REST_OF_LINE.match(text, start)):
            start = rest.end()
    writer.text(text[start:])
    joined = _AROUND_LINE_ENDS.sub("\n", "".join(writer.parts))
    return _EMPTY_LINES.sub("\n\n", joined).strip()


def _tags(text: str) -> Iterator[re.Match[str]]:
    found = list(_TAG.finditer(text))
    ended = {each["name"].lower() for each in found if each["end"]}
    return (each for each in found if each["rest"] or each["name"].lower() in ended or each["name"].lower() in _SINGLE.split())


class _Writer:
    """Puts together what is left of a text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        #: the element whose content is being left out
        self.dropping = ""
        #: address of the link in which the text stands, and where in `parts` it begins
        self.link = ("", 0)
        self.raising = False

    def text(self, text: str) -> None:
        if text and not self.dropping:
            self.parts.append(text.translate(_RAISED) if self.raising and len(text) < 8 and not text.strip("0123456789+-− ") else text)

    def tag(self, tag: re.Match[str]) -> None:
        name, end = tag["name"].lower(), bool(tag["end"])
        if self.dropping:
            self.dropping = "" if end and name == self.dropping else self.dropping
        elif name in _DROPPED.split():
            self.dropping = "" if end or (tag["rest"] or "").endswith("/") else name
        elif name == "a":
            self._anchor(tag, end)
        elif name == "sup":
            self.raising = not end
        elif name == "img":
            self.parts.append(_first(_CAPTION.search(tag["rest"] or "")))
        else:
            self.parts.append(_space(name, end))

    def _anchor(self, tag: re.Match[str], end: bool) -> None:
        if not end:
            self.link = (unescape(_first(_ADDRESS.search(tag["rest"] or ""))).strip(), len(self.parts))
            return
        (address, start), self.link = self.link, ("", 0)
        if not _FOLLOWED.match(address):
            return
        shown = "".join(self.parts[start:]).strip()
        if _bare(address) not in _bare(shown):
            self.parts.append(f" ({address})" if shown else address)


def _first(found: re.Match[str] | None) -> str:
    return next((group for group in found.groups() if group), "") if found else ""


def _bare(address: str) -> str:
    return address.lower().partition("://")[2].rstrip("/") or address.lower().rstrip("/")


def _space(name: str, end: bool) -> str:
    """What stands for the start or end of an element."""
    if name == "li":
        return "" if end else "\n- "
    if name in _PARAGRAPHS:
        return "\n\n"
    if name == "br" or name in _BLOCKS.split():
        return "\n"
    return " " if name in ("td", "th") and end else ""
