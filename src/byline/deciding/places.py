"""Which place did a person mean? By GeoNames id, by name, or with coordinates of one's own; checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from byline.deciding import told
from byline.errors import DecisionError
from byline.gazetteer import Entry, Gazetteer, fold
from byline.model import Basis, Place, PlacePrecision, Relation

KEYS: Final = (
    "name", "geonameid", "latitude", "longitude", "radius_km", "precision", "country", "admin1", "relation", "basis",
    "attribution", "text", "confidence", "evidence",
)  # fmt: skip
"""Keys of a place, those of the event record; "text" and "confidence" of it are read over."""

LARGEST_KM: Final = 20_100
"""Half way round the Earth."""

UNKNOWN_RADIUS_KM: Final = 5.0
"""What a point of a person's own may be off by, where nothing is said."""

_COUNTRY = re.compile(r"[A-Z]{2}")


def named(text: str) -> Place:
    """The place of a plain form: a GeoNames id ("3909234"), a name ("Oruro"), or a name and the country or state it is
    in ("Oruro, BO"; "Springfield, Illinois"). Of several the most populous. Raises DecisionError where none is
    known."""
    if re.fullmatch(r"[0-9]{1,10}", text):
        return of_entry(_with_id(int(text)))
    whole = told.name(text, what="a place")
    found = Gazetteer.open().find(whole) if whole else ()
    name, comma, inside = (whole or "").rpartition(",")
    if not found and comma:
        found = tuple(one for one in Gazetteer.open().find(name.strip()) if _lies_in(one, inside.strip()))
    if not found:
        raise DecisionError(
            f"the gazetteer has no place {text[: told.LONGEST_NAME]!r}; give its GeoNames id, or JSON with a name and, "
            "where they are known, latitude, longitude and radius_km"
        )
    return of_entry(_likeliest(found))


def read(row: Mapping[str, Any], *, strict: bool) -> Place:
    """The place of an object of the record. With a GeoNames id the gazetteer says the rest, and its point is never made
    finer; without one it is a place of the person's own. Not `strict`: as it was checked once. Raises DecisionError."""
    own = _own(row)
    if own.geonameid is None or not strict:
        return own
    known = of_entry(_with_id(own.geonameid))
    return Place(
        name=known.name,
        precision=known.precision,
        geonameid=known.geonameid,
        latitude=known.latitude,
        longitude=known.longitude,
        radius_km=max(known.radius_km or 0.0, own.radius_km or 0.0),
        country=known.country,
        admin1=known.admin1,
        relation=own.relation,
        basis=own.basis,
        attribution=own.attribution,
    )


def written(place: Place) -> dict[str, Any]:
    """A place as `read` takes it; what is not known is left out."""
    row = {name: getattr(place, name) for name in KEYS if name not in ("text", "confidence", "evidence")}
    usual = {"relation": "in", "basis": "stated"}
    return {name: value for name, value in row.items() if value is not None and usual.get(name) != value}


def of_entry(entry: Entry) -> Place:
    """A place of the gazetteer."""
    return Place(
        name=entry.name,
        precision=entry.precision,
        geonameid=entry.geonameid,
        latitude=entry.latitude,
        longitude=entry.longitude,
        radius_km=entry.radius_km,
        country=entry.country,
        admin1=entry.admin1,
    )


def _own(row: Mapping[str, Any]) -> Place:
    geonameid = row.get("geonameid")
    if geonameid is not None and type(geonameid) is not int:
        raise DecisionError(f"the geonameid of a place must be a whole number, not {geonameid!r}"[:200])
    name = told.name(row.get("name"), what="the name of a place")
    if name is None and geonameid is None:
        raise DecisionError("a place must have a name or a geonameid")
    latitude = told.number(row.get("latitude"), what="latitude", least=-90, most=90)
    longitude = told.number(row.get("longitude"), what="longitude", least=-180, most=180)
    if (latitude is None) != (longitude is None):
        raise DecisionError("a place must have both latitude and longitude, or neither")
    radius = told.number(row.get("radius_km"), what="radius_km", least=0, most=LARGEST_KM)
    country = told.name(row.get("country"), what="the country of a place")
    if country is not None and not _COUNTRY.fullmatch(country):
        raise DecisionError(f"{country!r} is no country; give two capitals (ISO 3166), such as BO")
    return Place(
        name=name or "",
        precision=_word(row.get("precision", "site"), PlacePrecision, "precision"),
        geonameid=geonameid,
        latitude=latitude,
        longitude=longitude,
        radius_km=UNKNOWN_RADIUS_KM if radius is None and latitude is not None else radius,
        country=country,
        admin1=told.name(row.get("admin1"), what="the admin1 of a place"),
        relation=_word(row.get("relation", "in"), Relation, "relation"),
        basis=_word(row.get("basis", "stated"), Basis, "basis"),
        attribution=told.name(row.get("attribution"), what="the attribution of a place"),
    )


def _word(value: Any, choices: Any, what: str) -> Any:
    return told.one_of(value, get_args(choices), what=what)


def _with_id(geonameid: int) -> Entry:
    found = Gazetteer.open().with_geonameid(geonameid)
    if found is None:
        raise DecisionError(
            f"the gazetteer has no place with the GeoNames id {geonameid}; give a name, latitude, longitude and "
            "radius_km instead"
        )
    return found


def _likeliest(found: Sequence[Entry]) -> Entry:
    """The most populous; of a state and the town in it that it is named after the town."""
    first = found[0]
    if first.kind != "admin1":
        return first
    here = (one for one in found if one.kind == "city" and (one.country, one.admin1) == (first.country, first.admin1))
    return next(here, first)


def _lies_in(entry: Entry, inside: str) -> bool:
    """Whether a place lies in a country or state, given by code or by name."""
    folded = fold(inside)
    if folded in (fold(entry.country or ""), fold(entry.admin1 or "")):
        return bool(folded)
    countries = {one.country for one in Gazetteer.open().find(inside) if one.kind == "country"}
    return entry.country is not None and entry.country in countries
