"""Publish: from the working store to an immutable release. Nothing that failed is in the store, so nothing that failed is exposed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.dataset_reader import DatasetReader
from kg.describe import Describer, Description, are_many, describe_in_processes
from kg.imported import load_imported
from kg.link.linker import mapping_triples
from kg.link.sssom import mappings_from_rows, read_sssom
from kg.model import Iri, Mapping, MappingStatus
from kg.namespaces import (
    BASE,
    CROSSWALKS,
    DCT,
    DISCOVERY,
    DT,
    FOAF,
    ONTOLOGY,
    ORGANISATIONS,
    OWL,
    RDF,
    TERM_ALIGNMENT,
    expand,
    is_thing,
)
from kg.record_graphs import RecordGraphs
from kg.release import Release, Releases, read_records
from kg.release.records import RECORDS_FILE
from kg.resources import resource, resources
from kg.search.document import LAYOUT, Entry
from kg.search.index import build, open_index, outdated, update
from kg.short_paths import write_short_paths
from kg.source_graphs import write_source_graphs
from kg.state import State
from kg.store import Reader, WorkingStore
from kg.thing_names import all_names, is_told_of, surest_name, things_named
from kg.vocabulary.graphs import read_graph
from kg.vocabulary_graphs import VocabularyGraphs

#: Bytes of discovery triples that are gathered before they are written. Small, since index and descriptions take memory meanwhile: with
#: portions of 40 MB publishing 8,000 data sets had 530 MB at most.
_DISCOVERY_BYTES: Final = 10_000_000
#: Mappings that are written at a time.
_MAPPINGS = 5_000


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the newest release: records by IRI, and data sets; `None`: everything, as there is no release to compare with."""

    records: frozenset[Iri] | None
    datasets: frozenset[Iri] | None


def publish(
    settings: Settings, state: State, graphs: RecordGraphs, *, resume: bool = False, anew: bool = False, mapper: Mapper | None = None
) -> Release | None:
    """Make a release of what the store holds, and serve it; `None` where nothing has changed since the newest one.

    :param resume: publish although a roll-back set a hold.
    :param anew: also where nothing has changed, and with an index that shares no file with those of the releases before.
    :param mapper: the crosswalks, where they are read already.
    :raises ReleaseError: when publishing is held.
    """
    store, releases, next_index = graphs.store, Releases(settings.releases), settings.var / "index-next"
    killed = next_index.exists() or releases.unfinished()
    releases.recover()
    newest = releases.newest()
    load_vocabularies(settings, state, store, mapper)
    unchanged = newest is not None and newest.manifest.change == state.last_change()
    if unchanged and not anew and not (resume and releases.held()):
        return None
    changes = _changes(state, newest)
    changes = _write_source_graphs(state, store, changes, newest)
    _write_term_alignment(state, store, newest.manifest.change if newest and not killed else 0)
    graphs.complete()
    follows = write_short_paths(store)
    shutil.rmtree(next_index, ignore_errors=True)
    affected = None if anew else _affected(store, changes, newest)
    affected = None if affected is None else affected | follows
    _describe(settings, graphs, affected, newest, next_index, sweep=killed or newest is None)
    staged = releases.stage(store, graphs.texts, resume=resume)
    staged.index_path.rmdir()
    next_index.rename(staged.index_path)
    staged.list_records()
    with ThreadPoolExecutor(1) as beside:  # counting the graph and writing it out take a core each
        counted = beside.submit(staged.count)
        staged.dump(settings.processes)
        counted.result()
    change = state.last_change()
    staged.write_manifest(change=change, validation=_validation(state), index_version=LAYOUT)
    release = staged.activate()
    state.save_release(release.number, release.time, change)
    releases.prune(settings.keep_releases)
    return release


def load_vocabularies(settings: Settings, state: State, store: WorkingStore, mapper: Mapper | None = None) -> int:
    """Bring the ontology, the organisations, the hub thesauri and their alignments into the store; returns how many of them changed."""
    files = {Iri(f"{BASE}scheme/{path.stem}"): path for path in resources("ontology/vocabularies", "*.ttl", settings.config)}
    files[Iri(ONTOLOGY.value)] = resource("ontology/dataterra.ttl", settings.config)
    files[Iri(ORGANISATIONS.value)] = resource("ontology/organisations.ttl", settings.config)
    known = {row.scheme: row.sha256 for row in state.vocabularies()}
    changed = 0
    with VocabularyGraphs(state, store) as graphs:
        for graph, path in files.items():
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            if known.get(graph) != sha256:
                graphs.take(graph, read_graph(path), sha256, sha256[:12])
                changed += 1
        changed += _load_crosswalks(mapper or Mapper.from_resources(settings.config), graphs, known)
        changed += _load_alignments(settings, graphs, known)
    return changed + load_imported(settings, state, store)


