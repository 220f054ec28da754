"""A pull: a source is asked by its protocol, what it brought is read, and taken in where the guard lets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kg.errors import FetchError, VocabularyError
from kg.fetch import Fetcher
from kg.vocabulary.guard import reason
from kg.vocabulary.importers import files_below, read_bodies, read_paths
from kg.vocabulary.protocols import ask
from kg.vocabulary.protocols.question import Question
from kg.vocabulary.shelves import Library, Shelf
from kg.vocabulary.sources import VocabularySource
from kg.vocabulary.take import Answer, not_modified, not_taken, take


def _nothing(address: str, size: int) -> None:
    pass


def pull(
    library: Library,
    source: VocabularySource,
    fetcher: Fetcher,
    date: str,
    *,
    accept: bool = False,
    said: Callable[[str, int], None] = _nothing,
) -> Answer:
    """Ask a source what it says today.

    :param said: is told of each document that came, with its size.
    """
    shelf = described(library.shelf(source.id), source)
    known = shelf.pulled if shelf.current and shelf.pulled.state == "fresh" and not accept else None
    question = Question(fetcher, source.addresses, source.options, known.etag if known else "", known.modified if known else "", said)
    try:
        brought = ask(source.protocol, question)
    except FetchError as error:
        return not_taken(library, shelf, reason("unfetched", why=str(error)), date)
    if brought.unchanged:
        return not_modified(library, shelf, date)
    try:
        read = read_bodies(brought.documents, source.reading)
    except VocabularyError as error:
        return not_taken(library, shelf, reason("unreadable", why=str(error)), date)
    shelf.pulled.etag, shelf.pulled.modified = brought.etag, brought.modified
    where = source.addresses[0] + (f" and {len(source.addresses) - 1} more" if len(source.addresses) > 1 else "")
    return take(library, shelf, read, source=where, date=date, thresholds=source.thresholds, accept=accept)


def pull_from(library: Library, source: VocabularySource, where: str, fetcher: Fetcher, date: str, *, accept: bool = False) -> Answer:
    """Ask another place than the source's own address, once: a document at an address, a file, or a folder.

    :raises VocabularyError: when there is no such file.
    """
    if where.lower().startswith(("http://", "https://")):
        return pull(library, replace(source, protocol="url", addresses=(where,)), fetcher, date, accept=accept)
    return take_files(library, source, files_below([Path(where)]), date, accept=accept)


def take_files(library: Library, source: VocabularySource, paths: list[Path], date: str, *, accept: bool = False) -> Answer:
    """Take in a vocabulary from files, which make one vocabulary together."""
    shelf = described(library.shelf(source.id), source)
    try:
        read = read_paths(paths, source.reading)
    except VocabularyError as error:
        return not_taken(library, shelf, reason("unreadable", why=str(error)), date)
    names = ", ".join(path.name for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return take(library, shelf, read, source=names, date=date, thresholds=source.thresholds, accept=accept)


def described(shelf: Shelf, source: VocabularySource) -> Shelf:
    """What is known of a vocabulary, with what its source says of itself now."""
    shelf.title, shelf.licence, shelf.attribution = source.title, source.licence, source.attribution
    shelf.republish = source.republish
    return shelf
