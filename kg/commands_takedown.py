"""The command `dataterra takedown`: erasing records on request."""

from __future__ import annotations

import click

from kg.config import settings_from_environment
from kg.model import Iri
from kg.pipeline import recover
from kg.takedown import take_down
from kg.workshop import Workshop


@click.command("takedown")
@click.argument("records", nargs=-1, required=True, metavar="RECORD...")
@click.option("--reason", required=True, help="Why; it is kept with the time, and not published.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def takedown_command(records: tuple[str, ...], reason: str, yes: bool) -> None:
    """Erase records: from the graph, the kept natives, the reports, and all kept releases. They are not taken in again.

    RECORD is the address of a record (https://w3id.org/dataterra/record/...). A release without them is published, also where publishing is
    held; releases that hold them are removed, tagged ones too. The address of the record says from then on that it is gone (410).

    \b
    Example:
      dataterra takedown https://w3id.org/dataterra/record/sextant/marel-carnot --reason "asked for by the data centre"
    """
    settings = settings_from_environment()
    if not yes:
        click.confirm(f"Erase {len(records)} record(s), and every kept release that holds them?", abort=True)
    with Workshop(settings) as shop:
        recover(shop)
        done = take_down(shop, [Iri(record) for record in records], reason)
    click.echo(f"{done.records} record(s) taken down; release {done.release} is served without them.")
    if done.removed:
        click.echo(f"Releases that held them are removed: {', '.join(map(str, done.removed))}.")
    if done.still_read:
        numbers = ", ".join(map(str, done.still_read))
        click.echo(f"Somebody still reads release {numbers}: open a page of the server or start it anew, then give this command again.")
