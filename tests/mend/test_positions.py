"""Where things stand in a file, and what differs: for any file, not only for those that somebody thought of."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kg.crosswalk.xml_document import parse_xml
from kg.mend.difference import difference
from kg.mend.edit import Edit, applied
from kg.mend.json_text import JsonText, Place
from kg.mend.xml_text import XmlText, text

_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
_NAMES = st.sampled_from(["a", "b:c", "d-e", "_f.g", "é"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


def places(place: Place) -> list[Place]:
    return [place, *(inner for part in place.parts for inner in places(part))]


@given(_JSON, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_every_value_of_json_stands_where_it_is_said_to(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    source = JsonText(written, parsed := json.loads(written))
    assert source.value(source.root) == parsed == value
    for place in places(source.root):
        assert json.loads(source.written(place)) == source.value(place)


@given(st.dictionaries(_TEXTS, _JSON, max_size=4), st.sampled_from([None, 2, 4]), _JSON)
def test_a_key_is_added_and_nothing_else_changes(value: dict[str, Any], indent: int | None, new: Any) -> None:
    value.pop("new", None)
    written = json.dumps(value, indent=indent, ensure_ascii=False)
    source = JsonText(written, json.loads(written))
    edit = source.add(source.root, {"new": new})
    assert json.loads(applied(written, [edit])) == value | {"new": new}
    assert edit.start == edit.end or not value


@given(st.lists(_JSON, max_size=4), st.sampled_from([None, 2]), _JSON)
def test_an_entry_is_added_and_nothing_else_changes(value: list[Any], indent: int | None, new: Any) -> None:
    written = json.dumps(value, indent=indent)
    source = JsonText(written, json.loads(written))
    assert json.loads(applied(written, [source.append(source.root, [new])])) == [*value, new]


@st.composite
def xml(draw: st.DrawFn, depth: int = 3) -> str:
    """An element as people and programs write them: comments, sections, references, both kinds of quotation marks."""
    name = draw(_NAMES)
    attributes = draw(st.dictionaries(st.sampled_from(["x", "y", "b:z"]), _TEXTS, max_size=2))
    quote = draw(st.sampled_from("\"'"))
    written = "".join(
        f" {key} = {quote}{text(value).replace(quote, '&#34;' if quote == chr(34) else '&#39;')}{quote}"
        for key, value in attributes.items()
    )
    declared = ' xmlns:b="urn:b"' if depth == 3 else ""
    pieces = st.one_of(
        _TEXTS.map(text),
        _TEXTS.filter(lambda each: "]]>" not in each and not each.endswith("]")).map(lambda each: f"<![CDATA[{each}]]>"),
        st.sampled_from(["<!-- <a> & -->", "<?pi <a> ?>", "&#233;", "&amp;", " \n\t", ">"]),
        *([xml(depth - 1)] if depth else []),
    )
    inside = "".join(draw(st.lists(pieces, max_size=4)))
    return f"<{name}{declared}{written}/>" if draw(st.booleans()) and not inside else f"<{name}{declared}{written} >{inside}</{name} >"


@settings(max_examples=200)
@given(xml())
def test_every_element_of_xml_stands_where_it_is_said_to(written: str) -> None:
    try:
        root = parse_xml(written.encode())
    except ValueError:  # a section that is closed by the text behind it, and the like
        return
    source = XmlText(written, root)
    for element, span in zip(source.elements, source.spans, strict=True):
        assert source.written(span).startswith(f"<{span.name}") and source.element(span) is element
        assert {name: source.value(span, name) for name in span.attributes if not name.startswith("xmlns")} == {
            (f"b:{etree.QName(name).localname}" if name.startswith("{") else name): value for name, value in element.attrib.items()
        }
        if len(element) == 0:
            assert "".join(each for each, _, _ in source.characters(span)) == (element.text or "")


@given(st.text("ab\n\r", max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text("xy\n", max_size=4)), max_size=4))
def test_a_difference_says_exactly_what_edits_do(before: str, given_edits: list[tuple[int, int, str]]) -> None:
    edits: list[Edit] = []
    for start, length, new in sorted(given_edits):
        start = min(start, len(before))
        if not edits or start > edits[-1].end:
            edits.append(Edit(start, min(start + length, len(before)), new))
    after = applied(before, edits)
    shown = difference(before, edits, "f")
    assert (shown == "") == (before == after) or before != after
    assert patched(before, shown) == after


def patched(before: str, shown: str) -> str:
    """A text with a unified diff."""
    lines, at, out = before.split("\n"), 0, []
    lines = [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    body = shown.split("\n")
    previous = ""
    for line in body[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1][1:].split(",")[0])
            count = int(line.split()[1].partition(",")[2] or 1)
            out += lines[at : start - (count != 0)]
            at = start - (count != 0)
        elif line.startswith("\\"):
            if previous in "+ ":
                out[-1] = out[-1].removesuffix("\n")
        elif line:
            previous = line[0]
            at += previous in "- "
            out += [line[1:] + "\n"] if previous in "+ " else []
    return "".join([*out, *lines[at:]])


def test_patch_itself_takes_the_difference(tmp_path: Path) -> None:
    if not shutil.which("patch"):
        pytest.skip("patch is not installed")
    before = "".join(f"line {number}\n" for number in range(40)) + "the last"
    edits = [Edit(0, 4, "LINE"), Edit(before.index("line 20"), before.index("line 20"), "between\n"), Edit(len(before), len(before), "!")]
    (tmp_path / "f").write_text(before)
    subprocess.run(["patch", "-p1"], input=difference(before, edits, "f"), text=True, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "f").read_text() == applied(before, edits)


def test_two_edits_of_the_same_characters_are_refused() -> None:
    with pytest.raises(ValueError, match="two edits"):
        applied("abc", [Edit(0, 2, "x"), Edit(1, 3, "y")])
