"""GCMD keywords as the KMS gives them in CSV: a line about the file, the heads of the columns, a row a concept with its path; UUID last.

<https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/sciencekeywords?format=csv>
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.errors import VocabularyError
from kg.vocabulary.importers.statements import concept, scheme
from kg.vocabulary.reading import Reading

CONCEPT: Final = "https://gcmd.earthdata.nasa.gov/kms/concept/"
SCHEME: Final = "https://gcmd.earthdata.nasa.gov/kms/concepts/concept_scheme/"

#: Columns that are no step of the path.
_LONG_NAME: Final = "Long_Name"
_BESIDE: Final = (_LONG_NAME, "Data_Center_URL", "UUID")
UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read(body: bytes, name: str, reading: Reading) -> Iterator[Triple]:
    """A concept a row; its label is the last step of its path, its broader concept the nearest row above.

    :raises VocabularyError: when the columns are not there, or no row has a UUID: the answer is not what it says it is.
    """
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig", "replace"), newline="")))
    head = next((number for number, row in enumerate(lines[:5]) if row and row[-1] == "UUID"), None)
    if head is None:
        raise VocabularyError("no line of heads that ends in UUID", where=name, hint="get it again from the KMS with format=csv")
    columns = lines[head]
    # Some rows lack a cell; the UUID is the last one all the same.
    rows = [dict(zip(columns, row[:-1], strict=False)) | {"UUID": row[-1]} for row in lines[head + 1 :] if row and UUID.fullmatch(row[-1])]
    if not rows:
        raise VocabularyError("no row has a UUID", where=name)
    about = " ".join(cell for row in lines[:head] for cell in row)
    yield from _concepts(rows, [column for column in columns if column not in _BESIDE], _scheme(about, name), about)


def _scheme(about: str, name: str) -> str:
    named = re.search(r"concept_scheme/(\w+)", about)
    return named.group(1) if named else name.rpartition("/")[2].partition(".")[0]


def _concepts(rows: list[dict[str, str]], steps: list[str], name: str, about: str) -> Iterator[Triple]:
    version = re.search(r"Keyword Version: ([\w.]+)", about)
    whole = NamedNode(SCHEME + name)
    yield from scheme(whole, f"GCMD {name}", version.group(1) if version else "")
    paths = [tuple(cell for step in steps if (cell := row.get(step, "").strip())) for row in rows]
    by_path: dict[tuple[str, ...], NamedNode] = {}
    for row, path in zip(rows, paths, strict=True):
        by_path.setdefault(path, NamedNode(CONCEPT + row["UUID"]))
    for row, path in zip(rows, paths, strict=True):
        above = next((by_path[path[:end]] for end in range(len(path) - 1, 0, -1) if path[:end] in by_path), None)
        yield from concept(
            NamedNode(CONCEPT + row["UUID"]),
            whole,
            label=path[-1] if path else row.get(_LONG_NAME, ""),
            others=[row.get(_LONG_NAME, "")],
            broader=[above] if above else [],
        )
