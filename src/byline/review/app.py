"""The application: its views, its assets, and what stands before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from byline.errors import AccountError, AssignmentError, BylineError, DecisionError, NotFoundError
from byline.project import Project
from byline.review import (
    accounts,
    api,
    documents,
    edits,
    findings,
    history,
    incidents,
    places,
    progress,
    queue,
    settle,
    signin,
    sources,
    team,
    times,
    verdicts,
)
from byline.review.access import READS, SIGN_IN, Door, Needs
from byline.review.assets import Assets
from byline.review.guard import Guard
from byline.review.policy import Policy
from byline.review.site import Site

NOT_YOURS = "Your account's role does not allow this. Whoever runs the page can give you another."


def application(project: Project, *, access: Door, assets: Assets) -> FastAPI:
    """The page of a project, for whoever `access` lets in.

    Raises TypeError for a route that writes and does not say which role it needs.
    """
    app = FastAPI(title="Byline", docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(project=project, assets=assets, door=access)
    for view in (queue, documents, verdicts, edits, history, progress, incidents, findings, places, times, sources):
        app.include_router(view.router(site))
    for view in (team, settle):
        app.include_router(view.router(site))
    if access.signs_in:
        for view in (signin, accounts):
            app.include_router(view.router(site))
    app.mount(api.AT, api.application(site))
    app.mount("/assets", StaticFiles(directory=assets.folder, check_dir=False))
    _check_writes(app.routes)
    app.add_middleware(Guard, door=access)
    app.add_middleware(Policy)  # added last, so that it stands before all others

    async def missing(request: Request, error: Exception) -> HTMLResponse:
        words = str(error) if isinstance(error, NotFoundError) else "There is nothing at this address."
        return site.render(request, "error.html", status=404, title="Not found", says=words)

    async def broken(request: Request, error: Exception) -> HTMLResponse:
        return site.render(request, "error.html", status=500, title="This cannot be shown", says=str(error))

    async def not_taken(request: Request, error: Exception) -> Response:
        if "hx-request" in request.headers:
            return PlainTextResponse(str(error), status_code=409)
        return site.render(request, "error.html", status=409, title="Not taken", says=str(error))

    async def refused(request: Request, error: Exception) -> HTMLResponse:
        status = error.status_code if isinstance(error, HTTPException) else 400
        if status == 404:
            return await missing(request, error)
        if status == 403:
            return site.render(request, "error.html", status=403, title="Not yours to do", says=NOT_YOURS)
        return site.render(request, "error.html", status=status, title="Not possible", says="This cannot be asked for.")

    app.add_exception_handler(NotFoundError, missing)
    for kind in (DecisionError, AccountError, AssignmentError):
        app.add_exception_handler(kind, not_taken)
    app.add_exception_handler(BylineError, broken)
    app.add_exception_handler(HTTPException, refused)
    return app


def routes_of(routes: Iterable[BaseRoute], *, under: str = "") -> Iterator[tuple[str, APIRoute]]:
    """Every route of an application with its whole path, those of routers and applications within it among them."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield under + route.path, route
        elif isinstance(route, Mount):
            yield from routes_of(route.routes or (), under=under + route.path)
        elif (included := getattr(route, "original_router", None)) is not None:  # as FastAPI keeps it of late
            yield from routes_of(included.routes, under=under)


def _check_writes(routes: Iterable[BaseRoute]) -> None:
    """Raises TypeError where a route changes something for whoever comes."""
    for path, route in routes_of(routes):
        if set(route.methods or ()) <= READS or path == SIGN_IN:
            continue
        if not any(isinstance(one.call, Needs) for one in route.dependant.dependencies):
            raise TypeError(f"{path} writes and says no role that it needs; see byline.review.access.needs")
