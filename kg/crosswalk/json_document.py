"""JSON natives and their paths: `properties.instruments[]`, `links[rel=self].href`, `assets.*`, `cube:variables{}.key`, `["odd key"]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from kg.crosswalk.document import Document, MalformedError, Node, Select, Text
from kg.errors import CrosswalkError

_LANGUAGE_KEY = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2})?$")
_VALUE_KEYS = ("text", "value", "@value", "name")
_TAG_KEYS = ("lang", "language", "@language")
#: Keys of the index of GeoNetwork 4: `{"default": ..., "langfre": ..., "langeng": ...}`.
_INDEX_LANGUAGE = re.compile(r"lang([a-z]{3})$")


def parse_json(body: bytes) -> Node:
    """The value of a JSON document (RFC 8259: no NaN, UTF-8).

    :raises MalformedError: when it is none; `where` is the position.
    """
    try:
        return orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise MalformedError("json.malformed", f"line {error.lineno} column {error.colno}", error.msg) from error


@dataclass(slots=True)
class JsonDocument:
    """A parsed JSON native; see `kg.crosswalk.document.Document`."""

    root: Node
    #: the object around each object, by identity; filled when a path first asks for it
    _around: dict[int, Node] = field(default_factory=dict)
    #: what was read, where `root` is a part of it
    whole: Node = field(init=False)
    #: the path of each value, by identity; filled when a place is first asked for
    _paths: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.whole = self.root

    def around(self, node: Node) -> Node:
        """The object in which an object stands, lists between them not counted; `None` at the top."""
        if not self._around:
            waiting: list[tuple[Node, Node]] = [(self.root, None)]
            while waiting:
                each, outer = waiting.pop()
                if isinstance(each, dict):
                    self._around[id(each)] = outer
                    outer = each
                waiting += [(part, outer) for part in (each.values() if isinstance(each, dict) else each) if isinstance(part, dict | list)]
        return self._around.get(id(node))

    def string(self, node: Node) -> str:
        if isinstance(node, str):
            return node.strip()
        if isinstance(node, bool):
            return "true" if node else "false"
        if isinstance(node, int | float):
            return repr(node)
        if isinstance(node, dict):
            return next((text for text, _ in self.texts(node) if text), "")
        return ""

    def texts(self, node: Node) -> list[Text]:
        if isinstance(node, list):
            return [text for each in _flat(node) for text in self.texts(each)]
        if not isinstance(node, dict):
            return [(self.string(node), None)]
        value = next((node[key] for key in _VALUE_KEYS if isinstance(node.get(key), str)), None)
        if value is not None:
            return [(value.strip(), next((node[key] for key in _TAG_KEYS if isinstance(node.get(key), str)), None))]
        if isinstance(node.get("default"), str):
            return _index_texts(node)
        by_language = [(each, key) for key, given in node.items() if _LANGUAGE_KEY.match(key) for each in _each(given, "")]
        return [(text.strip(), key) for text, key in by_language if isinstance(text, str)]

    def place(self, node: Node) -> str:
        if not self._paths:
            self._paths = _paths(self.whole)
        return self._paths.get(id(node), "")


def _flat(values: list[Node]) -> list[Node]:
    """What stands in lists within lists, in its order; without recursion, since parsers read lists a thousand levels deep."""
    found: list[Node] = []
    waiting = values[::-1]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += reversed(each)
        else:
            found.append(each)
    return found


def _paths(root: Node) -> dict[int, str]:
    """The path of each object, list, text and number; not of values that Python has only once, such as true and small numbers."""
    paths: dict[int, str] = {}
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, path = waiting.pop()
        if not isinstance(node, dict | list | float) and not (isinstance(node, str) and len(node) > 1):
            continue
        paths[id(node)] = path or "$"
        if isinstance(node, dict):
            waiting += [(value, f"{path}.{key}" if path else key) for key, value in node.items()]
        elif isinstance(node, list):
            waiting += [(value, f"{path}[{number}]") for number, value in enumerate(node)]
    return paths


def _index_texts(node: dict[str, Node]) -> list[Text]:
    """The translations of a text of GeoNetwork's index; the default is one of them, or has no language."""
    found: list[Text] = [
        (text.strip(), match[1]) for key, text in node.items() if isinstance(text, str) and (match := _INDEX_LANGUAGE.match(key))
    ]
    default = node["default"].strip()
    return found if any(text == default for text, _ in found) else [(default, None), *found]


