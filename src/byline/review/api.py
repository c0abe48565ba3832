"""What does a program get? The REST API under /api/v1: read only, typed, paged, masked as exports are.

It is an application of its own, mounted in the page's: the same guard stands before both. Whoever asks is the page's
viewer, or the account of a read token; of reports that an account is to code without knowing of the first coder,
nothing that others decided comes out.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

from byline import __version__
from byline.deciding import Viewer
from byline.errors import BylineError, NotFoundError
from byline.project import incidents, showing
from byline.review import api_schemas
from byline.review.api_answers import (
    Problem,
    Rate,
    after,
    answer,
    mistakes,
    page,
    problem,
)
from byline.review.api_asked import (
    Asked,
    AskedDecisions,
    AskedDocuments,
    AskedEvents,
    AskedFindings,
    AskedIncidents,
    AskedPlaces,
    AskedSources,
    DocumentId,
    EventId,
    FindingId,
    IncidentId,
    known_parameters,
)
from byline.review.api_schemas import listed, one, told
from byline.review.site import Site
from byline.store import paging, views
from byline.store.paging import Wanted
from byline.store.surface import views as surface

AT = "/api/v1"


@dataclass(frozen=True)
class Desk:
    """What the routes ask: the site's project, and one lock, so that what changed is shown anew once."""

    site: Site
    lock: threading.Lock

    def shown(self, request: Request) -> Viewer:
        """Who asks; what changed since the last request is shown first."""
        with self.lock:
            showing.synchronise(self.site.project)
        viewer: Viewer = request.state.viewer
        return viewer

    def list(self, request: Request, name: str, wanted: Wanted, *, asked: Asked) -> Response:
        """A page of a view's rows."""
        viewer, view = self.shown(request), surface()[name]
        found = paging.page(
            self.site.project.store, view, wanted, after=after(asked.cursor, view), limit=asked.limit, viewer=viewer
        )
        return page(request, [_row(name, row, viewer) for row in found.rows], more=found.more)


def application(site: Site, *, rate: Rate | None = None) -> FastAPI:
    """The API of a project; `rate` says how often one account may ask."""
    app = FastAPI(
        title="Byline",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(rate or Rate()), Depends(known_parameters)],
    )
    desk = Desk(site=site, lock=threading.Lock())
    for routes in (_about_routes, _event_routes, _document_routes, _incident_routes, _finding_routes, _other_routes):
        routes(app, desk)
    _errors(app)
    return app


def description(app: FastAPI) -> dict[str, Any]:
    """What the API is, as OpenAPI has it."""
    made = get_openapi(
        title="Byline",
        version=__version__,
        summary="Events that news reports tell of, each value tied to the words it rests on.",
        description="Read only. Every event is a report's word, under its source; incidents join reports of one "
        "happening. Names of private persons are masked, each letter one █, so that offsets hold.",
        routes=app.routes,
        servers=[{"url": AT}],
    )
    made["components"] = {
        "schemas": api_schemas.components(),
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "A read token: byline user token NAME."}
        },
    }
    made["security"] = [{"token": []}]
    return made


# Routes


def _about_routes(app: FastAPI, desk: Desk) -> None:
    about = {"type": "object", "required": ["name", "version"], "properties": {"name": {"type": "string"}}}

    @app.get("/", responses=told(about, "What answers, and where its description is."), name="about")
    def root(request: Request) -> Response:
        return answer(request, {"name": "Byline", "version": __version__, "description": f"{AT}/openapi.json"})

    @app.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> Response:
        return answer(request, description(app))


