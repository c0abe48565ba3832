"""Which of ACLED's sub-event types does an event have as people decided it? The crosswalk, asked again.

The coder asks it with the parse of the document; here only the words are there, so what is coded stays wherever the
crosswalk says the same of the event as coded and as decided.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from byline.errors import DataError
from byline.language import data
from byline.model import Actor, Document, Event, Quantity, Span
from byline.ontology import Circumstances, plover
from byline.ontology.acled import NO_ROW

COUNTED: Final = ("reported", "background", "summary")
"""ACLED has no row for what is planned, supposed or denied."""

_WORD = re.compile(r"[^\W\d_][\w'’]*")
_ENDINGS = ("ing", "ed", "es", "s", "e")

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


def sub_event_type(event: Event, coded: Event | None, *, document: Document) -> str | None:
    """ACLED's sub-event type of an event as decided, which was coded so; None where ACLED has no row for it."""
    given = _given(event, document)
    if coded is not None and given == _given(coded, document):
        return coded.acled
    return given


def _given(event: Event, document: Document) -> str | None:
    if event.status not in COUNTED:
        return None
    crosswalk = plover().crosswalk
    alone = _circumstances(event, _signs(event, document))
    told = _circumstances(event, alone.signs | crosswalk.deeds_of(alone))
    rule = crosswalk.rule(told)
    return rule.gives if rule is not None and rule.gives != NO_ROW else None


def _circumstances(event: Event, signs: frozenset[str]) -> Circumstances:
    sides = {
        role: [one.value for one in event.role(role) if isinstance(one.value, Actor)] for role in ("actor", "recipient")
    }
    counted = {
        one.value.what for one in event.role("quantity") if isinstance(one.value, Quantity) and one.value.high != 0
    }
    return Circumstances(
        type=event.type,
        mode=event.mode,
        actor_sectors=frozenset(actor.sector for actor in sides["actor"] if actor.sector),
        recipient_sectors=frozenset(actor.sector for actor in sides["recipient"] if actor.sector),
        recipient_things=any(actor.kind == "object" for actor in sides["recipient"]),
        fatalities="fatalities" in counted,
        injuries="injuries" in counted,
        contexts=frozenset(event.contexts),
        signs=signs,
    )


def _signs(event: Event, document: Document) -> frozenset[str]:
    spans: dict[str, tuple[Span, ...]] = {
        "sentence": (event.sentence,),
        "trigger": (event.trigger, *event.told),
        "actor": tuple(one.span for one in event.role("actor")),
        "recipient": tuple(one.span for one in event.role("recipient")),
    }
    language = document.language or "en"
    return frozenset(
        name
        for where, phrases in _phrases(language).items()
        for span in spans.get(where, ())
        for name in _in(document.quote(span), phrases)
    )


def _in(text: str, phrases: Phrases) -> Iterator[str]:
    """The signs of a text; of phrases that begin at one word the longest, as "riot police" tells of no riot."""
    words = [match.group().lower() for match in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        step = 1
        for phrase, name in (row for form in _forms(words[at]) for row in phrases.get(form, ())):
            here = words[at : at + len(phrase)]
            if len(here) == len(phrase) and all(word in _forms(one) for word, one in zip(phrase, here, strict=True)):
                yield name
                step = len(phrase)
                break
        at += step


def _forms(word: str) -> tuple[str, ...]:
    """A word, and what it may be a form of."""
    stems = [word[: -len(end)] for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2]
    return (word, *stems, *(stem + "e" for stem in stems))


@cache
def _phrases(language: str) -> Mapping[str, Phrases]:
    """By where they are sought, the words of each sign by their first, longest first; none for a language without."""
    found: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = defaultdict(lambda: defaultdict(list))
    try:
        rows = data(language, "signs")["sign"]
    except DataError:
        return {}
    for row in rows:
        for phrase in row["words"]:
            words = tuple(phrase.split())
            found[row.get("in", "sentence")][words[0]].append((words, row["name"]))
    return {
        where: {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in words.items()}
        for where, words in found.items()
    }