def _load_crosswalks(mapper: Mapper, graphs: VocabularyGraphs, known: dict[Iri, str]) -> int:
    """Say what the formats are that records come in."""
    lines = set()
    for crosswalk in mapper.crosswalks.values():
        node = f"<{BASE}crosswalk/{crosswalk.format}>"
        lines.add(f"{node} {RDF.type} {DCT.Standard} .\n")
        lines.add(f"{node} {OWL.versionInfo} {Literal(crosswalk.version)} .\n")
        lines.update(f"{node} {DCT.title} {Literal(text, language=language)} .\n" for language, text in crosswalk.title.items())
    triples = "".join(sorted(lines)).encode()
    graph, sha256 = Iri(CROSSWALKS.value), hashlib.sha256(triples).hexdigest()
    if known.get(graph) == sha256:
        return 0
    graphs.take(graph, triples, sha256, sha256[:12])
    return 1


def _load_alignments(settings: Settings, graphs: VocabularyGraphs, known: dict[Iri, str]) -> int:
    changed = 0
    for path in resources("mappings/alignments", "*.sssom.tsv", settings.config):
        graph = Iri(f"{BASE}alignment/{path.name.removesuffix('.sssom.tsv')}")
        text = path.read_text(encoding="utf-8")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        if known.get(graph) == sha256:
            continue
        rows = read_sssom(text, path.name)
        mappings = [mapping for mapping in mappings_from_rows(rows.rows, path.name) if mapping.status is MappingStatus.ACCEPTED]
        lines = [f"<{mapping.subject}> <{expand(mapping.predicate)}> <{mapping.object}> .\n".encode() for mapping in mappings]
        graphs.take(graph, b"".join(sorted({*lines, *map(mapping_triples, mappings)})), sha256, sha256[:12])
        changed += 1
    return changed


def _changes(state: State, newest: Release | None) -> Changes:
    if newest is None:
        return Changes(None, None)
    changed = [(row.iri, row.dataset) for row in state.changed_records(newest.manifest.change)]
    records = frozenset(record for record, _ in changed if record)
    before = {line.dataset for line in read_records(newest.path / RECORDS_FILE) if line.record in records}
    return Changes(records, frozenset(dataset for _, dataset in changed if dataset) | before)


def _write_source_graphs(state: State, store: WorkingStore, changes: Changes, newest: Release | None) -> Changes:
    """Write what differs; returns the changes with the data sets of sources that are described differently now."""
    moved = write_source_graphs(state, store, newest.manifest.change if newest else None)
    return Changes(changes.records, None if changes.datasets is None else changes.datasets | moved)


def _write_term_alignment(state: State, store: WorkingStore, since: int) -> None:
    """`alignment/terms`: why each term of a record leads to a concept.

    :param since: change sequence number of the release whose mappings the store has already.
    """
    graph = Iri(TERM_ALIGNMENT.value)
    all_new = not store.has_graph(graph)
    mappings = (mapping for mapping in state.current_mappings(since=since) if "/term/" in mapping.subject)
    while portion := list(islice(mappings, _MAPPINGS)):
        # of a mapping that is not accepted (any more), or that had another predicate, nothing is said
        said = {} if all_new else {iri: b"" for mapping in portion for iri in _said_of(store, mapping)}
        said |= {mapping.iri: mapping_triples(mapping) for mapping in portion}
        store.replace_subjects(graph, said, all_new=all_new)


def _said_of(store: WorkingStore, mapping: Mapping) -> Iterator[Iri]:
    """What stands in `alignment/terms` on the term, object and scope of a mapping."""
    graph = NamedNode(TERM_ALIGNMENT.value)
    for quad in store.quads(None, OWL.annotatedSource, NamedNode(mapping.subject), graph):
        about = quad.subject
        if not isinstance(about, NamedNode):
            continue
        same = next(iter(store.quads(about, OWL.annotatedTarget, NamedNode(mapping.object), graph)), None)
        scope = next((each.object.value for each in store.quads(about, DT.scope, None, graph) if isinstance(each.object, Literal)), "")
        if same is not None and scope == mapping.scope:
            yield Iri(about.value)


