"""What may be asked of a project? The rows behind the views, made of documents as people decided them, names masked.

They are made of the same masked records that exports are. What changed since it was last asked is made anew first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from byline.deciding import EVERYTHING, DecidedDocument, DecidedEvent, Viewer
from byline.errors import ExportError
from byline.export import mask
from byline.export.record import record
from byline.linking.standing import dossier as standing
from byline.linking.standing.dossier import Around, Dossier
from byline.linking.standing.incident_record import record as as_record
from byline.model import (
    Cited,
    Coding,
    Decision,
    Document,
    Event,
    Finding,
    Incident,
    Source,
    Span,
    sha256,
)
from byline.project import decided, exporting
from byline.store import copies, findings, incidents, shown
from byline.store.current import source_key
from byline.store.links import parts
from byline.store.shown import Row

if TYPE_CHECKING:
    from byline.project import Project

VERSION: Final = "1"
"""Raised when the rows change that are made of the same things, so that all are made anew."""

KEPT_MASKS: Final = 200
"""Documents whose masks are kept at hand while findings and decisions are shown."""

# What a database's text cannot hold: it is shown as a character that says so, and offsets hold.
_UNSAFE = re.compile("[\x00\ud800-\udfff]")

Made = dict[str, list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document as it may be shown: masked, or None where its persons were not looked for; its events are masked too,
    and none where it is; `standings` says how each decision on it stands, by id."""

    document: Document
    masked: Document | None
    coding: Coding | None
    events: tuple[DecidedEvent, ...]
    hiding: mask.Mask | None
    source: Source | None
    standings: Mapping[str, str] = field(default_factory=dict)


def synchronise(project: Project, *, progress: Callable[[int], None] = lambda done: None) -> None:
    """Shows what came or changed since this was last done; `progress` is told the number of documents now and then.

    Raises StoreError where the database cannot be written.
    """
    store, by, done = project.store, _by(project), 0
    for ids in shown.unshown(store, by=by):
        made: Made = {}
        since, moments = shown.stamps(store, ids), shown.coded_at(store, ids)
        for one in _shown(project, ids):
            _add(made, _document_rows(project, one, by=by, coded_at=moments.get(one.document.id, "")))
        shown.keep(store, ids, made, since=since)
        done += len(ids)
        progress(done)
    new = shown.newcomers(store)
    if new.findings or new.decisions:
        masks = _Masks(project)
        made = {}
        for id in new.findings:
            _add(made, _finding_rows(project, id, masks))
        for decision in new.decisions:
            _add(made, {"shown_decisions": [_decision_row(project, decision, masks)]})
        shown.add(store, made)


def document(project: Project, id: str, *, viewer: Viewer = EVERYTHING) -> Shown | None:
    """A document as it may be shown to a viewer; None where none has the id."""
    return next(documents(project, [id], viewer=viewer), None)


def documents(project: Project, ids: Sequence[str], *, viewer: Viewer = EVERYTHING) -> Iterator[Shown]:
    """Documents as they may be shown to a viewer, in the order given; those that are not there are left out."""
    yield from _shown(project, ids, viewer=viewer)


def _by(project: Project) -> str:
    """What the rows depend on beside documents and decisions: the program, the settings, the register."""
    told = [VERSION, project.ontology.sha256, sorted(project.config.public_people)]
    return sha256(json.dumps([*told, sorted(map(repr, project.sources.sources.values()))]))[:16]


# Documents with their events, masked


def _shown(project: Project, ids: Sequence[str], *, viewer: Viewer = EVERYTHING) -> Iterator[Shown]:
    for document, coding, told in decided.of_documents(project.store, ids, viewer=viewer):
        yield masked(project, document, coding, told=told)


def masked(project: Project, document: Document, coding: Coding | None, *, told: DecidedDocument) -> Shown:
    """A document as it may be shown, of what people decided of it."""
    hiding = _mask(project, document, coding)
    source = project.sources.of(document)
    if hiding is None:
        return Shown(document=document, masked=None, coding=coding, events=(), hiding=None, source=source)
    events = tuple(replace(one, event=hiding.event(one.event)) for one in told.events)
    return Shown(
        document=document,
        masked=hiding.document(document),
        coding=coding,
        events=events,
        hiding=hiding,
        source=source,
        standings=told.standings,
    )


