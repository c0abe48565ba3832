"""What lists, map and timeline show of the events of each document's newest coding: a page of them, counts, choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Select, Text, and_, func, null, or_, select, tuple_

from byline.gazetteer.names import fold
from byline.model import Event, Mention, Status
from byline.store import Store, codec, ranking, rows
from byline.store.database import is_sqlite
from byline.store.ranking import Reason
from byline.store.schema import ESCAPED, current_events, current_places, documents, events, mentions

Order = Literal["most useful", "least sure", "latest", "newly coded"]
ORDERS: tuple[Order, ...] = get_args(Order)

Decided = Literal[
    "to decide",
    "decided",
    "accepted",
    "edited",
    "added by hand",
    "rejected",
    "people differ",
    "ask again",
    "all but rejected",
    "everything",
]
DECIDED: tuple[Decided, ...] = get_args(Decided)
"""What may be asked for by what people made of events. "to decide": not spoken of, or spoken of so that it is to be
looked at again. None: as "all but rejected"."""

LONGEST_SENTENCE = 600
"""Characters of a sentence that a list shows on each side of the trigger, at most: most have 200 in all."""

MOST_HAVING = 20_000
"""Documents with the words that are looked for that are named one by one; of more the words are looked for again."""

MOST_PLACES = 5_000
"""Places that a map holds, those of most events first: what a browser clusters at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which events are asked for; what is empty or None narrows nothing.

    `place` is how a place's name begins, in any spelling of it; `countries` are ISO 3166 alpha-2. `sources` are names
    as inputs give them, or hosts. An event is between `since` and `until` where it may have been on one of these days.
    `words` stand in the document's text or title. `decided` is what people made of it. Documents in `blind` are left
    out: their events as they stand hold what another person decided.
    """

    type: str | None = None
    status: str | None = None
    place: str | None = None
    countries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    words: str | None = None
    decided: Decided | None = None
    blind: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An event as a list shows it: with its sentence cut around the trigger, what its document says of itself, and what
    people made of it. `reasons` are why it is worth a look, the strongest first."""

    event: Event
    before: str
    trigger: str
    after: str
    title: str | None
    byline: str | None
    source: str | None
    published: date | None
    origin: str
    coded_at: str
    state: str
    differs: bool
    asks: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of events. `more`: give this to get the next page; None on the last."""

    rows: tuple[Listed, ...]
    more: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """A place as it was told, and how many events are there. Coordinates are None where none are known."""

    name: str
    precision: str
    country: str | None
    latitude: float | None
    longitude: float | None
    radius_km: float | None
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysCount:
    """How many events of one status are told to have been between two days; None: no day is told."""

    first_day: date | None
    last_day: date | None
    status: Status
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """A source by the name its documents are counted under; None: they name none. Documents are those with events."""

    name: str | None
    documents: int
    events: int
    first_published: date | None
    last_published: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is to choose from."""

    types: tuple[str, ...]
    countries: tuple[str, ...]
    sources: tuple[str, ...]


def listing(
    store: Store, filters: Filters, *, order: Order = "most useful", after: str | None = None, limit: int = 50
) -> Listing:
    """A page of events in an order; `after` is the `more` of the page before. Raises ValueError where it is not."""
    sqlite = is_sqlite(store.url)
    with store.reading() as connection:
        if order == "most useful":
            wanted = _wanted(connection, filters, sqlite=sqlite)
            picked = ranking.first(connection, wanted, after=after, limit=limit + 1)
            found = _rows_of(connection, [one.event_id for one in picked[:limit]])
            more = ranking.cursor(picked[limit - 1]) if len(picked) > limit else None
        else:
            query = select(current_events).where(*_conditions(filters, sqlite=sqlite))
            if after is not None:
                query = query.where(_beyond(order, after))
            got = connection.execute(query.order_by(*_sorting(order)).limit(limit + 1)).mappings().all()
            found = list(got[:limit])
            more = _cursor(order, got[limit - 1]) if len(got) > limit else None
        rows = _listed(connection, found)
    return Listing(rows=tuple(rows), more=more)


def next_event(store: Store, filters: Filters, *, leaving: str | None = None) -> tuple[str, str] | None:
    """The event that is most worth deciding next, with its document before it: not one of the document that is left,
    while another has one. None: nothing is left."""
    left = [current_events.c.document_id != leaving] if leaving else []
    with store.reading() as connection:
        wanted = _wanted(connection, replace(filters, decided="to decide"), sqlite=is_sqlite(store.url))
        elsewhere = replace(wanted, conditions=[*wanted.conditions, *left])
        for narrowed in (elsewhere, wanted):
            picked = ranking.first(connection, narrowed, after=None, limit=1)
            if picked:
                return picked[0].document_id, picked[0].event_id
    return None


