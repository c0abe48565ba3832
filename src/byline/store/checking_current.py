"""Whether the lists of events are what codings and decisions come to, and whether each decision can be read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, select

from byline.store import Store, current, decided, schema
from byline.store.breaks import REBUILD, Break

AT_A_TIME = 100
"""Documents checked at a time."""

NAMED = 3
"""Of a document's wrong rows so many are named."""


def breaks(store: Store) -> Iterator[Break]:
    """What does not hold between the lists of events, and the codings and decisions that they are made of."""
    with store.reading() as connection:
        ids = list(connection.scalars(select(schema.documents.c.id).order_by(schema.documents.c.id)))
        for start in range(0, len(ids), AT_A_TIME):
            yield from _lot(connection, ids[start : start + AT_A_TIME])
            yield from _unreadable(connection, ids[start : start + AT_A_TIME])


def _lot(connection: Connection, ids: list[str]) -> Iterator[Break]:
    tables = (schema.current_events, schema.current_places)
    for table, wanted in zip(tables, current.expected(connection, ids), strict=True):
        key = [column.name for column in table.primary_key]
        told = {tuple(row[name] for name in key): row for row in wanted}
        kept = {tuple(row[name] for name in key): dict(row) for row in _kept(connection, table, ids)}
        wrong = sorted(place for place in told.keys() | kept.keys() if told.get(place) != kept.get(place))
        for place in islice(wrong, NAMED):
            row = told.get(place) or kept[place]
            yield Break(where=row["document_id"], what=_what(table, told.get(place), kept.get(place)), advice=REBUILD)
        if len(wrong) > NAMED:
            yield Break(where=f"table {table.name}", what=f"differs in {len(wrong) - NAMED} more rows", advice=REBUILD)


def _kept(connection: Connection, table: Table, ids: list[str]) -> Iterator[Any]:
    yield from connection.execute(select(table).where(table.c.document_id.in_(ids))).mappings()


def _what(table: Table, told: dict[str, Any] | None, kept: dict[str, Any] | None) -> str:
    """How a row is not what it should be."""
    noun = "event" if table is schema.current_events else "place"
    if told is None or kept is None:
        return f"its list of {noun}s has {'one too many' if told is None else 'one too few'}"
    name = next(name for name in kept if kept[name] != told.get(name))
    return f"its list of {noun}s has another {name} than its coding and decisions come to"


def _unreadable(connection: Connection, ids: list[str]) -> Iterator[Break]:
    with_decisions = sorted(decided.of(connection, ids))
    for one in decided.of_documents(connection, with_decisions):
        for id, standing in one.decided.standings.items():
            if standing == "unreadable":
                what = f"what it says of {one.document.id} cannot be read, so it takes no effect"
                yield Break(where=id, what=what, advice="decide it again")
