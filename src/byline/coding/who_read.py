"""Who fills a role, by the learned reader: it speaks against what the parse proposes, and proposes what that misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from byline.coding.who_candidate import Candidate
from byline.model import Role, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

ROLES: tuple[Role, ...] = ("actor", "recipient", "instrument")
# The thresholds were chosen on the validation part of our own sentences (training/README.md). What the parse proposes
# falls below the first; weapons, which the parse knows by their names, never fall.
UNLIKELY = 0.02
# Where the parse proposes nobody for a role, a noun is taken from this probability on.
LIKELY = 0.8


def weighed(page: Page, found: Found, proposed: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that the reader lets stand, and for roles that no candidate fills those of its own."""
    kept = [one for one in proposed if one.role == "instrument" or not _unlikely(page, found, one)]
    return kept + list(_further(page, found, kept))


def _unlikely(page: Page, found: Found, candidate: Candidate) -> bool:
    token = candidate.token
    chance = page.reader.role(found.span, Span(start=token.idx, end=token.idx + len(token)), candidate.role)
    return chance is not None and chance < UNLIKELY


def _further(page: Page, found: Found, kept: Iterable[Candidate]) -> Iterator[Candidate]:
    taken = {one.token.i for one in kept} | {found.token.i, found.carrier.i}
    filled = {one.role for one in kept}
    for role in ROLES:
        if role in filled:
            continue
        for span, chance in page.reader.words(found.span, role, above=LIKELY):
            for token in _heads(page, span):
                if token.i not in taken:
                    taken.add(token.i)
                    yield Candidate(role=role, token=token, source="reader", score=round(chance, 2))


def _heads(page: Page, span: Span) -> list[Token]:
    """The nouns at the heads of the phrases in a stretch of words: those that hang on a word outside it, and those
    coordinated with them."""
    tokens = [token for token in page.tokens(span) if token.idx >= span.start]
    inside = {token.i for token in tokens}
    heads: list[Token] = []
    for token in tokens:
        if token.pos_ not in ("NOUN", "PROPN", "PRON", "NUM"):
            continue
        joined = token.dep_ == "conj" and token.head in heads
        if joined or token.head.i not in inside or token.head == token:
            heads.append(token)
    return heads
