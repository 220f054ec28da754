"""How a value is taken from a place of a native: texts, dates, boxes, names of persons and things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree

from kg.fidelity.tree import Node, Term, Value, local
from kg.fidelity.values import NO_VALUES

Take = Callable[[Node], Iterable[Value]]


def texts(node: Node) -> Iterator[str]:
    """Each text that stands there: of an element, all of those in it, apart."""
    what = node.what
    if isinstance(what, etree._Element):
        yield from (str(each.text) for each in what.iter("*") if each.text and each.text.strip())
    elif isinstance(what, Term):
        if not what.is_node:
            yield str(getattr(what.term, "value", ""))
    elif isinstance(what, str):
        yield what
    elif isinstance(what, int | float) and not isinstance(what, bool):
        yield str(what)


def whole(node: Node) -> Iterator[str]:
    """All text in an element as one."""
    if isinstance(node.what, etree._Element):
        yield "".join(map(str, node.what.itertext()))
    else:
        yield from texts(node)


def own(node: Node) -> Iterator[str]:
    """The text of an element itself."""
    if isinstance(node.what, etree._Element):
        yield node.what.text or ""
    else:
        yield from texts(node)


def code(node: Node) -> Iterator[str]:
    """The value of a code list (ISO 19139: the attribute holds it, the text repeats it), or the text."""
    what = node.what
    values = [str(each.get("codeListValue")) for each in what.iter("*") if each.get("codeListValue")]
    yield from values or texts(node)


def matching(pattern: str) -> Take:
    """Texts that fit, or what the first group of the pattern is of them."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def take(node: Node) -> Iterator[str]:
        for text in texts(node):
            if found := compiled.search(text.strip()):
                yield found[1] if found.groups() else found[0]

    return take


def parts(pattern: str) -> Take:
    """All that a pattern finds in a text."""
    compiled = re.compile(pattern)

    def take(node: Node) -> Iterator[str]:
        for text in texts(node):
            yield from (found[0].strip() for found in compiled.finditer(text))

    return take


def party_of(*names: str) -> Take:
    """The names of the parties beside it of which the text is the identifier."""

    def take(node: Node) -> Iterator[str]:
        wanted = (node.what.text or "").strip()
        for party in node.what.getroottree().getroot().iterchildren("*"):
            known = [(each.text or "").strip() for each in party.iterchildren("{*}identifier")]
            if wanted and local(party.tag) in names and wanted in known:
                yield from (str(each.text) for each in party.iterchildren("{*}fn", "{*}legalName") if each.text)

    return take


def any_of(*paths: str) -> Take:
    """One thing with several names: those at the paths below it, of which one is enough. `*` in a path is any element or key."""

    def take(node: Node) -> Iterator[Value]:
        names = tuple(dict.fromkeys(text for path in paths for text in below(node.what, path)))
        if any(name.strip() for name in names):
            yield names

    return take


def joined(*paths: str) -> Take:
    """One name from its parts; in either order."""

    def take(node: Node) -> Iterator[Value]:
        parts = [name for path in paths if (name := " ".join(below(node.what, path))) and name.casefold() not in NO_VALUES]
        if parts:
            yield (" ".join(parts), " ".join(reversed(parts)))

    return take


def box(west: str, south: str, east: str, north: str) -> Take:
    """The four edges at the paths below."""

    def take(node: Node) -> Iterator[str]:
        edges = [below(node.what, path) for path in (west, south, east, north)]
        if all(edges):
            yield " ".join(edge[0].strip() for edge in edges)

    return take


def edges(node: Node) -> Iterator[str]:
    """A list of four edges, or of six with heights (RFC 7946, section 5)."""
    what = node.what
    if isinstance(what, list) and len(what) in (4, 6) and all(isinstance(each, int | float) for each in what):
        yield " ".join(map(str, what if len(what) == 4 else [what[0], what[1], what[3], what[4]]))


def keys(node: Node) -> Iterator[str]:
    """The keys of an object, where they are names."""
    if isinstance(node.what, dict):
        yield from node.what


def wkt_box(latitude_first: bool = False) -> Take:
    """The envelope of a text in WKT, its coordinates read as they stand."""

    def take(node: Node) -> Iterator[str]:
        for text in texts(node):
            crs, _, rest = text.strip().rpartition(">")
            pairs = re.findall(r"([-+\d.eE]+)\s+([-+\d.eE]+)", rest)
            if pairs and re.match(r"\s*[A-Z]", rest, re.IGNORECASE):
                swap = latitude_first or bool(re.search(r"EPSG/.*/(4326|4258)$", crs))
                xs, ys = ([float(pair[at]) for pair in pairs] for at in ((1, 0) if swap else (0, 1)))
                yield f"{min(xs)} {min(ys)} {max(xs)} {max(ys)}"

    return take


