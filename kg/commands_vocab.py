"""The commands `dataterra vocab`: vocabularies of others, taken in, compared, checked, published and rolled back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from kg.config import Settings, settings_from_environment
from kg.errors import VocabularyError
from kg.state import WriterLock
from kg.vocabulary.guard import reason
from kg.vocabulary.importers import files_below, read_paths
from kg.vocabulary.library import Library, Shelf
from kg.vocabulary.reading import vocabulary_id
from kg.vocabulary.sources import VocabularySource, read_sources, source_named
from kg.vocabulary.take import Answer, not_taken, take

_LANGUAGE = click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the answer.")
_DATE = click.option("--date", metavar="DATE", help="Date of the version (YYYY-MM-DD); today where it is not given.")
_ACCEPT = click.option("--accept", is_flag=True, help="Take it in although the guard would hold it.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def _output() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


@contextmanager
def _writing(settings: Settings) -> Iterator[Library]:
    lock = WriterLock(settings.var / "lock")
    try:
        yield Library(settings.vocabularies)
    finally:
        lock.release()


@click.group("vocab")
def vocab_group() -> None:
    """Vocabularies of others: take them in, see what changed, check, publish, roll back.

    \b
    Example:
      dataterra vocab list
    """


@vocab_group.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "name", required=True, metavar="ID", help="Id of the vocabulary: letters, digits, hyphens.")
@_DATE
@_ACCEPT
@_LANGUAGE
@_JSON
def import_command(paths: tuple[Path, ...], name: str, date: str | None, accept: bool, lang: str, as_json: bool) -> None:
    """Take in a vocabulary from files: RDF in any form, OBO, GCMD and CF tables, lists in CSV, workbooks in VocExcel's layout.

    All files and folders that are named make one vocabulary. What differs from the last version becomes a new version, or is held.

    \b
    Example:
      dataterra vocab import tests/vocabulary/files/sea-ice.ttl --as sea-ice
    """
    settings = settings_from_environment()
    source = source_named(name, read_sources(settings.config, settings.vocabularies))
    with _writing(settings) as library:
        answer = _take_files(library, source, files_below(paths), _date(date), accept)
    _say(answer, lang, as_json)


def _take_files(library: Library, source: VocabularySource, paths: list[Path], date: str, accept: bool) -> Answer:
    shelf = _described(library.shelf(source.id), source)
    try:
        read = read_paths(paths, source.reading)
    except VocabularyError as error:
        return not_taken(library, shelf, reason("unreadable", why=str(error)), date)
    names = ", ".join(path.name for path in paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    return take(library, shelf, read, source=names, date=date, thresholds=source.thresholds, accept=accept)


def _described(shelf: Shelf, source: VocabularySource) -> Shelf:
    shelf.title, shelf.licence, shelf.attribution = source.title, source.licence, source.attribution
    shelf.republish = source.republish
    return shelf


def _date(given: str | None) -> str:
    """The date that is meant.

    :raises VocabularyError: when it is none.
    """
    if given is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return datetime.strptime(given, "%Y-%m-%d").date().isoformat()
    except ValueError as error:
        raise VocabularyError(f"'{given}' is no date", where="--date", hint="write it as 2025-04-23") from error


def as_document(answer: Answer) -> dict[str, Any]:
    """An answer for machines."""
    return {
        "id": answer.id,
        "state": answer.state,
        "version": answer.version,
        "reason": answer.words("en"),
        "changes": {"words": answer.changes, **answer.difference.counts()},
        "reasons": [{"code": each.code, "en": each.words("en"), "fr": each.words("fr")} for each in answer.reasons],
        "counts": {"concepts": answer.counts.concepts, "triples": answer.counts.triples, "labels": answer.counts.labels},
    }


def _say(answer: Answer, lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(as_document(answer)))
        return
    click.echo(f"{answer.id}: {answer.state}" + (f", version {answer.version}" if answer.version else ""))
    for text in (answer.changes.get(lang, ""), answer.words(lang)):
        if text:
            click.echo(f"  {text}")


@vocab_group.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """The vocabularies that are there: version, size, state.

    \b
    Example:
      dataterra vocab list
    """
    library = Library(settings_from_environment().vocabularies)
    shelves = [library.shelf(vocabulary) for vocabulary in library.ids()]
    if as_json:
        click.echo(orjson.dumps([_row(shelf) for shelf in shelves]))
        return
    table = Table("vocabulary", "version", "concepts", "versions", "state", "since", "why")
    for shelf in shelves:
        row = _row(shelf)
        table.add_row(*(str(row[name] or "") for name in ("id", "version", "concepts", "versions", "state", "since", "why")))
    _output().print(table)


def _row(shelf: Shelf) -> dict[str, Any]:
    current = shelf.get() if shelf.current else None
    return {
        "id": shelf.id,
        "title": shelf.title,
        "version": shelf.current,
        "concepts": current.counts.concepts if current else 0,
        "versions": len(shelf.versions),
        "state": shelf.pulled.state,
        "since": shelf.pulled.since,
        "why": shelf.pulled.why,
        "licence": shelf.licence,
        "republish": shelf.republish,
    }


@vocab_group.command("show")
@click.argument("name")
@_LANGUAGE
@_JSON
def show_command(name: str, lang: str, as_json: bool) -> None:
    """What is known of a vocabulary, and its versions with what changed in each.

    \b
    Example:
      dataterra vocab show sea-ice --lang fr
    """
    library = Library(settings_from_environment().vocabularies)
    shelf = library.shelf(vocabulary_id(name))
    if shelf.id not in library.ids():
        raise VocabularyError(f"there is no vocabulary '{shelf.id}'", hint="`dataterra vocab list` shows those that are there")
    if as_json:
        click.echo(orjson.dumps({**_row(shelf), "history": shelf.versions}))
        return
    row = _row(shelf)
    click.echo("\n".join(f"{key}: {value}" for key, value in row.items() if value not in ("", None)))
    table = Table("version", "source", "concepts", "labels", "changes")
    for version in shelf.versions:
        labels = ", ".join(f"{language or '-'} {count}" for language, count in version.counts.labels.items())
        mark = " *" if version.version == shelf.current else ""
        table.add_row(version.version + mark, version.source, str(version.counts.concepts), labels, version.changes.get(lang, ""))
    _output().print(table)


@vocab_group.command("pull")
@click.argument("name")
@click.option("--from", "where", metavar="FILE_OR_URL", help="Pull from here, once, and not from the source's own address.")
@_DATE
@_ACCEPT
@_LANGUAGE
@_JSON
def pull_command(name: str, where: str | None, date: str | None, accept: bool, lang: str, as_json: bool) -> None:
    """Ask a source what it says today, and take it in where the guard lets it: accepted, unchanged or held.

    \b
    Example:
      dataterra vocab pull sea-ice --from tests/vocabulary/files/sea-ice.ttl --date 2025-04-23
    """
    settings = settings_from_environment()
    source = source_named(name, read_sources(settings.config, settings.vocabularies))
    if where is None:
        raise VocabularyError("no address is known", where=source.id, hint="say one with --from")
    with _writing(settings) as library:
        answer = _take_files(library, source, files_below([Path(where)]), _date(date), accept)
    _say(answer, lang, as_json)
