"""What it takes to import, compare, check and close over vocabularies: a made one of any size, and the real ones where they are there."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.timing import Spent, measured
from kg.config import Settings
from kg.publish import publish
from kg.vocabulary.checks import check
from kg.vocabulary.concepts import concepts_of
from kg.vocabulary.difference import difference
from kg.vocabulary.entailment import entailed
from kg.vocabulary.guard import Thresholds
from kg.vocabulary.importers import files_below, read_bodies, read_paths
from kg.vocabulary.lines import lines_of, triples_of
from kg.vocabulary.reading import Reading
from kg.vocabulary.shelves import Library
from kg.vocabulary.take import take
from kg.workshop import Workshop

ROOT: Final = Path(__file__).parent.parent
#: The real vocabularies, as one would import them: id, and files or folders below data/vocabularies.
REAL: Final = {
    "cf": ("cf/cf-standard-name-table.xml",),
    "envo": ("envo/envo.obo",),
    "envri": ("envri",),
    "envthes": ("envthes",),
    "gcmd": ("gcmd/csv-v14.3",),
    "gemet": ("gemet",),
    "icos": ("icos",),
    "metno": ("metno",),
    "nvs": ("nvs/offline",),
    "qudt-kinds": ("qudt/VOCAB_QUDT-QUANTITY-KINDS-ALL.ttl",),
    "qudt-units": ("qudt/VOCAB_QUDT-UNITS-ALL.ttl",),
    "spdx": ("spdx/licences.csv", "spdx/exceptions.csv"),
    "sweet": ("sweet/src",),
    "wmo": ("wmo",),
    "cgi": ("cgi",),
    "coar": ("coar",),
    "eu": ("eu-inspire-iso",),
    "poles": ("dataterra",),
    "theia": ("theia-pivot/theia-categories.csv",),
}


def thesaurus(count: int, changed: int = 0) -> bytes:
    """A thesaurus in Turtle: each concept below one of a tenth as many; of the first ones, as many as are asked for have another label."""
    head = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<http://e.org/> a skos:ConceptScheme .\n"
    return (head + "".join(_concepts(count, changed))).encode()


def _concepts(count: int, changed: int) -> Iterator[str]:
    for number in range(count):
        place = f"skos:broader <http://e.org/{number // 10}> ;" if number else "skos:topConceptOf <http://e.org/> ;"
        name = f"variable {number}" + (" as measured" if number < changed else "")
        yield (
            f"<http://e.org/{number}> a skos:Concept ; skos:inScheme <http://e.org/> ; {place}"
            f' skos:prefLabel "{name}"@en , "grandeur {number}"@fr ;'
            f' skos:definition "What is measured as number {number}."@en ; skos:notation "V{number}" ;'
            f" skos:exactMatch <http://o.org/{number}> .\n"
        )


def _say(name: str, concepts: int, spent: Spent) -> None:
    print(f"| {name} | {concepts:,} | {spent.cpu:.1f} | {spent.wall:.1f} |")


def main(count: int, repeat: int) -> None:
    """Measure; each step once, as the larger ones take seconds."""
    print("\n| step | concepts | CPU s | wall s |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        shared = Path(os.environ.get("DATATERRA_SHARED", ROOT.parent / "shared")) / "data/vocabularies"
        if shared.is_dir():
            _real(Settings(var=Path(folder, "real"), workers=1), shared)
            print(f"\nPeak memory until here: {_peak():,.0f} MB.\n\n| step | concepts | CPU s | wall s |\n|---|---|---|---|")
        _made(Library(Path(folder, "made")), count)
    print(f"\nPeak memory of the whole run: {_peak():,.0f} MB.")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _made(library: Library, count: int) -> None:
    body, newer = thesaurus(count), thesaurus(count, count // 100)
    with measured() as spent:
        read = read_bodies([(body, "made.ttl")], Reading("made"))
        take(library, library.shelf("made"), read, source="made", date="2025-01-01", thresholds=Thresholds())
    _say("import, first version", count, spent)
    with measured() as spent:
        read = read_bodies([(newer, "made.ttl")], Reading("made"))
        take(library, library.shelf("made"), read, source="made", date="2025-01-02", thresholds=Thresholds())
    _say("import, next version, with its difference", count, spent)
    before, after = (concepts_of(triples_of(library.get("made", version).lines())) for version in ("2025-01-01", "2025-01-02"))
    with measured() as spent:
        assert len(difference(before, after, (0, 0)).relabelled) == count // 100
    _say("difference", count, spent)
    lines = library.get("made").lines()
    with measured() as spent:
        check("made", lines)
    _say("check", count, spent)
    triples = triples_of(lines)
    with measured() as spent:
        entailed(triples, triples)
    _say("closure, inverses and equivalence", count, spent)


def _real(settings: Settings, folder: Path) -> None:
    library, concepts = Library(settings.vocabularies), 0
    with measured() as whole:
        for name, places in REAL.items():
            paths = [path for path in files_below([folder / place for place in places]) if path.name not in _NOT_VOCABULARIES]
            read = read_paths(paths, Reading(name))
            answer = take(library, library.shelf(name), read, source=name, date="2025-01-01", thresholds=Thresholds())
            concepts += answer.counts.concepts
    _say(f"import of {len(REAL)} real vocabularies", concepts, whole)
    with measured() as spent:
        for version in library.current():
            check(version.id, lines_of(triples_of(version.lines())))
    _say("check of all of them", concepts, spent)
    for name in ("with their closures, brought into the store and published", "published again, nothing changed"):
        with Workshop(settings) as shop, measured() as spent:
            publish(settings, shop.state, shop.graphs, mapper=shop.mapper)
        _say(name, concepts, spent)


_NOT_VOCABULARIES: Final = ("inventory.json",)


if __name__ == "__main__":
    main(6_000, 1)
