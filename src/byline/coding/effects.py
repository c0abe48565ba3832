"""Which attack did it? Words for what an attack did ("killing dozens") join the attack they belong to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from byline.coding import when
from byline.coding.absorb import EFFECT_SENTENCES, NEAR_EVENTS, absorb, heads, quantities, same_day
from byline.coding.syntax import agents, grammatical_subject
from byline.model import Actor, Event

if TYPE_CHECKING:
    from byline.coding.page import Page


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with words for what an attack did ("killing dozens", "two were injured") joined to the attack they belong
    to: the one in their sentence, or the one just told when they name no doer of their own."""
    result: list[Event] = []
    pending = list(events)
    beside: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        beside[page.sentence_number(event.trigger.start)].append(event)
    for event in pending:
        sense = page.trigger(event).sense
        here = beside[page.sentence_number(event.trigger.start)]
        if sense.effect:
            home = _attack_of(page, event, here, result[-NEAR_EVENTS:])
        else:
            # "The blast destroyed two shops": what its subject did.
            home = _subject_event(page, event, here) if event.type == "ASSAULT" else None
        if home is None and not sense.effect:
            result.append(event)
            continue
        if home is not None:
            number = next((index for index, one in enumerate(result) if one.id == home.id), None)
            if number is not None:
                result[number] = absorb(result[number], event)
                continue
            # The attack follows in the same sentence: it takes over when its turn comes.
            later = next(index for index, one in enumerate(pending) if one.id == home.id)
            pending[later] = absorb(pending[later], event)
            continue
        if not sense.weak:
            result.append(event)
    return tuple(sorted(result, key=lambda event: (event.trigger.start, event.id)))


def _attack_of(page: Page, event: Event, events: list[Event], before: list[Event]) -> Event | None:
    sentence = page.sentence_number(event.trigger.start)
    subject = _subject_event(page, event, events)
    if subject is not None:
        return subject
    battle = _battle_of(page, event, before)
    if battle is not None:
        return battle
    here = [
        one
        for one in events
        if one.type == event.type == "ASSAULT"
        and one.id != event.id
        and page.sentence_number(one.trigger.start) == sentence
        and not _own_doer_differs(one, event)
        and _compatible_status(one, event)
    ]
    attacks = [one for one in here if not page.trigger(one).sense.effect]
    earlier_effects = [
        one for one in here if page.trigger(one).sense.effect and one.trigger.start < event.trigger.start
    ]
    if attacks:
        return min(attacks, key=lambda one: abs(one.trigger.start - event.trigger.start))
    if earlier_effects and (_undone(event) or _same_doer(earlier_effects[-1], event)) and event.role("recipient"):
        kept = [one for one in before if one.id == earlier_effects[-1].id]
        if kept and not _both_count(kept[0], event):
            return kept[0]
    if event.role("actor") or event.role("place"):
        return None
    near = [
        one
        for one in before
        if one.type == "ASSAULT"
        and _compatible_status(one, event)
        and 0 < sentence - page.sentence_number(one.trigger.start) <= EFFECT_SENTENCES
        and page.paragraph_number(one.trigger.start) == page.paragraph_number(event.trigger.start)
    ]
    return near[-1] if near and same_day(event, near[-1]) else None


def _subject_event(page: Page, event: Event, events: list[Event]) -> Event | None:
    """ "Fighting killed 17 people": the event that is the subject of what it did."""
    verb = page.trigger(event).verb
    if verb is None or page.trigger(event).nominal:
        return None
    subjects = [token for token in (grammatical_subject(verb), *agents(verb)) if token is not None]
    starts = {token.idx for token in subjects}
    return next((one for one in events if one.trigger.start in starts and one.type == "ASSAULT"), None)


_BATTLE_SECTORS = frozenset({"MIL", "REB", "PRM", "COP", "UAF"})


def _battle_of(page: Page, event: Event, before: list[Event]) -> Event | None:
    """The fighting told before of which a side says how many it killed or lost: doers and dead are of its two sides."""
    sides = _sectors(event, "actor") | _sectors(event, "recipient")
    if event.role("place") or not sides or not sides <= _BATTLE_SECTORS:
        return None
    for one in reversed(before):
        battle = _sectors(one, "actor") | _sectors(one, "recipient")
        if (
            one.type == "ASSAULT"
            and one.status == event.status
            and len(battle & _BATTLE_SECTORS) > 1
            and sides <= battle
            and when.own(event) in (None, when.own(one))
        ):
            return one
    return None


def _sectors(event: Event, role: str) -> set[str]:
    return {
        mention.value.sector
        for mention in event.mentions
        if mention.role == role and isinstance(mention.value, Actor) and mention.value.sector
    }


def _undone(event: Event) -> bool:
    return not event.role("actor")


def _same_doer(one: Event, other: Event) -> bool:
    return bool({mention.span for mention in one.role("actor")} & {mention.span for mention in other.role("actor")})


def _both_count(one: Event, other: Event) -> bool:
    return bool({value.what for value in quantities(one)} & {value.what for value in quantities(other)})


def _own_doer_differs(one: Event, other: Event) -> bool:
    mine, theirs = one.role("actor"), other.role("actor")
    if not mine or not theirs:
        return False
    return not _same_doer(one, other) and not heads(one.role("actor")) & heads(other.role("actor"))


def _compatible_status(one: Event, other: Event) -> bool:
    return one.status == other.status or {one.status, other.status} == {"reported", "background"}
