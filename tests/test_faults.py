"""Each sample with one fault ends as its `faults.toml` says: reported and kept, never swallowed, never a traceback."""

from __future__ import annotations

import asyncio
import gzip
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from tantivy import Index, Query

from api.app import create_app
from kg.config import Settings
from kg.release import Release
from kg.state import RecordStatus, State

EXAMPLES = Path(__file__).parent / "examples"
FAULTS = {
    (folder, name): row
    for folder in ("faults", "faults-json")
    for name, row in tomllib.loads((EXAMPLES / folder / "faults.toml").read_text("utf-8")).items()
}
OUTCOMES = {"published", "quarantined", "failed", "not-recognised", "duplicate"}
_STATES = {RecordStatus.UNRECOGNISED: "not-recognised"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, new_folder: Callable[[Path], Any]) -> tuple[Any, dict[str, Any]]:
    """All faults in one run with some sound records, and its report for machines."""
    folder = new_folder(tmp_path_factory.mktemp("faults") / "var")
    report = folder.ingest(EXAMPLES / "faults", EXAMPLES / "faults-json", EXAMPLES / "aviso")
    return folder, orjson.loads(report.to_json())


@pytest.fixture(scope="module")
def ended(run: tuple[Any, dict[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """The outcome of each record of each file. What is no native, and what is a duplicate, stands in the report only."""
    folder, document = run
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    with State(folder.settings.state, writing=False) as state:
        for row in state.records():
            found[row.source, row.location.partition("#")[0]].append(_STATES.get(row.status, row.status.value))
    for problem in document["problems"]:
        place = problem["source"], problem["file"].partition("#")[0]
        if problem["code"] == "identifier.duplicate":
            found[place].append("duplicate")
        elif place not in found:
            found[place].append("not-recognised" if problem["code"] == "format.unknown" else "failed")
    return found


def test_every_fault_is_described_and_every_description_has_its_file() -> None:
    files = {
        (path.parent.name, path.name)
        for folder in ("faults", "faults-json")
        for path in (EXAMPLES / folder).iterdir()
        if path.name not in ("faults.toml", "source.toml", "README.md")
    }
    assert set(FAULTS) == files
    assert all(set(row["outcome"]) <= OUTCOMES for row in FAULTS.values())


@pytest.mark.parametrize("place", FAULTS, ids="/".join)
def test_a_fault_ends_as_it_should(place: tuple[str, str], ended: dict[tuple[str, str], list[str]]) -> None:
    wanted = FAULTS[place]
    if wanted.get("any"):
        assert ended[place][0] in wanted["outcome"]
    else:
        assert sorted(ended[place]) == sorted(wanted["outcome"])


@pytest.mark.parametrize("place", FAULTS, ids="/".join)
def test_a_fault_is_said_with_its_place_a_reason_and_what_to_do(place: tuple[str, str], run: tuple[Any, dict[str, Any]]) -> None:
    wanted = FAULTS[place]
    said = [each for each in run[1]["problems"] if (each["source"], each["file"].partition("#")[0]) == place]
    if "published" in wanted["outcome"] and not wanted.get("warning"):
        assert not [each for each in said if each["severity"] == "violation"]
        return
    assert said
    if wanted.get("warning"):
        assert any(each["severity"] == "warning" for each in said)
    if not {"published", "duplicate"} & set(wanted["outcome"]):
        assert any(each["severity"] == "violation" for each in said)
    for each in said:
        assert all(each["reason"][language] not in ("", each["code"]) for language in ("en", "fr"))
        assert "?" not in each["reason"]["en"].replace("? ", "")


def test_a_warning_that_a_fault_calls_for_is_about_that_fault(run: tuple[Any, dict[str, Any]]) -> None:
    def codes(name: str) -> set[str]:
        return {each["code"] for each in run[1]["problems"] if each["file"].partition("#")[0] == name}

    assert "date.invalid" in codes("bad-date.json")
    assert "date.invalid" in codes("invalid-date.xml")
    assert "period-order" in codes("end-before-start.xml")
    assert "period-order" in codes("end-before-start.ttl")
    assert "place-latitude" in codes("box-latitude-first.xml")
    assert "xml.entities" in codes("entity-bomb.xml") & codes("external-entity.xml")
    assert "identifier.missing" in codes("missing-identifier.xml")


def test_the_place_of_a_break_is_told(run: tuple[Any, dict[str, Any]]) -> None:
    where = {each["file"]: each["where"] for each in run[1]["problems"] if each["severity"] == "violation"}
    for name in ("truncated.xml", "nul-byte.xml", "truncated.json", "nan-numbers.json", "syntax-error.ttl"):
        assert re.search(r"line \d+", where[name]), name


def test_the_counts_of_a_run_full_of_faults_add_up(run: tuple[Any, dict[str, Any]]) -> None:
    for row in [*run[1]["table"], run[1]["total"]]:
        assert row["read"] == sum(
            row[name] for name in ("published", "unchanged", "quarantined", "failed", "not recognised", "duplicate", "deleted")
        )
    assert {row["source"]: row["published"] for row in run[1]["table"]}["aviso"] > 0, "sound records beside them are published"


def test_what_blocks_is_in_no_release(run: tuple[Any, dict[str, Any]]) -> None:
    folder, _ = run
    graphs = set(folder.current.reader().graphs())
    with State(folder.settings.state, writing=False) as state:
        for row in state.records():
            assert (row.iri in graphs) == (row.status is RecordStatus.PUBLISHED)


def published(release: Release) -> str:
    """All that a release holds, as text: dumps, lists and what the search index stores."""
    dumps = [gzip.decompress(path.read_bytes()).decode() for path in release.path.rglob("*.gz")]
    texts = [path.read_text("utf-8") for path in release.path.glob("*.*") if path.suffix in (".json", ".ttl")]
    tables = [path.read_text("utf-8") for path in release.index_path.glob("*.json")]
    searcher = Index.open(str(release.index_path / "text")).searcher()
    stored = [str(searcher.doc(address).to_dict()) for _, address in searcher.search(Query.all_query(), limit=1000).hits]
    raw = [path.read_bytes().decode("latin-1") for path in (release.index_path / "text").iterdir() if path.is_file()]
    return "\n".join([*dumps, *texts, *tables, *stored, *raw])


def test_what_must_never_be_published_stands_nowhere(run: tuple[Any, dict[str, Any]]) -> None:
    text = published(run[0].current)
    for place, row in FAULTS.items():
        if never := row.get("never"):
            assert never.lower() not in text.lower(), place
    assert "missing-identifier" in text, "the texts that are looked through are those of the release"


def test_what_must_never_be_published_stands_on_no_page(run: tuple[Any, dict[str, Any]]) -> None:
    folder, _ = run
    never = [row["never"].lower() for row in FAULTS.values() if "never" in row]
    with State(folder.settings.state, writing=False) as state:
        rows = [row for row in state.records() if row.published and row.source.startswith("faults")]
    paths = [str(iri).removeprefix("https://w3id.org/dataterra") for row in rows for iri in (row.dataset, row.iri)]
    for path, accept, answer in asyncio.run(answers(folder.settings, paths)):
        assert answer.status_code in (200, 303), (path, answer.status_code)
        assert not [each for each in never if each in answer.text.lower()], path
        assert "<script>alert" not in answer.text or accept != "text/html"
        assert 'href="javascript:' not in answer.text


async def answers(settings: Settings, paths: list[str]) -> list[tuple[str, str, httpx.Response]]:
    app = create_app(settings)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        return [
            (path, accept, await client.get(path, headers={"accept": accept}))
            for path in paths
            for accept in ("text/html", "text/turtle", "application/ld+json")
        ]


def test_no_identifier_becomes_a_path(run: tuple[Any, dict[str, Any]]) -> None:
    folder, _ = run
    here = folder.settings.var.parent
    assert {path.name for path in here.iterdir()} == {"var"}
    assert not [path for path in here.rglob("*") if "passwd" in path.name or ".." in path.name]
