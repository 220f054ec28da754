"""What the commands `dataterra vocab` share: the group, options, and how the library and the state are opened."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from kg.config import Settings
from kg.state import State, WriterLock
from kg.vocabulary.shelves import Library

LANGUAGE = click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the answer.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


def wide_output() -> Console:
    """For tables: cut nowhere, in a terminal or in a file."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


@contextmanager
def writing(settings: Settings) -> Iterator[Library]:
    """The library, by the one process that may write."""
    lock = WriterLock(settings.var / "lock")
    try:
        yield Library(settings.vocabularies)
    finally:
        lock.release()


@contextmanager
def reading(settings: Settings) -> Iterator[State | None]:
    """The state to be read, where there is one yet."""
    if not settings.state.exists():
        yield None
        return
    with State(settings.state, writing=False) as state:
        yield state


@click.group("vocab")
def vocab_group() -> None:
    """Vocabularies of others: take them in, see what changed, check, publish, roll back.

    \b
    Example:
      dataterra vocab list
    """
