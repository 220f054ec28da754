"""People's decisions on links: they hold, they touch what they concern and nothing else, and they can be taken out and in again."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kg.decisions import carry_out, concept_iri, decision, decisions_on_words, entries_from, explain, explain_mentions, find_term, person
from kg.errors import VocabularyError
from kg.link.ledger import NO_CONCEPT
from kg.link.sssom import mappings_from_rows, read_sssom, write_sssom
from kg.model import Iri, MappingStatus, Term
from kg.namespaces import BASE, OWL, SSSOM, link_graph_iri
from kg.pipeline import relink
from kg.workshop import Workshop

WorkingFolder = Any  # of tests/conftest.py

CURATOR = "person:A. Curator"
FOG = Iri(BASE + "variable/fog")


@pytest.fixture
def shop(folder: WorkingFolder, examples: Path) -> Any:
    folder.ingest(examples / "sextant", examples / "aeris", publish=False)
    with Workshop(folder.settings) as opened:
        yield opened


def graphs(shop: Workshop) -> dict[Iri, bytes]:
    records = [row.iri for row in shop.state.records() if row.iri]
    return {iri: shop.store.graph(Iri(link_graph_iri(iri))) for iri in records}


def some_term(shop: Workshop) -> Term:
    """A term that some records use and others do not."""
    return next(use.term for use in shop.state.unmapped_terms() if use.records < 5)


def test_a_decision_makes_the_links_of_its_records_anew_and_of_no_other(shop: Workshop) -> None:
    term, before = some_term(shop), graphs(shop)
    done = carry_out(shop, [decision(term, FOG, CURATOR, accept=True)])
    after = graphs(shop)
    changed = {iri for iri in before if before[iri] != after[iri]}
    assert changed == set(done.records) == set(shop.state.records_using([term.iri]))
    assert all(FOG.encode() in after[iri] for iri in changed)


def test_the_same_decision_again_is_nothing_new(shop: Workshop) -> None:
    entry = decision(some_term(shop), FOG, CURATOR, accept=True)
    carry_out(shop, [entry])
    assert carry_out(shop, [entry]).records == ()


def test_a_rejection_takes_the_link_away_and_no_later_run_brings_it_back(shop: Workshop) -> None:
    linked = next(m for m in shop.state.current_mappings() if m.status is MappingStatus.ACCEPTED and "/variable/" in m.object)
    term = shop.state.find_terms([linked.subject])[linked.subject]
    done = carry_out(shop, [decision(term, linked.object, CURATOR, accept=False, why="another medium")])
    assert done.records
    relink(shop, [row for row in shop.state.records() if row.published])
    last = {m.object: m for m in shop.state.current_mappings([term.iri])}[linked.object]
    assert (last.status, last.author) == (MappingStatus.REJECTED, CURATOR)


def test_no_concept_at_all_is_a_decision(shop: Workshop) -> None:
    accepted = [m for m in shop.state.current_mappings() if m.status is MappingStatus.ACCEPTED and "/variable/" in m.object]
    reasons = Counter(mapping.object for mapping in accepted)
    linked = next(mapping for mapping in accepted if reasons[mapping.object] == 1)  # no other term leads to the concept
    term = shop.state.find_terms([linked.subject])[linked.subject]
    record = shop.state.records_using([term.iri])[0]
    before = graphs(shop)[record]
    carry_out(shop, [decision(term, NO_CONCEPT, CURATOR, accept=True)])
    assert len(graphs(shop)[record].splitlines()) < len(before.splitlines())


def test_a_decision_for_one_record_leaves_the_others(shop: Workshop) -> None:
    term = next(use.term for use in shop.state.unmapped_terms() if use.records > 1)
    first, *others = shop.state.records_using([term.iri])
    before = graphs(shop)
    carry_out(shop, [decision(term, FOG, CURATOR, accept=True, scope=first)])
    after = graphs(shop)
    assert FOG.encode() in after[first]
    assert all(after[iri] == before[iri] for iri in others)


def test_explain_tells_the_history_with_rule_author_and_time(shop: Workshop) -> None:
    term = some_term(shop)
    carry_out(shop, [decision(term, FOG, CURATOR, accept=True, why="seen in the data")])
    carry_out(shop, [decision(term, FOG, "person:B. Other", accept=False)])
    told = "\n".join(explain(shop.state, term))
    assert term.text in told and "seen in the data" in told
    assert f"was accepted: skos:exactMatch {FOG}" in told and f"now rejected: skos:exactMatch {FOG}" in told
    assert "person:A. Curator" in told and "person:B. Other" in told


def test_the_ledger_goes_out_as_sssom_and_comes_back_without_loss(shop: Workshop, folder: WorkingFolder) -> None:
    term = some_term(shop)
    carry_out(shop, [decision(term, FOG, CURATOR, accept=False, why='twice  two spaces, “quotes” and a "quote"', scope="aeris")])
    kept = list(shop.state.current_mappings())
    text = write_sssom(kept, {"mapping_set_id": BASE + "mappings/test", "license": "https://creativecommons.org/publicdomain/zero/1.0/"})
    back = mappings_from_rows(read_sssom(text).rows)
    assert sorted(back, key=repr) == sorted(kept, key=repr)
    assert carry_out(shop, entries_from(back)).entries == 0


def test_an_export_has_what_the_sssom_schema_requires(shop: Workshop) -> None:
    """<https://mapping-commons.github.io/sssom/Mapping/>: required slots, dates as xsd:date, confidence between 0 and 1, modifier `Not`."""
    carry_out(shop, [decision(some_term(shop), FOG, CURATOR, accept=False)])
    text = write_sssom(shop.state.current_mappings(), {"mapping_set_id": BASE + "x", "license": BASE + "y"})
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t"):
        assert row["subject_id"] and row["predicate_id"] and row["object_id"] and row["mapping_justification"].startswith("semapv:")
        assert 0 <= float(row["confidence"]) <= 1
        assert len(row["mapping_date"]) == 10
        assert row["predicate_modifier"] in ("", "Not")


