"""Slots: where a rule finds a value, what is done to its text, and the conditions under which a rule holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

from kg.crosswalk.document import Document, Node, Select, Text
from kg.crosswalk.tables import Tables
from kg.errors import CrosswalkError

CompileSelector = Callable[[str, Mapping[str, str]], Select]
Change = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Slot:
    """Values found by selectors.

    :param alternatives: selectors; the first that finds anything is used, or all of them with `every`.
    :param changes: what is done to each text, in order; a change may drop it or make several of it.
    :param default: the value where nothing is found.
    """

    alternatives: tuple[Select, ...]
    changes: tuple[Change, ...] = ()
    default: str | None = None
    every: bool = False
    join: str | None = None

    def nodes(self, document: Document, node: Node) -> list[Node]:
        """The nodes found."""
        found: list[Node] = []
        for select in self.alternatives:
            found += select(document, node)
            if found and not self.every:
                break
        return found

    def texts(self, document: Document, node: Node) -> list[Text]:
        """The texts found, with language, without empty ones. Where the first alternative has only empty text, the next is tried."""
        found: list[Text] = []
        for select in self.alternatives:
            for each in select(document, node):
                found += [(text, language) for raw, language in document.texts(each) if raw for text in self._changed(raw)]
            if found and not self.every:
                break
        if self.join is not None and found:
            languages = dict.fromkeys(language for _, language in found)
            return [(self.join.join(text for text, each in found if each == language), language) for language in languages]
        return found if found or self.default is None else [(self.default, None)]

    def strings(self, document: Document, node: Node) -> list[str]:
        """The texts found, without language."""
        found: list[str] = []
        for select in self.alternatives:
            for each in select(document, node):
                raw = document.string(each)
                if raw:
                    found += self._changed(raw)
            if found and not self.every:
                break
        if self.join is not None and found:
            return [self.join.join(found)]
        return found if found or self.default is None else [self.default]

    def string(self, document: Document, node: Node) -> str:
        """The first text found, or an empty one."""
        if self.join is not None:
            return next(iter(self.strings(document, node)), "")
        for select in self.alternatives:
            for each in select(document, node):
                if (raw := document.string(each)) and (changed := self._changed(raw)):
                    return changed[0]
        return self.default or ""

    def _changed(self, text: str) -> list[str]:
        if not self.changes:
            return [text]
        texts = [text]
        for change in self.changes:
            texts = [changed for each in texts for changed in change(each) if changed]
        return texts


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the slot finds something, that is one of `equals`, or fits `match`; `negate` turns it round."""

    slot: Slot
    equals: frozenset[str] = frozenset()
    match: re.Pattern[str] | None = None
    negate: bool = False

    def holds(self, document: Document, node: Node) -> bool:
        return self._found(document, node) is not self.negate

    def _found(self, document: Document, node: Node) -> bool:
        if not self.equals and self.match is None:
            return bool(self.slot.nodes(document, node))
        strings = self.slot.strings(document, node)
        if self.match is not None:
            return any(self.match.search(string) for string in strings)
        return any(string.casefold() in self.equals for string in strings)


