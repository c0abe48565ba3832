"""What the head of a report says of it: title, byline, dateline and day of publication. None where it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from byline import language
from byline.model import Dateline
from byline.read import dates

HEAD_LINES = 12
"""Lines with words in which a head may stand: title, subtitle, lede, byline, date, a caption or two, dateline."""

FOOT_LINES = 3
"""Lines at the end where wire services name who reported."""

MAX_TITLE = 200
"""Characters of a title, at most: the longest of real ones have some 160."""

WRAP = 100
"""Characters from which a line is a paragraph of its own, and not one of a text wrapped at 70 to 80."""

MAX_FURNITURE = 160
"""Characters of a line that holds only a byline or a date, at most."""

MAX_BYLINE = 100
MAX_BYLINE_WORDS = 12
CAPITAL_SHARE = 0.6
"""Words of a name that begin with a capital (words of `byline.small` apart), at least: a sentence has fewer."""

MAX_DATELINE = 200
"""Characters of a dateline with outlet and dash, at most."""

MAX_PLACE_WORDS = 5
MAX_PLACE_PARTS = 4
"""A dateline's place is a few names between commas: "AL HUDAYDAH, Yemen"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a head says; each value is in the words of the text."""

    title: str | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    published: date | None = None


def find(text: str, *, name: str, published: date | None = None) -> Heading:
    """The heading of a text in the language `name`, after cutting. Nothing is guessed from elsewhere, nor from today.

    `published` is the day the source gives beside the text, if any; it tells the year of a dateline that has none.
    """
    lines = text.split("\n")
    head = [number for number, line in enumerate(lines) if line.strip()][:HEAD_LINES]
    title = _title(lines, head, name=name)
    rest = [lines[number].strip() for number in head if number != title]
    published = published or _published(rest, name=name)
    found = _dateline(rest, published=published, name=name)
    foot = [line.strip() for line in lines[-2 * FOOT_LINES :] if line.strip()][-FOOT_LINES:]
    byline = _byline(rest, "head", name=name) or _byline(foot, "foot", name=name) or (found.outlet if found else None)
    return Heading(
        title=_unlabelled(lines[title].strip(), name=name) if title is not None else None,
        byline=byline,
        dateline=found.dateline if found else None,
        published=published or (found.dateline.date if found and found.dateline else None),
    )


# Title


def _title(lines: Sequence[str], head: Sequence[int], *, name: str) -> int | None:
    """The number of the title's line: the first that is short, no sentence, no furniture, and heads something."""
    candidates = [number for number in head[:4] if not _is_furniture(lines[number].strip(), name=name)][:2]
    if not candidates or not _is_title(lines, candidates[0], name=name):
        return None
    if len(candidates) > 1 and _is_kicker(*(lines[number].strip() for number in candidates), name=name):
        return candidates[1] if _is_title(lines, candidates[1], name=name) else candidates[0]
    return candidates[0]


def _is_kicker(line: str, below: str, *, name: str) -> bool:
    """True for the name of a section or an outlet above the title: fewer words, and few or shouted."""
    data = language.data(name, "reading")["title"]
    words = len(line.split())
    shouted = line.isupper() and not below.isupper() and words <= data["shouted_kicker_words"]
    return words < len(below.split()) and (words <= data["kicker_words"] or shouted)


def _unlabelled(line: str, *, name: str) -> str:
    labels = "|".join(language.data(name, "reading")["title"]["labels"])
    return re.sub(rf"^(?:{labels})\s*:\s*(?=\S)", "", line, flags=re.IGNORECASE)


def _is_title(lines: Sequence[str], number: int, *, name: str) -> bool:
    line = lines[number].strip()
    if len(line) > MAX_TITLE or not any(map(str.isalpha, line)) or _ends_sentence(line):
        return False
    if _match_dateline(line, alone=False, name=name):
        return False
    following = [other for other in lines[number + 1 :] if other.strip()]
    if not following:
        return False
    below = lines[number + 1].strip()
    if not below or _is_furniture(below, name=name):
        return True
    unwrapped = any(len(other) > WRAP for other in following[:HEAD_LINES])
    return unwrapped and len(line) <= WRAP and not below[:1].islower()


