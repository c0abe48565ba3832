"""What tests of linking share: reports of happenings, invented, over real places, coded by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from byline.model import (
    Coding,
    Custody,
    Document,
    Event,
    Incident,
    Mention,
    Place,
    Quantity,
    Span,
    When,
    document_id,
    event_id,
    sha256,
)
from byline.project import Project
from byline.store import incidents
from byline.store.results import Outcome
from kept import run

PLACES = {
    "Oruro": Place(name="Oruro", precision="city", geonameid=3909234, latitude=-17.97, longitude=-67.11, country="BO"),
    "Tarija": Place(
        name="Tarija", precision="city", geonameid=3903320, latitude=-21.53, longitude=-64.73, country="BO"
    ),
    "Salta": Place(name="Salta", precision="city", geonameid=3838233, latitude=-24.79, longitude=-65.41, country="AR"),
}
FIRST = date(2026, 3, 2)

WORDS = {
    "Oruro": "A bomb exploded at the grain market in Oruro {day} and wounded {told.wounded} porters, {told.paper} "
    "wrote. Stalls burned until the evening.",
    "Tarija": "Mortars exploded near a winery in Tarija {day} and wounded {told.wounded} pickers, {told.paper} wrote. "
    "Nobody could say whose vineyard it had been.",
    "Salta": "A grenade exploded under the railway bridge in Salta {day} and wounded {told.wounded} guards, "
    "{told.paper} wrote. Trains to Chile were held.",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A happening as one report tells it: a bomb in a place on a day, and how many it wounded."""

    paper: str
    place: str = "Oruro"
    day: date | None = FIRST
    wounded: int = 4
    status: Any = "reported"
    at: str | None = None
    """Another place than the event's name for it: the event has no place where it is "" ."""


def report(told: Told) -> Document:
    """The document that tells it."""
    day = "one day" if told.day is None else f"on {told.day:%A}"
    words = WORDS[told.place].format(day=day, told=told)
    return Document(
        id=document_id(source=told.paper, where=f"{told.paper}.txt", text=words),
        text=words,
        origin=f"inbox/{told.paper}.txt",
        raw_sha256=sha256(words),
        text_sha256=sha256(words),
        made_by="text 1",
        source_id=told.paper,
        published=(told.day or FIRST) + timedelta(days=1),
    )


def event_of(told: Told, document: Document, *, trigger: str = "exploded") -> Event:
    """The event that was read out of it."""
    text = document.text
    start = text.index(trigger)
    span, sentence = Span(start=start, end=start + len(trigger)), Span(start=0, end=text.index(".") + 1)
    where = Span(start=text.index(" in ") + 4, end=text.index(" in ") + 4 + len(told.place))
    number = text.index(f" {told.wounded} ") + 1
    wounded = Span(start=number, end=number + len(str(told.wounded)))
    count = Quantity(what="injuries", low=told.wounded, high=told.wounded)
    mentions = [Mention(role="quantity", span=wounded, value=count, by="t 1")]
    if told.at != "":
        mentions.append(Mention(role="place", span=where, value=PLACES[told.at or told.place], by="t 1"))
    if told.day is not None:
        day = When(start=told.day, end=told.day, precision="day", basis="stated")
        mentions.append(Mention(role="when", span=sentence, value=day, by="t 1"))
    return Event(
        id=event_id(document_id=document.id, trigger=span),
        document_id=document.id,
        type="ASSAULT",
        mode="explosives",
        trigger=span,
        sentence=sentence,
        status=told.status,
        mentions=tuple(mentions),
        by="t 1",
    )


def coded(told: Told, *, pipeline: str = "p1", at: str = "2026-03-05T10:00:00Z", trigger: str = "exploded") -> Outcome:
    """The report with its event, as a run keeps it."""
    document = report(told)
    event = event_of(told, document, trigger=trigger)
    coding = Coding(document_id=document.id, pipeline_id=pipeline, sentences=(event.sentence,), events=(event,))
    custody = Custody(origin=document.origin, raw_sha256=document.raw_sha256, read_at=at, byline="0.1.0")
    return Outcome(custody=custody, document=document, coding=coding)


def keep(project: Project, *told: Told, pipeline: str = "p1", at: str = "2026-03-05T10:00:00Z", **how: Any) -> None:
    """Keeps reports in a project, as one run."""
    made = [coded(one, pipeline=pipeline, at=at, **how) for one in told]
    run(project.store, *made, pipeline=pipeline, at=f"{at}{'-'.join(one.paper for one in told)}")


def id_of(told: Told, *, trigger: str = "exploded") -> str:
    """The id of the event that a report tells."""
    return event_of(told, report(told), trigger=trigger).id


def standing(project: Project) -> list[Incident]:
    """The incidents of two events or more."""
    return sorted(incidents.joined(project.store), key=lambda one: one.id)


def groups(project: Project) -> set[tuple[str, ...]]:
    """Which events stand together."""
    return {one.event_ids for one in standing(project)}
