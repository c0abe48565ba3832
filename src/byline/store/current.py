"""The events of each document as coded last and decided, with what they are looked up by: behind lists and map.

All of it can be made again from `codings`, `events`, `mentions` and `decisions`; it is kept since a list of a hundred
thousand events is to be there at once, in any order, narrowed by what stands in the JSON of mentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, or_, select, update

from byline.deciding import DecidedEvent, undecided
from byline.gazetteer.names import fold
from byline.model import Coding, Event, Place, When
from byline.store import codec, decided, shown_tables
from byline.store.schema import codings, current_events, current_places, decisions, documents

if TYPE_CHECKING:
    from byline.store import Store

PLACE = ("name", "country", "geonameid", "latitude", "longitude", "radius_km", "precision")
"""What of a place is kept here: two of one event that do not differ in it are one."""

FEW = 5
"""Of up to so many documents, decided on now, only the events that decisions speak of are made anew."""


def keep(connection: Connection, made: Sequence[tuple[Coding, int]]) -> None:
    """Makes the events of codings that were just inserted, each with its number, the current ones of their documents,
    as people decided them: not where another coding of the document was made later."""
    ids = [coding.document_id for coding, _ in made]
    _speak_of(connection, made)
    newest = _newest(connection, ids)
    mine = [(coding, id) for coding, id in made if newest[coding.document_id][0] == id]
    told = decided.of(connection, [coding.document_id for coding, _ in mine])
    edited = {one.document.id: one for one in decided.of_documents(connection, sorted(told))}
    _put(
        connection,
        [
            _Current(
                document_id=coding.document_id,
                coding_id=id,
                coded_at=newest[coding.document_id][1],
                events=edited[coding.document_id].decided.events if coding.document_id in edited else undecided(coding),
            )
            for coding, id in mine
        ],
    )


def refresh(connection: Connection, document_ids: Sequence[str]) -> dict[str, set[str]]:
    """Makes the current events of documents anew, as they are decided now. The documents of which an event that stands
    is another than before, each with those of its events that came or went."""
    ids = sorted(set(document_ids))
    before, after = dict[str, _Standing](), dict[str, _Standing]()
    if len(ids) > FEW:
        before = _standing(connection, ids)
        _put(connection, list(_now(connection, ids)))
        after = _standing(connection, ids)
    else:
        for id in ids:
            before[id], after[id] = _mend(connection, id)
    return {id: before[id].keys() ^ after[id].keys() for id in ids if before.get(id) != after.get(id)}


def there(store: Store, event_ids: Sequence[str], *, standing: bool = False) -> set[str]:
    """Those of some events that are current ones; `standing`: and that people did not reject."""
    query = select(current_events.c.event_id)
    if standing:
        query = query.where(current_events.c.state != "rejected")
    with store.reading() as connection:
        return {
            id
            for start in range(0, len(event_ids), decided.ASKED)
            for id in connection.scalars(
                query.where(current_events.c.event_id.in_(event_ids[start : start + decided.ASKED]))
            )
        }


def expected(connection: Connection, document_ids: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of events and of places that documents are to have here."""
    return _rows(connection, list(_now(connection, document_ids)))


def forget(connection: Connection, document_id: str) -> None:
    """Drops what is kept here of a document, and what of it may be asked for."""
    _drop(connection, [document_id])
    shown_tables.forget(connection, document_id)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Current:
    """A document's events as they are now, and the coding they are of. `positions` are theirs where not all are
    here."""

    document_id: str
    coding_id: int
    coded_at: str
    events: tuple[DecidedEvent, ...]
    positions: tuple[int, ...] = ()


def _now(connection: Connection, document_ids: Sequence[str]) -> Iterator[_Current]:
    for one in decided.of_documents(connection, sorted(set(document_ids))):
        yield _Current(
            document_id=one.document.id,
            coding_id=one.coding_id,
            coded_at=one.coded_at,
            events=one.decided.events,
        )


_Standing = dict[str, Any]
"""Events that people did not reject, by id, each with what of it is not as coded."""


