"""What recall is usually lost on: spelling, inflection, formulas, column codes, abbreviations, satellites, mark-up, lists."""

from __future__ import annotations

import pytest

from kg.config import Settings
from kg.link.ledger import Decisions
from kg.link.linker import Linker
from kg.link.pivot import readings
from kg.model import MappingStatus, Term, TermKind
from kg.namespaces import BASE
from kg.processing import linking_index, open_linker


@pytest.fixture(scope="session")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Linker:
    """Linking over the hub alone, as a new installation has it."""
    settings = Settings(var=tmp_path_factory.mktemp("link"))
    return open_linker(settings, linking_index(settings), Decisions())


def links(linker: Linker, kind: str, text: str, language: str | None = None, unit: str | None = None) -> set[str]:
    mappings = linker.mappings(Term(TermKind(kind), text, language, unit=unit))
    return {mapping.object.removeprefix(BASE) for mapping in mappings if mapping.status is MappingStatus.ACCEPTED}


@pytest.mark.parametrize(
    ("kind", "text", "language", "slug"),
    [
        # British and American spelling, plural, hyphens
        ("variable", "Sulphur dioxide", "en", "variable/sulphur-dioxide"),
        ("variable", "Sulfur dioxide", "en", "variable/sulphur-dioxide"),
        ("keyword", "clouds", "en", "variable/clouds"),
        ("variable", "Sea-surface temperature", "en", "variable/sea-surface-temperature"),
        # Greek letters and chemical formulas
        ("variable", "O3", None, "variable/ozone"),
        ("variable", "CO₂", None, "variable/carbon-dioxide"),
        ("variable", "δ18O", None, "variable/delta-oxygen-18"),
        # accents and their loss, French elision and inflection
        ("keyword", "Température de l'air", "fr", "variable/air-temperature"),
        ("keyword", "TEMPERATURE DE L AIR", "fr", "variable/air-temperature"),
        ("keyword", "températures de l’eau de mer", "fr", "variable/sea-temperature"),
        ("keyword", "glissements de terrain", "fr", "variable/landslides"),
        # names of columns
        ("variable", "soilTemperature", None, "variable/soil-temperature"),
        ("variable", "air_temperature", None, "variable/air-temperature"),
        ("variable", "TA_EC", None, "variable/air-temperature"),
        ("variable", "SWC_B_10", None, "variable/soil-moisture"),
        ("variable", "LE_filled_OP", None, "variable/latent-heat-flux"),
        ("variable", "Ts_C_5_Avg", None, "variable/soil-temperature"),
        # units inside names
        ("variable", "Wind speed [m/s]", "en", "variable/wind-speed"),
        ("keyword", "Chlorophyll-a concentration (mg/m3)", "en", "variable/chlorophyll-a"),
        # abbreviations
        ("variable", "SST", None, "variable/sea-surface-temperature"),
        ("variable", "Chl-a", None, "variable/chlorophyll-a"),
        ("keyword", "AOD", None, "variable/aerosol-optical-depth"),
        ("keyword", "LAI", None, "variable/leaf-area-index"),
        ("keyword", "NDVI", None, "variable/ndvi"),
        ("keyword", "SWE", None, "variable/snow-water-equivalent"),
        ("keyword", "PM2.5", None, "variable/pm2-5"),
        # satellites with and without hyphen and letter
        ("platform", "Sentinel-2B", None, "platform/sentinel-2b"),
        ("platform", "S2B", None, "platform/sentinel-2b"),
        ("platform", "SPOT 5", None, "platform/spot-5"),
        ("platform", "SPOT5", None, "platform/spot-5"),
        # mark-up
        ("keyword", "<p>Sea surface temperature</p>", "en", "variable/sea-surface-temperature"),
        ("keyword", "**Sea surface temperature**", "en", "variable/sea-surface-temperature"),
        ("keyword", "[Sea surface temperature](https://example.org/sst)", "en", "variable/sea-surface-temperature"),
        # a comma inside brackets
        ("platform", "TERRA (AM-1, EOS)", None, "platform/terra"),
        # a path whose thesaurus has moved it
        ("variable", "ATMOSPHERE > ATMOSPHERIC TEMPERATURE > SURFACE TEMPERATURE > AIR TEMPERATURE", "en", "variable/air-temperature"),
    ],
)
def test_the_word_finds_its_concept(linker: Linker, kind: str, text: str, language: str | None, slug: str) -> None:
    assert links(linker, kind, text, language) == {slug}


