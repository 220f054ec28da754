"""Repairs of values: dates, numbers, boxes, axes, languages, letters. Only where the graph is certain of what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Final

from lxml import etree

from kg.crosswalk.document import Node
from kg.crosswalk.places import Here
from kg.crosswalk.values import parse_decimal
from kg.crosswalk.xml_document import compile_xpath
from kg.mend.certain import certain_box, certain_date
from kg.mend.edit import Edit
from kg.mend.leaves import Leaf, leaves_of_slot, leaves_read, lists_of_slot
from kg.mend.repair import Repair
from kg.mend.task import JsonTask, Task, XmlTask, said
from kg.namespaces import DT
from kg.origins import NamedSelector
from kg.text.characters import repaired

_EDGES: Final = ("west", "south", "east", "north")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+$", re.ASCII)
_CODE: Final = re.compile(r"(.+)/@codeListValue$")


def values(task: Task) -> Iterator[Repair]:
    """All repairs of values, each once."""
    seen: set[tuple[Edit, ...]] = set()
    for repair in (*_dates(task), *_boxes(task), *_axes(task), *_letters(task), *_languages(task)):
        if repair.edits and repair.edits not in seen:
            seen.add(repair.edits)
            yield repair


def _repair(code: str, place: str, before: str, after: str, edits: Iterable[Edit], *replaces: str) -> Repair:
    sentence = said(f"repair.{code}", before=before, after=after)
    return Repair(code, place, before, after, sentence, (), tuple(edits), replaces=frozenset(replaces))


def _troubles(task: Task, code: str) -> Iterator[tuple[dict[str, str], Here]]:
    return ((given, here) for each, given, here in task.reading.graph.troubles if each == code)


def _dates(task: Task) -> Iterator[Repair]:
    for given, here in _troubles(task, "date.invalid"):
        after = certain_date(given["value"])
        for leaf in leaves_read(task, here) if after else ():
            at = leaf.text.find(given["value"])
            if at >= 0 and after and leaf.name != "DateTime":
                edit = leaf.changed(at, at + len(given["value"]), after)
                yield _repair("date.invalid", leaf.place, given["value"], after, [edit], given["value"])
                break


# --- boxes -----------------------------------------------------------------------------------------------------------------------------


def _boxes(task: Task) -> Iterator[Repair]:
    places: dict[tuple[int, int], tuple[Here, set[str]]] = {}
    for (subject, predicate), stated in task.reading.graph.origins.items():
        for _, here in stated if predicate == DT.west.value else ():
            places.setdefault((id(here.node), id(here.slots)), (here, set()))[1].add(subject)
    for here, subjects in places.values():
        for edges in _edges(task, here):
            yield from _box(edges, subjects)


def _edges(task: Task, here: Here) -> Iterator[list[Leaf]]:
    """The four leaves of each box that a rule has read, in the order west, south, east, north."""
    slots = here.slots
    if all(name in slots for name in _EDGES):
        found = [list(leaves_of_slot(task, here, slots[name])) for name in _EDGES]
        if all(len(each) == 1 for each in found):
            yield [each[0] for each in found]
    if isinstance(task, JsonTask):
        lists = [each for name in ("boxes", "edges") if name in slots for each in lists_of_slot(task, here, slots[name])]
        yield from (each for each in lists if len(each) == 4)


def _box(edges: list[Leaf], subjects: set[str]) -> Iterator[Repair]:
    texts = [each.text.strip() for each in edges]
    numbers = [parse_decimal(each) for each in texts]
    west, south, east, north = numbers
    if west is None or south is None or east is None or north is None or len({each.text.strip() for each in edges}) == 1:
        return
    pointed = [each.replace(",", ".") if _COMMA.match(each) else each for each in texts]
    box = certain_box((pointed[0], pointed[1], pointed[2], pointed[3]), (west, south, east, north))
    wanted = box.edges if box else tuple(pointed)
    edits = [_rewritten(leaf, after) for leaf, text, after in zip(edges, texts, wanted, strict=True) if text != after]
    if edits:
        code = box.code if box else "number.comma"
        replaced = {each.rstrip("0123456789") for each in subjects} if box and box.code != "place.longitude-360" else set()
        yield _repair(code, edges[0].place, ", ".join(texts), ", ".join(wanted), edits, *replaced)


def _rewritten(leaf: Leaf, after: str) -> Edit:
    text = leaf.text
    start = len(text) - len(text.lstrip())
    return leaf.changed(start, len(text.rstrip()), after)


# --- axes ------------------------------------------------------------------------------------------------------------------------------


def _axes(task: Task) -> Iterator[Repair]:
    for _, here in _troubles(task, "place.axes-swapped"):
        leaves = [leaf for name in ("positions", "geojson") if name in here.slots for leaf in leaves_of_slot(task, here, here.slots[name])]
        if isinstance(task, JsonTask):
            edits = list(_exchanged_numbers([each for each in leaves if parse_decimal(each.text) is not None]))
        else:
            edits = [edit for leaf in leaves for edit in _exchanged_words(leaf)]
        if edits and leaves:
            before = " ".join(each.text.strip() for each in leaves if parse_decimal(each.text[:40].split(" ")[0]) is not None)
            yield _repair("place.axes-swapped", leaves[0].place, before, _pairs_exchanged(before), edits)


def _exchanged_numbers(numbers: list[Leaf]) -> Iterator[Edit]:
    """The numbers of a GeoJSON geometry of two dimensions, two by two."""
    if len(numbers) % 2:
        return
    for first, second in zip(numbers[::2], numbers[1::2], strict=True):
        yield first.changed(0, len(first.text), second.text)
        yield second.changed(0, len(second.text), first.text)


def _exchanged_words(leaf: Leaf) -> Iterator[Edit]:
    """The numbers in a text, two by two, with what stands between them as it is."""
    words = list(re.finditer(r"[^\s,;]+", leaf.text))
    if len(words) % 2:
        return
    for first, second in zip(words[::2], words[1::2], strict=True):
        yield leaf.changed(*first.span(), second[0])
        yield leaf.changed(*second.span(), first[0])


def _pairs_exchanged(text: str) -> str:
    words = re.findall(r"[^\s,;]+", text)
    return " ".join(f"{second} {first}" for first, second in zip(words[::2], words[1::2], strict=False))


# --- letters ---------------------------------------------------------------------------------------------------------------------------


def _letters(task: Task) -> Iterator[Repair]:
    for _, here in _troubles(task, "text.encoding"):
        for leaf in leaves_read(task, here):
            text = leaf.text
            right = repaired(text)
            if right != text:
                edits = list(_letter_edits(leaf, text, right))
                before, after = (_around(each, other) for each, other in ((text, right), (right, text)))
                yield _repair("text.encoding", leaf.place, before, after, edits)


def _letter_edits(leaf: Leaf, text: str, right: str) -> Iterator[Edit]:
    """Word by word, so that nothing else is written anew."""
    wrong_words, right_words = (re.findall(r"\S+|\s", each) for each in (text, right))
    starts = [0]
    for word in wrong_words:
        starts.append(starts[-1] + len(word))
    for tag, first, last, at, end in SequenceMatcher(None, wrong_words, right_words, autojunk=False).get_opcodes():
        if tag != "equal" and first < last:
            yield leaf.changed(starts[first], starts[last], "".join(right_words[at:end]))


def _around(text: str, other: str) -> str:
    """The words around the first difference."""
    at = next((number for number, (one, two) in enumerate(zip(text, other, strict=False)) if one != two), 0)
    return text[max(0, at - 20) : at + 20].strip()


# --- languages -------------------------------------------------------------------------------------------------------------------------


def _languages(task: Task) -> Iterator[Repair]:
    if task.reading.graph.found_language and isinstance(task, XmlTask):
        yield from _declared_otherwise(task, task.reading.graph.found_language)
    elif task.reading.graph.found_language and isinstance(task, JsonTask):
        yield from _declared_in_json(task, task.reading.graph.found_language)


def _declared_otherwise(task: XmlTask, language: str) -> Iterator[Repair]:
    """The code of the language that the record declares, and the word beside it."""
    for element in _language_elements(task):
        span = task.text.span(element)
        before = task.text.value(span, "codeListValue")
        code = _code_like(task, before, language)
        edits = [task.text.new_value(span, "codeListValue", code)]
        words = (element.text or "").strip()
        if words and words != before and len(element) == 0:
            edits += task.text.new_text(span, words, code)
        elif words:
            edits += task.text.new_text(span, before, code)
        yield _repair("language.detected", task.place(element), before, code, edits, before)
        return


def _language_elements(task: XmlTask) -> Iterator[etree._Element]:
    """The elements whose code says in which language the record is."""
    crosswalk, document = task.reading.crosswalk, task.reading.document
    for select in crosswalk.language.alternatives:
        found = _CODE.match(select.expression) if isinstance(select, NamedSelector) else None
        nodes: list[Node] = compile_xpath(found[1], crosswalk.namespaces)(document, document.root) if found else []
        for node in nodes:
            if "codeListValue" in task.text.span(node).attributes:
                yield node


def _declared_in_json(task: JsonTask, language: str) -> Iterator[Repair]:
    here = Here(task.reading.document, task.reading.document.root, {"language": task.reading.crosswalk.language})
    for leaf in leaves_of_slot(task, here, task.reading.crosswalk.language):
        code = _code_like(task, leaf.text, language)
        yield _repair("language.detected", leaf.place, leaf.text, code, [leaf.changed(0, len(leaf.text), code)], leaf.text)
        return


def _code_like(task: Task, before: str, language: str) -> str:
    """The code of a language of the length that the file uses: ISO 639-1, or the code of ISO 639-2 for bibliographies.

    Of two codes of three letters the one of ISO 639-3 is what the EU's table has.
    """
    if len(before) == 2:
        return language
    rows = task.reading.crosswalk.tables.rows("languages")
    codes = [code for code, row in rows.items() if row["tag"] == language and len(code) == 3]
    terminology = next((row["eu"].casefold() for row in rows.values() if row["tag"] == language), "")
    return next((code for code in codes if code != terminology), terminology or language)
