"""Index files of versions that nobody uses any more go; those in use stay readable."""

from __future__ import annotations

import os
import time
from pathlib import Path

from kg.link.index_files import GRACE
from kg.link.lexicon import Lexicon
from kg.link.lexicons import open_lexicons

VOCABULARY = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://vocab.nerc.ac.uk/standard_name/{name}/> a skos:Concept ; skos:prefLabel "{name}" .
"""


def build(folder: Path, name: str) -> Path:
    """The lexicon of a vocabulary whose only concept has this name."""
    file = folder / "cf.ttl"
    file.write_text(VOCABULARY.format(name=name), encoding="utf-8")
    return open_lexicons(folder / "indexes", [], [], [file])[-1]


def last_used(path: Path, ago: float) -> None:
    os.utime(path, (time.time() - ago, time.time() - ago))


def test_the_lexicon_of_an_old_version_goes_once_nobody_has_used_it_for_a_day(tmp_path: Path) -> None:
    old = build(tmp_path, "air_temperature")
    build(tmp_path, "sea_ice_thickness")
    assert old.exists(), "another process may be about to open it"
    last_used(old, GRACE + 60)
    new = build(tmp_path, "sea_ice_thickness")
    assert not old.exists()
    assert new.exists()


def test_who_has_mapped_a_lexicon_that_goes_still_reads_it(tmp_path: Path) -> None:
    old = build(tmp_path, "air_temperature")
    lexicon = Lexicon.read(old)
    last_used(old, GRACE + 60)
    build(tmp_path, "sea_ice_thickness")
    assert not old.exists()
    assert lexicon.text_of(0) == "air_temperature"


def test_a_version_that_is_used_now_and_then_stays(tmp_path: Path) -> None:
    kept = build(tmp_path, "air_temperature")
    last_used(kept, GRACE + 60)
    assert build(tmp_path, "air_temperature") == kept
    build(tmp_path, "sea_ice_thickness")
    assert kept.exists()
