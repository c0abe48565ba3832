"""What is the ground of the map? Countries and borders out of the base map that the review page has too (Natural Earth,
as TopoJSON), cut to a frame, as SVG paths. Borders stand as they are held; those that are disputed are dashed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, Final, Literal

Point = tuple[float, float]
Line = list[Point]
Border = Literal["coast", "agreed", "disputed"]

LEAST_STEP: Final = 0.6
"""Pixels: points of a line nearer to the one before are left out."""

MARGIN: Final = 40.0
"""Pixels around the frame to which areas are cut: their cut edges are never seen."""

TENTH: Final = 0.1
"""Of a pixel: what the numbers of paths count, so that whoever draws them scales by it."""

FILES: Final = ("countries.json", "disputed.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A part of the world on a sheet of `width` by `height` pixels; degrees are as long east as north in its middle."""

    west: float
    south: float
    east: float
    north: float
    width: float

    @property
    def squeeze(self) -> float:
        """How long a degree of longitude is beside one of latitude."""
        return cos(radians((self.south + self.north) / 2))

    @property
    def scale(self) -> float:
        """Pixels a degree of latitude."""
        return self.width / ((self.east - self.west) * self.squeeze)

    @property
    def height(self) -> float:
        """Of the sheet in pixels."""
        return (self.north - self.south) * self.scale

    def at(self, longitude: float, latitude: float) -> Point:
        """Where a point of the world is on the sheet."""
        return (longitude - self.west) * self.squeeze * self.scale, (self.north - latitude) * self.scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country of the base map: its name, and the outer and inner rings of its areas, in degrees."""

    name: str
    rings: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The base map: countries, and every line between or around them with what it is."""

    countries: tuple[Country, ...]
    borders: tuple[tuple[Border, Line], ...]

    @classmethod
    def read(cls, folder: Path) -> World:
        """The base map in a folder of built assets. Raises OSError where it is not there."""
        topology, disputed = (json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES)
        return _world(topology, frozenset("|".join(sorted(pair)) for pair in disputed))

    def land(self, frame: Frame) -> Iterator[str]:
        """The path of each country that reaches into the frame."""
        for country in self.countries:
            path = "".join(f"{_path(ring)}Z" for line in country.rings for ring in _areas(line, frame))
            if path:
                yield path

    def lines(self, frame: Frame, kind: Border) -> str:
        """One path of all borders of a kind within the frame."""
        return "".join(_path(piece) for found, line in self.borders if found == kind for piece in _pieces(line, frame))

    def names(self, frame: Frame) -> Iterator[tuple[str, Point, float]]:
        """The names of countries with the middle of the largest piece seen of each, and that piece's area; the largest
        first."""
        seen = []
        for country in self.countries:
            areas = [ring for line in country.rings for ring in _areas(line, frame, margin=0.0)]
            largest = max(areas, key=_area, default=None)
            if largest is not None and _area(largest) > 0:
                seen.append((country.name, _middle(largest), _area(largest)))
        yield from sorted(seen, key=lambda one: (-one[2], one[0]))


@cache
def world(folder: Path) -> World:
    """The base map, read once."""
    return World.read(folder)


def _world(topology: Mapping[str, Any], disputed: frozenset[str]) -> World:
    arcs = [_arc(steps, topology["transform"]) for steps in topology["arcs"]]
    countries, of_arc = [], dict[int, list[Mapping[str, Any]]]()
    for one in topology["objects"]["countries"]["geometries"]:
        rings = one["arcs"] if one["type"] == "Polygon" else [ring for area in one["arcs"] for ring in area]
        for ring in rings:
            for number in ring:
                of_arc.setdefault(number if number >= 0 else ~number, []).append(one)
        joined = tuple(_whole(_ring(ring, arcs)) for ring in rings)
        countries.append(Country(name=str(one["properties"]["name"]), rings=joined))
    borders = tuple((_kind(of_arc[number], disputed), _whole(arcs[number])) for number in sorted(of_arc))
    return World(countries=tuple(countries), borders=borders)


