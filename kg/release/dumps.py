"""The dumps of a release: the named graphs as N-Quads, and the merged graph, which is their union, as Turtle.

The graphs of records are read from their texts, all others from the store. A gzip file may have several members (RFC 1952, section 2.2),
so that both dumps are put together from parts: of the N-Quads, records are copied as they are kept; of the Turtle, they are made by a
process of its own where they are many.
"""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import IO, Final

from kg.child_process import beside
from kg.model import Iri
from kg.namespaces import BASE, PREFIXES
from kg.release.turtle_dump import TurtleDump
from kg.state import GraphTexts
from kg.store import ReadStore

N_QUADS_FILE: Final = "graph.nq.gz"
TURTLE_FILE: Final = "merged.ttl.gz"

#: What the names of graphs that are kept as texts begin with.
_OF_RECORDS: Final = (BASE + "record/", BASE + "link/")
#: Level 4 makes a dump 10 % larger than 9 and takes a third of the time.
_COMPRESSION: Final = 4
#: Below this number starting a process takes longer than it saves.
_MANY: Final = 2_000


def write_dumps(folder: Path, reader: ReadStore, texts: GraphTexts, *, workers: int = 1) -> None:
    """Write both into a folder.

    :param workers: how many processes may be at work.
    :raises DataTerraError: when the process beside this one died.
    """
    target, rest = folder / TURTLE_FILE, folder / f"{TURTLE_FILE}.rest"
    if workers == 1 or len(texts) < _MANY:
        _write_records(texts.path, target)
        _write_rest(reader, texts, folder / N_QUADS_FILE, rest)
    else:
        with beside(_write_records, texts.path, target):
            _write_rest(reader, texts, folder / N_QUADS_FILE, rest)
    with target.open("ab") as whole, rest.open("rb") as part:
        shutil.copyfileobj(part, whole)
    rest.unlink()


def _write_records(texts: Path, target: Path) -> None:
    """What records say, and the beginning of the Turtle document."""
    with GraphTexts(texts, writing=False) as opened, target.open("wb") as file, _packed(file) as output:
        TurtleDump(output, PREFIXES).records(opened.all())


def _write_rest(reader: ReadStore, texts: GraphTexts, quads: Path, turtle: Path) -> None:
    """The N-Quads, and the Turtle of all graphs but those of records; each of these is read once for both."""
    with quads.open("wb") as quads_file, turtle.open("wb") as turtle_file:
        with _packed(quads_file) as n_quads, _packed(turtle_file) as output:
            document = TurtleDump(output, PREFIXES, goes_on=True)
            for graph in sorted(graph for graph in reader.graphs() if not graph.startswith(_OF_RECORDS)):
                reader.each_line(graph, _Both(graph, n_quads, document))
        quads_file.writelines(texts.members())


class _Both:
    """Writes the lines of one graph into both dumps."""

    def __init__(self, graph: Iri, quads: IO[bytes], document: TurtleDump) -> None:
        self._end, self._quads, self._document = f" <{graph}> .\n".encode(), quads, document

    def __call__(self, lines: bytes) -> None:
        self._quads.write(lines.replace(b" .\n", self._end))  # within a literal, N-Triples writes the end of a line as \n
        self._document.lines(lines)


def _packed(file: IO[bytes]) -> IO[bytes]:
    return gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0)  # type: ignore[return-value]
