"""Measuring: what counts as right, what as a wrong link, and that the two halves stay what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.errors import VocabularyError
from kg.link.evaluate import Answer, evaluate, evaluate_licences, out_of_reach
from kg.link.gold import GoldRow, LicenceRow, half_of, read_gold
from kg.link.interval import Share
from kg.link.iris import iri_key
from kg.model import Term, TermKind
from kg.namespaces import GCMD_CONCEPT

HEAD = "id\ttext\tlang\tthesaurus\tunit\tkind\tgcmd_uuids\tgcmd_relation\tcf_names\tnil\tnote\n"
ROWS = (
    "1\tsea ice\ten\t\t\ttheme\ta|b\texactMatch\t\tfalse\t\n"
    "2\tBrest\ten\t\t\tplace\t\tnone\t\ttrue\t\n"
    '3\tNeige "fraîche"\tfr\t(title; THEIA record)\tcm\tvariable\tc\texactMatch\tsurface_snow_thickness\tfalse\t\n'
)


@dataclass(frozen=True)
class Fixed:
    """Answers every row alike."""

    given: tuple[Answer, ...]

    def answers(self, row: GoldRow) -> Sequence[Answer]:
        return self.given


def gold(folder: Path) -> list[GoldRow]:
    path = folder / "variable.tsv"
    path.write_text(HEAD + ROWS, "utf-8")
    return [row for row in read_gold(path) if isinstance(row, GoldRow)]


def test_a_gold_table_is_read_without_quoting_and_with_the_context_of_the_record(tmp_path: Path) -> None:
    rows = [row for row in gold(tmp_path) if row.target == "gcmd"]
    expected = [(GCMD_CONCEPT + "a", GCMD_CONCEPT + "b"), (), (GCMD_CONCEPT + "c",)]
    assert [row.expected for row in rows] == expected
    assert rows[2].term.text == 'Neige "fraîche"'
    assert rows[2].term.unit == "cm" and rows[2].term.thesaurus is None
    assert rows[2].context.pole == "THEIA" and rows[2].context.is_title


def test_a_second_answer_that_is_right_counts_among_five_and_not_first(tmp_path: Path) -> None:
    answers = (Answer(GCMD_CONCEPT + "x", 0.9), Answer(GCMD_CONCEPT + "b", 0.8))
    rows = [row for row in gold(tmp_path) if row.target == "gcmd" and row.expected]
    score = evaluate(rows[:1], Fixed(answers)).pooled("variable")
    assert (score.first, score.among_five, score.precision) == (Share(0, 1), Share(1, 1), Share(0, 0))


def test_an_accepted_link_on_a_string_that_denotes_nothing_is_a_wrong_link(tmp_path: Path) -> None:
    rows = [row for row in gold(tmp_path) if row.target == "gcmd"]
    score = evaluate(rows, Fixed((Answer(GCMD_CONCEPT + "a", 0.99, accepted=True),))).pooled("variable")
    assert score.precision == Share(1, 3)
    assert score.nil == Share(0, 1)
    assert [each.row.term.text for each in score.worst(9)] == ["Brest", 'Neige "fraîche"']


def test_one_wrong_link_among_several_makes_the_row_wrong(tmp_path: Path) -> None:
    both = (Answer(GCMD_CONCEPT + "a", 0.99, accepted=True), Answer(GCMD_CONCEPT + "x", 0.98, accepted=True))
    rows = [row for row in gold(tmp_path) if row.target == "gcmd"][:1]
    assert evaluate(rows, Fixed(both)).pooled("variable").precision == Share(0, 1)


def test_licences_an_open_licence_that_the_text_does_not_name_is_counted_apart() -> None:
    row = LicenceRow("1", "CC BY 4.0", "rights", "en", "", "", "none", "unmapped", {})
    score = evaluate_licences([row])
    assert score.openness_overclaimed == Share(1, 1)
    allowed = LicenceRow("1", "CC BY 4.0", "rights", "en", "", "", "none", "unmapped", {"iri": ("http://spdx.org/licenses/CC-BY-4.0",)})
    assert evaluate_licences([allowed]).openness_overclaimed == Share(0, 1)


def test_halves_are_fixed_and_blind_to_case() -> None:
    assert half_of("Sea Ice") == half_of("SEA  ICE")
    halves = [half_of(f"string {number}") for number in range(400)]
    assert 160 < halves.count("test") < 240


def test_a_table_of_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.tsv"
    path.write_text("a\tb\n1\t2\n", "utf-8")
    with pytest.raises(VocabularyError, match=r"other\.tsv"):
        read_gold(path)


def test_intervals_are_those_of_the_literature() -> None:
    low, high = Share(10, 20).wilson
    assert (round(low, 3), round(high, 3)) == (0.299, 0.701)
    assert round(Share(196, 200).lower, 3) == 0.955


def test_the_kind_that_the_iri_of_a_subject_tells_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "equipment.sssom.tsv"
    head = "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification\n"
    rows = [
        f"https://example.org/{name}\t{label}\tskos:exactMatch\t{GCMD_CONCEPT}x\tsemapv:ManualMappingCuration\n"
        for name, label in (("Platform/SNPP", "SNPP"), ("instruments/MSI", "MSI"), ("themes/sea", "Sea"))
    ]
    path.write_text(head + "".join(rows), "utf-8")
    assert [row.term.kind.value for row in read_gold(path) if isinstance(row, GoldRow)] == ["platform", "instrument", "keyword"]


def test_rows_that_no_vocabulary_here_can_answer_are_told() -> None:
    rows = [GoldRow("mmd", str(n), Term(TermKind.KEYWORD, str(n)), "mmd", "gcmd", (GCMD_CONCEPT + str(n),)) for n in range(3)]
    held = {iri_key(GCMD_CONCEPT + "0")}
    assert out_of_reach(rows, held)["mmd"] == Share(2, 3)
    assert out_of_reach(rows[:1], held) == {}
