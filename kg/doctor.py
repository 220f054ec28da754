"""Doctor: is everything where it should be, and does it fit together?"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.config import Settings
from kg.crosswalk.engine import Mapper
from kg.errors import DataTerraError
from kg.namespaces import BASE
from kg.release import Releases
from kg.search.index import open_index
from kg.state import GraphTexts, State
from kg.store import WorkingStore
from kg.validate import Validator
from kg.vocabulary.shelves import Library

#: A working folder of the true size of Data Terra takes about this much, with five releases.
WANTED_BYTES = 5_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    sound: bool
    what: str
    hint: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the installation, the working folder, and the release that is served."""
    for check in (_python, _crosswalks, _shapes, _disk, _working_folder, _vocabularies, _release):
        yield from _said(check, settings)


def _said(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except DataTerraError as error:
        yield Finding(False, f"{error.where + ': ' if error.where else ''}{error.what}", error.hint)
    except (OSError, ValueError, RuntimeError) as error:  # files that are not there, not readable, or not what they should be
        yield Finding(
            False, f"{type(error).__name__}: {error}", "restore the working folder from a backup, or ingest anew into an empty one"
        )


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11), f"Python {version}", "Python 3.11 or later is needed")


def _crosswalks(settings: Settings) -> Iterator[Finding]:
    mapper = Mapper.from_resources(settings.config)
    yield Finding(True, f"{len(mapper.crosswalks)} crosswalks: {', '.join(sorted(mapper.crosswalks))}")


def _shapes(settings: Settings) -> Iterator[Finding]:
    yield Finding(True, f"{len(Validator.from_overlay(settings.config).shapes.texts)} shapes")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.var if settings.var.exists() else settings.var.absolute().parent
    free = shutil.disk_usage(folder).free
    yield Finding(free > WANTED_BYTES, f"{free / 1e9:.0f} GB free for {settings.var}", "five releases of 40,000 records take about 5 GB")


def _working_folder(settings: Settings) -> Iterator[Finding]:
    if not settings.state.exists():
        yield Finding(True, f"no working folder yet at {settings.var}")
        return
    with State(settings.state) as state:
        pending = sum(1 for _ in state.records(pending=True))
        hint = "the last run was killed; the next `dataterra ingest`, `link` or `publish` finishes it"
        yield Finding(pending == 0, f"{pending} records wait to be written", hint)
        store = WorkingStore(settings.store)
        try:
            check = store.check()
            records = sum(1 for _ in store.graphs(BASE + "record/"))
        finally:
            store.close()
        with GraphTexts(settings.graph_texts) as texts:
            yield Finding(
                records == len(texts), f"{len(texts)} texts for {records} records in the store", "the next `dataterra publish` mends it"
            )
        yield Finding(
            check.sound, "the merged graph is the union of the named graphs", "\n".join((*check.not_merged, *check.not_held))[:2000]
        )


def _vocabularies(settings: Settings) -> Iterator[Finding]:
    library = Library(settings.vocabularies)
    for vocabulary in library.ids():
        shelf = library.shelf(vocabulary)
        state = shelf.pulled
        said = f"vocabulary {vocabulary}: {state.state} since {state.since}, version {shelf.current or 'none'}"
        hint = f"{state.why}; `dataterra vocab diff {vocabulary} {shelf.current} held` shows what was held, `--accept` takes it in"
        yield Finding(state.state == "fresh", said, hint)


def _release(settings: Settings) -> Iterator[Finding]:
    releases = Releases(settings.releases)
    current = releases.current()
    if current is None:
        yield Finding(True, "no release yet")
        return
    reader = current.reader()
    yield Finding(reader.count() == current.manifest.counts.quads, f"release {current.number}: {reader.count()} quads as its manifest says")
    datasets = open_index(current.index_path).num_datasets
    yield Finding(datasets == current.manifest.counts.datasets, f"release {current.number}: {datasets} data sets in the search index")
    if held := releases.held():
        yield Finding(
            False, f"publishing is held since the roll-back to release {held.number}", "`dataterra publish --resume` ends the hold"
        )
