"""Events as tables that refer to each other by ids: which there are, their columns, and the rows of a dossier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from byline.export import parts
from byline.export.columns import Column, columns
from byline.export.dossier import Dossier, Report, Unit
from byline.export.pins import pins
from byline.export.summary import summary

Row = dict[str, Any]

_EVENT = Column(name="event", kind="text", says="The id of the event it belongs to.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: what it holds, its columns, its key where it has one, and which column refers to the key of which
    table."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: str | None = None
    refers: Mapping[str, str]


@cache
def tables(unit: Unit) -> tuple[Table, ...]:
    """The tables of an export. Of incidents there is one more."""
    to_event = {"event": "events"}
    incidents = Table(
        name="incidents",
        says="Happenings, a row each, with what all reports of it tell together.",
        columns=columns("summary"),
        key="id",
        refers={"document_id": "documents"},
    )
    return (
        *((incidents,) if unit == "incident" else ()),
        Table(
            name="events",
            says="What one report tells of one happening, a row each.",
            columns=(*columns("summary"), *columns("events_more")),
            key="id",
            refers={"document_id": "documents"} | ({"incident": "incidents"} if unit == "incident" else {}),
        ),
        Table(name="places", says="The places of events.", columns=_own("places"), refers=to_event),
        Table(name="actors", says="Who did it, to whom and with what.", columns=_own("actors"), refers=to_event),
        Table(name="quantities", says="The numbers told.", columns=_own("quantities"), refers=to_event),
        Table(
            name="evidence",
            says="The words that every value rests on, and where they stand.",
            columns=columns("evidence"),
            refers={"event": "events", "document": "documents"},
        ),
        Table(
            name="decisions",
            says="What people made of events; those nobody spoke of have no row.",
            columns=columns("decisions"),
            refers=to_event,
        ),
        Table(
            name="documents",
            says="The reports, without their texts.",
            columns=columns("documents"),
            key="id",
            refers={},
        ),
    )


def rows(dossier: Dossier) -> Iterator[tuple[str, Row]]:
    """The rows of a dossier, each with the name of its table; a document has a row with each of its events."""
    if dossier.unit == "incident":
        yield "incidents", summary(dossier, pins(dossier))
    for report in dossier.reports:
        yield from _rows(dossier, report)


def event(dossier: Dossier) -> Row:
    """The row in the table of events of a dossier, of whichever unit."""
    record = dossier.record
    return {
        **summary(dossier, pins(dossier)),
        "incident": dossier.incident,
        "when_basis": record["when"]["basis"],
        "attribution_kind": record["attribution"]["kind"],
        "attribution_interest": record["attribution"]["interest"],
        "pipeline_id": record["pipeline_id"],
    }


def _own(name: str) -> tuple[Column, ...]:
    return (_EVENT, *(one for one in columns(name) if one.name != "parent"))


def _rows(dossier: Dossier, report: Report) -> Iterator[tuple[str, Row]]:
    record, of = report.record, {"event": report.record["id"]}
    alone = Dossier(id=record["id"], unit="event", incident=dossier.incident, record=record, reports=(report,))
    places = pins(alone)
    yield "documents", parts.document(record)
    yield "events", event(alone)
    yield from (("places", {**of, **row}) for row in parts.places(places))
    yield from (("actors", {**of, **row}) for row in parts.actors(record))
    yield from (("quantities", {**of, **row}) for row in parts.quantities(record))
    yield from (("evidence", row) for row in parts.evidence(record, places))
    if record["decided"]:
        yield "decisions", _decision(record)


def _decision(record: Mapping[str, Any]) -> Row:
    decided = record["decided"]
    return {
        "event": record["id"],
        "state": decided["state"],
        "people": decided["by"],
        "at": decided["at"],
        "fields": decided["fields"],
        "differs": decided["differs"],
    }
