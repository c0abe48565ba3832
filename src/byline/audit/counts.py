"""A stated count against the list that follows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from byline.audit.lists import LEAST_ENTRIES, Entry, Items, List, country, items, kinds, rows, same_name
from byline.audit.numbers import Number, numbers
from byline.audit.report import Report, amount, finding, listed
from byline.audit.words import whole
from byline.gazetteer import Gazetteer
from byline.model import Finding, Severity, Span

LEAST_KNOWN = 0.6
"""Share of a list's entries that the gazetteer must know for it to be a list of places."""

NEAR_WHOLE = 0.75
"""A list that no word says to be whole is taken for it when it has so much of the number: 13 of 15 is a list that
stopped short, 3 of 15 are examples."""

LEAST_UNSAID = 5
"""Entries that a list must have where no word says it to be whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A count with the list that stands for it. `closed`: the text says that these are they; `sort` the kind of place
    its noun calls for, "" for any, None where it counts no places."""

    number: Number
    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]
    closed: bool
    examples: bool
    sort: str | None


def counts(report: Report) -> Iterator[Finding]:
    """Counts that the list after them does not bear out."""
    for told in (*_places(report), *_summed(report), *_named(report), *_lines(report)):
        found = _held(report, told)
        if found is not None:
            yield found


def _summed(report: Report) -> Iterator[Told]:
    """Names with their count behind them: "A, B, C and D were hit, five towns in all"."""
    for sentence in report.below():
        for number in numbers(report, sentence):
            sort = _sort(report, number.noun)
            behind = report.text[number.phrase.end : sentence.end]
            if (
                sort is None
                or number.part
                or number.vague
                or not re.match(rf"\s+{whole(report.words['sums']['totals'])}", behind)
            ):
                continue
            before = list(rows(report, Span(start=sentence.start, end=number.span.start)))
            if len(before) == 1 and not re.search(r"\d", report.text[before[0].span.end : number.span.start]):
                yield Told(
                    number=number,
                    entries=before[0].entries,
                    spans=(before[0].span,),
                    closed=True,
                    examples=False,
                    sort=sort,
                )


def _named(report: Report) -> Iterator[Told]:
    """Counts of people or other things with their names behind a colon: "five officers: A, B, C and D"."""
    for sentence in report.below():
        for number in numbers(report, sentence):
            if (
                not number.noun
                or number.part
                or number.vague
                or number.value < LEAST_ENTRIES
                or _sort(report, number.noun) is not None
                or _told_before(report, number)
            ):
                continue
            for one in rows(report, Span(start=number.phrase.end, end=sentence.end)):
                between = report.text[number.phrase.end : one.span.start]
                behind = report.text[one.span.end : one.span.end + 2]
                if re.fullmatch(
                    r"[^\d;.]{0,60}(?::|[—–]|\s-|\bnamed as|\bidentified as|,\s+namely)\s*", between
                ) and re.match(r"\s*[.;—–)]|\s-|$", behind):
                    yield Told(
                        number=number, entries=one.entries, spans=(one.span,), closed=True, examples=False, sort=None
                    )
                break


def _sort(report: Report, noun: str) -> str | None:
    for sort, nouns in report.words["lists"]["places"].items():
        if noun in nouns:
            return "" if sort == "any" else str(sort)
    return None


def _places(report: Report) -> Iterator[Told]:
    """Counts of places with the names that follow in the sentence or in those right behind it."""
    sentences = list(report.below())
    used: set[int] = set()
    for place, sentence in enumerate(sentences):
        for number in numbers(report, sentence):
            sort = _sort(report, number.noun)
            if (
                sort is None
                or number.part
                or number.value < LEAST_ENTRIES
                or number.vague
                or _told_before(report, number)
            ):
                continue
            found = _same_sentence(report, number, sentence) or _next_sentences(
                report, number, sentences[place + 1 : place + 4]
            )
            if not found or found[0].span.start in used:
                continue
            named = re.search(rf"\b{re.escape(number.noun)}\b", found[0].lead, re.IGNORECASE) is not None
            if not named and not _are_places(report, found):
                continue
            used.add(found[0].span.start)
            lead = (
                report.text[number.span.end : found[0].span.start]
                if found[0].span.end <= sentence.end
                else found[0].lead
            )
            yield Told(
                number=number,
                entries=tuple(entry for one in found for entry in one.entries),
                spans=tuple(one.span for one in found),
                closed=_closed(report, number, found[0], lead),
                examples=any(report.words.has(f" {one.lead[-60:]}", "lists", "words", "examples") for one in found)
                or report.words.has(lead[-60:], "lists", "words", "examples"),
                sort=sort,
            )


