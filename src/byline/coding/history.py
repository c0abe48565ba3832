"""Is it history? What was over before the news, what a charge is about, what the dead did; and what a paragraph tells
of after a date of long ago."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import when
from byline.coding.syntax import children, grammatical_subject, is_verb
from byline.model import Actor, Event, Span, When

if TYPE_CHECKING:
    from byline.coding.page import Page
    from byline.coding.what import Found

# A report tells as news what is at most this old on the day it is published; a month's round-up still is news.
NEWS_DAYS = 14
# A week, month or year is history once it has been over for longer than this: "last week", "in July" of an August 1
# report is not.
COARSE_NEWS_DAYS = 3
# What leads from a word to the one it is a part of, with no clause between.
_PARTS = frozenset({"pcomp", "pobj", "prep", "conj", "dobj", "xcomp", "compound", "appos"})
# A whole day, a part of one, or a day of the week, as TIMEX3 writes them.
_DAY = re.compile(r"-\d\d-\d\d|WXX-\d|_REF|T")
# A weekday, or a day of a month, with no year; a year or a season with none known.
_DAY_ALONE = re.compile(r"XXXX-(?:WXX-\d|\d\d-\d\d)(?:T.*)?")
_MONTH_ALONE = re.compile(r"XXXX-\d\d")
_WEEKDAY = re.compile(r"XXXX-WXX-\d")
_SEASON_ALONE = re.compile(r"XXXX-(?:SP|SU|FA|WI)")
_YEAR_ALONE = re.compile(r"XXXX(?:-(?:SP|SU|FA|WI))?")
_ASIDE = frozenset({"relcl", "acl", "advcl", "pcomp"})
# So many of them show how a report of which no day is known names its days.
_PLAIN_DAYS = 2
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


def told_as_history(page: Page, event: Event, *, found: Found, cued: bool) -> bool:
    """True for an event that was over before the news; `cued`: a word of its sentence says so."""
    dated = when.own(event)
    if dated is not None and when.before_news(page, dated, days=NEWS_DAYS):
        return True
    if (
        _of_an_earlier_month(page, event)
        or _of_an_earlier_year(page, event, dated, found=found)
        or _of_a_bygone_year(page, event)
        or _charged(page, found)
    ):
        return True
    if cued and (dated is None or dated.start is None):
        return True
    if _told_aside(page, event, found):
        return True
    return dated is None and (
        _by_the_dead(page, found) or _pluperfect(page, event, found) or _dated_back_within(page, found)
    )


def _of_an_earlier_year(page: Page, event: Event, dated: When | None, *, found: Found) -> bool:
    """True, in a report of which no day is known, for a date that names a year: news of the year it is written in
    names none. A whole day ("on 12 November 2021") counts only where a later year is told too."""
    if page.document.published is not None or dated is None or dated.end is None:
        return False
    mention = when.mention(event)
    if mention is None:
        return False
    if dated.precision == "decade":
        return True
    if not _YEAR.search(page.document.quote(mention.span)):
        return False
    if dated.precision != "day" or any(
        one.when.end is not None and one.when.end.year > dated.end.year for one in page.dated
    ):
        return True
    # A report that names its other days by weekday or month alone spells out the year of one long past, of which it
    # speaks aside. A statement that it quotes may name the year of yesterday.
    if found.verb is not None and found.verb.dep_ not in _ASIDE:
        return False
    plain = sum(_DAY_ALONE.fullmatch(one.value or "") is not None for one in page.timexes if one.type == "DATE")
    return plain >= _PLAIN_DAYS and not page.said_of(event.trigger)


def _of_an_earlier_month(page: Page, event: Event) -> bool:
    """True for a bare month ("In February, she was sentenced") in a report of no known day that dates its news by
    weekdays."""
    mention = when.mention(event)
    if page.document.published is not None or mention is None or mention.value is not None:
        return False
    value = next((one.value or "" for one in page.timexes if one.span == mention.span), "")
    if _MONTH_ALONE.fullmatch(value) is None:
        return False
    return sum(_WEEKDAY.match(one.value or "") is not None for one in page.timexes) >= _PLAIN_DAYS


def _of_a_bygone_year(page: Page, event: Event) -> bool:
    """True for "last year", "last summer", "in the fall" in a report of which no day is known."""
    mention = when.mention(event)
    if mention is None or mention.value is not None:
        return False
    value = next((one.value or "" for one in page.timexes if one.span == mention.span), "")
    words = {token.lower_ for token in page.tokens(mention.span)}
    if _SEASON_ALONE.fullmatch(value) is not None and words.isdisjoint(page.language.words["nearby"]):
        return page.trigger(event).carrier.tag_ != "VB"
    unknown = _YEAR_ALONE.fullmatch(value) or _MONTH_ALONE.fullmatch(value)
    return unknown is not None and not words.isdisjoint(page.language.words["bygone"])


def _charged(page: Page, found: Found) -> bool:
    """True for what a charge, a suspicion or a sentence is about: "convicted of burning a shop" tells of the
    conviction as new, and of the fire as of what came before."""
    current = found.carrier
    while current.dep_ in _PARTS and current.head != current:
        current = current.head
        if current.lemma_.lower() in page.language.words["charges"]:
            return True
    return False


def _told_aside(page: Page, event: Event, found: Found) -> bool:
    """True for a clause that says more of a noun by what was before: "freed the officers it had held", "a church burned
    in May"; with the day of the news unknown, a month or more is none of it."""
    verb = found.verb
    if (
        verb is None
        or verb.dep_ not in ("relcl", "acl")
        or verb.tag_ not in ("VBN", "VBD")
        or page.said_of(event.trigger)
    ):
        return False
    noun = verb.head
    above = noun.head.head if noun.dep_ == "pobj" else noun.head
    where = any(child.tag_ == "WRB" for child in verb.children)
    had = any(child.dep_ == "aux" and child.lower_ in page.language.words["pluperfect"] for child in verb.children)
    if (had and not where) or above.lemma_.lower() in page.language.words["endings"]:
        return True
    mention = when.mention(event)
    if mention is None or page.document.published is not None:
        return False
    value = next((one.value or "" for one in page.timexes if one.span == mention.span), "")
    return not _DAY.search(value)


