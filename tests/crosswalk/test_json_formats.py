"""Rules of the JSON crosswalks that the golden files do not show."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.model import Native, Outcome, TermKind
from kg.namespaces import ADMS, DCAT, DCT, DT, FOAF, OWL, RDFS

BOX = {"spatial": {"bbox": [[5, 44, 7, 46]]}, "temporal": {"interval": [["2018-09-01T00:00:00Z", None]]}}
COLLECTION = {
    "type": "Collection",
    "stac_version": "1.0.0",
    "id": "c",
    "description": "d",
    "license": "CC-BY-4.0",
    "extent": BOX,
    "links": [],
}
ITEM: dict[str, Any] = {
    "type": "Feature",
    "stac_version": "1.0.0",
    "id": "i",
    "geometry": None,
    "properties": {"datetime": "2020-01-01T00:00:00Z"},
    "links": [],
}
DATACITE = {
    "doi": "10.17882/42182",
    "titles": [{"title": "Argo"}],
    "publisher": "SEANOE",
    "schemaVersion": "http://datacite.org/schema/kernel-4",
}
PRODUCER = {"producerId": "CATC", "name": "AMMA-CATCH"}


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def mapped(mapper: Mapper, native: dict[str, Any], **more: Any) -> Outcome:
    return mapper.map(Native("s", "n", "application/json", json.dumps({**native, **more}).encode(), "n.json"))


def triples(outcome: Outcome) -> list[Triple]:
    assert outcome.record is not None, outcome.problems
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(outcome: Outcome, predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples(outcome) if each.predicate == predicate and isinstance(each.object, NamedNode | Literal)}


def terms(outcome: Outcome, kind: TermKind) -> set[str]:
    assert outcome.record is not None
    return {term.text for term in outcome.record.terms if term.kind == kind}


def pivot(**dataset: Any) -> dict[str, Any]:
    metadata = {"title": "Rain", **dataset.pop("metadata", {})}
    return {
        "version": "1.0",
        "language": "en",
        "producer": PRODUCER,
        "dataset": {"datasetId": "CATC_DAT_1", "metadata": metadata, **dataset},
    }


def test_stac_resolves_relative_addresses_by_the_self_link(mapper: Mapper) -> None:
    links = [{"rel": "self", "href": "https://example.org/stac/c/c.json"}]
    outcome = mapped(mapper, COLLECTION, links=links, assets={"data": {"href": "../files/a.nc"}})
    assert values(outcome, DCAT.accessURL) == {"https://example.org/stac/files/a.nc"}


def test_stac_reports_relative_addresses_that_nothing_resolves(mapper: Mapper) -> None:
    outcome = mapped(mapper, COLLECTION, assets={"data": {"href": "../files/a.nc"}})
    assert [each.code for each in outcome.problems] == ["iri.invalid"]


def test_stac_never_writes_an_address_that_runs(mapper: Mapper) -> None:
    links = [{"rel": "self", "href": "https://example.org/"}, {"rel": "about", "href": "javascript:alert(4)"}]
    assert values(mapped(mapper, COLLECTION, links=links), FOAF.page) == set()


def test_a_first_box_that_does_not_hold_the_others_is_kept(mapper: Mapper) -> None:
    spatial = {"bbox": [[-127, 22, -65, 51], [-178, 49, 179, 71], [-160, 18, -154, 22]]}
    outcome = mapped(mapper, COLLECTION, extent={**BOX, "spatial": spatial})
    assert values(outcome, DT.west) == {"-127", "-178", "-160"}


def test_a_first_interval_that_spans_the_others_is_left_out(mapper: Mapper) -> None:
    intervals = [["1996-11-01", None], ["1996-11-01", "1997-06-30"], ["2003-04-01", None]]
    outcome = mapped(mapper, COLLECTION, extent={**BOX, "temporal": {"interval": intervals}})
    assert len(values(outcome, DCT.temporal)) == 2
    assert values(outcome, DCAT.startDate) == {"1996-11-01", "2003-04-01"}


def test_an_interval_of_two_nulls_is_no_period(mapper: Mapper) -> None:
    outcome = mapped(mapper, COLLECTION, extent={**BOX, "temporal": {"interval": [[None, None]]}})
    assert values(outcome, DCT.temporal) == set()
    assert outcome.problems == ()


def test_heights_in_a_box_of_six_numbers_are_no_degrees(mapper: Mapper) -> None:
    outcome = mapped(mapper, COLLECTION, extent={**BOX, "spatial": {"bbox": [[5, 44, 0, 7, 46, 4800]]}})
    assert (values(outcome, DT.east), values(outcome, DT.north)) == ({"7"}, {"46"})


@pytest.mark.parametrize("spatial", [{"bbox": [[5, 44, 7, 46]]}, [5, 44, 7, 46]])
def test_boxes_of_old_stac_versions_are_read(mapper: Mapper, spatial: Any) -> None:
    outcome = mapped(mapper, COLLECTION, extent={"spatial": spatial, "temporal": ["2015-06-27T10:25:31Z", None]})
    assert values(outcome, DT.west) == {"5"}
    assert values(outcome, DCAT.startDate) == {"2015-06-27T10:25:31Z"}


def test_every_role_of_a_provider_counts(mapper: Mapper) -> None:
    outcome = mapped(mapper, COLLECTION, providers=[{"name": "CNES", "roles": ["producer", "host"]}])
    assert values(outcome, DCT.creator) == values(outcome, DCT.publisher) != set()


def test_a_deprecated_collection_says_so(mapper: Mapper) -> None:
    assert values(mapped(mapper, COLLECTION, deprecated=True), ADMS.status) == {"http://purl.org/adms/status/Deprecated"}
    assert values(mapped(mapper, COLLECTION, deprecated=False), ADMS.status) == set()


def test_a_band_is_a_variable_by_its_words_or_its_common_name(mapper: Mapper) -> None:
    bands = [{"name": "B4", "common_name": "red"}, {"name": "qa", "description": "Cloud mask"}, {"name": "B99"}]
    assert terms(mapped(mapper, COLLECTION, summaries={"eo:bands": bands}), TermKind.VARIABLE) == {"red", "Cloud mask"}


def test_an_item_with_the_doi_of_its_collection_stays_a_data_set_of_its_own(mapper: Mapper) -> None:
    outcome = mapped(mapper, ITEM, properties={"datetime": "2020-01-01T00:00:00Z", "sci:doi": "10.24400/329360/F7Q52MNK"})
    assert values(outcome, OWL.sameAs) == set()
    assert values(outcome, DCT.relation) == {"https://doi.org/10.24400/329360/f7q52mnk"}


def test_an_item_without_title_is_called_by_its_identifier(mapper: Mapper) -> None:
    assert values(mapped(mapper, ITEM), DCT.title) == {"i"}


def test_platforms_in_one_text_are_told_apart(mapper: Mapper) -> None:
    outcome = mapped(mapper, {"id": "spot", "title": "Spot", "license": "other", "platform": "SPOT-6,SPOT-7", "keywords": ["spot"]})
    assert {"SPOT-6", "SPOT-7"} <= values(outcome, RDFS.label)


def test_satellite_is_a_kind_of_platform_and_no_platform(mapper: Mapper) -> None:
    outcome = mapped(mapper, {"id": "oso", "title": "OSO", "license": "other", "platform": "satellite", "keywords": ["oso"]})
    assert values(outcome, DT.facility) == set()
    assert terms(outcome, TermKind.PLATFORM) == {"satellite"}


def test_an_extent_that_is_a_text_is_read(mapper: Mapper) -> None:
    extent = '{"spatial": {"bbox": [[[[-180.0, -90.0, 180.0, 90.0]]]]}, "temporal": {"interval": [[Not Available, Not Available]]}}'
    outcome = mapped(mapper, {"id": "cmems", "title": "CMEMS", "license": ["L"], "extent": extent})
    assert values(outcome, DT.north) == {"90"}
    assert values(outcome, DCT.temporal) == set()


def test_esdd_states_no_language_and_puts_longitude_first(mapper: Mapper) -> None:
    wkt = "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (43.5 1.2)"
    outcome = mapped(mapper, {"pole": "THEIA", "id": "t", "title": [{"v": "flux de conduction à Lamasquère", "lang": "en"}], "wkt": wkt})
    assert Literal("flux de conduction à Lamasquère") in [each.object for each in triples(outcome)]
    assert values(outcome, DT.west) == {"1.2"}


def test_a_sensor_without_model_maker_and_type_is_an_algorithm(mapper: Mapper) -> None:
    sensors = [{"name": "Spectrum correction", "parametrisationDescription": "x"}, {"model": "Parsivel2", "manufacturer": "OTT"}]
    outcome = mapped(mapper, pivot(observations=[{"procedure": {"dataProduction": {"sensors": sensors}}}]))
    assert len(values(outcome, DT.equipment)) == 1
    assert terms(outcome, TermKind.INSTRUMENT) == {"OTT Parsivel2"}


@pytest.mark.parametrize("start", ["", "https://gcmdservices.gsfc.nasa.gov/kms/concept/"])
def test_gcmd_concepts_are_known_by_their_uuid_however_it_is_written(mapper: Mapper, start: str) -> None:
    keyword = {"category": "EARTH SCIENCE", "topic": "CRYOSPHERE", "uuid": start + "36a2999b-2255-4d4e-a249-40df3b7b3aaf"}
    outcome = mapped(mapper, pivot(observations=[{"observedProperty": {"name": "Q", "gcmdKeywords": [keyword]}}]))
    assert values(outcome, DT.givenIri) == {"https://gcmd.earthdata.nasa.gov/kms/concept/36a2999b-2255-4d4e-a249-40df3b7b3aaf"}
    assert "EARTH SCIENCE > CRYOSPHERE" in terms(outcome, TermKind.VARIABLE)


def test_an_embargo_is_an_access_condition_and_its_users_are_not_published(mapper: Mapper) -> None:
    constraint = {"embargo": {"duration": 730, "priviledgedUsers": ["someone@example.org"]}}
    outcome = mapped(mapper, pivot(metadata={"dataConstraint": constraint}))
    assert terms(outcome, TermKind.ACCESS) == {"embargo, days: 730"}
    assert outcome.record is not None
    assert b"someone" not in outcome.record.triples


@pytest.mark.parametrize(
    "wrap", [lambda it: it, lambda it: {"data": {"id": it["doi"], "attributes": it}}, lambda it: {"id": it["doi"], "attributes": it}]
)
def test_datacite_is_read_bare_and_within_answers(mapper: Mapper, wrap: Any) -> None:
    outcome = mapped(mapper, wrap(DATACITE))
    assert outcome.record is not None
    assert outcome.record.dataset == "https://w3id.org/dataterra/dataset/doi/10.17882/42182"
    assert values(outcome, DCT.title) == {"Argo"}


def test_a_collection_date_that_does_not_exist_stays_as_words(mapper: Mapper) -> None:
    outcome = mapped(mapper, DATACITE, dates=[{"date": "2020-13", "dateType": "Collected"}])
    assert values(outcome, RDFS.label) == {"2020-13"}
    assert values(outcome, DCAT.startDate) == set()
    assert [each.code for each in outcome.problems] == ["date.invalid"]


@pytest.mark.parametrize(
    ("dates", "issued"),
    [([], "2019"), ([{"date": "2018-05-04", "dateType": "Issued"}], "2018-05-04"), ([{"date": "2017", "dateType": "Available"}], "2017")],
)
def test_the_date_of_issue_is_the_best_one_given(mapper: Mapper, dates: list[dict[str, str]], issued: str) -> None:
    assert values(mapped(mapper, DATACITE, dates=dates, publicationYear=2019), DCT.issued) == {issued}


def test_an_access_right_among_the_licences_is_an_access_condition(mapper: Mapper) -> None:
    rights = [{"rights": "Open Access", "rightsUri": "info:eu-repo/semantics/openAccess"}, {"rights": "CC-BY"}]
    outcome = mapped(mapper, DATACITE, rightsList=rights)
    assert (terms(outcome, TermKind.ACCESS), terms(outcome, TermKind.LICENCE)) == ({"Open Access"}, {"CC-BY"})


def test_persons_and_organisations_are_told_apart(mapper: Mapper) -> None:
    creators = [{"name": "Galle, Sylvie"}, {"name": "SNO KARST"}, {"name": "Ifremer, Brest", "nameType": "Organizational"}]
    kinds = {
        each.subject: each.object
        for each in triples(mapped(mapper, DATACITE, creators=creators))
        if each.object in (FOAF.Person, FOAF.Organization)
    }
    assert sorted(kinds.values(), key=str).count(FOAF.Person) == 1


@pytest.mark.parametrize("several", [False, True])
def test_polygons_are_rings_of_longitude_and_latitude(mapper: Mapper, several: bool) -> None:
    points = [{"polygonPoint": {"pointLatitude": y, "pointLongitude": x}} for x, y in ((-5, 48), (2, 51), (9, 41), (-5, 48))]
    outcome = mapped(mapper, DATACITE, geoLocations=[{"geoLocationPolygon": [points, points] if several else points}])
    assert (values(outcome, DT.west), values(outcome, DT.north)) == ({"-5"}, {"51"})
    assert len(values(outcome, DCT.spatial)) == 1 + several


def test_json_of_another_kind_is_not_recognised(mapper: Mapper) -> None:
    outcome = mapped(mapper, {"name": "snow-map-viewer", "version": "1.2.0", "description": "d", "license": "MIT", "keywords": ["map"]})
    assert [each.code for each in outcome.problems] == ["format.unknown"]


@pytest.mark.parametrize("format_", ["stac-item", "datacite-json"])
def test_real_records_have_identifier_and_title(mapper: Mapper, shared_data: Path, format_: str) -> None:
    folder = shared_data / "data" / "records"
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        paths = [row["path"] for row in csv.DictReader(file) if row["format"] == format_]
    outcomes = [mapper.map(Native("s", path, "application/json", (folder / path).read_bytes(), path)) for path in paths]
    assert paths
    assert all(values(outcome, DCT.title) for outcome in outcomes)
    assert not [outcome for outcome in outcomes if any(each.code == "identifier.missing" for each in outcome.problems)]
