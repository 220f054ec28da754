"""The sources of vocabularies: addresses, protocols, licences and thresholds, from `ontology/sources.toml` and what a site added to it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kg.errors import ConfigError, VocabularyError
from kg.release.durable import replace_text
from kg.resources import resource
from kg.vocabulary.guard import Thresholds
from kg.vocabulary.reading import Reading, vocabulary_id

#: What a site adds with `dataterra vocab add`, below the working folder.
ADDED: Final = "sources.toml"


@dataclass(frozen=True, slots=True)
class VocabularySource:
    """Where a vocabulary comes from.

    :param protocol: how it is asked for: a name of `kg.vocabulary.protocols`.
    :param addresses: of one vocabulary in several parts, all are asked; one that does not answer holds the whole.
    :param licence: its IRI, where the source states one; `attribution` is to be shown beside what is served of it.
    :param republish: whether it may be served in full; otherwise it is used for linking only.
    :param seen: where the addresses were read; empty where nobody has verified them.
    :param group: of sources that are pulled together: `gcmd`, `nvs`, `poles`.
    """

    id: str
    protocol: str = "url"
    addresses: tuple[str, ...] = ()
    title: str = ""
    group: str = ""
    homepage: str = ""
    licence: str = ""
    attribution: str = ""
    republish: bool = False
    seen: str = ""
    base: str = ""
    concepts: str = ""
    language: str | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    options: dict[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """How its files are read."""
        return Reading(self.id, self.base, self.concepts, self.language)


def read_sources(overlay: Path | None = None, added: Path | None = None) -> dict[str, VocabularySource]:
    """All sources by id; one that a site added replaces the one of the same id.

    :param added: the folder in which a site keeps what it added.
    :raises ConfigError: when a file is no TOML, or a source says what is not known.
    """
    paths = [resource("ontology/sources.toml", overlay)]
    if added is not None and (added / ADDED).exists():
        paths.append(added / ADDED)
    return {source.id: source for path in paths for source in _sources(path)}


def source_named(name: str, sources: dict[str, VocabularySource]) -> VocabularySource:
    """The source of a name; one that is not known is a new one, of which nothing is known but its id.

    :raises VocabularyError: when it could not be an id.
    """
    wanted = vocabulary_id(name)
    return sources.get(wanted) or VocabularySource(wanted, republish=True)


def named(names: Iterable[str], sources: dict[str, VocabularySource]) -> list[VocabularySource]:
    """The sources of ids and groups, each once, in the order in which they are named.

    :raises VocabularyError: when a name is neither.
    """
    found: dict[str, VocabularySource] = {}
    for name in names:
        wanted = name.strip().lower()
        group = [source for source in sources.values() if source.group == wanted and source.addresses]
        if not group and wanted not in sources:
            groups = ", ".join(sorted({source.group for source in sources.values() if source.group}))
            raise VocabularyError(f"no source is called '{name}'", hint=f"`dataterra vocab sources` lists them; groups: {groups}")
        found |= {source.id: source for source in (group if wanted not in sources else [sources[wanted]])}
    return list(found.values())


def add_source(folder: Path, source: VocabularySource) -> None:
    """Keep a source that a site adds; it replaces one of the same id that was added before."""
    kept = {known.id: known for known in _sources(folder / ADDED)} if (folder / ADDED).exists() else {}
    kept[source.id] = source
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / ADDED, "\n".join(_written(each) for each in kept.values()))


def _written(source: VocabularySource) -> str:
    lines = [f"[source.{json.dumps(source.id)}]"]
    for name in ("protocol", "title", "group", "homepage", "licence", "attribution", "seen", "base", "concepts", "language"):
        if value := getattr(source, name):
            lines.append(f"{name} = {json.dumps(value)}")  # a basic string of TOML is written as one of JSON
    lines.append(f"addresses = {json.dumps(list(source.addresses))}")
    lines.append(f"republish = {json.dumps(source.republish)}")
    return "\n".join(lines) + "\n"


def _sources(path: Path) -> Iterator[VocabularySource]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"this is no TOML: {error}", where=str(path)) from error
    guard = document.get("guard", {})
    for identifier, given in document.get("source", {}).items():
        yield _source(vocabulary_id(identifier), dict(given), guard, path)


def _source(identifier: str, given: dict[str, Any], guard: dict[str, Any], path: Path) -> VocabularySource:
    addresses = given.pop("addresses", [])
    if "address" in given:
        addresses = [given.pop("address"), *addresses]
    try:
        thresholds = Thresholds(**(guard | given.pop("guard", {})))
        return VocabularySource(identifier, addresses=tuple(addresses), thresholds=thresholds, **given)
    except TypeError as error:
        known = ", ".join(VocabularySource.__dataclass_fields__)
        raise ConfigError(f"the source '{identifier}': {error}", where=str(path), hint=f"a source may say: {known}") from error
