"""Natives that know which of their content was read: the documents and selectors of `kg.crosswalk`, with a mark on every leaf.

A *leaf* is a piece of content: the text of an XML element, an attribute, a JSON value that holds no others or numbers only, the object
of an RDF triple that leads to nothing more. Its text counts as read when a rule takes its text, or the text of an element around it.
To stand at an element (`each`) reads nothing, and what only a condition looked at is told apart.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyoxigraph as ox
from lxml import etree

from kg.crosswalk.document import Document, Node, Select, Text
from kg.crosswalk.json_document import JsonDocument, compile_path
from kg.crosswalk.rdf_document import RdfDocument, compile_property_path, step
from kg.crosswalk.xml_document import FUNCTIONS, XmlDocument, compile_xpath
from kg.namespaces import PREFIXES, compact

Key = Any


class Fate(StrEnum):
    """What became of a leaf."""

    READ = "read"
    TESTED = "tested"
    IGNORED = "ignored"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A piece of content: its path without the numbers of repeated elements, its text, and what it is known by in its document."""

    path: str
    text: str
    key: Key


class Trace(ABC):
    """Marks on the leaves of one document."""

    def __init__(self) -> None:
        self.read: set[Key] = set()
        self.tested: set[Key] = set()
        #: whether a condition looks, and not a slot
        self.testing = False

    def mark(self, key: Key) -> None:
        """Say that a leaf was looked at."""
        (self.tested if self.testing else self.read).add(key)

    def fate(self, leaf: Leaf) -> Fate:
        """What became of a leaf, without regard to what is left out on purpose."""
        return Fate.READ if leaf.key in self.read else Fate.TESTED if leaf.key in self.tested else Fate.DROPPED

    @abstractmethod
    def leaves(self) -> Iterator[Leaf]:
        """All leaves of the document."""

    @abstractmethod
    def below(self, node: Node) -> Iterator[Key]:
        """The leaves at a node and in it."""


# --- XML -------------------------------------------------------------------------------------------------------------------------------


class TracedXml(XmlDocument, Trace):
    """An XML native; a leaf is known by its element and, for an attribute, the attribute's name."""

    def __init__(self, document: XmlDocument, namespaces: Mapping[str, str]) -> None:
        XmlDocument.__init__(self, document.root)
        Trace.__init__(self)
        #: keeps the elements that lxml would else forget, and with them what they are known by
        self.elements = list(document.root.iter("*"))
        self.prefixes = {namespace: prefix for prefix, namespace in namespaces.items()}

    def string(self, node: Node) -> str:
        translated = isinstance(node, etree._Element) and len(node) and self.localised and self.localised.localised(self, node)
        if not translated:  # of translations only the one is read that the document chooses
            for key in self._text_keys(node):
                self.mark(key)
        return XmlDocument.string(self, node)

    def own_keys(self, node: Node) -> Iterator[Key]:
        """What stands at a node itself."""
        if isinstance(node, etree._Element):
            yield node, ""
        else:
            yield from self._text_keys(node)

    def _text_keys(self, node: Node) -> Iterator[Key]:
        if isinstance(node, etree._Element):
            yield from ((element, "") for element in node.iter("*"))
        elif isinstance(node, etree._ElementUnicodeResult) and (parent := node.getparent()) is not None:
            yield (parent.getparent(), "") if node.is_tail else (parent, node.attrname if node.is_attribute else "")

    def leaves(self) -> Iterator[Leaf]:
        paths: dict[etree._Element | None, str] = {None: ""}
        for element in self.elements:
            above = paths.get(element.getparent(), "")
            path = paths[element] = f"{above}/{self._name(str(element.tag))}" if above else self._name(str(element.tag))
            if text := " ".join(filter(None, ((each or "").strip() for each in (element.text, *(child.tail for child in element))))):
                yield Leaf(path, text, (element, ""))
            for name, value in element.attrib.items():
                if str(value).strip():
                    yield Leaf(f"{path}/@{self._name(str(name))}", str(value).strip(), (element, str(name)))

    def below(self, node: Node) -> Iterator[Key]:
        if isinstance(node, etree._Element):
            for element in node.iter("*"):
                yield element, ""
                yield from ((element, str(name)) for name in element.attrib)
        yield from self._text_keys(node)

    def _name(self, tag: str) -> str:
        namespace, closed, local = tag.removeprefix("{").partition("}")
        prefix = self.prefixes.get(namespace) or _WELL_KNOWN.get(namespace, namespace.rstrip("/#").rsplit("/", 1)[-1])
        return f"{prefix}:{local}" if closed and prefix else local if closed else tag


_WELL_KNOWN = {
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/1999/xlink": "xlink",
}


