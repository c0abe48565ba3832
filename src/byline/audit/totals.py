"""Running totals that shrink: within a report, and from one report of an outlet to its next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from byline.audit.numbers import Number, numbers
from byline.audit.report import Report, amount, finding
from byline.audit.words import whole
from byline.model import Finding, Span

NEAR = 60
"""Characters at most between a verb and its number, and between two numbers of one movement."""


def totals(report: Report) -> Iterator[Finding]:
    """Numbers said to have risen from a higher one, or fallen from a lower one."""
    rises, falls = (re.compile(whole(report.words["totals"][one]), re.IGNORECASE) for one in ("rises", "falls"))
    yield from _up_from(report)
    yield from _from_to(report)
    sentences = list(report.sentences)
    for place, sentence in enumerate(sentences):
        told = numbers(report, sentence)
        for up, pattern in ((True, rises), (False, falls)):
            for verb in pattern.finditer(report.text, sentence.start, sentence.end):
                now = _reached(report, verb.end(), told)
                if now is None or now.vague:
                    continue
                before = _from(report, now, told, sentence) or _stood(
                    report, verb, sentence, sentences[place + 1 : place + 2]
                )
                if before is None or before.vague or (now.noun and before.noun and now.noun != before.noun):
                    continue
                if _is_up_from(report, now, before):
                    continue  # told already
                if (up and now.value < before.value) or (not up and now.value > before.value):
                    yield _finding(report, Span(start=verb.start(), end=now.phrase.end), before, now.value, up=up)


def _up_from(report: Report) -> Iterator[Finding]:
    """ "now stands at 31, up from 38", "the toll, which stood at 38 on Thursday, has risen to 31"."""
    stood = re.compile(r"\b(?:toll|number|figure|count|total|tally)\b[^.;]{0,60}?\bstood\s+at\s+$", re.IGNORECASE)
    rises = report.words.any_of("totals", "rises")
    for sentence in report.sentences:
        told = numbers(report, sentence)
        for one, two in pairwise(told):
            between = report.text[one.phrase.end : two.bare.start]
            moved = re.fullmatch(r"[\s,(]*(?:people\s*,?\s*)?(?P<way>up|down)\s+from\s+", between)
            if one.vague or two.vague or (one.noun and two.noun and one.noun != two.noun):
                continue
            if moved and ((moved["way"] == "up") == (one.value < two.value)) and one.value != two.value:
                yield _finding(report, one.phrase, two, one.value, up=moved["way"] == "up")
            elif (
                stood.search(report.text[sentence.start : one.bare.start])
                and rises.search(between)
                and re.search(r"\bto\s+$", between)
                and two.value < one.value
            ):
                yield _finding(report, two.phrase, one, two.value, up=True)


def _from_to(report: Report) -> Iterator[Finding]:
    """ "rose from 60 to 52": two numerals that no question reads as numbers, as they may be a range."""
    units = "|".join(report.words.any_of("figures", one).pattern for one in ("measures", "money"))
    for up, name in ((True, "rises"), (False, "falls")):
        verbs = report.words.any_of("totals", name).pattern
        pattern = rf"{verbs}\s+from\s+(?P<was>\d[\d,]*)\s+to\s+(?P<now>\d[\d,]*)(?![\d.%-]|\s*(?:{units}))"
        for match in re.finditer(pattern, report.text, re.IGNORECASE):
            was, now = (float(match[one].strip(",").replace(",", "")) for one in ("was", "now"))
            if (now < was) if up else (now > was):
                claim = Span(start=match.start(), end=match.end())
                against = Span(start=match.start("was"), end=match.end("was"))
                less = "less" if up else "more"
                says = f"The report says “{report.quote(claim)}”: {amount(now)} is {less} than {amount(was)}."
                yield finding(
                    "shrinking-total",
                    "medium",
                    says,
                    claim=report.cite(claim),
                    against=report.cite(against),
                    numbers=(now, was),
                )


def _reached(report: Report, at: int, told: list[Number]) -> Number | None:
    """The number that a verb says was reached: "rose to 31", "climbed on Friday to at least 31"."""
    for one in told:
        between = report.text[at : one.span.start]
        if (
            one.span.start >= at
            and re.fullmatch(rf"[^.;:]{{0,{NEAR}}}?\bto\s+(?:a total of\s+)?", between)
            and not re.search(r"\d|percent", between)
        ):
            return one
    return None


def _is_up_from(report: Report, now: Number, before: Number) -> bool:
    return re.search(r"\b(?:up|down)\s+from\s+$", report.text[now.phrase.end : before.bare.start]) is not None


def _from(report: Report, now: Number, told: list[Number], sentence: Span) -> Number | None:
    """The number that it was before: "from 38", "up from 38 a day earlier"."""
    leads = re.compile(rf"[\s,(]*(?:people\s*,?\s*)?{whole(report.words['totals']['from'])}\s+$", re.IGNORECASE)
    for one in told:
        if one.span.start > now.phrase.end and leads.fullmatch(report.text, now.phrase.end, one.bare.start):
            return one
    for one in told:
        # "rose from 38 to 31"
        if (
            one.span.end < now.span.start
            and re.search(r"\bfrom\s+$", report.text[sentence.start : one.bare.start])
            and re.fullmatch(r"[\s\w]{0,24}?\bto\s+", report.text[one.phrase.end : now.span.start])
        ):
            return one
    return None


def _stood(report: Report, verb: re.Match[str], sentence: Span, following: list[Span]) -> Number | None:
    """The total of the day before, in the next sentence: "The toll had stood at 38"."""
    pattern = re.compile(
        r"\b(?:toll|number|figure|count|total|tally|it)\b[^.;]{0,40}?"
        r"\b(?:had (?:stood at|been|reached)|stood at|was)\s+(?:put at\s+)?$",
        re.IGNORECASE,
    )
    toll = re.search(
        r"\b(?:toll|number|figure|count|total|tally)\b", report.text[sentence.start : sentence.end], re.IGNORECASE
    )
    if toll is None:
        return None
    for span in (Span(start=verb.end(), end=sentence.end), *following):
        for one in numbers(report, span):
            before = report.text[span.start : one.span.start]
            ahead = report.text[one.span.end : span.end]
            earlier = re.search(r"\b(?:before|earlier|yesterday|previous|last)\b", before + ahead, re.IGNORECASE)
            if pattern.search(before) and (earlier or "had" in before):
                return one
    return None


def _finding(report: Report, claim: Span, before: Number, now: float, *, up: bool) -> Finding:
    start = max(before.bare.start - 40, report.sentence_at(before.bare.start).start)
    lead = report.text[start : before.bare.start]
    match = re.search(
        r"(?:The\s+)?(?:toll|number|figure|count|total|tally)\b[^.;]*$|\bfrom\s+$|\b(?:had|stood|against|compared)\b[^.;]*$",
        lead,
        re.IGNORECASE,
    )
    evidence = Span(start=start + match.start() if match else before.bare.start, end=before.phrase.end)
    says = f"The report says “{report.quote(claim)}” and “{report.quote(evidence)}”: {amount(now)} is "
    says += f"{'less' if up else 'more'} than {amount(before.value)}."
    return finding(
        "shrinking-total",
        "medium",
        says,
        claim=report.cite(claim),
        against=report.cite(evidence),
        numbers=(now, before.value),
    )
