"""When is a field of a coded event right? One function a field, over what an example's gold states."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from byline.bench.actors import said, same_words
from byline.gazetteer import Gazetteer
from byline.model import Counted, Document, Event, Mention, Place, Quantity, Role, Speaker, When

ALTERNATIVES = " / "
"""Separates the words of which either will do in a gold file's actor or target."""

KINDS_OF_PLACE = re.compile(r"\b(province|region|district|department|state|city|county)\b")
"""Words that may follow a place's name without making it another place."""

BESIDE = ("near", "from", "to")
"""Relations of places that an event is told with, without having happened there."""

Check = Callable[[Any, Event, Document], bool]
DocumentCheck = Callable[[Any, Document, Iterable[Event]], bool]


def fold(name: str) -> str:
    """A place's name without case, marks, and words for its kind."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in KINDS_OF_PLACE.sub("", letters) if char.isalnum())


def place_names(document: Document, mention: Mention) -> set[str]:
    """The folded names of a place: as told, and as resolved."""
    return {fold(name) for name in said(document, mention)} - {""}


def place_of(mention: Mention) -> Place | None:
    """The place a mention was resolved to, None where it was not."""
    return mention.value if isinstance(mention.value, Place) else None


def when_of(event: Event) -> When | None:
    """The event's time: its first that was resolved."""
    return next((m.value for m in event.role("when") if isinstance(m.value, When)), None)


def quantities(event: Event, *what: Counted) -> Iterator[Quantity]:
    """The event's numbers of `what` is counted, all of them when nothing is named."""
    for mention in event.role("quantity"):
        if isinstance(mention.value, Quantity) and (not what or mention.value.what in what):
            yield mention.value


def meant(expected: Iterable[str], event: Event, document: Document) -> list[Mention]:
    """The event's place mentions that bear one of the expected names."""
    wanted = {fold(name) for name in expected}
    return [mention for mention in event.role("place") if place_names(document, mention) & wanted]


def _places(expected: list[str], event: Event, document: Document) -> bool:
    """Each expected place is told, and no other as where it happened."""
    wanted = {fold(name) for name in expected}
    mentions = event.role("place")
    told = {name for mention in mentions for name in place_names(document, mention)}
    return wanted <= told and all(
        place_names(document, mention) & wanted
        for mention in mentions
        if (place := place_of(mention)) is None or place.relation not in BESIDE
    )


def resolved(event: Event, fields: dict[str, Any], document: Document) -> list[Place]:
    """The places that the fields about places speak of: those named in the gold, all of the event's otherwise."""
    mentions = meant(fields["places"], event, document) if "places" in fields else list(event.role("place"))
    return [place for mention in mentions if (place := place_of(mention)) is not None]


def _dates(expected: list[date], event: Event, document: Document) -> bool:
    when = when_of(event)
    return when is not None and [when.start, when.end] == expected


def _date_precision(expected: str, event: Event, document: Document) -> bool:
    when = when_of(event)
    return when is not None and when.precision == expected


def _date_text(expected: str, event: Event, document: Document) -> bool:
    return any(expected in document.quote(mention.span) for mention in event.role("when"))


def words_in(*roles: Role) -> Check:
    """A check that some mention of `roles` has the gold's words (a shared word of four letters, or containment)."""

    def check(expected: Any, event: Event, document: Document) -> bool:
        wanted = str(expected).split(ALTERNATIVES)
        given = [text for mention in event.role(*roles) for text in said(document, mention)]
        return any(same_words(a, b) for a in wanted for b in given)

    return check


def number(expected: Any, quantity: Quantity) -> bool:
    """True when a quantity is the number of the gold: exactly, or with the bounds that the gold states."""
    if not isinstance(expected, dict):
        return bool(quantity.low == expected and quantity.high == expected)
    if "value" in expected:
        return bool(quantity.low == expected["value"])
    return all(getattr(quantity, side) == expected[side] for side in ("low", "high") if side in expected)


def counted(*what: Counted) -> Check:
    """A check that some number of `what` is the gold's."""
    return lambda expected, event, document: any(number(expected, quantity) for quantity in quantities(event, *what))


def _quantities(expected: list[dict[str, Any]], event: Event, document: Document) -> bool:
    return all(any(number(row, quantity) for quantity in quantities(event)) for row in expected)


