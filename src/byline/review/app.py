"""The application: its views, its assets, and what stands before them."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from byline.errors import BylineError, NotFoundError
from byline.project import Project
from byline.review import documents, findings, incidents, places, queue, sources, times
from byline.review.access import Access, Guard
from byline.review.assets import Assets
from byline.review.policy import Policy
from byline.review.site import Site


def application(project: Project, *, access: Access, assets: Assets) -> FastAPI:
    """The page of a project, for whoever `access` lets in."""
    app = FastAPI(title="Byline", docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(project=project, assets=assets)
    for view in (queue, documents, incidents, findings, places, times, sources):
        app.include_router(view.router(site))
    app.mount("/assets", StaticFiles(directory=assets.folder, check_dir=False))
    app.add_middleware(Guard, access=access)
    app.add_middleware(Policy)  # added last, so that it stands before all others

    async def missing(request: Request, error: Exception) -> HTMLResponse:
        words = str(error) if isinstance(error, NotFoundError) else "There is nothing at this address."
        return site.render(request, "error.html", status=404, title="Not found", says=words)

    async def broken(request: Request, error: Exception) -> HTMLResponse:
        return site.render(request, "error.html", status=500, title="This cannot be shown", says=str(error))

    async def refused(request: Request, error: Exception) -> HTMLResponse:
        status = error.status_code if isinstance(error, HTTPException) else 400
        if status == 404:
            return await missing(request, error)
        return site.render(request, "error.html", status=status, title="Not possible", says="This cannot be asked for.")

    app.add_exception_handler(NotFoundError, missing)
    app.add_exception_handler(BylineError, broken)
    app.add_exception_handler(HTTPException, refused)
    return app
