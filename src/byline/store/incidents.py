"""Incidents as they stand, in tables: an index over `incidents.jsonl`.

An event that was never joined to another is an incident of its own, named after the event, and has no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from byline.deciding import EVERYTHING, Viewer
from byline.model import Document, Event, Incident, incident_id
from byline.store import Store, decided, incident_log
from byline.store import current as standing
from byline.store.incident_log import Change
from byline.store.links import parts
from byline.store.results import moment
from byline.store.schema import current_events, events, incident_events, incidents

FETCHED = 20_000
"""Rows fetched at a time."""

EVER = ((events, "id"), (current_events, "event_id"))
"""Where an event stands that a coding ever had, or that a person made."""


def synchronise(store: Store) -> None:
    """Fills the tables anew where the file has lines they do not know: a run was killed between the two."""
    if incident_log.last_turn(store.files) > last_turn(store):
        fill(store)


def fill(store: Store) -> int:
    """Fills the tables from the file, in place of what they held; how many incidents there are, merged ones besides."""
    record = incident_log.fold(incident_log.read(store.files))
    made = [{"id": id, "into": record.into.get(id), "turn": turn} for id, turn in sorted(record.turns.items())]
    held = [{"event_id": event, "incident_id": incident} for event, incident in sorted(record.of.items())]
    with store.writing() as connection:
        connection.execute(delete(incident_events))
        connection.execute(delete(incidents))
        if made:
            connection.execute(insert(incidents), made)
        if held:
            connection.execute(insert(incident_events), held)
    return len(record.turns)


def write_out(store: Store) -> int:
    """Writes down the incidents of the tables where their file was lost; how many. For whoever holds the files
    alone."""
    if next(incident_log.read(store.files), None) is not None:
        return 0
    with store.reading() as connection:
        known = connection.execute(select(incidents).order_by(incidents.c.id)).all()
        held = connection.execute(select(incident_events).order_by(incident_events.c.event_id)).all()
    of: dict[str, list[str]] = {}
    for row in held:
        of.setdefault(row.incident_id, []).append(row.event_id)
    at = moment()
    incident_log.append(
        store.files,
        [
            Change(turn=row.turn, at=at, incident=row.id, events=tuple(of.get(row.id, ())), into=row.into)
            for row in known
        ],
    )
    return len(known)


def settle(store: Store) -> None:
    """Writes down where incidents lead that two laptops' lines together leave without events, and fills the tables. For
    whoever holds the files alone."""
    record = incident_log.fold(incident_log.read(store.files))
    turn, at = max(record.turns.values(), default=0) + 1, moment()
    led = sorted(record.led.items())
    incident_log.append(store.files, [Change(turn=turn, at=at, incident=one, into=other) for one, other in led])
    fill(store)


def keep(store: Store, given: Mapping[str, Sequence[str]], merged: Mapping[str, str]) -> None:
    """Gives events to incidents, and lets incidents lead into others from now on: on disk first, then in the tables."""
    if not given and not merged:
        return
    turn, at = last_turn(store) + 1, moment()
    changes = [Change(turn=turn, at=at, incident=one, events=tuple(events)) for one, events in sorted(given.items())]
    changes += [Change(turn=turn, at=at, incident=one, into=into) for one, into in sorted(merged.items())]
    incident_log.append(store.files, changes)
    with store.writing() as connection:
        _spoken_of(connection, sorted({*given, *merged, *merged.values()}), turn)
        for old, into in merged.items():
            led = or_(incidents.c.id == old, incidents.c.into == old)
            connection.execute(update(incidents).where(led).values(into=into))
            its = update(incident_events).where(incident_events.c.incident_id == old)
            connection.execute(its.values(incident_id=into))
        _give(connection, given)


def last_turn(store: Store) -> int:
    """The last turn that the tables know."""
    with store.reading() as connection:
        return connection.scalar(select(func.max(incidents.c.turn))) or 0


def given(store: Store, event_ids: Sequence[str]) -> dict[str, str]:
    """The incidents of those of some events that were ever given to one."""
    with store.reading() as connection:
        return {
            row.event_id: row.incident_id
            for part in parts(event_ids)
            for row in connection.execute(select(incident_events).where(incident_events.c.event_id.in_(part)))
        }


def fellows(store: Store, incident_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The events ever given to some incidents, each with its incident, whether the newest codings have them or not."""
    with store.reading() as connection:
        for part in parts(incident_ids):
            query = select(incident_events).where(incident_events.c.incident_id.in_(part))
            for row in connection.execute(query):
                yield row.event_id, row.incident_id


def minted(store: Store, ids: Sequence[str]) -> set[str]:
    """Those of some ids that incidents have, merged or not."""
    with store.reading() as connection:
        return {
            id
            for part in parts(ids)
            for id in connection.scalars(select(incidents.c.id).where(incidents.c.id.in_(part)))
        }


