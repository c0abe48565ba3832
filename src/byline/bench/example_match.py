"""Which coded event is which expected event: one to one, with the largest total similarity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from byline.bench.example_fields import fold, place_names, right, when_of
from byline.bench.example_gold import Expected
from byline.bench.scores import assign
from byline.model import Document, Event

TYPE, PLACE, ACTOR, TARGET = 3.0, 2.0, 2.0, 2.0
STATUS = MODE = DATE = NUMBERS = TRIGGER = 1.0
"""What agreement in each respect weighs. The type weighs most: an event of another type is mostly another event."""

COUNTS = ("count", "fatalities", "injuries", "arrests", "participants", "claimed_count", "quantities")

STEM = 4
"""First letters by which a trigger and a word of the gold's `what` are taken for one word ("arson", "arsonists")."""


def match(expected: Sequence[Expected], events: Sequence[Event], document: Document) -> dict[int, int]:
    """Index of an expected event → index of the coded event it is paired with; unlike pairs are left unpaired."""
    pairs = assign(expected, events, lambda one, other: similarity(one, other, document))
    return {i: j for i, j, _ in pairs}


def similarity(expected: Expected, event: Event, document: Document) -> float:
    """How alike an expected and a coded event are; 0 when they may not be paired.

    They may when (1) they are of one type (none and none is one), or their actors or targets share words; and (2)
    something else agrees: a place, an actor, a target, or, where they do not name different places, a date.
    """
    fields = expected.fields
    type_ = bool(fields["type"] == event.type)
    actor, target = (_right(name, fields, event, document) for name in ("actor", "target"))
    place, date = place_agreement(fields, event, document), date_agreement(fields, event)
    elsewhere = place == 0 and "places" in fields and bool(event.role("place"))
    if not (type_ or actor or target) or not (place or actor or target or (date and not elsewhere)):
        return 0.0
    return (
        TYPE * type_
        + PLACE * place
        + ACTOR * actor
        + TARGET * target
        + DATE * date
        + STATUS * bool(fields["status"] == event.status)
        + MODE * bool(fields.get("mode") == event.mode)
        + NUMBERS * any(_right(name, fields, event, document) for name in COUNTS)
        + TRIGGER * _said(expected.what, document.quote(event.trigger))
    )


def _right(field: str, fields: dict[str, object], event: Event, document: Document) -> bool:
    return field in fields and right(field, fields, event, document)


def place_agreement(fields: dict[str, object], event: Event, document: Document) -> float:
    """F1 of the coded places' names against the expected ones, from 0 to 1; 0 where either names none."""
    names = fields.get("places")
    wanted = {fold(str(name)) for name in names} if isinstance(names, list) else set()
    given = [place_names(document, mention) for mention in event.role("place")]
    if not wanted or not given:
        return 0.0
    hit = sum(any(name in names for names in given) for name in wanted)
    good = sum(bool(names & wanted) for names in given)
    return (hit + good) / (len(wanted) + len(given))


def date_agreement(fields: dict[str, object], event: Event) -> float:
    """1 when both days are the expected ones, 0.5 when the times overlap, 0 when not or where either is not known."""
    dates, when = fields.get("dates"), when_of(event)
    if not isinstance(dates, list) or when is None or when.start is None or when.end is None:
        return 0.0
    if [when.start, when.end] == dates:
        return 1.0
    return 0.5 if when.start <= dates[1] and dates[0] <= when.end else 0.0


def _said(what: str, trigger: str) -> bool:
    stems = {word[:STEM] for word in re.findall(r"\w{4,}", what.lower())}
    return any(word[:STEM] in stems for word in re.findall(r"\w{4,}", trigger.lower()))
