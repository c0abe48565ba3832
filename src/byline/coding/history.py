"""Is it history? What was over before the news, what a charge is about, what the dead did; and what a paragraph tells
of after a date of long ago."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import when
from byline.coding.syntax import children, grammatical_subject, is_verb
from byline.model import Event, When

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
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")


def told_as_history(page: Page, event: Event, *, found: Found, cued: bool) -> bool:
    """True for an event that was over before the news; `cued`: a word of its sentence says so."""
    dated = when.own(event)
    if dated is not None and when.before_news(page, dated, days=NEWS_DAYS):
        return True
    if _of_an_earlier_year(page, event, dated) or _charged(page, found):
        return True
    if cued and (dated is None or dated.start is None):
        return True
    if _told_aside(page, event, found):
        return True
    return dated is None and (_by_the_dead(page, found) or _pluperfect(page, event, found))


def _of_an_earlier_year(page: Page, event: Event, dated: When | None) -> bool:
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
    if dated.precision != "day":
        return True
    return any(one.when.end is not None and one.when.end.year > dated.end.year for one in page.dated)


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
    for event in events:
        if event.status == "reported" and _over_before(page, event, result):
            event = replace(event, status="background")
        paragraph = page.paragraph_number(event.trigger.start)
        before = [one for one in result[-1:] if page.paragraph_number(one.trigger.start) == paragraph]
        history = (
            before
            and before[-1].status == "background"
            and (when.own(before[-1]) is not None or before[-1].id in going_on)
        )
        if history and event.status == "reported" and when.own(event) is None:
            event = replace(event, status="background")
            going_on.add(event.id)
        result.append(event)
    return tuple(result)


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
