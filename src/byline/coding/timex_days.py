"""What phrases that name a day or an hour mean: dates, weekdays, today, clock times, feasts."""

from __future__ import annotations

from datetime import date, timedelta

from byline.coding import timex_values as values
from byline.coding.timex_grammar import Found
from byline.coding.timex_reader import UNKNOWN_DAY, Maker, Piece, Reader, Tense, Type
from byline.coding.timex_values import Extent
from byline.language.numbers import parse_number

# A date without a year that lies so few days back or ahead is meant whatever the tense: the other candidate is nearly a
# year away, and news names the year of that.
NEAR_DAYS = 60
# Any day that some year has, it has.
LEAP_YEAR = 2000
MAY_DAY = "05-01"
# A date in figures of an earlier year ("15/3/1388") is of another calendar, and does not say of which.
FIRST_NUMERIC_YEAR = 1500


def _date(reader: Reader, found: Found) -> list[Piece]:
    month, year = found.meaning("month"), found.meaning("year")
    if found.has("yy"):
        year = _full_year(reader, found.text("yy"))
        if year is None:
            return []
    days = [reader.ordinal(found, name) for name in ("day", "day2") if found.has(name)]
    ends = [(found.start, found.end)]
    if len(days) == 2:
        # "July 29-31": the second piece is from its own number on; "29-31 July": the first is its number alone.
        ends = [(found.start, found.span("day")[1]), (found.span("day2")[0], found.end)]
    pieces = []
    for (first, last), day in zip(ends, days, strict=True):
        piece = Piece(first, last, "DATE", "", month=month, day=day)
        if not (_dated(piece, year) if year is not None else _undated(reader, piece, found)):
            return []
        pieces.append(piece)
    return pieces


def _full_year(reader: Reader, figures: str) -> int | None:
    """The year of two figures ("89"), None for any other number."""
    if len(figures) != 2 or not figures.isdigit():
        return None
    return int(figures) + (1900 if int(figures) >= reader.grammar.settings["numeric"]["pivot"] else 2000)


def _dated(piece: Piece, year: int) -> bool:
    """Gives a month and day their year; False where the calendar has no such day."""
    assert piece.month is not None
    assert piece.day is not None
    stated = values.day_of(year, piece.month, piece.day)
    if stated is None:
        return False
    piece.value, piece.basis, piece.month = stated.isoformat(), "stated", None
    return True


def _undated(reader: Reader, piece: Piece, found: Found) -> bool:
    """Finds the year of a month and day, or the month of a day; False where no year has such a day."""
    assert piece.day is not None
    tense = reader.tense(piece.first, piece.last) if reader.anchor else None
    if piece.month is None:
        piece.value = _bare_day(reader, piece.day, tense=tense) or f"XXXX-XX-{piece.day:02d}"
        return True
    if values.day_of(LEAP_YEAR, piece.month, piece.day) is None:
        return False
    chosen = _choose_day(reader, piece.month, piece.day, tense=tense, weekday=found.meaning("weekday"))
    piece.value = chosen.isoformat() if chosen else f"XXXX-{piece.month:02d}-{piece.day:02d}"
    return True


def _choose_day(
    reader: Reader, month: int, day: int, *, tense: Tense | None, weekday: int | None = None
) -> date | None:
    """The year-less day that is meant: the nearest, by tense where it is not plain which one that is."""
    if reader.anchor is None:
        return None
    years = range(reader.anchor.year - 8, reader.anchor.year + 9)
    days = [d for year in years if (d := values.day_of(year, month, day)) is not None]
    if weekday is not None:
        near = [d for d in days if d.isoweekday() == weekday and abs((d - reader.anchor).days) <= 366]
        days = near or days
    past = max((d for d in days if d <= reader.anchor), default=None)
    ahead = min((d for d in days if d > reader.anchor), default=None)
    if past is None or ahead is None:
        return past or ahead
    back, forth = (reader.anchor - past).days, (ahead - reader.anchor).days
    if back <= NEAR_DAYS or (tense is None and back <= forth):
        return past
    if tense is None or forth <= NEAR_DAYS:
        return ahead
    return ahead if tense == "future" else past


