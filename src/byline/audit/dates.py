"""Days that cannot be: of no calendar, told as past before they came, told as to come after they went; and weekdays
that are not their dates'."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from byline.audit.report import Report, day, finding, short
from byline.audit.words import whole
from byline.coding.timex import Timex
from byline.model import Finding, Severity, Span

MONTHS = tuple(calendar.month_name)[1:]
DAYS = tuple(calendar.day_name)

AHEAD_DAYS = 45
"""A date without a year that lies further ahead of the publication is last year's."""

NEWS_SENTENCES = 6
"""A date without a year is that of the news in so many sentences of the body, and in an entry of a log; further down it
may be of any year."""

BEHIND_DAYS = 60
"""What is told as to come on a day without a year, and lay so far back at most, is told too late; a day that lay
further back is next year's."""

CLOCK_DAYS = 1
"""Places lie up to a day apart: what happened on the day after publication may have been read late or elsewhere."""

WEEKDAY_REACH = 200
"""Days about the publication in which a weekday may make a date without a year fit: a little over half a year."""

WEEKDAY_NEAR = 14
"""A date without a year that lies further from the publication may be of another year: of eight such in real texts that
did not fit, six lay two to five weeks back and were of the year before (a text put online again)."""


@cache
def _dates() -> tuple[re.Pattern[str], ...]:
    """A day and a month, in either order, with or without a year."""
    month = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in MONTHS).replace(
        "Sep(?:tember)?", "Sept?(?:ember)?"
    )
    ending = r"(?:st|nd|rd|th)?"
    return (
        re.compile(
            rf"(?<![\w.,-])(?P<day>\d{{1,2}}){ending}\s+(?:of\s+)?(?P<month>{month})\b\.?(?:,?\s+(?P<year>(?:1[89]|20)\d\d)\b)?"
        ),
        re.compile(
            rf"\b(?P<month>{month})\b\.?\s+(?P<day>\d{{1,2}}){ending}(?![\d:]|[.,]\d\d\d?\b|\s*(?:[ap]\.?m\b|percent|%))(?:,?\s+(?P<year>(?:1[89]|20)\d\d)\b)?"
        ),
    )


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name[:3]))


def impossible(report: Report) -> Iterator[Finding]:
    """Days no calendar has; days told as past that lay ahead of publication; days told as to come that were over."""
    yield from _no_such_day(report)
    if report.published is not None:
        yield from _too_early(report, report.published)
        yield from _too_late(report, report.published)


def _no_such_day(report: Report) -> Iterator[Finding]:
    seen = set()
    for pattern in _dates():
        for match in pattern.finditer(report.text):
            number, month = int(match["day"]), _month(match["month"])
            year = int(match["year"]) if match["year"] else None
            most = calendar.monthrange(year or 2000, month)[1]
            # A range ("29-31 November") or a list of numbers may be cut wrongly: only a plain date counts.
            if not most < number <= 31 or re.search(
                r"\d\s*[-–,&]\s*$|\band\s+$", report.text[max(0, match.start() - 6) : match.start()]
            ):
                continue
            if (
                pattern is _dates()[1]
                and re.match(r"\s*(?:[-–]|people|were|\w+s\b)", report.text[match.end() : match.end() + 12])
                and not match["year"]
            ):
                continue
            span = Span(start=match.start(), end=match.end())
            if span.start in seen:
                continue
            seen.add(span.start)
            name = f"{MONTHS[month - 1]}{f' {year}' if year else ''}"
            says = f"The report names the day “{short(match.group())}”; {name} has {most} days."
            yield finding(
                "impossible-date",
                "high",
                says,
                claim=report.cite(span),
                against=report.cite(span),
                numbers=(number, most),
            )


