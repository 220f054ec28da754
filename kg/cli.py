"""The command `dataterra`. Every exit code is decided here: 0 done, 1 an error that is said, 2 a wrong call, 3 something is not sound."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kg import __version__
from kg.commands_check import check_command
from kg.commands_ledger import LEDGER_COMMANDS
from kg.commands_link import LINK_COMMANDS
from kg.commands_link_report import report_command
from kg.commands_mend import mend_command
from kg.commands_ontology import ontology_group
from kg.commands_quality import QUALITY_COMMANDS
from kg.commands_takedown import takedown_command
from kg.commands_vocab import vocab_group
from kg.commands_vocab_checks import CHECK_COMMANDS
from kg.commands_vocab_sources import SOURCE_COMMANDS
from kg.commands_vocab_versions import VERSION_COMMANDS
from kg.config import Settings, settings_from_environment
from kg.crosswalk.engine import Mapper
from kg.doctor import examine
from kg.errors import ConfigError, DataTerraError, ReleaseError
from kg.harvest.containers import Containers
from kg.harvest.files import count_files, harvest_files
from kg.harvest.sources import source_id
from kg.model import Iri, Outcome, Problem, Severity, Source
from kg.namespaces import PREFIXES
from kg.pipeline import ingest, recover, relink, relink_where_vocabularies_changed, revalidate_where_shapes_changed
from kg.problems import Sentences
from kg.publish import publish
from kg.release import Release, Releases
from kg.report import Fate, RunReport
from kg.state import State
from kg.validate import Validator, problems
from kg.workshop import Workshop

_Command = TypeVar("_Command", bound=Callable[..., Any])

console = Console(stderr=True, highlight=False)
#: Tables are cut nowhere: in a narrow terminal their lines wrap, in a file they do not.
output = Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def says_errors(command: _Command) -> _Command:
    """Errors that are for people are printed without a traceback."""

    @wraps(command)
    def run(*args: Any, **values: Any) -> Any:
        try:
            return command(*args, **values)
        except DataTerraError as error:
            console.print("[red]error[/red]", end=" ")
            console.print(_printable(str(error)), markup=False, soft_wrap=True)
            sys.exit(1)
        except BrokenPipeError:
            raise  # whoever reads has read enough: click ends the process quietly
        except OSError as error:  # the disk is full, a file may not be written: nothing that a traceback would explain
            console.print("[red]error[/red]", end=" ")
            console.print(_printable(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": ")), markup=False, soft_wrap=True)
            sys.exit(1)

    return run  # type: ignore[return-value]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dataterra")
def main() -> None:
    """The Data Terra knowledge graph: from the poles' own records to a published, queryable graph.

    \b
    harvest -> map -> link -> validate -> publish -> serve
    The working folder is DATATERRA_VAR (var/ where it is not set).

    \b
    Example:
      dataterra ingest tests/examples/sextant && dataterra serve
    """


_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_SOURCE = click.option("--source", metavar="ID", help="Source of all files; otherwise the source.toml above each file says it.")


@main.command("ingest")
@_PATHS
@_SOURCE
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write counts and problems to this file as JSON.",
)
@click.option("--again", is_flag=True, help="Map records again although neither they nor their crosswalk changed.")
@click.option("--no-publish", is_flag=True, help="Stop before publishing.")
@says_errors
def ingest_command(paths: tuple[Path, ...], source: str | None, json_file: Path | None, again: bool, no_publish: bool) -> None:
    """Read native records from files and folders and go the whole way, to a published release.

    Formats are recognised by content and may be mixed; containers (CSW and OAI-PMH answers, feature collections, JSON lines, graphs) are
    opened, and read one record at a time where they are large; files may be packed with gzip. A run that was killed is finished by the
    next one; what has not changed is not done again.

    \b
    Example:
      dataterra ingest tests/examples/sextant tests/examples/aeris --json report.json
    """
    settings = settings_from_environment()
    if json_file is not None and not json_file.parent.is_dir():
        raise ConfigError("there is no such folder", where=str(json_file.parent), hint="--json writes a file into a folder that is there")
    with Workshop(settings) as shop, _bar() as bar:
        task = bar.add_task("ingest", total=count_files(paths))
        report = ingest(shop, paths, _given(source, shop.state), lambda done: bar.advance(task, done), again=again)
        bar.update(task, total=sum(report.total.values()), completed=sum(report.total.values()))
        release, held = None, None
        if not no_publish:
            bar.update(task, description="publish")
            try:
                release = publish(settings, shop.state, shop.graphs, mapper=shop.mapper)
            except ReleaseError as error:
                held = error  # what was ingested is kept, and is told first
    report.release = f"{release.number}" if release else ""
    _print_report(report)
    if json_file is not None:
        with json_file.open("wb") as file:
            report.write_json(file)
    if held is not None:
        raise held
    _print_release(release, no_publish)


def _given(source: str | None, state: State | None = None) -> Source | None:
    """The source that `--source` names, with what is known of it."""
    if source is None:
        return None
    known = {each.id: each for each in state.sources()} if state else {}
    return known.get(source) or Source(source_id(source, "--source"))


@main.command("map")
@_PATHS
@_SOURCE
@click.option("--format", "form", type=click.Choice(["turtle", "ntriples"]), default="turtle", show_default=True)
@says_errors
def map_command(paths: tuple[Path, ...], source: str | None, form: str) -> None:
    """Show the graph that a crosswalk makes of native records. Nothing is stored.

    \b
    Example:
      dataterra map tests/examples/sextant/argo-gdac.xml
    """
    sentences = _sentences(settings_from_environment())
    for _, outcome in _mapped(paths, source):
        if outcome.record is not None:
            click.echo(outcome.record.triples if form == "ntriples" else _turtle(outcome.record.triples), nl=False)
        _print_problems(outcome.problems, sentences)


@main.command("validate")
@_PATHS
@_SOURCE
@says_errors
def validate_command(paths: tuple[Path, ...], source: str | None) -> None:
    """Say shortly what is wrong with native records; `dataterra check` says more. The exit code is 3 where a record would be refused.

    \b
    Example:
      dataterra validate tests/examples/faults/missing-title.xml
    """
    settings = settings_from_environment()
    validator, sentences, refused = Validator.from_overlay(settings.config), _sentences(settings), 0
    for location, outcome in _mapped(paths, source):
        record, found = outcome.record, outcome.problems
        if record is None:
            refused += 1
        else:
            report = validator.validate([(record.iri, record.triples)])[record.iri]
            refused += report.blocks
            found += problems(report, record.triples, record.source, record.identifier, location)
            output.print(f"{record.iri}: {'refused' if report.blocks else 'accepted'}", markup=False, soft_wrap=True)
        _print_problems(found, sentences)
    sys.exit(3 if refused else 0)


@main.group("link", invoke_without_command=True)
@click.pass_context
@says_errors
def link_group(context: click.Context) -> None:
    """Links from the words of records to concepts. Without a command: link all records again, as vocabularies and decisions are now.

    \b
    Example:
      dataterra link && dataterra publish
    """
    if context.invoked_subcommand is not None:
        return
    with Workshop(settings_from_environment()) as shop:
        recover(shop)
        done = relink_where_vocabularies_changed(shop) or relink(shop, (row for row in shop.state.records() if row.published))
        table = Table(title=f"{done} records linked", title_justify="left")
        for name in ("kind", "terms", "linked", "uses", "uses linked"):
            table.add_column(name, justify="left" if name == "kind" else "right")
        for row in shop.state.term_counts():
            table.add_row(row.kind.value, str(row.terms), str(row.mapped_terms), str(row.uses), str(row.mapped_uses))
        output.print(table)


@main.command("publish")
@click.option("--resume", is_flag=True, help="Publish although a roll-back set a hold.")
@click.option("--tag", help="Name the release, which keeps it from being removed.")
@says_errors
def publish_command(resume: bool, tag: str | None) -> None:
    """Make a release of the working store and serve it.

    \b
    Example:
      dataterra publish --tag 2026-spring
    """
    settings = settings_from_environment()
    releases = Releases(settings.releases)
    with Workshop(settings) as shop:
        recover(shop)
        revalidate_where_shapes_changed(shop)
        release = publish(settings, shop.state, shop.graphs, resume=resume, mapper=shop.mapper)
        current = release or releases.current()
        if tag and current:
            releases.tag(current.number, tag)
    _print_release(release, False)


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--workers", default=1, show_default=True, type=int, help="Server processes.")
@says_errors
def serve_command(host: str, port: int, workers: int) -> None:
    """Serve the current release: search, pages, linked data and SPARQL.

    \b
    Example:
      dataterra serve --port 8080
    """
    import uvicorn  # not needed by the other commands, and slow to import

    settings = settings_from_environment()
    if Releases(settings.releases).current() is None:
        raise DataTerraError("there is no release to serve", where=str(settings.releases), hint="run `dataterra ingest PATH...` first")
    console.print(f"http://{host}:{port}/")
    uvicorn.run("api.app:create_app", factory=True, host=host, port=port, workers=workers, log_level="warning", server_header=False)


@main.group("release")
def release_group() -> None:
    """List, compare and roll back releases.

    \b
    Example:
      dataterra release list
    """


@release_group.command("list")
@says_errors
def release_list() -> None:
    """All releases that are kept.

    \b
    Example:
      dataterra release list
    """
    releases = Releases(settings_from_environment().releases)
    current, tags, held = releases.current(), releases.tags(), releases.held()
    table = Table("release", "time (UTC)", "data sets", "records", "triples", "tags", "")
    for release in releases.list():
        named = ", ".join(tag for tag, number in tags.items() if number == release.number)
        counts = release.manifest.counts
        served = "served" if current and current.number == release.number else ""
        table.add_row(str(release.number), release.time, str(counts.datasets), str(counts.records), str(counts.triples), named, served)
    output.print(table)
    if held:
        output.print(
            f"Publishing is held since the roll-back to release {held.number} ({held.time}); `dataterra publish --resume` ends it."
        )


@release_group.command("diff")
@click.argument("before", type=int)
@click.argument("after", type=int)
@click.option("--record", metavar="IRI", help="Show the triples that differ in this record.")
@says_errors
def release_diff(before: int, after: int, record: str | None) -> None:
    """Which records and data sets differ between two releases.

    \b
    Example:
      dataterra release diff 1 2
    """
    releases = Releases(settings_from_environment().releases)
    old, new = releases.get(before), releases.get(after)
    if record:
        found = releases.record_difference(old, new, Iri(record))
        for mark, lines in (("-", found.removed), ("+", found.added)):
            for line in filter(None, lines.decode().split("\n")):
                click.echo(f"{mark} {line}")
        return
    difference = releases.difference(old, new)
    for name, count in difference.counts().items():
        click.echo(f"{name.replace('_', ' ')}: {count}")
    for mark, iris in (("+", difference.records_added), ("~", difference.records_changed), ("-", difference.records_removed)):
        for iri in iris:
            click.echo(f"{mark} {iri}")


@release_group.command("rollback")
@click.argument("number", type=int)
@says_errors
def release_rollback(number: int) -> None:
    """Serve an earlier release again; publishing is held until `dataterra publish --resume`.

    \b
    Example:
      dataterra release rollback 3
    """
    settings = settings_from_environment()
    with State(settings.state):
        release = Releases(settings.releases).rollback(number)
    output.print(f"Release {release.number} of {release.time} is served. Publishing is held until `dataterra publish --resume`.")


@main.command("doctor")
@says_errors
def doctor_command() -> None:
    """Check the installation, the working folder and the release that is served; the exit code is 3 where something is not sound.

    \b
    Example:
      dataterra doctor
    """
    findings = list(examine(settings_from_environment()))
    for finding in findings:
        output.print(f"{'ok  ' if finding.sound else 'BAD '} {finding.what}", markup=False, soft_wrap=True)
        if finding.hint and not finding.sound:
            output.print(f"     {finding.hint}", markup=False, soft_wrap=True)
    sys.exit(0 if all(finding.sound for finding in findings) else 3)


def _mapped(paths: tuple[Path, ...], source: str | None) -> Iterator[tuple[str, Outcome]]:
    """Outcomes of mapping, with where each native came from."""
    settings = settings_from_environment()
    mapper, containers = Mapper.from_resources(settings.config), Containers.from_resources(settings.config)
    for each in harvest_files(paths, _given(source), containers=containers, largest=settings.largest_native):
        if each.native is not None and not each.native.deleted:
            yield each.native.location, mapper.map(each.native)
        elif each.problem is not None:
            yield each.problem.location, Outcome(None, (each.problem,))


def _turtle(triples: bytes) -> str:
    import pyoxigraph as ox

    used = {prefix: iri for prefix, iri in PREFIXES.items() if iri.encode() in triples}
    parsed = ox.parse(triples, ox.RdfFormat.N_TRIPLES)
    return (ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.TURTLE, prefixes=used) or b"").decode()


def _sentences(settings: Settings) -> Sentences:
    shapes = {name: text.message for name, text in Validator.from_overlay(settings.config).shapes.texts.items()}
    return Sentences.from_resources(settings.config, shapes)


def _print_problems(found: tuple[Problem, ...], sentences: Sentences) -> None:
    for problem in found:
        place = f" ({problem.where})" if problem.where else ""
        text = f"{problem.severity}: {problem.location}{place}: {sentences.what(problem)} {sentences.do(problem)}".rstrip()
        console.print(_printable(text), markup=False, soft_wrap=True)


def _printable(text: str) -> str:
    """Without control characters: what stands in a record must not command the terminal."""
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _print_report(report: RunReport) -> None:
    table = Table(show_footer=True, box=box.SIMPLE_HEAD, pad_edge=False)
    total = report.total
    for name in ("source", "pole", "format"):
        table.add_column(name, footer="total" if name == "source" else "")
    table.add_column("read", justify="right", footer=str(sum(total.values())))
    fates = [fate for fate in Fate if total[fate]]
    for fate in fates:
        table.add_column(fate.value, justify="right", footer=str(total[fate]))
    for line, counts in sorted(report.fates.items()):
        cells = [str(counts[fate]) if counts[fate] else "" for fate in fates]
        table.add_row(line.source, line.pole, line.format, str(sum(counts.values())), *cells)
    output.print(table)
    if report.linked:
        kinds = {kind for kind, _ in report.linked}
        totals = {kind: sum(count for (other, _), count in report.linked.items() if other == kind) for kind in sorted(kinds)}
        words = [f"{kind} {report.linked[(kind, 'linked')]} of {total}" for kind, total in totals.items()]
        output.print("terms linked: " + ", ".join(words))
    if report.problems:
        found = {severity: sum(count for (_, other), count in report.problems.items() if other is severity) for severity in Severity}
        said = ", ".join(f"{severity} {count}" for severity, count in found.items() if count)
        output.print(f"problems: {said}; each with file, place, reason and what to do in {report.text_path}", soft_wrap=True)


def _print_release(release: Release | None, stopped: bool) -> None:
    if release is not None:
        counts = release.manifest.counts
        output.print(f"release {release.number}: {counts.datasets} data sets from {counts.records} records, {counts.triples} triples")
    elif not stopped:
        output.print("nothing has changed: no new release")


for group, commands in (
    (main, (*QUALITY_COMMANDS, check_command, mend_command, takedown_command)),
    (link_group, (*LINK_COMMANDS, *LEDGER_COMMANDS, report_command)),
    (vocab_group, (*SOURCE_COMMANDS, *VERSION_COMMANDS, *CHECK_COMMANDS)),
    (ontology_group, tuple(ontology_group.commands.values())),
):
    for command in commands:
        assert command.callback is not None
        command.callback = says_errors(command.callback)
        group.add_command(command)
main.add_command(vocab_group)
main.add_command(ontology_group)


if __name__ == "__main__":
    main()