def _kind(sides: Sequence[Mapping[str, Any]], disputed: frozenset[str]) -> Border:
    if len(sides) < 2 or sides[0] is sides[1]:
        return "coast"
    names = "|".join(sorted(str(one["properties"]["name"]) for one in sides[:2]))
    return "disputed" if names in disputed or any("id" not in one for one in sides[:2]) else "agreed"


def _arc(steps: Iterable[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Line:
    """An arc in degrees: its points are kept as steps of whole numbers."""
    (across, up), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    line = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        line.append((x * across + west, y * up + south))
    return line


def _ring(numbers: Iterable[int], arcs: Sequence[Line]) -> Line:
    line: Line = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc[1:] if line else arc
    return line


def _whole(line: Line) -> Line:
    """A line across the date line in one piece: it goes on beyond 180 degrees. Not the edge of Antarctica."""
    jumps = any(abs(one[0] - other[0]) > 180 for one, other in pairwise(line))
    if not jumps or any(y < -85 for _, y in line):
        return line
    return [(x + 360 if x < 0 else x, y) for x, y in line]


def _shifted(line: Line, frame: Frame) -> Iterator[Line]:
    """The line on the sheet, and once more where it lies a turn round the world away."""
    longitudes = [x for x, _ in line]
    latitudes = [y for _, y in line]
    if max(latitudes) < frame.south - 5 or min(latitudes) > frame.north + 5:
        return
    for turn in (-360, 0, 360):
        if max(longitudes) + turn >= frame.west - 5 and min(longitudes) + turn <= frame.east + 5:
            yield _thinned(frame.at(x + turn, y) for x, y in line)


def _thinned(points: Iterable[Point]) -> Line:
    kept: Line = []
    last: Point | None = None
    for point in points:
        if not kept or max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= LEAST_STEP:
            kept.append(point)
        last = point
    if last is not None and kept[-1] != last:
        kept.append(last)
    return kept


def _areas(line: Line, frame: Frame, *, margin: float = MARGIN) -> Iterator[Line]:
    """What of a closed ring lies in the frame and its margin."""
    for ring in _shifted(line, frame):
        cut = ring
        for axis, edge, upper in (
            (0, -margin, False),
            (0, frame.width + margin, True),
            (1, -margin, False),
            (1, frame.height + margin, True),
        ):
            cut = _clipped(cut, axis, edge, upper=upper)
        if len(cut) >= 3:
            yield cut


def _clipped(ring: Line, axis: int, edge: float, *, upper: bool) -> Line:
    kept: Line = []
    for one, other in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        inside, next_inside = ((point[axis] <= edge) == upper or point[axis] == edge for point in (one, other))
        if inside:
            kept.append(one)
        if inside != next_inside:
            share = (edge - one[axis]) / (other[axis] - one[axis])
            kept.append((one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])))
    return kept


def _pieces(line: Line, frame: Frame) -> Iterator[Line]:
    """The stretches of a line that lie in the frame or its margin, with a point more at each end."""
    for shifted in _shifted(line, frame):
        piece: Line = []
        for one, other in pairwise(shifted):
            if _near(one, frame) or _near(other, frame):
                piece = piece or [one]
                piece.append(other)
            elif piece:
                yield piece
                piece = []
        if piece:
            yield piece


def _near(point: Point, frame: Frame) -> bool:
    x, y = point
    return -MARGIN <= x <= frame.width + MARGIN and -MARGIN <= y <= frame.height + MARGIN


def _path(points: Sequence[Point]) -> str:
    """A line as steps of whole tenths of a pixel, which takes half the letters."""
    whole = [(round(x / TENTH), round(y / TENTH)) for x, y in points]
    steps = (f"{other[0] - one[0]} {other[1] - one[1]}" for one, other in pairwise(whole) if one != other)
    return f"M{whole[0][0]} {whole[0][1]}l{' '.join(steps) or '0 0'}"


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in pairwise([*ring, ring[0]]))) / 2


def _middle(ring: Sequence[Point]) -> Point:
    (left, right), (top, bottom) = ((min(side), max(side)) for side in zip(*ring, strict=True))
    return (left + right) / 2, (top + bottom) / 2
