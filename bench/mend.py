"""What mending does to real records: files mended, refused and left, repairs by code, and whether mending again changes anything.

python -m bench.mend ../shared/data/records/iso19139 ../shared/data/records/eml
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from kg.config import Settings
from kg.mend.mender import Mender
from kg.mend.repair import Result
from kg.model import Source


def measure(mender: Mender, folder: Path) -> str:
    """One line of the table."""
    results: Counter[str] = Counter()
    repairs: Counter[str] = Counter()
    again, start = 0, time.process_time()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        mended = mender.mend(path.read_bytes(), path.name, Source("files"))
        results[mended.result] += 1
        repairs.update(repair.code for repair in mended.repairs)
        if mended.result is Result.MENDED:
            again += mender.mend(mended.body, path.name, Source("files")).result is not Result.UNCHANGED
    seconds = time.process_time() - start
    said = ", ".join(f"{code} {count}" for code, count in repairs.most_common())
    counts = " | ".join(str(results[each]) for each in (Result.MENDED, Result.UNCHANGED, Result.REFUSED))
    return f"| {folder.name} | {results.total()} | {counts} | {said} | {again} | {seconds:.0f} |"


def main() -> None:
    """Print the table for the folders that are named."""
    with tempfile.TemporaryDirectory() as var:
        mender = Mender.from_settings(Settings(var=Path(var) / "var"))
        print("| format | files | mended | as they were | refused | repairs | changed when mended again | CPU s |")
        print("|" + "---|" * 8)
        for folder in map(Path, sys.argv[1:]):
            print(measure(mender, folder), flush=True)


if __name__ == "__main__":
    main()
