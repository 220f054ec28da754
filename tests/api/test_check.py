"""`/check`: a record is pasted, uploaded or sent; nothing of it is stored, and nothing in it does harm."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kg.check.pool import CheckPool, CheckTimeoutError
from kg.config import Settings

EXAMPLES = Path(__file__).parent.parent / "examples"
REFUSED = EXAMPLES / "faults/missing-title.xml"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=90, trust_env=False) as opened:
        yield opened


def test_a_program_sends_a_record_and_gets_json(client: httpx.Client) -> None:
    answer = client.post("/check", content=REFUSED.read_bytes(), headers={"Content-Type": "application/xml"})
    (record,) = answer.json()["records"]
    assert (answer.status_code, record["verdict"], record["format"]) == (200, "refused", "iso19139")
    title = next(each for each in record["problems"] if each["code"] == "dataset-title")
    assert title["read_from"] == ["gmd:identificationInfo/*/gmd:citation/gmd:CI_Citation/gmd:title"]
    assert set(title["what"]) == {"en", "fr"} and title["example"]["text"].startswith("<gmd:title>")
    assert answer.headers["Cache-Control"] == "no-store"


def test_curl_may_leave_the_type_out(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/check", content=REFUSED.read_bytes(), headers=headers).json()["records"][0]["format"] == "iso19139"


def test_a_person_pastes_a_record_and_reads_a_page_in_their_language(client: httpx.Client) -> None:
    text = (EXAMPLES / "seanoe/42182-argo.xml").read_text("utf-8")
    english = client.post("/check?lang=en", data={"record": text}, headers=HTML).text
    french = client.post("/check?lang=fr", data={"record": text}, headers=HTML).text
    assert "This record would be published, with warnings." in english and "Cette notice serait publiée" in french
    assert "from “Salinity of the water column”" in english and "d&#39;après « Salinity of the water column »" in french
    assert "&lt;title xml:lang=&#34;en&#34;&gt;" in english  # in the box again, so that it can be corrected


def test_a_file_is_uploaded(client: httpx.Client) -> None:
    answer = client.post("/check", files={"file": ("../../etc/passwd.xml", REFUSED.read_bytes()), "record": (None, "")}, headers=HTML)
    assert "This record would be refused." in answer.text and "gmd:title" in answer.text
    assert "etc/" not in answer.text


def test_pasting_in_the_form_of_the_page_works_as_well(client: httpx.Client) -> None:
    answer = client.post("/check", files={"file": ("", b""), "record": (None, REFUSED.read_text("utf-8"))}, headers=HTML)
    assert "This record would be refused." in answer.text


def test_a_file_arrives_byte_by_byte(client: httpx.Client) -> None:
    record = b'{"type": "Collection",\r\n"stac_version": "1.0.0", "id": "a", "title": "\xc3\xa9t\xc3\xa9", "extent": {}}\r\n'
    answer = client.post("/check", files={"file": ("a.json", record)}, headers={"Accept": "application/json"})
    assert answer.json()["records"][0]["facts"][0]["values"][0]["text"] == {"": "été"}


def test_scripts_and_entities_of_a_record_do_nothing(client: httpx.Client) -> None:
    head = '{"stac_version": "1.0.0", "type": "Collection", "extent": {}, '
    record = head + '"id": "<script>alert(1)</script>", "license": "<img src=x onerror=alert(2)>"}'
    page = client.post("/check", data={"record": record}, headers=HTML).text
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page
    bomb = client.post("/check", content=(EXAMPLES / "faults/entity-bomb.xml").read_bytes(), headers={"Content-Type": "text/xml"})
    assert [each["code"] for each in bomb.json()["records"][0]["problems"]] == ["xml.entities"]


def test_what_is_too_long_empty_or_no_record_is_said(client: httpx.Client) -> None:
    assert client.post("/check", content=b" " * 1_200_000, headers={"Content-Type": "text/xml"}).status_code == 413
    assert client.post("/check", content=b"", headers={"Content-Type": "text/xml"}).status_code == 400
    assert client.post("/check", content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 400
    (record,) = client.post("/check", content=b"hello", headers={"Content-Type": "text/plain"}).json()["records"]
    assert [each["code"] for each in record["problems"]] == ["format.unknown"]


def test_of_a_container_the_first_records_are_checked(client: httpx.Client) -> None:
    line = b'{"stac_version": "1.0.0", "type": "Collection", "id": "%d", "title": "A", "extent": {}}\n'
    found = client.post("/check", content=b"".join(line % n for n in range(30)), headers={"Content-Type": "text/plain"}).json()
    assert (len(found["records"]), found["more"]) == (20, True)


def test_the_form_works_without_scripts_and_is_linked_from_every_page(client: httpx.Client) -> None:
    form = client.get("/check?lang=fr", headers=HTML).text
    assert "Que vaut cette description ?" in form and '<textarea id="record"' in form and "<script" not in form
    assert 'href="/check"' in client.get("/", headers=HTML).text


def test_nothing_is_stored(client: httpx.Client, var: Path) -> None:
    before = {path for path in var.rglob("*") if path.is_file()}
    client.post("/check", content=REFUSED.read_bytes(), headers={"Content-Type": "application/xml"})
    assert {path for path in var.rglob("*") if path.is_file()} <= before


def test_a_record_that_takes_too_long_is_stopped_and_the_next_one_is_checked(tmp_path: Path) -> None:
    async def run() -> None:
        pool = CheckPool(Settings(var=tmp_path / "var"), seconds=0.001)
        started = time.monotonic()
        with pytest.raises(CheckTimeoutError):
            await pool.check(b"[" * 900_000, "a.json")
        assert time.monotonic() - started < 60
        pool._seconds = 30
        assert (await pool.check(REFUSED.read_bytes(), "a.xml"))["records"][0]["verdict"] == "refused"
        await pool.close()

    asyncio.run(run())


def test_the_page_of_a_data_set_says_how_good_its_description_is(client: httpx.Client) -> None:
    page = client.get("/dataset/doi/10.17882/42182?lang=en", headers=HTML)
    assert page.status_code == 200
    assert "of 100: the share of what a good description has" in page.text
    assert "things would make it better" in page.text and 'href="/check"' in page.text


# --- mending ---------------------------------------------------------------------------------------------------------------------------

MENDABLE = EXAMPLES / "sextant/rephy.xml"
ANCHOR = '<gmx:Anchor xlink:href="https://creativecommons.org/licenses/by/4.0/">'


def test_a_program_gets_its_file_back_mended(client: httpx.Client) -> None:
    answer = client.post("/check/mend", content=MENDABLE.read_bytes(), headers={"Content-Type": "application/xml"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert ANCHOR in answer.text and int(answer.headers["X-Repairs"]) >= 3
    again = client.post("/check/mend", content=answer.content, headers={"Content-Type": "application/xml"})
    assert again.content == answer.content and again.headers["X-Repairs"] == "0"
    told = client.post("/check/mend", content=MENDABLE.read_bytes(), headers={"Accept": "application/json"}).json()
    assert base64.b64decode(told["file"]) == answer.content
    assert {each["code"] for each in told["repairs"]} >= {"keyword.iri", "licence.iri", "access.iri"} and "+++ b/" in told["difference"]


def test_a_person_takes_the_mended_file_and_reads_the_difference(client: httpx.Client) -> None:
    page = client.post("/check/mend?lang=fr", files={"file": ("rephy.xml", MENDABLE.read_bytes())}, headers=HTML).text
    found = re.search(r'href="data:application/octet-stream;base64,([A-Za-z0-9+/=]+)" download="rephy.xml"', page)
    assert found and ANCHOR in base64.b64decode(found[1]).decode()
    assert "Prendre le fichier réparé" in page and "désormais" in page and "+            &lt;gmx:Anchor" in page
    form = client.get("/check?lang=en", headers=HTML).text
    assert 'formaction="/check/mend?lang=en"' in form


def test_what_cannot_be_mended_is_said_and_does_no_harm(client: httpx.Client) -> None:
    bomb = client.post("/check/mend", content=(EXAMPLES / "faults/entity-bomb.xml").read_bytes(), headers={"Content-Type": "text/xml"})
    assert (bomb.status_code, bomb.json()["result"]) == (422, "refused") and "entit" in bomb.json()["why_not"]["fr"]
    head = '{"stac_version": "1.0.0", "type": "Collection", "extent": {}, "links": [], "id": "<script>alert(1)</script>", '
    page = client.post("/check/mend", data={"record": head + '"license": "cc by 4.0", "keywords": ["salinity"]}'}, headers=HTML).text
    assert "<script" not in page and "Take the mended file" in page
    assert client.post("/check/mend", content=b"", headers={"Content-Type": "text/xml"}).status_code == 400
    assert client.post("/check/mend", content=b" " * 1_200_000, headers={"Content-Type": "text/xml"}).status_code == 413
