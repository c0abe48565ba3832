"""Dates of other calendars, as days of ours: Solar Hijri (Iran, Afghanistan), lunar Hijri, Ethiopian, Thai Buddhist.

The names of months and eras are data (`[calendar]` of dates.toml); the arithmetic is convertdate's, for the
lunar calendar hijridate's (Umm al-Qura, the civil calendar of Saudi Arabia). A lunar month begins where the moon was
seen, a day sooner or later from country to country: such a day is an interval, and its precision a week. A month name
counts only with a day or a year beside it, a bare number only with its era ("1400 people" is no year).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, cast

from byline.coding import timex_values as values
from byline.coding.timex_grammar import Tokens
from byline.coding.timex_reader import UNKNOWN_DAY, Basis, Calendar, Piece
from byline.coding.timex_values import Extent
from byline.language import data
from byline.model import WhenPrecision

# Years that news can mean by each calendar, with the era or the month's name told (Gregorian 1700 to 2200, about).
YEARS: dict[Calendar, range] = {
    "solar": range(1079, 1580),
    "lunar": range(1112, 1628),
    "ethiopian": range(1693, 2194),
    "buddhist": range(2243, 2744),
}
# A lunar date may fall so many days off: countries saw the moon within a day of each other in nearly all months.
LUNAR_SLACK = timedelta(days=1)
# Thailand counts from 543 BC, and since 1941 its year begins in January.
BUDDHIST_YEARS_AHEAD = 543
FIRST_JANUARY_YEAR = 2484
# The Ethiopian and the Coptic calendar are one but for the year they count from.
COPTIC_YEARS_BEHIND = 276
# The lunar calendar of Saudi Arabia is tabulated for these years; before and after it is reckoned by rule.
TABULATED = range(1343, 1501)
# A bare year of these is one of the calendar that the text's dates are told in.
BARE_YEARS = range(1300, 1451)
# Undotted "BE" is an era only in a text that also has small letters so near.
NEAR_CHARACTERS = 20
# A day without a year is looked for in so many years around the publication.
YEARS_AROUND = 2


def day_of(calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """The Gregorian day, None where the calendar has none such or the year is none that news means."""
    if year not in YEARS[calendar]:
        return None
    try:
        return _convert(calendar, year, month, day)
    except (ValueError, OverflowError):
        return None


def _convert(calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """What the library says; it raises ValueError for a day that is not. Imported here: few texts need it."""
    if not 1 <= month <= 13 or not 1 <= day <= 31:
        return None
    if calendar == "buddhist":
        return date(year - BUDDHIST_YEARS_AHEAD, month, day) if year >= FIRST_JANUARY_YEAR else None
    if calendar == "lunar" and year in TABULATED:
        from hijridate import Hijri

        found = Hijri(year, month, day).to_gregorian()
        return date(found.year, found.month, found.day)
    if month > (13 if calendar == "ethiopian" else 12):
        return None
    first, length = _month(calendar, year - COPTIC_YEARS_BEHIND if calendar == "ethiopian" else year, month)
    return first + timedelta(days=day - 1) if day <= length else None


@cache
def _month(calendar: Calendar, year: int, month: int) -> tuple[date, int]:
    """A month's first day and its length. Kept: the library reckons each solar year from the sun's own course, which
    takes it a fiftieth of a second."""
    from convertdate import coptic, islamic, persian

    library: Any = {"solar": persian, "lunar": islamic, "ethiopian": coptic}[calendar]
    return date(*library.to_gregorian(year, month, 1)), int(library.month_length(year, month))


def days_of(calendar: Calendar, year: int, month: int | None, day: int | None) -> Extent | None:
    """The days that a day, a month or a year of a calendar covers, as sure as the calendar lets us be."""
    if day is not None and month is not None:
        found = day_of(calendar, year, month, day)
        return None if found is None else _slack(calendar, found, found, "day")
    start = day_of(calendar, year, month or 1, 1)
    last = 13 if calendar == "ethiopian" else 12
    following = (year, month + 1) if month is not None and month < last else (year + 1, 1)
    end = day_of(calendar, *following, 1)
    if start is None or end is None:
        return None
    return _slack(calendar, start, end - timedelta(days=1), "month" if month is not None else "year")


def _slack(calendar: Calendar, start: date, end: date, precision: WhenPrecision) -> Extent:
    """Days of the lunar calendar, widened; no longer "day" but "week" where only about three days are known."""
    if calendar != "lunar":
        return Extent(start, end, precision)
    return Extent(start - LUNAR_SLACK, end + LUNAR_SLACK, "week" if precision == "day" else precision)


def value_of(extent: Extent, sure: date | None) -> str:
    """The TIMEX3 value: of the day meant, else of the month, year or decade that holds all the days."""
    start, end = extent.start, extent.end
    assert start is not None
    assert end is not None
    if sure is not None:
        return sure.isoformat()
    first, last = start.isoformat(), end.isoformat()
    return next((first[:length] for length in (7, 4, 3, 2) if first[:length] == last[:length]), "XXXX")


# ------------------------------------------------------------------------------------------------------ in a text
@dataclass(frozen=True, slots=True)
class Forms:
    """How a language writes the dates of one calendar: patterns, and a pattern for each month's name."""

    calendar: Calendar
    patterns: tuple[re.Pattern[str], ...]
    months: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of another calendar at characters [start, end); `year`, `month` or `day` are None where not told."""

    start: int
    end: int
    calendar: Calendar
    year: int | None
    month: int | None
    day: int | None


def _settings(language: str) -> dict[str, Any]:
    found: dict[str, Any] = data(language, "dates").get("calendar", {})
    return found


@cache
def _signs(language: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """The words of which one must stand in a text with such dates, else one of the marks that the pattern finds."""
    settings = _settings(language)
    marks = "|".join(map(re.escape, settings.get("marks", [])))
    return frozenset(settings.get("words", "").split()), re.compile(rf"(?<!\w)(?:{marks})" if marks else r"(?!)")


@cache
def forms(language: str) -> tuple[Forms, ...]:
    """The calendars that a language's data describes, compiled once."""
    settings = _settings(language)
    shared = {name: text for name, text in settings.items() if isinstance(text, str)}
    made = []
    for name, own in settings.items():
        if isinstance(own, dict):
            parts = {**shared, "month": "|".join(own["months"]), "era": own["era"]}
            patterns = tuple(re.compile(_filled(pattern, parts)) for pattern in own["patterns"])
            months = tuple(re.compile(month) for month in own["months"])
            made.append(Forms(cast("Calendar", name), patterns, months))
    return tuple(made)


