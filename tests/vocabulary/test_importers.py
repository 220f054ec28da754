"""Importers: each format becomes SKOS, and the published vocabularies have as many concepts as their README says."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import VocabularyError
from kg.namespaces import DCT, OWL, RDF, RDFS, SKOS
from kg.vocabulary.concepts import Said, concepts_of
from kg.vocabulary.importers import files_below, read_bodies, read_paths, recognise
from kg.vocabulary.reading import Reading, vocabulary_id

GCMD = "https://gcmd.earthdata.nasa.gov/kms/concept/"
UUID = "c7b98f5c-1f1c-4e2f-8f2e-00000000000"


def read(text: str | bytes, name: str = "vocabulary.ttl", reading: Reading | None = None) -> dict[str, Said]:
    """The concepts of one document."""
    body = text.encode() if isinstance(text, str) else text
    return concepts_of(read_bodies([(body, name)], reading or Reading("test")).triples)


def live(concepts: dict[str, Said]) -> int:
    return sum(not said.deprecated for said in concepts.values())


# --- one format each ---


def test_gcmd_csv_tells_the_path_by_broader_and_label() -> None:
    text = (
        '"Keyword Version: 14.3","see https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/platforms/?format=xml"\n'
        "Basis,Category,Sub_Category,Short_Name,Long_Name,UUID\n"
        f'"Water-based Platforms","","","","","{UUID}1"\n'
        f'"Water-based Platforms","Vessels","Surface","","","{UUID}2"\n'
        f'"Water-based Platforms","Vessels","Surface","R/V TEST","Research Vessel Test","{UUID}3"\n'
        f'"Water-based Platforms","Vessels","no cell for the long name","SHORT","{UUID}4"\n'
    )
    concepts = read(text, "platforms.csv")
    ship = concepts[f"{GCMD}{UUID}3"]
    assert (ship.names, ship.other) == ({("en", "R/V TEST")}, {("en", "Research Vessel Test")})
    assert ship.broader == {f"{GCMD}{UUID}2"}
    assert concepts[f"{GCMD}{UUID}2"].broader == {f"{GCMD}{UUID}1"}, "a step without a row is passed over"
    assert concepts[f"{GCMD}{UUID}4"].names == {("en", "SHORT")}
    assert ship.schemes == {"https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/platforms"}


def test_a_gcmd_tree_of_any_depth_is_read() -> None:
    depth = 3000
    inner = "".join(f'{{"uuid": "00000000-0000-0000-0000-{n:012x}", "label": "L{n}", "children": [' for n in range(depth))
    with pytest.raises(VocabularyError, match="JSON"):  # the parser stops there, with an error for people
        read(f"[{inner}{']}' * depth}]", "gcmd-deep.json")
    concepts = read(
        f'[{{"uuid": "{UUID}1", "label": "Lidar", "definition": "No definition available.", "children": ['
        f'{{"uuid": "{UUID}2", "label": "ATM", "definition": "Maps ice.", "children": []}}]}}]',
        "gcmd-instruments.json",
    )
    assert concepts[f"{GCMD}{UUID}1"].definitions == set()
    assert concepts[f"{GCMD}{UUID}2"].broader == {f"{GCMD}{UUID}1"}


def test_cf_aliases_are_deprecated_and_their_names_kept_and_units_are_there() -> None:
    text = """<?xml version="1.0"?><standard_name_table><version_number>1</version_number>
      <entry id="sea_ice_thickness"><canonical_units>m</canonical_units><description>How thick it is.</description></entry>
      <alias id="thickness_of_sea_ice"><entry_id>sea_ice_thickness</entry_id></alias></standard_name_table>"""
    found = read_bodies([(text.encode(), "cf.xml")], Reading("cf")).triples
    name, alias = (NamedNode(f"http://vocab.nerc.ac.uk/standard_name/{each}/") for each in ("sea_ice_thickness", "thickness_of_sea_ice"))
    assert Triple(alias, DCT.isReplacedBy, name) in found
    assert Triple(name, NamedNode("http://qudt.org/schema/qudt/udunitsCode"), Literal("m")) in found
    assert concepts_of(found)[name.value].other == {("en", "sea ice thickness"), ("en", "thickness_of_sea_ice")}


def test_nvs_json_is_read_as_served_and_as_argopy_wraps_it() -> None:
    document = """{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "owl": "http://www.w3.org/2002/07/owl#"},
      "@graph": [{"@id": "http://vocab.nerc.ac.uk/collection/R03/current/TEMP/", "@type": "skos:Concept", "skos:altLabel": "TEMP",
        "skos:notation": "SDN:R03::TEMP", "owl:deprecated": "false", "skos:prefLabel": {"@language": "en", "@value": "Temperature"}},
        {"@id": "http://vocab.nerc.ac.uk/collection/R03/current/", "@type": "skos:Collection",
         "skos:member": [{"@id": "http://vocab.nerc.ac.uk/collection/R03/current/TEMP/"}]}]}"""
    served = read(document, "R03.jsonld", Reading("nvs-r03"))
    assert served == read(f'{{"name": "PARAMETER", "data": {document}}}', "R03.json", Reading("nvs-r03"))
    temperature = served["http://vocab.nerc.ac.uk/collection/R03/current/TEMP/"]
    assert temperature.notations == {"SDN:R03::TEMP"}
    assert temperature.schemes == {"https://w3id.org/dataterra/scheme/nvs-r03"}


def test_obo_terms_of_the_ontology_itself_are_read_and_obsolete_ones_deprecated() -> None:
    text = """format-version: 1.2
