"""When? The day or days of an event: its own words first, then what the discourse has set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from byline.coding.syntax import is_verb
from byline.coding.timex import ranges
from byline.language import data
from byline.model import Event, Mention, Span, When, WhenPrecision

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# A date right before a noun is the noun's own: "the May 7 bombings".
_NEXT_WORD = 1
# So many sentences on, what was said of a day no longer dates what is told without one.
_REACH = 5
# Coarser first: a span of time in which a finer one can lie.
COARSENESS: dict[WhenPrecision, int] = {
    "day": 0,
    "week": 1,
    "month": 2,
    "season": 3,
    "quarter": 3,
    "year": 4,
    "decade": 5,
    "unknown": 6,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A stretch of the text that gives days: a time expression, or a range of two."""

    span: Span
    when: When


def dated(page: Page) -> tuple[Dated, ...]:
    """Every stretch of the text that gives days, ranges joined, the dateline left out."""
    joined = [
        Dated(span=one.span, when=When(start=one.start, end=one.end, precision="day", basis="stated"))
        for one in ranges(page.timexes, page.document.text)
    ]
    single = [
        Dated(span=one.span, when=When(start=one.start, end=one.end, precision=one.precision, basis=one.basis))
        for one in page.timexes
        if one.type in ("DATE", "TIME")
        and one.start is not None
        and one.precision != "unknown"
        and not any(joint.span.overlaps(one.span) for joint in joined)
    ]
    return tuple(
        sorted((one for one in joined + single if not page.in_header(one.span)), key=lambda one: one.span.start)
    )


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """The event's own date: the one in its noun phrase, else the one that hangs on its verb or a clause above it that
    is not one of saying."""
    found = page.trigger(event)
    sentence = event.sentence
    dates = [one for one in page.dated_in(sentence) if sentence.covers(one.span) and not _refers_back(page, one)]
    told = [one for one in dates if not _spans_publication(page, one.when)]
    dates = told or dates
    if not dates:
        return _unresolved(page, event)
    best = _own(page, found.token, found.verb, dates)
    if best is None:
        return ()
    return (Mention(role="when", span=best.span, value=best.when),)


def _unresolved(page: Page, event: Event) -> tuple[Mention, ...]:
    """The words of a day no date can be given to ("on Thursday", in a report without a date): read, not resolved."""
    found = page.trigger(event)
    clause = found.carrier
    for one in page.timexes:
        if one.type not in ("DATE", "TIME") or one.start is not None or not event.sentence.covers(one.span):
            continue
        if _carrier(page.token_at(one.span.start)) == clause and not page.in_header(one.span):
            return (Mention(role="when", span=one.span, value=None),)
    return ()


_BACK = frozenset({"same", "that"})


def _refers_back(page: Page, one: Dated) -> bool:
    """True for "the same day", "that day": the discourse says which."""
    return bool(_BACK & {token.lower_ for token in page.tokens(one.span)})


def _own(page: Page, token: Token, verb: Token | None, dates: list[Dated]) -> Dated | None:
    if verb != token:
        inside = [
            one
            for one in dates
            if token.left_edge.idx <= one.span.start and one.span.end <= token.right_edge.idx + len(token.right_edge)
        ]
        inside = [
            one
            for one in inside
            if all(
                above == token or above.lemma_.lower() not in page.language.noun_senses
                for above in _between(page.token_at(one.span.start), token)
            )
        ]
        if inside:
            return _finest(inside)
        if verb is None and _within_another(page, token):
            # "evidence from the bombing arrived on Monday": the day is the evidence's.
            return None
    dates = [one for one in dates if not _of_another(page, one, token)]
    saying = frozenset(data(page.language.code, "saying")["verbs"])
    start = verb if verb is not None else token
    previous = start
    for head in _upwards(start):
        if head != start and head.lemma_.lower() in saying:
            break
        if (led := _leads_to_when(head, dates)) is not None:
            return led
        if previous.dep_ == "relcl" and (
            over := next((one for one in dates if one.span.start <= head.idx < one.span.end), None)
        ):
            # "the year 2015, when four people were killed"
            return over
        if previous.dep_ == "acl" and previous.tag_ == "VBN":
            # "people killed by a bomb": the date of the clause around is another's.
            break
        previous = head
        mine = [one for one in dates if _carrier(page.token_at(one.span.start)) == head]
        if mine:
            return _finest(mine)
    below = [one for one in dates if _hangs_below(page.token_at(one.span.start), start)]
    below = [one for one in below if _carrier(page.token_at(one.span.start)).lemma_.lower() not in saying]
    if below and start.dep_ in ("ROOT", "acl"):
        return _finest(below)
    if (
        len(dates) == 1
        and start.dep_ != "acl"
        and not any(token.lemma_.lower() in saying for token in page.tokens(page.sentence_at(start.idx)))
    ):
        return dates[0] if _carrier(page.token_at(dates[0].span.start)).dep_ in ("ROOT", "conj") else None
    return None


