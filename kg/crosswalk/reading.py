"""All crosswalks of an installation, and what is kept of reading them, so that the next process starts sooner.

What is kept is JSON, told by the hash of what it was made of: whoever may write to the working folder can make it wrong, but it cannot run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from kg import __version__
from kg.crosswalk.language import Crosswalk, read_crosswalk, read_yaml
from kg.crosswalk.slot import CompileSelector
from kg.crosswalk.tables import Tables
from kg.errors import CrosswalkError
from kg.resources import resources

#: Raise it when something else is kept.
_LAYOUT: Final = "1"


def crosswalk_files(overlay: Path | None) -> dict[str, Path]:
    """The files of all crosswalks, by format."""
    return {path.stem: path for path in resources("mappings/crosswalks", "*.yaml", overlay)}


def finder(files: Mapping[str, Path]) -> Callable[[str], Path]:
    """Finds the file of a format, for `extends`; the function raises `CrosswalkError` where there is none."""

    def find(name: str) -> Path:
        if name not in files:
            raise CrosswalkError(f"there is no crosswalk {name} to extend")
        return files[name]

    return find


def read_crosswalks(tables: Tables, selectors: Mapping[str, CompileSelector], kept: Path | None = None) -> dict[str, Crosswalk]:
    """All crosswalks of the installation and of the overlay, by format.

    :param kept: the folder in which is kept what was read. Crosswalks that were read and found sound before are compiled when first used.
    :raises CrosswalkError: when one is wrong.
    """
    files = crosswalk_files(tables.overlay)
    file = kept / f"crosswalks-{_key(files, tables.overlay)}.json" if kept is not None else None
    known = _kept(file) if file is not None else None
    if known is not None:
        tables.name(known["tables"])
        specs = known["specs"]
        return {
            name: read_crosswalk(path, tables, finder(files), selectors, lambda path, _: dict(specs[path.stem]), later=True)
            for name, path in files.items()
        }
    crosswalks = {name: read_crosswalk(path, tables, finder(files), selectors) for name, path in files.items()}
    if file is not None:
        _keep(file, {"specs": {name: read_yaml(path, path.read_bytes()) for name, path in files.items()}, "tables": sorted(tables.named)})
    return crosswalks


def _key(files: Mapping[str, Path], overlay: Path | None) -> str:
    """Hash of all that decides whether crosswalks can be read, and what they say."""
    names = [path.name for path in resources("mappings/tables", "*.csv", overlay)]
    parts = [_LAYOUT, __version__, *names, *(f"{name}:{hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in files.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _kept(file: Path) -> dict[str, Any] | None:
    try:
        known = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return known if isinstance(known, dict) else None


def _keep(file: Path, content: dict[str, Any]) -> None:
    """Write what was read, in place of what was kept before; where that is not possible, the next process reads again."""
    try:
        body = orjson.dumps(content)
        if orjson.loads(body) != content:  # a date or a number as key would come back as text
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in file.parent.glob("crosswalks-*.json"):
            old.unlink(missing_ok=True)
        temporary = file.with_suffix(f".{os.getpid()}")
        temporary.write_bytes(body)
        temporary.replace(file)
    except (OSError, orjson.JSONEncodeError):
        return
