"""Workbooks in the layout of VocExcel's templates (<https://github.com/RDFLib/VocExcel>): sheets for the scheme, its concepts, collections.

Each sheet is read by the heads of its columns (`mappings/vocexcel.yaml`), so that any version of the template will do.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any, Final, TypeAlias

import openpyxl
import yaml
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import VocabularyError
from kg.namespaces import DCT, OWL, PREFIXES, RDF, RDFS, SKOS, XSD
from kg.resources import resource
from kg.vocabulary.importers.statements import clean, iri_or_none, text
from kg.vocabulary.reading import Reading

_Row: TypeAlias = dict[str, str]

#: A workbook of text that unpacks to more is made to do harm.
_LARGEST_UNPACKED: Final = 500_000_000
_MOST_ROWS: Final = 200_000
_MOST_COLUMNS: Final = 60
_LANGUAGE: Final = "en"
_MATCHES: Final = ("relatedMatch", "closeMatch", "exactMatch", "narrowMatch", "broadMatch")
#: Day 0 of spreadsheets: where a date was typed into a cell of text, its number stands there.
_DAY_ZERO: Final = date(1899, 12, 30)


@dataclass(slots=True)
class _Workbook:
    scheme: _Row = field(default_factory=dict)
    concepts: list[_Row] = field(default_factory=list)
    collections: list[_Row] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))

    def iri(self, value: str) -> NamedNode | None:
        """The IRI that a cell means, written in full or with a prefix of the workbook."""
        prefix, colon, local = value.strip().partition(":")
        if colon and not local.startswith("//") and prefix in self.prefixes:
            return iri_or_none(self.prefixes[prefix] + local)
        return iri_or_none(value)

    def iris(self, value: str) -> list[NamedNode]:
        """The IRIs of a cell, separated by commas or ends of lines."""
        return [iri for part in re.split(r"[,\n]", value) if part.strip() and (iri := self.iri(part))]


@cache
def _heads() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(resource("mappings/vocexcel.yaml").read_text("utf-8"))
    explain = table.pop("explain")
    out_of_use = table.pop("out_of_use")
    roles = {part: {head: role for role, heads in of.items() for head in heads} for part, of in table.items()}
    return {"explain": tuple(explain), "out of use": frozenset(out_of_use), **roles}


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """The concepts and collections of a workbook.

    :raises VocabularyError: when it is no workbook, or has no concepts.
    """
    workbook = _workbook(body, name)
    concepts = [row for row in workbook.concepts if workbook.iri(row["iri"])]
    if not concepts:
        raise VocabularyError("no sheet has concepts", where=name, hint="a column 'Concept IRI' begins the table of concepts")
    whole = workbook.iri(workbook.scheme.get("iri", "")) or NamedNode(reading.scheme)
    yield from _scheme(workbook, whole, reading.language or _LANGUAGE)
    below = {child for row in concepts for role in ("children", "narrower") for child in workbook.iris(row.get(role, ""))}
    for row in concepts:
        yield from _concept(row, workbook, whole, below, reading.language or _LANGUAGE)
    for row in workbook.collections:
        yield from _collection(row, workbook, reading.language or _LANGUAGE)


def _workbook(body: bytes, name: str) -> _Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            if sum(entry.file_size for entry in file.infolist()) > _LARGEST_UNPACKED:
                raise VocabularyError("the workbook unpacks to more than 500 MB", where=name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of validations and styles that openpyxl does not know
            return _sheets(openpyxl.load_workbook(io.BytesIO(body), data_only=True, read_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise VocabularyError(f"cannot be read as a workbook: {error}", where=name, hint="save it again as .xlsx") from error


def _sheets(sheets: Any) -> _Workbook:
    found = _Workbook()
    for sheet in sheets:
        title = sheet.title.strip().lower()
        if not title.startswith(_heads()["explain"]) and hasattr(sheet, "iter_rows"):
            sheet.reset_dimensions()  # some sheets say that they have a million rows
            _sheet(_rows(sheet), title, found)
    return found


def _rows(sheet: Any) -> list[list[str]]:
    """The rows that say something, without the empty cells at their ends."""
    cells = ([_cell(cell) for cell in row[:_MOST_COLUMNS]] for row in islice(sheet.iter_rows(values_only=True), _MOST_ROWS))
    return [row for row in cells if any(row)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value).strip()


def _head(cell: str) -> str:
    return clean(cell).strip("* ").lower()


def _sheet(rows: list[list[str]], title: str, found: _Workbook) -> None:
    """Sort the rows of a sheet into what they are: a table begins with its heads and ends with the sheet."""
    roles: dict[str, Any] = _heads()
    table: tuple[list[_Row], list[str | None]] | None = None
    for row in rows:
        heads = [_head(cell) for cell in row]
        part = next((part for part in ("concept", "collection") if heads[0] in roles[part] and roles[part][heads[0]] == "iri"), None)
        if part:
            table = (found.concepts if part == "concept" else found.collections, [roles[part].get(head) for head in heads])
        elif title.startswith("prefix"):
            found.prefixes |= {row[0].rstrip(":"): row[1]} if len(row) > 1 and iri_or_none(row[1]) else {}
        elif table is not None:
            table[0].append({role: cell for role, cell in zip(table[1], row, strict=False) if role and cell} | {"iri": row[0]})
        elif len(row) > 1 and row[1] and (role := roles["scheme"].get(heads[0])):
            found.scheme.setdefault(role, row[1])


def _scheme(workbook: _Workbook, whole: NamedNode, language: str) -> Iterator[Triple]:
    said = workbook.scheme
    yield Triple(whole, RDF.type, SKOS.ConceptScheme)
    for role, predicate in (("title", SKOS.prefLabel), ("description", SKOS.definition), ("provenance", DCT.provenance)):
        if said.get(role):
            yield Triple(whole, predicate, text(said[role], language))
    for role, predicate in (("created", DCT.created), ("modified", DCT.modified)):
        if day := _date(said.get(role, "")):
            yield Triple(whole, predicate, Literal(day, datatype=XSD.date))
    for role, predicate in (("creator", DCT.creator), ("publisher", DCT.publisher)):
        if said.get(role):
            yield Triple(whole, predicate, workbook.iri(said[role]) or Literal(said[role]))
    if said.get("version"):
        yield Triple(whole, OWL.versionInfo, Literal(said["version"]))


def _date(value: str) -> str:
    if re.fullmatch(r"\d{5}", value):
        return (_DAY_ZERO + timedelta(days=int(value))).isoformat()
    return value[:10] if re.match(r"\d{4}-\d\d-\d\d", value) else ""


def _concept(row: _Row, workbook: _Workbook, whole: NamedNode, below: set[NamedNode], language: str) -> Iterator[Triple]:
    iri = workbook.iri(row["iri"])
    if iri is None:
        return
    yield Triple(iri, RDF.type, SKOS.Concept)
    yield Triple(iri, SKOS.inScheme, whole)
    yield from _texts(iri, row, language)
    for child in (*workbook.iris(row.get("children", "")), *workbook.iris(row.get("narrower", ""))):
        yield Triple(iri, SKOS.narrower, child)
        yield Triple(child, SKOS.broader, iri)
    above = workbook.iris(row.get("broader", ""))
    yield from (Triple(iri, SKOS.broader, each) for each in above)
    if row.get("status", "").casefold() in _heads()["out of use"]:
        yield Triple(iri, OWL.deprecated, Literal("true", datatype=XSD.boolean))
    for match in _MATCHES:
        yield from (Triple(iri, SKOS[match], other) for other in workbook.iris(row.get(match, "")))
    if row.get("label") and not above and iri not in below:
        yield Triple(iri, SKOS.topConceptOf, whole)
        yield Triple(whole, SKOS.hasTopConcept, iri)


def _texts(iri: NamedNode, row: _Row, language: str) -> Iterator[Triple]:
    # Older templates separate labels by commas, newer ones by ends of lines: there a label may have a comma.
    separator = r"\n" if "narrower" in row or "\n" in row.get("others", "") else r"[,\n]"
    others = [clean(part) for part in re.split(separator, row.get("others", "")) if part.strip()]
    for predicate, values, tag in (
        (SKOS.prefLabel, [row.get("label", "")], row.get("label_language")),
        (SKOS.altLabel, others, row.get("label_language")),
        (SKOS.definition, [row.get("definition", "")], row.get("definition_language")),
        (SKOS.example, [row.get("example", "")], None),
        (DCT.provenance, [row.get("provenance", "")], None),
    ):
        yield from (Triple(iri, predicate, _tagged(value, tag or language)) for value in values if value.strip())
    if row.get("notation"):
        yield Triple(iri, SKOS.notation, Literal(row["notation"]))
    for role, predicate in (("source", DCT.source), ("home", RDFS.isDefinedBy)):
        if row.get(role):
            yield Triple(iri, predicate, iri_or_none(row[role]) or Literal(row[role]))


def _tagged(value: str, language: str) -> Literal:
    """A text in the language that it names itself (`Autoroute@fr`), or in the one given."""
    found = re.fullmatch(r"(.*\S)@([a-z]{2,3}(?:-[A-Za-z0-9]+)*)", value.strip(), re.DOTALL)
    return text(found.group(1), found.group(2)) if found else text(value.strip(), language)


def _collection(row: _Row, workbook: _Workbook, language: str) -> Iterator[Triple]:
    iri = workbook.iri(row["iri"])
    if iri is None or not row.get("label"):
        return
    yield Triple(iri, RDF.type, SKOS.Collection)
    yield Triple(iri, SKOS.prefLabel, _tagged(row["label"], language))
    for role, predicate in (("definition", SKOS.definition), ("provenance", DCT.provenance)):
        if row.get(role):
            yield Triple(iri, predicate, _tagged(row[role], language))
    yield from (Triple(iri, SKOS.member, member) for member in workbook.iris(row.get("members", "")))