def _event_routes(app: FastAPI, desk: Desk) -> None:
    @app.get("/events", responses=told(listed("Event"), "Events as records, by id; rejected ones are left out."))
    def events(request: Request, asked: Annotated[AskedEvents, Query()]) -> Response:
        """Events by id. `place` and `country` are those of any of an event's places; it may have been on a day from
        `since` to `until`; `q` stands in its sentence."""
        viewer, view = desk.shown(request), surface()["v_events"]
        equal = {name: getattr(asked, name) for name in ("type", "status", "decided", "source")}
        equal |= {"incident_id": asked.incident, "document_id": asked.document}
        there = (("country", asked.country), ("name", asked.place))
        wanted = Wanted(
            equal=_given(equal),
            least=_given({"last_day": asked.since, "confidence": asked.min_confidence}),
            most=_given({"first_day": asked.until}),
            words=_given({"sentence": asked.q}),
            among=[("v_places", name, value) for name, value in there if value is not None],
        )
        store = desk.site.project.store
        found = paging.page(store, view, wanted, after=after(asked.cursor, view), limit=asked.limit, viewer=viewer)
        records = _records(desk, [(row["document_id"], row["event_id"]) for row in found.rows], viewer)
        return page(request, list(records), more=found.more)

    @app.get("/events/{id}", responses=told(one("Event"), "An event as a record; a rejected one says so."))
    def event(request: Request, id: EventId) -> Response:
        viewer = desk.shown(request)
        document_id = views.document_of(desk.site.project.store, id)
        records = list(_records(desk, [(document_id, id)], viewer)) if document_id else []
        if not records:
            raise Problem(404, f"no event of a newest coding has the id {id}")
        return answer(request, records[0])

    @app.get("/events/{id}/decisions", responses=told(listed("Decision"), "What people decided on an event."))
    def decisions(request: Request, id: EventId, asked: Annotated[Asked, Query()]) -> Response:
        return desk.list(request, "v_decisions", Wanted(equal={"subject": id}), asked=asked)


def _document_routes(app: FastAPI, desk: Desk) -> None:
    @app.get("/documents", responses=told(listed("Document"), "Reports, without their texts."))
    def documents(request: Request, asked: Annotated[AskedDocuments, Query()]) -> Response:
        """Reports by id, published from `since` to `until`; `q` stands in the title."""
        wanted = Wanted(
            equal=_given({"source": asked.source, "language": asked.language}),
            least=_given({"published": asked.since}),
            most=_given({"published": asked.until}),
            words=_given({"title": asked.q}),
            without=frozenset({"text"}),
        )
        return desk.list(request, "v_documents", wanted, asked=asked)

    @app.get("/documents/{id}", responses=told(one("DocumentWhole"), "A report with its text and what was cut."))
    def document(request: Request, id: DocumentId) -> Response:
        viewer, view = desk.shown(request), surface()["v_documents"]
        project = desk.site.project
        found = paging.page(project.store, view, Wanted(equal={"document_id": id}), limit=1).rows
        seen = showing.document(project, id, viewer=viewer)
        if not found or seen is None:
            raise Problem(404, f"no document has the id {id}")
        kept = seen.masked
        cuts = [{"start": cut.start, "text": cut.text, "reason": cut.reason} for cut in kept.cuts] if kept else []
        more = {"captions": list(kept.captions) if kept else [], "cuts": cuts, "made_by": seen.document.made_by}
        return answer(request, _row("v_documents", found[0], viewer) | more)

    @app.get("/documents/{id}/events", responses=told(listed("Event"), "The events of a report, in its order."))
    def its_events(request: Request, id: DocumentId) -> Response:
        viewer = desk.shown(request)
        seen = showing.document(desk.site.project, id, viewer=viewer)
        if seen is None:
            raise Problem(404, f"no document has the id {id}")
        records = [showing.record_of(desk.site.project, seen, told) for told in seen.events]
        return page(request, records, more=None)


def _incident_routes(app: FastAPI, desk: Desk) -> None:
    @app.get("/incidents", responses=told(listed("IncidentRow"), "Happenings, with how many reports tell of each."))
    def rows(request: Request, asked: Annotated[AskedIncidents, Query()]) -> Response:
        """Incidents by id. `type` and `country` are those that all of its reports agree on."""
        wanted = Wanted(
            equal=_given({"type": asked.type, "country": asked.country}),
            least=_given({"last_day": asked.since, "events": asked.min_events}),
            most=_given({"first_day": asked.until}),
        )
        return desk.list(request, "v_incidents", wanted, asked=asked)

    @app.get("/incidents/{id}", responses=told(one("Incident"), "A happening, by all reports that tell of it."))
    def incident(request: Request, id: IncidentId) -> Response:
        """What each report tells, how well it is attested, and where reports differ. An id that was merged into
        another leads there."""
        viewer, project = desk.shown(request), desk.site.project
        told = showing.incident_record(project, incidents.find(project.store, id), viewer=viewer)
        if told is None:
            raise Problem(404, f"none of the events of {id} is in a newest coding")
        return answer(request, told)


