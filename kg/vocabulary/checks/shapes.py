"""Checks that are SHACL: our own shapes by the fast engine, a profile's shapes by pyshacl."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from kg.errors import ShapeError
from kg.model import Severity
from kg.namespaces import SH
from kg.resources import resource
from kg.shacl import SHAPE, Finding, Shapes, compiled, fast_report
from kg.vocabulary.checks.found import Found


def shape_checks(lines: Iterable[bytes], overlay: Path | None = None) -> list[Found]:
    """What `shapes/vocabulary.ttl` finds."""
    shapes = compiled((resource("shapes/vocabulary.ttl", overlay),))
    return [_found(finding) for finding in fast_report(b"".join(lines), shapes)]


def profile_checks(lines: Iterable[bytes], profile: Path) -> list[Found]:
    """What the shapes of a profile find, such as VocPub's validator.

    :raises ShapeError: when the file cannot be read, or pyshacl gives no verdict.
    """
    from kg.judge import pyshacl_report  # takes long to load

    if not profile.is_file():
        raise ShapeError("there is no such file of shapes", where=str(profile))
    shapes = compiled((profile,))
    milder = _milder(shapes)
    found = (_found(finding) for finding in pyshacl_report(b"".join(lines), shapes))
    return [replace(each, severity=milder.get(each.check, each.severity)) for each in found]


def _milder(shapes: Shapes) -> dict[str, Severity]:
    """Property shapes that say no severity, and all of whose node shapes say a milder one: profiles mean that one (VocPub does)."""
    said: dict[object, object] = {triple.subject: triple.object for triple in shapes.triples if triple.predicate == SH.severity}
    parents: dict[object, list[object]] = defaultdict(list)
    for triple in shapes.triples:
        if triple.predicate == SH.property:
            parents[triple.object].append(triple.subject)
    found: dict[str, Severity] = {}
    for shape, holders in parents.items():
        mild = [_MILD[severity] for holder in holders if (severity := said.get(holder)) in _MILD]
        if shape not in said and len(mild) == len(holders):
            found[str(getattr(shape, "value", "")).removeprefix(SHAPE)] = max(mild, key=list(Severity).index)
    return found


_MILD: Final[dict[object, Severity]] = {SH.Warning: Severity.WARNING, SH.Info: Severity.INFORMATION}


def _found(finding: Finding) -> Found:
    return Found(finding.shape, finding.severity, finding.focus, finding.value)
