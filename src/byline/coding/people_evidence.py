"""What around a name tells of its bearer? An office, a calling, an age, kin, and that it is a person at all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from byline.coding.people_names import lists
from byline.language import data

Fact = Literal[
    "titled", "office", "named", "kin", "age", "minor", "victim", "relative", "calling", "said", "article", "in"
]  # fmt: skip

# So far before and after a name are its title, age and calling looked for, in characters.
REACH = 90
FULL_AGE = 18
_LONGEST_WORD = 30
# What an office is held in may take so many words: "the president of the union of market traders, Name".
_HELD_WORDS = 8
# A calling stands within so many words after a name: "Name, a retired primary school teacher".
_CALLING_WORDS = 6

_LAST_WORD = re.compile(r"(?P<word>[^\W_][\w’'-]*)(?P<stop>\.?)(?P<comma>,?) [“\"]?$")
_AGE_BEFORE = re.compile(
    r"(?<!\w)(?P<all>(\d{1,3}|[a-z]+)[- ](year|month|week)s?[- ]olds?)(?: [\w-]+){0,3},? $", re.IGNORECASE
)

_AGE_AFTER = re.compile(
    r"(?:, (?:aged |age )?(?P<plain>\d{1,3})(?=[,.;)—–-]| and | from | of |$)| \((?P<bracket>\d{1,3})\)"
    r"|,? \(?aged (?P<aged>\d{1,3}|[a-z]+)\)?"
    r"|,? (?:an? )?(?P<old>\d{1,3}|[a-z]+)[- ](?P<unit>year|month|week)s?[- ]olds?)",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_][\w’'-]*")
_RELATIVE = re.compile(r",? (?:who|whose|whom)\b")
_IS = re.compile(r"(?:, (?:(?:who|and) (?:is|was) )?| (?:is|was|became|has been) )", re.IGNORECASE)
_COMMA = re.compile(r", ")
_PHRASE_END = re.compile(r"[,.;:!?“”\"()—–]")
_STOPS = re.compile(r"[.;:!?“”\"()]|, ")
# Words after which an office, calling or age is that of another: "Name, a driver for the minister".
_OTHERS = frozenset({"of", "for", "to", "by", "with", "at", "in", "from", "as", "against", "that", "which", "on"})
# What may follow an office for the name to be its bearer's: not "chief suspect", nor the name of another.
_AFTER_OFFICE = _OTHERS | {"", "and", "or", "since", "until", "who", "when"}


@dataclass(frozen=True, slots=True)
class Told:
    """Something said of a name's bearer, and the characters of the part that say it."""

    fact: Fact
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Around:
    """The characters right before and after a name, within its paragraph, and where they begin in their part."""

    before: str
    after: str
    start: int
    end: int


