"""Incidents: which reports tell of one happening, how well it is attested, where they differ, and why they are one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.deciding import Viewer
from byline.linking.standing.dossier import Dossier
from byline.project import incidents
from byline.project.incidents import Summary
from byline.review import told
from byline.review.paging import page_number
from byline.review.site import Site
from byline.review.versions import versions
from byline.store import views
from byline.store.views import Listed

ON_A_PAGE = 50
MOST_REPORTS = 200
"""Reports, reasons and links that one incident's page shows; of more, how many there are."""

AGREEMENT = {"agree": "agree", "differ": "differ", "update": "brought forward", "one report": "one report"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An incident in a list, by the first of its events that is kept; None where none is any more."""

    summary: Summary
    first: Listed | None


def router(site: Site) -> APIRouter:
    """The routes of incidents."""
    routes = APIRouter()

    @routes.get("/incidents", response_class=HTMLResponse)
    def every(request: Request) -> HTMLResponse:
        page = page_number(request)
        store = site.project.store
        first = (page - 1) * ON_A_PAGE
        found = list(islice(incidents.joined(store), first, first + ON_A_PAGE + 1))
        shown = found[:ON_A_PAGE]
        viewer: Viewer = request.state.viewer
        listed = views.listed(store, [one.incident.event_ids[0] for one in shown])
        firsts = {one.event.id: one for one in listed if viewer.sees(one.event.document_id)}
        rows = [Row(summary=one, first=firsts.get(one.incident.event_ids[0])) for one in shown]
        return site.render(request, "incidents.html", rows=rows, page=page, more=len(found) > ON_A_PAGE, told=told)

    @routes.get("/incidents/{id}", response_class=HTMLResponse)
    def one(request: Request, id: str) -> Response:
        incident = incidents.find(site.project.store, id)
        if incident.id != id:  # merged: the id leads on for ever
            return RedirectResponse(f"/incidents/{incident.id}", status_code=301)
        viewer: Viewer = request.state.viewer
        dossier = incidents.dossier(site.project.store, incident, register=site.project.sources, viewer=viewer)
        return site.render(
            request,
            "incident.html",
            dossier=dossier,
            headline=_headline(dossier),
            copies={id for teller in dossier.corroboration.tellers for id in teller.copy_ids},
            agreement=AGREEMENT,
            most=MOST_REPORTS,
            names={event.id: number for number, (event, _) in enumerate(dossier.reports, start=1)},
            versions=versions(dossier),
            decisions=dossier.decisions,
            said=next((word for word in ("same", "not the same") if word == request.query_params.get("said")), None),
        )

    return routes


def _headline(dossier: Dossier) -> str:
    """What happened, when and where, as far as a word or two says it."""
    told_of = {field.name: field.summary.partition(";")[0] for field in dossier.fields}
    return ", ".join(told_of[name] for name in ("type", "when", "place") if name in told_of) or dossier.incident.id