def of(*properties: str) -> Take:
    """Texts of the properties of a resource (RDF), or of the object itself where it is a text."""

    def take(node: Node) -> Iterator[str]:
        assert isinstance(node.what, Term)
        found = node.what.texts(*properties)
        yield from found or ([] if not hasattr(node.what.term, "language") else [str(node.what.term.value)])

    return take


def box_of(*properties: str) -> Take:
    """The envelope of the WKT of a place (RDF)."""
    envelope = wkt_box()
    return lambda node: (edges for text in of(*properties)(node) for edges in envelope(Node(node.names, text)))


def below(what: Any, path: str) -> list[str]:
    """Texts at a path below an element (names of children at any depth for the first) or an object."""
    first, *rest = path.split("/")
    if isinstance(what, etree._Element):
        found = [each for each in what.iter("*") if each is not what and first in ("*", local(each.tag))]
        for step in rest:
            found = [child for each in found for child in each.iterchildren("*") if step in ("*", local(child.tag))]
        return [text for each in found if (text := "".join(map(str, each.itertext())).strip())]
    values = [what]
    for step in path.split("/"):
        values = [child for value in values for child in _children(value, step)]
    return [str(value) for value in values if isinstance(value, str | int | float) and str(value).strip()]


def _children(value: Any, step: str) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _children(each, step)
    elif isinstance(value, dict):
        for key, each in value.items():
            if step in ("*", key):
                yield from each if isinstance(each, list) else [each]


