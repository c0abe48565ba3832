"""Which events is a person to look at first, and why? The queue's order, made of what stands in the tables at the time.

An event's rank is how sure the coder is, less what else speaks for a look: nothing outweighs people who differ, or a
decision on what reads otherwise now; reports that contradict it outweigh half of all doubt; a finding in its report, or
that it is new, a fifth. Only the strongest counts, so that each kind can be walked through by its score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, exists, false, func, not_, or_, select, tuple_

from byline.store.schema import current_events, finding_documents, incident_events

Kind = Literal["people differ", "ask again", "finding", "reports differ", "unsure", "new"]

URGENT: Final = 2.0
CONTRADICTED: Final = 0.5
FOUND: Final = 0.2
NEW: Final = 0.2
DONE: Final = -1.0
"""By how much each kind goes before its score; what is decided goes after all that is not."""

UNSURE: Final = 0.6
"""Below this score an event is said to be unsure: the least sure fifth of ordinary news."""

DECIDED: Final = ("accepted", "edited", "new", "rejected")
"""The states of what is decided."""

FEW: Final = 2_000
"""So many events in incidents that which of them differ is looked up for all at once, not event by event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an event is worth a look; `says` in a few words."""

    kind: Kind
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An event with its rank: the smaller, the sooner."""

    rank: float
    event_id: str
    document_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events: those that meet conditions, and where they are `waiting` a person's word is asked for."""

    conditions: Sequence[Any]
    waiting: bool


def first(connection: Connection, wanted: Wanted, *, after: str | None, limit: int) -> list[Picked]:
    """The first events that are wanted, after what a cursor names. Raises ValueError for what is no cursor.

    Each kind is asked for alone, so that an index gives it in order: the first of all are among the first of each.
    """
    table = current_events.c
    beyond = _read(after) if after is not None else None
    waits = table.state == "undecided"
    # Not by an index: of "no difference" that has all events, while an index by state has few.
    calm = [not_(func.coalesce(one, false())) for one in (table.differs, table.asks)]
    speaks = [(CONTRADICTED, _differing(connection)), (FOUND, _found())]
    if (since := connection.scalar(select(func.max(table.decided_at)))) is not None:
        speaks.append((NEW, table.coded_at > since))
    # Each kind leaves out what is of a stronger one, or a later page would show an event again.
    kinds: list[tuple[float, list[Any]]] = [(URGENT, [table.differs]), (URGENT, [table.asks, calm[0]])]
    stronger: list[Any] = list(calm)
    for bonus, one in speaks:
        kinds.append((bonus, [waits, one, *stronger]))
        stronger.append(not_(one))
    kinds.append((0.0, [waits, *stronger]))
    if not wanted.waiting:
        kinds += [(DONE, [table.state == state, *calm]) for state in DECIDED]
    picked: list[Picked] = []
    for bonus, which in kinds:
        query = select(table.event_id, table.document_id, table.score).where(*wanted.conditions, *which)
        if beyond is not None:
            query = query.where(tuple_(table.score, table.event_id) > tuple_(beyond[0] + bonus, beyond[1]))
        for row in connection.execute(query.order_by(table.score, table.event_id).limit(limit)):
            picked.append(Picked(rank=row.score - bonus, event_id=row.event_id, document_id=row.document_id))
    return nsmallest(limit, picked, key=lambda one: (one.rank, one.event_id))


def cursor(one: Picked) -> str:
    """What names an event in this order."""
    return f"{one.rank!r}~{one.event_id}"


def reasons(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Reason, ...]]:
    """Why each event of a page is worth a look, by its id; none for most that are decided."""
    ids = [row["event_id"] for row in rows]
    found = set(
        connection.scalars(
            select(finding_documents.c.document_id).where(
                finding_documents.c.document_id.in_([row["document_id"] for row in rows])
            )
        )
    )
    differ = _fields_that_differ(connection, ids)
    since = connection.scalar(select(func.max(current_events.c.decided_at)))
    return {row["event_id"]: tuple(_reasons(row, found, differ, since)) for row in rows}


def _reasons(row: Mapping[str, Any], found: set[str], differ: Mapping[str, str], since: str | None) -> list[Reason]:
    made = []
    if row["differs"]:
        made.append(Reason(kind="people differ", says="people differ"))
    if row["asks"]:
        made.append(Reason(kind="ask again", says="coded otherwise since it was decided"))
    if row["state"] != "undecided":
        return made
    if row["event_id"] in differ:
        made.append(Reason(kind="reports differ", says=f"reports differ in {differ[row['event_id']]}"))
    if row["document_id"] in found:
        made.append(Reason(kind="finding", says="a finding in its report"))
    if row["score"] < UNSURE:
        made.append(Reason(kind="unsure", says=f"{row['score']:.0%} sure"))
    if since is not None and row["coded_at"] > since:
        made.append(Reason(kind="new", says="new since the last decision"))
    return made


def _read(after: str) -> tuple[float, str]:
    rank, mark, id = after.rpartition("~")
    if not mark or not id:
        raise ValueError(f"{after!r} names no row")
    return float(rank), id


def _found() -> ColumnElement[bool]:
    """That a finding rests on the event's document."""
    return current_events.c.document_id.in_(select(finding_documents.c.document_id))


def _differing(connection: Connection) -> ColumnElement[bool]:
    """That another event of the incident is of another type, day or status."""
    mine = current_events.c
    other, its, beside = current_events.alias(), incident_events.alias(), incident_events.alias()
    differ = or_(other.c.type != mine.type, other.c.first_day != mine.first_day, other.c.status != mine.status)
    number = connection.scalar(select(func.count()).select_from(incident_events)) or 0
    if number <= FEW:
        ids = list(connection.scalars(select(incident_events.c.event_id)))
        return mine.event_id.in_(_fields_that_differ(connection, ids))
    return exists(
        select(1)
        .select_from(its)
        .join(beside, and_(beside.c.incident_id == its.c.incident_id, beside.c.event_id != its.c.event_id))
        .join(other, other.c.event_id == beside.c.event_id)
        .where(its.c.event_id == mine.event_id, differ)
    )


def _fields_that_differ(connection: Connection, event_ids: Sequence[str]) -> dict[str, str]:
    """For each of some events that another of its incident differs from: in what."""
    mine, other = current_events.alias(), current_events.alias()
    its, beside = incident_events.alias(), incident_events.alias()
    query = (
        select(
            its.c.event_id,
            *(
                func.max(case((mine.c[name] != other.c[name], 1), else_=0)).label(name)
                for name in ("type", "first_day", "status")
            ),
        )
        .select_from(its)
        .join(beside, and_(beside.c.incident_id == its.c.incident_id, beside.c.event_id != its.c.event_id))
        .join(mine, mine.c.event_id == its.c.event_id)
        .join(other, other.c.event_id == beside.c.event_id)
        .group_by(its.c.event_id)
    )
    names = {"type": "type", "first_day": "day", "status": "status"}
    told: dict[str, str] = {}
    for start in range(0, len(event_ids), FEW):
        for row in connection.execute(query.where(its.c.event_id.in_(event_ids[start : start + FEW]))).mappings():
            if which := [says for name, says in names.items() if row[name]]:
                told[row["event_id"]] = ", ".join(which)
    return told
