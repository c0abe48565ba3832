"""A document: its text with each event's words marked, the events beside it, and what was cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.errors import NotFoundError
from byline.model import Coding, Cut, Document, Event
from byline.project import incidents
from byline.review import told
from byline.review.paragraphs import Block, Stretch, blocks, part_of, parts, unplaced
from byline.review.segments import Mark, Segment, segments
from byline.review.site import Site
from byline.review.told import Value
from byline.sources import Bond, voice
from byline.store import views

COLOURS = 7
PATTERNS = 5
"""Colours and underlines of marks in the style sheet: together they tell 35 events of a page apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A value of an event, and the marks of the words it rests on that are on this page."""

    value: Value
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An event beside the text. `number` counts the document's events; `trigger` is the mark of its trigger."""

    number: int
    event: Event
    kind: str
    acled: str | None
    values: tuple[Told, ...]
    trigger: Mark
    marks: tuple[Mark, ...]

    @property
    def look(self) -> str:
        """The classes of its marks."""
        return look(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A part of a document, as it is shown. `chosen`: the event that was asked for; `others` tell the rest."""

    document: Document
    part: int
    parts: int
    title: tuple[Segment, ...]
    blocks: tuple[Block, ...]
    captions: tuple[tuple[Segment, ...], ...]
    chosen: Card | None
    others: tuple[Card, ...]
    elsewhere: int
    cuts: tuple[Cut, ...]


def look(number: int) -> str:
    """The classes of an event's marks: a colour and an underline, which come round at different times."""
    return f"c{number % COLOURS} p{number % PATTERNS}"


def router(site: Site) -> APIRouter:
    """The routes of documents and events."""
    routes = APIRouter()

    @routes.get("/documents/{id}", response_class=HTMLResponse)
    def document(request: Request, id: str) -> HTMLResponse:
        one = site.project.document(id)
        coding = site.project.store.latest_coding(id)
        chosen = request.query_params.get("event")
        part = request.query_params.get("part", "")
        shown = reading(
            site,
            one,
            coding,
            chosen=chosen,
            part=int(part) - 1 if part.isascii() and part.isdecimal() and len(part) < 9 else None,
        )
        behind = voice(one, register=site.project.sources).source
        bonds: tuple[Bond, ...] = site.project.sources.bonds(behind) if behind else ()
        return site.render(
            request,
            "document.html",
            reading=shown,
            coding=coding,
            behind=behind,
            bonds=bonds,
            look=look,
            incident=incidents.of_event(site.project.store, shown.chosen.event.id) if shown.chosen else None,
        )

    @routes.get("/events/{id}")
    def event(id: str) -> Response:
        document_id = views.document_of(site.project.store, id)
        if document_id is None:
            found = site.project.store.event(id)
            if found is None:
                raise NotFoundError(f"no event has the id {id!r}")
            document_id = found[0].id
        return RedirectResponse(f"/documents/{document_id}?event={id}#chosen", status_code=303)

    return routes


def reading(
    site: Site, document: Document, coding: Coding | None, *, chosen: str | None = None, part: int | None = None
) -> Reading:
    """A document as it is shown: the part asked for, else that of the chosen event, else the first."""
    in_parts = parts(document.text)
    numbered = _numbered(coding)
    picked = next((event for event in numbered.values() if event.id == chosen), None)
    if part is None:
        part = _part(picked, in_parts) if picked else 0
    part = min(max(part, 0), len(in_parts) - 1)
    here = {number: event for number, event in numbered.items() if event is picked or _part(event, in_parts) == part}
    cards = list(_cards(site, document, here, pipeline_id=coding.pipeline_id if coding else ""))
    marks = [mark for card in cards for mark in card.marks if picked in (None, card.event) or mark is card.trigger]
    return Reading(
        document=document,
        part=part,
        parts=len(in_parts),
        title=_segments(document, "title", marks),
        blocks=blocks(document, in_parts, part, marks=[mark for mark in marks if mark.span.part == "text"]),
        captions=tuple(_segments(document, f"caption:{nth}", marks) for nth in range(len(document.captions))),
        chosen=next((card for card in cards if card.event is picked), None),
        others=tuple(card for card in cards if card.event is not picked),
        elsewhere=len(numbered) - len(cards),
        cuts=unplaced(document),
    )


def _numbered(coding: Coding | None) -> dict[int, Event]:
    """The events of a coding by their numbers, in the order of their triggers, those of the title first."""
    events = coding.events if coding else ()
    in_order = sorted(events, key=lambda event: (event.trigger.part != "title", event.trigger.start, event.id))
    return dict(enumerate(in_order, start=1))


def _part(event: Event, in_parts: Sequence[Sequence[Stretch]]) -> int:
    """The part that an event's trigger is in; title and captions stand with the first."""
    return part_of(in_parts, event.trigger.start) if event.trigger.part == "text" else 0


def _cards(site: Site, document: Document, events: Mapping[int, Event], *, pipeline_id: str) -> Iterator[Card]:
    following = 0
    for number, event in events.items():
        record = site.project.record(event, document, pipeline_id=pipeline_id)
        marks = [
            Mark(number=following + nth, event=number, kind="trigger", span=span)
            for nth, span in enumerate((event.trigger, *event.told))
        ]
        values = []
        for value in told.values(event, document, record):
            its = tuple(
                Mark(number=following + len(marks) + nth, event=number, kind="value", span=span)
                for nth, span in enumerate(value.spans)
            )
            marks += its
            values.append(Told(value=value, marks=its))
        yield Card(
            number=number,
            event=event,
            kind=told.kind(event),
            acled=record["acled"]["sub_event_type"] if record["acled"] else None,
            values=tuple(values),
            trigger=marks[0],
            marks=tuple(marks),
        )
        following += len(marks)


def _segments(document: Document, part: str, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    try:
        words = document.part(part)
    except KeyError:
        return ()
    return segments(words, [mark for mark in marks if mark.span.part == part])
