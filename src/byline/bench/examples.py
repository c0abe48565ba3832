"""The coder held against what a careful person reads out of whole reports: `NAME.txt` beside `NAME.gold.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from byline.bench.example_fields import DOCUMENT_FIELDS, right
from byline.bench.example_gold import Example, load
from byline.bench.example_match import match
from byline.bench.harness import Coder, Error, Job, Json, listed, save, told
from byline.bench.scores import score, share
from byline.config import Config
from byline.model import Document, Event
from byline.read import Read, read

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})
"""Marks that a gold file may write otherwise than the report; one character for one, so offsets hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One field that an example states: of the `document`, of an `event`, or a statement that is `no event`.

    `paired` is False for the fields of an expected event that no coded event was paired with.
    """

    about: str
    field: str
    right: bool
    where: str
    words: str
    paired: bool = True


@dataclass(slots=True)
class Result:
    """What came of one example."""

    example: Example
    document: Document | None
    events: tuple[Event, ...]
    pairs: dict[int, int]
    checks: list[Checked] = field(default_factory=list)

    @property
    def extras(self) -> list[Event]:
        """Coded events that are none of those expected."""
        met = set(self.pairs.values())
        return [event for j, event in enumerate(self.events) if j not in met]


def bench(job: Job) -> None:
    """Print events P/R/F1, each field's right of all, and one figure for everything (docs/bench.md defines it)."""
    coder = Coder.load(job.config)
    results = [result(coder, job.config, example) for example in load(job.gold)]
    if job.predictions is not None:
        save(job.predictions, (prediction(coder, one) for one in results))
    for line in (*figures(results), *told(coder.failed)):
        job.write(line)
    if job.errors:
        for line in listed(errors(results)):
            job.write(line)


def result(coder: Coder, config: Config, example: Example) -> Result:
    """Read, code and hold one example against its gold. A report that cannot be read has everything wrong."""
    document = _read(coder, config, example)
    events = coder.events(document) if document else ()
    pairs = match(example.events, events, document) if document else {}
    out = Result(example, document, events, pairs)
    out.checks += [*_document_checks(out), *_event_checks(out), *_no_event_checks(out)]
    return out


def _read(coder: Coder, config: Config, example: Example) -> Document | None:
    for reading in read([example.text], config=config):
        if isinstance(reading, Read):
            return reading.document
        coder.failed.append(f"{reading.step}: {reading.error}")
    return None


def _document_checks(result: Result) -> Iterator[Checked]:
    document = result.document
    for name, expected in result.example.document.items():
        ok = document is not None and DOCUMENT_FIELDS[name](expected, document, result.events)
        words = f"{expected}, not {getattr(document, name, 'so')}"
        yield Checked(about="document", field=name, right=ok, where=result.example.name, words=words)


def _event_checks(result: Result) -> Iterator[Checked]:
    coded = {result.example.events[i].id: result.events[j].id for i, j in result.pairs.items()}
    for i, expected in enumerate(result.example.events):
        where = f"{result.example.name} {expected.id}"
        event = result.events[result.pairs[i]] if i in result.pairs else None
        for name, value in expected.fields.items():
            ok, words = False, ""
            if event is not None and result.document is not None:
                if name == "members":
                    ok = {coded.get(member) for member in value} == set(event.members)
                else:
                    ok = right(name, expected.fields, event, result.document)
                words = f"{_stated(value)}, not {given(name, event, result.document)}: {_shown(result.document, event)}"
            yield Checked(about="event", field=name, right=ok, where=where, words=words, paired=event is not None)


def _no_event_checks(result: Result) -> Iterator[Checked]:
    for statement in result.example.not_events:
        bounds = find(statement, result.document.text) if result.document else None
        words = f"not found in the report: {statement}" if bounds is None else statement
        ok = bounds is not None
        for event in result.events:
            inside = event.trigger.part == "text" and bounds and bounds[0] <= event.trigger.start < bounds[1]
            if event.status == "reported" and inside and result.document:
                ok, words = False, f"{event.type}: {_shown(result.document, event)}"
        yield Checked(about="no event", field="not_events", right=ok, where=result.example.name, words=words)


def find(statement: str, text: str) -> tuple[int, int] | None:
    """Where a statement stands in a text, "..." in it standing for anything up to the end of the line or the rest of
    the sentence; None where it doesn't."""
    words = (r"\s+".join(map(re.escape, part.split())) for part in statement.translate(PLAIN).split("..."))
    pattern = r"[^\n]*?".join(words) + (r"[^.!?\n]*" if statement.endswith("...") else "")
    found = re.search(pattern, text.translate(PLAIN))
    return found.span() if found else None


