"""Corpora: many distinct records made from the project's own samples, the same ones every time.

A sample becomes a template: its identifier, DOI, titles, texts, keywords, boxes, dates and links are slots, which each record fills
with values of its own. Keywords follow a power law over the words of the hub thesauri, so that distinct terms go on growing as they do
in real catalogues (a third of 17,000 uses of terms were distinct in 3,757 real records).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import unquote

import orjson
import pyoxigraph as ox
from lxml import etree

from kg.crosswalk.engine import Mapper
from kg.model import Native
from kg.namespaces import PREFIXES, SKOS

ROOT: Final = Path(__file__).parent.parent
EXAMPLES: Final = ROOT / "tests" / "examples"

_ISO_SAMPLES: Final = (
    *(f"sextant/{name}.xml" for name in ("argo-gdac", "emodnet-dtm-2020", "marel-carnot", "rephy", "smos-sss-l3-locean-v8")),
    *("aeris/cams-glob-ant.xml", "theia-iso/theia-snow.xml", "theia-iso/oso-land-cover-2021.xml", "hydroweb/lake-chad.xml"),
    *("inpn/znieff-type-1.xml", "dinamis-csw/pleiades-archive.xml"),
)

#: The samples of each corpus, and the media type in which it is written.
#:
#: Our ISO samples say much in little space: 205 triples and 16 terms in 25 kB, where 125 real ISO 19139 and 19115-2 records of 10-40 kB
#: have 100 triples and 7 terms in 22 kB on average. `iso19139` has the density of the real ones, `iso19139-dense` that of the samples.
SAMPLES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "iso19139": ("application/xml", _ISO_SAMPLES),
    "iso19139-dense": ("application/xml", _ISO_SAMPLES),
    "eml": (
        "application/xml",
        tuple(f"pndb/{name}.xml" for name in ("vigie-chiro", "stoc-eps", "spipoll", "gcrmn-recifs-reunion", "mnhn-herbier-p")),
    ),
    "stac-collection": ("application/json", ("geodes/collection-theia-snow.json", "dinamis/collection-pleiades-outremer.json")),
    "stac-item": ("application/json", ("geodes/item-snow-rockies.json", "ctoh/item-sss-2009-12.json")),
    "dcat-turtle": ("text/turtle", ("ctoh/acc-fronts.ttl", "ozcar-dcat/ohge-strengbach.ttl", "pndb-dcat/crbpo.ttl")),
    "dcat-jsonld": ("application/ld+json", ("ctoh/sss-tropical-pacific.jsonld", "formaterre/core-flow.jsonld", "pndb-dcat/taxref.jsonld")),
}

#: Sizes of ISO 19139 records, in bytes; real ones have 26 kB on average.
ISO_SIZES: Final = (10_000, 40_000)

_EXTENSIONS: Final = {"application/xml": "xml", "application/json": "json", "text/turtle": "ttl", "application/ld+json": "jsonld"}
_SLOT: Final = re.compile(rb'"__number_([a-z]+)__"|__slot_([a-z]+)__')


def slot(kind: str) -> str:
    """The mark of a slot; it is allowed in texts and IRIs of all syntaxes."""
    return f"__slot_{kind}__"


@dataclass(frozen=True, slots=True)
class Template:
    """A sample, cut at its slots: a literal piece, the kind of the slot after it, and so on."""

    pieces: tuple[tuple[bytes, str], ...]
    end: bytes

    @classmethod
    def from_marked(cls, marked: bytes) -> Template:
        """The template of a sample whose slots are marked."""
        pieces, start = [], 0
        for found in _SLOT.finditer(marked):
            pieces.append((marked[start : found.start()], (found[1] or found[2]).decode()))
            start = found.end()
        return cls(tuple(pieces), marked[start:])

    def fill(self, values: Values) -> bytes:
        """A record of its own."""
        return b"".join([part for piece, kind in self.pieces for part in (piece, values.value(kind).encode())]) + self.end


class Values:
    """What one record puts into its slots: always the same for the same number and revision."""

    def __init__(self, name: str, number: int, revision: int) -> None:
        self.name, self.number, self.revision = name, number, revision
        self.random = Random(f"{name} {number}")
        self.box = (0.0, 0.0, 0.0, 0.0)
        self.year = 2000

    def value(self, kind: str) -> str:
        return _VALUES[kind](self)

    def words(self, least: int, most: int) -> str:
        return " ".join(self.random.choices(words(), cum_weights=_weights(), k=self.random.randint(least, most)))

    def prose(self, language: str) -> str:
        return " ".join(self.random.choices(prose(language), k=self.random.randint(60, 400)))

    def keyword(self) -> str:
        known, vocabulary = labels(), words()
        rank = int(self.random.paretovariate(0.35)) - 1
        if rank < len(known):
            return known[rank]
        first, second = divmod(rank, len(vocabulary))
        return f"{vocabulary[second]} {vocabulary[first % len(vocabulary)]}" + (f" {first}" if first >= len(vocabulary) else "")

    def new_box(self) -> str:
        west, south = self.random.uniform(-175, 150), self.random.uniform(-80, 70)
        self.box = (west, south, west + self.random.uniform(0.1, 25), south + self.random.uniform(0.1, 10))
        return f"{west:.3f}"

    def polygon(self) -> str:
        self.new_box()
        west, south, east, north = (f"{edge:.3f}" for edge in self.box)
        return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"

    def new_period(self) -> str:
        self.year = self.random.randint(1950, 2018)
        return self.day(self.year)

    def day(self, year: int) -> str:
        return date(year, self.random.randint(1, 12), self.random.randint(1, 28)).isoformat()


_VALUES: Final[dict[str, Callable[[Values], str]]] = {
    "id": lambda at: f"bench-{at.name}-{at.number:07d}",
    "doi": lambda at: f"10.5072/bench.{at.name}.{at.number}",  # 10.5072 is DataCite's prefix for tests
    "title": lambda at: f"{at.words(4, 9)}, {at.number}" + (f", revision {at.revision}" if at.revision else ""),
    "texten": lambda at: at.prose("en"),
    "textfr": lambda at: at.prose("fr"),
    "keyword": Values.keyword,
    "west": Values.new_box,
    "left": lambda at: f"{at.box[0]:.3f}",
    "south": lambda at: f"{at.box[1]:.3f}",
    "east": lambda at: f"{at.box[2]:.3f}",
    "north": lambda at: f"{at.box[3]:.3f}",
    "polygon": Values.polygon,
    "start": Values.new_period,
    "startmoment": lambda at: at.new_period() + "T00:00:00Z",
    "end": lambda at: at.day(at.year + at.random.randint(1, 6)),
    "endmoment": lambda at: at.day(at.year + at.random.randint(1, 6)) + "T00:00:00Z",
    "date": lambda at: at.day(at.random.randint(2005, 2024)),
    "url": lambda at: f"https://example.org/data/{at.name}/{at.number}/{at.random.randint(0, 99)}",
}


@cache
def labels() -> list[str]:
    """English labels of the hub thesauri, in an order that only chance decided."""
    found = set()
    for path in sorted((ROOT / "ontology" / "vocabularies").glob("*.ttl")):
        for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE):
            if quad.predicate == SKOS.prefLabel and isinstance(quad.object, ox.Literal) and quad.object.language == "en":
                found.add(quad.object.value)
    kept = sorted(label for label in found if not set(label) & set('<>&"\\'))
    Random(1).shuffle(kept)
    return kept


@cache
def prose(language: str) -> list[str]:
    """The words of the abstracts of our ISO samples in a language, as often as they stand there: no text mixes languages."""
    found: list[str] = []
    for path in SAMPLES["iso19139"][1]:
        for abstract in etree.parse(EXAMPLES / path).iter("{*}abstract"):
            texts = (text for text in map(str, abstract.itertext()) if language_of(text) == language)
            found += [word for text in texts for word in re.findall(r"[\w'-]+[.,]?", text)]
    return found


def language_of(text: str) -> str:
    """The language in which the text of a sample is, so that what takes its place is in the same one: French, or else English."""
    return "fr" if _mapper().detector.detect(text) == "fr" else "en"


@cache
def words() -> list[str]:
    """The words of these labels."""
    kept = sorted({word for label in labels() for word in re.findall(r"[A-Za-z][a-z]{2,}", label)})
    Random(2).shuffle(kept)
    return kept


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / (rank + 3) for rank in range(len(words()))))


def records(name: str, count: int, *, first: int = 0, revision: int = 0) -> Iterator[Native]:
    """Natives of a corpus of `SAMPLES`.

    :param first: number of the first one.
    :param revision: another one gives the same records with other titles.
    """
    media_type, made = SAMPLES[name][0], templates(name)
    for number in range(first, first + count):
        body = made[number % len(made)].fill(Values(name, number, revision))
        location = f"{name}/{number // 1000:03d}/{number:07d}.{_EXTENSIONS[media_type]}"
        yield Native("bench", location, media_type, body, location)


def write(folder: Path, natives: Iterator[Native]) -> int:
    """Write natives as files, a thousand a folder; returns their bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "source.toml").write_text('id = "bench"\npole = "odatis"\ntitle = {en = "Benchmark", fr = "Banc d\'essai"}\n', "utf-8")
    total = 0
    for native in natives:
        path = folder / native.location
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes(native.body)
    return total


