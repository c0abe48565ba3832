"""What is compared of each event, the links found, and the events whose incidents are to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from byline.model import Document, Event
from byline.store import Store, codec, decided, rows
from byline.store.schema import codings, current_events, documents, linkable, links, touched

AT_A_TIME = 200
"""Documents taken at a time: a megabyte of text or so."""

ASKED = 5_000
"""Events asked for in one query: databases bound how many values one may have."""

FETCHED = 20_000
"""Rows fetched at a time."""

_FIRST = 1 << 63
"""Databases keep numbers with a sign, so ids are counted from the middle: their order stays."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A document whose newest coding was not packed yet, with its events as coded and decided, and the rows of an
    earlier one by the same method, where there are some."""

    document: Document
    coding_id: int
    events: tuple[Event, ...]
    before: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The rows of a document's events, and the numbers of those that came or changed, and of those that went or
    changed; `gone` holds the rows of these as they were."""

    document_id: str
    coding_id: int
    rows: bytes
    came: tuple[int, ...] = ()
    went: tuple[int, ...] = ()
    gone: bytes = b""


def number(event_id: str) -> int:
    """The number by which an event is kept here: in the order of ids."""
    return int(event_id[1:], 16) - _FIRST


def event_id(number: int) -> str:
    """The event of a number."""
    return f"e{number + _FIRST:016x}"


def unpacked(store: Store, *, method: str) -> Iterator[tuple[Unpacked, ...]]:
    """Documents whose newest coding was not packed by `method`, a few at a time, by id. Pack each lot before the
    next."""
    after = ""
    while True:
        with store.reading() as connection:
            lot = tuple(_unpacked(connection, method, after=after))
        if not lot:
            return
        yield lot
        after = lot[-1].document.id


def pack(store: Store, packed: Sequence[Packed], *, method: str) -> None:
    """Keeps rows in place of those of an earlier coding; what was found of events that went or changed is dropped, and
    they and those they were linked with are touched."""
    with store.writing() as connection:
        went = [number for one in packed for number in one.went]
        touch(store, [*went, *_beside(connection, went), *(number for one in packed for number in one.came)])
        _drop(connection, went)
        before = _before(connection, [one.document_id for one in packed])
        connection.execute(delete(linkable).where(linkable.c.document_id.in_([one.document_id for one in packed])))
        kept = []
        for one in packed:
            compared_by, gone = before.get(one.document_id, (None, b""))
            kept.append(
                {
                    "document_id": one.document_id,
                    "coding_id": one.coding_id,
                    "packed_by": method,
                    "compared_by": None if one.came or one.went else compared_by,
                    "rows": one.rows,
                    "gone": gone + one.gone or None,
                }
            )
        if kept:
            connection.execute(insert(linkable), kept)


def table(store: Store, *, method: str) -> Iterator[tuple[bytes, bool]]:
    """The rows of each document, by its id, and whether its events were compared by `method` already."""
    query = select(linkable.c.rows, linkable.c.compared_by).order_by(linkable.c.document_id)
    with store.reading() as connection:
        for row in connection.execute(query.execution_options(yield_per=FETCHED)):
            yield bytes(row.rows), row.compared_by == method


def gone(store: Store) -> bytes:
    """The rows of events that went or changed since events were last compared."""
    with store.reading() as connection:
        return b"".join(map(bytes, connection.scalars(select(linkable.c.gone).where(linkable.c.gone.is_not(None)))))


def rows_of(store: Store, event_ids: Sequence[str]) -> Iterator[bytes]:
    """The rows of the documents that these events are of."""
    of = select(current_events.c.document_id)
    with store.reading() as connection:
        ids = set[str]()
        for part in parts(event_ids):
            ids.update(connection.scalars(of.where(current_events.c.event_id.in_(part))))
        for part in parts(sorted(ids)):
            query = select(linkable.c.rows).where(linkable.c.document_id.in_(part)).order_by(linkable.c.document_id)
            yield from map(bytes, connection.scalars(query))


def compared(store: Store, *, method: str) -> None:
    """Marks all events packed as compared by `method`."""
    with store.writing() as connection:
        old = or_(linkable.c.compared_by.is_(None), linkable.c.compared_by != method, linkable.c.gone.is_not(None))
        connection.execute(update(linkable).where(old).values(compared_by=method, gone=None))


def begin(store: Store, *, method: str) -> None:
    """Drops all links where some were found by another method, and touches the events that were in one."""
    other = select(linkable.c.document_id).where(linkable.c.compared_by != method).limit(1)
    with store.writing() as connection:
        if connection.scalar(other) is None:
            return
        for column in (links.c.left, links.c.right):
            ends = select(column).where(column.not_in(select(touched.c.event))).distinct()
            connection.execute(insert(touched).from_select(["event"], ends))
        connection.execute(delete(links))
        connection.execute(update(linkable).values(compared_by=None, gone=None))


def uncompared(store: Store) -> int:
    """Documents with a coding whose newest one was not compared yet."""
    its = (linkable.c.document_id == codings.c.document_id, linkable.c.coding_id == codings.c.id)
    done = exists().where(*its, linkable.c.compared_by.is_not(None))
    query = select(func.count()).select_from(codings).where(rows.is_newest(), ~done)
    with store.reading() as connection:
        return connection.scalar(query) or 0


def add(store: Store, found: Sequence[tuple[int, int, float]]) -> None:
    """Keeps links: the smaller number, the larger one, and the probability; in place of what was kept of the pair."""
    if not found:
        return
    with store.writing() as connection:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        new = dialect.insert(links)
        new = new.on_conflict_do_update(
            index_elements=["left", "right"], set_={"probability": new.excluded.probability}
        )
        connection.execute(new, [{"left": one, "right": two, "probability": p} for one, two, p in found])


