"""`/sparql` over HTTP, with the protocol's three ways to ask, real clients, and queries that go wrong."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from api.sparql_pages import examples

SALINITY = "https://w3id.org/dataterra/variable/salinity"
SELECT = "SELECT ?label { <variable/salinity> skos:prefLabel ?label FILTER (LANG(?label) = 'fr') }"
CONSTRUCT = "CONSTRUCT { ?s skos:prefLabel ?o } WHERE { ?s skos:prefLabel ?o }"
CROSS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def ask(client: httpx.Client, query: str, accept: str = "*/*", **parameters: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **parameters}, headers={"Accept": accept})


def test_the_three_ways_to_ask_give_the_same(client: httpx.Client) -> None:
    answers = [
        ask(client, SELECT),
        client.post("/sparql", data={"query": SELECT}),
        client.post("/sparql", content=SELECT.encode(), headers={"Content-Type": "application/sparql-query; charset=utf-8"}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.json()["results"]["bindings"] == [{"label": {"type": "literal", "value": "Salinité", "xml:lang": "fr"}}]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (SELECT, "application/rdf+xml, application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values, text/csv;q=0.5", "text/tab-separated-values"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/turtle,text/turtle", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        ("DESCRIBE <variable/salinity>", "application/ld+json", "application/ld+json"),
    ],
)
def test_the_type_fits_the_form_of_the_query(client: httpx.Client, query: str, accept: str, media_type: str) -> None:
    answer = ask(client, query, accept)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert "Salinit" in answer.text or "ASK" in query
    if media_type in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
        form = RdfFormat.from_media_type(media_type)
        assert any(quad.subject.value == SALINITY for quad in parse(answer.content, format=form))  # type: ignore[union-attr]


def test_format_output_and_results_name_the_type(client: httpx.Client) -> None:
    assert ask(client, SELECT, format="csv").headers["content-type"].startswith("text/csv")
    assert ask(client, SELECT, output="xml").headers["content-type"].startswith("application/sparql-results+xml")
    assert ask(client, CONSTRUCT, format="json").headers["content-type"].startswith("application/ld+json")
    three = ask(client, SELECT, "application/sparql-results+xml", format="xml", output="xml", results="xml")
    assert three.headers["content-type"].startswith("application/sparql-results+xml")


def test_what_cannot_be_had_is_said(client: httpx.Client) -> None:
    answer = ask(client, SELECT, "text/turtle")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (406, "query-not-acceptable")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("SELECT *\nWHERE { ?s ?p }", 400, "query-syntax"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }", 403, "query-refused"),
        ("INSERT DATA { <http://a> <http://b> <http://c> }", 403, "query-refused"),
        ("DROP ALL", 403, "query-refused"),
        (HOSTILE, 504, "query-timeout"),
    ],
)
def test_each_way_to_go_wrong_has_its_status(client: httpx.Client, query: str, status: int, code: str) -> None:
    answer = ask(client, query, "application/sparql-results+json")
    assert answer.status_code == status, answer.text[:500]
    if code:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (problem["type"].rpartition("/")[2], problem["status"]) == (code, status)
        assert problem["advice"]
    if code == "query-syntax":
        assert problem["line"] == 2
        assert problem["column"] in (15, 16)


def test_a_browser_gets_the_error_as_a_page_in_its_language(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": "SELECT <b>"}, headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert answer.status_code == 400
    assert '<html lang="fr">' in answer.text
    assert "<b>" not in answer.text
    assert "SPARQL" in answer.text


def test_requests_that_are_no_query_are_refused(client: httpx.Client) -> None:
    assert client.post("/sparql", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    assert client.post("/sparql", content=b"DROP ALL", headers={"Content-Type": "application/sparql-update"}).status_code == 403
    assert client.post("/sparql", data={"update": "DROP ALL"}).status_code == 403
    assert client.get("/sparql", params={"update": "DROP ALL"}).status_code == 403
    assert client.get("/sparql", params=[("query", "ASK {}"), ("query", "ASK {}")]).status_code == 400
    assert client.get("/sparql", params={"query": "ASK {}", "default-graph-uri": "no iri"}).status_code == 400
    assert client.post("/sparql", data={"query": "#" * 1_100_000 + "\nASK {}"}).status_code == 413
    assert client.delete("/sparql").status_code == 405


def test_the_dataset_of_the_protocol(client: httpx.Client) -> None:
    base = "https://w3id.org/dataterra/"
    query = "ASK { <variable/salinity> skos:prefLabel ?o }"
    assert ask(client, query, **{"default-graph-uri": base + "scheme/variable"}).json()["boolean"] is True
    assert ask(client, query, **{"default-graph-uri": base + "organisations"}).json()["boolean"] is False


def test_quick_queries_go_on_beside_a_hostile_one(client: httpx.Client, address: str) -> None:
    hostile: list[httpx.Response] = []
    thread = threading.Thread(
        target=lambda: hostile.append(httpx.get(address + "/sparql", params={"query": HOSTILE}, timeout=10, trust_env=False))
    )
    thread.start()
    time.sleep(0.1)
    answers = [ask(client, "ASK { ?s ?p ?o }") for _ in range(20)]
    assert not hostile, "the hostile query is still at work when the quick ones are answered"
    assert all(answer.json()["boolean"] for answer in answers)
    thread.join()
    assert hostile[0].status_code == 504


def test_a_long_answer_that_fails_late_is_broken_off(client: httpx.Client) -> None:
    received = 0
    with pytest.raises(httpx.RemoteProtocolError), client.stream("GET", "/sparql", params={"query": CROSS}) as answer:
        assert answer.status_code == 200
        for chunk in answer.iter_raw():
            received += len(chunk)
    assert received > 1_000_000


def test_a_client_that_goes_away_frees_its_worker(serving: Callable[..., AbstractContextManager[str]], var: Path) -> None:
    with serving(var, sparql_seconds=3600) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        host, port = urlsplit(address).hostname, urlsplit(address).port
        for _ in range(2):  # as many as there are workers
            connection = socket.create_connection((host, port))
            connection.sendall(f"GET /sparql?query={quote(HOSTILE)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.2)
            connection.close()
        assert ask(client, "ASK {}").json()["boolean"] is True


def test_without_a_query_people_get_the_form_and_programs_the_description(client: httpx.Client) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"})
    assert "<textarea" in page.text
    assert "How many data sets does each pole have?" in page.text
    described = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=described.text, format="turtle")
    endpoint = URIRef(str(client.base_url) + "sparql") if str(client.base_url).endswith("/") else URIRef(f"{client.base_url}/sparql")
    assert (endpoint, URIRef("http://www.w3.org/ns/sparql-service-description#endpoint"), endpoint) in graph


def test_every_example_question_runs_and_is_asked_in_both_languages(client: httpx.Client) -> None:
    assert len(examples()) >= 5
    for question, query in examples():
        assert set(question) == {"en", "fr"}
        assert ask(client, query).status_code == 200, query


def test_an_answer_is_kept_until_the_next_release(client: httpx.Client) -> None:
    first = ask(client, SELECT)
    again = client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(client, SELECT, "text/csv").headers["etag"] != first.headers["etag"]
    assert "etag" not in ask(client, "SELECT (NOW() AS ?now) {}").headers


def test_rdflib_asks_this_endpoint(address: str) -> None:
    graph = Graph(SPARQLStore(address + "/sparql", returnFormat="xml"))
    labels = {str(row[0]) for row in graph.query(f"SELECT ?o {{ <{SALINITY}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?o }}")}  # type: ignore[index]
    assert labels == {"Salinity", "Salinité"}
    assert (URIRef(SALINITY), None, None) in graph
    assert len(graph.query(CONSTRUCT.replace("skos:prefLabel", "<http://www.w3.org/2004/02/skos/core#prefLabel>")).graph or ()) > 3
