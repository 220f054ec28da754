"""What texts name: the longest label, in the language of the text, and not what they say is missing."""

from __future__ import annotations

import pytest

from kg.link.concepts import Concept, Label
from kg.link.found_in_text import Text, TextReader
from kg.link.mentions import mention_lines, texts_of, words_iri
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Iri, TermKind
from kg.namespaces import BASE


def concept(slug: str, *labels: tuple[str, str]) -> Concept:
    kind = TermKind(slug.partition("/")[0])
    return Concept(
        Iri(BASE + slug), kind, tuple(Label(text, language, "pref" if not n else "alt") for n, (text, language) in enumerate(labels))
    )


@pytest.fixture(scope="module")
def reader() -> TextReader:
    concepts = [
        concept("variable/temperature", ("Temperature", "en"), ("Température", "fr")),
        concept(
            "variable/sea-surface-temperature", ("Sea surface temperature", "en"), ("SST", "en"), ("Température de surface de la mer", "fr")
        ),
        concept("variable/surface-temperature", ("Surface temperature", "en")),
        concept("variable/precipitation", ("Precipitation", "en"), ("Précipitations", "fr")),
        concept("variable/aerosols", ("Aerosols", "en"), ("Aérosols", "fr")),
        concept(
            "instrument/lidar",
            ("Doppler lidar", "en"),
        ),
        concept(
            "instrument/other-lidar",
            ("Doppler lidar", "en"),
        ),
        concept("platform/envisat", ("Envisat", "en"), ("Envisat", "fr")),
    ]
    return TextReader(VocabularyIndex.from_concepts(concepts))


def found(reader: TextReader, text: str, language: str = "en") -> list[str]:
    return [mention.concept.removeprefix(BASE) for mention in reader.mentions([Text(text, language)])]


def test_the_longest_label_is_taken(reader: TextReader) -> None:
    assert found(reader, "Daily maps of sea surface temperature in the Gulf of Lion") == ["variable/sea-surface-temperature"]


def test_a_text_is_read_in_its_language(reader: TextReader) -> None:
    assert found(reader, "Températures de surface de la mer et aérosols", "fr") == ["variable/sea-surface-temperature", "variable/aerosols"]
    assert found(reader, "Températures de surface de la mer", "en") == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No aerosols were measured.", "en"),
        ("All fluxes, without any aerosols", "en"),
        ("Mesures sans aérosols", "fr"),
    ],
)
def test_what_a_text_says_is_not_there_is_not_found(reader: TextReader, text: str, language: str) -> None:
    assert found(reader, text, language) == []


def test_a_negation_ends_with_its_clause(reader: TextReader) -> None:
    assert found(reader, "There is no gap. Aerosols were measured daily.") == ["variable/aerosols"]


def test_acronyms_count_in_capitals_and_wide_words_not_at_all(reader: TextReader) -> None:
    assert found(reader, "SST fields") == ["variable/sea-surface-temperature"]
    assert found(reader, "the sst of the temperature") == []


def test_a_name_that_two_concepts_bear_is_not_read(reader: TextReader) -> None:
    assert found(reader, "A Doppler lidar was used") == []


def test_a_mention_tells_passage_and_confidence_and_is_no_declared_variable(reader: TextReader) -> None:
    (mention,) = reader.mentions([Text("We publish ten years of sea surface temperature from Envisat.", "en")], [TermKind.VARIABLE])
    lines = "".join(mention_lines(mention, BASE + "record/s/1", BASE + "dataset/s/1"))
    assert "schema.org/mentions" in lines and "observedVariable" not in lines
    assert "ten years of sea surface temperature from Envisat" in lines
    assert 0 < mention.confidence < 0.9


def test_title_and_description_are_taken_from_the_record(reader: TextReader) -> None:
    dataset = BASE + "dataset/s/1"
    triples = (
        f'<{dataset}> <http://purl.org/dc/terms/title> "Aerosols \\"dry\\""@en .\n'
        f'<{BASE}record/s/1#part-1> <http://purl.org/dc/terms/title> "Envisat"@en .\n'
    ).encode()
    assert texts_of(triples, dataset) == [Text('Aerosols "dry"', "en")]


def test_words_that_a_person_refuses_leave_other_words_for_the_same_concept(reader: TextReader) -> None:
    texts = [Text("SST fields. Maps of sea surface temperature.", "en")]
    assert [each.words for each in reader.mentions(texts)] == ["sea surface temperature"], "the surest words tell it"
    refused = reader.mentions(texts, refused=lambda found: found.words == "sea surface temperature")
    assert [each.words for each in refused] == ["SST"]
    assert words_iri("Sea surface temperatures", "en") == words_iri("sea surface temperature", "en")
