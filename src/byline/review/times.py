"""The timeline, and the table that tells the same."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.review.asked import STATUSES, asked
from byline.review.bins import UNITS, timeline
from byline.review.site import Site
from byline.store import views


def router(site: Site) -> APIRouter:
    """The routes of the timeline."""
    routes = APIRouter()

    @routes.get("/timeline", response_class=HTMLResponse)
    def times(request: Request) -> HTMLResponse:
        store = site.project.store
        blind = request.state.viewer.blind
        choices = views.choices(store, blind=blind)
        names = site.names(choices.sources)
        wanted = asked(request.query_params, names=names, blind=blind)
        given = request.query_params.get("by", "")
        unit = next((one for one in UNITS if one == given), None)
        found = timeline(views.days(store, wanted.filters), unit=unit)
        return site.render(
            request,
            "timeline.html",
            asked=wanted,
            choices=choices,
            labels=tuple(names.by_label),
            timeline=found,
            units=UNITS,
            unit=unit,
            statuses_here=[one for one in STATUSES if any(one in each.events for each in found.bins)],
        )

    return routes
