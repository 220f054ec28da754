"""XML natives: parsed without entities, DTD or network; selected with XPath 1.0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from kg.crosswalk.document import Document, MalformedError, Node, Select, Text
from kg.errors import CrosswalkError

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def parser() -> etree.XMLParser:
    """A parser that expands nothing and fetches nothing."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)


def parse_xml(body: bytes) -> etree._Element:
    """The root element.

    :raises MalformedError: when the body is no XML, or declares entities (`xml.entities`), which no metadata needs and XML attacks with.
    """
    try:
        root = etree.fromstring(body, parser())
    except etree.XMLSyntaxError as error:
        raise MalformedError("xml.malformed", f"line {error.lineno or 1}", _reason(error)) from error
    except ValueError as error:  # for instance NUL bytes, or an encoding that does not exist
        raise MalformedError("xml.malformed", "line 1", str(error)) from error
    dtd: etree.DTD | None = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:  # type: ignore[attr-defined]
        raise MalformedError("xml.entities", "DOCTYPE", "entities are declared")
    return root


def _reason(error: etree.XMLSyntaxError) -> str:
    return (error.msg or "not well-formed").split(", line")[0]


@dataclass(frozen=True, slots=True)
class LocalisedText:
    """Where a format keeps its translations (ISO 19139 `PT_FreeText`), as selectors of the crosswalk's `languages:` part.

    :param plain: the children that hold the text in the default language.
    :param localised: the elements that hold a translation.
    :param locale: from such an element, the identifier of its locale (`#fr`).
    """

    plain: Select
    localised: Select
    locale: Select


@dataclass(slots=True)
class XmlDocument:
    """A parsed XML native; see `kg.crosswalk.document.Document`."""

    root: etree._Element
    localised: LocalisedText | None = None
    #: identifier of a locale -> language code as given there
    locales: Mapping[str, str] = field(default_factory=dict)
    #: as which version its elements are named now: formats of one family ask one after the other
    _version: tuple[tuple[re.Pattern[str], str], ...] = ()

    def read_as(self, versions: Versions) -> None:
        """Name the elements as those of one version of their schema."""
        if versions.patterns and versions.patterns != self._version:
            versions.apply(self.root)
            self._version = versions.patterns

    def string(self, node: Node) -> str:
        if isinstance(node, str):
            return node.strip()
        if isinstance(node, etree._Element):
            if len(node) == 0:
                return (node.text or "").strip()
            if self.localised is not None and self.localised.localised(self, node):
                return self._first_language(node, self.localised)
            return _inner_text(node).strip()
        return _number(node)

    def texts(self, node: Node) -> list[Text]:
        if not isinstance(node, etree._Element):
            return [(self.string(node), None)]
        if self.localised is None or len(node) == 0:
            return [(self.string(node), _language(node))]
        return self._localised_texts(node, self.localised)

    def _first_language(self, node: etree._Element, how: LocalisedText) -> str:
        """The text in the default language, else its first translation: never all of them as one."""
        return next((text for part in (*how.plain(self, node), *how.localised(self, node)) if (text := self.string(part))), "")

    def _localised_texts(self, node: etree._Element, how: LocalisedText) -> list[Text]:
        plain = how.plain(self, node)
        found: list[Text] = [(self.string(part), _language(part if isinstance(part, etree._Element) else node)) for part in plain]
        for part in how.localised(self, node):
            locale = next((self.string(each) for each in how.locale(self, part)), "").lstrip("#")
            found.append((self.string(part), self.locales.get(locale) or _locale_language(locale)))
        return found or [(self.string(node), _language(node))]

    def place(self, node: Node) -> str:
        if isinstance(node, etree._Element):
            names = [etree.QName(each).localname for each in (*reversed(list(node.iterancestors())), node)]
            return "/".join(names[-4:]) + (f" (line {node.sourceline})" if node.sourceline else "")
        return ""


