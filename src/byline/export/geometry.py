"""What shape has a place on a map? Points as RFC 7946 and WKB have them, and the circle a place may be anywhere in.

Coordinates are longitude, then latitude, in degrees (WGS 84).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import asin, atan2, cos, degrees, pi, radians, sin
from typing import Any, Final

EARTH_KM: Final = 6371.0088
"""The mean radius of the earth."""

CORNERS: Final = 64
"""Of a circle's polygon, which then is at most 0.2 % smaller than the circle."""

Point = tuple[float, float]
Ring = list[Point]

_POINT, _POLYGON, _MULTI_POINT, _MULTI_POLYGON = 1, 3, 4, 6


def geojson(points: Sequence[Point]) -> dict[str, Any] | None:
    """The geometry of some points: None, a Point or a MultiPoint."""
    if not points:
        return None
    if len(points) == 1:
        return {"type": "Point", "coordinates": list(points[0])}
    return {"type": "MultiPoint", "coordinates": [list(one) for one in points]}


def wkb(points: Sequence[Point], *, many: bool = False) -> bytes | None:
    """The same as WKB; with `many` one point is a MultiPoint too, as layers of one kind want it."""
    if not points:
        return None
    if len(points) == 1 and not many:
        return _point(points[0])
    return struct.pack("<BII", 1, _MULTI_POINT, len(points)) + b"".join(_point(one) for one in points)


@lru_cache(10_000)
def circle_wkb(centre: Point, radius_km: float) -> bytes:
    """The circle around a point as a WKB MultiPolygon: two pieces where it lies across the antimeridian. Remembered, as
    news tells of the same places again and again."""
    whole = circle(centre, radius_km)
    beyond = any(abs(longitude) > 180 for longitude, _ in whole)
    rings = [ring for ring in _cut(whole) if len(ring) >= 4] if beyond else [whole]
    return struct.pack("<BII", 1, _MULTI_POLYGON, len(rings)) + b"".join(_polygon(ring) for ring in rings)


def circle(centre: Point, radius_km: float) -> Ring:
    """A closed ring, counterclockwise, whose corners are all `radius_km` from the centre; longitudes may pass 180. One
    that holds a pole is the cap between it and there."""
    longitude, latitude = radians(centre[0]), radians(centre[1])
    angle = radius_km / EARTH_KM
    if abs(latitude) + angle >= pi / 2:
        edge = degrees(abs(latitude) - angle) * (1 if latitude > 0 else -1)
        south, north = sorted((max(-90.0, min(90.0, edge)), 90.0 if latitude > 0 else -90.0))
        return [(-180.0, south), (180.0, south), (180.0, north), (-180.0, north), (-180.0, south)]
    ring = []
    for corner in range(CORNERS):
        bearing = -2 * pi * corner / CORNERS
        at = asin(sin(latitude) * cos(angle) + cos(latitude) * sin(angle) * cos(bearing))
        turned = atan2(sin(bearing) * sin(angle) * cos(latitude), cos(angle) - sin(latitude) * sin(at))
        ring.append((round(degrees(longitude + turned), 6), round(degrees(at), 6)))
    return [*ring, ring[0]]


def box(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """West, south, east and north of some points."""
    longitudes, latitudes = zip(*points, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _cut(ring: Ring) -> list[Ring]:
    """A ring in pieces that lie between -180 and 180."""
    pieces = [_clipped(_clipped(ring, 180.0, west=True), -180.0, west=False)]
    if max(x for x, _ in ring) > 180:
        pieces.append([(round(x - 360, 6), y) for x, y in _clipped(ring, 180.0, west=False)])
    if min(x for x, _ in ring) < -180:
        pieces.append([(round(x + 360, 6), y) for x, y in _clipped(ring, -180.0, west=True)])
    return pieces


def _clipped(ring: Ring, meridian: float, *, west: bool) -> Ring:
    """What of a convex closed ring lies on one side of a meridian, as a closed ring."""

    def inside(point: Point) -> bool:
        return point[0] <= meridian if west else point[0] >= meridian

    kept: Ring = []
    for one, other in pairwise(ring):
        if inside(one):
            kept.append(one)
        if inside(one) != inside(other):
            share = (meridian - one[0]) / (other[0] - one[0])
            kept.append((meridian, round(one[1] + share * (other[1] - one[1]), 6)))
    return [*kept, kept[0]] if kept else []


def _point(point: Point) -> bytes:
    return struct.pack("<BIdd", 1, _POINT, *point)


def _polygon(ring: Ring) -> bytes:
    return struct.pack("<BIII", 1, _POLYGON, 1, len(ring)) + b"".join(struct.pack("<dd", *one) for one in ring)
