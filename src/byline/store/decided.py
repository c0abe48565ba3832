"""What decisions make of documents, asked on a connection: their newest codings and the decisions on them, edited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, or_, select

from byline.deciding import EVERYTHING, DecidedDocument, Viewer, edit, making
from byline.model import Coding, Decision, Document, Event, Span
from byline.store import codec, rows
from byline.store.schema import codings, decisions, documents, events

AT_A_TIME = 100
"""Documents fetched at a time: some megabytes."""

ASKED = 5_000
"""Values one query takes."""

COLUMNS = tuple(decisions.c[one.name] for one in fields(Decision))
"""The columns of `decisions` that a decision is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A document with its newest coding (None: it was not coded), that coding's number (0: none), when it was read for
    it, the decisions on it that the viewer may see, the events of earlier codings that they speak of, and what they
    make of it. Where only some of its events were asked for, `positions` are theirs in the coding, by id, and `number`
    is how many it has."""

    document: Document
    coding: Coding | None
    coding_id: int
    coded_at: str
    told: tuple[Decision, ...]
    gone: Mapping[str, Event]
    decided: DecidedDocument
    positions: Mapping[str, int] = field(default_factory=dict)
    number: int = 0


def of_documents(connection: Connection, document_ids: Sequence[str], *, viewer: Viewer = EVERYTHING) -> Iterator[Held]:
    """Documents as decided, in the order given, a few fetched at a time; those that are not there are left out."""
    for start in range(0, len(document_ids), AT_A_TIME):
        ids = document_ids[start : start + AT_A_TIME]
        found = connection.execute(select(documents).where(documents.c.id.in_(ids))).mappings()
        read = {row["id"]: codec.document(row) for row in found}
        newest = rows.newest_codings(connection, list(read))
        told = of(connection, list(read))
        for id in ids:
            if id in read:
                coding, number, at = newest.get(id, (None, 0, ""))
                its = tuple(one for one in told.get(id, ()) if viewer.hears(id, one))
                known = {event.id for event in coding.events} if its and coding is not None else set[str]()
                gone = _gone(connection, id, known, its) if its else {}
                yield Held(
                    document=read[id],
                    coding=coding,
                    coding_id=number,
                    coded_at=at,
                    told=its,
                    gone=gone,
                    decided=edit(read[id], coding, decisions=its, gone=gone, viewer=viewer),
                )


def some_events(
    connection: Connection, document_id: str, *, ids: Collection[str] = (), viewer: Viewer = EVERYTHING
) -> Held | None:
    """A document with only those events that decisions speak of, or that have these ids: what is asked after each
    decision, and a document may have thousands. None where it is not there."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).mappings().first()
    if row is None:
        return None
    document = codec.document(row)
    its = tuple(one for one in of(connection, [document_id]).get(document_id, ()) if viewer.hears(document_id, one))
    spoken = {id for one in its for id in one.subject.split() if id.startswith("e")} | set(ids)
    newest = rows.newest_head(connection, document_id)
    if newest is None:
        coding, coding_id, at, found, number = None, 0, "", dict[int, Event](), 0
    else:
        head, coding_id, at, number = newest
        found = rows.some_events(connection, coding_id, document_id, wanted=events.c.id.in_(spoken))
        known = {event.id for event in found.values()}
        beside = [event.trigger for event in _gone(connection, document_id, known, its).values()]
        beside += filter(None, (making.trigger(one) for one in its if one.verdict == "new"))
        if beside:
            wanted = or_(events.c.id.in_(spoken), *(_overlap(span) for span in beside))
            found = rows.some_events(connection, coding_id, document_id, wanted=wanted)
        coding = replace(head, events=tuple(found.values()))
    gone = _gone(connection, document_id, {event.id for event in found.values()}, its)
    return Held(
        document=document,
        coding=coding,
        coding_id=coding_id,
        coded_at=at,
        told=its,
        gone=gone,
        decided=edit(document, coding, decisions=its, gone=gone, viewer=viewer),
        positions={event.id: position for position, event in found.items()},
        number=number,
    )


def _overlap(span: Span) -> ColumnElement[bool]:
    """That a trigger shares a character with a span; of whatever part."""
    start, end = (events.c.trigger[place].as_integer() for place in (0, 1))
    return and_(start < span.end, end > span.start)


def of(connection: Connection, document_ids: Sequence[str]) -> dict[str, list[Decision]]:
    """The decisions that speak of some documents and their events, the earliest first."""
    found: dict[str, list[Decision]] = {}
    query = select(*COLUMNS, decisions.c.document_id).order_by(decisions.c.at, decisions.c.id)
    for start in range(0, len(document_ids), ASKED):
        part = query.where(decisions.c.document_id.in_(document_ids[start : start + ASKED]))
        for row in connection.execute(part).mappings():
            found.setdefault(row["document_id"], []).append(decision(row))
    return found


def decision(row: RowMapping) -> Decision:
    """The decision of a row, whatever else the row holds."""
    return Decision(**{one.name: row[one.name] for one in COLUMNS})


def _gone(
    connection: Connection, document_id: str, known: Collection[str], told: Sequence[Decision]
) -> Mapping[str, Event]:
    """Events of earlier codings that decisions speak of, and that are not `known` now, as coded last."""
    ids = sorted({id for one in told for id in one.subject.split() if id.startswith("e")} - set(known))
    found: dict[str, Event] = {}
    for id in ids:
        with_it = select(events.c.coding_id).where(events.c.id == id)
        old = rows.newest_coding(connection, codings.c.id.in_(with_it), codings.c.document_id == document_id)
        if old is not None:
            found[id] = next(event for event in old.events if event.id == id)
    return found
