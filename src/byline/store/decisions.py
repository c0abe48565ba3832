"""What people decided, kept for ever: `decisions.jsonl` in a store's files is the record, a table the index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any, Final, get_args

from sqlalchemy import Connection, delete, func, select, update

from byline.deciding import making, moving, undone
from byline.errors import StoreError
from byline.model import Decision, Voice, decision_id
from byline.store import Store, current, decided, links, logs, results, shown_tables, trail
from byline.store.links import parts
from byline.store.rows import insert_new
from byline.store.schema import codings, decisions, events

NAME = "decisions.jsonl"

ON_PAIRS: Final = ("same", "not the same")

_OPTIONAL = ("field", "value")
_VALUED = ("new", "split", "joined")
_KEYS: Final[Mapping[str, Any]] = {one.name: "" if one.default is MISSING else one.default for one in fields(Decision)}
"""The keys of a line, each with what it is where an older Byline wrote none."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")  # of one form, so that their order is that of time
_ONE, _TWO = re.compile(r"[eif][0-9a-f]{16}"), re.compile(r"(e[0-9a-f]{16}) (e[0-9a-f]{16})")
_SUBJECTS: Final[Mapping[str, re.Pattern[str]]] = dict.fromkeys(("same", "not the same", "joined"), _TWO) | {
    "accept": _ONE,
    "reject": _ONE,
    "set": re.compile(r"e[0-9a-f]{16}"),
    "split": re.compile(r"e[0-9a-f]{16}"),
    "new": re.compile(r"d[0-9a-f]{16}"),
    "note": re.compile(r"[defin][0-9a-f]{16}"),
    "undo": re.compile(r"n[0-9a-f]{16}"),
}
"""What each verdict is said of."""


def add_all(store: Store, told: Sequence[Decision]) -> None:
    """Keeps decisions together, all or none: on disk before they are in the table, and both before this returns.

    Raises StoreError where they cannot be written.
    """
    with results.beside(store.files):
        logs.append(store.files / NAME, map(asdict, told), lost="the decision was not taken; take it again")
        with store.writing():
            _load(store, told)
            trail.add(store, who=told[0].reviewer, what="decided", about=" ".join(one.id for one in told))


def read(files: Path) -> Iterator[Decision]:
    """The decisions in a folder of files, in the order they were written down, each once. Raises StoreError for a
    damaged line, and for one of a newer Byline, which says more than this one knows."""
    seen: set[str] = set()
    for where, told in logs.read(files / NAME):
        if unknown := sorted(told.keys() - _KEYS.keys()):
            raise StoreError(f"{where}: has the key {unknown[0]!r}, which this Byline does not know; update Byline")
        values = {**_KEYS, **told}
        if not _sound(values):
            raise logs.damaged(where, NAME)
        decision = Decision(**values)
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


def catch_up(store: Store) -> None:
    """Works out what takes effect of decisions that an older Byline took."""
    waiting = select(*decided.COLUMNS).where(decisions.c.document_id.is_(None))
    with store.reading() as connection:
        if connection.scalar(select(decisions.c.id).where(decisions.c.document_id.is_(None)).limit(1)) is None:
            return
    with store.writing() as connection:
        told = [decided.decision(row) for row in connection.execute(waiting).mappings()]
        of = _documents(connection, told)
        for one in told:
            connection.execute(update(decisions).where(decisions.c.id == one.id).values(document_id=of[one.id]))
        _apply(store, connection, told, of)


def merge(store: Store, other: Path, *, erased: Set[str]) -> int:
    """Adds the decisions of another folder that are not here, but for those on `erased` documents and their events; how
    many. For whoever holds the files alone."""
    ours = {one.id for one in read(store.files)}
    theirs = list(read(other))
    gone = _speaking_of(theirs, erased)
    new = [one for one in theirs if one.id not in ours and one.id not in gone]
    logs.append(store.files / NAME, map(asdict, new), lost="nothing of it was added; merge it again")
    synchronise(store)
    return len(new)


def erase(store: Store, connection: Connection, ids: Set[str]) -> int:
    """Takes away the decisions on erased documents and on their events, as they may hold their words; how many. For
    whoever holds the files alone."""
    told = list(read(store.files))
    gone = _speaking_of(told, ids)
    if gone:
        left = (asdict(one) for one in told if one.id not in gone)
        logs.replace(store.files / NAME, left, lost="nothing was erased")
    for part in parts(sorted(gone)):
        connection.execute(delete(decisions).where(decisions.c.id.in_(part)))
        shown_tables.forget_decisions(connection, part)
    on_two = (one for one in told if one.id in gone and one.verdict in ON_PAIRS)
    links.touch(store, map(links.number, {id for one in on_two for id in one.subject.split()} - ids))
    return len(gone)


def _speaking_of(told: Sequence[Decision], ids: Set[str]) -> set[str]:
    """The decisions that speak of documents or events, of events that people made of them, or of such decisions."""
    ids = set(ids)
    documents = [id for id in ids if id.startswith("d")]
    for one in told:
        if one.verdict in ("new", "split") and one.subject in ids:
            ids |= {id for document in documents for id in making.ids(one, document)}
    gone: set[str] = set()
    for one in told:  # what undoes a decision was written down after it
        if ids & set(one.subject.split()) or one.subject in gone:
            gone.add(one.id)
    return gone


