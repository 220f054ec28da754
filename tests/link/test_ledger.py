"""Which of many decisions holds."""

from __future__ import annotations

import pytest

from kg.link.ledger import NO_CONCEPT, Decisions, changes
from kg.model import Iri, Mapping, MappingStatus

TERM = Iri("https://w3id.org/dataterra/term/variable/0")
RECORD = "https://w3id.org/dataterra/record/sextant/1"
TOOL, PERSON = "tool:dataterra-link/0.1", "person:curator"
ACCEPTED, REJECTED, PROPOSED = MappingStatus.ACCEPTED, MappingStatus.REJECTED, MappingStatus.PROPOSED


def row(concept: str, author: str = TOOL, status: MappingStatus = ACCEPTED, scope: str = "", confidence: float = 0.9) -> Mapping:
    return Mapping(TERM, "skos:exactMatch", Iri(concept), confidence, "semapv:LexicalMatching", author, "", scope, status)


def holds(*rows: Mapping, source: str = "sextant", record: str = RECORD) -> list[str]:
    return [mapping.object for mapping in Decisions(rows).effective(TERM, source, record)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("wind")], ["wind"]),
        ([row("wind"), row("wind", status=REJECTED)], []),
        ([row("wind", status=REJECTED), row("wind")], ["wind"]),
        ([row("wind", PERSON, REJECTED), row("wind")], []),
        ([row("wind"), row("wave", PERSON)], ["wave"]),
        ([row("wave", PERSON), row("wind")], ["wave"]),
        ([row("wind", PERSON), row("wind", PERSON, REJECTED)], []),
        ([row("wind"), row("wave")], ["wave", "wind"]),
        ([row("wind"), row("wave", scope="sextant")], ["wave"]),
        ([row("wind"), row("wave", scope=RECORD), row("salt", scope="sextant")], ["wave"]),
        ([row("wind"), row("wave", scope="elsewhere")], ["wind"]),
        ([row("wind", PERSON), row("wave", TOOL, scope=RECORD)], ["wind"]),
        ([row("wind", PERSON), row("wave", PERSON, scope=RECORD)], ["wave"]),
        ([row("wind"), row("wind", PERSON, REJECTED, scope=RECORD)], []),
        ([row("wind"), row(NO_CONCEPT, PERSON)], []),
        ([row("wind", status=PROPOSED)], []),
    ],
)
def test_a_person_over_a_tool_the_narrower_over_the_wider_the_last_over_the_first(rows: list[Mapping], expected: list[str]) -> None:
    assert holds(*rows) == expected


def test_a_rejection_in_one_record_leaves_the_others() -> None:
    rows = [row("wind"), row("wind", PERSON, REJECTED, scope=RECORD)]
    assert holds(*rows) == [] and holds(*rows, record="https://w3id.org/dataterra/record/sextant/2") == ["wind"]


def test_a_person_who_decides_on_the_licence_leaves_the_access_condition() -> None:
    base = "https://w3id.org/dataterra/"
    rows = [row(base + "licence/cc-by"), row(base + "access/public"), row(base + "licence/cc-by-4-0", PERSON)]
    assert sorted(holds(*rows)) == [base + "access/public", base + "licence/cc-by-4-0"]


def test_the_history_is_kept() -> None:
    rows = [row("wind"), row("wind", PERSON, REJECTED), row("wind", PERSON)]
    assert list(Decisions(rows[:1]).extended(rows[1:]).of(TERM)) == rows


def test_nothing_is_appended_where_nothing_changed() -> None:
    assert changes([row("wind")], [row("wind", author="tool:dataterra-link/0.2")], "tool:dataterra-link/") == []


def test_a_tool_does_not_repeat_what_a_person_decided_on() -> None:
    assert changes([row("wind", PERSON, REJECTED)], [row("wind")], "tool:dataterra-link/") == []
    assert changes([row("wind"), row("wind", PERSON)], [row("wave")], "tool:dataterra-link/") == [row("wave")]


def test_a_new_version_that_finds_something_else_appends_it_and_withdraws_the_old() -> None:
    appended = changes([row("wind"), row("salt", PERSON)], [row("wave")], "tool:dataterra-link/")
    assert [(mapping.object, mapping.status) for mapping in appended] == [("wave", ACCEPTED), ("wind", REJECTED)]
    assert changes([row("wind"), *appended], [row("wave")], "tool:dataterra-link/") == []