def _dated_back_within(page: Page, found: Found) -> bool:
    """True for a noun of which its own clause says that it was long ago: "the protests that began seven years ago"."""
    clauses = children(found.token, "relcl") if found.nominal else []
    for one in page.timexes if clauses else ():
        token = page.token_at(one.span.start)
        if next((above for above in token.ancestors if is_verb(above)), None) in clauses:
            past = one.end is not None and page.document.published is not None
            if past and when.before_news(
                page, When(start=one.start, end=one.end, precision=one.precision, basis=one.basis), days=NEWS_DAYS
            ):
                return True
            if _YEAR_ALONE.fullmatch(one.value or "") and page.document.quote(one.span).lower().endswith("ago"):
                return True
    return False


def _pluperfect(page: Page, event: Event, found: Found) -> bool:
    """True for "had been occupied twice" in the report's own voice: earlier than what it tells of as new. In reported
    speech, and in a clause that only says more of a word, "had" is the tense of the telling."""
    verb = found.verb
    if verb is None or page.said_of(event.trigger):
        return False
    while verb.dep_ == "conj" and is_verb(verb.head) and not children(verb, "aux", "auxpass"):
        verb = verb.head
    had = any(child.dep_ == "aux" and child.lower_ in page.language.words["pluperfect"] for child in verb.children)
    return had and verb.dep_ in ("ROOT", "conj")


def _by_the_dead(page: Page, found: Found) -> bool:
    """True when the doer, or the one under whose command it was done, is told in this text to be dead: then it is
    past."""
    dead = page.dead_names
    if not dead:
        return False
    carrier = found.carrier
    top = carrier
    while not is_verb(top) and top.head != top:
        top = top.head
    doers = [subject] if (subject := grammatical_subject(top)) is not None else []
    for prep in children(top, "prep", "agent"):
        if prep.lower_ in page.language.words["commands"]:
            doers += [token for token in prep.subtree if token.pos_ == "PROPN"]
    return any(token.text in dead for token in doers)


