"""Captions of photographs that contradict the text, in number, place or actor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from byline.audit.figures import figures
from byline.audit.numbers import numbers
from byline.audit.pairs import Side, Told, stem
from byline.audit.report import Report, amount, day, finding
from byline.audit.words import whole
from byline.gazetteer import Gazetteer, fold
from byline.model import Finding, Span

SHARED = 2
"""Content words beside the place that caption and sentence must share to show one thing: "growers", "bridge"."""

PEOPLE = 5_000
"""Only a town of so many people is taken for the place of a caption: villages share their names with much else."""

_CAPITAL = r"[A-ZÀ-ÖØ-ÝŠŽČĆĐĞİŞŁ]"
_NAME = rf"{_CAPITAL}[\w’'-]+(?:[ -]{_CAPITAL}[\w’'-]+){{0,2}}"


def captions(report: Report) -> Iterator[Finding]:
    """What captions say otherwise than the text."""
    side = Side(report)
    for number, words in enumerate(report.document.captions):
        span = Span(start=0, end=len(words), part=f"caption:{number}")
        found = next((f for ask in (_figure, _thing, _day, _place, _actor) for f in ask(side, span)), None)
        if found is not None:
            yield found


def _says(report: Report, caption: Span, text: Span) -> str:
    return f"The caption says “{report.quote(caption)}”; the text says “{report.quote(text)}”"


def _stems(report: Report, span: Span) -> set[str]:
    return _content(report, report.quote(span))


def _figure(side: Side, span: Span) -> Iterator[Finding]:
    """A figure of the caption that the text gives otherwise, and nowhere so."""
    report = side.report
    told = figures(report, report.below())
    stems = _stems(report, span)
    for one in figures(report, [span]):
        same = [two for two in told if two.measure == one.measure and not two.part]
        said = any(two.measure == one.measure and two.number.agrees(one.value) for two in told)
        near = [two for two in same if len(_stems(report, two.sentence) & stems) >= SHARED]
        if one.part or said or not near or one.number.vague:
            continue
        if any(
            two.value == one.value and two.noun in (one.number.noun, "people")
            for s in report.below()
            for two in numbers(report, s)
        ):
            continue
        says = _says(report, one.span, near[0].span) + f": {amount(one.value)} against {amount(near[0].value)}."
        yield finding(
            "caption",
            "medium",
            says,
            claim=report.cite(one.span),
            against=report.cite(near[0].span),
            numbers=(one.value, near[0].value),
        )


def _thing(side: Side, span: Span) -> Iterator[Finding]:
    """A number of things of which the text tells another number, and nowhere that: "two burnt buses"."""
    report = side.report
    stems = _stems(report, span)
    for one in numbers(report, span):
        if one.part or one.vague or one.about or not one.noun or one.value < 2:
            continue
        told = [
            (told, two)
            for told in side.told
            for two in told.numbers
            if two.noun == one.noun and not (two.vague or two.about)
        ]
        if not told or any(one.value == two.value for at in side.told for two in at.numbers):
            continue
        near = [(at, two) for at, two in told if len((at.stems & stems) - {stem(one.noun)}) >= SHARED and not two.part]
        if not near:
            continue
        other = near[0][1]
        says = _says(report, one.phrase, other.phrase) + f": {amount(one.value)} against {amount(other.value)}."
        yield finding(
            "caption",
            "medium",
            says,
            claim=report.cite(one.phrase),
            against=report.cite(other.phrase),
            numbers=(one.value, other.value),
        )


def _day(side: Side, span: Span) -> Iterator[Finding]:
    """A day that no sentence names, where the sentence that tells of the same thing names another."""
    report = side.report
    stems = _stems(report, span)
    days = [
        one
        for one in report.times_in(span.part)
        if one.precision == "day" and one.type == "DATE" and one.start is not None
    ]
    known = {one.start for one in report.times} | {one.end for one in report.times}
    for one in days:
        if one.start in known or any(
            two.start is not None and two.end is not None and one.start and two.start <= one.start <= two.end
            for two in report.times
        ):
            continue
        best = max(side.told, key=lambda told: len(told.stems & stems), default=None)
        if best is None or len(best.stems & stems) <= SHARED:
            continue
        others = [
            two
            for two in report.times
            if best.span.covers(two.span) and two.precision == "day" and two.start is not None
        ]
        if len(others) != 1 or one.start is None or others[0].start is None:
            continue
        says = (
            f"The caption says “{report.quote(one.span)}”, {day(one.start)}; the text tells of it on "
            f"“{report.quote(others[0].span)}”, {day(others[0].start)}."
        )
        yield finding(
            "caption",
            "medium",
            says,
            claim=report.cite(one.span),
            against=report.cite(others[0].span, best.span),
            numbers=(one.start.day, others[0].start.day),
        )


def _place(side: Side, span: Span) -> Iterator[Finding]:
    """A town of the caption that the text never names, where a sentence of it tells of the same thing in another."""
    report = side.report
    words = report.quote(span)
    whole_text = fold(f"{report.document.title or ''} {report.text}")
    for match in re.finditer(rf"\b(?:in|at|near|outside|of)\s+(?P<place>{_NAME})", words):
        place = match["place"]
        if fold(place) in whole_text or not _town(place):
            continue
        other = _same_thing(side, span, place)
        if other is None:
            continue
        named, sentence = other
        claim = Span(start=0, end=match.end(), part=span.part)
        says = (
            f"The caption says “{report.quote(claim)}”; the text, which does not name {place}, tells of it with "
            f"{named}: “{' '.join(report.quote(sentence).split())}”"
        )
        yield finding("caption", "medium", says, claim=report.cite(claim), against=report.cite(sentence))


def _town(name: str) -> bool:
    return any(one.kind == "city" and one.population >= PEOPLE for one in Gazetteer.open().find(name))


def _same_thing(side: Side, span: Span, place: str) -> tuple[str, Span] | None:
    """The sentence that shares the caption's things and names another town, with that town."""
    report = side.report
    stems = _stems(report, span) - {stem(word) for word in place.split()}
    found: tuple[int, str, Told] | None = None
    for told in side.told:
        shared = stems & told.stems
        text = report.quote(told.span)
        towns = [
            match["p"]
            for match in re.finditer(rf"\b(?:in|at|near|to|of|outside)\s+(?P<p>{_NAME})", text)
            if _town(match["p"])
        ]
        if len(shared) > SHARED and towns and (found is None or len(shared) > found[0]):
            found = len(shared), towns[0], told
    return (found[1], found[2].span) if found is not None else None