def _wanted(connection: Connection, filters: Filters, *, sqlite: bool) -> ranking.Wanted:
    """What is asked for, as it is ranked: texts are gone through once for their words, and not kind by kind."""
    waiting = filters.decided == "to decide"
    asked = replace(filters, decided="everything") if waiting else filters
    conditions = _conditions(replace(asked, words=None), sqlite=sqlite)
    if filters.words:
        having = list(connection.scalars(_with_words(filters.words, sqlite=sqlite).limit(MOST_HAVING + 1)))
        few = len(having) <= MOST_HAVING
        some = having if few else _with_words(filters.words, sqlite=sqlite)
        conditions.append(current_events.c.document_id.in_(some))
    return ranking.Wanted(conditions=conditions, waiting=waiting)


def _rows_of(connection: Connection, event_ids: Sequence[str]) -> list[Any]:
    """The rows of events, in the order of their ids here."""
    query = select(current_events).where(current_events.c.event_id.in_(event_ids))
    by_id = {row["event_id"]: row for row in connection.execute(query).mappings()}
    return [by_id[id] for id in event_ids if id in by_id]


def listed(store: Store, event_ids: Sequence[str]) -> tuple[Listed, ...]:
    """Those of some events that newest codings have, as a list shows them, in no order."""
    query = select(current_events).where(current_events.c.event_id.in_(event_ids))
    with store.reading() as connection:
        return tuple(_listed(connection, connection.execute(query).mappings().all()))


def count(store: Store, filters: Filters) -> int:
    """How many events there are."""
    query = select(func.count()).select_from(current_events)
    with store.reading() as connection:
        return connection.scalar(query.where(*_conditions(filters, sqlite=is_sqlite(store.url)))) or 0


def documents_of(store: Store, filters: Filters) -> tuple[str, ...]:
    """The documents that have such events, by id; all there are, those without events too, where nothing is asked."""
    query = select(documents.c.id)
    if filters != Filters():
        query = (
            select(current_events.c.document_id).distinct().where(*_conditions(filters, sqlite=is_sqlite(store.url)))
        )
    with store.reading() as connection:
        return tuple(sorted(connection.scalars(query)))


def places(store: Store, filters: Filters, *, most: int = MOST_PLACES) -> tuple[PlaceCount, ...]:
    """Places of events, those of most events first."""
    columns = [
        current_places.c[name] for name in ("name", "precision", "country", "latitude", "longitude", "radius_km")
    ]
    number = func.count()
    query = select(*columns, number.label("events")).where(*_of_places(filters))
    conditions = _conditions(filters, sqlite=is_sqlite(store.url), places=False)
    if conditions:
        query = query.join(current_events, _same_event()).where(*conditions)
    query = query.group_by(*columns).order_by(number.desc(), current_places.c.name).limit(most)
    with store.reading() as connection:
        return tuple(PlaceCount(**row) for row in connection.execute(query).mappings())


def days(store: Store, filters: Filters) -> tuple[DaysCount, ...]:
    """How many events there are between which days, by status."""
    columns = [current_events.c[name] for name in ("first_day", "last_day", "status")]
    query = select(*columns, func.count().label("events"))
    query = query.where(*_conditions(filters, sqlite=is_sqlite(store.url))).group_by(*columns)
    with store.reading() as connection:
        return tuple(DaysCount(**row) for row in connection.execute(query).mappings())


def sources(store: Store, filters: Filters | None = None) -> tuple[SourceCount, ...]:
    """Sources of documents that have events, those of most events first."""
    conditions = _conditions(filters or Filters(), sqlite=is_sqlite(store.url))
    of_each = (
        select(
            current_events.c.document_id,
            current_events.c.source,
            func.count().label("events"),
        )
        .where(*conditions)
        .group_by(current_events.c.document_id, current_events.c.source)
        .subquery()
    )
    number = func.sum(of_each.c.events)
    query = (
        select(
            of_each.c.source.label("name"),
            func.count().label("documents"),
            number.label("events"),
            func.min(documents.c.published).label("first_published"),
            func.max(documents.c.published).label("last_published"),
        )
        .join(documents, documents.c.id == of_each.c.document_id)
        .group_by(of_each.c.source)
        .order_by(number.desc(), of_each.c.source)
    )
    with store.reading() as connection:
        return tuple(
            SourceCount(**{**row, "events": int(row["events"])}) for row in connection.execute(query).mappings()
        )


