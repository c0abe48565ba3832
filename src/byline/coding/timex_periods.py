"""What phrases that name a stretch of the calendar mean: weeks, months, seasons, quarters, years, centuries."""

from __future__ import annotations

from datetime import date

from byline.coding import timex_values as values
from byline.coding.timex_grammar import Found
from byline.coding.timex_reader import RELATIVE, STATED, Maker, Piece, Reader, Tense, unknown
from byline.language.numbers import parse_number

# Years outside these need a preposition ("in 1848"): as bare numbers they are mostly counts.
PLAIN_YEARS = range(1900, 2051)


def _month(reader: Reader, found: Found) -> list[Piece]:
    month = int(found.meaning("month"))
    year = found.meaning("year")
    if year is not None:
        return reader.one(found, f"{year:04d}-{month:02d}", basis="stated")
    if found.has("which") and "U_YEAR" in found.classes:
        related = reader.related_year(found, "which")
        return reader.one(found, f"{related:04d}-{month:02d}" if related else f"XXXX-{month:02d}")
    if _may_be_a_word(found):
        return []
    if reader.anchor is None:
        return reader.one(found, f"XXXX-{month:02d}", month=month)
    year = _month_year(reader, month, which=reader.which(found), tense=_month_tense(reader, found))
    return reader.one(found, f"{year:04d}-{month:02d}", month=None if found.has("which") else month)


def _may_be_a_word(found: Found) -> bool:
    """True for MAY and MARCH in capitals without a preposition that only a month follows."""
    before = found.tokens.classes[found.start - 1] if found.start else ""
    alone = found.names("month") == ["MAYMONTH"] and found.end - found.start == 1
    return alone and found.text("month").isupper() and before not in ("IN", "SINCE", "BY", "DURING")


def _month_tense(reader: Reader, found: Found) -> Tense | None:
    tokens = reader.tokens
    before = tokens.classes[found.start - 1] if found.start else ""
    if before in ("THROUGH", "BY") and reader.anchor is not None:  # up to the nearest
        return "future" if (int(found.meaning("month")) - reader.anchor.month) % 12 <= 6 else "past"
    return reader.tense(found.start, found.end)


def _month_year(reader: Reader, month: int, *, which: str | None, tense: Tense | None) -> int:
    """The year of a month named without one: its last past occurrence, the current month, or by tense the next."""
    assert reader.anchor is not None
    this = reader.anchor.year
    if which == "THIS":
        return this
    if which in ("NEXT", "COMING") or (which is None and tense == "future"):
        return this if month > reader.anchor.month or (which is None and month == reader.anchor.month) else this + 1
    if which is None and month == reader.anchor.month:
        return this
    if which == "LAST":  # "last February", written in March, is not the month just past
        return this if month < reader.anchor.month - 1 else this - 1
    return this if month < reader.anchor.month else this - 1


def _season(reader: Reader, found: Found) -> list[Piece]:
    season = found.meaning("season")
    year = found.meaning("year")
    if year is not None:
        return reader.one(found, f"{year:04d}-{season}", basis="stated")
    if found.has("which") and "U_YEAR" in found.classes:
        related = reader.related_year(found, "which")
        return reader.one(found, f"{related:04d}-{season}" if related else f"XXXX-{season}")
    if reader.anchor is None:
        return reader.one(found, f"XXXX-{season}")
    return reader.one(found, f"{_season_year(reader, season, found):04d}-{season}")


def _season_year(reader: Reader, season: str, found: Found) -> int:
    """The year of the season that is on, else of the last past one (the next, where that is said)."""
    assert reader.anchor is not None
    which = reader.which(found)
    years = range(reader.anchor.year - 2, reader.anchor.year + 1)
    latest = max(year for year in years if date(year, values.SEASON_MONTHS[season], 1) <= reader.anchor)
    on = values.extent(f"{latest:04d}-{season}").end
    current = on is not None and reader.anchor <= on
    if which == "THIS":
        return reader.anchor.year if season != "WI" or not current else latest
    if which in ("NEXT", "COMING") or (which is None and reader.tense(found.start, found.end) == "future"):
        return latest if current and which is None else latest + 1
    return latest - 1 if current and which in ("LAST", "PAST") else latest


