"""A place put in a country in which the gazetteer knows no place of its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from byline.audit.report import Report, finding
from byline.audit.words import whole
from byline.gazetteer import Entry, Gazetteer
from byline.model import Finding, Span

KNOWN_PEOPLE = 20_000
"""Only a town of so many people is known so well that one of its name elsewhere would be in the gazetteer too, or be
told apart by the report."""

_CAPITAL = r"[A-ZÀ-ÖØ-ÝŠŽČĆĐĞİŞŁ]"
_JOINT = r"(?:de|del|la|las|los|el|al|of|du|di|da|do|e|ye)"
_NAME = rf"{_CAPITAL}[\w’'-]+(?:[ -](?:{_JOINT}[ -]){{0,2}}{_CAPITAL}[\w’'-]+){{0,3}}"
_NAMES = re.compile(
    rf"(?<![\w.’'-])(?P<place>{_NAME})(?P<link>,\s+(?:in\s+)?(?P<compass>[a-z-]+\s+)?)(?P<country>(?:the\s+)?{_NAME})(?!\w)"
)


def wrong_countries(report: Report) -> Iterator[Finding]:
    """Towns that the report puts in a country where none is known, while one is known in another."""
    seen: set[tuple[str, str]] = set()
    for span, place, country in (*_beside(report), *_said(report)):
        if _goes_on(report.text, span, place):
            continue
        known = _elsewhere(place, country)
        if known is None or (place, country) in seen or _contested(report, known.country or "", country):
            continue
        seen.add((place, country))
        names = {one: _country_name(one) for one in (country, known.country or "")}
        sort = "town" if known.kind == "city" else "region"
        says = (
            f"The report puts {place} in {names[country]} (“{report.quote(span)}”); the {sort} of that name that the "
            f"gazetteer knows is in {names[known.country or '']}."
        )
        against = [span, *_otherwise(report, place, span)]
        found = finding("wrong-country", "medium", says, claim=report.cite(span), against=report.cite(*against))
        yield replace(found, names=(("the gazetteer's", (f"{known.name}, {names[known.country or '']}",)),))


@cache
def _country_name(code: str) -> str:
    found = Gazetteer.open().country(code)
    return found.name if found is not None else code


@cache
def _country_of(name: str) -> tuple[str, ...]:
    """The codes of the countries that go by a name; none where a state of another country does, too."""
    found = Gazetteer.open().find(re.sub(r"^the\s+", "", name))
    if any(one.kind == "admin1" for one in found):
        return ()
    return tuple(one.country for one in found if one.kind == "country" and one.country)


def _beside(report: Report) -> Iterator[tuple[Span, str, str]]:
    """ "Gaziantep, Syria", "Lubumbashi, in southern Zambia,"."""
    text = report.text
    compass = report.words["places"]["compass"]
    for match in _NAMES.finditer(text):
        word = (match["compass"] or "").strip()
        if (word and word not in compass) or (word and " in " not in match["link"] and "in " not in match["link"]):
            continue
        codes = _country_of(match["country"])
        if not codes or _in_a_list(text, match):
            continue
        place = match["place"]
        # "In Gaziantep", "On Monday Gaziantep": words that only begin a sentence.
        while " " in place and not Gazetteer.open().find(place) and place.split()[0] in _openers():
            place = place.split(" ", 1)[1]
        span = Span(start=match.end("place") - len(place), end=match.end("country"))
        yield span, _cased(place), codes[0]


@cache
def _openers() -> frozenset[str]:
    return frozenset(["In", "At", "From", "Near", "The", "On", "To", "Around", "Outside", "Of", "And", "But"])


def _cased(place: str) -> str:
    return place.title() if place.isupper() else place


def _in_a_list(text: str, match: re.Match[str]) -> bool:
    """True where the two may be entries of one list: "in London, Germany and France"."""
    before, behind = text[max(0, match.start() - 30) : match.start()], text[match.end() : match.end() + 24]
    if "in " in match["link"]:
        return re.match(r"\s*[,.;:)\n]|\s*$", behind) is None
    if re.search(r"(?:,|\band|\bor|&)\s+$", before) and "\n" not in before[-2:]:
        return True
    if re.match(r"\s*(?:,\s*)?(?:and|or|&)\s+", behind) or re.match(r"\s*,\s*(?:the\s+)?[A-ZÀ-Ý]", behind):
        return True
    return re.match(r"(?:’s|'s|\s+[A-ZÀ-Ý])", behind) is not None


def _said(report: Report) -> Iterator[tuple[Span, str, str]]:
    """ "the Guatemalan city of San Pedro Sula", "Zambia's town of Ndola", "Ndola in northern Zambia", "Ndola, a town in
    Zambia"."""
    sorts, compass = whole(report.words["places"]["sorts"]), whole(report.words["places"]["compass"])
    land = rf"(?P<country>(?:the\s+)?{_NAME})"
    patterns = (
        rf"\b(?P<demonym>{_CAPITAL}[a-z]+(?:\s{_CAPITAL}[a-z]+)?)\s+(?:{compass}\s+)?(?:{sorts})\s+(?:of\s+)?(?P<place>{_NAME})",
        rf"\b{land}[’']s\s+(?:{compass}\s+)?(?:{sorts})\s+(?:of\s+)?(?P<place>{_NAME})",
        rf"\b{land}[’']s\s+(?:{compass}\s+)?(?P<place>{_NAME})\s+(?:{sorts})\b",
        rf"\b(?P<place>{_NAME})\s+\(\s*(?:(?:in\s+)?{compass}\s+)?{land}\s*\)",
        rf"\b(?:{sorts})\s+of\s+(?P<place>{_NAME}),?\s+in\s+(?:the\s+)?(?:{compass}\s+)?(?:of\s+)?{land}",
        rf"\b(?P<place>{_NAME}),?\s+in\s+(?:the\s+)?{compass}\s+(?:of\s+)?{land}",
        rf"\b(?P<place>{_NAME}),\s+the\s+(?:[a-z]+\s+)?(?:{sorts})\s+of\s+{land}",
        rf"\b(?P<place>{_NAME}),\s+an?\s+(?:[a-z]+\s+)?(?:{sorts})\s+in\s+(?:{compass}\s+)?{land}",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, report.text):
            named = match.groupdict()
            if named.get("demonym"):
                code = Gazetteer.open().demonym(named["demonym"])
            else:
                code = next(iter(_country_of(named["country"])), None)
            if code is not None:
                yield Span(start=match.start(), end=match.end()), named["place"], code


