"""The command `dataterra check`: what our graph would make of a record, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import orjson
import pyoxigraph as ox

from kg.check.checker import Checker, Verdict
from kg.check.text import as_text
from kg.config import settings_from_environment
from kg.harvest.sources import source_id
from kg.model import Source
from kg.namespaces import PREFIXES


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", metavar="ID", help="Source of all files; otherwise the source.toml above each file says it.")
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the report.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON lines, one a record, in both languages.")
@click.option("--turtle", is_flag=True, help="Print the graph that the record would have, with its links.")
def check_command(paths: tuple[Path, ...], source: str | None, lang: str, as_json: bool, turtle: bool) -> None:
    """Say what the graph would make of native records: what people would see, what is wrong, what is missing, and how it should be.

    Nothing is stored, and no working folder is needed. The exit code is 3 where a record would be refused.

    \b
    Example:
      dataterra check tests/examples/faults/missing-title.xml --lang fr
    """
    refused = 0
    given = Source(source_id(source, "--source")) if source else None
    for checked, triples in Checker(settings_from_environment()).files(paths, given):
        refused += checked.verdict is Verdict.REFUSED
        if turtle:
            click.echo(_turtle(triples), nl=False)
        elif as_json:
            click.echo(orjson.dumps(checked))
        else:
            click.echo(as_text(checked, lang))
    sys.exit(3 if refused else 0)


def _turtle(triples: bytes) -> bytes:
    used = {prefix: iri for prefix, iri in PREFIXES.items() if iri.encode() in triples}
    parsed = (quad.triple for quad in ox.parse(triples, ox.RdfFormat.N_TRIPLES))
    return ox.serialize(parsed, format=ox.RdfFormat.TURTLE, prefixes=used) or b""
