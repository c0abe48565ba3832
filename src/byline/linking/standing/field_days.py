"""Do reports agree on the day? Days, months and years that have a day in common do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from byline.linking.standing.field import AGREE, Field, Told, Verdict, day, one_text, summary, told
from byline.linking.standing.telling import Telling
from byline.model import When

MOST_DAYS = 3
"""So many days are told one by one; of more, from when to when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    telling: Telling
    told: Told
    start: date
    end: date
    firm: bool


def fields(tellings: Sequence[Telling]) -> Iterator[Field]:
    """The field of when it happened; none where no report tells."""
    days = [one for telling in tellings if (one := _days(telling)) is not None]
    if days:
        # A day that is only that of publication says nothing that another could shut out.
        firm = [one for one in days if one.firm] or days
        verdict = _verdict(firm)
        yield Field(
            name="when",
            summary=summary(_shown(firm, verdict), [one.told for one in sorted(days, key=_order)]),
            agreement=verdict.agreement,
            because=verdict.because,
            values=tuple(one.told for one in days),
        )


def _order(one: _Days) -> tuple[date, date]:
    return one.start, one.end


def _days(telling: Telling) -> _Days | None:
    for mention in telling.event.role("when"):
        value = mention.value
        if isinstance(value, When) and (value.start or value.end):
            start, end = value.start or date.min, value.end or date.max
            shown = period(start, end) + (" (its day of publication)" if value.basis == "published" else "")
            return _Days(
                telling=telling,
                told=told(telling, shown, mention=mention),
                start=start,
                end=end,
                firm=value.basis != "published",
            )
    return None


def period(start: date, end: date) -> str:
    """Days as people read them; open where a side is not told."""
    if start == date.min or end == date.max:
        return f"until {day(end)}" if start == date.min else f"from {day(start)} on"
    return day(start) if start == end else f"{day(start)} to {day(end)}"


def _verdict(days: Sequence[_Days]) -> Verdict:
    # Stretches of which each two meet all have a day in common.
    first, last = min(days, key=lambda one: one.end), max(days, key=lambda one: one.start)
    if last.start <= first.end:
        return Verdict(agreement="one report") if one_text([one.telling for one in days]) else AGREE
    gap = (last.start - first.end).days
    clocks = "; a report's day may be another where it is read" if gap == 1 else ""
    apart = f"{gap:,} {'day' if gap == 1 else 'days'} apart{clocks}"
    return Verdict(
        agreement="differ",
        because=f"{first.told.who} says {first.told.value} and {last.told.who} says {last.told.value}: {apart}.",
    )


def _shown(days: Sequence[_Days], verdict: Verdict) -> str:
    if verdict.agreement != "differ":
        return period(max(one.start for one in days), min(one.end for one in days))
    shown = list(dict.fromkeys(one.told.value for one in sorted(days, key=_order)))
    if len(shown) <= MOST_DAYS:
        return " or ".join(shown)
    return f"{period(min(one.start for one in days), max(one.end for one in days))}, told in {len(shown):,} ways"
