"""The crosswalk language: from a YAML file to a compiled crosswalk. For its readers and writers: `docs/crosswalks.md`."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, overload

import yaml

from kg.crosswalk import json_document, rdf_document, xml_document
from kg.crosswalk.blocks.block import Block, Slots
from kg.crosswalk.blocks.equipment import THING_SLOTS
from kg.crosswalk.blocks.registry import BLOCKS
from kg.crosswalk.document import Select
from kg.crosswalk.slot import CompileSelector, Condition, Slot, SlotCompiler
from kg.crosswalk.tables import Tables
from kg.crosswalk.xml_document import LocalisedText, Versions
from kg.errors import CrosswalkError

#: The loader of libyaml, which is seven times as fast, where PyYAML was built with it: every process of a run reads the crosswalks.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What a rule may say beside its action and its slots.
_OPTIONS = frozenset({"as", "to", "order", "identifiers", "class", "back"})
_KEYS = frozenset({"each", "when", "unless", "rules", "note", "id"})
_IGNORED = frozenset({"paths", "from", "reason"})

#: What makes a selector, by syntax.
SELECTORS: Mapping[str, CompileSelector] = {
    "xml": xml_document.compile_xpath,
    "json": json_document.compile_path,
    "rdf": rdf_document.compile_property_path,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One action, for each node that a selector finds, where its conditions hold; `rules` go on from what it made."""

    block: Block
    target: str
    slots: Slots
    each: Select | None
    conditions: tuple[Condition, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """How a document of the format is told from others: the root's name or the root's types, and conditions on it.

    `json_keys`: the format is this XML written as JSON; one of these keys stands at its top.
    """

    roots: frozenset[str] = frozenset()
    json_keys: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Languages:
    """Where the native says which language its texts have."""

    localised: LocalisedText | None
    locales: Select | None
    locale_id: Slot | None
    locale_language: Slot | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """What the crosswalk leaves out on purpose.

    :param paths: patterns of paths as `dataterra coverage` prints them: `*` within a step, `**` any number of steps; and all below them.
    :param selectors: what they find from the record's root, and all in it.
    :param reason: why, in English.
    """

    paths: tuple[str, ...]
    selectors: tuple[Select, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """A compiled crosswalk. `version` is the hash of its file and of those it extends."""

    format: str
    title: Mapping[str, str]
    syntax: str
    version: str
    versions: Versions
    recognition: Recognition
    languages: Languages
    within: Slot
    identifier: Slot
    modified: Slot
    language: Slot
    base: Slot
    named_by_file: bool
    doi: Slot
    type: Slot
    thing: Slots
    rules: Sequence[Rule]
    tables: Tables
    namespaces: Mapping[str, str]
    ignored: Sequence[Ignored]


_Part = TypeVar("_Part")


class _Later(Sequence[_Part]):
    """Parts of a crosswalk, compiled now or when they are first asked for."""

    def __init__(self, make: Callable[[], tuple[_Part, ...]], *, later: bool) -> None:
        self._make = make
        self._made = None if later else make()

    def _parts(self) -> tuple[_Part, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return len(self._parts())

    def __iter__(self) -> Iterator[_Part]:
        return iter(self._parts())

    @overload
    def __getitem__(self, index: int) -> _Part: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_Part]: ...

    def __getitem__(self, index: int | slice) -> _Part | Sequence[_Part]:
        return self._parts()[index]


def read_yaml(path: Path, text: bytes) -> dict[str, Any]:
    """What stands in a crosswalk file.

    :raises CrosswalkError: when it is no YAML, or no crosswalk.
    """
    try:
        spec = yaml.load(text, _Loader)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        raise CrosswalkError(f"no YAML: {error}", where=path.name) from error
    if not isinstance(spec, dict) or spec.get("format") != path.stem:
        raise CrosswalkError("a crosswalk is a mapping whose format: is the file's name", where=path.name)
    return spec


#: What stands in a crosswalk file, by its path and text.
_Parse = Callable[[Path, bytes], dict[str, Any]]


def read_crosswalk(
    path: Path,
    tables: Tables,
    find: Callable[[str], Path],
    selectors: Mapping[str, CompileSelector] = SELECTORS,
    parse: _Parse = read_yaml,
    *,
    later: bool = False,
) -> Crosswalk:
    """The crosswalk of a file.

    :param find: the file of another crosswalk by format, for `extends`.
    :param selectors: what makes a selector, by syntax.
    :param parse: what stands in a file.
    :param later: the rules are compiled when they are first asked for; for files that are known to be sound.
    :raises CrosswalkError: when the file is no crosswalk; says which rule and what to do.
    """
    spec, version = _read(path, find, parse)
    try:
        return _Compiler(spec, tables, selectors).crosswalk(version, later=later)
    except CrosswalkError as error:
        raise CrosswalkError(error.what, where=f"{path.name}{', ' + error.where if error.where else ''}", hint=error.hint) from error


def _read(path: Path, find: Callable[[str], Path], parse: _Parse) -> tuple[dict[str, Any], str]:
    text = path.read_bytes()
    spec = parse(path, text)
    version = hashlib.sha256(text).hexdigest()[:12]
    if parent := spec.pop("extends", None):
        inherited, older = _read(find(parent), find, parse)
        own = spec.pop("rules", [])
        replaced = {rule["id"] for rule in own if isinstance(rule, dict) and "id" in rule}
        rules = own + [rule for rule in inherited.pop("rules", []) if not (isinstance(rule, dict) and rule.get("id") in replaced)]
        namespaces = inherited.pop("namespaces", {}) | spec.pop("namespaces", {})
        ignored = [*(spec.pop("ignored", None) or []), *(inherited.pop("ignored", None) or [])]
        spec = inherited | spec | {"rules": rules, "namespaces": namespaces, "ignored": ignored}
        version = hashlib.sha256(f"{version}{older}".encode()).hexdigest()[:12]
    return spec, version


def _namespaces(spec: Mapping[str, Any]) -> tuple[dict[str, str], Versions]:
    """The namespace of each prefix; further ones of a list (`*` stands for any characters) are read as if they were the first.

    Where the first is empty, the names of elements are written without a prefix.
    """
    listed = {prefix: given if isinstance(given, list) else [given] for prefix, given in spec.items()}
    patterns = [(re.compile(fnmatch.translate(other)), first) for first, *others in listed.values() for other in others]
    return {prefix: first for prefix, (first, *_) in listed.items() if first}, Versions(tuple(patterns))


class _Compiler:
    """Compiles one crosswalk file."""

    def __init__(self, spec: dict[str, Any], tables: Tables, selectors: Mapping[str, CompileSelector]) -> None:
        self.spec, self.tables = spec, tables
        syntax = str(spec.get("syntax"))
        if syntax not in selectors:
            raise CrosswalkError(f"syntax: is {syntax!r}", hint="write xml, json or rdf")
        namespaces, self.versions = _namespaces(spec.get("namespaces") or {})
        self.slots = SlotCompiler(selectors[syntax], namespaces, tables)

    def crosswalk(self, version: str, *, later: bool = False) -> Crosswalk:
        record, dataset = self.spec.get("record") or {}, self.spec.get("dataset") or {}
        return Crosswalk(
            self.spec["format"],
            self.spec.get("title") or {},
            self.spec["syntax"],
            version,
            self.versions,
            self._recognition(self.spec.get("recognise") or {}),
            self._languages(self.spec.get("languages") or {}),
            self.slots.slot(record.get("within", [])),
            self.slots.slot(record.get("identifier", [])),
            self.slots.slot(record.get("modified", [])),
            self.slots.slot(record.get("language", [])),
            self.slots.slot(record.get("base", [])),
            bool(record.get("named_by_file")),
            self.slots.slot(dataset.get("doi", [])),
            self.slots.slot(dataset.get("type", {"constant": "dcat:Dataset"})),
            self._thing(self.spec.get("thing") or {}),
            _Later(partial(self._rules, self.spec.get("rules") or []), later=later),
            self.tables,
            self.slots.namespaces,
            _Later(partial(self._ignored, self.spec.get("ignored") or []), later=later),
        )

    def _thing(self, spec: dict[str, Any]) -> Slots:
        if unknown := set(spec) - THING_SLOTS:
            hint = "it has " + ", ".join(sorted(THING_SLOTS))
            raise CrosswalkError(f"thing: has no {', '.join(sorted(map(str, unknown)))}", hint=hint)
        return Slots({name: self.slots.slot(value) for name, value in spec.items()})

    def _ignored(self, specs: list[Any]) -> tuple[Ignored, ...]:
        entries = []
        for number, spec in enumerate(specs, 1):
            if not isinstance(spec, dict) or not spec.get("reason") or not spec.get("paths", spec.get("from")) or set(spec) - _IGNORED:
                hint = "write paths: (as `dataterra coverage` prints them) or from: (selectors), and reason:"
                raise CrosswalkError("it is not said what is left out, and why", where=f"ignored {number}", hint=hint)
            selectors = tuple(self.slots.selector(each) for each in spec.get("from", ()))
            entries.append(Ignored(tuple(map(str, spec.get("paths", ()))), selectors, str(spec["reason"])))
        return tuple(entries)

    def _recognition(self, spec: dict[str, Any]) -> Recognition:
        roots = frozenset(xml_document.clark(name, self.slots.namespaces) for name in spec.get("root", []))
        types = frozenset(rdf_document.step(name, self.slots.namespaces)[1] for name in spec.get("types", []))
        conditions = self.slots.conditions(spec.get("when")) + self.slots.conditions(spec.get("unless"), negate=True)
        return Recognition(roots, frozenset(spec.get("json", [])), types, conditions, int(spec.get("priority", 0)))

    def _languages(self, spec: dict[str, Any]) -> Languages:
        localised = None
        if "localised" in spec:
            localised = LocalisedText(*(self.slots.selector(spec[name]) for name in ("plain", "localised", "locale")))
        each = self.slots.selector(spec["locales"]) if "locales" in spec else None
        slots = [self.slots.slot(spec[name]) if name in spec else None for name in ("locale_id", "locale_language")]
        return Languages(localised, each, *slots)

    def _rules(self, specs: list[Any]) -> tuple[Rule, ...]:
        rules = []
        for number, spec in enumerate(specs, 1):
            try:
                rules.append(self._rule(spec))
            except CrosswalkError as error:
                named = next((f"{key}: {spec[key]}" for key in spec if key in BLOCKS), "") if isinstance(spec, dict) else ""
                place = f"rule {number} ({named})" + (f", {error.where}" if error.where else "")
                raise CrosswalkError(error.what, where=place, hint=error.hint) from error
        return tuple(rules)

    def _rule(self, spec: Any) -> Rule:
        actions = [key for key in spec if key in BLOCKS] if isinstance(spec, dict) else []
        if len(actions) != 1:
            raise CrosswalkError("a rule has exactly one action", hint="one of " + ", ".join(BLOCKS))
        block = BLOCKS[actions[0]]
        unknown = set(spec) - block.SLOTS - _OPTIONS - _KEYS - {actions[0]}
        if unknown:
            raise CrosswalkError(
                f"{actions[0]} has no {', '.join(sorted(map(str, unknown)))}", hint="it has " + ", ".join(sorted(block.SLOTS))
            )
        slots = {name: self.slots.slot(value) for name, value in spec.items() if name in block.SLOTS}
        options = {name: spec[name] for name in spec if name in _OPTIONS}
        return Rule(
            block,
            "" if spec[actions[0]] is None else str(spec[actions[0]]),
            Slots(slots, options),
            self.slots.each(spec["each"]) if "each" in spec else None,
            self.slots.conditions(spec.get("when")) + self.slots.conditions(spec.get("unless"), negate=True),
            self._rules(spec.get("rules") or []),
        )
