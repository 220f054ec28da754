"""SensorML and WMDR as libraries and OSCAR/Surface write them: what the golden files do not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.crosswalk.engine import Mapper
from kg.model import Native, Outcome
from kg.namespaces import DCT, RDFS
from tests.crosswalk.said import values


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


def example(mapper: Mapper, examples: Path, name: str, before: str, after: str) -> Outcome:
    text = (examples / name).read_text("utf-8")
    assert before in text
    return mapper.map(Native("s", "n", "application/xml", text.replace(before, after).encode(), name))


def test_a_component_is_called_by_its_name_and_not_by_a_urn_and_a_process_is_none(mapper: Mapper, examples: Path) -> None:
    before = '<sml:component name="TSG" xlink:href="'
    urn = before.replace('name="TSG"', 'name="TSG" xlink:title="urn:ogc:object:feature:Sensor:TSG"')
    outcome = example(mapper, examples, "sensornanny/atalante.xml", before, urn)
    assert "TSG" in values(outcome, RDFS.label)
    process = urn.replace(":feature:Sensor:", ":process:")
    assert "TSG" not in values(example(mapper, examples, "sensornanny/atalante.xml", before, process), RDFS.label)


def test_the_periods_of_a_station_are_its_descriptions(mapper: Mapper, examples: Path) -> None:
    before = (
        "      <gml:description>Station in the Swiss Alps where total ozone is measured with Dobson spectrophotometers.</gml:description>"
    )
    outcome = example(mapper, examples, "wigos/arosa.xml", before, "")
    assert not values(outcome, DCT.description)
    identifier = "<gml:name>AROSA</gml:name>"
    period = (
        "<wmdr:description><wmdr:Description><wmdr:description>In the Swiss Alps.</wmdr:description></wmdr:Description></wmdr:description>"
    )
    outcome = example(mapper, examples, "wigos/arosa.xml", identifier, identifier + period)
    assert "In the Swiss Alps." in values(outcome, DCT.description)
