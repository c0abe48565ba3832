"""Whether a day that a source gives for its publication can be believed. A wrong day is worse than none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_tz

from byline.read import dates

UNSET_YEARS = frozenset({1, 1899, 1900, 1904, 1969, 1970})
"""Years that clocks count from (Unix, and the day before it in the Americas; spreadsheets; .NET): a field nobody filled
in. A report from one of those years is dated by its text instead."""

FIRST_YEAR = 1600
"""The first newspapers."""

AHEAD = timedelta(days=1)
"""How far a day may lie ahead of our clock: somewhere it is tomorrow already."""

MAX_WORDS = 200
"""Characters of a date with all that stands around it, at most."""

_ISO = re.compile(r"\s*(\d{4})(?:-|/|\.|)(\d\d)(?:-|/|\.|)(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Published:
    """The day of publication, None where it is not told or not believed, and what there is to say of that."""

    day: date | None = None
    note: str = ""


def published(words: str | None, *, name: str, now: datetime | None = None) -> Published:
    """The day that `words`, a date field of a page, mail or feed, name in the calendar of the writer's own clock.

    ISO 8601, RFC 2822, and full dates as the language `name` writes them. `now` (default: the clock) only serves to
    tell days to come, which are not believed.
    """
    day = _day(words[:MAX_WORDS], name=name) if words else None
    if day is None:
        return Published()
    today = (now or datetime.now(UTC)).date()
    if day.year in UNSET_YEARS or day.year < FIRST_YEAR:
        return Published(note=f"published {day} not believed: a clock that was never set")
    if day > today + AHEAD:
        return Published(note=f"published {day} not believed: it is yet to come")
    return Published(day)


def _day(words: str, *, name: str) -> date | None:
    if match := _ISO.match(words):
        return _date(*(int(part) for part in match.groups()))
    if told := parsedate_tz(words):
        return _date(*told[:3])
    found = re.search(dates.pattern(name), words, flags=re.IGNORECASE)
    day = dates.parse(found[0], name=name) if found else None
    return day.on(published=None) if day else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
