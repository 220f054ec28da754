"""What is written is so: commands in documents are run, their answers compared, pages that are made are current, links lead somewhere.

`make docs` rewrites what can be made: docs/commands.md, the tables of formats and of shapes, and the answers that are shown whole.
Answers with a line `...` (which stands for any lines) are left to people.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pyoxigraph import RdfFormat, Store, parse

from kg.cli import main
from kg.crosswalk.blocks.registry import BLOCKS
from kg.namespaces import PREFIXES
from kg.validate import Validator, with_shapes_table

ROOT = Path(__file__).parent.parent
#: Pages whose shell examples are run, each on a demo of its own.
PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/users").glob("*.md"))]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CROSSWALKS = sorted(path.stem for path in (ROOT / "mappings/crosswalks").glob("*.yaml"))
QUERIES = sorted(path.relative_to(ROOT).as_posix() for folder in ("kg", "api") for path in (ROOT / folder).rglob("*.rq"))

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "@@@ example"


@dataclass(frozen=True, slots=True)
class Example:
    """Shell commands of a page, and the answer that the page shows; the span is that of the answer in the page."""

    commands: str
    shown: str | None = None
    span: tuple[int, int] = (0, 0)


def examples(text: str) -> list[Example]:
    """The shell blocks of a page. A block of another language that is the next one is the answer. What `make` does is run by `demo`."""
    fences = list(_FENCE.finditer(text))
    found = []
    for fence, following in zip(fences, [*fences[1:], None], strict=True):
        if fence.group(1) != "sh" or fence.group(2).startswith("make "):
            continue
        if following is None or following.group(1) == "sh":
            found.append(Example(fence.group(2)))
        else:
            found.append(Example(fence.group(2), following.group(2), following.span(2)))
    return found


def workspace(folder: Path) -> Path:
    """A folder that looks like a checkout, in which examples may write; `.venv` is the environment that runs the tests."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name not in (".git", ".venv", "var", "our") and not path.name.endswith("_cache"):
            (folder / path.name).symlink_to(path)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def environment() -> dict[str, str]:
    """The environment of a terminal that was just opened."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DATATERRA_", "MAKE", "PYTEST", "VIRTUAL_ENV"))}


def build_demo(folder: Path) -> Path:
    """A workspace in which `make demo SERVE=0` was run; what is installed is taken as it is."""
    place = workspace(folder)
    command = ["make", "--old-file=.venv/.installed", "demo", "SERVE=0"]
    done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return place


@contextmanager
def serving(place: Path) -> Iterator[int]:
    """The port at which `make serve` answers in a workspace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [".venv/bin/dataterra", "serve", "--port", str(port)]
    with (place / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=place, env=environment(), stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/ready", server, place / "server.log")
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer: {log.read_text()}")


def run_page(text: str, demo: Path, folder: Path) -> list[str]:
    """What each example of a page answers, in one shell, on a copy of the demo."""
    place = workspace(folder)
    shutil.copytree(demo / "var", place / "var", symlinks=True)
    with serving(place) as port:
        script = "set -e -o pipefail\n" + "".join(f"printf '\\n{_MARK}\\n'\n{example.commands}" for example in examples(text))
        script = script.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        done = subprocess.run(
            ["bash", "-c", f". .venv/bin/activate\n{script}"], cwd=place, env=environment(), capture_output=True, timeout=240
        )
    answers = done.stdout.decode().replace("\r\n", "\n").replace(f"127.0.0.1:{port}", "127.0.0.1:8000").split(f"\n{_MARK}\n")[1:]
    assert done.returncode == 0, f"this example fails:\n{examples(text)[len(answers) - 1].commands}\n{answers[-1]}{done.stderr.decode()}"
    return answers


def agrees(shown: str, given: str) -> bool:
    """Whether an answer is the one shown; a line `...` stands for any lines, and the width of a table does not matter.

    >>> agrees("a\\n...\\nd\\n", "a\\nb\\nc\\nd\\n"), agrees("a\\n...\\nd\\n", "a\\nb\\n")
    (True, False)
    """
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ ]*\n" for line in shown.strip("\n").split("\n")
    )
    return re.fullmatch(pattern, given.strip("\n") + "\n") is not None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for program in ("make", "bash", "curl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed, and the examples of the documents use it")
    if not Path(sys.prefix, "bin/dataterra").exists():
        pytest.skip(f"dataterra is not installed in {sys.prefix}: run the tests with make test")
    return build_demo(tmp_path_factory.mktemp("demo") / "checkout")


