"""Pages, formats, search and counts of instruments, platforms and projects, from the samples through the whole way."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from kg.config import Settings
from kg.pipeline import ingest
from kg.publish import publish
from kg.workshop import Workshop
from tests.api.visits import page

SOURCES = ("sensornanny", "argo-sensors", "wigos", "cloudnet", "sedoo")
RADAR = "equipment/uuid/9e0f4b27-d5f3-40ad-8b73-2ae5dabbf81f"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A working folder with a release of the sample things."""
    folder = tmp_path_factory.mktemp("things")
    for source in SOURCES:
        shutil.copytree(examples / source, folder / "in" / source)
    with Workshop(Settings(var=folder / "var", workers=1)) as shop:
        ingest(shop, [folder / "in"])
        publish(shop.settings, shop.state, shop.graphs)
    return folder / "var"


def found(visitor: httpx.Client, query: str) -> dict[str, int | list[dict[str, object]]]:
    return dict(visitor.get(f"/search?format=json&{query}").json())


def test_a_weaker_name_leads_to_the_page_of_the_thing(visitor: httpx.Client) -> None:
    answer = visitor.get(f"/{RADAR}", headers={"Accept": "text/html"})
    assert "/equipment/pid/" in str(answer.url)
    assert "Granada MIRA" in answer.text


def test_the_page_of_an_instrument_tells_what_it_is_and_which_data_sets_use_it(visitor: httpx.Client) -> None:
    text = page(visitor, RADAR)
    for wanted in (
        "cloud radar",
        "MIRA",
        "https://hdl.handle.net/123/granada-mira",
        "University of Granada",
        "20200811_granada_mira.nc",
        "1 data set",
    ):
        assert wanted.lower() in text.lower(), wanted
    french = page(visitor, RADAR, "fr")
    for wanted in ("Identifiant pérenne", "Jeux de données produits avec lui", "1 jeu de données"):
        assert wanted in french


def test_a_station_of_two_sources_is_one_page_with_both(visitor: httpx.Client) -> None:
    text = page(visitor, "facility/cloudnet/granada")
    assert "0-20008-0-UGR" in text
    assert "20200811_granada_mira.nc" in text


def test_a_station_that_no_record_describes_has_what_others_say_of_it(visitor: httpx.Client) -> None:
    text = page(visitor, "facility/wigos/0-20008-0-JFJ")
    for wanted in ("0-20008-0-JFJ", "Thermo Fisher Scientific 49i", "Surface ozone"):
        assert wanted.lower() in text.lower(), wanted


def test_an_observation_leads_to_the_node_that_made_it(visitor: httpx.Client) -> None:
    uuid = "c3e8dde7-477e-43ba-9b17-633a17eab829"
    answer = visitor.get(f"/equipment/uuid/{uuid}", headers={"Accept": "text/html"})
    assert answer.url.path == f"/facility/uuid/{uuid}"
    assert "Seamon east" in answer.text
    assert "optode output 2011" in answer.text


def test_an_argo_sensor_shows_its_parts_its_float_and_what_it_measures(visitor: httpx.Client) -> None:
    hits = found(visitor, "kind=instrument&q=SBE41CP")["hits"]
    assert isinstance(hits, list)
    text = page(visitor, str(hits[0]["iri"]).removeprefix("https://w3id.org/dataterra/"))
    for wanted in ("11643", "DRUCK_2900PSIA", "6904191", "PSAL", "Also known here as"):
        assert wanted.lower() in text.lower(), wanted


def test_the_accounts_of_a_portal_never_arrive(visitor: httpx.Client) -> None:
    for form in ("html", "ttl"):
        assert "not-to-be-published" not in visitor.get(f"/project/sedoo/Passy.{form}").text
    assert "passy.sedoo.fr" in page(visitor, "project/sedoo/Passy")


def test_search_looks_for_data_sets_unless_a_kind_is_asked_for(visitor: httpx.Client) -> None:
    """One of the platforms is described by no record: a data set names it."""
    usual = found(visitor, "q=")
    hits = usual["hits"]
    assert isinstance(hits, list)
    assert {hit["kind"] for hit in hits} == {"dataset", "series"}
    assert found(visitor, "kind=instrument")["total"] == 5
    assert found(visitor, "kind=platform")["total"] == 8
    assert found(visitor, "kind=project")["total"] == 1
    everything = found(visitor, "kind=any")["total"]
    assert everything == int(str(usual["total"])) + 14


def test_the_facet_of_kinds_shows_what_is_left_out(visitor: httpx.Client) -> None:
    facets = json.loads(visitor.get("/search?format=json").content)["facets"]
    kinds = {one["key"]: one["count"] for one in facets["kind"]}
    assert (kinds["instrument"], kinds["platform"], kinds["project"]) == (5, 8, 1)
    assert sum(one["count"] for one in facets["source"]) == kinds["dataset"] + kinds["series"]


def test_an_instrument_is_found_by_its_identifiers(visitor: httpx.Client) -> None:
    for query in ("11643", "SBE41CP", "0-20008-0-ARO", "hyytiala"):
        total = found(visitor, f"kind=any&q={query}")["total"]
        assert (total == 0) == (query == "hyytiala"), query


def test_hits_tell_how_many_data_sets_use_them(visitor: httpx.Client) -> None:
    answer = visitor.get("/search?format=json&kind=platform&q=Granada").json()
    assert list(answer["used_by"].values()) == [1]
    assert "1 data set" in page(visitor, "search?kind=platform&q=Granada")


def test_counts_count_data_sets(visitor: httpx.Client) -> None:
    overview = visitor.get("/?format=json").json()
    assert overview["datasets"] == found(visitor, "")["total"] == 5


def test_the_graph_of_a_thing_has_what_its_records_say(visitor: httpx.Client) -> None:
    turtle = visitor.get(f"/{RADAR}.ttl").text
    assert "Granada MIRA" in turtle
    assert "owl:sameAs" in turtle


def test_a_record_of_a_thing_has_a_page(visitor: httpx.Client) -> None:
    text = page(visitor, "record/cloudnet/9e0f4b27-d5f3-40ad-8b73-2ae5dabbf81f")
    assert "See what all sources say of it." in text
