"""The events of each document's newest coding, with what they are looked up by: behind lists, map and timeline.

All of it can be made again from `codings`, `events` and `mentions`; it is kept since a list of a hundred thousand
events is to be there at once, in any order, narrowed by what stands in the JSON of mentions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select

from byline.gazetteer.names import fold
from byline.model import Coding, Event, Place, When
from byline.store.schema import codings, current_events, current_places, documents

PLACE = ("name", "country", "geonameid", "latitude", "longitude", "radius_km", "precision")
"""What of a place is kept here: two of one event that do not differ in it are one."""


def keep(connection: Connection, made: Sequence[tuple[Coding, int]]) -> None:
    """Makes the events of codings that were just inserted, each with its number, the current ones of their documents:
    not where another coding of the document was made later."""
    ids = [coding.document_id for coding, _ in made]
    newest = _newest(connection, ids)
    mine = [(coding, id) for coding, id in made if newest[coding.document_id][0] == id]
    _drop(connection, [coding.document_id for coding, _ in mine])
    sources = _sources(connection, ids)
    events, places = [], []
    for coding, id in mine:
        common = {"coding_id": id, "source": sources[coding.document_id], "coded_at": newest[coding.document_id][1]}
        for position, event in enumerate(coding.events):
            key = {"document_id": coding.document_id, "position": position}
            events.append(key | common | _event(event))
            places += [key | {"number": number} | place for number, place in enumerate(_places(event))]
    for table, lines in ((current_events, events), (current_places, places)):
        if lines:
            connection.execute(insert(table), lines)


def forget(connection: Connection, document_id: str) -> None:
    """Drops what is kept here of a document."""
    _drop(connection, [document_id])


def source_key(source_id: str | None, url: str | None) -> str | None:
    """What a document is counted under as its source's: the name that its input gives, else the host of its address."""
    if source_id or not url:
        return source_id or None
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:  # no address at all
        return None


def _newest(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The coding of each document that was made last: its number, and when."""
    query = select(codings.c.document_id, codings.c.id, codings.c.coded_at).where(
        codings.c.document_id.in_(document_ids)
    )
    rows = connection.execute(query.order_by(codings.c.coded_at, codings.c.id))
    return {row.document_id: (row.id, row.coded_at) for row in rows}


def _sources(connection: Connection, document_ids: Sequence[str]) -> dict[str, str | None]:
    query = select(documents.c.id, documents.c.source_id, documents.c.url).where(documents.c.id.in_(document_ids))
    return {row.id: source_key(row.source_id, row.url) for row in connection.execute(query)}


def _drop(connection: Connection, document_ids: Sequence[str]) -> None:
    for table in (current_places, current_events):
        connection.execute(delete(table).where(table.c.document_id.in_(document_ids)))


def _event(event: Event) -> dict[str, Any]:
    when = next((one.value for one in event.role("when") if isinstance(one.value, When)), None)
    return {
        "event_id": event.id,
        "type": event.type,
        "mode": event.mode,
        "status": event.status,
        "score": event.score,
        "first_day": (when.start or when.end) if when else None,
        "last_day": (when.end or when.start) if when else None,
    }


def _places(event: Event) -> list[dict[str, Any]]:
    """The places of an event, each once however often it is told."""
    found = (one.value for one in event.role("place") if isinstance(one.value, Place))
    kept = dict.fromkeys(tuple(getattr(place, name) for name in PLACE) for place in found)
    return [dict(zip(PLACE, place, strict=True)) | {"folded": fold(place[0])} for place in kept]
