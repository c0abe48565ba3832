"""A text cut into plain and marked segments, by code points: the browser, which counts otherwise, never slices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from byline.model import Span

Kind = Literal["trigger", "value", "finding"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words that something of an event rests on, or a finding. `number` is the mark's own on the page, `event` the
    event's there; a finding's is 0."""

    number: int
    event: int
    kind: Kind
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of text under the same marks from end to end, the shortest mark first; `opens` begin here.

    `start` is the offset of its first character, which the page carries: whoever selects words there names offsets.
    """

    text: str
    start: int = 0
    marks: tuple[Mark, ...] = ()
    opens: tuple[Mark, ...] = ()

    @property
    def events(self) -> tuple[int, ...]:
        """The events whose words these are, each once."""
        return tuple(dict.fromkeys(mark.event for mark in self.marks if mark.kind != "finding"))

    @property
    def found(self) -> bool:
        """True for words that a finding rests on."""
        return any(mark.kind == "finding" for mark in self.marks)

    @property
    def trigger(self) -> Mark | None:
        """The mark of the event that these words tell of; None where they are words of values alone."""
        return next((mark for mark in self.marks if mark.kind == "trigger"), None)


def segments(text: str, marks: Iterable[Mark], *, start: int = 0, end: int | None = None) -> tuple[Segment, ...]:
    """The characters [start, end) of a text, cut wherever a mark begins or ends.

    All texts together are those characters. A mark that reaches beyond them, or beyond the text, is cut short.
    """
    end = len(text) if end is None else min(end, len(text))
    within = [mark for mark in marks if mark.span.start < end and mark.span.end > start]
    begins: dict[int, list[Mark]] = {}
    for mark in within:
        begins.setdefault(max(mark.span.start, start), []).append(mark)
    edges = sorted({start, end, *begins, *(min(mark.span.end, end) for mark in within)})
    made: list[Segment] = []
    here: list[Mark] = []
    for at, following in pairwise(edges):
        opening = begins.get(at, [])
        here = [mark for mark in here if mark.span.end > at] + opening
        shortest_first = sorted(here, key=lambda mark: mark.span.end - mark.span.start)
        made.append(Segment(text=text[at:following], start=at, marks=tuple(shortest_first), opens=tuple(opening)))
    return tuple(made)
