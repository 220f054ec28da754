"""Every target of an alignment exists in the other vocabulary under the label we give, and SKOS holds."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from pyoxigraph import RdfFormat, parse

from kg.namespaces import BASE, PREFIXES, SKOS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "mappings" / "alignments").glob("*.sssom.tsv"))
COLUMNS = ["subject_id", "subject_label", "predicate_id", "object_id", "object_label"]
COLUMNS += ["mapping_justification", "creator_label", "confidence", "mapping_date"]
PREDICATES = {f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related")}
CURIES = ("subject_id", "predicate_id", "object_id", "mapping_justification")
#: The access-right table of the Publications Office of the EU, by its English labels.
ACCESS_RIGHTS = {"PUBLIC": "public", "RESTRICTED": "restricted", "NON_PUBLIC": "non-public"}


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


def r03(folder: Path) -> dict[str, str]:
    graph = json.loads((folder / "nvs/offline/R03.json").read_text(encoding="utf-8"))["data"]["@graph"]
    labels = {node["@id"]: node.get("skos:prefLabel") for node in graph}
    return {iri: label["@value"] for iri, label in labels.items() if isinstance(label, dict)}


def spdx(folder: Path) -> dict[str, str]:
    with (folder / "spdx/licences.csv").open(encoding="utf-8") as file:
        return {"https://spdx.org/licenses/" + row["id"]: row["name"] for row in csv.DictReader(file)}


def theia(folder: Path) -> dict[str, str]:
    with (folder / "theia-pivot/theia-categories.csv").open(encoding="utf-8") as file:
        return {row["category"]: row["label_from_iri"] for row in csv.DictReader(file)}


TARGETS: dict[str, Callable[[Path], dict[str, str]]] = {
    "access--eu": lambda _: {f"http://publications.europa.eu/resource/authority/access-right/{k}": v for k, v in ACCESS_RIGHTS.items()},
    "instrument--gcmd": lambda folder: gcmd(folder, "instruments"),
    "licence--spdx": spdx,
    "platform--gcmd": lambda folder: gcmd(folder, "platforms"),
    "theme--inspire": lambda folder: preferred(folder, "eu-inspire-iso/inspire-theme.rdf"),
    "theme--iso": lambda folder: preferred(folder, "eu-inspire-iso/TopicCategory.rdf"),
    "variable--cf": cf,
    "variable--gcmd": lambda folder: gcmd(folder, "sciencekeywords"),
    "variable--nvs-od1": lambda folder: preferred(folder, "dataterra/ODATIS_Thesaurus.ttl"),
    "variable--nvs-r03": r03,
    "variable--theia-ozcar": theia,
}


def test_every_alignment_is_checked() -> None:
    assert sorted(TARGETS) == [path.name.removesuffix(".sssom.tsv") for path in FILES]


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name)
def alignment(request: pytest.FixtureRequest) -> Path:
    assert isinstance(request.param, Path)
    return request.param


def test_every_target_exists_under_the_label_we_give(alignment: Path, shared_data: Path) -> None:
    head, rows = read(alignment)
    curies = head["curie_map"]
    assert isinstance(curies, dict)
    known = TARGETS[alignment.name.removesuffix(".sssom.tsv")](shared_data / "data" / "vocabularies")
    wrong = {row["object_id"]: row["object_label"] for row in rows if known.get(expanded(row["object_id"], curies)) != row["object_label"]}
    assert wrong == {}


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


def test_every_subject_is_a_concept_of_ours_under_its_label(alignment: Path) -> None:
    kind = alignment.name.partition("--")[0]
    labels = preferred(ROOT / "ontology" / "vocabularies", f"{kind}.ttl")
    _, rows = read(alignment)
    wrong = [row for row in rows if labels.get(expanded(row["subject_id"], {kind: f"{BASE}{kind}/"})) != row["subject_label"]]
    assert wrong == []


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