data-version: releases/2025-10-20
ontology: envo

[Term]
id: ENVO:00000001
name: ice field
def: "A field of \\"ice\\"." [MA:ma]
synonym: "icefield" EXACT []
synonym: "glacier" RELATED []
is_a: ENVO:00000002 ! ice mass
is_a: BFO:0000040 ! material entity

[Term]
id: ENVO:00000002
name: ice mass
is_obsolete: true
replaced_by: ENVO:00000001

[Term]
id: BFO:0000040
name: material entity
"""
    concepts = read(text, "envo.obo")
    field = concepts["http://purl.obolibrary.org/obo/ENVO_00000001"]
    assert set(concepts) == {f"http://purl.obolibrary.org/obo/ENVO_0000000{n}" for n in (1, 2)}
    assert field.definitions == {("en", 'A field of "ice".')}
    assert field.broader == {"http://purl.obolibrary.org/obo/ENVO_00000002"}
    assert concepts["http://purl.obolibrary.org/obo/ENVO_00000002"].replaced == {"http://purl.obolibrary.org/obo/ENVO_00000001"}


def test_owl_classes_are_seen_as_concepts() -> None:
    concepts = read("""@prefix : <http://e.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
      @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
      <http://e.org/> a owl:Ontology .
      :Ice a owl:Class ; rdfs:label "ice"@en , "glace"@fr , "frozen water"@en ; rdfs:comment "Water that is frozen."@en .
      :FastIce a owl:Class ; rdfs:subClassOf :Ice , [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :v ] ; owl:deprecated true ;
        owl:equivalentClass <http://other.org/FastIce> .""")
    assert concepts["http://e.org/Ice"].preferred == {"en": {"frozen water"}, "fr": {"glace"}}, "one preferred label a language"
    assert concepts["http://e.org/Ice"].other == {("en", "ice")}
    fast = concepts["http://e.org/FastIce"]
    assert (fast.broader, fast.deprecated, fast.schemes) == ({"http://e.org/Ice"}, True, {"http://e.org/"})
    assert fast.matches == {(SKOS.exactMatch.value, "http://other.org/FastIce")}


