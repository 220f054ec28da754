"""EML: annotations of the data set and of its variables, the licence with its address (EML 2.2), a link in the rights (before).

Annotations are from EML 2.2 on; what is annotated has an identifier (EML 2.2.0, Semantic annotation).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from kg.mend.choice import Chosen
from kg.mend.edit import Edit
from kg.mend.reading import TermField
from kg.mend.repair import Left, Repair
from kg.mend.task import XmlTask, the_one
from kg.mend.xml_text import Span, quoted, text
from kg.model import TermKind
from kg.namespaces import EML_2_2, IS_ABOUT, MEASURES

#: What stands in a data set before its annotations (eml-resource.xsd, ResourceGroup), in this order.
_BEFORE_LICENCE: Final = (
    *("alternateIdentifier", "shortName", "title", "creator", "metadataProvider", "associatedParty", "pubDate", "language", "series"),
    *("abstract", "keywordSet", "additionalInfo", "intellectualRights", "licensed"),
)
#: The words by which the rules on rights know a licence (`kg.link.rights`).
_NAMED: Final = re.compile(r"named as '(.+)'")
_BEFORE_ANNOTATION: Final = (*_BEFORE_LICENCE, "distribution", "coverage", "annotation")


def links(task: XmlTask) -> Iterator[Repair | Left]:
    """Accepted links, where this version of EML has a place for them."""
    given = task.given
    has_annotations = task.text.namespace(task.text.spans[0], task.text.spans[0].prefix) == EML_2_2
    for field, several in task.unwritten():
        chosen = the_one(field, several)
        name = _name(field)
        if chosen is None:
            yield task.left(field, "several")
        elif name == "attribute" and has_annotations:
            yield _of_attribute(task, field, chosen)
        elif chosen.concept in given:
            continue
        elif chosen.kind is TermKind.LICENCE:
            given.add(chosen.concept)
            yield _licence(task, field, chosen, has_annotations)
        elif name == "keyword":
            given.add(chosen.concept)
            yield _of_dataset(task, field, chosen) if has_annotations else task.left(field, "version")
        else:
            yield task.left(field, "version" if name == "attribute" else "no_field")


def language(task: XmlTask) -> Iterator[Repair]:
    """The language of the title, where the record declares none; titles have one from EML 2.1 on (i18nNonEmptyStringType)."""
    root = task.text.spans[0]
    title = next((each for each in task.text.children(_dataset(task)) if each.local == "title"), None)
    if task.undeclared and title and "xml:lang" not in title.attributes and "eml-2.0" not in (task.text.namespace(root, root.prefix) or ""):
        edit = task.text.with_attributes(title, {"xml:lang": task.undeclared})
        yield task.declared(task.text.element(title), edit.text.strip(), edit)


def _name(field: TermField) -> str:
    return etree.QName(field.node).localname if isinstance(field.node, etree._Element) else ""


def _of_dataset(task: XmlTask, field: TermField, chosen: Chosen) -> Repair | Left:
    dataset = _dataset(task)
    last = _last(task, dataset, _BEFORE_ANNOTATION)
    if last is None:
        return task.left(field, "no_field")
    lines = _annotation(task, chosen, IS_ABOUT, "is about", _step(task, dataset))
    edits = [*_identified(task, dataset, "dataset"), task.text.after(last, lines)]
    return task.linked(field, chosen, "", "\n".join(lines), edits)


def _of_attribute(task: XmlTask, field: TermField, chosen: Chosen) -> Repair | Left:
    attribute = task.text.span(field.node)
    children = list(task.text.children(attribute))
    if not children or children[-1].local == "references":
        return task.left(field, "no_field")
    lines = _annotation(task, chosen, MEASURES, "contains measurements of type", _step(task, attribute))
    edits = [*_identified(task, attribute, "attribute"), task.text.after(children[-1], lines)]
    return task.linked(field, chosen, "", "\n".join(lines), edits)


def _annotation(task: XmlTask, chosen: Chosen, concerns: str, says: str, step: str) -> list[str]:
    return [
        "<annotation>",
        f'{step}<propertyURI label="{says}">{concerns}</propertyURI>',
        f'{step}<valueURI label="{quoted(task.named(chosen.label))}">{text(chosen.iri)}</valueURI>',
        "</annotation>",
    ]


def _identified(task: XmlTask, span: Span, name: str) -> list[Edit]:
    """The edit that gives an element an identifier that no other has, where it has none."""
    if "id" in span.attributes:
        return []
    taken = {task.text.value(each, "id") for each in task.text.spans}
    alike = [each.start for each in task.text.spans if each.local == name]
    number = alike.index(span.start) + 1
    wanted = name if name == "dataset" else f"{name}-{number}"
    while wanted in taken:
        wanted += "-1"
    return [task.text.with_attributes(span, {"id": wanted})]


def _licence(task: XmlTask, field: TermField, chosen: Chosen, has_licensed: bool) -> Repair | Left:
    dataset = _dataset(task)
    if _name(field) == "licensed":
        return _named_licence(task, field, chosen)
    if not has_licensed:
        return _in_rights(task, field, chosen, dataset)
    last = _last(task, dataset, _BEFORE_LICENCE)
    if last is None:
        return task.left(field, "no_field")
    step = _step(task, dataset)
    identifier = [f"{step}<identifier>{chosen.spdx}</identifier>"] if chosen.spdx else []
    name = f"{step}<licenseName>{text(task.named(chosen.label))}</licenseName>"
    lines = ["<licensed>", name, f"{step}<url>{text(chosen.iri)}</url>", *identifier, "</licensed>"]
    return task.linked(field, chosen, "", "\n".join(lines), [task.text.after(last, lines)])


def _named_licence(task: XmlTask, field: TermField, chosen: Chosen) -> Repair | Left:
    """The address of a licence that has its name only: `licensed` holds name, address, identifier, in this order."""
    children = {each.local: each for each in task.text.children(task.text.span(field.node))}
    if "url" in children or "licenseName" not in children:
        return task.left(field, "no_field")
    line = f"<url>{text(chosen.iri)}</url>"
    return task.linked(field, chosen, "", line, [task.text.after(children["licenseName"], [line])])


def _in_rights(task: XmlTask, field: TermField, chosen: Chosen, dataset: Span) -> Repair | Left:
    """Before EML 2.2: the name of the licence in a paragraph of the rights becomes a link; the text stays the same."""
    rights = next((each for each in task.text.children(dataset) if each.local == "intellectualRights"), None)
    name = _NAMED.search(chosen.why.rule)
    for paragraph in task.text.children(rights) if rights and name else ():
        characters = task.text.characters(paragraph) if not list(task.text.children(paragraph)) else []
        at = "".join(each for each, _, _ in characters).casefold().find(name[1]) if name else -1
        if at >= 0 and name:
            start, end = characters[at][1], characters[at + len(name[1]) - 1][2]
            before = task.text.text[start:end]
            opens, closes = f'<ulink url="{quoted(chosen.iri)}"><citetitle>', "</citetitle></ulink>"
            return task.linked(field, chosen, before, opens + before + closes, [Edit(start, start, opens), Edit(end, end, closes)])
    return task.left(field, "version")


def _dataset(task: XmlTask) -> Span:
    return next(each for each in task.text.spans if each.local == "dataset")


def _last(task: XmlTask, dataset: Span, names: tuple[str, ...]) -> Span | None:
    """The last child behind which a new one may stand."""
    return next((each for each in reversed(list(task.text.children(dataset))) if each.local in names), None)


def _step(task: XmlTask, outer: Span) -> str:
    """How far the file goes in with each level."""
    first = next(iter(task.text.children(outer)), None)
    around, inside = task.text.indent(outer), task.text.indent(first) if first else None
    return inside.removeprefix(around) if inside and around is not None and inside.startswith(around) else ""
