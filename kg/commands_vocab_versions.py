"""The commands `dataterra vocab list|show|diff|export|rollback`: versions that are kept."""

from __future__ import annotations

import dataclasses
from typing import Any

import click
import orjson
from rich.table import Table

from kg.commands_vocab import JSON, LANGUAGE, wide_output, writing
from kg.config import settings_from_environment
from kg.errors import VocabularyError
from kg.formats import RDF_FORMATS, TURTLE, format_of_name
from kg.vocabulary.reading import vocabulary_id
from kg.vocabulary.shelves import Library, Shelf
from kg.vocabulary.versions import compared, exported, rolled_back


@click.command("list")
@JSON
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
    wide_output().print(table)


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


@click.command("show")
@click.argument("name")
@LANGUAGE
@JSON
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
    wide_output().print(table)


@click.command("diff")
@click.argument("name")
@click.argument("before", required=False)
@click.argument("after", required=False)
@LANGUAGE
@JSON
def diff_command(name: str, before: str | None, after: str | None, lang: str, as_json: bool) -> None:
    """What differs between two versions, concept by concept; by default the current one and the one before.

    AFTER may be `held`: what the last pull brought that was held.

    \b
    Example:
      dataterra vocab diff sea-ice 2025-04-23 held
    """
    library = Library(settings_from_environment().vocabularies)
    found = compared(library, vocabulary_id(name), before, after)
    if as_json:
        click.echo(orjson.dumps({"words": {each: found.words(each) for each in ("en", "fr")}, **dataclasses.asdict(found)}))
        return
    click.echo(found.words(lang))
    for mark, concepts in (("+", found.added), ("-", found.gone), ("=", found.back), ("x", found.deprecated)):
        for concept in concepts:
            click.echo(f"{mark} {concept}")
    for concept, old, new in (*found.relabelled, *found.moved):
        click.echo(f"~ {concept}: {old or '-'} -> {new or '-'}")


@click.command("export")
@click.argument("name")
@click.argument("version", required=False)
@click.option("--format", "form", type=click.Choice([each.name for each in RDF_FORMATS]), default="turtle", show_default=True)
def export_command(name: str, version: str | None, form: str) -> None:
    """Write a version of a vocabulary, with its IRI, its date and what came before; the current one where none is named.

    \b
    Example:
      dataterra vocab export sea-ice 2025-04-23 > sea-ice.ttl
    """
    library = Library(settings_from_environment().vocabularies)
    known = format_of_name(form, RDF_FORMATS) or TURTLE
    click.echo(exported(library, vocabulary_id(name), version, known), nl=False)


@click.command("rollback")
@click.argument("name")
@click.argument("version")
def rollback_command(name: str, version: str) -> None:
    """Let an earlier version hold again. The one that is left is not taken in again without --accept.

    \b
    Example:
      dataterra vocab rollback sea-ice 2025-04-23
    """
    settings = settings_from_environment()
    with writing(settings) as library:
        left = rolled_back(library, vocabulary_id(name), version)
    click.echo(f"{vocabulary_id(name)}: version {version} holds again, instead of {left}; `dataterra publish` serves it")


#: What `dataterra vocab` takes from here.
VERSION_COMMANDS = (diff_command, export_command, list_command, rollback_command, show_command)
