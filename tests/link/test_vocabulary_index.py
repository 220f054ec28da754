"""The index: built from files, kept, read by worker processes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import VocabularyError
from kg.link.concepts import Concept, Label, parse_concepts
from kg.link.vocabulary_index import VocabularyIndex, open_index, read_index, version_of
from kg.model import Iri, TermKind
from kg.namespaces import BASE


def test_an_index_that_was_kept_answers_as_the_one_that_was_built(
    hub: tuple[list[Path], list[Path]], tmp_path: Path, index: VocabularyIndex
) -> None:
    kept = read_index(open_index(tmp_path, *hub))
    assert len(kept) == len(index) and kept.version == index.version == version_of([*hub[0], *hub[1]])
    for key in ("wind", "vent", "ta"):
        for language in ("en", "fr", ""):
            assert kept.by_key(TermKind.VARIABLE, language, "folded", key) == index.by_key(TermKind.VARIABLE, language, "folded", key)
    assert kept.by_iri("SDN:OD1::SST") == index.by_iri("SDN:OD1::SST") != []


def test_the_index_is_built_anew_only_when_a_file_changes(hub: tuple[list[Path], list[Path]], tmp_path: Path) -> None:
    first = open_index(tmp_path, *hub)
    built = first.stat().st_ino
    assert open_index(tmp_path, *hub) == first and first.stat().st_ino == built
    changed = tmp_path / "others.ttl"
    changed.write_bytes(hub[0][1].read_bytes() + b"\n# changed\n")
    assert open_index(tmp_path, [hub[0][0], changed], hub[1]) != first


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"{}", b"[]", b'{"layout": 0}', b"\x80\x04."):
        (tmp_path / "x.json").write_bytes(content)
        with pytest.raises(VocabularyError, match="delete it"):
            read_index(tmp_path / "x.json")


def test_a_vocabulary_that_does_not_parse_is_named() -> None:
    with pytest.raises(VocabularyError, match=r"broken\.ttl"):
        list(parse_concepts(b"<a> <b", ox.RdfFormat.TURTLE, "broken.ttl"))


def test_vocabularies_of_others_tell_their_kind_by_their_scheme() -> None:
    data = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://x.org/1> a skos:Concept ; skos:inScheme <https://x.org/s> ; skos:prefLabel "radiometer"@en ."""
    assert list(parse_concepts(data, ox.RdfFormat.TURTLE, "x")) == []
    assert [c.kind for c in parse_concepts(data, ox.RdfFormat.TURTLE, "x", {"https://x.org/s": TermKind.INSTRUMENT})] == [
        TermKind.INSTRUMENT
    ]


def test_a_cycle_of_broader_concepts_does_no_harm() -> None:
    a, b = BASE + "variable/a", BASE + "variable/b"
    index = VocabularyIndex.from_concepts(
        [Concept(Iri(a), TermKind.VARIABLE, (), broader=(b,)), Concept(Iri(b), TermKind.VARIABLE, (), broader=(a,))]
    )
    assert index.ancestors(a) == {a, b}


def test_an_index_of_two_thousand_concepts_is_read_as_it_was_written() -> None:
    concepts = [
        Concept(Iri(f"{BASE}variable/{n}"), TermKind.VARIABLE, tuple(Label(f"Variable number {n} {i}", "en", "alt") for i in range(8)))
        for n in range(2_000)
    ]
    data = VocabularyIndex.from_concepts(concepts).to_bytes()
    assert len(VocabularyIndex.from_bytes(data)) == 2_000