def _ends_sentence(line: str) -> bool:
    bare = line.rstrip("\"'”’»)] ")
    if re.search(r"(?:\b[A-Z]\.){2,}$|\.\.\.$|…$", bare):
        return False
    return bare.endswith((".", ",", ";", ":"))


def _is_furniture(line: str, *, name: str) -> bool:
    if len(line) > MAX_FURNITURE:
        return False
    placed = "|" in line and _match_dateline(line, alone=True, name=name)
    return bool(placed or _match_published(line, name=name) or _name(line, "head", name=name))


# Byline


def _byline(lines: Sequence[str], where: str, *, name: str) -> str | None:
    return next((found for line in lines if (found := _name(line, where, name=name))), None)


def _name(line: str, where: str, *, name: str) -> str | None:
    """The name in a line that is a byline, by the patterns for `where` ("head" or "foot")."""
    if len(line) > MAX_FURNITURE:
        return None
    data = language.data(name, "reading")["byline"]
    for pattern in data[where]:
        match = re.fullmatch(pattern, line)
        if match and (found := _trimmed(match["name"], data, name=name)):
            return found
    return None


def _trimmed(words: str, data: dict[str, Any], *, name: str) -> str | None:
    for end in data["ends"]:
        words = words.split(end)[0]
    words = re.sub(rf"[\s,]+{dates.pattern(name)}$", "", words, flags=re.IGNORECASE).strip(" ,:")
    return words if _is_name(words, frozenset(data["small"])) else None


def _is_name(words: str, small: frozenset[str]) -> bool:
    parts = words.split()
    if not parts or len(words) > MAX_BYLINE or len(parts) > MAX_BYLINE_WORDS:
        return False
    if words.endswith((".", "?", "!", ":")) and not re.search(r"\b[A-Z]\.$", words):
        return False
    told = [part for part in parts if part.lower().strip(",") not in small]
    capital = sum(part.lstrip("(“\"'‘")[:1].isupper() for part in told)
    return bool(told) and capital >= CAPITAL_SHARE * len(told) and not words[0].isdigit()


# Day of publication


def _published(lines: Sequence[str], *, name: str) -> date | None:
    """The day in a line that is nothing but a date, or begins "Published"; a line that begins "Updated" says none."""
    for match in (match for line in lines if (match := _match_published(line, name=name))):
        day = dates.parse(match["date"], name=name) if match["date"] and not match["updated"] else None
        if day and (found := day.on(published=None)):
            return found
    return None


def _match_published(line: str, *, name: str) -> re.Match[str] | None:
    return _published_pattern(name).fullmatch(line) if len(line) <= MAX_FURNITURE else None


@cache
def _published_pattern(name: str) -> re.Pattern[str]:
    """A line that is only a date, with or without a label and a time; or a label with a colon and anything else."""
    data = language.data(name, "reading")["dates"]
    published = "|".join(sorted(data["published"], key=len, reverse=True))
    updated = "|".join(sorted(data["updated"], key=len, reverse=True))
    zone = r"(?:[a-z]{1,4}|[+-]\d\d:?\d\d)"
    time = rf"[\s,T|–-]+(?:at\s+)?\d{{1,2}}[:.h]\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?\s*\(?{zone}?\)?"
    more = rf"\s*[|•·,;(–—-]?\s*(?:{updated})\b.*"
    dated = rf"(?:(?:{published}|(?P<updated>{updated}))\s*:?\s+)?(?P<date>{dates.pattern(name)})(?:{time})?(?:{more})?"
    return re.compile(rf"\W*{dated}\W*|(?:{published}|{updated})\s*:.*", re.IGNORECASE)


# Dateline


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    dateline: Dateline | None
    outlet: str | None


