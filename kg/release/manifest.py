"""`release.json`: what a release holds, and what made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from kg.errors import ReleaseError

#: Version of the files that make up a release; raised when readers have to know.
LAYOUT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a release holds: `triples` in the merged graph, `quads` in the whole dump, `graphs` by kind (first segment of a name)."""

    records: int
    datasets: int
    triples: int
    quads: int
    graphs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in `release.json`.

    :ivar previous: number of the release that was the newest before.
    :ivar layout: `LAYOUT_VERSION`; `index` is the version of the search index.
    :ivar change: sequence number of the last change that is in it (`State.last_change`).
    :ivar validation: counts from validating, by name.
    """

    number: int
    time: str
    previous: int | None
    layout: int
    index: int
    software: str
    change: int
    counts: Counts
    validation: Mapping[str, int]

    def to_json(self) -> str:
        """The manifest as it is kept."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def read_manifest(path: Path) -> Manifest:
    """Read `release.json`.

    :raises ReleaseError: when it is not there, or is not what this software writes.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        return Manifest(**{**values, "counts": Counts(**values["counts"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        hint = "remove its folder, or use the software that made it"
        raise ReleaseError(f"the release cannot be read ({error})", where=str(path), hint=hint) from error
