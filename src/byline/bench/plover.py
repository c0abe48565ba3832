"""Event types, actors and recipients of single sentences: the PLOVER gold standard records."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.actors import same_words, texts
from byline.bench.documents import Text
from byline.bench.harness import Bench, Coder, Error, Json, read_text
from byline.bench.scores import score
from byline.errors import InputError
from byline.model import Event, Status
from byline.ontology import Ontology

NOW = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
"""Types of the records' time under the names they have in today's PLOVER."""

STATUSES: tuple[frozenset[Status], ...] = (
    frozenset({"reported", "summary", "planned", "denied", "hypothetical"}),
    frozenset({"background"}),
)
"""All statuses count, for a record codes whatever its sentence is about; history comes last."""

PROMISING = re.compile(r"(?i)agree|promis|pledg|vow|offer")
"""Words of promising: a promise to give way, CONCEDE today, was AGREE in the records' time, as any promise."""

SIDES = ("actors", "recipients")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A sentence, the type of its event under today's name, and the texts of both sides."""

    text: Text
    type: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]

    def side(self, name: str) -> tuple[str, ...]:
        """The texts of "actors" or "recipients"."""
        return self.actors if name == "actors" else self.recipients


def load(path: Path) -> list[Record]:
    """The records of a JSON list, its notes on itself aside. Raises InputError for another form."""
    try:
        rows = json.loads(read_text(path))
        return [_record(row) for row in rows if row["event"] != "DOCUMENT"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a JSON list of PLOVER records ({error!r})") from error


def _record(row: Json) -> Record:
    kind: str = row["event"]
    return Record(
        text=Text(id=row["id"], raw=row["text"]),
        type=NOW.get(kind, kind),
        actors=_texts(row.get("source")),
        recipients=_texts(row.get("target")),
    )


def _texts(side: object) -> tuple[str, ...]:
    rows = side if isinstance(side, list) else []
    return tuple(row["actorText"] for row in rows if row.get("actorText"))


def predict(coder: Coder, record: Record) -> Json:
    """The sentence's first event of a PLOVER type with the words of its actors and recipients: what its main clause
    tells stands before what that rests on. Confidence says how sure a type is, not what a sentence is about."""
    document = record.text.document
    events = [event for event in coder.events(document) if event.type]
    told = next((found for tier in STATUSES if (found := [one for one in events if one.status in tier])), [])
    if not told:
        return {"id": record.text.id, "events": []}
    event = min(told, key=lambda one: one.trigger.start)
    actors, recipients = texts(document, event, "actor"), texts(document, event, "recipient")
    kind = filed_under(event, coder.pipeline.ontology)
    if kind == "CONCEDE" and (event.type == "RETREAT" or PROMISING.match(document.quote(event.trigger))):
        kind = "AGREE"
    return {"id": record.text.id, "events": [{"type": kind, "actors": actors, "recipients": recipients}]}


def filed_under(event: Event, ontology: Ontology) -> str | None:
    """The type PLOVER gives an event: what is only announced is a promise or a threat there, with us planned."""
    if event.type is None or event.status not in ("planned", "hypothetical"):
        return event.type
    return ontology.types[event.type].announced or event.type


def _hit(record: Record, prediction: Json) -> Json | None:
    return next((event for event in prediction["events"] if event["type"] == record.type), None)


def _met(text: str, others: Iterable[str]) -> bool:
    return any(same_words(text, other) for other in others)


def figures(records: Sequence[Record], predictions: Sequence[Json]) -> Iterator[str]:
    """Types P/R/F1 over all records; actors and recipients P/R/F1 over those whose type is hit."""
    pairs = list(zip(records, predictions, strict=True))
    hits = [(record, event) for record, prediction in pairs if (event := _hit(record, prediction))]
    predicted = sum(len(prediction["events"]) for prediction in predictions)
    yield f"types: {score(len(hits), predicted, len(records))} ({len(records)} records)"
    for side in SIDES:
        right = given = found = wanted = 0
        for record, event in hits:
            right += sum(_met(text, record.side(side)) for text in event[side])
            given += len(event[side])
            found += sum(_met(text, event[side]) for text in record.side(side))
            wanted += len(record.side(side))
        yield f"{side}: {score(right, given, wanted, found=found)} ({len(records)} records)"


def errors(records: Sequence[Record], predictions: Sequence[Json]) -> Iterator[Error]:
    """Records without any event, of another type (which for which), and texts of either side missed or too many."""
    for record, prediction in zip(records, predictions, strict=True):
        event, where, words = _hit(record, prediction), record.text.id, record.text.raw
        if event is None:
            kinds = ", ".join(e["type"] for e in prediction["events"])
            kind = f"{record.type} read as {kinds}" if kinds else f"{record.type} missed"
            yield Error(kind=kind, where=where, words=words)
            continue
        for side in SIDES:
            for text in record.side(side):
                if not _met(text, event[side]):
                    yield Error(kind=f"{side} missed", where=where, words=f"{text}, not {event[side]}: {words}")
            for text in event[side]:
                if not _met(text, record.side(side)):
                    told = f"{text}, not {list(record.side(side))}: {words}"
                    yield Error(kind=f"{side} too many", where=where, words=told)


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
