"""The settings, read once from `DATATERRA_*` and passed down; nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
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
    def natives(self) -> Path:
        return self.var / "natives"

    @property
    def indexes(self) -> Path:
        return self.var / "indexes"

    @property
    def releases(self) -> Path:
        return self.var / "releases"


def settings_from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from environment variables; an unset variable keeps its default.

    >>> settings_from_environment({"DATATERRA_VAR": "/srv/dataterra"}).store.as_posix()
    '/srv/dataterra/store'

    :raises ConfigError: when a number is no number.
    """
    given = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for name, convert in _CONVERTERS.items():
        variable = "DATATERRA_" + name.upper()
        if text := given.get(variable, "").strip():
            try:
                values[name] = convert(text)
            except ValueError as error:
                raise ConfigError(f"'{text}' is not a number", where=variable, hint="give a number or unset it") from error
    return Settings(**values)  # type: ignore[arg-type]


_CONVERTERS = {
    "var": Path,
    "config": Path,
    "workers": int,
    "keep_releases": int,
    "largest_native": int,
    "sparql_seconds": float,
    "sparql_bytes": int,
    "sparql_memory": int,
    "sparql_processes": int,
}
