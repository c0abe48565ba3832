"""Which event of one coder is which of another's, and in which fields the two differ."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

from byline.deciding import DecidedEvent
from byline.model import Actor, Event, Mention, Place, Quantity, Role, Span, When

Measure = Literal["nominal", "interval", "set"]
"""How far two values are apart: the same or not; by how many days or people; by how much two sets share (MASI)."""

FieldName = Literal[
    "type", "mode", "status", "start", "precision", "places", "actors", "recipients", "fatalities", "injuries"
]

Compared = Hashable
"""What is compared of a field: a word, a number, or a frozenset; None where the coder gives no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that is compared: by what measure, what of the event, and the field of a decision that sets it."""

    name: FieldName
    says: str
    measure: Measure
    of: Callable[[Event], Compared]
    set_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One happening as each of two coders has it; None where one has it not, which is a difference in itself.

    `both_rejected`: the machine's event that both say is none.
    """

    first: DecidedEvent | None
    second: DecidedEvent | None
    both_rejected: bool = False

    @property
    def differs(self) -> bool:
        """Whether the two coders say different things."""
        return not self.both_rejected and (not self.first or not self.second or bool(self.differences()))

    def differences(self) -> tuple[Field, ...]:
        """The fields in which two events differ; none where only one coder has it."""
        if self.first is None or self.second is None:
            return ()
        one, other = self.first.event, self.second.event
        return tuple(field for field in FIELDS if field.of(one) != field.of(other))


def pairs(first: Sequence[DecidedEvent], second: Sequence[DecidedEvent]) -> tuple[Pair, ...]:
    """The events of two coders, those with overlapping triggers put together: the same event first, then those that
    share most of their triggers and then of their places. In the order of the text."""
    left = [one for one in first if one.state != "rejected"]
    right = [one for one in second if one.state != "rejected"]
    found: list[tuple[DecidedEvent, DecidedEvent]] = []
    candidates = sorted(
        ((one, other) for one, other in product(left, right) if one.event.trigger.overlaps(other.event.trigger)),
        key=lambda pair: _apart(pair[0].event, pair[1].event),
    )
    taken: set[str] = set()
    for one, other in candidates:
        if {f"1{one.event.id}", f"2{other.event.id}"} & taken:
            continue
        taken |= {f"1{one.event.id}", f"2{other.event.id}"}
        found.append((one, other))
    made = [Pair(first=one, second=other) for one, other in found]
    made += [Pair(first=one, second=None) for one in left if f"1{one.event.id}" not in taken]
    made += [Pair(first=None, second=other) for other in right if f"2{other.event.id}" not in taken]
    made += _both_rejected(first, second)
    return tuple(sorted(made, key=_place))


def _both_rejected(first: Sequence[DecidedEvent], second: Sequence[DecidedEvent]) -> list[Pair]:
    gone = {one.event.id: one for one in second if one.state == "rejected"}
    return [
        Pair(first=one, second=gone[one.event.id], both_rejected=True)
        for one in first
        if one.state == "rejected" and one.event.id in gone
    ]


def _apart(one: Event, other: Event) -> tuple[int, int, int, str, str]:
    """The nearer the smaller: the same event, then by the characters that triggers and then places share."""
    places = sum(_shared(mine.span, its.span) for mine, its in product(one.role("place"), other.role("place")))
    return int(one.id != other.id), -_shared(one.trigger, other.trigger), -places, one.id, other.id


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start) if one.overlaps(other) else 0


def _place(pair: Pair) -> tuple[bool, str, int, int, str]:
    one = pair.first or pair.second
    assert one is not None  # a pair has a side
    trigger = one.event.trigger
    return trigger.part != "title", trigger.part, trigger.start, trigger.end, one.event.id


# What is compared


def _when(event: Event) -> When | None:
    return next((one.value for one in event.role("when") if isinstance(one.value, When)), None)


def _start(event: Event) -> int | None:
    """The first day, as a number of days."""
    when = _when(event)
    day = (when.start or when.end) if when else None
    return day.toordinal() if day else None


def _places(event: Event) -> frozenset[Hashable]:
    """By their number in the gazetteer; the name where they have none."""
    found = (one.value for one in event.role("place"))
    return frozenset(one.geonameid or one.name.casefold() for one in found if isinstance(one, Place))


def _actors(role: Role) -> Callable[[Event], frozenset[Hashable]]:
    """By their code; the name where they have none, and the words' place where not even that."""

    def of(event: Event) -> frozenset[Hashable]:
        return frozenset(map(_actor, event.role(role)))

    return of


def _actor(mention: Mention) -> Hashable:
    value = mention.value
    return (value.code or value.name.casefold()) if isinstance(value, Actor) else (mention.span.start, mention.span.end)


def _number(what: str) -> Callable[[Event], float | None]:
    """The least that is told; the first where several speakers tell different ones."""

    def of(event: Event) -> float | None:
        told = (one.value for one in event.role("quantity"))
        found = next((one for one in told if isinstance(one, Quantity) and one.what == what), None)
        return None if found is None else found.low if found.low is not None else found.high

    return of


FIELDS: Final[tuple[Field, ...]] = (
    Field(name="type", says="type", measure="nominal", of=lambda event: event.type or "(none)", set_by="type"),
    Field(name="mode", says="mode", measure="nominal", of=lambda event: event.mode or "(none)", set_by="mode"),
    Field(name="status", says="status", measure="nominal", of=lambda event: event.status, set_by="status"),
    Field(name="start", says="first day", measure="interval", of=_start, set_by="when"),
    Field(
        name="precision",
        says="precision of the date",
        measure="nominal",
        of=lambda event: when.precision if (when := _when(event)) else "(none)",
        set_by="when",
    ),
    Field(name="places", says="places", measure="set", of=_places, set_by="places"),
    Field(name="actors", says="actors", measure="set", of=_actors("actor"), set_by="actors"),
    Field(name="recipients", says="recipients", measure="set", of=_actors("recipient"), set_by="actors"),
    Field(name="fatalities", says="fatalities", measure="interval", of=_number("fatalities"), set_by="quantities"),
    Field(name="injuries", says="injuries", measure="interval", of=_number("injuries"), set_by="quantities"),
)
"""The fields of an event that coders are compared in."""

BY_NAME: Final[Mapping[str, Field]] = {field.name: field for field in FIELDS}


def masi(one: frozenset[Hashable], other: frozenset[Hashable]) -> float:
    """How far two sets are apart, from 0 (equal) to 1 (nothing shared): one less Jaccard's share, weighted by whether
    they are equal (1), one holds the other (2/3), or they cross (1/3), after Passonneau (2006). Two empty sets are
    equal."""
    if one == other:
        return 0.0
    shared = len(one & other)
    if not shared:
        return 1.0
    return 1.0 - shared / len(one | other) * (2 / 3 if one < other or other < one else 1 / 3)
