"""The event record: one JSON object an event, our contract with every tool. Every key is always there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from byline.model import Actor, Document, Event, Mention, Place, Quantity, Span, Speaker, When
from byline.ontology import Circumstances, Ontology


def record(event: Event, document: Document, *, ontology: Ontology, pipeline_id: str) -> dict[str, Any]:
    """The record of an event: plain values that `json.dumps` takes, each with its evidence."""
    acled = ontology.acled(circumstances(event)) if event.status in _COUNTED_BY_ACLED else None
    return {
        "id": event.id,
        "document": _document(document),
        "type": event.type,
        "mode": event.mode,
        "contexts": list(event.contexts),
        "acled": None
        if acled is None
        else {
            "disorder_type": acled.disorder_type,
            "event_type": acled.event_type,
            "sub_event_type": acled.sub_event_type,
        },
        "status": event.status,
        "trigger": evidence(document, event.trigger),
        "told": [evidence(document, span) for span in event.told],
        "sentence": evidence(document, event.sentence),
        "when": _when(document, event),
        "places": [_place(document, one) for one in event.role("place")],
        "actors": [_actor(document, one) for one in event.role("actor", "recipient", "instrument")],
        "quantities": [_quantity(document, one) for one in event.role("quantity")],
        "quotes": [evidence(document, one.span) for one in event.role("quote")],
        "demands": [evidence(document, one.span) for one in event.role("demand")],
        "attribution": _attribution(document, event),
        "members": list(event.members),
        "confidence": round(event.score, 3),
        "pipeline_id": pipeline_id,
    }


# ACLED has no row for what is planned, supposed or denied.
_COUNTED_BY_ACLED = ("reported", "background", "summary")


def circumstances(event: Event) -> Circumstances:
    """What the crosswalk to ACLED looks at in an event."""
    things = any(isinstance(one.value, Actor) and one.value.kind == "object" for one in event.role("recipient"))
    deaths = any(isinstance(one.value, Quantity) and one.value.what == "fatalities" for one in event.role("quantity"))
    weapons = {one.value.name.split()[-1].lower() for one in event.role("instrument") if isinstance(one.value, Actor)}
    return Circumstances(
        type=event.type,
        mode=event.mode,
        actor_sectors=frozenset(_sectors(event, "actor")),
        recipient_sectors=frozenset(_sectors(event, "recipient")),
        recipient_things=things,
        fatalities=deaths,
        contexts=frozenset(event.contexts),
        weapons=frozenset(word.removesuffix("s") for word in weapons if word),
    )


def evidence(document: Document, span: Span) -> dict[str, Any]:
    """The words a value rests on, with where they stand."""
    return {"in": span.part, "start": span.start, "end": span.end, "text": document.quote(span)}


def _evidence(document: Document, mention: Mention) -> list[dict[str, Any]]:
    spans: Iterable[Span] = (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))
    return [evidence(document, span) for span in spans]


def _sectors(event: Event, role: str) -> tuple[str, ...]:
    return tuple(
        one.value.sector
        for one in event.mentions
        if one.role == role and isinstance(one.value, Actor) and one.value.sector
    )


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "external_id": document.external_id,
        "title": document.title,
        "source": document.source_id,
        "byline": document.byline,
        "published": document.published.isoformat() if document.published else None,
        "url": document.url,
        "origin": document.origin,
    }


def _when(document: Document, event: Event) -> dict[str, Any]:
    for mention in event.role("when"):
        if isinstance(mention.value, When):
            value = mention.value
            return {
                "start": value.start.isoformat() if value.start else None,
                "end": value.end.isoformat() if value.end else None,
                "precision": value.precision,
                "basis": value.basis,
                "text": document.quote(mention.span),
                "evidence": _evidence(document, mention),
            }
    unresolved = next(iter(event.role("when")), None)
    return {
        "start": None,
        "end": None,
        "precision": "unknown",
        "basis": None,
        "text": document.quote(unresolved.span) if unresolved else None,
        "evidence": _evidence(document, unresolved) if unresolved else [],
    }


def _place(document: Document, mention: Mention) -> dict[str, Any]:
    value = mention.value if isinstance(mention.value, Place) else None
    return {
        "text": document.quote(mention.span),
        "name": value.name if value else None,
        "geonameid": value.geonameid if value else None,
        "latitude": value.latitude if value else None,
        "longitude": value.longitude if value else None,
        "radius_km": value.radius_km if value else None,
        "relation": value.relation if value else "in",
        "basis": value.basis if value else "stated",
        "country": value.country if value else None,
        "admin1": value.admin1 if value else None,
        "precision": value.precision if value else None,
        "attribution": value.attribution if value else None,
        "evidence": _evidence(document, mention),
    }


def _actor(document: Document, mention: Mention) -> dict[str, Any]:
    value = mention.value if isinstance(mention.value, Actor) else None
    return {
        "text": document.quote(mention.span),
        "role": mention.role,
        "kind": value.kind if value else None,
        "public": value.public if value else None,
        "name": value.name if value else None,
        "code": value.code if value else None,
        "sector": value.sector if value else None,
        "evidence": _evidence(document, mention),
    }


def _quantity(document: Document, mention: Mention) -> dict[str, Any]:
    value = mention.value
    assert isinstance(value, Quantity)
    return {
        "what": value.what,
        "of": value.of,
        "low": _number(value.low),
        "high": _number(value.high),
        "text": document.quote(mention.span),
        "attribution": value.attribution,
        "evidence": _evidence(document, mention),
    }


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _attribution(document: Document, event: Event) -> dict[str, Any]:
    """Whose word it is; the byline, else the source, where no speaker is told and no words name one."""
    for mention in event.role("speaker"):
        if isinstance(mention.value, Speaker):
            speaker = mention.value
            return {
                "source": speaker.name,
                "kind": speaker.kind,
                "interest": speaker.interest,
                "evidence": _evidence(document, mention),
            }
    return {"source": document.byline or document.source_id, "kind": "byline", "interest": None, "evidence": []}
