"""What event did a person make? The value of "new" and "split" as text, checked and typed, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from byline.deciding import told, values
from byline.deciding.values import FIELDS, PERSON, Chosen
from byline.errors import DecisionError
from byline.model import Decision, Document, Event, Span, event_id

FEWEST: Final = 2
"""Events that one is split into, at least."""

MOST: Final = 100
"""Events that one is split into, at most."""

LONGEST_TRIGGER: Final = 1_000
"""Characters that a person's trigger may have: a sentence or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An event that a person made of words: its trigger, the sentence it stands in, and its fields. `apart` are the
    words (a place, an actor) that tell it from another event on the same trigger; None: it is the only one."""

    trigger: Span
    sentence: Span
    apart: Span | None = None
    fields: Mapping[str, Chosen] = field(default_factory=dict)

    def id(self, document_id: str) -> str:
        """The id of the event."""
        return event_id(document_id=document_id, trigger=self.trigger, place=self.apart)

    def event(self, document_id: str, *, reviewer: str) -> Event:
        """The event itself; type and mode None and status "reported" where they were not said."""
        made = Event(
            id=self.id(document_id),
            document_id=document_id,
            type=None,
            mode=None,
            trigger=self.trigger,
            sentence=self.sentence,
            by=PERSON + reviewer,
        )
        for name in FIELDS:
            if name in self.fields:
                made = values.applied(made, self.fields[name], reviewer=reviewer)
        return made


def read(text: str, *, document: Document, sentences: Sequence[Span] = (), strict: bool = True) -> Made:
    """The value of "new": `{"trigger": {"in", "start", "end"}, "apart": … | null, "fields": {FIELD: VALUE, …}}` with
    each VALUE as `values.read` takes it. `sentences` are those of the document's coding; where none holds the trigger,
    its paragraph is taken. Raises DecisionError."""
    return _made(told.loaded(text, what="a new event"), document, sentences=sentences, strict=strict)


def read_split(
    text: str, *, document: Document, sentences: Sequence[Span] = (), strict: bool = True
) -> tuple[Made, ...]:
    """The value of "split": `{"into": [NEW, NEW, …]}`, each as `read` takes it. Raises DecisionError for less than two,
    or two that would be one."""
    row = told.table(told.loaded(text, what="a split"), known=("into",), what="a split")
    into = told.rows(row.get("into"), what="the events of a split")
    if not FEWEST <= len(into) <= MOST:
        raise DecisionError(f"an event is split into {FEWEST} to {MOST} events, not {len(into)}")
    made = tuple(_made(one, document, sentences=sentences, strict=strict) for one in into)
    if len({(one.trigger, one.apart) for one in made}) < len(made):
        raise DecisionError(
            'two events of a split have the same words; give each a trigger of its own, or in "apart" the words (a '
            "place, an actor) that tell it from the others"
        )
    return made


def ids(decision: Decision, document_id: str) -> set[str]:
    """The ids of the events that a "new" or a "split" of a document makes, as far as they can be read without it."""
    try:
        told = json.loads(decision.value or "")
        rows = [told] if decision.verdict == "new" else told["into"]
        return {event_id(document_id=document_id, trigger=_place(one["trigger"]), place=_apart(one)) for one in rows}
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()


def trigger(decision: Decision) -> Span | None:
    """The trigger of the event that a "new" makes; None where it cannot be read."""
    try:
        return _place(json.loads(decision.value or "")["trigger"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _apart(row: Mapping[str, Any]) -> Span | None:
    return _place(row["apart"]) if row.get("apart") is not None else None


def _place(row: Mapping[str, Any]) -> Span:
    return Span(start=row["start"], end=row["end"], part=row.get("in", "text"))


def written(made: Made) -> str:
    """A new event as the decision keeps it."""
    return json.dumps(_row(made), ensure_ascii=False)


def written_split(made: Sequence[Made]) -> str:
    """The events of a split as the decision keeps them."""
    return json.dumps({"into": [_row(one) for one in made]}, ensure_ascii=False)


def _made(one: Any, document: Document, *, sentences: Sequence[Span], strict: bool) -> Made:
    row = told.table(one, known=("trigger", "sentence", "apart", "fields"), what="a new event")
    if row.get("trigger") is None:
        raise DecisionError('a new event must have a trigger: {"in": "text", "start": 12, "end": 18}')
    trigger = told.span(row["trigger"], document)
    if trigger.end - trigger.start > LONGEST_TRIGGER:
        raise DecisionError(f"a trigger has at most {LONGEST_TRIGGER:,} characters; select the word that tells of it")
    if not document.quote(trigger).strip():
        raise DecisionError("a trigger must hold a word; blanks alone were selected")
    apart = told.span(row["apart"], document) if row.get("apart") is not None else None
    given = told.table(row.get("fields") or {}, known=FIELDS, what="the fields of a new event")
    if strict and not given.get("type"):
        raise DecisionError('a new event must have a type; give it in "fields": {"type": "ASSAULT"}')
    sentence = told.span(row["sentence"], document) if row.get("sentence") is not None else None
    return Made(
        trigger=trigger,
        sentence=sentence or sentence_of(trigger, document, sentences),
        apart=apart,
        fields={
            name: values.read(
                name,
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value is not None else "",
                document=document,
                trigger=trigger,
                strict=strict,
            )
            for name, value in given.items()
        },
    )


def sentence_of(trigger: Span, document: Document, sentences: Sequence[Span]) -> Span:
    """The sentence, or the sentences, that words stand in; their paragraph where no sentence is known there."""
    around = [one for one in sentences if one.overlaps(trigger)]
    if around:
        start, end = min(one.start for one in around), max(one.end for one in around)
        return Span(start=min(start, trigger.start), end=max(end, trigger.end), part=trigger.part)
    words = document.part(trigger.part)
    start = words.rfind("\n", 0, trigger.start) + 1
    end = words.find("\n", trigger.end)
    line = Span(start=start, end=end if end >= 0 else len(words), part=trigger.part)
    kept = document.quote(line)
    left, right = len(kept) - len(kept.lstrip()), len(kept) - len(kept.rstrip())
    return Span(start=min(line.start + left, trigger.start), end=max(line.end - right, trigger.end), part=trigger.part)


def _row(made: Made) -> dict[str, Any]:
    row: dict[str, Any] = {"trigger": told.span_told(made.trigger), "sentence": told.span_told(made.sentence)}
    if made.apart is not None:
        row["apart"] = told.span_told(made.apart)
    fields = {name: values.written(made.fields[name], trigger=made.trigger) for name in FIELDS if name in made.fields}
    return row | {"fields": {name: json.loads(one) if told.is_json(one) else one for name, one in fields.items()}}
