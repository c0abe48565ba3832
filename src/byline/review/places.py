"""The map, and the table that tells the same: where events are told to be, never finer than their sources told it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse

from byline.review.asked import Asked, asked, country_name
from byline.review.names import SourceNames
from byline.review.shown import plain
from byline.review.site import Site
from byline.store import views
from byline.store.views import PlaceCount

RADIUS_KM = {"site": 5.0, "city": 15.0, "district": 50.0, "admin1": 150.0, "country": 500.0, "region": 1000.0}
"""How wide a place is drawn whose radius is not kept: about half the width of most places of its precision."""

IN_TABLE = 200
"""Places in the table, those of most events first; the address narrows it."""


def router(site: Site) -> APIRouter:
    """The routes of the map."""
    routes = APIRouter()

    def found(request: Request) -> tuple[Asked, views.Choices, SourceNames, tuple[PlaceCount, ...]]:
        blind = request.state.viewer.blind
        choices = views.choices(site.project.store, blind=blind)
        names = site.names(choices.sources)
        wanted = asked(request.query_params, names=names, blind=blind)
        return wanted, choices, names, views.places(site.project.store, wanted.filters)

    @routes.get("/map", response_class=HTMLResponse)
    def places(request: Request) -> HTMLResponse:
        wanted, choices, names, there = found(request)
        return site.render(
            request,
            "map.html",
            asked=wanted,
            choices=choices,
            labels=tuple(names.by_label),
            places=there[:IN_TABLE],
            total=len(there),
            most=views.MOST_PLACES,
            unknown=sum(one.events for one in there if one.latitude is None),
            href=lambda one: _events_of(wanted, one),
            radius=_radius,
        )

    @routes.get("/map/places.json")
    def points(request: Request) -> JSONResponse:
        wanted, _, _, there = found(request)
        return JSONResponse([_point(wanted, one) for one in there if one.latitude is not None])

    return routes


def _point(wanted: Asked, place: PlaceCount) -> dict[str, Any]:
    number = f"{place.events:,} event{'' if place.events == 1 else 's'}"
    return {
        "name": plain(place.name),
        "says": f"{number}. {place.precision}, {country_name(place.country)}; drawn {_radius(place):,.0f} km around",
        "events": place.events,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "radius_km": _radius(place),
        "href": _events_of(wanted, place),
    }


def _radius(place: PlaceCount) -> float:
    return place.radius_km or RADIUS_KM[place.precision]


def _events_of(wanted: Asked, place: PlaceCount) -> str:
    """The queue of the events at a place."""
    return f"/?{wanted.query(place=place.name, decided=wanted.shown)}"
