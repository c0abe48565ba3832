"""The keys by which copies are found, the pairs found, and which document each is a copy of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import Connection, delete, exists, func, insert, or_, select

from byline.model import Alike, Copy, Document
from byline.store import Store, codec
from byline.store.schema import alike, copies, documents, sketched, sketches

COMMON = 50
"""A key that more documents share is boilerplate, or they are copies found by the first of them already."""

ASKED = 5_000
"""Documents asked for in one query: databases bound how many values one may have."""

AT_A_TIME = 200
"""Documents taken at a time: a megabyte of text or so."""


def unsketched(store: Store, *, method: str) -> Iterator[tuple[Document, ...]]:
    """Documents whose keys were not made by `method` yet, a few at a time, by id. Add each lot before the next."""
    after = ""
    while True:
        # Looked up document by document: a list of all that were made would be read anew for each lot.
        made = exists().where(sketched.c.document_id == documents.c.id, sketched.c.method == method)
        query = select(documents).where(documents.c.id > after, ~made)
        with store.reading() as connection:
            rows = connection.execute(query.order_by(documents.c.id).limit(AT_A_TIME)).mappings()
            lot = tuple(codec.document(row) for row in rows)
        if not lot:
            return
        yield lot
        after = lot[-1].id


def sketch(store: Store, document_id: str, keys: Sequence[int], *, method: str) -> tuple[str, ...]:
    """Keeps the keys of a document; the ids of those kept before that share one, by id.

    Of keys that more than COMMON documents share, the documents kept first.
    """
    with store.writing() as connection:
        _forget(connection, document_id)
        new = insert(sketched).values(document_id=document_id, method=method).returning(sketched.c.number)
        number = connection.scalar(new)
        found: set[int] = set()
        for key in keys:
            query = select(sketches.c.number).where(sketches.c.key == key).order_by(sketches.c.number).limit(COMMON)
            found.update(connection.scalars(query))
        if keys:
            connection.execute(insert(sketches), [{"key": key, "number": number} for key in keys])
        if not found:
            return ()
        return tuple(
            connection.scalars(
                select(sketched.c.document_id).where(sketched.c.number.in_(found)).order_by(sketched.c.document_id)
            )
        )


def add_alike(store: Store, pair: Alike) -> None:
    """Keeps that two documents are copies, in place of what was found of them before."""
    with store.writing() as connection:
        connection.execute(delete(alike).where(alike.c.left == pair.left, alike.c.right == pair.right))
        connection.execute(
            insert(alike).values(
                left=pair.left, right=pair.right, left_share=pair.left_share, right_share=pair.right_share
            )
        )


def pairs(store: Store) -> Iterator[Alike]:
    """All pairs of copies."""
    with store.reading() as connection:
        for row in connection.execute(select(alike).execution_options(yield_per=10_000)).mappings():
            yield Alike(**row)


def published(store: Store) -> dict[str, date | None]:
    """The day of publication of each document that is in a pair."""
    paired = or_(documents.c.id.in_(select(alike.c.left)), documents.c.id.in_(select(alike.c.right)))
    with store.reading() as connection:
        rows = connection.execute(select(documents.c.id, documents.c.published).where(paired))
        return {row.id: row.published for row in rows}


def replace(store: Store, found: Iterable[Copy]) -> int:
    """Keeps which document is a copy of which, in place of what was kept of that before; how many copies there are."""
    rows = [
        {
            "document_id": one.document_id,
            "original_id": one.original_id,
            "share": one.share,
            "of_original": one.of_original,
        }
        for one in found
    ]
    with store.writing() as connection:
        connection.execute(delete(copies))
        if rows:
            connection.execute(insert(copies), rows)
    return len(rows)


def all_copies(store: Store) -> Iterator[Copy]:
    """Every copy, by its original and its own id."""
    query = select(copies).order_by(copies.c.original_id, copies.c.document_id)
    with store.reading() as connection:
        for row in connection.execute(query.execution_options(yield_per=10_000)).mappings():
            yield Copy(**row)


def original_of(store: Store, document_id: str) -> Copy | None:
    """What a document is a copy of; None where it is an original, or its copies were not looked for."""
    with store.reading() as connection:
        row = connection.execute(select(copies).where(copies.c.document_id == document_id)).mappings().first()
        return Copy(**row) if row else None


def copies_of(store: Store, document_id: str) -> tuple[Copy, ...]:
    """The copies of a document, by id."""
    query = select(copies).where(copies.c.original_id == document_id).order_by(copies.c.document_id)
    with store.reading() as connection:
        return tuple(Copy(**row) for row in connection.execute(query).mappings())


def among(store: Store, document_ids: Sequence[str]) -> tuple[Copy, ...]:
    """Those of some documents that are copies, of one of them or of another, by id."""
    with store.reading() as connection:
        found = [
            Copy(**row)
            for start in range(0, len(document_ids), ASKED)
            for row in connection.execute(
                select(copies).where(copies.c.document_id.in_(document_ids[start : start + ASKED]))
            ).mappings()
        ]
    return tuple(sorted(found, key=lambda one: one.document_id))


def looked_at(store: Store) -> int:
    """Documents whose copies were looked for."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(sketched)) or 0


def forget(store: Store, document_id: str) -> None:
    """Drops all that is kept of a document here: its keys are made of its words."""
    with store.writing() as connection:
        _forget(connection, document_id)
        connection.execute(
            delete(copies).where(or_(copies.c.document_id == document_id, copies.c.original_id == document_id))
        )


def _forget(connection: Connection, document_id: str) -> None:
    number = select(sketched.c.number).where(sketched.c.document_id == document_id).scalar_subquery()
    connection.execute(delete(sketches).where(sketches.c.number == number))
    connection.execute(delete(sketched).where(sketched.c.document_id == document_id))
    connection.execute(delete(alike).where(or_(alike.c.left == document_id, alike.c.right == document_id)))
