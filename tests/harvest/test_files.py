"""Files are read in one order, whatever they are called, and each of them is accounted for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.harvest.containers import Containers
from kg.harvest.files import Harvested, count_files, harvest_files
from kg.harvest.sources import FILES, read_source, source_of
from kg.model import Source

RECORD = '{"id": "%s", "type": "Feature"}'


@pytest.fixture(scope="module")
def containers() -> Containers:
    return Containers.from_resources()


def harvested(containers: Containers, *paths: Path, source: Source | None = None, largest: int = 1_000_000) -> list[Harvested]:
    return list(harvest_files(paths, source, containers=containers, largest=largest))


def locations(found: list[Harvested]) -> list[str]:
    return [each.native.location if each.native else each.problem.location if each.problem else "" for each in found]


def codes(found: list[Harvested]) -> list[str]:
    return [each.problem.code for each in found if each.problem]


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(RECORD % name)


def test_folders_are_walked_in_the_order_of_their_names(containers: Containers, tmp_path: Path) -> None:
    write(tmp_path, "b.json", "a.json", "z/c.json", "é/d.json", "A/e.json", ".hidden.json", ".git/f.json", "z/source.toml")
    (tmp_path / "z" / "source.toml").write_text('id = "z"')
    assert locations(harvested(containers, tmp_path)) == ["a.json", "b.json", "A/e.json", "z/c.json", "é/d.json"]
    assert count_files([tmp_path]) == 5


def test_a_file_that_is_given_is_read_whatever_its_name(containers: Containers, tmp_path: Path) -> None:
    write(tmp_path, ".hidden.json")
    assert len(harvested(containers, tmp_path / ".hidden.json")) == 1


def test_what_does_not_exist_is_said(containers: Containers, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file or folder"):
        harvested(containers, tmp_path / "none")


def test_links_are_followed_once_and_loops_end(containers: Containers, tmp_path: Path) -> None:
    write(tmp_path, "in/a/x.json", "outside/y.json")
    (tmp_path / "in" / "a" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "a" / "self").symlink_to(tmp_path / "in" / "a")
    (tmp_path / "in" / "there").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "twice").symlink_to(tmp_path / "outside")
    assert locations(harvested(containers, tmp_path / "in")) == ["a/x.json", "there/y.json"]


def test_links_that_lead_nowhere_and_things_that_are_no_files_are_said(containers: Containers, tmp_path: Path) -> None:
    (tmp_path / "gone.xml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round.xml").symlink_to(tmp_path / "round.xml")
    os.mkfifo(tmp_path / "pipe")
    found = harvested(containers, tmp_path)
    assert codes(found) == ["file.unreadable"] * 3
    assert [dict(each.problem.values)["reason"] for each in found if each.problem] == [
        "a link that leads nowhere",
        "no regular file",
        "a link that leads nowhere",
    ]


def test_what_may_not_be_read_is_said(tmp_path: Path, root: Path) -> None:
    """In a process of another user where the tests run as root, whom no permission stops."""
    write(tmp_path, "in/a.json", "in/shut/b.json", "in/c.json")
    for path, mode in ((tmp_path / "in/c.json", 0), (tmp_path / "in/shut", 0)):
        path.chmod(mode)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from kg.harvest.containers import Containers; from kg.harvest.files import harvest_files\n"
        "containers = Containers.from_resources()\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "os.chdir('/')\n"
        "for each in harvest_files([Path(sys.argv[1])], containers=containers, largest=1000):\n"
        "    print(each.problem.location, each.problem.code, dict(each.problem.values)) if each.problem else print(each.native.location)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o005)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "in")], cwd=root, capture_output=True, text=True)
    (tmp_path / "in/shut").chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "a.json"
    assert "c.json file.unreadable {'reason': 'Permission denied'}" in done.stdout
    assert "shut file.unreadable" in done.stdout


ODD = [
    "a b.json",
    "a'b\"c.json",
    "a\nb.json",
    "a\x1bb.json",
    "%2e%2e.json",
    "é.json",
    "\u202ea.json",
    b"\xff\xfe.json".decode("utf-8", "surrogateescape"),
    "a" * 240 + ".json",
]


@pytest.mark.parametrize("name", ODD, ids=range(len(ODD)))
def test_names_of_any_bytes_are_read_and_can_be_written_down(containers: Containers, tmp_path: Path, name: str) -> None:
    write(tmp_path, name) if "\udcff" not in name else (tmp_path / name).write_text(RECORD % "x")
    (found,) = harvested(containers, tmp_path)
    assert found.native is not None
    assert found.native.location.encode("utf-8").decode("utf-8").isprintable()


def test_every_file_is_accounted_for(containers: Containers, tmp_path: Path) -> None:
    for name, body in {
        "a.xml": b"",
        "b.txt": b"text",
        "c.json": b"[]",
        "d.png": b"\x89PNG",
        "e.json": b'{"id": "e"}',
        "f.xml": b"<broken",
    }.items():
        (tmp_path / name).write_bytes(body)
    found = harvested(containers, tmp_path)
    assert locations(found) == ["a.xml", "b.txt", "c.json", "d.png", "e.json", "f.xml"]
    assert codes(found) == ["empty", "format.unknown", "container.empty", "format.unknown"]


def test_what_is_too_large_is_said_and_the_rest_of_its_container_read(containers: Containers, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"id": "1"}, {"id": "2", "x": "' + "y" * 2000 + '"}, {"id": "3"}]')
    (tmp_path / "b.json").write_text('{"id": "4", "x": "' + "y" * 2000 + '"}')
    found = harvested(containers, tmp_path, largest=1000)
    assert locations(found) == ["a.json#1", "a.json#2", "a.json#3", "b.json"]
    assert codes(found) == ["native.too-large"] * 2
    assert [int(dict(each.problem.values)["bytes"]) > 2000 for each in found if each.problem] == [True, True]


def test_a_native_is_named_by_its_place_below_the_source_and_located_by_the_one_below_what_was_given(
    containers: Containers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "all/s/2024/a.json")
    (tmp_path / "all" / "s" / "source.toml").write_text('id = "s"')
    monkeypatch.chdir(tmp_path / "all" / "s")
    for given, location in (
        (tmp_path / "all", "s/2024/a.json"),
        (tmp_path / "all" / "s" / "2024", "a.json"),
        (Path(), "2024/a.json"),
        (Path("../s/2024/a.json"), "a.json"),
    ):
        (found,) = harvested(containers, given)
        assert found.native is not None
        assert (found.native.identifier, found.native.location) == ("2024/a.json", location)


# --- which source ---


def test_the_nearest_source_description_holds(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "s/a.json", "s/t/u/a.json")
    (tmp_path / "s" / "source.toml").write_text('id = "outer"\npole = "theia"')
    (tmp_path / "s" / "t" / "source.toml").write_text('id = "inner"')
    assert [source_of(tmp_path / name).id for name in ("a.json", "s/a.json", "s/t/u/a.json")] == ["files", "outer", "inner"]
    assert source_of(tmp_path / "a.json") == FILES
    assert source_of(tmp_path / "s/t/u/a.json").pole is None, "nothing is inherited, and no pole is guessed"


def test_a_link_belongs_to_the_source_it_was_put_in(containers: Containers, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/a.json", "s/b.json")
    (tmp_path / "s" / "source.toml").write_text('id = "s"')
    (tmp_path / "s" / "a.json").symlink_to(tmp_path / "elsewhere" / "a.json")
    assert {each.source.id for each in harvested(containers, tmp_path / "s")} == {"s"}


def test_a_source_that_is_given_is_that_of_all_files(containers: Containers, tmp_path: Path) -> None:
    write(tmp_path, "s/a.json", "b.json")
    (tmp_path / "s" / "source.toml").write_text('id = "s"')
    assert {each.source.id for each in harvested(containers, tmp_path, source=Source("given"))} == {"given"}


def test_all_of_a_description_is_read(tmp_path: Path) -> None:
    text = (
        'id = "s"\npole = "theia"\ncentre = "cnes"\ntitle = {fr = "Un", en = "One"}\nhomepage = "https://example.org/é?a=b#c"\ntrust = 0\n'
    )
    (tmp_path / "source.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_source(tmp_path / "source.toml") == Source(
        "s", "theia", "cnes", (("en", "One"), ("fr", "Un")), "https://example.org/é?a=b#c", None, 0
    )


def test_all_descriptions_of_the_samples_can_be_read(examples: Path) -> None:
    sources = [read_source(path) for path in examples.glob("*/source.toml")]
    assert len({source.id for source in sources}) == len(sources)