def test_a_text_that_nobody_uses_is_said(shop: Workshop) -> None:
    with pytest.raises(VocabularyError, match="no record uses this term"):
        find_term(shop.state, "a text that stands nowhere")


@pytest.mark.parametrize("name", ["", "a.curator@example.org", "a\nb"])
def test_an_author_is_a_name_and_no_mailbox(name: str) -> None:
    with pytest.raises(VocabularyError):
        person(name)


@pytest.mark.parametrize("given", ["not an iri", "http://exa mple.org/", "javascript:alert(1) x"])
def test_a_concept_is_an_iri(given: str) -> None:
    with pytest.raises(VocabularyError):
        concept_iri(given)


# --- words in texts ---


class Named(NamedTuple):
    """Words that the texts of records name a concept by."""

    words: str
    concept: Iri
    records: frozenset[str]


def named_in_texts(shop: Workshop) -> list[Named]:
    """What is named, the most often first."""
    records: dict[tuple[str, str], set[str]] = defaultdict(set)
    for quad in shop.store.quads(None, SSSOM.match_string):
        (concept,) = shop.store.quads(quad.subject, OWL.annotatedTarget)
        records[quad.object.value.casefold(), concept.object.value].add(quad.subject.value.partition("#")[0])
    found = [Named(words, Iri(concept), frozenset(of)) for (words, concept), of in records.items()]
    return sorted(found, key=lambda each: (-len(each.records), each.words))


def test_words_that_do_not_mean_a_concept_are_read_so_no_more_and_no_other_record_is_touched(shop: Workshop) -> None:
    named, before = named_in_texts(shop)[0], graphs(shop)
    done = carry_out(shop, decisions_on_words(named.words, named.concept, CURATOR, accept=False))
    after = graphs(shop)
    assert set(done.records) == named.records == {iri for iri in before if before[iri] != after[iri]}
    again = relink(shop, [row for row in shop.state.records() if row.published])
    assert again == len(after)
    assert graphs(shop) == after, "a later run does not bring it back"
    carry_out(shop, decisions_on_words(named.words, named.concept, CURATOR, accept=True))
    assert graphs(shop) == before, "and it can be taken back"


def test_words_may_mean_nothing_in_one_record_only(shop: Workshop) -> None:
    named = named_in_texts(shop)[0]
    record = Iri(min(named.records))
    done = carry_out(shop, decisions_on_words(named.words, named.concept, CURATOR, accept=False, scope=record))
    assert done.records == (record,)
    still = {each[:2]: each.records for each in named_in_texts(shop)}
    assert still.get(named[:2], frozenset()) == named.records - {record}


def test_words_may_mean_nothing_at_all_until_they_are_given_back(shop: Workshop) -> None:
    named = named_in_texts(shop)[0]
    carry_out(shop, decisions_on_words(named.words, NO_CONCEPT, CURATOR, accept=True))
    assert named.words not in {each.words for each in named_in_texts(shop)}
    carry_out(shop, decisions_on_words(named.words, named.concept, CURATOR, accept=True))
    assert named in named_in_texts(shop)


def test_decisions_on_words_go_out_as_sssom_and_in_again(shop: Workshop) -> None:
    named = named_in_texts(shop)[0]
    entries = decisions_on_words(named.words, named.concept, CURATOR, accept=False, why="the name of a project")
    text = write_sssom(entries, {"mapping_set_id": BASE + "mappings/test", "license": BASE})
    read = mappings_from_rows(read_sssom(text, "test").rows, "test")
    done = carry_out(shop, entries_from(read))
    assert set(done.records) == named.records


def test_explain_shows_the_words_that_were_read(shop: Workshop) -> None:
    named = named_in_texts(shop)[0]
    told = "\n".join(explain_mentions(shop.graphs.linked(Iri(min(named.records)))))
    assert named.words in told.casefold() and named.concept in told