def test_a_tree_without_any_class_is_seen_as_concepts() -> None:
    text = """<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY r "http://www.w3.org/1999/02/22-rdf-syntax-ns#">]>
      <rdf:RDF xmlns:rdf="&r;" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xml:base="http://e.org/terms">
      <rdf:Description rdf:about="#service" rdfs:label="Service"/>
      <rdf:Description rdf:about="#data" rdfs:label="Data service"><rdfs:subClassOf rdf:resource="#service"/></rdf:Description></rdf:RDF>"""
    concepts = read(text, "tree.rdf", Reading("tree", language="en"))
    assert concepts["http://e.org/terms#data"].broader == {"http://e.org/terms#service"}
    assert concepts["http://e.org/terms#data"].names == {("en", "Data service")}


def test_labels_and_definitions_written_otherwise_are_seen() -> None:
    concepts = read("""@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dct: <http://purl.org/dc/terms/> .
      <Area/ocean> a skos:Concept ; <http://www.w3.org/2000/01/rdf-schema#label> "Ocean"@en , "Océan"@fr ; dct:description "Sea."@en .
      <Area/all> a skos:Concept ; skos:narrower <Area/ocean> .""")
    ocean = concepts["https://w3id.org/dataterra/scheme/test/Area/ocean"]
    assert (ocean.names, ocean.definitions) == ({("en", "Ocean"), ("fr", "Océan")}, {("en", "Sea.")})
    assert ocean.broader == {"https://w3id.org/dataterra/scheme/test/Area/all"}


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("concept,prefLabel,altLabels\nhttp://e.org/1,snow,névé;firn\n", "http://e.org/1"),
        ("id,name,deprecated_id\nclasspath exception,Classpath,True\n", "https://spdx.org/licenses/classpath%20exception"),
        ("codelist,code\nCI_RoleCode,author\n", "https://w3id.org/dataterra/scheme/test/CI_RoleCode/author"),
    ],
)
def test_lists_are_known_by_their_columns(text: str, iri: str) -> None:
    assert set(read(text, "list.csv")) == {iri}


def test_a_list_of_unknown_columns_says_what_to_do() -> None:
    with pytest.raises(VocabularyError, match=r"iri, prefLabel, definition"):
        read("name,value\na,b\n", "list.csv")


# --- hostile and broken files ---


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "web page"),
        (b"<HTML><HEAD/></HTML>", "web page"),
        (b"\xef\xbb\xbf<html lang='fr'>", "web page"),
        (b'@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <http://e/a> a skos:Concept ; skos:prefLabel "cut', "cannot be read"),
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><r>&b;</r>', "entities"),
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>', "entities"),
        (b"PK\x03\x04 nothing more", "workbook"),
        (b'{"@context": "https://example.org/context.jsonld", "@graph": []}', "cannot be read"),
        (b'"Keyword Version: 9"\nError,Message\n', "UUID"),
        (b"<standard_name_table></standard_name_table>", "no entries"),
        (b"format-version: 1.2\nontology: envo\n", "no term"),
    ],
)
def test_what_is_no_vocabulary_is_said(body: bytes, says: str) -> None:
    with pytest.raises(VocabularyError, match=says):
        read(body)


def test_one_iri_that_is_none_loses_no_other_statement() -> None:
    concepts = read("""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
      <http://e.org/a> a skos:Concept ; skos:prefLabel "a" ; skos:exactMatch <http://e.org/with space> , <http://e.org/b> .""")
    assert concepts["http://e.org/a"].matches == {(SKOS.exactMatch.value, "http://e.org/b")}


@pytest.mark.parametrize("name", ["../up", "a/b", "", "variable", "a b", "é", "x" * 65])
def test_an_id_is_never_a_path_nor_one_of_ours(name: str) -> None:
    with pytest.raises(VocabularyError):
        vocabulary_id(name)


# --- the published vocabularies ---

