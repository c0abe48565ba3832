"""Where are the words of an event that a newer coding no longer has? At the event whose trigger has most of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from byline.model import Event, Span


def overlapping(gone: Event, events: Iterable[Event]) -> Event | None:
    """Of some events of the document the one whose trigger has most of the trigger's words and whose places have most
    of its places'; None where none has any of the trigger's."""
    near = [one for one in events if one.trigger.overlaps(gone.trigger)]
    return min(near, key=lambda one: (*_apart(one, gone), one.trigger.start, one.id)) if near else None


def _apart(one: Event, other: Event) -> tuple[int, int]:
    """How few characters of their triggers, and then of their places, two events share: the more the smaller."""
    spans = [[mention.span for mention in event.role("place")] for event in (one, other)]
    places = sum(_shared(left, right) for left, right in product(*spans))
    return -_shared(one.trigger, other.trigger), -places


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start) if one.overlaps(other) else 0
