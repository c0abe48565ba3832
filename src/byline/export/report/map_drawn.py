"""The map of a report, as SVG: each place as wide as its reports leave it, with a dot for how many incidents it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt
from pathlib import Path
from typing import Final

from byline.export.report.base_map import TENTH, Frame, Point, World, world
from byline.export.report.markup import Markup, element, joined
from byline.export.report.picture import Spot

WIDTH: Final = 960.0
SLIMMEST, WIDEST = 1.2, 2.4
"""Of the sheet's width to its height."""

LEAST_DEGREES: Final = 1.5
"""Of a frame's height: a single town is shown with what is around it."""

KM_A_DEGREE: Final = 111.2
TENTHS: Final = f"scale({TENTH})"
CELL: Final = 14.0
"""Pixels: dots nearer to each other than that are drawn as one, where there are more than CROWD."""

CROWD: Final = 120
NAMED: Final = 18
COUNTRIES_NAMED: Final = 14
LETTER, LINE = 6.2, 14.0
"""Pixels that a letter of a name and a line of it take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One or several places at one point of the sheet; `row` is the number of the first in the table below."""

    at: Point
    spots: tuple[Spot, ...]
    row: int

    @property
    def incidents(self) -> int:
        """Of all its places; one told of two of them counts twice."""
        return sum(spot.incidents for spot in self.spots)

    @property
    def radius(self) -> float:
        """Of the dot, in pixels: its area goes with the number of incidents."""
        return min(22.0, 2.6 + 1.5 * sqrt(self.incidents))


def drawn(spots: Sequence[Spot], assets: Path) -> Markup:
    """The map of places in the order of their table, in whose rows its links end."""
    frame, base = framed(spots), world(assets)
    dots = _dots(spots, frame)
    return element(
        "svg",
        _ground(base, frame),
        element("g", *(_area(spot, frame) for spot in spots if spot.pin.radius_km), class_="areas"),
        element("g", *map(_dot, dots), class_="dots"),
        element("g", *_names(dots, base, frame), class_="names", aria_hidden="true"),
        viewBox=f"0 0 {WIDTH:.0f} {frame.height:.0f}",
        role="group",
        aria_label=f"Map of {len(spots):,} place{'' if len(spots) == 1 else 's'}; the table below holds the same",
        class_="map",
    )


def framed(spots: Iterable[Spot]) -> Frame:
    """The part of the world that holds all places with some of what is around them."""
    points = [spot.pin.point for spot in spots]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    middle, centre = (west + east) / 2, (south + north) / 2
    squeeze = cos(radians(centre))
    tall = max((north - south) * 1.25, LEAST_DEGREES)
    wide = max((east - west) * 1.15, LEAST_DEGREES / squeeze)
    tall = max(tall, wide * squeeze / WIDEST)
    wide = max(wide, tall * SLIMMEST / squeeze)
    if wide >= 300:
        middle, wide = 0.0, 360.0
    south = max(-85.0, centre - tall / 2)
    return Frame(
        west=middle - wide / 2, east=middle + wide / 2, south=south, north=min(85.0, south + tall), width=WIDTH
    )


def _ground(base: World, frame: Frame) -> Markup:
    return joined(
        [
            element("rect", width=WIDTH, height=frame.height, class_="sea"),
            element("g", *(element("path", d=path) for path in base.land(frame)), class_="land", transform=TENTHS),
            *(
                element("path", d=base.lines(frame, kind), class_=kind, transform=TENTHS)
                for kind in ("coast", "agreed", "disputed")
            ),
        ]
    )


def _area(spot: Spot, frame: Frame) -> Markup:
    longitude, latitude = spot.pin.point
    x, y = frame.at(longitude, latitude)
    tall = (spot.pin.radius_km or 0) / KM_A_DEGREE * frame.scale
    wide = tall * frame.squeeze / max(0.05, cos(radians(latitude)))
    return element("ellipse", cx=_pixels(x), cy=_pixels(y), rx=_pixels(wide), ry=_pixels(tall))


def _dots(spots: Sequence[Spot], frame: Frame) -> list[Dot]:
    """A dot a place; where there is a crowd, one for all places of a cell. Large dots come first, small ones above."""
    cells: dict[tuple[int, int] | int, list[int]] = {}
    for number, spot in enumerate(spots):
        x, y = frame.at(*spot.pin.point)
        key = number if len(spots) <= CROWD else (int(x // CELL), int(y // CELL))
        cells.setdefault(key, []).append(number)
    dots = [
        Dot(at=frame.at(*spots[numbers[0]].pin.point), spots=tuple(spots[one] for one in numbers), row=numbers[0])
        for numbers in cells.values()
    ]
    return sorted(dots, key=lambda dot: (-dot.incidents, dot.row))


def _dot(dot: Dot) -> Markup:
    first = dot.spots[0]
    names = f"{_name(first)}" if len(dot.spots) == 1 else f"{_name(first)} and {len(dot.spots) - 1:,} more places"
    counted = f"{dot.incidents:,} incident{'' if dot.incidents == 1 else 's'}"
    circle = element("circle", cx=_pixels(dot.at[0]), cy=_pixels(dot.at[1]), r=_pixels(dot.radius))
    return element(
        "a",
        element("title", f"{names}: {counted}{_wide(first) if len(dot.spots) == 1 else ''}"),
        circle,
        href=f"#place-{dot.row}",
        aria_label=f"{names}, {counted}",
    )


def _names(dots: Sequence[Dot], base: World, frame: Frame) -> Iterable[Markup]:
    """Names of the places of most incidents and of the largest countries, as far as none lies on another."""
    taken: list[tuple[float, float, float, float]] = []
    places = [(_name(dot.spots[0]), (dot.at[0], dot.at[1] - dot.radius - 4), "place") for dot in dots]
    countries = [(name, middle, "country") for name, middle, area in base.names(frame) if area > 900]
    for some, most in ((places, NAMED), (countries, COUNTRIES_NAMED)):
        named = 0
        for name, (x, y), kind in some:
            half = len(name) * LETTER / 2
            box = (x - half, y - LINE, x + half, y + 3)
            inside = box[0] > 0 and box[1] > 0 and box[2] < WIDTH and box[3] < frame.height
            if inside and named < most and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                named += 1
                yield element("text", name, x=_pixels(x), y=_pixels(y), class_=kind)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _name(spot: Spot) -> str:
    return spot.pin.name or spot.pin.text


def _wide(spot: Spot) -> str:
    radius = spot.pin.radius_km
    return "" if radius is None else f" ({spot.pin.precision}: anywhere within {radius:,.0f} km)"


def _pixels(value: float) -> str:
    return f"{value:.1f}"
