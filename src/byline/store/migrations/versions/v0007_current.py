"""The events of each document's newest coding, with days, places and source, to be listed at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

from byline.gazetteer.names import fold
from byline.store.schema import AnyText

revision = "0007"
down_revision = "0006"

AT_A_TIME = 500
NEWEST = (
    "SELECT codings.id, codings.document_id, codings.coded_at, documents.source_id, documents.url FROM codings "
    "JOIN documents ON documents.id = codings.document_id ORDER BY codings.document_id, codings.coded_at, codings.id"
)


def upgrade() -> None:
    """Makes the two tables and fills them."""
    op.create_table(
        "current_events",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("coding_id", sa.Integer, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("mode", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("source", sa.Text),
        sa.Column("coded_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_current_events"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_current_events_document_id_documents"),
    )
    for name in ("event_id", "source"):
        op.create_index(f"ix_current_events_{name}", "current_events", [name])
    for name in ("score", "first_day", "coded_at"):
        op.create_index(f"ix_current_events_{name}", "current_events", [name, "event_id"])
    op.create_index("ix_current_events_type", "current_events", ["type", "status"])
    op.create_table(
        "current_places",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("country", sa.Text),
        sa.Column("geonameid", sa.Integer),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("radius_km", sa.Double),
        sa.Column("precision", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", "position", "number", name="pk_current_places"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_current_places_document_id_documents"),
    )
    for name in ("folded", "country"):
        op.create_index(f"ix_current_places_{name}", "current_places", [name])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection, only=["events", "mentions", "current_events"])
    names = (sa.Column(name, AnyText) for name in ("name", "folded"))
    sa.Table("current_places", tables, *names, autoload_with=connection)
    newest = {row.document_id: row for row in connection.execute(sa.text(NEWEST))}
    lots = list(newest.values())
    for first in range(0, len(lots), AT_A_TIME):
        lot = {row.id: row for row in lots[first : first + AT_A_TIME]}
        for name, lines in zip(("current_events", "current_places"), _lines(connection, tables, lot), strict=True):
            if lines:
                connection.execute(sa.insert(tables.tables[name]), lines)


def _lines(connection: sa.Connection, tables: sa.MetaData, lot: dict[int, Any]) -> tuple[list[Any], list[Any]]:
    events, mentions = tables.tables["events"], tables.tables["mentions"]
    told = sa.select(mentions.c.coding_id, mentions.c.event_position, sa.type_coerce(mentions.c.value, sa.JSON))
    told = told.where(mentions.c.coding_id.in_(lot), mentions.c.role.in_(("when", "place")))
    whens: dict[tuple[int, int], Any] = {}
    places: dict[tuple[int, int], list[dict[str, Any]]] = {}
    in_order = told.order_by(mentions.c.coding_id, mentions.c.event_position, mentions.c.position)
    for coding_id, position, value in connection.execute(in_order):
        key = (coding_id, position)
        if value and value["is"] == "when":
            whens.setdefault(key, value)
        elif value and value["is"] == "place":
            there = places.setdefault(key, [])
            if (place := _place(value)) not in there:
                there.append(place)
    rows = connection.execute(sa.select(events).where(events.c.coding_id.in_(lot))).mappings()
    return (
        [_event(row, lot[row["coding_id"]], whens.get((row["coding_id"], row["position"]))) for row in rows],
        [
            {"document_id": lot[coding_id].document_id, "position": position, "number": number} | place
            for (coding_id, position), there in places.items()
            for number, place in enumerate(there)
        ],
    )


def _event(row: Any, coding: Any, when: Any) -> dict[str, Any]:
    days = list(_days(when))
    return {name: row[name] for name in ("position", "coding_id", "type", "mode", "status", "score")} | {
        "document_id": coding.document_id,
        "event_id": row["id"],
        "first_day": days[0] if days else None,
        "last_day": days[-1] if days else None,
        "source": coding.source_id or _host(coding.url),
        "coded_at": coding.coded_at,
    }


def _days(when: Any) -> Iterator[date]:
    for name in ("start", "end"):
        if when and when[name]:
            yield date.fromisoformat(when[name])


def _host(url: str | None) -> str | None:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _place(value: dict[str, Any]) -> dict[str, Any]:
    kept = ("name", "country", "geonameid", "latitude", "longitude", "radius_km", "precision")
    return {name: value[name] for name in kept} | {"folded": fold(value["name"])}
