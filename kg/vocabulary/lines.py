"""Triples as lines: sorted N-Triples, the form in which versions are kept, compared and fetched."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.errors import VocabularyError


def lines_of(triples: Iterable[Triple]) -> list[bytes]:
    """The triples as N-Triples lines, sorted by bytes, each once."""
    return sorted({line + b"\n" for line in (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").split(b"\n") if line})


def triples_of(lines: Iterable[bytes]) -> list[Triple]:
    """The triples of N-Triples lines.

    :raises VocabularyError: when they are none.
    """
    try:
        return [quad.triple for quad in parse(b"".join(lines), format=RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        raise VocabularyError(f"cannot be read as N-Triples: {error}") from error


def sha256_of(lines: Iterable[bytes]) -> str:
    """A hash of lines: two sets of triples have the same one only where they are the same."""
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line)
    return whole.hexdigest()


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Keep lines compressed; the same lines give the same bytes."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0, compresslevel=6) as file:
        file.write(b"".join(lines))


def read_lines(path: Path) -> list[bytes]:
    """The lines of a file that `write_lines` wrote.

    :raises VocabularyError: when the file is not there or is damaged.
    """
    try:
        with gzip.open(path) as file:
            return file.readlines()
    except (OSError, EOFError) as error:
        raise VocabularyError(
            f"the version cannot be read ({error})", where=str(path), hint="restore it from a backup, or import it anew"
        ) from error
