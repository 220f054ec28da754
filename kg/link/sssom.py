"""SSSOM/TSV (<https://mapping-commons.github.io/sssom/spec-formats-tsv/>): tab-separated rows under a YAML block in comment lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import yaml

from kg.errors import VocabularyError
from kg.model import Iri, Mapping, MappingStatus
from kg.namespaces import BASE, GCMD_CONCEPT, NVS_COLLECTION, PREFIXES

#: Prefixes beside those of the project that alignments to the usual vocabularies need.
PREFIXES_OF_SETS: Final = {name: PREFIXES[name] for name in ("owl", "rdf", "rdfs", "semapv", "skos", "sssom")} | {
    "dataterra": BASE,
    "gcmd": GCMD_CONCEPT,
    "gemet": "http://www.eionet.europa.eu/gemet/concept/",
    "nvs": NVS_COLLECTION,
}

#: What our ledger holds and SSSOM has no slot for (<https://mapping-commons.github.io/sssom/spec-model/#non-standard-slots>).
_EXTENSIONS: Final = ("ext_rule", "ext_scope", "ext_status", "ext_time")
_COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "mapping_justification",
    "author_label",
    "mapping_tool",
    "mapping_date",
    "confidence",
    *_EXTENSIONS,
)
#: An IRI that N-Triples can write as it is (<https://www.w3.org/TR/n-triples/#grammar-production-IRIREF>).
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
#: What ends a line for `str.splitlines`, and the tab.
_ENDS = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ENTITIES: Final = ("subject_id", "object_id")


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A file of mappings: its metadata as given, and its rows with entity IRIs written out in full (predicates stay CURIEs)."""

    metadata: dict[str, object] = field(default_factory=dict)
    rows: tuple[dict[str, str], ...] = ()


def read_sssom(text: str, name: str = "") -> MappingSet:
    """The metadata and rows of an SSSOM/TSV document.

    :raises VocabularyError: when the block is no YAML, a needed column is missing, or a row is longer than the head.
    """
    lines = text.replace("\r\n", "\n").split("\n")  # not splitlines: a label may hold U+2028
    head = [line for line in lines if line.startswith("#")]
    metadata = _metadata(head, name)
    curie_map = metadata.get("curie_map")
    prefixes = PREFIXES_OF_SETS | (curie_map if isinstance(curie_map, dict) else {})
    rows = csv.DictReader((line for line in lines if line and not line.startswith("#")), delimiter="\t", quotechar='"')
    missing = {"subject_id", "predicate_id", "object_id"} - set(rows.fieldnames or ())
    if missing:
        columns = ", ".join(sorted(missing))
        raise VocabularyError(f"the mapping set has no column {columns}", where=name, hint="see the SSSOM/TSV specification")
    return MappingSet(metadata, tuple(_row(row, prefixes, name) for row in rows))


def _metadata(head: list[str], name: str) -> dict[str, object]:
    block = "\n".join(line[1:] for line in head)
    try:
        found = yaml.safe_load(block)
    except yaml.YAMLError:
        # Some published sets put a space after the sign: then every line has it.
        try:
            found = yaml.safe_load("\n".join(line[1:].removeprefix(" ") for line in head))
        except yaml.YAMLError as error:
            raise VocabularyError("the metadata block is not YAML", where=name, hint="each line is '#key: value'") from error
    return found if isinstance(found, dict) else {}


def _row(row: dict[str | None, str | list[str] | None], prefixes: dict[str, str], name: str) -> dict[str, str]:
    if None in row:
        raise VocabularyError("a row has more cells than the head", where=name, hint="write tabs inside cells as spaces")
    cells = {str(column): str(cell or "").strip() for column, cell in row.items()}
    return cells | {column: _expanded(cells.get(column, ""), prefixes) for column in _ENTITIES}