_PART = re.compile(r"(?<!\?P)<(\w+)>")
_READ = frozenset(["day", "month"])


def _filled(pattern: str, parts: dict[str, str]) -> str:
    """A pattern with each `<name>` put in, as a group of that name where its value is to be read."""
    return _PART.sub(
        lambda part: f"(?P<{part[1]}>{parts[part[1]]})" if part[1] in _READ else f"(?:{parts[part[1]]})", pattern
    )


@dataclass(frozen=True, slots=True)
class Foreign:
    """The dates of other calendars in a text, in order, and the tokens [first, last) of all that is written as one:
    those of impossible dates too ("Pagume 6, 2012"), whose year is none of ours."""

    pieces: list[Piece]
    claimed: list[tuple[int, int]]


def find(tokens: Tokens, language: str, anchor: date | None) -> Foreign:
    """The dates of other calendars in a text, none overlapping another."""
    text = tokens.text
    words, marks = _signs(language)
    if words.isdisjoint(tokens.words) and not marks.search(text):
        return Foreign([], [])
    found: list[Dated] = []
    for form in forms(language):
        for pattern in form.patterns:
            for match in pattern.finditer(text):
                dated = _dated(match, form)
                if dated is not None and not any(dated.start < one.end and one.start < dated.end for one in found):
                    found.append(dated)
    pieces: list[Piece] = []
    claimed: list[tuple[int, int]] = []
    for dated in sorted(found, key=lambda one: one.start):
        first, last = tokens.index(dated.start), tokens.index(dated.end)
        if first < last:
            claimed.append((first, last))
            pieces += _pieces(dated, first, last, anchor)
    return Foreign(pieces, claimed)


