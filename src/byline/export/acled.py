"""ACLED's table: 31 columns in its order, a row an incident, a place and a day, by its public codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from byline.export.cells import TableFile
from byline.export.columns import columns
from byline.export.countries import Country, country
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Tally
from byline.export.figures import figure
from byline.export.pins import Pin, drawn, pins
from byline.export.sides import sides, targets_civilians
from byline.model import sha256

WEEK, MONTH = 7, 31
"""Days that a week and a month have at most."""

NO_TYPE: Final = "ACLED has no row for what it tells"
NO_DAY: Final = "its day is not told to the month at least"
NO_PLACE: Final = "no place finer than a country is told, or none that is known where it lies"

LOST: Final = {
    "mode": "has types of its own; PLOVER's type and mode are left out",
    "contexts": "has no column for what it is about",
    "quotes": "has no column for what is quoted",
    "demands": "has no column for what is demanded",
    "members": "does not say which events a sum is of",
    "told": "has the words of one sentence",
    "decided": "does not say what people decided",
}
"""Keys of the event record that ACLED has no column for, and why."""

_COUNTED: Final = ("fatalities", "participants")
_SCALES: Final = ("National", "International", "New media", "Other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day as ACLED's event_date has it, with its time_precision."""

    day: date
    precision: int


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes a CSV file in UTF-8."""
    tally = Tally()
    with TableFile(out, columns("acled")) as file:
        for dossier in dossiers:
            made = rows(dossier)
            if isinstance(made, str):
                tally.leave_out(made)
                continue
            for row in made:
                file.write(row)
            tally.write(rows=len(made))
            _tell_lost(dossier, tally)
    return tally.losses()


def rows(dossier: Dossier) -> list[dict[str, Any]] | str:
    """The rows of an incident, by place and day; why there are none, where ACLED has none."""
    if dossier.record["acled"] is None:
        return NO_TYPE
    when = days(dossier.record["when"])
    if not when:
        return NO_DAY
    where = places(dossier)
    if not where:
        return NO_PLACE
    dead = figure(dossier, "fatalities")
    shares = iter(shared(dead.best if dead else 0, among=len(where) * len(when)))
    made = []
    same = {"source": sources(dossier), "tags": _tags(dossier), "timestamp": _timestamp(dossier.at)}
    for place in where:
        at = cast(Country, country(place.country))
        there = same | _there(dossier, place, at)
        made += [there | _on_day(dossier, place, day) | {"fatalities": next(shares)} for day in when]
    return made


def places(dossier: Dossier) -> tuple[Pin, ...]:
    """The places that an incident has rows for: those that are told to the province at least, and where it was."""
    return tuple(
        one
        for one in drawn(pins(dossier))
        if one.precision in ("site", "city", "district", "admin1")
        and one.relation in ("in", "near", "across")
        and country(one.country) is not None
    )


def days(when: Mapping[str, Any]) -> tuple[Day, ...]:
    """The days that an incident has rows for: each of those it went on, or the middle of the week or month that it was
    in; none where less is told."""
    start, end = when["start"] or when["end"], when["end"] or when["start"]
    if start is None or end is None:
        return ()
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    long = (last - first).days + 1
    if long > MONTH:
        return ()
    if when["precision"] == "day":
        return tuple(Day(day=first + timedelta(days=number), precision=1) for number in range(long))
    return (Day(day=first + timedelta(days=long // 2), precision=2 if long <= WEEK else 3),)


def shared(number: int, *, among: int) -> list[int]:
    """A number shared out as evenly as can be, the first taking one more where there is a rest."""
    each, rest = divmod(number, among)
    return [each + (at < rest) for at in range(among)]


def _there(dossier: Dossier, place: Pin, at: Country) -> dict[str, Any]:
    """What all rows of a place have in common."""
    record = dossier.record
    told = sides(record, at)
    first, second = told.first, told.second
    return {
        **record["acled"],
        "actor1": first.name,
        "assoc_actor_1": first.of,
        "inter1": first.kind,
        "actor2": second.name if second else None,
        "assoc_actor_2": second.of if second else None,
        "inter2": second.kind if second else 0,
        "interaction": told.interaction,
        "civilian_targeting": "Civilian targeting" if targets_civilians(record, told) else None,
        "iso": at.number,
        "region": at.region,
        "country": at.name,
        "admin1": place.admin1,
        "admin2": None,
        "admin3": None,
        "location": place.name or place.text,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "geo_precision": _geo_precision(place),
        "source_scale": _scale(dossier, at),
    }


def _on_day(dossier: Dossier, place: Pin, day: Day) -> dict[str, Any]:
    """What the row of a place and a day has of its own."""
    at = cast(Country, country(place.country))
    return {
        "event_id_cnty": f"{at.alpha_3}{_number(dossier, place, day)}",
        "event_date": day.day,
        "year": day.day.year,
        "time_precision": day.precision,
        "notes": notes(dossier, place, day),
    }


def _number(dossier: Dossier, place: Pin, day: Day) -> int:
    """A number of 60 bits: of a million rows two have the same once in a million exports."""
    of = (dossier.id, str(place.geonameid or place.name or place.text), day.day.isoformat())
    return int(sha256("\x1f".join(of))[:15], 16)


def _geo_precision(place: Pin) -> int:
    if place.relation == "across" or place.precision == "admin1":
        return 3
    return 2 if place.relation == "near" or place.precision == "district" else 1


def sources(dossier: Dossier) -> list[str]:
    """The sources of all reports, each once."""
    return list(dict.fromkeys(one.source_name for one in dossier.reports if one.source_name))


def _scale(dossier: Dossier, at: Country) -> str:
    found = set()
    for one in dossier.reports:
        source = one.source
        if source is None:
            found.add("Other")
        elif source.kind == "social media":
            found.add("New media")
        else:
            found.add("National" if source.country == at.alpha_2 else "International" if source.country else "Other")
    return "-".join(scale for scale in _SCALES if scale in found)


def notes(dossier: Dossier, place: Pin, day: Day) -> str:
    """What is told, in a sentence that begins with the day, as ACLED's notes do: the words are the report's."""
    lead = dossier.lead
    at = f"{place.name or place.text}{f', {place.admin1}' if place.admin1 and place.admin1 != place.name else ''}"
    by = f" ({lead.source_name})" if lead.source_name else ""
    words = " ".join(lead.record["sentence"]["text"].split())
    differ = dossier.standing.differ if dossier.standing else ()
    more = f" Reports differ: {'. '.join(says for _, says in differ)}." if differ else ""
    return f"{_on(day)}, {place.relation} {at}: “{words}”{by}.{more}"


def _on(day: Day) -> str:
    if day.precision == 3:
        return f"In {day.day:%B %Y}"
    return f"On {day.day.day} {day.day:%B %Y}" if day.precision == 1 else f"Around {day.day.day} {day.day:%B %Y}"


def _tags(dossier: Dossier) -> str:
    told = []
    if dossier.record["acled"]["event_type"] in ("Protests", "Riots"):
        crowd = figure(dossier, "participants")
        told.append(f"crowd size={crowd.text if crowd else 'no report'}")
    told += [f"byline={dossier.id}", f"words={dossier.lead.words}"]
    return "; ".join(" ".join(one.replace(";", ",").split()) for one in told)


def _timestamp(at: str) -> int | None:
    return int(datetime.fromisoformat(at).astimezone(UTC).timestamp()) if at else None


def _tell_lost(dossier: Dossier, tally: Tally) -> None:
    record = dossier.record
    for key, reason in LOST.items():
        if record[key]:
            tally.lose(key, reason)
    if any(one["what"] not in _COUNTED for one in record["quantities"]):
        tally.lose("quantities", "has numbers of the dead and of those who took part alone, one each")
    if any(not one["geonameid"] and one["latitude"] is None for one in record["places"]):
        tally.lose("places", "has no row for a place that is not known where it lies")


FORMAT = Format(
    write=write,
    says="ACLED's 31 columns, a row an incident, place and day; what is told as new",
    unit="incident",
    new_only=True,
)
