"""Result files into the database: one transaction a file, and loading it again changes nothing."""

from __future__ import annotations

import json
from array import array
from collections.abc import Container, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from byline.model import Document, Failure
from byline.store import Store, codec, current, links, rows
from byline.store.results import Outcome, Receipt, moment
from byline.store.schema import codings, custody, documents, events, failures, mentions, receipts, tombstones

LOST = ("time", "memory", "worker")
"""Steps of failures that may go otherwise another time: the document was lost to time, to memory or with its worker."""

PARTICULARS = (
    "title", "byline", "dateline_place", "dateline_date", "published", "language", "source_id", "url", "external_id",
    "captions",
)  # fmt: skip
"""What a document tells beside its text, and its coding may rest on."""

_AS_READ = tuple(documents.c[name] for name in ("id", "origin", *PARTICULARS))
"""What `_marks` asks of a document's row: never its text, since all coded documents are gone through before a run."""

AT_A_TIME = 10_000
"""Rows fetched at a time where all keys of a table are asked for."""


def load(store: Store, receipt: Receipt, outcomes: Sequence[Outcome]) -> tuple[bool, ...]:
    """Loads the outcomes of a result file; for each, whether its coding is new.

    A document that is kept already stays as it was first read, and a coding of its pipeline as it was first made: it is
    the same. One that tells other particulars now, at the same place, was mended there: it is kept as it is now, and
    its codings, which rest on what it told before, stay in their result files alone. One that was lost to time or
    memory before and is coded now is a failure no longer. One that was erased stays out.
    """
    with store.writing() as connection:
        row = {
            "id": receipt.sha256,
            "loaded_at": moment(),
            "documents": receipt.documents,
            "events": receipt.events,
            "failures": receipt.failures,
        }
        if not rows.insert_new(connection, receipts, row):
            return (False,) * len(outcomes)
        erased = _erased(connection, outcomes)
        kept = [one for one in outcomes if one.document is None or one.document.id not in erased]
        _revise(connection, [one.document for one in kept if one.document and one.coding])
        _insert_new(connection, documents, [codec.document_row(one.document) for one in kept if one.document])
        _insert_new(connection, custody, [rows.custody_row(one.document, one.custody) for one in kept if one.document])
        new = _load_codings(connection, [one for one in kept if one.coding], pipeline_id=receipt.pipeline_id)
        _insert_new(connection, failures, [rows.failure_row(one.failure) for one in kept if one.failure])
        _forget(connection, [one.custody.origin for one in kept if one.failure is None])
        return tuple(one.coding is not None and new.pop(one.coding.document_id, False) for one in outcomes)


def loaded(store: Store) -> set[str]:
    """The hashes of the result files that were loaded."""
    with store.reading() as connection:
        return set(connection.scalars(select(receipts.c.id)))


def coded(store: Store, pipeline_id: str) -> array[int]:
    """The documents that a pipeline has coded, as `document_number`s."""
    query = select(codings.c.document_id).where(codings.c.pipeline_id == pipeline_id)
    with store.reading() as connection:
        found = connection.execution_options(yield_per=AT_A_TIME).scalars(query)
        return array("Q", (document_number(id) for id in found))


def told(store: Store, pipeline_id: str) -> array[int]:
    """How the documents that a pipeline has coded were read: two `mark`s of each, of where it stood and of what it
    tells beside its text."""
    query = select(*_AS_READ).where(
        documents.c.id.in_(select(codings.c.document_id).where(codings.c.pipeline_id == pipeline_id))
    )
    marks = array("Q")
    with store.reading() as connection:
        for row in connection.execution_options(yield_per=AT_A_TIME).execute(query).mappings():
            marks.extend(_marks(row))
    return marks


def is_mended(document: Document, told: Container[int]) -> bool:
    """True for a document that was read at this place before and tells other particulars now: a row whose date was
    corrected. What another place tells of the same document changes nothing."""
    place, particulars = _marks(codec.document_row(document))
    return place in told and particulars not in told


def met(store: Store) -> array[int]:
    """What was met before: a `mark` of each reading in custody, and of each failure."""
    read = select(custody.c.document_id, custody.c.origin, custody.c.raw_sha256)
    failed = select(failures.c.document_id, failures.c.origin, failures.c.step, failures.c.pipeline_id)
    with store.reading() as connection:
        quick = connection.execution_options(yield_per=AT_A_TIME)
        marks = array("Q", (mark(*row) for row in quick.execute(read)))
        marks.extend(mark(*row) for row in quick.execute(failed))
    return marks


