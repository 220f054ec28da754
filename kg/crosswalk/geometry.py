"""Places on the Earth: boxes, points and polygons as longitude-latitude WKT with an envelope.

Every geometry that leaves here is in CRS84 (longitude first). <https://docs.ogc.org/is/22-047r1/22-047r1.html#10-5-1-1>
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import shapely
from lxml import etree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from kg.crosswalk.values import decimal_text, parse_decimal

#: More positions than this are not kept: the envelope stands for them. A detailed coast has about 100,000.
MOST_POSITIONS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """A geometry as WKT with its envelope in degrees; west > east where it crosses the antimeridian. `notes` are problem codes."""

    wkt: str
    west: Decimal
    south: Decimal
    east: Decimal
    north: Decimal
    notes: tuple[str, ...] = ()

    @property
    def bbox(self) -> str:
        """The envelope as WKT."""
        return box_wkt(self.west, self.south, self.east, self.north)

    def contains(self, other: Place, margin: Decimal = Decimal(1)) -> bool:
        """Whether the other's envelope lies within this one's, widened by a margin in degrees."""
        return (
            self.west - margin <= other.west
            and other.east <= self.east + margin
            and self.south - margin <= other.south
            and other.north <= self.north + margin
        )


def box(edges: Sequence[str]) -> Place | None:
    """A place from the texts of west, south, east and north; `None` where one is no number. Nothing is put right but 0-360 longitudes.

    >>> box(["350", "40", "10", "50"]).west
    Decimal('-10')
    >>> box(["3.5", "43", "3.5", "43"]).wkt
    'POINT (3.5 43)'
    """
    numbers = [parse_decimal(edge) for edge in edges]
    if any(number is None for number in numbers):
        return None
    west, south, east, north = (number for number in numbers if number is not None)
    west, east, notes = _half_turn(west, east)
    return Place(box_wkt(west, south, east, north), west, south, east, north, notes)


def _half_turn(west: Decimal, east: Decimal) -> tuple[Decimal, Decimal, tuple[str, ...]]:
    """Longitudes counted from 0 to 360 brought to -180 to 180."""
    if not (180 < max(west, east) <= 360 and min(west, east) >= 0):
        return west, east, ()
    if abs(east - west) >= 360:
        return Decimal(-180), Decimal(180), ("place.longitude-360",)
    return (west - 360 if west > 180 else west), (east - 360 if east > 180 else east), ("place.longitude-360",)


def box_wkt(west: Decimal, south: Decimal, east: Decimal, north: Decimal) -> str:
    """WKT of an envelope: a point, a line or a polygon as its edges say; two polygons where it crosses the antimeridian."""
    w, s, e, n = (decimal_text(edge) for edge in (west, south, east, north))
    if (w, s) == (e, n):
        return f"POINT ({w} {s})"
    if w == e or s == n:
        return f"LINESTRING ({w} {s}, {e} {n})"
    if west > east:
        return f"MULTIPOLYGON (({_ring(w, s, '180', n)}), ({_ring('-180', s, e, n)}))"
    return f"POLYGON ({_ring(w, s, e, n)})"


def _ring(w: str, s: str, e: str, n: str) -> str:
    return f"({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s})"


#: Names of reference systems whose first axis is latitude. EPSG:4326 and its likes say so in URN and URL form only
#: (OGC policy directive on axis order).
_LATITUDE_FIRST = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:EPSG:[^:]*:|opengis\.net/def/crs/EPSG/\d*\.?\d*/)(?:4326|4258|4269|4283|4979|4171)$", re.I
)
_LONGITUDE_FIRST = re.compile(
    r"CRS:?84|^EPSG:(?:4326|4258|4171)$|gml/srs/epsg\.xml#4326|^(?:http://www\.opengis\.net/gml/srs/)?WGS ?84$|^4326$", re.I
)


def latitude_first(crs: str) -> bool | None:
    """Whether a reference system's first axis is latitude; `None` for one that is not known, whose numbers may not be degrees.

    >>> latitude_first("urn:ogc:def:crs:EPSG::4326"), latitude_first("EPSG:4326"), latitude_first("EPSG:2154")
    (True, False, None)
    """
    if _LATITUDE_FIRST.search(crs):
        return True
    return False if not crs or _LONGITUDE_FIRST.search(crs) else None


def positions(text: str, dimension: int = 2) -> list[tuple[float, float]] | None:
    """Coordinate pairs from the text of `gml:posList`, `gml:pos` or `gml:coordinates`; `None` where it is none."""
    numbers = [parse_decimal(each) for each in re.split(r"[\s,;]+", text.strip()) if each]
    if not numbers or any(number is None for number in numbers) or len(numbers) % dimension:
        return None
    flat = [float(number) for number in numbers if number is not None]
    return list(zip(flat[::dimension], flat[1::dimension], strict=True))


def ring(pairs: list[tuple[float, float]], holes: Sequence[list[tuple[float, float]]] = (), *, swap: bool = False) -> Place | None:
    """A polygon (or a point, or a line) from its outer ring, and the rings of its holes.

    >>> ring([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]).wkt
    'POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))'
    """
    place = _outer_ring(pairs, swap=swap)
    cut = [inner for each in holes if (inner := _outer_ring(each, swap=swap)) is not None]
    return _without(place, cut) if place is not None and cut else place


def _without(place: Place, holes: Sequence[Place]) -> Place:
    """A polygon without its holes; the polygon itself where it or they are none, or nothing would be left."""
    shapes = [shapely.from_wkt(each.wkt) for each in (place, *holes)]
    if any(each.area == 0 or not each.is_valid for each in shapes):
        return place
    outer, *inner = shapes
    if isinstance(outer, shapely.Polygon) and all(isinstance(each, shapely.Polygon) for each in inner):
        whole = shapely.Polygon(outer.exterior, [each.exterior for each in inner])
        rest = whole if whole.is_valid else shapely.difference(outer, shapely.union_all(inner))
    else:  # cut at the antimeridian
        rest = shapely.difference(outer, shapely.union_all(inner))
    found = _place(rest)
    return place if found is None else replace(found, notes=place.notes)


def _outer_ring(pairs: list[tuple[float, float]], *, swap: bool) -> Place | None:
    pairs = [(y, x) for x, y in pairs] if swap else pairs
    distinct = list(dict.fromkeys(pairs))
    if len(distinct) == 1:
        return _place(shapely.Point(distinct[0]))
    if len(distinct) == 2:
        return _place(shapely.LineString(distinct))
    place = _place(shapely.Polygon(pairs))
    if place is None or "place.invalid-geometry" not in place.notes:
        return place
    shorter = _place(shapely.Polygon(_shortest_way(pairs)))
    return shorter if shorter and "place.invalid-geometry" not in shorter.notes else place


def _shortest_way(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Positions whose longitudes go on past 180 where two of them are further apart than half a turn.

    >>> _shortest_way([(170.0, 0.0), (-170.0, 5.0), (175.0, 8.0)])
    [(170.0, 0.0), (190.0, 5.0), (175.0, 8.0)]
    """
    way = pairs[:1]
    for longitude, latitude in pairs[1:]:
        way.append((longitude + 360 * round((way[-1][0] - longitude) / 360), latitude))
    return way


