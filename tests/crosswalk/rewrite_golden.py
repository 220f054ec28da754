"""Golden files: what each native in `tests/golden/<format>/<case>/in.*` must become, in `out.ttl` beside it.

`python -m tests.crosswalk.rewrite_golden [FORMAT...]` writes them anew, from the root of the checkout; read the difference before a commit.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from kg.crosswalk.engine import Mapper
from kg.formats import format_of_extension
from kg.model import Native
from kg.namespaces import DT, PREFIXES
from kg.vocabulary.turtle import canonical

GOLDEN = Path(__file__).parent.parent / "golden"
MEDIA_TYPES = {"json": "application/json", "xml": "application/xml", "yaml": "application/yaml"}


def cases(*formats: str) -> list[Path]:
    """The natives of some formats, or of all."""
    return sorted(path for path in GOLDEN.glob("*/*/in.*") if not formats or path.parts[-3] in formats)


def golden(mapper: Mapper, path: Path) -> str:
    """What a native becomes: its format and problems as comments, its graph as canonical Turtle.

    The crosswalk's version is left out: it changes with every remark in a crosswalk.
    """
    location = path.relative_to(GOLDEN).as_posix()
    outcome = mapper.map(Native("golden", path.parent.name, media_type(path), path.read_bytes(), location))
    problems = [f"# {each.code} {' '.join(f'{name}={value!r}' for name, value in each.values)}".rstrip() for each in outcome.problems]
    if outcome.record is None:
        return "\n".join(["# no record", *problems, ""])
    graph = (quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES) if quad.predicate != DT.crosswalkVersion)
    return "\n".join([f"# {outcome.record.format}", *problems, canonical(graph, PREFIXES)])


def media_type(path: Path) -> str:
    """By the file's extension."""
    extension = path.suffix.removeprefix(".")
    rdf = format_of_extension(extension)
    return MEDIA_TYPES.get(extension) or (rdf.media_type if rdf else "application/octet-stream")


if __name__ == "__main__":
    everything = Mapper.from_resources()
    for native in cases(*sys.argv[1:]):
        native.with_name("out.ttl").write_text(golden(everything, native), encoding="utf-8")
