"""The commands `dataterra link ...`: what is linked, what waits for a person, why, and how well it works."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.table import Table

from kg.config import Settings, settings_from_environment
from kg.link.answers import Answers
from kg.link.calibrate import accepted_on, calibrate
from kg.link.candidates import Candidates
from kg.link.confidence import FILE, read_confidence
from kg.link.evaluate import Evaluation, LicenceScore, Score, evaluate, evaluate_licences, out_of_reach
from kg.link.gold import GoldRow, LicenceRow, half_of, read_gold
from kg.link.interval import Share
from kg.link.version import VERSION
from kg.link.vocabulary_index import read_index
from kg.processing import linking_index, linking_lexicons

output = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

_HALVES = ("calibration", "test", "all")


_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
_VOCABULARIES = click.option(
    "--vocabulary",
    "vocabularies",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A SKOS file (.nt, .nt.gz, .ttl) to link to, instead of the imported vocabularies.",
)


@click.command("evaluate")
@_FILES
@_VOCABULARIES
@click.option("--half", type=click.Choice(_HALVES), default="all", show_default=True, help="Rows to count, by the hash of their text.")
@click.option("--errors", default=10, show_default=True, type=int, help="Worst errors that are shown of each set and kind.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False, writable=True), help="Write each row with its answers."
)
def evaluate_command(files: tuple[Path, ...], vocabularies: tuple[Path, ...], half: str, errors: int, json_file: Path | None) -> None:
    """Measure linking on strings that people judged: gold tables and SSSOM alignments (docs/linking.md, Measuring).

    \b
    Example:
      dataterra link evaluate tests/link/judged/licence.tsv
    """
    rows, licences = _judged_rows(files, half)
    settings = settings_from_environment()
    found = Evaluation()
    missing: dict[str, Share] = {}
    for only in sorted({row.only for row in rows}):
        asked, answers = [row for row in rows if row.only == only], _answers(settings, vocabularies, only)
        found = found.joined(evaluate(asked, answers))
        missing |= out_of_reach(asked, answers.candidates.held())
    score = evaluate_licences(licences) if licences else None
    _print_evaluation(found, errors)
    for name, share in sorted(missing.items()):
        output.print(
            f"{name}: {share.right} of {share.n} rows expect only concepts of vocabularies that are not imported here", markup=False
        )
    if score:
        _print_licences(score, errors)
    if json_file:
        json_file.write_bytes(orjson.dumps(_to_json(found, licences, score), option=orjson.OPT_INDENT_2))


def _judged_rows(files: Iterable[Path], half: str) -> tuple[list[GoldRow], list[LicenceRow]]:
    rows: list[GoldRow] = []
    licences: list[LicenceRow] = []
    for path in files:
        for row in read_gold(path):
            of = half_of(row.text) if isinstance(row, LicenceRow) else row.half
            if half in ("all", of):
                (licences if isinstance(row, LicenceRow) else rows).append(row)  # type: ignore[arg-type]
    return rows, licences


def _answers(settings: Settings, vocabularies: Sequence[Path], only: str = "") -> Answers:
    candidates = Candidates.from_files(linking_lexicons(settings, vocabularies, only))
    return Answers(read_index(linking_index(settings)), candidates, read_confidence(settings.config))


@click.command("calibrate")
@_FILES
@_VOCABULARIES
@click.option(
    "--write", "target", type=click.Path(path_type=Path, dir_okay=False), help=f"Keep the result in this file (a folder's {FILE})."
)
def calibrate_command(files: tuple[Path, ...], vocabularies: tuple[Path, ...], target: Path | None) -> None:
    """Fit confidence and thresholds on the calibration half of judged strings, and show what they do on the other half.

    \b
    Example:
      dataterra link calibrate tests/link/judged/variable.tsv
    """
    settings = settings_from_environment()
    rows, _ = _judged_rows(files, "all")
    rows = [row for row in rows if not row.only]
    candidates = Candidates.from_files(linking_lexicons(settings, vocabularies))
    names = [path.name.partition("-")[2].rpartition("-") for path in linking_lexicons(settings, vocabularies)]
    about = {
        "date": datetime.now(UTC).date().isoformat(),
        "rules": VERSION,
        "sets": sorted({row.set for row in rows}),
        "vocabularies": {name: version for name, _, version in ((a, b, c.removesuffix(".bin")) for a, b, c in names)},
    }
    found = calibrate(rows, candidates, about)
    test = accepted_on([row for row in rows if row.half == "test"], candidates, found.models)
    table = Table("group", "threshold", "fitted on", "accepted and right", "at least", "other half: accepted and right", "at least", "rows")
    for group, model in sorted(found.models.items()):
        of, (other, count) = model.evidence, test.get(group, (Share(0, 0), 0))
        table.add_row(
            group,
            f"{model.threshold:.3f}" if model.threshold <= 1 else "none",
            str(of.rows),
            str(Share(of.right, of.n)),
            f"{of.lower:.3f}",
            str(other),
            f"{other.lower:.3f}" if other.n else "-",
            str(count),
        )
    output.print(table)
    if target:
        target.write_text(found.to_yaml(), encoding="utf-8")


def _print_evaluation(found: Evaluation, errors: int) -> None:
    if not found.scores:
        return
    table = Table("set", "kind", "rows", "P@1", "R@5", "accepted and right", "at least", "coverage", "recall", "nil left alone")
    for (name, kind), score in sorted(found.scores.items()):
        table.add_row(name, kind, *_cells(score))
    for name in dict.fromkeys(name for name, _ in found.scores):
        kinds = [kind for of, kind in found.scores if of == name]
        if len(kinds) > 1:
            table.add_row(name, "all", *_cells(found.pooled(name)))
    output.print(table)
    output.print(f"{found.strings} strings, {found.speed:.0f} a second of processor time")
    for (name, kind), score in sorted(found.scores.items()):
        for each in score.worst(errors):
            mark = "WRONG LINK" if each.accepted and not each.accepted_right else f"rank {each.rank or '-'}"
            first = each.answers[0]
            text = f"  {name}, {kind}: {mark}: “{each.row.term.text}” {first.concept} {first.confidence:.2f} ({first.rule})"
            output.print(text, markup=False, soft_wrap=True)


def _cells(score: Score) -> Iterable[str]:
    yield str(len(score.judged))
    yield str(score.first)
    yield str(score.among_five)
    yield str(score.precision)
    yield f"{score.precision.lower:.3f}" if score.precision.n else "-"
    yield f"{score.coverage.value:.3f}" if score.coverage.n else "-"
    yield f"{score.recall.value:.3f}" if score.recall.n else "-"
    yield str(score.nil)


def _print_licences(score: LicenceScore, errors: int) -> None:
    table = Table("licences", "share")
    figures = {
        "licence right": score.identity,
        "precision where a licence IRI is asserted": score.precision,
        "recall of licence IRIs": score.recall,
        "state right": score.state,
        "access right": score.access,
        "open licence claimed wrongly": score.openness_overclaimed,
        "PUBLIC claimed wrongly": score.public_overclaimed,
    }
    for name, share in figures.items():
        table.add_row(name, str(share))
    output.print(table)
    output.print(f"{score.speed:.0f} strings a second of processor time")
    for row, reading, what in score.errors[:errors]:
        said = f"{reading.official or reading.family or '-'}, {reading.access or 'none'}, {reading.state}"
        output.print(f"  {what}: {row.id} “{row.text[:160]}” read as {said}", markup=False, soft_wrap=True)


def _to_json(found: Evaluation, licences: list[LicenceRow], score: LicenceScore | None) -> dict[str, object]:
    wrong = {row.id: what for row, _, what in score.errors} if score else {}
    rights = [{"id": row.id, "text": row.text, "half": half_of(row.text), "wrong": wrong.get(row.id)} for row in licences]
    rows = [each.to_json() for of in found.scores.values() for each in of.judged]
    return {"rows": rows, "licences": rights, "strings_a_second": found.speed}


#: What `dataterra link` takes from here.
LINK_COMMANDS = (calibrate_command, evaluate_command)
