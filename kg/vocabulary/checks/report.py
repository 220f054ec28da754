"""A report for machines: JSON, and RDF in the words of SHACL (<https://www.w3.org/TR/shacl/#validation-report>)."""

from __future__ import annotations

from typing import Any, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from kg.model import Severity
from kg.namespaces import BASE, PREFIXES, RDF, SH, XSD, digest
from kg.shacl import SHAPE, Shapes
from kg.vocabulary.checks.check import Report
from kg.vocabulary.checks.found import Found, checks
from kg.vocabulary.importers.statements import iri_or_none

_SEVERITIES: Final = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning, Severity.INFORMATION: SH.Info}


def label(check: str, language: str, shapes: Shapes) -> str:
    """What a check is called."""
    return _texts(check, "label", shapes).get(language, check)


def message(check: str, language: str, shapes: Shapes) -> str:
    """What a check says to people, and what to do."""
    return _texts(check, "message", shapes).get(language, "")


def _texts(check: str, part: str, shapes: Shapes) -> dict[str, str]:
    if check in checks():
        texts: dict[str, str] = checks()[check][part]
        return texts
    text = shapes.texts.get(check)
    return {} if text is None else (text.label if part == "label" else text.message)


def as_document(report: Report, shapes: Shapes) -> dict[str, Any]:
    """All findings, and what each check says in both languages."""
    names = sorted({each.check for each in report.found})
    return {
        "vocabulary": report.name,
        "concepts": report.concepts,
        "conforms": not report.has(Severity.VIOLATION),
        "checks": [
            {
                "check": name,
                "severity": next(each.severity for each in report.found if each.check == name),
                "count": sum(each.check == name for each in report.found),
                "message": {language: message(name, language, shapes) for language in ("en", "fr")},
            }
            for name in names
        ],
        "findings": [
            {"check": each.check, "severity": each.severity, "concept": each.concept, "value": each.value} for each in report.found
        ],
    }


def as_shacl(report: Report, shapes: Shapes) -> bytes:
    """A `sh:ValidationReport` in Turtle."""
    whole = NamedNode(f"{BASE}report/{digest(report.name, *(str(each) for each in report.found))}")
    conforms = Literal("false" if report.has(Severity.VIOLATION) else "true", datatype=XSD.boolean)
    triples = [Triple(whole, RDF.type, SH.ValidationReport), Triple(whole, SH.conforms, conforms)]
    for each in report.found:
        triples.extend(_result(each, whole, shapes))
    return serialize(triples, format=RdfFormat.TURTLE, prefixes={"sh": PREFIXES["sh"]}) or b""


def _result(each: Found, whole: NamedNode, shapes: Shapes) -> list[Triple]:
    result = NamedNode(f"{whole.value}#{digest(each.check, each.concept, each.value)}")
    triples = [
        Triple(whole, SH.result, result),
        Triple(result, RDF.type, SH.ValidationResult),
        Triple(result, SH.resultSeverity, _SEVERITIES[each.severity]),
        Triple(result, SH.sourceShape, iri_or_none(each.check) or NamedNode(SHAPE + each.check)),
        Triple(result, SH.sourceConstraintComponent, SH.SPARQLConstraintComponent),
    ]
    if focus := iri_or_none(each.concept):
        triples.append(Triple(result, SH.focusNode, focus))
    if each.value:
        triples.append(Triple(result, SH.value, iri_or_none(each.value) or Literal(each.value)))
    texts = ((language, message(each.check, language, shapes)) for language in ("en", "fr"))
    triples.extend(Triple(result, SH.resultMessage, Literal(text, language=language)) for language, text in texts if text)
    return triples
