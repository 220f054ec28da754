"""The commands `dataterra vocab`: vocabularies of others, taken in, compared, checked, published and rolled back."""

from __future__ import annotations

import dataclasses
import re
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

from kg.alarms import Alarm, alarms
from kg.config import Settings, settings_from_environment
from kg.errors import VocabularyError
from kg.fetch import Fetcher
from kg.formats import RDF_FORMATS, TURTLE, format_of_name
from kg.model import Severity
from kg.shacl import Shapes
from kg.state import State, WriterLock
from kg.validate import Validator
from kg.vocabulary.checks import Report, as_shacl, check
from kg.vocabulary.checks import as_document as check_document
from kg.vocabulary.checks.report import label, message
from kg.vocabulary.concepts import Said, concepts_of
from kg.vocabulary.difference import words_of_vocabularies
from kg.vocabulary.importers import files_below, read_paths
from kg.vocabulary.lines import lines_of, triples_of
from kg.vocabulary.protocols import PROTOCOLS
from kg.vocabulary.pull import pull, pull_from, take_files
from kg.vocabulary.reading import Reading, vocabulary_id
from kg.vocabulary.shelves import Library, Shelf
from kg.vocabulary.sources import VocabularySource, add_source, named, read_sources, source_named
from kg.vocabulary.take import Answer
from kg.vocabulary.versions import compared, exported, rolled_back

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
        answer = take_files(library, source, files_below(paths), _date(date), accept=accept)
        raised = _alarms_of(settings, library, answer)
    _say(answer, raised, lang, as_json)


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


def _alarms_of(settings: Settings, library: Library, answer: Answer) -> list[Alarm]:
    """What a new version does to the mappings that lead into the vocabulary."""
    if answer.state != "accepted" or answer.difference.counts()["triples_removed"] == 0:
        return []
    with _reading(settings) as state:
        return alarms(settings, library, state, [answer.id])


def _say(answer: Answer, raised: list[Alarm], lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(as_document(answer) | {"alarms": raised}))
        return
    click.echo(f"{answer.id}: {answer.state}" + (f", version {answer.version}" if answer.version else ""))
    for text in (answer.changes.get(lang, ""), answer.words(lang)):
        if text:
            click.echo(f"  {text}")
    if raised:
        _print_alarms(raised, lang)


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
@click.argument("names", nargs=-1, required=True)
@click.option("--from", "where", metavar="FILE_OR_URL", help="Pull one vocabulary from here, once, and not from its own address.")
@_DATE
@_ACCEPT
@_LANGUAGE
@_JSON
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
    with _writing(settings) as library, Fetcher(private=settings.private_addresses) as fetcher:
        for source in wanted:
            if where is not None:
                answer = pull_from(library, source, where, fetcher, _date(date), accept=accept)
            else:
                answer = _pulled(library, source, fetcher, _date(date), accept, quiet=as_json)
            _say(answer, _alarms_of(settings, library, answer), lang, as_json)


def _pulled(library: Library, source: VocabularySource, fetcher: Fetcher, date: str, accept: bool, *, quiet: bool) -> Answer:
    """A pull that shows who gives what on which terms, and how far it is."""
    console = Console(stderr=True, highlight=False, quiet=quiet)
    terms = source.licence or "no licence stated: used for linking, not served in full"
    console.print(f"{source.title or source.id} ({source.attribution or source.homepage}; {terms})", markup=False, soft_wrap=True)
    with console.status(source.id) as status:

        def said(address: str, size: int) -> None:
            status.update(f"{address} ({size / 1e6:.1f} MB)")

        return pull(library, source, fetcher, date, accept=accept, said=said)


@vocab_group.command("sources")
@_JSON
def sources_command(as_json: bool) -> None:
    """The sources that can be pulled: id, group, protocol, licence, and whether they are served in full.

    \b
    Example:
      dataterra vocab sources
    """
    settings = settings_from_environment()
    sources = read_sources(settings.config, settings.vocabularies)
    if as_json:
        click.echo(orjson.dumps(list(sources.values())))
        return
    table = Table("source", "group", "title", "protocol", "licence", "served in full")
    for source in sources.values():
        table.add_row(source.id, source.group, source.title, source.protocol, source.licence, "yes" if source.republish else "no")
    _output().print(table)


@vocab_group.command("add")
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
        vocabulary_id(name), protocol, addresses, title, group, licence=licence, attribution=attribution, republish=bool(licence)
    )
    with _writing(settings):
        add_source(settings.vocabularies, source)
    click.echo(f"{source.id}: added; `dataterra vocab pull {source.id}` asks it")


