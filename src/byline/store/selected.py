"""Which events of the newest codings, as decided, are asked for: their ids, many at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select, tuple_

from byline.store import Store
from byline.store.links import parts
from byline.store.schema import codings, current_events, current_places

FETCHED: Final = 5_000
"""Rows of the list of events fetched at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events are asked for; what is empty or None narrows nothing. `bbox` is west, south, east, north."""

    bbox: tuple[float, float, float, float] | None = None
    start: date | None = None
    end: date | None = None
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    least_confidence: float | None = None


def events(store: Store, wanted: Wanted) -> Iterator[tuple[str, str]]:
    """The ids of documents and of their events that are asked for, by document, and in it as they stand."""
    table = current_events.c
    query = select(table.document_id, table.event_id).where(*_conditions(wanted))
    query = query.order_by(table.document_id, table.position).execution_options(yield_per=FETCHED)
    with store.reading() as connection:
        for row in connection.execute(query):
            yield row.document_id, row.event_id


def among(store: Store, wanted: Wanted, *, event_ids: Sequence[str]) -> dict[str, str]:
    """Those of some events that are asked for, each with its document."""
    table = current_events.c
    query = select(table.event_id, table.document_id).where(*_conditions(wanted))
    with store.reading() as connection:
        return {
            row.event_id: row.document_id
            for part in parts(event_ids)
            for row in connection.execute(query.where(table.event_id.in_(part)))
        }


def number(store: Store) -> int:
    """How many events the newest codings have."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(current_events)) or 0


def pipelines(store: Store) -> tuple[str, ...]:
    """The ids of the pipelines whose codings are kept."""
    with store.reading() as connection:
        return tuple(sorted(connection.scalars(select(codings.c.pipeline_id).distinct())))


def _conditions(wanted: Wanted) -> list[Any]:
    table = current_events.c
    found: list[Any] = []
    if wanted.statuses:
        found.append(table.status.in_(wanted.statuses))
    if wanted.types:
        found.append(table.type.in_(wanted.types))
    if wanted.sources:
        found.append(table.source.in_(wanted.sources))
    if wanted.least_confidence is not None:
        found.append(table.score >= wanted.least_confidence)
    if wanted.start is not None:
        found.append(table.last_day >= wanted.start)
    if wanted.end is not None:
        found.append(table.first_day <= wanted.end)
    if wanted.bbox is not None:
        found.append(tuple_(table.document_id, table.position).in_(_in_box(wanted.bbox)))
    return found


def _in_box(bbox: tuple[float, float, float, float]) -> Select[Any]:
    west, south, east, north = bbox
    place = current_places.c
    sides = (place.longitude >= west, place.longitude <= east)
    across = and_(*sides) if west <= east else or_(*sides)
    return select(place.document_id, place.position).where(and_(across, place.latitude.between(south, north)))
