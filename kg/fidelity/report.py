"""Fidelity of many natives: how many values of each kind stand in them, and how many arrived, by format; and each that did not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kg.fidelity.arrived import arrived
from kg.fidelity.tree import Found, walk
from kg.fidelity.values import Kind
from kg.fidelity.walkers import WALKERS
from kg.model import Native, Outcome


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that stands in a native and not in its record's graph."""

    format: str
    kind: Kind
    value: str
    path: str
    file: str


@dataclass(slots=True)
class FormatFidelity:
    """Counts of one format. `named` are records that have the identifier and a title of their native, of those whose native has both."""

    records: int = 0
    named: int = 0
    native: Counter[Kind] = field(default_factory=Counter)
    arrived: Counter[Kind] = field(default_factory=Counter)

    def share(self, kind: Kind) -> float | None:
        """Share of the native's values of a kind that arrived, from 0 to 1; `None` where there are none."""
        return self.arrived[kind] / self.native[kind] if self.native[kind] else None


@dataclass(slots=True)
class Fidelity:
    """Counts of all natives given."""

    formats: dict[str, FormatFidelity] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    #: natives of which no record came, by the code of the problem; and formats for which no walker is written
    refused: Counter[str] = field(default_factory=Counter)
    uncounted: Counter[str] = field(default_factory=Counter)

    def add(self, native: Native, outcome: Outcome) -> None:
        """Count one native and what became of it."""
        record = outcome.record
        if record is None:
            self.refused[outcome.problems[0].code if outcome.problems else ""] += 1
            return
        rows = WALKERS.get(record.format)
        if rows is None:
            self.uncounted[record.format] += 1
            return
        counts = self.formats.setdefault(record.format, FormatFidelity())
        there, lost = arrived(record), set()
        for found in walk(native, rows):
            counts.native[found.kind] += 1
            if _stands(found, there[found.kind]):
                counts.arrived[found.kind] += 1
            else:
                lost.add(found.kind)
                self.missing.append(_missing(record.format, found, native))
        counts.records += 1
        counts.named += bool(there[Kind.TITLE]) and not lost & {Kind.IDENTIFIER, Kind.TITLE}

    def total(self) -> FormatFidelity:
        """All formats together."""
        total = FormatFidelity()
        for each in self.formats.values():
            total.records += each.records
            total.named += each.named
            total.native.update(each.native)
            total.arrived.update(each.arrived)
        return total

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "formats": {name: _counts(each) for name, each in sorted(self.formats.items())},
            "total": _counts(self.total()),
            "no_record": dict(self.refused),
            "no_walker": dict(self.uncounted),
            "missing": [
                {"format": each.format, "kind": each.kind.value, "value": each.value, "path": each.path, "file": each.file}
                for each in self.missing
            ],
        }


def _stands(found: Found, there: set[str]) -> bool:
    """Whether a value is there; a year or month also where a day of it is (DataCite repeats the year of the date of issue)."""
    if found.kind is Kind.DATE:
        return any(other.startswith(form) for form in found.forms for other in there)
    return not found.forms.isdisjoint(there)


def _counts(each: FormatFidelity) -> dict[str, Any]:
    kinds = {kind.value: {"native": each.native[kind], "arrived": each.arrived[kind]} for kind in Kind if each.native[kind]}
    return {"records": each.records, "named": each.named, "kinds": kinds}


def _missing(format: str, found: Found, native: Native) -> Missing:
    return Missing(format, found.kind, " ".join(found.written.split())[:200], found.path, native.location)
