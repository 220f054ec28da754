"""The commands `dataterra coverage` and `dataterra fidelity`: is anything of the natives lost on the way?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from kg.config import Settings, settings_from_environment
from kg.coverage.measure import CoverageMapper
from kg.coverage.report import Coverage
from kg.coverage.trace import Fate
from kg.crosswalk.engine import Mapper
from kg.fidelity.report import Fidelity
from kg.fidelity.values import Kind
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.model import Native

output = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
_TOP = click.option("--top", default=40, show_default=True, type=int, help="Lines of each format; 0 for all.")


@click.command("coverage")
@_PATHS
@_JSON
@_TOP
@click.option("--files", "by_file", is_flag=True, help="Count by file and not only by format.")
def coverage_command(paths: tuple[Path, ...], as_json: bool, top: int, by_file: bool) -> None:
    """Show which content of native records no rule reads, the most frequent first, and what is left out on purpose. Nothing is stored.

    \b
    Example:
      dataterra coverage tests/examples/sextant
    """
    settings = settings_from_environment()
    mapper = CoverageMapper.from_resources(settings.config)
    formats: dict[str, Coverage] = {}
    files: dict[str, Coverage] = {}
    for native in _natives(paths, settings):
        outcome, contents = mapper.content(native)
        if outcome.record is not None:
            formats.setdefault(outcome.record.format, Coverage()).add(contents, native.location)
            files.setdefault(native.location, Coverage()).add(contents, native.location)
    if as_json:
        parts = {"formats": formats, "files": files}
        click.echo(json.dumps({name: {key: each.to_json() for key, each in part.items()} for name, part in parts.items()}, indent=1))
        return
    for name, coverage in sorted(formats.items()) + (sorted(files.items()) if by_file else []):
        _print_coverage(name, coverage, top or None)


def _print_coverage(name: str, coverage: Coverage, top: int | None) -> None:
    output.print(f"{name}: {coverage.records} records", markup=False)
    table = Table("", "values", "share", "share of characters")
    words = {
        Fate.READ: "read",
        Fate.TESTED: "only looked at by a condition",
        Fate.IGNORED: "left out on purpose",
        Fate.DROPPED: "dropped unseen",
    }
    for fate, word in words.items():
        share = f"{coverage.share(fate):.1%}"
        table.add_row(word, str(coverage.leaves[fate]), share, f"{coverage.share(fate, coverage.characters):.1%}")
    output.print(table)
    for reason, count in coverage.reasons.most_common():
        output.print(f"  left out: {count:>7}  {reason}", markup=False, soft_wrap=True)
    for title, counts in (("no rule reads", coverage.dropped), ("only a condition looks at", coverage.tested)):
        for path, count in counts.most_common(top):
            example, location = coverage.examples[path]
            output.print(f"  {title}: {count:>7}  {path}  “{example}” ({location})", markup=False, soft_wrap=True)
    output.print()


@click.command("fidelity")
@_PATHS
@_JSON
@_TOP
def fidelity_command(paths: tuple[Path, ...], as_json: bool, top: int) -> None:
    """Count what stands in native records, independently of the crosswalks, and how much of it arrived in the graph; say what did not.

    \b
    Example:
      dataterra fidelity tests/examples/sextant
    """
    settings = settings_from_environment()
    mapper, fidelity = Mapper.from_resources(settings.config), Fidelity()
    for native in _natives(paths, settings):
        fidelity.add(native, mapper.map(native))
    if as_json:
        click.echo(json.dumps(fidelity.to_json(), indent=1, ensure_ascii=False))
    else:
        _print_fidelity(fidelity, top or None)


def _print_fidelity(fidelity: Fidelity, top: int | None) -> None:
    for name, each in [*sorted(fidelity.formats.items()), ("all", fidelity.total())]:
        output.print(f"{name}: {each.records} records, {each.named} with the identifier and title of their native", markup=False)
        table = Table("kind", "in the native", "arrived", "share")
        for kind in Kind:
            if (share := each.share(kind)) is not None:
                table.add_row(kind.value, str(each.native[kind]), str(each.arrived[kind]), f"{share:.1%}")
        output.print(table)
    for code, count in fidelity.refused.most_common():
        output.print(f"  no record: {count} ({code})", markup=False)
    for name, count in fidelity.uncounted.most_common():
        output.print(f"  not counted: {count} of {name}, whose standard has no walker", markup=False)
    for lost in fidelity.missing[:top]:
        output.print(f"  {lost.file}: {lost.kind} at {lost.path} did not arrive: {lost.value}", markup=False, soft_wrap=True)
    if top is not None and (more := len(fidelity.missing) - top) > 0:
        output.print(f"  and {more} more (--top 0 shows all)", markup=False)


def _natives(paths: tuple[Path, ...], settings: Settings) -> Iterator[Native]:
    containers = Containers.from_resources(settings.config)
    for each in harvest_files(paths, containers=containers, largest=settings.largest_native):
        if each.native is not None and not each.native.deleted:
            yield each.native


#: What `dataterra` takes from here.
QUALITY_COMMANDS = (coverage_command, fidelity_command)