def real_records(name: str, count: int) -> list[Native]:
    """Real records of a format from the shared data, largest variety first; none where there is no such data."""
    folder = Path(os.environ.get("DATATERRA_SHARED", ROOT.parent / "shared")) / "data" / "records" / name
    files = sorted(path for path in folder.rglob("*.xml") if 10_000 <= path.stat().st_size <= 40_000) if folder.is_dir() else []
    chosen = islice(files, 0, None, max(1, len(files) // count))
    return [Native("real", path.name, "application/xml", path.read_bytes(), path.name) for path in islice(chosen, count)]


@cache
def templates(name: str) -> tuple[Template, ...]:
    """The templates of a corpus."""
    media_type, paths = SAMPLES[name]
    made = [marked for path in paths for marked in _marked(name, EXAMPLES / path, media_type)]
    return tuple(map(Template.from_marked, made))


@cache
def _mapper() -> Mapper:
    return Mapper.from_resources()


def _marked(name: str, path: Path, media_type: str) -> Iterator[bytes]:
    body = _own_identifiers_marked(path.read_bytes(), path.name, media_type)
    if name == "iso19139":
        yield _xml(_of_average_density(body), _ISO)
    elif name == "iso19139-dense":
        sizes = [(grown, len(grown)) for times in (1, 2) for grown in [_iso(body, times)]]
        yield from (grown for grown, size in sizes if ISO_SIZES[0] <= size <= ISO_SIZES[1])
    elif name == "eml":
        yield _xml(body, _EML)
    elif media_type == "text/turtle":
        yield _turtle(body)
    else:
        yield orjson.dumps(_json("", orjson.loads(body)), option=orjson.OPT_INDENT_2)


#: What identifies the samples in RDF; of the others mapping says it.
_OWN: Final = {
    "acc-fronts.ttl": {
        "https://example.org/ctoh/dataset/acc-fronts": "https://example.org/__slot_id__",
        "10.24400/527896/a01-2023.004": "__slot_doi__",
    },
    "ohge-strengbach.ttl": {
        "https://example.org/ohge/dataset/strengbach": "https://example.org/__slot_id__",
        "ohge-strengbach": "__slot_id__",
    },
    "crbpo.ttl": {"https://example.org/pndb/dataset/crbpo": "https://example.org/__slot_id__", "crbpo-donnees-occurrence": "__slot_id__"},
    "sss-tropical-pacific.jsonld": {"sss-tropical-pacific": "__slot_id__"},
    "core-flow.jsonld": {"e474cebd-9a63-409d-bfd6-0e5a1ddd87d5": "__slot_id__"},
    "taxref.jsonld": {"10.15468/vqueam": "__slot_doi__"},
}


def _own_identifiers_marked(body: bytes, name: str, media_type: str) -> bytes:
    """Identifier and DOI are slots, wherever they stand in the sample."""
    own = _OWN.get(name) or _own_identifiers(body, name, media_type)
    for text, mark in own.items():
        body = re.sub(re.escape(text.encode()), mark.encode(), body, flags=re.IGNORECASE)
    return body


def _own_identifiers(body: bytes, name: str, media_type: str) -> dict[str, str]:
    record = _mapper().map(Native("bench", name, media_type, body, name)).record
    assert record is not None, name
    by_doi, _, doi = unquote(record.dataset).partition("/dataset/doi/")
    return ({doi: slot("doi")} if by_doi and doi else {}) | {record.identifier: slot("id")}


# What is a slot in each syntax.

_ISO: Final = {
    "identificationInfo/*/citation/*/title": "title",
    "abstract": "text",
    "lineage/*/statement": "text",
    "keyword": "keyword",
    "westBoundLongitude": "west",
    "southBoundLatitude": "south",
    "eastBoundLongitude": "east",
    "northBoundLatitude": "north",
    "beginPosition": "start",
    "endPosition": "end",
    "dateStamp": "date",
    "onLine/*/linkage": "url",
}
_EML: Final = {
    "dataset/title": "title",
    "abstract": "text",
    "abstract/*": "text",
    "abstract/*/para": "text",
    "keyword": "keyword",
    "westBoundingCoordinate": "west",
    "southBoundingCoordinate": "south",
    "eastBoundingCoordinate": "east",
    "northBoundingCoordinate": "north",
    "beginDate/calendarDate": "start",
    "endDate/calendarDate": "end",
    "pubDate": "date",
}


def _iso(body: bytes, times: int) -> bytes:
    """A larger record: its keywords and links several times, each with other values."""
    root = etree.fromstring(body)
    for name in ("keyword", "onLine"):
        for element in list(root.iter(f"{{*}}{name}")):
            for _ in range(times - 1):
                element.addnext(deepcopy(element))
    return _xml(etree.tostring(root, encoding="UTF-8", xml_declaration=True), _ISO)


#: How many of an element a record of average density has, and copies of a part of which nothing is read that make up for its bytes.
_KEPT: Final = {
    **{"keyword": 2, "onLine": 1, "pointOfContact": 1, "contact": 1, "distributorContact": 0, "citedResponsibleParty": 0},
    **{"aggregationInfo": 0, "geographicElement": 1, "useLimitation": 1, "otherConstraints": 1, "resourceFormat": 0, "processStep": 0},
}
_FILLED_BYTES: Final = 21_000
_FILLING: Final = """<gmd:contentInfo xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"><gmd:MD_ImageDescription>
<gmd:attributeDescription gco:nilReason="unknown"/><gmd:contentType><gmd:MD_CoverageContentTypeCode codeListValue="image"
 codeList="http://www.isotc211.org/2005/resources/Codelist/gmxCodelists.xml#MD_CoverageContentTypeCode"/></gmd:contentType>
<gmd:illuminationElevationAngle><gco:Real>41.5</gco:Real></gmd:illuminationElevationAngle>
<gmd:cloudCoverPercentage><gco:Real>10</gco:Real></gmd:cloudCoverPercentage></gmd:MD_ImageDescription></gmd:contentInfo>"""


def _of_average_density(body: bytes) -> bytes:
    root = etree.fromstring(body)
    for name, kept in _KEPT.items():
        for element in list(root.iter(f"{{*}}{name}"))[kept:]:
            if (parent := element.getparent()) is not None:
                parent.remove(element)
    before = root.find("{*}identificationInfo")
    assert before is not None
    for _ in range((_FILLED_BYTES - len(etree.tostring(root))) // len(_FILLING)):
        before.addnext(etree.fromstring(_FILLING))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _xml(body: bytes, table: dict[str, str]) -> bytes:
    root = etree.fromstring(body)
    for path, kind in table.items():
        for element in root.iterfind(".//" + "/".join(step if step == "*" else "{*}" + step for step in path.split("/"))):
            _mark(element, kind)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _mark(element: etree._Element, kind: str) -> None:
    """Mark the texts of an element, not what stands for a text by its IRI."""
    for each in element.iter("*"):
        linked = any(str(name).endswith("href") for name in each.attrib) and kind == "keyword"
        known = etree.QName(each).localname in ("PT_FreeText", "textGroup")
        if each.text and each.text.strip() and not linked and not known and "__slot_" not in each.text:
            each.text = _slot_for(kind, each.text)


def _slot_for(kind: str, text: str) -> str:
    return slot(kind + language_of(text) if kind == "text" else kind)


_JSON: Final = {
    "title": "title",
    "dct:title": "title",
    "description": "text",
    "dct:description": "text",
    "keywords": "keyword",
    "dcat:keyword": "keyword",
    "keyword": "keyword",
    "datetime": "startmoment",
    "dct:issued": "date",
    "startDate": "start",
    "endDate": "end",
    "dcat:startDate": "start",
    "dcat:endDate": "end",
}
_EDGES: Final = tuple(f"__number_{edge}__" for edge in ("west", "south", "east", "north"))
_CORNERS: Final = (("left", "south"), ("east", "south"), ("east", "north"), ("left", "north"), ("left", "south"))


def _json(key: str, value: Any) -> Any:
    if key == "@context":
        return value
    if isinstance(value, dict):
        return {name: _json(key if name in ("@value", "en", "fr") else name, each) for name, each in value.items()}
    if isinstance(value, list):
        if key == "bbox" and len(value) == 4 and not isinstance(value[0], list):
            return list(_EDGES)
        if key == "coordinates" and len(value) == 1 and len(value[0]) == len(_CORNERS):
            return [[[f"__number_{edge}__" for edge in corner] for corner in _CORNERS]]
        if key == "interval" and len(value) == 2 and isinstance(value[0], str):
            return [slot("startmoment"), value[1] and slot("endmoment")]
        return [_json(key, each) for each in value]
    return _json_text(key, value) if isinstance(value, str) else value


def _json_text(key: str, text: str) -> str:
    if text.lstrip().startswith("POLYGON"):
        return slot("polygon")
    # a name of an asset or a link is not a title of the data set, and a word of a list is no keyword
    return _slot_for(_JSON[key], text) if key in _JSON and "__slot_" not in text and len(text) > 2 else text


_RDF: Final = {
    PREFIXES["dct"] + "title": "title",
    PREFIXES["dct"] + "description": "text",
    PREFIXES["dcat"] + "keyword": "keyword",
    PREFIXES["dct"] + "issued": "date",
}
_RDF_DATES: Final = {PREFIXES["dcat"] + "startDate": "start", PREFIXES["dcat"] + "endDate": "end"}


def _turtle(body: bytes) -> bytes:
    blanks: dict[ox.BlankNode, ox.BlankNode] = {}  # the parser names them by chance

    def named(node: Any) -> Any:
        return blanks.setdefault(node, ox.BlankNode(f"b{len(blanks)}")) if isinstance(node, ox.BlankNode) else node

    quads = (quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE))
    marked = [ox.Triple(named(triple.subject), triple.predicate, named(_rdf_value(triple))) for triple in quads]
    return ox.serialize(sorted(marked, key=_rdf_order), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def _rdf_order(triple: ox.Triple) -> tuple[str, bool, str]:
    return str(triple.subject), triple.predicate.value.endswith("endDate"), str(triple)


def _rdf_value(triple: ox.Triple) -> Any:
    value, predicate = triple.object, triple.predicate.value
    if not isinstance(value, ox.Literal) or "__slot_" in value.value:
        return value
    if value.value.startswith("POLYGON"):
        return ox.Literal(slot("polygon"), datatype=value.datatype)
    if kind := _RDF_DATES.get(predicate):
        return ox.Literal(slot(kind), datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))
    if not (kind := _RDF.get(predicate)):
        return value
    made = _slot_for(kind, value.value)
    return ox.Literal(made, language=value.language) if value.language else ox.Literal(made)
