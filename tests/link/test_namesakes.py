"""What may be a link without a person: concepts of one name told apart, borrowed names that may be narrower, names that need a unit."""

from __future__ import annotations

from kg.link.candidates import Candidates, Found
from kg.link.concepts import Label
from kg.link.confidence import may_stand_alone
from kg.link.context import Context
from kg.link.entries import Entry
from kg.link.lexicon_building import build_lexicon
from kg.link.units import can_belong
from kg.model import Term, TermKind

TOPICS = ("ATMOSPHERE", "OCEANS", "CRYOSPHERE")


def concept(name: str, label: str, topic: str, *lent: tuple[str, str], vocabulary: str = "gcmd", unit: str = "") -> Entry:
    """A concept with its own label and names that the hub lends it, each with its role."""
    labels = [Label(label, "en", "pref"), *(Label(text, "en", role) for text, role in lent)]
    return Entry(f"https://example.org/{name}", TermKind.VARIABLE, labels, [f"https://example.org/{topic}"], unit, vocabulary)


def first(entries: list[Entry], text: str, unit: str | None = None, language: str = "en") -> Found:
    """The first answer for a string."""
    vocabulary = entries[0].vocabulary
    topics = [
        Entry(f"https://example.org/{topic}", TermKind.VARIABLE, [Label(topic, "en", "pref")], [], "", vocabulary) for topic in TOPICS
    ]
    term = Term(TermKind.VARIABLE, text, language, unit=unit)
    return Candidates([build_lexicon([*topics, *entries])]).find(term, vocabulary, Context())[0]


WIND = concept("wind-air", "WIND SPEED", "ATMOSPHERE")
WIND_AT_SEA = concept("wind-sea", "WIND SPEED", "OCEANS")


def test_namesakes_that_nothing_tells_apart_wait_for_a_person() -> None:
    assert not may_stand_alone(first([WIND, WIND_AT_SEA], "wind speed").features)


def test_the_hubs_curators_tell_namesakes_apart() -> None:
    chosen = concept("wind-sea", "WIND SPEED", "OCEANS", ("Wind speed", "bridge"))
    found = first([WIND, chosen], "wind speed")
    assert found.iri.endswith("wind-sea") and may_stand_alone(found.features)


def test_the_steps_of_a_path_tell_namesakes_apart() -> None:
    found = first([WIND, WIND_AT_SEA], "Oceans > Ocean winds > Wind speed")
    assert found.iri.endswith("wind-sea") and may_stand_alone(found.features)


def test_a_concept_of_this_name_is_meant_and_not_one_that_borrows_it() -> None:
    found = first(
        [concept("aquifers", "AQUIFERS", "OCEANS"), concept("water", "GROUND WATER", "OCEANS", ("Aquifer", "bridge alt"))], "Aquifer"
    )
    assert found.iri.endswith("aquifers") and may_stand_alone(found.features)


def test_another_name_of_the_hubs_concept_may_be_narrower_and_is_only_proposed() -> None:
    found = first([concept("eco", "TERRESTRIAL ECOSYSTEMS", "CRYOSPHERE", ("Tundra", "bridge alt"))], "Tundra")
    assert found.iri.endswith("eco") and not may_stand_alone(found.features)


def test_a_borrowed_name_whose_words_the_own_name_has_and_a_code_are_no_narrower() -> None:
    currents = concept("currents", "OCEAN CURRENTS", "OCEANS", ("Currents", "bridge alt"))
    salinity = concept("salinity", "SALINITY", "OCEANS", ("PSAL", "bridge alt"))
    for text in ("currents", "PSAL"):
        assert may_stand_alone(first([currents, salinity], text).features), text


def test_a_near_concept_is_linked_as_near() -> None:
    found = first([concept("cover", "LAND USE/LAND COVER", "OCEANS", ("Land cover", "near bridge"))], "land cover")
    assert found.predicate == "skos:closeMatch"


NITRATE = concept("nitrate", "mole_concentration_of_nitrate_in_sea_water", "OCEANS", ("Nitrate", "bridge"), vocabulary="cf", unit="mol m-3")


def test_a_concentration_needs_a_unit_that_is_understood() -> None:
    assert not may_stand_alone(first([NITRATE], "Nitrate").features)
    assert not may_stand_alone(first([NITRATE], "Nitrate", unit="as reported").features)
    assert may_stand_alone(first([NITRATE], "Nitrate", unit="micromolesPerLiter").features)


def test_units_in_words_refuse_what_they_cannot_belong_to() -> None:
    assert not can_belong("milligramsPerLiter", "mol kg-1")
    assert can_belong("Kilograms per cubic metre", "kg m-3")
