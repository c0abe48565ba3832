"""What did a person mean by a few plain words: a day, a place, who, how many, whose word? The short forms of values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Final, cast, get_args

from byline.deciding import places, told
from byline.errors import DecisionError
from byline.gazetteer.names import fold
from byline.language import data, english
from byline.model import Actor, ActorKind, Counted, Mention, Quantity, Role, Span, Speaker, Value, When, WhenPrecision

ACTOR_ROLES: Final = ("actor", "recipient", "instrument")

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_NUMBER = r"\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"([a-z]+)\s+(?:({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})|({_NUMBER})(\+)?|(?:up to|≤)\s*({_NUMBER}))"
)


def when(text: str) -> When:
    """The days of "2026-03-12", "2026-03", "2026" or "2026-03-12/2026-03-14". Raises DecisionError."""
    ends = [_days(one.strip()) for one in text.split("/")]
    if not 1 <= len(ends) <= 2 or None in ends:
        raise _no_day(text)
    start, end = ends[0][0], ends[-1][1]  # type: ignore[index]
    if start > end or (len(ends) == 2 and ends[0][0] > ends[1][0]):  # type: ignore[index]
        raise _no_day(text)
    return When(start=start, end=end, precision=precision(start, end), basis="stated")


def when_written(value: When) -> str | None:
    """A When as its plain form; None where none says all of it."""
    if value.start is None or value.end is None or value.basis != "stated":
        return None
    if value.precision != precision(value.start, value.end):
        return None
    if value.start == value.end:
        return value.start.isoformat()
    form = {"month": "%Y-%m", "year": "%Y"}.get(value.precision)
    if form is not None and value.start.year >= 1000:
        return value.start.strftime(form)
    return f"{value.start.isoformat()}/{value.end.isoformat()}"


def precision(start: date, end: date) -> WhenPrecision:
    """How finely two days say when: a whole month or year is one, all else is days."""
    if start.day == 1 and end == _last(start.year, start.month):
        return "month"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return "year"
    return "day"


def mentions(field: str, text: str, *, trigger: Span) -> Iterator[Mention]:
    """The mentions of a plain form, each resting on the trigger. Raises DecisionError."""
    if field == "when":
        yield _mention("when", when(text), trigger)
    elif field == "attribution":
        yield _mention("speaker", Speaker(name=told.name(text, what="a speaker"), kind="named source"), trigger)
    else:
        for part in filter(None, map(str.strip, text.split(";"))):
            if field == "places":
                yield _mention("place", places.named(part), trigger)
            elif field == "quantities":
                yield _mention("quantity", _quantity(part), trigger)
            else:
                yield _actor(part, trigger)


def _mention(role: Role, value: Value, span: Span) -> Mention:
    return Mention(role=role, span=span, value=value)


def _actor(text: str, trigger: Span) -> Mention:
    """ "police", or "recipient: protesters"."""
    role, colon, name = text.partition(":")
    if not colon:
        role, name = "actor", text
    role = told.one_of(role.strip(), ACTOR_ROLES, what="role of an actor")
    if not (whole := told.name(name, what="the name of an actor")):
        raise DecisionError(f"{text!r} names nobody; write it as: recipient: protesters")
    kind: ActorKind = "object" if role == "instrument" else "individual" if _is_a_person(whole) else "group"
    actor = Actor(name=whole, kind=kind)
    return _mention(role, actor, trigger)  # type: ignore[arg-type]


def _is_a_person(name: str) -> bool:
    """Whether a plain name reads as a person's: capitalised words, the first a given name. One too many is masked in
    exports rather than one too few; JSON says it otherwise."""
    words = name.split()
    if len(words) < 2 or not all(word[:1].isupper() for word in words if word not in ("de", "al", "bin", "van", "von")):
        return False
    return fold(words[0]) in _given_names() and fold(name) not in english().organizations


@cache
def _given_names() -> frozenset[str]:
    return frozenset(data("en", "given_names")["names"].split())


def _quantity(text: str) -> Quantity:
    """ "fatalities 12", "injuries 3-5", "participants 100+", "arrests up to 5"."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise DecisionError(
            f"{text[: told.LONGEST_NAME]!r} is no number of things; write it as fatalities 12, injuries 3-5, "
            f"participants 100+ or arrests up to 5; counted are {', '.join(get_args(Counted))}"
        )
    name, low, high, exact, more, most = match.groups()
    what = cast("Counted", told.one_of(name, get_args(Counted), what="thing that is counted"))
    if low is not None:
        if float(low) > float(high):
            raise DecisionError(f"{text!r} has its larger number first")
        return Quantity(what=what, low=float(low), high=float(high))
    if exact is not None:
        return Quantity(what=what, low=float(exact), high=None if more else float(exact))
    return Quantity(what=what, low=None, high=float(most))


def _days(text: str) -> tuple[date, date] | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if day is not None:
            return (one := date(year or 0, month or 0, day)), one
        if month is not None:
            return date(year or 0, month, 1), _last(year or 0, month)
        return date(year or 0, 1, 1), date(year or 0, 12, 31)
    except ValueError:
        return None


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _no_day(text: str) -> DecisionError:
    return DecisionError(
        f"{text[: told.LONGEST_NAME]!r} is no day; write one as 2026-03-12, or two as 2026-03-12/2026-03-14, a month "
        "as 2026-03, a year as 2026"
    )
