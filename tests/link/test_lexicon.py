"""Lexicons: what is written is what is read; damage is said; the ranking finds, and a sibling model is no answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import VocabularyError
from kg.link.candidates import Candidates
from kg.link.concepts import Label
from kg.link.context import Context
from kg.link.entries import Entry, read_entries
from kg.link.lexicon import LAYOUT, Lexicon
from kg.link.lexicon_building import build_lexicon
from kg.model import Term, TermKind
from kg.namespaces import GCMD_CONCEPT

SCIENCE = "https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/sciencekeywords"


def entry(name: str, label: str, *broader: str, kind: TermKind = TermKind.VARIABLE) -> Entry:
    return Entry(GCMD_CONCEPT + name, kind, [Label(label, "en", "pref")], [GCMD_CONCEPT + each for each in broader], vocabulary="gcmd")


KEYWORDS = [
    entry("ocean", "OCEANS"),
    entry("cryo", "CRYOSPHERE"),
    entry("land", "TERRESTRIAL HYDROSPHERE"),
    entry("snow-1", "SNOW DEPTH", "cryo"),
    entry("snow-2", "SNOW DEPTH", "land"),
    entry("sst", "SEA SURFACE TEMPERATURE", "ocean"),
    entry("oxygen", "OXYGEN", "ocean"),
]
INSTRUMENTS = [
    entry("a", "LI-COR 6252", kind=TermKind.INSTRUMENT),
    entry("b", "LI-COR 6262", kind=TermKind.INSTRUMENT),
    entry("c", "RAIN GAUGES", kind=TermKind.INSTRUMENT),
]


def found(
    entries: list[Entry], text: str, language: str = "en", kind: TermKind = TermKind.VARIABLE, context: Context | None = None
) -> list[str]:
    candidates = Candidates([build_lexicon(entries)])
    return [each.iri.removeprefix(GCMD_CONCEPT) for each in candidates.find(Term(kind, text, language), "gcmd", context or Context())]


def test_a_lexicon_that_was_written_is_the_same_when_it_is_read(tmp_path: Path) -> None:
    kept = tmp_path / "a.bin"
    made = build_lexicon(KEYWORDS)
    made.write(kept)
    read = Lexicon.read(kept)
    assert read.arrays.keys() == made.arrays.keys()
    assert all(bool((read.arrays[name] == made.arrays[name]).all()) for name in made.arrays)
    assert (read.vocabulary, read.kind) == ("gcmd", TermKind.VARIABLE)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}\n", b'{"layout": 999}\n', b"\x00\xff" * 40, f'{{"layout": {LAYOUT}, "arrays": {{"text": ["uint8", 0, 99999]}}}}\n'.encode()],
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.bin").write_bytes(content)
    with pytest.raises(VocabularyError):
        Lexicon.read(tmp_path / "a.bin")


def test_a_french_word_finds_an_english_name(tmp_path: Path) -> None:
    assert found(KEYWORDS, "Température de surface de la mer", "fr")[0] == "sst"
    assert found(KEYWORDS, "oxygène", "fr")[0] == "oxygen"


def test_the_path_decides_between_namesakes() -> None:
    assert found(KEYWORDS, "Cryosphere > Snow/Ice > Snow Depth")[0] == "snow-1"
    assert found(KEYWORDS, "TERRESTRIAL HYDROSPHERE > SNOW/ICE > SNOW DEPTH")[0] == "snow-2"


def test_namesakes_that_nothing_tells_apart_are_ties() -> None:
    candidates = Candidates([build_lexicon(KEYWORDS)])
    first = candidates.find(Term(TermKind.VARIABLE, "snow depth", "en"), "gcmd", Context())[0]
    assert first.ties == 1


def test_the_model_with_the_other_number_comes_second() -> None:
    assert found(INSTRUMENTS, "LI-COR 6262", kind=TermKind.INSTRUMENT)[0] == "b"
    assert found(INSTRUMENTS, "LICOR 6252 analyser", kind=TermKind.INSTRUMENT)[0] == "a"


def test_skos_of_a_linked_vocabulary_is_read_and_of_others_is_not(tmp_path: Path) -> None:
    skos, rdf = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    lines = []
    for iri in (GCMD_CONCEPT + "x", "https://example.org/y"):
        lines += [f"<{iri}> <{rdf}> <{skos}Concept> .", f"<{iri}> <{skos}inScheme> <{SCIENCE}> .", f'<{iri}> <{skos}prefLabel> "WIND"@en .']
    path = tmp_path / "v.nt"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [(each.iri, each.vocabulary, each.kind) for each in read_entries(path)] == [(GCMD_CONCEPT + "x", "gcmd", TermKind.VARIABLE)]
    path.write_text("<no", "utf-8")
    with pytest.raises(VocabularyError, match=r"v\.nt"):
        list(read_entries(path))
