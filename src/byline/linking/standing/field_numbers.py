"""Do reports agree on a number? As intervals: "at least 7" and 12 do, 7 and 12 do not; a toll that rises in later
reports is brought forward, and no contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from math import inf
from typing import get_args

from byline.linking.standing.field import AGREE, Field, Told, Verdict, day, one_text, summary, told
from byline.linking.standing.standing_words import wording
from byline.linking.standing.telling import Telling
from byline.model import Counted, Document, Quantity, Span

GROWING = frozenset({"fatalities", "injuries", "arrests", "abductions", "displaced", "targets", "places", "items"})
"""What is counted up as more becomes known. How many took part is estimated each time anew, so it does not."""

_OF_PEOPLE = frozenset({"fatalities", "injuries", "arrests", "abductions", "displaced", "participants"})
# Words so many characters before or behind a number may say that it rose or was taken back.
_REACH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number of one report on one speaker's word. `of` is the kind of thing, or the part of the people, that is
    counted, "" for all there are. `most` is how many all may be: more than `high` where a part is counted, or one by an
    article ("a soldier"). `risen`, `lowered`: the words say that it was less, or more, before."""

    telling: Telling
    told: Told
    of: str
    low: float
    high: float
    most: float
    risen: bool
    lowered: bool

    @property
    def day(self) -> date | None:
        return self.told.published


def fields(tellings: Sequence[Telling]) -> Iterator[Field]:
    """A field for each kind of number told, and one for each part of it that a report counts beside a larger number."""
    for what in get_args(Counted):
        numbers = [one for telling in tellings for one in _numbers(telling, what)]
        largest = _largest(numbers)
        if what in _OF_PEOPLE:
            parts = [one.of if one.of != largest[_speaker(one)].of else "" for one in numbers]
        else:
            parts = [one.of for one in numbers]
        for of in dict.fromkeys(sorted(parts, key=bool)):
            yield _field(what, of, [one for one, part in zip(numbers, parts, strict=True) if part == of])


def _numbers(telling: Telling, what: Counted) -> Iterator[_Number]:
    document = telling.document
    for mention in telling.event.role("quantity"):
        value = mention.value
        if isinstance(value, Quantity) and value.what == what and (value.low, value.high) != (None, None):
            low, high = value.low if value.low is not None else -inf, value.high if value.high is not None else inf
            of = _of(what, value, document)
            words = document.quote(mention.span).casefold()
            shown = f"{amount(low, high)} {of}" if of and what in _OF_PEOPLE else amount(low, high)
            speakers = (value.attribution,) if value.attribution else None
            yield _Number(
                telling=telling,
                told=told(telling, shown, mention=mention, speakers=speakers),
                of=of,
                low=low,
                high=high,
                most=inf if words in wording(document.language).articles else high,
                risen=_says(document, mention.span, "risen"),
                lowered=_says(document, mention.span, "lowered"),
            )


def _of(what: Counted, value: Quantity, document: Document) -> str:
    """What is counted by itself: a part of the people, or a kind of thing, as one; "" for all."""
    words = value.of.casefold().split() if value.of else []
    if not words:
        return ""
    if what in _OF_PEOPLE:
        return " ".join(words) if words[-1] in wording(document.language).parts else ""
    return words[-1].removesuffix("s") if not words[-1].endswith("ss") else words[-1]


def _speaker(one: _Number) -> tuple[str, tuple[str, ...]]:
    """On whose word a number is told, in which report."""
    return one.told.event_id, one.told.speakers


def _largest(numbers: Sequence[_Number]) -> dict[tuple[str, tuple[str, ...]], _Number]:
    """The largest number on each word: less than it may be a part of it, or an earlier count."""
    found: dict[tuple[str, tuple[str, ...]], _Number] = {}
    for one in numbers:
        before = found.get(_speaker(one))
        if before is None or (one.low, one.high) > (before.low, before.high):
            found[_speaker(one)] = one
    return found


def _says(document: Document, span: Span, how: str) -> bool:
    lexicon = wording(document.language)
    text = document.part(span.part)
    before = text[max(0, span.start - _REACH) : span.start]
    after = text[span.end : span.end + _REACH]
    patterns = lexicon.risen if how == "risen" else lexicon.lowered
    return any(pattern.search(before if pattern.pattern.endswith("$") else after) for pattern in patterns)


def amount(low: float, high: float) -> str:
    """An interval as people read it: "7", "7 to 12", "at least 7", "at most 20"."""
    if low == -inf or high == inf:
        return (
            f"at least {_figure(low)}" if low != -inf else f"at most {_figure(high)}" if high != inf else "any number"
        )
    return _figure(low) if low == high else f"{_figure(low)} to {_figure(high)}"


def _figure(number: float) -> str:
    return f"{int(number):,}" if number == int(number) else f"{number:,}"


