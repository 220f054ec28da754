"""Every IRI of ours, in every format, however it is asked for; and what is not there, or not there any more."""

from __future__ import annotations

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.namespaces import BASE, DCT, SKOS

ARGO = "/dataset/doi/10.17882/42182"
SLASHED = "/record/sextant/FR%2Fargo.ttl"
PATHS = (
    *(ARGO, "/dataset/files/hostile", "/record/seanoe/42182", SLASHED, "/variable/salinity", "/scheme/variable", "/pole/odatis"),
    *("/centre/sismer", "/source/sextant", "/term/variable/psal", "/mapping/one", "/agent/organisation/argo", "/equipment/sextant/ctd"),
    *("/alignment/terms", "/organisations", "/discovery", "/licence/cc-by-4.0"),
)


def get(client: httpx.Client, path: str, accept: str = "*/*", **headers: str) -> httpx.Response:
    return client.get(path, headers={"Accept": accept, **headers})


def triples(answer: httpx.Response) -> set[Triple]:
    form = RdfFormat.from_media_type(answer.headers["content-type"].partition(";")[0])
    assert form is not None
    return {quad.triple for quad in parse(answer.content, format=form)}


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_thing_is_a_page_and_the_same_graph_in_four_formats(client: httpx.Client, path: str) -> None:
    page = get(client, path, "text/html")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    turtle = get(client, path, "text/turtle")
    assert turtle.status_code == 200
    said = triples(turtle)
    assert said
    for media_type in ("application/ld+json", "application/n-triples", "application/rdf+xml"):
        other = get(client, path, media_type)
        assert other.headers["content-type"].startswith(media_type)
        assert triples(other) == said


@pytest.mark.parametrize(
    ("suffix", "media_type"),
    [
        ("ttl", "text/turtle"),
        ("jsonld", "application/ld+json"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("html", "text/html"),
    ],
)
def test_suffix_and_parameter_name_the_format(client: httpx.Client, suffix: str, media_type: str) -> None:
    for path in (f"{ARGO}.{suffix}", f"{ARGO}?format={suffix}", f"{SLASHED}.{suffix}"):
        answer = get(client, path, "image/png")
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type), path


def test_an_identifier_that_ends_like_a_suffix_is_an_identifier(client: httpx.Client) -> None:
    assert get(client, SLASHED, "application/n-triples").headers["content-type"].startswith("application/n-triples")
    assert get(client, SLASHED.replace("%2F", "%2f"), "text/turtle").status_code == 200
    assert get(client, SLASHED.replace("%2F", "/")).status_code == 404


def test_a_data_set_says_what_all_its_records_say_and_a_record_what_it_says_alone(client: httpx.Client) -> None:
    titles = {
        triple.object.language
        for triple in triples(get(client, ARGO, "text/turtle"))
        if triple.predicate == DCT.title and triple.subject == NamedNode(BASE + ARGO[1:])
    }  # type: ignore[union-attr]
    assert titles == {"en", "fr"}
    record = triples(get(client, "/record/seanoe/42182", "text/turtle"))
    assert not any("Flotteurs" in str(triple.object) for triple in record)
    assert any("seanoe/42182.xml" in str(triple.object) for triple in record)  # provenance, from the source's graph
    assert any(triple.object == NamedNode(BASE + "variable/salinity") for triple in record)  # what linking added


def test_a_vocabulary_is_answered_whole(client: httpx.Client) -> None:
    labels = {triple.subject for triple in triples(get(client, "/scheme/variable", "text/turtle")) if triple.predicate == SKOS.prefLabel}
    assert NamedNode(BASE + "variable/salinity") in labels


def test_a_source_is_answered_without_its_list_of_records(client: httpx.Client) -> None:
    assert not any("/record/" in str(triple.object) for triple in triples(get(client, "/source/seanoe", "text/turtle")))


