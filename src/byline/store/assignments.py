"""Who codes which document: alone, as the first or the blind second of two, or to learn it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Select, and_, case, delete, func, or_, select, update

from byline.store import Store, links
from byline.store.rows import insert_new
from byline.store.schema import current_events, documents
from byline.store.schema_teams import assignments

Part = Literal["only", "first", "second", "training"]
"""What a coder does: codes alone; first of two; second of two, blind; codes what was settled before, to learn it."""

PARTS: Final[tuple[Part, ...]] = get_args(Part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A document that a coder is to code. `done_at` and `settled_at` are when the coder, and then an adjudicator, said
    that it is finished; None: not yet. Times are ISO 8601 in UTC."""

    document_id: str
    coder: str
    part: Part
    batch: str
    by: str
    at: str
    done_at: str | None = None
    settled_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a coder was given in one part, and how much of it is done and settled; `last_at`: when the last was done."""

    coder: str
    part: Part
    documents: int
    done: int
    settled: int
    last_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubled:
    """A document that two coders code apart from each other."""

    document_id: str
    first: str
    second: str
    batch: str
    done: bool
    """Whether both have said that they are."""
    settled_at: str | None


def add(store: Store, made: Iterable[Assignment]) -> int:
    """Keeps assignments; one of a document that its coder has already is left as it is. How many are new."""
    with store.writing() as connection:
        return sum(insert_new(connection, assignments, asdict(one)) for one in made)


def blind(store: Store, name: str) -> frozenset[str]:
    """The documents of which a coder may see nothing of what others decided: those they code second, until an
    adjudicator has settled them, and those they learn on, until they are done."""
    second = and_(assignments.c.part == "second", assignments.c.settled_at.is_(None))
    training = and_(assignments.c.part == "training", assignments.c.done_at.is_(None))
    query = select(assignments.c.document_id).where(assignments.c.coder == name, or_(second, training))
    with store.reading() as connection:
        return frozenset(connection.scalars(query))


def of_document(store: Store, document_id: str) -> tuple[Assignment, ...]:
    """Who codes a document, in the order of parts."""
    query = select(assignments).where(assignments.c.document_id == document_id)
    with store.reading() as connection:
        found = [Assignment(**row) for row in connection.execute(query).mappings()]
    return tuple(sorted(found, key=lambda one: (PARTS.index(one.part), one.coder)))


def of_coder(store: Store, name: str, *, limit: int | None = None, waiting: bool = False) -> tuple[Assignment, ...]:
    """What a coder was given, in the order it was given; only what is not done yet where it is `waiting`."""
    query = select(assignments).where(assignments.c.coder == name)
    if waiting:
        query = query.where(assignments.c.done_at.is_(None))
    query = query.order_by(assignments.c.done_at.is_not(None), assignments.c.at, assignments.c.document_id).limit(limit)
    with store.reading() as connection:
        return tuple(Assignment(**row) for row in connection.execute(query).mappings())


def taken(store: Store) -> frozenset[str]:
    """The documents that were given to someone to be coded; training aside."""
    query = select(assignments.c.document_id).where(assignments.c.part != "training")
    with store.reading() as connection:
        return frozenset(connection.scalars(query))


def progress(store: Store) -> tuple[Progress, ...]:
    """How far each coder is with each part."""
    settled = func.sum(case((assignments.c.settled_at.is_not(None), 1), else_=0)).label("settled")
    query = select(
        assignments.c.coder,
        assignments.c.part,
        func.count().label("documents"),
        func.count(assignments.c.done_at).label("done"),
        settled,
        func.max(assignments.c.done_at).label("last_at"),
    ).group_by(assignments.c.coder, assignments.c.part)
    with store.reading() as connection:
        found = [Progress(**{**row, "settled": int(row["settled"])}) for row in connection.execute(query).mappings()]
    return tuple(sorted(found, key=lambda one: (one.coder, PARTS.index(one.part))))


def doubled(store: Store, *, document_id: str | None = None) -> tuple[Doubled, ...]:
    """The documents that two code, those first given first; or the one of an id."""
    query = _doubled()
    if document_id is not None:
        query = query.where(assignments.c.document_id == document_id)
    with store.reading() as connection:
        return tuple(
            Doubled(
                document_id=row["document_id"],
                first=row["first"],
                second=row["second"],
                batch=row["batch"],
                done=row["first_done"] is not None and row["second_done"] is not None,
                settled_at=row["settled_at"],
            )
            for row in connection.execute(query).mappings()
        )


def say_done(store: Store, document_id: str, *, coder: str, at: str | None) -> bool:
    """Notes when a coder said that a document is done, or with None that it is not; False where it is not theirs."""
    mine = and_(assignments.c.document_id == document_id, assignments.c.coder == coder)
    with store.writing() as connection:
        return connection.execute(update(assignments).where(mine).values(done_at=at)).rowcount == 1


def settle(store: Store, document_id: str, *, at: str) -> None:
    """Notes that an adjudicator has settled a document: from then on its second coder is no longer blind."""
    its = and_(assignments.c.document_id == document_id, assignments.c.part != "training")
    with store.writing() as connection:
        connection.execute(update(assignments).where(its).values(settled_at=at))


def withdraw(store: Store, document_id: str, *, coder: str) -> bool:
    """Takes an assignment back that is not settled; False where there is none."""
    its = and_(
        assignments.c.document_id == document_id, assignments.c.coder == coder, assignments.c.settled_at.is_(None)
    )
    with store.writing() as connection:
        return connection.execute(delete(assignments).where(its)).rowcount == 1


def forget(store: Store, document_id: str) -> None:
    """Takes away who codes a document that is erased."""
    with store.writing() as connection:
        connection.execute(delete(assignments).where(assignments.c.document_id == document_id))


def decided(store: Store) -> frozenset[str]:
    """The documents of which people decided on every event."""
    events = current_events.c
    open_ones = select(events.document_id).where(events.state == "undecided")
    query = select(events.document_id).distinct().where(events.document_id.not_in(open_ones))
    with store.reading() as connection:
        return frozenset(connection.scalars(query))


def titles(store: Store, document_ids: Sequence[str]) -> dict[str, str]:
    """What documents are called: by their titles, else by where they stood."""
    named: dict[str, str] = {}
    with store.reading() as connection:
        for part in links.parts(document_ids):
            query = select(documents.c.id, documents.c.title, documents.c.origin).where(documents.c.id.in_(part))
            named |= {row.id: row.title or row.origin for row in connection.execute(query)}
    return named


def _doubled() -> Select[tuple[object, ...]]:
    first, second = assignments, assignments.alias("seconds")
    return (
        select(
            first.c.document_id,
            first.c.coder.label("first"),
            second.c.coder.label("second"),
            first.c.batch,
            first.c.done_at.label("first_done"),
            second.c.done_at.label("second_done"),
            first.c.settled_at,
        )
        .join(second, second.c.document_id == first.c.document_id)
        .where(first.c.part == "first", second.c.part == "second")
        .order_by(first.c.at, first.c.document_id)
    )
