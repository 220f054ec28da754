"""`place:` — where: a box, a point, a polygon, a name, or heights, as one `dct:Location`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg.crosswalk import geometry
from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.geometry import Place
from kg.crosswalk.values import clean_line, decimal_literal, parse_decimal
from kg.model import Severity
from kg.namespaces import DCAT, DCT, DT, GEO, RDF, RDFS

#: So many boxes are compared with each polygon; more would only cost time.
_MOST_BOXES = 100

_EDGES = ("west", "south", "east", "north")


class PlaceBlock:
    """Slots: `west south east north` | `edges` (the four in this order) | `boxes` (lists of edges) | `wkt` | `geojson` |
    `geometry` (a text in WKT, GML or GeoJSON) | `positions` with `crs`, `dimension` and `holes` |
    `longitude latitude`, of which several make a ring; `name`, `iri`; `lowest highest vertical_unit`.
    Option `order: latlon` where the native's WKT or positions have the latitude first without saying so.

    A geometry outside every box that the native gave before it, and inside one of them with its axes exchanged, is taken that way.
    """

    SLOTS = frozenset(
        {*_EDGES, "edges", "boxes", "wkt", "geojson", "geometry", "positions", "holes", "crs", "dimension", "longitude", "latitude"}
        | {"name", "iri", "lowest", "highest", "vertical_unit"}
    )

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        places = _distinct(_places(slots, context, node))
        heights = [(name, parse_decimal(text)) for name in ("lowest", "highest") if (text := slots.string(name, context, node))]
        names = slots.texts("name", context, node)
        given = slots.string("iri", context, node)
        iri = context.graph.iri(given) if given else None
        if not places and not names and not iri and not any(number is not None for _, number in heights):
            return None
        location = None
        found: list[Place | None] = [*places] or [None]
        for place in found:
            location = _location(context, place)
            for text, language in names:
                context.graph.text(location, RDFS.label, text, language)
            _heights(slots, context, node, location, heights)
            if iri:
                context.graph.add(location, RDFS.seeAlso, iri)
        return location


def _places(slots: Slots, context: Context, node: Node) -> Iterator[Place]:
    for place in _boxes(slots, context, node):
        if len(context.graph.boxes) < _MOST_BOXES:
            context.graph.boxes.append(place)
        yield place
    yield from (_agreeing(context, place) for place in _geometries(slots, context, node))


def _distinct(places: Iterator[Place]) -> list[Place]:
    """One place for each extent: natives repeat a geometry as its box, and in several notations. The geometry is kept, not its box."""
    kept: dict[tuple[Decimal, ...], Place] = {}
    for place in places:
        edges = (place.west, place.south, place.east, place.north)
        if edges not in kept or kept[edges].wkt == kept[edges].bbox:
            kept[edges] = place
    return list(kept.values())


def _geometries(slots: Slots, context: Context, node: Node) -> Iterator[Place]:
    swap = slots.options.get("order") == "latlon"
    for text in slots.strings("wkt", context, node):
        yield from _reported(context, geometry.from_wkt(text, swap=swap), text)
    for value in slots.nodes("geojson", context, node):
        yield from _reported(context, geometry.from_geojson(value), _written(value))
    for text in slots.strings("geometry", context, node):
        if geometry.latitude_first(crs := geometry.declared_crs(text)) is None:
            context.graph.problem("place.unknown-crs", Severity.WARNING, crs=crs)
        else:
            yield from _reported(context, geometry.from_literal(text), text)
    for text in slots.strings("positions", context, node):
        yield from _from_positions(slots, context, node, text, swap)


def _written(value: Node) -> str:
    """A geometry as it stands in the native."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # a thousand levels, which parsers read
        return "{...}"


