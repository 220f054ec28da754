"""Natives full of mark-up and scripts, published and served: no page and no answer of the release carries anything out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from api.app import create_app

SCRIPT = "\"><script>alert(7)</script><img src=x onerror=alert(7)>'{{7*7}}"
URLS = (
    "javascript:alert(7)",
    "data:text/html,<script>alert(7)</script>",
    "vbscript:a",
    "http://x.example/%0d%0aSet-Cookie:a=b",
    f"http://x.example/{SCRIPT}",
)


def _record(identifier: str, title: str = SCRIPT, **given: object) -> bytes:
    """A STAC collection in which every text is a script."""
    return orjson.dumps(
        {
            "type": "Collection",
            "stac_version": "1.0.0",
            "id": identifier,
            "title": f"Sea {title}",
            "description": f"Temperature of the sea {title} <svg onload=alert(7)>",
            "license": SCRIPT,
            "keywords": [SCRIPT, "sea"],
            "providers": [{"name": f"{SCRIPT} {number}", "roles": ["producer", "host"], "url": url} for number, url in enumerate(URLS)],
            "links": [
                {"rel": rel, "href": url, "title": SCRIPT, "type": SCRIPT} for url in URLS for rel in ("about", "license", "item", SCRIPT)
            ],
            "assets": {f"{SCRIPT}{number}": {"href": url, "title": SCRIPT, "type": SCRIPT} for number, url in enumerate(URLS)},
            "extent": {"spatial": {"bbox": [[0, 40, 10, 50]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", SCRIPT]]}},
            "summaries": {"platform": [SCRIPT], "instruments": [SCRIPT]},
        }
        | given
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory, new_folder: Callable[[Path], Any]) -> Any:
    """A release of such records, two of which share an identifier and two a DOI."""
    folder = new_folder(tmp_path_factory.mktemp("hostile") / "var")
    source = tmp_path_factory.mktemp("natives")
    (source / "source.toml").write_text('id = "hostile"\ntitle.en = "Hostile"\ntrust = 50\n', "utf-8")
    identifiers = ["plain", "plain", "../../etc/passwd", "a\r\nLink: <b>", SCRIPT, "x" * 10_000, "..", "a/b#c?d", "jane.doe@secret.example"]
    for number, identifier in enumerate(identifiers):
        (source / f"{number}.json").write_bytes(_record(identifier, f"{SCRIPT} {number}"))
    for number in (90, 91):
        (source / f"{number}.json").write_bytes(_record(f"doi-{number}", f"{SCRIPT} {number}", **{"sci:doi": "10.1234/<b>shared</b>"}))
    for number in (92, 93):
        (source / f"{number}.json").write_bytes(_record(f"doi-{number}", f"{SCRIPT} {number}", **{"sci:doi": "10.1234/Shared"}))
    (source / "bomb.xml").write_bytes(b'<!DOCTYPE a [<!ENTITY a "a">]><a>&a;</a>')
    return folder, folder.ingest(source)


def _ask(folder: Any, addresses: list[tuple[str, str]]) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(create_app(folder.settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://test", follow_redirects=True) as client:
            return [await client.get(address, headers={"Accept": accept}) for address, accept in addresses]

    return asyncio.run(ask())


def _paths(folder: Any) -> list[str]:
    """Every thing of the release that has an address here."""
    text = "\n".join(folder.quads())
    things = set(re.findall(r"<https://w3id\.org/dataterra/((?:record|dataset|agent|term|source|mapping)/[^>#]*)>", text))
    return sorted(things)


def test_no_page_of_hostile_records_carries_anything_out(release: Any) -> None:
    folder, report = release
    assert report
    paths = _paths(folder)
    assert len([path for path in paths if path.startswith("dataset/")]) > 5
    addresses = [(f"/{path}", "text/html") for path in paths] + [
        (f"/search?q={word}", "text/html") for word in ("sea", "script", "temperature")
    ]
    for answer in _ask(folder, [*addresses, ("/", "text/html")]):
        assert answer.status_code == 200, answer.url
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        body = answer.text.lower()
        bare = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", body)
        assert "<script" not in bare and "<img src=x" not in bare and "<svg onload" not in bare
        assert not re.search(r"""(?:href|src|action)\s*=\s*["']?\s*(?:javascript|data|vbscript):""", bare)
        assert not re.search(r"<[a-z][^>]*\son\w+\s*=", bare.replace("&#34;", "").replace("&#39;", "")), answer.url


def test_no_header_of_hostile_records_is_broken(release: Any) -> None:
    folder, _ = release
    for accept in ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"):
        for answer in _ask(folder, [(f"/{path}", accept) for path in _paths(folder) if path.startswith(("record/", "dataset/"))]):
            assert answer.status_code == 200
            assert "set-cookie" not in answer.headers and "jane.doe@" not in answer.text
            for value in answer.headers.values():
                assert "\n" not in value and "\r" not in value and "<script" not in value


def test_what_stands_twice_is_told(release: Any) -> None:
    _, report = release
    codes = {problem["code"] for problem in orjson.loads(report.to_json())["problems"]}
    assert {"identifier.duplicate", "xml.entities"} <= codes


def test_two_records_with_one_doi_are_one_data_set_with_what_both_say(release: Any) -> None:
    folder, _ = release
    shared = [path for path in _paths(folder) if path.startswith("dataset/doi/")]
    assert shared == ["dataset/doi/10.1234/shared"]
    (page,) = _ask(folder, [(f"/{shared[0]}", "text/html")])
    for record in ("record/hostile/doi-92", "record/hostile/doi-93"):
        assert record in page.text, "each record is named on the page"


def test_of_two_records_with_one_identifier_the_first_stands_and_the_places_of_both_are_told(release: Any) -> None:
    folder, report = release
    (told,) = [each for each in orjson.loads(report.to_json())["problems"] if each["code"] == "identifier.duplicate"]
    assert told["file"] == "1.json" and "0.json" in told["reason"]["en"] and "0.json" in told["reason"]["fr"]
    (answer,) = _ask(folder, [("/record/hostile/plain", "text/turtle")])
    assert re.findall(r'dct:description "Temperature of the sea .* (\d+)"', answer.text) == ["0"]


def test_every_test_that_the_document_names_is_there(root: Path) -> None:
    named = re.findall(r"`([a-z_/]+\.py)(?:::(\w+))?`", (root / "docs/hostile-input.md").read_text("utf-8"))
    assert len(named) > 25
    for file, test in named:
        assert f"def {test}" in (root / "tests" / file.removeprefix("tests/")).read_text("utf-8"), (file, test)


def test_every_problem_that_the_document_names_is_explained(root: Path) -> None:
    known = re.findall(r"^### `([^`]+)`", (root / "docs/problems.md").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"`([a-z]+[.-][a-z0-9.-]+)`", (root / "docs/hostile-input.md").read_text("utf-8"))
    assert set(named) <= set(known)