def from_wkt(text: str, *, swap: bool = False) -> Place | None:
    """A place from WKT, with or without the CRS IRI of a `geo:wktLiteral` before it; `None` where it is no WKT.

    >>> from_wkt("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(43 3.5)").wkt
    'POINT (3.5 43)'
    >>> from_wkt("POLYGON((1 2, 1 2, 1 2, 1 2))").wkt
    'POINT (1 2)'
    """
    crs, text = _crs_before(text)
    if crs and (order := latitude_first(crs)) is not None:
        swap = order
    if not text.isascii():  # words of WKT are ASCII, and GEOS breaks letters of others apart in its message
        return None
    try:
        geometry = shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        return None
    return _place(shapely.transform(geometry, lambda xy: xy[:, ::-1]) if swap else geometry)


_GML = re.compile(r"<(?:\?xml|(?:\w+:)?(?:Multi)?(?:Envelope|Box|Point|LineString|Curve|Polygon|Surface|LinearRing))[\s>]")
_FLAT_POLYGON = re.compile(r"(.*\bPOLYGON)\s*\(([^()]+)\)$", re.IGNORECASE | re.DOTALL)


def declared_crs(text: str) -> str:
    """The reference system that a geometry in WKT or GML names, or an empty text.

    >>> declared_crs("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(43 3.5)")
    'http://www.opengis.net/def/crs/EPSG/0/4326'
    """
    if _GML.match(text.strip()):
        found = re.search(r"""srsName\s*=\s*["']([^"']*)["']""", text)
        return found[1].strip() if found else ""
    return _crs_before(text)[0].strip()


