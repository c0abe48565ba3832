"""Where does a name stand? The words of a text, the runs of capitals among them, and every occurrence of known names.

Everything here reads plain characters, so that titles, captions, values and sentences that were never parsed are read
as the parsed text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from byline.gazetteer.names import fold
from byline.language import data

# A letter with the marks that NFC leaves beside it.
MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_LETTERS = re.compile(rf"(?:[^\W\d_][{MARKS}]*)+")
# What may stand between two words of one name: a blank, a hyphen or apostrophe, the stop of an initial or short title.
_GAPS = frozenset({" ", "\u00a0", "-", "\u2010", "\u2011", "'", "’", "ʼ", ". ", ".\u00a0", "."})
_HYPHENS = frozenset({"-", "\u2010", "\u2011"})
_APOSTROPHES = frozenset({"'", "’", "ʼ"})
# A part of a name with fewer letters is often another word.
_FEWEST_LETTERS = 3
# Within a longer word, as in a handle or an address, a part of a name has at least so many letters.
FEWEST_WITHIN = 5
_SIGNS = ("@", "#", "://", "www.")
_SPELLED = re.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]|www\.[^\s<>\"]*[^\s<>\".,;:!?)]|[\w.+-]+@[\w-]+(?:\.\w+)+|[@#][\w.]*\w"
)


class Word(NamedTuple):
    """Letters without a break, where they stand, what parts them from the word before, and whether they begin with a
    capital."""

    text: str
    start: int
    end: int
    gap: str
    capital: bool

    @property
    def key(self) -> str:
        """The word as names are compared: without case and accents."""
        return fold(self.text)


@cache
def lists(language: str) -> dict[str, frozenset[str]]:
    """The word lists about people of a language, by their names; names of sites and organisations from the lists about
    places."""
    told = {
        name: frozenset(words.split() if isinstance(words, str) else words)
        for name, words in data(language, "people")["words"].items()
    }
    places = data(language, "places")
    told["given"] = frozenset(data(language, "given_names")["names"].split())
    kinds = ("site_nouns", "sure_site_nouns", "road_nouns", "land_nouns", "division_words", "compass_words")
    sites = frozenset(word for kind in kinds for word in places[kind]) | frozenset(places["place_nouns"].split())
    organisations = frozenset(places["organisation_nouns"]) | frozenset(
        data(language, "actors")["words"]["organization_words"]
    )
    # Words before which a name of a person may begin, and words that no such name holds.
    told["leading"] = told["offices"] | told["titles"] | told["persons"]
    told["no_person"] = (sites | organisations | told["things"]) - told["leading"] - told["surnames"]
    told["nouns"] = told["leading"] | {lemma for group in data(language, "actors")["noun"] for lemma in group["lemmas"]}
    told["place_prepositions"] = frozenset(places["place_prepositions"])
    return told


def words(text: str) -> list[Word]:
    """The words of a text, in order."""
    found: list[Word] = []
    before = 0
    for match in _LETTERS.finditer(text):
        start, end = match.span()
        letters = text[start:end]
        found.append(Word(letters, start, end, text[before:start], letters[0].isupper()))
        before = end
    return found


def runs(told: Sequence[Word], language: str) -> Iterator[tuple[int, int]]:
    """The runs of words that could hold a name, as ranges of word numbers: capitals, and what joins them."""
    told_of = lists(language)
    at = 0
    while at < len(told):
        if not told[at].capital:
            at += 1
            continue
        end = at + 1
        while end < len(told):
            after = _goes_on(told, end, told_of)
            if not after:
                break
            end = after
        yield at, end
        at = end


def _goes_on(told: Sequence[Word], at: int, told_of: dict[str, frozenset[str]]) -> int:
    """The end of a run that goes on with the word at a number, joiners looked over; 0 where it does not."""
    word, joiners, shortened = told[at], told_of["joiners"], told_of["shortened"]
    if not _near(told[at - 1], word, shortened):
        return 0
    if word.capital:
        return at + 1
    lower = word.text.lower()
    if word.gap in _HYPHENS and lower not in told_of["joined"]:
        return at + 1
    if lower in joiners:
        last = at + 1
        while last < len(told) and not told[last].capital and told[last].text.lower() in joiners:
            last += 1
        if (
            last < len(told)
            and told[last].capital
            and all(_near(told[n - 1], told[n], shortened) for n in range(at + 1, last + 1))
        ):
            return last + 1
    return 0


def _near(before: Word, word: Word, shortened: frozenset[str]) -> bool:
    """True when nothing between two words says that they are not of one name: a full stop only behind an initial or a
    shortened title."""
    if word.gap not in _GAPS:
        return False
    return "." not in word.gap or len(before.text) == 1 or before.text.lower() in shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A name to look for: its words as they are compared, and a number that stands for the person."""

    keys: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name, or part of one, in a text: characters [start, end), the persons it may mean, whether it is whole, and
    the number of its first word."""

    start: int
    end: int
    numbers: tuple[int, ...]
    whole: bool
    first: int
    words: int


class Names:
    """Known names, found in any text: whole, or by any word of them but initials and what joins."""

    def __init__(self, names: Iterable[tuple[int, str]], *, language: str) -> None:
        joiners = lists(language)["joiners"]
        self._joiners, self._shortened = joiners, lists(language)["shortened"]
        self._known: dict[str, list[Known]] = {}
        self._short: set[str] = set()
        for number, name in names:
            told = words(name)
            keys = tuple(word.key for word in told)
            self._short |= {word.text for word in told if len(word.key) < _FEWEST_LETTERS}
            for key in dict.fromkeys(keys):
                if key not in joiners:
                    self._known.setdefault(key, []).append(Known(keys=keys, number=number))

    def find(self, text: str, told: Sequence[Word] | None = None, *, any_case: bool = False) -> Iterator[Occurrence]:
        """Every occurrence in a text, in order, the longest first where several begin at one word."""
        told = words(text) if told is None else told
        at = 0
        while at < len(told):
            word = told[at]
            best = self._best(told, at) if (word.capital or any_case) and word.key in self._known else None
            if best is None:
                at += 1
                continue
            yield best
            at = best.first + best.words

    def spelled(self, text: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """The handles, tags and addresses in a text that spell a word of a name, with the persons it may mean."""
        if not any(sign in text for sign in _SIGNS):
            return
        within = {key: known for key, known in self._known.items() if len(key) >= FEWEST_WITHIN}
        for match in _SPELLED.finditer(text):
            told = fold(match.group())
            numbers = [one.number for key, known in within.items() if key in told for one in known]
            if numbers:
                yield match.start(), match.end(), tuple(dict.fromkeys(numbers))

    def _best(self, told: Sequence[Word], at: int) -> Occurrence | None:
        """The longest stretch from a word on whose words all belong to one name."""
        longest, whole = 0, False
        numbers: list[int] = []
        for known in self._known[told[at].key]:
            length = self._length(told, at, known.keys)
            if length > longest:
                longest, numbers, whole = length, [], False
            if length == longest:
                numbers.append(known.number)
                whole = whole or length == len(known.keys)
        if not longest or (longest == 1 and not whole and not self._stands_alone(told[at])):
            return None
        last = told[at + longest - 1]
        return Occurrence(told[at].start, last.end, tuple(dict.fromkeys(numbers)), whole, at, longest)

    def _stands_alone(self, word: Word) -> bool:
        """A part of a name of two letters is meant only where it is written as in the name: "Xi", but not "UN"; an
        initial never."""
        return len(word.key) >= _FEWEST_LETTERS or (len(word.key) > 1 and word.text in self._short)

    def _length(self, told: Sequence[Word], at: int, keys: tuple[str, ...]) -> int:
        """How many words from one on go on in the order of a name's words, some of which may be left out."""
        place = keys.index(told[at].key)
        length = 1
        while at + length < len(told) and _near(told[at + length - 1], told[at + length], self._shortened):
            key = told[at + length].key
            if key not in keys[place + 1 :]:
                break
            place = keys.index(key, place + 1)
            length += 1
        while length > 1 and told[at + length - 1].key in self._joiners:
            length -= 1
        return length
