"""ISO 19139 and ISO 19115-3: anchors with the IRI of a concept, licence or access condition, and citations of thesauri.

An `Anchor` stands wherever a `CharacterString` may (ISO/TS 19139:2007, 9.3; ISO/TS 19115-3:2016, gcx): the text stays, its element is
another, with `xlink:href`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from lxml import etree

from kg.crosswalk.document import Node
from kg.crosswalk.xml_document import compile_xpath
from kg.mend.choice import Chosen
from kg.mend.edit import Edit
from kg.mend.reading import TermField
from kg.mend.repair import Left, Repair
from kg.mend.task import XmlTask, said, the_one
from kg.mend.vocabularies import Scheme
from kg.mend.xml_text import Span, quoted, text
from kg.namespaces import GCO_2005, GMX, ISO_CODE_LISTS, XLINK
from kg.origins import NamedSelector

#: How crosswalks read the IRI of an anchor: the element that has it comes before.
_OF_ANCHOR: Final = re.compile(r"(?:(?P<path>.+)/)?(?:gmx|gcx):Anchor/@xlink:href")
_ANCHORS: Final = ("/gmx:Anchor", "/gcx:Anchor")
#: A longer description of a thing is no name of it.
_LONGEST_NAME: Final = 80
_GMD_SCHEMA: Final = re.compile(r"\s(\S+/)gmd/gmd\.xsd(?=\s|$)")


def links(task: XmlTask) -> Iterator[Repair | Left]:
    """Accepted links as anchors, and citations of the thesaurus where all keywords of a block are now from one."""
    fields = [(field, chosen) for field, chosen in task.unwritten() if not _is_code(field)]
    anchored: list[tuple[TermField, Chosen, Repair]] = []
    for field, chosen in fields:
        one = the_one(field, chosen)
        found = _anchored(task, field, one) if one else task.left(field, "several")
        yield found
        if one and isinstance(found, Repair):
            anchored.append((field, one, found))
    for block, of in groupby(anchored, key=lambda each: each[0].node.getparent() if isinstance(each[0].node, etree._Element) else None):
        if block is not None and etree.QName(block).localname == "MD_Keywords":
            yield from _cited(task, block, list(of))


def _is_code(field: TermField) -> bool:
    """A topic category or a restriction is a value of a code list already."""
    return not isinstance(field.node, etree._Element) or etree.QName(field.node).localname == "topicCategory"


def _anchored(task: XmlTask, field: TermField, chosen: Chosen) -> Repair | Left:
    element = _property(task, field)
    if element is None:
        return task.left(field, "no_field")
    span = task.text.span(element)
    texts = [each for each in task.text.children(span) if each.local == "CharacterString"]
    if len(texts) != 1 or texts[0].attributes or texts[0].is_empty:
        return task.left(field, "no_field")
    edits = [*anchor(task, texts[0], chosen.iri), *_schema_of_anchors(task, texts[0])]
    before = task.text.written(texts[0])
    start = texts[0].start
    after = "".join(_around(before, [Edit(each.start - start, each.end - start, each.text) for each in edits[:2]]))
    return task.linked(field, chosen, before, after, edits)


def _around(written: str, edits: list[Edit]) -> Iterator[str]:
    at = 0
    for edit in edits:
        yield from (written[at : edit.start], edit.text)
        at = edit.end
    yield written[at:]


def _property(task: XmlTask, field: TermField) -> etree._Element | None:
    """The element whose anchor the crosswalk would read for this field, with the words of the field in it."""
    texts = {" ".join(term.text.split()) for term in field.terms}
    codes = {path.partition("[")[0] for path in _paths(field, "code")}
    kept = {path.removesuffix(anchor) for path in codes for anchor in _ANCHORS if path.endswith(anchor)}
    for path in _paths(field, "iri"):
        found = _OF_ANCHOR.fullmatch(path)
        of = (found["path"] or ".") if found else ""
        if not of or (f"{of}/gco:CharacterString" in codes and of not in kept):
            continue  # the code of a thing is its own; where crosswalks read none from an anchor it would be lost
        for node in compile_xpath(of, task.reading.crosswalk.namespaces)(task.reading.document, field.node):
            if _says(task, node, texts, is_of_thing=bool(codes)):
                element: etree._Element = node
                return element
    return None


def _paths(field: TermField, slot: str) -> list[str]:
    found = field.here.slots.get(slot)
    return [each.expression for each in found.alternatives if isinstance(each, NamedSelector)] if found else []


def _says(task: XmlTask, node: Node, texts: set[str], *, is_of_thing: bool) -> bool:
    """Whether an element holds the words; of a platform or an instrument also its title or a short description does, which is no type."""
    if not isinstance(node, etree._Element):
        return False
    said_ = " ".join(task.reading.document.string(node).split())
    return said_ in texts or (is_of_thing and 0 < len(said_) <= _LONGEST_NAME and etree.QName(node).localname != "type")


def anchor(task: XmlTask, characters: Span, iri: str) -> list[Edit]:
    """The edits that make an anchor of a character string."""
    name, attributes = _anchor_names(task, characters)
    opens = Edit(characters.start + 1, characters.start + 1 + len(characters.name), f'{name}{attributes}="{quoted(iri)}"')
    return [opens, Edit(characters.closes + 2, characters.closes + 2 + len(characters.name), name)]


def _anchor_names(task: XmlTask, near: Span) -> tuple[str, str]:
    """The name of an anchor and of its `xlink:href`; prefixes that are not declared above are declared on it."""
    declared = {namespace: prefix for prefix, namespace in task.text.prefixes(near).items() if prefix}
    gco = task.text.namespace(near, near.prefix) or ""
    namespace = _anchors(gco)
    own, linking = declared.get(namespace), declared.get(XLINK)
    added = ""
    if own is None:
        own = _free("gmx:" if namespace == GMX else "gcx:", declared)
        added += f' xmlns:{own[:-1]}="{namespace}"'
    if linking is None:
        linking = _free("xlink:", declared)
        added += f' xmlns:{linking[:-1]}="{XLINK}"'
    return f"{own}Anchor", f"{added} {linking}href"


def _anchors(gco: str) -> str:
    """The namespace of anchors beside a namespace of character strings.

    >>> _anchors("http://standards.iso.org/iso/19115/-3/gco/1.0")
    'http://standards.iso.org/iso/19115/-3/gcx/1.0'
    """
    return GMX if gco == GCO_2005 else gco.replace("/gco", "/gcx")


def _free(prefix: str, declared: dict[str, str]) -> str:
    """A prefix that means nothing yet."""
    taken = set(declared.values())
    return next(each for number in range(len(taken) + 1) if (each := prefix[:-1] + (str(number) if number else "") + ":") not in taken)


def _schema_of_anchors(task: XmlTask, near: Span) -> list[Edit]:
    """The edit that names the schema of anchors where the file names those that it uses: `gmd.xsd` does not include `gmx.xsd`."""
    root = task.text.spans[0]
    name = next((each for each in root.attributes if each.endswith(":schemaLocation")), "")
    locations = task.text.value(root, name)
    gmd = _GMD_SCHEMA.search(locations)
    if gmd is None or GMX in locations or _anchors(task.text.namespace(near, near.prefix) or "") != GMX:
        return []
    end = root.attributes[name][1]
    return [Edit(end, end, f" {GMX} {quoted(gmd[1])}gmx/gmx.xsd")]


def _cited(task: XmlTask, block: etree._Element, anchored: list[tuple[TermField, Chosen, Repair]]) -> Iterator[Repair]:
    """A citation, where a block names no thesaurus and each of its keywords is a concept of the same."""
    span = task.text.span(block)
    children = list(task.text.children(span))
    keywords = [each for each in children if each.local == "keyword"]
    schemes = {chosen.scheme.iri: chosen.scheme for _, chosen, _ in anchored if chosen.scheme}
    if len(anchored) != len(keywords) or len(schemes) != 1 or any(chosen.scheme is None for _, chosen, _ in anchored):
        return
    if any(each.local in ("thesaurusName", "keywordClass") for each in children):
        return
    (scheme,) = schemes.values()
    last = [each for each in children if each.local in ("keyword", "type")][-1]
    lines = _citation(task, keywords[0], scheme)
    after = "\n".join(lines)
    edits = (*(edit for _, _, repair in anchored for edit in repair.edits), task.text.after(last, lines))
    why = tuple(repair.why[0] for _, _, repair in anchored)
    sentence = said("repair.keyword.thesaurus", title=scheme.title, iri=scheme.iri)
    yield Repair("keyword.thesaurus", task.place(block), "", after, sentence, why, edits)


def _citation(task: XmlTask, keyword: Span, scheme: Scheme) -> list[str]:
    """A citation with what is mandatory: title and date (ISO 19115:2003, CI_Citation)."""
    characters = next(each for each in task.text.children(keyword) if each.local == "CharacterString")
    name, href = _anchor_names(task, characters)
    own, gco = keyword.prefix, characters.prefix
    cited, declared = own, ""
    if _anchors(task.text.namespace(characters, gco) or "") != GMX:
        cited, declared = _prefix_of_citations(task, keyword)
    lists = next((task.text.value(each, "codeList") for each in task.text.spans if each.local == "CI_DateTypeCode"), "")
    code = f'codeList="{quoted(lists or ISO_CODE_LISTS + "CI_DateTypeCode")}" codeListValue="revision"'
    step = _step(task, keyword)
    return [
        f"<{own}thesaurusName>",
        f"{step}<{cited}CI_Citation{declared}>",
        f'{step * 2}<{cited}title><{name}{href}="{quoted(scheme.iri)}">{text(task.named(scheme.title))}</{name}></{cited}title>',
        f"{step * 2}<{cited}date><{cited}CI_Date>",
        f"{step * 3}<{cited}date><{gco}Date>{scheme.date}</{gco}Date></{cited}date>",
        f"{step * 3}<{cited}dateType><{cited}CI_DateTypeCode {code}>revision</{cited}CI_DateTypeCode></{cited}dateType>",
        f"{step * 2}</{cited}CI_Date></{cited}date>",
        f"{step}</{cited}CI_Citation>",
        f"</{own}thesaurusName>",
    ]


def _step(task: XmlTask, keyword: Span) -> str:
    """How far the file goes in with each level."""
    outer = task.text.spans[keyword.parent] if keyword.parent is not None else keyword
    inside, around = task.text.indent(keyword), task.text.indent(outer)
    return inside.removeprefix(around) if inside and around is not None and inside.startswith(around) else "  "


def _prefix_of_citations(task: XmlTask, keyword: Span) -> tuple[str, str]:
    """The prefix of `cit:` and, where it is not declared above, its declaration."""
    namespace = str(task.reading.crosswalk.namespaces["cit"])
    declared = {task.reading.crosswalk.versions.name(f"{{{each}}}x")[1:-2]: prefix for prefix, each in task.text.prefixes(keyword).items()}
    if namespace in declared:
        return declared[namespace], ""
    return "cit:", f' xmlns:cit="{namespace}"'
