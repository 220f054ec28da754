"""Natives are worked through in their order, by this process or by others, with the same result."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataTerraError
from kg.model import Native
from kg.processing import Processed, Workers, linking_index
from kg.state import RecordStatus

WorkingFolder = Any  # of tests/conftest.py


@pytest.fixture
def natives(examples: Path) -> list[Native]:
    text = (examples / "sextant" / "marel-carnot.xml").read_text("utf-8")
    return [
        Native("sextant", f"{number}.xml", "application/xml", text.replace(">marel-carnot<", f">{number}<").encode(), f"{number}.xml")
        for number in range(12)
    ]


def workers(folder: WorkingFolder, count: int) -> Workers:
    settings = replace(folder.settings, workers=count)
    return Workers(settings, linking_index(settings))


def identifiers(results: list[Processed]) -> list[str]:
    return [result.record.identifier for result in results if result.record]


def test_results_come_in_the_order_of_the_batches_and_are_the_same_from_one_process_and_from_several(
    folder: WorkingFolder, natives: list[Native]
) -> None:
    batches = [natives[:1], [], natives[1:7], natives[7:8], [], [], natives[8:], []]
    done = {}
    for count in (1, 2):
        with workers(folder, count) as opened:
            done[count] = list(opened.process(iter(batches)))
            assert (opened._pool is None) == (count == 1)
        assert [identifiers(results) for results in done[count]] == [[native.identifier[:-4] for native in batch] for batch in batches]
    assert done[1] == done[2]


def test_one_batch_among_empty_ones_starts_no_process(folder: WorkingFolder, natives: list[Native]) -> None:
    with workers(folder, 2) as opened:
        assert [len(results) for results in opened.process([[], [], natives[:2], [], *[[]] * 20])] == [0, 0, 2, *[0] * 21]
        assert opened._pool is None


def test_no_more_batches_are_taken_than_can_be_worked_on(folder: WorkingFolder, natives: list[Native]) -> None:
    taken = 0

    def batches() -> Iterator[list[Native]]:
        nonlocal taken
        for native in natives:
            taken += 1
            yield [native]

    with workers(folder, 1) as opened:
        for given, _ in enumerate(opened.process(batches())):
            assert taken <= given + 4


def test_a_worker_that_dies_is_an_error_with_a_hint(folder: WorkingFolder, natives: list[Native]) -> None:
    with workers(folder, 2) as opened:
        results = opened.process([native] for native in natives)
        next(results)
        assert opened._pool is not None
        for process in list(opened._pool._processes.values()):
            os.kill(process.pid or 0, signal.SIGKILL)
        with pytest.raises(DataTerraError, match=r"worker process died.*DATATERRA_WORKERS=1"):
            list(results)


def test_what_becomes_of_a_native_is_told_by_its_status(folder: WorkingFolder, natives: list[Native], examples: Path) -> None:
    with workers(folder, 1) as opened:

        def status(name: str) -> RecordStatus:
            body = (examples / "faults" / name).read_bytes()
            return opened.own.process(Native("faults", name, "application/xml", body, name)).status

        assert opened.own.process(natives[0]).status is RecordStatus.PUBLISHED
        assert status("missing-title.xml") is RecordStatus.QUARANTINED
        assert status("truncated.xml") is RecordStatus.FAILED
        assert status("kml.xml") is RecordStatus.UNRECOGNISED