def _xml_selector(expression: str, namespaces: Mapping[str, str]) -> Select:
    """As the crosswalk's own, but texts know the element that they stand in."""
    usual = compile_xpath(expression, namespaces)
    if expression == ".":
        return usual
    xpath = etree.XPath(expression, namespaces=dict(namespaces), smart_strings=True, extensions=FUNCTIONS)
    # the argument of a function whose result is a text is what is read: substring-before(a/b, ' ')
    parts = [etree.XPath(each, namespaces=dict(namespaces), extensions=FUNCTIONS) for each in _arguments(expression)]
    asked = [etree.XPath(each, namespaces=dict(namespaces), extensions=FUNCTIONS) for each in _asked(expression, namespaces)]

    def select(document: Document, node: Node) -> list[Node]:
        if not isinstance(node, etree._Element):
            return []
        found = xpath(node)
        if isinstance(document, TracedXml):
            document.tested.update(key for path in asked for each in _nodes(path(node)) for key in document.own_keys(each))
        if isinstance(found, list):
            return found
        if isinstance(document, TracedXml):
            for part in parts:
                for each in nodes if isinstance(nodes := part(node), list) else ():
                    document.string(each)
        return [found] if found not in ("", False) else []

    return select


def _nodes(found: object) -> list[Node]:
    return found if isinstance(found, list) else []


