"""The questions and the known faults of the prototype of the poles' catalogues (ESDD), on those of their records that are here.

What should be found is counted in the records' own texts, by regular expressions, without mapping or index.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from pyoxigraph import Literal, RdfFormat, Triple, parse

from kg.crosswalk.engine import Mapper
from kg.model import Native, Record
from kg.namespaces import DCT, DT, GEO, RDF, SKOS, dataset_iri
from kg.search.index import open_index
from kg.search.query import search
from kg.search.request import SearchRequest

POLES = {"aeris": "AERIS", "theia": "THEIA", "formater": "FORMATER"}
WORDS = ("temperature", "air", "water", "carbon", "conductivity")

#: Words in which the letters of a question stand and say nothing of it: the prototype counted them, a person who asks does not want them.
CHANCE = re.compile(r"\w*(?:aires?|pair(?:s|ed|ing)?|fairfield|_airra_.*|aircrart)$")


@dataclass(frozen=True)
class Catalogues:
    """The records of each pole, and a search over the release of all of them."""

    records: dict[str, list[dict[str, Any]]]
    find: Callable[[str, str], set[str]]

    def texts(self, pole: str) -> dict[str, str]:
        """All that a record says in words, by the IRI of its data set."""
        said = (
            (record["id"], " ".join(part["v"] for name in ("title", "description", "keywords") for part in record.get(name) or ()))
            for record in self.records[pole]
        )
        return {dataset_iri(pole, name): text.lower() for name, text in said}


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory, shared_data: Path, new_folder: Callable[[Path], Any]) -> Catalogues:
    folder, given = new_folder(tmp_path_factory.mktemp("esdd") / "var"), tmp_path_factory.mktemp("poles")
    bodies = {pole: (shared_data / f"data/records/esdd-dataterra/{name}.jsonl").read_bytes() for pole, name in POLES.items()}
    for pole, body in bodies.items():
        (given / pole).mkdir()
        (given / pole / "source.toml").write_text(f'id = "{pole}"\npole = "{pole}"\n', "utf-8")
        (given / pole / "catalogue.jsonl").write_bytes(body)
    folder.ingest(given)
    index = open_index(folder.current.index_path)

    def find(word: str, pole: str) -> set[str]:
        asked = SearchRequest(q=word, pole=(pole,), limit=200, facets=False)
        pages = (search(index, replace(asked, offset=start)).hits for start in range(0, 2_000, 200))
        return {str(hit.iri) for page in pages for hit in page}

    return Catalogues({pole: [orjson.loads(line) for line in body.splitlines()] for pole, body in bodies.items()}, find)


@pytest.mark.parametrize("pole", POLES)
@pytest.mark.parametrize("word", WORDS)
def test_a_question_finds_each_record_that_says_the_word_or_a_word_made_of_it(catalogues: Catalogues, word: str, pole: str) -> None:
    found, texts = catalogues.find(word, pole), catalogues.texts(pole)
    saying = {iri for iri, text in texts.items() if re.search(rf"\b{word}s?\b", text)}
    holding = {iri for iri, text in texts.items() if word in text}
    assert saying <= found
    letters = {each for iri in holding - found for each in re.findall(r"\w+", texts[iri]) if word in each}
    assert all(CHANCE.match(each) for each in letters), letters


def test_a_question_finds_records_by_the_names_of_their_concepts(tmp_path: Path, new_folder: Callable[[Path], Any]) -> None:
    """A record that names its variable by a code only is found by every name of the concept, in either language."""
    given = tmp_path / "natives" / "aeris"
    given.mkdir(parents=True)
    (given / "source.toml").write_text('id = "aeris"\npole = "aeris"\n', "utf-8")
    for code, standard_name in (("tas", "air_temperature"), ("pr", "precipitation_flux")):
        record = {"pole": "AERIS", "id": code, "title": [{"v": f"ROSEA {code} L2"}], "description": [{"v": f"ROSEA {code}, level 2"}]}
        iri = f"http://vocab.nerc.ac.uk/standard_name/{standard_name}/"
        (given / f"{code}.json").write_bytes(orjson.dumps(record | {"themes": [iri], "wkt": "POINT (45.77 2.97)"}))
    folder = new_folder(tmp_path / "var")
    folder.ingest(given)
    index = open_index(folder.current.index_path)
    for question in ("temperature", "air temperature", "température de l'air"):
        assert [hit.iri for hit in search(index, SearchRequest(q=question)).hits] == [dataset_iri("aeris", "tas")], question


def _triples(record: Record) -> list[Triple]:
    return [quad.triple for quad in parse(record.triples, format=RdfFormat.N_TRIPLES)]


def _prose(given: dict[str, Any]) -> str:
    return " ".join(part["v"] for name in ("title", "description") for part in given.get(name) or ())


#: Places of metropolitan France, where latitudes are 41 to 52 and longitudes -6 to 10.
FRANCE = re.compile(r"Puy.de.D[oô]me|Palaiseau|SIRTA|Clermont|Lannemezan|Toulouse|Draix|Strengbach|Vosges|Pyr[ée]n[ée]es")
FRENCH = re.compile(r"\b(?:de la|des|du|les|et|dans|pour|sur|d'une|mesures)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(?:the|of|and|from|with|is|are|by)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def graphs(shared_data: Path) -> dict[str, list[tuple[dict[str, Any], list[Triple], tuple[str, ...]]]]:
    """Each record, its graph, and the codes of its problems, by pole."""
    mapper, found = Mapper.from_resources(), {}
    for pole, name in POLES.items():
        lines = (shared_data / f"data/records/esdd-dataterra/{name}.jsonl").read_bytes().splitlines()
        outcomes = [(orjson.loads(line), mapper.map(Native(pole, "x", "application/json", line, "x"))) for line in lines]
        found[pole] = [
            (
                given,
                [quad.triple for quad in parse(outcome.record.triples, format=RdfFormat.N_TRIPLES)],
                tuple(each.code for each in outcome.problems),
            )
            for given, outcome in outcomes
            if outcome.record is not None
        ]
    assert sum(map(len, found.values())) > 2_000
    return found


def test_longitudes_come_first_where_records_name_places_of_france(graphs: Any) -> None:
    swapped = checked = 0
    for given, triples, _ in (each for pole in graphs.values() for each in pole):
        edges = {each.predicate: float(each.object.value) for each in triples if each.predicate in (DT.west, DT.south)}
        if len(edges) == 2 and FRANCE.search(_prose(given)):
            checked += 1
            swapped += 41 <= edges[DT.west] <= 52 and -6 <= edges[DT.south] <= 10
    assert checked > 90 and swapped == 0


def test_polygons_of_one_position_are_points(graphs: Any) -> None:
    points = 0
    for given, triples, codes in graphs["aeris"]:
        numbers = re.search(r"POLYGON \(\( (.*)\)\)", given.get("wkt") or "")
        if numbers and len({each.strip() for each in numbers[1].split(",")}) == 1:
            points += 1
            assert all(each.object.value.startswith("POINT") for each in triples if each.predicate == GEO.asWKT)
            assert "place.no-area" in codes
    assert points > 500


def test_french_titles_are_french_and_english_ones_english(graphs: Any) -> None:
    """Told by words that only one of the two languages has; the catalogue marks all of them as English."""
    counts = Counter[tuple[str, str | None]]()
    for given, triples, _ in (each for pole in graphs.values() for each in pole):
        french, english = (len(words.findall(_prose(given))) for words in (FRENCH, ENGLISH))
        surely = "fr" if french > 3 + 3 * english else "en" if english > 3 + 3 * french else None
        titles = {each.object.language for each in triples if each.predicate == DCT.title and isinstance(each.object, Literal)}
        counts.update((surely, language) for language in titles if surely)
    assert counts["fr", "fr"] > 25 and counts["fr", "en"] == 0, counts
    assert counts["en", "en"] > 250 and counts["en", "fr"] == 0, counts


def test_no_concept_is_minted_for_a_data_set_and_a_keyword(graphs: Any) -> None:
    """One keyword has one node, however many records use it, and none of the prototype's own IRIs is left."""
    terms: dict[str, set[str]] = {}
    for _, triples, _ in (each for pole in graphs.values() for each in pole):
        for each in triples:
            assert "example.org" not in str(each)
            assert each.object not in (SKOS.Concept,)
            if each.predicate == RDF.value:
                terms.setdefault(each.object.value, set()).add(each.subject.value)
    assert len(terms) > 500 and all(len(iris) <= 2 for iris in terms.values())  # a keyword may be a theme as well
