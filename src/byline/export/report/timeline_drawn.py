"""The timeline of a report, as SVG: incidents by day, month or year, each only where it is known that finely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from byline.export.report.markup import Markup, element, joined

Unit = Literal["day", "month", "year"]
Days = Mapping[tuple[date | None, date | None, str], int]

STATUSES: Final = ("reported", "summary", "denied", "planned", "hypothetical", "background")
"""In the order in which they are stacked, what is told as new at the bottom."""

MOST_BINS: Final = 120
WIDTH, HEIGHT = 960.0, 240.0
LEFT, BOTTOM, TOP = 52.0, 26.0, 10.0
MOST_LABELS: Final = 10
WIDEST_BAR: Final = 48.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A day, month or year: its first day and its incidents by status."""

    start: date
    incidents: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Bins of one unit in order, empty ones left out. `wider` incidents span more than one, `undated` have no day."""

    unit: Unit
    bins: tuple[Bin, ...]
    wider: int
    undated: int

    def label(self, start: date) -> str:
        """A bin's name."""
        return start.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.unit]]


def timeline(days: Days) -> Timeline:
    """Incidents by the finest unit of which there are not too many."""
    dated = [(start, end or start, status, number) for (start, end, status), number in days.items() if start]
    unit = _finest([day for start, end, _, _ in dated for day in (start, end)])
    found: dict[date, Counter[str]] = {}
    wider = 0
    for start, end, status, number in dated:
        if _first(start, unit) != _first(end, unit):
            wider += number
        else:
            found.setdefault(_first(start, unit), Counter())[status] += number
    return Timeline(
        unit=unit,
        bins=tuple(Bin(start=start, incidents=found[start]) for start in sorted(found)),
        wider=wider,
        undated=sum(number for (start, _, _), number in days.items() if not start),
    )


def drawn(line: Timeline) -> Markup:
    """The bars, with a scale at the side and days below."""
    most = max(one.incidents.total() for one in line.bins)
    first, last = _number(line.bins[0].start, line.unit), _number(line.bins[-1].start, line.unit)
    step = (WIDTH - LEFT) / (last - first + 1)
    top = _rounded(most)
    return element(
        "svg",
        element("title", f"Incidents by {line.unit}; the table below holds the same numbers"),
        element("g", *_scale(top), class_="scale"),
        *(_bar(one, LEFT + step * (_number(one.start, line.unit) - first), step, top=top) for one in line.bins),
        element("g", *_labels(line, first, step), class_="scale"),
        element("line", x1=LEFT, x2=WIDTH, y1=HEIGHT - BOTTOM, y2=HEIGHT - BOTTOM, class_="ground"),
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="img",
        class_="timeline",
    )


def _bar(one: Bin, x: float, step: float, *, top: int) -> Markup:
    wide = min(WIDEST_BAR, max(1.0, step - (2 if step > 6 else 0.5)))
    pieces, below = [], HEIGHT - BOTTOM
    for status in STATUSES:
        tall = (HEIGHT - BOTTOM - TOP) * one.incidents[status] / top
        if tall:
            below -= tall
            at = {
                "x": f"{x + (step - wide) / 2:.1f}",
                "y": f"{below:.1f}",
                "width": f"{wide:.1f}",
                "height": f"{tall:.1f}",
            }
            pieces.append(
                element(
                    "rect",
                    element("title", f"{one.start}: {one.incidents[status]:,} {status}"),
                    **at,
                    class_=f"s-{status}",
                )
            )
    return joined(pieces)


def _scale(top: int) -> Iterable[Markup]:
    for part in range(1, 5):
        value = top * part / 4
        if value == int(value):
            y = HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part / 4
            yield element("line", x1=LEFT, x2=WIDTH, y1=f"{y:.1f}", y2=f"{y:.1f}")
            yield element("text", f"{value:,.0f}", x=LEFT - 8, y=f"{y + 4:.1f}", class_="side")


def _labels(line: Timeline, first: int, step: float) -> Iterable[Markup]:
    wanted = max(1, round(len(line.bins) / MOST_LABELS + 0.49))
    last = -1e9
    for number, one in enumerate(line.bins):
        x = LEFT + step * (_number(one.start, line.unit) - first) + step / 2
        if number % wanted == 0 and x - last > 84:
            last = x
            yield element("text", line.label(one.start), x=f"{min(x, WIDTH - 34):.1f}", y=HEIGHT - 8, class_="below")


def _rounded(most: int) -> int:
    """The least number from `most` on that four parts of a scale can be read of."""
    size = 10 ** max(0, len(str(most)) - 1)
    steps = (1, 2, 4, 5, 6, 8, 10) if size > 1 else (4, 8, 12)
    found: int = next(size * step for step in steps if size * step >= most)
    return found


def _finest(days: list[date]) -> Unit:
    if not days:
        return "day"
    first, last = min(days), max(days)
    if (last - first).days < MOST_BINS:
        return "day"
    return "month" if _number(last, "month") - _number(first, "month") < MOST_BINS else "year"


def _first(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _number(day: date, unit: Unit) -> int:
    """Days, months or years, counted."""
    if unit == "day":
        return day.toordinal()
    return day.year * 12 + day.month if unit == "month" else day.year
