"""When? The day or days of an event: its own words first, then what the discourse has set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from byline.coding.syntax import is_verb, prepositional
from byline.coding.timex import ranges
from byline.coding.where_barred import SAID
from byline.language import data
from byline.model import Event, Mention, Span, When, WhenPrecision

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

# A date right before a noun is the noun's own: "the May 7 bombings".
_NEXT_WORD = 1
# The name of a road has no more words than this.
_ADDRESS_WORDS = 5
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
        and not (one.type == "TIME" and _of_a_clock(page, one.span))
        and not _of_an_address(page, one.span)
        and not any(joint.span.overlaps(one.span) for joint in joined)
    ]
    return tuple(
        sorted((one for one in joined + single if not page.in_header(one.span)), key=lambda one: one.span.start)
    )


def _of_a_clock(page: Page, span: Span) -> bool:
    """True for an hour with no day ("at 10 p.m."): which day it was the discourse says, not the day of publication."""
    clock = page.language.words["clock"]
    return all(token.lower_ in clock or token.text[0].isdigit() or token.is_punct for token in page.tokens(span))


def _of_an_address(page: Page, span: Span) -> bool:
    """True for the number of a house that reads like a year: "of 1205 Lone Oak Road"."""
    tokens = page.tokens(span)
    if len(tokens) != 1 or not tokens[0].is_digit:
        return False
    following = list(page.doc[tokens.end : tokens.end + _ADDRESS_WORDS])
    named = len(following) > 1 and all(token.text[:1].isupper() for token in following[:2])
    return named and any(token.lower_.rstrip(".") in page.language.words["roads"] for token in following)


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """The event's own date: the one in its noun phrase, else the one that hangs on its verb or a clause above it that
    is not one of saying."""
    found = page.trigger(event)
    sentence = event.sentence
    dates = [one for one in page.dated_in(sentence) if sentence.covers(one.span)]
    dates = [one for one in dates if not _refers_back(page, one) and not _bounds(page, one)]
    told = [one for one in dates if not _spans_publication(page, one.when)]
    dates = [one for one in told or dates if not _of_what_it_is_for(page, found, page.token_at(one.span.start))]
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
        token = page.token_at(one.span.start)
        if page.in_header(one.span) or _of_what_it_is_for(page, found, token):
            continue
        if _carrier(token) == clause:
            return (Mention(role="when", span=one.span, value=None),)
    return ()


# Acts of police and courts, which are for an earlier deed: "charged with murder in the stabbing of a man last month".
_FOR_A_DEED = frozenset({"ACCUSE", "COERCE", "SANCTION"})


def _of_what_it_is_for(page: Page, found: Found, day: Token) -> bool:
    """True for a day behind the words for the deed that someone is held or charged over: the day of that deed."""
    verb = found.verb
    if verb is None or found.nominal or found.sense.type not in _FOR_A_DEED or day.i < verb.i:
        return False
    between = page.doc[verb.i + 1 : day.i]
    if any(token.text in (",", ";", "and") or is_verb(token) for token in between):
        return False
    return any(token.dep_ == "pobj" and token.head.lower_ in _OVER and _is_deed(page, token) for token in between)


def _is_deed(page: Page, noun: Token) -> bool:
    """True for a noun for what someone may be charged over; "in a raid" they may have been caught."""
    lemma = noun.lemma_.lower()
    if lemma in page.language.words["deed_nouns"]:
        return True
    senses = {sense.type for sense in page.language.noun_senses.get(lemma, ())}
    return "ASSAULT" in senses and bool(prepositional(noun, "of"))


# Prepositions that lead from a charge or an arrest to the deed, not to its name: "charged with murder on Monday".
_OVER = frozenset({"in", "over", "after", "during", "following", "for"})
_BACK = frozenset({"same", "that"})


# What a date only bounds ("ahead of Sunday", "until May"): nothing is said to have happened on it.
_BOUNDS = frozenset({"before", "until", "till", "ahead", "prior", "pending"})


def _bounds(page: Page, one: Dated) -> bool:
    """True for a date that an event comes before: "ahead of Easter Sunday, he urged …"."""
    token = page.token_at(one.span.start)
    leading = token if token.dep_ != "compound" else token.head
    for above in _upwards(leading):
        if above.lower_ in _BOUNDS and (above.dep_ in ("prep", "advmod", "mark") or above.pos_ == "ADP"):
            return True
        if above.dep_ == "pobj" or above.lower_ in ("of", "to"):
            continue
        if above != leading:
            return False
    return False


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
        if verb is None and (_within_another(page, token) or _is_spoken_of(page, token)):
            # "evidence from the bombing arrived on Monday": the day is the evidence's, but what ends with the noun's
            # own words ("the killings in Belfast last week") is the noun's.
            end = token.right_edge.idx + len(token.right_edge)
            return next((one for one in dates if 0 <= one.span.start - end <= _NEXT_WORD), None)
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
        left_relative = previous.dep_ == "relcl" and previous != head
        if previous.dep_ == "pcomp" and previous.head.lower_ == "for" and previous != head:
            # "held on Monday for stealing a car": the deed is of another day.
            return None
        if left_relative or (previous.dep_ == "acl" and previous.tag_ == "VBN"):
            # "people killed by a bomb", "the man who shot him": the date of the clause around is another's.
            break
        previous = head
        mine = [one for one in dates if _carrier(page.token_at(one.span.start)) == head]
        if head != start:
            # "condemned the raid on Monday and criticized the mayor": the raid's day is not that of the second.
            mine = [one for one in mine if not _within_event(page, one, head)]
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


# Under these an event noun shares the day of what is told with it: "nine died in a raid on Friday".
_SHARING = frozenset({"in", "during", "at", "amid", "on", "with", "by", "through"})


def _is_spoken_of(page: Page, noun: Token) -> bool:
    """True for an event noun that another verb is only about: "began to look on Thursday into the killings", "condemned
    the raid on Saturday"."""
    if noun.dep_ == "pobj":
        return noun.head.lower_ not in _SHARING
    if noun.dep_ != "dobj":
        return False
    return any(sense.type in SAID for sense in page.language.verb_senses.get(noun.head.lemma_.lower(), ()))


