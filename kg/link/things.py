"""What a linked term says of the thing that bears it: of what kind an instrument or a platform is, and what it or an observation observes.

A data set is linked by the short paths (`dt:instrument`...). A thing is no data set, so that whoever counts data sets by these paths counts
no instruments; of things the terms of SOSA, SSN and Dublin Core say the same, from which the short paths follow (`docs/ontology.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode

from kg.model import TermKind
from kg.namespaces import BASE, DCT, DT, SOSA, SSN, THING_FAMILIES

EQUIPMENT: Final = THING_FAMILIES[SOSA.Sensor.value]
FACILITY: Final = THING_FAMILIES[SOSA.Platform.value]
OBSERVATION: Final = "observation"

#: What a term says of the thing itself, by the thing's family and the kind of the concept.
_OWN: Final[dict[tuple[str, TermKind], NamedNode]] = {
    (EQUIPMENT, TermKind.INSTRUMENT): DCT.type,
    (EQUIPMENT, TermKind.VARIABLE): SOSA.observes,
    (FACILITY, TermKind.PLATFORM): DCT.type,
    (FACILITY, TermKind.VARIABLE): SSN.forProperty,
    (OBSERVATION, TermKind.VARIABLE): SOSA.observedProperty,
}
_KINDS: Final = (TermKind.VARIABLE, TermKind.INSTRUMENT, TermKind.PLATFORM)
#: From the end of the subject on: a pattern that begins with what never changes is found much faster.
_BEARS: Final = re.compile(re.escape(b"> " + str(DT.sourceTerm).encode()) + rb" <([^<>]+)> \.$", re.MULTILINE)


def family_of(iri: str) -> str:
    """What an IRI names: `equipment`, `facility`, `project`, `observation`; nothing for a data set.

    >>> family_of(BASE + "equipment/pid/1"), family_of(BASE + "record/iagos/1#observation-2"), family_of(BASE + "dataset/iagos/1")
    ('equipment', 'observation', '')
    """
    if iri.startswith(BASE + "record/"):
        return OBSERVATION if iri.rpartition("#")[2].startswith(OBSERVATION) else ""
    family = iri.removeprefix(BASE).partition("/")[0]
    return family if family in THING_FAMILIES.values() else ""


def own_property(family: str, kind: TermKind) -> NamedNode | None:
    """The property from a thing to a concept that says what the thing itself is or observes; nothing where the concept says neither."""
    return _OWN.get((family, kind))


def topic_property(family: str, kind: TermKind) -> NamedNode | None:
    """The property from a thing that a record describes to a concept; nothing for kinds of which a thing says the same as a data set."""
    return _OWN.get((family, kind), DCT.subject) if kind in _KINDS else None


def bearers(triples: bytes, topic: str) -> Iterator[tuple[str, str]]:
    """Things and observations in a record's N-Triples that bear terms, each with the IRI of the term; the record's topic is left out."""
    for found in _BEARS.finditer(triples):
        bearer = triples[triples.rfind(b"<", 0, found.start()) + 1 : found.start()].decode()
        if bearer != topic and family_of(bearer):
            yield bearer, found[1].decode()
