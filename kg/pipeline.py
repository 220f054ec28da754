"""The six steps in their order: harvest, map, link, validate, publish, serve.

`ingest` goes the whole way. Whatever kills it, at whatever moment, the next run finishes what was begun: `kg/workshop.py` says in which
order things are written, and a run begins with the records that are still marked. Releases are made of a store without marks only, and
readers open releases only.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from kg.config import Settings
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.ingestion import Ingestion, Progress
from kg.model import Iri, Mapping, Native, Record, Source
from kg.namespaces import BASE, link_graph_iri
from kg.problems import Sentences
from kg.processing import BATCH, Processed, linking_version
from kg.report import RunReport
from kg.state import RecordEntry, RecordRow, RecordStatus
from kg.validate import Validator, is_finding, problems
from kg.workshop import (
    Fresh,
    Workshop,
    batched,
    entry_of,
    iri_of,
    mappings_of,
    native_of,
    noted,
    remove_graphs,
    text_of,
    write_natives,
)

#: Where the state notes which shapes its records were checked with.
SHAPES = Iri(BASE + "shapes")

#: Where the state notes which vocabularies and rules the links were made with.
LINKING = Iri(BASE + "linking")


def ingest(
    shop: Workshop, paths: Sequence[Path], source: Source | None = None, progress: Progress = lambda done: None, *, again: bool = False
) -> RunReport:
    """Harvest, map, link and validate files and folders, and write what is good into the working store.

    :param source: of all natives; otherwise each file's `source.toml` says it.
    :param again: map natives again whose graphs are known.
    :raises ConfigError: when a path or a `source.toml` is wrong.
    """
    report = new_report(shop.settings, "ingest")
    run = shop.state.start_run("ingest")
    recover(shop)
    relink_where_vocabularies_changed(shop)
    revalidate_where_shapes_changed(shop)
    containers = Containers.from_resources(shop.settings.config)
    harvested = harvest_files(paths, source, containers=containers, largest=shop.settings.largest_native)
    ingestion = Ingestion(shop, report, progress, again=again)
    ingestion.run(harvested)
    ingestion.seen.close()
    report.close()
    shop.state.end_run(run, {fate.value: count for fate, count in report.total.items()})
    return report


def new_report(settings: Settings, command: str) -> RunReport:
    """An empty report of a run that begins now."""
    shapes = {name: text.message for name, text in Validator.from_overlay(settings.config).shapes.texts.items()}
    name = f"{command}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    return RunReport(settings.var / "reports", name, Sentences.from_resources(settings.config, shapes))


def recover(shop: Workshop) -> int:
    """Finish what a killed run began: write the graphs of records that are marked pending; returns how many there were."""
    count = 0
    for rows in batched((row for row in shop.state.records(pending=True) if not row.published), 500):
        remove_graphs(shop, rows)
        count += len(rows)
    under_way: deque[list[RecordRow]] = deque()

    def natives() -> Iterator[list[Native]]:
        for rows in batched((row for row in shop.state.records(pending=True) if row.published), BATCH):
            under_way.append(rows)
            yield [native_of(shop, row) for row in rows]

    for results in shop.workers.process(natives()):
        rows = under_way.popleft()
        _write_again(shop, rows, results)
        count += len(rows)
    return count


def _write_again(shop: Workshop, rows: list[RecordRow], results: list[Processed]) -> None:
    """Write what a killed run did not. What blocks by the rules of now does not enter the store; the state says so."""
    pairs = list(zip(rows, results, strict=True))
    shop.state.append_mappings(mappings_of(results))
    shop.state.save_records(entry_of(native_of(shop, row), result) for row, result in pairs if not row.outdated)
    shop.graphs.replace([text for _, result in pairs if (text := text_of(result))])
    shop.state.clear_pending(iri_of(row) for row, _ in pairs)


def relink_where_vocabularies_changed(shop: Workshop) -> int:
    """Link all records again when a vocabulary, an alignment or a rule is not what it was; returns how many records that were."""
    version = linking_version(shop.settings, shop.index)
    if any(row.scheme == LINKING and row.sha256 == version for row in shop.state.vocabularies()):
        return 0
    count = relink(shop, (row for row in shop.state.records() if row.published))
    shop.state.save_vocabulary(LINKING, version, version)
    return count


def relink(shop: Workshop, rows: Iterable[RecordRow]) -> int:
    """Make the link graphs of records anew, from their terms and the ledger as they are now; returns how many."""
    count = 0
    for batch in batched(rows, 500):
        mappings: list[Mapping] = []
        changes: dict[Iri, bytes] = {}
        for row in batch:
            record = _terms_only(shop, row)
            linked = shop.workers.own.linker.link(record, triples=partial(shop.store.graph, record.iri))
            mappings += linked.new_mappings
            if shop.graphs.linked(record.iri) != linked.triples:
                changes[iri_of(row)] = linked.triples
        shop.state.append_mappings(dict.fromkeys(mappings))
        shop.state.mark_pending(changes)
        shop.graphs.relink(changes)
        shop.state.clear_pending(changes)
        count += len(batch)
    return count


def revalidate_where_shapes_changed(shop: Workshop) -> int:
    """Check all records again when a shape is not what it was; returns how many have another verdict or other problems now.

    What is published is checked as it stands in the store. What was kept out is mapped again, since nothing but its native is kept.
    """
    validator = shop.workers.own.validator if any(True for _ in shop.state.records()) else Validator.from_overlay(shop.settings.config)
    version = validator.version
    if any(row.scheme == SHAPES and row.sha256 == version for row in shop.state.vocabularies()):
        return 0
    count, fresh = 0, Fresh(shop)
    for rows in batched(shop.state.records(status=RecordStatus.QUARANTINED), BATCH):
        kept = [(native, shop.workers.own.process(native)) for native in (_last_native_of(shop, row) for row in rows)]
        count += sum(result.status is not RecordStatus.QUARANTINED for _, result in kept)
        write_natives(shop, fresh, kept)
    fresh.write()
    for rows in batched(shop.state.records(status=RecordStatus.PUBLISHED), 500):
        count += shop.state.save_records(entry for row in rows if (entry := _checked_again(shop, row)) is not None)
    shop.state.save_vocabulary(SHAPES, version, version)
    return count


def _checked_again(shop: Workshop, row: RecordRow) -> RecordEntry | None:
    """What is to be noted of a published record that is checked again; nothing where all is as it was."""
    iri = iri_of(row)
    triples = shop.store.graph(iri)
    report = shop.workers.own.validator.validate([(iri, triples + shop.store.graph(Iri(link_graph_iri(iri))))])[iri]
    before = tuple(shop.state.problems_of(row.source, row.identifier))
    found = problems(report, triples, row.source, row.identifier, row.location)
    now = (*(each for each in before if not is_finding(each)), *found)
    if now == before and not report.blocks:
        return None
    return noted(row, RecordStatus.QUARANTINED if report.blocks else RecordStatus.PUBLISHED, now, row.location, row.fingerprint)


def _last_native_of(shop: Workshop, row: RecordRow) -> Native:
    """The native that came last, good or not."""
    body = shop.natives.get(row.native_sha256)
    return Native(row.source, row.native_identifier, row.media_type, body, row.location, row.datestamp)


def _terms_only(shop: Workshop, row: RecordRow) -> Record:
    """A record as far as linking looks at it."""
    terms = tuple(use.term for use in shop.state.terms_of(iri_of(row)))
    return Record(iri_of(row), row.source, row.identifier, Iri(row.dataset or ""), "", row.format or "", "", b"", terms)
