"""How much of all events is decided, counted where they are listed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from byline.store import Store
from byline.store.schema import current_events, decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many events of one type and one source (None where they have none) are in one state, differ or not, ask or
    not."""

    type: str | None
    source: str | None
    state: str
    differs: bool
    asks: bool
    events: int


def counts(store: Store, *, without: Collection[str] = ()) -> tuple[Count, ...]:
    """Events by type, source and what people made of them; those of documents `without` left out."""
    columns = [current_events.c[name] for name in ("type", "source", "state", "differs", "asks")]
    query = select(*columns, func.count().label("events")).group_by(*columns)
    with store.reading() as connection:
        return tuple(Count(**row) for row in connection.execute(query.where(*_shown(without))).mappings())


def days(store: Store, *, without: Collection[str] = ()) -> tuple[tuple[str, str, int], ...]:
    """How many decisions each person took each day (UTC): day, reviewer, number. Notes, and what was undone, are left
    out."""
    undoing = decisions.alias()
    undone = select(undoing.c.id).where(undoing.c.verdict == "undo", undoing.c.subject == decisions.c.id).exists()
    day = func.substr(decisions.c.at, 1, 10)
    query = (
        select(day.label("day"), decisions.c.reviewer, func.count().label("number"))
        .where(decisions.c.verdict.not_in(("undo", "note")), ~undone)
        .group_by(day, decisions.c.reviewer)
        .order_by(day, decisions.c.reviewer)
    )
    if without:
        query = query.where(or_(decisions.c.document_id.is_(None), decisions.c.document_id.not_in(sorted(without))))
    with store.reading() as connection:
        return tuple((row.day, row.reviewer, row.number) for row in connection.execute(query))


def _shown(without: Collection[str]) -> list[ColumnElement[bool]]:
    return [current_events.c.document_id.not_in(sorted(without))] if without else []
