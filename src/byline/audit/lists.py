"""Lists in a text: names in a row, and numbered lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from byline.audit.report import Report
from byline.gazetteer import Gazetteer, fold
from byline.model import Mention, Place, Span

LEAST_ENTRIES = 3
"""Two names are no list."""

MOST_ENTRY_WORDS = 6

SAID = ("admin1", "country")
"""Kinds of place that no city is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a list: its words, and its name with what stands in parentheses left out."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """Entries in a row. `lead` is what stands before them in their sentence; `ends`: nothing of weight follows."""

    span: Span
    entries: tuple[Entry, ...]
    lead: str


_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÝŠŽČĆĐĞİŞŁ]|(?:al|el|ad|as|ar|an|at|az|ed|es)-[A-Z])"
_WORD = rf"(?:{_CAPITAL}[\w’'.-]*|d[’'][A-Z]\w+|N[’'][A-Z]\w+)"
_JOINT = r"(?:de|del|la|las|los|el|al|of|du|di|da|do|dos|des|le|les|e|ye|i|y|the|sur|am|an|der|den|upon|bin|ibn|ul)"
_NAME = rf"{_WORD}(?:[ -](?:{_JOINT}[ -]){{0,2}}{_WORD}){{0,4}}"
_ASIDE = r"(?:\s*\([^()\n]{1,60}\))?"
# An entry inside a list may have an "and" of its own; the last one comes behind "and".
_INNER = rf"{_NAME}(?:\s+and\s+{_NAME})?{_ASIDE}"
_ROW = re.compile(
    rf"{_INNER}(?:,\s+(?!and\b){_INNER})+(?:,?\s+(?:and|or|&)\s+{_NAME}{_ASIDE})?|{_NAME}{_ASIDE}\s+and\s+{_NAME}"
)


def rows(report: Report, span: Span) -> Iterator[List]:
    """Names between commas, in a stretch of the text."""
    for match in _ROW.finditer(report.text, span.start, span.end):
        entries = tuple(_entries(report, match.start(), match.end()))
        if len(entries) >= LEAST_ENTRIES:
            lead = report.text[max(report.sentence_at(match.start()).start, match.start() - 160) : match.start()]
            yield List(span=Span(start=match.start(), end=match.end()), entries=entries, lead=lead)


def _entries(report: Report, start: int, end: int) -> Iterator[Entry]:
    text = report.text
    position = start
    pieces = [(m.start(), m.end()) for m in re.finditer(r",\s+(?:(?:and|or|&)\s+)?", text[start:end])]
    bounds = []
    for first, last in pieces:
        bounds.append((position, start + first))
        position = start + last
    bounds.append((position, end))
    for number, (first, last) in enumerate(bounds):
        words = text[first:last]
        joined = re.search(r"\s+(?:and|or|&)\s+", words)
        if (
            joined
            and (number == len(bounds) - 1 or not _known(words))
            and not (_known(words) and number < len(bounds) - 1)
        ):
            if _known(words):
                yield _entry(text, first, last)
                continue
            yield _entry(text, first, first + joined.start())
            yield _entry(text, first + joined.end(), last)
        else:
            yield _entry(text, first, last)


def _known(words: str) -> bool:
    """True for words that are one place's name although they hold an "and"."""
    return bool(Gazetteer.open().find(re.sub(r"\s*\([^()]*\)", "", words)))


def _entry(text: str, start: int, end: int) -> Entry:
    words = text[start:end]
    return Entry(span=Span(start=start, end=end), name=" ".join(re.sub(r"\s*\([^()]*\)", "", words).split()))


_ITEM = re.compile(r"(?m)^[ \t]*(?P<mark>\d{1,3}[.)]|[-*•])[ \t]+(?P<words>\S[^\n]*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """Numbered or bulleted lines under each other; `numbered`: they bear 1, 2, 3."""

    lines: tuple[Span, ...]
    numbered: bool


def items(report: Report) -> Iterator[Items]:
    """Runs of numbered or bulleted lines."""
    run: list[re.Match[str]] = []
    for match in _ITEM.finditer(report.text):
        near = run and re.fullmatch(r"\s*", report.text[run[-1].end() : match.start()]) is not None
        alike = run and (run[-1]["mark"][0].isdigit() == match["mark"][0].isdigit())
        if run and not (near and alike):
            yield from _run(run)
            run = []
        run.append(match)
    yield from _run(run)


def _run(run: list[re.Match[str]]) -> Iterator[Items]:
    if len(run) < LEAST_ENTRIES:
        return
    numbered = run[0]["mark"][0].isdigit()
    if numbered and [match["mark"][:-1] for match in run] != [str(one) for one in range(1, len(run) + 1)]:
        return
    yield Items(lines=tuple(Span(start=match.start("mark"), end=match.end()) for match in run), numbered=numbered)


def kinds(report: Report, entry: Entry, *, country: str | None) -> frozenset[str]:
    """What kinds of place an entry names, by how it was coded, else by the gazetteer; none where it is not known."""
    coded = _coded(report, entry.span)
    if coded is not None and coded.geonameid is not None:
        named = re.search(
            r"\b(?:province|state|department|governorate|region|oblast|county)\b", entry.name, re.IGNORECASE
        )
        if named:
            return frozenset({"admin1"})
    found = [one for one in Gazetteer.open().find(entry.name) if country is None or one.country == country]
    return frozenset(one.kind for one in found)


def _coded(report: Report, span: Span) -> Place | None:
    mention = _places(report).get(span.start)
    return mention.value if mention is not None and isinstance(mention.value, Place) else None


def _places(report: Report) -> dict[int, Mention]:
    if report.coding is None:
        return {}
    return {
        one.span.start: one for event in report.coding.events for one in event.role("place") if one.span.part == "text"
    }


def country(report: Report, entries: tuple[Entry, ...]) -> str | None:
    """The country most entries lie in: as coded, else the one in which the gazetteer has most of the names."""
    counted: dict[str, int] = {}
    for entry in entries:
        coded = _coded(report, entry.span)
        if coded is not None and coded.country:
            codes = {coded.country}
        else:
            codes = {one.country for one in Gazetteer.open().find(entry.name) if one.country}
        for code in codes:
            counted[code] = counted.get(code, 0) + 1
    best = max(sorted(counted), key=lambda one: counted[one], default=None)
    return best if best is not None and counted[best] * 2 > len(entries) else None


def same_name(entry: Entry) -> str:
    """What two entries that name one thing have in common."""
    return fold(entry.name)
