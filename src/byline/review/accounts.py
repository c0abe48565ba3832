"""The page for admins: who has an account, with which role; new ones, lost passwords, and what was done."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from byline.deciding.viewing import ROLES, Role, Viewer
from byline.errors import AccountError
from byline.project import accounts
from byline.review.access import needs
from byline.review.site import Site
from byline.store import trail

LINES = 100
"""Lines of the trail on a page."""

DOES = {
    "reader": "sees all views",
    "coder": "decides on events and codes what is assigned",
    "adjudicator": "assigns, settles what two coders differ in, sees agreement",
    "admin": "makes accounts and sees the trail",
}
"""What each role may do besides what those before it may."""


def router(site: Site) -> APIRouter:
    """The routes of accounts and of the trail."""
    routes = APIRouter()
    _list_routes(routes, site)
    _change_routes(routes, site)
    return routes


def _list_routes(routes: APIRouter, site: Site) -> None:
    @routes.get("/accounts", response_class=HTMLResponse, dependencies=[needs("admin")])
    def everyone(request: Request) -> HTMLResponse:
        return _everyone(site, request)

    @routes.post("/accounts")
    def add(
        request: Request,
        viewer: Viewer = needs("admin"),
        name: str = Form("", max_length=200),
        role: str = Form("coder", max_length=20),
    ) -> Response:
        try:
            given = accounts.add(site.project.store, name.strip(), role=cast("Role", role), by=viewer.name)
        except AccountError as error:
            return _everyone(site, request, wrong=str(error), name=name)
        return _everyone(site, request, told=(name.strip(), given))

    @routes.get("/trail", response_class=HTMLResponse, dependencies=[needs("admin")])
    def lines(request: Request) -> HTMLResponse:
        before = request.query_params.get("before", "")
        upto = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
        found = trail.latest(site.project.store, limit=LINES + 1, before=upto)
        more = found[LINES - 1].number if len(found) > LINES else None
        return site.render(request, "trail.html", lines=found[:LINES], more=more, first=upto is None)


def _change_routes(routes: APIRouter, site: Site) -> None:
    store = site.project.store

    @routes.post("/accounts/{name}/role")
    def role(
        request: Request, name: str, viewer: Viewer = needs("admin"), role: str = Form("", max_length=20)
    ) -> Response:
        try:
            accounts.set_role(store, name, role=cast("Role", role), by=viewer.name)
        except AccountError as error:
            return _everyone(site, request, wrong=str(error))
        return _everyone(site, request, done=f"{name} is {role} now.")

    @routes.post("/accounts/{name}/password")
    def password(request: Request, name: str, viewer: Viewer = needs("admin")) -> Response:
        if name == viewer.name:
            return _everyone(site, request, wrong="change your own password on the page of your account")
        return _everyone(site, request, told=(name, accounts.set_password(store, name, by=viewer.name)))

    @routes.post("/accounts/{name}/codes-off")
    def codes_off(request: Request, name: str, viewer: Viewer = needs("admin")) -> Response:
        accounts.drop_codes(store, name, by=viewer.name)
        return _everyone(site, request, done=f"{name} signs in without a code now.")

    @routes.post("/accounts/{name}/disable")
    def disable(request: Request, name: str, viewer: Viewer = needs("admin")) -> Response:
        try:
            accounts.disable(store, name, by=viewer.name)
        except AccountError as error:
            return _everyone(site, request, wrong=str(error))
        return _everyone(site, request, done=f"{name} cannot sign in any more. What {name} decided stays.")

    @routes.post("/accounts/{name}/enable")
    def enable(request: Request, name: str, viewer: Viewer = needs("admin")) -> Response:
        accounts.disable(store, name, by=viewer.name, disabled=False)
        return _everyone(site, request, done=f"{name} can sign in again.")


def _everyone(
    site: Site,
    request: Request,
    *,
    wrong: str = "",
    done: str = "",
    name: str = "",
    told: tuple[str, str] | None = None,
) -> HTMLResponse:
    """The list; `told` is an account and the password it was given, which is shown once."""
    return site.render(
        request,
        "accounts.html",
        status=400 if wrong else 200,
        everyone=accounts.everyone(site.project.store),
        roles=ROLES,
        does=DOES,
        wrong=wrong,
        done=done,
        name=name,
        told=told,
    )
