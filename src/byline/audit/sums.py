"""A sum against its items: a total with the parts given for it in the same sentence or the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from byline.audit.figures import figures
from byline.audit.numbers import Number, numbers
from byline.audit.report import Report, amount, finding, listed
from byline.model import Finding, Severity, Span

MOST_OF_ALL = 0.8
"""A part that is nearly the whole is told beside others that overlap it: "of 288, 286 can read and 56 are women"."""

NEAR_COLON = 60
"""Characters at most between a total and the colon that its parts stand behind."""


def sums(report: Report) -> Iterator[Finding]:
    """Totals that the parts after them do not come to."""
    yield from _after_colon(report)
    yield from _in_places(report)
    yield from _a_total_of(report)
    yield from _the_dead_were(report)
    yield from _of_them(report)
    yield from _including(report)
    yield from _by_place(report)


def of_parts(
    report: Report, total: Number, claim: Span, parts: Sequence[float], against: Sequence[Span], *, severity: Severity
) -> Finding:
    """The finding that a total and its parts do not fit."""
    came = sum(parts)
    given = listed([amount(one) for one in parts])
    says = f"The report says “{report.quote(claim)}”; "
    says += (
        f"the parts that it gives, {given}, sum to {amount(came)}."
        if len(parts) > 1
        else f"a part of that is given as {given}."
    )
    return finding(
        "sum-items",
        severity,
        says,
        claim=report.cite(claim),
        against=report.cite(*against),
        numbers=list(dict.fromkeys([total.value, came, *parts])),
    )


def fits(total: Number, came: float) -> bool:
    """True where parts that come to so much are borne out by a total."""
    return total.agrees(came)


def _alike(report: Report, total: Number, part: Number) -> bool:
    """True for a part that may be counted in the total: it says no noun of its own, or the same, or counts people."""
    return part.noun in ("", total.noun) or part.noun in report.words["figures"]["people"]


def _after_colon(report: Report) -> Iterator[Finding]:
    """ "23 persons were injured: 14 officers and 11 civilians"; "118 people (46, 41 and 31)"."""
    for sentence in report.below():
        told = numbers(report, sentence)
        for mark in re.finditer(r":\s|\(", report.quote(sentence)):
            at = sentence.start + mark.start()
            end = sentence.end if mark.group()[0] == ":" else _closing(report, at, sentence.end)
            parts = [one for one in told if at < one.span.start < end]
            if not _is_row(report, parts, at + 1, end):
                continue
            totals = [
                one
                for one in told
                if one.span.start < at
                and at - one.phrase.end <= NEAR_COLON
                and one.noun
                and not (one.part or one.vague)
                and one.value > max(part.value for part in parts)
                and all(_alike(report, one, part) for part in parts)
            ]
            came = sum(part.value for part in parts)
            if totals and not any(fits(one, came) for one in totals):
                claim = Span(start=totals[0].span.start, end=at)
                yield of_parts(report, totals[0], claim, [one.value for one in parts], [_over(parts)], severity="high")


def _closing(report: Report, start: int, end: int) -> int:
    at = report.text.find(")", start, end)
    return at if at >= 0 else end


def _over(parts: Sequence[Number]) -> Span:
    return Span(start=parts[0].span.start, end=parts[-1].phrase.end)


def _is_row(report: Report, parts: Sequence[Number], start: int, end: int) -> bool:
    """True for two numbers or more from `start` on, in a row that ends with "and", none a part of another."""
    if len(parts) < 2 or any(one.part or one.vague for one in parts):
        return False
    text = report.text[start:end]
    if report.text[start : parts[0].span.start].strip() or re.search(
        r"\b(?:including|of whom|of them|among|from|score|points|;)\b", text
    ):
        return False
    between = [report.text[one.phrase.end : two.span.start] for one, two in pairwise(parts)]
    if not all(re.fullmatch(r"[^.;:()]{0,60}?(?:,\s*|,?\s+and\s+)", one) for one in between):
        return False
    return re.search(r"\band\s+$", between[-1]) is not None and "," not in report.text[
        parts[-1].phrase.end : end
    ].rstrip(".")


def _in_places(report: Report) -> Iterator[Finding]:
    """ "Thirteen people were killed, seven in Gao and five in Mopti": a part for each place, and nothing else."""
    for sentence in report.below():
        for total in figures(report, [sentence]):
            parts = [one for one in numbers(report, sentence) if one.span.start > total.span.end]
            if len(parts) < 2 or total.part or total.number.about or any(one.vague or one.part for one in parts):
                continue
            if not all(
                not one.noun
                and re.match(r"\s+(?:in|at|near|from)\s+", report.text[one.phrase.end : one.phrase.end + 8])
                for one in parts
            ):
                continue
            if not re.fullmatch(r",\s+(?:with\s+)?", report.text[total.span.end : parts[0].span.start]):
                continue
            between = [report.text[one.phrase.end : two.span.start] for one, two in pairwise(parts)]
            if not re.fullmatch(r"[^.;:]{3,60}?,?\s+and\s+", between[-1]) or not all(
                re.fullmatch(r"[^.;:]{3,60}?,\s+", one) for one in between[:-1]
            ):
                continue
            if not fits(total.number, sum(one.value for one in parts)):
                yield of_parts(
                    report, total.number, total.span, [one.value for one in parts], [_over(parts)], severity="high"
                )


def _a_total_of(report: Report) -> Iterator[Finding]:
    """ "nine people dead in Bor and seven in Juba, a total of 17"."""
    for sentence in report.below():
        told = numbers(report, sentence)
        for place, total in enumerate(told):
            stated = report.text[total.span.start : total.bare.start]
            lead = report.text[max(sentence.start, total.span.start - 12) : total.bare.start]
            parts = told[:place]
            if (
                len(parts) < 2
                or not report.words.has(stated or lead, "sums", "totals")
                or not re.search(r",\s+(?:or\s+|for\s+)?(?:an?\s+)?\w*\s*(?:of\s+)?$", lead)
            ):
                continue
            if any(one.part or one.vague or one.about for one in parts) or any(
                one.noun and one.noun != parts[0].noun for one in parts[1:]
            ):
                continue
            if not all(not one.noun for one in parts[1:]) and len({one.noun for one in parts}) > 1:
                continue
            came = sum(one.value for one in parts)
            if total.value > max(one.value for one in parts) and not fits(total, came):
                yield of_parts(
                    report, total, total.phrase, [one.value for one in parts], [_over(parts)], severity="medium"
                )


_WERE = re.compile(
    r"(?:The|Those)\s+(?:\w+\s+)?(?:dead|killed|victims|injured|wounded|arrested|detained|detainees|casualties)\s+(?P<verb>were|are|included?)\s+$",
    re.IGNORECASE,
)


def _the_dead_were(report: Report) -> Iterator[Finding]:
    """ "Ten people were killed … The dead were four soldiers and five civilians"."""
    sentences = list(report.below())
    told = figures(report, sentences)
    for place, sentence in enumerate(sentences):
        parts = numbers(report, sentence)
        lead = _WERE.match(report.text[sentence.start : parts[0].span.start]) if len(parts) > 1 else None
        if lead is None or any(one.part or one.vague for one in parts):
            continue
        people = report.words["figures"]["people"]
        if not all(one.noun in people for one in parts) or "," in report.text[parts[-1].phrase.end : sentence.end]:
            continue
        measure = (
            "injured"
            if re.search(r"injur|wound", lead.group())
            else "detained"
            if re.search(r"arrest|detain", lead.group())
            else "dead"
        )
        before = [
            one
            for one in told
            if one.measure == measure and one.sentence in sentences[max(0, place - 3) : place] and not one.part
        ]
        if not before:
            continue
        total, came = before[-1].number, sum(one.value for one in parts)
        wrong = (
            came > (total.high if total.high is not None else came)
            if lead["verb"].startswith("includ")
            else not fits(total, came)
        )
        if wrong:
            yield of_parts(
                report, total, before[-1].span, [one.value for one in parts], [_over(parts)], severity="high"
            )


def _including(report: Report) -> Iterator[Finding]:
    """ "12 people, including 15 children": a part that is more than the whole."""
    for sentence in report.below():
        told = numbers(report, sentence)
        for total, part in pairwise(told):
            between = report.text[total.phrase.end : part.span.start]
            if not re.fullmatch(
                r"[^.;:]{0,50}?,?\s+(?:including|among them|of whom|of them)\s+(?:at least\s+)?", between
            ):
                continue
            if (
                total.noun
                and total.high is not None
                and part.value > total.high
                and not total.about
                and _alike(report, total, part)
            ):
                yield of_parts(report, total, total.phrase, [part.value], [part.phrase], severity="high")


_OF_THEM = re.compile(r"\bOf\s+(?:the|these|those)\s+$")
_OF_THOSE = re.compile(r"\s*Of\s+(?:these|those|them),\s+$")


def _of_them(report: Report) -> Iterator[Finding]:
    """ "Of the 26 witnesses, nine are soldiers and 17 civilians", "Of those, 74 were held in Minsk": parts that come to
    more than the number, or men, women and children who come to another."""
    sentences = list(report.below())
    for place, sentence in enumerate(sentences):
        told = numbers(report, sentence)
        if len(told) < 2:
            continue
        lead = report.text[sentence.start : told[0].span.start]
        if _OF_THEM.search(lead) and re.match(r"\s*,", report.text[told[0].phrase.end :]):
            total, parts = told[0], told[1:]
        elif _OF_THOSE.fullmatch(lead) and place:
            before = [one for one in numbers(report, sentences[place - 1]) if one.noun and not (one.part or one.vague)]
            if not before:
                continue
            total, parts = before[0], told
        else:
            continue
        if len(parts) < 2 or any(one.vague or not _alike(report, total, one) for one in parts):
            continue
        if re.search(r"\b(?:including|both|also|one of)\b", report.quote(sentence)):
            continue
        came, largest = sum(one.value for one in parts), max(one.value for one in parts)
        sexes = {_said_to_be(report, one) for one in parts} <= set(report.words["sums"]["sexes"])
        more = total.value < came < 2 * total.value and largest < MOST_OF_ALL * total.value
        if (more and not total.about) or (sexes and len(parts) > 1 and largest < total.value and not fits(total, came)):
            claim = total.phrase
            yield of_parts(report, total, claim, [one.value for one in parts], [_over(parts)], severity="medium")


def _said_to_be(report: Report, number: Number) -> str:
    """The noun a number stands on, or what those it counts are said to be: "25 are men"."""
    match = re.match(r"\s+(?:are|were)\s+([a-z]+)", report.text[number.phrase.end : number.phrase.end + 24])
    return number.noun or (match[1] if match else "")


def _by_place(report: Report) -> Iterator[Finding]:
    """ "47 people dead in three counties. Twenty-one were killed in A, 14 in B and nine in C": a part for each place of
    a stated number of places."""
    sentences = list(report.below())
    for place, sentence in enumerate(sentences[:-1]):
        for total in figures(report, [sentence]):
            if total.part or total.number.about:
                continue
            places = [
                one
                for one in numbers(report, Span(start=total.span.end, end=sentence.end))
                if one.noun and one.value >= 2
            ]
            following = sentences[place + 1]
            parts = [one for one in numbers(report, following) if not one.part and _in_a_place(report, one, following)]
            if len(parts) < 2 or not any(one.value == len(parts) for one in places):
                continue
            first = figures(report, [following])
            if not first or first[0].measure != total.measure or first[0].number.span != parts[0].span:
                continue
            if not fits(total.number, sum(one.value for one in parts)):
                against = Span(start=parts[0].span.start, end=following.end)
                yield of_parts(
                    report, total.number, total.span, [one.value for one in parts], [against], severity="high"
                )


def _in_a_place(report: Report, number: Number, sentence: Span) -> bool:
    ahead = report.text[number.phrase.end : sentence.end]
    return re.match(r"(?:\s+\w+){0,4}?\s+(?:in|at|near)\s+(?:the\s+)?[A-Z]", ahead) is not None
