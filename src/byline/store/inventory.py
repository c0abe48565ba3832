"""What is in a store, in figures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from byline.store import Store, decisions, incidents, links
from byline.store.database import is_sqlite
from byline.store.schema import codings, custody, documents, events, failures, receipts, tombstones


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What one pipeline coded. `last` is when it last read a document for it; None: not kept."""

    pipeline_id: str
    documents: int
    events: int
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Files under a folder of the store, and their bytes together."""

    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What is in a store. `codings`: the pipeline that coded last comes first; `failures`: by step, most first;
    `incidents` of two events or more, `linked` their events together, `unlinked` documents that came since.

    `last_run` is when a result file was last loaded, None where none was. Times are ISO 8601 in UTC.
    """

    database_bytes: int
    raw: Folder
    results: Folder
    documents: int
    readings: int
    codings: tuple[Coded, ...]
    failures: dict[str, int]
    receipts: int
    erased: int
    incidents: int
    linked: int
    unlinked: int
    decisions: int
    last_run: str | None


def inventory(store: Store) -> Inventory:
    """What is in a store now."""
    joined, linked = incidents.size(store)
    with store.reading() as connection:
        return Inventory(
            database_bytes=_size(store, connection),
            raw=_folder(store.files / "raw"),
            results=_folder(store.files / "results"),
            documents=connection.scalar(select(func.count()).select_from(documents)) or 0,
            readings=connection.scalar(select(func.count()).select_from(custody)) or 0,
            codings=tuple(_codings(connection)),
            failures=_failures(connection),
            receipts=connection.scalar(select(func.count()).select_from(receipts)) or 0,
            erased=connection.scalar(select(func.count()).select_from(tombstones)) or 0,
            incidents=joined,
            linked=linked,
            unlinked=links.uncompared(store),
            decisions=decisions.number(store),
            last_run=connection.scalar(select(func.max(receipts.c.loaded_at))),
        )


def _codings(connection: Connection) -> Iterator[Coded]:
    joined = select(codings.c.pipeline_id, func.count()).join(events, events.c.coding_id == codings.c.id)
    told: dict[str, int] = {row[0]: row[1] for row in connection.execute(joined.group_by(codings.c.pipeline_id))}
    last, newest = func.max(codings.c.coded_at), func.max(codings.c.id)
    query = select(codings.c.pipeline_id, func.count(), last).group_by(codings.c.pipeline_id)
    for pipeline_id, number, at in connection.execute(query.order_by(last.desc(), newest.desc())):
        yield Coded(pipeline_id=pipeline_id, documents=number, events=told.get(pipeline_id, 0), last=at or None)


def _failures(connection: Connection) -> dict[str, int]:
    number = func.count()
    query = select(failures.c.step, number).group_by(failures.c.step).order_by(number.desc(), failures.c.step)
    return {row[0]: row[1] for row in connection.execute(query)}


def _size(store: Store, connection: Connection) -> int:
    """Bytes of the database, what it has not yet written back (SQLite's log) included."""
    if not is_sqlite(store.url):
        return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    paths = (Path(f"{store.url.database}{end}") for end in ("", "-wal"))
    return sum(path.stat().st_size for path in paths if path.exists())


def _folder(folder: Path) -> Folder:
    files = size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            files += 1
            size += (Path(parent) / name).stat().st_size
    return Folder(files=files, bytes=size)