def _told_before(report: Report, number: Number) -> bool:
    """True for "the three countries": those the reader knows of already."""
    before = report.text[max(0, number.span.start - 12) : number.span.start]
    return re.search(r"\b(?:the|these|those|all|its|their|our)\s+$", before, re.IGNORECASE) is not None


def _same_sentence(report: Report, number: Number, sentence: Span) -> list[List]:
    """A list that a colon, "in" or the like leads to in the sentence of its number."""
    for one in rows(report, Span(start=number.phrase.end, end=sentence.end)):
        between = report.text[number.phrase.end : one.span.start]
        if re.search(r"\d", between) or len(between) > 60 or ";" in between:
            return []
        if re.search(r"(?::|[—–]|\s-|\(|,|\bin|\bnamely|\bincluding|\bsuch as|\bof|\bare|\bwere)\s*$", between):
            return [one]
        return []
    return []


def _next_sentences(report: Report, number: Number, following: list[Span]) -> list[List]:
    """Lists in the next sentence, and, where that has one, in the one after it, in its paragraph."""
    found: list[List] = []
    for place, sentence in enumerate(following):
        if found and report.paragraph_at(sentence.start) != report.paragraph_at(found[0].span.start):
            break
        here = list(rows(report, sentence))
        if not here or len(here) > 1 or _led_elsewhere(here[0]):
            if found or place > 0:
                break
            if any(True for _ in numbers(report, sentence)):
                break
            continue
        # A further count of places before the list is what the list stands for.
        if any(
            _sort(report, one.noun) is not None
            for one in numbers(report, Span(start=sentence.start, end=here[0].span.start))
        ):
            break
        found += here
    return found


def _led_elsewhere(one: List) -> bool:
    """True where the names are no list of where it was: nothing, or a name, leads to them."""
    if re.search(r"\b(?:also|other|besides|further|unlike|neither)\b", one.lead, re.IGNORECASE):
        return True
    return (
        re.search(
            r"(?:\b(?:were|are|was|is|included|includes?|including|in|from|to|at|across|of|hit|reached|named|through)|:)\s*$",
            one.lead,
        )
        is None
    )


def _closed(report: Report, number: Number, one: List, lead: str) -> bool:
    """True where the text says that the list is the number: by a colon, or "the villages hit were"."""
    if re.search(r"(?::|[—–]|\()\s*$", lead):
        return True
    noun = re.escape(number.noun)
    return (
        re.search(
            rf"\b(?:the|these|they)\s+(?:\w+\s+)?(?:{noun}\b)?[^.;]{{0,40}}\b(?:were|are)\s*:?\s*$",
            one.lead,
            re.IGNORECASE,
        )
        is not None
    )


def _are_places(report: Report, found: list[List]) -> bool:
    entries = [entry for one in found for entry in one.entries]
    known = sum(bool(Gazetteer.open().find(entry.name)) or entry.span.start in _coded(report) for entry in entries)
    return known >= LEAST_KNOWN * len(entries)


def _coded(report: Report) -> set[int]:
    if report.coding is None:
        return set()
    return {one.span.start for event in report.coding.events for one in event.role("place")}


def _lines(report: Report) -> Iterator[Told]:
    """Counts with the numbered or bulleted lines that a sentence before them announces."""
    for run in items(report):
        number = _announced(report, run)
        if number is not None:
            entries = tuple(Entry(span=line, name=report.quote(line)) for line in run.lines)
            yield Told(
                number=number,
                entries=entries,
                spans=(run.lines[0], run.lines[-1]),
                closed=True,
                examples=_of_examples(report, run),
                sort=None,
            )


def _of_examples(report: Report, run: Items) -> bool:
    """True where the line above says that these are but some."""
    above = report.text[: run.lines[0].start].rstrip()
    return report.words.has(above[max(above.rfind("\n"), above.rfind(". ")) + 1 :], "lists", "words", "examples")


