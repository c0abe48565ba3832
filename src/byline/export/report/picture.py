"""What is to be seen of the incidents of an export? Counts of all of them, and those that tell most, in flat memory."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from byline.export.dossier import Dossier, Report
from byline.export.pins import Pin, drawn, pins
from byline.export.summary import summary

LISTED: Final = 300
"""Incidents that are listed one by one, the latest; more is what data files are for."""

TOLD_OF: Final = 40
"""Incidents whose attestation and differences are told, those of most reports."""

TELLING: Final = 12
"""Reports of an incident that are shown; how many there are is told."""

UNNAMED: Final = "no source named"

MOST_PLACES: Final = 50_000
"""Places that are counted apart; the rest are counted together."""

Item = TypeVar("Item")


@dataclass(slots=True, kw_only=True)
class Spot:
    """A place and how many incidents are told of it."""

    pin: Pin
    incidents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One report of an incident: who published it, when and where, and the sentence, with the way back to it."""

    source: str
    title: str | None
    published: str | None
    url: str | None
    sentence: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An incident as it is listed: its row, the reports that tell it, and how they differ, field by field.

    `sources` are at least and at most how many independent ones tell it; `copies` are reports that are copies."""

    row: dict[str, Any]
    reports: tuple[Telling, ...]
    sources: tuple[int, int]
    copies: int
    differ: tuple[tuple[str, str], ...] = ()
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A finding: what does not fit, how grave that is, and the words on both sides, each with its document's title."""

    id: str
    kind: str
    severity: str
    says: str
    claim: tuple[tuple[str, str], ...]
    against: tuple[tuple[str, str], ...]


class Most(Generic[Item]):
    """The items of the greatest keys, so many of them, whatever comes; of equal keys those that came first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[tuple[Any, int, Item]] = []
        self.met = 0

    def add(self, key: Any, item: Item) -> None:
        """Another item."""
        self.met += 1
        entry = (key, -self.met, item)
        if len(self._kept) < self._most:
            heapq.heappush(self._kept, entry)
        elif entry[:2] > self._kept[0][:2]:
            heapq.heapreplace(self._kept, entry)

    def items(self) -> list[Item]:
        """Those that were kept, the greatest first."""
        return [item for _, _, item in sorted(self._kept, key=lambda one: one[:2], reverse=True)]


@dataclass(slots=True, kw_only=True)
class Picture:
    """All that a report shows. `days` counts incidents by first and last day and status, `sources` by how many
    independent sources surely tell them; `differ` counts fields in which reports differ."""

    incidents: int = 0
    reports: int = 0
    days: Counter[tuple[date | None, date | None, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str | None, str | None]] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    countries: Counter[str | None] = field(default_factory=Counter)
    publishers: Counter[str] = field(default_factory=Counter)
    sources: Counter[int] = field(default_factory=Counter)
    differ: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    spots: dict[int | str, Spot] = field(default_factory=dict)
    unplaced: int = 0
    beyond: int = 0
    listed: Most[Shown] = field(default_factory=lambda: Most(LISTED))
    attested: Most[Shown] = field(default_factory=lambda: Most(TOLD_OF))
    differing: Most[Shown] = field(default_factory=lambda: Most(TOLD_OF))
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    weak: Sequence[Weak] = ()

    def add(self, dossier: Dossier) -> None:
        """Another incident."""
        places = pins(dossier)
        row = summary(dossier, places)
        self.incidents += 1
        self.reports += len(dossier.reports)
        self.days[_day(row["start"]), _day(row["end"]), row["status"]] += 1
        self.kinds[row["type"], row["mode"]] += 1
        self.statuses[row["status"]] += 1
        self.countries[row["country"]] += 1
        self.decided[row["decided"] or "undecided"] += 1
        self.sources[row["sources_low"]] += 1
        self.publishers.update({one.source_name or UNNAMED for one in dossier.reports})
        self._place(drawn(places))
        self._keep(_shown(dossier, row))

    def _place(self, places: Sequence[Pin]) -> None:
        self.unplaced += not places
        for pin in places:
            if pin.key not in self.spots and len(self.spots) >= MOST_PLACES:
                self.beyond += 1
                continue
            spot = self.spots.setdefault(pin.key, Spot(pin=pin))
            spot.incidents += 1
            if (pin.radius_km or 0) > (spot.pin.radius_km or 0):
                spot.pin = pin

    def _keep(self, one: Shown) -> None:
        row = one.row
        self.listed.add((row["start"] or "", row["id"]), one)
        if len(one.reports) > 1:
            self.attested.add((one.sources[0], row["reports"], row["id"]), one)
        if one.differ or one.disputed:
            self.differ.update(name for name, _ in one.differ)
            self.differing.add((bool(one.disputed), one.sources[1], row["reports"], row["id"]), one)


def _shown(dossier: Dossier, row: dict[str, Any]) -> Shown:
    standing = dossier.standing
    return Shown(
        row=row,
        reports=tuple(map(_telling, dossier.reports[:TELLING])),
        sources=standing.sources if standing else (1, 1),
        copies=standing.reports - standing.texts if standing else 0,
        differ=standing.differ if standing else (),
        disputed=standing.disputed if standing else (),
    )


def _telling(report: Report) -> Telling:
    document = report.record["document"]
    return Telling(
        source=report.source_name or UNNAMED,
        title=document["title"],
        published=document["published"],
        url=document["url"],
        sentence=report.record["sentence"]["text"],
        words=report.words,
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
