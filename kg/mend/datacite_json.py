"""DataCite in JSON: the address of a concept in its subject, that of a licence in its rights."""

from __future__ import annotations

from collections.abc import Iterator

from kg.mend.choice import Chosen
from kg.mend.reading import TermField
from kg.mend.repair import Left, Repair
from kg.mend.task import JsonTask, the_one
from kg.model import TermKind
from kg.namespaces import SPDX_LICENCES


def links(task: JsonTask) -> Iterator[Repair | Left]:
    """Accepted links in the subjects and rights of which they are."""
    is_old = str(_key(task.reading.document.root, "schemaVersion")).rstrip("/").endswith(("kernel-3", "kernel-2.2", "kernel-2.1"))
    for field, several in task.unwritten():
        chosen = the_one(field, several)
        keys = field.node.keys() if isinstance(field.node, dict) else frozenset()
        if chosen is None:
            yield task.left(field, "several")
        elif "subject" in keys:
            yield task.left(field, "version") if is_old else _written(task, field, chosen, _of_subject(task, field, chosen))
        elif "rights" in keys or "rightsIdentifier" in keys:
            yield _written(task, field, chosen, _of_rights(chosen))
        else:
            yield task.left(field, "no_field")


def language(task: JsonTask) -> Iterator[Repair]:
    """The language of the resource, where the record declares none."""
    root = task.reading.document.root
    place = task.text.place(root)
    if not task.undeclared or place is None or place.keys is None or root.get("language"):
        return
    known = place.keys.get("language")
    edit = task.text.new_value(known, task.undeclared) if known else task.text.add(place, {"language": task.undeclared})
    yield task.declared(root, f'"language": "{task.undeclared}"', edit)


def _key(node: object, name: str) -> object:
    return node.get(name) if isinstance(node, dict) else None


def _of_subject(task: JsonTask, field: TermField, chosen: Chosen) -> dict[str, object]:
    scheme = chosen.scheme if chosen.scheme and not field.node.get("subjectScheme") and not field.node.get("schemeUri") else None
    cited: dict[str, object] = {"subjectScheme": task.named(scheme.title), "schemeUri": scheme.iri} if scheme else {}
    return {**cited, "valueUri": chosen.iri}


def _of_rights(chosen: Chosen) -> dict[str, object]:
    values: dict[str, object] = {"rightsUri": chosen.iri}
    if chosen.kind is TermKind.LICENCE and chosen.spdx:
        values |= {"rightsIdentifier": chosen.spdx, "rightsIdentifierScheme": "SPDX", "schemeUri": SPDX_LICENCES}
    return values


def _written(task: JsonTask, field: TermField, chosen: Chosen, values: dict[str, object]) -> Repair | Left:
    """Keys that are there with nothing in them get their value; the others are written behind the last one."""
    place = task.text.place(field.node)
    if place is None or place.keys is None:
        return task.left(field, "no_field")
    empty = {name: place.keys[name] for name in values if name in place.keys and not field.node[name]}
    new = {name: value for name, value in values.items() if name not in place.keys}
    edits = [task.text.new_value(at, values[name]) for name, at in empty.items()]
    edits += [task.text.add(place, new)] if new else []
    return task.linked(
        field, chosen, task.text.written(place), task.text.spelled(field.node | {n: values[n] for n in (*empty, *new)}), edits
    )
