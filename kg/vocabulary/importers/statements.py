"""SKOS statements as importers write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.namespaces import DCT, OWL, RDF, SKOS, XSD

_TRUE: Final = Literal("true", datatype=XSD.boolean)
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
#: Characters that no IRI may have (<https://www.w3.org/TR/n-triples/#grammar-production-IRIREF>).
_NOT_IN_IRIS: Final = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


def concept(
    iri: NamedNode,
    scheme: NamedNode,
    *,
    label: str,
    language: str | None = "en",
    others: Iterable[str] = (),
    definition: str = "",
    notation: str = "",
    broader: Iterable[NamedNode] = (),
) -> Iterator[Triple]:
    """The statements of one concept; texts that say nothing are left out."""
    yield Triple(iri, RDF.type, SKOS.Concept)
    yield Triple(iri, SKOS.inScheme, scheme)
    if label := clean(label):
        yield Triple(iri, SKOS.prefLabel, text(label, language))
    yield from (Triple(iri, SKOS.altLabel, text(clean(other), language)) for other in others if clean(other) not in ("", label))
    if definition := clean(definition):
        yield Triple(iri, SKOS.definition, text(definition, language))
    if notation := clean(notation):
        yield Triple(iri, SKOS.notation, Literal(notation))
    yield from (Triple(iri, SKOS.broader, above) for above in broader if above != iri)


def scheme(iri: NamedNode, title: str, version: str = "") -> Iterator[Triple]:
    """The statements of a concept scheme."""
    yield Triple(iri, RDF.type, SKOS.ConceptScheme)
    if title:
        yield Triple(iri, DCT.title, Literal(title, language="en"))
    if version:
        yield Triple(iri, OWL.versionInfo, Literal(version))


def deprecated(iri: NamedNode, replacements: Iterable[NamedNode] = ()) -> Iterator[Triple]:
    """That a concept is no longer to be used, and what is to be used instead."""
    yield Triple(iri, OWL.deprecated, _TRUE)
    yield from (Triple(iri, DCT.isReplacedBy, other) for other in replacements)


def text(value: str, language: str | None) -> Literal:
    """A literal, in a language where one is given that is one (<https://www.rfc-editor.org/rfc/rfc5646#section-2.1>)."""
    tag = (language or "").strip().replace("_", "-")
    return Literal(value, language=tag) if _TAG.fullmatch(tag) else Literal(value)


def clean(value: str) -> str:
    """A text without the white space that files carry for their layout.

    >>> clean("  Sea surface\\n   temperature ")
    'Sea surface temperature'
    """
    return " ".join(value.split())


def below(start: str, *steps: str) -> NamedNode:
    """An IRI of steps below another; what cannot stand in a path is percent-encoded.

    >>> below("http://vocab.nerc.ac.uk/standard_name/", "air_temperature").value
    'http://vocab.nerc.ac.uk/standard_name/air_temperature'
    """
    return NamedNode(start.rstrip("/") + "/" + "/".join(quote(step.strip(), safe="") for step in steps))


def iri_or_none(value: str) -> NamedNode | None:
    """The IRI that a text is, or nothing.

    >>> iri_or_none("https://w3id.org/ozcar-theia/atmosphere").value
    'https://w3id.org/ozcar-theia/atmosphere'
    """
    value = value.strip()
    if _NOT_IN_IRIS.search(value) or not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:.", value):
        return None
    try:
        return NamedNode(value)
    except ValueError:
        return None
