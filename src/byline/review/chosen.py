"""Words that a person chose: which characters of the document are they? The browser names segments, and never slices.

Each segment of a text on the page carries the offset of its first character. A selection is sent as two points, each a
segment and how many characters of it, as shown, stand before the point; and as the words themselves. Only where those
are the document's words there is the selection taken. Without a mouse, or without scripts, words are written and
looked for in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from byline.model import Document, Span
from byline.review.shown import plain, reach

LONGEST = 2_000
"""Characters that can be chosen: no value rests on more."""

MOST_FOUND = 20
"""Places where written words stand that are offered."""

AROUND = 50
"""Characters that are shown on each side of a place where they stand."""

_POINT = re.compile(r"([0-9]{1,9})\+([0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place where written words stand, with what stands around it."""

    span: Span
    before: str
    words: str
    after: str

    @property
    def value(self) -> str:
        """What a form sends for it."""
        return written(self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen: a span, or several places of which one is to be picked, or what is wrong. None of these: no
    words were chosen at all."""

    span: Span | None = None
    places: tuple[Place, ...] = ()
    wrong: str | None = None


def chosen(document: Document, form: Mapping[str, str], *, near: int = 0) -> Chosen:
    """The words that a form names: by `span` (picked, or as it stood before), by `from` and `to` (selected), else by
    `words` alone, of which those nearest to `near` come first."""
    part, words = form.get("part", "") or "text", form.get("words", "").strip()
    if given := form.get("span", ""):
        span = read(given)
        return Chosen(span=span) if span and _is_there(document, span) else Chosen(wrong="is not in this report")
    if not words:
        return Chosen()
    if len(words) > LONGEST:
        return Chosen(wrong=f"has more than {LONGEST:,} characters")
    if form.get("from") and form.get("to"):
        span = _selected(document, part, form["from"], form["to"])
        if span is not None and _same(plain(document.quote(span)), words):
            return Chosen(span=span)
    return _found(document, words, near=near)


def written(span: Span) -> str:
    """A span as a form carries it: "text:12-17"."""
    return f"{span.part}:{span.start}-{span.end}"


def read(given: str) -> Span | None:
    """The span that a form carries; None for what is none."""
    part, _, ends = given.rpartition(":")
    start, _, end = ends.partition("-")
    if not (part and start.isascii() and end.isascii() and start.isdigit() and end.isdigit() and len(ends) < 20):
        return None
    return Span(start=int(start), end=int(end), part=part)


def _is_there(document: Document, span: Span) -> bool:
    try:
        return 0 <= span.start < span.end <= len(document.part(span.part)) and span.end - span.start <= LONGEST
    except KeyError:
        return False


def _selected(document: Document, part: str, first: str, last: str) -> Span | None:
    """The characters between two points, without the white space at their ends."""
    try:
        text = document.part(part)
        start, end = (reach(text, int(at), int(within)) for at, within in (_point(first), _point(last)))
    except (KeyError, ValueError):
        return None
    words = text[start:end]
    span = Span(start=start + len(words) - len(words.lstrip()), end=end - len(words) + len(words.rstrip()), part=part)
    return span if _is_there(document, span) else None


def _point(given: str) -> tuple[str, str]:
    found = _POINT.fullmatch(given)
    if found is None:
        raise ValueError(f"{given!r} is no point in a text")
    return found[1], found[2]


def _found(document: Document, words: str, *, near: int) -> Chosen:
    """Where written words stand in text, title or a caption, white space and the name of what is unseen apart."""
    sought = re.compile(r"\s+".join(re.escape(one) for one in words.split()))
    for pattern in (sought, re.compile(sought.pattern, re.IGNORECASE)):
        spans = [
            Span(start=one.start(), end=one.end(), part=part)
            for part in ("text", "title", *(f"caption:{nth}" for nth in range(len(document.captions))))
            for one in pattern.finditer(_part(document, part))
        ]
        if spans:
            spans.sort(key=lambda one: (one.part != "text", abs(one.start - near)))
            if len(spans) == 1:
                return Chosen(span=spans[0])
            return Chosen(places=tuple(_place(document, one) for one in spans[:MOST_FOUND]))
    return Chosen(wrong="does not stand in this report: write or select words as they stand there")


def _part(document: Document, name: str) -> str:
    try:
        return document.part(name)
    except KeyError:
        return ""


def _place(document: Document, span: Span) -> Place:
    text = document.part(span.part)
    return Place(
        span=span,
        before=text[max(0, span.start - AROUND) : span.start],
        words=text[span.start : span.end],
        after=text[span.end : span.end + AROUND],
    )


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