def _of_another(page: Page, one: Dated, trigger: Token) -> bool:
    """True for a date inside the phrase of another event noun: "the raid is not linked with the May 7 bombings"."""
    for above in _upwards(page.token_at(one.span.start)):
        if above == trigger or is_verb(above):
            return False
        if above.pos_ == "NOUN" and above.lemma_.lower() in page.language.noun_senses:
            doer = above.dep_ in ("nsubj", "nsubjpass") and above.head == trigger
            # "the Friday blasts killed nine": the day of what killed them is theirs.
            gap = page.text[one.span.end : above.idx] if above.idx > one.span.end else None
            return not doer and gap is not None and gap.removeprefix("'s").removeprefix("’s").strip() == ""
    return False


def _within_event(page: Page, one: Dated, top: Token) -> bool:
    """True for a date that hangs on an event noun below a verb."""
    between = _between(page.token_at(one.span.start), top)
    return any(above.pos_ == "NOUN" and above.lemma_.lower() in page.language.noun_senses for above in between)


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
        shared = above.dep_ == "acl" and above.head.dep_ == "conj" and above.head.head == top
        if is_verb(above) and above.dep_ in ("relcl", "ccomp", "acl", "advcl") and not shared:
            # "ten were killed and forty wounded on Friday": the parser takes the second for a noun's participle.
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
    source = _antecedent(page, event, before) if not is_standing(page, event) else None
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
        if fits and own(one) is not None and not _only_spoken_of(event, one):
            return one if not _is_dated_apart(page, event, one) else None
    return None


def _only_spoken_of(event: Event, source: Event) -> bool:
    """True for a deed told beside what was said or decided of it, or the other way round: the day of one is not the
    other's. But a charge follows an arrest, rallies hear speeches, and what is said in the deed's sentence is said as
    it was done."""
    if event.type is None or source.type is None or (event.type in SAID) == (source.type in SAID):
        return False
    if event.type not in SAID:
        return True
    with_it = (event.type == "ACCUSE" and source.type == "COERCE") or source.type == "PROTEST"
    return not with_it and source.sentence != event.sentence


def is_standing(page: Page, event: Event) -> bool:
    """True for what is told as a state or a result that lasts ("he is accused of", "they have been held"), not as done
    on the day of what is told before."""
    found = page.trigger(event)
    verb = found.verb
    if verb is None or verb != found.token or verb.tag_ != "VBN":
        return False
    helpers = [child for child in verb.children if child.dep_ in ("auxpass", "aux")]
    return any(child.tag_ in ("VBZ", "VBP") and child.lemma_ in ("be", "have") for child in helpers)


def _is_dated_apart(page: Page, event: Event, source: Event) -> bool:
    """True for an event in a sentence with a day of its own that is not the event's: what was set before is over. The
    day on which someone says so ends nothing, but for what had been done before; nor does "this year", which holds all
    days of the news."""
    if source.sentence == event.sentence:
        return False
    saying = frozenset(data(page.language.code, "saying")["verbs"])
    earlier = _is_past_perfect(page.trigger(event).carrier, saying)
    return any(
        event.sentence.covers(one.span)
        and not _refers_back(page, one)
        and not _spans_publication(page, one.when)
        and (earlier or _carrier(page.token_at(one.span.start)).lemma_.lower() not in saying)
        for one in page.dated_in(event.sentence)
    )


def _is_past_perfect(token: Token, saying: frozenset[str]) -> bool:
    """True for what had been done before something else, in its own clause or one around it, up to who says so."""
    for above in _upwards(token):
        if above != token and above.lemma_.lower() in saying:
            return False
        if any(child.lower_ == "had" and child.dep_ == "aux" for child in above.children):
            return True
    return False


def before_news(page: Page, when: When, *, days: int) -> bool:
    """True when a date lies wholly more than `days` days before the publication."""
    published: date | None = page.document.published
    return published is not None and when.end is not None and (published - when.end).days > days
