"""One thing as rows and back, on a connection: what a Store, a check and an erasure have in common."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    Text,
    and_,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from byline.model import Coding, Custody, Document, Event, Failure, Mention, Tombstone, sha256
from byline.store import codec
from byline.store.schema import codings, documents, events, failures, mentions, tombstones

SEPARATOR = "\x1f"


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Inserts a row unless one with its key is there. True when it was inserted."""
    return _insert(connection, table, row) is not None


def _insert(connection: Connection, table: Table, row: dict[str, Any]) -> Any:
    """The first column of the primary key of the row that was inserted; None where one with its key is there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = next(iter(table.primary_key))
    return connection.scalar(dialect.insert(table).values(row).on_conflict_do_nothing().returning(first))


def insert_document(connection: Connection, document: Document) -> bool:
    """Keeps a document. False where one of its id is kept already."""
    return insert_new(connection, documents, codec.document_row(document))


def insert_coding(connection: Connection, coding: Coding, *, coded_at: str) -> int | None:
    """Keeps a coding with its events and mentions; its number. None where one of that document and pipeline is kept
    already."""
    coding_id: int | None = _insert(connection, codings, coding_row(coding, coded_at=coded_at))
    if coding_id is not None:
        insert_all(connection, events, event_rows(coding, coding_id=coding_id))
        insert_all(connection, mentions, mention_rows(coding, coding_id=coding_id))
    return coding_id


def insert_failure(connection: Connection, failure: Failure) -> bool:
    """Keeps a failure. False where the same step of the same pipeline has failed on the same thing before."""
    return insert_new(connection, failures, failure_row(failure))


def coding_row(coding: Coding, *, coded_at: str) -> dict[str, Any]:
    """A coding's row in `codings`; its events and mentions have rows of their own."""
    return {
        "document_id": coding.document_id,
        "pipeline_id": coding.pipeline_id,
        "sentences": codec.spans_list(coding.sentences),
        "people": codec.people_list(coding.people),
        "let_through": coding.let_through,
        "coded_at": coded_at,
    }


def event_rows(coding: Coding, *, coding_id: int) -> list[dict[str, Any]]:
    """The rows of a coding's events."""
    return [
        codec.event_row(event, coding_id=coding_id, position=position) for position, event in enumerate(coding.events)
    ]


def mention_rows(coding: Coding, *, coding_id: int) -> list[dict[str, Any]]:
    """The rows of the mentions of a coding's events."""
    return [
        codec.mention_row(mention, coding_id=coding_id, event_position=event_position, position=position)
        for event_position, event in enumerate(coding.events)
        for position, mention in enumerate(event.mentions)
    ]


def failure_row(failure: Failure) -> dict[str, Any]:
    """A failure's row, under a key that is the same for the same step, pipeline and thing."""
    parts = (failure.document_id or "", failure.origin, failure.step, failure.pipeline_id or "")
    return asdict(failure) | {"key": sha256(SEPARATOR.join(parts))}


def custody_row(document: Document, custody: Custody) -> dict[str, Any]:
    """The row of a reading, under a key that is the same for the same reading."""
    row = asdict(custody) | {"document_id": document.id, "made_by": document.made_by}
    return row | {"key": sha256(SEPARATOR.join(row.values()))}


def insert_tombstone(connection: Connection, tombstone: Tombstone) -> bool:
    """Keeps a tombstone. False where the document has one."""
    return insert_new(connection, tombstones, asdict(tombstone))


