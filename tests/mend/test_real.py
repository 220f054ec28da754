"""Mending of real records: what comes back is proven, stays what it is when mended again, and is valid where it was."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from kg.mend.repair import Result
from tests.mend.conftest import Mend
from tests.mend.test_mender import undone

FOLDERS = ("iso19139", "iso19115-2", "iso19115-3", "eml", "datacite-xml", "datacite-json", "stac-item", "stac-collection")


def real(shared_data: Path, folder: str) -> list[Path]:
    """Operational records of a format."""
    records = shared_data / "data/records"
    with (records / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        paths = [row["path"] for row in csv.DictReader(rows) if row["realness"].startswith("A") and row["path"].startswith(f"{folder}/")]
    return [records / path for path in paths if (records / path).is_file()]


@pytest.mark.parametrize("folder", FOLDERS)
def test_real_records_are_mended_once_or_given_back_as_they_are(folder: str, mend: Mend, shared_data: Path) -> None:
    results: Counter[Result] = Counter()
    for path in real(shared_data, folder):
        before = path.read_bytes()
        mended = mend(path)
        results[mended.result] += 1
        if mended.result is Result.MENDED:
            again = mend(mended.body, path.name)
            assert (again.result, again.body) == (Result.UNCHANGED, mended.body), path
            assert undone_bytes(mended.body, mended.difference) == before, path
        else:
            assert mended.body == before and not mended.difference, path
    assert results[Result.MENDED] > 0
    assert results[Result.REFUSED] <= results.total() * 0.2


def undone_bytes(body: bytes, difference: str) -> bytes:
    """Without the difference; files that were read as something else than UTF-8 are compared by their size only where that is the same."""
    try:
        return undone(body.decode(), difference).encode()
    except UnicodeDecodeError:
        return undone(body.decode("iso-8859-1"), difference).encode("iso-8859-1")


class _Offline(etree.Resolver):
    """Schemas by their public address, from a folder; nothing is fetched."""

    def __init__(self, folder: Path) -> None:
        self._folders = {
            "http://schemas.opengis.net/iso/": folder / "pycsw/plugins/profiles/apiso/schemas/ogc/iso",
            "http://schemas.opengis.net/": folder / "pycsw/core/schemas/ogc",
        }

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        for start, folder in self._folders.items():
            if system_url.startswith(start) and (path := folder / system_url.removeprefix(start)).exists():
                return self.resolve_filename(str(path), context)
        return None


@pytest.mark.parametrize("version", ["20070417", "20060504"])
def test_a_mended_iso_record_is_valid_where_it_was(version: str, mend: Mend, shared_data: Path) -> None:
    """Against the schemas that the package pycsw carries: unpack its wheel, and name the folder in DATATERRA_SCHEMAS."""
    folder = Path(os.environ.get("DATATERRA_SCHEMAS", ""))
    root = folder / f"pycsw/plugins/profiles/apiso/schemas/ogc/iso/19139/{version}/gmx/gmx.xsd"
    if not root.is_file():
        pytest.skip("the schemas are not there; unpack the wheel of pycsw 2.6 and set DATATERRA_SCHEMAS to the folder")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Offline(folder))
    schema = etree.XMLSchema(etree.parse(str(root), parser))
    compared = 0
    for path in real(shared_data, "iso19139"):
        mended = mend(path)
        if mended.result is Result.MENDED:
            before, after = (faults(schema, body) for body in (path.read_bytes(), mended.body))
            compared += not before
            assert not after - before, path
    assert compared > 0


def faults(schema: etree.XMLSchema, body: bytes) -> Counter[str]:
    schema.validate(etree.fromstring(body))
    return Counter(re.sub(r"line \d+", "", entry.message) for entry in schema.error_log)
