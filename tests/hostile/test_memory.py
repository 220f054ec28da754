"""A hundred megabytes that are made to do harm: each ends as a problem, in a process that may not take more than a gigabyte and a half."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SIZE = 100_000_000

PROGRAM = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
mapper, containers = Mapper.from_resources(), Containers.from_resources()
for each in harvest_files([Path(sys.argv[1])], containers=containers, largest=50_000_000):
    found = [each.problem] if each.problem else list(mapper.map(each.native).problems)
    print(*sorted({problem.code for problem in found}))
# not getrusage: there a new process begins with the memory of the one that started it
status = open('/proc/self/status').read()
print(int(status.partition('VmHWM:')[2].split()[0]) // 1024)
"""


def repeated(head: bytes, part: bytes, foot: bytes = b"", size: int = SIZE) -> Callable[[], Iterator[bytes]]:
    """A text of a size, in pieces."""
    piece = part * (1_000_000 // len(part))

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(size // len(piece)):
            yield piece
        yield foot

    return pieces


TURTLE = b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . <http://a/b> a dcat:Dataset ; dct:title "
OAI = b"<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords><record>"
BOMBS: dict[str, tuple[Callable[[], Iterator[bytes]], set[str]]] = {
    "lists.json": (repeated(b"", b"["), {"json.malformed", "native.too-large"}),
    "objects.json": (repeated(b"", b'{"a":'), {"json.malformed", "native.too-large"}),
    "inside.json": (repeated(b'{"type": "FeatureCollection", "features": [', b"["), {"json.malformed", "native.too-large"}),
    "lines.jsonl": (repeated(b'{"id": "a"}\n{"id": "b"}\n{"x": ', b"["), {"native.too-large", "format.unknown"}),
    "elements.xml": (repeated(b"", b"<a>"), {"xml.malformed", "native.too-large"}),
    "oai.xml": (repeated(OAI, b"<a>"), {"xml.malformed", "native.too-large"}),
    "comment.xml": (repeated(b"<a><!--", b"- "), {"xml.malformed", "native.too-large"}),
    "attributes.xml": (repeated(b"<a ", b"b='1' "), {"xml.malformed", "native.too-large"}),
    "text.xml": (repeated(b"<a>", b"text ", b"</a>"), {"xml.malformed", "native.too-large"}),
    "blank-nodes.ttl": (repeated(TURTLE, b"[ dct:title ", size=40_000_000), {"rdf.malformed"}),
    "collections.ttl": (repeated(TURTLE, b"( ", size=40_000_000), {"rdf.malformed"}),
    "aliases.yml": (lambda: iter([b"mcf:\n    version: 1.0\na: &a [x,x,x,x,x,x,x]\n", *ALIASES]), {"yaml.malformed", "format.unknown"}),
    "flow.yml": (repeated(b"mcf: ", b"[", size=40_000_000), {"yaml.malformed", "native.too-large"}),
    "zeros.xml": (repeated(b"<a>", b"\0"), {"xml.malformed", "native.too-large", "format.unknown"}),
    "blanks.json": (repeated(b"", b" "), {"format.unknown", "empty"}),
}  # fmt: skip
ALIASES = [f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n".encode() for n in range(12)]


CASES = [*((name, False) for name in BOMBS), ("lists.json", True), ("elements.xml", True), ("blanks.json", True)]


@pytest.mark.parametrize(("name", "packed"), CASES)
def test_a_hundred_megabytes_end_as_a_problem(root: Path, tmp_path: Path, name: str, packed: bool) -> None:
    pieces, expected = BOMBS[name]
    path = tmp_path / (name + ".gz" if packed else name)
    with gzip.open(path, "wb", 1) if packed else path.open("wb") as file:
        for piece in pieces():
            file.write(piece)
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    *codes, peak = done.stdout.split("\n")[:-1]
    assert {code for line in codes for code in line.split()} & (expected | {"file.bomb"}), codes
    assert int(peak) < 1_000
