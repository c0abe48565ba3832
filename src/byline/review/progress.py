"""The dashboard: what is decided and what remains, by type, source, day and coder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.deciding import Viewer
from byline.project import decided
from byline.project.decided import Tally
from byline.review.names import NO_SOURCE, SourceNames
from byline.review.site import Site

SHOWN = 40
"""Sources in the table, those with most left to decide first."""

STATES = ("accepted", "edited", "new", "rejected", "undecided")
"""What is counted, in the order of the bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day's decisions by each person, in the order of the table's columns."""

    day: str
    numbers: tuple[int, ...]


def router(site: Site) -> APIRouter:
    """The routes of the dashboard."""
    routes = APIRouter()

    @routes.get("/progress", response_class=HTMLResponse)
    def progress(request: Request) -> HTMLResponse:
        viewer: Viewer = request.state.viewer
        store = site.project.store
        found = decided.progress(store, viewer=viewer)
        names = site.names(tuple(one.name for one in found.sources if one.name is not None))
        sources = sorted(_by_label(found.sources, names), key=lambda one: (-one.undecided, one.name or ""))
        people = tuple(dict.fromkeys(reviewer for _, reviewer, _ in found.days))
        return site.render(
            request,
            "progress.html",
            progress=found,
            states=STATES,
            sources=sources[:SHOWN],
            number_of_sources=len(sources),
            people=people,
            days=_days(found.days, people),
            by_reviewer=_by_reviewer(found.days),
            total=total,
        )

    return routes


def total(tally: Tally) -> int:
    """All events of a tally."""
    return tally.accepted + tally.rejected + tally.edited + tally.new + tally.undecided


def _by_label(tallies: tuple[Tally, ...], names: SourceNames) -> list[Tally]:
    """One tally a source: its names taken together."""
    made: dict[str, Tally] = {}
    for one in tallies:
        label = names.label(one.name) if one.name is not None else NO_SOURCE
        before = made.get(label, Tally(name=label))
        made[label] = Tally(
            name=label,
            **{field: getattr(before, field) + getattr(one, field) for field in (*STATES, "differs", "asks")},
        )
    return list(made.values())


def _by_reviewer(days: tuple[tuple[str, str, int], ...]) -> list[tuple[str, int]]:
    """How many decisions each person has taken, those of most first."""
    found: Counter[str] = Counter()
    for _, reviewer, number in days:
        found[reviewer] += number
    return found.most_common()


def _days(days: tuple[tuple[str, str, int], ...], people: tuple[str, ...]) -> list[Day]:
    found: dict[str, dict[str, int]] = {}
    for day, reviewer, number in days:
        found.setdefault(day, {})[reviewer] = number
    return [Day(day=day, numbers=tuple(found[day].get(one, 0) for one in people)) for day in sorted(found)]
