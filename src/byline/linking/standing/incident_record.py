"""An incident as JSON: plain values that `json.dumps` takes, every value with its words. `schemas/incident.json` is the
contract; every key is always there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from byline.linking.standing.corroboration import Corroboration
from byline.linking.standing.disputes import Dispute
from byline.linking.standing.dossier import Dossier
from byline.linking.standing.field import Field, Told
from byline.linking.standing.voices import Range
from byline.model import Actor, Cited, Document, Event, Link, Place, Quantity, Span, When

REPORTS_WORDS = frozenset({"text", "title", "origin", "url", "source"})
"""Keys, at any depth, whose values are words of the reports or of what they came with; the others' are ours, where a
loaded word stands in quotation marks."""


def record(dossier: Dossier) -> dict[str, Any]:
    """The JSON form of an incident."""
    documents = {document.id: document for _, document in dossier.reports}
    documents |= {document.id: document for _, document in dossier.denials}
    return {
        "id": dossier.incident.id,
        "formerly": list(dossier.formerly),
        "event_ids": list(dossier.incident.event_ids),
        "corroboration": _corroboration(dossier.corroboration, documents),
        "fields": [_field(one, documents) for one in dossier.fields],
        "disputes": [_dispute(one, documents) for one in dossier.disputes],
        "reports": [_report(event, document) for event, document in dossier.reports],
        "links": [_link(one) for one in dossier.links],
        "decisions": [asdict(one) for one in dossier.decisions],
    }


def _evidence(document: Document, span: Span) -> dict[str, Any]:
    words = {"in": span.part, "start": span.start, "end": span.end, "text": document.quote(span)}
    return {"document": document.id, **words}


def _cited(cited: Iterable[Cited], documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    return [_evidence(documents[one.document_id], one.span) for one in cited]


def _range(one: Range) -> dict[str, int]:
    return {"low": one.low, "high": one.high}


def _corroboration(one: Corroboration, documents: Mapping[str, Document]) -> dict[str, Any]:
    return {
        "reports": one.reports,
        "documents": one.documents,
        "denied": one.denied,
        "sources": _range(one.sources),
        "words": _range(one.words),
        "tellers": [
            {
                "name": teller.name,
                "source": teller.source_id,
                "owner": teller.owner,
                "interests": list(teller.interests),
                "credits": list(teller.credits),
                "documents": list(teller.document_ids),
                "copies": list(teller.copy_ids),
                "counts": teller.counts,
                "party": teller.party,
            }
            for teller in one.tellers
        ],
        "said": [
            {
                "name": said.name,
                "also": list(said.also),
                "kind": said.kind,
                "party": said.party,
                "carried_by": list(said.carried_by),
                "evidence": _cited(said.cited, documents),
            }
            for said in one.said
        ],
        "because": [
            {"left": pair.left, "right": pair.right, "independent": pair.independent, "says": pair.because}
            for pair in one.because
        ],
        "untold": one.untold,
        "says": list(one.says),
    }


def _field(one: Field, documents: Mapping[str, Document]) -> dict[str, Any]:
    return {
        "name": one.name,
        "of": one.of,
        "summary": one.summary,
        "agreement": one.agreement,
        "because": one.because,
        "values": [_told(value, documents) for value in one.values],
    }


def _told(one: Told, documents: Mapping[str, Document]) -> dict[str, Any]:
    return {
        "value": one.value,
        "coded": _coded(one),
        "teller": one.teller,
        "speakers": list(one.speakers),
        "party": one.party,
        "copy": one.copy,
        "event": one.event_id,
        "document": one.document_id,
        "published": one.published.isoformat() if one.published else None,
        "evidence": _cited(one.cited, documents),
    }


def _coded(told: Told) -> dict[str, Any] | None:
    """A value as it was coded; None where the words were read and not resolved."""
    match told.coded:
        case str() as code:
            return {"code": code}
        case Quantity(low=low, high=high):
            return {"low": low, "high": high}
        case When(start=start, end=end, precision=precision, basis=basis):
            days = {"start": start.isoformat() if start else None, "end": end.isoformat() if end else None}
            return {**days, "precision": precision, "basis": basis}
        case Place() as place:
            return {
                "geonameid": place.geonameid,
                "latitude": place.latitude,
                "longitude": place.longitude,
                "radius_km": place.radius_km,
                "relation": place.relation,
                "precision": place.precision,
                "country": place.country,
                "admin1": place.admin1,
            }
        case Actor() as actor:
            return {"kind": actor.kind, "code": actor.code, "sector": actor.sector}
    return None


def _dispute(one: Dispute, documents: Mapping[str, Document]) -> dict[str, Any]:
    return {
        "of": one.of,
        "denied_by": list(one.denied_by),
        "teller": one.teller,
        "held_by": list(one.held_by),
        "event": one.event_id,
        "document": one.document_id,
        "says": one.says,
        "evidence": _cited(one.cited, documents),
    }


def _report(event: Event, document: Document) -> dict[str, Any]:
    return {
        "event": event.id,
        "document": document.id,
        "source": document.source_id,
        "published": document.published.isoformat() if document.published else None,
        "title": document.title,
        "url": document.url,
        "origin": document.origin,
        "status": event.status,
        "trigger": _evidence(document, event.trigger),
        "sentence": _evidence(document, event.sentence),
    }


def _link(one: Link) -> dict[str, Any]:
    return {
        "left": one.left,
        "right": one.right,
        "probability": round(one.probability, 4),
        "decided": one.decided,
        "because": [{"of": level.of, "level": level.level, "weight": round(level.weight, 2)} for level in one.because],
    }
