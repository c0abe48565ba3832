"""Events and roles of single sentences that were written for the purpose, with every event and role marked in them.

The files stand in `training/sentences` (format: its README): a line is a sentence with marked words, a tab, and the
type, mode, ACLED sub-event type and status of each event; those of `gold/status` may have a third column, the day of
publication, and the status "none" for words that tell of no event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from byline.bench.documents import Text, snippet
from byline.bench.harness import Bench, Coder, Error, Json, read_text
from byline.bench.scores import score, share
from byline.errors import InputError

ROLES = {"a": "actor", "r": "recipient", "i": "instrument", "p": "place"}
"""The letters that mark who, to whom, with what and where; others mark times and numbers."""

HELD_OUT = 5
"""A sentence is held out from all training where the first byte of its hash is a multiple of this."""

NONE = "-"
_MARKED = re.compile(r"\{([^{}:]*):([^{}]*)\}")
_KEY = re.compile(r"([a-z])(\d)")
_LABEL = re.compile(r"e(\d)=([A-Z]+)/([^/]+)/(.+)/([a-z]+)")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event marked in a sentence: its trigger, what it is, and the spans of each of its roles by their letter."""

    trigger: Span
    type: str
    mode: str | None
    acled: str | None
    status: str
    roles: dict[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence with its events; `held_out` is true for the fifth of them that nothing is trained on."""

    text: Text
    events: tuple[Told, ...]

    @property
    def held_out(self) -> bool:
        """By a hash of the words, so that a file may be put in another order."""
        return sha256(f"sentence/{self.text.raw}".encode()).digest()[0] % HELD_OUT == 0


def load(path: Path) -> list[Sentence]:
    """The sentences of a `.tsv` file, or of all in a folder. Raises InputError, naming the line, for another form."""
    files = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    return [
        _sentence(line, f"{file.name}:{number}")
        for file in files
        for number, line in enumerate(read_text(file).split("\n"), 1)
        if line.strip() and not line.startswith("#")
    ]


def _sentence(line: str, where: str) -> Sentence:
    marked, tab, labels = line.partition("\t")
    labels, _, day = labels.partition("\t")
    if not tab:
        raise InputError(f"{where}: wants a sentence, a tab and its labels")
    text, spans = "", dict[str, list[Span]]()
    last = 0
    for found in _MARKED.finditer(marked):
        text += marked[last : found.start()]
        span = (len(text), len(text) + len(found[2]))
        text, last = text + found[2], found.end()
        for key in found[1].split(","):
            if not _KEY.fullmatch(key):
                raise InputError(f"{where}: {key!r} marks no role")
            spans.setdefault(key, []).append(span)
    text += marked[last:]
    if "{" in text or "}" in text:
        raise InputError(f"{where}: a brace is left open")
    events = tuple(_told(label.strip(), spans, where) for label in labels.split(";") if label.strip() not in ("", NONE))
    return Sentence(text=Text(id=where, raw=text, published=_day(day.strip(), where)), events=events)


def _day(words: str, where: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise InputError(f"{where}: {words!r} is no day; write it as 2020-07-30") from error


def _told(label: str, spans: dict[str, list[Span]], where: str) -> Told:
    form = _LABEL.fullmatch(label)
    if form is None or f"e{form[1]}" not in spans:
        raise InputError(f"{where}: {label!r} is no label of an event marked in the sentence")
    number, kind, mode, acled, status = form.groups()
    return Told(
        trigger=spans[f"e{number}"][0],
        type=kind,
        mode=None if mode == NONE else mode,
        acled=None if acled == NONE else acled,
        status=status,
        roles={key[0]: tuple(value) for key, value in spans.items() if key[1] == number and key[0] != "e"},
    )


def predict(coder: Coder, sentence: Sentence) -> Json:
    """Every event coded in the sentence with the offsets of its trigger and roles."""
    document = sentence.text.document
    events = []
    for event in coder.events(document):
        acled = coder.record(event, document)["acled"]
        roles = {
            letter: [_back(sentence, one.antecedent or one.span) for one in event.mentions if one.role == role]
            for letter, role in ROLES.items()
        }
        events.append(
            {
                "trigger": _back(sentence, event.trigger),
                "type": event.type,
                "mode": event.mode,
                "acled": acled and acled["sub_event_type"],
                "status": event.status,
                "roles": roles,
            }
        )
    return {"id": sentence.text.id, "held_out": sentence.held_out, "events": events}


def _back(sentence: Sentence, span: object) -> list[int]:
    return list(sentence.text.back(span.start, span.end))  # type: ignore[attr-defined]


def overlap(one: Sequence[int], other: Sequence[int]) -> bool:
    """True when two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


ONE_PHRASE = 12
"""Characters that may stand between two words of one trigger: "opened fire", "set the shop on fire"."""


def paired(sentence: Sentence, events: Sequence[Json]) -> list[tuple[Json, Told]]:
    """Coded and marked events whose triggers overlap or, of one type, are words of one phrase; each taken once."""
    left, pairs = list(events), list[tuple[Json, Told]]()
    for told in sentence.events:
        same = [event for event in left if overlap(event["trigger"], told.trigger)]
        same = same or [event for event in left if event["type"] == told.type and near(event["trigger"], told.trigger)]
        if same:
            best = max(same, key=lambda event: event["type"] == told.type)
            left.remove(best)
            pairs.append((best, told))
    return pairs


def near(one: Sequence[int], other: Sequence[int]) -> bool:
    """True when two spans stand so close that they may be words of one phrase."""
    return overlap((one[0] - ONE_PHRASE, one[1] + ONE_PHRASE), other)


def figures(sentences: Sequence[Sentence], predictions: Sequence[Json]) -> Iterable[str]:
    """Events by trigger, and of type; then status, ACLED and roles of those whose trigger and type are right; for all
    sentences and for those held out."""
    rows = list(zip(sentences, predictions, strict=True))
    yield from _figures("all", rows)
    yield from _figures("held out", [row for row in rows if row[0].held_out])
    quiet = [row for row in rows if not row[0].events]
    yield f"without events: {len(quiet)} sentences, events told in {sum(bool(p['events']) for _, p in quiet)}"


def _figures(name: str, rows: Sequence[tuple[Sentence, Json]]) -> Iterator[str]:
    given = sum(len(prediction["events"]) for _, prediction in rows)
    wanted = sum(len(sentence.events) for sentence, _ in rows)
    pairs = [pair for sentence, prediction in rows for pair in paired(sentence, prediction["events"])]
    right = [(event, told) for event, told in pairs if event["type"] == told.type]
    yield f"{name}: {len(rows)} sentences; triggers {score(len(pairs), given, wanted)}"
    yield f"  and type {score(len(right), given, wanted)}"
    for name, same in (
        ("mode", [event["mode"] == told.mode for event, told in right]),
        ("status", [event["status"] == told.status for event, told in right]),
        ("acled", [event["acled"] == told.acled for event, told in right if told.status in ("reported", "background")]),
    ):
        yield f"  {name} right in {share(sum(same), len(same)):.3f} of {len(same)}"
    for letter, role in ROLES.items():
        good = found = told_spans = given_spans = 0
        for event, told in right:
            gold, spans = told.roles.get(letter, ()), event["roles"][letter]
            good += sum(any(overlap(span, other) for other in gold) for span in spans)
            found += sum(any(overlap(span, other) for span in spans) for other in gold)
            given_spans, told_spans = given_spans + len(spans), told_spans + len(gold)
        yield f"  {role}s {score(good, given_spans, told_spans, found=found)}"


def errors(sentences: Sequence[Sentence], predictions: Sequence[Json]) -> Iterator[Error]:
    """Events missed, told where there is none, and of another type."""
    for sentence, prediction in zip(sentences, predictions, strict=True):
        raw, where = sentence.text.raw, sentence.text.id
        pairs = paired(sentence, prediction["events"])
        for told in sentence.events:
            if not any(other is told for _, other in pairs):
                yield Error(kind=f"{told.type} missed", where=where, words=snippet(raw, *told.trigger, around=200))
        for event in prediction["events"]:
            told_ = next((other for one, other in pairs if one is event), None)
            words = snippet(raw, *event["trigger"], around=200)
            if told_ is None:
                yield Error(kind=f"{event['type']} too many", where=where, words=words)
            elif told_.type != event["type"]:
                yield Error(kind=f"{told_.type} read as {event['type']}", where=where, words=words)


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