_STEP = re.compile(
    r"""(?P<up>\.\.)|\.?(?:(?P<json>json\(\))|(?P<key>[^.\[\]{}"*$^]+)|\["(?P<quoted>[^"]+)"\]|(?P<each>\[\])|(?P<entries>\{\})"""
    r"""|\[(?P<index>-?\d+)\]|\[(?P<refers>[^\[\]"=]+=@[^\[\]"]+)\]|\[(?P<where>[^\[\]"=]+=[^\[\]"]*)\]|(?P<any>\*))"""
)


def compile_path(expression: str, _: Mapping[str, str]) -> Select:
    """A selector from a path.

    Keys are joined by dots; `[]` each element, `[0]` one element, `[key=text]` the elements
    with this text, `[key=@other]` those whose text is that of the key `other` of the node from which the path starts,
    `*` every value, `{}` every entry as `key` and `value`, `json()` what a text holds that is JSON itself,
    `..` the object around this one (lists are not counted), `$` from the root, `.` the node itself.

    :raises CrosswalkError: when it is no such path.
    """
    rest, rooted = (expression[1:], True) if expression.startswith("$") else (expression, False)
    steps: list[tuple[str, str]] = []
    position = 0
    while rest not in (".", "") and position < len(rest):
        match = _STEP.match(rest, position)
        if match is None or match.end() == position:
            raise CrosswalkError(f"'{expression}' is not a usable path", hint='write keys joined by dots, [] for each element, ["odd key"]')
        steps.append((match.lastgroup or "", match[match.lastgroup or 0]))
        position = match.end()

    def select(document: Document, node: Node) -> list[Node]:
        found = [document.root if rooted else node]
        for kind, name in steps:
            if kind == "up":
                assert isinstance(document, JsonDocument)
                found = [outer for each in found if (outer := document.around(each)) is not None]
                continue
            if kind == "refers":
                name = _reference(document, node, name)
            found = [value for each in found for value in _STEPS[kind](each, name) if value is not None]
        return found

    return select


def _key(node: Node, name: str) -> list[Node]:
    return [node.get(name)] if isinstance(node, dict) else []


def _each(node: Node, _: str) -> list[Node]:
    return node if isinstance(node, list) else [] if isinstance(node, dict) else [node]


def _index(node: Node, name: str) -> list[Node]:
    return node[int(name) :][:1] if isinstance(node, list) else []


def _any(node: Node, _: str) -> list[Node]:
    return list(node.values()) if isinstance(node, dict) else []


def _where(node: Node, test: str) -> list[Node]:
    key, _, text = test.partition("=")
    return [each for each in _each(node, "") if isinstance(each, dict) and each.get(key) == text]


def _reference(document: Document, start: Node, test: str) -> str:
    """The test of a reference with the text that it refers to; what has none refers to nothing."""
    key, _, other = test.partition("=@")
    text = document.string(start.get(other)) if isinstance(start, dict) else ""
    return f"{key}={text}" if text else ""


def _entries(node: Node, _: str) -> list[Node]:
    return [{"key": key, "value": value} for key, value in node.items()] if isinstance(node, dict) else []


def _json(node: Node, _: str) -> list[Node]:
    try:
        return [orjson.loads(str(node))] if isinstance(node, str) else []
    except orjson.JSONDecodeError:
        return []


_STEPS = {
    "json": _json,
    "key": _key,
    "quoted": _key,
    "each": _each,
    "index": _index,
    "where": _where,
    "refers": _where,
    "any": _any,
    "entries": _entries,
}
