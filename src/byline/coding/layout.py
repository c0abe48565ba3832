"""How is the page laid out? Paragraphs, quotations, and the lines that say who reports, from where and when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.model import Document, Span

# An opening mark, then anything but a blank line, then the closing mark; a quote over a blank line is a new quote.
_QUOTES = re.compile(r"“[^“”]*?(?:”|(?=\n\s*\n)|\Z)|(?<!\w)\"(?=\S)[^\"\n]*\"|(?<!\w)``(?=\S)(?:(?!\n\s*\n)[^`])*?''")
_PARAGRAPHS = re.compile(r"[^\s](?:[^\n]*[^\s])?")
# A dateline ends in a dash; one longer than this is a sentence with a dash in it.
_DATELINE = re.compile(r"[^\n]{2,120}?(?:\)\s*(?:—|–|--|-|:)|\s?(?:—|–|--)\s?|\s-\s|\),?[^\n]{0,30}?\s-\s)")
_HEADER_LINE = re.compile(r"(?:by|reporting by|published|posted|updated|date)\b[^\n]*", re.IGNORECASE)
# Datelines and bylines stand at the head of a report.
_HEADER_PARAGRAPHS = 8
LONGEST_HEADLINE = 160


def paragraphs(text: str) -> tuple[Span, ...]:
    """Lines that hold text, without the white space around them, in order: a line end closes a paragraph."""
    return tuple(Span(start=match.start(), end=match.end()) for match in _PARAGRAPHS.finditer(text))


def quotes(text: str) -> tuple[Span, ...]:
    """Stretches between quotation marks, marks included, in order; an open one ends with its paragraph."""
    return tuple(Span(start=match.start(), end=match.end()) for match in _QUOTES.finditer(text))


def headers(document: Document) -> Iterator[Span]:
    """The stretches that date and place the report itself: byline and date lines, and a dateline up to its dash."""
    line = document.dateline
    for paragraph in paragraphs(document.text)[:_HEADER_PARAGRAPHS]:
        words = document.quote(paragraph)
        if len(words) < LONGEST_HEADLINE and _HEADER_LINE.fullmatch(words):
            yield paragraph
            continue
        match = _DATELINE.match(words) if line is not None else None
        if match is None or line is None:
            continue
        placed = line.place is not None and words.startswith(line.place.split(",")[0])
        dated = line.date is not None and str(line.date.year) in match.group()
        if placed or dated:
            end = match.end()
            # "(Outlet), 9 November 2022 -": the date may follow the bracket.
            rest = re.match(r"\s*[^\n.]{0,40}?\s(?:—|–|--|-)\s", words[end:]) if words[end - 1 : end] == ")" else None
            yield Span(start=paragraph.start, end=paragraph.start + end + (rest.end() if rest else 0))
