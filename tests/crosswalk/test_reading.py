"""What is kept of reading the crosswalks changes nothing but the time that it takes; what is wrong with them is still said."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.crosswalk.engine import Mapper
from kg.errors import CrosswalkError
from kg.model import Native

ROOT = Path(__file__).parents[2]


def a_native_of_each_format() -> list[Native]:
    types = {".xml": "application/xml", ".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml"}
    types |= {".ttl": "text/turtle", ".jsonld": "application/ld+json", ".rdf": "application/rdf+xml", ".nt": "application/n-triples"}
    firsts = [sorted(folder.glob("*/in.*"))[0] for folder in sorted((ROOT / "tests/golden").iterdir()) if folder.is_dir()]
    return [Native("test", path.name, types[path.suffix], path.read_bytes(), path.name) for path in firsts if path.suffix in types]


def test_what_is_kept_gives_the_same_graphs_and_fingerprints(tmp_path: Path) -> None:
    read, keeping = Mapper.from_resources(), Mapper.from_resources(None, tmp_path)
    (file,) = tmp_path.iterdir()
    kept = Mapper.from_resources(None, tmp_path)
    natives = a_native_of_each_format()
    assert len(natives) > 30
    assert read.version == keeping.version == kept.version
    for native in natives:
        assert kept.map(native) == read.map(native), native.location
    assert [file] == list(tmp_path.iterdir())


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "overlay"
    (folder / "mappings/crosswalks").mkdir(parents=True)
    return folder


def crosswalk(overlay: Path, rules: str) -> None:
    (overlay / "mappings/crosswalks/own.yaml").write_text(f"format: own\nsyntax: json\nrecognise: {{when: own}}\nrules:\n{rules}", "utf-8")


def title(mapper: Mapper) -> str:
    record = mapper.map(Native("test", "a", "application/json", b'{"own": 1, "a": "one", "b": "two"}', "a.json")).record
    assert record is not None
    return "".join(line for line in record.triples.decode().splitlines() if "dc/terms/title" in line)


def test_a_crosswalk_that_changed_is_read_again(tmp_path: Path, overlay: Path) -> None:
    crosswalk(overlay, "  - {text: dct:title, from: a}\n")
    assert '"one"' in title(Mapper.from_resources(overlay, tmp_path / "kept"))
    crosswalk(overlay, "  - {text: dct:title, from: b}\n")
    assert '"two"' in title(Mapper.from_resources(overlay, tmp_path / "kept"))
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_crosswalk_that_is_wrong_is_said_at_once_and_not_kept(tmp_path: Path, overlay: Path) -> None:
    crosswalk(overlay, "  - {text: dct:title, form: a}\n")
    for _ in range(2):
        with pytest.raises(CrosswalkError, match=r"own\.yaml, rule 1"):
            Mapper.from_resources(overlay, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b"\x80\x04cos\nsystem\n."])
def test_what_is_kept_and_damaged_is_read_again(tmp_path: Path, damage: bytes) -> None:
    Mapper.from_resources(None, tmp_path)
    next(tmp_path.iterdir()).write_bytes(damage)
    assert Mapper.from_resources(None, tmp_path).version == Mapper.from_resources().version
    assert next(tmp_path.iterdir()).read_bytes() != damage


def test_a_folder_that_cannot_be_written_to_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Mapper.from_resources(None, tmp_path / "file").crosswalks


@pytest.mark.parametrize("pattern", [r"(\d+)-(\d+)", r"^(a)(?:b|c)(d)$", r"(?P<year>\d{4}).*(x|y)", r"((?:a|b)(c)|d)"])
def test_a_match_of_which_only_the_first_group_would_be_kept_is_refused(overlay: Path, pattern: str) -> None:
    crosswalk(overlay, f"  - {{text: dct:title, from: {{from: a, match: '{pattern}'}}}}\n")
    with pytest.raises(CrosswalkError, match="2 groups, and keeps the first one only"):
        Mapper.from_resources(overlay)


@pytest.mark.parametrize("pattern", [r"(one)|(two)", r"(?:on)(e)", r"[(](x)|\((y)\)|(o)", r"o(?:(n)|(m)|x(?:(y)|(z)))", "o(?=n)"])
def test_groups_of_alternatives_are_told_apart(overlay: Path, pattern: str) -> None:
    crosswalk(overlay, f"  - {{text: dct:title, from: {{from: a, match: '{pattern}'}}}}\n")
    assert "title" in title(Mapper.from_resources(overlay))
