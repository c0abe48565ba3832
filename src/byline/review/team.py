"""Who codes what: one's own documents, giving documents out, progress, agreement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.deciding.viewing import Viewer
from byline.errors import AssignmentError
from byline.project import accounts, agreement, settling, teams
from byline.project.teams import Wanted
from byline.review.access import needs
from byline.review.asked import asked
from byline.review.forms import Form, Sent
from byline.review.site import Site
from byline.store import assignments, views

SHOWN = 100
"""Documents of a list."""

COUNTED = 20
"""Documents of a list whose events are counted: each is read for it."""

PARTS = {
    "only": "alone",
    "first": "first of two",
    "second": "second of two, blind",
    "training": "to learn on, blind",
}
"""What each part is called on the page."""


def router(site: Site) -> APIRouter:
    """The routes of a team."""
    routes = APIRouter()
    _own_routes(routes, site)
    _leading_routes(routes, site)
    return routes


def _own_routes(routes: APIRouter, site: Site) -> None:
    store = site.project.store

    @routes.get("/team", response_class=HTMLResponse)
    def team(request: Request, viewer: Viewer = needs("reader")) -> HTMLResponse:
        return _team(site, request, viewer)

    @routes.get("/team/next")
    def following(request: Request, viewer: Viewer = needs("coder")) -> Response:
        leaving = request.query_params.get("after")
        waiting = [one.document_id for one in teams.mine(store, viewer, limit=SHOWN, waiting=True)]
        at = waiting.index(leaving) + 1 if leaving in waiting else 0
        following = [*waiting[at:], *waiting[:at]]
        to = f"/documents/{following[0]}" if following and following[0] != leaving else "/team"
        return RedirectResponse(to, status_code=303)

    @routes.post("/team/done")
    def done(request: Request, form: Sent, viewer: Viewer = needs("coder")) -> Response:
        document_id, is_done = form.one("document"), form.one("done") != "0"
        try:
            teams.say_done(store, document_id, viewer=viewer, done=is_done)
        except AssignmentError as error:
            return _team(site, request, viewer, wrong=str(error))
        given = teams.own(store, document_id, viewer=viewer)
        if is_done and given is not None and given.part == "training":
            return RedirectResponse(f"/team/training/{document_id}", status_code=303)
        onward = is_done and form.one("then") == "next"
        return RedirectResponse("/team/next" if onward else "/team", status_code=303)


def _leading_routes(routes: APIRouter, site: Site) -> None:
    store = site.project.store

    @routes.post("/team/assign")
    def assign(request: Request, form: Sent, viewer: Viewer = needs("adjudicator")) -> Response:
        try:
            done = teams.assign(store, _wanted(site, form), by=viewer.name)
        except AssignmentError as error:
            return _team(site, request, viewer, wrong=str(error), form=form)
        if not done.documents:
            return _team(site, request, viewer, wrong="no document that nobody has yet is as asked for", form=form)
        return _team(site, request, viewer, given=done)

    @routes.post("/team/withdraw")
    def withdraw(form: Sent, viewer: Viewer = needs("adjudicator")) -> Response:
        teams.withdraw(store, form.one("document"), coder=form.one("coder"), by=viewer.name)
        return RedirectResponse("/team", status_code=303)

    @routes.get("/team/agreement", response_class=HTMLResponse)
    def how_far(request: Request, viewer: Viewer = needs("adjudicator")) -> HTMLResponse:
        return site.render(
            request,
            "agreement.html",
            found=agreement.agreement(store, viewer=viewer),
            worth=agreement.WORDS,
            fewest=agreement.FEWEST,
        )


def _team(site: Site, request: Request, viewer: Viewer, *, form: Form | None = None, **says: Any) -> HTMLResponse:
    """The page of a team: `wrong` says why something was not done, `given` what was given out, `form` what was asked
    for then."""
    store = site.project.store
    leads = viewer.may("adjudicator")
    mine = teams.mine(store, viewer, limit=SHOWN)
    settle = settling.open_documents(store, viewer=viewer) if leads else ()
    named = [*(one.document_id for one in mine), *(one.document_id for one in settle[:SHOWN])]
    people = [one for one in accounts.everyone(store) if not one.disabled and one.role != "reader"] if leads else []
    return site.render(
        request,
        "team.html",
        status=400 if "wrong" in says else 200,
        mine=mine,
        waiting=sum(one.done_at is None for one in mine),
        undecided={
            one.document_id: teams.undecided(store, one.document_id, viewer=viewer)
            for one in [one for one in mine if one.done_at is None][:COUNTED]
        },
        parts_of=PARTS,
        titles=assignments.titles(store, named),
        settle=settle[:SHOWN],
        to_settle=len(settle),
        progress=teams.progress(store) if leads else (),
        people=people,
        types=views.choices(store, blind=viewer.blind).types if leads else (),
        form=form or Form({}),
        wrong=says.get("wrong", ""),
        given=says.get("given"),
    )


def _wanted(site: Site, form: Form) -> Wanted:
    """What a form asks to be given out. Raises AssignmentError for a number or a day that is none."""
    fields: Mapping[str, str] = form.firsts()
    filters = asked(fields, names=site.names(()))
    if filters.wrong:
        name, what = next(iter(filters.wrong.items()))
        raise AssignmentError(f"{name} {what}")
    sample = form.one("sample")
    return Wanted(
        coders=tuple(filter(None, form.all("to"))),
        seconds=tuple(filter(None, form.all("second"))),
        double=_number(form.one("double") or "100", "share"),
        filters=filters.filters,
        sample=_number(sample, "number of documents") if sample else None,
        seed=_number(form.one("seed") or "0", "seed"),
        training=form.one("training") == "1",
        batch=form.one("batch"),
    )


def _number(given: str, what: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise AssignmentError(f"{given[:20]!r} is no {what}")
    return int(given)
