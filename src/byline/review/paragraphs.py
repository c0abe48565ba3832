"""A text as its paragraphs, a long one's in parts that a browser shows at once, with what was cut between them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from byline.model import Cut, Document
from byline.review.segments import Mark, Segment, segments

LONGEST_PART = 30_000
"""Characters of a part: six times an ordinary report, and with a mark on every other word still 300 kB of page."""

DRIFT = 4
"""Line ends that go with a cut besides its text, at most: blank lines above and below it."""

_BLANK = re.compile(r"\n\s*\n|\Z")
_TELLS_PLACES = ("text ", "row ")
"""What `made_by` begins with for readers that cut whole lines of plain text, so that where a cut stood can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Characters [start, end) of the text: a paragraph, or a piece of one that is longer than a part."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph in segments, or, where there are none, something that was cut before the next."""

    segments: tuple[Segment, ...] = ()
    cut: Cut | None = None


Blocks = tuple[Block, ...]


def parts(text: str) -> tuple[tuple[Stretch, ...], ...]:
    """The paragraphs of a text, part by part; at least one part, an empty text's without paragraphs."""
    made: list[list[Stretch]] = [[]]
    for stretch in _stretches(text):
        if made[-1] and stretch.end - made[-1][0].start > LONGEST_PART:
            made.append([])
        made[-1].append(stretch)
    return tuple(tuple(one) for one in made)


def part_of(text_parts: Sequence[Sequence[Stretch]], offset: int) -> int:
    """The part that a character is in."""
    firsts = [one[0].start for one in text_parts if one]
    return max(0, bisect_left(firsts, offset + 1) - 1)


def blocks(document: Document, text_parts: Sequence[Sequence[Stretch]], part: int, *, marks: Sequence[Mark]) -> Blocks:
    """The paragraphs of a part in segments, and before each what was cut there, where that can be told."""
    in_order = sorted(marks, key=lambda mark: mark.span.start)
    begins = [mark.span.start for mark in in_order]
    longest = max((mark.span.end - mark.span.start for mark in in_order), default=0)
    cuts = _placed(document, [one.start for each in text_parts for one in each])
    first = sum(len(one) for one in text_parts[:part])
    made: list[Block] = []
    for number, stretch in enumerate(text_parts[part], start=first):
        made += [Block(cut=cut) for cut in cuts.get(number, ())]
        near = in_order[bisect_left(begins, stretch.start - longest) : bisect_left(begins, stretch.end)]
        made.append(Block(segments=segments(document.text, near, start=stretch.start, end=stretch.end)))
    if part == len(text_parts) - 1:
        made += [Block(cut=cut) for cut in cuts.get(first + len(text_parts[part]), ())]
    return tuple(made)


def unplaced(document: Document) -> tuple[Cut, ...]:
    """What was cut where nobody can tell any more where in the text it stood: a web page's furniture."""
    return () if document.made_by.startswith(_TELLS_PLACES) else document.cuts


def _stretches(text: str) -> Iterator[Stretch]:
    above = 0
    for blank in _BLANK.finditer(text):
        words = text[above : blank.start()]
        first, end = above + len(words) - len(words.lstrip()), above + len(words.rstrip())
        for start in range(first, end, LONGEST_PART):
            yield Stretch(start=start, end=min(start + LONGEST_PART, end))
        above = blank.end()


def _placed(document: Document, starts: Sequence[int]) -> dict[int, list[Cut]]:
    """Cuts by the number of the paragraph that they stood before.

    Where a cut stood is its offset in the raw text, less all that was cut before. Blank lines that went with each make
    that later by a few characters, never earlier.
    """
    placed: dict[int, list[Cut]] = {}
    gone = 0
    if not document.made_by.startswith(_TELLS_PLACES):
        return placed
    for count, cut in enumerate(document.cuts, start=1):
        at = cut.start - gone
        above = max(0, bisect_right(starts, at) - 1)
        before = above if not starts or at - starts[above] <= DRIFT * count else above + 1
        placed.setdefault(before, []).append(cut)
        gone += len(cut.text)
    return placed
