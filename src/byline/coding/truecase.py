"""Which letters would be capitals? A copy of equal length of a text whose letters are all of one case.

Wire text in capitals or in small letters is read through such a copy, offsets and evidence stay those of the text. A
linear model over hashed features of each word and its neighbours says of each whether it is written small, with a
capital or in capitals (`training/truecase.py`, `docs/models/truecase.md`); sentences begin with a capital; in a text
that is of one case only in places, as in its headline, a word is first of all written as the rest of the text writes
it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from byline.coding import boundaries, hashed, layout

SMALL, CAPITAL, CAPITALS = range(3)
TABLE = "truecase"

# A stretch of so many letters and words is judged by itself; a shorter one ("BBC NEWS", "sidebar") is of one case where
# the whole document is.
FEWEST_LETTERS, FEWEST_WORDS = 20, 4
# Above the first share of its letters in capitals a stretch is in capitals, below the second in small letters:
# newspaper English has between 0.03 and 0.07 in capitals, and a line of small letters in a document may hold a name at
# its head.
CAPITALS_SHARE, SMALL_SHARE = 0.9, 0.004

_WORD = re.compile(r"[^\W\d_]+")
# Between two words: apart, joined, or with something else between.
_JOINS = {" ": "_", "'": "'", "’": "'", "-": "-", ".": ".", ". ": "._", ", ": ",_"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of letters of a text: in small letters, where it stands, what parts it from the word before, and whether
    it begins a sentence."""

    lower: str
    start: int
    end: int
    before: str
    first: bool


def restored(text: str, language: str) -> str:
    """The text with letters as they would be written where all of a stretch are of one case; of equal length, and the
    same object where nothing was to be done."""
    stretches = list(one_cased(text))
    if not stretches:
        return text
    usual = _usual(text, stretches, language)
    letters = list(text)
    for start, end in stretches:
        letters[start:end] = _written(text[start:end], usual, language)
    return "".join(letters)


def one_cased(text: str) -> Iterator[tuple[int, int]]:
    """The stretches whose letters are all of one case: the whole text, or paragraphs."""
    if _one_case(text):
        yield 0, len(text)
        return
    for paragraph in layout.paragraphs(text):
        if _one_case(text[paragraph.start : paragraph.end]):
            yield paragraph.start, paragraph.end


def _one_case(text: str) -> bool:
    upper = sum(map(str.isupper, text))
    lower = sum(map(str.islower, text))
    cased = upper + lower
    if cased < FEWEST_LETTERS or SMALL_SHARE * cased < upper < CAPITALS_SHARE * cased:
        return False
    return sum(1 for _ in zip(range(FEWEST_WORDS), _WORD.finditer(text), strict=False)) == FEWEST_WORDS


def words(text: str, language: str, *, cased: bool) -> list[Word]:
    """The runs of letters of a text, in order; `cased` is false where all are of one case."""
    ends = iter([*boundaries.starts(text, language, cased=cased), len(text)])
    begin = 0
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        after = end if not found else text.rfind("\n", end, match.start())
        while match.start() >= begin:
            after, begin = max(after, begin if begin >= end else after), next(ends)
        first = after >= 0 and not any(map(str.isdigit, text[after : match.start()]))
        found.append(
            Word(
                lower=_lowered(match.group()), start=match.start(), end=match.end(), before=_join(between), first=first
            )
        )
        end = match.end()
    return found


def _join(between: str) -> str:
    known = _JOINS.get(between)
    if known is not None:
        return known
    if "\n" in between:
        return "/"
    if between[:1].isdigit() or between[-1:].isdigit():
        return "#"
    return between.strip()[:1] or "_"


