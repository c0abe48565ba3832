"""A document: its text with each event's words marked, the events beside it with what people decided, and what was cut.

This is where a coder sits: decisions are taken on its cards (`verdicts.py`, `edits.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.deciding import DecidedEvent, Viewer
from byline.errors import NotFoundError
from byline.model import Cited, Cut, Document, Event
from byline.project import auditing, decided, teams
from byline.project.auditing import Judged
from byline.review.cards import STATES, Card, cards, look, numbered, waiting
from byline.review.others import others
from byline.review.paragraphs import Block, Stretch, blocks, part_of, parts, unplaced
from byline.review.segments import Mark, Segment, segments
from byline.review.site import Site
from byline.sources import Bond, voice
from byline.store import views

MOST_COMPARED = 60
"""Events of a page whose incidents are looked at; the rest lead to theirs by their own pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding beside the text: the marks of its words in this document, and the other documents it rests on."""

    judged: Judged
    marks: tuple[Mark, ...]
    elsewhere: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A part of a document, as it is shown. `chosen`: the event that was asked for. `elsewhere`: events in other
    parts; `waiting`: how many of all its events wait for a person's word."""

    document: Document
    pipeline_id: str
    part: int
    parts: int
    title: tuple[Segment, ...]
    blocks: tuple[Block, ...]
    captions: tuple[tuple[Segment, ...], ...]
    chosen: Card | None
    cards: tuple[Card, ...]
    findings: tuple[Found, ...]
    elsewhere: int
    waiting: int
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a document is asked for: an event, by whose words alone the text may be marked, or a part."""

    event: str | None = None
    alone: bool = False
    part: int | None = None


def router(site: Site) -> APIRouter:
    """The routes of documents and events."""
    routes = APIRouter()

    @routes.get("/documents/{id}", response_class=HTMLResponse)
    def document(request: Request, id: str) -> HTMLResponse:
        params = request.query_params
        part = params.get("part", "")
        wanted = Wanted(
            event=params.get("event"),
            alone="alone" in params,
            part=int(part) - 1 if part.isascii() and part.isdecimal() and len(part) < 9 else None,
        )
        return page(site, request, id, wanted=wanted)

    @routes.get("/events/{id}")
    def event(request: Request, id: str) -> Response:
        document_id = views.document_of(site.project.store, id)
        if document_id is None:
            found = site.project.store.event(id)
            if found is None:
                raise NotFoundError(f"no event has the id {id!r}")
            document_id = found[0].id
        return RedirectResponse(f"/documents/{document_id}?event={id}#chosen", status_code=303)

    return routes


def page(site: Site, request: Request, id: str, *, wanted: Wanted, said: str = "") -> HTMLResponse:
    """A document's page; `said` is what was just done."""
    one = site.project.document(id)
    shown = reading(site, one, viewer=request.state.viewer, wanted=wanted)
    behind = voice(one, register=site.project.sources).source
    bonds: tuple[Bond, ...] = site.project.sources.bonds(behind) if behind else ()
    return site.render(
        request,
        "document.html",
        reading=shown,
        coded=bool(shown.pipeline_id),
        behind=behind,
        bonds=bonds,
        look=look,
        states=STATES,
        said=said,
        alone=wanted.alone,
        given=teams.own(site.project.store, id, viewer=request.state.viewer),
        finished="finished" in request.query_params,
    )


def reading(site: Site, document: Document, *, viewer: Viewer, wanted: Wanted) -> Reading:
    """A document as it is shown: the part asked for, else that of the chosen event, else the first."""
    store = site.project.store
    _, coding, found_events = next(decided.of_documents(store, [document.id], viewer=viewer))
    in_parts = parts(document.text)
    events = numbered(found_events.events)
    picked = next((one for one in events.values() if one.event.id == wanted.event), None)
    part = wanted.part
    if part is None:
        part = _part(picked.event, in_parts) if picked else 0
    part = min(max(part, 0), len(in_parts) - 1)
    here = {number: one for number, one in events.items() if one is picked or _part(one.event, in_parts) == part}
    beside = others(site, [one.event.id for one in here.values()][:MOST_COMPARED], viewer=viewer)
    pipeline_id = coding.pipeline_id if coding else ""
    made = tuple(cards(site, document, here, pipeline_id=pipeline_id, others=beside))
    marks = [mark for card in made for mark in _shown(card, picked if wanted.alone else None)]
    found = tuple(
        _found(auditing.of_document(store, document.id, viewer=viewer), document, after=sum(len(c.marks) for c in made))
    )
    marks += [mark for one in found for mark in one.marks]
    return Reading(
        document=document,
        pipeline_id=pipeline_id,
        part=part,
        parts=len(in_parts),
        title=_segments(document, "title", marks),
        blocks=blocks(document, in_parts, part, marks=[mark for mark in marks if mark.span.part == "text"]),
        captions=tuple(_segments(document, f"caption:{nth}", marks) for nth in range(len(document.captions))),
        chosen=next((card for card in made if card.decided is picked), None),
        cards=made,
        findings=found,
        elsewhere=len(events) - len(made),
        waiting=waiting(events.values()),
        cuts=unplaced(document),
    )


def card_of(
    site: Site,
    document: Document,
    *,
    events: dict[int, DecidedEvent],
    done: tuple[str, int],
    pipeline_id: str,
    viewer: Viewer,
) -> Card:
    """The card of an event, `done` as its id and its part, with its marks numbered as on the page of that part."""
    in_parts = parts(document.text)
    event_id, part = done
    part = min(max(part, 0), len(in_parts) - 1)
    here = {
        number: one for number, one in events.items() if one.event.id == event_id or _part(one.event, in_parts) == part
    }
    beside = others(site, [event_id], viewer=viewer)
    made = cards(site, document, here, pipeline_id=pipeline_id, others=beside)
    return next(one for one in made if one.event.id == event_id)


def following(events: Sequence[DecidedEvent], event_id: str) -> str | None:
    """The next event of a document that waits for a person's word, after one and then from the first; None: none."""
    in_order = list(numbered(events).values())
    at = next((nth for nth, one in enumerate(in_order) if one.event.id == event_id), -1)
    turned = [*in_order[at + 1 :], *in_order[: max(at, 0)]]
    waits = (one.event.id for one in turned if one.state == "undecided" or one.differs or one.asks)
    return next(waits, None)


def _shown(card: Card, picked: DecidedEvent | None) -> tuple[Mark, ...]:
    """The marks of a card that stand in the text: of an event that is held to be none, and beside the one whose words
    alone are asked for, the trigger."""
    return (card.trigger,) if card.gone or picked not in (None, card.decided) else card.marks


def _part(event: Event, in_parts: Sequence[Sequence[Stretch]]) -> int:
    """The part that an event's trigger is in; title and captions stand with the first."""
    return part_of(in_parts, event.trigger.start) if event.trigger.part == "text" else 0


def _found(judged: Sequence[Judged], document: Document, *, after: int) -> Iterator[Found]:
    """Findings with the marks of their words here, numbered on from those of events."""
    number = after
    for one in judged:
        cited: tuple[Cited, ...] = (*one.finding.claim, *one.finding.against)
        spans = dict.fromkeys(each.span for each in cited if each.document_id == document.id)
        marks = tuple(Mark(number=number + nth, event=0, kind="finding", span=span) for nth, span in enumerate(spans))
        number += len(marks)
        yield Found(judged=one, marks=marks, elsewhere=tuple(each for each in one.documents if each.id != document.id))


def _segments(document: Document, part: str, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    try:
        words = document.part(part)
    except KeyError:
        return ()
    return segments(words, [mark for mark in marks if mark.span.part == part])
