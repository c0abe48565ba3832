"""The event record: one JSON object an event, our contract with every tool. Every key is always there.

What is the report's word and what is ours stands apart: the values of the keys in REPORTS_WORDS are the report's, as
they stand there; every other value is ours, and no loaded word gets into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from byline.language.loaded import loaded
from byline.model import Actor, Document, Event, Mention, Place, Quantity, Source, Span, Speaker, When
from byline.ontology import Ontology

REPORTS_WORDS = frozenset({"text", "of", "title", "byline", "url", "origin", "external_id"})
"""Keys of the record, at any depth, whose values are words of the report or of what it came with."""


def record(
    event: Event,
    document: Document,
    *,
    ontology: Ontology,
    pipeline_id: str,
    source: Source | None = None,
    decided: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The record of an event: plain values that `json.dumps` takes, each with its evidence.

    `source` is the document's in the register, where that holds it; else the name that its input gives stands.
    `decided` is what people made of it (`deciding`): "state", "by" (how many people), "at", "fields" they set, and
    whether they differ ("differs"); None where nobody spoke of it, and for what was only coded.
    """
    acled = ontology.crosswalk.types[event.acled] if event.acled is not None else None
    return {
        "id": event.id,
        "document": _document(document, source),
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
        "attribution": _attribution(document, event, source=source),
        "members": list(event.members),
        "confidence": round(event.score, 3),
        "pipeline_id": pipeline_id,
        "decided": decided,
    }


def evidence(document: Document, span: Span) -> dict[str, Any]:
    """The words a value rests on, with where they stand."""
    return {"in": span.part, "start": span.start, "end": span.end, "text": document.quote(span)}


def _evidence(document: Document, mention: Mention) -> list[dict[str, Any]]:
    spans: Iterable[Span] = (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))
    return [evidence(document, span) for span in spans]


def _label(document: Document, name: str | None) -> str | None:
    """A name the report gives, as a label of ours: None for one that holds a loaded word ("the regime"), which stays in
    the text and the evidence beside it."""
    return None if name is None or loaded(document.language).found(name) else name


def _confidence(mention: Mention) -> float:
    """How likely the value is right, from 0 to 1."""
    return round(mention.score, 3)


def _document(document: Document, source: Source | None) -> dict[str, Any]:
    return {
        "id": document.id,
        "external_id": document.external_id,
        "title": document.title,
        "source": source.id if source else document.source_id,
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
                "confidence": _confidence(mention),
                "evidence": _evidence(document, mention),
            }
    unresolved = next(iter(event.role("when")), None)
    return {
        "start": None,
        "end": None,
        "precision": "unknown",
        "basis": None,
        "text": document.quote(unresolved.span) if unresolved else None,
        "confidence": _confidence(unresolved) if unresolved else None,
        "evidence": _evidence(document, unresolved) if unresolved else [],
    }


def _place(document: Document, mention: Mention) -> dict[str, Any]:
    value = mention.value if isinstance(mention.value, Place) else None
    return {
        "text": document.quote(mention.span),
        "name": _place_name(document, value) if value else None,
        "geonameid": value.geonameid if value else None,
        "latitude": value.latitude if value else None,
        "longitude": value.longitude if value else None,
        "radius_km": value.radius_km if value else None,
        "relation": value.relation if value else "in",
        "basis": value.basis if value else "stated",
        "country": value.country if value else None,
        "admin1": value.admin1 if value else None,
        "precision": value.precision if value else None,
        "attribution": _label(document, value.attribution) if value else None,
        "confidence": _confidence(mention),
        "evidence": _evidence(document, mention),
    }


def _place_name(document: Document, place: Place) -> str | None:
    """The gazetteer's name of a place; the report's for a site no gazetteer holds."""
    return place.name if place.geonameid is not None else _label(document, place.name)


def _actor(document: Document, mention: Mention) -> dict[str, Any]:
    value = mention.value if isinstance(mention.value, Actor) else None
    return {
        "text": document.quote(mention.span),
        "role": mention.role,
        "kind": value.kind if value else None,
        "public": value.public if value else None,
        "name": _label(document, value.name) if value else None,
        "code": value.code if value else None,
        "sector": value.sector if value else None,
        "confidence": _confidence(mention),
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
        "attribution": _label(document, value.attribution),
        "confidence": _confidence(mention),
        "evidence": _evidence(document, mention),
    }


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _attribution(document: Document, event: Event, *, source: Source | None) -> dict[str, Any]:
    """Whose word it is; the byline, else the source, where no speaker is told and no words name one."""
    for mention in event.role("speaker"):
        if isinstance(mention.value, Speaker):
            speaker = mention.value
            return {
                "source": _label(document, speaker.name),
                "kind": speaker.kind,
                "interest": speaker.interest,
                "evidence": _evidence(document, mention),
            }
    name = document.byline or (source.name if source else document.source_id)
    return {"source": _label(document, name), "kind": "byline", "interest": None, "evidence": []}
