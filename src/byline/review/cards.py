"""The events of a report as cards: each with its values, the marks of their words, and what people decided of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from byline.deciding.edit import DecidedEvent
from byline.model import Decision, Document, Event
from byline.project import decided as asked
from byline.review import told
from byline.review.others import Others
from byline.review.segments import Mark
from byline.review.site import Site
from byline.review.told import Value

COLOURS = 7
PATTERNS = 5
"""Colours and underlines of marks in the style sheet: together they tell 35 events of a page apart."""

FIELDS = {
    "when": "when",
    "where": "places",
    "who": "actors",
    "to whom": "actors",
    "with what": "actors",
    "how many": "quantities",
    "according to": "attribution",
}
"""The field of the record that each value on a card belongs to: what is edited together."""

STATES = {
    "undecided": "undecided",
    "accepted": "accepted",
    "edited": "edited",
    "rejected": "rejected",
    "new": "added by hand",
}
"""What people made of an event, in a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value of an event, and the marks of the words it rests on that are on this page. `field` is edited with it."""

    value: Value
    marks: tuple[Mark, ...]

    @property
    def field(self) -> str | None:
        """The field of the record that it belongs to; None for what cannot be edited."""
        return FIELDS.get(self.value.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A decision that was taken on another reading, and what reads otherwise now, field by field: before and now."""

    decision: Decision
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An event beside the text. `number` counts the document's events; `trigger` is the mark of its trigger; `seen` the
    hash of what is on screen; `others` what other reports of the happening tell; `asking` what is asked again."""

    number: int
    decided: DecidedEvent
    kind: str
    acled: str | None
    values: tuple[Told, ...]
    trigger: Mark
    marks: tuple[Mark, ...]
    seen: str
    others: Others | None = None
    asking: tuple[Asking, ...] = ()

    @property
    def event(self) -> Event:
        """The event, with the values that count."""
        return self.decided.event

    @property
    def fields(self) -> frozenset[str]:
        """The fields of the record of which it has a value."""
        return frozenset(one.field for one in self.values if one.field and (one.marks or one.value.spans))

    @property
    def waits(self) -> bool:
        """Whether a person's word is asked for."""
        return self.decided.state == "undecided" or self.decided.differs or bool(self.asking)

    @property
    def gone(self) -> bool:
        """Whether it is held to be none, or told twice."""
        return self.decided.state == "rejected"

    @property
    def look(self) -> str:
        """The classes of its marks."""
        return look(self.number)


def look(number: int) -> str:
    """The classes of an event's marks: a colour and an underline, which come round at different times."""
    return f"c{number % COLOURS} p{number % PATTERNS}"


def numbered(events: Iterable[DecidedEvent]) -> dict[int, DecidedEvent]:
    """The events of a document by their numbers, in the order of their triggers, those of the title first."""
    in_order = sorted(
        events, key=lambda one: (one.event.trigger.part != "title", one.event.trigger.start, one.event.id)
    )
    return dict(enumerate(in_order, start=1))


def waiting(events: Iterable[DecidedEvent]) -> int:
    """How many events wait for a person's word: undecided, told differently by people, or to be asked again."""
    return sum(one.state == "undecided" or one.differs or bool(one.asks) for one in events)


def cards(
    site: Site,
    document: Document,
    events: Mapping[int, DecidedEvent],
    *,
    pipeline_id: str,
    others: Mapping[str, Others],
) -> Iterator[Card]:
    """The cards of some events of a document, by their numbers; `others` by the ids of events that have some."""
    following = 0
    for number, decided in events.items():
        event = decided.event
        record = site.project.record(event, document, pipeline_id=pipeline_id)
        marks = [
            Mark(number=following + nth, event=number, kind="trigger", span=span)
            for nth, span in enumerate((event.trigger, *event.told))
        ]
        values = []
        for value in told.values(event, document, record):
            its = tuple(
                Mark(number=following + len(marks) + nth, event=number, kind="value", span=span)
                for nth, span in enumerate(value.spans)
            )
            marks += its
            values.append(Told(value=value, marks=its))
        yield Card(
            number=number,
            decided=decided,
            kind=told.kind(event),
            acled=record["acled"]["sub_event_type"] if record["acled"] else None,
            values=tuple(values),
            trigger=marks[0],
            marks=tuple(marks),
            seen=decided.seen,
            others=others.get(event.id),
            asking=tuple(asking(site, one) for one in decided.asks),
        )
        following += len(marks)


def asking(site: Site, decision: Decision) -> Asking:
    """A decision to be asked again, with what changed since it was taken."""
    changes = asked.changes(site.project.store, decision)
    return Asking(decision=decision, changes=tuple((one.field, one.seen, one.now) for one in changes))
