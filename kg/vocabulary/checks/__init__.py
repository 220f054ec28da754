"""Checks of a vocabulary: SHACL, queries, Skosify as a second opinion; and what they find as table, JSON and SHACL report."""

from kg.vocabulary.checks.check import Report, check
from kg.vocabulary.checks.found import Found
from kg.vocabulary.checks.report import as_document, as_shacl

__all__ = ["Found", "Report", "as_document", "as_shacl", "check"]