def _affected(store: WorkingStore, changes: Changes, newest: Release | None) -> frozenset[Iri] | None:
    """Data sets whose description is to be written again: those that changed, and those whose concepts did; `None`: all."""
    if changes.datasets is None or newest is None or newest.manifest.index != LAYOUT:
        return None
    affected = changes.datasets | frozenset(outdated(open_index(newest.index_path), store))
    affected |= _named(newest.reader(), affected) | _named(store, affected)
    return affected | _things(store) if any(map(is_thing, changes.datasets)) else affected


def _named(store: Reader, datasets: frozenset[Iri]) -> frozenset[Iri]:
    """The things that data sets name, by all their names: what one record says of a thing stands in the description of the thing."""
    named = {thing for dataset in datasets for thing in things_named(store, dataset)}
    return frozenset(name for thing in named for name in all_names(store, thing))


def _things(store: WorkingStore) -> frozenset[Iri]:
    """All things that records describe: what one record says of its identifiers may part or join those of others."""
    topics = (triple.object for triple in store.triples(None, FOAF.primaryTopic))
    return frozenset(Iri(topic.value) for topic in topics if isinstance(topic, NamedNode) and is_thing(topic.value))


def _describe(
    settings: Settings, graphs: RecordGraphs, affected: frozenset[Iri] | None, newest: Release | None, index: Path, *, sweep: bool
) -> None:
    """Write the discovery graph and the search index; each data set is read once for both.

    :param sweep: a publish was killed, and may have left what it wrote of data sets that have gone since.
    """
    store, discovery = graphs.store, _Discovery(graphs.store)
    if affected is None or newest is None:
        reader = DatasetReader(store)
        descriptions = _descriptions(settings, graphs, [*reader.datasets(), *reader.named_only()])
        build(index, discovery.passing(descriptions), store)
    else:
        described = {surest_name(store, iri) for iri in affected if is_told_of(store, iri)}
        descriptions = _descriptions(settings, graphs, sorted(described))
        update(newest.index_path, index, discovery.passing(descriptions), affected - described, store)
        discovery.forget(affected - described)
    if sweep and not discovery.all_new:
        discovery.forget(_not_described(store))
    discovery.write()


def _descriptions(settings: Settings, graphs: RecordGraphs, datasets: list[Iri]) -> Iterator[Description]:
    """By this process where they are few, else by one process a core, which read a copy of the store: the store itself is being written."""
    workers, copy = settings.processes, settings.var / "describing"
    if workers == 1 or not are_many(datasets):
        yield from Describer(graphs.store, graphs.texts).describe(datasets)
        return
    shutil.rmtree(copy, ignore_errors=True)  # of a run that was killed
    graphs.store.flush()
    graphs.store.backup(copy)
    try:
        yield from describe_in_processes(datasets, copy, settings.graph_texts, workers)
    finally:
        shutil.rmtree(copy)


def _not_described(store: WorkingStore) -> frozenset[Iri]:
    said = {about for quad in store.quads(graph=DISCOVERY) if isinstance(about := quad.subject, NamedNode)}
    return frozenset(Iri(each.value) for each in said if next(store.triples(None, FOAF.primaryTopic, each), None) is None)


@dataclass(slots=True)
class _Discovery:
    """Writes the discovery triples of the data sets that pass by."""

    store: WorkingStore
    said: dict[Iri, bytes] = field(default_factory=dict)
    size: int = 0
    all_new: bool = field(init=False)

    def __post_init__(self) -> None:
        self.all_new = not self.store.has_graph(Iri(DISCOVERY.value))

    def passing(self, descriptions: Iterable[Description]) -> Iterator[Entry]:
        for each in descriptions:
            self.said[each.entry.iri] = each.triples
            self.size += len(each.triples)
            if self.size > _DISCOVERY_BYTES:
                self.write()
            yield each.entry

    def forget(self, datasets: Iterable[Iri]) -> None:
        self.said |= dict.fromkeys(datasets, b"")

    def write(self) -> None:
        self.store.replace_subjects(Iri(DISCOVERY.value), self.said, all_new=self.all_new)
        self.said, self.size = {}, 0


def _validation(state: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in state.status_counts():
        counts[row.status.value] = counts.get(row.status.value, 0) + row.records
    return counts
