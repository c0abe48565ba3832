"""Which rows of two tables tell of the same, and where do these differ? Rows of one event are found by their ids; else
by day, place and kind, the likest first, each once."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from byline.export.entries import Entry, Form, apart_km

How = Literal["id", "like"]
"""How two rows were matched: by the id of the row or of what it came from; as they are like each other."""

NEAR_KM, FAR_KM = 10.0, 50.0
"""Two places within these are the same, or may be: a town's middle is some kilometres off by gazetteer; a village is
often told by its market town."""

LONGEST: Final = 31
"""Days of a row that are looked at: no row of ACLED's stands for more than a month."""

ENOUGH: Final = 3.0
"""What a match must weigh at least: the day or the place alike and the other near, or both near and the same kind."""

COMPARED: Final[Mapping[Form, tuple[str, ...]]] = {
    "acled": (
        "event_date", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1", "inter1", "actor2",
        "inter2", "interaction", "civilian_targeting", "country", "admin1", "location", "geo_precision", "fatalities",
    ),
    "plover": ("date", "enddate", "event", "mode", "context", "actor", "recipient", "place", "size"),
    "jsonl": (),
    "csv": (),
}  # fmt: skip
"""What is compared of rows that are only alike; all that both have of those of one id."""

_YEARS: Final = re.compile(r" \(\d{4}-(?:\d{4})?\)")

NEVER: Final = frozenset({"timestamp", "decided", "confidence", "pipeline_id"})
"""What is no value of an event: when and by what it was coded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two rows of the same: ours and theirs, how they were matched, and the fields in which they differ (theirs, then
    ours)."""

    here: Entry
    there: Entry
    how: How
    differ: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of holding their table against ours: rows of both, and those that only one has."""

    form: Form
    matched: tuple[Pair, ...]
    only_here: tuple[Entry, ...]
    only_there: tuple[Entry, ...]

    def fields(self) -> dict[str, int]:
        """In how many matched rows each field differs, the most first."""
        counted = Counter(name for pair in self.matched for name in pair.differ)
        return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def compare(form: Form, here: Sequence[Entry], there: Sequence[Entry]) -> Comparison:
    """Their table held against ours, both of one format."""
    pairs = list(_by_id(here, there))
    left, right = _rest(here, (one for one, _ in pairs)), _rest(there, (other for _, other in pairs))
    alike = list(_alike(left, right))
    return Comparison(
        form=form,
        matched=tuple(
            [*(pair(form, one, other, how="id") for one, other in pairs)]
            + [pair(form, one, other, how="like") for one, other in alike]
        ),
        only_here=tuple(_rest(left, (one for one, _ in alike))),
        only_there=tuple(_rest(right, (other for _, other in alike))),
    )


def pair(form: Form, here: Entry, there: Entry, *, how: How) -> Pair:
    """Two rows of the same, and where they differ."""
    same_row = how == "id" and here.id == there.id
    names = [name for name in here.values if name in there.values] if same_row else COMPARED[form]
    differ = {
        name: (there.values[name], here.values.get(name, ""))
        for name in names
        if name in there.values and name not in NEVER and _told(name, there) != _told(name, here)
    }
    return Pair(here=here, there=there, how=how, differ=differ)


def _told(name: str, one: Entry) -> str:
    """A value as it is compared: ACLED's years of an actor are not told in reports, and its articles come and go."""
    value = one.values.get(name, "")
    return _YEARS.sub("", value).replace(" of the ", " of ") if name in ("actor1", "actor2") else value


def likeness(one: Entry, other: Entry) -> float:
    """How much two rows tell of the same: up to 2 each for the day, the place and the kind; 0 where a day or a place
    shuts that out."""
    day, place = _days_alike(one, other), _places_alike(one, other)
    if not day or not place:
        return 0.0
    kind = 2.0 if one.fine and one.fine == other.fine else 1.0 if one.kind and one.kind == other.kind else 0.0
    return day + place + kind


def _by_id(here: Sequence[Entry], there: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Rows of one id; then those that came from one event of ours, in order."""
    by_id = {one.id: one for one in reversed(here) if one.id}
    taken: set[int] = set()
    left = []
    for other in there:
        one = by_id.get(other.id) if other.id else None
        if one is not None and id(one) not in taken:
            taken.add(id(one))
            yield one, other
        else:
            left.append(other)
    by_event: dict[str, list[Entry]] = defaultdict(list)
    for one in here:
        if one.byline and id(one) not in taken:
            by_event[one.byline].append(one)
    for other in left:
        if other.byline and by_event.get(other.byline):
            best = max(by_event[other.byline], key=lambda one: (likeness(one, other), one.id))
            by_event[other.byline].remove(best)
            yield best, other


def _rest(entries: Iterable[Entry], taken: Iterable[Entry]) -> list[Entry]:
    gone = {id(one) for one in taken}
    return [one for one in entries if id(one) not in gone]


def _alike(here: Sequence[Entry], there: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs that are like each other enough, the likest first, each row once."""
    by_day: dict[tuple[str | None, date], list[int]] = defaultdict(list)
    for number, one in enumerate(here):
        for day in _days(one):
            by_day[one.country, day].append(number)
    found = []
    for number, other in enumerate(there):
        near = {at for day in _days(other, around=1) for at in by_day.get((other.country, day), ())}
        found += [
            (-likeness(here[at], other), here[at].id, other.id, at, number)
            for at in near
            if likeness(here[at], other) >= ENOUGH
        ]
    ours, theirs = set[int](), set[int]()
    for *_, at, number in sorted(found):
        if at not in ours and number not in theirs:
            ours.add(at)
            theirs.add(number)
            yield here[at], there[number]


def _days(one: Entry, *, around: int = 0) -> Iterator[date]:
    if one.first is None:
        return
    last = min(one.last or one.first, one.first + timedelta(days=LONGEST - 1))
    for number in range(-around, (last - one.first).days + 1 + around):
        yield one.first + timedelta(days=number)


def _days_alike(one: Entry, other: Entry) -> float:
    if one.first is None or other.first is None:
        return 0.0
    gap = max(one.first, other.first) - min(one.last or one.first, other.last or other.first)
    return 2.0 if gap.days <= 0 else 1.0 if gap.days == 1 else 0.0


def _places_alike(one: Entry, other: Entry) -> float:
    if one.names & other.names:
        return 2.0
    if not one.points or not other.points:
        return 0.0
    gap = min(apart_km(here, there) for here in one.points for there in other.points)
    return 2.0 if gap <= NEAR_KM else 1.0 if gap <= FAR_KM else 0.0
