"""The commands `dataterra vocab check|alarms`: whether a vocabulary is sound, and what it does to what points at it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import orjson
from rich.table import Table

from kg.alarms import Alarm, alarms
from kg.commands_vocab import JSON, LANGUAGE, reading, wide_output
from kg.config import Settings, settings_from_environment
from kg.model import Severity
from kg.shacl import Shapes
from kg.validate import Validator
from kg.vocabulary.checks import Report, as_shacl, check
from kg.vocabulary.checks import as_document as check_document
from kg.vocabulary.checks.report import label, message
from kg.vocabulary.concepts import Said, concepts_of
from kg.vocabulary.difference import counted, words_of_vocabularies
from kg.vocabulary.importers import files_below, read_paths
from kg.vocabulary.lines import lines_of, triples_of
from kg.vocabulary.reading import Reading, vocabulary_id
from kg.vocabulary.shelves import Library
from kg.vocabulary.take import Answer


@click.command("check")
@click.argument("name")
@click.option("--version", metavar="VERSION", help="Check this version; the current one where it is not given.")
@click.option(
    "--shapes", type=click.Path(path_type=Path), help="Check whether it follows these SHACL shapes of a profile, and nothing else."
)
@click.option("--second-opinion", is_flag=True, help="Ask Skosify too (1.5 s a thousand concepts).")
@click.option("--strict", is_flag=True, help="Warnings make the exit code 3 too.")
@click.option("--shacl", "as_rdf", is_flag=True, help="Print a SHACL validation report in Turtle.")
@LANGUAGE
@JSON
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


def _to_be_checked(library: Library, name: str, version: str | None) -> tuple[list[bytes], Iterator[dict[str, Said]]]:
    """The statements of a file or of a version, and the concepts of the vocabularies beside it."""
    path = Path(name)
    if path.exists():
        identifier = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:60] or "file"
        lines = lines_of(read_paths(files_below([path]), Reading("file-" + identifier)).triples)
    else:
        identifier = vocabulary_id(name)
        lines = library.get(identifier, version).lines()
    return lines, (concepts_of(triples_of(each.lines())) for each in library.current() if each.id != identifier)


def _print_report(report: Report, shapes: Shapes, lang: str) -> None:
    table = Table("severity", "check", "count", "example", "what to do")
    for (severity, name), count in report.counts.items():
        example = next(each for each in report.found if each.check == name)
        shown = f"{example.concept} {example.value}".strip()
        table.add_row(severity.value, label(name, lang, shapes), str(count), shown, message(name, lang, shapes))
    wide_output().print(table)
    click.echo(f"{report.name}: {report.concepts} concepts, {len(report.found)} findings")


def alarms_of(settings: Settings, library: Library, answer: Answer) -> list[Alarm]:
    """What a new version does to the mappings that lead into the vocabulary."""
    if answer.state != "accepted" or answer.difference.counts()["triples_removed"] == 0:
        return []
    with reading(settings) as state:
        return alarms(settings, library, state, [answer.id])


@click.command("alarms")
@click.argument("names", nargs=-1)
@LANGUAGE
@JSON
def alarms_command(names: tuple[str, ...], lang: str, as_json: bool) -> None:
    """What the graph points at and was renamed, deprecated or has gone, with the mappings and records that it touches.

    Without a name all vocabularies are looked at, and whether a chain of exact matches would make two concepts of one scheme the same.

    \b
    Example:
      dataterra vocab alarms
    """
    settings = settings_from_environment()
    with reading(settings) as state:
        found = alarms(settings, Library(settings.vocabularies), state, map(vocabulary_id, names))
    if as_json:
        click.echo(orjson.dumps(found))
    else:
        print_alarms(found, lang)


def print_alarms(found: list[Alarm], lang: str) -> None:
    """Alarms in a person's language, each with the first mappings that it touches."""
    language = words_of_vocabularies()[lang]
    words = language["alarms"]
    for alarm in found:
        kind = "unreplaced" if alarm.kind == "deprecated" and not alarm.now else alarm.kind
        said = words[kind].format(concept=alarm.concept, now=alarm.now or "-")
        touched = ", ".join(counted(words[each], len(getattr(alarm, each)), language) for each in ("mappings", "records"))
        click.echo(f"{alarm.vocabulary}: {said}; {touched}")
        for mapping in alarm.mappings[:5]:
            click.echo(f"  {mapping.subject} {mapping.predicate} ({mapping.where})")
    if not found:
        click.echo(words["none"])


#: What `dataterra vocab` takes from here.
CHECK_COMMANDS = (alarms_command, check_vocabulary_command)
