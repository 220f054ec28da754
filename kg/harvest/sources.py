"""Which source a file belongs to: `--source`, or the `source.toml` nearest above it, else `files`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from kg.errors import ConfigError
from kg.model import Source

#: The source of files that say nothing of theirs.
FILES = Source("files", title=(("en", "Files"), ("fr", "Fichiers")))

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_POLES = frozenset({"aeris", "odatis", "theia", "formater", "pndb", "dinamis"})
_KEYS = frozenset({"id", "pole", "centre", "title", "homepage", "metadata_licence", "trust"})


def source_of(file: Path) -> Source:
    """The source that the nearest `source.toml` in the file's folder or above it describes; `FILES` where there is none.

    :raises ConfigError: when that file is no source description.
    """
    return _source_of_folder(file.parent if not file.is_dir() else file)


@lru_cache(maxsize=4096)
def _source_of_folder(folder: Path) -> Source:
    if (folder / "source.toml").is_file():
        return read_source(folder / "source.toml")
    return FILES if folder == folder.parent else _source_of_folder(folder.parent)


def read_source(path: Path) -> Source:
    """The source that a `source.toml` describes.

    :raises ConfigError: when it is no TOML, or a value is missing or of the wrong kind; says which.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"no TOML: {error}", where=str(path)) from error
    if unknown := set(given) - _KEYS:
        raise ConfigError(f"unknown: {', '.join(sorted(unknown))}", where=str(path), hint="a source has " + ", ".join(sorted(_KEYS)))
    title, trust = given.get("title", {}), given.get("trust", 50)
    if not isinstance(title, dict) or not all(isinstance(text, str) for text in title.values()):
        raise ConfigError("title is not a table of texts by language", where=str(path), hint='write title = {en = "...", fr = "..."}')
    if not isinstance(trust, int) or not 0 <= trust <= 100:
        raise ConfigError("trust is not a whole number from 0 to 100", where=str(path))
    if given.get("pole") not in (None, *_POLES):
        raise ConfigError(f"pole is '{given['pole']}'", where=str(path), hint="one of " + ", ".join(sorted(_POLES)))
    texts = {name: str(given[name]) for name in ("pole", "centre", "homepage", "metadata_licence") if name in given}
    return Source(source_id(str(given.get("id", "")), str(path)), title=tuple(sorted(title.items())), trust=trust, **texts)


def source_id(text: str, where: str) -> str:
    """A source's identifier: a slug, since it stands in IRIs.

    :raises ConfigError: when it is none.
    """
    if not _SLUG.fullmatch(text):
        raise ConfigError(
            f"'{text}' is no identifier of a source", where=where, hint='use small letters, digits and hyphens, for example id = "sextant"'
        )
    return text