def _dateline(lines: Sequence[str], *, published: date | None, name: str) -> _Found | None:
    lines = [line for line in lines if not _match_published(line, name=name)]
    match = next((match for line in lines if (match := _match_dateline(line, alone=True, name=name))), None)
    if match is None:
        return None
    words = match["date"] or match["inner"]
    day = dates.parse(words, name=name) if words else None
    place, outlet = _place_and_outlet(match)
    dateline = Dateline(place=place or None, date=day.on(published=published) if day else None)
    return _Found(
        dateline=dateline if dateline.place or dateline.date else None,
        outlet=outlet if outlet and ":" not in outlet else None,  # "(7:40 A.M.)" is an hour
    )


def _place_and_outlet(match: re.Match[str]) -> tuple[str, str]:
    """Where and for whom. What stands in parentheses before a date is the outlet after "City, Country", and the country
    after a city alone, when an outlet comes later; else it may be either, and is taken for neither."""
    place, aside, outlet = ((match[group] or "").strip(" ,") for group in ("place", "aside", "outlet"))
    if aside and "," in place and not outlet:
        return place, aside
    if aside and outlet:
        return f"{place} ({aside})", outlet
    return place, outlet


def _match_dateline(line: str, *, alone: bool, name: str) -> re.Match[str] | None:
    """The dateline that `line` begins with, or, where it may stand `alone`, is."""
    match = _dateline_pattern(name).match(line[:MAX_DATELINE])
    if not match:
        return None
    if not match["dash"]:
        parted = match["place"] and match["date"] and re.search(r"[,|]\s*\Z", line[: match.start("date")])
        whole = alone and parted and match.end() == len(line)
        return match if whole and _is_whereabouts(match, line, name=name) else None
    if not match["place"]:
        day = dates.parse(match["date"], name=name) if match["date"] else None
        return match if day and day.year and match["dash"].strip() != ":" else None
    return match if _is_whereabouts(match, line, name=name) else None


def _is_whereabouts(match: re.Match[str], line: str, *, name: str) -> bool:
    """True when the words before the date and the outlet are a place.

    Names alone are not enough: with a date they are; with an outlet, where they name a city and its country or stand in
    capitals; by themselves only in capitals, as wires set them, else "Police — who …" would be.
    """
    data = language.data(name, "reading")["dateline"]
    parts = [part.strip() for part in match["place"].strip(" ,").split(",")]
    if parts[0].split()[0].lower() in data["not_first"] or len(parts) > MAX_PLACE_PARTS:
        return False
    if not all(_is_place(part, frozenset(data["small"])) for part in parts):
        return False
    if match["date"] or match["inner"]:
        return True
    if line[match.end() :].lstrip()[:1].islower():  # after a dateline a sentence begins
        return False
    shouted = parts[0].isupper()
    if match["outlet"]:
        return shouted or len(parts) > 1
    return shouted and not line.isupper() and match["dash"].strip() != ":"


def _is_place(part: str, small: frozenset[str]) -> bool:
    words = part.split()
    if not 1 <= len(words) <= MAX_PLACE_WORDS:
        return False
    return any(map(str.isupper, part)) and all(
        word[:1].isupper() or word.split("-")[0].lower() in small for word in words
    )


@cache
def _dateline_pattern(name: str) -> re.Pattern[str]:
    """Place, date, outlet and dash."""
    day = dates.pattern(name)
    return re.compile(
        rf"""\W{{0,2}}
        (?P<place>[^\W\d][^\n()\[\]{{}}—–:;!?"“”\d]{{1,80}}?)??
        (?:\s\((?P<aside>[^()\d]{{2,60}})\)(?=,?\s*{day}))?
        (?:[\s,|]*(?P<date>{day}))?
        (?:,?\s*\((?:(?P<inner>{day})|(?P<outlet>[^()\n]{{2,60}}))\))?
        (?P<dash>\s*[—–]|\s*--+|(?:(?<=[\d)])|\s)\s*-(?![-\d]|\s*\d)|(?:(?<=\))|\s+)_\s|\s*:(?=\s)|\s*\Z)""",
        re.IGNORECASE | re.VERBOSE,
    )
