"""RDF in any of its forms, and NVS JSON-LD wrapped as argopy keeps it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import VocabularyError
from kg.vocabulary.reading import Reading

_BY_SUFFIX: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "json": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
    "owl": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
}
#: <https://www.w3.org/TR/n-triples/#grammar-production-IRIREF>, with a scheme
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
#: Entities may be declared (`<!ENTITY owl "http://www.w3.org/2002/07/owl#">`), but not be made of others: such files are made to do harm.
_NESTED_ENTITY: Final = re.compile(rb"<!ENTITY\s+[^>]*&[A-Za-z]|<!ENTITY\s+\S+\s+(?:SYSTEM|PUBLIC)\b|<!ENTITY\s+%")


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """All statements, whatever graph they are in.

    A statement with an IRI that is none is left out where all others can be read.

    :raises VocabularyError: when the document cannot be read to its end.
    """
    body = _unwrapped(body.removeprefix(codecs.BOM_UTF8))
    form = _form(body, name)
    if form == RdfFormat.RDF_XML and _NESTED_ENTITY.search(body[:100_000]):
        raise VocabularyError("the XML declares entities that are made of others, or read from elsewhere", where=name)
    try:
        return iter(_parsed(body, form, reading, lenient=False))
    except (SyntaxError, ValueError) as error:
        try:
            return (triple for triple in _parsed(body, form, reading, lenient=True) if _has_iris(triple))
        except (SyntaxError, ValueError):
            raise VocabularyError(f"cannot be read as {form.name}: {error}", where=name, hint="mend the file at that place") from error


def _parsed(body: bytes, form: RdfFormat, reading: Reading, *, lenient: bool) -> list[Triple]:
    return [quad.triple for quad in parse(body, format=form, base_iri=reading.base_iri, rename_blank_nodes=True, lenient=lenient)]


def _unwrapped(body: bytes) -> bytes:
    """The JSON-LD document inside another JSON document: argopy keeps the answers of NVS under `data`."""
    if not body.lstrip().startswith(b"{") or b'"@graph"' not in body:
        return body
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    inner = document.get("data")
    return orjson.dumps(inner) if isinstance(inner, dict) and "@graph" in inner else body


def _form(body: bytes, name: str) -> RdfFormat:
    head = body[:20_000].decode("utf-8-sig", "replace").lstrip()
    if head.startswith(("{", "[")):
        return RdfFormat.JSON_LD
    if re.match(r"<\?xml|<!DOCTYPE|<!--|<[A-Za-z][\w.-]*:?\w*[\s>]", head) and not re.match(r"<[A-Za-z][\w+.-]*:[^\s<>]*>", head):
        return RdfFormat.RDF_XML
    return _BY_SUFFIX.get(name.rpartition(".")[2].lower(), RdfFormat.TURTLE)


def _has_iris(triple: Triple) -> bool:
    return all(_sound(term) for term in (triple.subject, triple.predicate, triple.object))


def _sound(term: object) -> bool:
    if isinstance(term, Literal):
        return _IRI.fullmatch(term.datatype.value) is not None
    return isinstance(term, BlankNode) or (isinstance(term, NamedNode) and _IRI.fullmatch(term.value) is not None)
