"""Sources: whose reports these are, who owns them, in whose interest they may speak, how much they told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.model import Source
from byline.review.names import SourceNames
from byline.review.site import Site
from byline.store import views
from byline.store.views import Filters, SourceCount

SHOWN = 500
"""Sources on the page, those of most events first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A source by its one name: what the register knows of it, and what it told. Not `named`: all that name none."""

    label: str
    named: bool
    source: Source | None
    interests: tuple[str, ...]
    documents: int
    events: int
    first: date | None
    last: date | None


def router(site: Site) -> APIRouter:
    """The routes of sources."""
    routes = APIRouter()

    @routes.get("/sources", response_class=HTMLResponse)
    def sources(request: Request) -> HTMLResponse:
        counts = views.sources(site.project.store, Filters(blind=request.state.viewer.blind))
        names = site.names(tuple(one.name for one in counts if one.name is not None))
        rows = _rows(counts, names)
        return site.render(request, "sources.html", rows=rows[:SHOWN], total=len(rows))

    return routes


def _rows(counts: Iterable[SourceCount], names: SourceNames) -> list[Row]:
    """One row a source: its names taken together."""
    grouped: dict[str, list[SourceCount]] = {}
    for one in counts:
        grouped.setdefault(names.label(one.name), []).append(one)
    made = []
    for label, ones in grouped.items():
        source = names.source(ones[0].name)
        made.append(
            Row(
                label=label,
                named=ones[0].name is not None,
                source=source,
                interests=names.register.interests(source) if source else (),
                documents=sum(one.documents for one in ones),
                events=sum(one.events for one in ones),
                first=min((one.first_published for one in ones if one.first_published), default=None),
                last=max((one.last_published for one in ones if one.last_published), default=None),
            )
        )
    return sorted(made, key=lambda row: (-row.events, row.label))