def _days(report: Report) -> Iterator[tuple[Timex, date, bool, date]]:
    """Dates of the text that name day and month, with whether the year stands there too; without one, the year that
    puts the day nearest to the publication."""
    assert report.published is not None
    for one in report.times:
        words = report.quote(one.span)
        match = next((found for pattern in _dates() if (found := pattern.search(words))), None)
        if one.type == "SET":
            continue
        if match is None:
            # "in March 2031": a month that had not begun.
            if one.precision == "month" and one.start is not None and re.fullmatch(r"\w+,?\s+\d{4}", words):
                yield one, one.start, True, one.start
            continue
        if match["year"]:
            if one.precision == "day" and one.start is not None:
                yield one, one.start, True, one.start
            continue
        near = _nearest(int(match["day"]), _month(match["month"]), report.published)
        if near is not None:
            yield one, near, False, near


def _nearest(number: int, month: int, to: date) -> date | None:
    found = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            found.append(date(year, month, number))
        except ValueError:
            continue
    return min(found, key=lambda one: abs((one - to).days), default=None)


def _clause(report: Report, span: Span) -> Span:
    """The words about a date that no mark parts from it."""
    sentence = report.sentence_at(span.start)
    start = max(
        (
            report.text.rfind(mark, sentence.start, span.start) + len(mark)
            for mark in (";", ":", "—", " - ", " – ", "(", "“")
        ),
        default=0,
    )
    ends = [at for mark in (";", "—", ")", "”") if (at := report.text.find(mark, span.end, sentence.end)) >= 0]
    text = report.text[max(start, sentence.start) : span.start]
    start = max(start, sentence.start) + len(text) - len(text.lstrip())
    return Span(start=start, end=min(ends, default=sentence.end))


def _too_early(report: Report, published: date) -> Iterator[Finding]:
    words = report.words
    for one, told, has_year, _ in _days(report):
        ahead = (told - published).days
        if ahead <= CLOCK_DAYS or (not has_year and ahead > AHEAD_DAYS) or one.span.start < report.body:
            continue
        heading = _heads(report, one.span)
        if not heading and not (_governed(report, one.span) and (has_year or _is_news(report, one.span))):
            continue
        around = (
            _clause(report, one.span)
            if not heading
            else report.sentence_at(min(one.span.end + 2, len(report.text) - 1))
        )
        text = report.quote(around)
        rest = text.replace(report.quote(one.span), " ")
        if words.has(rest, "dates", "future") or not words.has(rest, "dates", "past"):
            continue
        severity: Severity = "high" if has_year else "medium"
        says = (
            f"The report, published {day(published)}, tells of “{short(report.quote(one.span))}” as already past: "
            f"“{short(report.quote(_first_clause(report, around)))}”."
        )
        yield finding(
            "impossible-date",
            severity,
            says,
            claim=report.cite(one.span),
            against=report.cite(*_published(report), _first_clause(report, around)),
            numbers=(told.day, published.day),
        )


def _is_news(report: Report, span: Span) -> bool:
    first = [one for one in report.below() if len(report.quote(one).split()) > 5][:NEWS_SENTENCES]
    return bool(first) and span.start < first[-1].end


def _heads(report: Report, span: Span) -> bool:
    """True for a date that begins a paragraph and is parted from it by a colon: an entry of a log."""
    paragraph = report.paragraph_at(span.start)
    return (
        not report.text[paragraph.start : span.start].strip(" -*•\t\n") and report.text[span.end : span.end + 1] == ":"
    )


