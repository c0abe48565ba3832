"""Our dataclasses as rows and back: what comes out equals what went in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import RowMapping

from byline.model import (
    Actor,
    Cut,
    Dateline,
    Document,
    Event,
    Mention,
    Person,
    Place,
    Quantity,
    Span,
    Speaker,
    Value,
    When,
)

KINDS: Mapping[str, type[Value]] = {
    "actor": Actor,
    "place": Place,
    "when": When,
    "quantity": Quantity,
    "speaker": Speaker,
}
"""What a mention's value may be, by the tag it is kept under."""

TAGS = {kind: tag for tag, kind in KINDS.items()}
DAYS = frozenset({"start", "end"})
"""Fields of a When that are days, kept as ISO dates."""


def document_row(document: Document) -> dict[str, Any]:
    """A document's row in `documents`."""
    row = {field.name: getattr(document, field.name) for field in fields(Document) if field.name != "dateline"}
    dateline = document.dateline
    return row | {
        "dateline_place": dateline.place if dateline else None,
        "dateline_date": dateline.date if dateline else None,
        "captions": list(document.captions),
        "cuts": [[cut.start, cut.text, cut.reason] for cut in document.cuts],
    }


def document(row: RowMapping) -> Document:
    """The document of a row. A dateline that held neither place nor day comes back as None."""
    values = {field.name: row[field.name] for field in fields(Document) if field.name != "dateline"}
    place, day = row["dateline_place"], row["dateline_date"]
    values["dateline"] = Dateline(place=place, date=day) if place is not None or day is not None else None
    values["captions"] = tuple(row["captions"])
    values["cuts"] = tuple(Cut(start=start, text=text, reason=reason) for start, text, reason in row["cuts"])
    return Document(**values)


def event_row(event: Event, *, coding_id: int, position: int) -> dict[str, Any]:
    """An event's row in `events`; its mentions have rows of their own."""
    return {
        "coding_id": coding_id,
        "position": position,
        "id": event.id,
        "type": event.type,
        "mode": event.mode,
        "status": event.status,
        "trigger": span_list(event.trigger),
        "sentence": span_list(event.sentence),
        "members": list(event.members),
        "contexts": list(event.contexts),
        "told": spans_list(event.told),
        "acled": event.acled,
        "score": event.score,
        "by": event.by,
    }


def event(row: RowMapping | Mapping[str, Any], *, document_id: str, mentions: Iterable[Mention]) -> Event:
    """The event of a row with its mentions."""
    return Event(
        id=row["id"],
        document_id=document_id,
        type=row["type"],
        mode=row["mode"],
        trigger=span(row["trigger"]),
        sentence=span(row["sentence"]),
        status=row["status"],
        mentions=tuple(mentions),
        members=tuple(row["members"]),
        contexts=tuple(row["contexts"]),
        told=spans(row["told"]),
        acled=row["acled"],
        score=row["score"],
        by=row["by"],
    )


def whole_event(event: Event) -> dict[str, Any]:
    """An event with its mentions as JSON."""
    told = event_row(event, coding_id=0, position=0)
    mentions = [mention_row(one, coding_id=0, event_position=0, position=0) for one in event.mentions]
    numbers = ("coding_id", "position", "event_position")
    rows = [{name: value for name, value in one.items() if name not in numbers} for one in (told, *mentions)]
    return rows[0] | {"document_id": event.document_id, "mentions": rows[1:]}


def event_of_whole(told: Mapping[str, Any]) -> Event:
    """The event of `whole_event`."""
    return event(told, document_id=told["document_id"], mentions=[mention(one) for one in told["mentions"]])


def mention_row(mention: Mention, *, coding_id: int, event_position: int, position: int) -> dict[str, Any]:
    """A mention's row in `mentions`."""
    return {
        "coding_id": coding_id,
        "event_position": event_position,
        "position": position,
        "role": mention.role,
        "span": span_list(mention.span),
        "value": value_dict(mention.value) if mention.value is not None else None,
        "score": mention.score,
        "by": mention.by,
        "antecedent": span_list(mention.antecedent) if mention.antecedent is not None else None,
        "also": spans_list(mention.also),
    }


def mention(row: RowMapping | Mapping[str, Any]) -> Mention:
    """The mention of a row."""
    return Mention(
        role=row["role"],
        span=span(row["span"]),
        value=value(row["value"]) if row["value"] is not None else None,
        score=row["score"],
        by=row["by"],
        antecedent=span(row["antecedent"]) if row["antecedent"] is not None else None,
        also=spans(row["also"]),
    )


def people_list(people: Iterable[Person] | None) -> list[dict[str, Any]] | None:
    """Persons as JSON; None where they were not looked for."""
    if people is None:
        return None
    return [
        {
            "name": one.name,
            "standing": one.standing,
            "because": one.because,
            "spans": spans_list(one.spans),
            "evidence": spans_list(one.evidence),
        }
        for one in people
    ]


def people(told: list[dict[str, Any]] | None) -> tuple[Person, ...] | None:
    """The persons of `people_list`."""
    if told is None:
        return None
    return tuple(Person(**one | {"spans": spans(one["spans"]), "evidence": spans(one["evidence"])}) for one in told)


def value_dict(value: Value) -> dict[str, Any]:
    """A value as JSON: its fields, under a tag that says which kind it is."""
    told = {field.name: getattr(value, field.name) for field in fields(value)}
    return {"is": TAGS[type(value)]} | {
        name: item.isoformat() if isinstance(item, date) else item for name, item in told.items()
    }


def value(told: Mapping[str, Any]) -> Value:
    """The value of `value_dict`."""
    kind = KINDS[told["is"]]
    values = {name: item for name, item in told.items() if name != "is"}
    if kind is When:
        values |= {name: date.fromisoformat(values[name]) for name in DAYS if values[name] is not None}
    return kind(**values)


def span_list(span: Span) -> list[Any]:
    """A span as JSON."""
    return [span.start, span.end, span.part]


def span(told: list[Any]) -> Span:
    """The span of `span_list`."""
    start, end, part = told
    return Span(start=start, end=end, part=part)


def spans_list(spans: Iterable[Span]) -> list[list[Any]]:
    """Spans as JSON."""
    return [span_list(one) for one in spans]


def spans(told: Iterable[list[Any]]) -> tuple[Span, ...]:
    """The spans of `spans_list`."""
    return tuple(span(one) for one in told)