def _within_another(page: Page, noun: Token) -> bool:
    """True for an event noun that only says more of another noun: "the probe into the raid"."""
    above = noun.head.head if noun.dep_ == "pobj" else noun
    return above != noun and above.pos_ in ("NOUN", "PROPN") and above.lemma_.lower() not in page.language.noun_senses


def _of_another(page: Page, one: Dated, trigger: Token) -> bool:
    """True for a date inside the phrase of another event noun: "the raid is not linked with the May 7 bombings"."""
    for above in _upwards(page.token_at(one.span.start)):
        if above == trigger or is_verb(above):
            return False
        if above.pos_ == "NOUN" and above.lemma_.lower() in page.language.noun_senses:
            return above.idx > one.span.end and above.idx - one.span.end <= _NEXT_WORD
    return False


def _leads_to_when(verb: Token, dates: list[Dated]) -> Dated | None:
    """The date a "when" clause follows: "in October 2019, when farmers blocked the road"."""
    for child in verb.children:
        if child.lower_ == "when":
            return next((one for one in dates if 0 <= child.idx - one.span.end <= 2), None)
    return None


def _between(token: Token, top: Token) -> list[Token]:
    """The heads of a token up to another, that one left out."""
    found = []
    for above in token.ancestors:
        if above == top:
            break
        found.append(above)
    return found


def _hangs_below(token: Token, top: Token) -> bool:
    """True when a date hangs on a verb's own words, with no relative or reported clause between."""
    for above in _upwards(token):
        if above == top:
            return True
        if is_verb(above) and above.dep_ in ("relcl", "ccomp", "acl", "advcl"):
            return False
    return False


def _finest(dates: list[Dated]) -> Dated:
    return min(dates, key=lambda one: (COARSENESS[one.when.precision], one.span.start))


def _upwards(token: Token) -> Iterator[Token]:
    yield token
    while token.head != token:
        token = token.head
        yield token


def _carrier(token: Token) -> Token:
    """The verb (or event noun at the top) that a time expression hangs on."""
    for head in _upwards(token):
        if is_verb(head):
            return head
    return token.sent.root


def own(event: Event) -> When | None:
    """The When an event's mention gives, or None."""
    for mention in event.role("when"):
        if isinstance(mention.value, When):
            return mention.value
    return None


def mention(event: Event) -> Mention | None:
    """The mention that dates an event, or None."""
    return next(iter(event.role("when")), None)


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with a date for those that had none of their own: what is told as new takes the date last set by what was
    told as new; history takes that of history in its own paragraph. A bare "this year" yields to a finer date.
    """
    settled: list[Event] = []
    for event in events:
        settled.append(_inherit(page, event, settled))
    return tuple(settled)


def _inherit(page: Page, event: Event, before: list[Event]) -> Event:
    mine = own(event)
    if mine is None and page.is_headline(event.sentence):
        # A heading belongs to what follows it: it takes no date from what stands before.
        return event
    if mine is not None and not (event.status == "reported" and _spans_publication(page, mine)):
        return event
    source = _antecedent(page, event, before)
    if source is not None:
        theirs = mention(source)
        assert theirs is not None  # an antecedent is dated
        assert isinstance(theirs.value, When)
        dated_by = replace(theirs, value=replace(theirs.value, basis="inherited"), by="")
        return replace(event, mentions=(*(one for one in event.mentions if one.role != "when"), dated_by))
    return event


def _spans_publication(page: Page, when: When) -> bool:
    """True for a frame so wide ("this year") that it holds the day of publication and says nothing of its own."""
    published = page.document.published
    return (
        published is not None
        and when.start is not None
        and when.end is not None
        and COARSENESS[when.precision] >= COARSENESS["year"]
        and when.start <= published <= when.end
    )


def _antecedent(page: Page, event: Event, before: list[Event]) -> Event | None:
    paragraph = page.paragraph_number(event.trigger.start)
    sentence = page.sentence_number(event.trigger.start)
    for one in reversed(before):
        if sentence - page.sentence_number(one.trigger.start) > _REACH:
            return None
        if event.status in ("planned", "hypothetical"):
            if page.sentence_number(one.trigger.start) < sentence - 1:
                return None
            fits = one.status == event.status
        elif event.status == "background":
            if page.paragraph_number(one.trigger.start) != paragraph:
                return None
            fits = one.status == "background"
        else:
            fits = one.status in ("reported", "denied", "summary")
        if fits and own(one) is not None:
            return one
    return None


def before_news(page: Page, when: When, *, days: int) -> bool:
    """True when a date lies wholly more than `days` days before the publication."""
    published: date | None = page.document.published
    return published is not None and when.end is not None and (published - when.end).days > days