def _mask(project: Project, document: Document, coding: Coding | None) -> mask.Mask | None:
    """The mask of a document; None where its persons were not looked for."""
    if coding is None:
        return None
    try:
        who = mask.Shown(public=project.config.public_people)
        return mask.mask_of(document, coding, shown=who, language=project.config.language)
    except ExportError:
        return None


def finding_says(project: Project, id: str) -> str | None:
    """The sentence of a finding, masked; None where there is none, or nobody knows whom to mask."""
    found = findings.finding(project.store, id)
    return _Masks(project).words(found.says, shown.documents_of(project.store, id)) if found else None


def record_of(project: Project, one: Shown, told: DecidedEvent) -> dict[str, Any]:
    """The record of an event of a document that may be shown, with what people made of it."""
    assert one.masked is not None  # without it there are no events
    return record(
        told.event,
        one.masked,
        ontology=project.ontology,
        pipeline_id=one.coding.pipeline_id if one.coding else "",
        source=one.source,
        decided=exporting.spoken_of(told, one.standings),
    )


# Incidents, masked


def dossier(project: Project, incident: Incident, *, viewer: Viewer = EVERYTHING) -> Dossier | None:
    """An incident by those of its reports that may be shown to a viewer, rejected events left out; None where there are
    none. What people decided on it is left out."""
    store, ids = project.store, set(incident.event_ids)
    held = sorted({*incidents.documents(store, sorted(ids)).values()})
    reports = [
        (told.event, seen.masked)
        for lot in parts(held)
        for seen in documents(project, lot, viewer=viewer)
        for told in seen.events
        if seen.masked is not None
        and told.event.id in ids
        and told.state != "rejected"
        and viewer.sees(seen.document.id)
    ]
    if not reports:
        return None
    around = Around(copies=copies.among(store, held), formerly=incidents.merged_into(store, incident.id))
    shown_now = replace(incident, event_ids=tuple(sorted(event.id for event, _ in reports)))
    return standing.dossier(shown_now, reports, register=project.sources, around=around)


def incident_record(project: Project, incident: Incident, *, viewer: Viewer = EVERYTHING) -> dict[str, Any] | None:
    """The JSON form of an incident by those of its reports that may be shown to a viewer; None where there are none."""
    made = dossier(project, incident, viewer=viewer)
    return None if made is None else as_record(made)


# Rows of documents


def _document_rows(project: Project, one: Shown, *, by: str, coded_at: str) -> Mapping[str, Sequence[Row]]:
    document, seen = one.document, one.masked
    source = one.source
    events = list({told.event.id: told for told in reversed(one.events)}.values())[::-1]
    row: Row = {
        "document_id": document.id,
        "shown_by": by,
        "external_id": seen.external_id if seen else None,
        "title": seen.title if seen else None,
        "byline": seen.byline if seen else None,
        "source": source.id if source else source_key(document.source_id, document.url),
        "source_name": source.name if source else None,
        "source_kind": source.kind if source else None,
        "source_country": source.country if source else None,
        "source_owner": source.owner if source else None,
        "source_interest": source.interest if source else None,
        "language": document.language,
        "published": document.published,
        "url": seen.url if seen else None,
        "origin": seen.origin if seen else None,
        "text_sha256": document.text_sha256,
        "raw_sha256": document.raw_sha256,
        "names": "masked" if seen else "not known",
        "events": sum(told.state != "rejected" for told in events),
        "pipeline_id": one.coding.pipeline_id if one.coding else None,
        "coded_at": coded_at,
    }
    made: Made = {"shown_documents": [_safe(row)]}
    if seen is not None:
        made["shown_texts"] = [_safe({"document_id": document.id, "text": seen.text})]
        for told in events:
            _add(made, event_rows(project, one, told))
    return made


