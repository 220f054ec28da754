"""Which concepts a term is linked to, and which it is not."""

from __future__ import annotations

import pytest

from kg.link.decide import decide, is_placeholder
from kg.link.vocabulary_index import VocabularyIndex
from kg.model import Mapping, MappingStatus, Term, TermKind

BASE = "https://w3id.org/dataterra/"


def links(index: VocabularyIndex, term: Term) -> list[str]:
    return [m.object.removeprefix(BASE) for m in decide(term, index) if m.status is MappingStatus.ACCEPTED]


def candidates(index: VocabularyIndex, term: Term) -> list[Mapping]:
    return [m for m in decide(term, index) if m.status is MappingStatus.PROPOSED]


def variable(text: str, language: str | None = "en", **given: str) -> Term:
    return Term(TermKind.VARIABLE, text, language, **given)


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("SEA SURFACE TEMPERATURE", "en", "sea-surface-temperature"),
        ("sea_surface_temperature", None, "sea-surface-temperature"),
        ("<p>Sea&nbsp;Surface&nbsp;Temperature</p>", "en", "sea-surface-temperature"),
        ("Sea-surface temperatures", "en", "sea-surface-temperature"),
        ("SeaSurfaceTemperature", None, "sea-surface-temperature"),
        ("Sea surface temperature [°C]", "en", "sea-surface-temperature"),
        ("Sea surface temperature (SST)", "en", "sea-surface-temperature"),
        ("Multichannel measurement (sea_surface_temperature)", "en", "sea-surface-temperature"),
        ("temperature de surface de la mer", "fr", "sea-surface-temperature"),
        ("Température surface mer", "fr", "sea-surface-temperature"),
        ("water vapor", "en", "water-vapour"),
        ("Vapeur d’eau", "fr", "water-vapour"),
        ("précipitation", "fr", "precipitation"),
        ("ta", "en", "air-temperature"),
        ("EARTH SCIENCE > OCEANS > OCEAN TEMPERATURE > SEA SURFACE TEMPERATURE", "en", "sea-surface-temperature"),
        ("Earth Science | Oceans | Ocean Temperature | Sea Surface Temperature", "fr", "sea-surface-temperature"),
        ("OCEAN TEMPERATURE > SEA SURFACE TEMPERATURE > None", "en", "sea-surface-temperature"),
        ("ATMOSPHERE > SOMEWHERE NEW > AIR TEMPERATURE", "en", "air-temperature"),
    ],
)
def test_one_variable_in_many_spellings(index: VocabularyIndex, text: str, language: str | None, concept: str) -> None:
    assert links(index, variable(text, language)) == [f"variable/{concept}"]


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/dataterra/variable/sea-surface-temperature",
        "http://vocab.nerc.ac.uk/collection/OD1/current/SST/",
        "https://vocab.nerc.ac.uk/collection/OD1/current/SST",
        "SDN:OD1::SST",
        "http://www.seadatanet.org/urnurl/SDN:OD1::SST/",
        "http://VOCAB.nerc.ac.uk/collection/OD1/current/SST",
        "https://gcmd.earthdata.nasa.gov/kms/concept/bd24a9a9-7d52-4c29-b2a0-6cefd216ae78",
    ],
)
def test_an_iri_given_by_the_record_speaks_before_its_label(index: VocabularyIndex, iri: str) -> None:
    assert links(index, variable("air temperature", given_iri=iri)) == ["variable/sea-surface-temperature"]
    assert links(index, variable(iri, None)) == ["variable/sea-surface-temperature"]


def test_an_unknown_iri_leaves_the_label_to_speak(index: VocabularyIndex) -> None:
    assert links(index, variable("air temperature", given_iri="https://example.org/unknown")) == ["variable/air-temperature"]


def test_only_an_exact_alignment_makes_an_exact_link(index: VocabularyIndex) -> None:
    close = variable("x", given_iri="https://gcmd.earthdata.nasa.gov/kms/concept/f634ab55-de40-4d0b-93bc-691bf5408ccb")
    narrower = variable("x", given_iri="https://gcmd.earthdata.nasa.gov/kms/concept/00000000-0000-4000-8000-000000000000")
    assert links(index, close) == [] and candidates(index, close)[0].predicate == "skos:closeMatch"
    assert [(m.predicate, m.status) for m in decide(narrower, index)] == [("skos:broadMatch", MappingStatus.ACCEPTED)]


def test_a_french_word_does_not_hit_an_english_label(index: VocabularyIndex) -> None:
    assert links(index, variable("vent", "fr")) == ["variable/wind"]
    assert links(index, variable("vent", "en")) == ["variable/hydrothermal-vent"]
    assert links(index, variable("wind", "fr")) == []


def test_a_phrase_in_another_language_than_the_record_says_is_proposed(index: VocabularyIndex) -> None:
    assert links(index, variable("Température de l'air", "en")) == []
    assert [m.object.rpartition("/")[2] for m in candidates(index, variable("Température de l'air", "en"))] == ["air-temperature"]


