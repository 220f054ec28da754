"""Every IRI and prefix that the code writes stands here or in the ontology files, and nowhere else."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

#: Base of all IRIs that the project mints. Pages use relative links, so that any host can serve them.
BASE: Final = "https://w3id.org/dataterra/"

PREFIXES: Final[dict[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "dt": BASE + "ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "iop": "https://w3id.org/iadopt/ont/",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qudt": "http://qudt.org/schema/qudt/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "spdx": "http://spdx.org/rdf/terms#",
    "ssn": "http://www.w3.org/ns/ssn/",
    "sssom": "https://w3id.org/sssom/",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Names that only a reasoner sees: what stands in for what it does not know, and what it is asked.
STAND_IN: Final = BASE + "stand-in/"
PROBE: Final = BASE + "probe/"

IANA_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
EU_LANGUAGE: Final = "http://publications.europa.eu/resource/authority/language/"
EU_FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/"
EU_ACCESS_RIGHT: Final = "http://publications.europa.eu/resource/authority/access-right/"
DOI: Final = "https://doi.org/"
GCMD_CONCEPT: Final = "https://gcmd.earthdata.nasa.gov/kms/concept/"
NVS_COLLECTION: Final = "http://vocab.nerc.ac.uk/collection/"
CF_STANDARD_NAME: Final = "http://vocab.nerc.ac.uk/standard_name/"
ORCID: Final = "https://orcid.org/"
ROR: Final = "https://ror.org/"

#: What a mended native says in its own format (`kg.mend`).
XLINK: Final = "http://www.w3.org/1999/xlink"
GMX: Final = "http://www.isotc211.org/2005/gmx"
GCO_2005: Final = "http://www.isotc211.org/2005/gco"
EML_2_2: Final = "https://eml.ecoinformatics.org/eml-2.2.0"
DATACITE_4: Final = "http://datacite.org/schema/kernel-4"
SPDX_LICENCES: Final = "https://spdx.org/licenses/"
STAC_THEMES: Final = "https://stac-extensions.github.io/themes/v1.0.0/schema.json"
#: The properties by which annotations of EML lead to concepts (EML 2.2, Semantic annotation primer).
IS_ABOUT: Final = "http://purl.obolibrary.org/obo/IAO_0000136"
MEASURES: Final = "http://ecoinformatics.org/oboe/oboe.1.2/oboe-core.owl#containsMeasurementsOfType"
#: The code list of kinds of dates and of languages as ISO 19139 files name them.
ISO_CODE_LISTS: Final = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#"
ISO_639_2: Final = "http://www.loc.gov/standards/iso639-2/"

#: Longest native identifier that is kept readable in an IRI, in bytes once percent-encoded.
LONGEST_READABLE: Final = 128

#: An e-mail address, which may be a person's.
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+'-]@[A-Za-z0-9-]+\.[A-Za-z0-9]")


class Namespace:
    """An IRI prefix whose attributes and items are `NamedNode`s.

    >>> Namespace("http://purl.org/dc/terms/").title
    <NamedNode value=http://purl.org/dc/terms/title>
    """

    def __init__(self, start: str) -> None:
        self._start = start

    def __str__(self) -> str:
        return self._start

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self._start + name)

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        node = self.__dict__[name] = NamedNode(self._start + name)  # found there the next time, before this is asked
        return node


def _namespace(prefix: str) -> Namespace:
    return Namespace(PREFIXES[prefix])


ADMS, DCAT, DCT, DT, FOAF, GEO = map(_namespace, ("adms", "dcat", "dct", "dt", "foaf", "geo"))
IOP, LOCN, ODRL, ORG, OWL, PROV = map(_namespace, ("iop", "locn", "odrl", "org", "owl", "prov"))
QUDT, RDF, RDFS, SCHEMA, SEMAPV = map(_namespace, ("qudt", "rdf", "rdfs", "schema", "semapv"))
SH, SKOS, SOSA, SSN, SSSOM, VCARD, VOID, XSD = map(_namespace, ("sh", "skos", "sosa", "ssn", "sssom", "vcard", "void", "xsd"))

#: The graphs that hold one thing only.
ORGANISATIONS: Final = NamedNode(BASE + "organisations")
ONTOLOGY: Final = NamedNode(BASE + "ontology")
CROSSWALKS: Final = NamedNode(BASE + "crosswalks")
DISCOVERY: Final = NamedNode(BASE + "discovery")
TERM_ALIGNMENT: Final = NamedNode(BASE + "alignment/terms")
INFERRED_THINGS: Final = NamedNode(BASE + "inferred/things")


def expand(curie: str) -> str:
    """The IRI of a CURIE; an IRI is returned as it is.

    >>> expand("dct:title")
    'http://purl.org/dc/terms/title'

    :raises KeyError: when the prefix is not in `PREFIXES`.
    """
    prefix, colon, local = curie.partition(":")
    if not colon or local.startswith("//"):
        return curie
    return PREFIXES[prefix] + local


def compact(iri: str) -> str:
    """The CURIE of an IRI, or the IRI where no prefix fits.

    >>> compact("http://www.w3.org/ns/dcat#Dataset")
    'dcat:Dataset'
    """
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and "/" not in iri[len(start) :]:
            return f"{prefix}:{iri[len(start) :]}"
    return iri


def segment(identifier: str) -> str:
    """A native identifier as one path segment of an IRI: percent-encoded, or hashed where it is long.

    Dots alone are hashed as well, so that no identifier is ever read as a step up in a path;
    and e-mail addresses, so that none is published.

    >>> segment("FR-17882/ab c")
    'FR-17882%2Fab%20c'
    >>> segment("..")[:10]
    'sha256-5ec'
    """
    encoded = quote(identifier, safe="")
    if len(encoded) > LONGEST_READABLE or not encoded.strip(".") or ("@" in identifier and _MAILBOX.search(identifier)):
        return "sha256-" + hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()
    return encoded


def record_iri(source: str, identifier: str) -> str:
    """IRI of a record, which is also the name of its graph."""
    return f"{BASE}record/{segment(source)}/{segment(identifier)}"


def link_graph_iri(record: str) -> str:
    """Name of the graph that holds what linking adds for a record.

    >>> link_graph_iri(record_iri("sextant", "a"))
    'https://w3id.org/dataterra/link/sextant/a'
    """
    return BASE + "link/" + record.removeprefix(BASE + "record/")


def dataset_iri(source: str, identifier: str, doi: str | None = None) -> str:
    """IRI of what a record describes: by its DOI where that is its own identifier, else by source and identifier.

    >>> dataset_iri("seanoe", "1", "10.17882/42182")
    'https://w3id.org/dataterra/dataset/doi/10.17882/42182'
    """
    if doi:
        prefix, _, suffix = doi.lower().partition("/")
        return f"{BASE}dataset/doi/{quote(prefix, safe='')}/{segment(suffix)}"
    return f"{BASE}dataset/{segment(source)}/{segment(identifier)}"


#: Families of things that records describe beside data sets, series and services, by their class.
THING_FAMILIES: Final[dict[str, str]] = {
    PREFIXES["sosa"] + "Sensor": "equipment",
    PREFIXES["sosa"] + "Platform": "facility",
    PREFIXES["foaf"] + "Project": "project",
}

#: By what a thing is known, the surest first: the segment of its IRI after the family. What is none of these is a source.
THING_KEYS: Final = ("pid", "wigos", "uuid", "wmo", "call-sign", "register", "award", "award-name", "serial", "model-serial")


def is_thing(iri: str) -> bool:
    """Whether an IRI is one of an instrument, a platform or a project.

    >>> is_thing(BASE + "equipment/pid/1"), is_thing(BASE + "dataset/aeris/1")
    (True, False)
    """
    return iri.startswith(_THING_STARTS)


_THING_STARTS: Final = tuple(f"{BASE}{family}/" for family in THING_FAMILIES.values())


def thing_rank(iri: str) -> int:
    """How sure the identifier in the IRI of a thing is: 0 is the surest, those of a source come last.

    >>> thing_rank(BASE + "facility/wigos/0-20008-0-JFJ") < thing_rank(BASE + "facility/aeris/jungfraujoch")
    True
    """
    kind = iri.removeprefix(BASE).split("/")[1:2]
    return THING_KEYS.index(kind[0]) if kind and kind[0] in THING_KEYS else len(THING_KEYS)


def source_iri(source: str) -> str:
    """IRI of a source of records, which is also the name of its graph."""
    return f"{BASE}source/{segment(source)}"


def digest(*parts: str | None) -> str:
    """A short stable hash (80 bits, hexadecimal) of a tuple of strings in which `None` differs from the empty string."""
    key = "\x1f".join("\x00" if part is None else part for part in parts)
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:20]
