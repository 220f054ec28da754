"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def examples() -> Path:
    """The project's own sample records."""
    return ROOT / "tests" / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real records and vocabularies that are not part of the project; tests that need them skip where they are missing."""
    folder = Path(os.environ.get("DATATERRA_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"real data are not there ({folder}/data); set DATATERRA_SHARED to the folder that holds data/ and suites/")
    return folder