_PREDICATE = re.compile(r"\[([^\[\]]*)\]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_PATH_IN_PREDICATE = re.compile(r"(?<![\w:.*@/-])(?:\.\./)*@?[A-Za-z_*][\w.:*@/-]*(?![\w(])")


def _asked(expression: str, namespaces: Mapping[str, str]) -> Iterator[str]:
    """Paths that the predicates of an expression look at: `d:date/@dateType` of `d:date[@dateType='Issued']`."""
    for found in _PREDICATE.finditer(expression):
        before = expression[: found.start()].rpartition("|")[2].strip().lstrip("(")
        for name in _PATH_IN_PREDICATE.findall(_QUOTED.sub("''", found[1])):
            path = f"{before}/{name}"
            if "::" not in name and name not in ("and", "or", "not", "div", "mod") and _is_path(path, namespaces):
                yield path


def _is_path(expression: str, namespaces: Mapping[str, str]) -> bool:
    try:
        etree.XPath(expression, namespaces=dict(namespaces), extensions=FUNCTIONS)
    except etree.XPathSyntaxError:
        return False
    return True


def _arguments(expression: str) -> list[str]:
    """Innermost arguments of the functions of an expression that are paths."""
    inner = expression.replace("normalize-space(", "(").partition("(")[2].rsplit(",", 1)[0].strip("() ")
    try:
        etree.XPath(inner, namespaces=dict.fromkeys(_prefixes(inner), "x"))
    except etree.XPathSyntaxError:
        return []
    return [inner] if inner else []


def _prefixes(expression: str) -> Iterator[str]:
    for part in expression.replace("::", " ").split(":")[:-1]:
        name = "".join(each if each.isalnum() or each in "_-." else " " for each in part).split()
        if name:
            yield name[-1]


# --- JSON ------------------------------------------------------------------------------------------------------------------------------


class _TracedText(str):
    __slots__ = ("key",)
    key: int


class _TracedInteger(int):
    key: int


class _TracedNumber(float):
    __slots__ = ("key",)
    key: int


_TRACED: dict[type, Callable[[Any], Any]] = {str: _TracedText, int: _TracedInteger, float: _TracedNumber}
_Leaf = (_TracedText, _TracedInteger, _TracedNumber)


#: Deeper than this no record is nested; what is, is hostile, and is left out of the counts.
DEEPEST = 200


class TracedJson(JsonDocument, Trace):
    """A JSON native, whose leaves carry a number."""

    def __init__(self, document: JsonDocument) -> None:
        Trace.__init__(self)
        #: objects whose keys are names of things and not of the format, as some selector has it (`assets.*`)
        self.open: set[int] = set()
        self._count = 0
        JsonDocument.__init__(self, self._traced(document.root))
        self.whole = self.root

    def _traced(self, value: Node, depth: int = 0) -> Node:
        if depth > DEEPEST:
            return None
        if isinstance(value, dict):
            return {key: self._traced(each, depth + 1) for key, each in value.items()}
        if isinstance(value, list):
            return [self._traced(each, depth + 1) for each in value]
        if isinstance(value, bool):  # cannot be told apart from others of its kind; its text can
            value = "true" if value else "false"
        if value is None:
            return None
        leaf = _TRACED.get(type(value), _TracedText)(value)
        self._count += 1
        leaf.key = self._count
        return leaf

    def string(self, node: Node) -> str:
        if isinstance(node, _Leaf):
            self.mark(node.key)
        return super().string(node)

    def texts(self, node: Node) -> list[Text]:
        found = super().texts(node)
        if isinstance(node, dict):
            taken = {text for pair in found for text in pair}
            for each in _flat(list(node.values())):
                if isinstance(each, _TracedText) and each.strip() in taken:
                    self.mark(each.key)
        return found

    def leaves(self) -> Iterator[Leaf]:
        yield from self._leaves(self.whole, "")

    def _leaves(self, node: Node, path: str) -> Iterator[Leaf]:
        if isinstance(node, dict):
            for key, value in node.items():
                name = "*" if id(node) in self.open else key
                yield from self._leaves(value, f"{path}.{name}" if path else name)
        elif isinstance(node, list) and (numbers := list(_numbers(node))):
            yield Leaf(f"{path}[]", ", ".join(map(repr, numbers)), numbers[0].key)
        elif isinstance(node, list):
            for value in node:
                yield from self._leaves(value, path if path.endswith("[]") else f"{path}[]")
        elif isinstance(node, _Leaf) and str(node).strip():
            yield Leaf(path, super().string(node), node.key)

    def below(self, node: Node) -> Iterator[Key]:
        if isinstance(node, dict | list):
            for each in node.values() if isinstance(node, dict) else node:
                yield from self.below(each)
        elif isinstance(node, _Leaf):
            yield node.key


def _numbers(node: Node) -> Iterator[Any]:
    """The numbers of a list that holds nothing else (coordinates, a box), which are one piece of content; none where it holds more."""
    flat = list(_flat(node))
    if all(isinstance(each, _TracedInteger | _TracedNumber) for each in flat):
        yield from flat


def _flat(node: Node) -> Iterator[Node]:
    if isinstance(node, list):
        for each in node:
            yield from _flat(each)
    elif node is not None:
        yield node


def _json_selector(expression: str, namespaces: Mapping[str, str]) -> Select:
    """As the crosswalk's own; objects whose every value or entry it takes are remembered as such, and JSON within a text is read whole."""
    usual = compile_path(expression, namespaces)
    starts = [compile_path(expression[:at].rstrip(".") or ".", namespaces) for at in _places(expression, "*", "{}")]
    texts = [compile_path(expression[:at].rstrip(".") or ".", namespaces) for at in _places(expression, "json()")]

    def select(document: Document, node: Node) -> list[Node]:
        if isinstance(document, TracedJson):
            document.open.update(id(each) for start in starts for each in start(document, node) if isinstance(each, dict))
            for each in (each for text in texts for each in text(document, node)):
                document.string(each)
        return usual(document, node)

    return select


def _places(expression: str, *steps: str) -> list[int]:
    return [at for step_ in steps for at in range(len(expression)) if expression.startswith(step_, at)]


# --- RDF -------------------------------------------------------------------------------------------------------------------------------

_RDF_TYPE = PREFIXES["rdf"] + "type"


class TracedRdf(RdfDocument, Trace):
    """An RDF native; a leaf is known by its triple. A term is read where a selector that reached it went along that triple."""

    def __init__(self, document: RdfDocument) -> None:
        RdfDocument.__init__(self, document.forward, document.backward, document.root)
        Trace.__init__(self)
        self.reached: dict[Node, set[Key]] = {}

    def string(self, node: Node) -> str:
        for key in self.reached.get(node, ()):
            self.mark(key)
        return super().string(node)

    def leaves(self) -> Iterator[Leaf]:
        for subject, properties in self.forward.items():
            kinds = sorted({compact(str(kind.value)) for kind in properties.get(_RDF_TYPE, ())})
            for predicate, values in properties.items():
                for value in dict.fromkeys(values):
                    if isinstance(value, ox.Literal) or (isinstance(value, ox.NamedNode) and value not in self.forward):
                        path = f"{' '.join(kinds) or '(no class)'} / {compact(predicate)}"
                        yield Leaf(path, super().string(value), (subject, predicate, value))

    def below(self, node: Node) -> Iterator[Key]:
        yield from self.reached.get(node, ())
        if not isinstance(node, ox.Literal):
            for predicate, values in self.forward.get(node, {}).items():
                yield from ((node, predicate, value) for value in values)


def _rdf_selector(expression: str, namespaces: Mapping[str, str]) -> Select:
    """As the crosswalk's own; the triples that lead to what is found are remembered."""
    usual = compile_property_path(expression, namespaces)
    branches = [[step(each.strip(), namespaces) for each in branch.split("/") if each.strip() != "."] for branch in expression.split("|")]

    def select(document: Document, node: Node) -> list[Node]:
        if isinstance(document, TracedRdf):
            for branch in branches:
                _remember(document, node, branch)
        return usual(document, node)

    return select


def _remember(document: TracedRdf, node: Node, steps: list[tuple[bool, str]]) -> None:
    found = [node]
    for inverse, predicate in steps:
        index, onward = document.backward if inverse else document.forward, []
        for start in found:
            for each in index[start].get(predicate, ()) if start in index else ():
                document.reached.setdefault(each, set()).add((each, predicate, start) if inverse else (start, predicate, each))
                onward.append(each)
        found = onward


#: What makes a selector of a traced document, by syntax.
SELECTORS = {"xml": _xml_selector, "json": _json_selector, "rdf": _rdf_selector}


#: A document with marks.
Traced = TracedXml | TracedJson | TracedRdf


def traced(document: Document, namespaces: Mapping[str, str]) -> Traced:
    """The same document, with marks."""
    if isinstance(document, XmlDocument):
        return TracedXml(document, namespaces)
    if isinstance(document, JsonDocument):
        return TracedJson(document)
    assert isinstance(document, RdfDocument)
    return TracedRdf(document)
