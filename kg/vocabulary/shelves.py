"""The library: every accepted version of every vocabulary that was taken in, on disk, and which one is current.

var/vocabularies/{id}/versions.json            what is known of each version, which one is current, and how the last pull went
var/vocabularies/{id}/{version}.nt.gz          the concepts: sorted N-Triples without blank nodes, in SKOS
var/vocabularies/{id}/{version}.retired.gz     IRIs of concepts that the source no longer has: kept in the version, deprecated
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import orjson

from kg.errors import VocabularyError
from kg.namespaces import BASE
from kg.release.durable import replace_text, sync
from kg.vocabulary.lines import read_lines, write_lines

_VERSIONS: Final = "versions.json"
#: Raised when versions.json changes its form.
_LAYOUT: Final = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a version's source holds; what it no longer has, and is kept as deprecated, is `retired` and counts nowhere else.

    :param statements: triples as the source wrote them; `triples` are those of the SKOS view.
    :param labels: concepts with a preferred label, by language.
    """

    triples: int = 0
    statements: int = 0
    concepts: int = 0
    deprecated: int = 0
    labelled: int = 0
    retired: int = 0
    labels: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One accepted version.

    :param version: its date, with a number where there are several on one day: `2025-04-23`, `2025-04-23.2`.
    :param source: where it came from: an address, or the names of files.
    :param sha256: of the source's triples, so that the same again is seen.
    :param previous: the version before it.
    :param changes: what changed, in a curator's words, by language.
    """

    version: str
    date: str
    source: str
    sha256: str
    counts: Counts
    previous: str | None = None
    changes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """The version of a vocabulary that holds.

    :param path: its sorted N-Triples, compressed (gzip).
    :param republish: whether it may be served in full; otherwise it is used for linking only.
    """

    id: str
    version: str
    path: Path
    date: str
    source: str
    sha256: str
    counts: Counts
    republish: bool = True
    title: str = ""
    licence: str = ""
    attribution: str = ""

    @property
    def graph(self) -> str:
        """The IRI of the vocabulary, which is also the name of its graph."""
        return f"{BASE}scheme/{self.id}"

    @property
    def iri(self) -> str:
        """The IRI of this version."""
        return f"{self.graph}/{self.version}"

    def lines(self) -> list[bytes]:
        """Its statements as N-Triples lines."""
        return read_lines(self.path)


@dataclass(slots=True)
class Pulled:
    """How the last pulls of a source went.

    :param state: `fresh` (the last pull was accepted or said the same), `stale` (it could not be fetched or read), `held`.
    :param since: when the state began, as a date.
    """

    state: str = "fresh"
    since: str = ""
    why: str = ""
    last: str = ""
    etag: str = ""
    modified: str = ""
    held_times: int = 0


@dataclass(slots=True)
class Shelf:
    """All that is known of one vocabulary (versions.json).

    :param refused: hashes of versions that a person rolled back; they are not taken in again without being told to.
    """

    id: str
    current: str | None = None
    versions: list[Version] = field(default_factory=list)
    pulled: Pulled = field(default_factory=Pulled)
    refused: list[str] = field(default_factory=list)
    title: str = ""
    licence: str = ""
    attribution: str = ""
    republish: bool = True

    def get(self, version: str | None = None) -> Version:
        """A version by name; the current one where none is named.

        :raises VocabularyError: when there is no such version.
        """
        wanted = version or self.current
        found = next((each for each in self.versions if each.version == wanted), None)
        if found is None:
            known = ", ".join(each.version for each in self.versions[-8:])
            raise VocabularyError(
                f"there is no version {wanted}", where=self.id, hint=f"there are: {known}" if known else "import it first"
            )
        return found

    def next_name(self, date: str) -> str:
        """The name of a new version of a day."""
        taken = {each.version for each in self.versions}
        return next(name for name in (date, *(f"{date}.{number}" for number in range(2, len(taken) + 3))) if name not in taken)


class Library:
    """The vocabularies below a folder, usually `var/vocabularies`. One process writes; any number read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ids(self) -> list[str]:
        """The vocabularies that have been pulled or imported at least once, accepted or not."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{_VERSIONS}"))

    def shelf(self, vocabulary: str) -> Shelf:
        """What is known of a vocabulary; nothing of one that is new.

        :raises VocabularyError: when its file is damaged.
        """
        path = self.folder / vocabulary / _VERSIONS
        if not path.exists():
            return Shelf(vocabulary)
        try:
            kept = orjson.loads(path.read_bytes())
            if kept.pop("layout") != _LAYOUT:
                raise VocabularyError("versions.json is of another layout", where=str(path), hint="use the software that wrote it")
            versions = [Version(**(each | {"counts": Counts(**each["counts"])})) for each in kept.pop("versions")]
            return Shelf(versions=versions, pulled=Pulled(**kept.pop("pulled")), **kept)
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise VocabularyError("versions.json is damaged", where=str(path), hint="restore it from a backup") from error

    def current(self) -> list[CurrentVersion]:
        """The current version of each vocabulary that has one, by id."""
        shelves = (self.shelf(vocabulary) for vocabulary in self.ids())
        return [self._current(shelf) for shelf in shelves if shelf.current]

    def get(self, vocabulary: str, version: str | None = None) -> CurrentVersion:
        """A version of a vocabulary, the current one where none is named.

        :raises VocabularyError: when there is no such vocabulary or version.
        """
        shelf = self.shelf(vocabulary)
        if not shelf.versions:
            raise VocabularyError(f"there is no vocabulary '{vocabulary}'", hint="`dataterra vocab list` shows those that are there")
        return self._current(shelf, version)

    def _current(self, shelf: Shelf, name: str | None = None) -> CurrentVersion:
        version = shelf.get(name)
        return CurrentVersion(
            id=shelf.id,
            version=version.version,
            path=self.folder / shelf.id / f"{version.version}.nt.gz",
            date=version.date,
            source=version.source,
            sha256=version.sha256,
            counts=version.counts,
            republish=shelf.republish,
            title=shelf.title,
            licence=shelf.licence,
            attribution=shelf.attribution,
        )

    def retired(self, vocabulary: str, version: str | None = None) -> set[bytes]:
        """IRIs of the concepts of a version that its source no longer had."""
        name = version or self.shelf(vocabulary).current
        path = self.folder / vocabulary / f"{name}.retired.gz"
        return {line.rstrip(b"\n") for line in read_lines(path)} if path.exists() else set()

    def add(self, shelf: Shelf, version: Version, lines: Iterable[bytes], retired: Iterable[bytes] = ()) -> None:
        """Keep a version and make it current: its files first, then versions.json, so that a kill between leaves the old one."""
        folder = self.folder / shelf.id
        folder.mkdir(parents=True, exist_ok=True)
        gone = sorted(retired)
        for name, content in (("retired", [iri + b"\n" for iri in gone]), ("nt", lines)):
            path = folder / f"{version.version}.{name}.gz"
            path.unlink(missing_ok=True)
            if name == "nt" or gone:
                write_lines(path, content)
                sync(path)
        shelf.versions.append(version)
        shelf.current = version.version
        self.save(shelf)

    def save(self, shelf: Shelf) -> None:
        """Replace versions.json as a whole."""
        folder = self.folder / shelf.id
        folder.mkdir(parents=True, exist_ok=True)
        document = {"layout": _LAYOUT} | dataclasses.asdict(shelf)
        replace_text(folder / _VERSIONS, orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n")
