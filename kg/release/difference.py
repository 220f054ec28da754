"""What differs between two releases: records, data sets, and the triples of a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from kg.model import Iri
from kg.namespaces import link_graph_iri
from kg.release.records import RecordLine
from kg.store import Reader


@dataclass(frozen=True, slots=True)
class ReleaseDifference:
    """What was added, changed and removed from one release to another.

    A data set that is in both is changed when any of its records was added, changed or removed.
    """

    records_added: tuple[Iri, ...]
    records_changed: tuple[Iri, ...]
    records_removed: tuple[Iri, ...]
    datasets_added: tuple[Iri, ...]
    datasets_changed: tuple[Iri, ...]
    datasets_removed: tuple[Iri, ...]

    @property
    def empty(self) -> bool:
        """Nothing differs."""
        return not (self.records_added or self.records_changed or self.records_removed)

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """The triples that a record's graphs gained and lost, as sorted N-Triples lines."""

    record: Iri
    added: bytes
    removed: bytes


def difference(before: Iterable[RecordLine], after: Iterable[RecordLine]) -> ReleaseDifference:
    """Compare two lists of records, both sorted by IRI. Memory grows with what differs and with the number of data sets."""
    added: list[Iri] = []
    changed: list[Iri] = []
    removed: list[Iri] = []
    touched: set[Iri] = set()
    old_datasets: set[Iri] = set()
    new_datasets: set[Iri] = set()
    for old, new in _paired(iter(before), iter(after)):
        if old:
            old_datasets.add(old.dataset)
        if new:
            new_datasets.add(new.dataset)
        if old == new:
            continue
        touched.update(line.dataset for line in (old, new) if line)
        if new is None:
            removed.extend([old.record] if old else [])
        else:
            (changed if old else added).append(new.record)
    return ReleaseDifference(
        records_added=tuple(added),
        records_changed=tuple(changed),
        records_removed=tuple(removed),
        datasets_added=tuple(sorted(new_datasets - old_datasets)),
        datasets_changed=tuple(sorted(touched & old_datasets & new_datasets)),
        datasets_removed=tuple(sorted(old_datasets - new_datasets)),
    )


def record_difference(before: Reader, after: Reader, record: Iri) -> RecordDifference:
    """The difference of one record's record graph and link graph between two stores."""
    old, new = (_said(reader, record) for reader in (before, after))
    return RecordDifference(record, b"".join(sorted(new - old)), b"".join(sorted(old - new)))


def _said(reader: Reader, record: Iri) -> set[bytes]:
    graphs = (record, Iri(link_graph_iri(record)))
    return {line for graph in graphs for line in reader.graph(graph).splitlines(keepends=True)}


def _paired(before: Iterator[RecordLine], after: Iterator[RecordLine]) -> Iterator[tuple[RecordLine | None, RecordLine | None]]:
    """Lines of two sorted lists side by side, with nothing opposite a record that only one list has."""
    old, new = next(before, None), next(after, None)
    while old or new:
        if new is None or (old is not None and old.record < new.record):
            yield old, None
            old = next(before, None)
        elif old is None or new.record < old.record:
            yield None, new
            new = next(after, None)
        else:
            yield old, new
            old, new = next(before, None), next(after, None)