@pytest.mark.parametrize(
    "path",
    [
        "/record/none/1",
        "/nothing",
        "/record/../../etc/passwd",
        "/record/%2e%2e/%2e%2e",
        "/%00",
        "/dataset/%FF%FE",
        "/a b",
        "/record/x/" + "y" * 3000,
    ],
)
def test_what_is_not_there_is_404_and_says_so(client: httpx.Client, path: str) -> None:
    answer = get(client, path)
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/not-found")
    assert "<html" in get(client, path, "text/html").text


def test_a_withdrawn_record_is_gone(client: httpx.Client) -> None:
    answer = get(client, "/record/sextant/gone", **{"Accept-Language": "fr"})
    assert answer.status_code == 410
    assert answer.json()["title"] == "Cette notice a été retirée"
    assert "2026-02-01" in answer.json()["detail"]


def test_what_nobody_serves_is_406(client: httpx.Client) -> None:
    assert get(client, ARGO, "image/png").status_code == 406


def test_links_lead_to_formats_licence_and_citation(client: httpx.Client) -> None:
    links = client.head(ARGO).headers["link"]
    assert f'<{ARGO}.ttl>; rel="alternate"; type="text/turtle"' in links
    assert '<https://doi.org/10.17882/42182>; rel="cite-as"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert f'<{ARGO}.jsonld>; rel="describedby"; type="application/ld+json"' in links


def test_each_form_has_its_tag_and_is_not_sent_twice(client: httpx.Client) -> None:
    forms = [("text/turtle", "en"), ("application/ld+json", "en"), ("text/html", "en"), ("text/html", "fr")]
    answers = [get(client, ARGO, accept, **{"Accept-Language": language}) for accept, language in forms]
    tags = [answer.headers["etag"] for answer in answers]
    assert len(set(tags)) == 4
    assert all(answer.headers["vary"] == "Accept, Accept-Language" for answer in answers)
    assert get(client, ARGO, "text/turtle", **{"If-None-Match": f'"other", {tags[0]}'}).status_code == 304
    assert get(client, ARGO, "application/ld+json", **{"If-None-Match": tags[0]}).status_code == 200


def test_the_base_names_the_graph_and_the_dumps_can_be_fetched(client: httpx.Client) -> None:
    about = triples(get(client, "/", "text/turtle"))
    dumps = [str(triple.object.value) for triple in about if triple.predicate.value.endswith("void#dataDump")]  # type: ignore[union-attr]
    assert len(dumps) == 2
    for dump in dumps:
        answer = get(client, "/" + dump.removeprefix(BASE))
        assert (answer.status_code, answer.content[:2]) == (200, b"\x1f\x8b")
    assert triples(get(client, "/.well-known/void")) == about
    assert get(client, "/release/1/dumps/..%2frelease.json").status_code == 404
    assert get(client, "/release/99/dumps/graph.nq.gz").status_code == 404


# --- concepts of other vocabularies ---

FOREIGN = "http://vocab.nerc.ac.uk/collection/OD1/current/SAL/"


def test_a_concept_of_another_vocabulary_has_a_page_that_ours_leads_to_and_the_same_in_rdf(client: httpx.Client) -> None:
    ours = get(client, "/variable/salinity", "text/html").text
    assert "/concept?iri=http%3A//vocab.nerc.ac.uk/collection/OD1/current/SAL/" in ours
    page = client.get("/concept", params={"iri": FOREIGN}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Salinity of the water column" in page.text
    for media_type in ("text/turtle", "application/ld+json"):
        answer = client.get("/concept", params={"iri": FOREIGN}, headers={"Accept": media_type})
        assert NamedNode(FOREIGN) in {triple.subject for triple in triples(answer)}


@pytest.mark.parametrize("iri", ["", "no iri", "http://example.org/nothing", "javascript:alert(1)", "http://e.org/<script>"])
def test_what_is_no_concept_here_is_not_found(client: httpx.Client, iri: str) -> None:
    answer = client.get("/concept", params={"iri": iri}, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_a_concept_of_ours_is_found_at_its_own_address(client: httpx.Client) -> None:
    answer = client.get("/concept", params={"iri": BASE + "variable/salinity"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/variable/salinity")
