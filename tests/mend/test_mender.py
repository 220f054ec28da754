"""`dataterra mend`: a file comes back with what is certain put right, and with nothing else touched."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from kg.mend.edit import Edit
from kg.mend.encoded import read_xml
from kg.mend.mender import FORMATS, Mender, Wanted
from kg.mend.reading import Reading, read
from kg.mend.repair import Mended, Repair, Result
from kg.mend.task import codes, words
from kg.mend.text import as_text
from kg.model import Native
from kg.namespaces import BASE
from tests.mend.conftest import Mend
from tests.mend.natives import datacite, eml, iso, stac

EXAMPLES = Path(__file__).parents[1] / "examples"
VARIABLE = f"{BASE}variable/sea-temperature"
GCMD = "https://gcmd.earthdata.nasa.gov/kms/concept/"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
#: Samples of each format, with codes of what is repaired in them; with more concepts and rules there may be more.
SAMPLES = {
    "sextant/marel-carnot.xml": {"keyword.iri", "keyword.thesaurus"},
    "sextant/rephy.xml": {"keyword.iri", "licence.iri", "access.iri"},
    "sextant/dyfamed-iso19115-3.xml": {"licence.iri"},
    "aeris/icos-roc-tredudon-iso19115-3.xml": {"keyword.iri", "keyword.thesaurus", "instrument.iri"},
    "aeris/eurec4a-atr42-core-v2.xml": {"keyword.iri", "keyword.thesaurus", "instrument.iri", "licence.iri"},
    "aeris/puy-de-dome-cpc-l0.xml": {"instrument.iri", "place.axes-swapped"},
    "pndb/gcrmn-recifs-reunion.xml": {"licence.iri"},
    "seanoe/47248-rephy.xml": {"keyword.iri"},
    "cnes-doi/theia-snow.json": {"keyword.iri", "language.undeclared"},
    "epos-france-doi/renag.json": {"keyword.iri", "licence.iri"},
    "ctoh/item-sss-2009-12.json": {"keyword.iri"},
    "geodes/item-snow-rockies.json": {"licence.iri"},
    "geodes/collection-theia-snow.json": {"keyword.iri"},
    "faults/box-latitude-first.xml": {"keyword.iri", "keyword.thesaurus", "licence.iri", "place-latitude"},
    "faults/box-south-above-north.xml": {"keyword.iri", "keyword.thesaurus", "licence.iri", "place-south-north"},
}


def reading(mender: Mender, mended: Mended) -> Reading:
    media_type = "application/json" if mended.body.lstrip()[:1] == b"{" else "application/xml"
    found = read(Native("files", "a", media_type, mended.body, "a"), mender._mapper, mender._processor.linker)
    assert isinstance(found, Reading)
    return found


def made(mended: Mended) -> set[str]:
    return {repair.code for repair in mended.repairs}


@pytest.mark.parametrize("path", SAMPLES)
def test_a_sample_is_mended_once_and_its_links_are_then_by_iri(path: str, mend: Mend, mender: Mender) -> None:
    mended = mend(EXAMPLES / path)
    assert mended.result is Result.MENDED and made(mended) >= SAMPLES[path]
    again = mend(mended.body, path)
    assert (again.result, again.body, again.difference) == (Result.UNCHANGED, mended.body, "")
    given = {term.given_iri for term in reading(mender, mended).record.terms}
    assert {iri for repair in mended.repairs for iri, _ in repair.writes} <= given


@pytest.mark.parametrize("path", SAMPLES)
def test_only_the_lines_of_the_difference_differ(path: str, mend: Mend) -> None:
    """The difference, undone, gives the file that came in, byte for byte."""
    before = (EXAMPLES / path).read_bytes()
    mended = mend(EXAMPLES / path)
    assert undone(mended.body.decode(), mended.difference).encode() == before


def undone(text: str, difference: str) -> str:
    """A text without what a unified diff made of it."""
    lines, at, out = _lines(text), 0, []
    for line in _lines(difference.replace("\n\\ No newline at end of file\n", "\0"))[2:]:
        for piece in re.findall(r"[^\0]+\0?", line):
            said = piece.removesuffix("\0")
            if found := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", said):
                start = int(found[1]) - (found[2] != "0")
                out += lines[at:start]
                at = start
            elif said.startswith("-"):
                out.append(said[1:])
            else:
                assert lines[at] == said[1:]
                out += [said[1:]] if said.startswith(" ") else []
                at += 1
    return "".join([*out, *lines[at:]])


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+$", text)


def test_a_keyword_of_a_named_thesaurus_gets_the_address_of_that_thesaurus(mend: Mend) -> None:
    (repair,) = mend(EXAMPLES / "osug-doi/col-de-porte.json").repairs
    ((iri, concept),) = repair.writes
    assert (iri, concept) == (f"{GCMD}{_row('snow-water-equivalent')}", f"{BASE}variable/snow-water-equivalent")


def _row(slug: str) -> str:
    """The concept of GCMD that our alignment holds to be the same as one of ours."""
    lines = (EXAMPLES.parents[1] / "mappings/alignments/variable--gcmd.sssom.tsv").read_text("utf-8").splitlines()
    (cell,) = [row[3] for line in lines if (row := line.split("\t"))[0] == f"variable:{slug}" and row[2] == "skos:exactMatch"]
    return cell.removeprefix("gcmd:")


def test_each_repair_says_in_both_languages_what_where_and_on_whose_word(mend: Mend) -> None:
    mended = mend(iso())
    repair = next(each for each in mended.repairs if each.code == "keyword.iri")
    assert "sea water temperature" in repair.said["en"] and "mot-clé" in repair.said["fr"] and VARIABLE in repair.said["fr"]
    assert "keyword (line 18)" in repair.place
    (why,) = repair.why
    assert (why.predicate, why.justification, why.concept) == ("skos:exactMatch", "semapv:LexicalMatching", VARIABLE)
    assert why.author.startswith("tool:dataterra-link/") and why.rule and why.confidence > 0.9
    assert all(set(row) == {"en", "fr"} for row in words().values())
    assert "réparé" in as_text(mended, "fr") and "mended, repairs: 2" in as_text(mended, "en")


def test_what_is_not_repaired_stays_byte_for_byte(mend: Mend) -> None:
    """CDATA, comments, quotes, references, white space, spellings of numbers: only the two elements and the schema of anchors differ."""
    before = iso()
    after = mend(before).body.decode()
    anchor = '<gmx:Anchor xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="'
    expected = before
    for text, iri in (("sea water temperature", VARIABLE), ("CC BY 4.0 &amp; cite us", CC_BY)):
        expected = expected.replace(f"<gco:CharacterString>{text}</gco:CharacterString>", f'{anchor}{iri}">{text}</gmx:Anchor>')
    schemas = "http://schemas.opengis.net/iso/19139/20070417"
    expected = expected.replace(f"{schemas}/gmd/gmd.xsd", f"{schemas}/gmd/gmd.xsd http://www.isotc211.org/2005/gmx {schemas}/gmx/gmx.xsd")
    assert after == expected


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16", "utf-8-sig", "utf-8"])
def test_encoding_byte_order_mark_and_line_ends_are_those_of_the_file(encoding: str, mend: Mend) -> None:
    declared = encoding.replace("-sig", "")
    before = iso(abstract="Été à Brest : 12 °C").replace("UTF-8", declared).replace("\n", "\r\n").encode(encoding)
    mended = mend(before)
    assert mended.result is Result.MENDED and b"\r\n" in mended.body.replace(b"\0", b"")
    text = mended.body.decode(encoding)
    assert "Été à Brest : 12 °C" in text and text.count("\r\n") == text.count("\n") == before.decode(encoding).count("\n")
    assert mended.body[:3] == before[:3]
    assert etree.fromstring(mended.body) is not None


def test_prefixes_that_mean_something_else_are_not_used(mend: Mend) -> None:
    mended = mend(iso().replace("<gmd:MD_Metadata ", '<gmd:MD_Metadata xmlns:gmx="urn:other" xmlns:x="http://www.w3.org/1999/xlink" '))
    root = etree.fromstring(mended.body)
    anchors = root.findall(".//{http://www.isotc211.org/2005/gmx}Anchor")
    assert [each.get("{http://www.w3.org/1999/xlink}href") for each in anchors] == [VARIABLE, CC_BY]
    assert b"<gmx1:Anchor" in mended.body and b"x:href=" in mended.body


# --- values ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "code", "expected"),
    [
        ({"date": "24/02/2010"}, "date.invalid", {"24/02/2010": "2010-02-24"}),
        ({"west": "230.0", "east": "245"}, "place.longitude-360", {"230.0": "-130", ">245<": ">-115<"}),
        ({"west": "-12.50", "east": "-10", "south": "141", "north": "145"}, "place-latitude", {"-12.50": "141", "145": "-10"}),
        ({"south": "48.5", "north": "47.25"}, "place-south-north", {"48.5": "47.25", "47.25": "48.5"}),
        ({"west": "-5,25"}, "number.comma", {"-5,25": "-5.25"}),
        ({"abstract": "TempÃ©rature de l'eau &amp; salinitÃ© Ã  Brest"}, "text.encoding", {"TempÃ©rature": "Température"}),
    ],
)
def test_a_value_of_which_one_reading_is_possible_is_written_right(
    given: dict[str, str], code: str, expected: dict[str, str], mend: Mend, mender: Mender
) -> None:
    before = iso(**given)
    mended = mend(before, wanted=Wanted(frozenset({code})))
    assert made(mended) == {code}
    removed = [line[1:] for line in mended.difference.splitlines() if re.match(r"-(?!--)", line)]
    added = [line[1:] for line in mended.difference.splitlines() if re.match(r"\+(?!\+\+)", line)]
    assert all(any(old in line for line in removed) and any(new in line for line in added) for old, new in expected.items())
    processed = mender._processor.process(Native("files", "a", "application/xml", mended.body, "a"))
    assert code not in {problem.code for problem in processed.problems}
    assert mend(mended.body, wanted=Wanted(frozenset({code}))).result is Result.UNCHANGED


@pytest.mark.parametrize(
    "given",
    [
        {"date": "03/04/2010"},
        {"date": "2010-02-30"},
        {"south": "48", "north": "95"},
        {"west": "3", "east": "2", "south": "48", "north": "41"},
        {"west": "170", "east": "-170"},
        {"abstract": "MANHÃ, Âge, naïve: a text in its right letters"},
    ],
)
def test_what_may_be_read_in_two_ways_is_left_to_people(given: dict[str, str], mend: Mend) -> None:
    assert made(mend(iso(**given))) <= {"keyword.iri", "licence.iri"}


def test_axes_are_exchanged_where_the_box_of_the_record_says_so(mend: Mend) -> None:
    polygon = (
        "<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon><gml:Polygon gml:id='p'><gml:exterior><gml:LinearRing>"
        "<gml:posList>48.1 -4.9  48.1 -4.1 48.40 -4.1\n 48.1 -4.9</gml:posList>"
        "</gml:LinearRing></gml:exterior></gml:Polygon></gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement>"
    )
    mended = mend(iso(more=polygon))
    assert "place.axes-swapped" in made(mended)
    assert b"<gml:posList>-4.9 48.1  -4.1 48.1 -4.1 48.40\n -4.9 48.1</gml:posList>" in mended.body


# --- the formats -----------------------------------------------------------------------------------------------------------------------


def test_stac_gets_themes_a_link_to_its_licence_and_times_in_utc(mend: Mend) -> None:
    before = stac(start="2010-01-01 00:00", license="cc by 4.0")
    mended = mend(before, "collection.json")
    assert made(mended) == {"keyword.iri", "licence.iri", "licence.spdx", "date.time"}
    after = json.loads(mended.body)
    (theme,) = after["themes"]
    assert theme["scheme"] == f"{BASE}scheme/variable"
    assert theme["concepts"] == [
        {"id": "sea-surface-temperature", "title": "Sea surface temperature", "url": f"{BASE}variable/sea-surface-temperature"}
    ]
    assert after["stac_extensions"] == ["https://stac-extensions.github.io/themes/v1.0.0/schema.json"]
    assert after["license"] == "CC-BY-4.0" and after["links"][-1] == {"rel": "license", "href": CC_BY, "title": "CC BY 4.0"}
    assert after["extent"]["temporal"]["interval"] == [["2010-01-01T00:00:00Z", None]]
    assert after["keywords"] == ["sea surface temperature", "Brest"]
    assert b'"stac_version" : "1.0.0"' in mended.body and b'{"gsd": [1e3, 1.0]}' in mended.body


def test_stac_before_extensions_had_schemas_gets_no_themes(mend: Mend) -> None:
    mended = mend(stac().replace('"1.0.0"', '"0.9.0"'), "collection.json")
    assert made(mended) == {"licence.iri"}
    assert any("version" in each.said["en"] for each in mended.left)


def test_a_stac_box_with_its_latitude_first_is_turned(mend: Mend) -> None:
    mended = mend(stac(bbox=[[-40, 150.0, -38, 152]]), "collection.json")
    assert "place-latitude" in made(mended) and b'"bbox": [[150.0, -40, 152, -38]]' in mended.body


def test_eml_2_2_gets_annotations_with_what_they_are_of_and_a_licence_in_its_place(mend: Mend) -> None:
    mended = mend(eml(date="2010/02/24"))
    assert made(mended) == {"keyword.iri", "variable.iri", "licence.iri", "date.invalid"}
    dataset = etree.fromstring(mended.body).find("dataset")
    assert dataset is not None and dataset.get("id") == "dataset"
    names = [etree.QName(each).localname for each in dataset]
    assert names[2:7] == ["keywordSet", "intellectualRights", "licensed", "coverage", "annotation"]
    annotation = dataset.find("annotation")
    attribute = dataset.find("dataTable/attributeList/attribute")
    assert annotation is not None and attribute is not None and attribute.get("id") == "attribute-1"
    assert [(each.get("label"), each.text) for each in annotation] == [
        ("is about", "http://purl.obolibrary.org/obo/IAO_0000136"),
        ("Soil moisture", f"{BASE}variable/soil-moisture"),
    ]
    assert etree.QName(attribute[-1]).localname == "annotation"
    assert dataset.findtext("licensed/url") == CC_BY and dataset.findtext("licensed/identifier") == "CC-BY-4.0"


def test_eml_2_1_gets_only_what_its_schema_allows(mend: Mend) -> None:
    mended = mend(eml("eml://ecoinformatics.org/eml-2.1.1"))
    assert made(mended) == {"licence.iri"}
    link = f'<ulink url="{CC_BY}"><citetitle>CC BY 4.0</citetitle></ulink>'
    assert f"<para>This work is licensed under {link}.</para>" in mended.body.decode()
    assert {each.code for each in mended.left} == {"keyword.iri", "variable.iri"}


def test_datacite_gets_the_attributes_of_its_kernel(mend: Mend) -> None:
    rights = (
        f'<rights rightsURI="{CC_BY}" rightsIdentifier="CC-BY-4.0" rightsIdentifierScheme="SPDX" schemeURI="https://spdx.org/licenses/">'
    )
    newest = mend(datacite()).body.decode()
    assert rights in newest and '<subject   subjectScheme="our list">Brest</subject>' in newest
    scheme = f'subjectScheme="Data Terra variables" schemeURI="{BASE}scheme/variable" valueURI="{VARIABLE}"'
    assert f"<subject {scheme}>sea water temperature</subject>" in newest
    location = ' xsi:schemaLocation="http://datacite.org/schema/kernel-4 http://schema.datacite.org/meta/kernel-4.1/metadata.xsd"'
    assert f'<rights rightsURI="{CC_BY}">CC BY 4.0</rights>' in mend(datacite(location=location)).body.decode()
    third = mend(datacite("3"))
    assert made(third) == {"licence.iri"} and b"valueURI" not in third.body
    assert made(mend(datacite("2.2"))) == set()


# --- which repairs ---------------------------------------------------------------------------------------------------------------------


def test_repairs_are_chosen_by_code(mend: Mend) -> None:
    path = EXAMPLES / "sextant/marel-carnot.xml"
    assert made(mend(path, wanted=Wanted(only=frozenset({"licence.iri"})))) == set()
    assert made(mend(path, wanted=Wanted(without=frozenset({"keyword.thesaurus"})))) == {"keyword.iri"}
    assert made(mend(path, wanted=Wanted(without=frozenset({"keyword.iri"})))) == set()
    assert {code for code in SAMPLES.values() for code in code} <= set(codes())


def test_a_file_with_nothing_to_mend_comes_back_as_it_is(mend: Mend) -> None:
    before = iso(keyword="our own word").replace("CC BY 4.0 &amp; cite us", "ask us").encode()
    mended = mend(before)
    assert (mended.result, mended.difference) == (Result.UNCHANGED, "") and mended.body is before


def test_words_for_several_concepts_are_left_with_the_reason(mend: Mend) -> None:
    mended = mend(iso(keyword="salinity; sea water temperature"))
    assert "keyword.iri" not in made(mended) and any("several concepts" in each.said["en"] for each in mended.left)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Argos buoy no. 7 of our own", "Argos buoy"),
        ("sea water temperature", "salinity"),
        ("buoy-1", "buoy-2"),
        ("2021-03-04", "2021-03-05"),
        (">48.50<", ">47<"),
    ],
)
def test_a_repair_after_which_the_record_says_less_or_something_else_is_not_made(wrong: str, right: str, mender: Mender) -> None:
    text = iso()
    found = read(Native("files", "a", "application/xml", text.encode(), "a"), mender._mapper, mender._processor.linker)
    assert isinstance(found, Reading)
    at = text.index(wrong)
    edit = Edit(at, at + len(wrong), right)
    assert not mender._holds(found, read_xml(text.encode()), [Repair("text.encoding", "", wrong, right, {}, edits=(edit,))])


def acquisition(platform: str, instrument: str) -> str:
    """A record of ISO 19115-2 as NASA writes them: platform and instrument are known by a code, with a description of another kind."""
    code = "<gmd:code><gco:CharacterString>{}</gco:CharacterString></gmd:code>"
    code = f"<gmi:identifier><gmd:MD_Identifier>{code}</gmd:MD_Identifier></gmi:identifier>"
    return (
        '<gmi:MI_Metadata xmlns:gmi="http://www.isotc211.org/2005/gmi" xmlns:gmd="http://www.isotc211.org/2005/gmd"'
        ' xmlns:gco="http://www.isotc211.org/2005/gco">'
        "<gmd:fileIdentifier><gco:CharacterString>one</gco:CharacterString></gmd:fileIdentifier>"
        "<gmd:language><gco:CharacterString>eng</gco:CharacterString></gmd:language><gmd:identificationInfo><gmd:MD_DataIdentification>"
        "<gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Soil moisture</gco:CharacterString></gmd:title>"
        "</gmd:CI_Citation></gmd:citation>"
        "<gmd:abstract><gco:CharacterString>Soil moisture of the Sahel, each day, from space</gco:CharacterString></gmd:abstract>"
        "</gmd:MD_DataIdentification></gmd:identificationInfo><gmi:acquisitionInformation><gmi:MI_AcquisitionInformation>"
        f"<gmi:platform><gmi:MI_Platform>{code.format(platform)}<gmi:description><gco:CharacterString>Spacecraft</gco:CharacterString>"
        f"</gmi:description><gmi:instrument><gmi:MI_Instrument>{code.format(instrument)}<gmi:type><gco:CharacterString>Radar"
        "</gco:CharacterString></gmi:type></gmi:MI_Instrument></gmi:instrument></gmi:MI_Platform></gmi:platform>"
        "</gmi:MI_AcquisitionInformation></gmi:acquisitionInformation></gmi:MI_Metadata>"
    )


def test_the_code_of_a_platform_and_an_instrument_becomes_an_anchor_and_stays_a_code(mend: Mend, mender: Mender) -> None:
    given = acquisition("SMAP", "SMAP L-BAND RADAR")
    mended = mend(given)
    text = mended.body.decode()
    assert (
        f'href="{BASE}platform/smap">SMAP</gmx:Anchor>' in text
        and f'href="{BASE}instrument/smap-radar">SMAP L-BAND RADAR</gmx:Anchor>' in text
    )
    assert "<gco:CharacterString>Spacecraft" in text and "<gco:CharacterString>Radar" in text
    before, after = (
        read(Native("files", "a", "application/xml", each, "a"), mender._mapper, mender._processor.linker)
        for each in (given.encode(), mended.body)
    )
    assert isinstance(before, Reading) and isinstance(after, Reading)
    things = [
        {line.split(b" ")[0] for line in of.record.triples.splitlines() if b"dataterra/facility/" in line.split(b" ")[0]}
        for of in (before, after)
    ]
    assert things[0] == things[1] and things[0], "it is the same platform as before"


CSW = "http://www.opengis.net/cat/csw/2.0.2"


def enveloped(*records: str, declared: str = "") -> str:
    """An answer of a catalogue with records in it, whose prefixes may be declared around them."""
    bodies = "\n".join(re.sub(r"<\?xml.*?\?>\s*", "", each) for each in records)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- as the catalogue gave it -->\n<csw:GetRecordsResponse xmlns:csw="{CSW}"{declared}>'
        f"<csw:SearchStatus/><csw:SearchResults numberOfRecordsMatched='2'>{bodies}\n</csw:SearchResults></csw:GetRecordsResponse>\n"
    )


def test_records_in_the_answer_of_a_catalogue_are_mended_where_they_stand(mend: Mend) -> None:
    one, other = iso(), iso().replace("buoy-1", "buoy-2")
    alone, given = mend(one), enveloped(one, other)
    mended = mend(given, "answer.xml")
    assert mended.result is Result.MENDED and len(mended.repairs) == 2 * len(alone.repairs) > 0
    wanted = enveloped(alone.body.decode(), mend(other).body.decode())
    assert mended.body.decode() == wanted, "what is around the records stays, and each is what it becomes alone"
    assert mended.difference.startswith("--- a/answer.xml")
    assert {repair.place.partition(":")[0] for repair in mended.repairs} == {"1", "2"}
    assert mend(mended.body, "answer.xml").result is Result.UNCHANGED


def test_prefixes_that_are_declared_around_a_record_are_those_of_the_record(mend: Mend) -> None:
    declarations = re.findall(r'\sxmlns:\w+="[^"]*"', iso().partition(">")[0] + iso().partition("Metadata")[2].partition(">")[0])
    bare = iso()
    for each in declarations:
        bare = bare.replace(each, "", 1)
    assert declarations and bare != iso()
    given = enveloped(bare, declared="".join(declarations))
    mended = mend(given, "answer.xml")
    assert mended.result is Result.MENDED
    etree.fromstring(mended.body)
    for each in declarations:
        assert mended.body.decode().count(each) == 1, "no declaration is added or lost"
    assert made(mended) == made(mend(iso()))


def test_the_lines_of_repairs_are_those_of_the_answer(mend: Mend) -> None:
    mended = mend(enveloped(iso(), iso().replace("buoy-1", "buoy-2")), "answer.xml")
    lines = mended.body.decode().split("\n")
    told = [
        (int(re.search(r"line (\d+)", repair.place)[1]), repair)
        for repair in mended.repairs
        if "(line" in repair.place and "\n" not in repair.after
    ]  # type: ignore[index]
    assert told and len({line for line, _ in told}) > 1
    assert all(repair.place.startswith("2") == (line > len(lines) // 2) for line, repair in told)


def test_a_list_of_stac_collections_is_mended_in_place(mend: Mend) -> None:
    given = '{"collections": [\n' + ",\n".join((stac(), stac().replace("sst-brest", "sst-nice"))) + '],\n "links": []}'
    mended = mend(given, "collections.json")
    assert mended.result is Result.MENDED and given[:18] == mended.body.decode()[:18]
    collections = json.loads(mended.body)["collections"]
    assert collections[0] == json.loads(mend(stac(), "a.json").body) and collections[1]["id"] == "sst-nice"


def test_json_lines_are_mended_line_by_line(mend: Mend) -> None:
    lines = [json.dumps(json.loads(each)) for each in (stac(), stac().replace("sst-brest", "sst-nice"))]
    given = f"{lines[0]}\r\n\n{lines[1]}\n"
    mended = mend(given, "collections.jsonl")
    assert mended.result is Result.MENDED
    alone = [mend(line, "a.json").body.decode() for line in lines]
    assert mended.body.decode() == f"{alone[0]}\r\n\n{alone[1]}\n"
    assert {repair.place.partition(":")[0] for repair in mended.repairs} == {"1", "2"}
    broken = mend(given + "{broken}\n", "collections.jsonl")
    assert broken.result is Result.MENDED and any(each.place == "3" for each in broken.left)


def test_a_record_of_an_answer_that_cannot_be_mended_leaves_the_others(mend: Mend) -> None:
    mended = mend(enveloped(iso(), "<kml xmlns='http://www.opengis.net/kml/2.2'/>"), "answer.xml")
    assert mended.result is Result.MENDED
    assert any(each.place == "2" and "not known" in each.said["en"] for each in mended.left)


def test_envelopes_in_envelopes_end(mend: Mend) -> None:
    given = iso()
    for _ in range(60):
        given = enveloped(given)
    assert mend(given, "answer.xml").result is Result.REFUSED


# --- hostile ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "name", "said"),
    [
        (EXAMPLES / "faults/entity-bomb.xml", "", "entities"),
        (EXAMPLES / "faults/external-entity.xml", "", "entities"),
        (EXAMPLES / "faults/empty.xml", "", "empty"),
        (EXAMPLES / "faults/truncated.xml", "", "well-formed"),
        (EXAMPLES / "faults/nul-byte.xml", "", "well-formed"),
        (EXAMPLES / "faults/wrong-encoding.xml", "", "well-formed"),
        (EXAMPLES / "faults/kml.xml", "", "not known"),
        (EXAMPLES / "wigos/jungfraujoch-ozone.xml", "", "of the format wmdr"),
        (EXAMPLES.parent / "golden/epos-xml/fdsn-dataselect-ipgp/in.xml", "", "of the format epos-xml"),
        (EXAMPLES / "faults-json/nan-numbers.json", "", "no JSON"),
        (EXAMPLES / "shom/litto3d.rdf", "", "dcat"),
        (iso().replace("<!-- by hand, 2021 -->", "<!DOCTYPE x [<!ELEMENT y ANY>]>").encode(), "a.xml", "no repair may pass over"),
        (iso().replace("UTF-8", "utf-7").encode(), "a.xml", "the encoding utf-7"),
        (iso().replace("UTF-8", "IBM037").encode("cp037"), "a.xml", ""),
        (stac().replace('"id": "sst-brest",', '"id": "a", "id": "sst-brest",').encode(), "a.json", "twice"),
        (stac().replace('"about"', '"about", "x": ' + "[" * 500 + "]" * 500).encode(), "a.json", "nested too deep"),
    ],
)
def test_what_cannot_be_mended_is_refused_and_given_back_as_it_was(body: Path | bytes, name: str, said: str, mend: Mend) -> None:
    given = body.read_bytes() if isinstance(body, Path) else body
    mended = mend(body, name)
    assert mended.result is Result.REFUSED and mended.body == given and not mended.repairs
    assert said in mended.why_not["en"] and mended.why_not["fr"]


def test_the_text_of_a_record_becomes_no_mark_up_and_commands_no_terminal(mend: Mend) -> None:
    mended = mend(stac(license="cc by 4.0", title='"><script>alert(1)</script> \\u001b[31m'), "a.json")
    assert json.loads(mended.body)["license"] == "CC-BY-4.0"
    mojibake = mend(iso(abstract="TempÃ©rature &lt;b&gt; &amp; salinitÃ©"))
    assert "Température &lt;b&gt; &amp; salinité" in mojibake.body.decode()
    assert "\x1b" not in as_text(mended, "en")


def test_every_format_that_the_issue_names_is_mended() -> None:
    assert {"iso19139", "iso19115-2", "iso19115-3", "eml", "datacite-xml", "datacite-json", "stac-item", "stac-collection"} == set(FORMATS)
