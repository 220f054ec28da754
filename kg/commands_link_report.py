"""The command `dataterra link report`: what is linked and what is not, beside what it was in an earlier release."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import islice
from typing import Final

import click
import orjson
from rich.console import Console
from rich.table import Table

from kg.config import Settings, settings_from_environment
from kg.link.confidence import Confidence, read_confidence
from kg.link.interval import Share
from kg.link.linker import says_nothing
from kg.link.rights import Rights
from kg.linked_shares import LinkedShares, shares_of_release, shares_of_state
from kg.model import TermKind
from kg.release import Release, Releases
from kg.state import State, TermUse

output = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

_NOTHING: Final = Share(0, 0)
#: No limit, as SQLite counts.
_ALL: Final = -1


@click.command("report")
@click.option("--kind", type=click.Choice([kind.value for kind in TermKind]), help="Only unmapped terms of this kind.")
@click.option("--top", default=50, show_default=True, type=int, help="Unmapped terms that are shown.")
@click.option("--before", type=int, metavar="NUMBER", help="The release to compare with; the one before the last where it is not given.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def report_command(kind: str | None, top: int, before: int | None, as_json: bool) -> None:
    """Show what is linked and what is not, by kind, format and pole, beside what it was in an earlier release that is kept.

    Also: from which confidence on a link needs no person, and why; and the unmapped terms that most records use, but for those that say
    nothing.

    \b
    Example:
      dataterra link report --top 10
    """
    settings = settings_from_environment()
    confidence, rights = read_confidence(settings.config), Rights(settings.config)
    with State(settings.state, writing=False) as state:
        now = shares_of_state(state, rights)
        uses = state.unmapped_terms(TermKind(kind) if kind else None, _ALL)
    unmapped = list(islice((use for use in uses if not says_nothing(use.term, rights)), top))
    release = _release_before(settings, before)
    then = _shares_then(release, rights) if release else None
    if as_json:
        document = {
            "now": _document(now),
            "before": _document(then) | {"release": release.number, "time": release.time} if then and release else None,
            "unmapped": [{"kind": use.term.kind, "text": use.term.text, "records": use.records, "term": use.term.iri} for use in unmapped],
            "thresholds": {
                group: {"threshold": m.threshold, "right": m.evidence.right, "n": m.evidence.n} for group, m in confidence.models.items()
            },
        }
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2))
        return
    _print_shares(now, then, f"before, in release {release.number} of {release.time[:10]}" if release else "")
    _print_thresholds(confidence)
    _print_unmapped(unmapped)


def _release_before(settings: Settings, number: int | None) -> Release | None:
    """:raises ReleaseError: when there is no release of this number."""
    releases = Releases(settings.releases)
    if number is not None:
        return releases.get(number)
    return next(iter(releases.list()[-2:-1]), None)


def _shares_then(release: Release, rights: Rights) -> LinkedShares:
    with closing(release.reader()) as reader:
        return shares_of_release(reader, rights)


def _document(shares: LinkedShares) -> dict[str, object]:
    return {
        "kinds": [
            {"kind": kind, "uses": of.n, "linked": of.right, "say_nothing": shares.empty[kind]}
            for kind in TermKind
            if (of := shares.kind(kind)).n
        ],
        "formats": [{"format": name, "uses": (of := shares.format(name)).n, "linked": of.right} for name in shares.formats],
        "poles": [{"pole": pole, "datasets": of.n, "with_variable": of.right} for pole, of in shares.poles.items()],
    }


def _print_shares(now: LinkedShares, then: LinkedShares | None, before: str) -> None:
    kinds = [kind for kind in TermKind if now.kind(kind).n]
    _print_table(
        ("kind", "uses linked", "of those that say something"),
        {kind.value: (now.kind(kind), now.telling(kind)) for kind in kinds},
        {kind.value: then.telling(kind) for kind in kinds} if then else None,
        before,
    )
    formats = {name: (now.format(name),) for name in now.formats}
    _print_table(("format", "uses linked"), formats, {name: then.format(name) for name in formats} if then else None, before)
    poles = {pole: (share,) for pole, share in now.poles.items()}
    _print_table(("pole", "data sets with a variable"), poles, then.poles if then else None, before)


def _print_table(head: Iterable[str], rows: Mapping[str, tuple[Share, ...]], then: Mapping[str, Share] | None, before: str) -> None:
    table = Table(*head, *((before,) if then is not None else ()))
    for name, shares in rows.items():
        table.add_row(name or "-", *map(str, shares), *((str(then.get(name, _NOTHING)),) if then is not None else ()))
    output.print(table)


def _print_thresholds(confidence: Confidence) -> None:
    table = Table("accepted alone", "from confidence", "proved on", "at least")
    for group, model in sorted(confidence.models.items()):
        of = model.evidence
        table.add_row(group, f"{model.threshold:.3f}" if model.threshold <= 1 else "never", str(Share(of.right, of.n)), f"{of.lower:.3f}")
    output.print(table)
    output.print(f"thresholds of {confidence.about.get('date', '-')}, fitted on {', '.join(confidence.about.get('sets', []))}")


def _print_unmapped(unmapped: Iterable[TermUse]) -> None:
    for use in unmapped:
        term = use.term
        told = ", ".join(each for each in (term.language, f"of “{term.thesaurus[:60]}”" if term.thesaurus else "") if each)
        said = f"  unmapped in {use.records:>6} records: {term.kind} “{term.text[:120]}”" + (f" ({told})" if told else "")
        output.print(said, markup=False, soft_wrap=True)
