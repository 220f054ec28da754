"""What the merged view, the search index and its queries cost, on a made-up catalogue (CPU time, one process).

    python bench/search.py [data sets]     20,000 by default

About 150 triples a data set, one in ten with a second record; words with the frequencies of a natural language (Zipf), a thesaurus of
2,000 concepts five levels deep, boxes and periods, one in twenty with several. The same numbers come from the same seed.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate, islice
from pathlib import Path
from statistics import quantiles

from kg.dataset import DatasetView
from kg.dataset_reader import DatasetReader
from kg.model import Iri
from kg.namespaces import BASE, PREFIXES, digest, link_graph_iri, record_iri, source_iri
from kg.search.concepts import concepts_of_store
from kg.search.discovery import discovery_triples
from kg.search.document import entries
from kg.search.index import SearchIndex, build, open_index, update
from kg.search.query import search
from kg.search.request import SearchRequest
from kg.store import GraphChange, WorkingStore

CONCEPTS = 2_000
KINDS = ("variable", "instrument", "platform", "theme")
POLES = ("aeris", "odatis", "theia", "formater", "pndb", "dinamis")
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "mé", "ni", "po", "ru", "sa", "té", "vi", "xo", "zu", "çan", "ère", "lo", "mar", "ter")


class Catalogue:
    """Makes the graphs of a catalogue."""

    def __init__(self, size: int) -> None:
        self.random = random.Random(7)
        self.size = size
        self.words = ["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))) for _ in range(30_000)]
        self.weights = list(accumulate(1 / (rank + 1) for rank in range(len(self.words))))
        self.used: set[str] = set()

    def text(self, length: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=length))

    def graphs(self) -> Iterator[GraphChange]:
        for source in range(12):
            iri = source_iri(f"s{source}")
            pole, centre = f"<{BASE}pole/{POLES[source % 6]}>", f"<{BASE}centre/c{source}>"
            yield change(
                iri, [(iri, f"dct:title S{source}@en"), (iri, f"dt:pole {pole}"), (iri, f"dt:centre {centre}"), (iri, f"dt:trust {source}")]
            )
        yield from self.schemes()
        for number in range(self.size):
            yield from self.record(number, number % 12)
            if number % 10 == 0:
                yield from self.record(number, (number + 1) % 12)
        yield change(BASE + "alignment/terms", [line for term in sorted(self.used) for line in mapping(term)])

    def schemes(self) -> Iterator[GraphChange]:
        for kind in KINDS:
            lines = []
            for number in range(CONCEPTS // len(KINDS)):
                iri = f"{BASE}{kind}/c{number}"
                lines += [(iri, f"skos:inScheme <{BASE}scheme/{kind}>"), (iri, "a skos:Concept")]
                lines += [(iri, f"skos:prefLabel {self.text(2)}@{language}") for language in ("en", "fr")]
                lines += [(iri, f"skos:altLabel {self.text(2)}@en")]
                if number >= 8:
                    lines.append((iri, f"skos:broader <{BASE}{kind}/c{number // 4}>"))
            yield change(f"{BASE}scheme/{kind}", lines)

    def record(self, number: int, source: int) -> Iterator[GraphChange]:
        record, dataset = record_iri(f"s{source}", str(number)), f"{BASE}dataset/b/{number}"
        pick = self.random
        lines = [
            (record, f"foaf:primaryTopic <{dataset}>"),
            (record, f"dct:isPartOf <{source_iri(f's{source}')}>"),
            (record, "a dcat:CatalogRecord"),
        ]
        lines += [
            (record, f"dct:conformsTo <{BASE}crosswalk/iso-19139>"),
            (record, f"dct:identifier {number}"),
            (dataset, "a dcat:Dataset"),
        ]
        lines += [(dataset, f"dct:title {self.text(8)}@{language}") for language in ("en", "fr")]
        lines += [(dataset, f"dct:description {self.text(90)}@{language}") for language in ("en", "fr")]
        lines += [(dataset, f"dcat:keyword {self.text(2)}@en") for _ in range(14)]
        lines += [(dataset, f"dct:modified 20{pick.randint(10, 25)}-0{pick.randint(1, 9)}-11^^xsd:date")]
        for part in range(3 if number % 20 == 0 else 1):
            west, south, start = pick.uniform(-180, 160), pick.uniform(-80, 70), pick.randint(1950, 2015)
            place, period = f"{record}#place-{part}", f"{record}#period-{part}"
            lines += [(dataset, f"dct:spatial <{place}>"), (dataset, f"dct:temporal <{period}>"), (place, "a dct:Location")]
            lines += [
                (place, f"dt:{edge} {value:.3f}")
                for edge, value in zip(("west", "south", "east", "north"), (west, south, west + 9, south + 9), strict=True)
            ]
            lines += [
                (period, f"dcat:startDate {start}^^xsd:gYear"),
                (period, f"dcat:endDate {start + 5}^^xsd:gYear"),
                (period, "a dct:PeriodOfTime"),
            ]
        for agent in range(3):
            iri = f"{BASE}agent/organisation/{pick.randint(0, 300)}"
            lines += [(dataset, f"dct:creator <{iri}>"), (iri, "a foaf:Organization"), (iri, f"foaf:name Organisation_{agent}")]
        for part in range(3):
            iri = f"{record}#distribution-{part}"
            lines += [(dataset, f"dcat:distribution <{iri}>"), (iri, "a dcat:Distribution"), (iri, f"dct:title {self.text(3)}@en")]
            lines += [(iri, f"dcat:accessURL <https://example.org/{number}/{part}>"), (iri, "dt:formatText NetCDF")]
        links = []
        for _ in range(10):
            kind, concept = pick.choice(KINDS), pick.randint(0, CONCEPTS // len(KINDS) - 1)
            term = f"{BASE}term/{kind}/{concept}"
            self.used.add(term)
            lines += [
                (dataset, f"dt:sourceTerm <{term}>"),
                (term, "a dt:SourceTerm"),
                (term, f"dt:termKind {kind}"),
                (term, f"rdf:value {kind}_{concept}@en"),
            ]
            lines += [(term, "dt:thesaurus GCMD"), (term, f"dt:thesaurusIri <{BASE}thesaurus>")]
            links.append((dataset, f"{LINK[kind]} <{BASE}{kind}/c{concept}>"))
        yield change(record, lines)
        yield change(link_graph_iri(record), links)


LINK = {"variable": "dt:observedVariable", "instrument": "dt:instrument", "platform": "dt:platform", "theme": "dcat:theme"}


def mapping(term: str) -> list[tuple[str, str]]:
    kind, concept = term.rsplit("/", 2)[1:]
    iri = f"{BASE}mapping/{digest(term)}"
    said = (
        f"owl:annotatedSource <{term}>|owl:annotatedProperty <{PREFIXES['skos']}exactMatch>|owl:annotatedTarget <{BASE}{kind}/c{concept}>"
    )
    return [(iri, line) for line in (said + "|sssom:confidence 0.9|a sssom:Mapping").split("|")]


def change(graph: str, lines: list[tuple[str, str]]) -> GraphChange:
    return GraphChange(Iri(graph), "".join(sorted({f"<{subject}> {ntriples(said)} .\n" for subject, said in lines})).encode())


def ntriples(said: str) -> str:
    """`dct:title some words@en` as N-Triples."""
    name, _, value = said.partition(" ")
    prefix, _, local = ("rdf:type" if name == "a" else name).partition(":")
    predicate = f"<{PREFIXES[prefix]}{local}>"
    text, typed, datatype = value.partition("^^xsd:")
    if typed:
        return f'{predicate} "{text}"^^<{PREFIXES["xsd"]}{datatype}>'
    if value.startswith("<"):
        return f"{predicate} {value}"
    if name == "a":
        return f"{predicate} <{PREFIXES[value.partition(':')[0]]}{value.partition(':')[2]}>"
    if name.startswith("dt:") and name[3:] in ("west", "south", "east", "north"):
        return f'{predicate} "{value}"^^<{PREFIXES["xsd"]}decimal>'
    text, language, tag = value.rpartition("@")
    return f'{predicate} "{text}"@{tag}' if language else f'{predicate} "{value}"'


def timed(name: str, work: Callable[[], object], per: int = 0) -> object:
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    each = f", {cpu / per * 1000:.2f} ms CPU each" if per else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:34} {cpu:7.2f} s CPU {wall:7.2f} s wall{each}; peak memory so far {peak:.0f} MB", flush=True)
    return done


def drain(views: Iterator[DatasetView]) -> None:
    for _ in views:
        pass


def size_of(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def ask(name: str, index: SearchIndex, requests: list[SearchRequest]) -> None:
    """Each request once to warm up, then measured."""
    spent, totals = [], []
    for request in requests:
        search(index, request)
        started = time.process_time()
        totals.append(search(index, request).total)
        spent.append((time.process_time() - started) * 1000)
    cuts = quantiles(spent, n=20, method="inclusive")
    print(f"  {name:46} p50 {cuts[9]:6.2f}  p95 {cuts[18]:6.2f} ms CPU; median of hits {sorted(totals)[len(totals) // 2]}", flush=True)


def questions(catalogue: Catalogue, count: int, first: int, last: int) -> list[str]:
    return [" ".join(catalogue.random.choices(catalogue.words[first:last], k=catalogue.random.randint(1, 3))) for _ in range(count)]


def queries(index: SearchIndex, catalogue: Catalogue) -> None:
    pick = catalogue.random
    rare, common = questions(catalogue, 100, 60, 5_000), [catalogue.words[rank] for rank in range(20)]
    labels = [index.concepts[iri].label("en") for iri in index.named if "/variable/" in iri][:60]
    boxes = [
        f"{west:.1f},{south:.1f},{west + 30:.1f},{south + 20:.1f}"
        for west, south in ((pick.uniform(-180, 150), pick.uniform(-90, 70)) for _ in range(40))
    ]
    ask("1-3 words, 20 hits, no facets", index, [SearchRequest(q=q, facets=False) for q in rare])
    ask("1-3 words, 20 hits, all facets", index, [SearchRequest(q=q) for q in rare])
    ask("very common word, all facets", index, [SearchRequest(q=q) for q in common])
    ask("label of a concept, all facets", index, [SearchRequest(q=q) for q in labels])
    ask(
        "concept + box + period, all facets",
        index,
        [SearchRequest(variable=(f"c{n % 40}",), bbox=box, start="1980", end="2000") for n, box in enumerate(boxes)],
    )
    ask("box alone, all facets", index, [SearchRequest(bbox=box) for box in boxes])
    ask("word + pole + variable, all facets", index, [SearchRequest(q=q.split()[0], pole=("odatis",), variable=("c2",)) for q in rare])
    ask("nothing asked, all facets", index, [SearchRequest() for _ in range(20)])
    ask(
        "nothing found: what to relax",
        index,
        [SearchRequest(q=q, pole=("none",), bbox=box) for q, box in zip(rare[:40], boxes, strict=True)],
    )
    ask("page 400, newest first, no facets", index, [SearchRequest(q=q, offset=8_000, sort="newest", facets=False) for q in common])


def main(size: int) -> None:
    catalogue = Catalogue(size)
    with tempfile.TemporaryDirectory() as folder:
        store = WorkingStore(Path(folder) / "store")
        timed("fill the store", lambda: store.bulk_add(catalogue.graphs()), size)
        described = sum(1 for _ in store.quads()) / size
        print(f"  {described:.0f} triples of named graphs a data set")
        timed("read every view", lambda: drain(DatasetReader(store).views()), size)
        concepts = concepts_of_store(store)
        timed(
            "views and discovery triples", lambda: [len(discovery_triples(view, concepts)) for view in DatasetReader(store).views()], size
        )
        timed("views and index", lambda: build(Path(folder) / "1", entries(DatasetReader(store).views(), concepts), store), size)
        print(f"  index {size_of(Path(folder) / '1'):.1f} MB")
        changed = entries(islice(DatasetReader(store).views(), size // 100), concepts)
        timed("update of 1 %", lambda: update(Path(folder) / "1", Path(folder) / "2", changed, [], store), size // 100)
        index = timed("open", lambda: open_index(Path(folder) / "2"))
        assert isinstance(index, SearchIndex)
        timed("first question (reads the labels)", lambda: search(index, SearchRequest(q="temperature")))
        queries(index, catalogue)
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
