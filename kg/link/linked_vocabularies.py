"""Which imported vocabularies terms are linked to straight, and how (`mappings/tables/linked-vocabularies.csv`)."""

from __future__ import annotations

from functools import lru_cache

from kg.link.iris import iri_key
from kg.link.pivot import english_stems
from kg.link.tables import read_table
from kg.model import TermKind


def vocabulary_of(iri: str, scheme: str | None = None) -> tuple[str, TermKind, bool] | None:
    """The name of a concept's vocabulary, the kind of its concepts, and whether strings are compared with its labels.

    >>> vocabulary_of("http://vocab.nerc.ac.uk/standard_name/air_temperature/")
    ('cf', <TermKind.VARIABLE: 'variable'>, True)
    """
    key = iri_key(iri)
    for namespace, part, vocabulary, kind, ranked in _linked():
        if key.startswith(namespace) and (scheme is None or part in scheme):
            return vocabulary, kind, ranked
    return None


@lru_cache(maxsize=100)
def aside_stems(vocabulary: str, kind: TermKind) -> tuple[str, ...]:
    """Stems that name the branches of a vocabulary which are no subjects of data."""
    rows = (row for row in read_table("linked-vocabularies.csv") if row["vocabulary"] == vocabulary and row["kind"] == kind)
    return tuple(dict.fromkeys(stem for row in rows for stem in english_stems(row["aside"])))


@lru_cache(maxsize=1)
def _linked() -> tuple[tuple[str, str, str, TermKind, bool], ...]:
    rows = read_table("linked-vocabularies.csv")
    return tuple(
        (iri_key(row["namespace"] + "x")[:-1], row["scheme"], row["vocabulary"], TermKind(row["kind"]), row["ranked"] == "yes")
        for row in rows
    )
