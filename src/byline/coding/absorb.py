"""What two tellings of one happening say together: which mentions are equal, what each adds, who shares a word."""

from __future__ import annotations

from dataclasses import replace

from byline.coding import when
from byline.coding.when import COARSENESS
from byline.model import Actor, Event, Mention, Place, Quantity, When

# How many events back one looks for what a word for its effect, or a second telling, belongs to: a bound for a text of
# thousands of events.
NEAR_EVENTS = 60
# An attack and what it did stand at most this many sentences apart.
EFFECT_SENTENCES = 2
_PRECISION_ORDER = {"site": 0, "city": 1, "district": 2, "admin1": 3, "country": 4, "region": 5}


def absorb(home: Event, other: Event, *, again: bool = False) -> Event:
    """`home` with what `other` tells besides: its trigger, the roles home lacks, further words for values it has.

    Where `other` is the same act told `again`, and no effect of it, it adds none to those it was done to but names for
    people who were only counted.
    """
    mentions = list(home.mentions)
    for mention in other.mentions:
        same = next(
            (index for index, one in enumerate(mentions) if one.role == mention.role and _equal(one, mention)), None
        )
        if same is not None:
            spans = (*mentions[same].also, mention.span, *mention.also)
            kept = tuple(dict.fromkeys(span for span in spans if span != mentions[same].span))
            mentions[same] = replace(mentions[same], also=kept)
        elif _adds(home, mention) and not (again and _of_others(home, mention)):
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
    if mention.role == "speaker":
        # What the report tells on its own word stays so, whoever says it too.
        return False
    if mention.role == "when":
        return not home.role("when")
    if mention.role == "place":
        if not isinstance(mention.value, Place):
            return not home.role("place")
        finest = min((_PRECISION_ORDER[place.precision] for place in places_of(home)), default=None)
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
        told = quantities(home)
        value = mention.value
        assert isinstance(value, Quantity)
        # Figures of two speakers both stand; one speaker's are not told twice.
        return not any(one.what == value.what and one.attribution == value.attribution for one in told)
    if mention.role in ("actor", "recipient"):
        if (
            isinstance(mention.value, Actor)
            and mention.value.name.replace(",", "").isdigit()
            and home.role(mention.role)
        ):
            # "23 wounded" counts those whom the other telling names.
            return False
        if any(words_in((mention,)) <= words_in((one,)) for one in home.role("recipient") if words_in((mention,))):
            # "the U.S.", beside "the U.S. embassy"
            return False
        return not home.role(mention.role) or (
            mention.role == "recipient" and not heads((mention,)) & heads(home.role("recipient"))
        )
    return True


def _of_others(home: Event, mention: Mention) -> bool:
    """True for a recipient beside those an act was done to, unless it may name one of people only counted there."""
    told = [one.value for one in home.role("recipient") if isinstance(one.value, Actor)]
    value = mention.value
    if mention.role != "recipient" or not told or not isinstance(value, Actor):
        return False
    named = value.kind == "individual" and value.name[:1].isupper()
    counted = any(one.kind in ("individual", "group") and not one.name[:1].isupper() for one in told)
    return not (named and counted)


def same_day(one: Event, other: Event) -> bool:
    mine, theirs = when.own(one), when.own(other)
    return mine is None or theirs is None or (mine.start, mine.end) == (theirs.start, theirs.end)


def heads(mentions: tuple[Mention, ...]) -> set[str]:
    """Last words of the names mentions give, without a plural's s: what kind of people or thing."""
    return {
        mention.value.name.split()[-1].casefold().removesuffix("s")
        for mention in mentions
        if isinstance(mention.value, Actor) and mention.value.name.split()
    }


def words_in(mentions: tuple[Mention, ...]) -> set[str]:
    return {
        word.casefold().removesuffix("s")
        for mention in mentions
        if isinstance(mention.value, Actor)
        for word in mention.value.name.split()
        if len(word) > 2
    }


def quantities(event: Event) -> list[Quantity]:
    return [mention.value for mention in event.role("quantity") if isinstance(mention.value, Quantity)]


def places_of(event: Event) -> list[Place]:
    return [mention.value for mention in event.role("place") if isinstance(mention.value, Place)]
