"""What is larger than memory is read record by record, and gives the same natives as what is held whole; packed files are unpacked."""

from __future__ import annotations

import gzip
import random
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from kg.harvest import files, json_stream, xml_stream
from kg.harvest.containers import Containers
from kg.harvest.files import Harvested, harvest_files

GMD = "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd'><gmd:x>{}</gmd:x></gmd:MD_Metadata>"
OAI = "http://www.openarchives.org/OAI/2.0/"
LARGEST = 100_000


@pytest.fixture(scope="module")
def containers() -> Containers:
    return Containers.from_resources()


def harvested(containers: Containers, *paths: Path, largest: int = LARGEST) -> list[Harvested]:
    return list(harvest_files(paths, containers=containers, largest=largest))


def codes(found: list[Harvested]) -> list[str]:
    return [each.problem.code if each.problem else "" for each in found]


@pytest.fixture
def streaming(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is taken for one that does not fit into memory, and read in small pieces."""
    monkeypatch.setattr(files, "WHOLE", 20)
    monkeypatch.setattr(json_stream, "_CHUNK", 61)


def _made(records: int) -> dict[str, bytes]:
    """A container of each kind, with what makes readers of pieces stumble in its texts."""
    texts = ['a "quoted" \\ text', 'brackets }]{[ \\\\"', "é\u2028, :", "", "x" * 500, "\\u0000", "}\n{"]
    values = [
        {"id": f"r{number}", "title": texts[number % len(texts)], "n": [number, None, {"a": [1.5e3, True]}]} for number in range(records)
    ]
    rows = orjson.dumps(values)
    wide = orjson.dumps(values, option=orjson.OPT_INDENT_2)
    hits = [{"_id": f"h{number}", "_source": value} for number, value in enumerate(values)]
    isos = "".join(GMD.format(f"{number} é &amp;") + "\n" for number in range(records))
    header = "<header{}><identifier>oai:{}</identifier><datestamp>2024-01-0{}</datestamp></header>"
    oai = "".join(
        f"<record>{header.format(chr(32) + 'status=' + repr('deleted') if number % 3 == 0 else '', number, number % 9 + 1)}"
        + ("" if number % 3 == 0 else f"<metadata>{GMD.format(number)}</metadata>")
        + "</record>"
        for number in range(records)
    )
    pivot = {"producer": {"name": "[P}"}, "datasets": [{"datasetId": f"d{number}"} for number in range(records)], "version": "1.2"}
    csw = "http://www.opengis.net/cat/csw/2.0.2"
    cmr = "".join(f"<result concept-id='C{number}'>{GMD.format(number)}</result>" for number in range(records))
    return {
        "lines.jsonl": b"\r\n".join(map(orjson.dumps, values)) + b"\n\n \n",
        "list.json": rows,
        "wide.json": b"\xef\xbb\xbf \n" + wide,
        "features.json": b'{"features": ' + wide + b', "links": [{"rel": "next"}], "type": "FeatureCollection"}',
        "hits.json": orjson.dumps({"took": 1, "hits": {"total": {"value": 9}, "hits": hits, "max": None}, "_shards": {}}),
        "ckan.json": orjson.dumps({"success": True, "result": {"count": 9, "results": values}}),
        "pivot_fr.json": orjson.dumps({key: pivot[key] for key in ("datasets", "version", "producer")}),
        "mixed.json": b"[" + rows[1:-1] + b', 12, "text", null, []]',
        "record.json": orjson.dumps(values[0] | {"links": [{"rel": "self"}], "bbox": [[1, 2]]}),
        "csw.xml": f"<r:GetRecordsResponse xmlns:r='{csw}'><x/><r:SearchResults>{isos}</r:SearchResults></r:GetRecordsResponse>".encode(),
        "csw-id.xml": f"<r:GetRecordByIdResponse xmlns:r='{csw}'>{isos}</r:GetRecordByIdResponse>".encode(),
        "oai.xml": f"<OAI-PMH xmlns='{OAI}'><x>1</x><ListRecords>{oai}<resumptionToken/></ListRecords></OAI-PMH>".encode(),
        "cmr.xml": f"<results><hits>9</hits>{cmr}</results>".encode(),
        "iso.xml": GMD.format("alone").encode(),
    }  # fmt: skip


@pytest.mark.parametrize("chunk", [7, 61, 4096])
@pytest.mark.parametrize("records", [1, 40])
def test_a_container_is_the_same_however_it_is_read(
    containers: Containers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, records: int
) -> None:
    for name, body in _made(records).items():
        (tmp_path / name).write_bytes(body)
    expected = harvested(containers, tmp_path)
    monkeypatch.setattr(files, "WHOLE", 20)
    monkeypatch.setattr(json_stream, "_CHUNK", chunk)
    monkeypatch.setattr(xml_stream, "_CHUNK", chunk)
    found = harvested(containers, tmp_path)
    for one, other in zip(expected, found, strict=True):
        assert one == other


def test_real_containers_are_the_same_however_they_are_read(
    containers: Containers, shared_data: Path, streaming: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = ("csw-response", "oai-pmh", "es-hits", "stac-itemcollection", "list_stac-collection", "theia-pivot", "list_ckan-or-udata")
    paths = [path for name in folders for path in sorted((shared_data / "data/records" / name).rglob("*"))[:6] if path.is_file()]
    assert len(paths) > 20
    found = harvested(containers, *paths, largest=10**7)
    monkeypatch.setattr(files, "WHOLE", 10**9)
    assert found == harvested(containers, *paths, largest=10**7)
    assert len(found) > 2 * len(paths)


def test_packed_files_are_read_as_what_they_hold(containers: Containers, tmp_path: Path) -> None:
    one, two = _made(3)["lines.jsonl"], _made(3)["iso.xml"]
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(one[:50]) + gzip.compress(one[50:])
    )  # of two members, as `cat a.gz b.gz` makes them
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(two))
    found = harvested(containers, tmp_path)
    assert [each.native.location for each in found if each.native] == ["a.jsonl.gz#1", "a.jsonl.gz#2", "a.jsonl.gz#3", "b.xml.gz"]
    assert found[-1].native is not None and found[-1].native.body == two


def test_broken_packing_loses_nothing_else(containers: Containers, tmp_path: Path, streaming: None) -> None:
    body = gzip.compress(
        b"".join(orjson.dumps({"id": f"{number}", "x": random.Random(number).random()}) + b"\n" for number in range(20_000))
    )
    (tmp_path / "a.jsonl.gz").write_bytes(body[: len(body) // 2])
    (tmp_path / "b.json.gz").write_bytes(b"\x1f\x8b no gzip")
    (tmp_path / "c.json.gz").write_bytes(gzip.compress(gzip.compress(b'{"id": "c"}')))
    (tmp_path / "d.json").write_bytes(b'{"id": "d"}')
    found = harvested(containers, tmp_path)
    assert len(found) > 5_000
    assert [code for code in codes(found) if code] == ["file.unreadable", "file.unreadable", "format.unknown"]
    assert found[-1].native is not None


LINE = b'{"id": "%d", "title": "sea"}'
MANY = b'{"x": [' + b'"%s", ' % (b"y" * 500) * 999 + b"0]}"
RESULTS = b"<results><result concept-id='a'><x/></result><result concept-id='b'>%s"


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("cut.json", b"[" + b", ".join(LINE % n for n in range(3)) + b', {"id": "cut', ["", "", "", "json.malformed"]),
        ("cut-list.json", b"[" + b", ".join(LINE % n for n in range(3)), ["", "", "", "json.malformed"]),
        ("wrong-end.json", b"[" + LINE % 1 + b", " + LINE % 2 + b"}", ["", "", "json.malformed"]),
        ("bad-record.json", b"[" + LINE % 1 + b', {"id": nonsense, 3}, ' + LINE % 2 + b"]", ["", "", ""]),
        ("large.json", b"[" + LINE % 1 + b", " + MANY + b", " + LINE % 2 + b"]", ["", "native.too-large", ""]),
        ("large-text.json", b"[" + LINE % 1 + b', {"x": "' + b"y" * 900_000 + b'"}, ' + LINE % 2 + b"]", ["", "native.too-large"]),
        ("large.jsonl", LINE % 1 + b'\n{"x": "' + b"y" * 900_000 + b'"}\n' + LINE % 2, ["", "native.too-large", ""]),
        ("nested.json", b"[" * 300_000, ["json.malformed"]),
        ("cut.xml", RESULTS % b"<y", ["", "xml.malformed"]),
        ("bomb.xml", b"<!DOCTYPE r [<!ENTITY a 'aa'>]><results><result concept-id='a'>&a;</result></results>", ["xml.entities"]),
        ("large.xml", RESULTS % (b"<z/>" * 900_000), ["", "native.too-large"]),
    ],
)  # fmt: skip
def test_what_is_broken_or_too_large_is_told_and_the_rest_read(
    containers: Containers, tmp_path: Path, streaming: None, name: str, body: bytes, expected: list[str]
) -> None:
    (tmp_path / name).write_bytes(body)
    assert codes(harvested(containers, tmp_path)) == expected


MEASURE = """
import resource, sys
from pathlib import Path
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
containers = Containers.from_resources()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = codes = 0
for each in harvest_files([Path(sys.argv[1])], containers=containers, largest=50_000_000):
    count += each.native is not None
    if each.problem:
        print(each.problem.code, dict(each.problem.values))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def measured(path: Path, root: Path) -> list[str]:
    """The problems of a file, the number of its natives, and by how many megabytes the process grew that read it."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[:-1]


COUNT = 40_000


def _write(path: Path, head: bytes, record: bytes, between: bytes, foot: bytes, count: int = COUNT) -> None:
    with gzip.open(path, "wb", 1) as file:
        file.write(head)
        for number in range(count):
            file.write((between if number else b"") + record % number)
        file.write(foot)


RECORD = (
    b'{"id": "%d", "title": "' + b"".join(orjson.dumps(each)[1:-1] for each in random.Random(1).choices(["sea ", "air é"], k=200)) + b'"}'
)


@pytest.mark.parametrize(
    ("name", "head", "record", "between", "foot"),
    [
        ("a.jsonl.gz", b"", RECORD, b"\n", b"\n"),
        ("a.json.gz", b'{"type": "FeatureCollection", "features": [', RECORD, b",", b"]}"),
        (
            "a.xml.gz",
            b"<results>",
            b"<result concept-id='%d'><r>" + b"<t>%s</t>" % (b"sea " * 90) * 4 + b"</r></result>",
            b"\n",
            b"</results>",
        ),
    ],
)
def test_many_records_take_no_memory(
    root: Path, tmp_path: Path, name: str, head: bytes, record: bytes, between: bytes, foot: bytes
) -> None:
    """Fifty megabytes; held whole, they would take several times that."""
    _write(tmp_path / name, head, record, between, foot)
    (line,) = measured(tmp_path / name, root)
    count, grown = map(int, line.split())
    assert count == COUNT
    assert grown < 50


def test_a_packed_bomb_is_told_before_it_grows(root: Path, tmp_path: Path) -> None:
    """It would be 300 megabytes of brackets."""
    with gzip.open(tmp_path / "bomb.json.gz", "wb", 1) as file:
        file.write(b"[")
        for _ in range(300):
            file.write(b" " * 1_000_000)
    problem, line = measured(tmp_path / "bomb.json.gz", root)
    assert problem.startswith("file.bomb")
    assert int(line.split()[1]) < 60
