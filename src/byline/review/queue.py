"""The queue: events in the order in which a look at them is worth most, narrowed as asked."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.deciding import Viewer
from byline.review import told
from byline.review.asked import Asked, asked
from byline.review.cards import STATES
from byline.review.site import Site
from byline.store import views


def router(site: Site) -> APIRouter:
    """The routes of the queue."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    def queue(request: Request) -> HTMLResponse:
        store = site.project.store
        viewer: Viewer = request.state.viewer
        choices = views.choices(store, blind=viewer.blind)
        names = site.names(choices.sources)
        wanted = asked(request.query_params, names=names, blind=viewer.blind, usual="to decide")
        listing, wanted = _page(site, wanted)
        # Words are looked for in every text, so how many events that gives is not counted besides.
        total = None if wanted.filters.words else views.count(store, wanted.filters)
        return site.render(
            request,
            "queue.html",
            asked=wanted,
            choices=choices,
            labels=tuple(names.by_label),
            listing=listing,
            total=total,
            nothing=not choices.types and not choices.sources and not total,
            told=told,
            source=names.label,
            states=STATES,
            done="done" in request.query_params,
        )

    return routes


def _page(site: Site, wanted: Asked) -> tuple[views.Listing, Asked]:
    """The page asked for; the first where there is none at the place that the address names."""
    try:
        return views.listing(site.project.store, wanted.filters, order=wanted.order, after=wanted.after), wanted
    except ValueError:
        first = replace(wanted, after=None)
        return views.listing(site.project.store, first.filters, order=first.order), first
