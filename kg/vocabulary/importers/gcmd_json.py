"""GCMD keywords as a tree in JSON: `uuid`, `label`, `definition`, `children` (mdKeywords), or `key`, `title`, `children` (KMS `/tree/`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson
from pyoxigraph import NamedNode, Triple

from kg.errors import VocabularyError
from kg.vocabulary.importers.gcmd_csv import CONCEPT, SCHEME, UUID
from kg.vocabulary.importers.statements import concept, scheme
from kg.vocabulary.reading import Reading

#: What stands where nothing is defined.
_NO_DEFINITION: Final = "No definition available."


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """A concept a node of the tree.

    :raises VocabularyError: when it is no JSON, or no such tree.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise VocabularyError(f"cannot be read as JSON: {error}", where=name, hint="get it again") from error
    roots = _roots(document)
    if not roots:
        raise VocabularyError("no tree of keywords with uuid and label", where=name)
    part = name.rpartition("/")[2].partition(".")[0].removeprefix("gcmd-")
    whole = NamedNode(SCHEME + part)
    yield from scheme(whole, f"GCMD {part}")
    waiting: list[tuple[dict[str, Any], NamedNode | None]] = [(node, None) for node in reversed(roots)]
    while waiting:
        node, above = waiting.pop()
        uuid = str(node.get("uuid") or node.get("key") or "")
        iri = NamedNode(CONCEPT + uuid) if UUID.fullmatch(uuid) else None
        if iri is not None:
            yield from _node(node, iri, whole, above)
        children = [child for child in node.get("children") or () if isinstance(child, dict)]
        waiting.extend((child, iri or above) for child in reversed(children))


def _roots(document: object) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        tree = document.get("tree", document)
        document = tree.get("treeData", []) if isinstance(tree, dict) else []
    return [node for node in document if isinstance(node, dict) and ("children" in node)] if isinstance(document, list) else []


def _node(node: dict[str, Any], iri: NamedNode, whole: NamedNode, above: NamedNode | None) -> Iterator[Triple]:
    definition = str(node.get("definition") or "")
    yield from concept(
        iri,
        whole,
        label=str(node.get("label") or node.get("title") or ""),
        definition="" if definition.strip() == _NO_DEFINITION else definition,
        broader=[above] if above else [],
    )
