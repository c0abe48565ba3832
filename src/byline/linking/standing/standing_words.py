"""Words by which reports of one happening are held beside each other, read from `language/xx/standing.toml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from byline.language import data


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of a language, typed.

    `speaker_dressing` and `actor_dressing` do not tell who is meant; `own` says that a doer belongs to the speaker,
    `first_person` to the teller; a name of `vague` words alone shuts nobody out; a number on `parts` may count some of
    those there are, and `articles` say that there was one, not that there was no other; `risen` and `lowered` say that
    a number was another before, `nouns` what a number counts.
    """

    speaker_dressing: frozenset[str]
    actor_dressing: frozenset[str]
    own: frozenset[str]
    first_person: frozenset[str]
    vague: frozenset[str]
    articles: frozenset[str]
    parts: frozenset[str]
    risen: tuple[re.Pattern[str], ...]
    lowered: tuple[re.Pattern[str], ...]
    nouns: dict[str, str]


@cache
def wording(language: str | None) -> Wording:
    """The words of a language, English where none is told. Raises DataError where it has no such file."""
    words = data((language or "en").partition("-")[0], "standing")
    numbers = data((language or "en").partition("-")[0], "numbers")
    dressing = frozenset([*words["actors"]["dressing"].split(), *numbers["values"], *numbers["scales"]])
    return Wording(
        speaker_dressing=frozenset(words["speakers"]["dressing"].split()),
        actor_dressing=dressing,
        vague=dressing | frozenset(words["actors"]["anybody"].split()),
        own=frozenset(words["speakers"]["own"]),
        first_person=frozenset(words["speakers"]["first_person"]),
        articles=frozenset(numbers["articles"]),
        parts=frozenset(words["numbers"]["parts"].split()),
        risen=tuple(re.compile(one, re.IGNORECASE) for one in words["numbers"]["risen"]),
        lowered=tuple(re.compile(one, re.IGNORECASE) for one in words["numbers"]["lowered"]),
        nouns=dict(words["nouns"]),
    )
