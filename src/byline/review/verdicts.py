"""Decisions by one key: accept, reject, undo, what stands of a finding, which events are the same; then what is next.

Whoever sends a plain form is led on by a redirect; htmx gets the card as it stands now, and in a header what was done
and which event waits next. What was on screen comes back as its hash, so that a changed coding asks again.
"""

from __future__ import annotations

import json
import re
from typing import cast
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from byline.deciding import DecidedEvent, Viewer
from byline.errors import DecisionError, NotFoundError
from byline.model import Decision, Verdict, Voice
from byline.project import decided, deciding, incidents, linking, teams
from byline.project.deciding import Said
from byline.review import documents
from byline.review.access import needs
from byline.review.cards import STATES, numbered, waiting
from byline.review.documents import following
from byline.review.forms import Form, Sent
from byline.review.site import Site
from byline.store import views
from byline.store.views import Filters

SAYS = {"accept": "Accepted", "reject": "Rejected"}
_BACK = re.compile(r"/(?:documents|incidents)/[a-z0-9]{1,40}|/findings(?:\?page=\d{1,6})?")


def router(site: Site) -> APIRouter:
    """The routes of decisions on whole events, findings and incidents."""
    routes = APIRouter()

    @routes.post("/events/{id}/decide")
    def decide(request: Request, id: str, form: Sent, viewer: Viewer = needs("coder")) -> Response:
        verdict = form.one("verdict")
        if verdict not in SAYS:
            raise DecisionError("an event is accepted or rejected")
        before = event_of(site, id, viewer=viewer)
        one = Said(subject=(id,), verdict=cast("Verdict", verdict), note=form.one("note"), seen=form.one("seen"))
        deciding.decide_many(site.project.store, [one], reviewer=viewer.name, role=voice(viewer, before))
        return answer(site, request, before.event.document_id, done=Done(id, SAYS[verdict], part=form.one("part")))

    @routes.post("/undo")
    def undo(request: Request, form: Sent, viewer: Viewer = needs("coder")) -> Response:
        store = site.project.store
        given = form.one("decision")
        last = [given] if given else [one.id for one in deciding.last_gesture(store, reviewer=viewer.name)][:1]
        if not last:
            return RedirectResponse(_back(form) or "/", status_code=303)
        gone = deciding.undo(store, last[0], reviewer=viewer.name)
        return RedirectResponse(_where(site, gone, viewer=viewer) or _back(form) or "/", status_code=303)

    @routes.post("/findings/{id}/decide")
    def judge(form: Sent, id: str, viewer: Viewer = needs("coder")) -> Response:
        verdict: Verdict = "accept" if form.one("verdict") == "accept" else "reject"
        one = Said(subject=(id,), verdict=verdict, note=form.one("note"))
        deciding.decide_many(site.project.store, [one], reviewer=viewer.name)
        return RedirectResponse(f"{_back(form) or '/findings'}#{id}", status_code=303)

    @routes.post("/pairs")
    def pair(form: Sent, viewer: Viewer = needs("coder")) -> Response:
        verdict: Verdict = "same" if form.one("verdict") == "same" else "not the same"
        two = tuple(one for one in (form.one("left"), form.one("right")) if one)
        one = Said(subject=two, verdict=verdict, note=form.one("note"))
        deciding.decide_many(site.project.store, [one], reviewer=viewer.name)
        linking.regroup(site.project.store)
        to = incidents.of_event(site.project.store, two[0])
        return RedirectResponse(f"/incidents/{to.id}?{urlencode({'said': verdict})}", status_code=303)

    @routes.get("/next")
    def following_event(request: Request) -> Response:
        viewer: Viewer = request.state.viewer
        leaving = request.query_params.get("document")
        if leaving and (given := teams.own(site.project.store, leaving, viewer=viewer)) and given.done_at is None:
            # What was given to a coder is finished by saying so, not by walking on.
            return RedirectResponse(f"/documents/{given.document_id}?finished#given", status_code=303)
        found = views.next_event(site.project.store, Filters(blind=viewer.blind), leaving=leaving)
        if found is None:
            return RedirectResponse("/?done", status_code=303)
        document_id, event_id = found
        return RedirectResponse(f"/documents/{document_id}?event={event_id}", status_code=303)

    return routes