#: Files of data/vocabularies, and what counts them -> concepts by their README. Of OWL, the README counts anonymous classes as well.
COUNTS: dict[str, int] = {
    "cf/cf-standard-name-table.xml": 5023,
    "cgi/eventenvironment.ttl": 146,
    "cgi/eventprocess.ttl": 81,
    "cgi/simplelithology.ttl": 265,
    "coar/coar_resourcetypes_v1.1_skos.ttl": 58,
    "dataterra/AERIS_Thesaurus.ttl": 1634,
    "dataterra/EaSyData_Thesaurus.ttl": 952,
    "dataterra/Formaterre_Thesaurus.ttl": 220,
    "dataterra/Theia_Thesaurus.ttl": 1996,
    "envo/envo.obo": 3872,
    "envri/envri_terminology.rdf": 771,
    "eu-inspire-iso/PriorityDataset.rdf": 152,
    "eu-inspire-iso/TopicCategory.rdf": 19,
    "eu-inspire-iso/datatheme.rdf": 14,
    "eu-inspire-iso/file-type.rdf": 197,
    "eu-inspire-iso/frequency.rdf": 23,
    "eu-inspire-iso/inspire-service-taxonomy.rdf": 78,
    "eu-inspire-iso/inspire-theme.rdf": 34,
    "eu-inspire-iso/iso19115-codes.csv": 272,
    "eu-inspire-iso/language.rdf": 399,
    "eu-inspire-iso/licence-type.rdf": 13,
    "eu-inspire-iso/media-types.rdf": 48,
    "eu-inspire-iso/protocol.rdf": 50,
    "gcmd/csv-v14.3/chronounits.csv": 183,
    "gcmd/csv-v14.3/granuledataformat.csv": 124,
    "gcmd/csv-v14.3/horizontalresolutionrange.csv": 14,
    "gcmd/csv-v14.3/idnnode.csv": 126,
    "gcmd/csv-v14.3/instruments.csv": 1975,
    "gcmd/csv-v14.3/locations.csv": 549,
    "gcmd/csv-v14.3/platforms.csv": 1089,
    "gcmd/csv-v14.3/projects.csv": 1871,
    "gcmd/csv-v14.3/providers.csv": 3720,
    "gcmd/csv-v14.3/rucontenttype.csv": 101,
    "gcmd/csv-v14.3/sciencekeywords.csv": 3520,
    "gcmd/csv-v14.3/temporalresolutionrange.csv": 19,
    "gcmd/csv-v14.3/verticalresolutionrange.csv": 7,
    "gcmd/json-2023-10-11/gcmd-chronounits.json": 184,
    "gcmd/json-2023-10-11/gcmd-dataformat.json": 127,
    "gcmd/json-2023-10-11/gcmd-instruments.json": 2025,
    "gcmd/json-2023-10-11/gcmd-isotopiccategory.json": 22,
    "gcmd/json-2023-10-11/gcmd-platforms.json": 1111,
    "gcmd/json-2023-10-11/gcmd-projects.json": 1889,
    "gcmd/json-2023-10-11/gcmd-sciencekeywords.json": 3552,
    "gemet/gemet-en.csv": 5573,
    "gemet/gemet-fr.rdf": 5570,
    "icos/cpmeta.owl": 81,
    "spdx/exceptions.csv": 86,
    "spdx/licences.csv": 740,
    "theia-pivot/theia-categories.csv": 30,
    "wmo/1-01-01.csv": 689,
    "wmo/2-01.ttl": 19,
    "wmo/2-02.ttl": 376,
    "wmo/3-02.ttl": 220,
    "wmo/3-08.ttl": 14,
    "wmo/4-04.ttl": 58,
    "wmo/4-06.ttl": 9,
    "wmo/4-07.ttl": 32,
    "wmo/7-06.ttl": 7,
    "wmo/7-07.ttl": 63,
}
#: Where the README counts deprecated concepts too.
WITH_DEPRECATED = {
    "envthes": ("envthes/EnvThes.dev.ttl", 5644),
    "iadopt": ("iadopt/i-adopt_1_1_0.ttl", 9),
    "metno": ("metno/mmd-vocabulary.dev.ttl", 319),
    "odatis": ("dataterra/ODATIS_Thesaurus.ttl", 94),
    "qudt-kinds": ("qudt/VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl", 1224),  # 1,225 in the README, one of which is no qudt:QuantityKind
    "qudt-units": ("qudt/VOCAB_QUDT-UNITS-ALL.ttl", 2929),
    "spdx": ("spdx/licences.csv", 740),
    "sweet": ("sweet/src", 10257),
}