def choices(store: Store, *, blind: frozenset[str] = frozenset()) -> Choices:
    """The types, countries and sources of all events, those of documents in `blind` left out."""
    columns = (current_events.c.type, current_places.c.country, current_events.c.source)
    queries = [select(column).distinct().order_by(column) for column in columns]
    if blind:
        tables = (current_events, current_places, current_events)
        queries = [one.where(table.c.document_id.not_in(blind)) for one, table in zip(queries, tables, strict=True)]
    with store.reading() as connection:
        types, countries, names = ([one for one in connection.scalars(query) if one is not None] for query in queries)
    return Choices(types=tuple(types), countries=tuple(countries), sources=tuple(names))


def document_of(store: Store, event_id: str) -> str | None:
    """The document whose newest coding has an event; None where none has."""
    query = select(current_events.c.document_id).where(current_events.c.event_id == event_id)
    with store.reading() as connection:
        return connection.scalar(query)


# What is asked for


def _conditions(filters: Filters, *, sqlite: bool, places: bool = True) -> list[Any]:
    """What rows of current_events must meet; `places`: those of places too."""
    table = current_events.c
    wanted: list[Any] = []
    if filters.type is not None:
        wanted.append(table.type == filters.type)
    if filters.status is not None:
        wanted.append(table.status == filters.status)
    if filters.sources:
        wanted.append(table.source.in_(filters.sources))
    if filters.since is not None:
        wanted.append(table.last_day >= filters.since)
    if filters.until is not None:
        wanted.append(table.first_day <= filters.until)
    wanted += _decided(filters.decided)
    if filters.blind:
        wanted.append(table.document_id.not_in(filters.blind))
    if filters.words:
        wanted.append(table.document_id.in_(_with_words(filters.words, sqlite=sqlite)))
    if places and (there := _of_places(filters)):
        of_event = select(current_places.c.document_id, current_places.c.position).where(*there)
        wanted.append(tuple_(table.document_id, table.position).in_(of_event))
    return wanted


def _decided(asked: Decided | None) -> list[Any]:
    table = current_events.c
    states = {"accepted": "accepted", "edited": "edited", "added by hand": "new", "rejected": "rejected"}
    if asked in (None, "all but rejected"):
        return [table.state != "rejected"]
    if asked == "to decide":
        return [or_(table.state == "undecided", table.differs, table.asks)]
    if asked == "decided":
        return [table.state != "undecided"]
    if asked == "people differ":
        return [table.differs]
    if asked == "ask again":
        return [table.asks]
    return [table.state == states[asked]] if asked in states else []


def _of_places(filters: Filters) -> list[Any]:
    wanted: list[Any] = []
    if filters.countries:
        wanted.append(current_places.c.country.in_(filters.countries))
    if filters.place:
        wanted.append(current_places.c.folded.startswith(fold(filters.place), autoescape=True))
    return wanted


def _with_words(words: str, *, sqlite: bool) -> Select[tuple[str]]:
    """Documents that hold words, in small letters or capitals; SQLite knows those of ASCII alone."""
    columns = (documents.c.text, documents.c.title)
    held = [
        column.contains(words, autoescape=True) if sqlite else column.icontains(words, autoescape=True)
        for column in columns
    ]
    return select(documents.c.id).where(or_(*held))


def _same_event() -> Any:
    return and_(
        current_events.c.document_id == current_places.c.document_id,
        current_events.c.position == current_places.c.position,
    )


# In what order, and from where on


def _sorting(order: Order) -> tuple[Any, Any]:
    table = current_events.c
    if order == "least sure":
        return table.score.asc(), table.event_id.asc()
    if order == "latest":
        return table.first_day.desc().nulls_last(), table.event_id.desc()
    return table.coded_at.desc(), table.event_id.desc()


def _cursor(order: Order, row: Any) -> str:
    key = {"least sure": "score", "latest": "first_day", "newly coded": "coded_at"}[order]
    return f"{'' if row[key] is None else row[key]}~{row['event_id']}"