class Done:
    """What was just done: on which event, said how, in which part of its document; `stay`: the focus does not go on."""

    def __init__(self, event_id: str, says: str, *, part: str = "", stay: bool = False) -> None:
        self.event_id, self.says, self.stay = event_id, says, stay
        self.part = int(part) - 1 if part.isascii() and part.isdecimal() and len(part) < 9 else 0


def event_of(site: Site, id: str, *, viewer: Viewer) -> DecidedEvent:
    """An event as it stands. Raises NotFoundError."""
    found = decided.of_event(site.project.store, id, viewer=viewer)
    if found is None:
        raise NotFoundError(f"no event has the id {id!r}, or its document is coded otherwise by now")
    return found


def voice(viewer: Viewer, one: DecidedEvent) -> Voice:
    """As whom a decision is taken: where people differ, the word of whoever may adjudicate settles it."""
    told = viewer.voice(one.event.document_id)
    return "adjudicator" if told == "coder" and one.differs and viewer.may("adjudicator") else told


def answer(site: Site, request: Request, document_id: str, *, done: Done) -> Response:
    """What follows a decision on a card: the card as it stands, or the way to the next event."""
    viewer: Viewer = request.state.viewer
    document, coding, found = next(decided.of_documents(site.project.store, [document_id], viewer=viewer))
    following_id = following(found.events, done.event_id)
    if "hx-request" not in request.headers:
        if done.stay or following_id:
            to = f"/documents/{document_id}?event={done.event_id if done.stay else following_id}"
        else:
            to = f"/next?document={document_id}"
        return RedirectResponse(to, status_code=303)
    events = numbered(found.events)
    one = documents.card_of(
        site,
        document,
        viewer=viewer,
        events=events,
        done=(done.event_id, done.part),
        pipeline_id=coding.pipeline_id if coding else "",
    )
    counts = {"waiting": waiting(events.values()), "all": len(events)}
    card = site.render(request, "card_alone.html", one=one, document=document, part=done.part, states=STATES, **counts)
    card.headers["hx-trigger-after-settle"] = told_next(document_id, done, following_id)
    return card


def told_next(document_id: str, done: Done, following_id: str | None) -> str:
    """The header that tells scripts what was done, and where the focus goes."""
    then = "" if done.stay or following_id else f"/next?document={document_id}"
    told = {"at": done.event_id, "next": "" if done.stay else following_id or "", "then": then, "says": done.says}
    return json.dumps({"decided": told})


def whole(site: Site, request: Request, document_id: str, *, done: Done) -> Response:
    """What follows a decision that changes the text's marks: the whole desk, or its page."""
    viewer: Viewer = request.state.viewer
    if "hx-request" not in request.headers:
        return RedirectResponse(f"/documents/{document_id}?event={done.event_id}", status_code=303)
    events = decided.of_document(site.project.store, document_id, viewer=viewer)
    made = documents.page(site, request, document_id, wanted=documents.Wanted(event=done.event_id), said=done.says)
    made.headers["hx-retarget"] = made.headers["hx-reselect"] = "#desk"
    made.headers["hx-reswap"] = "outerHTML"
    made.headers["hx-trigger-after-settle"] = told_next(document_id, done, following(events, done.event_id))
    return made


def _where(site: Site, gone: tuple[Decision, ...], *, viewer: Viewer) -> str | None:
    """The page of what was taken back."""
    for one in gone:
        subject = one.subject.split()[0]
        if subject.startswith("n"):
            continue
        if subject.startswith("d"):
            return f"/documents/{subject}"
        if subject.startswith("e") and (found := decided.of_event(site.project.store, subject, viewer=viewer)):
            return f"/documents/{found.event.document_id}?event={subject}"
        if subject.startswith("i"):
            return f"/incidents/{subject}"
    return None


def _back(form: Form) -> str | None:
    """The page of ours that a form was on."""
    if document := form.one("document"):
        return f"/documents/{document}" if re.fullmatch("d[0-9a-f]{16}", document) else None
    given = form.one("back")
    return given if _BACK.fullmatch(given) else None
