"""What is known while a text's time expressions are read, and what neighbours tell each other in the end.

A reader keeps what later phrases lean on: the day last told of ("the next day"), the year, the quarter of a company's
report ("a year earlier"). What each phrase means is said in timex_days, timex_periods and timex_spans: a function for
each `make` of the grammar's rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, zip_longest
from typing import Any, Literal

from byline.coding import timex_values as values
from byline.coding.timex_grammar import Found, Grammar, Tokens
from byline.coding.timex_values import Extent
from byline.language.numbers import parse_number

Calendar = Literal["solar", "lunar", "ethiopian", "buddhist"]
Type = Literal["DATE", "TIME", "DURATION", "SET"]
Basis = Literal["stated", "relative"]
STATED: Basis = "stated"
RELATIVE: Basis = "relative"
Tense = Literal["past", "present", "future"]
Tenses = Callable[[int], "Tense | None"]

# How far the verb may stand from the words it dates, in tokens of one sentence.
TENSE_REACH = 25
# How many expressions back a clock time looks for its day.
CLOCK_REACH = 3
UNKNOWN_DAY = "XXXX-XX-XX"


@dataclass(slots=True)
class Piece:
    """A time expression in the making: tokens [first, last), and what a neighbour may still change.

    `month` and `day` are set where the year is not stated; `clock` ("T15:00") where the day is not. `calendar` names
    the one a date is told in, where that is not ours.
    """

    first: int
    last: int
    type: Type
    value: str
    extent: Extent | None = None
    basis: Basis = "relative"
    month: int | None = None
    day: int | None = None
    clock: str | None = None
    calendar: Calendar | None = None

    def days(self) -> Extent:
        """The days it covers: those of its value, where nothing else was said."""
        return values.extent(self.value) if self.extent is None else self.extent


class Reader:
    """What is known while one text is read: its day of publication, and what was last told of."""

    def __init__(self, tokens: Tokens, grammar: Grammar, *, anchor: date | None, tenses: Tenses | None) -> None:
        self.tokens = tokens
        self.grammar = grammar
        self.anchor = anchor
        self._tenses = tenses
        tense = grammar.settings["tense"]
        self._tense_words = {name: frozenset(words.split()) for name, words in tense.items() if isinstance(words, str)}
        self._future_pairs = frozenset(tense["future_pairs"])
        self.counted = frozenset(grammar.settings["numeric"]["counted"].split())
        self.day: date | None = None
        self.month: date | None = None
        self.year: int | None = None
        self.quarter: tuple[int, int] | None = None
        self.months = False  # "the nine months": what follows compares years, not quarters
        self.day_first: bool | None = None

    def remember(self, piece: Piece) -> None:
        """Keeps what later phrases may lean on."""
        if piece.type not in ("DATE", "TIME"):
            return
        days = piece.days()
        if days.start is None:
            return
        if days.precision == "day":
            self.day = days.start
        if days.precision in ("day", "month"):
            self.month = days.start
        if days.precision in ("day", "month", "season", "quarter", "year"):
            self.year = days.start.year

    def tense(self, index: int, after: int) -> Tense | None:
        """The tense that governs tokens [index, after): of the nearest word before them, else after them."""
        if self._tenses is not None:
            return self._tenses(self.tokens.starts[index])
        possessive = self.tokens.classes[after : after + 1] == ["POSS"]
        reach = (
            range(index - 1, max(-1, index - 1 - TENSE_REACH), -1),
            range(after, min(len(self.tokens.words), after + TENSE_REACH)),
        )
        for side in reach:
            for i in side:
                if self.ends_sentence(i):
                    break
                tense = self._tense_of(i, possessive=possessive)
                if tense:
                    return tense
        return None

    def _tense_of(self, i: int, *, possessive: bool) -> Tense | None:
        """What one word says of the tense, by the language's lists and the ending of its past."""
        words, lists = self.tokens.words, self._tense_words
        word = words[i]
        if self.tokens.classes[i] == "MAYMONTH":
            return None
        following = words[i + 1] if i + 1 < len(words) else ""
        if f"{word} {following}" in self._future_pairs:
            return "future"
        if word in lists["future"] or (word in lists["weak"] and not possessive):
            return "future"
        suffix = self.grammar.settings["tense"]["past_suffix"]
        passive = i > 0 and words[i - 1] in lists["passive"]
        past = word in lists["past"] or (len(word) > 3 and word.endswith(suffix) and word not in lists["not_past"])
        if past:
            return None if passive else "past"
        return "present" if word in lists["present"] else None

    def ends_sentence(self, i: int) -> bool:
        """True where a token is an empty line, or a full stop that a capital follows and no abbreviation precedes."""
        tokens = self.tokens
        if tokens.classes[i] == "BREAK":
            return True
        if tokens.classes[i] != "DOT" or i + 1 >= len(tokens.starts):
            return False
        return tokens.text[tokens.starts[i + 1]].isupper() and i > 0 and len(tokens.words[i - 1]) > 3

    def one(self, found: Found, value: str, *, type: Type = "DATE", **more: Any) -> list[Piece]:
        """The whole phrase as one piece."""
        return [Piece(found.start, found.end, type, value, **more)]

    def number(self, found: Found, name: str) -> float | str | None:
        """A count: a number, "X" for "a few", None where the words are no number."""
        for i in range(*found.span(name)):
            if found.tokens.classes[i] in ("VAGUE", "COUPLE"):
                meaning = found.tokens.meanings[i]
                return meaning if isinstance(meaning, str) else float(meaning)
        return parse_number(found.text(name), self.grammar.numbers)

    def direction(self, found: Found, name: str) -> int:
        """-1, 0 or 1 for last, this and next."""
        names = found.names(name)
        if "PAST" in names or "LAST" in names or "PREVIOUS" in names:
            return -1
        return 1 if "NEXT" in names or "COMING" in names or "FOLLOWING" in names else 0

    def related_year(self, found: Found, name: str) -> int | None:
        """The year of "last year", "next year", "that year"."""
        if "THAT" in found.names(name):
            return self.year
        return self.anchor.year + self.direction(found, name) if self.anchor else None

    def which(self, found: Found) -> str | None:
        """The class of the "last", "next" or "this" that a phrase holds."""
        names = set(found.names("which"))
        if not names:
            return None
        return next(name for name in ("PAST", "LAST", "PREVIOUS", "NEXT", "COMING", "THIS") if name in names)

    def told(self, unit: str) -> date | None:
        """The day, month or year last told of, as fine as `unit` needs."""
        if unit in ("D", "W", "WE"):
            return self.day
        if unit in ("M", "Q"):
            return self.month.replace(day=1) if self.month else None
        return date(self.year, 1, 1) if self.year else None

    def ordinal(self, found: Found, name: str) -> int:
        """The number of "30th", "third" or "twenty-first"."""
        first, last = found.span(name)
        tens = found.tokens.meanings[first] if last - first > 1 else 0
        return int(tens) + int(found.tokens.meanings[last - 1])


