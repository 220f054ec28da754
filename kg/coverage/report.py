"""Coverage of many natives: what is read, left out on purpose, and dropped unseen, by format and file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kg.coverage.measure import Content
from kg.coverage.trace import Fate

#: Longest example of a value that is shown.
LONGEST_EXAMPLE = 60


@dataclass(slots=True)
class Coverage:
    """Counts of one format, or of one file. Shares are of leaves; `characters` counts their texts."""

    records: int = 0
    leaves: Counter[Fate] = field(default_factory=Counter)
    characters: Counter[Fate] = field(default_factory=Counter)
    #: leaves left out on purpose, by reason
    reasons: Counter[str] = field(default_factory=Counter)
    #: leaves that no rule reads, by path; those that only conditions look at; and for each path how many records have it, and an example
    dropped: Counter[str] = field(default_factory=Counter)
    tested: Counter[str] = field(default_factory=Counter)
    in_records: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, contents: Iterable[Content], location: str) -> None:
        """Count one record."""
        self.records += 1
        seen = set()
        for content in contents:
            fate, leaf = content.fate, content.leaf
            self.leaves[fate] += 1
            self.characters[fate] += len(leaf.text)
            if fate is Fate.IGNORED:
                self.reasons[content.reason] += 1
            elif fate is not Fate.READ:
                (self.dropped if fate is Fate.DROPPED else self.tested)[leaf.path] += 1
                seen.add(leaf.path)
                self.examples.setdefault(leaf.path, (_cut(leaf.text), location))
        self.in_records.update(seen)

    def share(self, fate: Fate, counts: Counter[Fate] | None = None) -> float:
        """Share of leaves (or of characters, where these are given) with a fate, from 0 to 1."""
        counts = self.leaves if counts is None else counts
        return counts[fate] / total if (total := sum(counts.values())) else 0.0

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        return {
            "records": self.records,
            "leaves": {fate.value: self.leaves[fate] for fate in Fate},
            "characters": {fate.value: self.characters[fate] for fate in Fate},
            "left_out": dict(self.reasons.most_common()),
            "dropped": [self._line(path, count) for path, count in self.dropped.most_common()],
            "tested": [self._line(path, count) for path, count in self.tested.most_common()],
        }

    def _line(self, path: str, count: int) -> dict[str, Any]:
        example, location = self.examples[path]
        return {"path": path, "count": count, "records": self.in_records[path], "example": example, "file": location}


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_EXAMPLE else text[: LONGEST_EXAMPLE - 1] + "…"