def _number(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _inner_text(element: etree._Element) -> str:
    """All text in an element; the line breaks of HTML, which DataCite and others allow, are ends of lines."""
    if len(element) == 1 and len(child := element[0]) == 0 and isinstance(child.tag, str) and not child.tag.endswith("br"):
        return (element.text or "") + (child.text or "") + (child.tail or "")  # a property with its value: by far the most
    if next(element.iter("{*}br"), None) is None:
        return "".join(map(str, element.itertext("*")))
    parts = [element.text or ""]
    for child in element.iterchildren("*"):
        parts += ["\n" if etree.QName(child).localname == "br" else _inner_text(child), child.tail or ""]
    return "".join(parts)


def _language(element: etree._Element) -> str | None:
    return element.get(XML_LANG)


def _locale_language(locale: str) -> str | None:
    """The language of a locale that is declared nowhere: the locale itself (`fr`, `en-US`), or the code at its end (`locale-fre`)."""
    return locale if re.match(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?$", locale) else locale[-3:].lstrip("-_") or None


@dataclass(frozen=True, slots=True)
class Versions:
    """Namespaces that are read as if they were another one: the versions of one schema.

    :param patterns: a pattern of namespaces, and the namespace for which they stand.
    """

    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
    _known: dict[str, str] = field(default_factory=dict)

    def name(self, tag: str) -> str:
        """The name of an element as the crosswalk has it."""
        if tag not in self._known:
            namespace, closed, local = tag[1:].partition("}")
            names = (f"{{{to}}}{local}" if to else local for pattern, to in self.patterns if closed and pattern.fullmatch(namespace))
            self._known[tag] = next(names, tag)
        return self._known[tag]

    def apply(self, root: etree._Element) -> None:
        """Rename the elements of a document."""
        if not self.patterns:
            return
        renamed = {tag: name for tag in {element.tag for element in root.iter("*")} if (name := self.name(tag)) != tag}
        for element in list(root.iter(*renamed)) if renamed else ():  # without a tag, `iter` would find all
            element.tag = renamed[element.tag]


#: Paths of child steps only, which Python walks faster than XPath is evaluated.
_NAME = r"(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*"
_SIMPLE = re.compile(rf"{_NAME}(?:/{_NAME}|/\*)*(?:/@{_NAME})?$")


def compile_xpath(expression: str, namespaces: Mapping[str, str]) -> Select:
    """A selector from an XPath 1.0 expression.

    :raises CrosswalkError: when it is no XPath, or uses a prefix that `namespaces` does not declare.
    """
    if expression == ".":
        return lambda _, node: [node]
    if expression.startswith("../") and "|" not in expression:
        return _from_parent(compile_xpath(expression[3:], namespaces))
    try:
        xpath = etree.XPath(expression, namespaces=dict(namespaces), smart_strings=False, extensions=FUNCTIONS)
        if _SIMPLE.match(expression) and "()" not in expression:
            return _child_steps(expression, namespaces)
    except (etree.XPathSyntaxError, KeyError) as error:
        hint = "check the path and the prefixes under namespaces:"
        raise CrosswalkError(f"'{expression}' is not a usable XPath: {error}", hint=hint) from error

    def select(_: Document, node: Node) -> list[Node]:
        if not isinstance(node, etree._Element):
            return []
        found = xpath(node)
        return found if isinstance(found, list) else [found] if found not in ("", False) else []

    return select


def _from_parent(rest: Select) -> Select:
    """What is found from a node's parent. Brothers and sisters ask one after the other, so that the last answer is kept:
    each of a thousand keywords would otherwise pass by all others on its way to their thesaurus.
    """
    last: tuple[etree._Element | None, list[Node]] = (None, [])

    def select(document: Document, node: Node) -> list[Node]:
        nonlocal last
        parent = node.getparent() if isinstance(node, etree._Element) else None
        if parent is None:
            return []
        if parent is not last[0]:
            last = (parent, rest(document, parent))
        return last[1]

    return select


def _by_id(context: Any, references: list[Any]) -> list[etree._Element]:
    """XPath function `by-id(...)`: the elements whose attribute `id` is the text of one of the nodes, as in `contact/references` of EML."""
    texts = ("".join(map(str, each.itertext())) if isinstance(each, etree._Element) else str(each) for each in references)
    wanted = {text.strip().lstrip("#") for text in texts}
    root = context.context_node.getroottree().getroot()
    return [element for element in root.iter("*") if element.get("id") in wanted] if wanted else []


#: XPath functions of the language, beside those of XPath 1.0
FUNCTIONS = {(None, "by-id"): _by_id}


def _child_steps(expression: str, namespaces: Mapping[str, str]) -> Select:
    steps = expression.split("/")
    attribute = clark(steps.pop()[1:], namespaces) if steps[-1].startswith("@") else None
    tags = ["*" if step == "*" else clark(step, namespaces) for step in steps]
    first, rest = (tags[0], tags[1:]) if tags else (None, [])

    def select(_: Document, node: Node) -> list[Node]:
        if not isinstance(node, etree._Element):
            return []
        found: list[Node] = list(node.iterchildren(first)) if first else [node]
        for tag in rest:
            if not found:
                return found
            found = [child for each in found for child in each.iterchildren(tag)]
        if attribute is None:
            return found
        return [value for each in found if (value := each.get(attribute)) is not None]

    return select


def clark(name: str, namespaces: Mapping[str, str]) -> str:
    """A prefixed name in Clark notation, as lxml has it.

    :raises KeyError: when the prefix is not declared.
    """
    prefix, colon, local = name.partition(":")
    if not colon:
        return name
    if prefix == "xml":
        return "{http://www.w3.org/XML/1998/namespace}" + local
    return f"{{{namespaces[prefix]}}}{local}"
