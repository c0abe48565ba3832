"""Events by day, month or year, each only where it is known that finely: a year's event is no event of 1 January."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from byline.model import Status
from byline.store.views import DaysCount

Unit = Literal["day", "month", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)

MOST_BINS = 120
"""Bins of the unit that is chosen for a person, at most: what a chart of a screen's width can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """A day, a month or a year, by its first and last day, and its events by status."""

    start: date
    end: date
    events: dict[Status, int]

    @property
    def total(self) -> int:
        """All its events."""
        return sum(self.events.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Bins of one unit in order, the empty ones left out. `wider` events span more than one, `undated` have no day."""

    unit: Unit
    bins: tuple[Bin, ...]
    wider: int
    undated: int


def timeline(counts: Iterable[DaysCount], *, unit: Unit | None = None) -> Timeline:
    """Events by a unit; where none is given, by the finest of which there are not too many."""
    told = list(counts)
    dated = [(one, one.first_day, one.last_day) for one in told if one.first_day and one.last_day]
    unit = unit or _finest([day for _, first, last in dated for day in (first, last)])
    found: dict[date, Counter[Status]] = {}
    wider = 0
    for one, first, last in dated:
        start = _start(first, unit)
        if start != _start(last, unit):
            wider += one.events
        else:
            found.setdefault(start, Counter())[one.status] += one.events
    return Timeline(
        unit=unit,
        bins=tuple(Bin(start=start, end=_end(start, unit), events=dict(found[start])) for start in sorted(found)),
        wider=wider,
        undated=sum(one.events for one in told if not one.first_day),
    )


def _finest(days: Sequence[date]) -> Unit:
    if not days:
        return "day"
    first, last = min(days), max(days)
    if (last - first).days < MOST_BINS:
        return "day"
    return "month" if (last.year - first.year) * 12 + last.month - first.month < MOST_BINS else "year"


def _start(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    return day.replace(day=1) if unit == "month" else day.replace(month=1, day=1)


def _end(start: date, unit: Unit) -> date:
    """The last day of the bin that begins with a day."""
    if unit == "day":
        return start
    if unit == "year":
        return start.replace(month=12, day=31)
    following = (
        start.replace(year=start.year + 1, month=1) if start.month == 12 else start.replace(month=start.month + 1)
    )
    return date.fromordinal(following.toordinal() - 1)
