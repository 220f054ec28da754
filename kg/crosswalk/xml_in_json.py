"""XML that is written as JSON, as GeoNetwork does (`/api/records/{uuid}`, `application/json`): read as the XML that it was.

Keys are prefixed names, `@name` an attribute, `#text` the text beside attributes, a list several elements of one name.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_text
from kg.crosswalk.xml_document import clark


def xml_of_json(value: dict[str, Node], root: str, namespaces: Mapping[str, str]) -> etree._Element:
    """The element that a JSON object stands for; what has no name in the namespaces is left out.

    :param root: the element's name in Clark notation; where the object holds nothing but it, what is in it is meant.
    """
    inner = next(iter(value.values())) if len(value) == 1 else None
    name = _name(next(iter(value)), namespaces) if inner is not None else None
    element = etree.Element(root)
    waiting: list[tuple[etree._Element, Node]] = [(element, inner if name == root and isinstance(inner, dict) else value)]
    while waiting:
        parent, content = waiting.pop()
        for key, each in content.items():
            waiting += _placed(parent, key, each, namespaces)
    return element


def _placed(parent: etree._Element, key: str, value: Node, namespaces: Mapping[str, str]) -> list[tuple[etree._Element, Node]]:
    """Write one key; the elements that have content of their own are given back."""
    if key == "#text":
        parent.text = _text(value)
        return []
    name = _name(key.removeprefix("@"), namespaces)
    if name is None:
        return []
    if key.startswith("@"):
        parent.set(name, _text(value))
        return []
    inside = []
    for each in value if isinstance(value, list) else [value]:
        child = etree.SubElement(parent, name)
        if isinstance(each, dict):
            inside.append((child, each))
        else:
            child.text = _text(each)
    return inside


def _name(key: str, namespaces: Mapping[str, str]) -> str | None:
    try:
        name = clark(key, namespaces)
        return name if key and not key.startswith("xmlns") and etree.QName(name) else None
    except (KeyError, ValueError):
        return None


def _text(value: Node) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean_text(str(value)) if isinstance(value, str | int | float) else ""