def test_a_word_without_language_that_means_two_things_is_a_candidate(index: VocabularyIndex) -> None:
    term = variable("vent", None)
    assert links(index, term) == []
    assert {m.object.rpartition("/")[2] for m in candidates(index, term)} == {"wind", "hydrothermal-vent"}


def test_two_concepts_under_one_label_are_candidates(index: VocabularyIndex) -> None:
    assert links(index, variable("salinity")) == []
    assert len(candidates(index, variable("salinity"))) == 2


@pytest.mark.parametrize(
    "text", ["None", "TBD", "other", "NOT APPLICABLE", "Unknown ...", "-", "", "12", "sensor", "<b>N/A</b>", "EARTH SCIENCE"]
)
def test_placeholders_and_class_words_are_never_linked(index: VocabularyIndex, text: str) -> None:
    assert is_placeholder(text)
    assert decide(Term(TermKind.KEYWORD, text), index) == []


def test_a_keyword_finds_its_kind(index: VocabularyIndex) -> None:
    assert links(index, Term(TermKind.KEYWORD, "msi")) == ["instrument/msi"]
    assert links(index, Term(TermKind.KEYWORD, "SENTINEL 2A")) == ["platform/sentinel-2a"]
    assert links(index, Term(TermKind.KEYWORD, "Sentinel2A")) == ["platform/sentinel-2a"]


def test_a_variable_that_is_a_theme_too_goes_to_the_kind_that_is_meant(index: VocabularyIndex) -> None:
    assert links(index, Term(TermKind.KEYWORD, "Precipitation", "en")) == ["variable/precipitation"]
    assert links(index, Term(TermKind.THEME, "Precipitation", "en")) == ["theme/precipitation"]


def test_a_keyword_that_may_be_instrument_or_platform_is_a_candidate_unless_the_thesaurus_decides(index: VocabularyIndex) -> None:
    assert links(index, Term(TermKind.KEYWORD, "ATLAS", "en")) == []
    assert links(index, Term(TermKind.KEYWORD, "ATLAS", "en", "GCMD Platforms")) == ["platform/atlas"]


def test_keywords_of_places_and_projects_are_not_looked_up(index: VocabularyIndex) -> None:
    assert decide(Term(TermKind.KEYWORD, "Atlas", "en", "GCMD Projects"), index) == []


def test_every_part_of_a_list_is_linked_or_none(index: VocabularyIndex) -> None:
    assert links(index, Term(TermKind.PLATFORM, "Sentinel-2A,Sentinel-2B")) == ["platform/sentinel-2a", "platform/sentinel-2b"]
    assert decide(Term(TermKind.PLATFORM, "Sentinel-2A, somewhere"), index) == []


def test_an_unknown_end_of_a_path_is_only_proposed_as_something_broader(index: VocabularyIndex) -> None:
    found = decide(variable("ATMOSPHERE > AIR TEMPERATURE > FREEZING DEGREE DAYS"), index)
    assert [(m.predicate, m.status) for m in found] == [("skos:broadMatch", MappingStatus.PROPOSED)]


def test_the_last_step_of_a_path_is_safe_only_where_the_steps_above_agree(index: VocabularyIndex) -> None:
    assert links(index, variable("ATMOSPHERE > ATMOSPHERIC WINDS > WIND")) == ["variable/wind"]
    assert links(index, variable("OCEANS > SOMETHING > AIR TEMPERATURE")) == []
    assert links(index, variable("ATMOSPHERE > SOMETHING > WIND")) == []
    assert links(index, variable("SOMETHING ELSE > WIND")) == []
    assert len(candidates(index, variable("OCEANS > SOMETHING > AIR TEMPERATURE"))) == 1


def test_one_word_that_is_left_of_a_phrase_is_not_the_phrase(index: VocabularyIndex) -> None:
    assert decide(variable("on the wind"), index) == []


def test_the_number_of_a_sensor_is_no_part_of_its_code(index: VocabularyIndex) -> None:
    assert links(index, variable("SDN:R03::PSAL2", None)) == ["variable/water-salinity"]


def test_the_known_iri_of_something_near_keeps_a_label_from_speaking_alone(index: VocabularyIndex) -> None:
    term = variable("Wind", given_iri="https://gcmd.earthdata.nasa.gov/kms/concept/f634ab55-de40-4d0b-93bc-691bf5408ccb")
    assert links(index, term) == []
    assert {m.object.rpartition("/")[2] for m in candidates(index, term)} == {"wind", "air-temperature"}


def test_deprecated_concepts_are_not_found(index: VocabularyIndex) -> None:
    assert decide(variable("Old variable"), index) == []


def test_a_decision_says_why(index: VocabularyIndex) -> None:
    found = decide(variable("SST"), index)[0]
    assert found.justification == "semapv:LexicalMatching" and "'SST'" in found.rule and found.author.startswith("tool:dataterra-link/")


def test_long_texts_are_no_labels(index: VocabularyIndex) -> None:
    assert decide(variable("sea surface temperature " * 100_000), index) == []
