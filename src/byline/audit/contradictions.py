"""Two reports of one outlet that cannot both be right: totals that shrink from one to the next; days, numbers and
places told differently of one happening."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from byline.audit.figures import Figure, figures
from byline.audit.numbers import Number
from byline.audit.pairs import Side, Told, linked, same_kind, stem
from byline.audit.report import amount, day, finding
from byline.gazetteer import fold
from byline.model import Finding, Severity, Span

RUNNING_SHARED = 4
"""Content words that two sentences with a running total must share."""

SAME_SHARED = 6
SAME_LIKENESS = 0.6
"""Content words that two sentences on one happening must share, and what share of the shorter one's they must be."""

AMONG_SHARED = 3
"""Content words that they must share where a day, a name and a number tie them together already."""

WEEK = 6
"""Days within which "on Sunday" is the same Sunday in two reports."""

MOST_DAYS_APART = 45
"""Reports further apart speak of one day's happening as of history, often in round numbers."""

_CAPITAL = r"[A-ZÀ-ÖØ-ÝŠŽČĆĐĞİŞŁ]"
_NAME = rf"{_CAPITAL}[\w’'-]+(?:[ -]{_CAPITAL}[\w’'-]+){{0,3}}"


def between(earlier: Side, later: Side) -> Iterator[Finding]:
    """All that two reports contradict each other in."""
    if later.published - earlier.published > timedelta(days=MOST_DAYS_APART):
        return
    shrunk = tuple(shrinking(earlier, later))
    told = {one.numbers for one in shrunk}
    yield from shrunk
    for ask in (_days, _numbers, _counts, _places):
        for one in ask(earlier, later):
            if not one.numbers or one.numbers not in told:
                told.add(one.numbers)
                yield one


# Totals


def shrinking(earlier: Side, later: Side) -> Iterator[Finding]:
    """A running total that is lower in the later report."""
    if earlier.published == later.published:
        return
    for one, now in _running(later):
        for other, before in _running(earlier):
            if now.measure != before.measure or not _comparable(now.number, before.number):
                continue
            if len(one.shared(other)) < RUNNING_SHARED or not _below(now.number, before.number):
                continue
            yield _shrunk(earlier, later, before, now)


def _running(side: Side) -> list[tuple[Told, Figure]]:
    report = side.report
    found = []
    for told in side.told:
        if report.words.has(report.quote(told.span), "totals", "running"):
            found += [
                (told, one) for one in figures(report, [told.span]) if not one.number.part and not one.number.vague
            ]
    return found


def _below(now: Number, before: Number) -> bool:
    """True where a total is said to be less than the one before; "about" is not."""
    return (
        now.value < before.value
        and not now.about
        and not before.about
        and before.low is not None
        and now.value < before.low
    )


def _comparable(one: Number, two: Number) -> bool:
    general = ("", "people", "persons")
    return one.noun == two.noun or one.noun in general or two.noun in general


def _shrunk(earlier: Side, later: Side, before: Figure, now: Figure) -> Finding:
    left, right = earlier.report, later.report
    says = (
        f"The report of {day(later.published)} says “{right.quote(now.span)}”; the same outlet's of "
        f"{day(earlier.published)} said “{left.quote(before.span)}”: {amount(now.value)} is less than "
        f"{amount(before.value)}."
    )
    severity: Severity = "medium"
    return finding(
        "shrinking-total",
        severity,
        says,
        claim=right.cite(now.span),
        against=left.cite(before.span),
        numbers=(now.value, before.value),
    )


# Days


def _stated(side: Side, told: Told, *, weekdays: bool = False) -> list[tuple[date, Span]]:
    """Days of a sentence stated with their month, or by their weekday alone; the day of publication is none."""
    report = side.report
    return [
        (one.start, one.span)
        for one in report.times
        if told.span.covers(one.span)
        and one.start is not None
        and one.precision == "day"
        and one.type == "DATE"
        and one.start != report.published
        and (weekdays or re.search(r"\d", report.quote(one.span)))
    ]


