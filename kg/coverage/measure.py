"""Maps a native while its reads are marked, and says what became of each piece of its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from kg.coverage.trace import SELECTORS, Fate, Leaf, Trace, Traced, traced
from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Document, MalformedError, Node
from kg.crosswalk.engine import Mapper
from kg.crosswalk.language import Crosswalk, Rule
from kg.crosswalk.reading import read_crosswalks
from kg.crosswalk.slot import Condition
from kg.crosswalk.tables import Tables
from kg.model import Native, Outcome


@dataclass(frozen=True, slots=True)
class Content:
    """A leaf, what became of it, and why it is left out where that is on purpose."""

    leaf: Leaf
    fate: Fate
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _TracedCondition(Condition):
    """A condition whose looks are no reads."""

    def holds(self, document: Document, node: Node) -> bool:
        assert isinstance(document, Trace)
        document.testing = True
        try:
            return Condition.holds(self, document, node)
        finally:
            document.testing = False


@dataclass(frozen=True, slots=True)
class _TracedSlots(Slots):
    """Slots of which a node that an action takes as it is (a GeoJSON geometry, a list of edges) counts as read with all in it."""

    def nodes(self, name: str, context: Context, node: Node) -> list[Node]:
        found = Slots.nodes(self, name, context, node)
        assert isinstance(context.document, Trace)
        for each in found:
            for key in context.document.below(each):
                context.document.mark(key)
        return found


@dataclass(slots=True)
class CoverageMapper(Mapper):
    """A mapper whose crosswalks mark what they read. Made for this purpose only: the usual one pays nothing for it."""

    last: list[Content] = field(default_factory=list)

    @classmethod
    def from_resources(cls, overlay: Path | None = None, kept: Path | None = None) -> CoverageMapper:
        """All crosswalks of the installation and of the overlay.

        :raises CrosswalkError: when one is wrong.
        """
        tables = Tables(overlay)
        return cls({name: _traced_crosswalk(each) for name, each in read_crosswalks(tables, SELECTORS, kept).items()}, tables)

    def recognise(self, native: Native) -> tuple[Document, Crosswalk | None]:
        """The parsed native, ready to be marked, and the crosswalk that knows it.

        :raises MalformedError: when it cannot be parsed.
        """
        document, crosswalk = Mapper.recognise(self, native)
        return (traced(document, crosswalk.namespaces) if crosswalk else document), crosswalk

    def content(self, native: Native) -> tuple[Outcome, list[Content]]:
        """The outcome of mapping a native, and what became of each leaf of it."""
        try:
            document, crosswalk = self.recognise(native)
        except MalformedError:
            return self.map(native), []
        if crosswalk is None:
            return self.map(native), []
        assert isinstance(document, Traced)
        outcome = self._map(native, document, crosswalk)
        return outcome, list(_fates(document, crosswalk))


def _traced_crosswalk(crosswalk: Crosswalk) -> Crosswalk:
    return replace(crosswalk, rules=tuple(map(_traced_rule, crosswalk.rules)))


def _traced_rule(rule: Rule) -> Rule:
    conditions = tuple(_TracedCondition(each.slot, each.equals, each.match, each.negate) for each in rule.conditions)
    slots = _TracedSlots(rule.slots.by_name, rule.slots.options)
    return replace(rule, conditions=conditions, slots=slots, rules=tuple(map(_traced_rule, rule.rules)))


def _fates(document: Traced, crosswalk: Crosswalk) -> Iterator[Content]:
    found = _found_by_selectors(document, crosswalk)
    for leaf in document.leaves():
        fate = document.fate(leaf)
        if fate is Fate.READ:
            yield Content(leaf, fate)
        elif reason := found.get(leaf.key) or _reason(leaf.path, crosswalk):
            yield Content(leaf, Fate.IGNORED, reason)
        else:
            yield Content(leaf, fate)


def _found_by_selectors(document: Traced, crosswalk: Crosswalk) -> dict[object, str]:
    return {
        key: each.reason
        for each in crosswalk.ignored
        for selector in each.selectors
        for node in selector(document, document.root)
        for key in document.below(node)
    }


def _reason(path: str, crosswalk: Crosswalk) -> str:
    return next((each.reason for each in crosswalk.ignored if any(_pattern(pattern).match(path) for pattern in each.paths)), "")


@lru_cache(maxsize=4096)
def _pattern(written: str) -> re.Pattern[str]:
    """A path with `*` for one step or a part of it and `**` for any number of steps; it names what is below it too.

    >>> bool(_pattern("**/@codeList").match("gmd:MD_Metadata/gmd:language/gmd:LanguageCode/@codeList"))
    True
    >>> bool(_pattern("links[].*").match("links[].href")), bool(_pattern("links").match("linksets.a"))
    (True, False)
    """
    parts = [".*" if part == "**" else r"[^/.\[\]]*" if part == "*" else re.escape(part) for part in re.split(r"(\*\*|\*)", written)]
    return re.compile("".join(parts) + r"(?:$|[/.\[ ])")
