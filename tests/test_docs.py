"""What is written is so: commands in documents are run, their answers compared, pages that are made are current, links lead somewhere.

`python tests/test_docs.py` rewrites what can be made: docs/commands.md, the table of formats, and the answers that are shown whole.
Answers with a line `...` (which stands for any lines) are left to people.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
import yaml
from pyoxigraph import RdfFormat, Store, parse

from kg.cli import main
from kg.namespaces import PREFIXES

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
    assert not differing, f"{page} (python tests/test_docs.py rewrites answers)\n" + "\n".join(differing)


def test_the_demo_holds_every_pole(demo: Path) -> None:
    text = (demo / "var/releases/current/release.json").read_text()
    assert '"datasets"' in text
    reports = sorted((demo / "var/reports").glob("*.jsonl"))
    assert reports


def test_what_the_readme_tells_make_to_do_exists() -> None:
    readme, targets = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join((ROOT / page).read_text() for page in DOCUMENTS)))
    assert {"demo", "test"} <= set(re.findall(r"^make ([a-z]+)", readme, re.MULTILINE))
    # words of prose after "make" are no targets
    commands = {name for name in named if re.search(rf"`make {name}\b|^\s*make {name}\b", _all_documents(), re.MULTILINE)}
    assert commands <= set(re.findall(r"^([a-z]+):", targets, re.MULTILINE))


def _all_documents() -> str:
    return "\n".join((ROOT / page).read_text(encoding="utf-8") for page in DOCUMENTS)


# --- pages that are made ---


def commands_page() -> str:
    """docs/commands.md: the help of every command, as the program prints it."""
    parts = [
        "# Commands\n\nThis page is made of the program's own help by `python tests/test_docs.py`.\n",
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
    with tempfile.TemporaryDirectory() as name:
        demo = build_demo(Path(name, "demo"))
        for number, page in enumerate(PAGES):
            text = with_formats((ROOT / page).read_text(encoding="utf-8"))
            given = run_page(text, demo, Path(name, str(number)))
            (ROOT / page).write_text(with_answers(text, given), encoding="utf-8")


def test_the_page_of_commands_is_current() -> None:
    assert (ROOT / "docs/commands.md").read_text(encoding="utf-8") == commands_page(), "run python tests/test_docs.py"


def test_every_command_shows_an_example() -> None:
    lacking = [name for name, command in all_commands("dataterra", main) if "Example:\n" not in (command.help or "")]
    assert not lacking


def test_the_table_of_formats_is_current() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text == with_formats(text), "run python tests/test_docs.py"
    assert all(f"`{name}`" in text for name in CROSSWALKS)


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