def _bare_day(reader: Reader, day: int, *, tense: Tense | None) -> str | None:
    """The value of "the 30th": of this month, else of the month before (after, under a future tense)."""
    if reader.anchor is None:
        return None
    step = 1 if tense == "future" else -1
    for months in range(3):
        moved = values.shifted(reader.anchor.replace(day=1), step * months, "M")
        candidate = values.day_of(moved.year, moved.month, day) if moved else None
        if candidate and (candidate - reader.anchor).days * step >= 0:
            return candidate.isoformat()
    return None


def _numeric(reader: Reader, found: Found) -> list[Piece]:
    text = found.text("date").lower()
    if found.tokens.classes[found.end - 1] == "ISODATE":
        head, _, clock = text.partition("t")
        year, month, day = (int(part) for part in head.replace("/", "-").split("-"))
        stated = values.day_of(year, month, day)
        if stated is None or year < FIRST_NUMERIC_YEAR:
            return []
        if clock:
            return reader.one(found, f"{stated.isoformat()}T{clock[:5]}", type="TIME", basis="stated")
        return reader.one(found, stated.isoformat(), basis="stated")
    first, second, figures = text.replace("-", "/").replace(".", "/").split("/")
    full = int(figures) if len(figures) == 4 else _full_year(reader, figures)
    if full is None or full < FIRST_NUMERIC_YEAR:
        return []
    month_first = values.day_of(full, int(first), int(second))
    day_first = values.day_of(full, int(second), int(first))
    days = sorted({day for day in (month_first, day_first) if day is not None})
    if not days:
        return []
    if len(days) == 1:
        if first != second:
            reader.day_first = month_first is None
        return reader.one(found, days[0].isoformat(), basis="stated")
    chosen = _which_order(reader, month_first, day_first)
    if chosen is not None:
        return reader.one(found, chosen.isoformat(), basis="stated")
    return reader.one(found, f"{full:04d}-XX-XX", basis="stated", extent=Extent(days[0], days[1], "year"))


def _which_order(reader: Reader, month_first: date | None, day_first: date | None) -> date | None:
    """Which reading of 03/04/2020 is meant: as elsewhere in the text, else the one near the publication."""
    if reader.day_first is not None:
        return day_first if reader.day_first else month_first
    if reader.anchor is None or month_first is None or day_first is None:
        return None
    near = [d for d in (month_first, day_first) if abs((d - reader.anchor).days) <= NEAR_DAYS]
    return near[0] if len(near) == 1 else None


def _weekday(reader: Reader, found: Found) -> list[Piece]:
    weekday, part = int(found.meaning("weekday")), found.meaning("part")
    type_: Type = "TIME" if part else "DATE"
    tail = f"T{part}" if part else ""
    if reader.anchor is None:
        return reader.one(found, f"XXXX-WXX-{weekday}{tail}", type=type_)
    if "U_WEEK" in found.classes:
        monday = reader.anchor - timedelta(days=reader.anchor.isoweekday() - 1)
        day = values.shifted(monday + timedelta(days=weekday - 1), reader.direction(found, "which"), "W")
    else:
        day = _weekday_date(reader, weekday, reader.which(found), found)
    return reader.one(found, f"{day.isoformat()}{tail}", type=type_) if day else []


