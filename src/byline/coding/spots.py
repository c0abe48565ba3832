"""Spots: whatever a sentence names that may be where something happened, the names no gazetteer holds among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
# No more characters than this stand between two items of a list.
LONGEST_GAP = 30
# What the name finder calls a name of something that is never a place.
_NO_PLACE = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL", "LANGUAGE"})
# Small words and marks that stand within a name ("Tal al-Hawa", "Sa'da", "Khan-e Sefid").
_JOINTS = frozenset({"-", "‐", "‑", "–", "'", "’", "al", "el", "ez", "al-", "el-", "/", "de", "e"})
_BORDERS = frozenset({"border", "borders", "frontier"})
# Between two items of a list.
_GAP = re.compile(r"\s*(?:,|and|&|;|or|,\s*and|as well as|both)?\s*(?:the\s+)?")
# Between a place and what it lies in, or two items of a list that goes on.
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
        if self.toponym.kind == "demonym":
            return "border"
        if self.toponym.entry is not None:
            return self.toponym.entry.kind
        return "site" if self.toponym.kind == "site" else "name"


def find(page: Page, sentence: Span) -> tuple[Spot, ...]:
    """The spots of a sentence in order, none overlapping another; no demonyms but with the border they
    name, and nothing of the header."""
    inside = [one for one in page.toponyms if sentence.covers(one.span) and not page.in_header(one.span)]
    known = [one if one.kind != "demonym" else _border(page, one) for one in inside]
    spans = [one.span for one in page.toponyms if one.span.start < sentence.end and sentence.start < one.span.end]
    taken = frozenset(token.i for span in spans for token in page.tokens(span))
    found = [_spot(page, one, known=True) for one in known if one is not None]
    found += [_spot(page, Toponym(span=span, entry=None), known=False) for span in _unknown(page, sentence, taken)]
    return _in_series(page, sorted(found, key=lambda one: one.first))


def _border(page: Page, demonym: Toponym) -> Toponym | None:
    """The border that a demonym is the last word before ("the Greek-Macedonian border"), with that word; else None."""
    following = page.tokens(demonym.span)[-1].i + 1
    if following >= len(page.doc) or page.doc[following].lower_ not in _BORDERS:
        return None
    border = page.doc[following]
    return replace(demonym, span=Span(start=demonym.span.start, end=border.idx + len(border)))


def _spot(page: Page, toponym: Toponym, *, known: bool) -> Spot:
    tokens = page.tokens(toponym.span)
    return Spot(toponym=toponym, first=tokens.start, last=tokens.end, root=tokens.root, known=known)


def _unknown(page: Page, sentence: Span, taken: frozenset[int]) -> Iterator[Span]:
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


def _goes_on(token: Token, run: list[Token], taken: frozenset[int], lists: Words) -> bool:
    if token.i in taken:
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
    ends = _ends(found)
    items = [one for one in found if one.first in ends]
    joined = dict(zip((one.first for one in items), _joined(page.document.text, items, ends=ends), strict=True))
    made: list[Spot] = []
    last, highest = -1, -1
    for one in found:
        if not joined.get(one.first, False):
            highest += 1
        # What the item before it lies in is an item of no list; the list goes on behind it.
        number = last if joined.get(one.first, False) else highest
        last = number if one.first in joined else last
        made.append(replace(one, series=number))
    return tuple(made)


def _ends(found: list[Spot]) -> dict[int, int]:
    """Where the items of lists end, by the number of their first token: behind the places each is told to lie in
    ("Salta, Argentina, and Lima, Peru"), which are no items themselves."""
    ends: dict[int, int] = {}
    item: Spot | None = None
    for one in found:
        if item is not None and one.toponym.span in item.toponym.parents:
            ends[item.first] = one.toponym.span.end
        else:
            item = one
            ends[one.first] = one.toponym.span.end
    return ends


def _joined(text: str, found: list[Spot], *, ends: dict[int, int]) -> list[bool]:
    """For each spot whether it is an item of the list that the spot before it stands in."""
    joined = [False] * len(found)
    listed = False
    for position in range(len(found) - 1, 0, -1):
        left, right = found[position - 1].toponym, found[position].toponym
        gap = text[ends[found[position - 1].first] : right.span.start]
        if not gap.strip() or len(gap) > LONGEST_GAP or not _GAP.fullmatch(gap):
            listed = False
        else:
            # A comma alone is one of a list's when "and" comes before its end.
            listed = listed or not _CHAIN.fullmatch(gap)
            joined[position] = listed and left.span not in right.parents and right.span not in left.parents
    return joined
