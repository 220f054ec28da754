"""SSSOM in and out."""

from __future__ import annotations

import pytest

from kg.errors import VocabularyError
from kg.link.sssom import mappings_from_rows, read_sssom, write_sssom
from kg.model import Iri, Mapping, MappingStatus
from kg.namespaces import BASE

METADATA: dict[str, object] = {"mapping_set_id": "https://example.org/set", "license": "https://creativecommons.org/publicdomain/zero/1.0/"}
TERM = Iri(BASE + "term/variable/0123456789")
CONCEPT = Iri(BASE + "variable/wind")


def ledger() -> list[Mapping]:
    return [
        Mapping(TERM, "skos:exactMatch", CONCEPT, 0.98, "semapv:LexicalMatching", "tool:dataterra-link/0.1", "same label ('Wind')"),
        Mapping(
            TERM,
            "skos:closeMatch",
            Iri("http://vocab.nerc.ac.uk/collection/P01/current/EWDAZZ01/"),
            0.123456789,
            "semapv:ManualMappingCuration",
            "person:curator",
            'a "quoted" reason, with comma',
            BASE + "record/sextant/a%20b",
            MappingStatus.REJECTED,
            "2026-11-22",
        ),
        Mapping(
            TERM, "skos:broadMatch", Iri("https://example.org/x"), 0.5, "semapv:MappingChaining", "tool:t/1", status=MappingStatus.PROPOSED
        ),
    ]


def test_a_ledger_survives_the_round_trip_rejections_included() -> None:
    text = write_sssom(ledger(), METADATA)
    assert sorted(mappings_from_rows(read_sssom(text).rows), key=repr) == sorted(ledger(), key=repr)
    assert write_sssom(mappings_from_rows(read_sssom(text).rows), METADATA) == text


def test_the_metadata_block_is_read_and_carries_a_curie_map() -> None:
    metadata = read_sssom(write_sssom(ledger(), METADATA)).metadata
    assert metadata["mapping_set_id"] == METADATA["mapping_set_id"]
    assert metadata["curie_map"]["skos"] == "http://www.w3.org/2004/02/skos/core#"  # type: ignore[index]


def test_others_see_that_a_rejection_is_negative() -> None:
    rows = read_sssom(write_sssom(ledger(), METADATA)).rows
    assert [row["predicate_modifier"] for row in rows if row["ext_status"] == "rejected"] == ["Not"]


def test_a_negative_row_of_others_is_a_rejection() -> None:
    text = "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\nhttps://a.org/1\tskos:exactMatch\tNot\thttps://b.org/2\n"
    assert mappings_from_rows(read_sssom(text).rows)[0].status is MappingStatus.REJECTED


def test_blocks_with_a_space_after_the_sign_are_read() -> None:
    text = "# mapping_set_title: CF: to GCMD\n# license: x\nsubject_id\tpredicate_id\tobject_id\n"
    assert read_sssom(text.replace("CF: to", "CF to")).metadata["mapping_set_title"] == "CF to GCMD"


@pytest.mark.parametrize(
    "text",
    ["subject_id\tobject_id\na\tb\n", "#a: [\nsubject_id\tpredicate_id\tobject_id\n", "subject_id\tpredicate_id\tobject_id\na\tb\tc\td\n"],
)
def test_a_damaged_file_is_refused_with_its_name(text: str) -> None:
    with pytest.raises(VocabularyError, match=r"wind\.tsv"):
        read_sssom(text, "wind.tsv")


@pytest.mark.parametrize("iri", ["no-iri", "https://b.org/2> <urn:x> <urn:y", "https://b.org/ 2", ""])
def test_an_object_that_is_no_iri_is_refused(iri: str) -> None:
    text = f"subject_id\tpredicate_id\tobject_id\nhttps://a.org/1\tskos:exactMatch\t{iri}\n"
    with pytest.raises(VocabularyError, match="object_id"):
        mappings_from_rows(read_sssom(text).rows, "x.tsv")


def test_a_confidence_that_is_no_number_is_refused() -> None:
    text = "subject_id\tpredicate_id\tobject_id\tconfidence\nhttps://a.org/1\tskos:exactMatch\thttps://b.org/2\thigh\n"
    with pytest.raises(VocabularyError, match="high"):
        mappings_from_rows(read_sssom(text).rows, "x.tsv")


def test_a_label_may_hold_what_only_python_takes_for_the_end_of_a_line() -> None:
    row = "https://example.org/a\tskos:exactMatch\thttps://example.org/b\tice\u2028and\u0085snow"
    (read,) = read_sssom("subject_id\tpredicate_id\tobject_id\tobject_label\n" + row + "\n").rows
    assert read["object_label"] == "ice\u2028and\u0085snow"
