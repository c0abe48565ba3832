"""UCDP GED's table: 49 columns in its order, a row an incident in which organised violence killed someone.

What is UCDP's own is empty: its conflicts, dyads and sides have numbers that only its coders give.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from byline.export.acled import sources
from byline.export.cells import TableFile
from byline.export.columns import columns
from byline.export.countries import Country, by_alpha_3, country
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Report, Tally
from byline.export.figures import Figure, figure
from byline.export.pins import Pin, drawn, pins
from byline.export.sides import ARMED, FORCES, Actor

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3

NOT_FATAL: Final = "no report tells of anyone killed"
NO_VIOLENCE: Final = "it is no use of armed force"
NO_SIDE: Final = "no organised armed side is told"
NO_DAY: Final = "its day is not told to the year at least"
NO_PLACE: Final = "no place is told, or none that is known where it lies"

LOST: Final = {
    "type": "has no types of event but three of violence",
    "contexts": "has no column for what it is about",
    "quotes": "has no column for what is quoted",
    "demands": "has no column for what is demanded",
    "sentence": "has headlines and no sentences",
}

_REGIONS: Final = {
    "Africa": ("Western Africa", "Middle Africa", "Eastern Africa", "Southern Africa", "Northern Africa"),
    "Americas": ("Central America", "South America", "Caribbean", "North America"),
    "Middle East": ("Middle East",),
    "Europe": ("Europe",),
}
"""UCDP's regions by ACLED's, but for those of the countries below; all else is Asia."""

_OTHERWISE: Final = {"AM": "Europe", "AZ": "Europe", "GE": "Europe", "EG": "Middle East"}
"""Countries of which UCDP's region is not that of their neighbours in ACLED's."""

_CELLS: Final = 720
"""PRIO-GRID has so many cells of half a degree around the earth, numbered from 1 at 180° W, 90° S."""

_WHERE: Final = {"site": 1, "city": 1, "district": 3, "admin1": 4, "region": 5, "country": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violence:
    """Who fought whom: UCDP's type of violence and the names of both sides."""

    type: int
    side_a: str
    side_b: str


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes a CSV file in UTF-8."""
    tally = Tally()
    with TableFile(out, columns("ged")) as file:
        for dossier in dossiers:
            told = row(dossier)
            if isinstance(told, str):
                tally.leave_out(told)
                continue
            file.write(told)
            tally.write()
            for key, reason in LOST.items():
                if dossier.record[key]:
                    tally.lose(key, reason)
            if len(drawn(pins(dossier))) > 1:
                tally.lose("places", "has coordinates of one place")
    return tally.losses()


def row(dossier: Dossier) -> dict[str, Any] | str:
    """The row of an incident; why there is none, where GED has none."""
    record = dossier.record
    dead = figure(dossier, "fatalities")
    if dead is None or dead.best < 1:
        return NOT_FATAL
    if record["type"] != "ASSAULT":
        return NO_VIOLENCE
    place = next(iter(drawn(pins(dossier))), None)
    at = country(place.country) if place else None
    if place is None or at is None:
        return NO_PLACE
    days = _days(record["when"])
    if days is None:
        return NO_DAY
    violence = _violence(record, at)
    if violence is None:
        return NO_SIDE
    return (
        dict.fromkeys((one.name for one in columns("ged")), None)
        | _told(dossier, violence)
        | _sources(dossier)
        | _where(dossier, place, at)
        | days
        | _dead(dead, violence)
    )


def _told(dossier: Dossier, violence: Violence) -> dict[str, Any]:
    decided = dossier.record["decided"]
    clear = bool(decided) and decided["state"] in ("accepted", "edited", "new")
    return {
        "id": int(dossier.id[1:], 16) >> 4,
        "relid": dossier.id,
        "code_status": "Clear" if clear else "Check",
        "type_of_violence": violence.type,
        "dyad_name": f"{violence.side_a} - {violence.side_b}",
        "side_a": violence.side_a,
        "side_b": violence.side_b,
        "event_clarity": 2 if dossier.record["members"] else 1,
    }


def _sources(dossier: Dossier) -> dict[str, Any]:
    texts = [one for one in dossier.reports if one.original == one.document.id] or list(dossier.reports)
    documents = {one.document.id: one for one in texts}
    return {
        "number_of_sources": len(sources(dossier)) or -1,
        "source_article": [_article(one) for one in documents.values()],
        "source_office": sources(dossier),
        "source_date": [one.document.published.isoformat() for one in documents.values() if one.document.published],
        "source_headline": [one.document.title for one in documents.values() if one.document.title],
        "source_original": dossier.record["attribution"]["source"],
    }


def _article(one: Report) -> str:
    document = one.document
    return ",".join((one.source_name or "", str(document.published or ""), document.title or ""))


def _where(dossier: Dossier, place: Pin, at: Country) -> dict[str, Any]:
    longitude, latitude = place.point
    precision = 2 if place.relation == "near" else _WHERE.get(place.precision or "", 5)
    return {
        "where_prec": precision,
        "where_coordinates": place.name or place.text,
        "where_description": [one.text for one in pins(dossier)],
        "adm_1": place.admin1,
        "adm_2": place.name if place.precision == "district" else None,
        "latitude": latitude,
        "longitude": longitude,
        "geom_wkt": f"POINT ({longitude} {latitude})",
        "priogrid_gid": priogrid(latitude=latitude, longitude=longitude),
        "country": at.name,
        "region": _region(at),
    }


def priogrid(*, latitude: float, longitude: float) -> int:
    """The number of the cell of PRIO-GRID that a point lies in."""
    row = min(math.floor((latitude + 90) * 2), _CELLS // 2 - 1)
    column = min(math.floor((longitude + 180) * 2), _CELLS - 1)
    return row * _CELLS + column + 1


def _region(at: Country) -> str:
    if at.alpha_2 in _OTHERWISE:
        return _OTHERWISE[at.alpha_2]
    return next((name for name, regions in _REGIONS.items() if at.region in regions), "Asia")


def _days(when: Mapping[str, Any]) -> dict[str, Any] | None:
    start, end = when["start"] or when["end"], when["end"] or when["start"]
    if start is None or end is None:
        return None
    long = (date.fromisoformat(end) - date.fromisoformat(start)).days + 1
    precision = next((number for number, most in ((1, 1), (2, 6), (3, 7), (4, 31), (5, 366)) if long <= most), None)
    if precision is None:
        return None
    return {
        "year": int(start[:4]),
        "date_prec": precision,
        "date_start": f"{start} 00:00:00.000",
        "date_end": f"{end} 00:00:00.000",
    }


def _dead(dead: Figure, violence: Violence) -> dict[str, int]:
    civilians = violence.type == ONE_SIDED
    return {
        "deaths_a": 0,
        "deaths_b": 0,
        "deaths_civilians": dead.best if civilians else 0,
        "deaths_unknown": 0 if civilians else dead.best,
        "best": dead.best,
        "low": min(dead.low, dead.best),
        "high": max(dead.best, dead.high if dead.high is not None else dead.best),
    }


def _violence(record: Mapping[str, Any], at: Country) -> Violence | None:
    """Who fought whom; None where neither side is told to be organised and armed."""
    people = [one for one in record["actors"] if one["kind"] != "object" and one["role"] != "instrument"]
    doers = _armed([one for one in people if one["role"] == "actor"])
    others = [one for one in people if one["role"] == "recipient"]
    against = _armed(others)
    if not doers:
        return None
    first = doers[0]
    if not against:
        return Violence(type=ONE_SIDED, side_a=_name(first, at), side_b="Civilians")
    second = against[0]
    state, other = (first, second) if first["sector"] in FORCES or second["sector"] not in FORCES else (second, first)
    kind = STATE_BASED if state["sector"] in FORCES else NON_STATE
    return Violence(type=kind, side_a=_name(state, at), side_b=_name(other, at))


def _armed(people: Sequence[Actor]) -> list[Actor]:
    return [one for one in people if one["sector"] in ARMED]


def _name(one: Actor, at: Country) -> str:
    if one["sector"] in FORCES:
        return f"Government of {(by_alpha_3(one['code'][:3] if one['code'] else None) or at).name}"
    return " ".join(cast(str, one["name"] or one["text"]).split())


FORMAT = Format(
    write=write,
    says="UCDP GED's 49 columns, a row an incident that killed; what is told as new",
    unit="incident",
    new_only=True,
)
