"""What people decided, kept for ever: `decisions.jsonl` in a store's files is the record, a table the index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, fields
from itertools import product
from pathlib import Path
from typing import Any, Final, get_args

from sqlalchemy import Connection, delete, func, select

from byline.model import Decision, Event, Span, Verdict, decision_id
from byline.store import Store, incidents, links, logs, results
from byline.store.links import parts
from byline.store.rows import insert_new
from byline.store.schema import decisions

NAME = "decisions.jsonl"

ON_PAIRS: Final = ("same", "not the same")

_NAMES = tuple(one.name for one in fields(Decision))
_OPTIONAL = ("field", "value")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")  # of one form, so that their order is that of time
_ONE, _TWO = re.compile(r"[eif][0-9a-f]{16}"), re.compile(r"(e[0-9a-f]{16}) (e[0-9a-f]{16})")


def add(store: Store, decision: Decision) -> None:
    """Keeps a decision: on disk before it is in the table, and both before this returns. A second time changes nothing.

    Raises StoreError where it cannot be written.
    """
    with results.beside(store.files):
        if decision.id not in _known(store, [decision.id]):
            logs.append(store.files / NAME, [asdict(decision)], lost="the decision was not taken; take it again")
            _load(store, [decision])


def read(files: Path) -> Iterator[Decision]:
    """The decisions in a folder of files, in the order they were written down, each once. Raises StoreError for a
    damaged line."""
    seen: set[str] = set()
    for where, told in logs.read(files / NAME):
        values = {name: told.get(name) for name in _NAMES}
        if not _sound(values):
            raise logs.damaged(where, NAME)
        decision = Decision(**values)  # type: ignore[arg-type]
        if decision.id not in seen:
            seen.add(decision.id)
            yield decision


def synchronise(store: Store) -> int:
    """Adds to the table what the file has and it has not; how many."""
    told = {one.id: one for one in read(store.files)}
    new = [told[id] for id in told.keys() - _known(store, list(told))]
    _load(store, sorted(new, key=lambda one: (one.at, one.id)))
    return len(new)


def write_out(store: Store) -> int:
    """Writes down the decisions that stand in the table alone, as their file was lost; how many. For whoever holds the
    files alone."""
    told = {one.id for one in read(store.files)}
    left = [one for one in everyone(store) if one.id not in told]
    logs.append(store.files / NAME, map(asdict, left), lost="nothing was changed")
    return len(left)


def merge(store: Store, other: Path, *, erased: Set[str]) -> int:
    """Adds the decisions of another folder that are not here, but for those on `erased` events; how many. For whoever
    holds the files alone."""
    ours = {one.id for one in read(store.files)}
    new = [one for one in read(other) if one.id not in ours and not erased & set(one.subject.split())]
    logs.append(store.files / NAME, map(asdict, new), lost="nothing of it was added; merge it again")
    synchronise(store)
    return len(new)


def erase(store: Store, connection: Connection, event_ids: Set[str]) -> int:
    """Takes away the decisions on events of an erased document, as they may hold its words; how many. For whoever
    holds the files alone."""
    told = list(read(store.files))
    gone = [one for one in told if event_ids & set(one.subject.split())]
    if gone:
        left = (asdict(one) for one in told if not event_ids & set(one.subject.split()))
        logs.replace(store.files / NAME, left, lost="nothing was erased")
    for part in parts([one.id for one in gone]):
        connection.execute(delete(decisions).where(decisions.c.id.in_(part)))
    others = {id for one in gone if one.verdict in ON_PAIRS for id in one.subject.split()} - event_ids
    links.touch(store, map(links.number, others))
    return len(gone)


def everyone(store: Store) -> Iterator[Decision]:
    """All decisions, the earliest first."""
    with store.reading() as connection:
        ordered = select(decisions).order_by(decisions.c.at, decisions.c.id)
        for row in connection.execute(ordered).mappings():
            yield Decision(**row)


def on_pairs(store: Store) -> tuple[Decision, ...]:
    """All decisions on two events, the earliest first."""
    with store.reading() as connection:
        query = select(decisions).where(decisions.c.verdict.in_(ON_PAIRS)).order_by(decisions.c.at, decisions.c.id)
        return tuple(Decision(**row) for row in connection.execute(query).mappings())


def on(store: Store, subject: str) -> tuple[Decision, ...]:
    """The decisions on one subject, the earliest first."""
    with store.reading() as connection:
        query = select(decisions).where(decisions.c.subject == subject).order_by(decisions.c.at, decisions.c.id)
        return tuple(Decision(**row) for row in connection.execute(query).mappings())


def number(store: Store) -> int:
    """How many decisions there are."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(decisions)) or 0


def where_now(store: Store, event_ids: Sequence[str]) -> dict[str, str | None]:
    """What events are in the newest coding of their document: themselves, else the one whose trigger has most of the
    trigger's words and whose places have most of its places', else None."""
    current = incidents.current(store, event_ids)
    return {id: id if id in current else _overlapping(store, id) for id in event_ids}


def made(decision: Decision) -> str:
    """The id that a decision of this content has."""
    return decision_id(
        subject=decision.subject,
        verdict=decision.verdict,
        reviewer=decision.reviewer,
        at=decision.at,
        field=decision.field,
        value=decision.value,
    )


def _known(store: Store, ids: Sequence[str]) -> set[str]:
    with store.reading() as connection:
        return {
            id
            for part in parts(ids)
            for id in connection.scalars(select(decisions.c.id).where(decisions.c.id.in_(part)))
        }


def _overlapping(store: Store, event_id: str) -> str | None:
    found = store.event(event_id)
    newest = store.latest_coding(found[0].id) if found else None
    if found is None or newest is None:
        return None
    gone = found[1]
    near = [one for one in newest.events if one.trigger.overlaps(gone.trigger)]
    return min(near, key=lambda one: (*_apart(one, gone), one.trigger.start, one.id)).id if near else None


def _apart(one: Event, other: Event) -> tuple[int, int]:
    """How few characters of their triggers, and then of their places, two events share: the more the smaller."""
    spans = [[mention.span for mention in event.role("place")] for event in (one, other)]
    places = sum(_shared(left, right) for left, right in product(*spans))
    return -_shared(one.trigger, other.trigger), -places


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start) if one.overlaps(other) else 0


def _load(store: Store, new: Iterable[Decision]) -> None:
    """Puts decisions into the table; the incidents of events that were called the same, or not, are looked at again."""
    with store.writing() as connection:
        for one in new:
            if insert_new(connection, decisions, asdict(one)) and one.verdict in ON_PAIRS:
                links.touch(store, map(links.number, one.subject.split()))


def _sound(values: Mapping[str, Any]) -> bool:
    """Whether a line holds a decision."""
    if not all(isinstance(value, str) or (value is None and name in _OPTIONAL) for name, value in values.items()):
        return False
    verdict, subject = values["verdict"], values["subject"]
    two = _TWO.fullmatch(subject)
    if verdict not in get_args(Verdict) or (verdict == "set") != (values["field"] is not None):
        return False
    if not _MOMENT.fullmatch(values["at"]):
        return False
    return (two is not None and two[1] < two[2]) if verdict in ON_PAIRS else _ONE.fullmatch(subject) is not None
