"""What words does an event carry? Slogans, placards and chants, and what is demanded: quotes of the event, not
events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding.told_inside import after_slogan_head
from byline.model import Event, Mention, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """What a protest demands: the words after "to demand", "calling for", with the verb."""
    if event.type != "PROTEST":
        return ()
    found = page.trigger(event)
    carrier = found.carrier
    return tuple(
        Mention(role="demand", span=_clause(token), value=None)
        for token in carrier.subtree
        if token.lemma_.lower() in _DEMANDS and token.pos_ == "VERB" and token.i != carrier.i
    )


_DEMANDS = frozenset({"demand", "call", "urge", "seek"})


def _clause(token: Token) -> Span:
    words = [one for one in token.subtree if one.i >= token.i]
    while len(words) > 1 and (words[-1].is_punct or words[-1].is_space):
        words = words[:-1]
    return Span(start=token.idx, end=words[-1].idx + len(words[-1]))


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the slogans told beside them: a quotation that words like "slogans read" lead to belongs to the
    protest told last before it."""
    result = list(events)
    if not any(event.type == "PROTEST" for event in events):
        return events
    for quote in page.quotes:
        if not after_slogan_head(page, quote):
            continue
        before = [
            number
            for number, event in enumerate(result)
            if event.type == "PROTEST" and event.sentence.start <= quote.start and not page.is_headline(event.sentence)
        ]
        before = [number for number in before if result[number].status == "reported"] or before
        if before:
            event = result[before[-1]]
            result[before[-1]] = replace(
                event, mentions=(*event.mentions, Mention(role="quote", span=quote, value=None))
            )
    return tuple(result)
