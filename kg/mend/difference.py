"""The difference that edits make, line by line, as `diff -u` writes it (POSIX, diff, unified format); only edited lines differ."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from kg.mend.edit import Edit, applied

#: Lines around a difference that are shown.
CONTEXT = 3


@dataclass(frozen=True, slots=True)
class _Change:
    """The lines from `first` to before `last` of a text (counted from 0), and what stands in their place."""

    first: int
    last: int
    lines: list[str]


def difference(text: str, edits: Iterable[Edit], name: str) -> str:
    """What `patch` needs to make the edited text; empty where nothing changes.

    >>> print(difference("a\\nb\\nc\\n", [Edit(2, 3, "x")], "n"), end="")
    --- a/n
    +++ b/n
    @@ -1,3 +1,3 @@
     a
    -b
    +x
     c
    """
    lines = _lines(text)
    changes = list(_changes(text, lines, edits))
    if not changes:
        return ""
    path = name.lstrip("/")
    said = [f"--- a/{path}\n", f"+++ b/{path}\n"]
    moved = 0
    for hunk in _hunks(changes):
        said += _hunk(lines, hunk, moved)
        moved += sum(len(each.lines) - (each.last - each.first) for each in hunk)
    return "".join(said)


def _lines(text: str) -> list[str]:
    """Lines with their ends; those of other systems than Unix end where the next one's `\\n` is."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _changes(text: str, lines: list[str], edits: Iterable[Edit]) -> Iterator[_Change]:
    """Edits as changes of whole lines; those of one line, or of lines that touch, are one change."""
    starts = [0, *accumulate(map(len, lines))]
    made = [each for each in dict.fromkeys(edits) if text[each.start : each.end] != each.text]
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(made, key=lambda each: (each.start, each.end)):
        first = min(bisect_right(starts, edit.start) - 1, max(len(lines) - 1, 0))
        last = max(first + 1, bisect_right(starts, max(edit.start, edit.end - 1)))
        last = min(last, len(lines))
        if groups and first < groups[-1][1]:
            before = groups.pop()
            groups.append((before[0], max(before[1], last), [*before[2], edit]))
        else:
            groups.append((first, last, [edit]))
    for first, last, of in groups:
        start, end = starts[first], starts[last]
        moved = [Edit(each.start - start, each.end - start, each.text) for each in of]
        old, new = lines[first:last], _lines(applied(text[start:end], moved))
        same = _alike(old, new)
        tail = _alike(old[same:][::-1], new[same:][::-1])
        yield _Change(first + same, last - tail, new[same : len(new) - tail])


def _alike(one: list[str], other: list[str]) -> int:
    """How many lines are the same at the beginning."""
    return next((number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _hunks(changes: list[_Change]) -> Iterator[list[_Change]]:
    hunk = [changes[0]]
    for change in changes[1:]:
        if change.first - hunk[-1].last > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    yield hunk


def _hunk(lines: list[str], changes: list[_Change], moved: int) -> Iterator[str]:
    start, end = max(0, changes[0].first - CONTEXT), min(len(lines), changes[-1].last + CONTEXT)
    added = sum(len(each.lines) - (each.last - each.first) for each in changes)
    yield f"@@ -{_range(start, end - start)} +{_range(start + moved, end - start + added)} @@\n"
    at = start
    for change in changes:
        yield from (_line(" ", each) for each in lines[at : change.first])
        yield from (_line("-", each) for each in lines[change.first : change.last])
        yield from (_line("+", each) for each in change.lines)
        at = change.last
    yield from (_line(" ", each) for each in lines[at:end])


def _range(start: int, count: int) -> str:
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _line(sign: str, line: str) -> str:
    return f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}\n\\ No newline at end of file\n"
