"""The same happening told twice? Events that agree in type, time, place and people are one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.coding import when
from byline.coding.absorb import EFFECT_SENTENCES, NEAR_EVENTS, absorb, places_of, quantities, words_in
from byline.coding.when import COARSENESS
from byline.model import Event

if TYPE_CHECKING:
    from byline.coding.page import Page


# How many events at the head of a report are looked at whatever their distance: its headline and lede may be told again
# by all that follows.
_HEAD_EVENTS = 12


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with each happening once: those that agree in type, time, place and people are one, told again. A general
    word ("activities") is made clear by the particular event that takes its date from it."""
    kept: list[Event] = []
    for event in events:
        numbers = [*range(min(_HEAD_EVENTS, len(kept))), *range(max(_HEAD_EVENTS, len(kept) - NEAR_EVENTS), len(kept))]
        alike = [number for number in numbers if _one_happening(page, kept[number], event)]
        home = max(alike, key=lambda number: (_shared(kept[number], event), number), default=None)
        if home is None:
            kept.append(event)
        elif _prefer(page, event, kept[home]):
            kept[home] = absorb(event, kept[home], again=True)
        else:
            kept[home] = absorb(kept[home], event, again=True)
    return tuple(sorted(kept, key=lambda event: (event.trigger.start, event.id)))


def _shared(one: Event, other: Event) -> int:
    """How many words of doers and those done to two events have in common."""
    return sum(len(words_in(one.role(role)) & words_in(other.role(role))) for role in ("actor", "recipient"))


def _prefer(page: Page, event: Event, other: Event) -> bool:
    """True when an event tells more than one it repeats: a particular word over a general one, more places, an attack
    over a word for its effect."""
    mine, theirs = page.trigger(event).sense, page.trigger(other).sense
    if mine.general != theirs.general:
        return theirs.general
    headline = page.is_headline(other.sentence) and not page.is_headline(event.sentence)
    return len(event.role("place")) > max(len(other.role("place")), 1) or headline


def _one_happening(page: Page, one: Event, other: Event) -> bool:
    if one.type != other.type or not _statuses_meet(one, other) or one.trigger == other.trigger:
        return False
    if (
        one.sentence == other.sentence
        and not page.trigger(one).nominal
        and not page.trigger(other).nominal
        and not _when_clause(page, one, other)
    ):
        # Two verbs of one sentence tell of two acts.
        return False
    if not _times_meet(page, one, other) or not _places_meet(one, other):
        return False
    mine, theirs = page.trigger(one).sense, page.trigger(other).sense
    if mine.general or theirs.general:
        return _general_meets(page, one, other)
    if one.mode and other.mode and one.mode != other.mode and "targeted" not in (one.mode, other.mode):
        # How victims were chosen says nothing of the means.
        return False
    return _people_meet(page, one, other)


def _statuses_meet(one: Event, other: Event) -> bool:
    if one.id in other.members or other.id in one.members:
        return False
    return one.status == other.status or {one.status, other.status} == {"reported", "summary"}


def _general_meets(page: Page, one: Event, other: Event) -> bool:
    """A general word and a particular event are one when the latter took its date from the former, or both are general
    and share days and doer."""
    both = page.trigger(one).sense.general and page.trigger(other).sense.general
    dates = [when.mention(event) for event in (one, other)]
    if any(date is None for date in dates):
        return both and bool(words_in(one.role("actor")) & words_in(other.role("actor")))
    spans = [{date.span, *date.also} for date in dates if date is not None]
    shared = bool(spans[0] & spans[1])
    return (both or shared) and bool(
        words_in(one.role("actor")) & words_in(other.role("actor")) or not one.role("actor") or not other.role("actor")
    )


def _times_meet(page: Page, one: Event, other: Event) -> bool:
    first, second = when.own(one), when.own(other)
    if first is None or second is None or first.start is None or second.start is None:
        near = (
            abs(page.sentence_number(one.trigger.start) - page.sentence_number(other.trigger.start)) <= EFFECT_SENTENCES
        )
        return (
            first is second
            or near
            or page.is_headline(one.sentence)
            or one.status == "background"
            or _definite(page, other)
        )
    if (first.start, first.end) == (second.start, second.end):
        return True
    # A year holds the season told beside it; two days of one week are two days.
    coarse, fine = sorted((first, second), key=lambda value: -COARSENESS[value.precision])
    if coarse.start is None or coarse.end is None or fine.start is None or fine.end is None:
        return False
    return (
        COARSENESS[coarse.precision] > COARSENESS[fine.precision]
        and coarse.start <= fine.start
        and fine.end <= coarse.end
        and one.status == "background"
    )


