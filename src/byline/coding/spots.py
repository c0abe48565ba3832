"""Spots: whatever a sentence names that may be where something happened, the names no gazetteer holds among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding.toponyms import Toponym
from byline.gazetteer.candidates import Words, is_capital, words
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# A name of more words than this is none of a place.
MAX_NAME_TOKENS = 6
MIN_NAME_CHARACTERS = 3
# What the name finder calls a name of something that is never a place.
_NO_PLACE = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL", "LANGUAGE"})
# Small words and marks that stand within a name ("Tal al-Hawa", "Sa'da", "Khan-e Sefid").
_JOINTS = frozenset({"-", "‐", "‑", "–", "'", "’", "al", "el", "ez", "al-", "el-", "/", "de", "e"})
# Between two items of a list.
_GAP = re.compile(r"\s*(?:,|and|&|;|or|,\s*and|as well as|both)?\s*(?:the\s+)?")
_CHAIN = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A name in a sentence that may be that of a place, with its tokens. `known` is false for one found by its capital
    letters alone. Spots of one `series` are items of one list, and stand or fall together."""

    toponym: Toponym
    first: int
    last: int
    root: Token
    known: bool
    series: int = 0

    @property
    def kind(self) -> str:
        """What it is said to be: the gazetteer's kind, "site", "name" for one the gazetteer has not, "unknown"."""
        if not self.known:
            return "unknown"
        if self.toponym.entry is not None:
            return self.toponym.entry.kind
        return "site" if self.toponym.kind == "site" else "name"


def find(page: Page, sentence: Span) -> tuple[Spot, ...]:
    """The spots of a sentence in order, none overlapping another; no demonyms, and nothing of the header."""
    known = [
        one
        for one in page.toponyms
        if sentence.covers(one.span) and one.kind != "demonym" and not page.in_header(one.span)
    ]
    taken = [one.span for one in page.toponyms if one.span.start < sentence.end and sentence.start < one.span.end]
    found = [_spot(page, one, known=True) for one in known]
    found += [_spot(page, Toponym(span=span, entry=None), known=False) for span in _unknown(page, sentence, taken)]
    return _in_series(page, sorted(found, key=lambda one: one.first))


def _spot(page: Page, toponym: Toponym, *, known: bool) -> Spot:
    tokens = page.tokens(toponym.span)
    return Spot(toponym=toponym, first=tokens.start, last=tokens.end, root=tokens.root, known=known)


def _unknown(page: Page, sentence: Span, taken: list[Span]) -> Iterator[Span]:
    """Runs of capitalised words that are no toponym's, not what opens a sentence, and no date or sum."""
    lists = words(page.language.code)
    run: list[Token] = []
    for token in [*page.tokens(sentence), None]:
        if token is not None and _goes_on(token, run, taken, lists):
            run.append(token)
            continue
        while run and not is_capital(run[-1].text):
            run.pop()
        if run and _may_be_place(run):
            yield Span(start=run[0].idx, end=run[-1].idx + len(run[-1]))
        run = [token] if token is not None and _goes_on(token, [], taken, lists) else []


def _goes_on(token: Token, run: list[Token], taken: list[Span], lists: Words) -> bool:
    if any(span.start < token.idx + len(token) and token.idx < span.end for span in taken):
        return False
    if token.text.lower() in _JOINTS and run:
        return True
    if not is_capital(token.text) or token.ent_type_ in _NO_PLACE:
        return False
    # A word that opens the sentence has a capital whatever it is.
    return bool(run) or token.pos_ == "PROPN" or (token.pos_ == "ADJ" and not token.is_sent_start)


def _may_be_place(run: list[Token]) -> bool:
    if len(run) > MAX_NAME_TOKENS or sum(len(token) for token in run) < MIN_NAME_CHARACTERS:
        return False
    return any(token.pos_ == "PROPN" for token in run)


def _in_series(page: Page, found: list[Spot]) -> tuple[Spot, ...]:
    """The spots with the number of the list each stands in. Names with commas alone between them are a chain ("Salta,
    Argentina") unless "and" ends it."""
    text = page.document.text
    made: list[Spot] = []
    number = 0
    for position, one in enumerate(found):
        if position and not _joined(text, found, position):
            number += 1
        made.append(
            Spot(
                toponym=one.toponym, first=one.first, last=one.last, root=one.root, known=one.known, series=number
            )
        )  # fmt: skip
    return tuple(made)


def _joined(text: str, found: list[Spot], position: int) -> bool:
    """Is a spot an item of the list that the spot before it stands in?"""
    left, right = found[position - 1], found[position]
    if left.toponym.span in right.toponym.parents or right.toponym.span in left.toponym.parents:
        return False
    gap = _gap(text, found, position)
    if gap is None:
        return False
    if not _CHAIN.fullmatch(gap):
        return True
    # A comma alone: a list when "and" comes before its end.
    while position + 1 < len(found):
        position += 1
        later = _gap(text, found, position)
        if later is None:
            return False
        if not _CHAIN.fullmatch(later):
            return True
    return False


def _gap(text: str, found: list[Spot], position: int) -> str | None:
    """The words between two neighbours when they are those of a list."""
    gap = text[found[position - 1].toponym.span.end : found[position].toponym.span.start]
    return gap if gap.strip() and _GAP.fullmatch(gap) else None
