"""Do reports bear out their figures and each other? Findings hold words of a report against other words of it, or of
another report; none is a verdict on truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from byline.audit.captions import captions
from byline.audit.contradictions import between
from byline.audit.counts import counts
from byline.audit.dates import impossible, weekdays
from byline.audit.headlines import headlines
from byline.audit.itemised import itemised
from byline.audit.pairs import Side, outlets, pairs
from byline.audit.parties import parties
from byline.audit.places import wrong_countries
from byline.audit.report import Report
from byline.audit.retold import told_before
from byline.audit.sums import sums
from byline.audit.totals import totals
from byline.model import Finding

__all__ = ["METHOD", "Report", "across", "outlets", "within"]

METHOD = "1"
"""Raised by hand when what is found changes: then every document is audited anew."""

QUESTIONS: tuple[Callable[[Report], Iterable[Finding]], ...] = (
    counts, sums, itemised, headlines, impossible, weekdays, wrong_countries, totals, parties, captions,
)  # fmt: skip
"""What is asked of each report alone, in this order."""


def within(report: Report) -> tuple[Finding, ...]:
    """The findings on one report, held against itself, one for each id."""
    return tuple({one.id: one for ask in QUESTIONS for one in ask(report)}.values())


def across(reports: Sequence[Report]) -> Iterator[Finding]:
    """The findings on reports held against earlier ones of their outlet."""
    seen: set[str] = set()
    for earlier, later in pairs([Side(report) for report in reports]):
        for one in (*told_before(earlier, later), *between(earlier, later)):
            if one.id not in seen:
                seen.add(one.id)
                yield one
