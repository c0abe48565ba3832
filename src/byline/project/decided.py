"""What people made of events, asked: by document, by event, by value, in sum; always as one viewer may see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from byline.deciding import DecidedDocument, DecidedEvent, Viewer, edit, values
from byline.errors import NotFoundError
from byline.model import Coding, Decision, Document, Event
from byline.store import Store, decisions, tallies
from byline.store import decided as kept
from byline.store.decided import Held

VERDICT = "event"
"""The name of the verdict among the things that have a history; the others are fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn that a field took: what it was before and after (`values.told_of` forms; "" for none; for the verdict the
    state, "joined into" another event or "split"), by whom ("machine PIPELINE" or "person:NAME"), when, and the
    decision (None for the machine's). `counts`: whether it took effect when it came (a double coder's did not, nor what
    an adjudicator had settled, nor what a newer coding reads where a person had spoken)."""

    field: str
    before: str
    after: str
    by: str
    at: str
    decision: Decision | None
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field that a newer coding reads otherwise than the one a person saw: both in `values.told_of` forms. "trigger"
    is the words it rests on."""

    field: str
    seen: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many events there are under a name, by what people made of them; `differs` and `asks` are counted besides."""

    name: str | None
    accepted: int = 0
    rejected: int = 0
    edited: int = 0
    new: int = 0
    undecided: int = 0
    differs: int = 0
    asks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is decided and what remains: in all, by type and by source, those of most events first; and decisions a day,
    by reviewer (day in UTC, reviewer, number), undone ones left out."""

    all: Tally
    types: tuple[Tally, ...]
    sources: tuple[Tally, ...]
    days: tuple[tuple[str, str, int], ...]


def document(store: Store, document_id: str, *, viewer: Viewer) -> DecidedDocument:
    """A document's events as decided, and how each decision on it stands. Raises NotFoundError."""
    return _held(store, document_id, viewer).decided


def of_document(store: Store, document_id: str, *, viewer: Viewer) -> tuple[DecidedEvent, ...]:
    """A document's events as decided: the newest coding's in order, then people's own. Raises NotFoundError."""
    return document(store, document_id, viewer=viewer).events


def of_documents(
    store: Store, document_ids: Sequence[str], *, viewer: Viewer
) -> Iterator[tuple[Document, Coding | None, DecidedDocument]]:
    """Documents with their newest coding and their events as decided, some fetched at a time, in the order given; those
    that are not there are left out."""
    with store.reading() as connection:
        for one in kept.of_documents(connection, document_ids, viewer=viewer):
            yield one.document, one.coding, one.decided


def of_event(store: Store, event_id: str, *, viewer: Viewer) -> DecidedEvent | None:
    """An event as decided; None where the newest coding of its document has none of that id and nobody made it."""
    document_id = decisions.documents_of(store, [event_id]).get(event_id)
    if document_id is None:
        return None
    with store.reading() as connection:
        held = kept.some_events(connection, document_id, ids=[event_id], viewer=viewer)
    found = held.decided.events if held is not None else ()
    return next((one for one in found if one.event.id == event_id), None)


def history(store: Store, subject: str, *, field: str | None = None, viewer: Viewer) -> tuple[Turn, ...]:
    """The turns that the fields of an event (or one of them; "event" for the verdict) took, the machine's first.

    Raises NotFoundError where no coding and nobody ever made it.
    """
    document_id = decisions.documents_of(store, [subject]).get(subject)
    if document_id is None:
        raise NotFoundError(f"no event has the id {subject}")
    held = _held(store, document_id, viewer)
    turns = [*_of_machine(store, subject, document_id), *_of_people(held, subject, viewer)]
    turns.sort(key=lambda one: one.at)  # stable: the fields of one moment stay in order
    spoken: set[str] = set()
    told: list[Turn] = []
    for one in turns:
        if one.decision is not None:
            spoken.add(one.field)
        elif one.field in spoken:
            one = replace(one, counts=False)
        told.append(one)
    return tuple(one for one in told if field is None or one.field == field)


def changes(store: Store, decision: Decision) -> tuple[Change, ...]:
    """What the newest coding reads otherwise than the coding that a decision was taken on; none where that is not kept,
    or where nothing differs."""
    ids = decision.subject.split()
    of = decisions.documents_of(store, ids)
    found: list[Change] = []
    for id in ids:
        old = store.coding(of[id], decision.pipeline_id) if id in of else None
        before = next((one for one in old.events if one.id == id), None) if old is not None else None
        now = decisions.where_now(store, [id])[id]
        newest = store.latest_coding(of[id]) if now is not None else None
        after = next((one for one in newest.events if one.id == now), None) if newest is not None else None
        text = store.document(of[id]) if before is not None and after is not None else None
        if before is not None and after is not None and text is not None:
            found += _changed(before, after, text)
    return tuple(found)


def progress(store: Store, *, viewer: Viewer) -> Progress:
    """What is decided and what remains; documents that the viewer is blind for are left out."""
    counts = tallies.counts(store, without=viewer.blind)
    types = _tallied((one.type, one) for one in counts)
    sources = _tallied((one.source, one) for one in counts)
    return Progress(
        all=_sum(None, types),
        types=types,
        sources=sources,
        days=tallies.days(store, without=viewer.blind),
    )


