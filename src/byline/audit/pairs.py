"""Two reports of one outlet held beside each other: which sentences of theirs tell of one thing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from byline.audit.numbers import Number, numbers
from byline.audit.report import Report
from byline.gazetteer import fold
from byline.model import Document, Span

COMMON = 30
"""A name that more reports of an outlet share ties none of them together."""

RARE = 10
"""A name that so few reports of an outlet share ties them together alone; of others it takes two."""

COPY, COPY_WORDS = 0.8, 60
"""Of two reports of so many content words or more each, one with such a share of its words in the other is a copy of
it, or its update; shorter ones only where they hardly differ."""

TWIN = 0.95

HEAD_LINES = 4
MOST_OUTLET_WORDS = 8


@dataclass(frozen=True, eq=False)
class Told:
    """A sentence as it is compared: its content words, names, numbers, and the day words of it."""

    span: Span
    stems: frozenset[str]
    names: frozenset[str]
    numbers: tuple[Number, ...]

    def shared(self, other: Told) -> frozenset[str]:
        """The content words that both have."""
        return self.stems & other.stems

    def likeness(self, other: Told) -> float:
        """How much of the shorter one's content words stand in the other."""
        least = min(len(self.stems), len(other.stems))
        return len(self.stems & other.stems) / least if least else 0.0


@dataclass(frozen=True, eq=False)
class Side:
    """One report of a pair, its sentences laid out once."""

    report: Report

    @property
    def published(self) -> date:
        """The day of publication; `pairs` hands out no report without one."""
        day = self.report.published
        assert day is not None
        return day

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """The sentences below the headline."""
        return tuple(_told(self.report, span) for span in self.report.below())

    @cached_property
    def stems(self) -> frozenset[str]:
        """The content words of the whole report."""
        return frozenset(stem for one in self.told for stem in one.stems)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names in the whole report."""
        return frozenset(name for one in self.told for name in one.names)


_WORD = re.compile(r"[A-Za-zÀ-ÿŠŽčćğış][\w’'-]*|\d[\d,.]*")


def _told(report: Report, span: Span) -> Told:
    text = report.quote(span)
    stop = report.words["retold"]["stop"]
    stems, names = set(), set()
    for match in _WORD.finditer(text):
        word = match.group()
        plain = re.sub(r"[’']s?$", "", word)
        if plain.lower() in stop or len(plain) < 3 or plain[0].isdigit():
            continue
        stems.add(stem(plain))
        if plain[0].isupper() and match.start() > 0:
            names.add(fold(plain))
    return Told(span=span, stems=frozenset(stems), names=frozenset(names), numbers=tuple(numbers(report, span)))


def stem(word: str) -> str:
    """A word without its commonest endings, so that "burned" and "burn" are one."""
    plain = fold(word)
    for ending in ("ings", "ing", "ies", "ed", "es", "s"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            plain = plain[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    if len(plain) > 3 and plain[-1] == plain[-2]:
        plain = plain[:-1]
    return plain[:-1] if plain.endswith("e") and len(plain) > 3 else plain


def outlets(document: Document) -> frozenset[str]:
    """What a report says of who publishes it: source, site, byline, a short line of its head that is none of these."""
    found = [document.source_id, document.byline]
    if document.url:
        found.append(_host(document.url))
    lines = [line.strip() for line in document.text.split("\n") if line.strip()][:HEAD_LINES]
    for line in lines:
        words = line.split()
        if line == document.title or len(words) > MOST_OUTLET_WORDS or re.search(r"\d|[.:!?]$", line):
            continue
        if sum(word[0].isupper() for word in words) * 2 >= len(words):
            found.append(line)
    return frozenset(fold(one) for one in found if one)


def _host(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:  # no address at all
        return None


def pairs(sides: Sequence[Side]) -> Iterator[tuple[Side, Side]]:
    """Reports of one outlet that name the same things, the one published first first.

    Reports without a day of publication stand in no order and are held beside none.
    """
    dated = sorted(
        (one for one in sides if one.report.published is not None),
        key=lambda one: (one.report.published, one.report.document.origin, one.report.document.id),
    )
    by_name: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, side in enumerate(dated):
        for outlet in side.report.outlets or outlets(side.report.document):
            for name in side.names:
                by_name[outlet, name].append(place)
    counted: defaultdict[tuple[int, int], int] = defaultdict(int)
    for places in by_name.values():
        if 2 <= len(places) <= COMMON:
            for number, left in enumerate(places):
                for right in places[number + 1 :]:
                    counted[left, right] += 2 if len(places) <= RARE else 1
    for (left, right), shared in sorted(counted.items()):
        one, other = dated[left], dated[right]
        if shared >= 2:
            yield one, other


def copies(one: Side, other: Side) -> bool:
    """True for one report twice, or a report and its update."""
    shared, least = len(one.stems & other.stems), min(len(one.stems), len(other.stems))
    return shared >= TWIN * len(one.stems | other.stems) or (least >= COPY_WORDS and shared >= COPY * least)


def best(told: Told, others: Iterable[Told]) -> Told | None:
    """The sentence most like one, None where none shares a word."""
    found = max(others, key=lambda one: (len(told.shared(one)), told.likeness(one)), default=None)
    return found if found is not None and told.shared(found) else None


def counted(told: Iterable[Told]) -> set[tuple[float, str]]:
    """The numbers told in some sentences, each with the noun it stands on."""
    return {(number.value, number.noun) for one in told for number in one.numbers if number.noun and not number.vague}


def paragraph(side: Side, told: Told) -> list[Told]:
    """The sentences of the paragraph one stands in."""
    around = side.report.paragraph_at(told.span.start)
    return [one for one in side.told if around.covers(one.span)]


def same_kind(one: Side, told: Told, other: Side, told_there: Told) -> bool:
    """True where two sentences hold an event of one type, or a word that one's event was read from stands in both."""
    here, there = _events(one, told), _events(other, told_there)
    if not here and not there:
        past = re.compile(rf"{one.report.words.any_of('dates', 'past').pattern}|\b[a-z]{{3,}}ed\b", re.IGNORECASE)
        words = [
            {found.lower() for found in past.findall(side.report.quote(at.span))}
            for side, at in ((one, told), (other, told_there))
        ]
        return bool((words[0] & words[1]) - {"was", "were"})
    if {type for type, _ in here} & {type for type, _ in there}:
        return True
    return any(word in told.stems and word in told_there.stems for _, word in here | there)


def linked(one: Side, told: Told, other: Side, told_there: Told) -> bool:
    """True where an event of each sentence was linked into one incident."""
    here, there = (
        {
            side.report.incidents[event.id]
            for event in (side.report.coding.events if side.report.coding is not None else ())
            if at.span.covers(event.trigger) and event.id in side.report.incidents
        }
        for side, at in ((one, told), (other, told_there))
    )
    return bool(here & there)


def _events(side: Side, told: Told) -> set[tuple[str | None, str]]:
    """The type and the stem of the word of each event coded in a sentence."""
    coding = side.report.coding
    events = [event for event in coding.events if told.span.covers(event.trigger)] if coding is not None else []
    return {(event.type, stem(side.report.quote(event.trigger).split()[0])) for event in events}
