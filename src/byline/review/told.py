"""What an event tells, value by value, in words: each with the words of the report it rests on and what read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from byline.language.loaded import loaded
from byline.model import Document, Event, Mention, Place, Span, Speaker, When
from byline.model import Value as Resolved

STATUSES = {
    "reported": "told as new",
    "summary": "a sum of what is told",
    "denied": "denied",
    "planned": "planned",
    "hypothetical": "possible",
    "background": "told as history",
}
"""What each status means, in a few words."""

FEW = 3
"""Places that a line names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value: `name` says of what ("where"), `says` what it is, `details` how finely and on what ground.

    `spans` are the words it rests on; `quotes` the same as they stand there. `confidence` is None for what has none.
    """

    name: str
    says: str
    details: str = ""
    spans: tuple[Span, ...] = ()
    quotes: tuple[str, ...] = ()
    confidence: float | None = None
    by: str = ""


def kind(event: Event) -> str:
    """Type and mode of an event."""
    return " · ".join(word for word in (event.type or "no type", event.mode) if word)


def values(event: Event, document: Document, record: dict[str, Any]) -> tuple[Value, ...]:
    """The values of an event in the order of its questions: when, where, who, how many, quotes, whose word.

    `record` is the event's record: what it leaves out of a label, a report's loaded word, is quoted here.
    """
    return tuple(_values(event, document, record))


def _values(event: Event, document: Document, record: dict[str, Any]) -> Iterator[Value]:
    yield _when(event, document, record["when"])
    for mention, place in zip(event.role("place"), record["places"], strict=True):
        yield _of(mention, document, name="where", says=_place(place), details=_where(place))
    for mention, actor in zip(event.role("actor", "recipient", "instrument"), record["actors"], strict=True):
        names = {"actor": "who", "recipient": "to whom", "instrument": "with what"}
        yield _of(mention, document, name=names[mention.role], says=_actor(actor), details=_kinds(actor))
    for mention, quantity in zip(event.role("quantity"), record["quantities"], strict=True):
        yield _of(mention, document, name="how many", says=_quantity(quantity), details=_according_to(quantity))
    for role in ("quote", "demand"):
        for mention in event.mentions:
            if mention.role == role:
                yield _of(mention, document, name=role, says="")
    yield _attribution(event, document, record["attribution"])


def when(event: Event) -> str:
    """When an event was, in a line: "not told" where nothing says it."""
    value = next((one.value for one in event.role("when") if isinstance(one.value, When)), None)
    return days(value.start, value.end) if value else "not told"


def where(event: Event) -> str:
    """Where an event was, in a line: the first places, and how many more; "not told" where nothing says it."""
    told = list(dict.fromkeys(_name(one.value) for one in event.role("place")))
    more = f" and {len(told) - FEW} more" if len(told) > FEW else ""
    return "; ".join(told[:FEW]) + more or "not told"


def _name(place: Resolved | None) -> str:
    if not isinstance(place, Place):
        return "not resolved"
    return f"{place.name}, {place.country}" if place.country and place.precision != "country" else place.name


def days(start: date | None, end: date | None) -> str:
    """A day, or from when to when; "not told" where neither is known."""
    first, last = start or end, end or start
    if first is None or last is None:
        return "not told"
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def quoted(words: str) -> str:
    """A report's words where a label is looked for: in quotation marks where they hold a loaded word."""
    return f"“{words}”" if loaded(None).found(words) and not words.startswith(("“", '"')) else words


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _of(mention: Mention, document: Document, *, name: str, says: str, details: str = "") -> Value:
    spans = (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))
    return Value(
        name=name,
        says=says,
        details=details,
        spans=spans,
        quotes=_quotes(document, spans),
        confidence=mention.score,
        by=mention.by,
    )


def _quotes(document: Document, spans: Sequence[Span]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(document.quote(span).split()) for span in spans))


def _when(event: Event, document: Document, when: dict[str, Any]) -> Value:
    told = event.role("when")
    if not told:
        return Value(name="when", says="not told")
    mention = next((one for one in told if isinstance(one.value, When)), told[0])
    value = mention.value
    if not isinstance(value, When):
        return _of(mention, document, name="when", says="not resolved")
    ground = {"relative": "from the words and the day of publication", "inherited": "from another sentence"}
    details = [value.precision, ground.get(value.basis, value.basis)]
    return _of(mention, document, name="when", says=days(value.start, value.end), details=", ".join(details))


def _place(place: dict[str, Any]) -> str:
    if not place["name"]:
        return f"{quoted(place['text'])} (not resolved)"
    relation = "" if place["relation"] == "in" else f"{place['relation']} "
    inside = [place["admin1"] if place["precision"] in ("city", "site", "district") else None, place["country"]]
    around = [word for word in inside if word and word != place["name"]]
    return relation + ", ".join([place["name"], *around])


def _where(place: dict[str, Any]) -> str:
    if not place["precision"]:
        return ""
    radius = f"within {place['radius_km']:,.0f} km" if place["radius_km"] else ""
    basis = "" if place["basis"] == "stated" else place["basis"]
    says = f"says {place['attribution']}" if place["attribution"] else ""
    return ", ".join(word for word in (place["precision"], radius, basis, says) if word)


def _actor(actor: dict[str, Any]) -> str:
    words, name = quoted(actor["text"]), actor["name"] or ""
    return words if not name or name.casefold() in words.casefold() else f"{words} ({name})"


def _kinds(actor: dict[str, Any]) -> str:
    return ", ".join(word for word in (actor["kind"], actor["sector"], actor["code"]) if word)


def _quantity(one: dict[str, Any]) -> str:
    low, high = one["low"], one["high"]
    if low is not None and high is not None:
        amount = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    else:
        amount = f"{low:,} or more" if low is not None else f"up to {high:,}" if high is not None else "not known"
    return f"{one['what']}: {amount}"


def _according_to(one: dict[str, Any]) -> str:
    return f"says {one['attribution']}" if one["attribution"] else ""


def _attribution(event: Event, document: Document, told: dict[str, Any]) -> Value:
    party = "a party to it" if told["interest"] == "party" else ""
    details = ", ".join(word for word in (told["kind"], party) if word)
    mention = next((one for one in event.role("speaker") if isinstance(one.value, Speaker)), None)
    if mention is None:
        return Value(name="according to", says=told["source"] or "the report itself", details=details)
    says = told["source"] or quoted(document.quote(mention.span))
    return _of(mention, document, name="according to", says=says, details=details)
