"""The reliability plot: confidence against the share that is right, a small square for each field, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from byline.bench.calibration import Bin

# Pixels: a square's side, the room around it, its head.
_SIDE, _ROOM, _HEAD = 150, 34, 40
_COLUMNS = 4
_DOT = 3.5
_TICKS = (0.0, 0.5, 1.0)


def svg(fields: Mapping[str, Sequence[Bin]], notes: Mapping[str, str]) -> str:
    """An SVG image with a square for each field: a dot for each bin, the diagonal where a confidence is what it says.

    `notes` has a line for each field, shown under its name.
    """
    columns = min(_COLUMNS, max(1, len(fields)))
    rows = -(-len(fields) // columns)
    width, height = columns * (_SIDE + _ROOM) + _ROOM, rows * (_SIDE + _ROOM + _HEAD) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="10" role="img">',
        "<title>Confidence and share right, by field, on documents held back</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for number, (field, bins) in enumerate(fields.items()):
        left = _ROOM + number % columns * (_SIDE + _ROOM)
        top = _HEAD + number // columns * (_SIDE + _ROOM + _HEAD)
        parts += _square(left, top, field, notes.get(field, ""), bins)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _square(left: int, top: int, field: str, note: str, bins: Sequence[Bin]) -> list[str]:
    base = top + _SIDE
    parts = [
        f'<text x="{left}" y="{top - 18}" font-size="13" font-weight="bold">{escape(field)}</text>',
        f'<text x="{left}" y="{top - 5}" fill="#555">{escape(note)}</text>',
        f'<rect x="{left}" y="{top}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#999"/>',
        f'<line x1="{left}" y1="{base}" x2="{left + _SIDE}" y2="{top}" stroke="#bbb" stroke-dasharray="4 3"/>',
    ]
    for tick in _TICKS:
        parts.append(f'<text x="{left + tick * _SIDE:.0f}" y="{base + 13}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 5}" y="{base - tick * _SIDE + 3:.0f}" text-anchor="end">{tick:g}</text>')
    points = [(left + one.confidence * _SIDE, base - one.right * _SIDE) for one in bins]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0b5394"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{_DOT}" fill="#0b5394"/>' for x, y in points]
    return parts
