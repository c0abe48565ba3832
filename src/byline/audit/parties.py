"""Numbers whose only source, as far as the report tells, is a party to the matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from byline.audit.figures import Figure, figures
from byline.audit.numbers import numbers
from byline.audit.report import Report, finding
from byline.audit.words import whole
from byline.model import Actor, Finding, Quantity, Span, Speaker

LEAST_ARRESTS = 10
"""Arrests that those who made them tell of are a matter of course; of so many, the number is a claim."""

LEAST = 2
"""A number from here on is a count: "one man was killed" is told, not counted."""

OWN = ("fatalities", "injuries", "arrests", "abductions", "displaced", "participants", "targets", "places")
"""What the numbers of a party's own report count that are worth a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Those who fight, act or call people out, by their words, and the measures of which they are a party's source.
    `doer`: only for what they did themselves. `called`: only where the report says that they called for it."""

    name: str
    words: re.Pattern[str]
    own: tuple[str, ...]
    doer: bool
    called: bool


def parties(report: Report) -> Iterator[Finding]:
    """Numbers of dead, wounded or marchers that the report has from a party alone."""
    own = _party_teller(report)
    if own is not None:
        yield from _own_report(report, *own)
        return
    families = [*_families(report), *_actors(report)]
    told = figures(report, report.below())
    seen: set[tuple[str, float]] = set()
    for one in told:
        if one.part or one.value < LEAST or (one.measure, one.value) in seen:
            continue
        seen.add((one.measure, one.value))
        for family in families:
            if one.measure in family.own:
                spans = _sole_source(report, one, family)
                if spans:
                    yield _finding(report, one, family, spans)
                    break


def _families(report: Report) -> list[Family]:
    rows = report.words["parties"]
    return [
        Family(
            name=name,
            words=re.compile(whole(row["words"]), re.IGNORECASE),
            own=tuple(row["own"]),
            doer=bool(row.get("doer")),
            called=bool(row.get("called")),
        )
        for name, row in rows.items()
        if "own" in row
    ]


def _actors(report: Report) -> list[Family]:
    """Named actors of violence or protest in this report: what they say of it is a party's word."""
    if report.coding is None:
        return []
    found: dict[str, Family] = {}
    for event in report.coding.events:
        if event.type not in ("ASSAULT", "PROTEST"):
            continue
        for one in event.role("actor"):
            words = re.sub(r"^(?:the|an?)\s+", "", " ".join(report.quote(one.span).split()), flags=re.IGNORECASE)
            if (
                isinstance(one.value, Actor)
                and one.value.kind in ("organization", "group")
                and one.span.part == "text"
                and len(words) > 3
                and words[0].isupper()
                and not report.words.has(words, "parties", "fights", "others")
            ):
                found[words] = Family(
                    name=words,
                    words=re.compile(whole([words]), re.IGNORECASE),
                    own=("dead", "injured", "taking part", "abducted", "detained"),
                    doer=False,
                    called=False,
                )
    return list(found.values())


# A report whose byline is a party


def _party_teller(report: Report) -> tuple[str, Span | None] | None:
    """The byline that was found to be a party to what it tells, with the words that name it as an actor."""
    if report.coding is None:
        return None
    for event in report.coding.events:
        for one in event.role("speaker"):
            if isinstance(one.value, Speaker) and one.value.kind == "byline" and one.value.interest == "party":
                return one.value.name or "the byline", one.antecedent
    return None


def _own_report(report: Report, name: str, actor: Span | None) -> Iterator[Finding]:
    """The numbers that a party's own report gives in its own name."""
    assert report.coding is not None
    seen: set[tuple[str, float]] = set()
    byline = _byline(report, name)
    for event in report.coding.events:
        speaker = next((one.value for one in event.role("speaker") if isinstance(one.value, Speaker)), None)
        if speaker is None or speaker.interest != "party":
            continue
        for one in event.role("quantity"):
            value = one.value
            if (
                event.type is None
                or not isinstance(value, Quantity)
                or value.what not in OWN
                or value.attribution is not None
            ):
                continue
            number = value.low if value.low is not None else value.high
            words = report.quote(one.span)
            if number is None or number < LEAST or (value.what, number) in seen or words.lower() in ("a", "an", "one"):
                continue
            seen.add((value.what, number))
            phrase = next(
                (
                    two.span
                    for two in event.role("recipient")
                    if two.span.start <= one.span.start < two.span.end and two.span.part == one.span.part
                ),
                one.span,
            )
            says = (
                f"The only source the report gives for “{report.quote(phrase)}” is its own byline, {name}, which takes "
                "part in what it tells."
            )
            against = [span for span in (byline, actor) if span is not None] or [phrase]
            yield finding(
                "party-only",
                "medium",
                says,
                claim=report.cite(phrase),
                against=report.cite(*against),
                numbers=(number,),
            )


def _byline(report: Report, name: str) -> Span | None:
    at = report.text.find(name)
    return Span(start=at, end=at + len(name)) if at >= 0 else None


# A report that has a number from a party