def current(store: Store, event_ids: Sequence[str]) -> set[str]:
    """Those of some events that stand: that the newest coding of their document has or a person made, and that nobody
    rejected."""
    return standing.there(store, event_ids, standing=True)


def leads_to(store: Store, id: str) -> str | None:
    """The incident that an id of an incident stands for now: its own, or the one it was merged into, or for an event's
    own name the one the event was given to. None where no incident or event ever had it."""
    with store.reading() as connection:
        row = connection.execute(select(incidents.c.into).where(incidents.c.id == id)).first()
        if row is not None:
            return str(row.into or id)
        event = "e" + id[1:]
        of = select(incident_events.c.incident_id).where(incident_events.c.event_id == event)
        if (found := connection.scalar(of)) is not None:
            return str(found)
        ever = (select(table.c[name]).where(table.c[name] == event).limit(1) for table, name in EVER)
        return id if any(connection.scalar(one) for one in ever) else None


def incident(store: Store, id: str) -> Incident:
    """The incident of an id that was not merged, with those of its events that the newest codings have."""
    with store.reading() as connection:
        query = _held().where(incident_events.c.incident_id == id).order_by(incident_events.c.event_id)
        held = tuple(row.event_id for row in connection.execute(query))
        known = connection.scalar(select(incidents.c.id).where(incidents.c.id == id))
    if known is None:
        held = tuple(current(store, ["e" + id[1:]]))
    return Incident(id=id, event_ids=held)


def merged_into(store: Store, id: str) -> tuple[str, ...]:
    """The ids of incidents that were merged into one."""
    with store.reading() as connection:
        return tuple(connection.scalars(select(incidents.c.id).where(incidents.c.into == id).order_by(incidents.c.id)))


def joined(store: Store) -> Iterator[Incident]:
    """Incidents of two events or more that the newest codings have, those of most events first."""
    number = func.count()
    of_two = _held(number.label("number")).group_by(incident_events.c.incident_id).having(number > 1).subquery()
    query = (
        _held()
        .join(of_two, of_two.c.incident_id == incident_events.c.incident_id)
        .order_by(of_two.c.number.desc(), incident_events.c.incident_id, incident_events.c.event_id)
    )
    with store.reading() as connection:
        id, held = "", list[str]()
        for row in connection.execute(query.execution_options(yield_per=FETCHED)):
            if row.incident_id != id and held:
                yield Incident(id=id, event_ids=tuple(held))
                held = []
            id = row.incident_id
            held.append(row.event_id)
        if held:
            yield Incident(id=id, event_ids=tuple(held))


def size(store: Store) -> tuple[int, int]:
    """How many incidents of two events or more there are, and how many events they have together."""
    number = func.count()
    of_two = _held(number.label("number")).group_by(incident_events.c.incident_id).having(number > 1).subquery()
    with store.reading() as connection:
        found = connection.execute(select(func.count(), func.coalesce(func.sum(of_two.c.number), 0))).one()
    return int(found[0]), int(found[1])


def documents(store: Store, event_ids: Sequence[str]) -> dict[str, str]:
    """The document of each of those of some events that newest codings have."""
    of = select(current_events.c.event_id, current_events.c.document_id)
    with store.reading() as connection:
        return {
            row.event_id: row.document_id
            for part in parts(event_ids)
            for row in connection.execute(of.where(current_events.c.event_id.in_(part)))
        }


def reports(
    store: Store, document_ids: Sequence[str], *, viewer: Viewer = EVERYTHING
) -> Iterator[tuple[Event, Document]]:
    """All events of documents that stand, as coded last and decided, each with its document: as a viewer may see
    them."""
    with store.reading() as connection:
        for one in decided.of_documents(connection, document_ids, viewer=viewer):
            yield from ((event.event, one.document) for event in one.decided.events if event.state != "rejected")


def of_event(event_id: str, given: Mapping[str, str]) -> str:
    """The incident of an event: the one it was given to, else its own."""
    return given.get(event_id) or incident_id(event_id)


def _held(*columns: ColumnElement[int]) -> Select[Any]:
    """Events given to incidents that stand."""
    chosen = (incident_events.c.incident_id, *(columns or (incident_events.c.event_id,)))
    held = current_events.c.event_id == incident_events.c.event_id
    return select(*chosen).join(current_events, held).where(current_events.c.state != "rejected")


def _spoken_of(connection: Connection, ids: Iterable[str], turn: int) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(incidents)
    new = new.on_conflict_do_update(index_elements=["id"], set_={"turn": new.excluded.turn})
    connection.execute(new, [{"id": id, "into": None, "turn": turn} for id in ids])


def _give(connection: Connection, given: Mapping[str, Sequence[str]]) -> None:
    held = [{"event_id": event, "incident_id": id} for id, events in sorted(given.items()) for event in events]
    if not held:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(incident_events)
    new = new.on_conflict_do_update(index_elements=["event_id"], set_={"incident_id": new.excluded.incident_id})
    connection.execute(new, held)
