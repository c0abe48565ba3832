"""Do reports agree on the place? A site, the city it lies in and its province do; two cities do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from typing import Final

from byline.gazetteer import fold
from byline.linking.standing.field import AGREE, Field, Told, Verdict, one_text, summary, told
from byline.linking.standing.labels import MASKED, label
from byline.linking.standing.telling import Telling
from byline.model import Place, PlacePrecision

FINENESS: Final[tuple[PlacePrecision, ...]] = ("site", "city", "district", "admin1", "country", "region")
"""How exact a place is, finest first."""

NEAR_KM = 30.0
"""How far "near a town" may lie from it: as `coding.where` widens a site that only stands near a town."""

MOST_COMPARED = 400
"""So many different answers are held against each other, 80,000 pairs, in less than a second; a happening told at more
places than that is told differently."""

_EARTH_KM = 6371.0
_WHERE = frozenset({"in", "near", "across"})


def fields(tellings: Sequence[Telling]) -> Iterator[Field]:
    """The field of where it happened; none where no report tells."""
    found = [(telling, places) for telling in tellings if (places := told_places(telling))]
    if found:
        values = tuple(one for _, places in found for _, one in places)
        verdict = _verdict(found)
        yield Field(
            name="place",
            summary=summary(_shown(found, verdict), values),
            agreement=verdict.agreement,
            because=verdict.because,
            values=values,
        )


Answer = list[tuple[Place, Told]]
"""Where one report says it happened: the finest places it gives."""


def told_places(telling: Telling) -> Answer:
    """The places a report gives, without those that another of them lies in."""
    places = [
        (one.value, told(telling, name(one.value), mention=one, speakers=_speakers(one.value)))
        for one in telling.event.role("place")
        if isinstance(one.value, Place) and one.value.relation in _WHERE
    ]
    return [
        (place, one)
        for place, one in places
        if not any(_rank(other) < _rank(place) and agree(other, place) for other, _ in places)
    ]


def _speakers(place: Place) -> tuple[str, ...] | None:
    return (place.attribution,) if place.attribution else None


def name(place: Place) -> str:
    """A place as people read it, with what tells it from another of its name."""
    known = place.name if place.geonameid is not None else label(place.name)
    inside = [place.admin1] if place.precision in ("site", "city", "district") and place.admin1 != place.name else []
    inside += [place.country] if place.precision != "country" else []
    said = ", ".join(one for one in inside if one)
    near = "near " if place.relation == "near" else ""
    return f"{near}{known}{f' ({said})' if said else ''}"


def _rank(place: Place) -> int:
    return FINENESS.index(place.precision)


def agree(one: Place, other: Place) -> bool:
    """True unless two places shut each other out: they are one, one lies in the other, or too little is known."""
    fine, coarse = sorted((one, other), key=_rank)
    if one.geonameid is not None and other.geonameid is not None:
        if one.geonameid == other.geonameid:
            return True
    elif fold(one.name) == fold(other.name) or MASKED in one.name + other.name:
        return True
    if coarse.precision == "country":
        return not (fine.country and coarse.country) or fine.country == coarse.country
    inside = coarse.precision == "admin1" and fine.precision != "admin1" and fine.admin1 is not None
    if inside and fold(fine.admin1 or "") in {fold(coarse.name), fold(coarse.admin1 or coarse.name)}:
        return True
    return _apart_km(fine, coarse) <= _reach(fine, coarse)


def _reach(fine: Place, coarse: Place) -> float:
    """How far two places may be apart so that one may lie in the other."""
    near = NEAR_KM if "near" in (fine.relation, coarse.relation) else 0.0
    return max(fine.radius_km or 0.0, coarse.radius_km or 0.0) + near


def _apart_km(one: Place, other: Place) -> float:
    """The distance of two places; 0 where a point is not known, for nothing then shuts them out."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        known = one.country and other.country and one.country != other.country
        return float("inf") if known else 0.0
    ours, theirs = radians(one.latitude), radians(other.latitude)
    half = sin((theirs - ours) / 2) ** 2
    half += cos(ours) * cos(theirs) * sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def places_agree(ours: Sequence[Place], theirs: Sequence[Place]) -> bool:
    """True where a place of the one may be one of the other, or either gives none."""
    return not ours or not theirs or any(agree(one, other) for one in ours for other in theirs)


def _verdict(found: Sequence[tuple[Telling, Answer]]) -> Verdict:
    answers: dict[tuple[object, ...], Answer] = {}
    for _, places in found:
        answers.setdefault(tuple(_key(place) for place, _ in places), places)
    if len(answers) > MOST_COMPARED:
        return Verdict(agreement="differ", because=f"It is told at {len(answers):,} different places.")
    for ours, theirs in combinations(answers.values(), 2):
        if not places_agree([place for place, _ in ours], [place for place, _ in theirs]):
            return Verdict(agreement="differ", because=_why(ours, theirs))
    return Verdict(agreement="one report") if one_text([one for one, _ in found]) else AGREE


def _key(place: Place) -> tuple[object, ...]:
    return place.geonameid or fold(place.name), place.relation, place.country, place.admin1, place.precision


def _why(ours: Answer, theirs: Answer) -> str:
    (one, said), (other, also) = ours[0], theirs[0]
    apart = _apart_km(one, other)
    exact = max(_rank(one), _rank(other)) <= FINENESS.index("city") and 0 < apart < float("inf")
    far = f", {apart:,.0f} km apart" if exact else ""
    return f"{said.who} says {said.value} and {also.who} says {also.value}{far}: neither lies in the other."


def _shown(found: Sequence[tuple[Telling, Answer]], verdict: Verdict) -> str:
    """The places told, without those that a finer one lies in."""
    told: dict[str, Place] = {one.value: place for _, places in found for place, one in places}
    if len(told) > MOST_COMPARED:
        return f"{len(told):,} places"
    finest = [
        value
        for value, place in told.items()
        if not any(_rank(other) < _rank(place) and agree(other, place) for other in told.values())
    ]
    return (" or " if verdict.agreement == "differ" else " and ").join(finest)
