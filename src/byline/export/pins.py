"""Where is a dossier on a map? Each place its reports name, once, the finest first; never finer than they make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from byline.export.dossier import Dossier

FINEST_FIRST = ("site", "city", "district", "admin1", "region", "country")
"""Place precisions, the finest first."""

_SAME = (
    "name", "text", "geonameid", "latitude", "longitude", "radius_km", "precision", "relation", "basis", "country",
    "admin1", "attribution", "confidence",
)  # fmt: skip
"""What a pin has of the place in the record."""

Told = Mapping[str, Any]

_NOWHERE: Told = {"in": "text", "start": 0, "end": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A place of a dossier.

    `radius_km` says how far from the point it may be; `within` is True for a country or province that another place of
    the dossier lies in. `reports` are the ids of the documents that name it; `text` are the words of the first, which
    stand from `start` to `end` in `part` of that document.
    """

    name: str | None
    text: str
    geonameid: int | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    precision: str | None
    relation: str
    basis: str
    country: str | None
    admin1: str | None
    attribution: str | None
    confidence: float
    reports: tuple[str, ...]
    part: str
    start: int
    end: int
    within: bool

    @property
    def key(self) -> int | str:
        """What it is the same by."""
        return self.geonameid or (self.name or self.text).casefold()

    @property
    def located(self) -> bool:
        """True where it is known where on the earth it is."""
        return self.latitude is not None and self.longitude is not None

    @property
    def point(self) -> tuple[float, float]:
        """Longitude and latitude, of a place that is located."""
        assert self.longitude is not None
        assert self.latitude is not None
        return self.longitude, self.latitude


def pins(dossier: Dossier) -> tuple[Pin, ...]:
    """The places of a dossier, each once: those that are drawn first, the finest before the wider."""
    found: dict[int | str, Told] = {}
    reports: dict[int | str, dict[str, None]] = {}
    for report in dossier.reports:
        for place in report.record["places"]:
            key = key_of(place)
            found.setdefault(key, place)
            reports.setdefault(key, {})[report.record["document"]["id"]] = None
    made = [_pin(place, reports=tuple(reports[key]), among=found.values()) for key, place in found.items()]
    return tuple(sorted(made, key=lambda one: (not one.located, one.within, _coarseness(one.precision))))


def drawn(places: Iterable[Pin]) -> tuple[Pin, ...]:
    """Those of the places that have a point of their own on a map, in order."""
    return tuple(one for one in places if one.located and not one.within)


def key_of(place: Told) -> int | str:
    """What a place of the record is the same by: its number in GeoNames, else its name."""
    return place["geonameid"] or str(place["name"] or place["text"]).casefold()


def _pin(place: Told, *, reports: tuple[str, ...], among: Iterable[Told]) -> Pin:
    words = next(iter(place["evidence"]), _NOWHERE)
    return Pin(
        **{name: place[name] for name in _SAME},
        reports=reports,
        part=words["in"],
        start=words["start"],
        end=words["end"],
        within=any(_holds(place, other) for other in among if other["latitude"] is not None),
    )


def _holds(wide: Told, fine: Told) -> bool:
    """True where `wide` is the country or the province that `fine` lies in."""
    if _coarseness(wide["precision"]) <= _coarseness(fine["precision"]) or wide["country"] != fine["country"]:
        return False
    if wide["precision"] == "country":
        return wide["country"] is not None
    return wide["precision"] == "admin1" and wide["admin1"] is not None and wide["admin1"] == fine["admin1"]


def _coarseness(precision: str | None) -> int:
    return FINEST_FIRST.index(precision) if precision in FINEST_FIRST else len(FINEST_FIRST)