def _year(reader: Reader, found: Found) -> list[Piece]:
    if found.has("spelled"):
        year = _spelled_year(reader, found)
        return reader.one(found, f"{year:04d}", basis="stated") if year in PLAIN_YEARS else []
    first, last = found.span("year")
    year = int(found.meaning("year"))
    if not _is_year(reader, found, first, last, year):
        return []
    if not found.has("year2"):
        return reader.one(found, f"{year:04d}", basis="stated")
    second = found.text("year2")
    second = f"{year // 100:02d}{second}" if len(second) == 2 else second
    if len(second) != 4 or not second.isdigit() or int(second) <= year:
        return []
    return [
        Piece(found.start, last, "DATE", f"{year:04d}", basis="stated"),
        Piece(found.span("year2")[0], found.end, "DATE", second, basis="stated"),
    ]


def _is_year(reader: Reader, found: Found, first: int, last: int, year: int) -> bool:
    """False for counts, labels and telephone numbers."""
    classes, words = reader.tokens.classes, reader.tokens.words
    before = classes[first - 1] if first else ""
    after = words[last] if last < len(words) else ""
    if before in ("IN", "SINCE", "DURING", "EARLY", "LATE", "MID", "U_YEAR", "FISCAL"):
        return True
    if before == "DOT" and classes[first - 2 : first - 1] == ["NO"]:
        return False
    if after in reader.counted or before in ("HYPHEN", "FRACTION") or (last < len(words) and classes[last] == "NUM"):
        return False
    if classes[last : last + 1] == ["HYPHEN"] and classes[last + 1 : last + 2] in (["NUM"], ["YEAR"], ["DAYNUM"]):
        return found.has("year2")
    if year in PLAIN_YEARS:
        return before not in ("ABOUT", "LEAST", "THAN")
    return before in ("BY", "FROM", "BETWEEN", "OF", "BEFORE", "AFTER")


def _spelled_year(reader: Reader, found: Found) -> int:
    """ "nineteen seventy-nine" is 1979."""
    first, last = found.span("spelled")
    tail = " ".join(word for word in found.tokens.words[first + 1 : last] if word.isalpha())
    return int(found.tokens.meanings[first]) * 100 + int(parse_number(tail, reader.grammar.numbers) or 0)


def _decade(reader: Reader, found: Found) -> list[Piece]:
    if found.has("word"):
        bare, digits = True, int(found.meaning("word"))
    else:
        text = found.text("decade").strip("'’").rstrip("'’sS")
        if len(text) == 4:
            return reader.one(found, text[:3], basis="stated")
        bare, digits = not found.text("decade").startswith(("'", "’")), int(text) // 10
    if bare and "THE" not in found.classes:
        return []  # "in his 30s"
    return reader.one(found, f"{20 if digits < 2 else 19}{digits}", basis="stated")


def _century(reader: Reader, found: Found) -> list[Piece]:
    century = reader.ordinal(found, "nth")
    return reader.one(found, f"{century - 1:02d}", basis="stated") if 11 <= century <= 30 else []


def _unit(reader: Reader, found: Found) -> list[Piece]:
    unit = found.meaning("unit")
    if reader.anchor is None:
        return reader.one(found, unknown(unit))
    direction = reader.direction(found, "which") if found.has("which") else 0
    day = reader.anchor
    if unit == "WE" and found.names("which") == ["THE"]:
        weekend = day.isoweekday() >= 6 or reader.tense(found.start, found.end) == "future"
        direction = 0 if weekend else -1
    moved = values.shifted(day.replace(day=1) if unit not in ("D", "W", "WE") else day, direction, unit)
    return reader.one(found, values.unit_value(moved, unit) if moved else unknown(unit))