def _governed(report: Report, span: Span) -> bool:
    """True for a date that stands as the time of its clause: "on 14 May", with a past verb near and nothing between
    that would make it another's."""
    before = report.text[max(0, span.start - 40) : span.start]
    part = r"(?:night|morning|evening|afternoon|early hours)"
    if re.fullmatch(r"[A-Z]\w+,?\s+\d{4}", report.quote(span)):
        if not re.search(r"\bin\s+$", before, re.IGNORECASE):
            return False
    elif not re.search(
        rf"\b(?:on|(?:on|in|during)\s+the\s+{part}\s+of|(?:early|late)\s+on)\s+$", before, re.IGNORECASE
    ):
        return False
    sentence = report.sentence_at(span.start)
    if re.search(
        r"(?:^|[-–—]\s+|[.!?]\s+)(?:Early\s+|Late\s+)?(?:On|In)\s+(?:the\s+\w+\s+of\s+)?$",
        report.text[max(0, sentence.start - 2) : span.start],
    ):
        # "On 14 May, police fired": the clause stands behind the date.
        ahead = report.text[span.end : min(sentence.end, span.end + 90)]
        return report.words.has(re.split(r"[;:]|\b(?:that|to)\b", ahead)[0], "dates", "past")
    clause = report.text[max(sentence.start, span.start - 110) : span.start]
    tail = re.split(r"[;:]|,\s+(?:and|but|which|who)\b|\b(?:that|to)\b", clause)[-1]
    speech = re.search(rf"{whole(report.words['dates']['speech'])}(?:\s+\w+){{0,2}}\s+on\s+$", tail, re.IGNORECASE)
    return report.words.has(tail, "dates", "past") or speech is not None


def _first_clause(report: Report, span: Span) -> Span:
    text = report.quote(span)
    match = re.search(r"[,;]\s", text[30:])
    end = span.start + (30 + match.start() if match and len(text) > 60 else len(text.rstrip()))
    return Span(start=span.start, end=end)


def _published(report: Report) -> tuple[Span, ...]:
    """Where the text's head gives the day of publication; nowhere where it does not."""
    for one in report.times:
        if one.start == report.published and one.precision == "day" and one.basis == "stated" and one.span.start < 1500:
            return (one.span,)
    return ()


def _too_late(report: Report, published: date) -> Iterator[Finding]:
    coming = whole(report.words["dates"]["coming"])
    leads = re.compile(rf"{coming}\s+(?:\w+\s+){{1,7}}?(?:on\s+)?$", re.IGNORECASE)
    for one, told, has_year, _ in _days(report):
        behind = (published - told).days
        if behind <= CLOCK_DAYS or (not has_year and behind > BEHIND_DAYS):
            continue
        sentence = report.sentence_at(one.span.start)
        before = report.text[sentence.start : one.span.start]
        match = leads.search(before)
        if (
            match is None
            or re.search(r"\b(?:would|said|had|which|who|that)\b", match.group())
            or re.search(r"[“\"][^”\"]*$", before)
        ):
            continue
        span = Span(start=sentence.start + match.start(), end=one.span.end)
        says = (
            f"The report, published {day(published)}, says that something “{short(report.quote(span))}”, a time "
            "already past."
        )
        yield finding(
            "impossible-date",
            "high" if has_year else "medium",
            says,
            claim=report.cite(span),
            against=report.cite(*_published(report)) or report.cite(span),
            numbers=(told.day, published.day),
        )


# Weekdays


@cache
def _weekdays() -> tuple[re.Pattern[str], ...]:
    name = (
        "(?P<weekday>"
        + "|".join(f"{one[:3]}(?:{one[3:]})?" for one in DAYS)
        .replace("Tue(?:sday)?", "Tues?(?:day)?")
        .replace("Thu(?:rsday)?", "Thu(?:rs?(?:day)?)?")
        + r")\b\.?"
    )
    first, second = (pattern.pattern for pattern in _dates())
    found = [
        rf"\b{name}(?:,\s*|\s+|\s*\(|,?\s+the\s+|,?\s+on\s+){one.lstrip(chr(92) + 'b')}"
        for one in (first.replace(r"(?<![\w.,-])", ""), second)
    ]
    found += [rf"{one},\s+an?\s+{name}" for one in (first, second)]
    found += [rf"{one}\s*\(\s*(?:an?\s+)?{name}\)" for one in (first, second)]
    found += [rf"{one},?\s+(?:which\s+)?(?:was|is|fell\s+on|falls\s+on)\s+an?\s+{name}" for one in (first, second)]
    return tuple(re.compile(one) for one in found)


