"""Ontologies in the OBO flat file format 1.2 and 1.4 (<https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html>), such as ENVO.

Only the terms of the ontology's own id space are read; what it imports is another vocabulary's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import VocabularyError
from kg.namespaces import SKOS
from kg.vocabulary.importers.statements import clean, concept, deprecated, scheme
from kg.vocabulary.reading import Reading

#: <https://obofoundry.org/id-policy>
PURL: Final = "http://purl.obolibrary.org/obo/"

_Stanza: TypeAlias = dict[str, list[str]]
_LINE: Final = re.compile(r"([\w-]+):\s*(.*)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*([A-Z]*)')
_ID: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)[:_]([A-Za-z0-9]+)")
_ESCAPES: Final = re.compile(r"\\(.)")


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """A concept a term; obsolete terms are deprecated, with what replaces them.

    :raises VocabularyError: when there is no term of the ontology's own.
    """
    head, *stanzas = _stanzas(body.decode("utf-8-sig", "replace"))
    space = (head.get("default-namespace") or head.get("ontology") or [""])[0].split()[0:1]
    own = space[0].upper() if space else ""
    terms = [stanza for stanza in stanzas if "Term" in stanza["kind"] and stanza["id"] and stanza["id"][0].upper().startswith(own + ":")]
    if not terms:
        raise VocabularyError(f"no term of the ontology's own ({own or 'it says no name'})", where=name)
    whole = NamedNode(f"{PURL}{own.lower()}.owl")
    version = head.get("data-version", [""])[0].removeprefix("releases/")
    title = next((found.group(1) for value in head["property_value"] if (found := re.search(r'title "(.*?)"', value))), own)
    yield from scheme(whole, title, version)
    known = {iri for term in terms if (iri := _iri(term["id"][0]))}
    for term in terms:
        yield from _term(term, whole, known)


def _stanzas(text: str) -> Iterator[_Stanza]:
    """The head, then each stanza, as values by tag; `kind` is what stands in brackets."""
    stanza: _Stanza = defaultdict(list)
    for line in text.splitlines():
        if line.startswith("["):
            yield stanza
            stanza = defaultdict(list)
            stanza["kind"].append(line.strip("[] "))
        elif found := _LINE.match(line):
            stanza[found.group(1)].append(found.group(2))
    yield stanza


def _iri(identifier: str) -> NamedNode | None:
    found = _ID.match(identifier.strip())
    return NamedNode(f"{PURL}{found.group(1)}_{found.group(2)}") if found else None


def _iris(values: Iterable[str]) -> list[NamedNode]:
    return [iri for value in values if (iri := _iri(value.partition("!")[0]))]


def _term(term: _Stanza, whole: NamedNode, known: set[NamedNode]) -> Iterator[Triple]:
    iri = _iri(term["id"][0])
    if iri is None:
        return
    synonyms = [found for value in term["synonym"] if (found := _QUOTED.match(value))]
    yield from concept(
        iri,
        whole,
        label=_plain(term["name"][0]) if term["name"] else "",
        others=[_plain(found.group(1)) for found in synonyms if found.group(2) == "EXACT"],
        definition=_plain(found.group(1)) if (found := _QUOTED.match((term["def"] or [""])[0])) else "",
        notation=term["id"][0],
        broader=[above for above in _iris(term["is_a"]) if above in known],
    )
    # Related, narrower and broader synonyms do not mean the same, but people look for them.
    for found in synonyms:
        if found.group(2) != "EXACT" and (other := clean(_plain(found.group(1)))):
            yield Triple(iri, SKOS.hiddenLabel, Literal(other, language="en"))
    if "true" in term["is_obsolete"]:
        yield from deprecated(iri, _iris(term["replaced_by"]))


def _plain(value: str) -> str:
    return clean(
        _ESCAPES.sub(
            lambda found: " " if found.group(1) in "nW" else found.group(1), value.partition(" !")[0] if value.startswith("!") else value
        )
    )
