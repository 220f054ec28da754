"""CF standard names, area types and standardized regions as their tables give them in XML (<https://cfconventions.org/vocabularies.html>)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import VocabularyError
from kg.namespaces import PREFIXES, SKOS
from kg.vocabulary.importers.statements import below, clean, concept, deprecated, scheme
from kg.vocabulary.reading import Reading

#: Under these names the NVS serves each standard name.
STANDARD_NAME: Final = "http://vocab.nerc.ac.uk/standard_name/"
#: The canonical unit as CF writes it (UDUNITS).
UNIT: Final = NamedNode(PREFIXES["qudt"] + "udunitsCode")

_TITLES: Final = {
    "standard_name_table": "CF standard names",
    "area_type_table": "CF area types",
    "standardized_region_list": "CF standardized regions",
}


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """A concept an entry, and a deprecated one an alias, which its entry replaces.

    :raises VocabularyError: when it is no XML, or has no entries.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise VocabularyError(f"cannot be read as XML: {error}", where=name, hint="get it again") from error
    entries = [entry for entry in root.iterfind("entry") if entry.get("id")]
    if not entries:
        raise VocabularyError("the table has no entries", where=name)
    whole = NamedNode(reading.scheme)
    start = reading.concepts or (STANDARD_NAME if root.tag == "standard_name_table" else reading.scheme)
    yield from scheme(whole, _TITLES.get(str(root.tag), ""), root.findtext("version_number", ""))
    for entry in entries:
        yield from _entry(entry, start, whole)
    names = {clean(entry.get("id", "")) for entry in entries}
    for alias in root.iterfind("alias"):
        if clean(alias.get("id", "")) not in names:  # a few names that were aliases once are names again
            yield from _alias(alias, start, whole)


def _iri(start: str, name: str) -> NamedNode:
    return NamedNode(below(start, clean(name)).value + ("/" if start == STANDARD_NAME else ""))


def _entry(entry: etree._Element, start: str, whole: NamedNode) -> Iterator[Triple]:
    name = clean(entry.get("id", ""))
    iri = _iri(start, name)
    yield from concept(
        iri, whole, label=name, others=[name.replace("_", " ")], definition=entry.findtext("description") or "", notation=name
    )
    if unit := clean(entry.findtext("canonical_units") or ""):
        yield Triple(iri, UNIT, Literal(unit))


def _alias(alias: etree._Element, start: str, whole: NamedNode) -> Iterator[Triple]:
    name = clean(alias.get("id", ""))
    entries = [_iri(start, each.text) for each in alias.iterfind("entry_id") if each.text and each.text.strip()]
    if not name:
        return
    iri = _iri(start, name)
    yield from concept(iri, whole, label=name, others=[name.replace("_", " ")], notation=name)
    yield from deprecated(iri, entries)
    if len(entries) == 1:  # an alias of several was split: neither is what it meant
        yield Triple(entries[0], SKOS.altLabel, Literal(name, language="en"))
