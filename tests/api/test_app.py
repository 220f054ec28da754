"""What holds for every answer, for operation, and for a change of release."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from kg.config import Settings
from kg.release import Release

Publish = Callable[[Path, bytes], Release]
Serve = Callable[[Path], AbstractContextManager[str]]
PATHS = ("/", "/search", "/sparql", "/health", "/static/style.css", "/record/none/1", "/dataset/doi/10.17882/42182")
LATER = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/dataterra/scheme/theme> { <https://w3id.org/dataterra/theme/later> a skos:Concept ; skos:prefLabel "Later"@en . }"""


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_open_to_other_sites_and_closed_to_scripts(client: httpx.Client, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://example.org"}).headers
    assert headers["access-control-allow-origin"] == "*"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    preflight = client.options(path, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers["content-type"] == got.headers["content-type"]


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").json() | {"version": ""} == {"status": "ready", "version": "", "release": 1, "datasets": 2}


def test_the_routes_are_described(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert {"/", "/sparql", "/search", "/health", "/ready", "/{path}"} <= set(described["paths"])
    assert {"q", "pole", "variable", "bbox", "from", "to"} <= {one["name"] for one in described["paths"]["/search"]["get"]["parameters"]}


def test_without_a_release_it_says_so_and_serves_as_soon_as_there_is_one(
    tmp_path: Path, catalogue: bytes, publishing: Publish, serving: Serve
) -> None:
    with serving(tmp_path) as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert client.get("/health").status_code == 200
        for path in ("/", "/ready", "/search", "/record/a/b", "/sparql?query=ASK%20%7B%7D"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "no-release")
            assert str(tmp_path) not in answer.text
        publishing(tmp_path, catalogue)
        assert client.get("/ready").json()["release"] == 1
        ask = {"query": "ASK { <theme/later> ?p ?o }"}
        before = client.get("/sparql", params=ask)
        assert before.json()["boolean"] is False
        publishing(tmp_path, LATER)
        after = client.get("/sparql", params=ask, headers={"If-None-Match": before.headers["etag"]})
        assert (after.status_code, after.json()["boolean"], after.headers["x-release"]) == (200, True, "2")
        assert client.get("/theme/later", headers={"Accept": "text/turtle"}).status_code == 200


def test_below_another_path_all_links_stay_there(var: Path) -> None:
    app = create_app(Settings(var=var, sparql_processes=1))

    async def pages() -> list[str]:
        transport = httpx.ASGITransport(app=app, root_path="/graph")
        async with httpx.AsyncClient(transport=transport, base_url="http://example.org") as client:
            paths = ("/graph/", "/graph/search", "/graph/dataset/doi/10.17882/42182")
            return [(await client.get(path, headers={"Accept": "text/html"})).text for path in paths]

    for page in asyncio.run(pages()):
        assert 'href="/graph/static/style.css"' in page
        assert 'href="/search' not in page
        assert 'href="/pole' not in page


def test_an_error_of_ours_tells_nothing_of_the_inside(tmp_path: Path, catalogue: bytes, publishing: Publish, serving: Serve) -> None:
    release = publishing(tmp_path, catalogue)
    (release.path / "index" / "index.json").write_text(json.dumps({"layout": -1}))
    with serving(tmp_path) as address:
        answer = httpx.get(address + "/search", trust_env=False)
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
        assert httpx.get(address + "/variable/salinity", trust_env=False).status_code == 200
