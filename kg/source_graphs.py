"""Source graphs: what is said of each source, and which records came from it when (`docs/graph.md`, Source graph)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

from pyoxigraph import Literal, NamedNode

from kg.model import Iri, Source
from kg.namespaces import BASE, DCAT, DCT, DT, FOAF, PROV, RDF, VOID, XSD, source_iri
from kg.state import Harvest, RecordRow, State
from kg.store import Pattern, WorkingStore

#: Records that are written in one transaction, and at once where the graph is new; a graph may list 100,000.
_PORTION: Final = 500
_PORTION_OF_NEW: Final = 20_000
#: What is said of a source itself.
_PROPERTIES: Final = (RDF.type, DCT.identifier, DT.trust, DCT.title, DT.pole, DT.centre, FOAF.homepage, DCT.license)

Statement: TypeAlias = tuple[NamedNode, NamedNode | Literal]


def write_source_graphs(state: State, store: WorkingStore, since: int | None) -> frozenset[Iri]:
    """Bring the graphs up to date; returns the data sets of sources that are described differently now (trust, pole).

    :param since: change sequence number of the state that the graphs are of; `None`: of no state.
    """
    moved: set[Iri] = set()
    sources = {source.id: source for source in state.sources()}
    all_new = since is None and not any(store.has_graph(Iri(source_iri(source))) for source in sources)
    for source in sources.values():
        about = NamedNode(source_iri(source.id))
        lines = "".join(f"{about} {predicate} {value} .\n" for predicate, value in _about_source(source))
        if store.amend(Iri(about.value), [(about, predicate, None) for predicate in _PROPERTIES], lines.encode()):
            moved.update(row.dataset for row in state.records(source.id) if row.dataset)
    for harvest in state.harvests():
        _write_harvest(store, harvest)
    rows = state.records() if since is None else state.changed_records(since)
    while portion := list(islice(rows, _PORTION_OF_NEW if all_new else _PORTION)):
        for source_id in dict.fromkeys(row.source for row in portion):
            _write_records(store, source_id, [row for row in portion if row.source == source_id and row.iri], all_new=all_new)
    return frozenset(moved)


def _write_harvest(store: WorkingStore, harvest: Harvest) -> None:
    """The last run that changed something of a source, and how many of its records are published."""
    source = NamedNode(source_iri(harvest.source))
    activity = NamedNode(f"{source.value}#harvest")
    statements: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (source, VOID.documents, Literal(harvest.published)),
        (source, PROV.wasGeneratedBy, activity),
        (activity, RDF.type, PROV.Activity),
        (activity, PROV.startedAtTime, Literal(harvest.started, datatype=XSD.dateTime)),
        (activity, PROV.endedAtTime, Literal(harvest.ended or harvest.started, datatype=XSD.dateTime)),
    ]
    lines = "".join(f"{about} {predicate} {value} .\n" for about, predicate, value in statements)
    patterns = [(source, VOID.documents, None), (source, PROV.wasGeneratedBy, None), (activity, None, None)]
    store.amend(Iri(source.value), patterns, lines.encode())


def _write_records(store: WorkingStore, source_id: str, rows: list[RecordRow], *, all_new: bool) -> None:
    """:param all_new: the graph tells of none of them yet."""
    source = NamedNode(source_iri(source_id))
    said = {Iri(row.iri or ""): "".join(_about_record(source, row)).encode() for row in rows}
    if all_new:
        store.replace_subjects(Iri(source.value), said, all_new=True)
    else:
        store.amend(Iri(source.value), [pattern for row in rows for pattern in _patterns(source, row)], b"".join(said.values()))


def _patterns(source: NamedNode, row: RecordRow) -> Iterable[Pattern]:
    """Where a source graph speaks of a record."""
    record = NamedNode(row.iri or "")
    return (record, None, None), (NamedNode(f"{record.value}#native"), None, None), (source, DCAT.record, record)


def _about_source(source: Source) -> Iterator[Statement]:
    yield RDF.type, DCAT.Catalog
    yield DCT.identifier, Literal(source.id)
    yield DT.trust, Literal(str(source.trust), datatype=XSD.integer)
    for language, text in source.title:
        yield DCT.title, Literal(text, language=language)
    if source.pole:
        yield DT.pole, NamedNode(f"{BASE}pole/{source.pole}")
    if source.centre:
        yield DT.centre, NamedNode(f"{BASE}centre/{source.centre}")
    if source.homepage:
        yield FOAF.homepage, NamedNode(source.homepage)
    if source.metadata_licence:
        yield DCT.license, NamedNode(source.metadata_licence)


def _about_record(source: NamedNode, row: RecordRow) -> Iterator[str]:
    record, time = NamedNode(row.iri or ""), Literal(row.changed, datatype=XSD.dateTime)
    if row.published:
        yield f"{source} {DCAT.record} {record} .\n"
        yield f"<{row.iri}#native> {PROV.atLocation} {Literal(row.location)} .\n"
        yield f"{record} {PROV.generatedAtTime} {time} .\n"
    elif row.status == "withdrawn":
        yield f"{record} {RDF.type} {DT.WithdrawnRecord} .\n"
        yield f"{record} {PROV.invalidatedAtTime} {time} .\n"
