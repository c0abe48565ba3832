"""Where do sentences end? By rule, from the characters alone, before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from byline.language import data

# A mark that ends a sentence, what may close behind it, and white space; then what may open before the next word.
_END = re.compile(
    r"(?P<mark>[.?!…]+)(?P<closed>[\"”’')\]»]*|'')\s+(?=(?P<opened>[\"“‘'`(\[«]*)(?P<next>\w[\w’'.-]*|\S))"
)
# The word before a full stop, initials and dots within it included.
_BEFORE = re.compile(r"[^\s\"“”‘’'`(\[)\]«»—–/-]*$")
_REACH = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviations:
    """Words, in small letters, that carry a full stop of their own, and words that begin sentences."""

    before_names: frozenset[str]
    may_end: frozenset[str]
    begins: frozenset[str]


@cache
def abbreviations(language: str) -> Abbreviations:
    """Those of a language's sentences.toml."""
    lists = data(language, "sentences")
    return Abbreviations(
        before_names=frozenset(lists["before_names"]),
        may_end=frozenset(lists["may_end"]),
        begins=frozenset(lists["begins"]),
    )


def starts(text: str, language: str, *, cased: bool = True) -> Iterator[int]:
    """The offsets within a text at which a sentence begins behind one that has ended, in order.

    `cased` is false for a text of one case, in which a small letter may begin a sentence. Line ends are not looked at.
    """
    known = abbreviations(language)
    for match in _END.finditer(text):
        following = match["next"]
        if cased and following[:1].islower():
            continue
        if match["mark"] == "." and not match["closed"] and _carried(text, match, known):
            continue
        yield match.end()


def _carried(text: str, match: re.Match[str], known: Abbreviations) -> bool:
    """True for a full stop that belongs to the word before it, and ends no sentence there."""
    found = _BEFORE.search(text, max(0, match.start() - _REACH), match.start())
    word = found.group().lower() if found else ""
    if word in known.before_names:
        return True
    dotted = "." in word and all(len(part) <= 2 for part in word.split("."))
    initial = len(word) == 1 and word.isalpha() and word != "i"
    if not (dotted or initial or word in known.may_end):
        return False
    following = match["next"].lower().rstrip(".")
    return following not in known.begins and not match["opened"]
