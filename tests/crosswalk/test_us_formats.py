"""Rules of the crosswalks for DIF, ECHO 10, UMM, FGDC, mdJSON, MCF and the AWS registry that the golden files do not show."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.harvest.media_type import media_type_of
from kg.model import Native, Outcome, TermKind
from kg.namespaces import ADMS, DCAT, DCT, DT, FOAF, OWL, SOSA

DIF_NAMESPACE = ' xmlns="http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"'
MEDIA_TYPES = {"xml": "application/xml", "json": "application/json", "yaml": "application/yaml", "yml": "application/yaml"}

UMM_C: dict[str, Any] = {"ShortName": "MOD10A1", "Version": "6", "EntryTitle": "Snow cover"}
UMM_S: dict[str, Any] = {"Name": "snow-wms", "ServiceKeywords": [], "ServiceOrganizations": [], "Description": "d"}
MDJSON = {
    "schema": {"name": "mdJson", "version": "2.6.0"},
    "contact": [],
    "metadata": {"metadataInfo": {}, "resourceInfo": {"citation": {"title": "t"}}},
}
MCF = "mcf:\n  version: 1.0\nmetadata:\n  identifier: m\n  language: fr\nidentification:\n  title: {fr: Neige, en: Snow}\n"
AWS = "Name: Snow\nManagedBy: CNES\nLicense: CC0\nResources:\n- {Description: d, Type: S3 Bucket, ARN: 'arn:aws:s3:::snow/l2b'}\n"


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def mapped(mapper: Mapper, body: str | dict[str, Any], kind: str = "", location: str = "folder/n.x") -> Outcome:
    text = body if isinstance(body, str) else json.dumps(body)
    media_type = MEDIA_TYPES[kind or ("xml" if text.startswith("<") else "json" if text.startswith("{") else "yaml")]
    return mapper.map(Native("s", "n", media_type, text.encode(), location))


def dif(inner: str, namespace: str = DIF_NAMESPACE) -> str:
    entry = "<Entry_ID><Short_Name>OMNO2</Short_Name><Version>003</Version></Entry_ID>"
    return f"<DIF{namespace}>{entry}<Entry_Title>NO2</Entry_Title>{inner}</DIF>"


def echo(inner: str) -> str:
    return f"<Collection><ShortName>GLA13</ShortName><VersionId>034</VersionId><DataSetId>Sea ice altimetry</DataSetId>{inner}</Collection>"


def triples(outcome: Outcome) -> list[Triple]:
    assert outcome.record is not None, outcome.problems
    return [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)]


def values(outcome: Outcome, predicate: NamedNode) -> set[str]:
    return {each.object.value for each in triples(outcome) if each.predicate == predicate and isinstance(each.object, NamedNode | Literal)}


def terms(outcome: Outcome, kind: TermKind) -> set[str]:
    assert outcome.record is not None
    return {term.text for term in outcome.record.terms if term.kind == kind}


# --- DIF ---


@pytest.mark.parametrize("namespace", [DIF_NAMESPACE, ""])
def test_dif_is_read_with_and_without_its_namespace(mapper: Mapper, namespace: str) -> None:
    outcome = mapped(mapper, dif("", namespace))
    assert outcome.record is not None
    assert (outcome.record.format, outcome.record.identifier) == ("dif10", "OMNO2_003")


def test_dif_9_is_told_from_dif_10_by_its_identifier(mapper: Mapper) -> None:
    outcome = mapped(mapper, f"<DIF{DIF_NAMESPACE}><Entry_ID>SSS</Entry_ID><Entry_Title>Salinity</Entry_Title></DIF>")
    assert outcome.record is not None
    assert (outcome.record.format, outcome.record.identifier) == ("dif9", "SSS")


def test_a_science_keyword_is_a_path_with_the_iri_of_its_concept(mapper: Mapper) -> None:
    uuid = "36a2999b-2255-4d4e-a249-40df3b7b3aaf"
    levels = "<Category>EARTH SCIENCE</Category><Topic>ATMOSPHERE</Topic><Term>AEROSOLS</Term><Detailed_Variable>PM2.5</Detailed_Variable>"
    outcome = mapped(mapper, dif(f'<Science_Keywords uuid="{uuid}">{levels}</Science_Keywords>'))
    assert terms(outcome, TermKind.VARIABLE) == {"EARTH SCIENCE > ATMOSPHERE > AEROSOLS", "PM2.5"}
    assert values(outcome, DT.givenIri) == {f"https://gcmd.earthdata.nasa.gov/kms/concept/{uuid}"}
    assert "GCMD Science Keywords" in values(outcome, DT.thesaurus)


def test_an_instrument_is_hosted_by_its_platform_and_known_by_both_names(mapper: Mapper) -> None:
    instrument = "<Instrument><Short_Name>OMI</Short_Name><Long_Name>Ozone Monitoring Instrument</Long_Name></Instrument>"
    outcome = mapped(mapper, dif(f"<Platform><Short_Name>AURA</Short_Name>{instrument}</Platform>"))
    assert terms(outcome, TermKind.INSTRUMENT) == {"OMI", "Ozone Monitoring Instrument"}
    assert values(outcome, SOSA.isHostedBy) == values(outcome, DT.facility)


def test_what_stands_for_nothing_is_no_platform_no_version_and_no_date(mapper: Mapper) -> None:
    nothing = "<Platform><Short_Name>Not provided</Short_Name><Instrument><Short_Name>NOT APPLICABLE</Short_Name></Instrument></Platform>"
    dates = "<Metadata_Dates><Data_Creation>Not provided</Data_Creation><Data_Last_Revision>present</Data_Last_Revision></Metadata_Dates>"
    outcome = mapped(mapper, dif(nothing + dates).replace("<Version>003", "<Version>Not provided"))
    assert outcome.record is not None and outcome.record.identifier == "OMNO2"
    assert (
        values(outcome, DT.facility)
        == values(outcome, DT.equipment)
        == values(outcome, DCAT.version)
        == values(outcome, DCT.created)
        == set()
    )
    assert outcome.problems == ()


def test_a_doi_of_a_reference_is_not_the_data_set_s_own(mapper: Mapper) -> None:
    reference = "<Persistent_Identifier><Type>DOI</Type><Identifier>10.5194/amt-10-445-2017</Identifier></Persistent_Identifier>"
    outcome = mapped(mapper, dif(f"<Reference><Title>Retrieval</Title>{reference}</Reference>"))
    assert values(outcome, OWL.sameAs) == set()
    assert values(outcome, DCT.references) == {"https://doi.org/10.5194/amt-10-445-2017"}


def test_related_urls_are_data_services_landing_pages_and_documents(mapper: Mapper) -> None:
    def url(kind: str, address: str) -> str:
        return (
            f"<Related_URL><URL_Content_Type><Type>{kind}</Type></URL_Content_Type><URL>https://example.org/{address}</URL></Related_URL>"
        )

    kinds = {"GET DATA": "data/", "USE SERVICE API": "api", "DATA SET LANDING PAGE": "landing", "VIEW RELATED INFORMATION": "guide"}
    outcome = mapped(mapper, dif("".join(url(kind, address) for kind, address in kinds.items())))
    assert values(outcome, DCAT.accessURL) == {"https://example.org/data/", "https://example.org/api"}
    assert values(outcome, DCAT.endpointURL) == {"https://example.org/api"}
    assert values(outcome, DCAT.landingPage) == {"https://example.org/landing"}
    assert values(outcome, FOAF.page) == {"https://example.org/guide"}


# --- ECHO 10 ---


def test_branches_of_a_science_keyword_are_paths_of_their_own(mapper: Mapper) -> None:
    level_2 = "".join(f"<VariableLevel2Keyword><Value>{each}</Value></VariableLevel2Keyword>" for each in ("CLOUD HEIGHT", "CLOUD TYPES"))
    start = "<CategoryKeyword>EARTH SCIENCE</CategoryKeyword><TopicKeyword>ATMOSPHERE</TopicKeyword><TermKeyword>CLOUDS</TermKeyword>"
    branch = f"<VariableLevel1Keyword><Value>PROPERTIES</Value>{level_2}</VariableLevel1Keyword>"
    outcome = mapped(mapper, echo(f"<ScienceKeywords><ScienceKeyword>{start}{branch}</ScienceKeyword></ScienceKeywords>"))
    path = "EARTH SCIENCE > ATMOSPHERE > CLOUDS > PROPERTIES > "
    assert terms(outcome, TermKind.VARIABLE) == {path + "CLOUD HEIGHT", path + "CLOUD TYPES"}


def test_a_code_is_no_title_where_a_long_name_is_given(mapper: Mapper) -> None:
    outcome = mapped(mapper, echo("<LongName>Ice heights</LongName>").replace("Sea ice altimetry", "PODAAC-GHGMR-4FJ04"))
    assert values(outcome, DCT.title) == {"Ice heights"}
    assert "PODAAC-GHGMR-4FJ04" in values(outcome, DCT.alternative)


@pytest.mark.parametrize(("flag", "end"), [("true", set()), ("false", {"2037-01-01"})])
def test_what_goes_on_has_no_end_whatever_is_written(mapper: Mapper, flag: str, end: set[str]) -> None:
    times = "<BeginningDateTime>2002-06-01</BeginningDateTime><EndingDateTime>2037-01-01</EndingDateTime>"
    temporal = f"<Temporal><EndsAtPresentFlag>{flag}</EndsAtPresentFlag><RangeDateTime>{times}</RangeDateTime></Temporal>"
    assert values(mapped(mapper, echo(temporal)), DCAT.endDate) == end


def test_a_box_over_the_antimeridian_stays_one(mapper: Mapper) -> None:
    edges = {"West": 140, "South": -45, "East": -70, "North": 35}
    box = "".join(f"<{name}BoundingCoordinate>{value}</{name}BoundingCoordinate>" for name, value in edges.items())
    geometry = f"<Geometry><BoundingRectangle>{box}</BoundingRectangle></Geometry>"
    outcome = mapped(mapper, echo(f"<Spatial><HorizontalSpatialDomain>{geometry}</HorizontalSpatialDomain></Spatial>"))
    assert (values(outcome, DT.west), values(outcome, DT.east)) == ({"140"}, {"-70"})


def test_a_polygon_that_crosses_itself_unless_it_crosses_the_antimeridian_does_so(mapper: Mapper) -> None:
    positions = ((-7, -70), (-20, -160), (-60, 165), (-50, 170), (10, -170), (5, -80))
    points = "".join(f"<Point><PointLongitude>{x}</PointLongitude><PointLatitude>{y}</PointLatitude></Point>" for y, x in positions)
    geometry = f"<Geometry><GPolygon><Boundary>{points}</Boundary></GPolygon></Geometry>"
    outcome = mapped(mapper, echo(f"<Spatial><HorizontalSpatialDomain>{geometry}</HorizontalSpatialDomain></Spatial>"))
    assert (values(outcome, DT.west), values(outcome, DT.east)) == ({"165"}, {"-70"})
    assert "place.invalid-geometry" not in [each.code for each in outcome.problems]


def test_addresses_on_a_disk_are_not_published(mapper: Mapper) -> None:
    resource = "<OnlineResource><URL>/data/export/web/thumbnails</URL><Type>BROWSE</Type></OnlineResource>"
    outcome = mapped(mapper, echo(f"<OnlineResources>{resource}</OnlineResources>"))
    assert outcome.record is not None and b"thumbnails" not in outcome.record.triples


# --- UMM ---


def test_umm_records_are_told_apart(mapper: Mapper) -> None:
    tool = {"Name": "Panoply", "ToolKeywords": [{"ToolCategory": "EARTH SCIENCE SERVICES"}], "Type": "Downloadable Tool"}
    variable = {"Name": "sst", "Definition": "d", "MetadataSpecification": {"Name": "UMM-Var"}}
    formats = [outcome.record.format for each in (UMM_C, UMM_S, tool, variable) if (outcome := mapped(mapper, each)).record]
    assert formats == ["umm-c", "umm-s", "umm-t", "umm-var"]


def test_a_service_says_where_it_is_what_it_speaks_and_what_it_serves(mapper: Mapper) -> None:
    operation = {"CoupledResource": {"DataResourceDOI": "https://doi.org/10.5067/Aura/OMI/DATA2017"}}
    service = {**UMM_S, "Type": "WMS", "URL": {"URLValue": "https://example.org/wms"}, "OperationMetadata": [operation]}
    outcome = mapped(mapper, service)
    assert values(outcome, DCAT.endpointURL) == {"https://example.org/wms"}
    assert "http://www.opengis.net/def/serviceType/ogc/wms" in values(outcome, DCT.conformsTo)
    assert values(outcome, DCAT.servesDataset) == {"https://doi.org/10.5067/aura/omi/data2017"}
    assert DCAT.DataService in [each.object for each in triples(outcome)]


def test_the_first_of_january_1970_is_no_date_of_data(mapper: Mapper) -> None:
    dates = [{"Type": "CREATE", "Date": "1970-01-01T00:00:00.000Z"}, {"Type": "UPDATE", "Date": "2015-09-30T00:00:00.000Z"}]
    outcome = mapped(mapper, {**UMM_C, "DataDates": dates})
    assert (values(outcome, DCT.created), values(outcome, DCT.modified)) == (set(), {"2015-09-30T00:00:00Z"})


def test_answers_of_the_repository_are_opened(mapper: Mapper, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"hits": 1, "took": 3, "items": [{"meta": {"concept-id": "C1"}, "umm": UMM_C}]}))
    (tmp_path / "b.xml").write_text(f'<results><hits>1</hits><result concept-id="C2">{dif("")}</result></results>')
    (tmp_path / "c.json").write_text(json.dumps({"items": [{"a": 1}]}))
    read = list(harvest_files([tmp_path], containers=Containers.from_resources(), largest=10**6))
    outcomes = [mapper.map(each.native) for each in read if each.native]
    assert [outcome.record.identifier for outcome in outcomes if outcome.record] == ["MOD10A1_6", "OMNO2_003"]


# --- mdJSON ---


def test_parties_are_found_in_the_list_of_contacts_with_the_role_around_them(mapper: Mapper) -> None:
    contacts = [
        {"contactId": "a", "isOrganization": False, "name": "Doe, J."},
        {"contactId": "b", "isOrganization": True, "name": "CESBIO"},
    ]
    party = {"role": "author", "party": [{"contactId": "a"}, {"contactId": "b"}, {"contactId": "nobody"}]}
    info = {"citation": {"title": "t", "responsibleParty": [party]}}
    outcome = mapped(mapper, {**MDJSON, "contact": contacts, "metadata": {"metadataInfo": {}, "resourceInfo": info}})
    assert values(outcome, FOAF.name) == {"Doe, J.", "CESBIO"}
    assert len(values(outcome, DCT.creator)) == 2


# --- YAML ---


def test_titles_of_mcf_keep_their_languages(mapper: Mapper) -> None:
    titles = {each.object for each in triples(mapped(mapper, MCF)) if each.predicate == DCT.title}
    assert titles == {Literal("Neige", language="fr"), Literal("Snow", language="en")}


def test_a_box_of_mcf_in_another_reference_system_is_said_to_be_unread_and_not_lost_unseen(mapper: Mapper) -> None:
    extent = "  extents:\n    spatial:\n      - {bbox: [1000, 2000, 3000, 4000], crs: '2154'}\n"
    outcome = mapped(mapper, MCF + extent)
    assert "place.unknown-crs" in {problem.code for problem in outcome.problems}
    assert not values(outcome, DCAT.bbox)


def test_the_policy_of_wmo_says_who_may_use_data_of_wis_2(mapper: Mapper) -> None:
    outcome = mapped(mapper, MCF + "  wmo_data_policy: core\n")
    assert outcome.record is not None
    assert "WMO Unified Data Policy: core" in {term.text for term in outcome.record.terms}


def test_yaml_numbers_stay_as_they_are_written(mapper: Mapper) -> None:
    assert values(mapped(mapper, MCF + "  edition: 1.10\n"), DCAT.version) == {"1.10"}


def test_a_registry_entry_is_known_by_the_name_of_its_file_and_leads_to_its_bucket(mapper: Mapper) -> None:
    outcome = mapped(mapper, AWS, location="datasets/theia-snow.yaml")
    assert outcome.record is not None and outcome.record.identifier == "theia-snow"
    assert values(outcome, DCAT.accessURL) == {"s3://snow/l2b"}


def test_a_deprecated_registry_entry_says_so(mapper: Mapper) -> None:
    assert values(mapped(mapper, AWS + "Deprecated: True\n"), ADMS.status) == {"http://purl.org/adms/status/Deprecated"}


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (BOMB, "more than 200000 values"),
        ("a: &a [*a]\n", "before or within"),
        ("a: *unknown\n", "before or within"),
        ("a: " + "[" * 5000, "nested deeper"),
        ("a: b: c\n", "mapping values"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("? [a]\n: b\n", "key that is no text"),
        ("a: 'open\n", "unexpected end"),
        ("a: \x00\n", "not allowed"),
    ],
)
def test_hostile_yaml_is_refused_with_a_reason(mapper: Mapper, body: str, said: str) -> None:
    outcome = mapped(mapper, body, "yaml")
    assert outcome.record is None
    assert outcome.problems[0].code == "yaml.malformed"
    assert said in dict(outcome.problems[0].values)["detail"]


def test_tags_of_yaml_carry_nothing_out(mapper: Mapper, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    outcome = mapped(mapper, AWS + f"Citation: !!python/object/apply:os.system ['touch {mark}']\n")
    assert outcome.record is not None and not mark.exists()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("README.md", "# Argo\n\nHow to read the data\n"),
        ("README.md", "Licence: CC BY\nSource: Argo\nDate: 2020\n"),
        ("notes.txt", "Note: to be read\nDate: today\nFrom: me\n"),
        ("source.toml", 'id = "argo"\npole = "odatis"\n'),
        ("faults.toml", '# What: is expected\n["a.xml"]\nfault = "x: y"\n'),
        ("letter", "Dear: you\nI write: to say\nthat all is well\n"),
        ("table.csv", "a;b\n1;2\n"),
    ],
)
def test_other_texts_are_no_yaml(name: str, body: str) -> None:
    assert media_type_of(body.encode(), name)[0] is None


@pytest.mark.parametrize("name", ["a.yml", "a.mcf.yaml", "a"])
def test_yaml_is_known_by_its_name_or_its_keys(name: str) -> None:
    assert media_type_of(b"# MCF\n" + MCF.encode(), name)[0] == "application/yaml"


def test_xml_without_declaration_is_no_n_triples() -> None:
    assert media_type_of(b"<metadata>\n  <idinfo>\n    <citation>", "a.xml")[0] == "application/xml"
    assert media_type_of(b"<http://e.org/a>\t<http://e.org/b> <http://e.org/c> .", "a.txt")[0] == "application/n-triples"


def test_yaml_of_another_kind_is_not_recognised(mapper: Mapper) -> None:
    outcome = mapped(mapper, "on: push\njobs: {test: {runs-on: ubuntu}}\nname: CI\n")
    assert [each.code for each in outcome.problems] == ["format.unknown"]


# --- all ---


def test_mailboxes_of_persons_are_never_published(mapper: Mapper) -> None:
    named = "<First_Name>J</First_Name><Last_Name>D</Last_Name><Email>j.d@example.org</Email>"
    person = f"<Personnel><Role>INVESTIGATOR</Role><Contact_Person>{named}</Contact_Person></Personnel>"
    contact = MCF + "contact:\n  pointOfContact: {organization: Ifremer, individualname: J D, email: j.d@example.org}\n"
    for outcome in (mapped(mapper, dif(person)), mapped(mapper, contact)):
        assert outcome.record is not None and b"j.d@" not in outcome.record.triples
        assert {"J D"} <= values(outcome, FOAF.name)


def test_scripts_stay_text(mapper: Mapper) -> None:
    outcome = mapped(
        mapper, {**UMM_C, "RelatedUrls": [{"URL": "javascript:alert(1)", "Type": "GET DATA"}], "Abstract": "<script>x</script>"}
    )
    assert values(outcome, DCAT.accessURL) == set()
    assert [each.code for each in outcome.problems] == ["iri.invalid"]


FORMATS = ("dif10", "dif9", "echo10", "umm-c", "fgdc", "aws-odr-yaml")


@pytest.mark.parametrize("format", FORMATS)
def test_operational_records_keep_identifier_and_title(mapper: Mapper, shared_data: Path, format: str) -> None:
    with (shared_data / "data" / "records" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        paths = [row["path"] for row in csv.DictReader(file) if row["format"] == format and row["realness"].startswith("A")][:60]
    lost = []
    for path in paths:
        body = (shared_data / "data" / "records" / path).read_bytes()
        media_type, _ = media_type_of(body, path)
        outcome = mapper.map(Native("s", path, media_type or "", body, path))
        if outcome.record is None or not values(outcome, DCT.title) or (format != "fgdc" and outcome.record.identifier == path):
            lost.append(path)
    assert lost == []
