"""Full dates as report heads write them. Dates within the prose are the coding's to read, not ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from byline import language

CENTURY_PIVOT = 69
"""Two-digit years from here on are 19xx, lower ones 20xx, as POSIX reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of a month, in a year or (None) in one that the words leave open."""

    year: int | None
    month: int
    day: int

    def on(self, *, published: date | None) -> date | None:
        """The date: as told, or for want of a year the last such day up to the day after `published`.

        None where the year is open and nothing is known of publication, or the calendar has no such day. The day after,
        since a dateline may be ahead of the publisher's clock.
        """
        if self.year is not None:
            return _date(self.year, self.month, self.day)
        if published is None:
            return None
        days = (_date(year, self.month, self.day) for year in (published.year + 1, published.year, published.year - 1))
        return next((day for day in days if day and day <= published + timedelta(days=1)), None)


@cache
def pattern(name: str) -> str:
    """A regular expression, without groups that capture, for a date in the language `name`; match it ignoring case."""
    data = language.data(name, "reading")["dates"]
    month = f"(?:{'|'.join(sorted(data['months'], key=len, reverse=True))})\\.?"
    weekday = f"(?:(?:{'|'.join(data['weekdays'])})\\.?,?\\s+)?"
    day = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
    year = r"(?:19|20)\d\d"
    forms = (
        rf"{day}\s+(?:of\s+)?{month},?\s+(?:{year}|'?\d\d)(?!\d)",
        rf"{month}\s+{day},?\s+{year}(?!\d)",
        rf"{year}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)",
        rf"\d\d?[/.]\d\d?[/.]{year}(?!\d)",
        rf"{month}\s+{day}(?!\d)",
        rf"{day}\s+{month}(?!\w)",
    )
    return rf"{weekday}(?:{'|'.join(f'(?:{form})' for form in forms)})"


def parse(words: str, *, name: str) -> Day | None:
    """The day that `words`, a match of `pattern`, names; None where day and month cannot be told apart (03/04/2021)."""
    months: dict[str, int] = language.data(name, "reading")["dates"]["months"]
    numbers = re.findall(r"\d+", words)
    month = next((months[word] for word in re.findall(r"[a-z]+", words.lower()) if word in months), None)
    if month is None:
        return _numeric(words, [int(number) for number in numbers])
    year = _year(numbers[1]) if len(numbers) > 1 else None
    return Day(year=year, month=month, day=int(numbers[0]))


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (1900 if year >= CENTURY_PIVOT else 2000)


def _numeric(words: str, numbers: list[int]) -> Day | None:
    first, second, third = numbers[:3]
    if first > 31:
        return Day(year=first, month=second, day=third)
    if "/" not in words or first > 12 or first == second:
        return Day(year=third, month=second, day=first)
    if second > 12:
        return Day(year=third, month=first, day=second)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