def _held(store: Store, document_id: str, viewer: Viewer) -> Held:
    with store.reading() as connection:
        for one in kept.of_documents(connection, [document_id], viewer=viewer):
            return one
    raise NotFoundError(f"no document has the id {document_id!r}")


# What a field was, and when


def _of_machine(store: Store, event_id: str, document_id: str) -> Iterator[Turn]:
    """What codings read of an event, the earliest first, and what a later one read otherwise."""
    before: Event | None = None
    for coding, at in store.codings(document_id):
        event = next((one for one in coding.events if one.id == event_id), None)
        if event is None:
            continue
        by = f"machine {coding.pipeline_id}"
        for name in values.FIELDS:
            was = values.told_of(name, before) if before is not None else ""
            now = values.told_of(name, event)
            if now != was:
                yield Turn(field=name, before=was, after=now, by=by, at=at, decision=None, counts=True)
        before = event


def _of_people(held: Held, event_id: str, viewer: Viewer) -> Iterator[Turn]:
    """What people said of an event, each with what it changed when it came."""
    one = next((one for one in held.decided.events if one.event.id == event_id), None)
    told = _all_on(held, event_id, viewer)
    coding = held.coding
    if coding is not None and one is not None:
        coding = replace(coding, events=tuple(event for event in coding.events if event.id == event_id))
    before = _replayed(held, coding, [], event_id, viewer)
    for number, decision in enumerate(told, 1):
        after = _replayed(held, coding, told[:number], event_id, viewer)
        by = f"{values.PERSON}{decision.reviewer}"
        fields = _changed_fields(before, after)
        said = _said(decision)
        for name in dict.fromkeys((*fields, *said)):
            was, now = (_told(name, side) for side in (before, after))
            what = now if name in fields else said.get(name) or now
            counts = name in fields or (what == now and decision.role != "double coder")
            yield Turn(field=name, before=was, after=what, by=by, at=decision.at, decision=decision, counts=counts)
        before = after


def _all_on(held: Held, event_id: str, viewer: Viewer) -> list[Decision]:
    """The decisions on an event that a viewer may see, and those that take them back, in order."""
    one = next((one for one in held.decided.events if one.event.id == event_id), None)
    seen = [one for one in held.told if viewer.sees(held.document.id) or one.reviewer == viewer.name]
    every = sorted(seen, key=lambda each: (each.at, each.id))
    ids = {each.id for each in (one.decisions if one is not None else ())}
    ids |= {each.id for each in every if event_id in each.subject.split()}
    for each in every:
        if each.verdict == "undo" and each.subject in ids:
            ids.add(each.id)
    return [each for each in every if each.id in ids]


def _replayed(
    held: Held, coding: Coding | None, told: Sequence[Decision], event_id: str, viewer: Viewer
) -> DecidedEvent | None:
    made = edit(held.document, coding, decisions=told, gone=held.gone, viewer=viewer)
    return next((one for one in made.events if one.event.id == event_id), None)


def _told(name: str, one: DecidedEvent | None) -> str:
    if one is None:
        return ""
    if name != VERDICT:
        return values.told_of(name, one.event)
    return f"joined into {one.into}" if one.into is not None else one.state


def _changed_fields(before: DecidedEvent | None, after: DecidedEvent | None) -> list[str]:
    return [name for name in (VERDICT, *values.FIELDS) if _told(name, before) != _told(name, after)]


def _said(decision: Decision) -> dict[str, str]:
    """What a decision says of which field, whether or not that took effect."""
    if decision.verdict == "set":
        return {decision.field or "": decision.value or ""}
    said = {"accept": "accepted", "reject": "rejected", "split": "split", "new": "new", "note": ""}
    if decision.verdict == "joined":
        return {VERDICT: f"joined into {decision.value}"}
    return {VERDICT: said[decision.verdict]} if decision.verdict in said else {}


def _changed(before: Event, after: Event, text: Document) -> Iterator[Change]:
    words = text.quote(before.trigger), text.quote(after.trigger)
    if before.trigger != after.trigger:
        yield Change(field="trigger", seen=words[0], now=words[1])
    for name in values.FIELDS:
        was, now = values.told_of(name, before), values.told_of(name, after)
        if was != now:
            yield Change(field=name, seen=was, now=now)


# Sums


def _tallied(counts: Iterable[tuple[str | None, tallies.Count]]) -> tuple[Tally, ...]:
    every: dict[str | None, Counter[str]] = {}
    for name, one in counts:
        of = every.setdefault(name, Counter())
        of[one.state] += one.events
        of["differs"] += one.events * one.differs
        of["asks"] += one.events * one.asks
    made = [Tally(name=name, **of) for name, of in every.items()]
    return tuple(sorted(made, key=lambda one: (-_events(one), one.name or "")))


def _events(one: Tally) -> int:
    return one.accepted + one.rejected + one.edited + one.new + one.undecided


def _sum(name: str | None, every: Iterable[Tally]) -> Tally:
    fields = ("accepted", "rejected", "edited", "new", "undecided", "differs", "asks")
    lot = list(every)
    return Tally(name=name, **{field: sum(getattr(one, field) for one in lot) for field in fields})