@pytest.mark.parametrize("path", COUNTS)
def test_published_vocabularies_have_the_concepts_of_their_readme(path: str, shared_data: Path) -> None:
    file = shared_data / "data/vocabularies" / path
    if not file.exists():
        pytest.skip(f"{file} is not there")
    concepts = concepts_of(read_paths([file], Reading("test")).triples)
    found = len(concepts) if path.startswith("spdx") else live(concepts)
    assert found == COUNTS[path]


@pytest.mark.parametrize("name", WITH_DEPRECATED)
def test_large_vocabularies_have_the_concepts_of_their_readme(name: str, shared_data: Path) -> None:
    path, count = WITH_DEPRECATED[name]
    file = shared_data / "data/vocabularies" / path
    if not file.exists():
        pytest.skip(f"{file} is not there")
    assert len(concepts_of(read_paths(files_below([file]), Reading("test")).triples)) == count


NVS = (
    "R01 10, R03 105, R04 28, R05 15, R06 8, R07 14, R08 56, R09 9, R10 4, R11 26, R12 9, R13 3, R14 645, R15 183, R16 15, R18 330, R19 6, "
    "R20 7, R21 7, R22 5, R23 41, R24 16, R25 35, R26 28, R27 139, R28 19, R31 25, R33 3, R34 3, R35 3, R41 71, RD2 8, RMC 4, RP2 7, "
    "RR2 8, RTV 16"
)


@pytest.mark.parametrize(("table", "count"), [each.split() for each in NVS.split(", ")])
def test_argo_tables_have_the_concepts_of_their_readme(table: str, count: str, shared_data: Path) -> None:
    file = shared_data / f"data/vocabularies/nvs/offline/{table}.json"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    concepts = concepts_of(read_paths([file], Reading("test")).triples)
    assert len(concepts) == int(count)
    assert all(said.notations and said.names for said in concepts.values())


def test_gemet_has_its_french_and_english_labels_on_one_concept(shared_data: Path) -> None:
    concepts = concepts_of(read_paths(files_below([shared_data / "data/vocabularies/gemet"]), Reading("gemet")).triples)
    assert concepts["http://www.eionet.europa.eu/gemet/concept/15376"].preferred.keys() >= {"en"}
    assert sum({"en", "fr"} <= said.preferred.keys() for said in concepts.values()) > 5000


def test_what_w3c_publishes_is_read_whole(shared_data: Path) -> None:
    counts = {"skos-1.0.6": 252, "sosa-1.0.6": 345, "prov-1.0.6": 1664, "dcterms-1.0.6": 700, "cc-1.1.0": 115, "vann-1.0.6": 49}
    for name, triples in counts.items():
        assert read_paths([shared_data / f"data/vocabularies/w3c/npm/{name}.nq"], Reading("test")).statements == triples


PAIRS = {
    "040_exhaustive": "040_exhaustive_comparison",
    "040_minimal": "040_minimal_comparison",
    "041_exhaustive": "041_exhaustive_comparison",
    "043_exhaustive": "043_exhaustive",
    "030_eg-valid": "eg-valid",
}


@pytest.mark.parametrize("name", PAIRS)
def test_workbooks_say_what_vocexcel_reads_in_them(name: str, shared_data: Path) -> None:
    folder = shared_data / "suites/vocexcel/tests"
    expected = {quad.triple for quad in parse(path=folder / f"{PAIRS[name]}.ttl", format=RdfFormat.TURTLE)}
    found = read_paths([folder / f"{name}.xlsx"], Reading("test")).triples
    skos = {triple for triple in expected if str(SKOS) in triple.predicate.value or triple.predicate == RDF.type}
    # the title of one scheme was changed in the workbook alone; organisations were named by a list inside VocExcel
    assert {triple for triple in skos - found if triple.object != Literal("Induration Style - Test", language="en")} == set()
    assert {triple.predicate for triple in found - expected} <= {DCT.creator, DCT.publisher, OWL.versionInfo, SKOS.prefLabel}