def around(text: str, start: int, end: int) -> Around:
    """What stands around characters [start, end) of a part."""
    line = text.rfind("\n", max(0, start - REACH), start) + 1
    first = line or max(0, start - REACH)
    last = text.find("\n", end, end + REACH)
    after = text[end : last if last >= 0 else end + REACH]
    return Around(text[first:start].replace("\u00a0", " "), after.replace("\u00a0", " "), first, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The words that say who someone is, for one language."""

    offices: frozenset[str]
    titles: frozenset[str]
    persons: frozenset[str]
    minors: frozenset[str]
    victims: frozenset[str]
    kin: frozenset[str]
    saying: frozenset[str]
    shortened: frozenset[str]
    naming: tuple[str, ...]
    ages: frozenset[str]
    places: frozenset[str]

    def tell(self, near: Around) -> Iterator[Told]:
        """All that the characters around a name tell of its bearer."""
        yield from self._before(near)
        yield from self._after(near)

    def _before(self, near: Around) -> Iterator[Told]:
        yield from self._age_before(near)
        before, named = near.before, False
        words = before.rstrip(' “"').lower()
        if before.endswith((" ", "“", '"')) and words.endswith(self.naming):
            yield Told("named", near.start + len(words), near.start + len(words))
            naming = next(one for one in self.naming if words.endswith(one))
            before, named = before[: len(words) - len(naming)].rstrip(" ,") + " ", True
        match = _LAST_WORD.search(before, max(0, len(before) - _LONGEST_WORD))
        if match is None or (match["stop"] and match["word"].lower() not in self.shortened):
            return
        word, comma = match["word"].lower(), bool(match["comma"]) or named
        span = near.start + match.start("word"), near.start + match.end("word")
        if word in self.minors:
            yield Told("minor", *span)
        if word in self.victims:
            yield Told("victim", *span)
        if word in self.kin:
            yield Told("kin", *span)
        if word in self.offices and not (comma and self._of_another(near.before[: match.start("word")])):
            yield Told("office", *span)
        elif comma and not named:
            yield from self._office_held(near.before, near.start)
        if comma:
            return
        if word in self.persons or word in self.titles:
            yield Told("titled", *span)
        if word in self.saying:
            yield Told("said", *span)
        if word == "the":
            yield Told("article", *span)
        if word in self.places:
            yield Told("in", *span)

    def _of_another(self, before: str) -> bool:
        """ "the daughter of the ambassador, Name": the office before the comma is not the bearer's."""
        stops = [match.end() for match in _STOPS.finditer(before)]
        words = [match.group().lower() for match in _WORDS.finditer(before, stops[-1] if stops else 0)]
        pairs = itertools.pairwise(words)
        return any((noun in self.kin or noun in self.persons) and after in _OTHERS for noun, after in pairs)

    def _office_held(self, before: str, start: int) -> Iterator[Told]:
        """ "the president of the union, Name": an office with what it is held in, up to a comma."""
        stops = [match.end() for match in _STOPS.finditer(before[:-2])]
        words = list(_WORDS.finditer(before, stops[-1] if stops else 0))
        for number, word in enumerate(words):
            after = words[number + 1].group().lower() if number + 1 < len(words) else ""
            if word.group().lower() in self.offices and after in ("of", "for", "at", "in"):
                if len(words) - number <= _HELD_WORDS:
                    yield Told("office", start + word.start(), start + word.end())
                return

    def _age_before(self, near: Around) -> Iterator[Told]:
        if "old" not in near.before[-60:]:
            return
        match = _AGE_BEFORE.search(near.before)
        if match is not None:
            yield from self._aged(match[2], match[3], near.start + match.start(), near.start + match.end("all"))

    def _aged(self, told: str | None, unit: str | None, start: int, end: int) -> Iterator[Told]:
        if told is None:
            return
        young = told.lower() in self.ages or (unit is not None and unit.lower() != "year")
        if young or told.isdigit():
            yield Told("minor" if young or int(told) < FULL_AGE else "age", start, end)

    def _after(self, near: Around) -> Iterator[Told]:
        after, at = near.after, 0
        if after[:1] not in (",", " "):
            return
        age = _AGE_AFTER.match(after)
        if age is not None:
            told = age["plain"] or age["bracket"] or age["aged"] or age["old"]
            found = list(self._aged(told, age["unit"], near.end + age.start(), near.end + age.end()))
            yield from found
            at = age.end() if found else 0
        if _RELATIVE.match(after, at):
            yield Told("relative", near.end + at, near.end + at)
        yield from self._calling(near, at)
        if not at:
            match = _WORDS.match(after, 1)
            if match is not None and after[0] == " " and match.group().lower() in self.saying:
                yield Told("said", near.end + match.start(), near.end + match.end())

    def _calling(self, near: Around, at: int) -> Iterator[Told]:
        """What someone is behind the name: "Name, the union's secretary", "Name is a farmer"."""
        lead = _IS.match(near.after, at)
        if lead is None:
            return
        comma = _COMMA.match(near.after, at) is not None
        stop = _PHRASE_END.search(near.after, lead.end())
        words = _WORDS.finditer(near.after, lead.end(), stop.start() if stop else len(near.after))
        told = list(words)
        if comma and any(word.group().lower() in self.saying for word in told):
            # "…, a spokesman said": whose word it is, no apposition.
            return
        told = told[:_CALLING_WORDS]
        for number, match in enumerate(told):
            word = match.group().lower()
            if word in _OTHERS:
                return
            span = near.end + match.start(), near.end + match.end()
            following = told[number + 1].group() if number + 1 < len(told) else ""
            if word in self.offices and following.lower() in _AFTER_OFFICE | self.offices:
                yield Told("office", *span)
            if word in self.minors and following.lower() in _AFTER_OFFICE:
                yield Told("minor", *span)
            if word in self.victims:
                yield Told("victim", *span)
            if comma and (word in self.persons or word in self.offices or word in self.titles):
                yield Told("calling", *span)


@cache
def signs(language: str) -> Signs:
    """The words that say who someone is in a language."""
    told = lists(language)
    nouns = {
        lemma
        for group in data(language, "actors")["noun"]
        for lemma in group["lemmas"]
        if group["kind"] != "organization" or lemma in told["holders"]
    }
    return Signs(
        offices=told["offices"],
        titles=told["titles"],
        persons=told["persons"] | told["minors"] | (nouns - told["not_one"]),
        minors=told["minors"],
        victims=told["victims"],
        kin=told["kin"],
        saying=told["saying"],
        shortened=told["shortened"],
        naming=tuple(sorted((f" {words}" for words in told["naming"]), key=lambda one: (-len(one), one))),
        ages=told["ages"],
        places=told["place_prepositions"],
    )
