"""The trail: who signed in, changed an account, assigned, decided or took an export away; each line chained to the one
before by its hash, so that none can be changed or taken out unseen.

What it says of a decision is its id: what was decided stands in `decisions.jsonl`, and no report's words stand here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import insert, select

from byline.model import sha256
from byline.store import Store
from byline.store.breaks import Break, Checked
from byline.store.schema_teams import trail

What = Literal[
    "signed in", "sign-in failed", "signed out", "account made", "role changed", "account disabled",
    "account enabled", "password set", "password changed", "one-time codes on", "one-time codes off",
    "token made", "token withdrawn", "assigned", "assignment withdrawn", "said done", "settled", "decided", "exported",
]  # fmt: skip
"""What a line tells of."""

ADVICE = (
    "someone changed the database past Byline; bring it back from a backup, and compare the lines before this one with "
    "it (byline user log)"
)
AT_ONCE = 1_000
"""Lines fetched at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line: `who` did `what` to `about` (an account, a document, a decision …); `note` says more, in words of ours.

    `at` is ISO 8601 in UTC; `before` is the hash of the line before.
    """

    number: int
    at: str
    who: str
    what: str
    about: str
    note: str
    before: str
    hash: str


def add(store: Store, *, who: str, what: What, about: str = "", note: str = "") -> None:
    """Adds a line, in the transaction under way or one of its own."""
    with store.writing() as connection:
        last = connection.execute(select(trail.c.number, trail.c.hash).order_by(trail.c.number.desc()).limit(1)).first()
        row = {
            "number": last.number + 1 if last else 1,
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "who": who,
            "what": what,
            "about": about,
            "note": note,
            "before": last.hash if last else "",
        }
        connection.execute(insert(trail).values(row | {"hash": hash_of(row)}))


def hash_of(row: dict[str, object]) -> str:
    """The hash that a line of this content has."""
    return sha256(json.dumps([row[name] for name in ("number", "at", "who", "what", "about", "note", "before")]))


def lines(store: Store, *, after: int = 0) -> Iterator[Line]:
    """All lines beyond a number, the earliest first."""
    while True:
        with store.reading() as connection:
            query = select(trail).where(trail.c.number > after).order_by(trail.c.number).limit(AT_ONCE)
            found = [Line(**row) for row in connection.execute(query).mappings()]
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].number


def latest(store: Store, *, limit: int, before: int | None = None) -> tuple[Line, ...]:
    """The latest lines, the last first; those before a number, where one is given."""
    query = select(trail).order_by(trail.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(trail.c.number < before)
    with store.reading() as connection:
        return tuple(Line(**row) for row in connection.execute(query).mappings())


def breaks(store: Store, checked: Checked) -> Iterator[Break]:
    """The first line that was changed, or before which one is missing; nothing where the chain holds."""
    number, before = 0, ""
    for line in lines(store):
        checked.lines += 1
        where = f"trail, line {line.number}"
        if line.number != number + 1:
            yield Break(where=where, what=f"line {number + 1} is missing before it", advice=ADVICE)
            return
        if line.before != before:
            yield Break(where=where, what="is not chained to the line before it", advice=ADVICE)
            return
        told = asdict(line)
        if hash_of(told) != line.hash:
            yield Break(where=where, what="is not as it was written", advice=ADVICE)
            return
        number, before = line.number, line.hash
