"""Each native of `tests/golden` becomes the graph that lies beside it, with the same problems."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.crosswalk.engine import Mapper

_SCRIPT = runpy.run_path(str(Path(__file__).with_name("rewrite_golden.py")))
CASES: list[Path] = _SCRIPT["cases"]()
golden: Callable[[Mapper, Path], str] = _SCRIPT["golden"]


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper.from_resources()


@pytest.mark.parametrize("native", CASES, ids=["/".join(path.parts[-3:-1]) for path in CASES])
def test_a_native_becomes_its_golden_graph(mapper: Mapper, native: Path) -> None:
    wanted = native.with_name("out.ttl")
    assert wanted.exists(), f"{wanted} is missing: write it with make golden, and read it"
    assert golden(mapper, native) == wanted.read_text(encoding="utf-8"), "if the change is meant, run make golden and read the difference"


@pytest.mark.parametrize("native", CASES, ids=["/".join(path.parts[-3:-1]) for path in CASES])
def test_the_folder_is_named_for_the_format(native: Path) -> None:
    assert native.with_name("out.ttl").read_text(encoding="utf-8").startswith(f"# {native.parts[-3]}\n")


def test_mapping_twice_gives_the_same_bytes(mapper: Mapper) -> None:
    assert [golden(mapper, native) for native in CASES] == [golden(mapper, native) for native in CASES]
