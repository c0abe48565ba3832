"""What is compared of a row, ours or another's? Its values by column; and when, where and what, to be matched by."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from byline.export.cells import cell, unguarded
from byline.export.countries import by_alpha_3, by_name
from byline.gazetteer.names import fold

Form = Literal["acled", "plover", "jsonl", "csv"]
"""Which format a row has the columns of."""

EARTH_KM: Final = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a table as it is compared.

    `id` is the row's own; `byline` the event or incident of ours that it says it came from. It was between `first` and
    `last` (None: not told), at one of `points` (latitude and longitude) or of the places of `names`. `kind` is its type
    of event, `fine` the sub-event type or mode. `values` hold its columns as texts; `text` the words that it was coded
    from, where it has some.
    """

    id: str
    values: Mapping[str, str]
    byline: str | None = None
    country: str | None = None
    first: date | None = None
    last: date | None = None
    points: tuple[tuple[float, float], ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    kind: str | None = None
    fine: str | None = None
    text: str | None = None


def entry(form: Form, row: Mapping[str, Any]) -> Entry:
    """A row of a format as an entry. Raises ValueError, which says of what column, where it cannot be read."""
    return {"acled": acled, "plover": plover, "jsonl": jsonl, "csv": csv}[form](row)


def acled(row: Mapping[str, Any]) -> Entry:
    """A row of ACLED's table."""
    values = {name: text(value) for name, value in row.items()}
    first = day(values.get("event_date", ""), column="event_date")
    at = by_name(values.get("iso") or values.get("country") or "") or by_name(values.get("country", ""))
    point = _point(values.get("latitude", ""), values.get("longitude", ""))
    return Entry(
        id=values.get("event_id_cnty") or values.get("data_id", ""),
        values=values,
        byline=_tagged(values.get("tags", ""), "byline"),
        country=at.alpha_2 if at else None,
        first=first,
        last=first,
        points=(point,) if point else (),
        names=frozenset({fold(values["location"])}) if values.get("location") else frozenset(),
        kind=values.get("event_type") or None,
        fine=values.get("sub_event_type") or None,
        text=values.get("notes") or None,
    )


def plover(record: Mapping[str, Any]) -> Entry:
    """A record of PLOVER."""
    places = [one for one in _list(record.get("event_loc")) if isinstance(one, dict)]
    points = [point for one in places if (point := _point(text(one.get("lat")), text(one.get("lon"))))]
    countries = [by_alpha_3(text(one.get("country_code")) or None) for one in places]
    modes = [one for one in _list(record.get("mode")) if isinstance(one, str)]
    kinds = [one for one in _list(record.get("event")) if isinstance(one, str)]
    values = {
        "event": text(kinds),
        "mode": text(modes),
        "context": text(record.get("context")),
        "actor": _entities(record.get("actor")),
        "recipient": _entities(record.get("recipient")),
        "place": text([one.get("resolved_place") or one.get("extracted_place") for one in places]),
        "size": text(dict(sorted((record.get("size") or {}).items()))),
        **{name: text(record.get(name)) for name in ("date", "enddate", "quad_code", "event_scale", "text")},
    }
    first = day(values["date"], column="date")
    return Entry(
        id=text(record.get("id")),
        values=values,
        byline=text(record.get("id")) or None,
        country=next((one.alpha_2 for one in countries if one), None),
        first=first,
        last=day(values["enddate"], column="enddate") or first,
        points=tuple(points),
        names=frozenset(fold(name) for name in values["place"].split("; ") if name),
        kind=kinds[0] if kinds else None,
        fine=modes[0] if modes else None,
        text=values["text"] or None,
    )


def jsonl(record: Mapping[str, Any]) -> Entry:
    """An event record."""
    values = {name: text(value) for name, value in record.items()}
    return Entry(id=values.get("id", ""), values=values, byline=values.get("id"), kind=values.get("type"))


def csv(row: Mapping[str, Any]) -> Entry:
    """A row of the table of events."""
    values = {name: text(value) for name, value in row.items()}
    return Entry(id=values.get("id", ""), values=values, byline=values.get("id"), kind=values.get("type"))


def text(value: Any) -> str:
    """A value as it is compared: as it stands in a cell, without guards, numbers in their shortest form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(float(value))
    told = unguarded(cell(value)).strip()
    try:
        return _number(float(told)) if told[:1] in "-0123456789" and told else told
    except ValueError:
        return told


def day(told: str, *, column: str) -> date | None:
    """A day as such files write it: 2026-03-12, 12 March 2026, 12-03-2026 or 12/03/2026. Raises ValueError."""
    told = told.strip().removesuffix(" 00:00:00.000")
    if not told:
        return None
    for form in ("%Y-%m-%d", "%d %B %Y", "%d-%B-%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d"):
        try:
            return datetime.strptime(told, form).date()
        except ValueError:
            continue
    raise ValueError(f"{column} is no day ({told[:40]!r}); write it as 2026-03-12")


def apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points are from each other, in kilometres."""
    (a, b), (c, d) = (map(math.radians, point) for point in (one, other))
    half = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None


def _tagged(tags: str, name: str) -> str | None:
    found = (one.strip().partition("=") for one in tags.split(";"))
    return next((value for key, _, value in found if key == name), None)


def _list(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _entities(value: Any) -> str:
    """Those who act, as they are compared: code, sector, words."""
    told = []
    for one in _list(value):
        if isinstance(one, dict):
            parts = [one.get("code"), one.get("sector"), one.get("identifier_text") or one.get("entity_text")]
            told.append(" ".join(str(part) for part in parts if part))
        else:
            told.append(str(one))
    return "; ".join(told)
