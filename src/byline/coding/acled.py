"""Which of ACLED's sub-event types? Each event in the light of its words and of what goes on beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from byline.coding import when
from byline.language import data
from byline.model import Actor, Event, Place, Quantity, Span, When
from byline.ontology import Circumstances
from byline.ontology.acled import NO_ROW, Rule

if TYPE_CHECKING:
    from byline.coding.page import Page

# ACLED has no row for what is planned, supposed or denied.
COUNTED = frozenset({"reported", "background", "summary"})
# Deeds of one happening stand at most this many sentences apart.
_BESIDE_SENTENCES = 1
_FINE = frozenset({"site", "city", "district"})

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with ACLED's sub-event type, None for those that ACLED has no row for."""
    rules = rules_for(page, events)
    return tuple(
        replace(event, acled=_sub_event_type(page, event, rules[event.id]) if event.id in rules else None)
        for event in events
    )


# What the learned reader gives a sub-event type at least, to be taken where no rule is sure. It does not overrule a
# rule that is: on the held-out fifth of our own sentences both ways are alike (0.828 here, 0.824 at 0.7 over all rules,
# 0.821 by rules alone, of 262); on news it loses what rules read off the weapon (accuracy 0.71 here, 0.64 over all).
SURE = 0.9


def _sub_event_type(page: Page, event: Event, rule: Rule | None) -> str | None:
    """What a sure rule gives; else what the learned reader is sure of, else what the rule gives; None for no row."""
    given = rule.gives if rule is not None and rule.gives != NO_ROW else None
    if rule is not None and rule.sure:
        return given
    chances = page.reader.sub_events(event.trigger) or {}
    best = max(chances, key=lambda name: chances[name], default=None)
    if best is None or chances[best] < SURE:
        return given
    return best if best in page.ontology.crosswalk.types else None


def rules_for(page: Page, events: tuple[Event, ...]) -> dict[str, Rule | None]:
    """For each event that ACLED counts by its status, by its id: the rule of the crosswalk that speaks of it, with what
    it gives, why, and how sure it is; None where no rule does."""
    crosswalk = page.ontology.crosswalk
    counted = [event for event in events if event.status in COUNTED]
    alone = {event.id: circumstances(page, event) for event in counted}
    deeds = {event.id: crosswalk.deeds_of(alone[event.id]) for event in counted}
    near: dict[int, list[Event]] = defaultdict(list)
    for event in counted:
        near[page.sentence_number(event.trigger.start)].append(event)
    found: dict[str, Rule | None] = {}
    for event in counted:
        number = page.sentence_number(event.trigger.start)
        around = [
            other
            for at in range(number - _BESIDE_SENTENCES, number + _BESIDE_SENTENCES + 1)
            for other in near.get(at, ())
            if other.id != event.id and _one_happening(event, other)
        ]
        told = alone[event.id].signs.union(deeds[event.id], *(deeds[other.id] for other in around))
        found[event.id] = crosswalk.rule(replace(alone[event.id], signs=told))
    return found


def circumstances(page: Page, event: Event) -> Circumstances:
    """What the crosswalk looks at in an event by itself: its type and mode, the sides, and the signs in its words."""
    recipients = [one.value for one in event.role("recipient") if isinstance(one.value, Actor)]
    counted = {
        one.value.what for one in event.role("quantity") if isinstance(one.value, Quantity) and one.value.high != 0
    }
    return Circumstances(
        type=event.type,
        mode=event.mode,
        actor_sectors=frozenset(
            one.value.sector for one in event.role("actor") if isinstance(one.value, Actor) and one.value.sector
        ),
        recipient_sectors=frozenset(actor.sector for actor in recipients if actor.sector),
        recipient_things=any(actor.kind == "object" for actor in recipients),
        fatalities="fatalities" in counted,
        injuries="injuries" in counted,
        contexts=frozenset(event.contexts),
        signs=signs(page, event),
    )


def signs(page: Page, event: Event) -> frozenset[str]:
    """Names of the signs that an event's words give: those of its sentences (a weapon, a protest, a mishap), and those
    of its triggers, of who did it and of what it was done to."""
    told = [event.trigger, *(span for span in event.told if span.part == "text")]
    spans: dict[str, set[Span]] = {
        "sentence": {page.sentence_at(span.start) for span in told},
        "trigger": set(told),
        "actor": {one.antecedent or one.span for one in event.role("actor")},
        "recipient": {one.antecedent or one.span for one in event.role("recipient")},
    }
    return frozenset(
        name
        for where, phrases in _phrases(page.language.code).items()
        for span in spans[where]
        if span.part == "text"
        for name in _signs_in(page, span, phrases)
    )


def _signs_in(page: Page, span: Span, phrases: Phrases) -> set[str]:
    tokens = list(page.tokens(span))
    forms = [{token.lower_, token.lemma_.lower()} for token in tokens]
    found: set[str] = set()
    at = 0
    while at < len(forms):
        step = 1
        for words, name in (row for form in forms[at] for row in phrases.get(form, ())):
            here = forms[at : at + len(words)]
            if len(here) == len(words) and all(word in form for word, form in zip(words, here, strict=True)):
                # The longest stands first: "riot police" tells of no riot.
                found.add(name)
                step = len(words)
                break
        at += step
    return found


@cache
def _phrases(language: str) -> dict[str, Phrases]:
    """By where they are sought, the words of each sign by their first, longest first."""
    found: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = defaultdict(lambda: defaultdict(list))
    for row in data(language, "signs")["sign"]:
        for phrase in row["words"]:
            words = tuple(phrase.split())
            found[row.get("in", "sentence")][words[0]].append((words, row["name"]))
    return {
        where: {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in words.items()}
        for where, words in found.items()
    }


def _one_happening(one: Event, other: Event) -> bool:
    """True when nothing in days and places says that two events told beside each other are of two happenings."""
    if _apart(when.own(one), when.own(other)):
        return False
    here, there = _places(one), _places(other)
    return not here or not there or bool(here & there)


def _apart(one: When | None, other: When | None) -> bool:
    if one is None or other is None or None in (one.start, one.end, other.start, other.end):
        return False
    return one.end < other.start or other.end < one.start  # type: ignore[operator]


def _places(event: Event) -> set[str]:
    values = [one.value for one in event.role("place")]
    return {value.name for value in values if isinstance(value, Place) and value.precision in _FINE}
