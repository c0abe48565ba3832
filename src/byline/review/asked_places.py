"""Which places of the gazetteer does a person mean who writes a name? Candidates, with what tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from byline.gazetteer import Entry, Gazetteer, fold
from byline.review.asked import country_code, country_name

MOST = 20
"""Candidates that are offered: of a name that hundreds bear, the most populous; a country after a comma narrows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that may be meant."""

    entry: Entry

    @property
    def inside(self) -> str:
        """What it lies in: state and country."""
        around = [self.entry.admin1 if self.entry.kind not in ("admin1", "country") else None, self.country]
        return ", ".join(word for word in around if word and word != self.entry.name)

    @property
    def country(self) -> str:
        """The name of its country."""
        return country_name(self.entry.country)


def candidates(words: str) -> tuple[Candidate, ...]:
    """Places that bear a name, the most populous first; "Springfield, Illinois" and "Oruro, BO" are narrowed to what
    lies there. A GeoNames id stands for itself."""
    wanted = " ".join(words.split())[:200]
    if not wanted:
        return ()
    gazetteer = Gazetteer.open()
    if wanted.isascii() and wanted.isdecimal():
        one = gazetteer.with_geonameid(int(wanted[:12]))
        return (Candidate(entry=one),) if one else ()
    found = gazetteer.find(wanted)
    name, comma, inside = wanted.rpartition(",")
    if comma and not found:
        found = tuple(one for one in gazetteer.find(name.strip()) if _lies_in(one, inside.strip()))
    return tuple(Candidate(entry=one) for one in found if one.geonameid is not None)[:MOST]


def _lies_in(entry: Entry, inside: str) -> bool:
    if not inside:
        return True
    return fold(inside) == fold(entry.admin1 or "") or (
        entry.country is not None and country_code(inside) == entry.country
    )
