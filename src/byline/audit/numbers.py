"""Numbers in a text, each with its bounds and what it stands on; no dates, ages, sums of money or measures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from byline.audit.report import Report
from byline.audit.words import whole
from byline.language import data
from byline.language.numbers import parse_number
from byline.model import Span

NOUN_WORDS = 6
"""Words a phrase has at most between its number and its noun ("two small red brick buildings" has three)."""


NOT_VAGUE = ("between", "from", "exactly", "only", "just", "another", "the other", "a further", "a total of")
"""Words of the language's `about` that leave a number as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as told. `value` is what is said; `low` and `high` what it may be, None where that side is open.

    `span` is its words with their bounds ("more than 97"), `bare` those of the number alone. `noun` is the plural it
    stands on ("cities"), lower case, "" for none; `phrase` reaches to that noun. `part`: it is told as a part of
    another number, or as a further one.
    """

    value: float
    low: float | None
    high: float | None
    span: Span
    bare: Span
    phrase: Span
    noun: str
    vague: bool
    about: bool
    part: bool

    def agrees(self, value: float) -> bool:
        """True where a value is one this number may be; a tenth off for one said to be about so much."""
        slack = 0.1 * self.value if self.about else 0.0
        return (self.low is None or value >= self.low - slack) and (self.high is None or value <= self.high + slack)


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], dict[str, Any], dict[str, Any]]:
    amounts, figures = data(language, "amounts"), data(language, "numbers")
    leads = "|".join(
        re.escape(words)
        for words in sorted((*amounts["at_least"], *amounts["at_most"], *amounts["about"]), key=len, reverse=True)
    )
    vague = "|".join(re.escape(words) for words in sorted(amounts["vague"], key=len, reverse=True))
    units = "|".join(sorted((*figures["values"], *figures["scales"]), key=len, reverse=True))
    scales = "|".join(figures["scales"])
    spelt = rf"(?:an?)\s+(?:{scales})\b|(?:{units})(?:[\s-]+(?:{units}|and(?=\s+(?:{units})\b)))*"
    number = rf"\d[\d,.]*\d(?:\s+(?:{scales})\b)?|\d(?:\s+(?:{scales})\b)?|{spelt}"
    told = rf"(?:(?P<lead>{leads})\s+)?(?:(?P<vague>{vague})|(?P<number>{number}))"
    pattern = rf"(?<![\w.$£€¥/:#№-]){told}(?![\w%/:°]|-\w|[.,]\d|\s?%)"
    return re.compile(pattern, re.IGNORECASE), amounts, figures


def numbers(report: Report, span: Span) -> list[Number]:
    """The numbers of a stretch of one part of a document, in order, that count something."""
    found = report.numbers_found.get(span)
    if found is None:
        found = report.numbers_found[span] = _read(report, span)
    return found


def _read(report: Report, span: Span) -> list[Number]:
    text = report.document.part(span.part)
    pattern, amounts, figures = _pattern(report.document.language or "en")
    timed = [one.span for one in report.times_in(span.part)]
    found: list[Number] = []
    for match in pattern.finditer(text, span.start, span.end):
        bare = Span(start=match.start("number" if match["number"] else "vague"), end=match.end(), part=span.part)
        if any(one.overlaps(bare) for one in timed) or _counts_nothing(report, text, bare):
            continue
        interval = _interval(match, amounts, figures)
        if interval is None:
            continue
        value, low, high = interval
        noun, end = _noun(report, text, bare.end, span.end)
        if found and re.fullmatch(r"\s+or\s+", text[found[-1].bare.end : bare.start]) and value > found[-1].value:
            # "three or four people" is one number.
            phrase = Span(start=found[-1].span.start, end=end, part=span.part)
            found[-1] = replace(found[-1], high=value, noun=noun, phrase=phrase, about=True)
            continue
        if not noun and span.part == "text" and _is_named(text, bare):
            continue
        lead = (match["lead"] or "").lower()
        before, behind = text[max(span.start, match.start() - 16) : match.start()], text[bare.end : bare.end + 14]
        found.append(
            Number(
                value=value,
                low=low,
                high=high,
                span=Span(start=match.start(), end=match.end(), part=span.part),
                bare=bare,
                phrase=Span(start=match.start(), end=end, part=span.part),
                noun=noun,
                vague=match["vague"] is not None,
                about=lead in amounts["about"] and lead not in NOT_VAGUE,
                part=_is_part(report, before, behind, lead),
            )
        )
    return found


def _interval(
    match: re.Match[str], amounts: dict[str, Any], figures: dict[str, Any]
) -> tuple[float, float | None, float | None] | None:
    if match["vague"]:
        low = float(amounts["vague"][" ".join(match["vague"].lower().split())])
        return low, low, None
    value = parse_number(match["number"].rstrip(".,"), figures)
    if value is None or value != int(value):
        return None
    lead = " ".join((match["lead"] or "").lower().split())
    if lead in amounts["at_least"]:
        return value, value, None
    if lead in amounts["at_most"]:
        return value, None, value
    return value, value, value


def _counts_nothing(report: Report, text: str, bare: Span) -> bool:
    """True for a number of a name, an age, money, a measure, an hour or a score."""
    if re.search(r"\d\s+$", text[max(0, bare.start - 4) : bare.start]):
        return True  # "$22 billion": the scale of a sum
    before, behind = text[max(0, bare.start - 14) : bare.start], text[bare.end : bare.end + 24]
    if re.search(rf"(?:{report.words.any_of('figures', 'numbered').pattern}\.?|[$£€¥#])\s*$", before, re.IGNORECASE):
        return True
    if re.match(r"[-–:]\d|\s+to\s+\d", behind) or re.search(r"\d(?:[-–:]|\s+to\s+)$", before):
        return True  # a score, a range, an hour
    if re.search(r",\s*$", before) and re.match(r"\s*[,.;)]", behind) and _is_age(text, bare):
        return True
    units = "|".join(report.words.any_of("figures", one).pattern for one in ("measures", "money"))
    if re.match(rf"\s*(?:{units})", behind, re.IGNORECASE):
        return True
    return re.match(r"\s*(?:-year|year-old|years?[\s-]old|(?:st|nd|rd|th)\b|[A-Z]{2,}\b(?<!\bUS))", behind) is not None


def _is_named(text: str, bare: Span) -> bool:
    """ "Camp Seven 3": a numeral right behind a name is part of it."""
    return (
        text[bare.start].isdigit()
        and re.search(r"(?<![.!?]\s)\b[A-ZÀ-Ý][a-zà-ÿ]+\s+$", text[max(0, bare.start - 24) : bare.start]) is not None
    )


def _is_age(text: str, bare: Span) -> bool:
    """ "Wario, 58," """
    return re.search(r"[A-ZÁÉÍÓÚŠŽ]\w+\)?,\s*$", text[max(0, bare.start - 24) : bare.start]) is not None


_TOKEN = re.compile(r"[ \t\u00a0\n]+(?:[‘“\"(])?([A-Za-zÀ-ÿ][\w’'./-]*)")


def _noun(report: Report, text: str, at: int, limit: int) -> tuple[str, int]:
    """The first plural behind a number, with its end; "" and the number's end where none is."""
    ends, plurals = report.words["figures"]["ends"], report.words["figures"]["plurals"]
    measures = {word for measure in report.words.measures for word in (*measure.patient, *measure.state)}
    position = at
    for count in range(NOUN_WORDS):
        match = _TOKEN.match(text, position, limit)
        if match is None:
            return "", at
        word = match[1].rstrip(".,'’").lower()
        if match[1].endswith(("'", "’", "'s", "’s")):
            position = match.end()
            continue
        if word in ends and not (count == 0 and word == "of"):
            return "", at
        if word in plurals or (
            len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
        ):
            # "teachers unions": of two plurals in a row the second is what is counted, but for a verb ("workers walk").
            further = _TOKEN.match(text, match.end(), limit)
            joined = (
                further is not None and further[1].lower() not in ends and text[match.end() : further.start(1)] == " "
            )
            if joined and further is not None and further[1].lower() in plurals and word not in plurals:
                return further[1].lower(), further.end()
            return word, match.start(1) + len(word)
        if word in measures and count:
            return "", at
        position = match.end()
        if match[1].endswith((".", ",")):
            return "", at
    return "", at


def _is_part(report: Report, before: str, behind: str, lead: str) -> bool:
    if lead in ("another", "the other", "a further"):
        return True
    if re.search(report.words.any_of("figures", "parts_before").pattern + r"\s*$", before, re.IGNORECASE):
        return True
    return re.match(r"\s*" + whole(report.words["figures"]["parts_behind"]), behind, re.IGNORECASE) is not None
