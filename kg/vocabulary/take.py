"""One step: what a source says today is taken in as a new version, is what we have already, or is held."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date as day

from pyoxigraph import Triple

from kg.errors import VocabularyError
from kg.vocabulary.concepts import Said, concepts_of, counts_of
from kg.vocabulary.difference import Difference, difference
from kg.vocabulary.guard import Reason, Thresholds, is_collapse, losses, reason
from kg.vocabulary.lines import lines_of, read_lines, sha256_of, triples_of, write_lines
from kg.vocabulary.reading import Read
from kg.vocabulary.retire import retired_lines
from kg.vocabulary.shelves import Counts, Library, Shelf, Version

#: What a pull brought that is held, kept beside the versions so that it can be looked at.
HELD = "held"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one pull.

    :param state: `accepted`, `unchanged` or `held`.
    :param version: the version that holds now, or nothing where there is none yet.
    """

    id: str
    state: str
    version: str | None
    reasons: tuple[Reason, ...] = ()
    difference: Difference = field(default_factory=Difference)
    counts: Counts = field(default_factory=Counts)
    changes: dict[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """Why, in a person's language."""
        return "; ".join(each.words(language) for each in self.reasons)


def take(library: Library, shelf: Shelf, read: Read, *, source: str, date: str, thresholds: Thresholds, accept: bool = False) -> Answer:
    """Compare what was read with the current version, and keep it as a new one where the guard, or a person, lets it in.

    :param source: where it came from, for people.
    :param date: of the pull.
    :param accept: a person has looked at it: whatever speaks against it is only noted.
    """
    lines = lines_of(read.triples)
    sha256 = sha256_of(lines)
    current = shelf.get() if shelf.current else None
    if current is not None and current.sha256 == sha256:
        _went(library, shelf, "fresh", date)
        return Answer(shelf.id, "unchanged", current.version, (reason("same", date=current.date),), counts=current.counts)
    now = concepts_of(read.triples)
    counts = counts_of(now, len(lines), read.statements)
    against = losses(current.counts if current else Counts(), counts, thresholds, current.date if current else date)
    if sha256 in shelf.refused:
        against.insert(0, reason("refused"))
    passed = _in_spite(shelf, against, counts, thresholds, date, accept)
    change = _compared(library, shelf, now, lines)
    words = {language: change.difference.words(language) for language in ("en", "fr")}
    if current is None:
        words = {language: reason("first", concepts=counts.concepts).words(language) for language in words}
    if against and not passed:
        _hold(library, shelf, against, date, lines)
        return Answer(shelf.id, "held", shelf.current, tuple(against), change.difference, counts, words)
    version = Version(shelf.next_name(date), date, source, sha256, _with_retired(counts, change), shelf.current, words)
    shelf.refused = [each for each in shelf.refused if each != sha256]
    kept = sorted({*lines, *retired_lines(change.before, change.retired, change.concepts, now)})
    library.add(shelf, version, kept, (iri.encode() for iri in change.retired))
    _went(library, shelf, "fresh", date)
    return Answer(shelf.id, "accepted", version.version, passed, change.difference, version.counts, words)


def not_taken(library: Library, shelf: Shelf, why: Reason, date: str) -> Answer:
    """A pull that brought nothing that could be compared: no connection, a web page, half of the pages, no RDF."""
    _went(library, shelf, "stale" if why.code == "unfetched" else "held", date, why.words("en"))
    return Answer(shelf.id, "held", shelf.current, (why,))


def not_modified(library: Library, shelf: Shelf, date: str) -> Answer:
    """The source says that it has nothing new (HTTP 304)."""
    since = shelf.get().date
    _went(library, shelf, "fresh", date)
    return Answer(shelf.id, "unchanged", shelf.current, (reason("not_modified", date=since),), counts=shelf.get().counts)


@dataclass(slots=True)
class _Change:
    """The version before, and what becomes of it."""

    before: list[Triple] = field(default_factory=list)
    concepts: dict[str, Said] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    difference: Difference = field(default_factory=Difference)


def _compared(library: Library, shelf: Shelf, now: dict[str, Said], lines: list[bytes]) -> _Change:
    if shelf.current is None:
        return _Change(difference=Difference(added=tuple(sorted(now)), statements=(len(lines), 0)))
    old = library.get(shelf.id).lines()
    before = triples_of(old)
    concepts = concepts_of(before)
    retired = {iri.decode() for iri in library.retired(shelf.id)}
    mine = [line for line in old if line[1 : line.index(b"> ")].decode() not in retired] if retired else old
    statements = (len(set(lines).difference(mine)), len(set(mine).difference(lines)))
    changed = difference(concepts, now, statements, retired=retired)
    return _Change(list(before), concepts, concepts.keys() - now.keys(), changed)


def _in_spite(shelf: Shelf, against: list[Reason], counts: Counts, thresholds: Thresholds, date: str, accept: bool) -> tuple[Reason, ...]:
    """Why it is taken in although something speaks against it; nothing where nothing does, or where it is held."""
    if not against:
        return ()
    if accept and counts.concepts:
        return tuple(reason("accepted", why=each) for each in against)
    days = _days(shelf.pulled.since, date) if shelf.pulled.state == "held" and shelf.pulled.held_times > 1 else 0
    patient = thresholds.patience and days >= thresholds.patience and not is_collapse(against, thresholds) and against[0].code != "refused"
    return tuple(reason("patience", days=days, why=each) for each in against) if patient else ()


def _days(since: str, until: str) -> int:
    return (day.fromisoformat(until) - day.fromisoformat(since)).days


def _hold(library: Library, shelf: Shelf, against: list[Reason], date: str, lines: list[bytes]) -> None:
    _went(library, shelf, "held", date, "; ".join(each.words("en") for each in against))
    write_lines(library.folder / shelf.id / f"{HELD}.nt.gz", lines)


def held_lines(library: Library, vocabulary: str) -> list[bytes]:
    """What the last held pull brought.

    :raises VocabularyError: when nothing is held.
    """
    path = library.folder / vocabulary / f"{HELD}.nt.gz"
    if not path.exists():
        raise VocabularyError("nothing is held", where=vocabulary, hint="name two versions; `dataterra vocab list` shows what is held")
    return read_lines(path)


def _went(library: Library, shelf: Shelf, state: str, date: str, why: str = "") -> None:
    pulled = shelf.pulled
    if pulled.state != state or not pulled.since:
        pulled.since, pulled.held_times = date, 0
    pulled.state, pulled.why, pulled.last = state, why, date
    pulled.held_times += state == "held"
    if state == "fresh":
        (library.folder / shelf.id / f"{HELD}.nt.gz").unlink(missing_ok=True)
    library.save(shelf)


def _with_retired(counts: Counts, change: _Change) -> Counts:
    return dataclasses.replace(counts, retired=len(change.retired))
