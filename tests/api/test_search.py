"""`/search` as JSON: parameters, paging, facets, and values that cannot be used."""

from __future__ import annotations

from typing import Any

import httpx
import pytest


def search(client: httpx.Client, **parameters: Any) -> dict[str, Any]:
    answer = client.get("/search", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def test_words_concepts_places_and_times_find_the_data_set(client: httpx.Client) -> None:
    boxes = ({"bbox": "-80,0,-75,10"}, {"bbox": "170,-10,-170,10"})
    others = (
        {"q": "salinité"},
        {"q": "argo"},
        {"q": "10.17882/42182"},
        {"variable": "salinity"},
        {"pole": "odatis"},
        {"from": "2001", "to": "2002"},
    )
    for parameters in (*boxes, *others):
        found = search(client, **parameters)
        assert [hit["iri"] for hit in found["hits"]] == ["https://w3id.org/dataterra/dataset/doi/10.17882/42182"], parameters
    assert search(client, bbox="0,0,10,10")["total"] == 0
    assert search(client, to="1990")["total"] == 0


def test_facets_count_and_pages_follow_each_other(client: httpx.Client) -> None:
    first = search(client, limit=1)
    assert first["total"] == 2
    assert first["previous"] is None
    second = client.get("/search" + first["next"]).json()
    assert second["next"] is None
    assert first["hits"][0]["iri"] != second["hits"][0]["iri"]
    poles = {value["key"]: value["count"] for value in first["facets"]["pole"]}
    assert poles == {"odatis": 1, "missing": 1}


@pytest.mark.parametrize(
    ("parameters", "language", "words"),
    [
        ({"bbox": "1,2,3"}, "en", "is not a box"),
        ({"bbox": "<script>"}, "fr", "n'est pas une emprise"),
        ({"from": "yesterday"}, "en", "is not a date"),
        ({"limit": "many"}, "en", "limit"),
        ({"offset": "99999999"}, "fr", "99999999"),
        ({"sort": "random"}, "en", "relevance"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_400_that_says_so(
    client: httpx.Client, parameters: dict[str, str], language: str, words: str
) -> None:
    answer = client.get("/search", params=parameters, headers={"Accept-Language": language})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    shown = client.get("/search", params=parameters, headers={"Accept": "text/html"})
    assert shown.status_code == 400
    assert "<script>" not in shown.text


def test_format_is_json_or_html_or_the_native_format_of_records(client: httpx.Client) -> None:
    assert client.get("/search?format=json", headers={"Accept": "text/html"}).headers["content-type"] == "application/json"
    assert search(client, format="iso-19139")["total"] == 1
    assert client.get("/search", headers={"Accept": "text/csv"}).status_code == 406


def test_nothing_found_tells_what_to_relax(client: httpx.Client) -> None:
    found = search(client, q="salinity", to="1990")
    assert found["total"] == 0
    assert {"period"} <= {one["parameter"] for one in found["relax"]}
    page = client.get("/search?q=salinity&to=1990", headers={"Accept": "text/html"}).text
    assert "You could drop one" in page


def test_what_is_only_named_in_a_text_is_found_where_that_is_asked_for_and_marked(client: httpx.Client) -> None:
    declared, hostile = (f"https://w3id.org/dataterra/dataset/{name}" for name in ("doi/10.17882/42182", "files/hostile"))
    strict = search(client, variable="salinity")
    assert [hit["iri"] for hit in strict["hits"]] == [declared]
    assert strict["more_mentioned"] == 1
    wide = search(client, variable="salinity", mentioned="1")
    assert {hit["iri"] for hit in wide["hits"]} == {declared, hostile}
    assert wide["more_mentioned"] == 0
    (named,) = [hit for hit in wide["hits"] if hit["iri"] == hostile]
    assert [(mention["label"], mention["passage"]["text"]) for mention in named["mentions"]] == [("Salinity", "<i>salinity</i> of brines")]
    assert [why["field"] for why in named["why"]] == ["mention"]
    counts = {value["key"]: value["count"] for value in wide["facets"]["variable"]}
    assert counts["salinity"] == 1, "facets count what is declared"
    assert search(client, variable="ocean", mentioned="1")["total"] == 2, "what stands below counts as it does for what is declared"


def test_a_question_in_another_language_finds_what_texts_name(client: httpx.Client) -> None:
    assert search(client, q="salinité")["total"] == 1
    assert search(client, q="salinité", mentioned="1")["total"] == 2
