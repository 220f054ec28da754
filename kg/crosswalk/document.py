"""What every native syntax offers to the engine: nodes, selectors, strings, and where a node stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

#: A node is whatever the syntax has: an lxml element or string, a JSON value, an RDF term.
Node = Any
#: A compiled selector: nodes that it finds from a node of a document.
Select = Callable[["Document", Node], list[Node]]
#: A text with the language that the native gives it, if any.
Text = tuple[str, str | None]


class Document(Protocol):
    """A parsed native.

    Invariants: `string` never raises and strips the ends; `place` is short and made for people; nothing here touches network or files.
    """

    root: Node

    def string(self, node: Node) -> str:
        """The text of a node, without language."""

    def texts(self, node: Node) -> list[Text]:
        """The text of a node in every language in which it stands there."""

    def place(self, node: Node) -> str:
        """Where the node stands, for a person who has the native before them."""


class MalformedError(ValueError):
    """The native cannot be parsed. `code` is a problem code, `where` a line or position."""

    def __init__(self, code: str, where: str, detail: str) -> None:
        self.code, self.where, self.detail = code, where, detail
        super().__init__(f"{code} {where} {detail}")