@vocab_group.command("check")
@click.argument("name")
@click.option("--version", metavar="VERSION", help="Check this version; the current one where it is not given.")
@click.option(
    "--shapes", type=click.Path(path_type=Path), help="Check whether it follows these SHACL shapes of a profile, and nothing else."
)
@click.option("--second-opinion", is_flag=True, help="Ask Skosify too (1.5 s a thousand concepts).")
@click.option("--strict", is_flag=True, help="Warnings make the exit code 3 too.")
@click.option("--shacl", "as_rdf", is_flag=True, help="Print a SHACL validation report in Turtle.")
@_LANGUAGE
@_JSON
def check_vocabulary_command(
    name: str, version: str | None, shapes: Path | None, second_opinion: bool, strict: bool, as_rdf: bool, lang: str, as_json: bool
) -> None:
    """Check a vocabulary, by its id or in a file: SKOS integrity, the quality issues of qSKOS, links to other vocabularies.

    The exit code is 3 where something is a violation.

    \b
    Example:
      dataterra vocab check tests/vocabulary/files/sea-ice.ttl
    """
    settings = settings_from_environment()
    library = Library(settings.vocabularies)
    lines, others = _to_be_checked(library, name, version)
    report = check(name, lines, profile=shapes, second_opinion=second_opinion, others=others, overlay=settings.config)
    texts = Validator.from_overlay(settings.config).shapes
    if as_rdf:
        click.echo(as_shacl(report, texts), nl=False)
    elif as_json:
        click.echo(orjson.dumps(check_document(report, texts)))
    else:
        _print_report(report, texts, lang)
    sys.exit(3 if report.has(Severity.VIOLATION) or (strict and report.has(Severity.WARNING)) else 0)


def _to_be_checked(library: Library, name: str, version: str | None) -> tuple[list[bytes], list[dict[str, Said]]]:
    """The statements of a file or of a version, and the concepts of the vocabularies beside it."""
    path = Path(name)
    if path.exists():
        identifier = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "file"
        lines = lines_of(read_paths(files_below([path]), Reading("file-" + identifier)).triples)
    else:
        identifier = vocabulary_id(name)
        lines = library.get(identifier, version).lines()
    return lines, [concepts_of(triples_of(each.lines())) for each in library.current() if each.id != identifier]


def _print_report(report: Report, shapes: Shapes, lang: str) -> None:
    table = Table("severity", "check", "count", "example", "what to do")
    for (severity, name), count in report.counts.items():
        example = next(each for each in report.found if each.check == name)
        shown = f"{example.concept} {example.value}".strip()
        table.add_row(severity.value, label(name, lang, shapes), str(count), shown, message(name, lang, shapes))
    _output().print(table)
    click.echo(f"{report.name}: {report.concepts} concepts, {len(report.found)} findings")


@vocab_group.command("alarms")
@click.argument("names", nargs=-1)
@_LANGUAGE
@_JSON
def alarms_command(names: tuple[str, ...], lang: str, as_json: bool) -> None:
    """What the graph points at and was renamed, deprecated or has gone, with the mappings and records that it touches.

    Without a name all vocabularies are looked at, and whether a chain of exact matches would make two concepts of one scheme the same.

    \b
    Example:
      dataterra vocab alarms
    """
    settings = settings_from_environment()
    with _reading(settings) as state:
        found = alarms(settings, Library(settings.vocabularies), state, map(vocabulary_id, names))
    if as_json:
        click.echo(orjson.dumps(found))
    else:
        _print_alarms(found, lang)


@contextmanager
def _reading(settings: Settings) -> Iterator[State | None]:
    if not settings.state.exists():
        yield None
        return
    with State(settings.state, writing=False) as state:
        yield state


def _print_alarms(found: list[Alarm], lang: str) -> None:
    words = words_of_vocabularies()[lang]["alarms"]
    for alarm in found:
        said = words[alarm.kind].format(concept=alarm.concept, now=alarm.now or "-")
        touched = words["touched"].format(mappings=len(alarm.mappings), records=len(alarm.records))
        click.echo(f"{alarm.vocabulary}: {said}; {touched}")
        for mapping in alarm.mappings[:5]:
            click.echo(f"  {mapping.subject} {mapping.predicate} ({mapping.where})")
    if not found:
        click.echo(words["none"])


@vocab_group.command("diff")
@click.argument("name")
@click.argument("before", required=False)
@click.argument("after", required=False)
@_LANGUAGE
@_JSON
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


@vocab_group.command("export")
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


@vocab_group.command("rollback")
@click.argument("name")
@click.argument("version")
def rollback_command(name: str, version: str) -> None:
    """Let an earlier version hold again. The one that is left is not taken in again without --accept.

    \b
    Example:
      dataterra vocab rollback sea-ice 2025-04-23
    """
    settings = settings_from_environment()
    with _writing(settings) as library:
        left = rolled_back(library, vocabulary_id(name), version)
    click.echo(f"{vocabulary_id(name)}: version {version} holds again, instead of {left}; `dataterra publish` serves it")
