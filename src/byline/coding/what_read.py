"""Triggers in the light of the learned reader: which of those that the word lists propose are events, of which type and
mode, and which words tell of one that no list holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import said
from byline.coding.reader_gate import WORTH, score
from byline.coding.what import Found, may_tell, pointed
from byline.language import Sense
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# The thresholds were chosen on the validation part of our own sentences, then raised where they cost an event of
# examples/ or of tests/cases (training/README.md).
# A word that the reader holds for no event, with this probability and more, tells none, where no other word of its
# sentence does.
NO_EVENT = 0.98
# It is of a mode when the reader says so with this probability and more: where the lists give it none, and where they
# give it another.
OWN_MODE, OTHER_MODE = 0.6, 0.8
# A word that no list proposes tells an event when the reader gives one type this probability and more.
NEW_EVENT = 0.7
NEW_MODE = 0.4
NONE = "-"


def triggers(page: Page) -> Iterator[Found]:
    """Trigger words in the order of the text, each with the sense it is taken in."""
    listed = page.proposed
    kept = [judged for found in listed if (judged := _judged(page, found)) is not None]
    kept += _unlisted(page, listed, kept)
    yield from sorted(kept, key=lambda found: found.span.start)


def worth(page: Page) -> frozenset[int]:
    """The numbers of the sentences that the reader reads: those in which the word lists propose a trigger, and those
    whose words as a whole are those of events."""
    proposed = {page.sentence_number(found.span.start) for found in page.proposed}
    others = (number for number in page.telling if number not in proposed)
    return frozenset(proposed).union(
        number for number in others if score(page.document.quote(page.sentences[number])) > WORTH
    )


def _listed(page: Page, token: Token) -> bool:
    """True for a word that the lists hold for a trigger, in some sense."""
    lists = (page.language.verb_senses, page.language.noun_senses)
    return any(form in held for held in lists for form in (token.lower_, token.lemma_.lower()))


def _judged(page: Page, found: Found) -> Found | None:
    """A trigger of the word lists as the reader takes it; None where it tells no event."""
    kinds = page.reader.kinds(found.span)
    if kinds is None or not found.sense.type:
        return found
    if kinds[NONE] >= NO_EVENT and page.reader.quiet(found.span):
        # Beside another event its words may tell what that did, which its own sentence says better than one word.
        return None
    return replace(
        found,
        sense=_with_mode(page, found.span, found.sense, sure=OWN_MODE if found.sense.mode is None else OTHER_MODE),
    )


def _with_mode(page: Page, span: Span, sense: Sense, *, sure: float) -> Sense:
    modes = page.reader.modes(span) or {}
    fitting = {name.partition("/")[2]: chance for name, chance in modes.items() if name.startswith(f"{sense.type}/")}
    if not fitting:
        return sense
    best = max(fitting, key=lambda mode: fitting[mode])
    return replace(sense, mode=best) if fitting[best] >= sure else sense


def _unlisted(page: Page, listed: Iterable[Found], kept: Iterable[Found]) -> list[Found]:
    """Triggers that no list proposes, in sentences of which nothing that is proposed is kept."""
    used = {found.token.i for found in listed}
    carriers = {found.carrier.i for found in kept}
    told = {page.sentence_number(found.span.start) for found in kept}
    found = []
    for span, kind in page.reader.triggers(above=NEW_EVENT):
        token = page.token_at(span.start)
        if token.i in used or page.sentence_number(span.start) in told or not may_tell(page, token, carriers):
            continue
        if _listed(page, token) or token.lemma_.lower() in said.verbs(page.language.code):
            # The lists know the word, and that it is here in none of the senses in which it tells an event; to report
            # or to say is none.
            continue
        used.add(token.i)
        own = Span(start=token.idx, end=token.idx + len(token))
        sense = _with_mode(page, own, Sense(type=kind), sure=NEW_MODE)
        found.append(pointed(page, own, sense=sense))
    return found
