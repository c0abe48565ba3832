"""Two events held beside each other: in each respect a readable level with a weight, and a probability from their sum.

The form is splink's (Fellegi and Sunter 1969): a level's weight is the log2 of how much more often pairs that are one
happening stand at it than pairs that are not. What is not told weighs nothing, for or against.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from byline.linking import features, words
from byline.linking.features import COUNTED, DAY_PRECISIONS, FINE, NO_DAY, PLACE_PRECISIONS, PLACES, Table
from byline.model import Level, Link

CHUNK: Final = 1 << 16
"""Pairs compared at a time: 70 MB of rows."""

UNTOLD: Final = "not told"
"""The level of a respect in which one of two events tells nothing: the first of each respect."""

RESPECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": (UNTOLD, "same type and mode", "same type", "same type, other mode", "related type", "other type"),
    "date": (
        UNTOLD, "same day", "a day apart", "2 or 3 days apart", "4 to 7 days apart", "over a week apart",
        "within the other's week", "within the other's month", "within the other's longer time",
        "before the report that tells it", "apart by weeks, months or years",
    ),
    "place": (
        UNTOLD, "same place", "within both radii", "within 10 km of both radii", "within 50 km", "within 200 km",
        "over 200 km apart", "one in the other's region", "in one country", "in other countries or regions",
    ),
    "actors": (UNTOLD, "two words shared", "a word shared", "same kind", "nothing shared"),
    "targets": (UNTOLD, "two words shared", "a word shared", "same kind", "nothing shared"),
    "site": (
        UNTOLD, "all words of one shared", "some words shared", "named in the other's sentence", "nothing shared",
    ),
    "weapons": (UNTOLD, "a word shared", "nothing shared"),
    "numbers": (
        UNTOLD, "equal, above two", "equal, one or two", "overlapping", "within a half", "farther apart",
        "a figure shared", "no figure shared",
    ),
    "sentence": (
        UNTOLD, "over 0.65 alike", "0.5 to 0.65 alike", "0.35 to 0.5 alike", "0.2 to 0.35 alike", "0.08 to 0.2 alike",
        "under 0.08 alike",
    ),
    "words": (
        UNTOLD, "over 0.6 alike", "0.45 to 0.6 alike", "0.3 to 0.45 alike", "0.2 to 0.3 alike", "0.12 to 0.2 alike",
        "0.06 to 0.12 alike", "under 0.06 alike",
    ),
    "grounds": ("enough", "neither a day, nor a place and words, in common"),
}  # fmt: skip
"""In what two events are compared, and the levels of each, by number."""

GROUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": (
        "same day", "a day apart", "within the other's week", "within the other's month",
        "before the report that tells it",
    ),
    "place": ("same place", "within both radii", "within 10 km of both radii", "one in the other's region"),
    "words": ("over 0.6 alike", "0.45 to 0.6 alike", "0.3 to 0.45 alike"),
}  # fmt: skip
"""Levels on which one happening can be founded; all others only add to these."""

LIKENESS: Final = (0.6, 0.45, 0.3, 0.2, 0.12, 0.06)
SENTENCE_MASS: Final = 80_000
"""That of two sentences of seven rare words: shorter ones ("The army blamed insurgents.") are not the same for having
the same few."""

SENTENCE_LIKENESS: Final = (0.65, 0.5, 0.35, 0.2, 0.08)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """`of` holds the weights of each respect's levels, by number; `prior` the log2 odds of one happening before any is
    looked at."""

    prior: float
    of: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Pairs compared: the number of the level in each of RESPECTS, the log2 odds of one happening, the probability."""

    levels: NDArray[np.uint8]
    log_odds: NDArray[np.float32]
    probability: NDArray[np.float32]