def _boxes(slots: Slots, context: Context, node: Node) -> Iterator[Place]:
    edges = slots.strings("edges", context, node) or [slots.string(name, context, node) for name in _EDGES]
    if any(edges):
        yield from _reported(context, _box(edges), _given(edges))
    boxes = [[context.document.string(edge) for edge in box] for box in slots.nodes("boxes", context, node) if isinstance(box, list)]
    places = [place for edges in boxes for place in _reported(context, _box(edges), _given(edges))]
    # The first of several boxes is the overall one where it holds the others (STAC Collection 1.0, Spatial Extent Object).
    yield from places[1:] if len(places) > 1 and all(places[0].contains(place, Decimal(0)) for place in places[1:]) else places
    yield from _ring(slots.strings("longitude", context, node), slots.strings("latitude", context, node), context)


def _box(edges: list[str]) -> Place | None:
    if len(edges) == 6:  # west, south, lowest, east, north, highest: RFC 7946, section 5
        edges = [edges[0], edges[1], edges[3], edges[4]]
    return geometry.box(edges) if len(edges) == 4 and all(edges) else None


def _given(edges: list[str]) -> str:
    return ", ".join(edge or "?" for edge in edges)


def _ring(longitudes: list[str], latitudes: list[str], context: Context) -> Iterator[Place]:
    if not longitudes or not latitudes:
        return
    if len(longitudes) == len(latitudes) == 1:
        yield from _reported(context, geometry.box([*longitudes, *latitudes] * 2), _given([*longitudes, *latitudes]))
        return
    pairs = geometry.positions(" ".join(f"{x} {y}" for x, y in zip(longitudes, latitudes, strict=False)))
    sound = pairs if len(longitudes) == len(latitudes) else None
    yield from _reported(context, geometry.ring(sound) if sound else None, _given(longitudes + latitudes))


def _from_positions(slots: Slots, context: Context, node: Node, text: str, swap: bool) -> Iterator[Place]:
    crs = slots.string("crs", context, node)
    order = geometry.latitude_first(crs)
    if order is None:
        context.graph.problem("place.unknown-crs", Severity.WARNING, crs=crs)
        return
    dimension = slots.string("dimension", context, node)
    size = int(dimension) if dimension in ("2", "3") else 2
    pairs = geometry.positions(text, size)
    holes = [inner for hole in slots.strings("holes", context, node) if (inner := geometry.positions(hole, size))]
    yield from _reported(context, geometry.ring(pairs, holes, swap=order or swap) if pairs else None, text)


def _agreeing(context: Context, place: Place) -> Place:
    """The geometry as the native's own boxes have it: axes are exchanged where only that brings it into one of them."""
    boxes = context.graph.boxes
    if not boxes or any(box.contains(place) for box in boxes):
        return place
    other = geometry.swapped(place)
    if other is None or not any(box.contains(other) for box in boxes):
        return place
    context.graph.problem("place.axes-swapped", Severity.WARNING, value=place.wkt)
    return other


def _reported(context: Context, place: Place | None, given: str) -> Iterator[Place]:
    if place is None:
        context.graph.problem("place.invalid", Severity.WARNING, value=given)
        return
    for note in place.notes:
        context.graph.problem(note, Severity.INFORMATION, value=given)
    yield place


def _location(context: Context, place: Place | None) -> NamedNode:
    graph = context.graph
    location = graph.part("place")
    graph.add(context.subject, DCT.spatial, location)
    graph.add(location, RDF.type, DCT.Location)
    if place is None:
        return location
    graph.add(location, RDF.type, GEO.Geometry)
    graph.add(location, GEO.asWKT, Literal(place.wkt, datatype=GEO.wktLiteral))
    graph.add(location, DCAT.bbox, Literal(place.bbox, datatype=GEO.wktLiteral))
    for name in _EDGES:
        graph.add(location, DT[name], decimal_literal(getattr(place, name)))
    return location


def _heights(slots: Slots, context: Context, node: Node, location: NamedNode, heights: list[tuple[str, Decimal | None]]) -> None:
    for name, number in heights:
        if number is None:
            context.graph.problem("number.invalid", Severity.WARNING, value=slots.string(name, context, node))
        else:
            context.graph.add(location, DT[name], decimal_literal(number))
    if heights and (unit := context.graph.redacted(clean_line(slots.string("vertical_unit", context, node)))):
        context.graph.add(location, DT.verticalUnit, Literal(unit))
