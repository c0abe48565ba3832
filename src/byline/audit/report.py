"""A report laid open for the audit: its parts, sentences, paragraphs and days; and how a finding is made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from byline.audit.words import Words, words
from byline.coding import timex
from byline.coding.timex import Timex
from byline.model import Cited, Coding, Document, Finding, FindingKind, Severity, Span, finding_id

MARKER = re.compile(r"[ \t]*\n\s*\n[ \t]*|\n(?=\s*(?:\d{1,2}[.)]|[-*•])\s)")
"""Between paragraphs: an empty line, or the start of a line that is numbered or bulleted."""

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9ÁÉÍÓÚÇŠŽ])")

SMALL_SHARE = 0.005
"""Share of capitals under which a text is written in small letters throughout; of other texts' letters some 3 % are."""

SAID_SHORT = 90
"""Characters of a text that a finding's sentence quotes at most."""


@dataclass(frozen=True, eq=False)
class Report:
    """One document with what was coded in it. `outlets` are the names under which further reports of its outlet may
    come, `incidents` the incident of each of its events that was linked to others."""

    document: Document
    coding: Coding | None = None
    outlets: tuple[str, ...] = ()
    incidents: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def numbers_found(self) -> dict[Span, list[Any]]:
        """The numbers of each stretch that was read for numbers, as several questions ask for them."""
        return {}

    @property
    def text(self) -> str:
        """The document's text."""
        return self.document.text

    @cached_property
    def words(self) -> Words:
        """The words of the report's language."""
        return words(self.document.language or "en")

    @cached_property
    def anchor(self) -> date | None:
        """The day the report's own days are counted from."""
        return timex.anchor_of(self.document)

    @cached_property
    def published(self) -> date | None:
        """The day of publication as the source or the report's head gives it; None where neither does."""
        dateline = self.document.dateline.date if self.document.dateline else None
        return self.document.published or dateline

    @cached_property
    def times(self) -> tuple[Timex, ...]:
        """Every time expression of the text."""
        return timex.find_in(self.text, anchor=self.anchor)

    def times_in(self, part: str) -> tuple[Timex, ...]:
        """Every time expression of one part of the document, with spans in that part."""
        if part == "text":
            return self.times
        found = timex.find_in(self.document.part(part), anchor=self.anchor)
        return tuple(replace(one, span=replace(one.span, part=part)) for one in found)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """Stretches between empty lines; items of a numbered list are one each."""
        spans, start = [], 0
        for match in MARKER.finditer(self.text):
            spans.append(Span(start=start, end=match.start()))
            start = match.end()
        spans.append(Span(start=start, end=len(self.text)))
        return tuple(span for span in spans if self.text[span.start : span.end].strip())

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences of the text in order: a cut by marks within each line, as all that is asked is which words stand
        together."""
        if self.coding is not None and self.coding.sentences and _is_small(self.text):
            return tuple(one for one in self.coding.sentences if one.part == "text")
        found = []
        for paragraph in self.paragraphs:
            start = paragraph.start
            for match in _SENTENCE.finditer(self.text, paragraph.start, paragraph.end):
                if _abbreviated(self.text, match.start(), self.words):
                    continue
                found.append(Span(start=start, end=match.start()))
                start = match.end()
            found.append(Span(start=start, end=paragraph.end))
        return tuple(one for one in found if one.end > one.start)

    @cached_property
    def title(self) -> Span | None:
        """Where the headline stands: in the text, where it begins with it, else beside the text."""
        title = self.document.title
        if not title:
            return None
        # A report that begins with its headline, or has it in its first lines, has it as part of the text.
        at = self.text.find(title, 0, 600)
        if at >= 0:
            return Span(start=at, end=at + len(title))
        return Span(start=0, end=len(title), part="title")

    @cached_property
    def body(self) -> int:
        """The offset at which the text below the headline begins."""
        return self.title.end if self.title is not None and self.title.part == "text" else 0

    @cached_property
    def dateline(self) -> Span | None:
        """The words of the dateline, where they stand in the text's head."""
        place = self.document.dateline.place if self.document.dateline else None
        at = self.text.find(place, 0, 1500) if place else -1
        return Span(start=at, end=at + len(place)) if place and at >= 0 else None

    def quote(self, span: Span) -> str:
        """The words at a span."""
        return self.document.quote(span)

    def cite(self, *spans: Span) -> tuple[Cited, ...]:
        """Spans as cited words of this document."""
        return tuple(Cited(document_id=self.document.id, span=span) for span in spans)

    def sentence_at(self, offset: int) -> Span:
        """The sentence around an offset; an empty span at the offset where there is none."""
        number = self.number_of(offset)
        return self.sentences[number] if number is not None else Span(start=offset, end=offset)

    def number_of(self, offset: int) -> int | None:
        """Which sentence an offset lies in."""
        return next((n for n, one in enumerate(self.sentences) if one.start <= offset < one.end), None)

    def paragraph_at(self, offset: int) -> Span:
        """The paragraph around an offset; an empty span where there is none."""
        return next((one for one in self.paragraphs if one.start <= offset < one.end), Span(start=offset, end=offset))

    def below(self) -> Iterator[Span]:
        """The sentences below the headline."""
        return (one for one in self.sentences if one.start >= self.body)


def _is_small(text: str) -> bool:
    """True for a text without capitals, in which only a parse tells where sentences begin."""
    return sum(map(str.isupper, text)) < SMALL_SHARE * len(text)


def _abbreviated(text: str, at: int, words: Words) -> bool:
    """True where the mark before `at` is the full stop of an initial or a short title, and ends no sentence."""
    short = "|".join(words["figures"]["abbreviations"])
    return re.search(rf"(?:\b[A-Z]|\b(?:{short}))\.$", text[max(0, at - 8) : at]) is not None


def short(words: str) -> str:
    """Words as a finding's sentence quotes them: on one line, a long stretch cut in its middle."""
    flat = " ".join(words.split())
    if len(flat) <= SAID_SHORT:
        return flat
    half = (SAID_SHORT - 3) // 2
    return f"{flat[:half].rstrip()} … {flat[-half:].lstrip()}"


def amount(value: float) -> str:
    """A number as people write it: 4,000, 2.5."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def day(value: date) -> str:
    """A day as people write it: 14 May 2021."""
    return f"{value.day} {value:%B} {value.year}"


def listed(names: Sequence[str]) -> str:
    """Names in a row: "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def finding(
    kind: FindingKind,
    severity: Severity,
    says: str,
    *,
    claim: Sequence[Cited],
    against: Sequence[Cited],
    numbers: Sequence[float] = (),
) -> Finding:
    """A finding with its id."""
    one, other = tuple(claim), tuple(against)
    return Finding(
        id=finding_id(kind=kind, claim=one, against=other),
        kind=kind,
        severity=severity,
        says=says,
        claim=one,
        against=other,
        numbers=tuple(numbers),
    )
