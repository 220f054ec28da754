"""What is packed and pinned: the wheel holds what the program needs and no more, the pins hold what `pyproject.toml` asks for."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kg import __version__

#: What the wheel must hold beside the Python files, and where it puts it.
DATA = {
    "ontology": ("kg/data/ontology", ("*.ttl", "vocabularies/*.ttl", "LICENSE")),
    "mappings": ("kg/data/mappings", ("*.yaml", "crosswalks/*.yaml", "alignments/*.sssom.tsv", "tables/*")),
    "shapes": ("kg/data/shapes", ("*.ttl",)),
    "kg": ("kg", ("py.typed", "query/*.rq", "**/*.sql")),
    "api": ("api", ("py.typed", "*.yaml", "*.ttl", "templates/*", "static/*", "examples/*.rq")),
}

#: What must stand in no tracked file, and the tracked files that may hold it, each with its reason.
PRIVATE = {
    "a path of somebody's machine": (
        r"(?<![\w.])/(?:work|tmp|home|root|Users)/\w",
        {"shapes/examples/dataset-link-scheme/05-invalid-file.ttl"},
    ),
    "a registry host or index": (r"pythonhosted\.org|pypi\.org/simple|--(?:extra-)?index-url|--find-links|registry\.npmjs\.org", set()),
    "a private address": (
        # 10.2.1.1 alone may be a section of a standard
        r"\b(?:192\.168|172\.(?:1[6-9]|2\d|3[01])|169\.254)(?:\.\d{1,3}){2}\b|(?<=//)10(?:\.\d{1,3}){3}\b|\b10(?:\.\d{1,3}){3}:\d",
        {"shapes/examples/dataset-link-internal/02-invalid-private.ttl"},
    ),
}
#: Tests say what must be refused.
_TESTS = re.compile(r"tests/(?!examples/|golden/).*\.py")


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(folder),
    ]
    done = subprocess.run([*command, str(root)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def packed(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_has_two_packages_and_nothing_else_at_the_top(packed: set[str], project: dict[str, Any]) -> None:
    name = project["project"]["name"].replace("-", "_")
    assert {path.partition("/")[0] for path in packed} == {"kg", "api", f"{name}-{__version__}.dist-info"}


@pytest.mark.parametrize("folder", DATA)
def test_the_wheel_holds_every_data_file(folder: str, packed: set[str], root: Path) -> None:
    target, patterns = DATA[folder]
    files = {path.relative_to(root / folder).as_posix() for pattern in patterns for path in (root / folder).glob(pattern)}
    assert files, f"{folder} has no {patterns}"
    assert {f"{target}/{file}" for file in files} <= packed


def test_the_wheel_holds_every_module(packed: set[str], root: Path) -> None:
    modules = {path.relative_to(root).as_posix() for package in ("kg", "api") for path in (root / package).rglob("*.py")}
    assert modules <= packed


def test_the_examples_of_shapes_stay_in_the_checkout(packed: set[str]) -> None:
    assert not [path for path in packed if "shapes/examples" in path or path.startswith("tests/") or "__pycache__" in path]


def test_what_is_in_the_wheel_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    code = (
        "from kg.resources import resource, resources; from api.app import create_app; create_app();"
        "print(resource('ontology/dataterra.ttl').parent, len(resources('mappings/crosswalks', '*.yaml')))"
    )
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": "", "DATATERRA_VAR": str(tmp_path / "var")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    where, crosswalks = done.stdout.split()
    assert Path(where) == tmp_path / "site/kg/data/ontology"
    assert int(crosswalks) > 0


def read_pins(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and hashes of each requirement of a file."""
    text = re.sub(r"\\\n", " ", path.read_text())
    for line in text.splitlines():
        line = line.partition("#")[0].strip()
        if line:
            found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", line)
            assert found, f"{path.name}: '{line[:80]}' is no pinned requirement"
            yield canonicalize_name(found.group(1)), found.group(2), re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_pin_has_its_hashes_and_names_no_index(name: str, root: Path) -> None:
    path = root / "requirements" / name
    assert "://" not in path.read_text()
    assert not [f"{package}=={version}" for package, version, hashes in read_pins(path) if not hashes]


@pytest.mark.parametrize(("name", "extra"), [("run.txt", None), ("dev.txt", "dev")])
def test_pins_are_what_pyproject_asks_for(name: str, extra: str | None, root: Path, project: dict[str, Any]) -> None:
    pins = {package: version for package, version, _ in read_pins(root / "requirements" / name)}
    asked = project["project"]["dependencies"] + (project["project"]["optional-dependencies"][extra] if extra else [])
    for requirement in map(Requirement, asked):
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not in requirements/{name}"
        assert pin in requirement.specifier, f"requirements/{name} pins {requirement.name} {pin}, pyproject asks for {requirement}"


def test_what_is_run_is_what_is_tested(root: Path) -> None:
    run, dev = ({package: version for package, version, _ in read_pins(root / "requirements" / name)} for name in ("run.txt", "dev.txt"))
    assert run.items() <= dev.items()


def tracked(root: Path) -> list[str]:
    if shutil.which("git") is None or not (root / ".git").exists():
        pytest.skip("this is no git checkout, so nothing is tracked")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True, timeout=60)
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


@pytest.mark.parametrize("what", PRIVATE)
def test_tracked_files_name_no_machine(what: str, root: Path) -> None:
    pattern, allowed = re.compile(PRIVATE[what][0]), PRIVATE[what][1]
    names = (name for name in tracked(root) if name not in allowed and not _TESTS.fullmatch(name))
    found = [f"{name}: {hit.group()}" for name in names if (hit := pattern.search((root / name).read_bytes().decode("utf-8", "replace")))]
    assert not found


def test_one_version_everywhere(root: Path, project: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    released = re.findall(r"^## \[(\d[^\]]*)\]", (root / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert __version__ == project["project"]["version"] == citation["version"] == released[0]


def test_the_licences_are_said_alike(root: Path, project: dict[str, Any]) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text())
    assert project["project"]["license"] == citation["license"] == "Apache-2.0"
    assert "Apache License" in (root / "LICENSE").read_text()
    assert "creativecommons.org/licenses/by/4.0" in (root / "ontology/LICENSE").read_text()
