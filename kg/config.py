"""The settings, read once from `DATATERRA_*` and passed down; nothing else reads the environment."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with their defaults. `docs/settings.md` lists them; a test holds the two against each other.

    :param var: `DATATERRA_VAR`, the working folder (state, natives, store, releases).
    :param config: `DATATERRA_CONFIG`, a folder that overlays crosswalks, shapes, sources and look-up tables.
    :param workers: `DATATERRA_WORKERS`, processes for mapping, linking and validating; 0 means one a core.
    :param keep_releases: `DATATERRA_KEEP_RELEASES`, how many releases are kept beside the tagged ones.
    :param largest_native: `DATATERRA_LARGEST_NATIVE`, in bytes; a larger record is refused with a problem.
    :param private_addresses: `DATATERRA_PRIVATE_ADDRESSES`, whether vocabularies may be fetched from this machine and private networks.
    :param sparql_seconds: `DATATERRA_SPARQL_SECONDS`, wall-clock limit of one public query.
    :param sparql_bytes: `DATATERRA_SPARQL_BYTES`, limit of one public result.
    :param sparql_memory: `DATATERRA_SPARQL_MEMORY`, bytes of memory that one query process may take.
    :param sparql_processes: `DATATERRA_SPARQL_PROCESSES`, queries that run at the same time.
    """

    var: Path = Path("var")
    config: Path | None = None
    workers: int = 0
    keep_releases: int = 5
    largest_native: int = 50_000_000
    private_addresses: bool = False
    sparql_seconds: float = 20.0
    sparql_bytes: int = 100_000_000
    sparql_memory: int = 2_000_000_000
    sparql_processes: int = 4

    @property
    def state(self) -> Path:
        return self.var / "state.sqlite"

    @property
    def store(self) -> Path:
        return self.var / "store"

    @property
    def graph_texts(self) -> Path:
        return self.var / "graphs.sqlite"

    @property
    def natives(self) -> Path:
        return self.var / "natives"

    @property
    def indexes(self) -> Path:
        return self.var / "indexes"

    @property
    def vocabularies(self) -> Path:
        return self.var / "vocabularies"

    @property
    def releases(self) -> Path:
        return self.var / "releases"

    @property
    def processes(self) -> int:
        """How many processes may be at work: `workers`, or one a core."""
        return self.workers or os.cpu_count() or 1


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from environment variables; an unset variable keeps its default.

    >>> settings_from_environment({"DATATERRA_VAR": "/srv/dataterra"}).store.as_posix()
    '/srv/dataterra/store'

    :raises ConfigError: when a number is none, or the overlay is no folder.
    """
    given = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for name, convert in _CONVERTERS.items():
        variable = "DATATERRA_" + name.upper()
        if text := given.get(variable, "").strip():
            values[name] = _converted(variable, text, convert)
    return Settings(**values)  # type: ignore[arg-type]


def _converted(variable: str, text: str, convert: Callable[[str], object]) -> object:
    try:
        return convert(text)
    except ValueError as error:
        raise ConfigError(f"'{text}' {error}", where=variable, hint="give another value or unset it") from error


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise ValueError("is no folder")
    return Path(text)


def _whole(text: str) -> int:
    """A number of things: none is a meaning of its own for workers only."""
    if not text.isascii() or not text.isdigit():
        raise ValueError("is not a number of 0 or more")
    return int(text)


def _yes(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return text.lower() == "true"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise ValueError("is not a number above 0")
    return seconds


_CONVERTERS: dict[str, Callable[[str], object]] = {
    "var": Path,
    "config": _folder,
    "workers": _whole,
    "keep_releases": _whole,
    "largest_native": _whole,
    "private_addresses": _yes,
    "sparql_seconds": _seconds,
    "sparql_bytes": _whole,
    "sparql_memory": _whole,
    "sparql_processes": _whole,
}
