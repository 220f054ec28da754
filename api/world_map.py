"""A small map of the world as SVG, with boxes and points on it. Longitudes run from -180 to 180 as x, latitudes from 90 to -90 as y."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from markupsafe import Markup

from kg.dataset import Box

#: Boxes smaller than this, in degrees, are drawn as a point, so that they are seen.
_SMALLEST: Final = 4.0
_MOST: Final = 200
#: A box with more square degrees than this, of 64,800, is drawn faintly, so that the others are seen.
_MOST_OF_IT: Final = 30_000


def world_map(boxes: Iterable[Box], label: str) -> Markup:
    """The map; `label` says in words what it shows."""
    shapes = Markup("").join(shape for box in list(boxes)[:_MOST] for shape in _shapes(box))
    return Markup('<svg class="map" viewBox="-181 -91 362 182" role="img" aria-label="{}">{}{}</svg>').format(label, _GRATICULE, shapes)


def _shapes(box: Box) -> Iterator[Markup]:
    for west, east in _parts(box):
        if east - west < _SMALLEST and box.north - box.south < _SMALLEST:
            yield Markup('<circle class="place" cx="{:.2f}" cy="{:.2f}" r="3"/>').format((west + east) / 2, -(box.south + box.north) / 2)
        else:
            size = (west, -box.north, max(east - west, 1.0), max(box.north - box.south, 1.0))
            kind = "place most" if (east - west) * (box.north - box.south) > _MOST_OF_IT else "place"
            yield Markup('<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>').format(kind, *size)


def _parts(box: Box) -> list[tuple[float, float]]:
    """The box's longitudes; two ranges where it crosses the antimeridian."""
    if box.west > box.east:
        return [(box.west, 180.0), (-180.0, box.east)]
    return [(box.west, box.east)]


def _graticule() -> Markup:
    lines = [f"M{x} -90V90" for x in range(-150, 180, 30)] + [f"M-180 {y}H180" for y in range(-60, 90, 30) if y]
    frame, main = '<rect class="sea" x="-180" y="-90" width="360" height="180"/>', "M-180 0H180M0 -90V90"
    labels = "".join(
        f'<text x="{x + 2}" y="{y - 2}">{text}</text>'
        for x, y, text in ((-180, 0, "0°"), (0, 90, "0°"), (-90, 90, "90° W"), (90, 90, "90° E"))
    )
    return Markup(f'{frame}<path class="grid" d="{"".join(lines)}"/><path class="grid main" d="{main}"/>{labels}')  # noqa: S704 - constant


_GRATICULE: Final = _graticule()