@pytest.mark.parametrize("name", ["060_simple", "060_simple2", "062_simple1", "063_simple1", "070_simple1"])
def test_newer_workbooks_are_read_by_their_heads(name: str, shared_data: Path) -> None:
    concepts = concepts_of(read_paths([shared_data / f"suites/vocexcel/tests/{name}.xlsx"], Reading("test")).triples)
    assert len(concepts) >= 3
    assert all(said.names and said.definitions for said in concepts.values())


def test_a_workbook_of_version_1_says_second_parents_status_and_where_a_concept_comes_from() -> None:
    """The heads are those of VocExcel's template 1.0, which tells parents after the first on a sheet of their own."""
    book, base = openpyxl.Workbook(), "https://example.org/ice"
    book.active.title = "Concept Scheme"
    for row in (["Property", "Value", "Notes"], ["Vocabulary IRI*", base], ["Preferred Label*", "Ice"], ["Modified Date*", "2026-04-29"]):
        book["Concept Scheme"].append(row)
    sheets = {
        "Concepts": [
            [
                "Concept IRI*",
                "Preferred Label*",
                "Definition*",
                "Alternate Label",
                "Broader Concept IRI",
                "Defining Vocab IRI",
                "Status",
                "Example",
            ],
            ["explained here", "explained here", "explained here", None, None, None, None, None],
            [f"{base}/sea-ice", "sea ice", "Frozen sea.", "ice of the sea, and of bays\npack", None, None, "Stable", "Off Brest"],
            [f"{base}/fresh", "fresh ice", "Frozen lake.", None, None, "https://example.org/other", None, None],
            [f"{base}/brash", "brash ice", "Floating bits.", None, f"{base}/sea-ice", None, "Retired", None],
        ],
        "Additional Concept Properties": [
            ["Concept IRI", "Exact Match IRI", "Notation", "Additional Broader Concept IRI"],
            [f"{base}/brash", "https://example.org/other/9", "B", f"{base}/fresh"],
        ],
        "Lookups": [["Status"], ["Retired"]],
    }
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    found = read_bodies([(file.getvalue(), "ice.xlsx")], Reading("ice")).triples
    concepts = concepts_of(found)
    assert set(concepts) == {f"{base}/sea-ice", f"{base}/fresh", f"{base}/brash"}
    brash = concepts[f"{base}/brash"]
    assert (brash.broader, brash.deprecated, brash.notations) == ({f"{base}/sea-ice", f"{base}/fresh"}, True, {"B"})
    assert concepts[f"{base}/sea-ice"].other == {("en", "ice of the sea, and of bays"), ("en", "pack")}
    assert Triple(NamedNode(f"{base}/sea-ice"), SKOS.example, Literal("Off Brest", language="en")) in found
    assert Triple(NamedNode(f"{base}/fresh"), RDFS.isDefinedBy, NamedNode("https://example.org/other")) in found


def test_formats_are_known_by_content() -> None:
    known: dict[str, Callable[[], bytes]] = {
        "rdf": lambda: b"<http://e.org/a> <http://e.org/b> <http://e.org/c> .",
        "cf": lambda: b'<?xml version="1.0"?>\n<!-- by hand -->\n<standard_name_table>',
        "obo": lambda: b"format-version: 1.2\n",
        "vocexcel": lambda: b"PK\x03\x04",
        "gcmd-json": lambda: b'[{"uuid": "", "label": "", "children": []}]',
    }
    assert {name: recognise(make()) for name, make in known.items()} == {name: name for name in known}