@pytest.mark.parametrize("page", PAGES)
def test_examples_run_and_answer_what_is_shown(page: str, demo: Path, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    given = run_page(text, demo, tmp_path / "checkout")
    differing = [
        f"{example.commands}\nshown:\n{example.shown}\ngiven:\n{answer}"
        for example, answer in zip(examples(text), given, strict=True)
        if example.shown is not None and not agrees(example.shown, answer)
    ]
    assert not differing, f"{page} (make docs rewrites answers)\n" + "\n".join(differing)


def test_what_the_readme_says_comes_out_is_served_for_every_pole(demo: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text[text.index("## What comes out") : text.index("## Read on")]
    paths = re.findall(r"`(/[^`]*)`", section)
    assert {"/sparql", "/search", "/openapi.json"} <= set(paths)
    with serving(demo) as port:
        for path in paths:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                assert answer.status == 200, path
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/?format=json", timeout=30) as answer:
            poles = {value["key"] for value in json.load(answer)["facets"]["pole"]}
    assert {"aeris", "dinamis", "formater", "odatis", "pndb", "theia"} <= poles


def test_what_the_readme_tells_make_to_do_exists() -> None:
    documents = {page: (ROOT / page).read_text(encoding="utf-8") for page in DOCUMENTS}
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+)", documents["README.md"], re.MULTILINE))
    commands = {name for text in documents.values() for name in re.findall(r"(?:`|^ *)make ([a-z]+)\b", text, re.MULTILINE)}
    assert commands - {"assets"} <= targets  # make assets: agreed in ARCHITECTURE.md, not built yet


# --- pages that are made ---


def commands_page() -> str:
    """docs/commands.md: the help of every command, as the program prints it."""
    parts = [
        "# Commands\n\nThis page is made of the program's own help by `make docs`.\n",
        "Exit codes: 0 done, 1 an error that is said, 2 a wrong call, 3 something is not sound (`validate`, `doctor`).\n",
    ]
    for name, command in all_commands("dataterra", main):
        context = click.Context(command, info_name=name, terminal_width=110, max_content_width=110, help_option_names=["-h", "--help"])
        parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def all_commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, with their full names."""
    yield name, command
    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from all_commands(f"{name} {part}", command.commands[part])


def formats_table() -> str:
    """The formats that crosswalks are there for, and the containers that are opened, as Markdown."""
    lines = ["| format | what it is |", "|---|---|"]
    for name in CROSSWALKS:
        title = yaml.safe_load((ROOT / f"mappings/crosswalks/{name}.yaml").read_text(encoding="utf-8"))["title"]["en"]
        lines.append(f"| [`{name}`](mappings/crosswalks/{name}.yaml) | {title} |")
    kinds = yaml.safe_load((ROOT / "mappings/containers.yaml").read_text(encoding="utf-8"))
    names = list(dict.fromkeys(entry["name"] for kind in ("xml", "json") for entry in kinds[kind]))
    return "\n".join(
        [*lines, "", f"Opened on the way: {', '.join(names)}, JSON arrays, JSON lines, and RDF graphs with several data sets."]
    )


def with_formats(text: str) -> str:
    """A page with its table of formats brought up to date."""
    return re.sub(
        r"(?<=<!-- formats -->\n).*?(?=<!-- end of formats -->)", lambda _: f"\n{formats_table()}\n\n", text, count=1, flags=re.DOTALL
    )


def with_answers(text: str, given: list[str]) -> str:
    """A page with the answers that differ, and are shown whole, replaced."""
    for example, answer in reversed(list(zip(examples(text), given, strict=True))):
        if example.shown is None or agrees(example.shown, answer):
            continue
        if "..." in (line.strip() for line in example.shown.splitlines()):
            print(f"to be corrected by hand:\n{example.commands}\n{answer}")
            continue
        start, end = example.span
        text = text[:start] + "".join(line.rstrip() + "\n" for line in answer.strip("\n").split("\n")) + text[end:]
    return text


def rewrite() -> None:
    """Rewrite what can be made."""
    (ROOT / "docs/commands.md").write_text(commands_page(), encoding="utf-8")
    validation = ROOT / "docs/validation.md"
    validation.write_text(with_shapes_table(validation.read_text(encoding="utf-8"), Validator.from_overlay().shapes), encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        demo = build_demo(Path(name, "demo"))
        for number, page in enumerate(PAGES):
            text = with_formats((ROOT / page).read_text(encoding="utf-8"))
            given = run_page(text, demo, Path(name, str(number)))
            (ROOT / page).write_text(with_answers(text, given), encoding="utf-8")


def test_the_page_of_commands_is_current() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_page(), "run make docs"


def test_every_command_shows_an_example() -> None:
    lacking = [name for name, command in all_commands("dataterra", main) if "Example:\n" not in (command.help or "")]
    assert not lacking


def test_examples_of_commands_name_files_that_are_there() -> None:
    helps = [command.help or "" for _, command in all_commands("dataterra", main)]
    assert not [path for text in helps for path in re.findall(r"\btests/examples/\S+", text) if not (ROOT / path).exists()]


def test_the_table_of_formats_is_current() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text == with_formats(text), "run make docs"
    assert all(f"`{name}`" in text for name in CROSSWALKS)


# --- tables that people write: actions of crosswalks, dependencies, files to touch ---


@pytest.mark.parametrize("action", BLOCKS)
def test_every_action_of_crosswalks_is_documented_with_its_slots(action: str) -> None:
    text = (ROOT / "docs/crosswalks.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{action}` \|.*$", text, re.MULTILINE)
    assert row, f"docs/crosswalks.md has no row for the action {action}"
    if "| the same |" not in row.group():
        assert not {slot for slot in BLOCKS[action].SLOTS if not re.search(rf"[`\s]{slot}[`\s:]", row.group())}


def dependencies_documented() -> dict[str, tuple[str, float]]:
    """Licence and weight of each package of docs/dependencies.md."""
    text = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \|[^|]*\|([^|]*)\| *([\d.]+) \|", text, re.MULTILINE)
    return {canonicalize_name(name): (licence.strip(), float(size)) for name, licence, size in rows}


def dependencies_asked() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return sorted(canonicalize_name(Requirement(line).name) for line in asked)


def test_every_dependency_has_its_reason() -> None:
    assert sorted(dependencies_documented()) == dependencies_asked()


@pytest.mark.parametrize("name", dependencies_asked())
def test_licence_and_weight_are_those_of_what_is_installed(name: str) -> None:
    licence, megabytes = dependencies_documented()[name]
    package = importlib.metadata.distribution(name)
    declared = package.metadata.get("License-Expression") or (package.metadata.get("License") or "")[:60]
    declared += " ".join(line for line in package.metadata.get_all("Classifier") or () if line.startswith("License"))
    families = re.compile(r"\b(?:MIT|BSD|Apache|MPL|L?GPL|AGPL|EUPL|Mozilla|W3C)")
    assert {found.replace("Mozilla", "MPL") for found in families.findall(declared)} >= set(families.findall(licence)) != set()
    assert not re.search(r"\bA?GPL", declared)
    files = [package.locate_file(file) for file in package.files or () if file.suffix != ".pyc"]
    size = sum(Path(str(file)).stat().st_size for file in files if Path(str(file)).is_file()) / 1e6
    assert abs(size - megabytes) <= 0.5 + 0.4 * megabytes, "platforms differ, but not by so much"


def test_files_that_contributors_are_told_to_touch_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:kg|api|tests|docs|mappings|ontology|shapes)/[^`\s]*)`", text)
    patterns = [re.sub(r"<[^>]*>|NN", "*", path) for path in paths]
    assert not [pattern for pattern in patterns if not any(ROOT.glob(pattern.rstrip("/")))]


def test_the_layers_of_the_architecture_are_those_that_are_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    checked = [layer.replace("kg.", "") for contract in contracts if contract["type"] == "layers" for layer in contract["layers"]]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text[text.index("## 5. Layers") : text.index("## 6. ")]
    shown = [re.split(r" {2,}", line.strip())[0].replace("kg.", "") for line in re.findall(r"^    (.*)$", section, re.MULTILINE)]
    assert shown == checked


# --- links, queries, and the worked example ---


@pytest.mark.parametrize("page", DOCUMENTS)
def test_links_between_documents_lead_somewhere(page: str) -> None:
    text = _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(([^()\s]+)\)", text)
    broken = [
        target
        for target in targets
        if not target.startswith(("https://", "http://", "#")) and not (ROOT / page).parent.joinpath(target.partition("#")[0]).exists()
    ]
    assert not broken


def test_every_document_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert not {page for page in pages if f"]({page})" not in index}


@pytest.mark.parametrize("query", QUERIES)
def test_queries_say_what_they_ask_and_parse(query: str) -> None:
    text = (ROOT / query).read_text(encoding="utf-8")
    head = [line.removeprefix("#").strip() for line in text.splitlines() if line.startswith("#")]
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    assert any("?" in line for line in head[:2]), "the first line is the question"
    # everything that the caller has to bind is named in the head, with what it is
    given = re.findall(r"^# Given: (.*)$", text, re.MULTILINE)
    for variable in re.findall(r"VALUES\s+(\?\w+)\s*\{\s*\}", text):
        assert any(variable in line for line in given), f"{variable} is a parameter that the head does not name"
    Store().query(prefixes + text)


def test_queries_of_the_program_show_an_example_answer() -> None:
    assert not [query for query in QUERIES if query.startswith("kg/") and "# Example answer:" not in (ROOT / query).read_text()]


def test_the_worked_example_of_crosswalks_maps_to_what_it_shows(tmp_path: Path) -> None:
    text = (ROOT / "docs/crosswalks.md").read_text(encoding="utf-8")
    section = text[text.index("## A worked example") : text.index("## The head of a file")]
    blocks = dict(_FENCE.findall(section))
    folder = tmp_path / "our/mappings/crosswalks"
    folder.mkdir(parents=True)
    (folder / "my-iso.yaml").write_text(blocks["yaml"], encoding="utf-8")
    (tmp_path / "argo.xml").write_text(blocks["xml"], encoding="utf-8")
    (tmp_path / "source.toml").write_text('id = "sextant"\n')
    command = [sys.executable, "-m", "kg.cli", "map", "argo.xml", "--format", "ntriples"]
    given = {"PATH": "", "DATATERRA_CONFIG": "our", "DATATERRA_VAR": str(tmp_path / "var")}
    done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    mapped = {quad.triple for quad in parse(done.stdout, RdfFormat.N_TRIPLES)}
    shown = {quad.triple for quad in parse(blocks["turtle"], RdfFormat.TURTLE)}
    assert shown <= mapped, sorted(map(str, mapped))
    subjects = {triple.subject for triple in shown}
    assert {triple for triple in mapped if triple.subject in subjects} == shown


if __name__ == "__main__":
    rewrite()