def _near(expected: str, event: Event, document: Document) -> bool:
    near = [m for m in event.role("place") if (place := place_of(m)) is not None and place.relation == "near"]
    return any(same_words(expected, text) for mention in near for text in said(document, mention))


FIELDS: dict[str, Check] = {
    "type": lambda expected, event, document: event.type == expected,
    "status": lambda expected, event, document: event.status == expected,
    "mode": lambda expected, event, document: event.mode == expected,
    "dates": _dates,
    "date_precision": _date_precision,
    "date_text": _date_text,
    "places": _places,
    "place_count": lambda expected, event, document: len(event.role("place")) == expected,
    "places_listed": lambda expected, event, document: len(event.role("place")) == expected,
    "near": _near,
    "actor": words_in("actor"),
    "target": words_in("recipient"),
    "named_target": words_in("recipient"),
    "instrument": words_in("instrument"),
    "demand": words_in("demand"),
    "attribution": words_in("speaker"),
    "count": counted("targets", "items", "abductions", "arrests"),
    "claimed_count": counted("targets", "items"),
    "claimed_place_count": counted("places"),
    "fatalities": counted("fatalities"),
    "injuries": counted("injuries"),
    "arrests": counted("arrests"),
    "participants": counted("participants"),
    "quantities": _quantities,
    "quotes": lambda expected, event, document: len(event.role("quote")) == expected,
}
"""The check of each field that needs nothing but the event itself."""


def _same_admin1(expected: str, place: Place) -> bool:
    """True when the gold's name of a province is the place's, or one that the gazetteer lists for it."""
    names = {entry.name for entry in Gazetteer.open().find(expected) if entry.kind == "admin1"} | {expected}
    return any(fold(place.admin1 or "") == fold(name) for name in names)


PLACE_FIELDS: dict[str, Callable[[Any, list[Place]], bool]] = {
    "country": lambda expected, places: bool(places) and all(place.country == expected for place in places),
    "precision": lambda expected, places: bool(places) and all(place.precision == expected for place in places),
    "admin1": lambda expected, places: any(_same_admin1(expected, place) for place in places),
    "geonameid": lambda expected, places: any(place.geonameid == expected for place in places),
}
"""Fields about the places that the field `places` names, or about all where it names none."""


EVENT_FIELDS = frozenset({*FIELDS, *PLACE_FIELDS, "members"})
"""Everything that an example may state of an event; `members` is checked where all events are at hand."""


def right(field: str, fields: dict[str, Any], event: Event, document: Document) -> bool:
    """True when a coded event has what the gold's `fields` state under `field` (`members` aside)."""
    if field in PLACE_FIELDS:
        return PLACE_FIELDS[field](fields[field], resolved(event, fields, document))
    return FIELDS[field](fields[field], event, document)


def _same(one: str, other: str | None) -> bool:
    return other is not None and " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _byline(expected: str, document: Document, events: Iterable[Event]) -> bool:
    return document.byline is not None and expected.casefold() in " ".join(document.byline.split()).casefold()


def _dateline(expected: dict[str, Any], document: Document, events: Iterable[Event]) -> bool:
    line = document.dateline
    if line is None or line.date != expected.get("date"):
        return False
    return "place" not in expected or fold(expected["place"]) == fold(line.place or "")


def _interest(expected: str, document: Document, events: Iterable[Event]) -> bool:
    """Every event told as new has a speaker, and whoever speaks for the byline has the interest."""
    told = [event for event in events if event.status == "reported"]
    speakers = [m.value for event in told for m in event.role("speaker") if isinstance(m.value, Speaker)]
    lines = [speaker for speaker in speakers if speaker.kind == "byline"]
    return bool(lines) and all(speaker.interest == expected for speaker in lines)


DOCUMENT_FIELDS: dict[str, DocumentCheck] = {
    "title": lambda expected, document, events: _same(expected, document.title),
    "byline": _byline,
    "dateline": _dateline,
    "published": lambda expected, document, events: document.published == expected,
    "language": lambda expected, document, events: document.language == expected,
    "boilerplate": lambda expected, document, events: not any(line in document.text for line in expected),
    "repeated": lambda expected, document, events: document.text.count(expected) == 1,
    "source_interest": _interest,
}
"""The check of each field that an example states of the document."""