def _finding_routes(app: FastAPI, desk: Desk) -> None:
    @app.get("/findings", responses=told(listed("Finding"), "Words that do not bear each other out."))
    def findings(request: Request, asked: Annotated[AskedFindings, Query()]) -> Response:
        wanted = Wanted(equal=_given({"kind": asked.kind, "severity": asked.severity}))
        return desk.list(request, "v_findings", wanted, asked=asked)

    @app.get("/findings/{id}", responses=told(one("FindingWhole"), "A finding with the words on both sides."))
    def finding(request: Request, id: FindingId) -> Response:
        viewer, store = desk.shown(request), desk.site.project.store
        wanted = Wanted(equal={"finding_id": id})
        found = paging.page(store, surface()["v_findings"], wanted, limit=1).rows
        if not found:
            raise Problem(404, f"no finding has the id {id}")
        words = paging.page(store, surface()["v_finding_evidence"], wanted, limit=1_000).rows
        return answer(request, _row("v_findings", found[0], viewer) | {"words": list(words)})


def _other_routes(app: FastAPI, desk: Desk) -> None:
    @app.get("/places", responses=told(listed("Place"), "Places of events, each as it is told."))
    def places(request: Request, asked: Annotated[AskedPlaces, Query()]) -> Response:
        equal = {"name": asked.name, "country": asked.country, "event_id": asked.event, "document_id": asked.document}
        return desk.list(request, "v_places", Wanted(equal=_given(equal)), asked=asked)

    @app.get("/sources", responses=told(listed("Source"), "Whose reports are kept, and who stands behind them."))
    def sources(request: Request, asked: Annotated[AskedSources, Query()]) -> Response:
        return desk.list(request, "v_sources", Wanted(equal=_given({"country": asked.country})), asked=asked)

    @app.get("/decisions", responses=told(listed("Decision"), "What people decided: the whole log, by id."))
    def decisions(request: Request, asked: Annotated[AskedDecisions, Query()]) -> Response:
        equal = {"subject": asked.subject, "reviewer": asked.reviewer, "document_id": asked.document}
        least = {"at": asked.since.isoformat()} if asked.since else {}
        return desk.list(request, "v_decisions", Wanted(equal=_given(equal), least=least), asked=asked)


# What is given


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _records(desk: Desk, ids: Iterable[tuple[str, str]], viewer: Viewer) -> Iterator[dict[str, Any]]:
    """The records of events, given with their documents, in their order; those that went meanwhile are left out."""
    project, wanted = desk.site.project, list(ids)
    documents = list(dict.fromkeys(document_id for document_id, _ in wanted))
    found = {
        told.event.id: (seen, told)
        for seen in showing.documents(project, documents, viewer=viewer)
        for told in seen.events
    }
    for _, id in wanted:
        if id in found:
            yield showing.record_of(project, *found[id])


def _row(name: str, row: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """A row as JSON has it; without counts that tell what others decided."""
    kinds = {column.name: column.kind for column in surface()[name].columns}
    made = {column: _read(value, kinds[column]) for column, value in row.items()}
    if "events" in made and ((name == "v_sources" and viewer.blind) or row.get("document_id") in viewer.blind):
        made["events"] = None
    return made


def _read(value: Any, kind: str) -> Any:
    return json.loads(value) if kind in ("list", "numbers") and isinstance(value, str) else value


# Errors


def _errors(app: FastAPI) -> None:
    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return problem(error.status, error.detail, headers=error.headers)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem(422, mistakes(error.errors()))

    async def missing(request: Request, error: Exception) -> Response:
        return problem(404, str(error))

    async def broken(request: Request, error: Exception) -> Response:
        return problem(503, str(error))

    async def not_here(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = "there is nothing at this address" if error.status_code == 404 else str(error.detail)
        return problem(error.status_code, detail, headers=error.headers)

    handlers: dict[type[Exception], Callable[[Request, Exception], Any]] = {
        Problem: refused,
        RequestValidationError: invalid,
        NotFoundError: missing,
        BylineError: broken,
        HTTPException: not_here,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
