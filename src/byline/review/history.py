"""The history of an event: each turn that its values took, the machine's first, and by whom."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.project import decided
from byline.review import told
from byline.review.site import Site
from byline.review.verdicts import event_of


def router(site: Site) -> APIRouter:
    """The routes of histories."""
    routes = APIRouter()

    @routes.get("/events/{id}/history", response_class=HTMLResponse)
    def history(request: Request, id: str) -> HTMLResponse:
        viewer = request.state.viewer
        one = event_of(site, id, viewer=viewer)
        turns = decided.history(site.project.store, id, viewer=viewer)
        fields = tuple(dict.fromkeys(turn.field for turn in turns))
        given = request.query_params.get("field")
        wanted = given if given in fields else None
        return site.render(
            request,
            "history.html",
            one=one,
            document=site.project.document(one.event.document_id),
            kind=told.kind(one.event),
            turns=[turn for turn in turns if wanted in (None, turn.field)],
            fields=fields,
            wanted=wanted,
        )

    return routes