def _the_unit(reader: Reader, found: Found) -> list[Piece]:
    unit = found.meaning("unit")
    if found.tokens.classes[found.end : found.end + 1] == ["ENDED"]:
        return reader.one(found, f"P1{unit}", type="DURATION")
    return reader.one(found, values.unit_value(reader.anchor, unit) if reader.anchor else unknown(unit))


def _quarter(reader: Reader, found: Found) -> list[Piece]:
    half = "HALF" in found.classes
    number = _which_part(reader, found, parts=2 if half else 4)
    if number is None:
        return []
    stated = found.meaning("year") or found.meaning("year2")
    year = stated
    for name in ("which", "which2"):
        if found.has(name):
            year = reader.related_year(found, name)
    if year is None and reader.anchor is not None:
        year = reader.anchor.year if half else _quarter_year(reader, number)
    letter, basis = "H" if half else "Q", STATED if stated else RELATIVE
    if year is None:
        return reader.one(found, f"XXXX-{letter}{number}")
    if not half and (reader.quarter is None or _is_over(reader, year, number)):
        reader.quarter, reader.months = (year, number), False
    ended = found.tokens.classes[found.end : found.end + 1] == ["ENDED"]
    own = values.UNKNOWN if ended or "FISCAL" in found.classes else None
    return reader.one(found, f"{year:04d}-{letter}{number}", basis=basis, extent=own)


def _which_part(reader: Reader, found: Found, *, parts: int) -> int | None:
    """Which quarter or half of the year, None where a year has no such part."""
    if {"FINAL", "LAST"} & set(found.names("nth")):
        return parts
    number = reader.ordinal(found, "nth")
    return number if number <= parts else None


def _is_over(reader: Reader, year: int, quarter: int) -> bool:
    """True where a quarter has ended, so that a report can tell of it; a fiscal one may end earlier."""
    return reader.anchor is None or (year, quarter * 3) < (reader.anchor.year, reader.anchor.month)


def _quarter_year(reader: Reader, number: int) -> int:
    """The year of "the third quarter": this one, unless it lies more than a quarter ahead."""
    assert reader.anchor is not None
    now = (reader.anchor.month + 2) // 3
    return reader.anchor.year if number <= now + 1 else reader.anchor.year - 1


def _same_quarter(reader: Reader, found: Found) -> list[Piece]:
    """ "the quarter", "the 1988 period": of the report's own quarter, whose days a company alone knows."""
    year, number = reader.quarter or (None, None)
    if found.names("unit") == ["U_PERIOD"] and number is None:
        return []
    stated = found.meaning("year")
    if stated is None and year is None:
        year = reader.anchor.year if reader.anchor else None
    year = stated or year
    if found.has("back") and year:
        year -= 1
    if year and reader.months and found.names("unit") == ["U_PERIOD"]:
        return reader.one(found, f"{year:04d}", extent=values.UNKNOWN)
    value = f"{year:04d}-Q{number or 'X'}" if year else f"XXXX-Q{number or 'X'}"
    return reader.one(found, value, extent=values.UNKNOWN)


def _year_before(reader: Reader, found: Found) -> list[Piece]:
    """ "a year earlier": than the quarter a report tells of, than the year told of, than the publication."""
    if reader.quarter and (not reader.months or found.has("unit")):
        year, number = reader.quarter
        return reader.one(found, f"{year - 1:04d}-Q{number}", extent=values.UNKNOWN)
    base = reader.anchor.year if reader.anchor else None
    if found.names("dir") == ["EARLY"] and reader.year is not None:
        base = reader.year
    return reader.one(found, f"{base - 1:04d}" if base else "XXXX")


MAKERS: dict[str, Maker] = {
    "month": _month,
    "season": _season,
    "year": _year,
    "decade": _decade,
    "century": _century,
    "unit": _unit,
    "the_unit": _the_unit,
    "quarter": _quarter,
    "same_quarter": _same_quarter,
    "year_before": _year_before,
}
