"""STAC: themes beside the keywords (themes extension), the licence as its SPDX identifier and as a link, times as RFC 3339 has them.

<https://github.com/radiantearth/stac-spec>, <https://github.com/stac-extensions/themes>
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kg.crosswalk.document import Node
from kg.crosswalk.values import parse_date
from kg.mend.choice import Chosen
from kg.mend.edit import Edit
from kg.mend.json_text import Place
from kg.mend.reading import TermField
from kg.mend.repair import Left, Repair
from kg.mend.task import JsonTask, said, the_one
from kg.model import TermKind
from kg.namespaces import STAC_THEMES

#: Versions whose extensions are named by their schema; before 1.0.0 they had short names.
_WITH_SCHEMAS: Final = re.compile(r"1\.\d+\.\d+$")
#: A moment that lacks what RFC 3339, section 5.6, asks for: the T, the seconds, or the zone, which is UTC (STAC, Common metadata).
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(\.\d+)?\s*(?:(Z|UTC)|([+-]\d\d):?(\d\d))?", re.ASCII)
_TIMES: Final = ("datetime", "start_datetime", "end_datetime", "created", "updated", "published")
_THEMES_OF: Final = re.compile(r"/themes/v\d")


def links(task: JsonTask) -> Iterator[Repair | Left]:
    """Accepted links as themes and as links to licences."""
    given = task.given
    keywords: list[tuple[TermField, Chosen]] = []
    for field, several in task.unwritten():
        chosen = the_one(field, several)
        if chosen is None:
            yield task.left(field, "several")
        elif chosen.kind is TermKind.LICENCE:
            yield from _licence(task, field, chosen, is_given=chosen.concept in given)
        elif field.kind in (TermKind.INSTRUMENT, TermKind.PLATFORM, TermKind.VARIABLE) or chosen.kind is TermKind.ACCESS:
            yield task.left(field, "no_field")
        elif "iri" in field.here.slots and isinstance(field.node, dict):
            yield _of_concept(task, field, chosen)
        elif chosen.concept not in given and chosen.scheme:
            given.add(chosen.concept)
            keywords.append((field, chosen))
    yield from _themes(task, keywords)


def _of_concept(task: JsonTask, field: TermField, chosen: Chosen) -> Repair | Left:
    """A concept of a theme that has a name and no address."""
    place = task.text.place(field.node)
    if place is None or "id" not in field.node or "url" in field.node:
        return task.left(field, "no_field")
    after = task.text.spelled(field.node | {"url": chosen.iri})
    return task.linked(field, chosen, task.text.written(place), after, [task.text.add(place, {"url": chosen.iri})])


def _themes(task: JsonTask, keywords: list[tuple[TermField, Chosen]]) -> Iterator[Repair | Left]:
    root = _root(task)
    holder, place = _holder(task)
    if not keywords:
        return
    if not _WITH_SCHEMAS.match(str(root.get("stac_version"))) or place is None:
        yield from (task.left(field, "version") for field, _ in keywords)
        return
    by_scheme: dict[str, list[tuple[TermField, Chosen]]] = {}
    for field, chosen in keywords:
        by_scheme.setdefault(chosen.scheme.iri if chosen.scheme else "", []).append((field, chosen))
    themes: list[object] = [
        {"scheme": scheme, "concepts": [_concept(task, chosen) for _, chosen in of]} for scheme, of in by_scheme.items() if scheme
    ]
    edits = [*_added_themes(task, holder, place, themes), *(_extension(task, root) if "themes" not in holder else [])]
    field, chosen = keywords[0]
    words, labels = ", ".join(each.words for each, _ in keywords), _joined([each.label for _, each in keywords])
    sentence = said("repair.keyword.iri", words=words, label=labels, iri=", ".join(each.iri for _, each in keywords))
    writes = tuple((each.iri, each.concept) for _, each in keywords)
    why = tuple(each.why for _, each in keywords)
    yield Repair("keyword.iri", task.place(field.node), "", task.text.spelled(themes), sentence, why, tuple(edits), writes)


def _joined(labels: list[dict[str, str]]) -> dict[str, str]:
    return {language: ", ".join(each.get(language, next(iter(each.values()), "")) for each in labels) for language in ("en", "fr")}


def _concept(task: JsonTask, chosen: Chosen) -> dict[str, object]:
    return {"id": chosen.iri.rstrip("/").rpartition("/")[2], "title": task.named(chosen.label), "url": chosen.iri}


def _added_themes(task: JsonTask, holder: dict[str, Any], place: Place, themes: list[object]) -> list[Edit]:
    known = place.keys.get("themes") if place.keys else None
    if known is None:
        return [task.text.add(place, {"themes": themes})]
    return [task.text.append(known, themes)] if isinstance(holder["themes"], list) else []


def _extension(task: JsonTask, root: dict[str, Any]) -> list[Edit]:
    """The edit that says which extension the themes are of."""
    named, place = root.get("stac_extensions"), task.text.place(root)
    if isinstance(named, list) and any(_THEMES_OF.search(str(each)) for each in named):
        return []
    known = task.text.place(named)
    if isinstance(named, list) and known is not None:
        return [task.text.append(known, [STAC_THEMES])]
    return [task.text.add(place, {"stac_extensions": [STAC_THEMES]})] if place and named is None else []


def _licence(task: JsonTask, field: TermField, chosen: Chosen, *, is_given: bool) -> Iterator[Repair]:
    root = _root(task)
    holder, place = _holder(task)
    known = place.keys.get("license") if place and place.keys else None
    written = holder.get("license")
    if chosen.spdx and known and isinstance(written, str) and written.strip() == field.words and written not in task.vocabularies.spdx_ids:
        sentence = said("repair.licence.spdx", words=written, label=chosen.label, iri=chosen.spdx)
        edits = (task.text.new_value(known, chosen.spdx),)
        place_ = task.place(field.node)
        yield Repair("licence.spdx", place_, written, chosen.spdx, sentence, (chosen.why,), edits, replaces=frozenset({written.strip()}))
    links_ = root.get("links")
    at = task.text.place(links_)
    if at is None or is_given or any(isinstance(each, dict) and each.get("rel") == "license" for each in links_ or ()):
        return
    link: dict[str, object] = {"rel": "license", "href": chosen.iri, "title": task.named(chosen.label)}
    yield task.linked(field, chosen, "", task.text.spelled(link), [task.text.append(at, [link])])


def _root(task: JsonTask) -> dict[str, Any]:
    root = task.reading.document.root
    return root if isinstance(root, dict) else {}


def _holder(task: JsonTask) -> tuple[dict[str, Any], Place | None]:
    """Where themes and licence stand: in a collection at the top, in an item among its properties."""
    root = _root(task)
    holder = root.get("properties") if root.get("type") == "Feature" else root
    return (holder, task.text.place(holder)) if isinstance(holder, dict) else ({}, None)


def times(task: JsonTask) -> Iterator[Repair]:
    """Moments that are meant and not written as RFC 3339 has them."""
    for value, place in _moments(task):
        after = rfc3339(value)
        if after and after != value:
            said_ = said("repair.date.time", before=value, after=after)
            before = parse_date(value)
            replaces = frozenset({value, before.value if before else value})
            yield Repair("date.time", task.place(value), value, after, said_, (), (task.text.new_value(place, after),), replaces=replaces)


def _moments(task: JsonTask) -> Iterator[tuple[str, Place]]:
    root = _root(task)
    holder, place = _holder(task)
    found: list[tuple[Node, Place | None]] = [(holder.get(each), place.keys.get(each)) for each in _TIMES if place and place.keys]
    extent = root.get("extent")
    temporal = extent.get("temporal") if isinstance(extent, dict) else None
    intervals = temporal.get("interval") if isinstance(temporal, dict) else None
    for interval in intervals if isinstance(intervals, list) else ():
        at = task.text.place(interval)
        found += zip(interval, at.parts, strict=True) if at and isinstance(interval, list) else ()
    return ((value, at) for value, at in found if isinstance(value, str) and at)


def rfc3339(value: str) -> str | None:
    """A moment as RFC 3339 has it; `None` where it is none, or has no time.

    >>> rfc3339("2020-02-29 12:00"), rfc3339("2020-02-29"), rfc3339("2020-02-29T12:00:00+0100")
    ('2020-02-29T12:00:00Z', None, '2020-02-29T12:00:00+01:00')
    """
    found = _MOMENT.fullmatch(value.strip())
    if found is None or parse_date(value) is None:
        return None
    day, minutes, seconds, fraction, _, hours, rest = found.groups()
    zone = f"{hours}:{rest}" if hours else "Z"
    return f"{day}T{minutes}{seconds or ':00'}{fraction or ''}{zone}"
