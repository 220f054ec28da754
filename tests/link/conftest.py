"""A small hub of our own: enough to see every rule at work."""

# ruff: noqa: E501  (the fixtures are Turtle and tab-separated lines)

from __future__ import annotations

from pathlib import Path

import pytest

from kg.link.vocabulary_index import VocabularyIndex

PREFIXES = """
@prefix dt: <https://w3id.org/dataterra/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix variable: <https://w3id.org/dataterra/variable/> .
@prefix instrument: <https://w3id.org/dataterra/instrument/> .
@prefix platform: <https://w3id.org/dataterra/platform/> .
@prefix theme: <https://w3id.org/dataterra/theme/> .
@prefix licence: <https://w3id.org/dataterra/licence/> .
"""

VARIABLES = (
    PREFIXES
    + """
variable:sea-surface-temperature a skos:Concept ; skos:prefLabel "Sea surface temperature"@en, "Température de surface de la mer"@fr ;
    skos:altLabel "SST"@en ; skos:exactMatch <http://vocab.nerc.ac.uk/collection/OD1/current/SST/> .
variable:air-temperature a skos:Concept ; skos:prefLabel "Air temperature"@en, "Température de l'air"@fr ; skos:notation "TA" ;
    skos:broader variable:atmosphere .
variable:atmosphere a skos:Concept ; skos:prefLabel "Atmosphere"@en, "Atmosphère"@fr .
variable:ocean a skos:Concept ; skos:prefLabel "Ocean"@en, "Océan"@fr .
variable:winds a skos:Concept ; skos:prefLabel "Atmospheric winds"@en ; skos:broader variable:atmosphere .
variable:wind a skos:Concept ; skos:prefLabel "Wind"@en, "Vent"@fr ; skos:broader variable:winds .
variable:hydrothermal-vent a skos:Concept ; skos:prefLabel "Hydrothermal vent"@en ; skos:altLabel "Vent"@en .
variable:precipitation a skos:Concept ; skos:prefLabel "Precipitation"@en, "Précipitations"@fr .
variable:water-vapour a skos:Concept ; skos:prefLabel "Water vapour"@en, "Vapeur d'eau"@fr .
variable:water-salinity a skos:Concept ; skos:prefLabel "Salinity of sea water"@en, "Salinité de la mer"@fr ; skos:altLabel "Salinity"@en ;
    skos:exactMatch <http://vocab.nerc.ac.uk/collection/R03/current/PSAL/> .
variable:soil-salinity a skos:Concept ; skos:prefLabel "Soil salinity"@en, "Salinité du sol"@fr ; skos:altLabel "Salinity"@en .
variable:ndvi a skos:Concept ; skos:prefLabel "Normalized difference vegetation index"@en, "Indice de végétation"@fr ; skos:altLabel "NDVI"@en .
variable:old a skos:Concept ; skos:prefLabel "Old variable"@en ; owl:deprecated true .
"""
)
OTHERS = (
    PREFIXES
    + """
theme:precipitation a skos:Concept ; skos:prefLabel "Precipitation"@en, "Précipitations"@fr .
instrument:msi a skos:Concept ; skos:prefLabel "Multispectral Instrument"@en, "Instrument multispectral"@fr ; skos:notation "MSI" .
instrument:atlas a skos:Concept ; skos:prefLabel "Atlas"@en, "Atlas"@fr .
platform:atlas a skos:Concept ; skos:prefLabel "ATLAS"@en, "ATLAS"@fr .
platform:sentinel-2a a skos:Concept ; skos:prefLabel "Sentinel-2A"@en, "Sentinel-2A"@fr ; skos:notation "S2A" .
platform:sentinel-2b a skos:Concept ; skos:prefLabel "Sentinel-2B"@en, "Sentinel-2B"@fr .
licence:cc-by-4-0 a skos:Concept ; skos:prefLabel "CC BY 4.0"@en, "CC BY 4.0"@fr ;
    dt:officialIri <https://creativecommons.org/licenses/by/4.0/> .
"""
)
ALIGNMENT = """#mapping_set_id: https://example.org/alignment/variable--gcmd
#license: https://creativecommons.org/licenses/by/4.0/
#curie_map:
#  gcmd: "https://gcmd.earthdata.nasa.gov/kms/concept/"
#  variable: "https://w3id.org/dataterra/variable/"
subject_id	predicate_id	object_id	object_label	mapping_justification	confidence
variable:sea-surface-temperature	skos:exactMatch	gcmd:bd24a9a9-7d52-4c29-b2a0-6cefd216ae78	OCEANS > OCEAN TEMPERATURE > SEA SURFACE TEMPERATURE	semapv:ManualMappingCuration	0.95
variable:air-temperature	skos:closeMatch	gcmd:f634ab55-de40-4d0b-93bc-691bf5408ccb	AIR TEMPERATURE	semapv:ManualMappingCuration	0.8
variable:air-temperature	skos:narrowMatch	gcmd:00000000-0000-4000-8000-000000000000	MAXIMUM AIR TEMPERATURE	semapv:ManualMappingCuration	0.9
"""


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Vocabulary files and alignment files."""
    folder = tmp_path_factory.mktemp("hub")
    files = {"variable.ttl": VARIABLES, "others.ttl": OTHERS, "variable--gcmd.sssom.tsv": ALIGNMENT}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / "variable.ttl", folder / "others.ttl"], [folder / "variable--gcmd.sssom.tsv"]


@pytest.fixture(scope="session")
def index(hub: tuple[list[Path], list[Path]]) -> VocabularyIndex:
    """The index of the small hub."""
    return VocabularyIndex.from_files(*hub)