def given(name: str, event: Event, document: Document) -> str:
    """What an event holds where a field is looked for, in words."""
    if name in ("type", "mode", "status", "members"):
        return str(getattr(event, name))
    sides = {
        "actor": "actor",
        "attribution": "speaker",
        "instrument": "instrument",
        "demand": "demand",
        "quotes": "quote",
        "target": "recipient",
        "named_target": "recipient",
        **dict.fromkeys(("places", "place_count", "places_listed", "near"), "place"),
        **dict.fromkeys(("country", "precision", "admin1", "geonameid"), "place"),
        **dict.fromkeys(("dates", "date_precision", "date_text"), "when"),
    }
    mentions = [mention for mention in event.mentions if mention.role == sides.get(name, "quantity")]
    values = (_value(name, mention.value) for mention in mentions)
    words = (document.quote(mention.span) for mention in mentions)
    return ", ".join(f"{word}{value}" for word, value in zip(words, values, strict=True)) or "nothing"


def _value(name: str, value: Any) -> str:
    """What of a resolved value bears on a field, in brackets; nothing where the words say it."""
    parts = {
        "dates": ("start", "end"),
        "date_precision": ("precision",),
        "country": ("country",),
        "precision": ("precision",),
        "admin1": ("admin1",),
        "geonameid": ("geonameid",),
    }.get(name, ("what", "low", "high") if hasattr(value, "low") else ())
    shown = [str(getattr(value, part, None)) for part in parts]
    return f" ({' '.join(shown)})" if shown else ""


def _shown(document: Document, event: Event) -> str:
    """An event's sentence with its trigger in square brackets."""
    text, trigger, sentence = document.part(event.trigger.part), event.trigger, event.sentence
    words = f"{text[sentence.start : trigger.start]}[{document.quote(trigger)}]{text[trigger.end : sentence.end]}"
    return " ".join(words.split())


def _stated(value: Any) -> str:
    """What a gold file states, as it states it."""
    return f"[{', '.join(map(_stated, value))}]" if isinstance(value, list) else str(value)


def figures(results: Sequence[Result]) -> Iterator[str]:
    """Lines for each report, for events, for each field, and the overall figure."""
    for one in results:
        checks = one.checks
        yield (
            f"{one.example.name}: {len(one.pairs)} of {len(one.example.events)} events, {len(one.extras)} extra; "
            f"{sum(check.right for check in checks)} of {len(checks)} fields"
        )
    matched = sum(len(one.pairs) for one in results)
    coded = sum(len(one.events) for one in results)
    wanted = sum(len(one.example.events) for one in results)
    told_of = f"{matched} paired, {wanted - matched} missed, {coded - matched} extra"
    yield f"events: {score(matched, coded, wanted)} ({told_of})"
    checks = [check for one in results for check in one.checks]
    for about, title in (("event", "fields of paired events"), ("document", "document"), ("no event", "no events")):
        yield from _table(title, [check for check in checks if check.about == about and check.paired])
    fields, extras = sum(check.right for check in checks), coded - matched
    overall = share(fields + matched, len(checks) + wanted + extras)
    yield f"overall {overall:.3f} = ({fields} fields + {matched} events) / ({len(checks)} + {wanted} + {extras} extra)"


def _table(title: str, checks: Sequence[Checked]) -> Iterator[str]:
    yield f"{title}: {sum(check.right for check in checks)} of {len(checks)} right"
    for name in dict.fromkeys(check.field for check in checks):
        own = [check.right for check in checks if check.field == name]
        yield f"  {name:<20} {sum(own):>4} of {len(own):>4}"


def errors(results: Iterable[Result]) -> Iterator[Error]:
    """Expected events missed, coded events that are extra, and each field that is wrong, with the words."""
    for one in results:
        for i, expected in enumerate(one.example.events):
            if i not in one.pairs:
                words = f"{expected.what} ({expected.fields['status']} {expected.fields['type']})"
                yield Error(kind="missed event", where=f"{one.example.name} {expected.id}", words=words)
        for event in one.extras:
            words = f"{event.status} {event.type} {event.mode}: {_shown(one.document, event) if one.document else ''}"
            yield Error(kind="extra event", where=one.example.name, words=words)
        for check in one.checks:
            if not check.right and check.paired:
                kind = "a reported event that is none" if check.about == "no event" else f"{check.field} wrong"
                yield Error(kind=kind, where=check.where, words=check.words)


def prediction(coder: Coder, result: Result) -> Json:
    """A line of predictions: the events' records, each with the id of the expected event it was paired with."""
    ids = {j: result.example.events[i].id for i, j in result.pairs.items()}
    document = result.document
    records = [coder.record(event, document) for event in result.events] if document else []
    return {"docid": result.example.name, "events": [{"expected": ids.get(j), **r} for j, r in enumerate(records)]}