def lost(store: Store, pipeline_id: str) -> dict[str, Failure]:
    """Failures of a pipeline that may go otherwise another time, by where the document stood."""
    columns = [failures.c[name] for name in ("document_id", "pipeline_id", "origin", "step", "error")]
    query = select(*columns).where(failures.c.pipeline_id == pipeline_id, failures.c.step.in_(LOST))
    with store.reading() as connection:
        return {row["origin"]: Failure(**row) for row in connection.execute(query).mappings()}


def document_number(id: str) -> int:
    """A document's id as the number it is: 64 bits."""
    return int(id[1:], 16)


def mark(*parts: str | None) -> int:
    """64 bits that stand for some words. Two that fall together by chance cost a line of custody, nothing else."""
    words = rows.SEPARATOR.join(part or "" for part in parts)
    return int.from_bytes(sha256(words.encode("utf-8", "surrogatepass")).digest()[:8], "big")


def _marks(row: Mapping[str, Any] | RowMapping) -> tuple[int, int]:
    """Where a document stood, and what it tells beside its text, as numbers."""
    told = (json.dumps(row[name], default=str) for name in PARTICULARS)
    return mark("place", row["id"], row["origin"]), mark("told", row["id"], *told)


def _revise(connection: Connection, read: Sequence[Document]) -> None:
    """Puts documents that were mended where they stand in the place of what was read there, whose codings go."""
    query = select(*_AS_READ).where(documents.c.id.in_([document.id for document in read]))
    before = {mark for row in connection.execute(query).mappings() for mark in _marks(row)}
    for document in read:
        if is_mended(document, before):
            its = select(codings.c.id).where(codings.c.document_id == document.id)
            current.forget(connection, document.id)
            links.recoded(connection, document.id)
            connection.execute(delete(mentions).where(mentions.c.coding_id.in_(its)))
            connection.execute(delete(events).where(events.c.coding_id.in_(its)))
            connection.execute(delete(codings).where(codings.c.document_id == document.id))
            connection.execute(
                update(documents).where(documents.c.id == document.id).values(**codec.document_row(document))
            )


def _erased(connection: Connection, outcomes: Sequence[Outcome]) -> set[str]:
    ids = [outcome.document.id for outcome in outcomes if outcome.document]
    return set(connection.scalars(select(tombstones.c.document_id).where(tombstones.c.document_id.in_(ids))))


def _load_codings(connection: Connection, outcomes: Sequence[Outcome], *, pipeline_id: str) -> dict[str, bool]:
    """Inserts the codings that are not there, with their events and mentions; the ids of their documents."""
    told = {one.coding.document_id: (one.coding, one.custody.read_at) for one in reversed(outcomes) if one.coding}
    there = _coding_ids(connection, list(told), pipeline_id)
    new = {id: one for id, one in reversed(told.items()) if id not in there}
    rows.insert_all(
        connection, codings, [rows.coding_row(coding, coded_at=read_at) for coding, read_at in new.values()]
    )
    ids = _coding_ids(connection, list(new), pipeline_id)
    made = [(coding, ids[id]) for id, (coding, _) in new.items()]
    rows.insert_all(connection, events, [row for coding, id in made for row in rows.event_rows(coding, coding_id=id)])
    rows.insert_all(
        connection, mentions, [row for coding, id in made for row in rows.mention_rows(coding, coding_id=id)]
    )
    current.keep(connection, made)
    return dict.fromkeys(new, True)


def _coding_ids(connection: Connection, document_ids: list[str], pipeline_id: str) -> dict[str, int]:
    query = select(codings.c.document_id, codings.c.id).where(
        codings.c.pipeline_id == pipeline_id, codings.c.document_id.in_(document_ids)
    )
    return {row.document_id: row.id for row in connection.execute(query)}


def _forget(connection: Connection, origins: Sequence[str]) -> None:
    """Deletes the failures by which documents, that are there now, were lost."""
    lost = failures.c.step.in_(LOST)
    if connection.scalar(select(failures.c.id).where(lost).limit(1)) is not None:
        connection.execute(delete(failures).where(lost, failures.c.origin.in_(origins)))


def _insert_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Inserts the rows whose key is not there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    if rows:
        connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
