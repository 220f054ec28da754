"""Every target of an alignment exists in the other vocabulary under the label we give, and SKOS holds."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg.namespaces import BASE, EU_ACCESS_RIGHT, PREFIXES, RDF, RDFS, SKOS
from kg.ontology.imports import Imports

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "mappings" / "alignments").glob("*.sssom.tsv"))
COLUMNS = ["subject_id", "subject_label", "predicate_id", "object_id", "object_label"]
COLUMNS += ["mapping_justification", "creator_label", "confidence", "mapping_date"]
#: Vocabularies whose terms stand in our graph.
STANDARDS = {"dcat", "dct", "foaf", "iop", "sosa"}
PREDICATES = {f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
CURIES = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: Targets that were found in their vocabulary under the label that we give, with the day.
VERIFIED = ROOT / "mappings" / "alignments" / "verified-targets.tsv"
PURL = "http://purl.obolibrary.org/obo/"
#: The access-right table of the Publications Office of the EU, by its English labels.
ACCESS_RIGHTS = {"PUBLIC": "public", "RESTRICTED": "restricted", "NON_PUBLIC": "non-public"}
#: The licence table of the same office, as public catalogues copy it (code and English label): the table itself is not at hand.
EU_LICENCE_TABLE = "http://publications.europa.eu/resource/authority/licence/"
EU_LICENCES = Path(__file__).parent / "eu-licences.csv"


def read(path: Path) -> tuple[dict[str, object], list[dict[str, str]]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    return yaml.safe_load("\n".join(head)), list(csv.DictReader(lines[len(head) :], delimiter="\t"))


def expanded(curie: str, curies: dict[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return curies[prefix] + local


def preferred(folder: Path, name: str) -> dict[str, str]:
    """IRI to English label of an RDF vocabulary."""
    kind = RdfFormat.from_extension(name.rpartition(".")[2])
    quads = parse(path=folder / name, format=kind)
    return {quad.subject.value: quad.object.value for quad in quads if quad.predicate == SKOS.prefLabel and quad.object.language == "en"}


def gcmd(folder: Path, name: str) -> dict[str, str]:
    """Concept IRI to short name, or to the last name of its path."""
    found = {}
    for row in list(csv.reader((folder / f"gcmd/csv-v14.3/{name}.csv").open(encoding="utf-8")))[2:]:
        if not row:
            continue
        path = row[:-2] if name != "sciencekeywords" and row[-3] else row[:-1]
        found["https://gcmd.earthdata.nasa.gov/kms/concept/" + row[-1]] = ([cell for cell in path if cell] or [""])[-1]
    return found


def cf(folder: Path) -> dict[str, str]:
    names = [entry.get("id", "") for entry in ElementTree.parse(folder / "cf/cf-standard-name-table.xml").getroot().iter("entry")]
    return {f"http://vocab.nerc.ac.uk/standard_name/{name}/": name for name in names}


def nvs(folder: Path, collection: str) -> dict[str, str]:
    graph = json.loads((folder / f"nvs/offline/{collection}.json").read_text(encoding="utf-8"))["data"]["@graph"]
    labels = {node["@id"]: node.get("skos:prefLabel") for node in graph}
    return {iri: label["@value"] for iri, label in labels.items() if isinstance(label, dict)}


def spdx(folder: Path) -> dict[str, str]:
    with (folder / "spdx/licences.csv").open(encoding="utf-8") as file:
        return {"https://spdx.org/licenses/" + row["id"]: row["name"] for row in csv.DictReader(file)}


def theia(folder: Path) -> dict[str, str]:
    with (folder / "theia-pivot/theia-categories.csv").open(encoding="utf-8") as file:
        return {row["category"]: row["label_from_iri"] for row in csv.DictReader(file)}


def gemet(folder: Path) -> dict[str, str]:
    with (folder / "gemet/gemet-en.csv").open(encoding="utf-8") as file:
        return {row[0]: row[1] for row in csv.reader(file)}


def envo(folder: Path) -> dict[str, str]:
    """Terms that are not obsolete."""
    terms = (folder / "envo/envo.obo").read_text(encoding="utf-8").split("\n[Term]\n")[1:]
    lines = [dict(line.partition(": ")[::2] for line in term.splitlines()) for term in terms if "is_obsolete: true" not in term]
    return {PURL + line["id"].replace(":", "_"): line["name"] for line in lines if "name" in line}


def sweet(folder: Path) -> dict[str, str]:
    quads = [quad for path in (folder / "sweet/src").glob("*.ttl") for quad in parse(path=path, format=RdfFormat.TURTLE)]
    return {quad.subject.value: quad.object.value for quad in quads if quad.predicate == RDFS.label}


def quantity_kinds(folder: Path) -> dict[str, str]:
    """QUDT; names of the file are shortened, so the IRI is put together from them."""
    quads = parse(path=folder / "qudt/VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl", format=RdfFormat.TURTLE)
    named = [quad for quad in quads if quad.predicate == RDFS.label and quad.object.language == "en"]
    return {quad.subject.value: quad.object.value for quad in named}


def eu_data_themes(folder: Path) -> dict[str, str]:
    """By the IRI of the Publications Office, to which the file at hand is matched exactly."""
    labels = preferred(folder, "eu-inspire-iso/datatheme.rdf")
    quads = parse(path=folder / "eu-inspire-iso/datatheme.rdf", format=RdfFormat.RDF_XML)
    return {quad.object.value: labels[quad.subject.value] for quad in quads if quad.predicate == SKOS.exactMatch}


def access_rights(_: Path) -> dict[str, str]:
    return {EU_ACCESS_RIGHT + code: label for code, label in ACCESS_RIGHTS.items()}


def eu_licences(_: Path) -> dict[str, str]:
    with EU_LICENCES.open(encoding="utf-8", newline="") as file:
        return {EU_LICENCE_TABLE + row["code"]: row["label"] for row in csv.DictReader(file)}


#: What each alignment is held against: the vocabulary with the version at hand, and how its labels are read.
def labelled(folder: Path, name: str, base: str = "") -> dict[str, str]:
    """IRI to label, as OWL gives it; to the end of the IRI where there is none."""
    quads = list(
        parse(path=folder / name, format=RdfFormat.from_extension(name.rpartition(".")[2].replace("owl", "rdf")), base_iri=base or None)
    )
    found = {quad.subject.value: re.split("[#/]", quad.subject.value)[-1] for quad in quads if isinstance(quad.subject, NamedNode)}
    said = (
        quad for quad in quads if quad.predicate == RDFS.label and isinstance(quad.object, Literal) and quad.object.language in (None, "en")
    )
    return found | {quad.subject.value: quad.object.value.strip() for quad in said}


def envri(folder: Path) -> dict[str, str]:
    """The portfolio terminology, and what its users added."""
    files = ("envri_terminology.rdf", "envri_user_terminology.rdf")
    return {
        iri: label for name in files for iri, label in labelled(folder, f"envri/{name}", "http://envri.eu/ontology/terminology").items()
    }


def epos(folder: Path) -> dict[str, str]:
    """Classes and properties that the shapes of EPOS-DCAT-AP name, which has no vocabulary of labels."""
    text = (folder.parents[1] / "suites/shapes/epos-dcat-ap/v3.0/epos-dcat-ap_v3.0.0_shacl.ttl").read_text(encoding="utf-8")
    return {f"https://www.epos-eu.org/epos-dcat-ap#{name}": name for name in re.findall(r"\bepos:(\w+)", text)}


def envri_services(folder: Path) -> dict[str, str]:
    """The classes and properties that the service portfolio uses and nobody labels, by the ends of their IRIs."""
    quads = list(parse(path=folder / "envri/envri_service_portfolio.rdf", format=RdfFormat.RDF_XML, base_iri="http://envri.eu/"))
    used = {quad.predicate.value for quad in quads} | {
        quad.object.value for quad in quads if quad.predicate == RDF.type and isinstance(quad.object, NamedNode)
    }
    return {iri: iri.rpartition("/")[2] for iri in used}


#: A vocabulary that is not at hand has no reader: its targets were found elsewhere, which the name in the list of verified targets says.
TARGETS: dict[str, tuple[str, Callable[[Path], dict[str, str]] | None]] = {
    "access--envri": ("ENVRI portfolio terminology of 2021-04-29", envri),
    "access--eu": ("EU access-right table", access_rights),
    "crosswalk--envri": ("ENVRI portfolio terminology of 2021-04-29", envri),
    "instrument--gcmd": ("GCMD instruments 14.3", lambda folder: gcmd(folder, "instruments")),
    "instrument--nvs-r25": ("NVS R25 of 2026-10-05", lambda folder: nvs(folder, "R25")),
    "instrument--nvs-r27": ("NVS R27 of 2026-10-05", lambda folder: nvs(folder, "R27")),
    "licence--eu": ("EU licence table, as public catalogues copy it", eu_licences),
    "licence--spdx": ("SPDX licence list 3.29.0", spdx),
    "ontology--envri": ("ENVRI portfolio terminology of 2021-04-29", envri),
    "ontology--envri-rm": ("ENVRI reference model (OIL-E), as the search of the ENVRI knowledge base uses it", None),
    "ontology--envri-services": ("ENVRI service portfolio of 2021-04-29", envri_services),
    "ontology--envthes": ("EnvThes 5.0.16", lambda folder: preferred(folder, "envthes/EnvThes.dev.ttl")),
    "ontology--epos": ("EPOS-DCAT-AP 3.0.0", epos),
    "ontology--icos": ("ICOS cpmeta at 90e2f43", lambda folder: labelled(folder, "icos/cpmeta.owl")),
    "organisation--envri": ("ENVRI portfolio terminology of 2021-04-29", envri),
    "platform--gcmd": ("GCMD platforms 14.3", lambda folder: gcmd(folder, "platforms")),
    "platform--nvs-r23": ("NVS R23 of 2026-10-05", lambda folder: nvs(folder, "R23")),
    "theme--eu-data-theme": ("EU data themes", eu_data_themes),
    "theme--gcmd": ("GCMD science keywords 14.3", lambda folder: gcmd(folder, "sciencekeywords")),
    "theme--inspire": ("INSPIRE themes", lambda folder: preferred(folder, "eu-inspire-iso/inspire-theme.rdf")),
    "theme--iso": ("ISO topic categories", lambda folder: preferred(folder, "eu-inspire-iso/TopicCategory.rdf")),
    "variable--cf": ("CF standard names 93", cf),
    "variable--envo": ("ENVO 2025-10-20", envo),
    "variable--envthes": ("EnvThes 5.0.16", lambda folder: preferred(folder, "envthes/EnvThes.dev.ttl")),
    "variable--gcmd": ("GCMD science keywords 14.3", lambda folder: gcmd(folder, "sciencekeywords")),
    "variable--gemet": ("GEMET of 2018-08-16", gemet),
    "variable--inspire": ("INSPIRE themes", lambda folder: preferred(folder, "eu-inspire-iso/inspire-theme.rdf")),
    "variable--nvs-od1": ("NVS OD1 version 8", lambda folder: preferred(folder, "dataterra/ODATIS_Thesaurus.ttl")),
    "variable--nvs-r03": ("NVS R03 of 2026-10-05", lambda folder: nvs(folder, "R03")),
    "variable--qudt": ("QUDT quantity kinds 3.5", quantity_kinds),
    "variable--sweet": ("SWEET 3.6.0", sweet),
    "variable--theia-ozcar": ("Theia/OZCAR categories of 2022-08-03", theia),
}


def identifier(path: Path) -> str:
    return path.name.removesuffix(".sssom.tsv")


def curie_map(path: Path) -> dict[str, str]:
    curies = read(path)[0]["curie_map"]
    assert isinstance(curies, dict)
    return curies


def targets(path: Path) -> dict[str, str]:
    """IRI to label of all targets of an alignment."""
    curies = curie_map(path)
    return {expanded(row["object_id"], curies): row["object_label"] for row in read(path)[1]}


def verified() -> dict[tuple[str, str], tuple[str, str]]:
    """(vocabulary, IRI) to label and date: the targets that were once found in their vocabulary."""
    with VERIFIED.open(encoding="utf-8") as file:
        return {(row["vocabulary"], row["iri"]): (row["label"], row["verified"]) for row in csv.DictReader(file, delimiter="\t")}


def mappings() -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and object of every row of every alignment, as IRIs."""
    for path in FILES:
        curies = curie_map(path)
        for row in read(path)[1]:
            yield expanded(row["subject_id"], curies), row["predicate_id"], expanded(row["object_id"], curies)


