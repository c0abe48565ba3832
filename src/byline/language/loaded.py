"""Which of a report's words judge those they speak of? They stay quotes, and are never labels of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from byline.language import data

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Between two words of one name.
_JOINT = re.compile(r"[’']?s?[’']?[ \u00a0-](?:(?:of|the|for|al|and)[ \u00a0-])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The loaded words of a language: those that are never a label, and those that names of organisations may hold."""

    always: frozenset[str]
    outside_names: frozenset[str]

    def found(self, text: str) -> tuple[str, ...]:
        """The loaded words of a text, as they stand there, in order."""
        words = list(_WORD.finditer(text))
        return tuple(
            word.group()
            for number, word in enumerate(words)
            if word.group().lower() in self.always
            or (word.group().lower() in self.outside_names and not _in_name(text, words, number))
        )


def _in_name(text: str, words: list[re.Match[str]], number: int) -> bool:
    """True for a word with a capital beside another with one, a joint between them."""
    if not words[number].group()[0].isupper():
        return False
    pairs: list[tuple[re.Match[str] | None, re.Match[str] | None]] = []
    if number:
        pairs.append((_capital(words, number - 1, -1), words[number]))
    if number + 1 < len(words):
        pairs.append((words[number], _capital(words, number + 1, 1)))
    return any(
        left is not None and right is not None and _JOINT.fullmatch(text, left.end(), right.start()) is not None
        for left, right in pairs
    )


def _capital(words: list[re.Match[str]], number: int, step: int) -> re.Match[str] | None:
    """The next word with a capital from one on, up to three words away."""
    near = words[number : number + 3] if step > 0 else words[max(0, number - 2) : number + 1][::-1]
    return next((word for word in near if word.group()[0].isupper()), None)


@cache
def loaded(language: str | None) -> Loaded:
    """The loaded words of a language, English where none is told. Raises DataError where it has no list of them."""
    words = data((language or "en").partition("-")[0], "loaded")["words"]
    return Loaded(always=frozenset(words["always"].split()), outside_names=frozenset(words["outside_names"].split()))