def _standing(connection: Connection, document_ids: Sequence[str]) -> dict[str, _Standing]:
    query = select(current_events.c.document_id, current_events.c.event_id, current_events.c.edited)
    query = query.where(current_events.c.document_id.in_(document_ids), current_events.c.state != "rejected")
    found: dict[str, _Standing] = {id: {} for id in document_ids}
    for row in connection.execute(query):
        found[row.document_id][row.event_id] = row.edited
    return found


def _mend(connection: Connection, document_id: str) -> tuple[_Standing, _Standing]:
    """Makes those events of a document anew that decisions speak of; which of them stood before, and which stand."""
    held = decided.some_events(connection, document_id)
    if held is None:
        return {}, {}
    coded = [one for one in held.decided.events if one.coded is not None]
    made = [one for one in held.decided.events if one.coded is None]
    places = [held.positions[one.event.id] for one in coded]
    places += range(held.number, held.number + len(made))
    one = _Current(
        document_id=document_id,
        coding_id=held.coding_id,
        coded_at=held.coded_at,
        events=(*coded, *made),
        positions=tuple(places),
    )
    mine = current_events.c.document_id == document_id
    its = or_(current_events.c.position.in_(places), current_events.c.position >= held.number)
    query = select(current_events.c.event_id, current_events.c.edited).where(mine, its)
    before = {row.event_id: row.edited for row in connection.execute(query.where(current_events.c.state != "rejected"))}
    events, rows_of_places = _rows(connection, [one])
    shown_tables.stale(connection, [document_id])
    for table in (current_places, current_events):
        there = or_(table.c.position.in_(places), table.c.position >= held.number)
        connection.execute(delete(table).where(table.c.document_id == document_id, there))
    for table, lines in ((current_events, events), (current_places, rows_of_places)):
        if lines:
            connection.execute(insert(table), lines)
    return before, {row["event_id"]: row["edited"] for row in events if row["state"] != "rejected"}


def _put(connection: Connection, lot: Sequence[_Current]) -> None:
    _drop(connection, [one.document_id for one in lot])
    for table, lines in zip((current_events, current_places), _rows(connection, lot), strict=True):
        if lines:
            connection.execute(insert(table), lines)


def _rows(connection: Connection, lot: Sequence[_Current]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    sources = _sources(connection, [one.document_id for one in lot])
    events: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for one in lot:
        for position, event in zip(one.positions or range(len(one.events)), one.events, strict=True):
            key = {"document_id": one.document_id, "position": position}
            events.append(key | {"source": sources[one.document_id]} | _made_of(one, event) | _event(event.event))
            places += [key | {"number": number} | place for number, place in enumerate(_places(event.event))]
    return events, places


def _made_of(one: _Current, event: DecidedEvent) -> dict[str, Any]:
    """What an event's row says of its coding, and of what people made of it."""
    own = event.coded is None
    return {
        "coding_id": 0 if own else one.coding_id,
        "coded_at": f"{event.decisions[0].at[:19]}Z" if own else one.coded_at,
        "state": event.state,
        "differs": event.differs,
        "asks": bool(event.asks),
        "decided_at": max((told.at for told in event.decisions if told.verdict != "note"), default=None),
        "edited": None if event.event == event.coded else codec.whole_event(event.event),
    }


def _speak_of(connection: Connection, made: Sequence[tuple[Coding, int]]) -> None:
    """Decisions that came before the coding of their event was there are now known to speak of its document."""
    unknown = decisions.c.document_id == ""
    if connection.scalar(select(decisions.c.id).where(unknown, decisions.c.subject.startswith("e")).limit(1)) is None:
        return
    for coding, _ in made:
        ids = [event.id for event in coding.events]
        its = update(decisions).where(unknown, decisions.c.subject.in_(ids))
        connection.execute(its.values(document_id=coding.document_id))


def _drop(connection: Connection, document_ids: Sequence[str]) -> None:
    shown_tables.stale(connection, document_ids)
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
