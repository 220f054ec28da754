"""The settings: every one is documented, with its default, and a wrong value is an error for people."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.config import Settings, settings_from_environment
from kg.errors import ConfigError

#: A value that differs from the default, for each type that settings have.
OTHER = {"Path": "elsewhere", "Path | None": str(Path(__file__).parent), "int": "7", "float": "7.5", "bool": "True"}
FIELDS = {field.name: field for field in dataclasses.fields(Settings)}


def documented(root: Path) -> dict[str, str]:
    """Setting and default of each row of docs/settings.md."""
    text = (root / "docs/settings.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(DATATERRA_\w+)` \| `?([^|`]*)`? \|", text, re.MULTILINE))


def test_every_setting_is_documented_with_its_default(root: Path) -> None:
    defaults = {f"DATATERRA_{name.upper()}": "(none)" if field.default is None else str(field.default) for name, field in FIELDS.items()}
    assert documented(root) == defaults


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_is_read_from_its_variable(name: str) -> None:
    text = OTHER[str(FIELDS[name].type)]
    read = settings_from_environment({f"DATATERRA_{name.upper()}": f" {text} "})
    assert str(getattr(read, name)) == text
    assert {other for other in FIELDS if getattr(read, other) != getattr(Settings(), other)} == {name}


def test_unset_and_empty_variables_keep_the_defaults() -> None:
    assert settings_from_environment({}) == settings_from_environment({"DATATERRA_WORKERS": " ", "DATATERRA_VAR": ""}) == Settings()


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.type in ("int", "float")])
def test_a_number_that_is_none_is_refused_by_name(name: str) -> None:
    variable = f"DATATERRA_{name.upper()}"
    with pytest.raises(ConfigError) as caught:
        settings_from_environment({variable: "many"})
    assert caught.value.where == variable
    assert "many" in caught.value.what


def test_settings_cannot_change_once_read() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().workers = 2  # type: ignore[misc]


def test_nothing_else_reads_the_environment(root: Path) -> None:
    modules = [path for package in ("kg", "api") for path in (root / package).rglob("*.py") if path.name != "config.py"]
    assert not [path for path in modules if re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))]


def test_no_document_names_a_setting_that_is_none(root: Path) -> None:
    known = {f"DATATERRA_{name.upper()}" for name in FIELDS} | {"DATATERRA_SHARED"}  # of the tests, not of the program
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *root.glob("bench/*.md"), root / "Makefile"]
    named = {name for page in pages for name in re.findall(r"DATATERRA_[A-Z][A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))}
    assert named <= known


def test_the_command_says_which_setting_is_wrong_without_a_traceback(tmp_path: Path) -> None:
    environment = {"DATATERRA_WORKERS": "many", "DATATERRA_VAR": str(tmp_path), "PATH": ""}
    done = subprocess.run([sys.executable, "-m", "kg.cli", "doctor"], capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 1
    assert "DATATERRA_WORKERS" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATATERRA_CONFIG", "/no/such/folder"),
        ("DATATERRA_WORKERS", "-3"),
        ("DATATERRA_SPARQL_SECONDS", "nan"),
        ("DATATERRA_SPARQL_SECONDS", "0"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=variable):
        settings_from_environment({variable: value})