def weekdays(report: Report) -> Iterator[Finding]:
    """Weekdays beside a date that fell on another."""
    seen: set[int] = set()
    for pattern in _weekdays():
        for match in pattern.finditer(report.text):
            if match.start("day") in seen or _ranged(report.text, match):
                continue
            told = _told_day(match, report.published, report.text)
            if told is None:
                continue
            name = next(one for one in DAYS if one.startswith(match["weekday"][:3]))
            if DAYS[told.weekday()] == name:
                continue
            seen.add(match.start("day"))
            yield _weekday(report, match, told, name)


def _told_day(match: re.Match[str], published: date | None, text: str) -> date | None:
    """The date beside a weekday; without a year, the nearest to the publication unless one more in reach fits."""
    number, month = int(match["day"]), _month(match["month"])
    if match["year"]:
        try:
            return date(int(match["year"]), month, number)
        except ValueError:
            return None
    behind = text[match.end() : match.end() + 24].lower()
    if published is None or re.match(
        r"\W*(?:of )?(?:last|next|the following|the previous|(?:1[89]|20)\d\d|\d{4}|, \d)", behind
    ):
        return None
    name = next(one for one in DAYS if one.startswith(match["weekday"][:3]))
    days = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            days.append(date(year, month, number))
        except ValueError:
            continue
    # A day of another year may be meant, however far it lies: nothing is said where one fits.
    if any(DAYS[one.weekday()] == name and abs((one - published).days) <= WEEKDAY_REACH for one in days):
        return None
    near = min(days, key=lambda one: abs((one - published).days), default=None)
    return near if near is not None and abs((near - published).days) <= WEEKDAY_NEAR else None


def _ranged(text: str, match: re.Match[str]) -> bool:
    """True where two weekdays or two dates are told together, so that it is open which goes with which."""
    before, behind = text[max(0, match.start() - 26) : match.start()], text[match.end() : match.end() + 16]
    names = "|".join(one[:3] for one in DAYS)
    if re.search(
        rf"\b(?:{names})\w*\.?(?:\s+\d+)?\s*(?:,|and|or|to|through|thru|until|till|&|-|–|/)\s*(?:on\s+)?(?:the\s+)?(?:night\s+)?$",
        before,
    ):
        return True
    month = "|".join(one[:3] for one in MONTHS)
    if re.match(
        rf"\s*(?:and|or|to|through|&|-|–|/)\s*(?:\d{{1,2}}\b(?!\s*(?:people|[a-z]))|(?:{month})\w*\.?\s+\d)", behind
    ):
        return True
    return (
        re.search(r"\d\s*(?:and|to|-|–|/)\s*$", text[max(0, match.start("day") - 6) : match.start("day")]) is not None
    )


def _weekday(report: Report, match: re.Match[str], told: date, name: str) -> Finding:
    span = Span(start=match.start(), end=match.end())
    if report.text[span.start : span.end].count("(") > report.text[span.start : span.end].count(")"):
        span = Span(start=span.start, end=span.end)
    right = min(
        (told + timedelta(days=step) for step in range(-3, 4)),
        key=lambda one: (DAYS[one.weekday()] != name, abs((one - told).days)),
    )
    other = [
        one.span
        for one in report.times
        if one.start == right and one.precision == "day" and one.basis == "stated" and one.span != span
    ]
    from_head = [] if match["year"] else list(_published(report))
    says = f"The report calls {day(told)} a {name}; it was a {DAYS[told.weekday()]}."
    says += f" The {name} of those days was {right.day} {right:%B}." if right != told else ""
    if not match["year"]:
        says += " The year is that of publication."
    against = [span, *from_head, *other[:1]]
    return finding(
        "weekday", "medium", says, claim=report.cite(span), against=report.cite(*against), numbers=(told.day, right.day)
    )
