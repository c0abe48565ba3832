"""The same happening told twice, an attack and what it did, a list that is an event a place, a sum and its parts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import howmany, when
from byline.coding.syntax import agents, grammatical_subject
from byline.coding.when import COARSENESS
from byline.model import Actor, Event, Mention, Place, Quantity, When, event_id

if TYPE_CHECKING:
    from byline.coding.page import Page

# How many events back one looks for what a word for its effect, or a second telling, belongs to; and how many at the
# head of a report, whose headline and lede all that follows may tell again. Bounds for a text of thousands of events.
_NEAR_EVENTS, _HEAD_EVENTS = 60, 12
# An attack and what it did stand at most this many sentences apart.
_EFFECT_SENTENCES = 2
_PRECISION_ORDER = {"site": 0, "city": 1, "district": 2, "admin1": 3, "country": 4, "region": 5}
_MIN_MEMBERS = 2


def effects(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with words for what an attack did ("killing dozens", "two were injured") joined to the attack they belong
    to: the one in their sentence, or the one just told when they name no doer of their own."""
    result: list[Event] = []
    pending = list(events)
    beside: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        beside[page.sentence_number(event.trigger.start)].append(event)
    for event in pending:
        sense = page.trigger(event).sense
        if not sense.effect:
            result.append(event)
            continue
        here = beside[page.sentence_number(event.trigger.start)]
        home = _attack_of(page, event, here, result[-_NEAR_EVENTS:])
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
        and 0 < sentence - page.sentence_number(one.trigger.start) <= _EFFECT_SENTENCES
        and page.paragraph_number(one.trigger.start) == page.paragraph_number(event.trigger.start)
    ]
    return near[-1] if near and _same_day(event, near[-1]) else None


def _same_day(one: Event, other: Event) -> bool:
    mine, theirs = when.own(one), when.own(other)
    return mine is None or theirs is None or (mine.start, mine.end) == (theirs.start, theirs.end)


def _subject_event(page: Page, event: Event, events: list[Event]) -> Event | None:
    """ "Fighting killed 17 people": the event that is the subject of what it did."""
    verb = page.trigger(event).verb
    if verb is None:
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
    return bool({value.what for value in _quantities(one)} & {value.what for value in _quantities(other)})


def _own_doer_differs(one: Event, other: Event) -> bool:
    mine, theirs = one.role("actor"), other.role("actor")
    if not mine or not theirs:
        return False
    return not _same_doer(one, other) and not _heads(one.role("actor")) & _heads(other.role("actor"))


def _compatible_status(one: Event, other: Event) -> bool:
    return one.status == other.status or {one.status, other.status} == {"reported", "background"}


def _heads(mentions: tuple[Mention, ...]) -> set[str]:
    """Last words of the names mentions give, without a plural's s: what kind of people or thing."""
    return {
        mention.value.name.split()[-1].casefold().removesuffix("s")
        for mention in mentions
        if isinstance(mention.value, Actor) and mention.value.name.split()
    }


def _words(mentions: tuple[Mention, ...]) -> set[str]:
    return {
        word.casefold().removesuffix("s")
        for mention in mentions
        if isinstance(mention.value, Actor)
        for word in mention.value.name.split()
        if len(word) > 2
    }


def _quantities(event: Event) -> list[Quantity]:
    return [mention.value for mention in event.role("quantity") if isinstance(mention.value, Quantity)]


def _places(event: Event) -> list[Place]:
    return [mention.value for mention in event.role("place") if isinstance(mention.value, Place)]


def absorb(home: Event, other: Event) -> Event:
    """`home` with what `other` tells besides: its trigger, the roles home lacks, further words for values it has."""
    mentions = list(home.mentions)
    for mention in other.mentions:
        same = next(
            (index for index, one in enumerate(mentions) if one.role == mention.role and _equal(one, mention)), None
        )
        if same is not None:
            spans = (*mentions[same].also, mention.span, *mention.also)
            kept = tuple(dict.fromkeys(span for span in spans if span != mentions[same].span))
            mentions[same] = replace(mentions[same], also=kept)
        elif _adds(home, mention):
            mentions.append(mention)
        elif mention.role == "when" and _finer(mention, home):
            mentions = [one for one in mentions if one.role != "when"] + [mention]
    return replace(
        home,
        mentions=tuple(mentions),
        told=tuple(sorted({*home.told, other.trigger, *other.told}, key=lambda span: span.start)),
        mode=home.mode or other.mode,
    )


