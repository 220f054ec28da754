"""What each step costs a record, and what the parts that cannot be saved cost: parsers, the bulk loader and pyshacl on the same data.

Each step is run several times and the fastest run counts. The whole way is run in processes of its own, as `dataterra ingest` runs it.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Final

import orjson
import pyoxigraph as ox
import rdflib
from lxml import etree

from bench.records import SAMPLES, real_records, records, write
from bench.timing import Steps, measured, table
from kg.config import Settings
from kg.crosswalk.xml_document import parser
from kg.dataset_reader import DatasetReader
from kg.describe import Describer, PublishedQuads
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.judge import pyshacl_report
from kg.link.linker import Linker, LinkResult
from kg.model import Iri, Native, Record, Source
from kg.namespaces import link_graph_iri
from kg.pipeline import ingest
from kg.processing import BATCH, Processor, linking_index
from kg.publish import load_vocabularies, publish
from kg.record_graphs import RecordGraphs
from kg.release import Releases
from kg.search.concepts import concepts_of_store
from kg.search.document import entries
from kg.search.index import build
from kg.state import GraphText, GraphTexts, Natives, RecordEntry, RecordStatus, State
from kg.store import GraphChange, WorkingStore
from kg.validate import Validator, problems
from kg.workshop import Workshop

#: What is measured, and the corpora of `SAMPLES` that it is made of.
FORMATS: Final = {
    "ISO 19139": ("iso19139",),
    "ISO 19139, dense": ("iso19139-dense",),
    "EML": ("eml",),
    "STAC": ("stac-collection", "stac-item"),
    "DCAT": ("dcat-turtle", "dcat-jsonld"),
}
REAL: Final = "ISO 19139, real"
#: pyshacl takes some 100 ms a record: a few say enough.
_JUDGED: Final = 20


@dataclass(frozen=True, slots=True)
class Made:
    """What the steps before made of a corpus."""

    natives: list[Native]
    records: list[Record]
    links: list[LinkResult]

    def changes(self) -> list[GraphChange]:
        """The graphs of all records."""
        pairs = zip(self.records, self.links, strict=True)
        return [
            change
            for record, linked in pairs
            for change in (GraphChange(record.graph, record.triples), GraphChange(Iri(link_graph_iri(record.iri)), linked.triples))
        ]

    def texts(self) -> list[GraphText]:
        """The same as they are kept for dumps."""
        pairs = zip(self.records, self.links, strict=True)
        return [GraphText(record.iri, record.dataset, record.triples, linked.triples) for record, linked in pairs]


def corpus(name: str, count: int) -> list[Native]:
    """Natives of one of `FORMATS`, or real ones; fewer or none where there are not so many."""
    if name == REAL:
        return real_records("iso19139", count)
    kinds = FORMATS[name]
    return list(chain.from_iterable(records(kind, count // len(kinds)) for kind in kinds))


def measure(name: str, count: int, repeat: int, folder: Path) -> Steps | None:
    """All steps on one corpus; nothing where there are no such records, or no crosswalk for them."""
    natives = corpus(name, count)
    settings = Settings(var=folder / "var")
    processor = _processor(settings)
    if not natives or all(processor.mapper.map(native).record is None for native in natives[:5]):
        return None
    steps = Steps()
    for number in range(repeat):
        made = _processing(steps, natives, processor, folder / f"natives-{number}")
        gc.collect()
        _keeping(steps, made, folder / f"kept-{number}")
        _peers(steps, made, folder / f"peer-{number}")
    _publishing(steps, made, settings, repeat, folder)
    for workers in (1, 2):
        _whole_way(steps, folder / "natives-0", len(natives), workers, folder / f"whole-{workers}")
    return steps


def _processor(settings: Settings) -> Processor:
    settings.var.mkdir(parents=True, exist_ok=True)
    State(settings.state).close()
    return Processor.from_settings(settings, linking_index(settings))


def _processing(steps: Steps, natives: list[Native], processor: Processor, folder: Path) -> Made:
    """Harvest, map, link, validate."""
    write(folder, iter(natives))
    containers = Containers.from_resources()
    count = len(natives)
    steps.run("harvest", count, lambda: list(harvest_files([folder], containers=containers, largest=50_000_000)))
    outcomes = steps.run("map", count, lambda: [processor.mapper.map(native) for native in natives])
    pairs = [(native, outcome.record) for native, outcome in zip(natives, outcomes, strict=True) if outcome.record]
    linker = Linker(processor.linker.index, processor.linker.rights, processor.linker.decisions)  # one that has seen no term yet
    linked = steps.run("link", count, lambda: [linker.link(record) for _, record in pairs])
    with steps.step("validate", count):
        for (native, record), links in zip(pairs, linked, strict=True):
            report = processor.validator.validate([(record.iri, record.triples + links.triples)])[record.iri]
            problems(report, record.triples, native.source, record.identifier, native.location)
    return Made([native for native, _ in pairs], [record for _, record in pairs], linked)


def _keeping(steps: Steps, made: Made, folder: Path) -> None:
    """Natives, state and store."""
    count, changes = len(made.records), made.changes()
    with steps.step("natives and state", count), State(folder / "state.sqlite") as state, Natives(folder / "natives") as natives:
        for start in range(0, count, BATCH):
            some = slice(start, start + BATCH)
            natives.put_all([native.body for native in made.natives[some]])
            state.append_mappings(dict.fromkeys(mapping for linked in made.links[some] for mapping in linked.new_mappings))
            state.save_records(map(_entry, made.natives[some], made.records[some]))
            state.clear_pending([record.iri for record in made.records[some]])
    for name in ("bulk_add", "apply"):
        store = WorkingStore(folder / name)
        with steps.step(f"store: {name}", count):
            for start in range(0, len(changes), 2 * BATCH):
                getattr(store, name)(changes[start : start + 2 * BATCH])
            store.flush()
        store.close()
    shutil.rmtree(folder)


def _entry(native: Native, record: Record) -> RecordEntry:
    return RecordEntry(
        record.source,
        record.identifier,
        native.identifier,
        record.native_sha256,
        native.media_type,
        native.location,
        record.fingerprint,
        RecordStatus.PUBLISHED,
        iri=record.iri,
        dataset=record.dataset,
        format=record.format,
        terms=record.terms,
    )


def _publishing(steps: Steps, made: Made, settings: Settings, repeat: int, folder: Path) -> None:
    """The parts of `publish`, one after the other."""
    with State(settings.state) as state, GraphTexts(settings.graph_texts) as texts:
        store = WorkingStore(settings.store)
        load_vocabularies(settings, state, store)
        graphs = RecordGraphs(store, texts)
        graphs.add(made.texts())
        for number in range(repeat):
            _publishing_once(steps, len(made.records), graphs, folder / f"published-{number}")
        store.close()


def _publishing_once(steps: Steps, count: int, graphs: RecordGraphs, folder: Path) -> None:
    store, texts = graphs.store, graphs.texts
    concepts, quads, datasets = concepts_of_store(store), PublishedQuads(store, texts), list(DatasetReader(store).datasets())
    steps.run("publish: read the data sets", count, lambda: _drain(DatasetReader(quads).views()))
    steps.run("publish: describe", count, lambda: _drain(Describer(store, texts).describe(datasets)))
    described = entries(DatasetReader(quads).views(), concepts)
    steps.run("publish: describe and index", count, lambda: build(folder / "index", described, store))
    staged = Releases(folder / "releases").stage(store, texts)
    steps.run("publish: list of records", count, staged.list_records)
    steps.run("publish: dumps", count, staged.dump)
    steps.run("publish: counts and VoID", count, staged.write_manifest)
    staged.discard()


def _drain(items: Iterator[object]) -> None:
    for _ in items:
        pass


def _whole_way(steps: Steps, files: Path, count: int, workers: int, var: Path) -> None:
    """As the command does it. Children are counted once they have ended, so the workshop is closed within the measurement."""
    settings = Settings(var=var, workers=workers)
    with steps.step(f"ingest, {workers} workers", count), Workshop(settings) as shop:
        ingest(shop, [files], Source("bench", pole="odatis"))
    with steps.step(f"publish, {workers} workers", count), Workshop(settings) as shop:
        publish(settings, shop.state, shop.graphs)


def _peers(steps: Steps, made: Made, folder: Path) -> None:
    """What is inside the steps, alone."""
    count = len(made.records)
    steps.run("alone: parser", count, lambda: [_parse(native) for native in made.natives])
    if made.natives[0].media_type not in ("application/xml", "application/json"):
        some = made.natives[:_JUDGED] + made.natives[-_JUDGED:]
        steps.run("alone: rdflib's parser", len(some), lambda: [_rdflib(native) for native in some])
    quads = [_quads(changes) for changes in _cut(made.changes(), 4_000)]
    store = ox.Store(str(folder))
    with steps.step("alone: bulk_load", count):
        for data in quads:
            store.bulk_load(data, ox.RdfFormat.N_QUADS)
        store.flush()
    del store
    shutil.rmtree(folder)
    validator = Validator.from_overlay()
    views = [
        validator.view(record.triples + linked.triples) for record, linked in islice(zip(made.records, made.links, strict=True), _JUDGED)
    ]
    steps.run("alone: pyshacl", len(views), lambda: [pyshacl_report(view, validator.shapes) for view in views])


def _parse(native: Native) -> object:
    if native.media_type == "application/xml":
        return etree.fromstring(native.body, parser())
    if native.media_type == "application/json":
        return orjson.loads(native.body)
    return list(ox.parse(native.body, ox.RdfFormat.from_media_type(native.media_type), base_iri="https://example.org/"))


def _rdflib(native: Native) -> rdflib.Graph:
    return rdflib.Graph().parse(data=native.body, format=native.media_type)


def _cut(changes: Sequence[GraphChange], size: int) -> Iterator[Sequence[GraphChange]]:
    return (changes[start : start + size] for start in range(0, len(changes), size))


def _quads(changes: Sequence[GraphChange]) -> bytes:
    """Named and merged graph as N-Quads, which is what `bulk_add` loads."""
    named = (change.triples.replace(b" .\n", b" <" + change.graph.encode() + b"> .\n") for change in changes)
    return b"".join(chain((change.triples for change in changes), named))


# What is printed.

_OF: Final = {
    "map": "alone: parser",
    "validate": "alone: pyshacl",
    "store: bulk_add": "alone: bulk_load",
    "store: apply": "alone: bulk_load",
}


def main(count: int, repeat: int, names: Sequence[str] = (*FORMATS, REAL)) -> None:
    """Measure and print.

    :param count: records of each corpus.
    """
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, measured() as spent:
            steps = measure(name, count, repeat, Path(folder))
            sizes = [len(native.body) for native in corpus(name, count)]
        print(f"\n### {name}\n")
        if steps is None:
            print("Not measured: there are no such records, or no crosswalk for them.")
            continue
        rows = [
            (
                step.name,
                f"{step.each:.2f}",
                f"{1000 / step.each:,.0f}" if step.each else "",
                f"{step.noise:.0f} %" if len(step.runs) > 1 else "one run",
                _ratio(steps, step.name),
            )
            for step in steps.steps.values()
        ]
        print(table(("step", "ms CPU a record", "records a CPU second", "noise", "of its peer"), rows))
        print(
            f"\n{len(sizes)} records of {sum(sizes) / len(sizes) / 1000:.1f} kB on average, fastest of {repeat} runs;"
            f" {_way(steps)}; {spent.wall:.0f} s in all."
        )


def _ratio(steps: Steps, name: str) -> str:
    peer = _OF.get(name)
    return f"{steps[name].each / steps[peer].each:.2f} x" if peer and peer in steps and steps[peer].each else ""


def _way(steps: Steps) -> str:
    said = []
    for workers in (1, 2):
        both = steps[f"ingest, {workers} workers"], steps[f"publish, {workers} workers"]
        wall = sum(step.wall for step in both)
        said.append(f"whole way with {workers} worker{'s' * (workers > 1)} {both[0].records / wall:.0f} records a second (wall)")
    return ", ".join(said)


if __name__ == "__main__":
    main(200, 2)


__all__ = ["FORMATS", "REAL", "SAMPLES", "main", "measure"]