def drop(store: Store, pairs: Sequence[Pair]) -> None:
    """Drops links, and touches their events."""
    if not pairs:
        return
    with store.writing() as connection:
        touch(store, {number for pair in pairs for number in pair})
        its = delete(links).where(links.c.left == bindparam("one"), links.c.right == bindparam("two"))
        connection.execute(its, [{"one": one, "two": two} for one, two in pairs])


def linked(store: Store, numbers: Iterable[int]) -> Iterator[tuple[int, int, float]]:
    """The links of events; one between two of them may come twice."""
    columns = (links.c.left, links.c.right, links.c.probability)
    with store.reading() as connection:
        for part in parts(sorted(numbers)):
            for column in (links.c.left, links.c.right):
                for row in connection.execute(select(*columns).where(column.in_(part))):
                    yield row[0], row[1], row[2]


def every(store: Store) -> Iterator[list[tuple[int, int, float]]]:
    """All links in lots, in order."""
    with store.reading() as connection:
        query = select(links).order_by(links.c.left, links.c.right).execution_options(yield_per=FETCHED)
        for lot in connection.execute(query).partitions():
            yield [(row.left, row.right, row.probability) for row in lot]


def touch(store: Store, numbers: Iterable[int]) -> None:
    """Marks events whose incidents are to be looked at again."""
    wanted = sorted(set(numbers))
    with store.writing() as connection:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        for part in parts(wanted):
            connection.execute(dialect.insert(touched).on_conflict_do_nothing(), [{"event": one} for one in part])


def all_touched(store: Store) -> list[int]:
    """The events whose incidents are to be looked at again, by number."""
    with store.reading() as connection:
        return list(connection.scalars(select(touched.c.event).order_by(touched.c.event)))


def is_touched(store: Store) -> bool:
    """Whether there are events whose incidents are to be looked at again."""
    with store.reading() as connection:
        return connection.scalar(select(touched.c.event).limit(1)) is not None


def looked_at(store: Store, numbers: Iterable[int]) -> None:
    """The incidents of these events were looked at."""
    with store.writing() as connection:
        for part in parts(sorted(numbers)):
            connection.execute(delete(touched).where(touched.c.event.in_(part)))


def forget(connection: Connection, document_id: str, event_ids: Iterable[str]) -> None:
    """Drops all that is kept here of a document with these events; those they were linked with are touched.

    What a great block compared with them alone is then to be compared with others, and nothing may be kept that says
    what: so all events are compared again.
    """
    numbers = sorted(number(id) for id in event_ids)
    beside = set(_beside(connection, numbers)) - set(numbers)
    _drop(connection, numbers)
    for part in parts(numbers):
        connection.execute(delete(touched).where(touched.c.event.in_(part)))
    connection.execute(delete(linkable).where(linkable.c.document_id == document_id))
    if numbers:
        connection.execute(update(linkable).values(compared_by=None))
    for one in sorted(beside):
        rows.insert_new(connection, touched, {"event": one})


def recoded(connection: Connection, document_id: str) -> None:
    """The codings of a document are gone, or its events decided otherwise, so these are to be packed again."""
    connection.execute(update(linkable).where(linkable.c.document_id == document_id).values(coding_id=0))


def parts(values: Sequence[Any], *, most: int = ASKED) -> Iterator[Sequence[Any]]:
    """Values as many at a time as one query takes."""
    for start in range(0, len(values), most):
        yield values[start : start + most]


def _unpacked(connection: Connection, method: str, *, after: str) -> Iterator[Unpacked]:
    # Looked up document by document: a list of all that were packed would be read anew for each lot.
    its = (linkable.c.document_id == codings.c.document_id, linkable.c.coding_id == codings.c.id)
    packed = exists().where(*its, linkable.c.packed_by == method)
    newest = (
        select(codings.c.id, codings.c.document_id)
        .where(codings.c.document_id > after, ~packed, rows.is_newest())
        .order_by(codings.c.document_id)
        .limit(AT_A_TIME)
    )
    of = {row.id: row.document_id for row in connection.execute(newest)}
    whole = select(documents).where(documents.c.id.in_(of.values()))
    read = {row["id"]: codec.document(row) for row in connection.execute(whole).mappings()}
    old = select(linkable.c.document_id, linkable.c.rows).where(
        linkable.c.document_id.in_(of.values()), linkable.c.packed_by == method
    )
    before = {row.document_id: bytes(row.rows) for row in connection.execute(old)}
    told = {one.document.id: one.decided.events for one in decided.of_documents(connection, list(of.values()))}
    for id, document_id in of.items():
        yield Unpacked(
            document=read[document_id],
            coding_id=id,
            events=tuple(one.event for one in told[document_id] if one.state != "rejected"),
            before=before.get(document_id, b""),
        )


def _before(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[str | None, bytes]]:
    """By what these documents' events were compared, and the rows of those that are gone."""
    query = select(linkable.c.document_id, linkable.c.compared_by, linkable.c.gone)
    found = connection.execute(query.where(linkable.c.document_id.in_(document_ids)))
    return {row.document_id: (row.compared_by, bytes(row.gone or b"")) for row in found}


def _beside(connection: Connection, numbers: Sequence[int]) -> Iterator[int]:
    """The events that these are linked with."""
    for part in parts(numbers):
        yield from connection.scalars(select(links.c.right).where(links.c.left.in_(part)))
        yield from connection.scalars(select(links.c.left).where(links.c.right.in_(part)))


def _drop(connection: Connection, numbers: Sequence[int]) -> None:
    for part in parts(numbers):
        connection.execute(delete(links).where(or_(links.c.left.in_(part), links.c.right.in_(part))))
