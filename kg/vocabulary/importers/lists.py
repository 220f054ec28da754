"""Plain lists in CSV: a row a concept. Which column is what stands in `mappings/lists.yaml`, by the heads of the columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import VocabularyError
from kg.namespaces import RDF, SKOS
from kg.resources import resource
from kg.vocabulary.importers.statements import below, clean, concept, deprecated, iri_or_none, scheme
from kg.vocabulary.reading import Reading

_YES: Final = ("true", "1", "yes")


@cache
def layouts() -> tuple[dict[str, Any], ...]:
    """The layouts that are known."""
    return tuple(yaml.safe_load(resource("mappings/lists.yaml").read_text("utf-8")))


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """A concept a row; a row without a code or IRI is left out.

    :raises VocabularyError: when no layout has these columns.
    """
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig", "replace"), newline=""))
    heads = [head.strip() for head in rows.fieldnames or ()]
    layout = next((each for each in layouts() if each["columns"] == heads), None)
    if layout is None:
        raise VocabularyError(
            f"no list with the columns {', '.join(heads)[:200]} is known",
            where=name,
            hint="name them iri, prefLabel, definition; or describe them in mappings/lists.yaml",
        )
    whole = NamedNode(reading.scheme)
    yield from scheme(whole, "")
    for row in rows:
        yield from _row({key.strip(): value or "" for key, value in row.items() if key}, layout, whole, reading)


def _row(row: dict[str, str], layout: dict[str, Any], whole: NamedNode, reading: Reading) -> Iterator[Triple]:
    iri = _iri(row, layout, reading)
    if iri is None:
        return
    others = layout.get("others", {"column": "", "separator": ";"})
    yield from concept(
        iri,
        whole,
        label=row[layout["label"]],
        language=layout.get("language", reading.language),
        others=row.get(others["column"], "").split(others["separator"]),
        definition=row.get(layout.get("definition", ""), ""),
        notation=row.get(layout.get("notation", ""), ""),
    )
    if row.get(layout.get("deprecated", ""), "").strip().lower() in _YES:
        yield from deprecated(iri)
    yield from _place(iri, row, layout, reading)


def _iri(row: dict[str, str], layout: dict[str, Any], reading: Reading) -> NamedNode | None:
    if "iri" in layout:
        return iri_or_none(row[layout["iri"]])
    codes = [clean(row[column]) for column in layout["code"]]
    return below(reading.concepts or layout.get("concepts", reading.scheme), *codes) if all(codes) else None


def _place(iri: NamedNode, row: dict[str, str], layout: dict[str, Any], reading: Reading) -> Iterator[Triple]:
    """The group of a concept: its code list, or where it stands in a tree whose branches are no concepts."""
    if "group" in layout:
        steps = [clean(row[layout["group"]])]
    elif "path" in layout:
        steps = [clean(step) for step in row[layout["path"]["column"]].split(layout["path"]["separator"]) if step.strip()]
    else:
        return
    member: NamedNode = iri
    for end in range(len(steps), 0, -1):
        group = below(reading.scheme, "group", *steps[:end])
        yield Triple(group, RDF.type, SKOS.Collection)
        yield Triple(group, SKOS.prefLabel, Literal(steps[end - 1], language="en") if "path" in layout else Literal(steps[end - 1]))
        yield Triple(group, SKOS.member, member)
        member = group