def event_rows(project: Project, one: Shown, told: DecidedEvent) -> Mapping[str, Sequence[Row]]:
    """The rows of an event of a document that may be shown, by table."""
    assert one.masked is not None  # without it there are no events
    event = told.event
    row = record_of(project, one, told)
    key = {"event_id": event.id, "document_id": event.document_id}
    return {
        "shown_events": [_safe(key | _event_row(event, row, decided=told.state))],
        "shown_places": [_safe(key | _picked(value, PLACE) | {"number": at}) for at, value in enumerate(row["places"])],
        "shown_actors": [_safe(key | _actor_row(value) | {"number": at}) for at, value in enumerate(row["actors"])],
        "shown_quantities": [
            _safe(key | _picked(value, QUANTITY) | {"number": at}) for at, value in enumerate(row["quantities"])
        ],
        "shown_evidence": [
            _safe(key | told_by | {"number": at}) for at, told_by in enumerate(_evidence(one.masked, event))
        ],
    }


PLACE: Final = (
    "text", "name", "geonameid", "latitude", "longitude", "radius_km", "relation", "basis", "country", "admin1",
    "precision", "attribution", "confidence",
)  # fmt: skip
ACTOR: Final = ("role", "text", "name", "kind", "code", "sector", "confidence")
QUANTITY: Final = ("what", "of", "low", "high", "text", "attribution", "confidence")


def _picked(value: Mapping[str, Any], names: Iterable[str]) -> Row:
    return {name: value[name] for name in names}


def _actor_row(value: Mapping[str, Any]) -> Row:
    public = value["public"]
    return _picked(value, ACTOR) | {"public": None if public is None else int(public)}


def _event_row(event: Event, row: Mapping[str, Any], *, decided: str) -> Row:
    acled = row["acled"] or {}
    when, said = row["when"], row["attribution"]
    place: Mapping[str, Any] = row["places"][0] if row["places"] else {}
    actor, recipient = _first_actor(row, "actor"), _first_actor(row, "recipient")
    dead = [one for one in row["quantities"] if one["what"] == "fatalities"]
    return {
        "type": row["type"],
        "mode": row["mode"],
        "contexts": json.dumps(row["contexts"], ensure_ascii=False),
        **{name: acled.get(name) for name in ("disorder_type", "event_type", "sub_event_type")},
        "status": row["status"],
        "decided": decided,
        "trigger": row["trigger"]["text"],
        "sentence": row["sentence"]["text"],
        "part": event.trigger.part,
        "starts": event.trigger.start,
        "ends": event.trigger.end,
        "first_day": _day(when["start"] or when["end"]),
        "last_day": _day(when["end"] or when["start"]),
        "when_precision": when["precision"],
        "when_basis": when["basis"],
        "when_text": when["text"],
        "place": place.get("name") or place.get("text"),
        **{name: place.get(name) for name in ("country", "admin1", "latitude", "longitude", "radius_km")},
        "place_precision": place.get("precision"),
        "actor": actor.get("name") or actor.get("text"),
        "actor_code": actor.get("code"),
        "recipient": recipient.get("name") or recipient.get("text"),
        "recipient_code": recipient.get("code"),
        "fatalities_low": _whole(min((one["low"] for one in dead if one["low"] is not None), default=None)),
        "fatalities_high": _whole(_most(dead)),
        "attribution": said["source"],
        "attribution_kind": said["kind"],
        "attribution_interest": said["interest"],
        "confidence": row["confidence"],
        "read_by": event.by,
    }


def _first_actor(row: Mapping[str, Any], role: str) -> Mapping[str, Any]:
    return next((one for one in row["actors"] if one["role"] == role), {})


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _most(dead: Sequence[Mapping[str, Any]]) -> float | None:
    """The most of the numbers told; None where one of them is open above."""
    tops = [one["high"] for one in dead]
    return None if not tops or None in tops else max(tops)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _evidence(document: Document, event: Event) -> Iterator[Row]:
    """The words behind an event and each of its values, in the order of the record."""
    at: dict[str, int] = {}
    groups = {"place": "place", "actor": "actor", "recipient": "actor", "instrument": "actor", "quantity": "quantity"}
    own = [("trigger", event.trigger), *(("told", span) for span in event.told), ("sentence", event.sentence)]
    for name, span in own:
        yield _words(document, name, span, by=event.by, score=event.score)
    for mention in event.mentions:
        number = None
        if (group := groups.get(mention.role)) is not None:
            number = at[group] = at.get(group, -1) + 1
        spans = (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))
        for span in spans:
            told = _words(document, mention.role, span, by=mention.by, score=mention.score)
            yield told | {"value_number": number}