def _expanded(value: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = value.partition(":")
    return prefixes[prefix] + local if colon and not local.startswith("//") and prefix in prefixes else value


def _compacted(iri: str, prefixes: dict[str, str]) -> str:
    fitting = [(len(start), prefix) for prefix, start in prefixes.items() if iri.startswith(start)]
    if not fitting:
        return iri
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"


def mappings_from_rows(rows: Iterable[dict[str, str]], name: str = "") -> list[Mapping]:
    """Ledger entries from rows, which may be of anybody's making: what they do not say has SSSOM's default.

    :raises VocabularyError: when a subject or object is no IRI, a confidence is no number, or a status is unknown.
    """
    return [_mapping(row, name) for row in rows]


def _mapping(row: dict[str, str], name: str) -> Mapping:
    negative = row.get("predicate_modifier", "").lower() == "not"
    for column in _ENTITIES:
        if not _IRI.fullmatch(row[column]):
            raise VocabularyError(
                f"'{row[column][:100]}' is no IRI", where=name, hint=f"correct {column}, or declare its prefix in curie_map"
            )
    try:
        status = MappingStatus(row.get("ext_status") or ("rejected" if negative else "accepted"))
        confidence = float(row.get("confidence") or 1.0)
    except ValueError as error:
        raise VocabularyError(f"{error} (subject {row['subject_id']})", where=name, hint="correct the row") from error
    return Mapping(
        subject=Iri(row["subject_id"]),
        predicate=row["predicate_id"],
        object=Iri(row["object_id"]),
        confidence=confidence,
        justification=row.get("mapping_justification") or "semapv:UnspecifiedMatching",
        author=_author(row),
        rule=row.get("ext_rule", ""),
        scope=row.get("ext_scope", ""),
        status=status,
        time=row.get("ext_time") or row.get("mapping_date", ""),
    )


def _author(row: dict[str, str]) -> str:
    if label := row.get("author_label") or row.get("author_id") or row.get("creator_label"):
        return label if label.startswith(("person:", "tool:")) else f"person:{label}"
    tool = row.get("mapping_tool", "")
    return tool if tool.startswith("tool:") or not tool else f"tool:{tool}"


def write_sssom(mappings: Iterable[Mapping], metadata: dict[str, object], labels: dict[str, str] | None = None) -> str:
    """An SSSOM/TSV document that `read_sssom` and `mappings_from_rows` read back without loss; rows are sorted.

    :param metadata: at least `mapping_set_id` and `license`, which the specification requires.
    :param labels: names of subjects by IRI, for people who read the file.
    """
    prefixes = PREFIXES_OF_SETS | {"dt": PREFIXES["dt"]}
    extensions = [{"slot_name": name, "property": f"dt:{name.removeprefix('ext_')}", "type_hint": "xsd:string"} for name in _EXTENSIONS]
    block = metadata | {"curie_map": prefixes | {"xsd": PREFIXES["xsd"]}, "extension_definitions": extensions}
    out = io.StringIO()
    for line in yaml.safe_dump(block, sort_keys=True, allow_unicode=True, width=1000).splitlines():
        out.write(f"#{line}\n")
    writer = csv.DictWriter(out, _COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted((_cells(mapping, prefixes, labels or {}) for mapping in mappings), key=lambda cells: tuple(cells.values())))
    return out.getvalue()


def _cells(mapping: Mapping, prefixes: dict[str, str], labels: dict[str, str]) -> dict[str, str]:
    is_tool = mapping.author.startswith("tool:")
    return {
        "subject_id": _compacted(mapping.subject, prefixes),
        "subject_label": _plain(labels.get(mapping.subject, "")),
        "predicate_id": mapping.predicate,
        "predicate_modifier": "Not" if mapping.status is MappingStatus.REJECTED else "",
        "object_id": _compacted(mapping.object, prefixes),
        "mapping_justification": mapping.justification,
        "author_label": "" if is_tool else mapping.author,
        "mapping_tool": mapping.author if is_tool else "",
        "mapping_date": mapping.time[:10],
        "confidence": repr(mapping.confidence),
        "ext_rule": _plain(mapping.rule),
        "ext_scope": mapping.scope,
        "ext_status": mapping.status.value,
        "ext_time": mapping.time if mapping.time[10:] else "",
    }


def _plain(text: str) -> str:
    """A cell holds no tab and nothing that ends a line, so that any reader can split lines; all else stays as it is."""
    return _ENDS.sub(" ", text)