def _sole_source(report: Report, one: Figure, family: Family) -> list[Span]:
    """The words that name a party as the source of a number, none where anyone else is named for it, or nobody is."""
    sources: list[Span] = []
    about = _about(report, one)
    for place, sentence in enumerate(about):
        tellers = _tellers(report, sentence)
        if place == 0 and not tellers:
            continue
        if not tellers and report.words.has(report.quote(sentence), "parties", "fights", "others"):
            return []  # "the Red Cross collected 22 bodies"
        for teller in tellers:
            words = report.quote(teller)
            pieces = re.split(r"\s+and\s+", words)
            if all(family.words.search(piece) for piece in pieces):
                if place == 0 or _gives(report, one, sentence):
                    sources.append(teller)
            elif len(pieces) > 1 and family.words.search(words):
                return []  # "military sources and people who had arrived"
            elif report.words.has(words, "parties", "fights", "others") or re.search(r"[A-Z]", words[1:]):
                return []
    if not sources or not _takes_part(report, one, family):
        return []
    return sources


def _gives(report: Report, one: Figure, sentence: Span) -> bool:
    """True for a sentence that gives the number for the same thing again, or speaks of "the figure"."""
    if report.words.has(report.quote(sentence), "parties", "fights", "again"):
        return True
    return any(two.value == one.value and two.measure == one.measure for two in figures(report, [sentence]))


def _about(report: Report, one: Figure) -> list[Span]:
    """The sentence of a number, and all those that give it again, or speak of "the figure" right behind it."""
    fights = report.words["parties"]["fights"]
    found = [one.sentence]
    sentences = list(report.below())
    number = next((place for place, sentence in enumerate(sentences) if sentence == one.sentence), 0)
    again = re.compile(whole(fights["again"]), re.IGNORECASE)
    near = True
    for place, sentence in enumerate(sentences):
        if sentence == one.sentence:
            continue
        text = report.quote(sentence)
        same = any(two.value == one.value and not two.part for two in numbers(report, sentence))
        if (
            same
            or (place > number and again.search(text))
            or (
                near
                and place == number + 1
                and report.paragraph_at(sentence.start) == report.paragraph_at(one.sentence.start)
                and again.search(text)
            )
        ):
            found.append(sentence)
    return found


def _tellers(report: Report, sentence: Span) -> list[Span]:
    """The words of those a sentence names as the source of what it says."""
    text, start = report.quote(sentence), sentence.start
    told = whole(report.words["parties"]["fights"]["told"]) + r"(?!\s+(?:responsibility|credit))"
    found: list[Span] = []

    def keep(match: re.Match[str]) -> None:
        words = re.sub(
            rf"(?:\s+{whole(report.words['parties']['fights']['between'])})+\s*$", "", match["who"], flags=re.IGNORECASE
        )
        lead = len(words) - len(words.lstrip())
        span = Span(start=start + match.start("who") + lead, end=start + match.start("who") + len(words.rstrip()))
        first = " ".join(re.sub(r"^(?:the|an?)\s+", "", words.strip(), flags=re.IGNORECASE).split()[:2])
        if re.match(whole(report.words["parties"]["fights"]["things"]), first, re.IGNORECASE):
            return
        if span.end > span.start and not any(one.overlaps(span) for one in found):
            found.append(span)

    for pattern in (
        rf"{whole(report.words['parties']['fights']['after'])}\s+(?P<who>[^,;.“”\"\d]{{2,80}})",
        rf"(?:^|[,;”\"]\s*)(?P<who>[^,;:.“”\"]{{2,90}}?)(?:,\s+(?:which|who|whose|in)\s+[^,]*,)?\s+{told}",
        r"[,”\"]\s+said\s+(?P<who>(?:an?|the)\s+[^,;.“”\"]{2,60})\s*[,.]?$",
    ):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            keep(match)
    return found


def _takes_part(report: Report, one: Figure, family: Family) -> bool:
    """True where a family is a party to the matter that a number counts."""
    text = report.quote(one.sentence)
    fights = report.words["parties"]["fights"]
    if family.called:
        return (
            re.search(whole(fights["called"]), report.text, re.IGNORECASE) is not None
            or re.search(r"organi[sz]ers", text, re.IGNORECASE) is not None
        )
    if one.measure == "detained":
        return one.value >= LEAST_ARRESTS
    if family.doer:
        return _did_it(report, one, family)
    if re.search(whole(fights["words"]), text, re.IGNORECASE) is not None:
        return True
    return _did_it(report, one, family)


def _did_it(report: Report, one: Figure, family: Family) -> bool:
    """ "Niger's army killed 25 fighters": the family stands before the verb that the number stands on."""
    active = next(measure.active for measure in report.words.measures if measure.name == one.measure)
    before = report.text[one.sentence.start : one.span.start]
    found = family.words.search(before) is not None
    return found and bool(active) and re.match(whole(active), report.quote(one.span), re.IGNORECASE) is not None


def _finding(report: Report, one: Figure, family: Family, spans: list[Span]) -> Finding:
    named = "; ".join(f"“{report.quote(span)}”" for span in spans[:2])
    says = (
        f"The report says “{report.quote(one.span)}”; the only source it names for the number is a party to the "
        f"matter: {named}."
    )
    return finding(
        "party-only", "low", says, claim=report.cite(one.span), against=report.cite(*spans), numbers=(one.value,)
    )