def from_literal(text: str) -> Place | None:
    """A place from a geometry in WKT, GML or GeoJSON, told by how it begins, since datatypes are often wrong; `None` where it is none.

    A polygon whose ring lacks its parentheses is read, and noted. <https://docs.ogc.org/is/22-047r1/22-047r1.html>

    >>> from_literal('{"type": "Point", "coordinates": [3.5, 43]}').wkt == from_literal("POINT(3.5 43)").wkt
    True
    """
    text = text.strip()
    if text.startswith("{"):
        try:
            return from_geojson(json.loads(text, parse_constant=_no_number))
        except (ValueError, RecursionError):
            return None
    if _GML.match(text):
        return from_gml(text)
    if flat := _FLAT_POLYGON.match(text):
        place = from_wkt(f"{flat[1]} (({flat[2]}))")
        return replace(place, notes=(*place.notes, "place.mended")) if place else None
    return from_wkt(text)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON (RFC 8259, section 6)")


def from_gml(text: str) -> Place | None:
    """A place from a GML 2 or 3 geometry. `None` where it is none, or in an unknown reference system.

    >>> from_gml("<gml:Envelope srsName='http://www.opengis.net/def/crs/EPSG/0/4326'><gml:lowerCorner>43 3</gml:lowerCorner>"
    ...          "<gml:upperCorner>44 4</gml:upperCorner></gml:Envelope>").wkt
    'POLYGON ((3 43, 4 43, 4 44, 3 44, 3 43))'
    """
    swap = latitude_first(declared_crs(text))
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True))
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or swap is None:
        return None
    corners = _gml_text(root, "lowerCorner") + _gml_text(root, "upperCorner")
    if len(corners) == 2:
        pairs = positions(" ".join(corners))
        edges = [str(number) for pair in pairs or () for number in (reversed(pair) if swap else pair)]
        return box(edges) if len(edges) == 4 else None
    outer = [each for each in root.iter() if _gml_name(each) in ("exterior", "outerBoundaryIs")] or [root]
    rings = [ring(pairs, _gml_holes(each), swap=swap) for each in outer if (pairs := _gml_positions(each))]
    shapes = [shapely.from_wkt(place.wkt) for place in rings if place]
    if not shapes or len(shapes) < len(outer):
        return None
    return _place(shapes[0] if len(shapes) == 1 else shapely.union_all(shapes))


def _gml_positions(element: etree._Element) -> list[tuple[float, float]] | None:
    return positions(" ".join(_gml_text(element, "posList", "pos", "coordinates")))


def _gml_holes(outer: etree._Element) -> list[list[tuple[float, float]]]:
    """The rings of holes, which stand beside the outer ring."""
    inner = (each for each in outer.itersiblings() if _gml_name(each) in ("interior", "innerBoundaryIs"))
    return [pairs for each in inner if (pairs := _gml_positions(each))]


def _gml_name(element: etree._Element) -> str:
    return re.split("[:}]", str(element.tag))[-1]