@cache
def weights() -> Weights:
    """The weights that ship. Raises KeyError for a level without one."""
    data: dict[str, Any] = tomllib.loads(
        resources.files("byline.linking").joinpath("weights.toml").read_text(encoding="utf-8")
    )
    return Weights(
        prior=float(data["prior"]),
        of={
            respect: np.array([0.0, *(data[respect][level] for level in levels[1:])], np.float32)
            for respect, levels in RESPECTS.items()
        },
    )


def score(
    table: Table, left: NDArray[np.integer], right: NDArray[np.integer], weights: Weights | None = None
) -> Scored:
    """The pairs of rows `left` and `right` of a table, compared. The same whichever of two is left."""
    weights = weights or _shipped()
    levels = np.zeros((len(left), len(RESPECTS)), np.uint8)
    for start in range(0, len(left), CHUNK):
        part = slice(start, start + CHUNK)
        levels[part] = _levels(table[left[part]], table[right[part]])
    log_odds = np.full(len(left), weights.prior, np.float32)
    for i, of in enumerate(weights.of.values()):
        log_odds += of[levels[:, i]]
    return Scored(levels=levels, log_odds=log_odds, probability=probability(log_odds))


def link(table: Table, left: int, right: int, weights: Weights | None = None) -> Link:
    """Two rows as a link with readable levels; those that weigh nothing are left out."""
    weights = weights or _shipped()
    scored = score(table, np.array([left]), np.array([right]), weights)
    ids = sorted(features.event_id(int(table["event"][row])) for row in (left, right))
    return Link(
        left=ids[0],
        right=ids[1],
        probability=float(scored.probability[0]),
        because=explain(scored.levels[0], weights),
    )


def explain(levels: NDArray[np.uint8], weights: Weights | None = None) -> tuple[Level, ...]:
    """One pair's levels in words; respects in which one of the two tells nothing are left out."""
    weights = weights or _shipped()
    return tuple(
        Level(of=respect, level=names[level], weight=float(weights.of[respect][level]))
        for (respect, names), level in zip(RESPECTS.items(), levels.tolist(), strict=True)
        if level
    )