@lru_cache(maxsize=50_000)
def own_features(word: str) -> tuple[str, ...]:
    """Features of a word by itself: the word, how it begins and ends, its runs of three letters."""
    edged = f"^{word}$"
    return (
        f"w{word}",
        f"l{min(len(word), 5)}{'v' if any(letter in 'aeiouy' for letter in word) else ''}",
        *(f"b{edged[:size]}" for size in (3, 4)),
        *(f"e{edged[-size:]}" for size in (2, 3, 4, 5)),
        *(f"t{edged[at : at + 3]}" for at in range(len(edged) - 2)),
    )


def context_features(found: list[Word], at: int) -> tuple[str, ...]:
    """Features of a word's neighbours."""
    word = found[at]
    last = found[at - 1].lower if at else ""
    following = found[at + 1] if at + 1 < len(found) else None
    after, join = (following.lower, following.before) if following is not None else ("", "/")
    second = found[at - 2].lower if at > 1 else ""
    third = found[at + 2].lower if at + 2 < len(found) else ""
    return (
        f"jb{word.before}",
        f"ja{join}",
        f"jw{word.before}{word.lower}{join}",
        f"p{word.before}{last}",
        f"n{join}{after}",
        f"pw{last} {word.lower}",
        f"nw{word.lower} {after}",
        f"pp{second} {last}",
        f"nn{after} {third}",
        f"pe{last[-3:]}",
        f"ne{after[-3:]}",
        f"pne{last} {after}",
    )


def label_features(word: Word, label: int, earlier: int) -> tuple[str, ...]:
    """Features of how the two words before are written."""
    return f"d{label}{earlier}{word.before}", f"dw{label}{word.lower}", f"de{label}{word.lower[-3:]}{word.before}"


STARTS = 3
"""The label of a word that begins a sentence: its capital says nothing."""


def labels(found: list[Word], language: str) -> list[int]:
    """How each word is written, from the first on: small, with a capital, or in capitals."""
    table = hashed.weights(language, TABLE)
    size = len(table)
    before = earlier = STARTS
    given: list[int] = []
    for at, word in enumerate(found):
        features = (*context_features(found, at), *label_features(word, before, earlier))
        rows = [*_own_rows(word.lower, size), *(hashed.bucket(feature, size) for feature in features)]
        label = int(hashed.summed(table, rows).argmax())
        given.append(label)
        earlier, before = before, STARTS if word.first and label == SMALL else label
    return given


@lru_cache(maxsize=50_000)
def _own_rows(word: str, size: int) -> tuple[int, ...]:
    return tuple(hashed.bucket(feature, size) for feature in own_features(word))


def _usual(text: str, stretches: list[tuple[int, int]], language: str) -> dict[str, int]:
    """How the rest of the text writes words that do not begin a sentence, the commonest way of each."""
    counts: dict[str, Counter[int]] = {}
    end = 0
    for start, stop in [*stretches, (len(text), len(text))]:
        part = text[end:start]
        for word in words(part, language, cased=True):
            if not word.first:
                counts.setdefault(word.lower, Counter())[label_of(part[word.start : word.end])] += 1
        end = stop
    return {word: count.most_common(1)[0][0] for word, count in counts.items()}


def label_of(written: str) -> int:
    """How a word is written."""
    if written.isupper() and len(written) > 1:
        return CAPITALS
    return CAPITAL if written[:1].isupper() else SMALL


def _written(text: str, usual: dict[str, int], language: str) -> list[str]:
    letters = [_small(letter) for letter in text]
    found = words(text, language, cased=False)
    for word, learned in zip(found, labels(found, language), strict=True):
        label = usual.get(word.lower, learned)
        if label == CAPITALS:
            letters[word.start : word.end] = map(_capital, letters[word.start : word.end])
        elif label == CAPITAL or word.first:
            letters[word.start] = _capital(letters[word.start])
    return letters


def _lowered(word: str) -> str:
    return "".join(map(_small, word))


def _small(letter: str) -> str:
    """A letter in small, itself where that would be more letters than one ("İ")."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def _capital(letter: str) -> str:
    """A letter as a capital, itself where that would be more letters than one ("ß")."""
    capital = letter.upper()
    return capital if len(capital) == 1 else letter