def equals(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each IRI with one that stands for all that chains of exact matches make equal to it (SKOS S44, S45)."""
    stands: dict[str, str] = {}

    def find(iri: str) -> str:
        while (above := stands.setdefault(iri, iri)) != iri:
            iri = above
        return iri

    for one, other in pairs:
        stands[find(one)] = find(other)
    return {iri: find(iri) for iri in stands}


def twice(stands: dict[str, str], scheme_of: Callable[[str], str | None]) -> list[list[str]]:
    """Concepts of one scheme that a chain makes equal."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for iri, root in stands.items():
        if scheme := scheme_of(iri):
            found[root, scheme].append(iri)
    return [sorted(iris) for iris in found.values() if len(iris) > 1]


def test_every_alignment_is_checked() -> None:
    assert sorted(TARGETS) == sorted(identifier(path) for path in FILES)


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name)
def alignment(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_every_target_exists_under_the_label_we_give(alignment: Path, shared_data: Path) -> None:
    vocabulary, labels = TARGETS[identifier(alignment)]
    if labels is None:
        pytest.skip(f"the vocabulary is not at hand: {vocabulary}")
    known = labels(shared_data / "data" / "vocabularies")
    assert {iri: label for iri, label in targets(alignment).items() if known.get(iri) != label} == {}


def test_every_target_was_verified_once(alignment: Path) -> None:
    """Without the vocabularies at hand: the list of targets that were found there, kept by `rewrite_verified_targets.py`."""
    vocabulary, _ = TARGETS[identifier(alignment)]
    known = verified()
    wrong = {iri: label for iri, label in targets(alignment).items() if known.get((vocabulary, iri), ("", ""))[0] != label}
    assert wrong == {}


def test_the_list_of_verified_targets_holds_nothing_else() -> None:
    used = {(TARGETS[identifier(path)][0], iri) for path in FILES for iri in targets(path)}
    assert verified().keys() == used
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", date) for _, date in verified().values())


def test_the_head_says_what_sssom_asks_for(alignment: Path) -> None:
    head, rows = read(alignment)
    assert head["mapping_set_id"] == f"{BASE}alignment/{alignment.name.removesuffix('.sssom.tsv')}"
    assert head["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(head["mapping_set_version"]))
    assert rows and all(list(row) == COLUMNS and all(row.values()) for row in rows)
    curies = head["curie_map"]
    assert isinstance(curies, dict)
    used = {row[column].partition(":")[0] for row in rows for column in CURIES}
    assert used == curies.keys()
    assert all(PREFIXES[prefix] == start for prefix, start in curies.items() if prefix in PREFIXES)


def subjects(kind: str) -> dict[str, str]:
    """IRI to English label of what we align: concepts, organisations, formats, terms of the ontology."""
    if kind == "organisation":
        return preferred(ROOT / "ontology", "organisations.ttl")
    if kind == "ontology":
        return labelled(ROOT / "ontology", "dataterra.ttl")
    if kind == "crosswalk":
        files = (ROOT / "mappings" / "crosswalks").glob("*.yaml")
        return {f"{BASE}crosswalk/{path.stem}": yaml.safe_load(path.read_text("utf-8"))["title"]["en"] for path in files}
    return preferred(ROOT / "ontology" / "vocabularies", f"{kind}.ttl")


def test_every_subject_is_ours_under_its_label(alignment: Path) -> None:
    labels, curies = subjects(alignment.name.partition("--")[0]), curie_map(alignment)
    ours = [row for row in read(alignment)[1] if row["subject_id"].partition(":")[0] not in STANDARDS]
    assert [row for row in ours if labels.get(expanded(row["subject_id"], curies)) != row["subject_label"]] == []


def test_terms_of_standards_that_we_align_have_the_label_that_we_give(imports: Imports) -> None:
    """Our graph is made of them: `ontology--` files align them with those of others as well."""
    said = (triple for found in imports.found.values() for triple in found.triples if triple.predicate in (RDFS.label, SKOS.prefLabel))
    labels = {(str(triple.subject), triple.object.value) for triple in said if isinstance(triple.object, Literal)}
    for path in FILES:
        for row in read(path)[1]:
            if row["subject_id"].partition(":")[0] in STANDARDS:
                assert (f"<{expanded(row['subject_id'], curie_map(path))}>", row["subject_label"]) in labels, row


def test_skos_integrity_holds(alignment: Path) -> None:
    """SKOS S46: what matches exactly is neither broader nor narrower; two concepts of ours never equal the same one."""
    _, rows = read(alignment)
    predicates = defaultdict(set)
    for row in rows:
        predicates[row["subject_id"], row["object_id"]].add(row["predicate_id"])
        assert row["predicate_id"] in PREDICATES
        assert 0 < float(row["confidence"]) <= 1
    assert [pair for pair, found in predicates.items() if len(found) > 1] == []
    exact = Counter(row["object_id"] for row in rows if row["predicate_id"] == "skos:exactMatch")
    assert [target for target, number in exact.items() if number > 1] == []


def test_the_rows_are_sorted(alignment: Path) -> None:
    _, rows = read(alignment)
    order = [list(row.values()) for row in rows]
    assert order == sorted(order)


def test_no_chain_of_exact_matches_makes_two_concepts_of_one_scheme_equal() -> None:
    """Neither two of ours, nor two of another vocabulary."""
    stands = equals((subject, target) for subject, predicate, target in mappings() if predicate == "skos:exactMatch")
    starts = {start for path in FILES for start in curie_map(path).values()}
    assert twice(stands, lambda iri: max((start for start in starts if iri.startswith(start)), key=len)) == []


def test_exact_matches_within_other_vocabularies_make_no_two_of_ours_equal(shared_data: Path) -> None:
    """EnvThes matches GEMET and others by itself: our matches to both must agree with it."""
    quads = parse(path=shared_data / "data/vocabularies/envthes/EnvThes.dev.ttl", format=RdfFormat.TURTLE)
    theirs = [(quad.subject.value, quad.object.value) for quad in quads if quad.predicate == SKOS.exactMatch]
    stands = equals([*((s, o) for s, p, o in mappings() if p == "skos:exactMatch"), *theirs])
    assert twice(stands, lambda iri: iri.rpartition("/")[0] if iri.startswith(BASE) else None) == []


def test_skos_mapping_integrity_holds_over_the_whole() -> None:
    """SKOS S46: what chains make equal is neither broader, narrower nor related."""
    rows = list(mappings())
    stands = equals((subject, target) for subject, predicate, target in rows if predicate == "skos:exactMatch")
    other = ("skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
    broken = [row for row in rows if row[1] in other and stands.get(row[0], row[0]) == stands.get(row[2], row[2])]
    assert broken == []
