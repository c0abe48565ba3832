"""Is the teller a party to what it tells? A byline that names an actor of the events, found in the report itself.

`refine` marks it on the events; `teller` makes of a coded document the voice that `byline.sources.independent`
compares: linking asks it of the two reports of a pair before it counts them as two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from byline import sources
from byline.coding import who
from byline.coding.syntax import children
from byline.model import Document, Event, Mention, Span, Speaker

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

PARTY = "party"
"""The interest of a speaker who takes part in what is told."""


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the byline marked as a party where it names an actor of any of them: itself, by a short name the text
    gives it, or an organisation that an actor is told to belong to. The words that name the actor are kept with it."""
    byline = page.document.byline
    actor = _named_by(page, byline, events) if byline else None
    return events if actor is None else tuple(_marked(event, actor) for event in events)


def teller(document: Document, events: Iterable[Event], *, register: sources.Register) -> sources.Voice:
    """Who tells what a document tells, for `sources.independent`: its source with the agencies its byline credits, and
    what it was found to be a party to."""
    return sources.voice(document, register=register, party=parties(document, events))


def parties(document: Document, events: Iterable[Event]) -> tuple[str, ...]:
    """The names of the actors that a document's byline was found to be, or to speak for: its own, and the one by which
    the text tells of it."""
    found: list[str] = []
    for event in events:
        for mention in event.role("speaker"):
            if isinstance(mention.value, Speaker) and mention.value.interest == PARTY:
                found += [mention.value.name] if mention.value.name else []
                found += [" ".join(document.quote(mention.antecedent).split())] if mention.antecedent else []
    return tuple(dict.fromkeys(found))


def _marked(event: Event, actor: Span) -> Event:
    return replace(event, mentions=tuple(_as_party(mention, actor) for mention in event.mentions))


def _as_party(mention: Mention, actor: Span) -> Mention:
    speaker = mention.value
    if isinstance(speaker, Speaker) and speaker.kind == "byline":
        return replace(mention, value=replace(speaker, interest=PARTY), antecedent=actor)
    return mention


def _named_by(page: Page, byline: str, events: tuple[Event, ...]) -> Span | None:
    """The words of the first actor that a byline names."""
    names = {byline, *re.split(r"\s*/\s*", byline)}
    known = who.aliases(page)
    names |= {known[name] for name in names if name in known}
    names |= {short for short, full in known.items() if full in names}
    for event in events:
        for mention in event.role("actor"):
            told = {page.document.quote(mention.span), *_belongs(page, mention.span)}
            if any(_names_one(name, words) for name in names for words in told):
                return mention.span
    return None


def _belongs(page: Page, span: Span) -> list[str]:
    """What the text says of an actor right behind its name: "an internal network of the …", up to the clause's end."""
    name = re.sub(r"^(?:the|an?)\s+", "", page.document.quote(span), flags=re.IGNORECASE)
    tokens = page.tokens(span)
    head = tokens.root if len(tokens) else None
    told = [name]
    if head is None:
        return told
    for other in _named_again(page, name):
        if other.lemma_.lower() == head.lemma_.lower() and other.pos_ in ("NOUN", "PROPN"):
            told += [
                page.document.text[child.left_edge.idx : child.right_edge.idx + len(child.right_edge)]
                for child in children(other, "appos")
            ]
    return told


def _named_again(page: Page, name: str) -> Iterator[Token]:
    """The tokens up to which the text ends in the same last two words as a name: one thing named again."""
    last = r"\s+".join(re.escape(word) for word in name.split()[-2:])
    for match in re.finditer(rf"(?<!\S){last}", page.document.text, re.IGNORECASE) if last else ():
        token = page.token_at(match.end() - 1)
        if token.idx + len(token) == match.end():
            yield token


def _names_one(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
