"""Rules of the crosswalks of the web's formats that the golden files do not show."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.model import Native, Outcome, TermKind
from kg.namespaces import DCAT, DCT, DT, FOAF, GEO, OWL, RDFS, SCHEMA

SCHEMA_ORG = {"@context": "https://schema.org/", "@type": "Dataset", "@id": "https://example.org/d/1", "name": "Argo"}
DC = '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
INDEX = {"metadataIdentifier": "g", "resourceTitleObject": {"default": "Titre", "langfre": "Titre", "langeng": "Title"}}
RECORD: dict[str, Any] = {
    "id": "r",
    "type": "Feature",
    "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],
    "geometry": None,
    "properties": {"type": "dataset", "title": "Lake Chad"},
}
PACKAGE = {"id": "p", "name": "litto3d", "title": "Litto3D", "notes": "n", "resources": []}
UDATA = {"id": "u", "slug": "znieff", "title": "ZNIEFF", "created_at": "2020-01-01T00:00:00", "frequency": "annual", "resources": []}
AARDVARK = {"id": "a", "dct_title_s": "SPOT", "gbl_mdVersion_s": "Aardvark"}

#: formats of the manifest of the real records -> formats that their files may be recognised as
FORMATS = {
    "ckan-or-udata": {"ckan"},
    "csw-record": {"csw-record"},
    "es-hits": {"geonetwork-index"},
    "list_schemaorg-jsonld": {"schema-org"},
    "ogcapi-record": {"ogc-record"},
    "wcmp2": {"wcmp2"},
}


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def mapped(mapper: Mapper, native: dict[str, Any] | str, **more: Any) -> Outcome:
    if isinstance(native, str):
        return mapper.map(Native("s", "n", "application/xml", native.encode(), "n.xml"))
    media_type = "application/ld+json" if "@context" in native else "application/json"
    return mapper.map(Native("s", "n", media_type, json.dumps({**native, **more}).encode(), "n.json"))


def triples(outcome: Outcome) -> list[Triple]:
    assert outcome.record is not None, outcome.problems
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(outcome: Outcome, predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples(outcome) if each.predicate == predicate and isinstance(each.object, NamedNode | Literal)}


def terms(outcome: Outcome, kind: TermKind) -> set[tuple[str, str | None]]:
    assert outcome.record is not None
    return {(term.text, term.thesaurus or term.unit) for term in outcome.record.terms if term.kind == kind}


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems if not problem.code.startswith("language.")]


def edges(outcome: Outcome) -> tuple[set[str], ...]:
    return tuple(values(outcome, DT[name]) for name in ("west", "south", "east", "north"))


def coverage(box: str) -> dict[str, Any]:
    return {"@type": "Place", "geo": {"@type": "GeoShape", "box": box}}


# --- schema.org ---


@pytest.mark.parametrize(
    "context",
    [
        "https://schema.org/",
        "http://schema.org",
        "https://schema.org/docs/jsonldcontext.jsonld",
        {"@vocab": "https://schema.org/"},
        {"@vocab": "http://schema.org"},
        ["http://schema.org/", {"prov": "http://www.w3.org/ns/prov#"}],
    ],
)
def test_every_way_to_name_the_context_of_schema_org_is_read_without_the_network(mapper: Mapper, context: Any) -> None:
    outcome = mapped(mapper, {**SCHEMA_ORG, "@context": context})
    assert (outcome.record and outcome.record.format, values(outcome, DCT.title)) == ("schema-org", {"Argo"})


@pytest.mark.parametrize("context", ["https://evil.example/context", ["https://schema.org/", "https://evil.example/schema.org/"]])
def test_contexts_of_others_are_refused(mapper: Mapper, context: Any) -> None:
    assert codes(mapped(mapper, {**SCHEMA_ORG, "@context": context})) == ["jsonld.remote-context"]


@pytest.mark.parametrize("box", ["-68 -75 -65 -60", "-68,-75 -65,-60", "-68, -75, -65, -60"])
def test_a_box_of_schema_org_has_the_latitude_first(mapper: Mapper, box: str) -> None:
    assert edges(mapped(mapper, SCHEMA_ORG, spatialCoverage=coverage(box))) == ({"-75"}, {"-68"}, {"-60"}, {"-65"})


def test_a_box_whose_first_number_is_no_latitude_has_the_longitude_first(mapper: Mapper) -> None:
    assert edges(mapped(mapper, SCHEMA_ORG, spatialCoverage=coverage("140 -45 170 35"))) == ({"140"}, {"-45"}, {"170"}, {"35"})


def test_a_polygon_of_schema_org_has_the_latitude_first(mapper: Mapper) -> None:
    place = {"@type": "Place", "geo": {"@type": "GeoShape", "polygon": "43 5 44 5 44 7 43 7 43 5"}}
    assert edges(mapped(mapper, SCHEMA_ORG, spatialCoverage=place)) == ({"5"}, {"43"}, {"7"}, {"44"})


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("2012-09-20/..", {"2012-09-20"}, set()),
        ("2012/2014", {"2012"}, {"2014"}),
        ("2012-09-20", {"2012-09-20"}, {"2012-09-20"}),
        ("../2014", set(), {"2014"}),
        ("Holocene", set(), set()),
    ],
)
def test_periods_of_schema_org(mapper: Mapper, given: str, start: set[str], end: set[str]) -> None:
    outcome = mapped(mapper, SCHEMA_ORG, temporalCoverage=given)
    assert (values(outcome, DCAT.startDate), values(outcome, DCAT.endDate)) == (start, end)
    assert values(outcome, RDFS.label) == ({"Holocene"} if given == "Holocene" else set())


def test_variables_of_schema_org_keep_their_unit_and_concept(mapper: Mapper) -> None:
    named = {
        "@type": "PropertyValue",
        "name": "mag",
        "unitText": "nT",
        "propertyID": ["http://purl.org/linked-data/cube#measure", "https://example.org/mag"],
    }
    outcome = mapped(mapper, SCHEMA_ORG, variableMeasured=["gravity", named])
    assert terms(outcome, TermKind.VARIABLE) == {("gravity", None), ("mag", "nT")}
    assert values(outcome, DT.givenIri) == {"https://example.org/mag"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("oceans, salinity (practical, absolute)", {"oceans", "salinity (practical, absolute)"}),
        (["EARTH SCIENCE > OCEANS, SEAS", "x"], {"EARTH SCIENCE > OCEANS, SEAS", "x"}),
    ],
)
def test_commas_part_keywords_only_where_one_text_holds_all(mapper: Mapper, given: Any, words: set[str]) -> None:
    assert {text for text, _ in terms(mapped(mapper, SCHEMA_ORG, keywords=given), TermKind.KEYWORD)} == words


def test_creators_of_a_list_and_in_roles_are_found_with_their_orcid(mapper: Mapper) -> None:
    person = {"@type": "Person", "@id": "https://orcid.org/0000-0002-1825-0097", "givenName": "Josiah", "familyName": "Carberry"}
    creator = {"@list": [person, {"@type": "Role", "roleName": "projectLeader", "creator": {"@type": "Organization", "name": "LOPS"}}]}
    outcome = mapped(mapper, SCHEMA_ORG, creator=creator)
    assert values(outcome, FOAF.name) == {"Josiah Carberry", "LOPS"}
    assert values(outcome, OWL.sameAs) == {"https://orcid.org/0000-0002-1825-0097"}
    assert len(values(outcome, DCT.contributor)) == 1


def test_the_citation_of_a_data_set_is_no_reference_to_another(mapper: Mapper) -> None:
    citations = ["Argo (2000). https://doi.org/10.17882/42182", "A paper. https://doi.org/10.1234/paper"]
    outcome = mapped(mapper, {**SCHEMA_ORG, "@id": "https://doi.org/10.17882/42182"}, citation=citations)
    assert values(outcome, DCT.references) == {"https://doi.org/10.1234/paper"}


def test_each_data_set_of_a_graph_is_a_record(mapper: Mapper, tmp_path: Path) -> None:
    graph = [{**SCHEMA_ORG, "@id": f"https://example.org/d/{number}", "publisher": {"@id": "#p"}} for number in (1, 2)]
    document = {"@context": "https://schema.org/", "@graph": [*graph, {"@type": "Organization", "@id": "#p", "name": "SEANOE"}]}
    (tmp_path / "d.jsonld").write_text(json.dumps(document))
    found = [each.native for each in harvest_files([tmp_path], containers=Containers.from_resources(), largest=10**6)]
    outcomes = [mapper.map(native) for native in found if native]
    assert [values(outcome, FOAF.name) for outcome in outcomes] == [{"SEANOE"}, {"SEANOE"}]


# --- Dublin Core ---


@pytest.mark.parametrize(
    ("coverage", "west", "start", "label"),
    [
        ("northlimit=51; southlimit=43; westlimit=-5; eastlimit=2; name=Manche", {"-5"}, set(), {"Manche"}),
        ("east=7.87; north=43.42; name=DYFAMED", {"7.87"}, set(), {"DYFAMED"}),
        ("start=2002; end=2021", set(), {"2002"}, set()),
        ("2015-09-13/2015-09-14", set(), {"2015-09-13"}, set()),
        ("Golfe de Gascogne", set(), set(), {"Golfe de Gascogne"}),
    ],
)
def test_coverage_of_dublin_core_is_a_place_a_period_or_a_name(
    mapper: Mapper, coverage: str, west: set[str], start: set[str], label: set[str]
) -> None:
    outcome = mapped(mapper, f"{DC}<dc:identifier>1</dc:identifier><dc:coverage>{coverage}</dc:coverage></oai_dc:dc>")
    assert (values(outcome, DT.west), values(outcome, DCAT.startDate), values(outcome, RDFS.label)) == (west, start, label)


@pytest.mark.parametrize(
    ("crs", "lower", "upper"),
    [
        ("urn:x-ogc:def:crs:EPSG:6.11:4326", "43 -9", "52 4"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "43 -9", "52 4"),
        ("urn:ogc:def:crs:::EPSG:2154", "4 43", "-9 52"),
        ("EPSG:4326", "-9 43", "4 52"),
    ],
)
def test_boxes_of_csw_records_are_read_in_the_order_of_their_reference_system(mapper: Mapper, crs: str, lower: str, upper: str) -> None:
    outcome = mapped(mapper, csw_record(crs, lower, upper))
    assert (edges(outcome), codes(outcome)) == (({"-9"}, {"43"}, {"4"}, {"52"}), [])


def test_boxes_beside_the_dublin_core_of_pycsw_are_read(mapper: Mapper) -> None:
    corners = "<ows:LowerCorner>43 -9</ows:LowerCorner><ows:UpperCorner>52 4</ows:UpperCorner>"
    box = f"<ows:BoundingBox xmlns:ows='http://www.opengis.net/ows' crs='urn:x-ogc:def:crs:EPSG:6.11:4326'>{corners}</ows:BoundingBox>"
    outcome = mapped(mapper, f"{DC}<dc:identifier>1</dc:identifier>{box}</oai_dc:dc>")
    assert (edges(outcome), codes(outcome)) == (({"-9"}, {"43"}, {"4"}, {"52"}), [])


def test_metres_are_never_taken_for_degrees(mapper: Mapper) -> None:
    outcome = mapped(mapper, csw_record("EPSG:2154", "600000 6600000", "700000 6700000"))
    assert (values(outcome, GEO.asWKT), codes(outcome)) == (set(), ["place.unknown-crs"])


def csw_record(crs: str, lower: str, upper: str) -> str:
    namespaces = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:ows="http://www.opengis.net/ows"'
    corners = f"<ows:LowerCorner>{lower}</ows:LowerCorner><ows:UpperCorner>{upper}</ows:UpperCorner>"
    return f'<csw:Record {namespaces}><dc:identifier>1</dc:identifier><ows:BoundingBox crs="{crs}">{corners}</ows:BoundingBox></csw:Record>'


# --- GeoNetwork ---


def test_texts_of_the_index_have_their_languages(mapper: Mapper) -> None:
    titles = {each.object for each in triples(mapped(mapper, INDEX)) if each.predicate == DCT.title}
    assert titles == {Literal("Titre", language="fr"), Literal("Title", language="en")}


def test_keywords_of_the_index_know_their_thesaurus(mapper: Mapper) -> None:
    thesaurus = {
        "multilingualTitle": {"default": "GEMET"},
        "keywords": [{"default": "sol"}, {"default": "eau", "link": "http://example.org/eau"}],
    }
    other = {"title": "otherKeywords-", "keywords": [{"default": "WALOUS"}]}
    outcome = mapped(mapper, INDEX, allKeywords={"th_gemet": thesaurus, "th_otherKeywords-": other}, tag=[{"default": "sol"}])
    assert terms(outcome, TermKind.KEYWORD) == {("sol", "GEMET"), ("eau", "GEMET"), ("WALOUS", None)}
    assert values(outcome, DT.givenIri) == {"http://example.org/eau"}


def test_templates_of_the_catalogue_are_no_records(mapper: Mapper) -> None:
    assert mapped(mapper, INDEX, isTemplate="y").record is None


def test_iso_written_as_json_is_read_as_the_xml_it_was(mapper: Mapper) -> None:
    title = {"gco:CharacterString": {"#text": "Marégraphe", "@xmlns:gco": "x"}}
    citation = {"cit:CI_Citation": {"cit:title": title, "not a name": 1, "unknown:x": 2, "": 3}}
    outcome = mapped(mapper, {"mdb:identificationInfo": [{"mri:MD_DataIdentification": {"mri:citation": citation}}]})
    assert (outcome.record and outcome.record.format, values(outcome, DCT.title)) == ("iso19115-3-json", {"Marégraphe"})


def test_xml_written_as_deep_json_does_no_harm(mapper: Mapper) -> None:
    body = b'{"gmd:identificationInfo":' + b'{"gmd:a":' * 900 + b"1" + b"}" * 901
    assert mapper.map(Native("s", "n", "application/json", body, "n.json")).record is not None


# --- OGC API Records ---


def test_concepts_of_a_theme_know_its_scheme(mapper: Mapper) -> None:
    themes = [
        {"scheme": "https://example.org/instruments", "concepts": [{"id": "dobson"}]},
        {"scheme": "s", "concepts": [{"id": "o3", "title": "Ozone"}]},
    ]
    outcome = mapped(mapper, RECORD, properties={**RECORD["properties"], "themes": themes})
    assert terms(outcome, TermKind.INSTRUMENT) == {("dobson", "https://example.org/instruments")}
    assert terms(outcome, TermKind.KEYWORD) == {("Ozone", "s")}


def test_concepts_of_a_theme_of_stac_know_its_scheme(mapper: Mapper) -> None:
    themes = [
        {"scheme": "https://example.org/ecv", "concepts": [{"id": "o3", "title": "Ozone"}]},
        {"scheme": "theme", "title": "Ocean words", "concepts": [{"id": "sst", "title": "SST"}]},
        {"scheme": "theme", "title": "", "concepts": [{"id": "ice", "title": "Ice"}]},
    ]
    extent = {"spatial": {"bbox": [[0, 0, 1, 1]]}, "temporal": {"interval": [["2020-01-01T00:00:00Z", None]]}}
    collection = {"type": "Collection", "stac_version": "1.0.0", "id": "c", "description": "d", "license": "other", "links": []}
    outcome = mapped(mapper, {**collection, "extent": extent, "themes": themes, "summaries": {"credits": ["A programme"]}})
    assert terms(outcome, TermKind.KEYWORD) >= {("Ozone", "https://example.org/ecv"), ("SST", "Ocean words"), ("Ice", None)}
    assert values(outcome, DT.thesaurusIri) == {"https://example.org/ecv"}
    assert values(outcome, SCHEMA.creditText) == {"A programme"}


def test_what_no_http_client_can_follow_is_no_link(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        RECORD,
        links=[{"rel": "items", "href": "mqtts://user:secret@broker.example.org"}, {"rel": "data", "href": "javascript:alert(1)"}],
    )
    assert (values(outcome, DCAT.accessURL), codes(outcome)) == (set(), [])


def test_a_feature_that_is_no_record_is_not_taken_for_one(mapper: Mapper) -> None:
    feature = {"type": "Feature", "id": "f", "geometry": None, "properties": {"title": "A lake"}}
    assert mapped(mapper, feature).record is None


# --- CKAN, udata ---


def test_extras_of_ckan_that_are_json_are_read(mapper: Mapper) -> None:
    extras = [
        {"key": "spatial", "value": '{"type": "Point", "coordinates": [3, 43]}'},
        {"key": "temporal_coverage-from", "value": '["1982"]'},
        {"key": "language", "value": "{"},
    ]
    outcome = mapped(mapper, PACKAGE, extras=extras)
    assert (values(outcome, DT.west), values(outcome, DCAT.startDate)) == ({"3"}, {"1982"})


def test_mail_addresses_of_persons_stay_out(mapper: Mapper) -> None:
    outcome = mapped(
        mapper,
        PACKAGE,
        author="Carberry, Josiah",
        author_email="josiah@example.org",
        maintainer_email="josiah@example.org",
        maintainer="Shom",
    )
    assert outcome.record is not None
    assert b"josiah@" not in outcome.record.triples


def test_licences_of_udata_are_known_by_their_code(mapper: Mapper) -> None:
    outcome = mapped(mapper, UDATA, license="lov2")
    assert terms(outcome, TermKind.LICENCE) == {("lov2", None)}
    assert values(outcome, DT.givenIri) == {"http://spdx.org/licenses/etalab-2.0"}


# --- OpenGeoMetadata ---


def test_an_envelope_is_west_east_north_south(mapper: Mapper) -> None:
    assert edges(mapped(mapper, AARDVARK, dcat_bbox="ENVELOPE(-5.2, 9.6, 51.1, 41.3)")) == ({"-5.2"}, {"41.3"}, {"9.6"}, {"51.1"})


def test_links_of_aardvark_stand_in_a_text(mapper: Mapper) -> None:
    links = {
        "http://schema.org/downloadUrl": [{"url": "https://example.org/a.zip"}],
        "http://www.opengis.net/def/serviceType/ogc/wms": "https://example.org/wms",
    }
    outcome = mapped(mapper, AARDVARK, dct_references_s=json.dumps(links), dct_format_s="GeoTIFF")
    assert (values(outcome, DCAT.downloadURL), values(outcome, DCAT.endpointURL)) == (
        {"https://example.org/a.zip"},
        {"https://example.org/wms"},
    )
    assert values(outcome, DT.formatText) == {"GeoTIFF"}


@pytest.mark.parametrize("given", ["{", "[1]", '"x"', "1", ""])
def test_links_of_aardvark_that_are_broken_cost_only_the_links(mapper: Mapper, given: str) -> None:
    assert values(mapped(mapper, AARDVARK, dct_references_s=given), DCT.title) == {"SPOT"}


def test_a_doi_that_many_layers_share_does_not_make_them_one(mapper: Mapper) -> None:
    layers = [
        {"geoblacklight_version": "1.0", "dc_title_s": name, "layer_slug_s": name, "dc_identifier_s": "10.13020/x"} for name in ("a", "b")
    ]
    outcomes = [mapped(mapper, layer) for layer in layers]
    assert len({outcome.record.dataset for outcome in outcomes if outcome.record}) == 2


# --- real records ---


def test_real_records_are_recognised_and_keep_their_title(mapper: Mapper, shared_data: Path) -> None:
    root, wrong = shared_data / "data" / "records", []
    with (root / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] in FORMATS]
    for row in rows:
        for each in itertools.islice(harvest_files([root / row["path"]], containers=Containers.from_resources(), largest=10**8), 30):
            outcome = mapper.map(each.native) if each.native else None
            if (
                outcome is None
                or outcome.record is None
                or outcome.record.format not in FORMATS[row["format"]]
                or not values(outcome, DCT.title)
            ):
                wrong.append(row["path"])
    assert (len(rows) > 20, wrong) == (True, [])


@pytest.mark.parametrize("name", ["columbia", "nyu", "princeton.arks", "stanford.purl", "umn"])
def test_real_layers_keep_their_identifier_and_title(mapper: Mapper, shared_data: Path, name: str) -> None:
    with gzip.open(shared_data / "data" / "scale" / f"ogm_edu.{name}.jsonl.gz") as file:
        lines = list(itertools.islice(file, 0, 4000, 100))
    for line in lines:
        layer = json.loads(line)
        outcome = mapped(mapper, layer)
        assert outcome.record is not None
        assert outcome.record.identifier == layer.get("layer_slug_s", layer.get("id"))
        title = " ".join((layer.get("dct_title_s") or layer["dc_title_s"]).split())
        assert unicodedata.normalize("NFC", title) in values(outcome, DCT.title)
