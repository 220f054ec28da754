"""Take down: a record leaves the graph, the kept natives and the kept releases, and does not come back.

Every step can be repeated: a run that was killed is finished by giving the command again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from kg.errors import DataTerraError
from kg.model import Iri
from kg.publish import publish
from kg.release import Releases
from kg.workshop import Workshop, remove_graphs


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was done.

    :ivar records: how many records were taken down now.
    :ivar release: number of the release without them.
    :ivar removed: numbers of the releases that held them and are gone.
    :ivar still_read: numbers of those that somebody reads; they go when the command is given again after that.
    """

    records: int
    release: int
    removed: tuple[int, ...]
    still_read: tuple[int, ...]


def take_down(shop: Workshop, records: Sequence[Iri], reason: str) -> TakenDown:
    """Erase records, publish a release without them, and remove the releases that hold them.

    What stays is the record's IRI, which answers that it is gone (410), and in the state its identifiers, the time and the reason.

    :raises DataTerraError: when a record is not known; nothing is taken down then.
    """
    rows = {iri: shop.state.record(iri) for iri in records}
    if unknown := [iri for iri, row in rows.items() if row is None]:
        hint = "give the address of the record, https://w3id.org/dataterra/record/..., as its page shows it"
        raise DataTerraError(f"there is no record {unknown[0][:300]}", hint=hint)
    known = [row for row in rows.values() if row is not None]
    used = {sha256 for row in known for sha256 in (row.native_sha256, row.good_native_sha256) if sha256}
    shop.natives.forget(sha256 for sha256 in used if not shop.state.is_native_in_use(sha256, records))
    count = shop.state.take_down(records, reason)
    remove_graphs(shop, known)
    shop.store.rewrite()
    _remove_reports(shop.settings.var / "reports", {(row.source, row.identifier) for row in known})
    release = publish(shop.settings, shop.state, shop.graphs, resume=True, anew=True, mapper=shop.mapper)
    removed, still_read = Releases(shop.settings.releases).remove_holding(records)
    return TakenDown(count, release.number if release else 0, removed, still_read)


def _remove_reports(folder: Path, records: set[tuple[str, str]]) -> None:
    """Remove the reports of runs that speak of records (source and identifier): they quote what is wrong with them."""
    for path in folder.glob("*.jsonl"):
        with path.open("rb") as file:
            spoken = any((said["source"], said["record"]) in records for said in map(orjson.loads, file))
        if spoken:
            path.with_suffix(".txt").unlink(missing_ok=True)
            path.unlink()
