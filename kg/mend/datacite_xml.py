"""DataCite in XML: the address of a concept at its subject, that of a licence at its rights, by the attributes of the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from kg.mend.choice import Chosen
from kg.mend.reading import TermField
from kg.mend.repair import Left, Repair
from kg.mend.task import XmlTask, the_one
from kg.model import TermKind
from kg.namespaces import SPDX_LICENCES

_KERNEL: Final = re.compile(r"kernel-(\d)(?:\.(\d))?")


def links(task: XmlTask) -> Iterator[Repair | Left]:
    """Accepted links at the subjects and rights of which they are."""
    kernel = _kernel(task)
    for field, several in task.unwritten():
        chosen = the_one(field, several)
        name = etree.QName(field.node).localname if isinstance(field.node, etree._Element) else ""
        if chosen is None:
            yield task.left(field, "several")
        elif name == "subject":
            yield _written(task, field, chosen, _of_subject(task, field, chosen)) if kernel >= (4, 0) else task.left(field, "version")
        elif name == "rights":
            rights = _of_rights(chosen, has_identifiers=kernel >= (4, 2))
            yield _written(task, field, chosen, rights) if kernel >= (3, 0) else task.left(field, "version")
        else:
            yield task.left(field, "no_field")


def language(task: XmlTask) -> Iterator[Repair]:
    """The language of the resource, where the record declares none; the children of `resource` have no order (`xs:all`)."""
    root = task.text.spans[0]
    children = {each.local: each for each in task.text.children(root)}
    near = children.get("publicationYear")
    if task.undeclared and near and "language" not in children:
        line = f"<{near.prefix}language>{task.undeclared}</{near.prefix}language>"
        yield task.declared(task.text.element(root), line, task.text.after(near, [line]))


def _kernel(task: XmlTask) -> tuple[int, int]:
    """The version of the schema: the namespace tells the kernel, the address of the schema the rest; without that it is the newest."""
    root = task.text.spans[0]
    namespace = _KERNEL.search(task.text.namespace(root, root.prefix) or "")
    location = next((task.text.value(root, each) for each in root.attributes if each.endswith(":schemaLocation")), "")
    major = int(namespace[1]) if namespace else 0
    minors = [int(found[2]) for found in _KERNEL.finditer(location) if found[2] and int(found[1]) == major]
    return major, max(minors, default=int(namespace[2] or 9) if namespace else 0)


def _of_subject(task: XmlTask, field: TermField, chosen: Chosen) -> dict[str, str]:
    present = task.text.span(field.node).attributes
    scheme = chosen.scheme if chosen.scheme and not {"subjectScheme", "schemeURI"} & present.keys() else None
    cited = {"subjectScheme": task.named(scheme.title), "schemeURI": scheme.iri} if scheme else {}
    return {**cited, "valueURI": chosen.iri}


def _of_rights(chosen: Chosen, *, has_identifiers: bool) -> dict[str, str]:
    attributes = {"rightsURI": chosen.iri}
    if chosen.kind is TermKind.LICENCE and chosen.spdx and has_identifiers:
        attributes |= {"rightsIdentifier": chosen.spdx, "rightsIdentifierScheme": "SPDX", "schemeURI": SPDX_LICENCES}
    return attributes


def _written(task: XmlTask, field: TermField, chosen: Chosen, attributes: dict[str, str]) -> Repair:
    span = task.text.span(field.node)
    new = {name: value for name, value in attributes.items() if name not in span.attributes}
    edit = task.text.with_attributes(span, new)
    before = task.text.written(span)
    at = edit.start - span.start
    return task.linked(field, chosen, before, before[:at] + edit.text + before[at:], [edit])
