"""A total against what is told apart from it: lines under each other, happenings one by one, things paragraph by
paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from byline.audit.figures import figures
from byline.audit.numbers import numbers
from byline.audit.report import Report, amount, finding, listed
from byline.audit.sums import fits, of_parts
from byline.model import Event, Finding, Mention, Quantity, Span

LEAST_LINES = 3
"""Lines "place: number" that make a table."""

LEAST_ITEMS = 3
"""Things told one by one after a number of them; two may be but the ones worth telling."""

LEAST_SHARE = 0.6
"""Share of the number that the items must come to before they are taken for all of it."""

NEAR_TABLE = 3
"""Sentences above a table in which its total is told, where its lines do not say what they count."""

REACH_PARAGRAPHS = 6
"""Paragraphs in which the items of a number are looked for."""


def itemised(report: Report) -> Iterator[Finding]:
    """Totals that the lines, the happenings or the things told further down do not come to."""
    yield from _table(report)
    yield from _summed_up(report)
    yield from _one_by_one(report)


_LINE = re.compile(
    r"(?m)^[ \t]*(?P<mark>[-*•]\s+)?(?P<name>[^\n:]{2,50}):[ \t]+(?P<number>\d[\d,]*)"
    r"(?:[ \t]+(?P<noun>[a-z]+))?[ \t.;,]*$"
)


def _table(report: Report) -> Iterator[Finding]:
    """Lines "place: 142 families" under each other against the number of families told before them."""
    run: list[re.Match[str]] = []
    for match in [*_LINE.finditer(report.text), None]:
        if match is not None and (not run or not report.text[run[-1].end() : match.start()].strip()):
            run.append(match)
            continue
        if len(run) >= LEAST_LINES and len({one["noun"] for one in run}) == 1:
            yield from _tabled(report, run)
        run = [match] if match is not None else []


def _tabled(report: Report, run: list[re.Match[str]]) -> Iterator[Finding]:
    parts = [float(one["number"].replace(",", "")) for one in run]
    if all(one["mark"] for one in run[1:]) and not run[0]["mark"] and len(run) > LEAST_LINES:
        run, head = run[1:], run[0]
        claim = Span(start=head.start("name"), end=head.end("number"))
        number = numbers(report, Span(start=head.start("number"), end=head.end("number")))
        if number and parts[0] != sum(parts[1:]):
            against = [Span(start=run[0].start("name"), end=run[-1].end("number"))]
            yield of_parts(report, number[0], claim, parts[1:], against, severity="high")
        return
    if re.search(r"(?i)\btotal\b", run[-1]["name"]):
        parts, total = parts[:-1], parts[-1]
        if sum(parts) != total:
            claim = Span(start=run[-1].start("name"), end=run[-1].end())
            number = numbers(report, claim)
            if number:
                yield of_parts(
                    report,
                    number[0],
                    claim,
                    parts,
                    [Span(start=run[0].start("name"), end=run[-2].end())],
                    severity="high",
                )
        return
    noun = run[0]["noun"]
    before = [one for sentence in report.below() if sentence.end <= run[0].start() for one in numbers(report, sentence)]
    stated = [one for one in before if one.noun == noun and not one.vague and not one.part and one.value > max(parts)]
    if not noun:
        yield from _nearest_before(report, run, parts)
    elif stated and not any(fits(one, sum(parts)) for one in stated):
        claim = next(
            (one.span for one in figures(report, report.below()) if one.number.span == stated[0].span), stated[0].phrase
        )
        against = [Span(start=one.start("number"), end=one.end("noun")) for one in run]
        yield of_parts(report, stated[0], claim, parts, against, severity="high")


def _nearest_before(report: Report, run: list[re.Match[str]], parts: list[float]) -> Iterator[Finding]:
    """Lines without a noun against the number told nearest before them, where they come near to it."""
    above = [one for one in report.below() if one.end <= run[0].start()][-NEAR_TABLE:]
    stated = [
        one for sentence in above for one in numbers(report, sentence) if one.noun and not (one.part or one.vague)
    ]
    came = sum(parts)
    fit = [one for one in stated if one.value > max(parts) and LEAST_SHARE <= came / one.value <= 1 / LEAST_SHARE]
    if fit and not any(fits(one, came) for one in stated):
        against = [Span(start=one.start("number"), end=one.end("number")) for one in run]
        yield of_parts(report, fit[-1], fit[-1].phrase, parts, against, severity="medium")


# A summary against the happenings that it sums up, as they were coded


def _summed_up(report: Report) -> Iterator[Finding]:
    """A number of things attacked, told in sum, against those told of one by one."""
    if report.coding is None:
        return
    by_id = {event.id: event for event in report.coding.events}
    for event in report.coding.events:
        stated = next(
            (one for one in event.role("quantity") if isinstance(one.value, Quantity) and one.value.what == "targets"),
            None,
        )
        members = [
            by_id[one] for one in event.members if one in by_id and not by_id[one].sentence.overlaps(event.sentence)
        ]
        if event.status != "summary" or stated is None or len(members) < LEAST_ITEMS or stated.span.part != "text":
            continue
        found = _against_members(report, event, stated, members)
        if found is not None:
            yield found


def _against_members(report: Report, event: Event, stated: Mention, members: Sequence[Event]) -> Finding | None:
    value = stated.value
    assert isinstance(value, Quantity)
    told = [(one, _target(report, one)) for one in members]
    items = [(count, noun, span) for _, (count, noun, span) in told]
    whole = sum(count for count, _, _ in items)
    objects = report.words["sums"]["objects"]
    sites = [count for count, noun, _ in items if noun not in objects]
    claimed = next((one for one in event.role("recipient") if one.span.start <= stated.span.start < one.span.end), None)
    claim = claimed.span if claimed is not None else stated.span
    of_sites = any(word.lower() in report.words["sums"]["sites"] for word in report.quote(claim).split())
    number = value.low if value.low is not None else value.high
    if number is None or value.low != value.high:
        return None
    counted = sum(sites) if of_sites else whole
    if number == counted:
        return None
    head = next(
        (word.lower() for word in report.quote(claim).split() if word.lower() in report.words["sums"]["sites"]),
        "things",
    )
    says = f"The report says “{report.quote(claim)}”; those it tells of one by one sum to {amount(counted)} {head}"
    if of_sites and whole != counted:
        rest = list(dict.fromkeys(noun for _, noun, _ in items if noun in objects))
        says += (
            f", or {amount(whole)} with the {listed(rest)}; neither is {amount(number)}"
            if whole != number
            else f", and {amount(whole)} only with the {listed(rest)}"
        )
    against = list(dict.fromkeys(span for _, _, span in items))
    figures_ = list(dict.fromkeys([number, counted, whole]))
    return finding(
        "sum-items", "high", says + ".", claim=report.cite(claim), against=report.cite(*against), numbers=figures_
    )


def _target(report: Report, event: Event) -> tuple[float, str, Span]:
    """How many things one happening was done to, one where no number is told, with their noun and words."""
    quantity = next(
        (one for one in event.role("quantity") if isinstance(one.value, Quantity) and one.value.what == "targets"), None
    )
    recipient = next(iter(event.role("recipient")), None)
    count = (
        quantity.value.low
        if quantity is not None and isinstance(quantity.value, Quantity) and quantity.value.low
        else 1.0
    )
    span = recipient.span if recipient is not None else event.trigger
    words = [word.strip(",.").lower() for word in report.quote(span).split()]
    objects = report.words["sums"]["objects"]
    noun = next((word for word in words if word in objects), words[-1])
    return count, noun, span


def _one_by_one(report: Report) -> Iterator[Finding]:
    """ "we attacked six offices": the offices told of in the paragraphs below, each as one thing more."""
    paragraphs = list(report.paragraphs)
    for sentence in report.below():
        if not report.words.has(report.quote(sentence), "sums", "attacks"):
            continue
        for total in numbers(report, sentence):
            noun = total.noun
            singular = noun[:-1] if noun.endswith("s") else ""
            if len(singular) < 4 or noun not in report.words["sums"]["sites"] or total.part or total.low != total.high:
                continue
            if not report.words.has(
                report.text[max(sentence.start, total.span.start - 24) : total.span.start], "sums", "attacks"
            ):
                continue
            home = report.paragraph_at(sentence.start)
            below = [one for one in paragraphs if one.start > home.start][:REACH_PARAGRAPHS]
            things = [thing for one in below for thing in _things(report, one, noun, singular)]
            came = sum(count for count, _ in things)
            if len(things) >= LEAST_ITEMS and came != total.value and LEAST_SHARE * total.value <= came:
                parts = [count for count, _ in things]
                yield of_parts(report, total, total.phrase, parts, [span for _, span in things], severity="medium")


def _things(report: Report, paragraph: Span, noun: str, singular: str) -> Iterator[tuple[float, Span]]:
    """Things of a kind told of as attacked in a paragraph: "two … offices", "an … office", "the branch office of"."""
    for number in numbers(report, paragraph):
        if number.noun == noun and _attacked(report, number.phrase):
            yield number.value, number.phrase
    pattern = re.compile(rf"\b(?:an?|the)\s+(?:[\w’'-]+\s+){{1,3}}{singular}\b(?!\s+(?:said|of\s+the\s+(?:un|or)))")
    for match in pattern.finditer(report.text, paragraph.start, paragraph.end):
        span = Span(start=match.start(), end=match.end())
        if _attacked(report, span) and not re.search(r"\band\b", match.group()):
            yield 1.0, span


def _attacked(report: Report, span: Span) -> bool:
    return report.words.has(report.quote(report.sentence_at(span.start)), "sums", "damaged")
