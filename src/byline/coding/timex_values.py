"""The calendar arithmetic behind TIMEX3 values: what days a value covers, and what lies so many units away."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from byline.model import WhenPrecision

# Seasons are whole months (northern, as in the news we read); a winter bears the year it begins in.
SEASON_MONTHS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
# Years a news report can mean; what lies outside is read as no date at all.
FIRST_YEAR, LAST_YEAR = 1000, 2999

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?")
_WEEK = re.compile(r"(\d{4})-W(\d\d)(-WE)?")
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_HALF = re.compile(r"(\d{4})-H([12])")
_SEASON = re.compile(r"(\d{4})-(SP|SU|FA|WI)")
_YEARS = re.compile(r"\d{2,4}")


@dataclass(frozen=True, slots=True)
class Extent:
    """The days a value covers, both included, and how fine it is; days are None where they are not known."""

    start: date | None = None
    end: date | None = None
    precision: WhenPrecision = "unknown"


UNKNOWN = Extent()


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, None where the calendar has no such day or the year is none a report means."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_from(year: int, month: int, count: int, precision: WhenPrecision) -> Extent:
    """`count` whole months from the first day of a month on."""
    start = day_of(year, month, 1)
    if start is None:
        return UNKNOWN
    last = divmod(year * 12 + month - 1 + count - 1, 12)
    end = date(last[0], last[1] + 1, calendar.monthrange(last[0], last[1] + 1)[1])
    return Extent(start, end, precision)


def extent(value: str) -> Extent:
    """The days a TIMEX3 date value covers; `UNKNOWN` for durations, sets, references and values with X in them."""
    if match := _DAY.fullmatch(value):
        day = day_of(int(match[1]), int(match[2]), int(match[3]))
        return Extent(day, day, "day") if day else UNKNOWN
    if match := _WEEK.fullmatch(value):
        return _week_extent(int(match[1]), int(match[2]), weekend=match[3] is not None)
    if match := _MONTH.fullmatch(value):
        return months_from(int(match[1]), int(match[2]), 1, "month") if 1 <= int(match[2]) <= 12 else UNKNOWN
    if match := _QUARTER.fullmatch(value):
        return months_from(int(match[1]), int(match[2]) * 3 - 2, 3, "quarter")
    if match := _HALF.fullmatch(value):
        return months_from(int(match[1]), int(match[2]) * 6 - 5, 6, "year")
    if match := _SEASON.fullmatch(value):
        return months_from(int(match[1]), SEASON_MONTHS[match[2]], 3, "season")
    if _YEARS.fullmatch(value):
        missing = 4 - len(value)
        first = int(value) * 10**missing
        precision: WhenPrecision = ("year", "decade", "unknown")[missing]
        return months_from(first, 1, 12 * 10**missing, precision)
    return UNKNOWN


def _week_extent(year: int, week: int, *, weekend: bool) -> Extent:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return UNKNOWN
    return Extent(monday + timedelta(days=5 if weekend else 0), monday + timedelta(days=6), "week")


def week_value(day: date) -> str:
    """The ISO week of a day: 1998-W07."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def unit_value(day: date, unit: str) -> str:
    """The day, week, weekend, month, quarter, year, decade or century (D W WE M Q Y DE C) that a day lies in."""
    if unit == "D":
        return day.isoformat()
    if unit == "W":
        return week_value(day)
    if unit == "WE":
        return week_value(day) + "-WE"
    if unit == "M":
        return f"{day.year:04d}-{day.month:02d}"
    if unit == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}"[: {"DE": 3, "C": 2}.get(unit, 4)]


def shifted(day: date, count: float, unit: str) -> date | None:
    """The day `count` units later (earlier when negative); None outside the years a report can mean.

    Months and years keep the day of the month, or take the month's last.
    """
    try:
        if unit in ("D", "W", "WE"):
            moved = day + timedelta(days=round(count * (1 if unit == "D" else 7)))
        else:
            months = round(count * {"M": 1, "Q": 3, "Y": 12, "DE": 120, "C": 1200}[unit])
            year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
            if not FIRST_YEAR <= year <= LAST_YEAR:
                return None
            moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    except OverflowError:
        return None
    return moved if FIRST_YEAR <= moved.year <= LAST_YEAR else None


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (the anonymous algorithm, as in Meeus, Astronomical Algorithms)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    k_ = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * k_) // 451
    month, day = divmod(h + k_ - 7 * m + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth weekday (Monday is 1) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


# Half a unit in the next finer one, so that values stay whole: a year and a half is P18M, as TimeML writes months.
_HALVES = {"Y": ("Y", "6M"), "M": ("M", "15D"), "D": ("D", "T12H"), "DE": ("Y", ""), "C": ("Y", "")}
_CLOCK_HALVES = {"H": "30M", "M": "30S"}


def duration_value(count: float | str, unit: str, *, clock: bool) -> str:
    """The TIMEX3 value of so many units: P3D, PT2H, PXM where the count is "X", P1Y6M and PT1M30S for halves."""
    lead = "PT" if clock else "P"
    if isinstance(count, str):
        return f"{lead}{count}{unit}"
    whole = int(count)
    if count == whole:
        return f"{lead}{whole}{unit}"
    if count - whole == 0.5:
        head = f"{whole}{unit}" if whole else ""
        if clock and unit in _CLOCK_HALVES:
            return f"{lead}{head}{_CLOCK_HALVES[unit]}"
        if unit in ("DE", "C"):
            return f"P{round(count * (10 if unit == 'DE' else 100))}Y"
        if not clock and unit in _HALVES:
            return f"P{head}{_HALVES[unit][1]}"
    return f"{lead}{count:g}{unit}"
