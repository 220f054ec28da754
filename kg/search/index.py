"""The search index of a release: built once, updated into a new folder, never changed once it is served.

    index/
      index.json      layout, number of data sets, labels of concepts and names, extents of data sets with several boxes or periods
      text/           the tantivy index

An update hard-links the files of the release before, which tantivy never writes to again, and adds the changes as new files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson
from tantivy import Index, IndexWriter, Query, Searcher

from kg.dataset import DATASET_KINDS, Box, Text
from kg.errors import ReleaseError
from kg.graph_node import QuadSource
from kg.model import Iri
from kg.search.concepts import Concept, Concepts, concepts_of_store, hub_concepts
from kg.search.document import FACETS, LAYOUT, Entry, document, schema
from kg.search.extent import envelope
from kg.search.words import ANALYSERS, analyser

#: Memory of the writer, in bytes. More makes fewer pieces, not more speed: making documents takes longer than writing them.
WRITER_BYTES: Final = 64_000_000
#: More values than any facet has; a smaller number would make counts approximate where the index has several pieces.
ALL_VALUES: Final = 1_000_000

_SCHEMA: Final = schema()
_TABLES, _TEXT = "index.json", "text"
_LOCKS: Final = (".tantivy-writer.lock", ".tantivy-meta.lock")

Range: TypeAlias = tuple[int, int]
#: Concepts by language and analyser of a label, and its words.
LabelIndex: TypeAlias = dict[tuple[str, str], dict[tuple[str, ...], list[Iri]]]


@dataclass(frozen=True, slots=True)
class Extent:
    """All boxes and periods of a data set that has several: the index itself holds only what is around them."""

    boxes: tuple[Box, ...]
    periods: tuple[Range, ...]
    around: Box | None


@dataclass(slots=True)
class SearchIndex:
    """An index that is open for reading."""

    path: Path
    searcher: Searcher
    concepts: Concepts
    named: tuple[Iri, ...]
    extents: dict[str, Extent]
    #: Counts of all facets without a query: the same until the next release.
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    #: The labels of the concepts, once they were needed (`kg.search.question`).
    labels: LabelIndex = field(default_factory=dict)

    @property
    def num_docs(self) -> int:
        """Data sets and things in the index."""
        return int(self.searcher.num_docs)

    @property
    def num_datasets(self) -> int:
        """How many of them are data sets, and no things."""
        kinds = facet_counts(self.searcher, Query.all_query(), ("kind",))["kind"]
        return sum(kinds.get(kind, 0) for kind in DATASET_KINDS)


def build(folder: Path, entries: Iterable[Entry], store: QuadSource) -> int:
    """Write the index of a release into a new folder; how many data sets it holds. Memory does not grow with their number.

    :param store: where concepts and names are looked up.
    :raises ReleaseError: when the folder has an index already, or the index does not hold what was written.
    """
    if (folder / _TABLES).exists():
        raise ReleaseError("there is an index already", where=str(folder), hint="an index is never overwritten; give a new folder")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / _TEXT).mkdir(parents=True)
    index = _registered(Index(_SCHEMA, path=str(folder / _TEXT), reuse=False))
    concepts, extents = concepts_of_store(store), dict[str, Extent]()
    written = _write(index, entries, (), extents)
    return _finish(folder, index, store, concepts, extents, expected=written)


def update(previous: Path, folder: Path, changed: Iterable[Entry], removed: Iterable[str], store: QuadSource) -> int:
    """Write the index of a release that differs from the one before by some data sets; how many data sets it holds.

    `changed` are new and changed data sets, and those whose concepts changed (see `outdated`). The release before keeps its index.

    :raises ReleaseError: when the previous index is of another layout (then `build` anew), or the new one does not hold what it should.
    """
    tables = _read_tables(previous)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / _TEXT).mkdir(parents=True)
    _link(previous / _TEXT, folder / _TEXT)
    index = _registered(Index.open(str(folder / _TEXT)))
    before = index.searcher()
    gone = {iri for iri in removed if _holds(before, iri)}
    extents = _extents(tables)
    concepts = concepts_of_store(store)
    counted = _Counted(changed, before)
    _write(index, counted, gone, extents)
    return _finish(folder, index, store, concepts, extents, expected=before.num_docs - len(gone) + counted.new)


@dataclass(slots=True)
class _Counted:
    """Counts the entries that were not in the index, while they pass."""

    entries: Iterable[Entry]
    before: Searcher
    new: int = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self.entries:
            self.new += not _holds(self.before, entry.iri)
            yield entry


def _holds(searcher: Searcher, iri: str) -> bool:
    """Whether a data set is in an index. The frequency of its id would also count what was deleted."""
    return bool(searcher.search(Query.term_query(_SCHEMA, "id", iri), limit=1, count=False).hits)


def _link(previous: Path, folder: Path) -> None:
    """The same files under a new name. The lists of files are copied, because they change."""
    for path in previous.iterdir():
        if path.name in _LOCKS:
            continue
        if path.suffix == ".json":
            shutil.copy2(path, folder / path.name)
        else:
            _link_or_copy(path, folder / path.name)


def _link_or_copy(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without hard links
        shutil.copy2(path, target)


def _registered(index: Index) -> Index:
    """tantivy keeps the names of analysers with an index, not the analysers."""
    for name in ANALYSERS:
        index.register_tokenizer(name, analyser(name))
    return index


def _write(index: Index, entries: Iterable[Entry], removed: Iterable[str], extents: dict[str, Extent]) -> int:
    writer: IndexWriter = index.writer(WRITER_BYTES, 1)
    written = 0
    for iri in removed:
        writer.delete_documents_by_term("id", iri)
        extents.pop(iri, None)
    for entry in entries:
        # By the raw text id: a deletion by a number matches nothing, without an error (tantivy 0.27).
        writer.delete_documents_by_term("id", entry.iri)
        writer.add_document(document(entry))
        _note_extent(entry, extents)
        written += 1
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return written


def _note_extent(entry: Entry, extents: dict[str, Extent]) -> None:
    if len(entry.boxes) > 1 or len(entry.periods) > 1:
        extents[entry.iri] = _extent(entry.boxes, entry.periods)
    else:
        extents.pop(entry.iri, None)


def _finish(folder: Path, index: Index, store: QuadSource, concepts: Concepts, extents: dict[str, Extent], *, expected: int) -> int:
    searcher = index.searcher()
    if searcher.num_docs != expected:
        raise ReleaseError(
            f"the index holds {searcher.num_docs} data sets where {expected} were expected", where=str(folder), hint="build it anew"
        )
    for lock in _LOCKS:
        (folder / _TEXT / lock).unlink(missing_ok=True)
    used = (Iri(value) for counts in facet_counts(searcher, Query.all_query()).values() for value in counts if "://" in value)
    named = dict.fromkeys(chain(hub_concepts(store), used))
    tables = {
        "layout": LAYOUT,
        "count": expected,
        "concepts": [concepts[iri] for iri in named],
        "extents": {iri: [extent.boxes, extent.periods] for iri, extent in sorted(extents.items())},
    }
    (folder / _TABLES).write_bytes(orjson.dumps(tables, default=list))
    return expected


def facet_counts(searcher: Searcher, query: Query, names: Iterable[str] = FACETS) -> dict[str, dict[str, int]]:
    """How many data sets of a query have each value of each facet, most frequent first. Exact."""
    wanted = {name: {"terms": {"field": name, "size": ALL_VALUES, "segment_size": ALL_VALUES}} for name in names}
    found = searcher.aggregate(query, wanted)
    return {name: {bucket["key"]: bucket["doc_count"] for bucket in found[name]["buckets"]} for name in wanted}


def open_index(folder: Path) -> SearchIndex:
    """Open the index of a release for reading.

    :raises ReleaseError: when there is none, or it was written by a version with another layout.
    """
    tables = _read_tables(folder)
    searcher = _registered(Index.open(str(folder / _TEXT))).searcher()
    known = {concept.iri: concept for concept in map(_concept, tables["concepts"])}
    return SearchIndex(folder, searcher, Concepts(lambda iri: known.get(Iri(iri))), tuple(known), _extents(tables))


def outdated(index: SearchIndex, store: QuadSource) -> Iterator[Iri]:
    """Data sets whose documents an update must write again because a concept they are linked to has other labels or ancestors now."""
    now = concepts_of_store(store)
    changed = [iri for iri in index.named if index.concepts[iri] != now[iri]]
    query = Query.term_set_query(_SCHEMA, "concept", list(changed))
    for _, address in index.searcher.search(query, limit=max(1, index.num_docs)).hits:
        yield Iri(index.searcher.doc(address)["id"][0])


def _read_tables(folder: Path) -> dict[str, Any]:
    try:
        tables = orjson.loads((folder / _TABLES).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ReleaseError(
            f"there is no search index ({error})", where=str(folder), hint="publish again, or build the index anew"
        ) from error
    if tables.get("layout") != LAYOUT:
        raise ReleaseError(
            f"the index has layout {tables.get('layout')}, this version reads {LAYOUT}",
            where=str(folder),
            hint="publish again to build it anew",
        )
    return dict(tables)


def _extents(tables: dict[str, Any]) -> dict[str, Extent]:
    return {
        iri: _extent(tuple(Box(*box) for box in boxes), tuple((start, end) for start, end in periods))
        for iri, (boxes, periods) in tables["extents"].items()
    }


def _extent(boxes: tuple[Box, ...], periods: tuple[Range, ...]) -> Extent:
    return Extent(boxes, periods, envelope(boxes))


def _concept(row: dict[str, Any]) -> Concept:
    return Concept(
        iri=Iri(row["iri"]),
        labels=tuple(Text(**text) for text in row["labels"]),
        others=tuple(Text(**text) for text in row["others"]),
        broader=tuple(Iri(iri) for iri in row["broader"]),
        openness=row["openness"],
    )
