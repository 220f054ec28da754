"""Projects that records name: where an identifier tells which one it is, records of all formats name the same thing; a name is none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg.crosswalk.engine import Mapper
from kg.crosswalk.identity import Known, identify
from kg.crosswalk.tables import Tables
from kg.model import Native
from kg.namespaces import BASE, DCT, FOAF, PROV, RDF
from tests.hostile.records import iso, stac


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def projects(mapper: Mapper, body: str | bytes, media_type: str = "application/xml") -> dict[str, str]:
    """IRI (without base) and title of each project in which the data set was made."""
    given = body.encode() if isinstance(body, str) else body
    record = mapper.map(Native("here", "x", media_type, given, "x")).record
    assert record is not None
    triples = [quad.triple for quad in parse(record.triples, format=RdfFormat.N_TRIPLES)]
    linked = {each.object for each in triples if each.predicate == PROV.wasGeneratedBy and each.subject.value == record.dataset}
    assert linked == {each.subject for each in triples if each.predicate == RDF.type and each.object == FOAF.Project}
    return {
        each.subject.value.removeprefix(BASE): each.object.value
        for each in triples
        if each.subject in linked and each.predicate == DCT.title
    }


DIF = "http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/"


def dif(project: str) -> str:
    return (
        f'<DIF xmlns="{DIF}"><Entry_ID><Short_Name>A</Short_Name><Version>1</Version></Entry_ID><Entry_Title>A</Entry_Title>{project}</DIF>'
    )


def echo(campaign: str) -> str:
    return (
        "<Collection><ShortName>A</ShortName><VersionId>1</VersionId><LongName>A</LongName><DataSetId>A</DataSetId>"
        f"<Campaigns><Campaign><ShortName>{campaign}</ShortName></Campaign></Campaigns></Collection>"
    )


def keyword(text: str, thesaurus: str = "", kind: str = "project") -> bytes:
    title = f"<gmd:title><gco:CharacterString>{thesaurus}</gco:CharacterString></gmd:title>"
    cited = f"<gmd:thesaurusName><gmd:CI_Citation>{title}</gmd:CI_Citation></gmd:thesaurusName>" if thesaurus else ""
    type_ = f'<gmd:type><gmd:MD_KeywordTypeCode codeListValue="{kind}"/></gmd:type>'
    words = text if text.startswith("<") else f"<gco:CharacterString>{text}</gco:CharacterString>"
    block = f"<gmd:MD_Keywords><gmd:keyword>{words}</gmd:keyword>{type_}{cited}</gmd:MD_Keywords>"
    return iso(inside=f"<gmd:descriptiveKeywords>{block}</gmd:descriptiveKeywords>")


def test_a_short_name_of_gcmd_is_one_project_in_every_format(mapper: Mapper) -> None:
    names = [
        projects(mapper, dif("<Project><Short_Name>AQUA</Short_Name><Long_Name>Aqua</Long_Name></Project>")),
        projects(mapper, dif('<Project uuid="5f139d40-4050-4a8e-bd2b-fcae1cfe3d01"><Short_Name>ESIP</Short_Name></Project>')),
        projects(mapper, echo("ESIP")),
        projects(
            mapper,
            keyword("ESIP &gt; Earth Science Information Partners Program", "NASA/Global Change Master Directory (GCMD) Project Keywords"),
        ),
    ]
    assert [len(each) for each in names] == [1, 1, 1, 1]
    assert next(iter(names[0])).startswith("project/register/")
    assert len({next(iter(each)) for each in names[1:]}) == 1
    assert {title for each in names[1:] for title in each.values()} == {"ESIP"}


@pytest.mark.parametrize(
    "body",
    [
        dif("<Project><Short_Name>Our own field work</Short_Name></Project>"),
        dif("<Project><Short_Name>NOT APPLICABLE</Short_Name></Project>"),
        echo("N/A"),
        keyword("ESIP"),
        keyword("ESIP", "Projects of our laboratory"),
        keyword("ESIP", "GCMD projects", kind="theme"),
    ],
)
def test_a_name_without_an_identity_makes_no_project(body: str | bytes, mapper: Mapper) -> None:
    assert projects(mapper, body) == {}


def test_a_project_of_seadatanet_is_known_by_its_number_in_edmerp(mapper: Mapper) -> None:
    anchors = ("SDN:EDMERP::10365", "https://edmerp.seadatanet.org/report/10365", "http://www.seadatanet.org/urnurl/SDN:EDMERP::10365")
    anchor = '<gmx:Anchor xmlns:gmx="http://www.isotc211.org/2005/gmx" xlink:href="{}">MOOSE</gmx:Anchor>'
    found = [projects(mapper, keyword(anchor.format(iri), "EDMERP")) for iri in anchors]
    assert len({tuple(each.items()) for each in found}) == 1 and found[0] and "MOOSE" in found[0].values()


def datacite(**funding: str) -> str:
    rows = "".join(f"<{name}>{text}</{name}>" for name, text in funding.items())
    return (
        '<resource xmlns="http://datacite.org/schema/kernel-4"><identifier identifierType="DOI">10.1234/a</identifier>'
        f"<titles><title>A</title></titles><fundingReferences><fundingReference>{rows}</fundingReference></fundingReferences></resource>"
    )


def test_an_award_is_known_by_its_number_and_its_funder(mapper: Mapper) -> None:
    funder = "https://doi.org/10.13039/501100000780"
    one = projects(
        mapper, datacite(funderName="European Commission", funderIdentifier=funder, awardNumber="871034", awardTitle="FAIR-EASE")
    )
    same = projects(mapper, datacite(funderName="EC", funderIdentifier="10.13039/501100000780", awardNumber="871034"))
    other = projects(mapper, datacite(funderName="ANR", awardNumber="871034"))
    assert len(one) == len(other) == 1 and set(one) == set(same) and not set(one) & set(other)
    for several in ("871034, 871035", "none", "FP7"):
        assert projects(mapper, datacite(funderName="European Commission", funderIdentifier=funder, awardNumber=several)) == {}


def test_the_address_of_a_funder_is_no_award(mapper: Mapper) -> None:
    award = '<awardNumber awardURI="{}"/>'
    assert (
        projects(
            mapper, datacite(funderName="EC").replace("</funderName>", "</funderName>" + award.format("https://cordis.europa.eu/projects"))
        )
        == {}
    )
    with_number = datacite(funderName="EC").replace(
        "</funderName>", "</funderName>" + award.format("https://cordis.europa.eu/project/id/871034")
    )
    assert [each.partition("/")[2][:3] for each in projects(mapper, with_number)] == ["pid"]


def test_the_weaker_name_of_an_award_leads_to_the_surer_one() -> None:
    both = identify("project", Known(name="A", award="871034", funder="10.13039/501100000780", maker="European Commission"), Tables(), "")
    by_name = identify("project", Known(name="A", award="871034", maker="European Commission"), Tables(), "")
    assert by_name.iri in both.others


def test_nothing_of_projects_is_said_where_nobody_names_one(mapper: Mapper) -> None:
    assert projects(mapper, stac(), "application/json") == {}


def test_the_short_names_of_gcmd_are_those_of_its_list(shared_data: Path) -> None:
    with (shared_data / "data/vocabularies/gcmd/csv-v14.3/projects.csv").open(encoding="utf-8", newline="") as file:
        published = {(row[3], row[1]) for row in list(csv.reader(file))[2:] if len(row) == 4}
    ours = {(row["uuid"], row["short_name"]) for row in Tables().rows("gcmd-projects").values()}
    assert len(ours) > 90 and ours <= published
