"""What two coders differ in, side by side, to be settled by a third; and what a new coder has to learn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.deciding import DecidedEvent, values
from byline.deciding.viewing import Viewer
from byline.errors import AssignmentError, DecisionError
from byline.model import Document
from byline.project import settling, training
from byline.project.pairing import Pair
from byline.project.settling import Choice, Difference
from byline.review.access import needs
from byline.review.forms import Form, Sent
from byline.review.site import Site

SHOWN = ("type", "mode", "status", "when", "places", "actors", "quantities", "attribution")
"""The fields of an event that are put side by side, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A field as each of two has it, as a decision keeps it ("" for nothing); `differs` where what they say is not the
    same."""

    field: str
    first: str | None
    second: str | None
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A happening as each of two has it: the words around its trigger, and its fields."""

    key: str
    number: int
    before: str
    trigger: str
    after: str
    event_id: str
    pair: Pair
    lines: tuple[Line, ...]


def router(site: Site) -> APIRouter:
    """The routes of settling and of learning."""
    routes = APIRouter()
    store = site.project.store

    @routes.get("/team/settle/{id}", response_class=HTMLResponse)
    def show(request: Request, id: str, viewer: Viewer = needs("adjudicator")) -> HTMLResponse:
        return _settle(site, request, id, viewer=viewer)

    @routes.post("/team/settle/{id}")
    def settle(request: Request, form: Sent, id: str, viewer: Viewer = needs("adjudicator")) -> Response:
        _, differences = settling.to_settle(store, id, viewer=viewer)
        try:
            settling.settle(store, id, chosen=_chosen(differences, form), viewer=viewer)
        except (AssignmentError, DecisionError) as error:
            return _settle(site, request, id, viewer=viewer, wrong=str(error), form=form)
        left = settling.open_documents(store, viewer=viewer)
        return RedirectResponse(f"/team/settle/{left[0].document_id}" if left else "/team", status_code=303)

    @routes.get("/team/training/{id}", response_class=HTMLResponse)
    def learn(request: Request, id: str, viewer: Viewer = needs("coder")) -> HTMLResponse:
        found = training.lesson(store, id, viewer=viewer)
        document = site.project.document(id)
        return site.render(
            request,
            "training.html",
            document=document,
            lesson=found,
            besides=[_beside(pair, nth, document) for nth, pair in enumerate(found.pairs, start=1)],
        )

    return routes


def _settle(
    site: Site, request: Request, id: str, *, viewer: Viewer, wrong: str = "", form: Form | None = None
) -> HTMLResponse:
    one, differences = settling.to_settle(site.project.store, id, viewer=viewer)
    document = site.project.document(id)
    besides = [_beside(each.pair, nth, document, key=each.key) for nth, each in enumerate(differences, start=1)]
    return site.render(
        request,
        "settle.html",
        status=400 if wrong else 200,
        document=document,
        doubled=one,
        besides=besides,
        differ=sum(each.pair.differs for each in differences),
        fields={each.key: each.fields for each in differences},
        left=len(settling.open_documents(site.project.store, viewer=viewer)),
        form=form or Form({}),
        wrong=wrong,
    )


def _beside(pair: Pair, number: int, document: Document, *, key: str = "") -> Beside:
    told = pair.first or pair.second
    assert told is not None  # a pair has a side
    event = told.event
    words, trigger = document.quote(event.sentence), event.trigger
    inside = event.sentence.part == trigger.part
    start = trigger.start - event.sentence.start if inside else 0
    end = trigger.end - event.sentence.start if inside else 0
    fields = {one.set_by for one in pair.differences()}
    return Beside(
        key=key,
        number=number,
        before=words[:start][-400:],
        trigger=words[start:end] if inside else document.quote(trigger),
        after=words[end:][:400],
        event_id=event.id,
        pair=pair,
        lines=tuple(
            Line(
                field=name,
                first=_told(name, pair.first),
                second=_told(name, pair.second),
                differs=name in fields,
            )
            for name in SHOWN
        ),
    )


def _told(name: str, one: DecidedEvent | None) -> str | None:
    return values.told_of(name, one.event) if one is not None else None


def _chosen(differences: tuple[Difference, ...], form: Form) -> Mapping[str, Choice]:
    """What was chosen for each pair: of those in which nothing differs, that it is as both say."""
    return {one.key: choice for one in differences if (choice := _choice(one, form)) is not None}


def _choice(one: Difference, form: Form) -> Choice | None:
    said = form.one(f"{one.key}.event") or ("" if one.pair.differs and not one.pair.differences() else "yes")
    if said not in ("yes", "no"):
        return None
    if said == "no":
        return Choice(event=False)
    fields: dict[str, str] = {}
    for name in one.fields:
        whose = form.one(f"{one.key}.{name}")
        side = {"first": one.pair.first, "second": one.pair.second}.get(whose)
        if side is not None:
            fields[name] = values.told_of(name, side.event)
        elif whose == "other":
            fields[name] = form.one(f"{one.key}.{name}.value")
        else:
            return None
    return Choice(event=True, fields=fields)