def dead_names(page: Page) -> frozenset[str]:
    """Names of persons whom the text calls dead."""
    words = page.language.words["dead"]
    found = set()
    telling = {token.sent.start for token in page.words if token.lower_ in words}
    for token in (token for start in sorted(telling) for token in page.doc[start].sent):
        if token.pos_ == "PROPN" and token.dep_ != "compound":
            modifiers = children(token, "amod", "compound")
            modifiers += [child for apposed in children(token, "appos") for child in apposed.lefts]
            if any(child.lower_ in words for child in modifiers):
                found.add(token.text)
    return frozenset(found)


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the history of a paragraph kept together: what follows dated history in its paragraph, with no date
    of its own, goes on with it."""
    result: list[Event] = []
    going_on: set[str] = set()
    told_so: set[str] = set()
    known = _known_deeds(page, events)
    for event in events:
        if event.status == "reported" and (
            _over_before(page, event, result)
            or _told_of_before(page, event, known)
            or _goes_on_from_a_year(page, event)
        ):
            event = replace(event, status="background")
        paragraph = page.paragraph_number(event.trigger.start)
        before = [one for one in result[-1:] if page.paragraph_number(one.trigger.start) == paragraph]
        history = (
            before
            and before[-1].status == "background"
            and (when.own(before[-1]) is not None or before[-1].id in going_on)
        )
        number = page.sentence_number(event.trigger.start)
        near = all(number - page.sentence_number(one.trigger.start) <= 1 for one in before)
        history = history and (near or before[-1].id not in told_so)
        if history and event.status == "reported" and when.own(event) is None:
            event = replace(event, status="background")
            going_on.add(event.id)
        elif history and event.status == "background" and when.own(event) is None and near:
            # Its own words tell it as history; what is right behind goes on with it.
            going_on.add(event.id)
            told_so.add(event.id)
        result.append(event)
    return tuple(result)


def _goes_on_from_a_year(page: Page, event: Event) -> bool:
    """True for what is told, with no day of its own, right after a sentence of the paragraph whose main clause is of a
    year or decade long past: "The thaw began in the early 1990s. … the president relaxed the rules"."""
    number = page.sentence_number(event.trigger.start)
    if number == 0 or when.mention(event) is not None or page.dated_in(event.sentence):
        return False
    before = page.sentences[number - 1]
    if page.paragraph_number(before.start) != page.paragraph_number(event.trigger.start):
        return False
    told = [one for one in page.dated_in(before) if one.when.precision in ("year", "decade")]
    told = [one for one in told if _is_of_main_clause(page, one.span)]
    found = page.trigger(event)
    simple = found.carrier.tag_ == "VBD" or (found.verb is None and bool(told))
    return simple and bool(told) and all(_is_long_past(page, one.when) for one in told)


def _is_of_main_clause(page: Page, span: Span) -> bool:
    token = page.token_at(span.start)
    verb = next((above for above in token.ancestors if is_verb(above)), None)
    return verb is not None and verb.head == verb


def _is_long_past(page: Page, value: When) -> bool:
    """True for a year or decade that was over well before the year of the news."""
    published = page.document.published
    if published is None:
        # News of the year it is written in names none.
        return True
    return value.end is not None and value.end.year < published.year - 1


def _known_deeds(page: Page, events: tuple[Event, ...]) -> frozenset[str]:
    """The names of those whom the report tells, as history with a date, to have been attacked."""
    return frozenset(
        name
        for event in events
        if event.type == "ASSAULT" and event.status == "background" and when.mention(event) is not None
        for name in _victims(event)
    )


def _victims(event: Event) -> set[str]:
    """The last names of the persons an event was done to."""
    done_to = [one.value for one in event.role("recipient")]
    return {
        one.name.split()[-1]
        for one in done_to
        if isinstance(one, Actor) and one.kind == "individual" and one.name and one.name[0].isupper()
    }


def _told_of_before(page: Page, event: Event, known: frozenset[str]) -> bool:
    """True for a deed of no day of its own against someone whom the report tells elsewhere, as history, to have been
    attacked: the same again ("Greene, 52, was shot with a rifle")."""
    return event.type == "ASSAULT" and when.mention(event) is None and not _victims(event).isdisjoint(known)


def _over_before(page: Page, event: Event, before: list[Event]) -> bool:
    """True for a week, month or year that was over before the news told above it: "last week" beside yesterday's march
    is history; as the only date of a report it is the news."""
    mine = when.own(event)
    if mine is None or mine.precision == "day" or mine.end is None:
        return False
    if not when.before_news(page, mine, days=COARSE_NEWS_DAYS):
        return False
    dates = [when.own(one) for one in before if one.status in ("reported", "planned", "denied", "summary")]
    return any(date is not None and date.start is not None and date.start > mine.end for date in dates)
