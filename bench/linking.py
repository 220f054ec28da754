"""What share of real terms is linked, by kind, format and pole, and how fast. `python -m bench.linking DATA [--strict] [--top N]`

DATA is a folder of native records. Imported vocabularies of the working folder (`DATATERRA_VAR`) are linked to as well. Nothing is stored.
`--strict` measures the strict rules alone, as they were before words were compared.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.config import settings_from_environment
from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.link.found_in_text import KINDS
from kg.link.interval import Share
from kg.link.ledger import Decisions
from kg.link.linker import Linker, TermState
from kg.link.mentions import texts_of
from kg.model import Record, Term, TermKind
from kg.processing import linking_index, open_linker

VARIABLE = b"#observedVariable> <"


@dataclass(slots=True)
class Counts:
    """What became of terms (each distinct term of each record once) and of data sets."""

    kinds: Counter[tuple[TermKind, TermState]] = field(default_factory=Counter)
    formats: Counter[tuple[str, TermState]] = field(default_factory=Counter)
    unmapped: Counter[Term] = field(default_factory=Counter)
    #: by pole: data sets, with a declared variable that is linked, with a variable named in title or description only
    poles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    seconds: float = 0.0


def poles(data: Path) -> dict[str, str]:
    """Poles by path, where a manifest tells them."""
    manifest = next((path for path in (data / "manifest.csv", data.parent / "manifest.csv") if path.is_file()), None)
    if manifest is None:
        return {}
    with manifest.open(encoding="utf-8", newline="") as file:
        return {
            str((manifest.parent / row["path"]).relative_to(data)): row["pole"]
            for row in csv.DictReader(file)
            if _below(manifest, row, data)
        }


def _below(manifest: Path, row: dict[str, str], data: Path) -> bool:
    return (manifest.parent / row["path"]).is_relative_to(data)


def records(data: Path) -> Iterator[tuple[str, Record]]:
    """The records of a folder with their poles."""
    mapper, known = Mapper.from_resources(None), poles(data)
    for each in harvest_files([data], containers=Containers.from_resources(), largest=50_000_000):
        if each.native is not None and not each.native.deleted and (record := mapper.map(each.native).record) is not None:
            yield each.source.pole or known.get(each.native.location.partition("#")[0]) or "-", record


def measure(linker: Linker, data: Path) -> Counts:
    """Link the records of a folder and count."""
    counts = Counts()
    for pole, record in records(data):
        begin = time.process_time()
        result = linker.link(record)
        counts.seconds += time.process_time() - begin
        for term, state in result.states:
            counts.kinds[term.kind, state] += 1
            counts.formats[record.format, state] += 1
            if state is TermState.UNMAPPED:
                counts.unmapped[term] += 1
        declared = VARIABLE in result.triples
        of = counts.poles[pole]
        of[0] += 1
        of[1] += declared
        if not declared and linker.reader is not None:
            mentions = linker.reader.mentions(texts_of(record.triples, record.dataset), KINDS)
            of[2] += any(mention.kind is TermKind.VARIABLE for mention in mentions)
    return counts


def told(counts: Counts, top: int) -> Iterator[str]:
    """The counts in Markdown."""
    yield "| kind | terms | linked | proposed | placeholders | unmapped |\n|---|--:|--:|--:|--:|--:|"
    for kind in TermKind:
        of = {state: counts.kinds[kind, state] for state in TermState}
        linked = Share(of[TermState.LINKED], sum(of.values()))
        rest = (of[TermState.PROPOSED], of[TermState.PLACEHOLDER], of[TermState.UNMAPPED])
        yield f"| {kind} | {linked.n} | {linked.right} ({linked.value:.0%}) | " + " | ".join(map(str, rest)) + " |"
    yield "\n| pole | data sets | with a linked variable | named in the text only |\n|---|--:|--:|--:|"
    for pole, (all_, some, text) in sorted(counts.poles.items()):
        yield f"| {pole} | {all_} | {some} ({some / all_:.0%}) | {text} ({text / all_:.0%}) |"
    yield "\n| format | terms | linked |\n|---|--:|--:|"
    for name in sorted({name for name, _ in counts.formats}):
        linked = Share(counts.formats[name, TermState.LINKED], sum(counts.formats[name, state] for state in TermState))
        yield f"| {name} | {linked.n} | {linked.value:.0%} |"
    yield f"\n{counts.seconds:.1f} s of processor time for linking\n"
    for term, count in counts.unmapped.most_common(top):
        yield f"- {count} × {term.kind} “{term.text[:100]}”"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser("python -m bench.linking", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--top", type=int, default=50)
    arguments = parser.parse_args()
    settings = settings_from_environment()
    linker = open_linker(settings, linking_index(settings), Decisions())
    if arguments.strict:
        linker.matcher = None
    for line in told(measure(linker, arguments.data), arguments.top):
        print(line)


if __name__ == "__main__":
    main()
