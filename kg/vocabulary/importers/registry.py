"""Which importer reads what: files are known by their content; their names only break ties."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

from pyoxigraph import Triple

from kg.errors import VocabularyError
from kg.vocabulary.blank import without_blank_nodes
from kg.vocabulary.reading import Read, Reading

Importer: TypeAlias = Callable[[bytes, str, Reading], Iterator[Triple]]

#: Name of the format -> module that reads it. Its function `read` takes bytes, a name for errors, and the reading.
IMPORTERS: Final[dict[str, str]] = {
    "cf": "kg.vocabulary.importers.cf_xml",
    "gcmd-csv": "kg.vocabulary.importers.gcmd_csv",
    "gcmd-json": "kg.vocabulary.importers.gcmd_json",
    "list": "kg.vocabulary.importers.lists",
    "obo": "kg.vocabulary.importers.obo",
    "rdf": "kg.vocabulary.importers.rdf",
    "vocexcel": "kg.vocabulary.importers.vocexcel",
}
#: Formats in which what is no SKOS yet is told, so that the view is made of all files of a vocabulary together.
_TO_BE_VIEWED: Final = "rdf"
#: How much of a file is looked at to know it.
_HEAD: Final = 20_000
#: A vocabulary is never so large (GCMD providers: 0.7 MB, SWEET: 2 MB, NVS P01 in RDF/XML: about 120 MB).
LARGEST: Final = 300_000_000

_SUFFIXES: Final = (".ttl", ".rdf", ".owl", ".xml", ".nt", ".nq", ".trig", ".jsonld", ".json", ".csv", ".obo", ".xlsx", ".gz")
_XML_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(?!\?|!)([A-Za-z_][\w.-]*)")
_CF_ROOTS: Final = ("standard_name_table", "area_type_table", "standardized_region_list")


def recognise(body: bytes, name: str = "") -> str:
    """The name of the importer for a file.

    >>> recognise(b'format-version: 1.2'), recognise(b'@prefix skos: <http://www.w3.org/2004/02/skos/core#> .')
    ('obo', 'rdf')

    :raises VocabularyError: when it is empty, a web page, or nothing that is known here.
    """
    if body[:4] == b"PK\x03\x04":
        return "vocexcel"
    head = body[:_HEAD].decode("utf-8-sig", "replace").lstrip()
    if not head.strip():
        raise VocabularyError("the file is empty", where=name)
    if re.match(r"<!doctype html|<html", head, re.IGNORECASE):
        raise VocabularyError("this is a web page, not a vocabulary", where=name, hint="look at the page: it may say why")
    if head.startswith("<"):
        return _xml(head, name)
    if head.startswith(("{", "[")):
        tree = '"children"' in head and ('"uuid"' in head or '"treeData"' in head)
        return "gcmd-json" if tree and "@graph" not in head else "rdf"
    if re.match(r"(?:format-version|ontology):", head):
        return "obo"
    if re.search(r'^"?Keyword Version|"Keyword Version: ', head):
        return "gcmd-csv"
    return "list" if name.lower().endswith(".csv") else "rdf"


def _xml(head: str, name: str) -> str:
    if re.match(r"<[A-Za-z][\w+.-]*:[^\s<>]*>\s", head):  # N-Triples and Turtle begin with an IRI
        return "rdf"
    root = next(
        (found.group(1) for found in _XML_ROOT.finditer(re.sub(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE.*?\]>", "", head, flags=re.DOTALL))), ""
    )
    if root.lower() in ("html", "body"):
        raise VocabularyError("this is a web page, not a vocabulary", where=name, hint="look at the page: it may say why")
    return "cf" if root in _CF_ROOTS else "rdf"


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the named folders that could hold a vocabulary, in order.

    :raises VocabularyError: when a path is not there, or a folder holds no such file.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(each for each in path.rglob("*") if each.suffix.lower() in _SUFFIXES and each.is_file())
            if not below:
                raise VocabularyError(
                    "no file here could hold a vocabulary", where=str(path), hint=f"its name ends in one of {' '.join(_SUFFIXES)}"
                )
            found.extend(below)
        elif path.is_file():
            found.append(path)
        else:
            raise VocabularyError("there is no such file", where=str(path))
    return found


def read_paths(paths: Iterable[Path], reading: Reading) -> Read:
    """What files say of one vocabulary.

    :raises VocabularyError: as `read_bodies`, or when a file cannot be read.
    """
    return read_bodies(((_content(path), path.name) for path in paths), reading)


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise VocabularyError(f"the file is larger than {LARGEST // 1_000_000} MB", where=str(path))
    return path.read_bytes()


def read_bodies(bodies: Iterable[tuple[bytes, str]], reading: Reading) -> Read:
    """What several documents say of one vocabulary, in SKOS and without blank nodes.

    :param bodies: bytes, and a name for errors.
    :raises VocabularyError: when one of them cannot be read: half of a vocabulary is worse than none.
    """
    from kg.vocabulary.view import skos_view  # the table of parts is read only where something is imported

    found, plain = Read(), []
    for packed, given in bodies:
        body, name = _unpacked(packed, given)
        importer = recognise(body, name)
        triples = list(_importer(importer)(body, name, reading))
        found.statements += len(set(triples))
        if importer == _TO_BE_VIEWED:
            plain.extend(triples)
        else:
            found.triples.update(triples)
    if plain:
        found.triples.update(without_blank_nodes(skos_view(plain, reading), reading.id))
    return found


def _unpacked(body: bytes, name: str) -> tuple[bytes, str]:
    """A file that is compressed (gzip), as it was before."""
    if not body.startswith(b"\x1f\x8b"):
        return body, name
    try:
        with gzip.open(io.BytesIO(body)) as file:
            plain = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise VocabularyError(f"cannot be unpacked: {error}", where=name, hint="get it again") from error
    if len(plain) > LARGEST:
        raise VocabularyError(f"the file unpacks to more than {LARGEST // 1_000_000} MB", where=name)
    return plain, name.removesuffix(".gz")


def _importer(name: str) -> Importer:
    importer: Importer = import_module(IMPORTERS[name]).read
    return importer
