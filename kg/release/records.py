"""The list of records of a release: each with the hash of what it says and what was linked, and its data set."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import ReleaseError
from kg.model import Iri

RECORDS_FILE: Final = "records.tsv.gz"


@dataclass(frozen=True, slots=True, order=True)
class RecordLine:
    """One record: its IRI, the hash of its record graph and link graph, and the data set that it describes."""

    record: Iri
    sha256: str
    dataset: Iri


def write_records(path: Path, lines: Iterable[RecordLine]) -> None:
    """Write the list, without a time in it, so that equal lists are equal files."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        for line in lines:
            packed.write(f"{line.record}\t{line.sha256}\t{line.dataset}\n".encode())


def read_records(path: Path) -> Iterator[RecordLine]:
    """Read the list, line by line.

    :raises ReleaseError: when it is not there or damaged.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record, sha256, dataset = line.rstrip("\n").split("\t")
                yield RecordLine(Iri(record), sha256, Iri(dataset))
    except (OSError, EOFError, ValueError) as error:
        raise ReleaseError(f"the list of records cannot be read ({error})", where=str(path)) from error
