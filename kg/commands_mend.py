"""The command `dataterra mend`: a data centre's own files back, with the repairs of which the graph is certain."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from kg.config import settings_from_environment
from kg.errors import ConfigError
from kg.harvest.sources import source_id, source_of
from kg.mend.mender import Mender, Wanted
from kg.mend.repair import Mended, Result
from kg.mend.task import codes, said
from kg.mend.text import as_data, as_text
from kg.model import Source

_CODES = click.Choice(codes())


@click.command("mend")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--diff", is_flag=True, help="Print the difference, as diff -u does; patch and git apply take it.")
@click.option("--json", "as_json", is_flag=True, help="Print all repairs as JSON lines, one a file, in both languages.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), help="Write the mended file here (-: print it)."
)
@click.option("--in-place", is_flag=True, help="Write mended files over those given, after a question.")
@click.option("--yes", is_flag=True, help="With --in-place: do not ask.")
@click.option("--only", multiple=True, type=_CODES, metavar="CODE", help="Make only repairs of this code; may be given again.")
@click.option("--not", "without", multiple=True, type=_CODES, metavar="CODE", help="Make no repairs of this code; may be given again.")
@click.option("--source", metavar="ID", help="Source of all files; otherwise the source.toml above each file says it.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the report.")
def mend_command(
    paths: tuple[Path, ...],
    diff: bool,
    as_json: bool,
    output: Path | None,
    in_place: bool,
    yes: bool,
    only: tuple[str, ...],
    without: tuple[str, ...],
    source: str | None,
    lang: str,
) -> None:
    """Give metadata files back with repairs: addresses of concepts and licences that are accepted links, dates, boxes, letters, languages.

    ISO 19139 and 19115-3, EML, DataCite and STAC. Only what is certain is repaired, all else stays byte for byte, and each repair is
    proven by reading the mended file again. Nothing is written unless -o or --in-place says so. The exit code is 3 where a file is refused.

    \b
    Example:
      dataterra mend tests/examples/sextant/marel-carnot.xml --diff
    """
    files = list(_files(paths))
    if output is not None and (in_place or len(files) != 1):
        raise click.UsageError("-o takes one file; for several use --in-place")
    given = Source(source_id(source, "--source")) if source else None
    mender = Mender.from_settings(settings_from_environment())
    wanted = Wanted(frozenset(only), frozenset(without))
    results = []
    for file in files:
        mended = _mended(mender, file, given or source_of(file), wanted, settings_from_environment().largest_native)
        results.append((file, mended))
        _tell(mended, lang, diff=diff, as_json=as_json, quiet=output is not None and str(output) == "-")
        if output is not None and mended.result is not Result.REFUSED:
            _write(output, mended.body)
    if in_place:
        _over([(file, mended) for file, mended in results if mended.result is Result.MENDED], ask=not yes)
    sys.exit(3 if any(mended.result is Result.REFUSED for _, mended in results) else 0)


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The files of folders in the order of their names; hidden ones and what describes sources are none."""
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in found if each.is_file() and (each is path or not _is_aside(each.relative_to(path))))


def _is_aside(path: Path) -> bool:
    return path.name == "source.toml" or any(part.startswith(".") for part in path.parts)


def _mended(mender: Mender, file: Path, source: Source, wanted: Wanted, largest: int) -> Mended:
    size = file.stat().st_size
    if size > largest:
        return Mended(str(file), Result.REFUSED, b"", why_not=said("refused.too_large", bytes=str(size)))
    return mender.mend(file.read_bytes(), file.as_posix(), source, wanted)


def _tell(mended: Mended, language: str, *, diff: bool, as_json: bool, quiet: bool) -> None:
    """Standard output is for what was asked for; a report beside a file that is printed goes to standard error."""
    if diff and mended.result is not Result.REFUSED:
        click.echo(mended.difference, nl=False)
    elif as_json:
        click.echo(orjson.dumps(as_data(mended)))
    else:
        click.echo(as_text(mended, language), nl=False, err=quiet or diff)


def _write(output: Path, body: bytes) -> None:
    if str(output) == "-":
        sys.stdout.buffer.write(body)
        return
    if not output.parent.is_dir():
        raise ConfigError("there is no such folder", where=str(output.parent), hint="-o writes a file into a folder that is there")
    _replace(output, body)


def _over(mended: list[tuple[Path, Mended]], *, ask: bool) -> None:
    if mended and (not ask or click.confirm(f"Write {len(mended)} mended file(s) over the original(s)?", err=True)):
        for file, each in mended:
            _replace(file.resolve(), each.body)


def _replace(path: Path, body: bytes) -> None:
    """Readers see the old file or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
