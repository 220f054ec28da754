"""Fixtures that every test may use."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.config import Settings
from kg.model import Source
from kg.pipeline import ingest, relink_where_vocabularies_changed, revalidate_where_shapes_changed
from kg.publish import load_vocabularies
from kg.publish import publish as publish_release
from kg.release import Release, Releases
from kg.report import RunReport
from kg.workshop import Workshop

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> Path:
    """The project's own sample records."""
    return ROOT / "tests" / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real records and vocabularies that are not part of the project; tests that need them skip where they are missing."""
    folder = Path(os.environ.get("DATATERRA_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"real data are not there ({folder}/data); set DATATERRA_SHARED to the folder that holds data/ and suites/")
    return folder


class WorkingFolder:
    """A working folder, and the whole way over it: in this process, or as the command does it."""

    def __init__(self, var: Path, config: Path | None = None, workers: int = 1) -> None:
        self.settings = Settings(var=var, config=config, workers=workers)
        self.releases = Releases(self.settings.releases)

    def ingest(self, *paths: Path, source: Source | None = None, again: bool = False, publish: bool = True) -> RunReport:
        with Workshop(self.settings) as shop:
            report = ingest(shop, paths, source, again=again)
            release = publish_release(self.settings, shop.state, shop.graphs, mapper=shop.mapper) if publish else None
            report.release = str(release.number) if release else ""
        return report

    def publish(self, *, resume: bool = False) -> Release | None:
        with Workshop(self.settings) as shop:
            revalidate_where_shapes_changed(shop)
            return publish_release(self.settings, shop.state, shop.graphs, resume=resume, mapper=shop.mapper)

    def run(self, *arguments: object, **variables: object) -> subprocess.CompletedProcess[str]:
        """The command, as a process of its own."""
        environment = self.environment(**variables)
        return subprocess.run(self.command(*arguments), env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "kg.cli", *map(str, arguments)]

    def environment(self, **variables: object) -> dict[str, str]:
        settings = self.settings
        given = {"DATATERRA_VAR": settings.var, "DATATERRA_CONFIG": settings.config or "", "DATATERRA_WORKERS": settings.workers}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DATATERRA_")}
        return kept | {name: str(value) for name, value in (given | variables).items()}

    @property
    def current(self) -> Release:
        release = self.releases.current()
        assert release is not None
        return release

    def quads(self) -> set[str]:
        """The release that is served, as N-Quads lines; without when records came in, which differs between two folders."""
        with gzip.open(self.current.dumps_path / "graph.nq.gz", "rt", encoding="utf-8") as lines:
            times = ("prov#generatedAtTime", "prov#invalidatedAtTime", "#harvest> <http://www.w3.org/ns/prov#")
            return {line for line in lines if not any(time in line for time in times)}


@pytest.fixture(scope="session")
def small_vocabularies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An overlay with the beginnings of the large vocabularies and no alignments: publishing all of them takes longer than most tests."""
    overlay = tmp_path_factory.mktemp("overlay")
    for path in [*ROOT.glob("ontology/vocabularies/*.ttl"), *ROOT.glob("mappings/alignments/*.sssom.tsv")]:
        target = overlay / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        if path.suffix == ".ttl":
            target.write_text(_beginning(text) if path.stem in _LARGE else text, "utf-8")
        else:
            target.write_text(text[: text.index("\n", text.index("subject_id\t")) + 1], "utf-8")
    return overlay


_LARGE = ("instrument", "licence", "platform", "variable")
#: Concepts that samples use, wherever they stand.
_USED = re.compile(r"\S*(?:/|:)(?:air-temperature|fog|sea-surface-temperature|salinity)>?\n")


def _beginning(text: str) -> str:
    blocks = text.split("\n\n")
    return "\n\n".join([*blocks[:17], *(block for block in blocks[17:] if _USED.match(block))]).rstrip("\n") + "\n"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, small_vocabularies: Path) -> Path:
    """A working folder with nothing but small vocabularies, to be copied."""
    settings = Settings(var=tmp_path_factory.mktemp("prepared") / "var", config=small_vocabularies, workers=1)
    with Workshop(settings) as shop:
        load_vocabularies(settings, shop.state, shop.store)
        relink_where_vocabularies_changed(shop)
    return settings.var


@pytest.fixture(scope="session")
def new_folder(prepared: Path, small_vocabularies: Path) -> Callable[[Path], WorkingFolder]:
    """Makes working folders."""

    def make(var: Path) -> WorkingFolder:
        shutil.copytree(prepared, var)
        return WorkingFolder(var, small_vocabularies)

    return make


@pytest.fixture
def folder(tmp_path: Path, new_folder: Callable[[Path], WorkingFolder]) -> WorkingFolder:
    """A working folder of one test."""
    return new_folder(tmp_path / "var")


@pytest.fixture
def sextant(tmp_path: Path, examples: Path) -> Path:
    """Some records of Sextant that a test may change."""
    input = tmp_path / "given" / "sextant"
    input.mkdir(parents=True)
    for name in ("source.toml", "marel-carnot.xml", "rephy.xml", "argo-gdac.xml"):
        shutil.copy(examples / "sextant" / name, input / name)
    return input
