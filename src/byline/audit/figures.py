"""Figures of what happened: a number with what it counts, as the dead, the detained, those who marched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from byline.audit.numbers import Number, numbers
from byline.audit.report import Report
from byline.audit.words import Measure, whole, words
from byline.model import Span

BETWEEN_WORDS = 5
"""Words at most between the noun and what is said of it ("people have now been reported"), and before a number."""

TOLL_REACH = 80
"""Characters at most between "the death toll" and its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and what it counts. `span` holds its words with those that say what it counts, `sentence` the sentence.

    `part`: it is a part of another figure, told of another time or place, or not told as having happened. `whole`: said
    to be all there are.
    """

    number: Number
    measure: str
    span: Span
    sentence: Span
    part: bool
    whole: bool

    @property
    def value(self) -> float:
        """The number told."""
        return self.number.value


@dataclass(frozen=True, slots=True)
class _Patterns:
    behind: re.Pattern[str]
    before: re.Pattern[str]
    noun: re.Pattern[str]
    toll: re.Pattern[str] | None


def figures(report: Report, sentences: Iterable[Span], *, title: bool = False) -> list[Figure]:
    """The figures told in some sentences, in order; one number counts one thing."""
    found = []
    for sentence in sentences:
        text = report.document.part(sentence.part)
        told = numbers(report, sentence)
        for number in told:
            read = _measure(report, text, number, sentence, title=title)
            if read is not None:
                measure, span = read
                aside = _aside(report, text, number, sentence)
                whole_ = re.search(
                    r"(?:in all|in total|total of|altogether)\W*(?:\w+\W+){0,2}$",
                    text[max(0, number.span.start - 40) : number.span.end + 1],
                    re.IGNORECASE,
                )
                found.append(
                    Figure(
                        number=number,
                        measure=measure,
                        span=span,
                        sentence=sentence,
                        part=number.part or aside,
                        whole=whole_ is not None or " in all" in text[number.span.end : number.span.end + 60],
                    )
                )
    return found


def _measure(report: Report, text: str, number: Number, sentence: Span, *, title: bool) -> tuple[str, Span] | None:
    """What a number counts, with the words that say so."""
    ahead = text[number.phrase.end : sentence.end]
    back = text[sentence.start : number.span.start]
    best: tuple[int, str, Span] | None = None
    for measure in report.words.measures:
        patterns = _patterns(report.document.language or "en", measure.name)
        if (match := patterns.behind.match(ahead)) and (title or match["word"] != "March"):
            if _goes_on(report, ahead[match.end() :], match["word"], measure, title=title):
                span = Span(start=number.span.start, end=number.phrase.end + match.end(), part=number.span.part)
                best = _nearer(best, match.end(), measure.name, span)
        elif (match := patterns.noun.match(text[number.bare.end : sentence.end])) is not None:
            span = Span(start=number.span.start, end=number.bare.end + match.end(), part=number.span.part)
            best = _nearer(best, match.end(), measure.name, span)
        if match := patterns.before.search(back):
            end = number.phrase.end
            span = Span(start=sentence.start + match.start("word"), end=end, part=number.span.part)
            best = _nearer(best, len(back) - match.start("word"), measure.name, span)
        if patterns.toll and (match := patterns.toll.search(back)):
            span = Span(start=sentence.start + match.start(), end=number.phrase.end, part=number.span.part)
            best = _nearer(best, 1, measure.name, span)
    return (best[1], best[2]) if best else None


def _nearer(best: tuple[int, str, Span] | None, distance: int, name: str, span: Span) -> tuple[int, str, Span]:
    return best if best is not None and best[0] <= distance else (distance, name, span)


def _goes_on(report: Report, rest: str, word: str, measure: Measure, *, title: bool) -> bool:
    """False where what follows makes those counted the doers: "two gunmen killed nine", "police arrested a man"."""
    forms = {part.lower() for part in (*measure.active,)}
    last = word.lower().split()[-1]
    if last not in forms or " " in word.strip():
        return True
    # An object behind an active form; in a headline too, where "nine killed in" has none.
    objects = whole(report.words["figures"]["objects"])
    return re.match(rf"\s+(?:\d|[A-Z]|{objects})", rest) is None


@cache
def _patterns(language: str, name: str) -> _Patterns:
    """Patterns of a measure: what stands behind a number's noun, right before it, as its noun, and a running total."""
    table = words(language)
    measure = next(one for one in table.measures if one.name == name)
    patient = [*measure.patient, *measure.state]
    auxiliaries = whole(table["figures"]["auxiliaries"])
    token = r"[A-Za-z’'-]+"
    being = rf"(?:\s+(?:{auxiliaries}|who|were|was))*"
    behind = rf"(?:\s+(?:and|or)\s+(?!\d){token})?{being}(?:\s+{token}){{0,1}}?{being}\s+(?P<word>{whole(patient)})"
    lead = r"(?:\s+(?:a|the)?\s*(?:total|group|dozen)?\s*of)?(?:\s+(?:people|persons|at least|some|another))?\s*$"
    before = rf"(?P<word>{whole(measure.active)}){lead}" if measure.active else r"(?P<word>(?!))"
    noun = rf"\s+(?:\w+\s+)?(?P<word>{whole(measure.nouns)})" if measure.nouns else r"(?!)"
    toll = (
        re.compile(
            rf"(?:{whole(measure.toll)}|\bnumber\s+of\s+(?:[a-z]+\s+){{0,2}}?{whole(measure.patient)})[^.;:]{{0,{TOLL_REACH}}}?\b(?:to|at|reached|reaches|hits|hit|tops|topped|nears|is|was|stands|passed|passes|of|exceeds?)\s+$",
            re.IGNORECASE,
        )
        if measure.toll
        else None
    )
    flags = re.IGNORECASE
    return _Patterns(re.compile(behind, flags), re.compile(before, flags), re.compile(noun, flags), toll)


def _aside(report: Report, text: str, number: Number, sentence: Span) -> bool:
    """True for a number told of another time or place, or not as having happened."""
    start = max(text.rfind(mark, sentence.start, number.span.start) for mark in (";", ". ", "\n"))
    clause = text[max(start, sentence.start) : sentence.end]
    unreal = report.words.any_of("figures", "unreal").search(clause.replace("May", ""))
    if unreal or report.words.has(clause, "figures", "elsewhere"):
        return True
    # "nine of 22 detained teachers": 22 is what nine are a part of, and not told as freed.
    before = text[max(sentence.start, number.span.start - 24) : number.span.start]
    return (
        re.search(rf"(?:\d|{whole(report.words['figures']['shares'])})\s+of\s+(?:the\s+)?$", before, re.IGNORECASE)
        is not None
    )