def _words(document: Document, name: str, span: Span, *, by: str, score: float) -> Row:
    return {
        "field": name,
        "value_number": None,
        "part": span.part,
        "starts": span.start,
        "ends": span.end,
        "words": document.quote(span),
        "read_by": by,
        "confidence": round(score, 3),
    }


# Findings and decisions: masked by what is known of the documents they speak of


@dataclass
class _Masks:
    """The documents that findings and decisions speak of, as they may be shown."""

    project: Project
    _kept: dict[str, Shown | None] = field(default_factory=dict)

    def of(self, document_id: str) -> Shown | None:
        """A document as it may be shown."""
        if document_id not in self._kept:
            if len(self._kept) >= KEPT_MASKS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[document_id] = document(self.project, document_id)
        return self._kept[document_id]

    def words(self, words: str | None, document_ids: Sequence[str]) -> str | None:
        """Words told of documents, masked by all of them; None where nobody knows whom to mask, or of what they are
        told."""
        found = [self.of(id) for id in document_ids]
        if not words or not found or any(one is None or one.hiding is None for one in found):
            return None if words else words
        for one in found:
            if one is not None and one.hiding is not None:
                words = one.hiding.words(words)
        return words


def _finding_rows(project: Project, id: str, masks: _Masks) -> Mapping[str, Sequence[Row]]:
    found = findings.finding(project.store, id)
    if found is None:
        return {}
    documents = shown.documents_of(project.store, id)
    row: Row = {
        "finding_id": id,
        "kind": found.kind,
        "severity": found.severity,
        "says": masks.words(found.says, documents),
        "numbers": json.dumps([_plain(one) for one in found.numbers]),
        "documents": len(documents),
    }
    words = [
        _safe({"finding_id": id, "number": number} | told) for number, told in enumerate(_finding_words(found, masks))
    ]
    return {"shown_findings": [_safe(row)], "shown_finding_words": words}


def _plain(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _finding_words(found: Finding, masks: _Masks) -> Iterator[Row]:
    for side, cited in (("claim", found.claim), ("against", found.against)):
        for one in cited:
            yield {
                "side": side,
                "document_id": one.document_id,
                "part": one.span.part,
                "starts": one.span.start,
                "ends": one.span.end,
                "words": _quote(one, masks),
            }


def _quote(one: Cited, masks: _Masks) -> str | None:
    seen = masks.of(one.document_id)
    return seen.masked.quote(one.span) if seen is not None and seen.masked is not None else None


def _decision_row(project: Project, decision: Decision, masks: _Masks) -> Row:
    documents = subject_documents(project, decision.subject)
    # Who is named there may be named nowhere in the report, so that nobody knows whether the person is a private one.
    withheld = decision.field == "actors" or decision.verdict in ("new", "split")
    return _safe(
        {
            "decision_id": decision.id,
            "subject": decision.subject,
            "document_id": documents[0] if len(documents) == 1 else None,
            "verdict": decision.verdict,
            "field": decision.field,
            "value": None if withheld else masks.words(decision.value, documents),
            "note": masks.words(decision.note, documents),
            "reviewer": decision.reviewer,
            "role": decision.role,
            "at": decision.at,
        }
    )


def subject_documents(project: Project, subject: str) -> tuple[str, ...]:
    """The documents that the subject of a decision is told in; none where none is known."""
    store, found = project.store, set[str]()
    for id in subject.split():
        match id[:1]:
            case "d":
                found.add(id)
            case "e":
                there = store.event(id)
                found |= {there[0].id} if there else set()
            case "i":
                leads = incidents.leads_to(store, id)
                events = incidents.incident(store, leads).event_ids if leads else ()
                found |= set(incidents.documents(store, events).values())
            case "f":
                found |= set(shown.documents_of(store, id))
            case "n":
                told = shown.decision(store, id)
                found |= set(subject_documents(project, told.subject)) if told else set()
    return tuple(sorted(found))


def _safe(row: Row) -> Row:
    """A row whose texts every database takes."""
    return {name: _UNSAFE.sub("\ufffd", value) if type(value) is str else value for name, value in row.items()}


def _add(made: Made, more: Mapping[str, Sequence[Row]]) -> None:
    for table, found in more.items():
        made.setdefault(table, []).extend(found)