def _equal(one: Mention, other: Mention) -> bool:
    if one.span == other.span:
        return True
    if isinstance(one.value, Actor) and isinstance(other.value, Actor):
        return one.value.name.casefold() == other.value.name.casefold()
    if isinstance(one.value, Place) and isinstance(other.value, Place):
        return one.value.name == other.value.name and one.value.geonameid == other.value.geonameid
    if isinstance(one.value, When) and isinstance(other.value, When):
        return (one.value.start, one.value.end) == (other.value.start, other.value.end)
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        mine, theirs = one.value, other.value
        same = (mine.what, mine.low, mine.high) == (theirs.what, theirs.low, theirs.high)
        return same and (None in (mine.attribution, theirs.attribution) or mine.attribution == theirs.attribution)
    return one.value is not None and one.value == other.value


def _finer(mention: Mention, home: Event) -> bool:
    mine = when.own(home)
    theirs = mention.value
    return (
        isinstance(theirs, When)
        and mine is not None
        and mine.start is not None
        and COARSENESS[theirs.precision] < COARSENESS[mine.precision]
        and theirs.basis != "inherited"
    )


def _adds(home: Event, mention: Mention) -> bool:
    """True when a mention says something an event does not have yet, and does not coarsen what it has."""
    if mention.role in ("speaker", "when"):
        return not home.role(mention.role)
    if mention.role == "place":
        if not isinstance(mention.value, Place):
            return not home.role("place")
        finest = min((_PRECISION_ORDER[place.precision] for place in _places(home)), default=None)
        unresolved = all(isinstance(one.value, Place) and one.value.geonameid is None for one in home.role("place"))
        if unresolved and mention.value.geonameid is not None and mention.value.basis == "stated":
            # A street the gazetteer does not hold, and the town it is in told elsewhere.
            return True
        return finest is None or (
            finest == _PRECISION_ORDER[mention.value.precision]
            and len(home.role("place")) == 1
            and mention.value.basis == "stated"
        )
    if mention.role == "quantity":
        told = _quantities(home)
        value = mention.value
        assert isinstance(value, Quantity)
        # Figures of two speakers both stand; one speaker's are not told twice.
        return not any(one.what == value.what and one.attribution == value.attribution for one in told)
    if mention.role in ("actor", "recipient"):
        return not home.role(mention.role) or (
            mention.role == "recipient" and not _heads((mention,)) & _heads(home.role("recipient"))
        )
    return True