def _dated(match: re.Match[str], form: Forms) -> Dated | None:
    """What a match tells, None where it is no date: undotted "BE" in a text in capitals."""
    told = match.groupdict()
    text = match.string
    around = text[max(0, match.start() - NEAR_CHARACTERS) : match.end() + NEAR_CHARACTERS]
    if form.calendar == "buddhist" and "B.E" not in match[0] and not any(map(str.islower, around)):
        return None
    name = told.get("month")
    month = next((n for n, known in enumerate(form.months, 1) if known.fullmatch(name)), None) if name else None
    day = re.match(r"\d+", told.get("day") or "")
    year = told.get("year")
    return Dated(
        match.start(), match.end(), form.calendar, int(year) if year else None, month, int(day[0]) if day else None
    )


def _pieces(dated: Dated, first: int, last: int, anchor: date | None) -> list[Piece]:
    """The date as a time expression; none where the calendar has no such day."""
    if dated.year is not None:
        return _told(dated, dated.year, first, last, basis="stated")
    year = _nearest_year(dated, anchor)
    if year is not None:
        return _told(dated, year, first, last, basis="relative")
    return [Piece(first, last, "DATE", UNKNOWN_DAY, extent=values.UNKNOWN, calendar=dated.calendar)]


def _told(dated: Dated, year: int, first: int, last: int, *, basis: Basis) -> list[Piece]:
    extent = days_of(dated.calendar, year, dated.month, dated.day)
    if extent is None and dated.calendar == "lunar" and dated.day is None and dated.month is not None:
        extent = _lunar_month_of(year, dated.month)
    if extent is None:
        return []
    sure = day_of(dated.calendar, year, dated.month, dated.day) if dated.month and dated.day else None
    value = value_of(extent, sure)
    return [Piece(first, last, "DATE", value, extent=extent, basis=basis, calendar=dated.calendar)]


def _lunar_month_of(year: int, month: int) -> Extent | None:
    """ "Ramadan 2020": the month of the lunar calendar that begins in a year of ours."""
    guess = round((year - 622) * 33 / 32)
    for lunar in range(guess - 1, guess + 3):
        start = day_of("lunar", lunar, month, 1)
        if start is not None and start.year == year:
            return days_of("lunar", lunar, month, None)
    return None


def _nearest_year(dated: Dated, anchor: date | None) -> int | None:
    """The calendar's year in which a day without one lies nearest to the publication."""
    if anchor is None or dated.month is None or dated.day is None:
        return None
    behind = {"solar": 621, "lunar": 0, "ethiopian": 8, "buddhist": -BUDDHIST_YEARS_AHEAD}[dated.calendar]
    guess = round((anchor.year - 622) * 33 / 32) if dated.calendar == "lunar" else anchor.year - behind
    days = {
        year: day
        for year in range(guess - YEARS_AROUND, guess + YEARS_AROUND + 1)
        if (day := day_of(dated.calendar, year, dated.month, dated.day)) is not None
    }
    return min(days, key=lambda year: abs((days[year] - anchor).days), default=None)


def rebase(pieces: list[Piece], foreign: list[Piece]) -> None:
    """Where all of a text's foreign dates are of one Hijri calendar, its bare years are too ("since 1388")."""
    calendars = {piece.calendar for piece in foreign}
    if len(calendars) != 1:
        return
    calendar = calendars.pop()
    if calendar not in ("solar", "lunar"):
        return
    for piece in pieces:
        year = int(piece.value) if piece.value.isdigit() and len(piece.value) == 4 else 0
        if piece.calendar is None and piece.type == "DATE" and year in BARE_YEARS:
            extent = days_of(calendar, year, None, None)
            if extent is not None:
                piece.value, piece.extent, piece.basis = value_of(extent, None), extent, "relative"