@dataclass(slots=True)
class SlotCompiler:
    """Makes slots and conditions from what stands in a crosswalk file.

    :param select: makes a selector of the document's syntax.
    """

    select: CompileSelector
    namespaces: Mapping[str, str]
    tables: Tables
    _known: dict[str, Select] = field(default_factory=dict)

    def selector(self, expression: object) -> Select:
        """A compiled selector.

        :raises CrosswalkError: when it is not text or not of the syntax.
        """
        if not isinstance(expression, str):
            raise CrosswalkError(f"a selector is text, not {expression!r}")
        if expression not in self._known:
            self._known[expression] = self.select(expression, self.namespaces)
        return self._known[expression]

    def each(self, spec: object) -> Select:
        """What a rule is carried out for: the nodes of a selector, those of all selectors of a list, or the texts of a slot.

        :raises CrosswalkError: when it is none of these.
        """
        if isinstance(spec, str):
            return self.selector(spec)
        slot = self.slot(spec)
        return slot.strings if isinstance(spec, dict) else replace(slot, every=True).nodes

    def slot(self, spec: object) -> Slot:
        """A slot from a selector, a list of alternatives, or a mapping with `from`, `constant`, and changes.

        :raises CrosswalkError: when a key is unknown or a value does not fit.
        """
        if isinstance(spec, str):
            return Slot((self.selector(spec),))
        if isinstance(spec, list):
            return Slot(tuple(self.selector(each) for each in spec))
        if not isinstance(spec, dict):
            raise CrosswalkError(f"{spec!r} is no slot", hint="write a selector, a list of selectors, or a mapping with from:")
        unknown = set(spec) - {"from", "constant", "default", "every", "join", *_CHANGES}
        if unknown:
            raise CrosswalkError(f"a slot has no {', '.join(sorted(map(str, unknown)))}", hint="see docs/crosswalks.md, Slots")
        source = spec.get("from", [])
        alternatives = tuple(self.selector(each) for each in (source if isinstance(source, list) else [source]))
        changes = tuple(_CHANGES[name](spec[name], self.tables) for name in spec if name in _CHANGES)
        default = spec.get("constant", spec.get("default"))
        return Slot(alternatives, changes, None if default is None else str(default), bool(spec.get("every")), spec.get("join"))

    def conditions(self, spec: object, *, negate: bool = False) -> tuple[Condition, ...]:
        """Conditions from a selector, a mapping with `from` and `equals` or `match`, or a list of these, which must all hold."""
        if spec is None:
            return ()
        return tuple(self._condition(each, negate) for each in (spec if isinstance(spec, list) else [spec]))

    def _condition(self, spec: object, negate: bool) -> Condition:
        if not isinstance(spec, dict):
            return Condition(self.slot(spec), negate=negate)
        equals, match = spec.get("equals"), spec.get("match")
        slot = self.slot({name: value for name, value in spec.items() if name not in ("equals", "match")})
        values = equals if isinstance(equals, list) else [] if equals is None else [equals]
        return Condition(
            slot, frozenset(str(value).casefold() for value in values), re.compile(match, re.IGNORECASE) if match else None, negate
        )


def _match(pattern: str, _: Tables) -> Change:
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    if not _groups_are_alternatives(pattern):
        hint = "write (?:...) for what is only to be there; groups of alternatives a|b are told apart"
        raise CrosswalkError(f"match: {pattern} has {compiled.groups} groups, and keeps the first one only", hint=hint)

    def change(text: str) -> list[str]:
        found = compiled.search(text)
        return [next((group for group in found.groups() if group), found[0]).strip()] if found else []

    return change


def _groups_are_alternatives(pattern: str) -> bool:
    """Whether no two groups of a regular expression can be filled at once, since a bar stands between them."""
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    found: list[dict[int, int]] = []  # the alternative that each group is in, of each bracket around it
    around: dict[int, int] = {0: 0}
    for token in re.finditer(r"\(\?P<|\(\?|\(|\)|\|", plain):
        if token[0] == "|":
            around[next(reversed(around))] += 1
        elif token[0] == ")":
            around.popitem()
        else:
            if token[0] != "(?":
                found.append(dict(around))
            around[token.end()] = 0
    return all(any(one[at] != other[at] for at in one.keys() & other.keys()) for one, other in combinations(found, 2))


def _reject(pattern: str, _: Tables) -> Change:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: [] if compiled.search(text) else [text]


def _split(pattern: str, _: Tables) -> Change:
    compiled = re.compile(pattern)
    return lambda text: [part.strip() for part in compiled.split(text) if part and part.strip()]


def _replace(pairs: Mapping[str, str], _: Tables) -> Change:
    compiled = [(re.compile(pattern, re.IGNORECASE), with_) for pattern, with_ in pairs.items()]

    def change(text: str) -> list[str]:
        for pattern, with_ in compiled:
            text = pattern.sub(with_, text)
        return [text.strip()]

    return change


def _lookup(spec: str | Mapping[str, str], tables: Tables) -> Change:
    table, _, column = (spec if isinstance(spec, str) else f"{spec['table']}.{spec['column']}").partition(".")
    tables.path(table)

    def change(text: str) -> list[str]:
        row = tables.row(table, text)
        return [row[column] if column else list(row.values())[1]] if row else []

    return change


def _prefix(start: str, _: Tables) -> Change:
    return lambda text: [start + text]


def _lower(wanted: bool, _: Tables) -> Change:
    return lambda text: [text.lower() if wanted else text]


_CHANGES: dict[str, Callable[..., Change]] = {
    "match": _match,
    "reject": _reject,
    "split": _split,
    "replace": _replace,
    "lookup": _lookup,
    "prefix": _prefix,
    "lower": _lower,
}
