"""Concepts of a SKOS file as they are put into a lexicon (<https://www.w3.org/TR/skos-reference/>)."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.link.concepts import Label, kind_of
from kg.link.linked_vocabularies import vocabulary_of
from kg.model import TermKind
from kg.namespaces import OWL, QUDT, RDF, SKOS

_LABELS: Final = {
    SKOS.prefLabel.value: "pref",
    SKOS.altLabel.value: "alt",
    SKOS.hiddenLabel.value: "hidden",
    SKOS.notation.value: "notation",
}


@dataclass(slots=True)
class Entry:
    """A concept as it is put into a lexicon."""

    iri: str
    kind: TermKind
    labels: list[Label]
    broader: list[str]
    unit: str = ""
    vocabulary: str = ""
    ranked: bool = True
    scheme: str = ""


def read_entries(path: Path) -> Iterator[Entry]:
    """The concepts of a SKOS file that are of a linked vocabulary (`mappings/tables/linked-vocabularies.csv`), but for deprecated ones.

    :raises VocabularyError: when the file does not parse.
    """
    for entry in read_all(path):
        if found := vocabulary_of(entry.iri, entry.scheme):
            entry.vocabulary, entry.kind, entry.ranked = found
            yield entry


def read_all(path: Path) -> Iterator[Entry]:
    """Every concept of a SKOS file, but for deprecated ones; what is of no linked vocabulary is taken for a variable.

    :raises VocabularyError: when the file does not parse.
    """
    form = ox.RdfFormat.TURTLE if path.name.endswith((".ttl", ".ttl.gz")) else ox.RdfFormat.N_TRIPLES
    found: dict[str, Entry] = defaultdict(lambda: Entry("", TermKind.VARIABLE, [], []))
    concepts: dict[str, None] = {}
    gone = set()
    try:
        with _opened(path) as file:
            for quad in ox.parse(file, format=form):
                if isinstance(quad.subject, ox.NamedNode):
                    subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
                    if predicate == RDF.type.value and value == SKOS.Concept:
                        concepts[subject] = None
                    elif predicate == OWL.deprecated.value:
                        gone.add(subject)
                    elif predicate in _READ and not isinstance(value, ox.BlankNode | ox.Triple):
                        _READ[predicate](found[subject], value)
    except (SyntaxError, ValueError, EOFError, OSError) as error:
        raise VocabularyError(f"the vocabulary does not parse ({error})", where=path.name, hint="import it again") from error
    for iri in concepts:
        if iri not in gone:
            entry = found[iri]
            entry.iri = iri
            entry.kind = kind_of(iri) or (kind[1] if (kind := vocabulary_of(iri, entry.scheme)) else TermKind.VARIABLE)
            yield entry


def _read_label(role: str) -> Callable[[Entry, ox.NamedNode | ox.Literal], None]:
    def read(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
        if isinstance(value, ox.Literal):
            entry.labels.append(Label(value.value, value.language, role))

    return read


def _read_broader(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.broader.append(value.value)


def _read_scheme(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.scheme = entry.scheme or value.value


def _read_unit(entry: Entry, value: ox.NamedNode | ox.Literal) -> None:
    entry.unit = value.value


#: What is done with a statement on a concept, by its predicate.
_READ: Final = {
    **{predicate: _read_label(role) for predicate, role in _LABELS.items()},
    SKOS.broader.value: _read_broader,
    SKOS.inScheme.value: _read_scheme,
    SKOS.topConceptOf.value: _read_scheme,
    QUDT.udunitsCode.value: _read_unit,
    QUDT.ucumCode.value: _read_unit,
}


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rb") as packed:
            yield cast("IO[bytes]", packed)
    else:
        with path.open("rb") as plain:
            yield plain
