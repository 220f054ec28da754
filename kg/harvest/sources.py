"""Which source a file belongs to: `--source`, or the `source.toml` nearest above it, else `files`."""

from __future__ import annotations

import os
import re
import tomllib
from functools import lru_cache
from pathlib import Path

from kg.errors import ConfigError
from kg.model import Source

#: The source of files that say nothing of theirs.
FILES = Source("files", title=(("en", "Files"), ("fr", "Fichiers")))

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#][^\s<>\"{}|\\^`]*)?")
_POLES = ("aeris", "dinamis", "formater", "odatis", "pndb", "theia")
#: What becomes an IRI, with its form and what to say where it has another.
_SHAPES = {
    "pole": (re.compile("|".join(_POLES)), "one of " + ", ".join(_POLES)),
    "centre": (_SLUG, 'use small letters, digits and hyphens, for example centre = "ifremer"'),
    "homepage": (_ADDRESS, "write an http or https address"),
    "metadata_licence": (_ADDRESS, "write the http or https address of the licence"),
}
_KEYS = frozenset({"id", "pole", "centre", "title", "homepage", "metadata_licence", "trust"})


def absolute(file: Path) -> Path:
    """The absolute path, without following links: a file belongs where it was put."""
    return Path(os.path.abspath(file))  # noqa: PTH100 - resolve() would follow links


def source_of(file: Path) -> Source:
    """The source that the nearest `source.toml` in the file's folder or above it describes; `FILES` where there is none.

    :raises ConfigError: when that file is no source description.
    """
    folder = source_folder(file)
    return FILES if folder is None else _source_of_folder(folder)


def source_folder(file: Path) -> Path | None:
    """The folder of that `source.toml`, if there is one."""
    return _source_folder(absolute(file).parent)


@lru_cache(maxsize=4096)
def _source_folder(folder: Path) -> Path | None:
    if (folder / "source.toml").is_file():
        return folder
    return None if folder == folder.parent else _source_folder(folder.parent)


@lru_cache(maxsize=4096)
def _source_of_folder(folder: Path) -> Source:
    return read_source(folder / "source.toml")


def read_source(path: Path) -> Source:
    """The source that a `source.toml` describes.

    :raises ConfigError: when it is no TOML, or a value is missing or of the wrong kind; says which.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"no TOML: {error}", where=str(path)) from error
    if unknown := set(given) - _KEYS:
        raise ConfigError(f"unknown: {', '.join(sorted(unknown))}", where=str(path), hint="a source has " + ", ".join(sorted(_KEYS)))
    trust = given.get("trust", 50)
    if not isinstance(trust, int) or isinstance(trust, bool) or not 0 <= trust <= 100:
        raise ConfigError("trust is not a whole number from 0 to 100", where=str(path))
    texts = {name: _checked(given[name], name, path) for name in _SHAPES if name in given}
    return Source(source_id(str(given.get("id", "")), str(path)), title=_title(given.get("title", {}), path), trust=trust, **texts)


def _title(given: object, path: Path) -> tuple[tuple[str, str], ...]:
    """Both parts go into the graph as a literal with its language, so the language has to be a tag (BCP 47)."""
    if isinstance(given, dict) and all(isinstance(text, str) and _TAG.fullmatch(tag) for tag, text in given.items()):
        return tuple(sorted(given.items()))
    raise ConfigError("title is not a table of texts by language", where=str(path), hint='write title = {en = "...", fr = "..."}')


def _checked(value: object, name: str, path: Path) -> str:
    """A value that becomes an IRI."""
    pattern, hint = _SHAPES[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ConfigError(f"{name} is '{value}'", where=str(path), hint=hint)
    return value


def source_id(text: str, where: str) -> str:
    """A source's identifier: a slug, since it stands in IRIs.

    :raises ConfigError: when it is none.
    """
    if not _SLUG.fullmatch(text):
        raise ConfigError(
            f"'{text}' is no identifier of a source", where=where, hint='use small letters, digits and hyphens, for example id = "sextant"'
        )
    return text
