"""The guard and the versions: what is taken in, what is the same, what is held, and what is said of it."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.namespaces import DCT, OWL, RDF, SKOS
from kg.vocabulary.guard import Thresholds
from kg.vocabulary.importers import read_bodies
from kg.vocabulary.lines import triples_of
from kg.vocabulary.reading import Reading
from kg.vocabulary.shelves import Library
from kg.vocabulary.take import Answer, held_lines, take

PREFIXES = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"


def concept(number: int, label: str = "", *, language: str = "en", broader: int | None = None, more: str = "") -> str:
    above = f"skos:broader <http://e.org/{broader}> ; " if broader is not None else ""
    named = f'skos:prefLabel "{label or f"concept {number}"}"@{language} ; ' if label != "-" else ""
    return f"<http://e.org/{number}> a skos:Concept ; {above}{named}{more} skos:inScheme <http://e.org/> .\n"


def concepts(count: int, start: int = 0) -> str:
    return "".join(concept(number) for number in range(start, start + count))


class Pulls:
    """A source that says one thing after another."""

    def __init__(self, folder: Path, thresholds: Thresholds | None = None) -> None:
        self.kept, self.thresholds = Library(folder), thresholds or Thresholds()

    def pull(self, turtle: str, date: str = "2025-01-01", *, accept: bool = False) -> Answer:
        read = read_bodies([((PREFIXES + turtle).encode(), "v.ttl")], Reading("test"))
        shelf = self.kept.shelf("test")
        return take(self.kept, shelf, read, source="v.ttl", date=date, thresholds=self.thresholds, accept=accept)

    @property
    def triples(self) -> set[Triple]:
        return set(triples_of(self.kept.get("test").lines()))


@pytest.fixture
def pulls(tmp_path: Path) -> Pulls:
    return Pulls(tmp_path)


def test_the_same_triples_in_another_order_and_with_other_prefixes_are_no_version(pulls: Pulls) -> None:
    assert pulls.pull(concepts(20)).state == "accepted"
    lines = concepts(20).splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    answer = pulls.pull("@prefix other: <http://e.org/> .\n" + "".join(lines), "2025-01-02")
    assert (answer.state, answer.version) == ("unchanged", "2025-01-01")
    assert [version.version for version in pulls.kept.shelf("test").versions] == ["2025-01-01"]


def test_blank_nodes_with_other_labels_are_no_version(pulls: Pulls) -> None:
    noted = "".join(f'<http://e.org/{n}> skos:note [ skos:example "{n}" ; skos:note [ skos:example "x" ] ] .\n' for n in range(20))
    first = pulls.pull(concepts(20) + noted)
    again = pulls.pull(concepts(20) + "".join(reversed(noted.splitlines(keepends=True))), "2025-01-02")
    assert (first.state, again.state) == ("accepted", "unchanged")
    changed = pulls.pull(concepts(20) + noted.replace('"7"', '"seven"'), "2025-01-03")
    assert changed.difference.statements == (4, 4), "the blank nodes of other concepts keep their names"


def test_blank_nodes_in_a_circle_have_the_same_names_each_time(pulls: Pulls) -> None:
    circle = "_:a skos:related _:b . _:b skos:related _:c . _:c skos:related _:a ."
    other = "_:x skos:related _:z . _:z skos:related _:y . _:y skos:related _:x ."
    assert [pulls.pull(concepts(5) + each).state for each in (circle, other)] == ["accepted", "unchanged"]


@pytest.mark.parametrize(("kept", "state"), [(100, "unchanged"), (95, "accepted"), (89, "held"), (60, "held"), (1, "held")])
def test_what_shrinks_too_much_is_held_and_the_last_good_version_stays(pulls: Pulls, kept: int, state: str) -> None:
    pulls.pull(concepts(100))
    answer = pulls.pull(concepts(kept), "2025-01-02")
    assert answer.state == state
    shelf = pulls.kept.shelf("test")
    if state == "held":
        assert (shelf.current, shelf.pulled.state, shelf.pulled.since) == ("2025-01-01", "held", "2025-01-02")
        assert f"{100 - kept} % fewer" in answer.words("en")
        assert len(held_lines(pulls.kept, "test")) == 3 * kept, "what was held can be looked at"
        assert pulls.pull(concepts(100), "2025-01-03").state == "unchanged"
        assert pulls.kept.shelf("test").pulled.state == "fresh"


def test_a_vocabulary_that_loses_its_labels_is_held_although_its_triples_stay(pulls: Pulls) -> None:
    pulls.pull(concepts(50))
    bare = "".join(concept(number, "-", more=f'skos:notation "{number}" ;') for number in range(50))
    answer = pulls.pull(bare, "2025-01-02")
    assert (answer.state, answer.reasons[0].code) == ("held", "collapse")


def test_a_vocabulary_that_loses_a_language_is_held(pulls: Pulls) -> None:
    french = "".join(f'<http://e.org/{n}> skos:prefLabel "concept {n}"@fr ; skos:altLabel "c {n}"@fr .\n' for n in range(30))
    pulls.pull(concepts(200) + french)
    answer = pulls.pull(concepts(200) + french.replace("prefLabel", "hiddenLabel"), "2025-01-02")
    assert (answer.state, answer.reasons[0].words("fr").split(" en moins")[0]) == ("held", "100 % de libellés en « fr »")


def test_an_empty_vocabulary_is_never_accepted(pulls: Pulls) -> None:
    assert pulls.pull("<http://e.org/> a skos:ConceptScheme .", accept=True).state == "held"


def test_a_person_may_accept_what_is_held(pulls: Pulls) -> None:
    pulls.pull(concepts(100))
    answer = pulls.pull(concepts(10), "2025-01-02", accept=True)
    assert (answer.state, answer.version) == ("accepted", "2025-01-02")
    assert answer.words("fr").startswith("accepté à la main, bien que : ")


def test_a_smaller_vocabulary_is_believed_after_weeks_and_a_collapse_never(pulls: Pulls) -> None:
    pulls.pull(concepts(100))
    assert [pulls.pull(concepts(80), f"2025-01-{day:02}").state for day in (2, 9, 15)] == ["held"] * 3
    assert pulls.pull(concepts(81), "2025-01-16").state == "accepted", "growth on what was held is not held for ever"
    assert [pulls.pull(concepts(20), f"2025-0{month}-01").state for month in (2, 3, 4, 5)] == ["held"] * 4


def test_an_outage_that_ends_begins_anew(pulls: Pulls) -> None:
    pulls.pull(concepts(100))
    for date, count, state in (("02", 80, "held"), ("10", 80, "held"), ("12", 100, "unchanged"), ("20", 80, "held"), ("25", 80, "held")):
        assert pulls.pull(concepts(count), f"2025-01-{date}").state == state


def test_growth_of_any_size_is_taken_in(pulls: Pulls) -> None:
    pulls.pull(concepts(10))
    assert pulls.pull(concepts(5000), "2025-01-02").state == "accepted"


def test_concepts_that_leave_stay_deprecated_and_know_who_replaces_them(pulls: Pulls) -> None:
    pulls.pull(concepts(100))
    answer = pulls.pull(concepts(98) + '<http://e.org/new> a skos:Concept ; skos:prefLabel "concept 99"@en .', "2025-01-02")
    gone = [NamedNode(f"http://e.org/{number}") for number in (98, 99)]
    assert answer.difference.gone == tuple(each.value for each in gone)
    true = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    assert {Triple(each, OWL.deprecated, true) for each in gone} <= pulls.triples
    assert Triple(gone[0], SKOS.prefLabel, Literal("concept 98", language="en")) in pulls.triples
    assert Triple(gone[1], DCT.isReplacedBy, NamedNode("http://e.org/new")) in pulls.triples
    assert (answer.counts.concepts, answer.counts.retired) == (99, 2)


def test_retired_concepts_stay_retired_and_come_back(pulls: Pulls) -> None:
    pulls.pull(concepts(100))
    pulls.pull(concepts(99), "2025-01-02")
    later = pulls.pull(concepts(99).replace("concept 5", "fifth"), "2025-01-03")
    assert Triple(NamedNode("http://e.org/99"), RDF.type, SKOS.Concept) in pulls.triples
    assert (later.difference.gone, later.difference.statements) == ((), (11, 11)), "what was retired before is no news"
    assert pulls.pull(concepts(99).replace("concept 5", "fifth"), "2025-01-04").state == "unchanged"
    back = pulls.pull(concepts(100), "2025-01-05")
    assert back.difference.back == ("http://e.org/99",)
    assert not {triple for triple in pulls.triples if triple.predicate == OWL.deprecated}


def test_changes_are_told_as_a_curator_would(pulls: Pulls) -> None:
    pulls.pull(concepts(30))
    changed = "".join(
        [
            concept(0, "zero"),
            concept(1, "one", more='skos:definition "The first."@en ;'),
            concept(2, broader=1),
            concept(3, more="skos:exactMatch <http://other.org/3> ;"),
            concept(4, more='<http://www.w3.org/2002/07/owl#deprecated> true ; skos:prefLabel "concept quatre"@fr ;'),
            concepts(37, 5),
        ]
    )
    answer = pulls.pull(changed, "2025-01-02")
    assert answer.changes["en"] == (
        "12 concepts added, 1 concept deprecated, 2 labels changed, 1 concept labelled in one more language, 1 definition changed,"
        " 1 concept moved, 1 concept with other mappings"
    )
    assert answer.changes["fr"].startswith("12 concepts ajoutés, 1 concept déprécié, 2 libellés changés")
    assert ("http://e.org/0", "concept 0@en", "zero@en") in answer.difference.relabelled


def test_several_versions_of_one_day_have_names_of_their_own(pulls: Pulls) -> None:
    names = [pulls.pull(concepts(count)).version for count in (10, 11, 12)]
    assert names == ["2025-01-01", "2025-01-01.2", "2025-01-01.3"]
    assert pulls.kept.shelf("test").get("2025-01-01.3").previous == "2025-01-01.2"


def test_versions_are_sorted_lines_without_blank_nodes_for_whoever_links(pulls: Pulls) -> None:
    pulls.pull(concepts(10) + '<http://e.org/1> skos:note [ skos:example "\u2028 \u0085 in a text" ] .')
    (current,) = pulls.kept.current()
    lines = current.lines()
    assert (current.id, current.version, current.iri) == ("test", "2025-01-01", "https://w3id.org/dataterra/scheme/test/2025-01-01")
    assert lines == sorted(set(lines))
    assert not [line for line in lines if b"_:" in line]
    assert len(list(parse(b"".join(lines), format=RdfFormat.N_TRIPLES))) == len(lines)


# --- the history of the poles' thesauri ---


def test_the_history_of_the_poles_is_answered_as_expected(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "data/dataterra-history"
    rows = list(csv.DictReader((folder / "index.csv").open(encoding="utf-8")))
    environment = {**os.environ, "DATATERRA_VAR": str(tmp_path / "var"), "NO_COLOR": "1"}
    environment.pop("DATATERRA_CONFIG", None)
    wrong, sentences = [], []
    for row in rows:
        command = [sys.executable, "-m", "kg.cli", "vocab", "pull", row["pole"], "--from", str(folder / row["file"]), "--date", row["date"]]
        done = subprocess.run([*command, "--json"], env=environment, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        answer = json.loads(done.stdout)
        sentences.append(answer["changes"]["words"].get("en") or answer["reason"])
        if answer["state"] not in row["expected"].split(" or "):
            wrong.append((row["n"], row["pole"], row["expected"], answer["state"], answer["reason"]))
    assert not wrong
    assert all(sentences)
    assert sentences[6] == "1 concept added"  # AERIS, 2025-02-12