def newest_coding(connection: Connection, *conditions: Any) -> Coding | None:
    """The coding made last of those that meet the conditions."""
    newest = select(codings).where(*conditions).order_by(codings.c.coded_at.desc(), codings.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    if row is None:
        return None
    return _coding(row, events_of(connection, {row["id"]: row["document_id"]}).get(row["id"], ()))


def newest_codings(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[Coding, int, str]]:
    """The newest coding of each of some documents that was coded: with its number, and when the document was read for
    it."""
    found = connection.execute(select(codings).where(codings.c.document_id.in_(document_ids), is_newest())).mappings()
    of = {int(row["id"]): row for row in found}
    told = events_of(connection, {id: row["document_id"] for id, row in of.items()})
    return {row["document_id"]: (_coding(row, told.get(id, ())), id, row["coded_at"]) for id, row in of.items()}


def newest_head(connection: Connection, document_id: str) -> tuple[Coding, int, str, int] | None:
    """The newest coding of a document without its events: with its number, when the document was read for it, and how
    many events it has. None where the document was not coded."""
    query = select(codings).where(codings.c.document_id == document_id)
    newest = query.order_by(codings.c.coded_at.desc(), codings.c.id.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    if row is None:
        return None
    number = connection.scalar(select(func.count()).select_from(events).where(events.c.coding_id == row["id"]))
    return _coding(row, ()), int(row["id"]), row["coded_at"], number or 0


def _coding(row: RowMapping, told: tuple[Event, ...]) -> Coding:
    return Coding(
        document_id=row["document_id"],
        pipeline_id=row["pipeline_id"],
        sentences=codec.spans(row["sentences"]),
        events=told,
        people=codec.people(row["people"]),
        let_through=row["let_through"],
    )


def is_newest() -> ColumnElement[bool]:
    """That of its document's codings a row of `codings` is the one made last."""
    later = codings.alias()
    after = or_(
        later.c.coded_at > codings.c.coded_at,
        and_(later.c.coded_at == codings.c.coded_at, later.c.id > codings.c.id),
    )
    return ~exists().where(later.c.document_id == codings.c.document_id, after)


def events_of(connection: Connection, codings: Mapping[int, str]) -> dict[int, tuple[Event, ...]]:
    """The events of codings, given with their documents' ids, in order; those without events are left out."""
    order = (mentions.c.coding_id, mentions.c.event_position, mentions.c.position)
    told = select(mentions).where(mentions.c.coding_id.in_(codings)).order_by(*order)
    by_event: dict[tuple[int, int], list[Mention]] = {}
    for row in _read_at_once(connection, told, ("span", "value", "antecedent", "also")):
        by_event.setdefault((row["coding_id"], row["event_position"]), []).append(codec.mention(row))
    query = select(events).where(events.c.coding_id.in_(codings)).order_by(events.c.coding_id, events.c.position)
    rows = _read_at_once(connection, query, ("trigger", "sentence", "members", "contexts", "told"))
    return {
        id: tuple(
            codec.event(row, document_id=codings[id], mentions=by_event.get((id, row["position"]), ())) for row in group
        )
        for id, group in groupby(rows, key=lambda row: int(row["coding_id"]))
    }


def _read_at_once(connection: Connection, query: Select[Any], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of a query, with the JSON of some columns read all at once: the values of ten thousand rows one by one
    take half a second, for which a person who opens a long report waits."""
    columns = [one for one in query.selected_columns if one.name not in names]
    told = [cast(one, Text).label(one.name) for one in query.selected_columns if one.name in names]
    plain, which = [one.name for one in columns], [one.name for one in told]
    found = connection.execute(query.with_only_columns(*columns, *told)).all()
    lists = ("[" + ",".join(one or "null" for one in row[len(plain) :]) + "]" for row in found)
    for row, read in zip(found, json.loads("[" + ",".join(lists) + "]"), strict=True):
        yield dict(zip(plain, row, strict=False)) | dict(zip(which, read, strict=True))


def some_events(
    connection: Connection, coding_id: int, document_id: str, *, wanted: ColumnElement[bool]
) -> dict[int, Event]:
    """Those events of a coding that are wanted, by their position in it."""
    query = select(events).where(events.c.coding_id == coding_id, wanted).order_by(events.c.position)
    found = {int(row["position"]): row for row in connection.execute(query).mappings()}
    told: dict[int, list[Mention]] = {}
    its = select(mentions).where(mentions.c.coding_id == coding_id, mentions.c.event_position.in_(found))
    for row in connection.execute(its.order_by(mentions.c.event_position, mentions.c.position)).mappings():
        told.setdefault(row["event_position"], []).append(codec.mention(row))
    return {
        position: codec.event(row, document_id=document_id, mentions=told.get(position, ()))
        for position, row in found.items()
    }


def document(connection: Connection, id: str) -> Document:
    """The document of an id that is kept."""
    return codec.document(connection.execute(select(documents).where(documents.c.id == id)).mappings().one())


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, none of whose keys is there; nothing where there are none."""
    if rows:
        connection.execute(insert(table), rows)
