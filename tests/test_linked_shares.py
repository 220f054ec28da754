"""What share is linked is counted alike in the state and in a release, and told beside each other."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kg.decisions import carry_out, decision
from kg.link.decide import is_placeholder
from kg.link.rights import Rights
from kg.linked_shares import LinkedShares, shares_of_release, shares_of_state
from kg.model import Iri, TermKind
from kg.namespaces import BASE
from kg.state import State
from kg.workshop import Workshop

WorkingFolder = Any  # of tests/conftest.py

CURATOR = "person:A. Curator"
FOG = Iri(BASE + "variable/fog")


@pytest.fixture
def published(folder: WorkingFolder, examples: Path) -> WorkingFolder:
    folder.ingest(examples / "sextant", examples / "aeris")
    return folder


def now(folder: WorkingFolder) -> LinkedShares:
    with State(folder.settings.state, writing=False) as state:
        return shares_of_state(state, Rights())


def served(folder: WorkingFolder) -> LinkedShares:
    with closing(folder.current.reader()) as reader:
        return shares_of_release(reader, Rights())


def link_to_fog(folder: WorkingFolder) -> int:
    """A curator links an unmapped keyword of several records; returns how many use it."""
    with Workshop(folder.settings) as shop:
        use = next(use for use in shop.state.unmapped_terms(TermKind.KEYWORD) if use.records > 1)
        carry_out(shop, [decision(use.term, FOG, CURATOR, accept=True)])
    return int(use.records)


def test_state_and_release_count_the_same(published: WorkingFolder) -> None:
    counted = now(published)
    assert counted == served(published)
    assert counted.kind(TermKind.VARIABLE).right > 0
    assert sum(counted.format(name).n for name in counted.formats) == sum(counted.kind(kind).n for kind in TermKind)
    assert set(counted.poles) == {"aeris", "odatis"}


def test_a_decision_shows_against_the_release_before_it(published: WorkingFolder) -> None:
    before = served(published)
    records = link_to_fog(published)
    published.publish()
    after = served(published)
    assert after == now(published)
    assert after.kind(TermKind.KEYWORD).right == before.kind(TermKind.KEYWORD).right + records
    assert sum(share.right for share in after.poles.values()) >= sum(share.right for share in before.poles.values())


def test_a_decision_of_one_source_counts_there_only(published: WorkingFolder) -> None:
    before = served(published)
    with Workshop(published.settings) as shop:
        use = next(use for use in shop.state.unmapped_terms(TermKind.KEYWORD) if use.records > 1)
        record = shop.state.records_using([use.term.iri])[0]
        carry_out(shop, [decision(use.term, FOG, CURATOR, accept=True, scope=record)])
    published.publish()
    assert served(published) == now(published)
    assert served(published).kind(TermKind.KEYWORD).right == before.kind(TermKind.KEYWORD).right + 1


def test_a_term_that_means_nothing_is_not_linked(published: WorkingFolder) -> None:
    before = served(published)
    with Workshop(published.settings) as shop:
        use = shop.state.unmapped_terms(TermKind.KEYWORD)[0]
        carry_out(shop, [decision(use.term, Iri("https://w3id.org/sssom/NoTermFound"), CURATOR, accept=True)])
    published.publish()
    assert served(published).kind(TermKind.KEYWORD) == now(published).kind(TermKind.KEYWORD) == before.kind(TermKind.KEYWORD)


def test_the_report_stands_beside_the_release_before(published: WorkingFolder) -> None:
    alone = json.loads(published.run("link", "report", "--json").stdout)
    assert alone["before"] is None
    link_to_fog(published)
    published.publish()
    found = json.loads(published.run("link", "report", "--json").stdout)
    linked = {of["kind"]: of["linked"] for of in found["now"]["kinds"]}
    then = {of["kind"]: of["linked"] for of in found["before"]["kinds"]}
    assert found["before"]["release"] == 1
    assert linked["keyword"] > then["keyword"]
    shown = published.run("link", "report", "--before", "1", "--top", "3").stdout
    assert "in release 1" in shown.replace("\n", " ")
    assert f"{then['keyword']}/" in shown
    wrong = published.run("link", "report", "--before", "7")
    assert wrong.returncode != 0
    assert "there is no release 7" in wrong.stderr


def test_what_says_nothing_is_no_work_for_a_curator(published: WorkingFolder) -> None:
    found = json.loads(published.run("link", "report", "--json", "--top", "1000").stdout)
    assert found["unmapped"]
    assert not [of for of in found["unmapped"] if of["kind"] in ("keyword", "variable") and is_placeholder(of["text"])]
    assert sum(of["say_nothing"] for of in found["now"]["kinds"]) > 0