def _alike(earlier: Side, other: Told, later: Side, one: Told) -> bool:
    """True for two sentences that tell of one happening: their events were linked, or their words and the kinds of
    their events say so."""
    if len(one.shared(other)) >= AMONG_SHARED and linked(later, one, earlier, other):
        return True
    if len(one.shared(other)) < SAME_SHARED or one.likeness(other) < SAME_LIKENESS:
        return False
    return same_kind(later, one, earlier, other)


def _days(earlier: Side, later: Side) -> Iterator[Finding]:
    """One happening on two days."""
    near = later.published - earlier.published < timedelta(days=WEEK)
    for one in later.told:
        days = _stated(later, one, weekdays=near)
        if len(days) != 1:
            continue
        for other in earlier.told:
            others = _stated(earlier, other, weekdays=near)
            if (
                len(others) != 1
                or others[0][0] == days[0][0]
                or not _alike(earlier, other, later, one)
                or not one.names & other.names
            ):
                continue
            if not values_agree(one, other):
                continue
            yield _contradiction(
                earlier,
                later,
                others[0][1],
                days[0][1],
                what="for what they tell in the same words",
                numbers=(days[0][0].day, others[0][0].day),
            )


def values_agree(one: Told, other: Told) -> bool:
    """True where two sentences count the same: then they are of one happening."""
    left, right = ({(n.value, n.noun) for n in told.numbers} for told in (one, other))
    nouns = {noun for _, noun in left} & {noun for _, noun in right}
    return all({v for v, n in left if n == noun} & {v for v, n in right if n == noun} for noun in nouns)


# Numbers


def _numbers(earlier: Side, later: Side) -> Iterator[Finding]:
    """Two numbers of people for what both reports date to one day, name alike and count alike in another number."""
    for place, one in enumerate(later.told):
        here = _with_before(later, place)
        for place_, other in enumerate(earlier.told):
            there = _with_before(earlier, place_)
            left, right = _people(later, one), _people(earlier, other)
            if len(left) != 1 or len(right) != 1 or left[0].value == right[0].value:
                continue
            if not here[1] & there[1] or not one.names & other.names:
                continue
            if len(here[0] & there[0]) < AMONG_SHARED or not _tied(one, other, left[0], right[0]):
                continue
            if _updates(later, one, left[0], right[0]):
                continue
            yield _contradiction(
                earlier,
                later,
                _named(earlier, right[0]),
                _named(later, left[0]),
                what="for one day's happening",
                numbers=(left[0].value, right[0].value),
            )


def _counts(earlier: Side, later: Side) -> Iterator[Finding]:
    """Two numbers on one noun in sentences that tell of one happening in the same words."""
    for one in later.told:
        for other in earlier.told:
            if not _alike(earlier, other, later, one) or not one.names & other.names:
                continue
            for left in one.numbers:
                rights = [right for right in other.numbers if right.noun == left.noun]
                if not left.noun or len(rights) != 1 or len([n for n in one.numbers if n.noun == left.noun]) != 1:
                    continue
                if (
                    not _exact(left)
                    or not _exact(rights[0])
                    or left.value == rights[0].value
                    or _updates(later, one, left, rights[0])
                ):
                    continue
                yield _contradiction(
                    earlier,
                    later,
                    rights[0].phrase,
                    left.phrase,
                    what="for what they tell in the same words",
                    numbers=(left.value, rights[0].value),
                )


def _exact(number: Number) -> bool:
    return number.low == number.high and not (number.part or number.vague or number.about)


def _with_before(side: Side, place: int) -> tuple[frozenset[str], set[date]]:
    """The content words and days of a sentence and, where it points back, of the one before it."""
    told = side.told[place]
    stems, days = told.stems, {one for one, _ in _stated(side, told)}
    if place and re.search(r"\b(?:that day|that night|the same|this|these|then)\b", side.report.quote(told.span)):
        before = side.told[place - 1]
        stems, days = stems | before.stems, days | {one for one, _ in _stated(side, before)}
    return stems, days


def _people(side: Side, told: Told) -> list[Number]:
    people = side.report.words["figures"]["people"]
    return [
        one
        for one in told.numbers
        if one.noun in people and not (one.part or one.vague or one.about) and one.low == one.high
    ]