def _field(what: Counted, of: str, numbers: Sequence[_Number]) -> Field:
    compared = _compared(numbers)
    verdict = _verdict(what, compared, one=one_text([one.telling for one in numbers]))
    counted = [wording(None).nouns[what]] if what in _OF_PEOPLE or not of else []
    shown = " ".join([_span(compared, verdict), *counted, *([f"({of})"] if of else [])])
    return Field(
        name=what,
        of=of or None,
        summary=summary(shown, _ordered(numbers, verdict)),
        agreement=verdict.agreement,
        because=verdict.because,
        values=tuple(one.told for one in sorted(numbers, key=lambda one: (one.low, one.high))),
    )


def _compared(numbers: Sequence[_Number]) -> list[_Number]:
    """The numbers that are held against each other: of one speaker in one report the largest; a copy's only where it is
    another number, and then as first published. Where not all count the same, one of a part of the people is a number
    that all there are may exceed."""
    first: dict[tuple[str, float, float, tuple[str, ...], str], _Number] = {}
    for one in sorted(_largest(numbers).values(), key=_published):
        first.setdefault((one.telling.original, one.low, one.high, one.told.speakers, one.of), one)
    same = len({one.of for one in first.values()}) == 1
    return [one if same or not one.of else replace(one, most=inf) for one in first.values()]


def _published(one: _Number) -> tuple[bool, date]:
    return one.day is None, one.day or date.max


def _verdict(what: Counted, numbers: Sequence[_Number], *, one: bool) -> Verdict:
    apart = _contradiction(what, numbers)
    if apart is not None:
        return Verdict(agreement="differ", because=_why(what, *apart))
    if max(number.low for number in numbers) > min(number.most for number in numbers):
        return Verdict(agreement="update", because=_rise(numbers))
    return Verdict(agreement="one report") if one else AGREE


def _contradiction(what: Counted, numbers: Sequence[_Number]) -> tuple[_Number, _Number] | None:
    """The lower and the higher of two numbers that shut each other out, where the higher is not brought forward by a
    later report or by its own words, nor the lower taken back; None where there are none."""
    lower = sorted((one for one in numbers if one.most != inf and not one.lowered), key=lambda one: one.most)
    if not lower:
        return None
    undated = next((one for one in lower if one.day is None), None)
    since: _Number | None = None  # the lowest told on this day or later
    for on, some in groupby(sorted(numbers, key=_published, reverse=True), key=lambda one: one.day):
        told = list(some)
        later = since
        if on is not None:
            comparable = [one for one in told if one.most != inf and not one.lowered]
            since = _lowest([*([since] if since else []), *comparable])
        for higher in told:
            if on is None or what not in GROWING:
                against = None if higher.risen else lower[0]
            elif higher.risen:
                against = later
            else:
                against = _lowest([one for one in (undated, since) if one])
            if against is not None and against.most < higher.low:
                return against, higher
    return None


def _lowest(numbers: Sequence[_Number]) -> _Number | None:
    return min(numbers, key=lambda one: one.most, default=None)


def _why(what: Counted, lower: _Number, higher: _Number) -> str:
    less, more = f"{lower.told.who} says {lower.told.value}", f"{higher.told.who} says {higher.told.value}"
    if lower.telling.document.id == higher.telling.document.id:
        return f"Within one report {less} and {more}."
    if what not in GROWING:
        return f"{less} and {more}: this is estimated, and does not grow from report to report."
    if lower.day is None or higher.day is None:
        undated = lower if lower.day is None else higher
        return f"{less} and {more}; which is later is not known, as {undated.told.teller} gives no day of publication."
    if lower.day == higher.day:
        return f"{less} and {more} on one day, {day(lower.day)}."
    return f"{less} on {day(lower.day)}, later than {more} on {day(higher.day)}: a number that falls."


def _rise(numbers: Sequence[_Number]) -> str:
    """How a number was brought forward, from the first to the last."""
    low = min(numbers, key=lambda one: (one.high, one.low))
    high = max(numbers, key=lambda one: (one.low, one.high))
    words = next((one for one in numbers if (one.risen and one is high) or (one.lowered and one is low)), None)
    if words is not None:
        return f"The words of {words.told.who} say that it was {'less' if words.risen else 'more'} before."
    days = [f"{one.told.value} on {day(one.day)}" for one in (low, high) if one.day is not None]
    return f"It rises in later reports: {', '.join(days)}."


def _span(numbers: Sequence[_Number], verdict: Verdict) -> str:
    """The interval: what all allow where they agree, else all that is told."""
    lows, highs = [one.low for one in numbers], [one.high for one in numbers]
    if len(set(lows)) == len(set(highs)) == 1:
        return amount(lows[0], highs[0])
    if verdict.agreement in ("agree", "one report"):
        return amount(max(lows), min(one.most for one in numbers))
    if verdict.agreement == "update":
        ordered = sorted(numbers, key=_published)
        first, last = ordered[0].told.value, ordered[-1].told.value
        if first != last:
            return f"{first}, later {last}"
    return amount(min(lows), max(highs))


def _ordered(numbers: Sequence[_Number], verdict: Verdict) -> list[Told]:
    """The values in order of publication where the number was brought forward, else of size."""
    if verdict.agreement == "update":
        return [one.told for one in sorted(numbers, key=_published)]
    return [one.told for one in sorted(numbers, key=lambda one: (one.low, one.high))]
