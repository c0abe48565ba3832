"""One figure given differently in the headline and below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from byline.audit.figures import Figure, figures
from byline.audit.numbers import Number, numbers
from byline.audit.report import Report, amount, finding
from byline.model import Finding, Severity, Span

LEAD_SENTENCES = 4
"""Sentences of a body in which the figure of its headline is told, at the latest."""

CLOSE = 0.1
"""A headline rounds: a figure so far off at most, as a share, is the same one where the headline's is round."""

SHARED = 2
"""Words beside the noun that headline and sentence must share where a number counts things."""

MOST_PARTS = 3
"""Figures of a body that a headline may have added up: "five killed" for three here and two there."""


def headlines(report: Report) -> Iterator[Finding]:
    """Figures of the headline that no figure of the body bears out, where the body gives another for the same."""
    if report.title is None or not report.quote(report.title).strip():
        return
    body = [one for one in report.below() if not _is_title(report, one)]
    lead = [one for one in body if len(report.quote(one).split()) > 5][:LEAD_SENTENCES]
    told = figures(report, body)
    said = [number for sentence in body for number in numbers(report, sentence)]
    for one in figures(report, [report.title], title=True):
        if one.part:
            continue
        same = [two for two in told if two.measure == one.measure and _comparable(report, one.number, two.number)]
        leading = [two for two in same if not two.part and any(two.sentence == three for three in lead)]
        if not leading or _borne_out(one, same, said):
            continue
        yield _finding(report, "high", (one.span, one.value), (leading[0].span, leading[0].value))
    yield from _things(report, lead, said)


def _things(report: Report, lead: Sequence[Span], said: Sequence[Number]) -> Iterator[Finding]:
    """Numbers of things: "three villages burnt" over "four villages were burnt"."""
    assert report.title is not None
    measured = {one.number.span for one in figures(report, [report.title], title=True)}
    words = _content(report, report.title)
    for one in numbers(report, report.title):
        if (
            one.part
            or not one.noun
            or one.span in measured
            or any(two.value == one.value or one.agrees(two.value) for two in said)
        ):
            continue
        told = [
            (two, sentence)
            for sentence in lead[:2]
            for two in numbers(report, sentence)
            if two.noun == one.noun and not (two.part or two.vague)
        ]
        others = {two.value for two in said if two.noun == one.noun}
        if len(told) != 1 or len(others) != 1 or len((words & _content(report, told[0][1])) - {one.noun}) < SHARED:
            continue
        two = told[0][0]
        if (one.about or two.about) and abs(one.value - two.value) <= CLOSE * one.value:
            continue
        yield _finding(report, "medium", (one.phrase, one.value), (two.phrase, two.value))


def _content(report: Report, span: Span) -> set[str]:
    return {word.lower()[:5] for word in re.findall(r"[^\W\d_]{4,}", report.quote(span))}


def _is_title(report: Report, sentence: Span) -> bool:
    """True where the text begins with its headline, set beside it too."""
    title = report.quote(report.title).strip(" .") if report.title is not None else ""
    return bool(title) and report.quote(sentence).strip(" .").startswith(title)


def _comparable(report: Report, one: Number, two: Number) -> bool:
    """True for numbers that may count the same: no noun of their own, the same noun, or people both."""
    people = report.words["figures"]["people"]
    if not one.noun or not two.noun or one.noun == two.noun:
        return True
    # "two officers killed" and "nine villagers killed" are figures of two groups; "nine people" is any of them.
    general = ("people", "persons", "others", "dead", "injured", "wounded", "victims")
    return (one.noun in general or two.noun in general or one.noun not in people) and two.noun in people


def _borne_out(one: Figure, same: Sequence[Figure], said: Sequence[Number]) -> bool:
    """True where some figure, or a sum of some, or just that number, stands in the body."""
    if any(number.value == one.value or one.number.agrees(number.value) for number in said):
        return True
    if any(two.number.agrees(one.value) and two.number.low != two.number.high for two in same):
        return True
    values = sorted({two.value for two in same})
    sums = {sum(some) for size in range(2, MOST_PARTS + 1) for some in combinations(values, size)}
    doubled = [two.value for two in same]
    sums |= {sum(some) for some in combinations(doubled[:8], 2)}
    if one.value in sums or one.value - 1 in {*values, *sums}:
        return True  # "killed a man and two women"
    round_number = (one.value >= 10 and one.value % 5 == 0) or one.number.vague or one.number.about
    return round_number and any(abs(two.value - one.value) <= CLOSE * one.value for two in same)


def _finding(report: Report, severity: Severity, title: tuple[Span, float], body: tuple[Span, float]) -> Finding:
    """The finding of two figures, each with its words."""
    (claim, said), (against, told) = title, body
    says = (
        f"The headline says “{report.quote(claim)}”; the body says “{report.quote(against)}”: "
        f"{amount(said)} against {amount(told)}."
    )
    return finding(
        "headline-body",
        severity,
        says,
        claim=report.cite(claim),
        against=report.cite(against),
        numbers=(said, told),
    )
