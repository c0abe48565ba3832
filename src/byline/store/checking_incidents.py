"""Whether decisions, incidents and links are whole: each line, each id, and the tables against the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from sqlalchemy import func, not_, select

from byline.errors import StoreError
from byline.store import Store, decisions, incident_log, links, schema
from byline.store.breaks import REBUILD, Break, Checked

NAMED = 20
"""Of rows that differ from their file so many are named; the rest is a number."""

RELINK = "run byline link"


def breaks(store: Store, checked: Checked) -> Iterator[Break]:
    """What does not hold in decisions, incidents and links."""
    yield from _decisions(store, checked)
    yield from _incidents(store, checked)
    yield from _links(store, checked)


def _decisions(store: Store, checked: Checked) -> Iterator[Break]:
    try:
        told = {one.id: one for one in decisions.read(store.files)}
    except StoreError as error:
        yield _damaged(error)
        return
    known = {one.id: one for one in decisions.everyone(store)}
    checked.decisions += len(told)
    from_backup = f"bring {decisions.NAME} back from a backup"
    for id, one in told.items():
        if decisions.made(one) != id:
            yield Break(where=id, what="its id is not that of what was decided, by whom and when", advice=from_backup)
        if id in known and known[id] != one:
            yield Break(where=id, what=f"is another in the database than in {decisions.NAME}", advice=REBUILD)
    for id in sorted(told.keys() - known.keys()):
        yield Break(where=id, what=f"stands in {decisions.NAME} and not in the database", advice=REBUILD)
    for id in sorted(known.keys() - told.keys()):
        advice = f"{from_backup}, or {REBUILD}, which writes it down first"
        yield Break(where=id, what=f"stands in the database and not in {decisions.NAME}", advice=advice)


def _incidents(store: Store, checked: Checked) -> Iterator[Break]:
    try:
        record = incident_log.fold(incident_log.read(store.files))
    except StoreError as error:
        yield _damaged(error)
        return
    checked.incidents += len(record.turns)
    with store.reading() as connection:
        minted = connection.execute(select(schema.incidents.c.id, schema.incidents.c.into))
        into: dict[str, str | None] = {row.id: row.into for row in minted}
        held = connection.execute(select(schema.incident_events))
        of = {row.event_id: row.incident_id for row in held}
    yield from _differ({id: record.into.get(id) for id in record.turns}, into, "leads to")
    yield from _differ(record.of, of, "is an event of")


def _differ(told: Mapping[str, str | None], known: Mapping[str, str | None], how: str) -> Iterator[Break]:
    """Rows that are not what the file comes to."""
    wrong = sorted(id for id in told.keys() | known.keys() if told.get(id, "") != known.get(id, ""))
    for id in islice(wrong, NAMED):
        ours, theirs = (side[id] or "nothing" if id in side else "not there" for side in (told, known))
        what = f"{how} {ours} in {incident_log.NAME}, in the database {theirs}"
        yield Break(where=id, what=what, advice=REBUILD)
    if len(wrong) > NAMED:
        yield Break(where=incident_log.NAME, what=f"differs in {len(wrong) - NAMED:,} more rows", advice=REBUILD)


def _links(store: Store, checked: Checked) -> Iterator[Break]:
    one, events = schema.links, schema.linkable
    with store.reading() as connection:
        checked.links += connection.scalar(select(func.count()).select_from(one)) or 0
        sound = one.c.probability.between(0, 1) & (one.c.left < one.c.right)
        for row in connection.execute(select(one).where(not_(sound)).limit(NAMED)):
            ends = f"{links.event_id(row.left)} {links.event_id(row.right)}"
            yield Break(where=ends, what="is no link: its probability or the order of its events", advice=RELINK)
        gone = ~select(schema.codings.c.id).where(schema.codings.c.id == events.c.coding_id).exists()
        packed = events.c.compared_by.is_not(None) & gone & (events.c.coding_id != 0)
        for id in connection.scalars(select(events.c.document_id).where(packed).limit(NAMED)):
            yield Break(where=id, what="was linked by a coding that is not there", advice=RELINK)


def _damaged(error: StoreError) -> Break:
    where, _, rest = str(error).partition(": ")
    what, _, advice = rest.partition("; ")
    return Break(where=where, what=what, advice=advice)