def _tied(one: Told, other: Told, left: Number, right: Number) -> bool:
    """True where a further number with its noun is the same in both: "two buses"."""
    mine = {(n.value, n.noun) for n in one.numbers if n is not left and n.noun}
    return bool(mine & {(n.value, n.noun) for n in other.numbers if n is not right and n.noun})


def _updates(side: Side, told: Told, now: Number, before: Number) -> bool:
    """True for a toll that rises from report to report: that is news, no contradiction."""
    counted = figures(side.report, [told.span])
    toll = any(
        one.number.bare == now.bare and one.measure in ("dead", "injured", "missing", "displaced", "detained")
        for one in counted
    )
    return toll and now.value > before.value


def _named(side: Side, number: Number) -> Span:
    return number.phrase


# Places

_WHERE = re.compile(rf"\b(?:in|at|near)\s+(?P<place>{_NAME}),\s+where\s+(?P<clause>[^,.;]{{4,80}})")


def _places(earlier: Side, later: Side) -> Iterator[Finding]:
    """One thing put in two places: "at Bol, where the wounded were treated"."""
    if not earlier.names & later.names:
        return
    yield from _where(earlier, later)
    for one in later.told:
        for other in earlier.told:
            if not _alike(earlier, other, later, one) or not values_agree(one, other):
                continue
            left, right = _located(later, one), _located(earlier, other)
            if (
                len(left) == len(right) == 1
                and fold(left[0][0]) != fold(right[0][0])
                and _apart(earlier, later, left[0][0], right[0][0])
            ):
                yield _contradiction(
                    earlier, later, right[0][1], left[0][1], what="for what they tell in the same words", numbers=()
                )


def _where(earlier: Side, later: Side) -> Iterator[Finding]:
    shared_days = {d for told in earlier.told for d, _ in _stated(earlier, told)} & {
        d for told in later.told for d, _ in _stated(later, told)
    }
    if not shared_days:
        return
    for one in later.told:
        for match in _WHERE.finditer(later.report.quote(one.span)):
            for other in earlier.told:
                for found in _WHERE.finditer(earlier.report.quote(other.span)):
                    verbs = _verbs(match["clause"]) & _verbs(found["clause"])
                    if (
                        not verbs
                        or fold(match["place"]) == fold(found["place"])
                        or len(one.shared(other)) < AMONG_SHARED
                    ):
                        continue
                    left = Span(start=other.span.start + found.start("place"), end=other.span.start + found.end())
                    right = Span(start=one.span.start + match.start("place"), end=one.span.start + match.end())
                    yield _contradiction(earlier, later, left, right, what="for one thing", numbers=())


def _verbs(clause: str) -> set[str]:
    return {stem(word) for word in re.findall(r"[a-z]+(?:ed|en|t)\b", clause) if len(word) > 4}


def _located(side: Side, told: Told) -> list[tuple[str, Span]]:
    """Names that a sentence says something happened in or at."""
    text, start = side.report.quote(told.span), told.span.start
    return [
        (match["place"], Span(start=start + match.start("place"), end=start + match.end("place")))
        for match in re.finditer(rf"\b(?:in|at|near)\s+(?:the\s+)?(?P<place>{_NAME})", text)
        if not re.search(
            r"January|February|March|April|May|June|July|August|September|October|November|December|day\b",
            match["place"],
        )
    ]


def _apart(earlier: Side, later: Side, one: str, other: str) -> bool:
    """True where neither report names the other's place, so that they are not two of which one lies in the other."""
    return (
        re.search(rf"(?<!\w){re.escape(one)}(?!\w)", earlier.report.text) is None
        and re.search(rf"(?<!\w){re.escape(other)}(?!\w)", later.report.text) is None
    )


def _contradiction(
    earlier: Side, later: Side, before: Span, now: Span, *, what: str, numbers: tuple[float, ...]
) -> Finding:
    left, right = earlier.report, later.report
    says = (
        f"The report of {day(later.published)} says “{' '.join(right.quote(now).split())}”; the same outlet's of "
        f"{day(earlier.published)} says “{' '.join(left.quote(before).split())}” {what}."
    )
    return finding("contradiction", "medium", says, claim=right.cite(now), against=left.cite(before), numbers=numbers)
