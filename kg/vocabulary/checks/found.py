"""What a check finds, and what it says to people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from kg.model import Severity
from kg.resources import resource


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One thing that is wrong.

    :param check: name of the check (`mappings/vocabulary-checks.yaml`) or of the shape.
    :param concept: IRI of what it is about.
    :param value: what is wrong, where something is there that should not be.
    """

    check: str
    severity: Severity
    concept: str
    value: str = ""


@cache
def checks() -> dict[str, dict[str, Any]]:
    """The checks that are no SHACL: severity, label and message in both languages."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(resource("mappings/vocabulary-checks.yaml").read_text("utf-8"))
    return found


def found(check: str, concept: str, value: str = "") -> Found:
    """A finding of a check of the table."""
    return Found(check, Severity(checks()[check]["severity"]), concept, value)