def test_several_values_in_one_string_are_several_links(linker: Linker) -> None:
    assert links(linker, "platform", "S2A, S2B") == {"platform/sentinel-2a", "platform/sentinel-2b"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("keyword", "None"),
        ("keyword", "Détroit du Pas-de-Calais"),
        ("keyword", "geotiff"),
        ("variable", "TEMP_QC"),
        ("variable", "SDN:R03::FIT_ERROR_NITRATE"),
        ("variable", "Batt"),
        ("instrument", "model: [free text]"),
        ("platform", "Platform used to capture data"),
        ("platform", "cool_sat1"),
    ],
)
def test_what_denotes_nothing_is_left_alone(linker: Linker, kind: str, text: str) -> None:
    assert links(linker, kind, text) == set()


def test_a_unit_that_cannot_belong_refuses_the_concept(linker: Linker) -> None:
    assert links(linker, "variable", "T_AIR_1", unit="degC") == {"variable/air-temperature"}
    assert links(linker, "variable", "T_AIR_1", unit="volt") == set()


def test_namesakes_wait_for_a_person(linker: Linker) -> None:
    mappings = linker.mappings(Term(TermKind.VARIABLE, "NO2"))
    assert {m.object.removeprefix(BASE) for m in mappings} == {"variable/nitrite", "variable/nitrogen-dioxide"}
    assert {m.status for m in mappings} == {MappingStatus.PROPOSED}


def test_the_exact_model_wins_and_a_sibling_model_is_no_answer(linker: Linker) -> None:
    assert "instrument/hmp45" in links(linker, "instrument", "Vaisala HMP45C")
    sibling = linker.mappings(Term(TermKind.INSTRUMENT, "Vaisala HMP9999"))
    assert all("hmp" not in mapping.object for mapping in sibling if mapping.status is MappingStatus.ACCEPTED)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("érosion côtière", "coastal erosion"),
        ("pollution de la mer", "marine pollution"),
        ("retombées atmosphériques", "atmospheric deposition"),
        ("installations industrielles", "industrial installations"),
        ("eaux souterraines", "groundwater"),
        ("émissions gazeuses", "gaseous emissions"),
    ],
)
def test_french_adjectives_in_the_feminine_and_other_translations_are_read(french: str, english: str) -> None:
    wanted = sorted(readings(english, "en")[0])
    assert wanted in [sorted(reading) for reading in readings(french, "fr")]


def test_a_pressure_in_decibars_is_of_the_sea(linker: Linker) -> None:
    assert "variable/air-pressure" not in proposed(linker, "Press", "dbar")
    assert best(linker, "Press", "dbar") == best(linker, "PRES", "decibar") == "variable/sea-water-pressure"
    assert best(linker, "Press", "hPa") != "variable/sea-water-pressure"


def proposed(linker: Linker, text: str, unit: str) -> list[str]:
    mappings = linker.mappings(Term(TermKind.VARIABLE, text, unit=unit))
    return [mapping.object.removeprefix(BASE) for mapping in sorted(mappings, key=lambda mapping: -mapping.confidence)]


def best(linker: Linker, text: str, unit: str) -> str:
    return next(iter(proposed(linker, text, unit)), "")


def test_fugacity_is_no_partial_pressure_and_no_flux(linker: Linker) -> None:
    assert links(linker, "variable", "Fugacity of carbon dioxide", "en") == {"variable/fugacity-of-co2"}
    assert links(linker, "variable", "pCO2", "en") == {"variable/partial-pressure-of-co2"}
    assert best(linker, "fCO2", "µatm") == "variable/fugacity-of-co2"
    assert best(linker, "FCO2", "µmol m-2 s-1") != "variable/fugacity-of-co2"


@pytest.mark.parametrize("text", ["STSAT-2A", "PA-12", "INS-NOBS", "Lockheed P-3A Orion"])
def test_a_number_or_one_acronym_of_another_name_is_no_link(linker: Linker, text: str) -> None:
    assert not links(linker, "platform", text) | links(linker, "instrument", text)


def test_a_theme_of_a_catalogue_that_is_wider_than_a_variable_is_no_name_of_it(linker: Linker) -> None:
    assert links(linker, "theme", "Sol et sous-sol", "fr") == {"theme/soils"}
    assert links(linker, "keyword", "Sols", "fr") >= {"variable/soil"}
