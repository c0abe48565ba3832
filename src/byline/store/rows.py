"""One thing as rows and back, on a connection: what a Store, a check and an erasure have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from byline.model import Coding, Custody, Document, Event, Failure, Mention, Tombstone, sha256
from byline.store import codec, current
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


def insert_coding(connection: Connection, coding: Coding, *, coded_at: str) -> bool:
    """Keeps a coding with its events and mentions. False where one of that document and pipeline is kept already."""
    coding_id = _insert(connection, codings, coding_row(coding, coded_at=coded_at))
    if coding_id is None:
        return False
    insert_all(connection, events, event_rows(coding, coding_id=coding_id))
    insert_all(connection, mentions, mention_rows(coding, coding_id=coding_id))
    current.keep(connection, [(coding, coding_id)])
    return True


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
    return Coding(
        document_id=row["document_id"],
        pipeline_id=row["pipeline_id"],
        sentences=codec.spans(row["sentences"]),
        events=events_of(connection, {row["id"]: row["document_id"]}).get(row["id"], ()),
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
    told_of = select(mentions).where(mentions.c.coding_id.in_(codings))
    ordered = told_of.order_by(mentions.c.coding_id, mentions.c.event_position, mentions.c.position)
    by_event: dict[tuple[int, int], list[Mention]] = {
        key: [codec.mention(row) for row in group]
        for key, group in groupby(
            connection.execute(ordered).mappings(), key=lambda row: (row["coding_id"], row["event_position"])
        )
    }
    query = select(events).where(events.c.coding_id.in_(codings)).order_by(events.c.coding_id, events.c.position)
    return {
        id: tuple(
            codec.event(row, document_id=codings[id], mentions=by_event.get((id, row["position"]), ())) for row in group
        )
        for id, group in groupby(connection.execute(query).mappings(), key=lambda row: int(row["coding_id"]))
    }


def document(connection: Connection, id: str) -> Document:
    """The document of an id that is kept."""
    return codec.document(connection.execute(select(documents).where(documents.c.id == id)).mappings().one())


def insert_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, none of whose keys is there; nothing where there are none."""
    if rows:
        connection.execute(insert(table), rows)