def _weekday_date(reader: Reader, weekday: int, which: str | None, found: Found) -> date | None:
    assert reader.anchor is not None
    ahead = (weekday - reader.anchor.isoweekday()) % 7
    if which in ("NEXT", "COMING"):
        return values.shifted(reader.anchor, ahead or 7, "D")
    if which in ("LAST", "PAST", "PREVIOUS"):
        return values.shifted(reader.anchor, ahead - 7, "D")
    if which == "THIS":
        return values.shifted(reader.anchor, weekday - reader.anchor.isoweekday(), "D")
    if ahead == 0:
        return reader.anchor
    future = reader.tense(found.start, found.end) == "future"
    return values.shifted(reader.anchor, ahead if future else ahead - 7, "D")


def _today(reader: Reader, found: Found) -> list[Piece]:
    part = found.meaning("part")
    if found.has("day"):
        offset = int(found.meaning("day"))
    elif found.names("part") == ["TONIGHT"]:
        offset, part = 0, "NI"
    else:
        offset = -1 if found.names("which") == ["LAST"] else 0
    day = values.shifted(reader.anchor, offset, "D") if reader.anchor else None
    value = day.isoformat() if day else UNKNOWN_DAY
    if part:
        return reader.one(found, f"{value}T{part}", type="TIME")
    return reader.one(found, value)


def _clock(reader: Reader, found: Found) -> list[Piece]:
    if found.has("noon"):
        time = str(found.meaning("noon"))
    else:
        zoned = found.has("tz") or "LOCAL" in found.classes
        parsed = _hour(reader, found.text("hour").lower(), meridiem=found.meaning("meridiem"), zoned=zoned)
        if parsed is None:
            return []
        time = parsed
    return reader.one(found, f"{UNKNOWN_DAY}{time}", type="TIME", clock=time)


def _hour(reader: Reader, text: str, *, meridiem: int | None, zoned: bool) -> str | None:
    """The TIMEX3 hour ("T15:00") of "3", "3.30", "15:00", "1500" (with a time zone) or "three", None for no hour."""
    if ":" in text or "." in text:
        hour, minute = (int(part) for part in text.replace(".", ":").split(":")[:2])
    elif text.isdigit() and len(text) <= 2:
        hour, minute = int(text), 0
    elif text.isdigit() and len(text) in (3, 4) and zoned:
        hour, minute = int(text[:-2]), int(text[-2:])
    else:
        number = parse_number(text, reader.grammar.numbers)
        if number is None or number > 24:
            return None
        hour, minute = int(number), 0
    if meridiem is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + meridiem
    return f"T{hour:02d}:{minute:02d}" if hour <= 24 and minute < 60 else None


def _holiday_date(rule: str, year: int) -> date:
    """The day of a rule: "12-25", "11-4-4" (the fourth Thursday of November) or "easter"."""
    if rule == "easter":
        return values.easter(year)
    month, *rest = (int(part) for part in rule.split("-"))
    return date(year, month, rest[0]) if len(rest) == 1 else values.nth_weekday(year, month, rest[0], rest[1])


def _holiday(reader: Reader, found: Found) -> list[Piece]:
    rule = MAY_DAY if found.has("mayday") else str(found.meaning("holiday"))
    if found.has("mayday") and found.meaning("mayday") != 5:
        return []
    if reader.anchor is None:
        month_day = rule if len(rule) == 5 else "XX-XX"
        return reader.one(found, f"XXXX-{month_day}")
    shift = timedelta(days=-1 if found.has("eve") else 0)
    days = [_holiday_date(rule, year) + shift for year in range(reader.anchor.year - 1, reader.anchor.year + 3)]
    past = max((day for day in days if day <= reader.anchor), default=None)
    ahead = min((day for day in days if day > reader.anchor), default=None)
    which = reader.which(found)
    tense = reader.tense(found.start, found.end) if which is None else None
    day = ahead if which in ("NEXT", "COMING") or tense == "future" else past
    return reader.one(found, day.isoformat()) if day else []


MAKERS: dict[str, Maker] = {
    "date": _date,
    "numeric": _numeric,
    "weekday": _weekday,
    "today": _today,
    "clock": _clock,
    "holiday": _holiday,
}