def _gml_text(element: etree._Element, *names: str) -> list[str]:
    return [str(each.text or "") for each in element.iter() if _gml_name(each) in names]


def _crs_before(text: str) -> tuple[str, str]:
    text = text.strip()
    if text.startswith("<") and ">" in text:
        crs, _, text = text[1:].partition(">")
        return crs, text
    if text.upper().startswith("SRID="):
        crs, _, text = text[5:].partition(";")
        return crs, text
    return "", text


def from_geojson(value: object) -> Place | None:
    """A place from a GeoJSON geometry (RFC 7946); `None` where it is none."""
    if not isinstance(value, dict) or "type" not in value:
        return None
    try:
        return _place(shape(value.get("geometry") if value["type"] == "Feature" else value))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return None


def _place(geometry: BaseGeometry) -> Place | None:
    """A place of a shapely geometry; geometries without extent become points or lines."""
    if geometry is None or geometry.is_empty:
        return None
    geometry, notes = _within_half_turns(shapely.force_2d(geometry))
    bounds = [parse_decimal(repr(float(edge))) for edge in geometry.bounds]
    if any(edge is None for edge in bounds):
        return None
    west, south, east, north = (edge for edge in bounds if edge is not None)
    if west == -180 and east == 180:
        west, east = _across_the_antimeridian(geometry) or (west, east)
    if (west == east or south == north) and geometry.geom_type not in ("Point", "LineString", "MultiPoint"):
        return Place(box_wkt(west, south, east, north), west, south, east, north, ("place.no-area",))
    if shapely.get_num_coordinates(geometry) > MOST_POSITIONS:
        return Place(box_wkt(west, south, east, north), west, south, east, north, ("place.too-detailed",))
    notes = notes if geometry.is_valid else (*notes, "place.invalid-geometry")
    return Place(shapely.to_wkt(geometry, rounding_precision=7, trim=True), west, south, east, north, notes)


#: A whole turn of longitude, none of latitude: added to arrays of positions.
_TURN = (360, 0)


def _within_half_turns(geometry: BaseGeometry) -> tuple[BaseGeometry, tuple[str, ...]]:
    """A geometry whose longitudes go on past 180 (or -180), cut at the antimeridian (RFC 7946, section 3.1.9).

    >>> from_wkt("POLYGON ((170 0, 190 0, 190 5, 170 5, 170 0))").east
    Decimal('-170.0')
    """
    west, south, east, north = geometry.bounds
    if west < -180 and west >= -360 and east <= 180:
        geometry = shapely.transform(geometry, lambda xy: xy + _TURN)
        west, east = west + 360, east + 360
    if not (east > 180 and east <= 360 and west >= -180) or east - west > 360 or not geometry.is_valid:
        return geometry, ()
    here = shapely.intersection(geometry, shapely.box(-180, south, 180, north))
    beyond = shapely.transform(shapely.intersection(geometry, shapely.box(180, south, 360, north)), lambda xy: xy - _TURN)
    parts = [part for whole in (here, beyond) for part in getattr(whole, "geoms", [whole]) if part.area or whole.area == 0]
    return shapely.union_all([part for part in parts if not part.is_empty]), ("place.longitude-360",)


def _across_the_antimeridian(geometry: BaseGeometry) -> tuple[Decimal, Decimal] | None:
    """West and east of a geometry that is cut at the antimeridian (RFC 7946, section 3.1.9); `None` where it is not cut there."""
    spans = [part.bounds for part in getattr(geometry, "geoms", ())]
    west = min((west for west, _, east, _ in spans if east == 180), default=-180.0)
    east = max((east for west, _, east, _ in spans if west == -180), default=180.0)
    if west <= east or any(first < west and last > east for first, _, last, _ in spans):
        return None
    return Decimal(repr(float(west))), Decimal(repr(float(east)))


def swapped(place: Place) -> Place | None:
    """The same geometry with its axes exchanged."""
    return from_wkt(place.wkt, swap=True)