Maker = Callable[[Reader, Found], list[Piece]]


def unknown(unit: str) -> str:
    """The value of a day, week, month or year of which nothing more is known."""
    return {"D": UNKNOWN_DAY, "W": "XXXX-WXX", "WE": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX"}.get(unit, "XXXX")


def joined(pieces: list[Piece], reader: Reader) -> list[Piece]:
    """The pieces once neighbours have been looked at: ends of a range share a year, a clock time finds its day."""
    classes = reader.tokens.classes
    for left, right in pairwise(pieces):
        between = classes[left.last : right.first]
        if len(between) <= 3 and set(between) <= _LINKS and between not in ([], ["COMMA"]):
            before = classes[left.first - 1] if left.first else ""
            _share_year(left, right, ordered="AND" not in between or before == "BETWEEN")
    return _clocks(pieces, reader)


# "to", "until the", "and", a dash: what joins the ends of a range.
_LINKS = frozenset({"TO", "THROUGH", "AND", "HYPHEN", "DASH", "COMMA", "OR", "THE"})


def _share_year(left: Piece, right: Piece, *, ordered: bool) -> None:
    """Gives a month or day without a year its neighbour's; where they are `ordered`, the right one is the later."""
    first, second = left.days(), right.days()
    if first.start is None or second.start is None:
        return
    if left.month is not None and right.basis == "stated" and second.precision in ("day", "month"):
        _set_year(left, second.start.year - (left.month > second.start.month))
    elif right.month is not None and left.basis == "stated" and first.precision in ("day", "month"):
        _set_year(right, first.start.year + (right.month < first.start.month))
    elif right.month is not None and left.month is not None and ordered and second.start < first.start:
        _set_year(right, second.start.year + 1)


def _set_year(piece: Piece, year: int) -> None:
    assert piece.month is not None
    if piece.day is None:
        piece.value = f"{year:04d}-{piece.month:02d}"
    elif day := values.day_of(year, piece.month, piece.day):
        piece.value = day.isoformat()


def _clocks(pieces: list[Piece], reader: Reader) -> list[Piece]:
    """Gives clock times their day: the date that follows at once, which they take in, else the sentence's last."""
    result: list[Piece] = []
    taken: Piece | None = None
    for piece, following in zip_longest(pieces, pieces[1:]):
        if piece is taken:
            continue
        if piece.clock is not None:
            next_day = following if following is not None and following.days().precision == "day" else None
            if next_day is not None and next_day.first == piece.last and next_day.type == "DATE":
                piece.last, taken = next_day.last, next_day
                piece.value, piece.basis = next_day.value + piece.clock, next_day.basis
            elif day := _clock_day(piece, result, reader):
                piece.value = day.isoformat() + piece.clock
        result.append(piece)
    return result


def _clock_day(piece: Piece, before: list[Piece], reader: Reader) -> date | None:
    """The day of a clock time: the last one told before it in its sentence, else that of the publication."""
    for earlier in reversed(before[-CLOCK_REACH:]):
        if piece.first - earlier.last > TENSE_REACH or any(map(reader.ends_sentence, range(earlier.last, piece.first))):
            break
        if earlier.days().precision == "day" and earlier.type in ("DATE", "TIME"):
            return earlier.days().start
    return reader.anchor