def everyone(store: Store) -> Iterator[Decision]:
    """All decisions, the earliest first."""
    with store.reading() as connection:
        ordered = select(*decided.COLUMNS).order_by(decisions.c.at, decisions.c.id)
        for row in connection.execute(ordered).mappings():
            yield decided.decision(row)


def on_pairs(store: Store) -> tuple[Decision, ...]:
    """All decisions on two events, the earliest first."""
    with store.reading() as connection:
        query = (
            select(*decided.COLUMNS).where(decisions.c.verdict.in_(ON_PAIRS)).order_by(decisions.c.at, decisions.c.id)
        )
        return tuple(decided.decision(row) for row in connection.execute(query).mappings())


def on(store: Store, subject: str) -> tuple[Decision, ...]:
    """The decisions on one subject, the earliest first."""
    with store.reading() as connection:
        query = select(*decided.COLUMNS).where(decisions.c.subject == subject).order_by(decisions.c.at, decisions.c.id)
        return tuple(decided.decision(row) for row in connection.execute(query).mappings())


def number(store: Store) -> int:
    """How many decisions there are."""
    with store.reading() as connection:
        return connection.scalar(select(func.count()).select_from(decisions)) or 0


def of_subjects(store: Store, ids: Sequence[str]) -> tuple[Decision, ...]:
    """The decisions on some incidents and events, and on two events of which one is among them, the earliest first;
    what was taken back is left out."""
    found: dict[str, Decision] = {one.id: one for one in on_pairs(store) if not {*ids}.isdisjoint(one.subject.split())}
    with store.reading() as connection:
        for part in parts(ids):
            query = select(*decided.COLUMNS).where(decisions.c.subject.in_(part))
            found |= {row["id"]: decided.decision(row) for row in connection.execute(query).mappings()}
    back = undone((*found.values(), *undoing(store, list(found))))
    return tuple(sorted((one for one in found.values() if one.id not in back), key=lambda one: (one.at, one.id)))


def by_id(store: Store, id: str) -> Decision | None:
    """The decision of an id; None where there is none."""
    with store.reading() as connection:
        row = connection.execute(select(*decided.COLUMNS).where(decisions.c.id == id)).mappings().first()
        return decided.decision(row) if row is not None else None


def gesture(store: Store, *, reviewer: str, at: str) -> tuple[Decision, ...]:
    """What a person decided at one moment."""
    query = select(*decided.COLUMNS).where(decisions.c.reviewer == reviewer, decisions.c.at == at)
    with store.reading() as connection:
        return tuple(decided.decision(row) for row in connection.execute(query.order_by(decisions.c.id)).mappings())


def latest(store: Store, *, reviewer: str, before: str | None = None, most: int) -> tuple[Decision, ...]:
    """What a person decided last, the latest first; only what is older than `before`."""
    query = select(*decided.COLUMNS).where(decisions.c.reviewer == reviewer)
    if before is not None:
        query = query.where(decisions.c.at < before)
    query = query.order_by(decisions.c.at.desc(), decisions.c.id.desc()).limit(most)
    with store.reading() as connection:
        return tuple(decided.decision(row) for row in connection.execute(query).mappings())


def undoing(store: Store, ids: Sequence[str]) -> tuple[Decision, ...]:
    """What undoes some decisions, and what undoes that."""
    found: list[Decision] = []
    left = list(ids)
    with store.reading() as connection:
        while left:
            here: list[Decision] = []
            for part in parts(left):
                query = select(*decided.COLUMNS).where(decisions.c.verdict == "undo", decisions.c.subject.in_(part))
                here += [decided.decision(row) for row in connection.execute(query).mappings()]
            found += here
            left = [one.id for one in here]
    return tuple(found)


def last_moment(store: Store, subjects: Sequence[str], *, reviewer: str) -> str | None:
    """When some subjects were last decided on, or a person last decided something; None: never."""
    its = decisions.c.subject.in_(subjects)
    with store.reading() as connection:
        moments = (
            connection.scalar(select(func.max(decisions.c.at)).where(one))
            for one in (its, decisions.c.reviewer == reviewer)
        )
        return max((one for one in moments if one is not None), default=None)


def documents(store: Store) -> dict[str, str]:
    """The document that each decision speaks of, by the decision's id; those that speak of none, or several, are left
    out."""
    with store.reading() as connection:
        query = select(decisions.c.id, decisions.c.document_id).where(decisions.c.document_id > "")
        return {row.id: row.document_id for row in connection.execute(query)}


def documents_of(store: Store, event_ids: Sequence[str]) -> dict[str, str]:
    """The documents of events: as coded by whatever pipeline, or as people made them."""
    with store.reading() as connection:
        return {id: one for id, one in _of_events(connection, set(event_ids)).items() if one and id in event_ids}


