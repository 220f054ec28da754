"""Every problem that the software finds has sentences for people, in both languages, that take the values it has."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from kg.model import Problem, Severity
from kg.problems import Sentences
from kg.validate import Validator

CODE = re.compile(r'"((?:[a-z]+\.)?[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9-]+|empty)"')
#: Strings that look like codes and are none.
NO_CODES = re.compile(r"\.(?:csv|json|yaml|toml|ttl|xml|nt|nq|gz|rq|md|txt|sqlite|partial|tsv)$")


def table(root: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((root / "mappings" / "tables" / "problems.yaml").read_text("utf-8"))
    return found


def said(root: Path) -> dict[str, dict[str, str]]:
    """The rows that say what is wrong; what shapes find is said in their files."""
    return {code: row for code, row in table(root).items() if "en" in row}


def test_every_problem_has_four_sentences_with_the_same_values_in_both_languages(root: Path) -> None:
    assert len(said(root)) > 30
    for code, row in said(root).items():
        assert all(row[name].strip() for name in ("en", "fr", "do_en", "do_fr")), code
        names = [sorted(re.findall(r"\{(\w+)\}", row[language])) for language in ("en", "fr")]
        assert names[0] == names[1], code
        assert not re.search(r"\{\w+\}", row["do_en"] + row["do_fr"]), f"{code}: what to do has no values"


def test_what_is_only_explained_here_is_the_name_of_a_shape(root: Path) -> None:
    shapes = Validator.from_overlay(None).shapes.texts
    assert set(table(root)) - set(said(root)) - set(shapes) == set()


def test_every_code_that_is_raised_has_its_sentences_and_every_sentence_its_code(root: Path) -> None:
    text = "\n".join(path.read_text("utf-8") for path in (root / "kg").rglob("*.py"))
    known = set(said(root))
    repairs = {name.removeprefix("repair.") for name in yaml.safe_load((root / "kg/mend/words.yaml").read_text("utf-8"))}
    raised = {code for code in CODE.findall(text) if not NO_CODES.search(code)}
    prefixes = {code.partition(".")[0] for code in known if "." in code}
    assert {code for code in raised if code.partition(".")[0] in prefixes} - known - repairs == set()
    assert {code for code in known if f'"{code}"' not in text and not code.startswith("missing.")} == set()


def test_values_are_put_in_and_never_read_as_formats() -> None:
    sentences = Sentences.from_resources()
    said = sentences.what(Problem("date.invalid", Severity.WARNING, "s", "i", "a.xml", "", (("value", "{value} {0} \\1 %s"),)))
    assert "{value} {0} \\1 %s" in said


def test_a_code_without_sentences_is_told_as_it_is() -> None:
    unknown = Problem("of.a.plugin", Severity.WARNING, "s", "i", "a.xml")
    assert Sentences.from_resources().what(unknown) == "of.a.plugin"
    assert Sentences.from_resources().do(unknown) == ""


def test_an_installation_may_say_it_in_its_own_words(tmp_path: Path, root: Path) -> None:
    (tmp_path / "mappings" / "tables").mkdir(parents=True)
    text = (root / "mappings" / "tables" / "problems.yaml").read_text("utf-8").replace("The file is empty.", "There is nothing in it.")
    (tmp_path / "mappings" / "tables" / "problems.yaml").write_text(text, "utf-8")
    assert Sentences.from_resources(tmp_path).what(Problem("empty", Severity.VIOLATION, "s", "i", "a.xml")) == "There is nothing in it."