def probability(log_odds: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability that log2 odds stand for."""
    return (1 / (1 + np.exp2(-np.clip(log_odds, -60, 60)))).astype(np.float32)


def days_apart(left: Table, right: Table) -> NDArray[np.int32]:
    """How many days lie between the dates of each pair, 0 where they touch; -1 where one is not told to the day."""
    day = DAY_PRECISIONS.index("day")
    told = (left["precision"] == day) & (right["precision"] == day)
    gap = np.maximum(left["start"] - right["end"], right["start"] - left["end"])
    return np.where(told, np.maximum(gap, 0), -1).astype(np.int32)


def _shipped() -> Weights:
    return weights()


def _levels(left: Table, right: Table) -> NDArray[np.uint8]:
    levels = {respect: compare(left, right).astype(np.uint8) for respect, compare in _COMPARE.items()}
    levels["grounds"] = _grounds(levels)
    return np.stack([levels[respect] for respect in RESPECTS], axis=1)


def _grounds(levels: Mapping[str, NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Two events are never joined for want of what speaks against it: they share a day, or a place and words."""
    day, place, alike = (
        np.isin(levels[respect], [RESPECTS[respect].index(level) for level in GROUNDS[respect]])
        for respect in ("date", "place", "words")
    )
    return (~(day | (place & alike))).astype(np.uint8)


def _first(*conditions: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The number of the first condition that holds, counted from 0; how many there are where none does."""
    held = np.stack([*conditions, np.ones_like(conditions[0])])
    return np.asarray(held.argmax(axis=0))


def _kind(left: Table, right: Table) -> NDArray[np.intp]:
    same = left["type"] == right["type"]
    modes = (left["mode"] != 0) & (right["mode"] != 0)
    mode = left["mode"] == right["mode"]
    untold = (left["type"] == 0) | (right["type"] == 0)
    return _first(untold, same & mode & modes, same & ~(modes & ~mode), same, left["family"] == right["family"])


def _date(left: Table, right: Table) -> NDArray[np.intp]:
    (s, e, p), (start, end, precision) = features.days(left), features.days(right)
    untold = (s == NO_DAY) | (start == NO_DAY)
    gap = np.maximum(np.maximum(s.astype(np.int64) - end, start.astype(np.int64) - e), 0)
    day, published = DAY_PRECISIONS.index("day"), DAY_PRECISIONS.index("published")
    exact = (p == day) & (precision == day)
    guessed = (p == published) | (precision == published)
    longest = np.maximum(e.astype(np.int64) - s, end.astype(np.int64) - start)
    touch = gap == 0
    return _first(
        untold,
        exact & touch,
        exact & (gap == 1),
        exact & (gap <= 3),
        exact & (gap <= 7),
        exact,
        ~guessed & (gap <= 1) & (longest <= 10),
        ~guessed & touch & (longest <= 31),
        ~guessed & touch,
        guessed & (gap <= 1) & (longest <= 31),
    )


def _place(left: Table, right: Table) -> NDArray[np.intp]:
    best = np.full(len(left), len(RESPECTS["place"]), np.intp)
    for i in range(PLACES):
        for j in range(PLACES):
            ours, theirs = left["places"][:, i], right["places"][:, j]
            at = np.flatnonzero((ours["told"] & theirs["told"]) == 1)
            if len(at):
                best[at] = np.minimum(best[at], _two_places(ours[at], theirs[at]))
    return np.where(best == len(RESPECTS["place"]), 0, best)


def _two_places(ours: Table, theirs: Table) -> NDArray[np.intp]:
    """The level of each pair of places, from 1 on."""
    fine = (ours["precision"] <= FINE) & (theirs["precision"] <= FINE)
    either_fine = (ours["precision"] <= FINE) | (theirs["precision"] <= FINE)
    by_id = (ours["geonameid"] == theirs["geonameid"]) & (ours["geonameid"] != 0)
    unknown = (ours["geonameid"] == 0) & (theirs["geonameid"] == 0)
    by_name = (ours["name"] == theirs["name"]) & unknown & (ours["country"] == theirs["country"])
    apart = _distance_km(ours, theirs)
    far = np.isnan(apart)
    radii = ours["radius_km"] + theirs["radius_km"]
    beyond = np.where(far, np.inf, apart - radii)
    one_country = (ours["country"] == theirs["country"]) & (ours["country"] != 0)
    region = PLACE_PRECISIONS.index("admin1")
    largest = np.maximum(ours["precision"], theirs["precision"])
    in_region = either_fine & (largest == region) & one_country & (beyond <= 0)
    return 1 + _first(
        fine & (by_id | by_name),
        fine & (beyond <= 0),
        fine & (beyond <= 10),
        fine & (apart <= 50),
        fine & (apart <= 200),
        fine & ~far,
        in_region | (~either_fine & (largest == region) & by_id),
        one_country,
    )


def _distance_km(ours: Table, theirs: Table) -> NDArray[np.float64]:
    """Great-circle distance of each pair of places; NaN where a point is not known."""
    lat, other = np.radians(ours["latitude"].astype(np.float64)), np.radians(theirs["latitude"].astype(np.float64))
    east = np.radians(ours["longitude"].astype(np.float64) - theirs["longitude"].astype(np.float64))
    h = np.sin((other - lat) / 2) ** 2 + np.cos(lat) * np.cos(other) * np.sin(east / 2) ** 2
    return np.asarray(12742 * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def _shared(ours: NDArray[np.uint32], theirs: NDArray[np.uint32]) -> NDArray[np.intp]:
    """How many terms two rows of terms, 0 for none, have in common."""
    return np.asarray(((ours[:, :, None] == theirs[:, None, :]) & (ours[:, :, None] != 0)).sum(axis=(1, 2)))


def _untold(ours: NDArray[np.integer], theirs: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where one of two rows of terms is empty."""
    return np.asarray(~(ours.any(axis=1) & theirs.any(axis=1)))


def _who(terms: str, sectors: str) -> Callable[[Table, Table], NDArray[np.intp]]:
    def compare(left: Table, right: Table) -> NDArray[np.intp]:
        ours, theirs = left[terms], right[terms]
        shared = _shared(ours, theirs)
        fewer = np.minimum((ours != 0).sum(axis=1), (theirs != 0).sum(axis=1))
        kind = _shared(left[sectors], right[sectors]) > 0
        kinds = left[sectors].any(axis=1) & right[sectors].any(axis=1)
        told = (fewer > 0) | kinds
        return _first(~np.asarray(told), shared > 1, shared > 0, kind)

    return compare


def _site(left: Table, right: Table) -> NDArray[np.intp]:
    shared = _shared(left["sites"], right["sites"])
    ours, theirs = ((side["sites"] != 0).sum(axis=1) for side in (left, right))
    fewer = np.minimum(ours, theirs)
    named = np.asarray(
        (_shared(left["sites"], right["sentence"]["terms"]) == ours)
        | (_shared(right["sites"], left["sentence"]["terms"]) == theirs)
    )
    return _first(fewer == 0, np.asarray(shared == fewer), shared > 0, named)


def _weapons(left: Table, right: Table) -> NDArray[np.intp]:
    untold = _untold(left["weapons"], right["weapons"])
    return _first(untold, _shared(left["weapons"], right["weapons"]) > 0)


def _numbers(left: Table, right: Table) -> NDArray[np.intp]:
    """The level of the first thing counted that both tell: deaths before injuries, and so on; where there is none, that
    of the bare numbers of their sentences."""
    level = np.zeros(len(left), np.intp)
    for i in range(len(COUNTED)):
        low, high, other_low, other_high = (
            left["low"][:, i],
            left["high"][:, i],
            right["low"][:, i],
            right["high"][:, i],
        )
        at = (level == 0) & ~np.isnan(low) & ~np.isnan(other_low)
        exact = (low == high) & (other_low == other_high)
        equal = exact & (low == other_low)
        least, most = np.minimum(high, other_high), np.maximum(low, other_low)
        found = 1 + _first(equal & (low > 2), equal, least >= most, least * 1.5 >= most)
        level[at] = found[at]
    figures = (level == 0) & ~_untold(left["figures"], right["figures"])
    names = RESPECTS["numbers"]
    shared = _shared(left["figures"], right["figures"]) > 0
    return np.where(figures, np.where(shared, names.index("a figure shared"), names.index("no figure shared")), level)


def _sentence(left: Table, right: Table) -> NDArray[np.intp]:
    ours, theirs = left["sentence"], right["sentence"]
    a, b = ours["weights"].astype(np.float32), theirs["weights"].astype(np.float32)
    same = (ours["terms"][:, :, None] == theirs["terms"][:, None, :]) & (ours["terms"][:, :, None] != 0)
    shared = (same * (a[:, :, None] * b[:, None, :])).sum(axis=(1, 2))
    alike = shared / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), SENTENCE_MASS)
    return _first(_untold(ours["terms"], theirs["terms"]), *(alike >= least for least in SENTENCE_LIKENESS))


def _words(left: Table, right: Table) -> NDArray[np.intp]:
    ours, theirs = left["words"], right["words"]
    untold = _untold(ours["weights"], theirs["weights"])
    alike = words.likeness(ours, theirs)
    return _first(untold, *(alike >= least for least in LIKENESS))


_COMPARE: Final[Mapping[str, Callable[[Table, Table], NDArray[np.intp]]]] = {
    "kind": _kind,
    "date": _date,
    "place": _place,
    "actors": _who("actors", "actor_sectors"),
    "targets": _who("targets", "target_sectors"),
    "site": _site,
    "weapons": _weapons,
    "numbers": _numbers,
    "sentence": _sentence,
    "words": _words,
}
