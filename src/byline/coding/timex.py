"""Time expressions: which words name a day, a span or a habit, and which days they mean (TIMEX3 type and value).

Rules: the TIMEX3 annotation guidelines (TimeML 1.2.1) with TimeBank's practice for spans; the design's for meaning
(a bare month before the publication is the last one past, seasons are whole months). Relative expressions rest on the
day of publication; without one they are found but not resolved. An impossible date (30 February) is no expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from byline.coding import calendars, timex_days, timex_periods, timex_spans
from byline.coding.calendars import Foreign
from byline.coding.timex_grammar import Found, Tokens, find_phrases, grammar, tokenize
from byline.coding.timex_reader import Basis, Piece, Reader, Tense, Tenses, Type, joined
from byline.model import Document, Span, WhenPrecision

if TYPE_CHECKING:
    from byline.coding.page import Page

__all__ = ["Tense", "Tenses", "Timex", "TimexRange", "anchor_of", "find", "find_in", "ranges"]

# A full date within the text's first characters is taken for its own date, where the document has none.
HEAD_CHARACTERS = 600
# A publication outside these years is an error of its source, and no date to count from.
FIRST_ANCHOR, LAST_ANCHOR = 1500, 2200
# "between the " and what stands between it and the date.
HEAD_REACH = 16

_MAKERS = {**timex_days.MAKERS, **timex_periods.MAKERS, **timex_spans.MAKERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timex:
    """A time expression.

    `value` is the TIMEX3 value ("1998-W07", "P3D", "PRESENT_REF"), with X for what is not known. `start` and `end` are
    the days it covers, both included, None where they cannot be known; `precision` is the size of what is named.
    `basis` is "stated" where the words alone fix the days, "relative" where they lean on another day.
    """

    span: Span
    type: Type
    value: str
    start: date | None
    end: date | None
    precision: WhenPrecision
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class TimexRange:
    """Two time expressions joined into one stretch of days, both included; the span covers the whole phrase."""

    span: Span
    start: date
    end: date


def find(page: Page) -> tuple[Timex, ...]:
    """Every time expression of the page's text, in order, relative ones resolved against `anchor_of` its document."""
    return find_in(page.document.text, anchor=anchor_of(page.document))


def anchor_of(document: Document) -> date | None:
    """The day a document's relative expressions count from, None where nothing tells it.

    Its publication, else its dateline's date, else the first day stated in full in the text's head.
    """
    dateline = document.dateline.date if document.dateline else None
    return document.published or dateline or _head_date(document.text)


def _head_date(text: str) -> date | None:
    for timex in find_in(text[:HEAD_CHARACTERS], anchor=None):
        if timex.basis == "stated" and timex.precision == "day" and timex.type == "DATE":
            return timex.start
    return None


def find_in(text: str, *, anchor: date | None, tenses: Tenses | None = None, language: str = "en") -> tuple[Timex, ...]:
    """Every time expression of a text, in order, relative ones resolved against `anchor` where it is given.

    `tenses` gives the tense that governs the word at a character offset; without it the nearest word of the sentence
    that tells one is taken.
    """
    rules = grammar(language)
    if anchor is not None and not FIRST_ANCHOR <= anchor.year <= LAST_ANCHOR:
        anchor = None
    tokens = tokenize(text, rules)
    reader = Reader(tokens, rules, anchor=anchor, tenses=tenses)
    foreign = calendars.find(tokens, language, anchor)
    pieces: list[Piece] = []
    for found in _in_order(find_phrases(tokens, rules), foreign):
        for piece in [found] if isinstance(found, Piece) else _MAKERS[found.make](reader, found):
            reader.remember(piece)
            pieces.append(piece)
    calendars.rebase(pieces, foreign.pieces)
    return tuple(_timex(piece, tokens) for piece in joined(pieces, reader))


def _in_order(phrases: Iterable[Found], foreign: Foreign) -> Iterable[Found | Piece]:
    """The phrases and the dates of other calendars as the text has them; where both read some words, the dates do."""
    if not foreign.claimed:
        return phrases
    kept = [one for one in phrases if not any(one.start < last and first < one.end for first, last in foreign.claimed)]
    mixed: list[Found | Piece] = [*kept, *foreign.pieces]
    return sorted(mixed, key=lambda one: one.first if isinstance(one, Piece) else one.start)


def _timex(piece: Piece, tokens: Tokens) -> Timex:
    days = piece.days()
    return Timex(
        span=Span(start=tokens.starts[piece.first], end=tokens.ends[piece.last - 1]),
        type=piece.type,
        value=piece.value,
        start=days.start,
        end=days.end,
        precision=days.precision,
        basis=piece.basis,
    )


_FROM = re.compile(r"(?:\b(?P<from>from|between)\s+(?:the\s+)?)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,\s*)?(?P<link>to|through|thru|until|till|and|-|–|—)\s*(?:the\s+)?", re.IGNORECASE)


def ranges(timexes: tuple[Timex, ...], text: str) -> tuple[TimexRange, ...]:
    """Pairs of neighbours that name one stretch of days: "from May until August 2019", "July 29-31".

    "and" joins only after "between". Both ends must have days, in order.
    """
    found = []
    for left, right in pairwise(timexes):
        link = _BETWEEN.fullmatch(text, left.span.end, right.span.start)
        if link is None or "SET" in (left.type, right.type) or "DURATION" in (left.type, right.type):
            continue
        head = _FROM.search(text, max(0, left.span.start - HEAD_REACH), left.span.start)
        word = head["from"] if head else None
        if link["link"].lower() == "and" and (word or "").lower() != "between":
            continue
        if left.start is None or right.end is None or left.start > right.end:
            continue
        start = head.start("from") if head and word else left.span.start
        found.append(TimexRange(span=Span(start=start, end=right.span.end), start=left.start, end=right.end))
    return tuple(found)