def _goes_on(text: str, span: Span, place: str) -> bool:
    """True where a name is longer than what was read of it: "Dar es Salaam"."""
    at = text.find(place, span.start)
    at = at if at >= 0 else span.start
    before, behind = text[max(0, at - 30) : at], text[at + len(place) : at + len(place) + 12]
    if re.match(
        rf"\s+(?!in\b|on\b|at\b|to\b|by\b|and\b|of\b|is\b|has\b|was\b|for\b)[a-z]{{1,3}}\s+{_CAPITAL}|-", behind
    ):
        return True
    return (
        re.search(
            rf"{_CAPITAL}\w+\s+(?!in\b|on\b|at\b|to\b|by\b|and\b|of\b|is\b|the\b|for\b)[a-z]{{1,3}}\s+$|-$", before
        )
        is not None
    )


@cache
def _elsewhere(place: str, country: str) -> Entry | None:
    """The well known town of a name, where no place of that name is known in a country; else None."""
    found = Gazetteer.open().find(place)
    if not found or any(one.country == country for one in found) or Gazetteer.open().find_lenient(place, country):
        return None
    towns = [one for one in found if one.kind in ("city", "admin1") and one.country]
    if (
        not towns
        or towns[0].population < KNOWN_PEOPLE
        or any(one.kind in ("country", "region", "continent", "sea") for one in found)
    ):
        return None
    return towns[0]


def _contested(report: Report, one: str, other: str) -> bool:
    return any(set(pair.split()) == {one, other} for pair in report.words["places"]["contested"])


def _otherwise(report: Report, place: str, span: Span) -> list[Span]:
    """Another sentence of the report that names the place."""
    for match in re.finditer(rf"(?<!\w){re.escape(place)}(?!\w)", report.text):
        if not span.start <= match.start() < span.end:
            return [Span(start=match.start(), end=match.end())]
    return []
