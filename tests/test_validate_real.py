"""Both SHACL engines say the same of real records: every 80th in `make test`, all of them with DATATERRA_SLOW=1 (some minutes)."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from kg.crosswalk.engine import Mapper
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_files
from kg.judge import pyshacl_report
from kg.shacl import Finding, fast_report
from kg.validate import Validator

STEP = 1 if os.environ.get("DATATERRA_SLOW") else 80
#: pyshacl takes minutes for catalogues with a thousand observations
LARGEST = 60_000


def comparable(findings: tuple[Finding, ...]) -> set[tuple[str, ...]]:
    return {(found.shape, found.severity.value, found.focus, found.path, found.value, found.component) for found in findings}


def test_both_engines_say_the_same_of_real_records(shared_data: Path) -> None:
    mapper, validator = Mapper.from_resources(), Validator.from_overlay()
    harvested = harvest_files([shared_data / "data" / "records"], containers=Containers.from_resources(), largest=LARGEST)
    compared, different = 0, []
    for each in islice((each.native for each in harvested if each.native and not each.native.deleted), 0, None, STEP):
        record = mapper.map(each).record
        if record is None or len(record.triples) > LARGEST:
            continue
        data = validator.view(record.triples)
        compared += 1
        if comparable(fast_report(data, validator.shapes)) != comparable(pyshacl_report(data, validator.shapes)):
            different.append(each.location)
    assert not different
    assert compared > 25