def _announced(report: Report, run: Items) -> Number | None:
    """The count that the lines stand for: the nearest before them on the noun that the line above them names."""
    above = report.text[: run.lines[0].start].rstrip()
    if not above.endswith(":"):
        return None
    start = max(above.rfind("\n"), above.rfind(". ")) + 1
    intro = above[start:]
    own = [one for one in numbers(report, Span(start=start, end=len(above))) if one.noun and not one.part]
    if own:
        return own[-1] if own[-1].low == own[-1].high else None
    if not report.words.has(intro, "lists", "words", "named"):
        return None
    earlier = [
        one
        for sentence in report.below()
        if sentence.end <= run.lines[0].start
        for one in numbers(report, sentence)
        if one.noun
        and re.search(rf"\b{re.escape(one.noun)}\b", intro, re.IGNORECASE)
        and not one.part
        and one.low == one.high
    ]
    return earlier[-1] if earlier else None


def _held(report: Report, told: Told) -> Finding | None:
    """The finding where count and list do not fit, None where they may."""
    number, entries = told.number, told.entries
    names = Counter(same_name(entry) for entry in entries)
    repeated = list({same_name(entry): entry.name for entry in entries if names[same_name(entry)] > 1}.values())
    other = _other_kind(report, told)
    distinct = len(names)
    fit = distinct - len({same_name(entry) for entry in other})
    more = number.high is None  # "more than 15", "at least 15"
    over = more and not re.match(r"at least|no (?:fewer|less) than|a minimum", report.quote(number.span), re.IGNORECASE)
    enough = fit > number.value if over else fit >= number.value
    too_many = number.high is not None and number.low is not None and fit > number.value and not number.about
    if told.sort is None and not told.closed:
        return None
    short_of = not enough and number.low is not None and not number.about
    if told.examples:
        # Examples may be few. They may not need repeats or other kinds to come up to the number.
        short_of = short_of and len(entries) >= number.value
    elif not told.closed:
        short_of = short_of and len(entries) >= LEAST_UNSAID and len(entries) >= NEAR_WHOLE * number.value
        too_many = too_many and len(entries) >= LEAST_UNSAID
    if not short_of and not too_many:
        return None
    return _finding(report, told, repeated=repeated, other=other, distinct=distinct, fit=fit)


def _other_kind(report: Report, told: Told) -> list[Entry]:
    """Entries that name a place of another kind than the noun counts: provinces among cities."""
    if told.sort == "country":
        return [
            entry for entry in told.entries if (sorts := kinds(report, entry, country=None)) and "country" not in sorts
        ]
    if told.sort != "city":
        return []
    of = country(report, told.entries)
    found = []
    for entry in told.entries:
        sorts = kinds(report, entry, country=of)
        if sorts and not sorts & {"city", "district"} and sorts & {"admin1", "country"}:
            found.append(entry)
    return found


def _finding(
    report: Report, told: Told, *, repeated: list[str], other: list[Entry], distinct: int, fit: int
) -> Finding:
    number, listed_ = told.number, len(told.entries)
    what = number.noun or "entries"
    says = f"The report says “{report.quote(number.phrase)}”; the list that follows has {amount(listed_)} entries"
    if repeated:
        stand = "stands" if len(repeated) == 1 else "stand"
        says += f", {amount(distinct)} of them distinct, as {listed(repeated)} {stand} more than once"
    provinces = list(dict.fromkeys(entry.name for entry in other))
    if other:
        size = "other" if told.sort == "country" else "larger"
        are = f"is a {size} area" if len(provinces) == 1 else f"are {size} areas"
        says += f"; {listed(provinces)} {are.replace('a other', 'another')}, not {what}"
    if repeated or other:
        says += f": at most {amount(fit)} distinct {what} are named"
    says += "."
    names = [("repeated", tuple(repeated))] if repeated else []
    names += [("of another kind", tuple(provinces))] if provinces else []
    severity: Severity = "high" if told.closed else "medium"
    figures = list(dict.fromkeys([number.value, float(listed_), float(distinct), float(fit)]))
    against = [*told.spans, *(entry.span for entry in other)]
    cited = report.cite(*against)
    found = finding("count-list", severity, says, claim=report.cite(number.phrase), against=cited, numbers=figures)
    return replace(found, names=tuple(names))