#: An address on the web, and a DOI in any of its spellings.
url = matching(r"^(?:https?|ftps?)://\S+$|^www\.\S+$")
doi = matching(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$")


def matching_all(pattern: str) -> Take:
    """Every part of a text that fits."""
    compiled = re.compile(pattern)
    return lambda node: (found for text in texts(node) for found in compiled.findall(text))


listed = matching_all(r"[^,]+")


def leaves_any(node: Node) -> Iterator[Value]:
    """The texts in an element as the names of one thing, and all of them together."""
    found = tuple(texts(node))
    if found:
        yield (*found, " ".join(found))


def levels(node: Node) -> Iterator[str]:
    """A term of a hierarchy, whose levels are the children. A detailed variable is free text and no level of the thesaurus."""
    children = [child for child in node.what.iterchildren("*") if not local(child.tag).startswith("Detailed")]
    yield " > ".join(str(each.text).strip() for child in children for each in child.iter("*") if each.text and each.text.strip())


def object_levels(node: Node) -> Iterator[str]:
    """A term of a hierarchy, whose levels are the values of an object."""
    if isinstance(node.what, dict):
        yield " > ".join(str(value) for key, value in node.what.items() if isinstance(value, str) and not key.startswith("Detailed"))


def own_names(*names: str) -> Take:
    """One thing with several names, which are its own children and not those of things in it."""

    def take(node: Node) -> Iterator[Value]:
        found = tuple(str(child.text) for child in node.what.iterchildren("*") if local(child.tag) in names and (child.text or "").strip())
        if found:
            yield found

    return take


def any_of_siblings(*names: str) -> Take:
    """One thing with several names, which stand beside each other."""

    def take(node: Node) -> Iterator[Value]:
        yield tuple(
            str(each.text) for each in node.what.getparent().iterchildren("*") if local(each.tag) in names and (each.text or "").strip()
        )

    return take


def person(*names: str) -> Take:
    """The name of a person from its parts; in either order. Of an object that has them."""

    def take(node: Node) -> Iterator[Value]:
        given = [str(node.what.get(name) or "") for name in names] if isinstance(node.what, dict) else []
        if parts := [part for part in given if part and part.casefold() not in NO_VALUES]:
            yield (" ".join(parts), " ".join(reversed(parts)))

    return take


#: Relations by which a catalogue is walked; they are no links of the data set (STAC, link object).
_NAVIGATION = frozenset({"self", "root", "parent", "child", "item", "collection", "data", "next", "prev", "search", "aggregate"})


def stac_link(node: Node) -> Iterator[Value]:
    """The address of a link that does not only lead through the catalogue."""
    what = node.what
    if isinstance(what, dict) and what.get("rel") not in _NAVIGATION and isinstance(what.get("href"), str):
        yield from url(Node(node.names, what["href"]))


def stac_boxes(node: Node) -> Iterator[str]:
    """Boxes of an extent; the first of several is the overall one, which the others say (STAC Collection, Spatial Extent Object)."""
    if isinstance(node.what, list) and node.what and isinstance(node.what[0], list):
        for each in node.what[1:] or node.what:
            yield from edges(Node(node.names, each))


def stac_intervals(node: Node) -> Iterator[str]:
    """Ends of the intervals of an extent; the first of several is the overall one (STAC Collection, Temporal Extent Object)."""
    if isinstance(node.what, list) and node.what and isinstance(node.what[0], list):
        yield from (end for each in node.what[1:] or node.what if isinstance(each, list) for end in each if isinstance(end, str))


def cube_variables(node: Node) -> Iterator[Value]:
    """Variables of a data cube: by key, description or long name."""
    for key, value in node.what.items() if isinstance(node.what, dict) else ():
        given = value if isinstance(value, dict) else {}
        yield (key, *(str(given[name]) for name in ("description", "long_name") if isinstance(given.get(name), str)))


def eml_attribute(node: Node) -> Iterator[Value]:
    """The attribute (a column) to which a measurement scale belongs, by its name, label or definition."""
    attribute = node.what.getparent().getparent()
    names = tuple(
        str(each.text) for each in attribute.iterchildren("*") if local(each.tag).startswith("attribute") and (each.text or "").strip()
    )
    if names:
        yield names


def geojson_box(node: Node) -> Iterator[str]:
    """The envelope of a GeoJSON geometry or feature (RFC 7946)."""
    if isinstance(node.what, dict) and "type" in node.what:
        pairs = list(_positions(node.what.get("geometry", node.what)))
        if pairs:
            xs, ys = ([pair[at] for pair in pairs] for at in (0, 1))
            yield f"{min(xs)} {min(ys)} {max(xs)} {max(ys)}"


def _positions(value: Any) -> Iterator[list[float]]:
    if isinstance(value, dict):
        for name in ("coordinates", "geometries"):
            yield from _positions(value.get(name))
    elif isinstance(value, list) and len(value) > 1 and all(isinstance(each, int | float) for each in value):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _positions(each)


def unless_open(node: Node) -> Iterator[str]:
    """An ending date, unless a flag beside its period says that it is still going on (ECHO 10, `EndsAtPresentFlag`)."""
    period = node.what.getparent().getparent()
    flags = [(each.text or "").strip() for each in period.iterchildren("*") if local(each.tag) == "EndsAtPresentFlag"]
    if not {"true", "1"} & set(flags):
        yield from texts(node)


def agent_orcid(node: Node) -> Iterator[str]:
    """What may be the ORCID of a person that a resource leads to: its IRI, and the identifiers it has."""
    assert isinstance(node.what, Term)
    yield str(getattr(node.what.term, "value", ""))
    yield from node.what.texts("identifier", "url", "sameAs", "hasUID", "value")


def thesaurus_of_keywords(node: Node) -> Iterator[Value]:
    """The name of a thesaurus, in whatever language, from which there are keywords (ISO 19115, MD_Keywords)."""
    group = next((each for each in node.what.iterancestors() if local(each.tag) == "MD_Keywords"), None)
    keywords = () if group is None else (each for each in group.iterchildren("*") if local(each.tag) == "keyword")
    if any("".join(map(str, each.itertext())).strip() for each in keywords):
        yield from leaves_any(node)


def envelope(node: Node) -> Iterator[str]:
    """A box as Solr writes it: `ENVELOPE(west, east, north, south)`."""
    for text in texts(node):
        if found := re.fullmatch(r"\s*ENVELOPE\s*\(([^(),]+),([^(),]+),([^(),]+),([^(),]+)\)\s*", text, re.IGNORECASE):
            west, east, north, south = (edge.strip() for edge in found.groups())
            yield f"{west} {south} {east} {north}"


def defined_terms(node: Node) -> Iterator[str]:
    """Keywords of schema.org: a text with commas between several, or a defined term by its name."""
    for text in of("name")(node):
        yield from re.split(r"\s*[,;]\s*", str(text)) if hasattr(node.what.term, "language") else [str(text)]


def schema_box(node: Node) -> Iterator[str]:
    """The box of a place of schema.org: `south west north east` with blanks or commas between them (schema:box)."""
    assert isinstance(node.what, Term)
    for shape in node.what.follow("geo"):
        for text in shape.texts("box"):
            edges_given = re.split(r"[\s,]+", text.strip())
            if len(edges_given) == 4:
                south, west, north, east = edges_given
                yield f"{west} {south} {east} {north}"