def distribute(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a distributive list as an event a place: "two centers were torched in A and B". A list on a count
    that does not match it, or on a word for one campaign, stays one event with many places."""
    result: list[Event] = []
    for event in events:
        places = event.role("place")
        if len(places) < _MIN_MEMBERS or page.trigger(event).sense.campaign or event.type not in ("ASSAULT", "COERCE"):
            result.append(event)
            continue
        matched = all(value.low == value.high == len(places) for value in _quantities(event))
        if not matched or _told_one_by_one(event, places, events):
            result.append(event)
            continue
        rest = tuple(
            howmany.share(mention) if mention.role == "quantity" else mention
            for mention in event.mentions
            if mention.role != "place"
        )
        result += [
            replace(
                event,
                id=event_id(document_id=event.document_id, trigger=event.trigger, place=place.span),
                mentions=(*rest, place),
            )
            for place in places
        ]
    return tuple(result)


def _told_one_by_one(event: Event, places: tuple[Mention, ...], events: tuple[Event, ...]) -> bool:
    """True when further events of the kind are told after it in its places, one each: then it is their sum."""
    names = {mention.value.name for mention in places if isinstance(mention.value, Place)}
    told = {
        mention.value.name
        for other in events
        if other.type == event.type and other.trigger.start > event.trigger.end and len(other.role("place")) == 1
        for mention in other.role("place")
        if isinstance(mention.value, Place)
    }
    return len(names & told) >= _MIN_MEMBERS


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with each happening once: those that agree in type, time, place and people are one, told again. A general
    word ("activities") is made clear by the particular event that takes its date from it."""
    kept: list[Event] = []
    for event in events:
        numbers = [*range(min(_HEAD_EVENTS, len(kept))), *range(max(_HEAD_EVENTS, len(kept) - _NEAR_EVENTS), len(kept))]
        alike = [number for number in numbers if _one_happening(page, kept[number], event)]
        home = max(alike, key=lambda number: (_shared(kept[number], event), number), default=None)
        if home is None:
            kept.append(event)
        elif _prefer(page, event, kept[home]):
            kept[home] = absorb(event, kept[home])
        else:
            kept[home] = absorb(kept[home], event)
    return tuple(sorted(kept, key=lambda event: (event.trigger.start, event.id)))


def _shared(one: Event, other: Event) -> int:
    """How many words of doers and those done to two events have in common."""
    return sum(len(_words(one.role(role)) & _words(other.role(role))) for role in ("actor", "recipient"))


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
    if one.mode and other.mode and one.mode != other.mode:
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
        return both and bool(_words(one.role("actor")) & _words(other.role("actor")))
    spans = [{date.span, *date.also} for date in dates if date is not None]
    shared = bool(spans[0] & spans[1])
    return (both or shared) and bool(
        _words(one.role("actor")) & _words(other.role("actor")) or not one.role("actor") or not other.role("actor")
    )


def _times_meet(page: Page, one: Event, other: Event) -> bool:
    first, second = when.own(one), when.own(other)
    if first is None or second is None or first.start is None or second.start is None:
        near = (
            abs(page.sentence_number(one.trigger.start) - page.sentence_number(other.trigger.start))
            <= _EFFECT_SENTENCES
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
    return any(child.dep_ == "det" and child.lower_ in ("the", "this", "that") for child in token.lefts)


def _places_meet(one: Event, other: Event) -> bool:
    mine, theirs = _places(one), _places(other)
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
            if not _words(mine) & _words(theirs):
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
    numbers = [{(value.what, value.low) for value in _quantities(event)} for event in (one, other)]
    near = (
        page.is_headline(one.sentence)
        or abs(page.sentence_number(one.trigger.start) - page.sentence_number(other.trigger.start)) <= 1
    )
    return bool(numbers[0] & numbers[1]) and near and one.mode == other.mode and one.mode is not None


def _explosion(page: Page, one: Event, other: Event) -> bool:
    """Both told of as the work of a bomb."""
    return one.mode == other.mode == "explosives" and all(
        "bomb" in page.document.quote(event.sentence).casefold() for event in (one, other)
    )


def summaries(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a sum marked as one: an event of several places and a count, followed by events of its type and days,
    each in one of its places, is their summary and lists them."""
    result = list(events)
    for number, event in enumerate(result):
        places = {place.name for place in _places(event)}
        if (
            event.type is None
            or len(places) < _MIN_MEMBERS
            or event.status != "reported"
            or page.trigger(event).sense.campaign
        ):
            continue
        members = [
            one.id
            for one in result
            if one.id != event.id
            and one.type == event.type
            and one.status == "reported"
            and _part_of(one, event, places)
        ]
        if len(members) >= _MIN_MEMBERS:
            result[number] = replace(event, status="summary", members=tuple(members))
    return tuple(result)


def _part_of(one: Event, whole: Event, places: set[str]) -> bool:
    mine = {place.name for place in _places(one)}
    return len(mine) == 1 and mine <= places and _same_day(one, whole)


__all__ = ["absorb", "distribute", "effects", "refine", "summaries"]