def where_now(store: Store, event_ids: Sequence[str]) -> dict[str, str | None]:
    """What events are among those of their document as coded last and decided: themselves, else the one whose trigger
    has most of the trigger's words and whose places have most of its places', else None."""
    there = current.there(store, event_ids)
    return {id: id if id in there else _overlapping(store, id) for id in event_ids}


def made(decision: Decision) -> str:
    """The id that a decision of this content has."""
    return decision_id(decision)


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
    near = moving.overlapping(found[1], newest.events) if found and newest else None
    return near.id if near else None


def _load(store: Store, new: Sequence[Decision]) -> None:
    """Puts decisions into the table, and what takes effect of them into the lists of events; the incidents of events
    that were called the same, or not, are looked at again."""
    with store.writing() as connection:
        of = _documents(connection, new)
        added = [one for one in new if insert_new(connection, decisions, asdict(one) | {"document_id": of[one.id]})]
        _apply(store, connection, added, of)


def _apply(store: Store, connection: Connection, told: Sequence[Decision], of: Mapping[str, str]) -> None:
    on_two = {id for one in told if one.verdict in ON_PAIRS for id in one.subject.split()}
    undone = _targets(connection, [one.subject for one in told if one.verdict == "undo"])
    on_two |= {id for one in undone if one.verdict in ON_PAIRS for id in one.subject.split()}
    links.touch(store, map(links.number, on_two))
    changed = sorted({of[one.id] for one in told if of[one.id] and one.verdict != "note"})
    for id, came_or_went in current.refresh(connection, changed).items():
        links.recoded(connection, id)
        links.touch(store, map(links.number, came_or_went))


# Which document a decision speaks of


def _documents(connection: Connection, told: Sequence[Decision]) -> dict[str, str]:
    """The document that each decision speaks of, by its id; "" for none, for several, or for one that is not known."""
    of_events = _of_events(connection, {id for one in told for id in one.subject.split() if id.startswith("e")})
    for one in sorted(told, key=lambda one: one.at):
        if one.verdict in ("new", "split"):
            document = one.subject if one.verdict == "new" else of_events.get(one.subject, "")
            of_events |= {id: document for id in making.ids(one, document) if id not in of_events}
    found: dict[str, str] = {}
    for one in told:
        if one.subject.startswith("d"):
            found[one.id] = one.subject
        elif one.subject.startswith("n"):
            found[one.id] = ""
        else:
            its = {of_events.get(id, "") for id in one.subject.split()}
            found[one.id] = its.pop() if len(its) == 1 and one.verdict not in ON_PAIRS else ""
    _of_decisions(connection, [one for one in told if one.subject.startswith("n")], found)
    return found


def _of_events(connection: Connection, ids: Set[str]) -> dict[str, str]:
    """The documents of events: as coded, or as people made them."""
    coded = select(events.c.id, codings.c.document_id).join(codings, codings.c.id == events.c.coding_id)
    found: dict[str, str] = {}
    for part in parts(sorted(ids)):
        found |= {row.id: row.document_id for row in connection.execute(coded.where(events.c.id.in_(part)))}
    if ids - found.keys():
        making_ones = select(*decided.COLUMNS, decisions.c.document_id).where(decisions.c.verdict.in_(("new", "split")))
        for row in connection.execute(making_ones).mappings():
            document = row["document_id"] or ""
            found |= {id: document for id in making.ids(decided.decision(row), document) if id not in found}
    return found


def _of_decisions(connection: Connection, told: Sequence[Decision], found: dict[str, str]) -> None:
    """Adds the documents of decisions on decisions: those that they are on."""
    for part in parts(sorted({one.subject for one in told} - found.keys())):
        query = select(decisions.c.id, decisions.c.document_id).where(decisions.c.id.in_(part))
        found |= {row.id: row.document_id or "" for row in connection.execute(query)}
    for one in sorted(told, key=lambda one: (one.at, one.id)):
        found[one.id] = found.get(one.subject, "")


def _targets(connection: Connection, ids: Sequence[str]) -> list[Decision]:
    """Decisions by id, and what those of them that undo others undo."""
    found: list[Decision] = []
    left = list(ids)
    while left:
        query = select(*decided.COLUMNS).where(decisions.c.id.in_(left))
        here = [decided.decision(row) for row in connection.execute(query).mappings()]
        found += here
        left = [one.subject for one in here if one.verdict == "undo"]
    return found


# What a line holds


def _sound(values: Mapping[str, Any]) -> bool:
    """Whether a line holds a decision."""
    if not all(isinstance(value, str) or (value is None and name in _OPTIONAL) for name, value in values.items()):
        return False
    verdict, subject = values["verdict"], values["subject"]
    if verdict not in _SUBJECTS or values["role"] not in get_args(Voice) or not _MOMENT.fullmatch(values["at"]):
        return False
    if (verdict == "set") != (values["field"] is not None) or (verdict in _VALUED and values["value"] is None):
        return False
    found = _SUBJECTS[verdict].fullmatch(subject)
    return found is not None and (found.re is not _TWO or found[1] < found[2])
