"""Which rows of the views are asked for, a page at a time? Each page goes on from the last row of the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Date, Double, Integer, Text, and_, column, literal, or_, select, table
from sqlalchemy.sql.expression import TableClause

from byline.deciding.viewing import EVERYTHING, Viewer
from byline.store import Store
from byline.store.database import is_sqlite
from byline.store.surface import View, views

_TYPES: Final[Mapping[str, Any]] = {
    "text": Text(), "integer": Integer(), "number": Double(), "day": Date(), "list": Text(), "numbers": Text()
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows are wanted: `equal` to values by column; `least` and `most` of columns; `words` that a column holds,
    whatever their case (SQLite knows that of ASCII alone); `among`: rows on events that have a row in another view
    where its column has a value. `without`: columns that are not fetched."""

    equal: Mapping[str, Any] = field(default_factory=dict)
    least: Mapping[str, float | date | str] = field(default_factory=dict)
    most: Mapping[str, float | date | str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    among: Sequence[tuple[str, str, Any]] = ()
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Rows of a view, and the key of the last where there are more."""

    rows: tuple[dict[str, Any], ...]
    more: tuple[Any, ...] | None


def page(
    store: Store,
    view: View,
    wanted: Wanted,
    *,
    after: Sequence[Any] | None = None,
    limit: int = 50,
    viewer: Viewer = EVERYTHING,
) -> Page:
    """A page of a view's rows in the order of its key, from the row after the key `after` on.

    Of documents for which the viewer is blind nothing that people decided comes out: their rows are left out.
    """
    made = _table(view)
    conditions = [*_conditions(made, wanted, sqlite=is_sqlite(store.url)), *_seen(made, view, viewer)]
    keys = [made.c[name] for name in view.key]
    if after is not None:
        conditions.append(_beyond(keys, after))
    columns = [one for one in made.c if one.name not in wanted.without]
    query = select(*columns).where(*conditions).order_by(*keys).limit(limit + 1)
    with store.reading() as connection:
        rows = _rows(connection, query)
    found = rows[:limit]
    more = tuple(found[-1][name] for name in view.key) if len(rows) > limit else None
    return Page(rows=tuple(found), more=more)


def _table(view: View) -> TableClause:
    return table(view.name, *(column(one.name, _TYPES[one.kind]) for one in view.columns))


def _rows(connection: Connection, query: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _conditions(made: TableClause, wanted: Wanted, *, sqlite: bool) -> list[ColumnElement[bool]]:
    found = [made.c[name] == value for name, value in wanted.equal.items()]
    found += [made.c[name] >= value for name, value in wanted.least.items()]
    found += [made.c[name] <= value for name, value in wanted.most.items()]
    for name, words in wanted.words.items():
        one = made.c[name]
        held = one.contains(words, autoescape=True) if sqlite else one.icontains(words, autoescape=True)
        found.append(held)
    for name, of, value in wanted.among:
        other = _table(views()[name])
        found.append(made.c.event_id.in_(select(other.c.event_id).where(other.c[of] == value)))
    return found


def _seen(made: TableClause, view: View, viewer: Viewer) -> list[ColumnElement[bool]]:
    """What keeps other people's decisions from a viewer who is to decide without knowing of them."""
    kept = _unblinded(made, view, viewer)
    if view.name == "v_decisions" and not viewer.may("adjudicator"):
        # A double coder's are for whoever may settle them: the first coder is not to know of them either.
        kept.append(or_(made.c.reviewer == viewer.name, made.c.role != "double coder"))
    return kept


def _unblinded(made: TableClause, view: View, viewer: Viewer) -> list[ColumnElement[bool]]:
    """What keeps out that which rests on documents to which a viewer is blind."""
    if not viewer.blind:
        return []
    blind = sorted(viewer.blind)
    if view.name == "v_decisions":
        # On a report that is not theirs to see, or on several, which may be among them: their own alone.
        others = and_(made.c.document_id.is_not(None), made.c.document_id.not_in(blind))
        return [or_(made.c.reviewer == viewer.name, others)]
    if view.name == "v_incidents":
        told = _table(views()["v_incident_events"])
        return [made.c.incident_id.not_in(select(told.c.incident_id).where(told.c.document_id.in_(blind)))]
    if view.name in ("v_documents", "v_sources", "v_findings", "v_finding_evidence", "v_copies"):
        return []  # nobody decided these
    return [made.c.document_id.not_in(blind)]


def _beyond(keys: Sequence[Any], after: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after a row in the order of its key."""
    found: ColumnElement[bool] = literal(False)
    for at, key in reversed(list(enumerate(keys))):
        further = key > after[at]
        found = further if at == len(keys) - 1 else or_(further, and_(key == after[at], found))
    return found
