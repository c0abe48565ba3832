"""What is told as new although an earlier report of the outlet told it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from byline.audit.pairs import Side, Told, best, copies, counted, paragraph, same_kind
from byline.audit.report import day, finding
from byline.model import Finding, Span

NEWS_SENTENCES = 6
"""What a report tells as new stands in so many sentences of its body."""

FRESH_DAYS = 8
"""What is told as of these days lies so far back at most."""

LEAST_SHARED = 6
LEAST_LIKENESS = 0.6
"""Content words two sentences must share, and the share of the shorter one's that they must be: at these the three
planted retellings stand apart from all pairs of reports of one site in LGL."""


def told_before(earlier: Side, later: Side) -> Iterator[Finding]:
    """A happening that the later report dates to the days before it, and that the earlier one, older than those days,
    tells with the same words and numbers."""
    told, published = earlier.published, later.published
    if copies(earlier, later):
        return
    for one in later.told[:NEWS_SENTENCES]:
        since = _fresh(later, one, published)
        if since is None or since <= told or later.report.words.has(later.report.quote(one.span), "retold", "again"):
            continue
        other = best(one, earlier.told)
        if other is None or len(one.shared(other)) < LEAST_SHARED or one.likeness(other) < LEAST_LIKENESS:
            continue
        if not same_kind(later, one, earlier, other):
            continue
        numbers = {value for value, _ in counted(paragraph(later, one)) & counted(earlier.told)}
        if not numbers and not (one.names & other.names):
            continue
        yield _finding(earlier, later, one, other, sorted(numbers, reverse=True))


def _fresh(side: Side, told: Told, published: date) -> date | None:
    """The first day on which a sentence says that it happened, where that is one of the days before publication."""
    report = side.report
    if re.search(
        r"\b(?:this week|this morning|today|last night|overnight|yesterday)\b", report.quote(told.span), re.IGNORECASE
    ):
        return published - timedelta(days=FRESH_DAYS - 1)
    days = [
        one.start
        for one in report.times
        if told.span.covers(one.span)
        and one.start is not None
        and one.precision == "day"
        and one.type in ("DATE", "TIME")
    ]
    fresh = [one for one in days if timedelta(0) <= published - one <= timedelta(days=FRESH_DAYS) and one != published]
    # A day beside an older one is that of another thing: "said on Monday … in April".
    return min(fresh) if fresh and len(fresh) == len([one for one in days if one != published]) else None


def _finding(earlier: Side, later: Side, one: Told, other: Told, numbers: list[float]) -> Finding:
    left, right = earlier.report, later.report
    titles = [number for side in (earlier, later) for number in _numbered(side.report.document.title)]
    says = (
        f"The report of {day(later.published)} tells as of those days “{_cut(right.quote(one.span))}”; the same outlet "
        f"had told it on {day(earlier.published)}: “{_cut(left.quote(other.span))}”."
    )
    heads = [
        one.span
        for one in left.times
        if one.start == left.published and one.basis == "stated" and one.span.start < 1500
    ]
    return finding(
        "told-before",
        "medium",
        says,
        claim=right.cite(_trimmed(right.text, one.span)),
        against=left.cite(_trimmed(left.text, other.span), *heads[:1]),
        numbers=list(dict.fromkeys([*titles, *numbers])),
    )


def _numbered(title: str | None) -> list[float]:
    return [float(match) for match in re.findall(r"\bNo\.?\s*(\d{1,5})\b", title or "")]


def _cut(words: str) -> str:
    flat = " ".join(words.split())
    flat = re.sub(r"^[^-–—]{0,80}(?:\([^)]*\))?\s+[-–—]{1,2}\s+", "", flat)
    return flat if len(flat) <= 150 else flat[:149].rsplit(" ", 1)[0] + " …"


def _trimmed(text: str, span: Span) -> Span:
    """A sentence without the dateline it begins with."""
    match = re.match(r"[^-–—\n]{0,90}\s+[-–—]{1,2}\s+(?=[A-Z“\"])", text[span.start : span.end])
    return Span(start=span.start + match.end(), end=span.end) if match else span