def _definite(page: Page, event: Event) -> bool:
    token = page.trigger(event).token
    return any(child.dep_ == "det" and child.lower_ in page.language.words["definite"] for child in token.lefts)


def _places_meet(one: Event, other: Event) -> bool:
    mine, theirs = places_of(one), places_of(other)
    if not mine or not theirs:
        return True
    names = {place.name for place in mine} & {place.name for place in theirs}
    if names and (len(mine) == 1) == (len(theirs) == 1):
        return len(names) >= min(len(mine), len(theirs))
    if (
        mine[0].country == theirs[0].country
        and min(len(mine), len(theirs)) == 1
        and {mine[0].precision, theirs[0].precision} == {"site", "city"}
    ):
        return True
    countries = {place.country for place in mine if place.precision == "country"} | {
        place.country for place in theirs if place.precision == "country"
    }
    return bool(countries & ({place.country for place in mine} & {place.country for place in theirs}))


def _people_meet(page: Page, one: Event, other: Event) -> bool:
    """Doers and those done to do not contradict, and something ties the two: a shared word, or a definite noun that can
    only mean what was told before."""
    tied = False
    if _when_clause(page, one, other) or _taken_up(page, one, other):
        return True
    if page.is_headline(one.sentence) and (_shared(one, other) or _counts_agree(page, one, other)):
        return True
    for role in ("actor", "recipient", "instrument"):
        mine, theirs = one.role(role), other.role(role)
        if mine and theirs and not (role == "recipient" and _counts_agree(page, one, other)):
            if not words_in(mine) & words_in(theirs):
                return False
            tied = True
    same_word = page.trigger(one).sense is page.trigger(other).sense
    tied = tied or _counts_agree(page, one, other) or _explosion(page, one, other)
    nominal = page.trigger(other).nominal or page.trigger(one).nominal
    return (
        tied
        or (nominal and (_definite(page, other) or same_word))
        or page.is_headline(one.sentence)
        or (one.status == "background" and when.own(one) is not None and when.own(other) is not None and nominal)
    )


def _when_clause(page: Page, one: Event, other: Event) -> bool:
    """ "a protest …, when farmers blocked the road": the clause tells what the noun names."""
    noun = page.trigger(one)
    verb = page.trigger(other).verb
    if not noun.nominal or verb is None or not any(child.lower_ == "when" for child in verb.children):
        return False
    return any(above.i == noun.token.i or above.head.i == noun.token.i for above in verb.ancestors) or verb.dep_ in (
        "relcl",
        "advcl",
    )


def _taken_up(page: Page, one: Event, other: Event) -> bool:
    """ "… clashed. … in the clash": the noun with its article takes up what the word told before."""
    first, second = page.trigger(one), page.trigger(other)
    same = first.token.lemma_.lower() == second.token.lemma_.lower() or second.token.lemma_.lower() in first.sense.nouns
    return second.nominal and _definite(page, other) and same


def _counts_agree(page: Page, one: Event, other: Event) -> bool:
    """The same number of people or things in neighbouring sentences, by the same act."""
    numbers = [{(value.what, value.low) for value in quantities(event)} for event in (one, other)]
    near = (
        page.is_headline(one.sentence)
        or abs(page.sentence_number(one.trigger.start) - page.sentence_number(other.trigger.start)) <= 1
    )
    return bool(numbers[0] & numbers[1]) and near and one.mode == other.mode and one.mode is not None


def _explosion(page: Page, one: Event, other: Event) -> bool:
    """Both told of as the work of a bomb."""
    words = page.language.words["bomb_words"]
    return one.mode == other.mode == "explosives" and all(
        any(word in page.document.quote(event.sentence).casefold() for word in words) for event in (one, other)
    )
