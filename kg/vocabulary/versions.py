"""What is done with versions that are kept: compare two, write one out with what makes it citable, let an earlier one hold again."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple, serialize

from kg.errors import VocabularyError
from kg.formats import Format
from kg.namespaces import DCT, OWL, PREFIXES, PROV, RDF, SKOS, XSD
from kg.vocabulary.concepts import concepts_of
from kg.vocabulary.difference import Difference, difference
from kg.vocabulary.importers.statements import iri_or_none
from kg.vocabulary.lines import triples_of
from kg.vocabulary.shelves import CurrentVersion, Library
from kg.vocabulary.take import HELD, held_lines


def compared(library: Library, vocabulary: str, before: str | None = None, after: str | None = None) -> Difference:
    """What differs between two versions.

    :param after: a version, `held`, or the current one.
    :param before: a version; by default the one before `after`, and for `held` the current one.
    :raises VocabularyError: when there is no such version, or there is only one.
    """
    shelf = library.shelf(vocabulary)
    if after == HELD:
        old, new, out = library.get(vocabulary, before), held_lines(library, vocabulary), library.retired(vocabulary, before)
    else:
        newer = library.get(vocabulary, after)
        previous = before or shelf.get(newer.version).previous
        if previous is None:
            raise VocabularyError("there is no version before", where=f"{vocabulary} {newer.version}", hint="name two versions")
        old, new, out = library.get(vocabulary, previous), newer.lines(), library.retired(vocabulary, previous)
        gone = {iri.decode() for iri in library.retired(vocabulary, newer.version)}
        new = [line for line in new if line[1 : line.index(b"> ")].decode() not in gone]
    lines = [line for line in old.lines() if line[1 : line.index(b"> ")] not in out]
    counts = (len(set(new).difference(lines)), len(set(lines).difference(new)))
    retired = (iri.decode() for iri in out)
    return difference(concepts_of(triples_of(old.lines())), concepts_of(triples_of(new)), counts, retired=retired)


def citation(library: Library, version: CurrentVersion) -> list[Triple]:
    """What makes a version citable: its IRI, date, source, terms, and the version before (<https://www.w3.org/TR/owl2-syntax/#Ontology_IRI_and_Version_IRI>)."""
    whole, this = NamedNode(version.graph), NamedNode(version.iri)
    previous = library.shelf(version.id).get(version.version).previous
    date = Literal(version.date, datatype=XSD.date)
    said = [
        Triple(whole, RDF.type, SKOS.ConceptScheme),
        Triple(whole, OWL.versionIRI, this),
        Triple(whole, OWL.versionInfo, Literal(version.version)),
        Triple(whole, DCT.identifier, Literal(version.id)),
        Triple(whole, DCT.issued, date),
        Triple(this, DCT.isVersionOf, whole),
        Triple(this, DCT.issued, date),
        Triple(this, DCT.source, iri_or_none(version.source) or Literal(version.source)),
    ]
    if version.title:
        said.append(Triple(whole, DCT.title, Literal(version.title, language="en")))
    if licence := iri_or_none(version.licence):
        said.append(Triple(whole, DCT.license, licence))
    if version.attribution:
        said.append(Triple(whole, DCT.rightsHolder, Literal(version.attribution)))
    if previous:
        said.append(Triple(whole, OWL.priorVersion, NamedNode(f"{version.graph}/{previous}")))
        said.append(Triple(this, PROV.wasRevisionOf, NamedNode(f"{version.graph}/{previous}")))
    return said


def exported(library: Library, vocabulary: str, version: str | None, form: Format) -> bytes:
    """A version in a form of RDF.

    :raises VocabularyError: when there is no such version.
    """
    found = library.get(vocabulary, version)
    triples = {*triples_of(found.lines()), *citation(library, found)}
    used = {prefix: iri for prefix, iri in PREFIXES.items() if any(str(each.predicate.value).startswith(iri) for each in triples)}
    assert form.rdf is not None
    ordered = sorted(triples, key=str)
    return serialize(ordered, format=form.rdf, prefixes=used if form.rdf.supports_datasets is False else None) or b""


def rolled_back(library: Library, vocabulary: str, version: str) -> str:
    """Let an earlier version hold again; returns the name of the one that is left, which is not taken in again by itself.

    :raises VocabularyError: when there is no such version, or it holds already.
    """
    shelf = library.shelf(vocabulary)
    wanted, left = shelf.get(version), shelf.get()
    if wanted is left:
        raise VocabularyError(f"version {version} holds already", where=vocabulary)
    shelf.refused.append(left.sha256)
    shelf.current = wanted.version
    library.save(shelf)
    return left.version
