"""What crosswalks ask of a coded event's actors, recipients and instruments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.model import Actor, Document, Event, Mention, Role

ARTICLES = frozenset({"a", "an", "the"})
"""Words that don't tell one name from another."""

TELLING = 4
"""Letters a word must have for two texts that share it to speak of the same: shorter ones are mostly grammar."""


def texts(document: Document, event: Event, *roles: Role) -> list[str]:
    """The words of every mention in `roles`, once each, in order; for a pronoun the words of what it stands for."""
    return list(dict.fromkeys(words_of(document, mention) for mention in event.role(*roles)))


def words_of(document: Document, mention: Mention) -> str:
    """A mention's words, or those of what it stands for."""
    return document.quote(mention.antecedent or mention.span)


def said(document: Document, mention: Mention) -> Iterator[str]:
    """Everything a mention is called: its words, what it stands for, further words, its resolved name."""
    yield document.quote(mention.span)
    if mention.antecedent is not None:
        yield document.quote(mention.antecedent)
    for span in mention.also:
        yield document.quote(span)
    name = getattr(mention.value, "name", None)
    if name:
        yield name


def actor(mention: Mention) -> Actor | None:
    """The actor a mention was read as, None where it was not."""
    return mention.value if isinstance(mention.value, Actor) else None


def telling_words(text: str) -> set[str]:
    """The words of `text` with enough letters to tell things apart, in lower case."""
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) >= TELLING}


def same_words(one: str, other: str) -> bool:
    """True when both texts share a telling word, or all words of one, articles aside, stand in the other."""
    if telling_words(one) & telling_words(other):
        return True
    a, b = (set(re.findall(r"\w+", text.lower())) - ARTICLES for text in (one, other))
    return bool(a and b) and (a <= b or b <= a)
