"""Is it one happening, or one a place? Lists that tell an event a place, and sums with the events they sum up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import howmany
from byline.coding.absorb import places_of, quantities, same_day
from byline.model import Event, Mention, Place, event_id

if TYPE_CHECKING:
    from byline.coding.page import Page


# A list, or a sum, has at least this many members.
_MIN_MEMBERS = 2


def distribute(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a distributive list as an event a place: "two centers were torched in A and B". A list on a count
    that does not match it, or on a word for one campaign, stays one event with many places."""
    result: list[Event] = []
    for event in events:
        places = event.role("place")
        if len(places) < _MIN_MEMBERS or page.trigger(event).sense.campaign or event.type not in ("ASSAULT", "COERCE"):
            result.append(event)
            continue
        matched = all(value.low == value.high == len(places) for value in quantities(event))
        if not matched or _told_one_by_one(event, places, events):
            result.append(event)
            continue
        rest = tuple(
            howmany.share(mention) if mention.role == "quantity" else mention
            for mention in event.mentions
            if mention.role != "place"
        )
        result += [
            replace(
                event,
                id=event_id(document_id=event.document_id, trigger=event.trigger, place=place.span),
                mentions=(*rest, place),
            )
            for place in places
        ]
    return tuple(result)


def _told_one_by_one(event: Event, places: tuple[Mention, ...], events: tuple[Event, ...]) -> bool:
    """True when further events of the kind are told after it in its places, one each: then it is their sum."""
    names = {mention.value.name for mention in places if isinstance(mention.value, Place)}
    told = {
        mention.value.name
        for other in events
        if other.type == event.type and other.trigger.start > event.trigger.end and len(other.role("place")) == 1
        for mention in other.role("place")
        if isinstance(mention.value, Place)
    }
    return len(names & told) >= _MIN_MEMBERS


def summaries(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a sum marked as one: an event of several places and a count, followed by events of its type and days,
    each in one of its places, is their summary and lists them."""
    result = list(events)
    for number, event in enumerate(result):
        places = {place.name for place in places_of(event)}
        if (
            event.type is None
            or len(places) < _MIN_MEMBERS
            or event.status != "reported"
            or page.trigger(event).sense.campaign
        ):
            continue
        members = [
            one.id
            for one in result
            if one.id != event.id
            and one.type == event.type
            and one.status == "reported"
            and _part_of(one, event, places)
        ]
        if len(members) >= _MIN_MEMBERS:
            result[number] = replace(event, status="summary", members=tuple(members))
    return tuple(result)


def _part_of(one: Event, whole: Event, places: set[str]) -> bool:
    mine = {place.name for place in places_of(one)}
    return len(mine) == 1 and mine <= places and same_day(one, whole)