def _beyond(order: Order, after: str) -> Any:
    """What comes after the row that a cursor names. Raises ValueError for what is no cursor of this order."""
    key, mark, id = after.rpartition("~")
    if not mark or not id:
        raise ValueError(f"{after!r} names no row")
    table = current_events.c
    if order == "least sure":
        return tuple_(table.score, table.event_id) > tuple_(float(key), id)
    if order == "newly coded":
        return tuple_(table.coded_at, table.event_id) < tuple_(key, id)
    undated = table.first_day.is_(null())
    if not key:
        return and_(undated, table.event_id < id)
    day = date.fromisoformat(key)
    return or_(table.first_day < day, and_(table.first_day == day, table.event_id < id), undated)


# The rows of a page


def _listed(connection: Connection, found: Sequence[Any]) -> list[Listed]:
    ids = [row["event_id"] for row in found]
    told = _mentions(connection, ids)
    rows = _events(connection, ids)
    heads = _heads(connection, [row["document_id"] for row in found])
    because = ranking.reasons(connection, found)
    listed = []
    for row in found:
        event, sentence = _event(row, rows, told)
        head = heads[row["document_id"]]
        before, trigger, after = _around(connection, event, sentence)
        listed.append(
            Listed(
                event=event,
                before=before,
                trigger=trigger,
                after=after,
                title=head["title"],
                byline=head["byline"],
                source=row["source"],
                published=head["published"],
                origin=head["origin"],
                coded_at=row["coded_at"],
                state=row["state"],
                differs=bool(row["differs"]),
                asks=bool(row["asks"]),
                reasons=because[row["event_id"]],
            )
        )
    return listed


def _event(row: Any, rows: Mapping[Any, Any], told: Mapping[Any, Sequence[Mention]]) -> tuple[Event, str]:
    """An event as it stands, decided or as it was coded; and its sentence, "" where that is to be looked up."""
    if row["edited"] is not None:
        return codec.event_of_whole(row["edited"]), ""
    key = (row["coding_id"], row["position"])
    made, sentence = rows[key]
    return codec.event(made, document_id=row["document_id"], mentions=told.get(key, ())), sentence


def _mentions(connection: Connection, ids: Sequence[str]) -> dict[tuple[int, int], list[Mention]]:
    place = (mentions.c.coding_id, mentions.c.event_position)
    its = and_(place[0] == current_events.c.coding_id, place[1] == current_events.c.position)
    query = select(mentions).join(current_events, its).where(current_events.c.event_id.in_(ids))
    query = query.order_by(*place, mentions.c.position)
    rows = connection.execute(query).mappings()
    return {
        key: [codec.mention(row) for row in group]
        for key, group in groupby(rows, key=lambda row: (int(row["coding_id"]), int(row["event_position"])))
    }


def _events(connection: Connection, ids: Sequence[str]) -> dict[tuple[int, int], tuple[Any, str]]:
    """The rows of events, each with its sentence as it stands in the document's text, or what is there of it."""
    start, end = (events.c.sentence[place].as_integer() for place in (0, 1))
    words = func.substr(documents.c.text, start + 1, end - start, type_=Text).label("words")
    first = func.substr(documents.c.text, 1, 1, type_=Text).label("first")
    its = and_(events.c.coding_id == current_events.c.coding_id, events.c.position == current_events.c.position)
    query = (
        select(events, words, first)
        .join(current_events, its)
        .join(documents, documents.c.id == current_events.c.document_id)
        .where(current_events.c.event_id.in_(ids))
    )
    return {
        (row["coding_id"], row["position"]): (row, "" if row["first"] == ESCAPED else row["words"])
        for row in connection.execute(query).mappings()
    }


def _heads(connection: Connection, ids: Sequence[str]) -> dict[str, Any]:
    names = ("id", "title", "byline", "published", "origin")
    query = select(*(documents.c[name] for name in names)).where(documents.c.id.in_(ids))
    return {row["id"]: row for row in connection.execute(query).mappings()}


def _around(connection: Connection, event: Event, words: str) -> tuple[str, str, str]:
    """A sentence as what stands before the trigger, the trigger, and what stands after it."""
    sentence, trigger = event.sentence, event.trigger
    if sentence.part != "text" or not words:
        words = rows.document(connection, event.document_id).quote(sentence)
    if sentence.part != trigger.part:
        return words[:LONGEST_SENTENCE], "", ""
    start, end = max(0, trigger.start - sentence.start), max(0, trigger.end - sentence.start)
    return words[:start][-LONGEST_SENTENCE:], words[start:end], words[end:][:LONGEST_SENTENCE]