def _actor(side: Side, span: Span) -> Iterator[Finding]:
    """Someone else doing to a thing what the text says that others did."""
    report = side.report
    words = report.quote(span)
    for family in report.words["captions"]["harm"]:
        pattern = re.compile(
            rf"(?P<who>[^,;:.]{{3,50}}?)\s+(?P<verb>{whole(family)})\s+(?P<what>(?!(?:in|by|at|on|for|during|from|with)\b)[^,;:.]{{4,60}})",
            re.IGNORECASE,
        )
        match = pattern.match(words)
        if match is None:
            continue
        what = _content(report, match["what"])
        who = _content(report, match["who"])
        for told in side.told:
            text = report.quote(told.span)
            for other in pattern.finditer(text):
                others = _content(report, other["who"].split(",")[-1])
                things = _content(report, other["what"])
                if len(what & things) < SHARED or not others or who & others or who & _content(report, text):
                    continue
                if _passive(other["who"]):
                    continue
                claim = Span(start=0, end=match.end(), part=span.part)
                start = (
                    told.span.start + other.start("who") + len(other["who"]) - len(other["who"].split(",")[-1].lstrip())
                )
                evidence = Span(start=start, end=told.span.start + other.end())
                says = _says(report, claim, evidence) + "."
                yield finding(
                    "caption",
                    "medium",
                    says,
                    claim=report.cite(claim),
                    against=report.cite(evidence, *_where_named(report, who)),
                )


def _passive(words: str) -> bool:
    return re.search(r"\b(?:was|were|been|being|is|are)\s*$", words) is not None


def _content(report: Report, words: str) -> set[str]:
    stop = report.words["retold"]["stop"]
    return {stem(word) for word in re.findall(r"[^\W\d_][\w’'-]+", words) if word.lower() not in stop and len(word) > 2}


def _where_named(report: Report, who: set[str]) -> list[Span]:
    """The sentence that tells what the caption's doers did by the text."""
    for sentence in report.below():
        if who and who <= _content(report, report.quote(sentence)):
            return [sentence]
    return []
