"""Rewrite `mappings/alignments/verified-targets.tsv`: every target that its vocabulary has under the label that the row gives.

`python -m tests.ontology.rewrite_verified_targets SHARED`, with the folder that holds `data/vocabularies/`. A target that is there already
under the same label keeps its day; one that is not found is left out, so that the tests tell it. Of a vocabulary that is not at hand the
targets stay that are in the list already.
"""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.ontology.test_alignments import FILES, TARGETS, VERIFIED, identifier, targets, verified


def rows(folder: Path) -> list[list[str]]:
    """Vocabulary, IRI, label and day, in order."""
    before = verified() if VERIFIED.exists() else {}
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    found = set()
    for path in FILES:
        vocabulary, labels = TARGETS[identifier(path)]
        known = labels(folder) if labels else {iri: label for (name, iri), (label, _) in before.items() if name == vocabulary}
        for iri, label in targets(path).items():
            if known.get(iri) == label:
                kept, day = before.get((vocabulary, iri), ("", ""))
                found.add((vocabulary, iri, label, day if kept == label else today))
    return sorted(list(row) for row in found)


def main() -> None:
    found = rows(Path(sys.argv[1]) / "data" / "vocabularies")  # it reads the file that is written next
    with VERIFIED.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(["vocabulary", "iri", "label", "verified"])
        writer.writerows(found)


if __name__ == "__main__":
    main()
