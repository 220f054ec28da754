"""The commands `dataterra vocab import|pull|sources|add`: where vocabularies come from, and how they come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table

from kg.alarms import Alarm
from kg.commands_vocab import JSON, LANGUAGE, wide_output, writing
from kg.commands_vocab_checks import alarms_of, print_alarms
from kg.config import settings_from_environment
from kg.errors import VocabularyError
from kg.fetch import Fetcher
from kg.vocabulary.importers import files_below
from kg.vocabulary.protocols import PROTOCOLS
from kg.vocabulary.pull import pull, pull_from, take_files
from kg.vocabulary.reading import vocabulary_id
from kg.vocabulary.shelves import Library
from kg.vocabulary.sources import VocabularySource, add_source, named, read_sources, source_named
from kg.vocabulary.take import Answer

_DATE = click.option("--date", metavar="DATE", help="Date of the version (YYYY-MM-DD); today where it is not given.")
_ACCEPT = click.option("--accept", is_flag=True, help="Take it in although the guard would hold it.")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "name", required=True, metavar="ID", help="Id of the vocabulary: letters, digits, hyphens.")
@click.option("--linking-only", is_flag=True, help="Of it, only what something of ours points at is to be served.")
@_DATE
@_ACCEPT
@LANGUAGE
@JSON
def import_command(
    paths: tuple[Path, ...], name: str, linking_only: bool, date: str | None, accept: bool, lang: str, as_json: bool
) -> None:
    """Take in a vocabulary from files: RDF in any form, OBO, GCMD and CF tables, lists in CSV, workbooks in VocExcel's layout.

    All files and folders that are named make one vocabulary. What differs from the last version becomes a new version, or is held. What is
    no known source is served in full, unless --linking-only was said once.

    \b
    Example:
      dataterra vocab import tests/vocabulary/files/sea-ice.ttl --as sea-ice
    """
    settings = settings_from_environment()
    sources = read_sources(settings.config, settings.vocabularies)
    with writing(settings) as library:
        source = _as_before(library, source_named(name, sources), sources)
        source = replace(source, republish=source.republish and not linking_only)
        answer = take_files(library, source, files_below(paths), _date(date), accept=accept)
        raised = alarms_of(settings, library, answer)
    _say(answer, raised, lang, as_json)


@click.command("pull")
@click.argument("names", nargs=-1, required=True)
@click.option("--from", "where", metavar="FILE_OR_URL", help="Pull one vocabulary from here, once, and not from its own address.")
@_DATE
@_ACCEPT
@LANGUAGE
@JSON
def pull_command(names: tuple[str, ...], where: str | None, date: str | None, accept: bool, lang: str, as_json: bool) -> None:
    """Ask sources what they say today, and take it in where the guard lets it: accepted, unchanged or held.

    Names are ids or groups of ontology/sources.toml and of those that were added (`dataterra vocab sources`). What is held is no error of
    the command: the last good version stays, and `dataterra vocab list` says since when and why.

    \b
    Example:
      dataterra vocab pull sea-ice --from tests/vocabulary/files/sea-ice.ttl --date 2025-04-23
    """
    settings = settings_from_environment()
    sources = read_sources(settings.config, settings.vocabularies)
    if where is not None and len(names) != 1:
        raise VocabularyError("--from is for one vocabulary", where=" ".join(names))
    wanted = [source_named(names[0], sources)] if where is not None else named(names, sources)
    with writing(settings) as library, Fetcher(private=settings.private_addresses) as fetcher:
        for source in wanted:
            if where is not None:
                source = _as_before(library, source, sources)
                answer = pull_from(library, source, where, fetcher, _date(date), accept=accept)
            else:
                answer = _pulled(library, source, fetcher, _date(date), accept, quiet=as_json)
            _say(answer, alarms_of(settings, library, answer), lang, as_json)


def _as_before(library: Library, source: VocabularySource, sources: dict[str, VocabularySource]) -> VocabularySource:
    """A source of which nothing is known, as it was taken in before: what was kept from being served in full stays so."""
    return source if source.id in sources else replace(source, republish=library.shelf(source.id).republish)


def _pulled(library: Library, source: VocabularySource, fetcher: Fetcher, date: str, accept: bool, *, quiet: bool) -> Answer:
    """A pull that shows who gives what on which terms, and how far it is."""
    console = Console(stderr=True, highlight=False, quiet=quiet)
    terms = source.licence or "no licence stated: used for linking, not served in full"
    console.print(f"{source.title or source.id} ({source.attribution or source.homepage}; {terms})", markup=False, soft_wrap=True)
    with console.status(source.id) as status:

        def said(address: str, size: int) -> None:
            status.update(f"{address} ({size / 1e6:.1f} MB)")

        return pull(library, source, fetcher, date, accept=accept, said=said)


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


def _say(answer: Answer, raised: list[Alarm], lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(as_document(answer) | {"alarms": raised}))
        return
    click.echo(f"{answer.id}: {answer.state}" + (f", version {answer.version}" if answer.version else ""))
    for text in (answer.changes.get(lang, ""), answer.words(lang)):
        if text:
            click.echo(f"  {text}")
    if raised:
        print_alarms(raised, lang)


@click.command("sources")
@JSON
def sources_command(as_json: bool) -> None:
    """The sources that can be pulled: id, group, protocol, licence, whether they are served in full, and where their address was read.

    \b
    Example:
      dataterra vocab sources
    """
    settings = settings_from_environment()
    sources = read_sources(settings.config, settings.vocabularies)
    if as_json:
        click.echo(orjson.dumps(list(sources.values())))
        return
    table = Table("source", "group", "title", "protocol", "licence", "served in full", "address")
    for source in sources.values():
        table.add_row(
            source.id, source.group, source.title, source.protocol, source.licence, "yes" if source.republish else "no", _verified(source)
        )
    wide_output().print(table)


def _verified(source: VocabularySource) -> str:
    if not source.addresses:
        return "none: read from files"
    return source.seen or "not verified"


@click.command("add")
@click.argument("name")
@click.argument("addresses", nargs=-1, required=True)
@click.option("--protocol", type=click.Choice(sorted(PROTOCOLS)), default="url", show_default=True)
@click.option("--title", default="", help="What people call it.")
@click.option("--licence", default="", metavar="IRI", help="Its licence; without one it is used for linking, and not served in full.")
@click.option("--attribution", default="", help="Who is to be named beside it.")
@click.option("--group", default="", help="A name under which it is pulled with others.")
def add_command(name: str, addresses: tuple[str, ...], protocol: str, title: str, licence: str, attribution: str, group: str) -> None:
    """Add a source of this site: where a vocabulary is to be pulled from.

    \b
    Example:
      dataterra vocab add our-terms https://example.org/our-terms.ttl --licence https://creativecommons.org/licenses/by/4.0/
    """
    settings = settings_from_environment()
    source = VocabularySource(
        vocabulary_id(name),
        protocol,
        addresses,
        title,
        group,
        licence=licence,
        attribution=attribution,
        republish=bool(licence),
        seen="given by this site",
    )
    with writing(settings):
        add_source(settings.vocabularies, source)
    click.echo(f"{source.id}: added; `dataterra vocab pull {source.id}` asks it")


#: What `dataterra vocab` takes from here.
SOURCE_COMMANDS = (add_command, import_command, pull_command, sources_command)
