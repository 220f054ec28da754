"""What is known of a vocabulary before its files are read, and what was read of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Triple

from kg.errors import VocabularyError
from kg.namespaces import BASE

_ID: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
#: Our own thesauri have the graphs of these names.
_OURS: Final = frozenset(("access", "instrument", "licence", "platform", "theme", "variable"))
_LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of one vocabulary are to be read.

    :param id: its short name: `cf`, `nvs-r03`. Case does not matter to whoever gives it.
    :param base: what relative IRIs are relative to.
    :param concepts: what the codes of a list become concepts with; by default below the scheme.
    :param language: of labels that do not say theirs, where it is known.
    """

    id: str
    base: str = ""
    concepts: str = ""
    language: str | None = None

    @property
    def scheme(self) -> str:
        """The concept scheme where the source names none, which is also the name of the graph."""
        return f"{BASE}scheme/{self.id}"

    @property
    def base_iri(self) -> str:
        """What relative IRIs are relative to."""
        return self.base or self.scheme + "/"


@dataclass(slots=True)
class Read:
    """What files say: their statements in SKOS, and what could not be read of them."""

    triples: set[Triple] = field(default_factory=set)
    statements: int = 0
    lost: list[str] = field(default_factory=list)


def vocabulary_id(text: str) -> str:
    """The id that a person means, in lower case.

    >>> vocabulary_id("NVS-R03")
    'nvs-r03'

    :raises VocabularyError: when it could not be the name of a folder and the end of an IRI, or is the name of a thesaurus of ours.
    """
    found = text.strip().lower()
    if not _ID.fullmatch(found) or len(found) > _LONGEST_ID:
        raise VocabularyError(f"'{text[:80]}' cannot be the id of a vocabulary", hint="letters, digits and single hyphens: cf, nvs-r03")
    if found in _OURS:
        raise VocabularyError(f"'{found}' is a thesaurus of our own", hint="choose another id; ours are edited in ontology/vocabularies/")
    return found
