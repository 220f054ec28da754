"""Fixtures for mending."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.config import Settings
from kg.mend.mender import Mender, Wanted
from kg.mend.repair import Mended
from kg.model import Source

Mend = Callable[..., Mended]


@pytest.fixture(scope="session")
def mender(tmp_path_factory: pytest.TempPathFactory) -> Mender:
    """With all vocabularies of the installation, and no working folder."""
    return Mender.from_settings(Settings(var=tmp_path_factory.mktemp("none") / "var"))


@pytest.fixture
def mend(mender: Mender) -> Mend:
    """Mends a file or a text."""

    def do(given: Path | bytes | str, name: str = "", wanted: Wanted | None = None) -> Mended:
        body = given.read_bytes() if isinstance(given, Path) else given.encode() if isinstance(given, str) else given
        return mender.mend(body, name or (given.name if isinstance(given, Path) else "record.xml"), Source("files"), wanted)

    return do
