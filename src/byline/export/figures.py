"""How many, in one number? The dead, the wounded and those who took part, as tables of one number each want them.

A report may tell several numbers of one thing. Of one speaker the largest is the whole, others are parts of it. Of
several speakers the report's own number stands, else the least, as ACLED takes the most conservative. Of several
reports the number that most texts tell stands, of equally many the latest; from the least to the most is the range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byline.export.dossier import Dossier
from byline.model import Counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it is told: `best` with the least and the most (None: open), and the words for it."""

    best: int
    low: int
    high: int | None
    text: str


def figure(dossier: Dossier, what: Counted) -> Figure | None:
    """How many of what is counted; None where no report tells."""
    texts = [one for one in dossier.reports if one.original == one.document.id] or list(dossier.reports)
    told = [found for one in texts if (found := _of_report(one.record, what)) is not None]
    if not told:
        return None
    counted = Counter(one.best for one in told)
    most = max(counted.values())
    chosen = next(one for one in reversed(told) if counted[one.best] == most)
    return Figure(
        best=chosen.best,
        low=min(one.low for one in told),
        high=_highest([one.high for one in told]),
        text=chosen.text,
    )


def _of_report(record: Mapping[str, Any], what: Counted) -> Figure | None:
    by_speaker: dict[str | None, Figure] = {}
    for one in record["quantities"]:
        if one["what"] != what or (one["low"] is None and one["high"] is None):
            continue
        low = int(one["low"] or 0)
        high = None if one["high"] is None else int(one["high"])
        # "Nearly 40": only the upper side is told, and is what is meant.
        best = low if one["low"] is not None else int(one["high"])
        found = Figure(best=best, low=low, high=high, text=one["text"])
        known = by_speaker.get(one["attribution"])
        if known is None or found.best > known.best:
            by_speaker[one["attribution"]] = found
    if not by_speaker:
        return None
    chosen = by_speaker.get(None) or min(by_speaker.values(), key=lambda one: one.best)
    return Figure(
        best=chosen.best,
        low=min(one.low for one in by_speaker.values()),
        high=_highest([one.high for one in by_speaker.values()]),
        text=chosen.text,
    )


def _highest(told: list[int | None]) -> int | None:
    known = [one for one in told if one is not None]
    return max(known) if len(known) == len(told) else None
