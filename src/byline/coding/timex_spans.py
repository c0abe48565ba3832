"""What phrases that measure time mean: "three days ago", "the past week", "for two years", "every Friday", "now"."""

from __future__ import annotations

from byline.coding import timex_values as values
from byline.coding.timex_grammar import Found
from byline.coding.timex_reader import UNKNOWN_DAY, Maker, Piece, Reader, unknown
from byline.coding.timex_values import Extent
from byline.model import WhenPrecision

PRECISIONS: dict[str, WhenPrecision] = {
    "D": "day",
    "W": "week",
    "M": "month",
    "Q": "quarter",
    "Y": "year",
    "DE": "decade",
    "C": "unknown",
}


def _narrative(reader: Reader, found: Found) -> list[Piece]:
    """ "the next day", "that year", "the same month": on what was last told of."""
    names = found.names("which")
    if found.has("dir"):
        unit, step = "D", -1 if found.names("dir") == ["BEFORE"] else 1
    else:
        unit = "D" if found.has("part") else found.meaning("unit")
        step = reader.direction(found, "which") if names else 0
    base = reader.told(unit)
    moved = values.shifted(base, step, unit) if base else None
    value = values.unit_value(moved, unit) if moved else unknown(unit)
    if found.has("part"):
        return reader.one(found, f"{value}T{found.meaning('part')}", type="TIME")
    return reader.one(found, value)


def _shift(reader: Reader, found: Found) -> list[Piece]:
    clock = "P_HOURS" in found.names("unit") or "U_HOUR" in found.names("unit")
    unit, direction = found.meaning("unit"), found.names("dir")[-1]
    count: float | str | None = "X"
    if found.has("n"):
        count = 1.0 if found.names("n") == ["AN"] else reader.number(found, "n")
    if count is None:
        return []
    back = found.meaning("dir") == -1
    if isinstance(count, str):
        return reader.one(found, "PAST_REF" if back else values.duration_value(count, unit, clock=clock))
    if clock:
        return _hours_away(reader, found, count, unit)
    base = reader.anchor if direction == "AGO" else reader.told(unit)
    moved = values.shifted(base, -count if back else count, unit) if base else None
    if moved is None and direction != "AGO":
        return reader.one(found, values.duration_value(count, unit, clock=False), type="DURATION")
    return reader.one(found, values.unit_value(moved, unit) if moved else unknown(unit))


def _hours_away(reader: Reader, found: Found, count: float, unit: str) -> list[Piece]:
    """ "three hours ago": the hour is not known, so neither is on which side of midnight it was."""
    hours = count / {"H": 1, "M": 60, "S": 3600}[unit]
    known = reader.anchor is not None and found.names("dir") == ["AGO"]
    start = values.shifted(reader.anchor, -(hours // 24 + 1), "D") if known and reader.anchor else None
    extent = Extent(start, reader.anchor, "day") if start else values.UNKNOWN
    return reader.one(found, values.duration_value(count, unit, clock=True), type="DURATION", extent=extent)


def _duration(reader: Reader, found: Found) -> list[Piece]:
    names = found.names("unit")
    clock = "P_HOURS" in names or "U_HOUR" in names
    unit = found.meaning("unit")
    count: float | str | None = 1.0 if names and names[0].startswith("U_") else "X"
    if found.has("n"):
        count = 1.0 if found.names("n") == ["AN"] else reader.number(found, "n")
    before = found.tokens.classes[found.start - 1] if found.start else ""
    if count is None or before == "AGE":
        return []
    if unit == "M" and not clock and found.tokens.classes[found.start] == "THE":
        reader.months = True
    if found.has("half") and not isinstance(count, str):
        count += 0.5
    return reader.one(found, values.duration_value(count, unit, clock=clock), type="DURATION", basis="stated")


def _window(reader: Reader, found: Found) -> list[Piece]:
    """ "the past three days": so many days up to the publication, or from it on."""
    clock = "P_HOURS" in found.names("unit") or "U_HOUR" in found.names("unit")
    unit = found.meaning("unit")
    count: float | str | None = reader.number(found, "n") if found.has("n") else "X"
    if not found.has("n") and found.names("unit")[0].startswith("U_"):
        count = 1.0
    if count is None:
        return []
    extent = _window_days(reader, found.names("which")[-1], count, unit, clock=clock)
    value = values.duration_value(count, unit, clock=clock)
    if not found.has("n") and unit in ("Y", "DE", "C", "Q") and found.names("unit")[0].startswith("P_"):
        value = "FUTURE_REF" if reader.direction(found, "which") > 0 else "PAST_REF"
    return reader.one(found, value, type="DURATION", extent=extent)


def _window_days(reader: Reader, which: str, count: float | str, unit: str, *, clock: bool) -> Extent:
    step = {"PAST": -1, "LAST": -1, "NEXT": 1, "COMING": 1}.get(which, 0)
    if reader.anchor is None or isinstance(count, str) or not step:
        return values.UNKNOWN
    if clock:
        count, unit = -(-count // {"H": 24, "M": 1440, "S": 86400}[unit]), "D"
    far = values.shifted(reader.anchor, step * count, unit)
    if far is None:
        return values.UNKNOWN
    return Extent(min(far, reader.anchor), max(far, reader.anchor), PRECISIONS[unit])


def _every(reader: Reader, found: Found) -> list[Piece]:
    if found.has("word"):
        value = found.meaning("word")
    elif found.has("weekday"):
        value = f"XXXX-WXX-{found.meaning('weekday')}" + (f"T{found.meaning('part')}" if found.has("part") else "")
    elif found.has("month"):
        value = f"XXXX-{found.meaning('month'):02d}"
    elif found.has("part"):
        value = f"{UNKNOWN_DAY}T{found.meaning('part')}"
    else:
        unit, names = found.meaning("unit"), found.names("unit")
        count = reader.number(found, "n") if found.has("n") else 1.0
        if "OTHER" in found.classes:
            count = 2.0
        if count is None:
            return []
        clock = "P_HOURS" in names or "U_HOUR" in names
        value = "XXXX-WXX-WE" if unit == "WE" else values.duration_value(count, unit, clock=clock)
    return reader.one(found, value, type="SET", basis="stated")


def _reference(reader: Reader, found: Found) -> list[Piece]:
    names = found.names("word")
    fixed = {"PAST": "PAST_REF", "RECENT": "PAST_REF", "CURRENT": "PRESENT_REF"}
    return reader.one(found, fixed.get(names[0]) or str(found.meaning("word")))


MAKERS: dict[str, Maker] = {
    "narrative": _narrative,
    "shift": _shift,
    "duration": _duration,
    "window": _window,
    "every": _every,
    "reference": _reference,
}
