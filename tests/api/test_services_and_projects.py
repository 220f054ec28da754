"""Services and projects on pages and in search: which data sets they serve or made, and the way back, whatever name the records use."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from kg.config import Settings
from kg.pipeline import ingest
from kg.publish import publish
from kg.workshop import Workshop
from tests.api.visits import page

GMD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:srv="http://www.isotc211.org/2005/srv">'
)


def record(identifier: str, title: str, doi: str = "", service: str = "") -> str:
    """A record of a data set, or of a service with what stands in `service`."""
    kind, level = ("srv:SV_ServiceIdentification", "service") if service else ("gmd:MD_DataIdentification", "dataset")
    code = f"<gmd:code><gco:CharacterString>{doi}</gco:CharacterString></gmd:code>"
    named = f"<gmd:identifier><gmd:MD_Identifier>{code}</gmd:MD_Identifier></gmd:identifier>" if doi else ""
    return (
        f"{GMD}<gmd:fileIdentifier><gco:CharacterString>{identifier}</gco:CharacterString></gmd:fileIdentifier>"
        f'<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="{level}">{level}</gmd:MD_ScopeCode></gmd:hierarchyLevel>'
        f"<gmd:identificationInfo><{kind}><gmd:citation><gmd:CI_Citation>"
        f"<gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title>{named}</gmd:CI_Citation></gmd:citation>"
        f"<gmd:abstract><gco:CharacterString>{title}, as measured in the Bay of Biscay"
        f"</gco:CharacterString></gmd:abstract>{service}</{kind}></gmd:identificationInfo></gmd:MD_Metadata>"
    )


ENDPOINT = (
    "<srv:serviceType><gco:LocalName>view</gco:LocalName></srv:serviceType><srv:containsOperations><srv:SV_OperationMetadata>"
    "<srv:connectPoint><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://wms.example.org/wms</gmd:URL></gmd:linkage></gmd:CI_OnlineResource>"
    "</srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>"
)
CSW = "https://csw.example.org/csw?service=CSW&amp;request=GetRecordById&amp;id=salinity&amp;version=2.0.2"
OPERATES_ON = "".join(
    f"<srv:operatesOn {attribute}/>"
    for attribute in ('uuidref="temperature"', f'xlink:href="{CSW}"', 'xlink:href="#here"', 'uuidref="gone"')
)


def dif(short_name: str, project: str) -> str:
    return (
        '<DIF xmlns="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"><Entry_ID>'
        f"<Short_Name>{short_name}</Short_Name><Version>1</Version></Entry_ID><Entry_Title>Clouds of {short_name}</Entry_Title>"
        f"<Project><Short_Name>{project}</Short_Name><Long_Name>Earth Science Information Partners</Long_Name></Project>"
        "<Summary><Abstract>Clouds over the sea, as seen from a satellite</Abstract></Summary></DIF>"
    )


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of two data sets, one of them known by its DOI, with a service, and two of a project, by two sources."""
    folder = tmp_path_factory.mktemp("services")
    files = {
        "sextant/temperature.xml": record("temperature", "Sea temperature", "10.17882/99999"),
        "sextant/salinity.xml": record("salinity", "Salinity"),
        "sextant/wms.xml": record("wms", "Maps of the sea", service=ENDPOINT + OPERATES_ON),
        "nasa/a.xml": dif("CLOUD_A", "ESIP"),
        "other/b.xml": dif("CLOUD_B", "esip"),
        "other/c.xml": dif("CLOUD_C", "Somebody's own work"),
    }
    for name, body in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, "utf-8")
        (path.parent / "source.toml").write_text(f'id = "{path.parent.name}"\n', "utf-8")
    with Workshop(Settings(var=folder / "var", workers=1)) as shop:
        ingest(shop, [folder / "in"])
        publish(shop.settings, shop.state, shop.graphs)
    return folder / "var"


def test_a_service_is_found_as_a_service_and_not_as_a_data_set(visitor: httpx.Client) -> None:
    (hit,) = visitor.get("/search?format=json&kind=service").json()["hits"]
    assert hit["iri"].endswith("dataset/sextant/wms") and hit["kind"] == "service"
    assert hit["title"] and "wms" not in str(visitor.get("/search?format=json&kind=dataset&q=sea").json()["hits"])


def test_the_page_of_a_service_lists_the_data_sets_it_serves_by_the_names_they_go_by(visitor: httpx.Client) -> None:
    text = page(visitor, "dataset/sextant/wms")
    for wanted in ("service", "https://wms.example.org/wms", "3 data sets", "Sea temperature", "dataset/doi/10.17882/99999", "Salinity"):
        assert wanted in text, wanted
    assert "#here" not in text
    assert "Jeux de données auxquels il donne accès" in page(visitor, "dataset/sextant/wms", "fr")


@pytest.mark.parametrize("path", ["dataset/doi/10.17882/99999", "dataset/sextant/salinity"])
def test_the_page_of_a_data_set_names_the_service_that_gives_access_to_it(path: str, visitor: httpx.Client) -> None:
    text = page(visitor, path)
    assert "Through the service" in text and "Maps of the sea" in text
    assert "Par le service" in page(visitor, path, "fr")


def test_the_graph_says_which_data_sets_a_service_serves(visitor: httpx.Client) -> None:
    turtle = visitor.get("/dataset/sextant/wms.ttl").text
    assert "dcat:servesDataset" in turtle and "dcat:endpointURL" in turtle and "dcat:DataService" in turtle


def test_a_project_of_two_sources_is_one_page_with_the_data_sets_of_both(visitor: httpx.Client) -> None:
    text = page(visitor, "dataset/nasa/CLOUD_A_1")
    assert "Made in the project" in text
    path = text.partition('href="')[2] and next(each for each in text.split('"') if "/project/register/" in each).lstrip("/")
    project = page(visitor, path)
    for wanted in ("ESIP", "2 data sets", "Clouds of CLOUD_A", "Clouds of CLOUD_B", "Data sets made in it"):
        assert wanted in project, wanted
    assert "CLOUD_C" not in project
    assert "Produit dans le projet" in page(visitor, "dataset/other/CLOUD_B_1", "fr")


def test_a_project_without_an_identity_stays_a_word(visitor: httpx.Client) -> None:
    text = page(visitor, "dataset/other/CLOUD_C_1")
    assert "Made in the project" not in text and "Somebody" in text
